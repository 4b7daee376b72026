package recording

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/tool"
)

const (
	// diskEvery is how often the disk is looked at, and keepEvery how often for
	// recordings that were kept long enough.
	diskEvery = 5 * time.Second
	keepEvery = time.Hour
	// orphaned is how long after the start of a process a recording that nobody
	// goes on with is left alone: calls come back within five seconds.
	orphaned = 10 * time.Second
	// part is the end of the name of a recording's directory while it goes on.
	part = ".part"
)

// Recorder is the tool. Make it with New; Configure is called before it is used.
type Recorder struct {
	cfg Config
	// Free tells how many octets the disk of the recordings has free. Nil: the
	// system is asked.
	Free func() (uint64, error)

	mu      sync.Mutex
	log     hclog.Logger
	archive archive.Archive
	root    *os.Root      // the directory of recordings; nil before Run
	ready   chan struct{} // closed when there is one, or it is known that there is none
	open    map[*session]bool
	wait    []string            // ids of recordings that are to be finished
	fresh   []archive.Recording // that the core is to hear of
	wake    chan struct{}       // holds a token when there is work
	full    string              // why nothing can be recorded; "": it can
}

// New returns a recorder that records nothing before Run.
func New() *Recorder {
	return &Recorder{
		cfg: defaults(), log: hclog.NewNullLogger(),
		ready: make(chan struct{}), open: make(map[*session]bool), wake: make(chan struct{}, 1),
	}
}

// Configure takes the config {} block.
func (r *Recorder) Configure(c map[string]any) (err error) {
	r.cfg, err = parse(c)
	return err
}

// Rate implements [tool.Tool].
func (r *Recorder) Rate() int { return r.cfg.Rate }

// Attach implements [tool.Tool].
func (r *Recorder) Attach(ctx context.Context, c tool.Call, tell func(tool.Event)) (tool.Session, error) {
	select {
	case <-r.ready:
	case <-ctx.Done():
		return nil, errors.New("the recorder does not know yet where to put recordings")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.full != "" {
		return nil, errors.New(r.full)
	}
	s := &session{rec: r, call: c, tell: tell, log: hclog.FromContext(ctx)}
	r.open[s] = true
	return s, nil
}

// forget takes a session out of those that go on.
func (r *Recorder) forget(s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, s)
}

// begun has the core told of a recording that has begun.
func (r *Recorder) begun(rec archive.Recording) {
	r.mu.Lock()
	r.fresh = append(r.fresh, rec)
	r.mu.Unlock()
	r.rouse()
}

// finishes has a recording finished.
func (r *Recorder) finishes(id string) {
	r.mu.Lock()
	r.wait = append(r.wait, id)
	r.mu.Unlock()
	r.rouse()
}

func (r *Recorder) rouse() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// place finds or makes the directory of a call's recording.
func (r *Recorder) place(c tool.Call) (id string, dir *os.Root, j *journal, err error) {
	base := clean(c.ID)
	for n := 1; n < 1000; n++ {
		if id = base; n > 1 {
			id = fmt.Sprintf("%s-%d", base, n)
		}
		if r.taken(id) {
			continue
		}
		err = r.root.Mkdir(id+part, 0o700)
		there := errors.Is(err, fs.ErrExist)
		if err != nil && !there || there && !c.Resumed {
			if there {
				continue
			}
			return "", nil, nil, err
		}
		if dir, err = r.root.OpenRoot(id + part); err != nil {
			return "", nil, nil, err
		}
		if j, err = openJournal(dir); err == nil && there {
			var old story
			if old, err = j.read(); err == nil && old.call.Attachment != c.Attachment {
				err = errLocked // it is that of another attachment
			}
			if err != nil {
				_ = j.close()
			}
		}
		if err == nil {
			return id, dir, j, nil
		}
		_ = dir.Close()
		if !there {
			return "", nil, nil, err
		}
	}
	return "", nil, nil, fmt.Errorf("there are a thousand recordings of call %s", base)
}

// taken reports whether a finished recording has the id.
func (r *Recorder) taken(id string) bool {
	_, err := r.root.Stat(id + ".json")
	return err == nil
}

