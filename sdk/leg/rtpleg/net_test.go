package rtpleg

import (
	"context"
	"math"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
)

// network is UDP in memory. rule, where set, says for each datagram how long
// it travels; negative: it is lost. What it returns more than one of, comes
// more than once. media is the same for all but reports, which come at random
// times (RFC 3550, section 6.2): a test that counts packets has no use for them.
type network struct {
	mu    sync.Mutex
	socks map[netip.AddrPort]*socket
	rule  func(from, to netip.AddrPort, b []byte) []time.Duration
	media func(from, to netip.AddrPort, b []byte) []time.Duration
}

type datagram struct {
	b    []byte
	from netip.AddrPort
	at   time.Time
}

type socket struct {
	net    *network
	addr   netip.AddrPort
	queue  []datagram
	closed bool
	broken error // what Send returns
}

func newNetwork() *network { return &network{socks: map[netip.AddrPort]*socket{}} }

func (n *network) socket(addr string) *socket {
	s := &socket{net: n, addr: netip.MustParseAddrPort(addr)}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.socks[s.addr] = s
	return s
}

func (s *socket) Recv(b []byte) (int, netip.AddrPort, time.Time, error) {
	s.net.mu.Lock()
	defer s.net.mu.Unlock()
	now := time.Now()
	best := -1
	for i, d := range s.queue {
		if !d.at.After(now) && (best < 0 || d.at.Before(s.queue[best].at)) {
			best = i
		}
	}
	if best < 0 {
		return 0, netip.AddrPort{}, time.Time{}, bus.ErrEmpty
	}
	d := s.queue[best]
	s.queue = append(s.queue[:best], s.queue[best+1:]...)
	return copy(b, d.b), d.from, d.at, nil
}

func (s *socket) Send(b []byte, to netip.AddrPort) error {
	n := s.net
	n.mu.Lock()
	defer n.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	dst := n.socks[to]
	if dst == nil || dst.closed {
		return nil
	}
	travel := []time.Duration{0}
	switch {
	case n.rule != nil:
		travel = n.rule(s.addr, to, b)
	case n.media != nil && !isControl(b):
		travel = n.media(s.addr, to, b)
	}
	for _, t := range travel {
		if t >= 0 {
			dst.queue = append(dst.queue, datagram{append([]byte(nil), b...), s.addr, time.Now().Add(t)})
		}
	}
	return nil
}

func (s *socket) LocalAddr() netip.AddrPort { return s.addr }

func (s *socket) Close() error {
	s.net.mu.Lock()
	defer s.net.mu.Unlock()
	s.closed = true
	return nil
}

// party is one leg with what it told, said and heard.
type party struct {
	*Leg
	sock  *socket
	news  []leg.Event
	says  func(i int) float32 // sample i since the beginning; nil: nothing
	said  []float32
	heard []float32
	tick  uint64
	state atomic.Pointer[[]byte] // the last checkpoint
	deaf  atomic.Bool            // news is dropped
}

// hear takes what the leg tells. Checkpoints come from a goroutine of their own.
func (p *party) hear(e leg.Event) {
	if e.Kind == leg.Checkpoint {
		p.state.Store(&e.State)
	} else if !p.deaf.Load() {
		p.news = append(p.news, e)
	}
}

func (p *party) told(kind leg.EventKind) (out []leg.Event) {
	for _, e := range p.news {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// open opens a leg at addr, which answers remote, or offers.
func open(t testing.TB, n *network, addr, codecs string, remote []byte) (*party, []byte) {
	t.Helper()
	return openWith(t, n, addr, leg.Params{Codecs: fields(codecs), Symmetric: true, Remote: remote})
}

func openWith(t testing.TB, n *network, addr string, params leg.Params) (*party, []byte) {
	t.Helper()
	p := &party{sock: n.socket(addr)}
	params.Address = p.sock.addr.Addr()
	e, sdp, err := New().Open(context.Background(), params, []bus.Socket{p.sock}, p.hear)
	if err != nil {
		t.Fatal(err)
	}
	p.Leg = e.(*Leg)
	t.Cleanup(func() { p.Close(context.Background()) })
	return p, sdp
}

func fields(s string) (out []string) {
	for len(s) > 0 {
		i := 0
		for i < len(s) && s[i] != ' ' {
			i++
		}
		out = append(out, s[:i])
		s = s[min(len(s), i+1):]
	}
	return out
}

// step is one tick of a party, as the bus drives it.
func (p *party) deliver() {
	p.tick++
	var f *audio.Frame
	if p.says != nil {
		f = new(audio.Frame)
		for i := range f {
			f[i] = p.says(len(p.said) + i)
		}
	} else {
		f = new(audio.Frame)
	}
	p.said = append(p.said, f[:]...)
	p.Deliver(p.tick, f)
}

func (p *party) gather() {
	var f audio.Frame
	if !p.Gather(p.tick+1, &f) {
		f = audio.Frame{}
	}
	p.heard = append(p.heard, f[:]...)
}

// run lets ticks pass. Gather comes 15 ms after Deliver, as on the bus.
func run(ticks int, parties ...*party) {
	for range ticks {
		for _, p := range parties {
			p.deliver()
		}
		time.Sleep(15 * time.Millisecond)
		for _, p := range parties {
			p.gather()
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func tone(hz float64) func(int) float32 {
	return func(i int) float32 { return float32(0.5 * math.Sin(2*math.Pi*hz*float64(i)/audio.Rate)) }
}

// tones says how many dB of pcm is a tone of hz, against everything else in it,
// and its level in dB of full scale.
func tones(pcm []float32, hz float64) (snr, level float64) {
	var re, im, all float64
	for i, s := range pcm {
		w := 2 * math.Pi * hz * float64(i) / audio.Rate
		re += float64(s) * math.Cos(w)
		im += float64(s) * math.Sin(w)
		all += float64(s) * float64(s)
	}
	n := float64(len(pcm))
	power := 2 * (re*re + im*im) / n / n
	all /= n
	if all == 0 {
		return math.Inf(-1), math.Inf(-1)
	}
	return 10 * math.Log10(power/math.Max(all-power, 1e-12)), 10 * math.Log10(2*all)
}

// connect makes a call: a offers, b answers.
func connect(t testing.TB, n *network, codecsA, codecsB string) (a, b *party) {
	t.Helper()
	a, offer := open(t, n, "127.0.0.1:4000", codecsA, nil)
	b, answer := open(t, n, "127.0.0.2:5000", codecsB, offer)
	if err := a.Accept(context.Background(), answer); err != nil {
		t.Fatal(err)
	}
	return a, b
}
