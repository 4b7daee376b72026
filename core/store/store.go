package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/pressly/goose/v3"
	"golang.org/x/sys/unix"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

// Names in the data directory.
const (
	File     = "plugboard.db"
	lockFile = "plugboard.lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options are what a [Store] is made with.
type Options struct {
	// Dir is the data directory. It is made if there is none.
	Dir string
	Log hclog.Logger
	// Every is how often the rows of live calls are written anew. Default 20 s.
	Every time.Duration
}

// Store is an open database. Its methods are safe for concurrent use.
type Store struct {
	opt  Options
	path string
	lock *os.File
	file os.FileInfo // of the database, to notice that somebody took it away
	db   *sql.DB     // one connection; after Open only the writer uses it
	read *sql.DB

	mu       sync.Mutex
	queue    []event.Event // what the writer has not taken yet
	bindings map[bindingKey]kept
	state    map[stateKey]string          // what is switched by hand
	settings map[string]map[string]string // those of it that are extensions'
	switched map[stateKey]struct{}        // what of it is to be written
	dropped  int                          // events that the queue had no room for
	trouble  trouble

	wake  chan struct{}      // there is something to write
	flush chan chan struct{} // write now, and close what is sent
	stop  chan struct{}
	ended chan struct{} // the writer has
	once  sync.Once
	w     writer

	started bool
}

// Open opens the database of a data directory, makes it or brings it up to
// date, and closes the records of calls that a crash left open. [Store.Start]
// lets it write, [Store.Close] ends it. An error says what is wrong, where, and
// what to do. A disk that is full or fails is no error: calls are more important;
// the store is in [Store.Trouble] then, and tries again.
func Open(o Options) (_ *Store, err error) {
	if o.Every == 0 {
		o.Every = 20 * time.Second
	}
	s := &Store{
		opt: o, path: filepath.Join(o.Dir, File),
		bindings: map[bindingKey]kept{}, state: map[stateKey]string{}, switched: map[stateKey]struct{}{},
		wake: make(chan struct{}, 1), flush: make(chan chan struct{}), stop: make(chan struct{}), ended: make(chan struct{}),
		w: writer{live: map[string]*record{}},
	}
	defer func() {
		if err != nil {
			s.release()
		}
	}()
	if err := s.prepare(); err != nil {
		return nil, err
	}
	if err := s.setUp(context.Background()); passing(err) {
		s.w.owes, s.w.retry = true, retryMin
		s.report(err, 0)
	} else if err != nil {
		return nil, err
	}
	return s, nil
}

// setUp makes the file ready to be written to.
func (s *Store) setUp(ctx context.Context) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.recover(ctx); err != nil {
		return s.explain("open", err)
	}
	if err := s.readState(ctx); err != nil {
		return s.explain("open", err)
	}
	return nil
}

// Start starts the writer. live are the calls that live, with the state of
// their legs; the writer asks at intervals.
func (s *Store) Start(live func() []call.Info) {
	s.started = true
	go s.run(live)
}

// prepare takes the data directory for this process and opens the file.
func (s *Store) prepare() error {
	if err := os.MkdirAll(s.opt.Dir, 0o700); err != nil {
		return fmt.Errorf("making the data directory: %w", err)
	}
	if err := s.takeLock(); err != nil {
		return err
	}
	// SQLite gives its other files (-wal, -shm) the mode of this one.
	f, err := os.OpenFile(s.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("opening the database: %w", err)
	}
	s.file, err = f.Stat()
	if err := errors.Join(err, f.Chmod(0o600), f.Close()); err != nil {
		return fmt.Errorf("opening the database %s: %w", s.path, err)
	}
	if s.db, err = s.connect("journal_mode(wal)", "synchronous(full)"); err != nil {
		return s.explain("open", err)
	}
	s.db.SetMaxOpenConns(1)
	if s.read, err = s.connect("query_only(1)"); err != nil {
		return s.explain("open", err)
	}
	s.read.SetMaxOpenConns(4)
	return nil
}

