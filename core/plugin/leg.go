package plugin

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/leg/remote"
)

// Leg is one leg in a plugin: a [leg.Media] with a [mix.Line], or one that takes
// signals (station.go). That of a session description holds an RTP port until Close, unless its plugin binds its own,
// and outlives the plugin's process:
//
//	         open           the process ends          the next one has it
//	opening ─────▶ live ───────────────────▶ stranded ───────────────────▶ live
//	   │            │ it breaks                 │ too late, refused, guilty
//	   ├────────────┴───────────────────────────┴──▶ lost
//	   └─── from any: Close ──▶ closed
type Leg struct {
	id     string
	keeper *keeper
	p      leg.Params // for the next process: without the offer
	tell   func(leg.Event)
	socks  []bus.Socket // RTP's, and RTCP's if it has one; none where the plugin has its own
	line   line
	ending sync.Once
	latest atomic.Pointer[sample]

	mu    sync.Mutex
	state state
	seat  *seat         // in a process: the present one, or the last
	saved []byte        // the last checkpoint
	since time.Time     // stranded
	limit *time.Timer   // of being stranded
	moved chan struct{} // closed when it is stranded no more
	blame int           // how many ends of a process it may have caused
}

type state int

const (
	opening state = iota
	live
	stranded
	lost
	closed
)

var (
	_ leg.Media    = (*Leg)(nil)
	_ leg.Trickler = (*Leg)(nil)
)

// strandTimeout is how long a leg waits for its plugin to come back. Its party
// hears nothing meanwhile.
const strandTimeout = 5 * time.Second

// seat is a leg's place in one life of its plugin.
type seat struct {
	leg     *Leg
	in      *legs
	line    *bus.Line
	far     *remote.Leg   // nil until open
	resumed bool          // the leg is older than this life
	since   time.Time     // it is open
	proved  chan struct{} // closed when the resumed leg is known to work
	proof   sync.Once
	left    bool // its life ended; guarded by the leg's mu
}

// line is a leg's audio, whichever process it comes from. The tick's goroutine
// reads and writes it while another changes the process.
type line struct{ now atomic.Pointer[bus.Line] }

var (
	_ mix.Sharer  = (*line)(nil)
	_ mix.Hander  = (*line)(nil)
	_ mix.Handing = (*line)(nil)
)

// Read implements [mix.Line].
func (l *line) Read(tick uint64, f *audio.Frame) bool {
	now := l.now.Load()
	return now != nil && now.Read(tick, f)
}

// Write implements [mix.Line].
func (l *line) Write(tick uint64, f *audio.Frame) {
	if now := l.now.Load(); now != nil {
		now.Write(tick, f)
	}
}

// WriteShared implements [mix.Sharer].
func (l *line) WriteShared(tick uint64, f *audio.Frame, s *audio.Share) {
	if now := l.now.Load(); now != nil {
		now.WriteShared(tick, f, s)
	}
}

// WriteHand implements [mix.Hander]: within one life of one plugin.
func (l *line) WriteHand(tick uint64, f *audio.Frame, other mix.Line) {
	now := l.now.Load()
	if now == nil {
		return
	}
	if o, ok := other.(*line); ok {
		if to := o.now.Load(); to != nil {
			now.WriteHand(tick, f, to)
			return
		}
	}
	now.Write(tick, f)
}

// Handed implements [mix.Handing].
func (l *line) Handed(tick uint64) bool {
	now := l.now.Load()
	return now != nil && now.Handed(tick)
}

// OpenLeg opens a leg in the named plugin: it binds sockets for RTP and RTCP, unless
// the plugin binds its own ([leg.Binder]), takes a line of the bus, and returns the leg
// with its first description. News of the
// leg is told by calling tell, which must not block, until Close. When the
// leg breaks, or its plugin ends and does not come back soon with the leg, the
// last news is [leg.Lost]; the leg is closed all the same.
//
// Errors are those of [leg.Terminator]; a plugin that is not up and will not be
// in a second, and one that ends meanwhile, is [leg.ErrGone].
func (h *Host) OpenLeg(ctx context.Context, plugin string, p leg.Params, tell func(leg.Event)) (*Leg, []byte, error) {
	k, life, err := h.use(ctx, plugin, sdk.KindLeg)
	if err != nil {
		return nil, nil, err
	}
	opened := false
	defer func() {
		if !opened {
			k.exit()
		}
	}()
	i := life.legs
	l := &Leg{id: p.Leg, keeper: k, p: p, tell: tell}
	l.p.Remote = nil
	if !life.info.Binds {
		sock, err := h.ports.open(p.Address)
		if err != nil {
			return nil, nil, err
		}
		l.socks = []bus.Socket{sock}
		if c := h.ports.openControl(sock); c != nil {
			l.socks = append(l.socks, c)
		}
	}
	s, err := i.seat(l, false)
	if err != nil {
		h.shut(l.socks)
		return nil, nil, err
	}
	description, err := s.open(ctx, p)
	if err != nil {
		l.leave(s)
		h.shut(l.socks)
		return nil, nil, err
	}
	if !l.settle(s) { // lost already: its plugin ended
		l.leave(s)
	}
	opened = true
	return l, description, nil
}

