package suite

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/leg/remote"
)

func legCases() []Case {
	return []Case{
		{"leg/able", "It says what its legs are: of session descriptions, with signalling of their own, or both.", sdk.KindLeg, able},
		{"leg/garbage", "A session description that makes no sense is refused, and costs neither the process nor another leg.", sdk.KindLeg, garbled},
		{"leg/talk", "Two of its legs that offer and answer each other agree on a codec and hear each other, until one closes.", sdk.KindLeg, converse},
		{"leg/rollback", "An offer that was refused is taken back, and what was agreed before stands.", sdk.KindLeg, takenBack},
		{"leg/address", "Whatever address is called: it is refused, or its leg tells within half a minute that it was answered or ended, and after the end it tells nothing.", sdk.KindLeg, addresses},
		{"leg/signals", "Signals and keys at any time, of any kind and in any order, do no harm.", sdk.KindLeg, signals},
		{"leg/closes", "A leg closes within two seconds wherever it stands, closes twice, and is gone then.", sdk.KindLeg, closes},
		{"leg/together", "It has ten legs at once, and the end of one is not the end of another.", sdk.KindLeg, legs},
	}
}

// desk opens legs in the plugin, and hears their news.
type desk struct {
	b      *bench
	client *remote.Client
	all    sync.WaitGroup
	quit   context.CancelFunc
	mu     sync.Mutex
	news   map[string][]leg.Event
	stirs  chan struct{} // holds a token when there is news
	next   int
}

// seated is one leg at the desk.
type seated struct {
	*remote.Leg
	d    *desk
	id   string
	line *bus.Line
	stop func() uint64
	// socket is that of a leg of a session description, nil if the plugin binds its
	// own. The plugin has its own end of it, or in memory the same.
	socket bus.Socket

	mu    sync.Mutex
	heard int // ticks at which it said something that is no silence
}

// atDesk has try do something at a desk.
func atDesk(ctx context.Context, b *bench, try func(*desk) error) error {
	ctx, cancel := context.WithCancel(ctx)
	d := &desk{b: b, client: remote.NewClient(b.Conn()), quit: cancel, news: map[string][]leg.Event{}, stirs: make(chan struct{}, 1)}
	d.all.Go(func() { // ends by cancel
		_ = d.client.Events(ctx, func(id string, e leg.Event) {
			d.mu.Lock()
			d.news[id] = append(d.news[id], e)
			d.mu.Unlock()
			select {
			case d.stirs <- struct{}{}:
			default:
			}
		})
	})
	defer d.all.Wait()
	defer cancel()
	return try(d)
}

// sit gives a leg a line, on which its peer says a tone.
func (d *desk) sit() (*seated, error) {
	line, err := d.b.Bus().Open()
	if err != nil {
		return nil, err
	}
	d.next++
	p := &seated{d: d, id: fmt.Sprintf("leg-%d", d.next), line: line}
	var in, out audio.Frame
	_, p.stop = d.b.at(func(tick uint64) {
		if line.Read(tick, &in) && in.Level() > -50 {
			p.mu.Lock()
			p.heard++
			p.mu.Unlock()
		}
		sine(&out, 500, int(tick))
		line.Write(tick, &out)
	})
	return p, nil
}

// open opens a leg of a session description.
func (d *desk) open(ctx context.Context, offer []byte) (*seated, []byte, error) {
	if !d.b.info.Terminates {
		return nil, nil, Skip("it reads and writes no session descriptions")
	}
	p, err := d.sit()
	if err != nil {
		return nil, nil, err
	}
	here := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	var token uint64
	if !d.b.info.Binds {
		if p.socket, err = bus.ListenUDP(netip.AddrPortFrom(here, 0)); err == nil {
			token = uint64(d.next)
			err = d.b.Bus().Pass(token, []bus.Socket{p.socket})
		}
	}
	var description []byte
	if err == nil {
		p.Leg, description, err = d.client.Open(ctx, leg.Params{
			Call: "plugtest", Leg: p.id, Address: here, Codecs: []string{"opus", "pcmu"}, Symmetric: true, Remote: offer,
		}, remote.Attachment{Line: p.line.ID(), Sockets: token})
	}
	if err != nil {
		p.rise()
		return nil, nil, err
	}
	return p, description, nil
}

// dial calls an address.
func (d *desk) dial(ctx context.Context, address string) (*seated, error) {
	if !d.b.info.Dials {
		return nil, Skip("its legs have no signalling of their own")
	}
	p, err := d.sit()
	if err != nil {
		return nil, err
	}
	p.Leg, err = d.client.Dial(ctx, leg.Dial{
		Call: "plugtest", Leg: p.id, Address: address, From: "101", FromName: "Anna", To: "700", Headers: map[string]string{"x-test": "1"},
	}, p.line.ID())
	if err != nil {
		p.rise()
		return nil, err
	}
	return p, nil
}

