package rtpleg

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/rtp"
	"github.com/plugboard/plugboard/sdk/media/srtp"
)

// die ends the party's process, as far as anybody can see: it says nothing
// more, and its socket stays with the core.
func (p *party) die() {
	_ = p.Close(context.Background())
	p.sock.net.mu.Lock()
	p.sock.closed = false
	p.sock.net.mu.Unlock()
}

// rise goes on with the party in another process.
func (p *party) rise(t testing.TB, params leg.Params) {
	t.Helper()
	params.State, params.Address, params.Symmetric = *p.state.Load(), p.sock.addr.Addr(), true
	p.news, p.heard, p.tick = nil, p.heard[:0], 0
	e, description, err := New().Open(context.Background(), params, []bus.Socket{p.sock}, p.hear)
	if err != nil {
		t.Fatal(err)
	}
	if description != nil {
		t.Errorf("a leg that goes on describes itself: %s", description)
	}
	p.Leg = e.(*Leg)
	t.Cleanup(func() { p.Close(context.Background()) })
}

// wire notes the packets that an address sends.
type wire struct {
	from    netip.AddrPort
	packets []rtp.Header
	at      []time.Time
}

func (w *wire) watch(n *network) {
	n.media = func(from, _ netip.AddrPort, b []byte) []time.Duration {
		if h, _, err := rtp.Parse(b); from == w.from && err == nil {
			w.packets, w.at = append(w.packets, h), append(w.at, time.Now())
		}
		return []time.Duration{0}
	}
}

// gap checks that packet i and the one after it are of one stream, whose time
// is the wall's, and returns how many numbers lie between them.
func (w *wire) gap(t *testing.T, i, clock int) uint16 {
	t.Helper()
	a, b := w.packets[i], w.packets[i+1]
	if b.SSRC != a.SSRC || b.PayloadType != a.PayloadType || !b.Marker {
		t.Errorf("%+v is followed by %+v", a, b)
	}
	past := time.Duration(int32(b.Timestamp-a.Timestamp)) * time.Second / time.Duration(clock)
	if off := past - w.at[i+1].Sub(w.at[i]); off < -20*ms || off > 20*ms {
		t.Errorf("the stream's time is off by %v", off)
	}
	return b.Sequence - a.Sequence - 1
}

func TestALegGoesOnInAnotherProcess(t *testing.T) {
	for _, c := range []struct {
		codec string
		clock int
	}{{"pcmu", 8000}, {"g722", 8000}, {"opus", 48000}} {
		t.Run(c.codec, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork()
				a, b := connect(t, n, c.codec, c.codec)
				w := wire{from: a.sock.addr}
				w.watch(n)
				a.says, b.says = tone(440), tone(1000)
				run(130, a, b)
				before := a.stats(t)
				last := len(w.packets) - 1
				told := len(b.news)
				a.die()
				run(15, b)
				a.rise(t, leg.Params{Codecs: fields(c.codec)})
				run(100, a, b)

				if gap := w.gap(t, last, c.clock); gap < 15 || gap > 15+50+slack+1 {
					t.Errorf("%d numbers are left out", gap)
				}
				a.hears(t, "A", 50, 1000, 15)
				b.hears(t, "B", 50, 440, 15)
				if len(a.news) != len(a.told(leg.Speaking)) || len(b.news) != told {
					t.Errorf("told %+v and %+v", a.news, b.news[told:])
				}
				s := a.stats(t)
				if s.PacketsOut < before.PacketsOut+50 || s.PacketsIn < before.PacketsIn+50 || s.Refused != 0 || s.Codec != c.codec || s.Remote != b.sock.addr {
					t.Errorf("before %+v\nafter %+v", before, s)
				}
				if s.BufferMs > before.BufferMs+21 {
					t.Errorf("the delay was %.0f ms and is %.0f", before.BufferMs, s.BufferMs)
				}
				if s := b.stats(t); s.Refused != 0 {
					t.Errorf("B: %+v", s)
				}
			})
		})
	}
}