// clean makes a name of a file of an id.
func clean(id string) string {
	name := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
			return c
		}
		return '_'
	}, id)
	if name = strings.TrimLeft(name, "."); len(name) > 100 {
		name = name[:100]
	}
	if name == "" {
		name = "call"
	}
	return name
}

// Run is what the recorder does beside the calls: it finishes recordings, looks
// after the disk, and removes what was kept long enough. Until it is called no
// call is recorded.
func (r *Recorder) Run(ctx context.Context, h archive.Archive) {
	log := hclog.FromContext(ctx)
	root, err := os.OpenRoot(h.Recordings())
	if err != nil {
		log.Error("the directory of recordings cannot be opened: nothing is recorded", "error", err)
		r.mu.Lock()
		r.full = fmt.Sprintf("the directory of recordings cannot be opened: %v", err)
		r.mu.Unlock()
		close(r.ready)
		return
	}
	r.mu.Lock()
	r.root, r.archive, r.log = root, h, log
	r.mu.Unlock()
	r.look()
	close(r.ready)

	disk, keep := time.NewTicker(diskEvery), time.NewTicker(keepEvery)
	defer disk.Stop()
	defer keep.Stop()
	orphans := time.NewTimer(orphaned)
	defer orphans.Stop()
	r.expire(ctx)
	for {
		r.tellBegun(ctx)
		r.finishAll(ctx)
		select {
		case <-r.wake:
		case <-disk.C:
			r.look()
		case <-keep.C:
			r.expire(ctx)
			r.adopt()
		case <-orphans.C:
			r.adopt()
		case <-ctx.Done():
			return
		}
	}
}

// tellBegun tells the core of recordings that have begun.
func (r *Recorder) tellBegun(ctx context.Context) {
	r.mu.Lock()
	all := r.fresh
	r.fresh = nil
	r.mu.Unlock()
	for _, one := range all {
		if err := r.archive.Recording(ctx, one); err != nil {
			r.log.Warn("the core was not told of a recording that has begun", "recording", one.ID, "error", err)
		}
	}
}

// finishAll finishes what waits for it.
func (r *Recorder) finishAll(ctx context.Context) {
	for ctx.Err() == nil {
		r.mu.Lock()
		if len(r.wait) == 0 {
			r.mu.Unlock()
			return
		}
		id := r.wait[0]
		r.wait = r.wait[1:]
		r.mu.Unlock()
		if err := r.finish(ctx, id); err != nil {
			r.log.Error("a recording could not be finished; what there is stays in its directory, and is tried again", "recording", id+part, "error", err)
		}
		r.tellBegun(ctx)
	}
}

// adopt has recordings finished that nobody goes on with: their process ended,
// and so did their calls.
func (r *Recorder) adopt() {
	names, err := fs.ReadDir(r.root.FS(), ".")
	if err != nil {
		r.log.Error("the directory of recordings cannot be read", "error", err)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range names {
		if id, ok := strings.CutSuffix(n.Name(), part); ok && n.IsDir() && !slices.Contains(r.wait, id) {
			r.wait = append(r.wait, id) // one that somebody has is locked
		}
	}
}

// look looks whether the disk has room, and stops recordings if not.
func (r *Recorder) look() {
	free := r.Free
	if free == nil {
		free = r.statfs
	}
	n, err := free()
	why := ""
	switch {
	case err != nil:
		r.log.Warn("it is not known how much room the disk has", "error", err)
	case n < r.cfg.MinFree:
		why = fmt.Sprintf("the disk has %d MB free, and a recording needs %d (min_free_mb)", n>>20, r.cfg.MinFree>>20)
	}
	r.mu.Lock()
	was := r.full
	r.full = why
	var stopped []*session
	if why != "" {
		for s := range r.open {
			stopped = append(stopped, s)
		}
	}
	r.mu.Unlock()
	if why != "" && was == "" {
		r.log.Error("nothing is recorded any more", "reason", why, "recordings_stopped", len(stopped))
	}
	for _, s := range stopped {
		s.stop(why)
	}
}

func (r *Recorder) statfs() (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(r.archive.Recordings(), &s); err != nil {
		return 0, os.NewSyscallError("statfs", err)
	}
	return s.Bavail * uint64(s.Bsize), nil
}
