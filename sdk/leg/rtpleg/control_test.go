package rtpleg

import (
	"bytes"
	"context"
	"math"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/rtcp"
	"github.com/plugboard/plugboard/sdk/media/srtp"
)

// isControl says that a datagram is RTCP, or SRTCP: its first words are alike.
func isControl(b []byte) bool { return rtcp.Is(b) }

func TestRTCP_RoundTripLossAndJitter(t *testing.T) {
	for _, wish := range []string{"off", "required"} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork()
			a, b, err := secured(t, n, wish, wish, nil)
			if err != nil {
				t.Fatal(err)
			}
			count, reports := 0, 0
			n.rule = func(from, _ netip.AddrPort, p []byte) []time.Duration {
				if isControl(p) {
					reports++
					return []time.Duration{40 * ms}
				}
				if from.Port() == 4000 {
					if count++; count%5 == 0 {
						return nil
					}
					return []time.Duration{time.Duration(20+20*(count%2)) * ms}
				}
				return []time.Duration{40 * ms}
			}
			a.says, b.says = tone(440), tone(1000)
			run(50*30, a, b)
			s := a.stats(t)
			if s.RTTMs < 79.9 || s.RTTMs > 125 || math.Abs(s.RemoteLost-0.2) > 0.03 || s.RemoteJitterMs < 5 || s.RemoteJitterMs > 30 {
				t.Errorf("%s: A: %+v", wish, s)
			}
			if s := b.stats(t); s.RTTMs < 79.9 || s.RTTMs > 125 || s.RemoteLost > 0.01 {
				t.Errorf("%s: B: %+v", wish, s)
			}
			if s.Refused != 0 || len(s.Notes) != 0 || reports < 9 || reports > 30 {
				t.Errorf("%s: %d reports in 30 s, %+v", wish, reports, s)
			}
		})
	}
}

// RFC 3550, 6.6: who goes says so, when it sent anything.
func TestRTCP_Bye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, b := connect(t, n, "pcmu", "pcmu")
		var last []byte
		n.rule = func(_, _ netip.AddrPort, p []byte) []time.Duration {
			if isControl(p) {
				last = bytes.Clone(p)
			}
			return []time.Duration{0}
		}
		a.control.next = 1000 // no report just before the end
		run(100, a, b)
		last = nil
		ssrc := a.out.sender.SSRC()
		if err := a.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r, err := rtcp.Read(last, 0); err != nil || !r.Bye || r.From != ssrc || !r.Sender || r.Packets != 100 || r.Octets != 16000 {
			t.Errorf("%+v, %v", r, err)
		}
		run(2, b)
		if !b.control.bye.Load() {
			t.Error("B did not hear of it")
		}
	})
}

// Without rtcp-mux, reports go from and to the next port.
func TestRTCP_PortOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		open := func(ip string, remote []byte, strip bool) (*party, []byte) {
			p := &party{sock: n.socket(ip + ":4000")}
			second := n.socket(ip + ":4001")
			e, sdp, err := New().Open(context.Background(), leg.Params{Codecs: fields("pcmu"), Symmetric: true, Address: p.sock.addr.Addr(), Remote: remote},
				[]bus.Socket{p.sock, second}, func(leg.Event) {})
			if err != nil {
				t.Fatal(err)
			}
			p.Leg = e.(*Leg)
			t.Cleanup(func() { p.Close(context.Background()) })
			if strip {
				sdp = []byte(strings.ReplaceAll(string(sdp), "a=rtcp-mux\r\n", ""))
			}
			return p, sdp
		}
		a, offer := open("127.0.0.1", nil, true)
		b, answer := open("127.0.0.2", offer, false)
		if strings.Contains(string(answer), "rtcp-mux") {
			t.Errorf("mux is answered, and was not offered: %s", answer)
		}
		if err := a.Accept(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		ports := map[uint16]int{}
		n.rule = func(_, to netip.AddrPort, p []byte) []time.Duration {
			if isControl(p) {
				ports[to.Port()]++
			}
			return []time.Duration{25 * ms}
		}
		run(50*25, a, b)
		if ports[4001] < 6 || len(ports) != 1 {
			t.Errorf("reports by port: %v", ports)
		}
		// They are read once a second, and timed by the kernel.
		if s := a.stats(t); s.RTTMs < 49.9 || s.RTTMs > 51 {
			t.Errorf("%+v", s)
		}
	})
}

// What somebody else reports changes nothing.
func TestRTCP_OfSomebodyElse(t *testing.T) {
	for _, wish := range []string{"off", "required"} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork()
			a, b, err := secured(t, n, wish, wish, nil)
			if err != nil {
				t.Fatal(err)
			}
			a.says, b.says = tone(440), tone(1000)
			bad := n.socket("10.6.6.6:666")
			run(100, a, b)
			before := a.stats(t).Refused
			lie := rtcp.NewSession("x").Append(nil, rtcp.Local{SSRC: b.out.sender.SSRC(), Heard: true, Remote: a.out.sender.SSRC(), Expected: 100, Received: 1}, time.Now(), true)
			for range 20 {
				_ = bad.Send(lie, a.sock.addr)
				_ = bad.Send([]byte("\x80\xc9\x00\x01garbage!"), a.sock.addr)
				run(1, a, b)
			}
			if s := a.stats(t); s.RemoteLost != 0 || a.control.bye.Load() || s.Refused-before != 40 {
				t.Errorf("%s: %+v", wish, s)
			}
		})
	}
}

