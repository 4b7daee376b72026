package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/tool"
	"github.com/plugboard/plugboard/sdk/tool/remote"
)

func toolCases() []Case {
	return []Case{
		{"tool/listens", "It takes every frame of every party, each apart, and says when its work on the call is done.", sdk.KindTool, listens},
		{"tool/nobody", "A call in which nobody is heard ends as any other.", sdk.KindTool, nobody},
		{"tool/leaves", "A party that leaves and comes back is another source; the others go on.", sdk.KindTool, leaves},
		{"tool/together", "It listens to ten calls at once, and the end of one is not the end of another.", sdk.KindTool, many},
		{"tool/resumed", "It goes on with a call that an earlier process of it had.", sdk.KindTool, resumed},
		{"tool/wishes", "A wish that it does not know is refused with a sentence, and does not cost the call.", sdk.KindTool, wishes},
		{"tool/recording", "It finds nothing said in a recording of silence, or says that it writes down no recordings.", sdk.KindTool, recording},
		{"tool/gone", "Ending what is not there harms nobody.", sdk.KindTool, gone},
	}
}

// done is how long a tool may take to finish its work on a call.
const done = 20 * time.Second

// ear is a tool on one call.
type ear struct {
	b      *bench
	c      *remote.Client
	id     string
	events chan tool.Event
}

// ears watches the news of a tool, of which attach makes some.
type ears struct {
	b      *bench
	c      *remote.Client
	all    map[string]*ear // by attachment
	cancel context.CancelFunc
	read   chan struct{}
}

// hear attaches the tool to so many calls, and has try do something with them.
func hear(ctx context.Context, b *bench, calls int, again bool, try func([]*ear) error) error {
	ctx, cancel := context.WithCancel(ctx)
	e := &ears{b: b, c: remote.NewClient(b.Conn()), all: map[string]*ear{}, cancel: cancel, read: make(chan struct{})}
	var on []*ear
	for i := range calls {
		one := &ear{b: b, c: e.c, id: fmt.Sprintf("attachment-%d", i), events: make(chan tool.Event, 1000)}
		e.all[one.id] = one
		on = append(on, one)
	}
	go func() { // ends by cancel
		defer close(e.read)
		_ = e.c.Events(ctx, e.tell) // its end shows in what does not come
	}()
	defer func() {
		cancel()
		<-e.read
	}()
	for i, one := range on {
		if err := one.attach(ctx, i, again); err != nil {
			return fmt.Errorf("call %d: it refuses it: %w", i+1, err)
		}
	}
	return try(on)
}

func (e *ears) tell(id string, n tool.Event) {
	if one := e.all[id]; one != nil {
		select {
		case one.events <- n:
		default: // a thousand are enough
		}
	}
}

func (e *ear) attach(ctx context.Context, n int, again bool) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	e.b.mu.Lock()
	tick := e.b.tick
	e.b.mu.Unlock()
	return e.c.Attach(ctx, tool.Call{
		Attachment: e.id, Tool: "tested", ID: fmt.Sprintf("plugtest-%d", n), From: "101", FromName: "Anna", To: "102",
		Route: "office", Started: time.Now(), Tick: tick, At: time.Now(), Resumed: again,
	})
}

// party is one who is heard.
type party struct {
	e    *ear
	leg  string
	line *bus.Line
	stop func() uint64
	from uint64
}

// join has somebody come into the call who says a tone.
func (e *ear) join(ctx context.Context, leg string, hz int) (*party, error) {
	line, err := e.b.Bus().Open()
	if err != nil {
		return nil, err
	}
	p := &party{e: e, leg: leg, line: line}
	var f audio.Frame
	from, stop := e.b.at(func(tick uint64) {
		sine(&f, hz, int(tick))
		line.Write(tick, &f)
	})
	p.stop, p.from = stop, from+1
	at := remote.Place{Attachment: e.id, Line: line.ID(), Tick: p.from}
	if err := e.c.Source(ctx, tool.Speaker{Leg: leg, Kind: "extension", Name: leg, Number: "101", Since: time.Now()}, at); err != nil {
		p.stop()
		line.Close()
		return nil, fmt.Errorf("it refuses a source: %w", err)
	}
	return p, nil
}

// leave ends a party, and returns how many frames it said.
func (p *party) leave(ctx context.Context) (frames uint64, err error) {
	last := p.stop()
	err = p.e.c.End(ctx, p.e.id, map[string]uint64{p.leg: last})
	p.line.Close()
	return last + 1 - p.from, err
}

