// Package apptest plays calls to an app inside a test, in virtual time: a second
// of speech takes none.
//
//	apptest.Run(t, app.Func(reception), app.Facts{From: "101"}, func(c *apptest.Caller) {
//		c.Hears("For sales press one.")
//		c.Press("1")
//		c.Went("group.sales")
//	})
package apptest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/host"
)

// patience is how long a caller waits for what the test expects.
const patience = 30 * time.Second

// PromptTime is how long each prompt lasts.
const PromptTime = time.Second

// Caller is the caller of an app, and the core between them.
type Caller struct {
	t    *testing.T
	port *app.Port
	box  *Mailbox // nil: none

	mu     sync.Mutex
	speech func(*audio.Frame)       // what the caller says; nil: nothing
	dials  func(string) app.Dialled // what comes of a dial; nil: nobody answers
	said   []string                 // prompts that began, as the configuration writes them
	wishes []app.Wish               // that were done
	loud   []float32                // the peak of each tick of what the app said
	over   bool
	err    error // of the app
	done   chan struct{}
}

// Run runs an app for one caller. It fails the test if the app goes on two
// seconds after the call has ended.
func Run(t *testing.T, a app.App, f app.Facts, play func(*Caller)) {
	t.Helper()
	run(t, a, f, nil, play)
}

func run(t *testing.T, a app.App, f app.Facts, b *Mailbox, play func(*Caller)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := &Caller{t: t, box: b, done: make(chan struct{})}
		call, port := app.New(f, &link{c})
		c.port = port
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() {
			defer close(c.done)
			err := a.Run(ctx, call)
			if b != nil {
				b.end()
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.err = err; errors.Is(err, app.ErrOver) {
				c.err = nil
			}
		}()
		ticks, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			c.tick(ticks)
		}()
		play(c)
		c.Hangup()
		cancel()
		select {
		case <-c.done:
		case <-time.After(2 * time.Second):
			t.Error("the app goes on after the call has ended")
		}
		close(ticks)
		<-stopped
	})
}

// tick is the mixer.
func (c *Caller) tick(quit chan struct{}) {
	clock := time.NewTicker(audio.Tick)
	defer clock.Stop()
	for n := uint64(1); ; n++ {
		select {
		case <-quit:
			return
		case <-clock.C:
		}
		var f audio.Frame
		peak := float32(0)
		if c.port.Gather(n, &f) {
			for _, v := range f {
				peak = max(peak, v, -v)
			}
		}
		f = audio.Frame{}
		c.mu.Lock()
		c.loud = append(c.loud, peak)
		if c.speech != nil {
			c.speech(&f)
		}
		c.mu.Unlock()
		c.port.Deliver(n, &f)
	}
}

// Press presses keys, one each 200 ms.
func (c *Caller) Press(digits string) {
	for _, d := range []byte(digits) {
		c.port.Digit(d)
		time.Sleep(200 * time.Millisecond)
	}
}

// Says is what the caller says from now on: f fills frames. Nil: nothing.
func (c *Caller) Says(f func(*audio.Frame)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.speech = f
}

// Answers says what comes of the app's dials.
func (c *Caller) Answers(f func(destination string) app.Dialled) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dials = f
}

// Hangup ends the call.
func (c *Caller) Hangup() { c.end() }

func (c *Caller) end() {
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
	c.port.End(app.ErrOver)
}

// Hears waits until the app has begun to say a prompt: the text, or as the
// configuration writes it. Each can be heard once.
func (c *Caller) Hears(prompt string) {
	c.t.Helper()
	c.await("to hear "+prompt, func() bool {
		i := slices.IndexFunc(c.said, func(s string) bool { return s == prompt || s == fmt.Sprintf("say(%q)", prompt) })
		if i >= 0 {
			c.said = c.said[i+1:]
		}
		return i >= 0
	})
}

// Said are the prompts that have begun since what was heard last, as the
// configuration writes them.
func (c *Caller) Said() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.said)
}

// Went waits until the app has sent the call to a destination.
func (c *Caller) Went(destination string) {
	c.t.Helper()
	c.await("to go to "+destination, func() bool {
		return slices.ContainsFunc(c.wishes, func(w app.Wish) bool { return w.Kind == app.WishTo && w.To == destination })
	})
}

// Ended waits until the app is through with the call, and returns its error: nil
// if all is well.
func (c *Caller) Ended() error {
	c.t.Helper()
	select {
	case <-c.done:
	case <-time.After(patience):
		c.t.Fatal("the app goes on")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Did are the names of the wishes that were done: "answer dial hangup".
func (c *Caller) Did() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var names []string
	for _, w := range c.wishes {
		names = append(names, w.Kind.String())
	}
	return strings.Join(names, " ")
}

// Loud is for how long the app was heard so far.
func (c *Caller) Loud() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, v := range c.loud {
		if v > 0.001 {
			n++
		}
	}
	return time.Duration(n) * audio.Tick
}

func (c *Caller) await(what string, ok func() bool) {
	c.t.Helper()
	for waited := time.Duration(0); waited < patience; waited += audio.Tick {
		c.mu.Lock()
		is := ok()
		c.mu.Unlock()
		if is {
			return
		}
		time.Sleep(audio.Tick)
	}
	c.t.Fatalf("the caller waited %v %s; it was said %q, and done: %s", patience, what, c.said, c.Did())
}

// link is the core.
type link struct{ *Caller }

// Ask implements [app.Link].
func (l *link) Ask(ctx context.Context, w app.Wish) (app.Answer, error) {
	l.mu.Lock()
	l.wishes = append(l.wishes, w)
	dials := l.dials
	l.mu.Unlock()
	switch w.Kind {
	case app.WishTo, app.WishHangup:
		l.end()
	case app.WishDial:
		if dials == nil {
			return app.Answer{Cause: "no_answer"}, nil
		}
		d := dials(w.To)
		return app.Answer{Cause: d.Cause, Talked: d.Talked}, nil
	case app.WishNext:
		return app.Answer{Refused: "there is no next step"}, nil
	}
	return app.Answer{}, ctx.Err()
}

// Prompt implements [app.Link].
func (l *link) Prompt(_ context.Context, _ string, p host.Prompt) (host.Sound, error) {
	name := fmt.Sprintf("say(%q)", p.Text)
	switch {
	case p.File != "":
		name = fmt.Sprintf("sound(%q)", p.File)
	case p.Tone != "":
		name = fmt.Sprintf("tone(%q)", p.Tone)
	}
	return l.says(name, PromptTime), nil
}

// says begins what the caller hears.
func (c *Caller) says(name string, lasts time.Duration) host.Sound {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, name)
	return &sound{left: int(lasts / audio.Tick)}
}

// sound is a prompt: a level.
type sound struct{ left int }

// Next implements [host.Sound].
func (s *sound) Next(_ context.Context, frames []audio.Frame) (int, error) {
	n := min(len(frames), s.left)
	s.left -= n
	for i := range frames[:n] {
		for j := range frames[i] {
			frames[i][j] = 0.25
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Close implements [host.Sound].
func (*sound) Close() {}