// RFC 3711, 3.2.1 and 9.1: no index is used twice under one key, and the far
// side follows over the wrap of the sequence number.
func TestRFC3711_NoKeystreamIsUsedTwice(t *testing.T) {
	for _, s := range []srtp.Suite{srtp.AES128SHA80, srtp.AES256GCM} {
		for _, first := range []uint16{1000, 65536 - 130, 65536 - 150, 65536 - 170, 65536 - 200} {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork()
				a, b, err := secured(t, n, "required", "optional", only(s))
				if err != nil {
					t.Fatal(err)
				}
				a.out.sender = rtp.Resume(4711, first, 0)
				w := wire{from: a.sock.addr}
				w.watch(n)
				a.says, b.says = tone(440), tone(1000)
				run(75, a, b)
				for range 3 {
					a.die()
					run(10, b)
					a.rise(t, leg.Params{Codecs: fields("pcmu"), Encryption: "required"})
					run(75, a, b)
					a.hears(t, "A", 40, 1000, 33)
					b.hears(t, "B", 40, 440, 33)
				}
				seen := map[uint16]bool{}
				for _, h := range w.packets {
					if h.SSRC != 4711 || seen[h.Sequence] {
						t.Fatalf("%v from %d on: %+v came twice", s, first, h)
					}
					seen[h.Sequence] = true
				}
				for _, p := range []*party{a, b} {
					if st := p.stats(t); st.Secure != "SDES "+s.String() || st.Refused != 0 {
						t.Errorf("%+v", st)
					}
				}
			})
		}
	}
}

func TestDTLS_GoesOnInAnotherProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		n.media = func(netip.AddrPort, netip.AddrPort, []byte) []time.Duration { return []time.Duration{5 * ms} }
		p := newPhone(t, n, netip.MustParseAddrPort("127.0.0.1:4000"))
		params := leg.Params{Codecs: fields("pcmu"), Symmetric: true, Encryption: "required", Remote: p.offer("UDP/TLS/RTP/SAVP", "actpass")}
		a, answer := openWith(t, n, "127.0.0.1:4000", params)
		p.shake(t, answer)
		a.says = tone(440)
		for range 150 {
			run(1, a)
			p.step(t)
		}
		a.die()
		time.Sleep(200 * ms)
		params.Remote = nil
		a.rise(t, params)
		for range 100 {
			run(1, a)
			p.step(t)
		}
		a.hears(t, "the leg", 50, 440, 33)
		if s := a.stats(t); s.Secure != "DTLS-SRTP AEAD_AES_128_GCM" || s.Refused != 0 {
			t.Errorf("%+v", s)
		}
		// A re-INVITE finds the certificate of before, and no new handshake.
		again, err := a.Answer(t.Context(), p.offer("UDP/TLS/RTP/SAVP", "actpass"), leg.SendRecv)
		if err != nil || attribute(again, "fingerprint") != attribute(answer, "fingerprint") || attribute(again, "setup") != attribute(answer, "setup") {
			t.Fatalf("%v\n%s\nwas\n%s", err, again, answer)
		}
		before := p.heard
		for range 50 {
			run(1, a)
			p.step(t)
		}
		if p.heard-before < 49 {
			t.Errorf("%d packets after a re-offer", p.heard-before)
		}
	})
}

func TestDTLS_AHandshakeUnderWayIsNotTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		p := newPhone(t, n, netip.MustParseAddrPort("127.0.0.1:4000"))
		params := leg.Params{Codecs: fields("pcmu"), Encryption: "required", Remote: p.offer("UDP/TLS/RTP/SAVP", "actpass")}
		a, _ := openWith(t, n, "127.0.0.1:4000", params)
		params.State = *a.state.Load()
		if _, _, err := New().Open(t.Context(), params, []bus.Socket{a.sock}, a.hear); !errors.Is(err, leg.ErrState) {
			t.Errorf("Open: %v, want leg.ErrState", err)
		}
	})
}