// seat gives a leg its place in this life. resumed: the leg is older.
func (i *legs) seat(l *Leg, resumed bool) (*seat, error) {
	line, err := i.process.Bus().Open()
	if err != nil {
		if i.ended() {
			return nil, leg.ErrGone
		}
		return nil, fmt.Errorf("plugin %s has no room for another leg: %w", l.keeper.spec.Name, err)
	}
	s := &seat{leg: l, in: i, line: line, resumed: resumed, proved: make(chan struct{})}
	if !i.add(s) {
		line.Close()
		return nil, leg.ErrGone
	}
	return s, nil
}

// open hands the socket over and opens the far end. The call is not cut short
// when ctx ends, because nobody would know then what became of the leg: it is
// closed instead.
func (s *seat) open(ctx context.Context, p leg.Params) ([]byte, error) {
	var token uint64
	if len(s.leg.socks) > 0 {
		token = s.in.host.tokens.Add(1)
		if err := s.in.process.Bus().Pass(token, s.leg.socks); err != nil {
			if s.in.ended() {
				return nil, leg.ErrGone
			}
			return nil, fmt.Errorf("the RTP socket could not be handed over: %w", err)
		}
	}
	var description []byte
	err := s.in.call(context.WithoutCancel(ctx), "Open of a leg", func(ctx context.Context) (err error) {
		s.far, description, err = s.in.client.Open(ctx, p, remote.Attachment{Line: s.line.ID(), Sockets: token})
		return err
	})
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, errors.Join(ctx.Err(), s.in.call(context.WithoutCancel(ctx), "Close", s.far.Close))
	}
	return description, nil
}

// settle makes an open seat the leg's own. It reports false if the leg was
// closed or lost meanwhile, or if this life ended: a stranded leg waits on, then.
func (l *Leg) settle(s *seat) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.left || l.state != opening && l.state != stranded {
		return false
	}
	if l.state == stranded {
		l.unstrand()
		l.keeper.forget(l) // under mu: this life may end the next moment, and strand it again
	}
	l.state, l.seat = live, s
	s.since = time.Now()
	select {
	case <-s.proved: // its first checkpoint was faster than the answer to its opening
		l.blame = 0
	default:
	}
	l.line.now.Store(s.line)
	return true
}

// unstrand ends the waiting. mu is held.
func (l *Leg) unstrand() {
	l.limit.Stop()
	close(l.moved)
}

// strand takes the leg out of a life that has ended. What it needs to go on it
// has told before, or it is lost.
func (l *Leg) strand(s *seat, reason string) {
	l.mu.Lock()
	s.left = true
	cared := true
	if l.state == live && len(l.saved) > 0 {
		cared = l.keeper.wait(l)
		l.state, l.since, l.moved = stranded, time.Now(), make(chan struct{})
		l.limit = time.AfterFunc(strandTimeout, func() {
			l.lose(fmt.Sprintf("%s; it was not back with this leg within %v", reason, strandTimeout))
		})
	}
	waits := l.state == stranded && cared
	l.mu.Unlock()
	l.leave(s)
	if !waits {
		l.lose(reason)
	}
}

// leave gives a seat up.
func (l *Leg) leave(s *seat) {
	l.line.now.CompareAndSwap(s.line, nil)
	s.in.remove(s)
	s.line.Close()
}

// Line is the leg's audio. It stays the same for the leg's life.
func (l *Leg) Line() mix.Line { return &l.line }

// Offer implements [leg.Media].
func (l *Leg) Offer(ctx context.Context, dir leg.Direction) (offer []byte, err error) {
	err = l.do(ctx, "Offer", func(ctx context.Context, far *remote.Leg) error {
		offer, err = far.Offer(ctx, dir)
		return err
	})
	return offer, err
}

// Accept implements [leg.Media].
func (l *Leg) Accept(ctx context.Context, answer []byte) error {
	return l.do(ctx, "Accept", func(ctx context.Context, far *remote.Leg) error { return far.Accept(ctx, answer) })
}

// Rollback implements [leg.Media].
func (l *Leg) Rollback(ctx context.Context) error {
	return l.do(ctx, "Rollback", func(ctx context.Context, far *remote.Leg) error { return far.Rollback(ctx) })
}

