package plugin

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/leg/remote"
)

// Leg is one leg in a plugin's process: a [leg.Media] and a [mix.Line]. It
// holds an RTP port and a line of the bus until Close, also when the plugin is
// gone; its Line is silent then.
type Leg struct {
	id   string
	in   *instance
	tell func(leg.Event)
	line *bus.Line
	sock bus.Socket
	far  *remote.Leg // set once open

	lost   atomic.Bool
	closed sync.Once
}

var _ leg.Media = (*Leg)(nil)

// OpenLeg opens a leg in the named plugin: it binds an RTP socket, takes a
// line of the bus, and returns the leg with its first description. News of the
// leg is told by calling tell, which must not block, until Close. When the
// plugin ends, or the leg breaks in it, the last news is [leg.Lost]; the leg
// is closed all the same.
//
// Errors are those of [leg.Terminator]; a plugin that is not up, and one that
// ends meanwhile, is [leg.ErrGone].
func (h *Host) OpenLeg(ctx context.Context, plugin string, p leg.Params, tell func(leg.Event)) (*Leg, []byte, error) {
	k, err := h.find(plugin)
	if err != nil {
		return nil, nil, err
	}
	i := k.instance()
	if i == nil {
		info := k.info()
		return nil, nil, fmt.Errorf("plugin %s is %s (%s): %w", plugin, info.State, info.Reason, leg.ErrGone)
	}
	sock, err := h.ports.open()
	if err != nil {
		return nil, nil, err
	}
	line, err := i.process.Bus().Open()
	if err != nil {
		h.shut(sock)
		return nil, nil, fmt.Errorf("plugin %s has no room for another leg: %w", plugin, err)
	}
	l := &Leg{id: p.Leg, in: i, tell: tell, line: line, sock: sock}
	description, err := l.open(ctx, p)
	if err != nil {
		l.release()
		return nil, nil, err
	}
	return l, description, nil
}

// open hands the socket over and opens the far end. The call is not cut short
// when ctx ends, because nobody would know then what became of the leg: it is
// closed instead.
func (l *Leg) open(ctx context.Context, p leg.Params) ([]byte, error) {
	if !l.in.add(l) {
		return nil, leg.ErrGone
	}
	token := l.in.host.tokens.Add(1)
	if err := l.in.process.Bus().Pass(token, []bus.Socket{l.sock}); err != nil {
		return nil, fmt.Errorf("the RTP socket could not be handed over: %w", err)
	}
	var description []byte
	err := l.in.call(context.WithoutCancel(ctx), "Open of a leg", func(ctx context.Context) (err error) {
		l.far, description, err = l.in.client.Open(ctx, p, remote.Attachment{Line: l.line.ID(), Sockets: token})
		return err
	})
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, errors.Join(ctx.Err(), l.in.call(context.WithoutCancel(ctx), "Close", l.far.Close))
	}
	return description, nil
}

// Line is the leg's audio.
func (l *Leg) Line() mix.Line { return l.line }

// Offer implements [leg.Media].
func (l *Leg) Offer(ctx context.Context, dir leg.Direction) (offer []byte, err error) {
	err = l.do(ctx, "Offer", func(ctx context.Context) error {
		offer, err = l.far.Offer(ctx, dir)
		return err
	})
	return offer, err
}

// Accept implements [leg.Media].
func (l *Leg) Accept(ctx context.Context, answer []byte) error {
	return l.do(ctx, "Accept", func(ctx context.Context) error { return l.far.Accept(ctx, answer) })
}

// Rollback implements [leg.Media].
func (l *Leg) Rollback(ctx context.Context) error {
	return l.do(ctx, "Rollback", l.far.Rollback)
}

// Answer implements [leg.Media].
func (l *Leg) Answer(ctx context.Context, offer []byte, dir leg.Direction) (answer []byte, err error) {
	err = l.do(ctx, "Answer", func(ctx context.Context) error {
		answer, err = l.far.Answer(ctx, offer, dir)
		return err
	})
	return answer, err
}

// Digit implements [leg.Media].
func (l *Leg) Digit(ctx context.Context, digit byte, d time.Duration) error {
	return l.do(ctx, "Digit", func(ctx context.Context) error { return l.far.Digit(ctx, digit, d) })
}

// Stats implements [leg.Media]. After Close it returns the last counters,
// without asking the plugin.
func (l *Leg) Stats(ctx context.Context) (stats leg.Stats, err error) {
	err = l.do(ctx, "Stats", func(ctx context.Context) error {
		stats, err = l.far.Stats(ctx)
		return err
	})
	return stats, err
}

// Close implements [leg.Media]. The port and the line are given back whatever
// the plugin says, and whether or not ctx ends: it takes 2 s at most.
func (l *Leg) Close(context.Context) (err error) {
	l.closed.Do(func() {
		if !l.lost.Load() {
			err = l.in.closer.close(l.far)
		}
		l.release()
	})
	if errors.Is(err, leg.ErrGone) {
		return nil
	}
	return err
}

// do makes a control call, unless the leg is lost.
func (l *Leg) do(ctx context.Context, what string, f func(context.Context) error) error {
	if l.lost.Load() {
		return leg.ErrGone
	}
	return l.in.call(ctx, what, f)
}

// release gives the leg's port and line back.
func (l *Leg) release() {
	l.in.remove(l)
	l.line.Close()
	l.in.host.shut(l.sock)
}

// hear takes news from the plugin.
func (l *Leg) hear(e leg.Event) {
	switch {
	case e.Kind == leg.Lost:
		l.lose(e.Reason)
	case e.Kind == leg.Checkpoint: // nobody else's business
	case !l.lost.Load():
		l.tell(e)
	}
}

// lose tells once that the leg is lost.
func (l *Leg) lose(reason string) {
	if !l.lost.Swap(true) {
		l.tell(leg.Event{Kind: leg.Lost, Reason: reason})
	}
}

// shut closes a socket and lets its port rest.
func (h *Host) shut(s bus.Socket) {
	port := s.LocalAddr().Port()
	if err := s.Close(); err != nil {
		h.log.Warn("an RTP socket did not close; its port is free again all the same", "port", port, "error", err)
	}
	h.ports.give(port)
}
