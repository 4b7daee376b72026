package suite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/app/remote"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/host"
	hostremote "github.com/plugboard/plugboard/sdk/host/remote"
)

func appCases() []Case {
	return []Case{
		{"app/hangup", "When the caller hangs up, at once or later, it lets go of the call within two seconds.", sdk.KindApp, hangups},
		{"app/keys", "Keys at any time, of any kind and number, do no harm.", sdk.KindApp, keys},
		{"app/refused", "It outlives a core that refuses what it wishes.", sdk.KindApp, refused},
		{"app/mute", "It outlives a house that cannot speak.", sdk.KindApp, mute},
		{"app/together", "It has ten calls at once, and the end of one is not the end of another.", sdk.KindApp, calls},
	}
}

// prompts are a second of a tone, or an error.
type prompts struct{ broken bool }

// Prompt implements [host.Prompts].
func (p prompts) Prompt(context.Context, string, host.Prompt) (host.Sound, error) {
	if p.broken {
		return nil, errors.New("this house has no voice")
	}
	return &prompt{left: 50}, nil
}

// prompt is one that is played.
type prompt struct{ left int }

// Next implements [host.Sound].
func (p *prompt) Next(_ context.Context, frames []audio.Frame) (n int, err error) {
	for ; n < len(frames) && p.left > 0; n++ {
		sine(&frames[n], 440, p.left)
		p.left--
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Close implements [host.Sound].
func (p *prompt) Close() {}

// caller is one who talks to the app.
type caller struct {
	b       *bench
	line    *bus.Line
	stop    func() uint64
	session *remote.Session
	over    chan error
	quit    chan struct{} // closed when nothing is answered any more
	all     sync.WaitGroup
}

// house is a core that answers as told.
type house struct {
	answer  func(app.Wish) app.Answer
	prompts prompts
}

// granted does all that is wished, at once; nobody picks up.
func granted(w app.Wish) app.Answer {
	if w.Kind == app.WishDial {
		return app.Answer{Cause: "no_answer"}
	}
	if w.Kind == app.WishNext {
		return app.Answer{Refused: "there are no steps here"}
	}
	return app.Answer{}
}

// in has try do something in a house.
func (h house) in(ctx context.Context, b *bench, callers int, try func([]*caller) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	all.Go(func() { _ = hostremote.Serve(ctx, b.Conn(), h.prompts, host.NoMailboxes{}) }) // ends by cancel
	var list []*caller
	defer func() {
		for _, c := range list {
			c.close()
		}
	}()
	for i := range callers {
		c, err := h.call(ctx, b, i)
		if err != nil {
			return fmt.Errorf("call %d: it does not take it: %w", i+1, err)
		}
		list = append(list, c)
	}
	return try(list)
}

// call gives the app a call, whose caller says a tone.
func (h house) call(ctx context.Context, b *bench, n int) (*caller, error) {
	line, err := b.Bus().Open()
	if err != nil {
		return nil, err
	}
	c := &caller{b: b, line: line, over: make(chan error, 1), quit: make(chan struct{})}
	var in, out audio.Frame
	_, c.stop = b.at(func(tick uint64) {
		line.Read(tick, &in)
		sine(&out, 500, int(tick))
		line.Write(tick, &out)
	})
	wished := make(chan app.Wish, 8)
	ready := make(chan struct{})
	c.all.Go(func() {
		<-ready
		for {
			select {
			case w := <-wished:
				if c.session != nil && w.Kind != app.WishStop {
					c.session.Answer(h.answer(w))
				}
			case <-c.quit:
				return
			}
		}
	})
	facts := app.Facts{
		ID: fmt.Sprintf("plugtest-%d", n), Leg: fmt.Sprintf("leg-%d", n), At: "app(plugin.tested)", From: "101", FromName: "Anna",
		FromExtension: "anna", To: "700", Route: "office", Language: "en", Started: time.Now(), Config: []byte("{}"),
	}
	c.session, err = remote.NewClient(b.Conn()).Run(ctx, facts, line.ID(), func(w app.Wish) {
		select {
		case wished <- w:
		case <-c.quit:
		}
	}, func(err error) { c.over <- err })
	close(ready)
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// close lets go of what is left of a call.
func (c *caller) close() {
	if c.session != nil {
		c.session.Cut()
		c.session.Wait()
	}
	close(c.quit)
	c.all.Wait()
	c.stop()
	c.line.Close()
}

// hangup ends the call, and returns an error if the app does not let go. One that
// had ended the call itself, also by failing, has let go.
func (c *caller) hangup() error {
	c.session.End("normal")
	err := <-c.over // the session bounds it
	c.over <- err
	if errors.Is(err, app.ErrOver) {
		return errors.New("the app's Run did not return when the call was over: return when a method of the call returns an error, or ctx ends")
	}
	if errors.Is(err, app.ErrLost) || err != nil && strings.Contains(err.Error(), "panicked") {
		return err
	}
	return nil
}

func hangups(ctx context.Context, b *bench) error {
	for _, after := range []time.Duration{0, 20 * time.Millisecond, 500 * time.Millisecond, 3 * time.Second} {
		err := house{answer: granted}.in(ctx, b, 1, func(c []*caller) error {
			pass(ctx, after)
			return c[0].hangup()
		})
		if err != nil {
			return fmt.Errorf("hung up after %v: %w", after, err)
		}
	}
	return b.alive(ctx)
}

func keys(ctx context.Context, b *bench) error {
	err := house{answer: granted}.in(ctx, b, 1, func(c []*caller) error {
		for i := range 120 {
			c[0].session.Digit("0123456789*#ABCD"[i%16])
			if i%10 == 0 {
				pass(ctx, 50*time.Millisecond)
			}
		}
		return c[0].hangup()
	})
	if err != nil {
		return err
	}
	return b.alive(ctx)
}

func refused(ctx context.Context, b *bench) error {
	no := house{answer: func(app.Wish) app.Answer { return app.Answer{Refused: "not today"} }}
	err := no.in(ctx, b, 1, func(c []*caller) error {
		pass(ctx, 3*time.Second)
		return c[0].hangup()
	})
	if err != nil {
		return err
	}
	return b.alive(ctx)
}

func mute(ctx context.Context, b *bench) error {
	err := house{answer: granted, prompts: prompts{broken: true}}.in(ctx, b, 1, func(c []*caller) error {
		pass(ctx, 3*time.Second)
		return c[0].hangup()
	})
	if err != nil {
		return err
	}
	return b.alive(ctx)
}

func calls(ctx context.Context, b *bench) error {
	return house{answer: granted}.in(ctx, b, 10, func(all []*caller) error {
		for i, c := range all {
			pass(ctx, 50*time.Millisecond)
			if err := c.hangup(); err != nil {
				return fmt.Errorf("call %d of %d: %w", i+1, len(all), err)
			}
		}
		return b.alive(ctx)
	})
}