// finish takes the tool from the call and waits until its work is done.
func (e *ear) finish(ctx context.Context) (tool.Event, error) {
	if err := e.c.Detach(ctx, e.id); err != nil {
		return tool.Event{}, err
	}
	limit := time.NewTimer(done)
	defer limit.Stop()
	for {
		select {
		case n := <-e.events:
			switch n.Kind {
			case tool.Ended:
				return n, nil
			case tool.Lost:
				return n, fmt.Errorf("it gives the call up: %s", n.Text)
			}
		case <-limit.C:
			return tool.Event{}, fmt.Errorf("its work on the call is not done %s after the call's end: Listen is to return when its frames end, and then Close", done)
		case <-ctx.Done():
			return tool.Event{}, ctx.Err()
		}
	}
}

// pass lets time pass.
func pass(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// talk has two parties talk for a second, and ends the call.
func talk(ctx context.Context, e *ear) error {
	a, err := e.join(ctx, "leg-a", 440)
	if err != nil {
		return err
	}
	b, err := e.join(ctx, "leg-b", 660)
	if err != nil {
		a.line.Close()
		return err
	}
	pass(ctx, time.Second)
	said, err := a.leave(ctx)
	more, err2 := b.leave(ctx)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	n, err := e.finish(ctx)
	if err != nil {
		return err
	}
	// The core's own lateness may hide a frame from anybody.
	if got := n.Frames + n.Missed; got+4 < said+more || n.Frames == 0 {
		return fmt.Errorf("of %d frames it took %d and missed %d", said+more, n.Frames, n.Missed)
	}
	return nil
}

func listens(ctx context.Context, b *bench) error {
	return hear(ctx, b, 1, false, func(e []*ear) error { return talk(ctx, e[0]) })
}

func resumed(ctx context.Context, b *bench) error {
	return hear(ctx, b, 1, true, func(e []*ear) error { return talk(ctx, e[0]) })
}

func nobody(ctx context.Context, b *bench) error {
	return hear(ctx, b, 1, false, func(e []*ear) error {
		_, err := e[0].finish(ctx)
		return err
	})
}

func leaves(ctx context.Context, b *bench) error {
	return hear(ctx, b, 1, false, func(e []*ear) error {
		stays, err := e[0].join(ctx, "leg-a", 440)
		if err != nil {
			return err
		}
		for range 2 {
			comes, err := e[0].join(ctx, "leg-b", 660)
			if err != nil {
				return err
			}
			pass(ctx, 300*time.Millisecond)
			if _, err := comes.leave(ctx); err != nil {
				return err
			}
		}
		if _, err := stays.leave(ctx); err != nil {
			return err
		}
		_, err = e[0].finish(ctx)
		return err
	})
}

func many(ctx context.Context, b *bench) error {
	return hear(ctx, b, 10, false, func(all []*ear) error {
		for i, e := range all {
			if i%2 == 0 {
				if _, err := e.finish(ctx); err != nil {
					return fmt.Errorf("call %d: %w", i+1, err)
				}
			}
		}
		for i, e := range all {
			if i%2 == 1 {
				if err := talk(ctx, e); err != nil {
					return fmt.Errorf("call %d, after others ended: %w", i+1, err)
				}
			}
		}
		return nil
	})
}

func wishes(ctx context.Context, b *bench) error {
	return hear(ctx, b, 1, false, func(e []*ear) error {
		if err := e[0].c.Control(ctx, e[0].id, "do-what-nobody-can"); err == nil {
			return errors.New("it takes the wish \"do-what-nobody-can\"")
		}
		return talk(ctx, e[0])
	})
}

func recording(ctx context.Context, b *bench) error {
	ctx, cancel := context.WithTimeout(ctx, done)
	defer cancel()
	silence := bytes.NewReader(make([]byte, 2*2*tool.TranscribeRate))
	switch text, err := remote.NewClient(b.Conn()).Transcribe(ctx, silence); {
	case errors.Is(err, tool.ErrNoTranscriber):
		return nil
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("two seconds of silence are not written down within %v", done)
	case err != nil:
		return fmt.Errorf("it cannot: %w", err)
	case text != "":
		return fmt.Errorf("in silence it finds %q", text)
	}
	return nil
}

func gone(ctx context.Context, b *bench) error {
	return hear(ctx, b, 1, false, func(e []*ear) error {
		if err := e[0].c.End(ctx, e[0].id, map[string]uint64{"nobody": 1}); err != nil {
			return fmt.Errorf("ending a source that there is not: %w", err)
		}
		if err := e[0].c.Detach(ctx, "nothing"); err != nil {
			return fmt.Errorf("ending an attachment that there is not: %w", err)
		}
		return talk(ctx, e[0])
	})
}
