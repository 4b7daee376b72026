package recording

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/sound"
	"github.com/plugboard/plugboard/sdk/tool"
)

const (
	// group is how many frames are written at once: half a second.
	group = 25
	// flushed is how many frames may be lost if the process is killed, and noted
	// how often the newest tick is written down.
	flushed = 50
	noted   = 500
	// apart is a silence, in frames, after which a piece ends, and the next sound
	// begins another.
	apart = 500
)

// session is the recording of one call.
type session struct {
	rec  *Recorder
	call tool.Call
	tell func(tool.Event)
	log  hclog.Logger

	mu      sync.Mutex
	id      string // "" until somebody talks
	dir     *os.Root
	journal *journal
	pauses  []pause
	pieces  int
	failed  error

	last atomic.Uint64 // the newest tick of any source
}

// Listen implements [tool.Session].
func (s *session) Listen(_ context.Context, src *tool.Source) error {
	if err := s.begin(); err != nil {
		return err
	}
	w := src.Speaker
	if err := s.note(line{Speaker: &speakerLine{Leg: w.Leg, Kind: w.Kind, Name: w.Name, Number: w.Number, Since: w.Since, N: src.N, Tick: src.Tick}}); err != nil {
		return err
	}
	t, newest := &track{s: s, leg: w.Leg}, src.Tick
	src.Group(group)
	for f := range src.Frames() {
		if err := t.take(f); err != nil {
			return t.end(err)
		}
		newest = f.Tick
	}
	return t.end(s.note(line{Left: &leftLine{Leg: w.Leg, Tick: newest}}))
}

// begin makes the recording's directory when the first party talks, so that a
// call that nobody answers leaves none; or goes on with that of an earlier
// process.
func (s *session) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.journal != nil || s.failed != nil {
		return s.failed
	}
	c := s.call
	id, dir, j, err := s.rec.place(c)
	if err != nil {
		s.failed = fmt.Errorf("the recording cannot begin: %w", err)
		return s.failed
	}
	s.id, s.dir, s.journal = id, dir, j
	if old, err := j.read(); err == nil {
		s.pauses = append(old.pauses, s.pauses...)
		s.pieces = len(old.pieces)
	}
	if err := j.write(line{Call: &callLine{
		Attachment: c.Attachment, ID: c.ID, From: c.From, FromName: c.FromName, To: c.To, Route: c.Route,
		Started: c.Started, Tick: c.Tick, At: c.At, Rate: s.rec.Rate(),
	}}); err != nil {
		return err
	}
	for _, p := range s.pauses {
		if p.from >= c.Tick { // paused before anybody talked
			if err := j.write(line{Pause: p.from}); err != nil {
				return err
			}
		}
	}
	s.say()
	s.rec.begun(archive.Recording{ID: id, Call: c.ID, From: c.From, To: c.To, Route: c.Route, Began: c.At, Format: s.rec.cfg.Format})
	return nil
}

// say tells what is done now. mu is held.
func (s *session) say() {
	word := "recording"
	if n := len(s.pauses); n > 0 && s.pauses[n-1].to == forEver {
		word = "paused"
	}
	s.tell(tool.Event{Kind: tool.Changed, Text: word})
}

// note writes into the journal.
func (s *session) note(l line) error {
	s.mu.Lock()
	j := s.journal
	s.mu.Unlock()
	if err := j.write(l); err != nil {
		return fmt.Errorf("the recording's journal: %w", err)
	}
	return nil
}

// Control implements [tool.Controlled].
func (s *session) Control(_ context.Context, verb string) error {
	tick := s.call.Tick + uint64(max(0, time.Since(s.call.At)/audio.Tick)) + 1
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.pauses)
	paused := n > 0 && s.pauses[n-1].to == forEver
	var l line
	switch {
	case verb != tool.Pause && verb != tool.Resume:
		return fmt.Errorf("a recorder can pause and resume, not %s", verb)
	case (verb == tool.Pause) == paused:
		return nil
	case paused:
		s.pauses[n-1].to = tick
		l.Resume = tick
	default:
		s.pauses = append(s.pauses, pause{tick, forEver})
		l.Pause = tick
	}
	if s.journal != nil {
		if err := s.journal.write(l); err != nil {
			return err
		}
	}
	s.say()
	return nil
}