// The encoder spends its bits as the reports say: at once when it gets worse,
// slowly when it gets better. Reports come at random times (RFC 3550, section
// 6.2), so they are counted, not awaited.
func TestOpusFollowsTheReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, b := connect(t, n, "opus", "opus")
		loss, count, reports := 0, 0, 0
		n.rule = func(from, _ netip.AddrPort, p []byte) []time.Duration {
			switch {
			case isControl(p):
				if from.Port() != 4000 {
					reports++
				}
			case from.Port() == 4000:
				if count++; count%100 < loss {
					return nil
				}
			}
			return []time.Duration{5 * ms}
		}
		a.says = tone(300)
		want := func(what string, more int, q codec.Quality) {
			t.Helper()
			for last := reports + more; reports < last; {
				run(1, a, b)
			}
			run(2, a, b) // the last one arrives
			if a.control.quality != q {
				t.Errorf("%s: quality %d, want %d (lost %.2f)", what, a.control.quality, q, a.stats(t).RemoteLost)
			}
		}
		want("at first", 1, codec.Usual)
		want("nothing is lost", healing, codec.Clean)
		loss = 20
		want("much is lost", 2, codec.Bad) // the first report is of the time before, too
		loss = 0
		want("nothing is lost again, since a moment", 1, codec.Bad)
		want("nothing is lost again", healing+1, codec.Clean)
	})
}

// leastAllocs is AllocsPerRun where others allocate now and then: the recorder
// tells the legs' state beside the tick.
func leastAllocs(runs int, f func()) float64 {
	return min(testing.AllocsPerRun(runs, f), testing.AllocsPerRun(runs, f), testing.AllocsPerRun(runs, f))
}

// A report is nearly as free as the tick: pion makes the associated data of
// SRTCP anew for each.
func TestRTCP_AllocatesNothing(t *testing.T) {
	for wish, most := range map[string]float64{"off": 0, "required": 4} {
		a, b := securePair(t, wish)
		x, y := a.(*Leg), b.(*Leg)
		var in, out audio.Frame
		speech(&in)
		tick := uint64(0)
		one := func() {
			tick++
			x.control.next, y.control.next = tick, tick
			a.Deliver(tick, &in)
			b.Deliver(tick, &in)
			a.Gather(tick+1, &out)
			b.Gather(tick+1, &out)
		}
		for range 20 {
			one()
		}
		if n := leastAllocs(100, one); n > most {
			t.Errorf("%s: %.1f allocations a tick with a report each", wish, n)
		}
		if x.control.rtt.Load() == 0 {
			t.Errorf("%s: no report came through", wish)
		}
	}
}

// BenchmarkSecuredTick is BenchmarkLegTick with each suite: what protection
// costs.
func BenchmarkSecuredTick(b *testing.B) {
	for _, s := range []srtp.Suite{srtp.None, srtp.AES128GCM, srtp.AES256GCM, srtp.AES128SHA80, srtp.AES256SHA80} {
		name := s.String()
		if s == srtp.None {
			name = "plain"
		}
		b.Run(name, func(b *testing.B) {
			x, y := suitePair(b, s)
			benchTicks(b, x, y)
		})
	}
}

// suitePair is two legs on a pipe, in PCMU under the given suite.
func suitePair(t testing.TB, s srtp.Suite) (a, b leg.Endpoint) {
	t.Helper()
	if s == srtp.None {
		return securePair(t, "off")
	}
	x, y := newPipe()
	term := New()
	tell := func(leg.Event) {}
	p := leg.Params{Address: x.addr.Addr(), Codecs: []string{"pcmu"}, Symmetric: true, Encryption: "required"}
	a, offer, err := term.Open(context.Background(), p, []bus.Socket{x}, tell)
	if err != nil {
		t.Fatal(err)
	}
	p.Address, p.Remote = y.addr.Addr(), []byte(only(s)(string(offer)))
	b, answer, err := term.Open(context.Background(), p, []bus.Socket{y}, tell)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Accept(context.Background(), answer); err != nil {
		t.Fatal(err)
	}
	return a, b
}

// BenchmarkSecuredMemory is what a leg holds on the heap, in bytes, with and
// without protection, once packets have gone both ways.
func BenchmarkSecuredMemory(b *testing.B) {
	for _, s := range []srtp.Suite{srtp.None, srtp.AES128GCM, srtp.AES128SHA80} {
		name := s.String()
		if s == srtp.None {
			name = "plain"
		}
		b.Run(name, func(b *testing.B) {
			const pairs = 50
			heap := func() uint64 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				return m.HeapAlloc
			}
			for b.Loop() {
				var in, out audio.Frame
				var legs []leg.Endpoint
				before := heap()
				for range pairs {
					x, y := suitePair(b, s)
					for tick := range uint64(5) {
						x.Deliver(tick+1, &in)
						y.Deliver(tick+1, &in)
						x.Gather(tick+2, &out)
						y.Gather(tick+2, &out)
					}
					legs = append(legs, x, y)
				}
				b.ReportMetric(float64(heap()-before)/(2*pairs), "B/leg")
				for _, l := range legs {
					_ = l.Close(context.Background())
				}
			}
		})
	}
}
