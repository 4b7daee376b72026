package call

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/event"
)

// prompted is a prompt of a test: a constant of 0.5, a frame at each tick.
type prompted struct {
	of    *dialplan.Prompt
	times int
	ready chan struct{}
	done  chan struct{}

	mu      sync.Mutex
	frames  int // left
	said    int
	fails   error // instead of being heard
	breaks  error // at its end
	stopped int
	late    bool // read after it was stopped
}

func (p *prompted) Read(_ uint64, f *audio.Frame) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late = p.late || p.stopped > 0
	if p.frames == 0 {
		p.frames = -1
		close(p.done)
	}
	if p.frames < 0 {
		return false
	}
	p.frames--
	p.said++
	for i := range f {
		f[i] = 0.5
	}
	return true
}

func (*prompted) Write(uint64, *audio.Frame) {}

func (p *prompted) Ready() <-chan struct{} { return p.ready }
func (p *prompted) Failed() error          { return p.fails }
func (p *prompted) Done() <-chan struct{}  { return p.done }
func (p *prompted) Err() error             { return p.breaks }
func (p *prompted) Missed() time.Duration  { return 0 }
func (p *prompted) Heard() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Duration(p.said) * audio.Tick
}

func (p *prompted) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped++
}

// booth makes prompts: next is the one that is asked for next.
type booth struct {
	next *prompted
}

func (b *booth) Prompt(p *dialplan.Prompt, call string, times int) Prompt {
	b.next.of, b.next.times = p, times
	return b.next
}

func (b *booth) Music(p *dialplan.Prompt, call string) Prompt { return b.Prompt(p, call, 0) }

// speaks gives the bed a prompt that is ready after some time.
func (b *bed) speaks(frames int, after time.Duration) *prompted {
	p := &prompted{frames: frames, ready: make(chan struct{}), done: make(chan struct{})}
	b.sw.opt.Prompts = &booth{p}
	time.AfterFunc(after, func() { close(p.ready) })
	return p
}

func announced(p dialplan.Play) dialplan.Decision {
	p.Prompt, p.Shown = &dialplan.Prompt{Text: "Closed"}, `say("Closed")`
	return dialplan.Decision{Route: "r", To: &p}
}

// prompts are the events of prompts.
func (b *bed) prompts() (list []event.Prompt) {
	for _, e := range b.events {
		if p, ok := e.Data.(event.Prompt); ok {
			list = append(list, p)
		}
	}
	return list
}

// A prompt answers when it is ready, is heard from a moment after, and the call
// ends when all of it was heard.
func TestPlay(t *testing.T) {
	within(t, func(b *bed) {
		p := b.speaks(20, 150*ms)
		b.to["500"] = announced(dialplan.Play{Times: 3})
		anna := b.calls("anna", "500")
		b.after(sec)
		b.rooms.step(10)
		if got := anna.hears(); got != 0 {
			t.Errorf("anna hears %v while her phone opens its sound", got)
		}
		b.rooms.step(5)
		if got := anna.hears(); got != 0.5 {
			t.Errorf("anna hears %v", got)
		}
		b.rooms.step(20)
		b.story(`
			0s anna calls 500
			150ms anna: Answer
			1s anna: Hangup normal
			1.01s over: normal by switch, rang 0s, talked 0.85s
		`)
		if p.times != 3 || p.of.Text != "Closed" || p.stopped != 1 || p.late {
			t.Errorf("%+v", p)
		}
		want := []event.Prompt{
			{Call: anna.call, Prompt: `say("Closed")`},
			{Call: anna.call, Prompt: `say("Closed")`, HeardMs: 400},
		}
		if got := b.prompts(); !slices.Equal(got, want) {
			t.Errorf("told %+v", got)
		}
	})
}

// Before the answer it is early media, and then the call fails as it is to.
func TestPlayEarly(t *testing.T) {
	within(t, func(b *bed) {
		p := b.speaks(20, 150*ms)
		b.to["500"] = announced(dialplan.Play{Times: 1, Early: true, Cause: NotFound})
		anna := b.calls("anna", "500")
		b.after(sec)
		b.rooms.step(2)
		if got := anna.hears(); got != 0.5 {
			t.Errorf("anna hears %v", got)
		}
		b.rooms.step(20)
		b.story(`
			0s anna calls 500
			150ms anna: Progress
			1s anna: Hangup not_found
			1.01s over: not_found by switch, rang 0.85s, talked 0s
		`)
		if p.stopped != 1 || p.late {
			t.Errorf("%+v", p)
		}
	})
}