// any is a leg of whatever sort the plugin has. The error is a Skip if it makes none
// at that address.
func (d *desk) any(ctx context.Context) (*seated, error) {
	if d.b.info.Terminates {
		p, _, err := d.open(ctx, nil)
		return p, err
	}
	p, err := d.dial(ctx, d.b.address)
	if err != nil {
		err = Skip("it calls nobody at " + d.b.address + ": " + err.Error())
	}
	return p, err
}

// rise gives back what the leg has.
func (p *seated) rise() {
	p.stop()
	p.line.Close()
	if p.socket != nil {
		_ = p.socket.Close() // the plugin may have closed it
	}
}

// close closes the leg, and returns an error if that takes long.
func (p *seated) close(ctx context.Context) error {
	defer p.rise()
	began := time.Now()
	err := p.Close(ctx)
	if took := time.Since(began); err == nil && took > 2*time.Second {
		err = fmt.Errorf("Close took %v", took.Round(time.Millisecond))
	}
	return err
}

// told is the leg's news so far.
func (p *seated) told() []leg.Event {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	return append([]leg.Event(nil), p.d.news[p.id]...)
}

// waits waits until the leg was answered or ended.
func (p *seated) waits(ctx context.Context, d time.Duration) (leg.EventKind, error) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	for {
		for _, e := range p.told() {
			if e.Kind == leg.Answered || e.Kind == leg.Ended || e.Kind == leg.Lost {
				return e.Kind, nil
			}
		}
		select {
		case <-p.d.stirs:
		case <-ctx.Done():
			return 0, fmt.Errorf("%v after it was called, the leg was neither answered nor ended", d)
		}
	}
}

// sounds waits until the leg has said something for half a second.
func (p *seated) sounds(ctx context.Context) error {
	for range 100 {
		p.mu.Lock()
		heard := p.heard
		p.mu.Unlock()
		if heard >= 25 {
			return nil
		}
		pass(ctx, 100*time.Millisecond)
	}
	return fmt.Errorf("nothing was heard of %s for ten seconds, although its peer speaks", p.id)
}

func able(_ context.Context, b *bench) error {
	if i := b.info; !i.Terminates && !i.Dials && !i.Accepts {
		return errors.New("it says nothing of that in its hello")
	}
	return nil
}

func garbled(ctx context.Context, b *bench) error {
	return atDesk(ctx, b, func(d *desk) error {
		well, _, err := d.open(ctx, nil)
		if err != nil {
			return err
		}
		for _, sdp := range []string{"x", "v=0\r\n", "\x00\xff", "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", strings.Repeat("a=x\r\n", 10000)} {
			if p, _, err := d.open(ctx, []byte(sdp)); err == nil {
				_ = p.close(ctx)
				return fmt.Errorf("it answers %.20q", sdp)
			}
			if err := b.alive(ctx); err != nil {
				return fmt.Errorf("after %.20q: %w", sdp, err)
			}
			if _, err := well.Stats(ctx); err != nil {
				return fmt.Errorf("another leg is lost by %.20q: %w", sdp, err)
			}
		}
		return well.close(ctx)
	})
}

// pair has two legs talk, and then try do something with them. Where all legs of the
// plugin share sockets of its own, these cannot send to themselves, and the other leg
// is one of another process.
func (d *desk) pair(ctx context.Context, try func(ctx context.Context, a, b *seated) error) error {
	a, offer, err := d.open(ctx, nil)
	if err != nil {
		return err
	}
	if len(offer) == 0 {
		return errors.New("without an offer to answer, it makes none")
	}
	join := func(ctx context.Context, d *desk) error {
		b, answer, err := d.open(ctx, offer)
		if err != nil {
			return fmt.Errorf("it does not answer its own offer: %w", err)
		}
		if err := a.Accept(ctx, answer); err != nil {
			return fmt.Errorf("it does not accept its own answer: %w", err)
		}
		if err := errors.Join(a.sounds(ctx), b.sounds(ctx)); err != nil {
			return err
		}
		return errors.Join(try(ctx, a, b), a.close(ctx), b.close(ctx))
	}
	if !d.b.info.Binds {
		return join(ctx, d)
	}
	return d.b.with(ctx, func(ctx context.Context, other *bench) error {
		return atDesk(ctx, other, func(d *desk) error { return join(ctx, d) })
	})
}

