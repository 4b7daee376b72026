package call

import (
	"maps"
	"math"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/event"
)

// Overrides keeps which schedules somebody has switched by hand. core/store
// keeps them over restarts. Its methods are safe from any goroutine.
type Overrides interface {
	// Overrides is a copy, by the schedule's name: true is open.
	Overrides() map[string]bool
	// SetOverride switches a schedule, or with nil gives it back to its hours.
	SetOverride(schedule string, open *bool) error
}

// Remembered are overrides and settings that last as long as the process. The
// zero value is ready for use.
type Remembered struct {
	mu       sync.Mutex
	open     map[string]bool
	settings map[string]map[string]string
}

// Overrides implements [Overrides].
func (r *Remembered) Overrides() map[string]bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.open)
}

// SetOverride implements [Overrides].
func (r *Remembered) SetOverride(schedule string, open *bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open == nil {
		r.open = map[string]bool{}
	}
	delete(r.open, schedule)
	if open != nil {
		r.open[schedule] = *open
	}
	return nil
}

// flip switches a schedule by hand. The caller hears to what: one tone is
// open, two are closed, three are its hours again.
func (c *Call) flip(s *dialplan.Flip) {
	if err := c.sw.SwitchSchedule(s.Schedule.Name, s.Override, c.caller.actor(), c.facts.ID); err != nil {
		c.log.Error("a schedule cannot be switched", "schedule", s.Schedule.Name, "error", err)
		c.end(Failed, "the schedule could not be switched", bySwitch)
		return
	}
	tones := 3
	if s.Override != nil {
		if tones = 2; *s.Override {
			tones = 1
		}
	}
	c.confirm(tones)
}

// SwitchSchedule switches a schedule by hand, or with nil gives it back to its
// hours. by is who does it, and call by which call, "" for none.
func (s *Switch) SwitchSchedule(name string, open *bool, by Actor, call string) error {
	if err := s.opt.Overrides.SetOverride(name, open); err != nil {
		return err
	}
	state := "hours"
	if open != nil {
		if state = "closed"; *open {
			state = "open"
		}
	}
	s.opt.Log.Info("schedule switched by hand", "schedule", name, "to", state, "by", by.String())
	s.emit(event.ScheduleChanged, event.Schedule{Name: name, Override: open, By: by.String(), Call: call})
	return nil
}

// confirm answers, and lets the caller hear some tones. Then the call is over.
func (c *Call) confirm(tones int) {
	c.silence()
	b := &beeps{tones: tones}
	c.media.extra = c.room().Join(b, mix.Options{})
	c.answer(nil)
	c.timer.Reset(b.length())
}

// beeps is some short tones of 800 Hz, after a moment in which the caller's
// phone opens its sound, as a line that says and hears nothing else.
type beeps struct {
	tones int
	at    int // samples
}

const (
	beepsBegin = audio.Rate * 4 / 10
	beepEvery  = audio.Rate * 4 / 10
	beepOn     = audio.Rate * 2 / 10
)

// length is how long a caller has to stay to have heard all.
func (b *beeps) length() time.Duration {
	return time.Duration(beepsBegin+b.tones*beepEvery+beepEvery) * time.Second / audio.Rate
}

// Read implements mix.Line.
func (b *beeps) Read(_ uint64, f *audio.Frame) bool {
	const (
		hz    = 800
		level = 0.1 // -20 dB
	)
	at := b.at - beepsBegin
	b.at += audio.Samples
	if at < 0 || at/beepEvery >= b.tones || at%beepEvery >= beepOn {
		return false
	}
	for i := range f {
		f[i] = level * float32(math.Sin(2*math.Pi*hz*float64(at+i)/audio.Rate))
	}
	return true
}

// Write implements mix.Line.
func (*beeps) Write(uint64, *audio.Frame) {}
