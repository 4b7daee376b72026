package store

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// damage is what a check of the file has found.
type damage struct{ found string }

// Error implements error.
func (d *damage) Error() string { return strings.Join(strings.Fields(d.found), " ") }

// errGone says that the file is no longer the one that is open.
var errGone = errors.New("the file was moved, deleted or replaced while Plugboard runs")

// code is SQLite's primary result code, 0 if the error is none of its own.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// poison says whether an error is about what is written, not about where: it
// would come again with the same row, and only with that.
func poison(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_TOOBIG:
		return true
	}
	return false
}

// passing says whether an error is of a kind that goes by without us.
func passing(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return true
	}
	return false
}

// explain says what is wrong with the database, and what to do.
func (s *Store) explain(doing string, err error) error {
	var bad *damage
	todo := ""
	switch c := code(err); {
	case errors.As(err, &bad), c == sqlite3.SQLITE_CORRUPT, c == sqlite3.SQLITE_NOTADB:
		todo = fmt.Sprintf("the file is damaged. Stop Plugboard, move %s (with its -wal and -shm) away and start again: an empty one is made; "+
			"or put a backup there. \"sqlite3 %s .recover\" may rescue its records", File, File)
	case c == sqlite3.SQLITE_FULL:
		todo = "the disk is full: free some space"
	case c == sqlite3.SQLITE_READONLY, c == sqlite3.SQLITE_PERM, c == sqlite3.SQLITE_CANTOPEN:
		todo = "Plugboard may not write there: mind the owner and the mode of the file and its folder"
	case c == sqlite3.SQLITE_BUSY, c == sqlite3.SQLITE_LOCKED:
		todo = "another program holds the database locked: end it"
	case c == sqlite3.SQLITE_IOERR:
		todo = "the disk is full or has failed: free some space, and look at the system's log"
	case errors.Is(err, errGone):
		todo = "put it back, or restart Plugboard, which makes a new one"
	}
	if todo == "" {
		return fmt.Errorf("cannot %s the database %s: %w", doing, s.path, err)
	}
	return fmt.Errorf("cannot %s the database %s: %w: %s", doing, s.path, err, todo)
}

// gone says whether somebody took the file away: SQLite would write on, into
// what nobody finds again.
func (s *Store) gone() error {
	now, err := os.Stat(s.path)
	if err != nil || !os.SameFile(now, s.file) {
		return errGone
	}
	return nil
}

// trouble is why nothing can be written, and since when.
type trouble struct {
	err     error
	since   time.Time
	waiting int // records of finished calls in memory
	told    time.Time
}

// tellAgain is how often trouble that lasts is logged.
const tellAgain = 10 * time.Minute

// Trouble is empty while records can be written, else a sentence for people.
func (s *Store) Trouble() string {
	s.mu.Lock()
	t := s.trouble
	s.mu.Unlock()
	if t.err == nil {
		return ""
	}
	return fmt.Sprintf("call records are not written since %s (%d wait in memory): %v", t.since.UTC().Format(time.RFC3339), t.waiting, t.err)
}

// Waiting counts the records of finished calls that are not written yet.
func (s *Store) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trouble.waiting
}

// report notes how a write went.
func (s *Store) report(err error, waiting int) {
	now := time.Now()
	s.mu.Lock()
	before := s.trouble
	s.trouble = trouble{waiting: waiting}
	tell := false
	if err != nil {
		s.trouble.err, s.trouble.since, s.trouble.told = err, now, before.told
		if before.err != nil {
			s.trouble.since = before.since
		}
		if tell = before.err == nil || now.Sub(before.told) >= tellAgain; tell {
			s.trouble.told = now
		}
	}
	s.mu.Unlock()
	switch {
	case tell:
		s.opt.Log.Error("call records cannot be written: they wait in memory, calls go on", "error", err, "waiting", waiting)
	case err == nil && before.err != nil:
		s.opt.Log.Info("call records are written again", "after", now.Sub(before.since).Round(time.Second))
	}
}