func converse(ctx context.Context, b *bench) error {
	return atDesk(ctx, b, func(d *desk) error {
		return d.pair(ctx, func(ctx context.Context, one, _ *seated) error {
			if s, err := one.Stats(ctx); err != nil || s.Codec == "" {
				return fmt.Errorf("its counters name no codec of a leg that talks (%v)", err)
			}
			return nil
		})
	})
}

func takenBack(ctx context.Context, b *bench) error {
	return atDesk(ctx, b, func(d *desk) error {
		return d.pair(ctx, func(ctx context.Context, one, _ *seated) error {
			if _, err := one.Offer(ctx, leg.Inactive); err != nil {
				return fmt.Errorf("no further offer: %w", err)
			}
			if err := one.Rollback(ctx); err != nil {
				return fmt.Errorf("the offer is not taken back: %w", err)
			}
			one.mu.Lock()
			one.heard = 0
			one.mu.Unlock()
			return one.sounds(ctx)
		})
	})
}

func addresses(ctx context.Context, b *bench) error {
	return atDesk(ctx, b, func(d *desk) error {
		for _, address := range []string{b.address, "", "x", "\x00", "://", "ws://127.0.0.1:1/x", strings.Repeat("x", 1024)} {
			p, err := d.dial(ctx, address)
			var skip Skip
			switch {
			case errors.As(err, &skip):
				return err
			case err != nil: // it is refused
			default:
				if err := p.settles(ctx); err != nil {
					return fmt.Errorf("%.40q: %w", address, err)
				}
			}
			if err := b.alive(ctx); err != nil {
				return fmt.Errorf("after %.40q: %w", address, err)
			}
		}
		return nil
	})
}

// settles waits for what becomes of a leg, and closes it.
func (p *seated) settles(ctx context.Context) error {
	kind, err := p.waits(ctx, 30*time.Second)
	if err != nil {
		return errors.Join(err, p.close(ctx))
	}
	pass(ctx, 200*time.Millisecond)
	if told := p.told(); kind == leg.Ended && told[len(told)-1].Kind != leg.Ended {
		return errors.Join(errors.New("after it was ended, the leg told more"), p.close(ctx))
	}
	return p.close(ctx)
}

func signals(ctx context.Context, b *bench) error {
	return atDesk(ctx, b, func(d *desk) error {
		p, err := d.dial(ctx, b.address)
		var skip Skip
		if err != nil && !errors.As(err, &skip) {
			err = Skip("it calls nobody at " + b.address + ": " + err.Error())
		}
		if err != nil {
			return err
		}
		for range 3 {
			for kind := leg.SignalRing; kind < leg.SignalHangup; kind++ {
				_ = p.Signal(ctx, leg.Signal{Kind: kind, Text: "a text"}) // whether it minds is its own affair
			}
			for i := range 16 {
				_ = p.Digit(ctx, "0123456789*#ABCD"[i], 100*time.Millisecond)
			}
			pass(ctx, 100*time.Millisecond)
		}
		if err := p.Signal(ctx, leg.Signal{Kind: leg.SignalHangup, Cause: "normal"}); err != nil && !errors.Is(err, leg.ErrGone) {
			return fmt.Errorf("it does not take that its leg is hung up: %w", err)
		}
		return errors.Join(p.close(ctx), b.alive(ctx))
	})
}

func closes(ctx context.Context, b *bench) error {
	return atDesk(ctx, b, func(d *desk) error {
		for _, after := range []time.Duration{0, 20 * time.Millisecond, time.Second} {
			p, err := d.any(ctx)
			if err != nil {
				return err
			}
			pass(ctx, after)
			if err := p.close(ctx); err != nil {
				return fmt.Errorf("after %v: %w", after, err)
			}
			if err := p.Close(ctx); err != nil {
				return fmt.Errorf("closed twice: %w", err)
			}
			if err := p.Digit(ctx, '1', 100*time.Millisecond); !errors.Is(err, leg.ErrGone) {
				return fmt.Errorf("it still takes a key for a leg that was closed: %v", err)
			}
		}
		return b.alive(ctx)
	})
}

func legs(ctx context.Context, b *bench) error {
	return atDesk(ctx, b, func(d *desk) error {
		var all []*seated
		for range 10 {
			p, err := d.any(ctx)
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		for i, p := range all {
			if err := p.close(ctx); err != nil {
				return fmt.Errorf("leg %d of %d: %w", i+1, len(all), err)
			}
			for _, other := range all[i+1:] {
				if _, err := other.Stats(ctx); err != nil {
					return fmt.Errorf("with leg %d another was lost: %w", i+1, err)
				}
			}
		}
		return b.alive(ctx)
	})
}
