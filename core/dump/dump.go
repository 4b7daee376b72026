// Package dump writes what one party of a call says and hears into a WAV file,
// for whoever looks for the cause of bad sound: on request, for a limited
// time, readable by the owner of the data directory only.
//
// The left channel is what the party says, the right one what it hears, both
// as the mixer has them: 48 kHz, 16 bits.
package dump

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/audio"
)

const (
	// Longest is the most that one dump may take: 58 MB.
	Longest = 5 * time.Minute
	// most is how many may be written at once.
	most = 8
	// ahead is how many ticks may wait for the disk: two seconds.
	ahead = 100
)

// Dumps are those of one data directory.
type Dumps struct {
	dir string
	log hclog.Logger

	mu     sync.Mutex
	live   map[*Dump]struct{}
	closed bool
	wg     sync.WaitGroup
}

// New returns the dumps of a directory, which the first one makes.
func New(dir string, log hclog.Logger) *Dumps {
	return &Dumps{dir: dir, log: log, live: map[*Dump]struct{}{}}
}

// moment is what there was at one tick.
type moment struct {
	tick        uint64
	says, hears audio.Frame
}

// Dump is one file. It takes frames until it has enough, or is ended.
type Dump struct {
	Path string

	file  *os.File
	free  chan *moment
	full  chan *moment
	limit time.Duration
	once  sync.Once
	ended chan struct{}
}

// ErrBusy says that there are too many.
var ErrBusy = errors.New("too many dumps are being written; wait until one has ended")

// Start begins a file of the given name, without its ending. It ends after
// limit, at [Dump.End] or at Close; over is called then, once.
func (d *Dumps) Start(name string, limit time.Duration, over func()) (*Dump, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || len(d.live) >= most {
		return nil, ErrBusy
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return nil, fmt.Errorf("no place for the dump: %w", err)
	}
	path := filepath.Join(d.dir, filepath.Base(name)+".wav")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("no place for the dump: %w", err)
	}
	one := &Dump{Path: path, file: f, free: make(chan *moment, ahead), full: make(chan *moment, ahead), limit: min(limit, Longest), ended: make(chan struct{})}
	for range ahead {
		one.free <- new(moment)
	}
	d.live[one] = struct{}{}
	d.wg.Go(func() {
		err := one.write()
		d.mu.Lock()
		delete(d.live, one)
		d.mu.Unlock()
		over()
		if err != nil {
			d.log.Error("a dump is not whole", "file", path, "error", err)
		}
	})
	return one, nil
}

// Close ends all dumps and waits until their files are closed.
func (d *Dumps) Close() {
	d.mu.Lock()
	d.closed = true
	for one := range d.live {
		one.End()
	}
	d.mu.Unlock()
	d.wg.Wait()
}

// End ends the dump soon.
func (o *Dump) End() { o.once.Do(func() { close(o.ended) }) }

// Take takes what there was at a tick; nil is silence. It never waits: what
// the disk is too slow for is left out, and silence in the file.
func (o *Dump) Take(tick uint64, says, hears *audio.Frame) {
	select {
	case m := <-o.free:
		m.tick = tick
		set(&m.says, says)
		set(&m.hears, hears)
		o.full <- m // there is room: it has come from free
	default:
	}
}

func set(to, from *audio.Frame) {
	if from == nil {
		clear(to[:])
		return
	}
	*to = *from
}

// write is the dump's goroutine.
func (o *Dump) write() (err error) {
	w := newWriter(o.file)
	defer func() { err = errors.Join(err, w.close()) }()
	enough := time.NewTimer(o.limit)
	defer enough.Stop()
	longest := uint64(o.limit / audio.Tick)
	var first, next uint64
	for {
		select {
		case m := <-o.full:
			if first == 0 {
				first, next = m.tick, m.tick
			}
			for ; next < m.tick && next-first < longest; next++ {
				w.silence()
			}
			w.frame(&m.says, &m.hears)
			next = m.tick + 1
			o.free <- m
			if w.err != nil || next-first >= longest {
				return w.err
			}
		case <-enough.C:
			return nil
		case <-o.ended:
			return nil
		}
	}
}