// Who hangs up stops it at once, also before it is ready.
func TestPlayUntilHangUp(t *testing.T) {
	within(t, func(b *bed) {
		p := b.speaks(1000, 150*ms)
		b.to["500"] = announced(dialplan.Play{})
		anna := b.calls("anna", "500")
		b.after(sec)
		b.rooms.step(20)
		anna.does(Ended, Normal)
		b.after(ms)
		if p.stopped != 1 || p.late {
			t.Errorf("%+v", p)
		}
		b.rooms.step(2)
		if got := b.prompts(); len(got) != 2 || !got[1].Stopped || got[1].HeardMs != 200 || got[1].Error != "" {
			t.Errorf("told %+v", got)
		}
		p = b.speaks(1000, time.Minute)
		anna = b.calls("anna", "500")
		b.after(sec)
		anna.does(Ended, Cancelled)
		b.after(ms)
		if p.stopped != 1 {
			t.Errorf("%+v", p)
		}
		b.after(2 * time.Minute)
		if got := b.cdrs(); len(got) != 2 || got[0].Cause != "normal" || got[1].Cause != "cancelled" {
			t.Errorf("%+v", got)
		}
	})
}

// What cannot be heard at all is not answered: the route's unavailable follows,
// or the call ends with the reason.
func TestPlayThatCannotBeHeard(t *testing.T) {
	within(t, func(b *bed) {
		p := b.speaks(0, sec)
		p.fails = errors.New("flite is not installed")
		closed := announced(dialplan.Play{Times: 1})
		b.to["500"] = closed
		closed.Follow.Unavailable = ben
		b.to["501"] = closed
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "501")
		b.after(3 * sec)
		anna.does(Ended, Normal)
		b.after(sec)
		b.speaks(0, sec).fails = p.fails
		b.calls("cem", "500")
		b.after(2 * sec)
		b.story(`
			0s anna calls 501
			1s dial ben
			2s ben answered
			2s anna: Answer
			3s anna ended: normal
			3s ben: Hangup normal
			3.01s over: normal by caller, rang 0s, talked 1s
			4s cem calls 500
			5s cem: Hangup plugin_lost
			5.01s over: plugin_lost by switch, rang 0s, talked 0s
		`)
		if r := b.cdrs()[1]; r.Text != "the prompt cannot be heard: flite is not installed" {
			t.Errorf("the record says %q", r.Text)
		}
		if got := b.prompts(); len(got) != 2 || got[1].Error != "flite is not installed" || got[1].Stopped {
			t.Errorf("told %+v", got)
		}
	})
}

// One that breaks off is heard until then, and the record says why.
func TestPlayThatBreaksOff(t *testing.T) {
	within(t, func(b *bed) {
		p := b.speaks(5, 0)
		p.breaks = errors.New("the engine is gone")
		b.to["500"] = announced(dialplan.Play{Times: 1})
		b.calls("anna", "500")
		b.after(sec)
		b.rooms.step(20)
		b.after(sec)
		if r := b.cdrs()[0]; r.Cause != "normal" || r.Text != "the prompt broke off: the engine is gone" {
			t.Errorf("the record says %s %q", r.Cause, r.Text)
		}
		if got := b.prompts(); len(got) != 2 || got[1].HeardMs != 100 || got[1].Error != "the engine is gone" {
			t.Errorf("told %+v", got)
		}
	})
}

// A caller whose media never opens is not kept for ever.
func TestPlayToAPhoneWithoutMedia(t *testing.T) {
	within(t, func(b *bed) {
		p := b.speaks(5, 100*ms)
		b.to["500"] = announced(dialplan.Play{Times: 1})
		anna := b.calls("anna", "500")
		anna.set(func() { anna.slow = true })
		b.after(time.Minute)
		if r := b.cdrs(); len(r) != 1 || r[0].Cause != "failed" || p.stopped != 1 {
			t.Errorf("%+v", r)
		}
	})
}