// Answer implements [leg.Media].
func (l *Leg) Answer(ctx context.Context, offer []byte, dir leg.Direction) (answer []byte, err error) {
	err = l.do(ctx, "Answer", func(ctx context.Context, far *remote.Leg) error {
		answer, err = far.Answer(ctx, offer, dir)
		return err
	})
	return answer, err
}

// Trickle implements [leg.Trickler]. [leg.ErrState]: the plugin's leg is no such.
func (l *Leg) Trickle(ctx context.Context, candidates []string) error {
	return l.do(ctx, "Trickle", func(ctx context.Context, far *remote.Leg) error { return far.Trickle(ctx, candidates) })
}

// Digit implements [leg.Media].
func (l *Leg) Digit(ctx context.Context, digit byte, d time.Duration) error {
	return l.do(ctx, "Digit", func(ctx context.Context, far *remote.Leg) error { return far.Digit(ctx, digit, d) })
}

// Stats implements [leg.Media]. After Close it returns the last counters,
// without asking the plugin.
func (l *Leg) Stats(ctx context.Context) (stats leg.Stats, err error) {
	l.mu.Lock()
	s := l.seat
	told := l.state == lost && s != nil && !s.left
	l.mu.Unlock()
	if told { // its plugin lives, and knows how it came
		err = s.in.call(ctx, "Stats", func(ctx context.Context) error {
			stats, err = s.far.Stats(ctx)
			return err
		})
		return stats, err
	}
	err = l.do(ctx, "Stats", func(ctx context.Context, far *remote.Leg) error {
		stats, err = far.Stats(ctx)
		return err
	})
	return stats, err
}

// Close implements [leg.Media]. The port and the line are given back whatever
// the plugin says, and whether or not ctx ends: it takes 2 s at most.
func (l *Leg) Close(context.Context) (err error) {
	l.ending.Do(func() {
		l.mu.Lock()
		was, s := l.state, l.seat
		if was == stranded {
			l.unstrand()
		}
		l.state = closed
		l.mu.Unlock()
		if was == live || was == lost && s != nil && !s.in.ended() {
			err = s.in.closer.close(s.far)
		}
		if s != nil {
			l.leave(s)
		}
		l.keeper.forget(l)
		l.keeper.host.shut(l.socks)
		l.keeper.exit()
	})
	if errors.Is(err, leg.ErrGone) {
		return nil
	}
	return err
}

// do makes a control call. While the leg is stranded it waits; a call that is
// under way when the process ends fails, because it may be what ended it.
func (l *Leg) do(ctx context.Context, what string, f func(context.Context, *remote.Leg) error) error {
	for {
		l.mu.Lock()
		now, s, moved := l.state, l.seat, l.moved
		l.mu.Unlock()
		switch {
		case now == stranded:
			select {
			case <-moved:
				continue
			case <-ctx.Done():
				return fmt.Errorf("%w: its plugin ended and is being started again", leg.ErrGone)
			}
		case now == lost || s == nil:
			return leg.ErrGone
		case now == live && s.in.ended(): // it is about to be stranded, or lost
			select {
			case <-s.in.over:
				continue
			case <-ctx.Done():
				return leg.ErrGone
			}
		}
		return s.in.call(ctx, what, func(ctx context.Context) error { return f(ctx, s.far) })
	}
}

// hear takes news from the plugin.
func (s *seat) hear(e leg.Event) {
	l := s.leg
	switch e.Kind {
	case leg.Lost:
		l.lose(e.Reason)
		return
	case leg.Checkpoint:
		l.mu.Lock()
		l.saved = e.State
		if l.seat == s {
			l.blame = 0
		}
		s.proof.Do(func() { close(s.proved) })
		l.mu.Unlock()
		return
	}
	l.mu.Lock()
	gone := l.state == lost
	l.mu.Unlock()
	if !gone {
		l.tell(e)
	}
}

// lose tells once that the leg is lost.
func (l *Leg) lose(reason string) {
	l.mu.Lock()
	was := l.state
	if was != closed {
		l.state = lost
	}
	if was == stranded {
		l.unstrand()
	}
	l.mu.Unlock()
	if was != lost && was != closed {
		l.keeper.forget(l)
		l.tell(leg.Event{Kind: leg.Lost, Reason: reason})
	}
}

// shut closes a leg's sockets and lets its ports rest.
func (h *Host) shut(socks []bus.Socket) {
	if len(socks) == 0 {
		return
	}
	port := socks[0].LocalAddr().Port()
	for _, s := range socks {
		if err := s.Close(); err != nil {
			h.log.Warn("an RTP socket did not close; its port is free again all the same", "port", s.LocalAddr().Port(), "error", err)
		}
	}
	h.ports.give(port)
}