// connect makes a handle; each connection of it begins with the pragmas.
func (s *Store) connect(pragmas ...string) (*sql.DB, error) {
	name := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(s.path) + "?_pragma=busy_timeout(1000)"
	for _, p := range pragmas {
		name += "&_pragma=" + p
	}
	return sql.Open("sqlite", name)
}

// takeLock keeps a second Plugboard out: it would close our calls' records.
// The kernel gives the lock back when the process ends, however it ends.
func (s *Store) takeLock() error {
	path := filepath.Join(s.opt.Dir, lockFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("locking the data directory: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return fmt.Errorf("locking %s: %w", path, err)
		}
		var pid [20]byte
		n, _ := f.Read(pid[:])
		return fmt.Errorf("another Plugboard (process %s) uses the data directory %s: stop it, or give this one a pbx { data_dir } of its own",
			strings.TrimSpace(string(pid[:n])), s.opt.Dir)
	}
	s.lock = f
	// Who has it is for people only: a full disk may keep it back.
	_ = f.Truncate(0)
	_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return nil
}

// checkTime bounds the check of the file at the start: a large database is not
// read whole before calls are taken.
const checkTime = 500 * time.Millisecond

// migrate checks the file and brings its tables up to date.
func (s *Store) migrate(ctx context.Context) error {
	check, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	var found string
	switch err := s.db.QueryRowContext(check, "PRAGMA quick_check(1)").Scan(&found); {
	case check.Err() != nil:
		s.opt.Log.Debug("the database is too large to be checked at the start", "file", s.path)
	case err != nil:
		return s.explain("open", err)
	case found != "ok":
		return s.explain("open", &damage{found})
	}
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, s.db, sub, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return s.explain("open", err)
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return s.explain("open", err)
	}
	sources := p.ListSources()
	if newest := sources[len(sources)-1].Version; have > newest {
		return fmt.Errorf("the database %s was made by a newer Plugboard (version %d of its tables, this one knows %d): run that one, or move the file away", s.path, have, newest)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return s.explain("bring up to date", err)
	}
	for _, m := range done {
		s.opt.Log.Info("the database's tables are up to date", "step", filepath.Base(m.Source.Path), "file", s.path)
	}
	return nil
}

// crashed is the text of a call that was live when the process ended.
const crashed = "the switch ended unexpectedly; this is when the call was last seen"

// recover ends the records that the last process left open, and drops bindings
// that expired in the meantime.
func (s *Store) recover(ctx context.Context) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM bindings WHERE expires <= ?", micros(time.Now())); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE legs SET cause = ?, ended = max(added, (SELECT written FROM calls WHERE id = call))
			WHERE ended IS NULL AND call IN (SELECT id FROM calls WHERE ended IS NULL)`, string(call.Failed)); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE calls SET cause = ?, text = ?, ended_by = 'switch', ended = written,
			ring_seconds = max(0, coalesce(answered, written) - coalesce(ringing, answered, written)) / 1e6,
			talk_seconds = max(0, written - coalesce(answered, written)) / 1e6
			WHERE ended IS NULL`, string(call.Failed), crashed)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err == nil && n > 0 {
			s.opt.Log.Warn("calls were live when Plugboard ended unexpectedly: their records are closed", "calls", n, "cause", string(call.Failed))
		}
		return nil
	})
}

// Close writes what waits and closes the file. What cannot be written is
// logged as JSON. Closing twice is fine.
func (s *Store) Close() {
	s.once.Do(func() {
		close(s.stop)
		if s.started {
			<-s.ended
		}
		s.release()
	})
}

// release gives back what Open has taken, the last first.
func (s *Store) release() {
	var errs []error
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	if err := errors.Join(errs...); err != nil {
		s.opt.Log.Warn("closing the database", "file", s.path, "error", err)
	}
}

// inTx does f in one transaction of the writer's connection.
func (s *Store) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// change does one statement in a transaction of its own, and returns how many
// rows it changed when that is on the disk. An error is for people.
func (s *Store) change(ctx context.Context, statement string, args ...any) (rows int64, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, statement, args...)
		if err == nil {
			rows, err = r.RowsAffected()
		}
		return err
	})
	if err != nil {
		return 0, s.explain("write", err)
	}
	return rows, nil
}