// attribute is the value of an a= line.
func attribute(description []byte, name string) string {
	_, after, _ := strings.Cut(string(description), "\r\na="+name+":")
	value, _, _ := strings.Cut(after, "\r\n")
	return value
}

func TestDescriptionsGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, b := connect(t, n, "opus pcmu", "opus pcmu")
		run(20, a, b)
		params := leg.Params{Codecs: fields("opus pcmu")}

		// An offer of ours is under way when the process dies.
		offer, err := a.Offer(t.Context(), leg.SendOnly)
		if err != nil {
			t.Fatal(err)
		}
		a.die()
		a.rise(t, params)
		answer, err := b.Answer(t.Context(), offer, leg.SendRecv)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Accept(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		if s := a.stats(t); s.Direction != leg.SendOnly {
			t.Errorf("it is %v", s.Direction)
		}
		// RFC 3264, 8: the same o= line, with the version one ahead.
		a.die()
		a.rise(t, params)
		next, err := a.Offer(t.Context(), leg.SendRecv)
		if err != nil {
			t.Fatal(err)
		}
		f, g := strings.Fields(string(offer)), strings.Fields(string(next))
		if f[2] != g[2] || len(f[3]) > len(g[3]) || f[3] >= g[3] {
			t.Errorf("o= was %v, is %v", f[1:4], g[1:4])
		}
		if err := a.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.die()
		a.rise(t, params)
		if err := a.Accept(t.Context(), answer); !errors.Is(err, leg.ErrState) {
			t.Errorf("an answer after the rollback: %v", err)
		}
	})
}

func TestDigitsAreToldOnceOverADeath(t *testing.T) {
	for _, c := range []struct {
		name string
		dies int // after so many of the event's packets; the last three are ends
		want string
	}{
		{"in the middle", 3, "5"},
		{"between the ends", 6, "5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork()
				a, b := connect(t, n, "pcmu", "pcmu")
				run(20, a, b)
				if err := b.Digit(t.Context(), '5', 100*ms); err != nil {
					t.Fatal(err)
				}
				var digits []leg.Event
				run(c.dies, a, b)
				synctest.Wait()
				digits = append(digits, a.told(leg.Digit)...)
				a.die()
				run(20, b)
				a.rise(t, leg.Params{Codecs: fields("pcmu")})
				run(50, a, b)
				digits = append(digits, a.told(leg.Digit)...)
				var got string
				for _, d := range digits {
					got += string(rune(d.Digit))
				}
				if got != c.want {
					t.Errorf("told %q, want %q", got, c.want)
				}
				// And our own go out as agreed.
				if err := a.Digit(t.Context(), '9', 100*ms); err != nil {
					t.Fatal(err)
				}
				run(20, a, b)
				if d := b.told(leg.Digit); len(d) != 1 || d[0].Digit != '9' {
					t.Errorf("B was told %+v", d)
				}
			})
		})
	}
}

// The lock on the source stays: who sends elsewhere from has no better chance
// than before.
func TestTheSourceStaysLocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, b := connect(t, n, "pcmu", "pcmu")
		thief := newFar(n, "127.0.0.9:6000", a.sock.addr)
		a.says, b.says = tone(440), tone(1000)
		run(75, a, b)
		a.die()
		for range 10 {
			thief.speak(0, 20, 2000)
			run(1, b)
		}
		a.rise(t, leg.Params{Codecs: fields("pcmu")})
		for range 100 {
			thief.speak(0, 20, 2000)
			run(1, a, b)
		}
		a.hears(t, "A", 50, 1000, 33)
		if s := a.stats(t); s.Refused < 100 || s.Remote != b.sock.addr || len(a.told(leg.Source)) != 0 {
			t.Errorf("%+v, told %+v", s, a.news)
		}
	})
}

func TestAStateIsToldAboutEverySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, b := connect(t, n, "pcmu", "pcmu")
		run(10, a, b)
		told, size := 0, 0
		last := a.state.Load()
		for range 500 {
			run(1, a, b)
			if now := a.state.Load(); now != last {
				told, last, size = told+1, now, len(*now)
			}
		}
		if told < 9 || told > 11 {
			t.Errorf("told %d times in 10 s", told)
		}
		if size > 1200 {
			t.Errorf("a state is %d bytes", size)
		}
		if s := string(*last); strings.Contains(s, "\x00") || s[0] != stateVersion {
			t.Errorf("a state of version %d", s[0])
		}
		for range 10 { // nobody speaks: nothing is new
			time.Sleep(500 * ms)
		}
		synctest.Wait()
		a.state.Store(nil)
		time.Sleep(9 * time.Second)
		if a.state.Load() != nil && told > 11 {
			t.Error("told although nothing happens")
		}
	})
}

func TestStatesThatAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, b := connect(t, n, "pcmu", "pcmu")
		run(60, a, b)
		good := *a.state.Load()
		if _, _, err := decodeState(good); err != nil {
			t.Fatal(err)
		}
		refused := func(what string, state []byte) {
			t.Helper()
			p := leg.Params{Codecs: fields("pcmu"), Address: a.sock.addr.Addr(), State: state}
			if _, _, err := New().Open(t.Context(), p, []bus.Socket{a.sock}, a.hear); !errors.Is(err, leg.ErrState) {
				t.Errorf("%s: %v, want leg.ErrState", what, err)
			}
		}
		newer := append([]byte{stateVersion + 1}, good[1:]...)
		refused("a newer version", newer)
		refused("a length beyond the end", append([]byte{stateVersion}, binary.AppendUvarint(nil, 1<<62)...))
		for i := 1; i < len(good); i += 7 {
			refused("cut short", good[:i])
		}
		p := leg.Params{Codecs: fields("opus"), Address: a.sock.addr.Addr(), State: good}
		if _, _, err := New().Open(t.Context(), p, []bus.Socket{a.sock}, a.hear); !errors.Is(err, leg.ErrState) {
			t.Errorf("another codec: %v", err)
		}
	})
}

func TestCountsGoOn(t *testing.T) {
	// Every counter of leg.Stats that only grows is in counts.
	var s leg.Stats
	v := reflect.ValueOf(&s).Elem()
	grows := 0
	for i := range v.NumField() {
		if v.Field(i).Kind() == reflect.Uint64 {
			v.Field(i).SetUint(uint64(10 + i))
			grows++
		}
	}
	b, err := json.Marshal(countsOf(s))
	if err != nil {
		t.Fatal(err)
	}
	var c counts
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	var back leg.Stats
	c.add(&back)
	if !reflect.DeepEqual(back, s) || grows < 10 {
		t.Errorf("%+v came as %+v", s, back)
	}
}

func FuzzState(f *testing.F) {
	good, err := encodeState([]byte(`{"ID":1}`), running{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		l, _, err := New().open(t.Context(), leg.Params{Codecs: fields("pcmu opus"), State: append([]byte{stateVersion}, b...)},
			[]bus.Socket{&socket{net: newNetwork()}}, nil, func(leg.Event) {})
		if err == nil {
			_ = l.Close(t.Context())
		} else if !errors.Is(err, leg.ErrState) && !strings.HasPrefix(err.Error(), "srtp: ") {
			t.Error(err)
		}
	})
}

func BenchmarkResume(b *testing.B) {
	n := newNetwork()
	p, q := connect(b, n, "pcmu", "pcmu")
	run(2, p, q)
	params := leg.Params{Codecs: fields("pcmu"), State: *p.state.Load(), Symmetric: true, Address: p.sock.addr.Addr(), Encryption: "optional"}
	t := New()
	b.ReportAllocs()
	for b.Loop() {
		l, _, err := t.Open(b.Context(), params, []bus.Socket{p.sock}, func(leg.Event) {})
		if err != nil {
			b.Fatal(err)
		}
		_ = l.(*Leg).closed.Swap(true)
	}
}
