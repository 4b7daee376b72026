package rtpleg

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
)

// pipe is one end of a wire that allocates nothing.
type pipe struct {
	addr  netip.AddrPort
	other *pipe
	queue [8][maxPacket]byte
	sizes [8]int
	head  int
	count int
}

func newPipe() (a, b *pipe) {
	a = &pipe{addr: netip.MustParseAddrPort("127.0.0.1:4000")}
	b = &pipe{addr: netip.MustParseAddrPort("127.0.0.2:5000"), other: a}
	a.other = b
	return a, b
}

func (p *pipe) Recv(b []byte) (int, netip.AddrPort, time.Time, error) {
	if p.count == 0 {
		return 0, netip.AddrPort{}, time.Time{}, bus.ErrEmpty
	}
	i := p.head
	p.head, p.count = (p.head+1)%len(p.queue), p.count-1
	return copy(b, p.queue[i][:p.sizes[i]]), p.other.addr, time.Time{}, nil
}

func (p *pipe) Send(b []byte, _ netip.AddrPort) error {
	if o := p.other; o.count < len(o.queue) {
		i := (o.head + o.count) % len(o.queue)
		o.sizes[i] = copy(o.queue[i][:], b)
		o.count++
	}
	return nil
}

func (p *pipe) LocalAddr() netip.AddrPort { return p.addr }
func (p *pipe) Close() error              { return nil }

// pair is two legs on a pipe.
func pair(t testing.TB, codec string) (a, b leg.Endpoint) {
	t.Helper()
	return pairOf(t, New(), codec)
}

// pairOf is pair, of one process.
func pairOf(t testing.TB, term leg.Terminator, codec string) (a, b leg.Endpoint) {
	t.Helper()
	x, y := newPipe()
	tell := func(leg.Event) {}
	p := leg.Params{Address: x.addr.Addr(), Codecs: []string{codec}, Symmetric: true}
	a, offer, err := term.Open(context.Background(), p, []bus.Socket{x}, tell)
	if err != nil {
		t.Fatal(err)
	}
	p.Address, p.Remote = y.addr.Addr(), offer
	b, answer, err := term.Open(context.Background(), p, []bus.Socket{y}, tell)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Accept(context.Background(), answer); err != nil {
		t.Fatal(err)
	}
	return a, b
}

// speech fills a frame with something that is no pure tone.
func speech(f *audio.Frame) {
	for i := range f {
		f[i] = 0.4*tone(150)(i) + 0.3*tone(900)(i) + 0.2*tone(2300)(i)
	}
}

func TestTickAllocatesNothing(t *testing.T) {
	for _, codec := range []string{"pcmu", "opus"} {
		a, b := pair(t, codec)
		var in, out audio.Frame
		speech(&in)
		tick, heard := uint64(0), 0
		one := func() {
			tick++
			a.Deliver(tick, &in)
			b.Deliver(tick, &in)
			for _, e := range []leg.Endpoint{a, b} {
				if e.Gather(tick+1, &out) {
					heard++
				}
			}
		}
		for range 20 {
			one()
		}
		if n := leastAllocs(70, one); n != 0 {
			t.Errorf("%s: %.1f allocations a tick", codec, n)
		}
		if heard < 2*200 {
			t.Errorf("%s: of 213 ticks, %d frames were heard", codec, heard)
		}
		if err := a.Digit(context.Background(), '5', 213*audio.Tick); err != nil {
			t.Fatal(err)
		}
		if n := leastAllocs(70, one); n != 0 {
			t.Errorf("%s: %.1f allocations a tick while a digit is sent", codec, n)
		}
	}
}

// benchTicks is what two legs that talk to each other cost.
func benchTicks(b *testing.B, x, y leg.Audio) {
	var in, out audio.Frame
	speech(&in)
	b.ReportAllocs()
	tick := uint64(0)
	for b.Loop() {
		tick++
		x.Deliver(tick, &in)
		y.Deliver(tick, &in)
		x.Gather(tick+1, &out)
		y.Gather(tick+1, &out)
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e3*50/2/float64(b.N), "cpu-ms/leg-s")
}

// BenchmarkLegTick is Gather and Deliver of one leg: everything but the
// socket's system calls and the bus.
func BenchmarkLegTick(b *testing.B) {
	for _, codec := range []string{"pcmu", "pcma", "opus"} {
		b.Run(codec, func(b *testing.B) {
			x, y := pair(b, codec)
			benchTicks(b, x, y)
		})
	}
}
