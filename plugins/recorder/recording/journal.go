package recording

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/tool"
)

// journalName is the journal's in the directory of its recording.
const journalName = "journal"

// line is what one line of a journal says: one of its fields is set. A line that
// was cut off, by whatever ended the process, is no line.
type line struct {
	Call    *callLine    `json:"call,omitempty"` // the first; once more after each restart
	Speaker *speakerLine `json:"speaker,omitempty"`
	Left    *leftLine    `json:"left,omitempty"`
	Piece   *pieceLine   `json:"piece,omitempty"`
	Pause   uint64       `json:"pause,omitempty"`  // from this tick on
	Resume  uint64       `json:"resume,omitempty"` // until this tick
	Missed  uint64       `json:"missed,omitempty"` // frames
	Last    uint64       `json:"last,omitempty"`   // the newest tick
	Stopped string       `json:"stopped,omitempty"`
	End     bool         `json:"end,omitempty"`
}

type callLine struct {
	Attachment string    `json:"attachment"`
	ID         string    `json:"id"`
	From       string    `json:"from"`
	FromName   string    `json:"from_name,omitempty"`
	To         string    `json:"to"`
	Route      string    `json:"route,omitempty"`
	Started    time.Time `json:"started"`
	Tick       uint64    `json:"tick"`
	At         time.Time `json:"at"` // when the tick was due
	Rate       int       `json:"rate"`
}

type speakerLine struct {
	Leg    string    `json:"leg"`
	Kind   string    `json:"kind"`
	Name   string    `json:"name"`
	Number string    `json:"number"`
	Since  time.Time `json:"since"` // when it came into the call
	N      int       `json:"n"`     // and how many sources there were before it
	Tick   uint64    `json:"tick"`  // from which on it is in the call
}

type leftLine struct {
	Leg  string `json:"leg"`
	Tick uint64 `json:"tick"` // the last at which it was heard
}

type pieceLine struct {
	File string `json:"file"`
	Leg  string `json:"leg"`
	Tick uint64 `json:"tick"` // of its first sample
}

// journal is open for writing, and locked: whoever finds it locked leaves the
// recording alone.
type journal struct {
	mu   sync.Mutex
	file *os.File
}

// openJournal opens the journal of a recording's directory, or makes it. The
// error is [errLocked] where another process has it.
func openJournal(dir *os.Root) (*journal, error) {
	f, err := dir.OpenFile(journalName, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, errLocked
		}
		return nil, os.NewSyscallError("flock", err)
	}
	return &journal{file: f}, nil
}

var errLocked = errors.New("another process records into it")

// write appends a line.
func (j *journal) write(l line) error {
	b, err := json.Marshal(l)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	_, err = j.file.Write(append(b, '\n'))
	return err
}

func (j *journal) close() error { return j.file.Close() }

// story is what a journal tells.
type story struct {
	call     callLine // the first
	lives    int      // how many processes wrote it
	speakers []speakerLine
	left     map[string]uint64 // the last tick of who was heard and left, by leg
	pieces   []pieceLine
	pauses   []pause
	missed   uint64
	last     uint64 // the newest tick that is known
	stopped  string // why it was stopped before the call's end
	ended    bool
}

// pause is a time that is not recorded, by ticks: from the first, up to but
// without the second.
type pause struct{ from, to uint64 }

const forEver = ^uint64(0)

// read reads a journal from its beginning.
func (j *journal) read() (story, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.file.Seek(0, io.SeekStart); err != nil {
		return story{}, err
	}
	return readStory(j.file)
}

func readStory(r io.Reader) (story, error) {
	var s story
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var l line
		if json.Unmarshal(lines.Bytes(), &l) != nil {
			continue // it was cut off; what a next process wrote begins behind it
		}
		switch {
		case l.Call != nil:
			if s.lives++; s.lives == 1 {
				s.call = *l.Call
			}
			s.last = max(s.last, l.Call.Tick)
			s.ended = false
		case l.Speaker != nil:
			s.speakers = append(s.speakers, *l.Speaker)
			s.last = max(s.last, l.Speaker.Tick)
			delete(s.left, l.Speaker.Leg) // it is back
		case l.Left != nil:
			if s.left == nil {
				s.left = map[string]uint64{}
			}
			s.left[l.Left.Leg] = l.Left.Tick
			s.last = max(s.last, l.Left.Tick)
		case l.Piece != nil:
			s.pieces = append(s.pieces, *l.Piece)
			s.last = max(s.last, l.Piece.Tick)
		case l.Pause != 0:
			s.pauses = append(s.pauses, pause{l.Pause, forEver})
		case l.Resume != 0 && len(s.pauses) > 0:
			s.pauses[len(s.pauses)-1].to = l.Resume
		case l.Missed != 0:
			s.missed += l.Missed
		case l.Last != 0:
			s.last = max(s.last, l.Last)
		case l.Stopped != "":
			s.stopped = l.Stopped
		case l.End:
			s.ended = true
		}
	}
	if err := lines.Err(); err != nil {
		return s, err
	}
	if s.lives == 0 {
		return s, errors.New("its journal says of no call")
	}
	if s.call.Rate < 8000 || s.call.Rate > audio.Rate || s.call.Rate%50 != 0 {
		return s, fmt.Errorf("its journal says of a rate of %d Hz", s.call.Rate)
	}
	return s, nil
}

// first is the tick with which the recording begins.
func (s story) first() uint64 {
	first := s.last
	for _, w := range s.speakers {
		first = min(first, w.Tick)
	}
	return first
}

// time is when a tick was due.
func (s story) time(tick uint64) time.Time {
	return tool.Call{Tick: s.call.Tick, At: s.call.At}.Time(tick)
}

// legs are the speakers, each once, in the order in which they came into the
// call: the caller first.
func (s story) legs() (list []speakerLine) {
	defer func() {
		slices.SortStableFunc(list, func(a, b speakerLine) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.N, b.N)) })
	}()
	for _, w := range s.speakers {
		if !slices.ContainsFunc(list, func(o speakerLine) bool { return o.Leg == w.Leg }) {
			list = append(list, w)
		}
	}
	return list
}