// paused reports whether a tick is not to be recorded.
func (s *session) paused(tick uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pauses {
		if p.from <= tick && tick < p.to {
			return true
		}
	}
	return false
}

// stop ends the recording before the call does.
func (s *session) stop(why string) {
	s.mu.Lock()
	begun := s.journal != nil
	s.mu.Unlock()
	if begun {
		if err := s.note(line{Stopped: why}); err != nil {
			s.log.Warn("why the recording was stopped is not in its journal", "error", err)
		}
	}
	s.tell(tool.Event{Kind: tool.Lost, Text: why})
}

// Close implements [tool.Session]. What is left to do is done by the recorder.
func (s *session) Close(context.Context) error {
	s.rec.forget(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.journal == nil {
		return nil
	}
	err := s.journal.write(line{Last: s.last.Load()})
	if err == nil {
		err = s.journal.write(line{End: true})
	}
	if e := s.journal.close(); err == nil {
		err = e
	}
	_ = s.dir.Close() // everything in it is closed
	s.rec.finishes(s.id)
	return err
}

// track writes what one source says.
type track struct {
	s   *session
	leg string

	wav    *sound.WAV // nil between pieces
	file   *os.File
	tick   uint64 // of the piece's first sample
	unsure int    // frames since the last flush
	seen   int    // frames since the newest tick was noted
}

// take takes a frame. Its place is that of its tick, whatever was in between.
func (t *track) take(f tool.Frame) error {
	for was := t.s.last.Load(); was < f.Tick && !t.s.last.CompareAndSwap(was, f.Tick); was = t.s.last.Load() {
	}
	if t.seen++; t.seen == noted {
		t.seen = 0
		if err := t.s.note(line{Last: f.Tick}); err != nil {
			return err
		}
	}
	if f.Missed > 0 {
		if err := t.s.note(line{Missed: uint64(f.Missed)}); err != nil {
			return err
		}
	}
	n := int64(len(f.Samples))
	if t.unsure++; t.unsure >= flushed && t.wav != nil {
		if err := t.flush(); err != nil {
			return err
		}
	}
	if t.wav != nil && int64(f.Tick-t.tick)*n-t.wav.Len() > apart*n {
		if err := t.close(); err != nil {
			return err
		}
	}
	if f.Silent || t.s.paused(f.Tick) {
		return nil
	}
	if t.wav == nil {
		if err := t.open(f.Tick, int(n)*50); err != nil {
			return err
		}
	}
	if gap := int64(f.Tick-t.tick)*n - t.wav.Len(); gap > 0 {
		if err := t.wav.Skip(int(gap)); err != nil {
			return err
		}
	}
	return t.wav.WriteFrame(f.Samples)
}

// open begins a piece.
func (t *track) open(tick uint64, rate int) error {
	s := t.s
	s.mu.Lock()
	s.pieces++
	name := strconv.Itoa(s.pieces) + ".wav"
	s.mu.Unlock()
	f, err := s.dir.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	t.file, t.tick = f, tick
	if t.wav, err = sound.NewWAV(f, rate, 1); err != nil {
		return err
	}
	return s.note(line{Piece: &pieceLine{File: name, Leg: t.leg, Tick: tick}})
}

func (t *track) flush() error {
	t.unsure = 0
	return t.wav.Flush()
}

// close ends a piece.
func (t *track) close() error {
	if t.file == nil {
		return nil
	}
	var err error
	if t.wav != nil {
		err = t.wav.Close()
	}
	if e := t.file.Close(); err == nil {
		err = e
	}
	t.wav, t.file = nil, nil
	return err
}

// end ends the track, and says what went wrong first.
func (t *track) end(err error) error {
	if e := t.close(); err == nil {
		err = e
	}
	if err == nil {
		return nil
	}
	err = fmt.Errorf("what %s says cannot be written: %w", t.leg, err)
	if e := t.s.note(line{Stopped: err.Error()}); e != nil {
		t.s.log.Warn("why the recording was stopped is not in its journal", "error", e)
	}
	return err
}
