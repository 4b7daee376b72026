package rtpleg

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/dtls"
	"github.com/plugboard/plugboard/sdk/media/srtp"
)

// secured makes a call between two legs with the given wishes; edit, where set,
// changes a's offer on the way.
func secured(t testing.TB, n *network, wishA, wishB string, edit func(string) string) (a, b *party, err error) {
	t.Helper()
	a, offer := openWith(t, n, "127.0.0.1:4000", leg.Params{Codecs: fields("pcmu"), Symmetric: true, Encryption: wishA})
	if edit != nil {
		offer = []byte(edit(string(offer)))
	}
	p := &party{sock: n.socket("127.0.0.2:5000")}
	params := leg.Params{Codecs: fields("pcmu"), Symmetric: true, Encryption: wishB, Remote: offer, Address: p.sock.addr.Addr()}
	e, answer, err := New().Open(context.Background(), params, []bus.Socket{p.sock}, p.hear)
	if err != nil {
		return a, nil, err
	}
	p.Leg = e.(*Leg)
	t.Cleanup(func() { p.Close(context.Background()) })
	return a, p, a.Accept(context.Background(), answer)
}

// only keeps one crypto line of an offer.
func only(suite srtp.Suite) func(string) string {
	return func(offer string) string {
		return regexp.MustCompile(`a=crypto:\d+ (\S+) .*\r\n`).ReplaceAllStringFunc(offer, func(l string) string {
			if strings.Contains(l, " "+suite.String()+" ") {
				return l
			}
			return ""
		})
	}
}

func TestSecured_EverySuiteBothWays(t *testing.T) {
	for _, s := range []srtp.Suite{srtp.AES256GCM, srtp.AES128GCM, srtp.AES256SHA80, srtp.AES128SHA80, srtp.AES128SHA32} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork()
			a, b, err := secured(t, n, "required", "optional", only(s))
			if err != nil {
				t.Fatal(err)
			}
			clear := 0
			n.rule = func(_, _ netip.AddrPort, p []byte) []time.Duration {
				if len(p) <= 172 && p[1] < 192 {
					clear++
				}
				return []time.Duration{0}
			}
			a.says, b.says = tone(440), tone(1000)
			run(100, a, b)
			a.hears(t, "A", 50, 1000, 33)
			b.hears(t, "B", 50, 440, 33)
			for _, p := range []*party{a, b} {
				if st := p.stats(t); st.Secure != "SDES "+s.String() || st.Refused != 0 || st.PacketsIn < 99 || st.BytesOut != 160*st.PacketsOut || len(st.Notes) != 0 {
					t.Errorf("%v: %+v", s, st)
				}
			}
			if clear != 0 {
				t.Errorf("%v: %d packets are too short to be protected", s, clear)
			}
		})
	}
}

func TestSecured_LossAndReordering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, b, err := secured(t, n, "optional", "optional", nil)
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(3, 3))
		n.rule = func(netip.AddrPort, netip.AddrPort, []byte) []time.Duration {
			switch r.IntN(20) {
			case 0:
				return nil
			case 1:
				return []time.Duration{0, 30 * ms} // twice: the second is no attack that matters
			}
			return []time.Duration{time.Duration(r.IntN(40)) * ms}
		}
		a.says, b.says = tone(440), tone(1000)
		run(300, a, b)
		a.hears(t, "A", 100, 1000, 8)
		b.hears(t, "B", 100, 440, 8)
		if s := b.stats(t); s.Lost == 0 || s.Lost > 40 {
			t.Errorf("%+v", s)
		}
	})
}

// What wish meets what.
func TestSecured_Downgrade(t *testing.T) {
	strip := func(o string) string {
		return strings.ReplaceAll(only(srtp.None)(o), "RTP/SAVP", "RTP/AVP")
	}
	for _, c := range []struct {
		a, b   string
		edit   func(string) string
		secure bool
		fails  bool
	}{
		{a: "optional", b: "optional", secure: true},
		{a: "optional", b: "required", secure: true},
		{a: "required", b: "optional", secure: true},
		{a: "required", b: "required", secure: true},
		{a: "optional", b: "off"},
		{a: "off", b: "optional"},
		{a: "off", b: "required", fails: true},
		{a: "required", b: "off", fails: true},
		{a: "optional", b: "optional", edit: strip},
		{a: "optional", b: "required", edit: strip, fails: true},
		{a: "required", b: "optional", edit: strip, fails: true},
	} {
		synctest.Test(t, func(t *testing.T) {
			a, b, err := secured(t, newNetwork(), c.a, c.b, c.edit)
			if (err != nil) != c.fails || err != nil && !errors.Is(err, leg.ErrNoCodec) {
				t.Fatalf("%s calls %s: %v", c.a, c.b, err)
			}
			if c.fails {
				// Nobody who was refused speaks in the clear.
				sent := 0
				a.sock.net.rule = func(netip.AddrPort, netip.AddrPort, []byte) []time.Duration { sent++; return nil }
				run(10, a)
				if sent != 0 {
					t.Errorf("%s calls %s: %d packets are sent", c.a, c.b, sent)
				}
				return
			}
			a.says, b.says = tone(440), tone(1000)
			run(60, a, b)
			a.hears(t, "A", 30, 1000, 33)
			b.hears(t, "B", 30, 440, 33)
			if x, y := a.stats(t).Secure, b.stats(t).Secure; (x != "") != c.secure || x != y {
				t.Errorf("%s calls %s: %q, %q", c.a, c.b, x, y)
			}
		})
	}
}

func TestSecured_WrongKeyIsSilenceAndCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, err := secured(t, newNetwork(), "required", "required", func(o string) string {
			// One character of each key: the middle of the way has its hands in it.
			return regexp.MustCompile(`inline:(.{10}).`).ReplaceAllStringFunc(o, func(s string) string {
				last := "A"
				if strings.HasSuffix(s, last) {
					last = "B"
				}
				return s[:len(s)-1] + last
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		a.says, b.says = tone(440), tone(1000)
		run(100, a, b)
		b.hearsNothing(t, "B", 100)
		a.hears(t, "A", 50, 1000, 33) // the other direction has the answer's key
		if s := b.stats(t); s.PacketsIn != 0 || s.Refused < 99 || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "another key") {
			t.Errorf("%+v", s)
		}
		if e := b.told(leg.Source); len(e) != 0 {
			t.Errorf("a source that proved nothing was told: %+v", e)
		}
	})
}

// An attacker who can see packets, send them again, and make others up.
func TestSecured_ReplayAndInjection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, b, err := secured(t, n, "required", "required", nil)
		if err != nil {
			t.Fatal(err)
		}
		bad := n.socket("10.6.6.6:666")
		var seen [][]byte
		toBad := 0
		n.rule = func(from, to netip.AddrPort, p []byte) []time.Duration {
			if from == a.sock.addr {
				seen = append(seen, append([]byte(nil), p...))
			}
			if to == bad.addr {
				toBad++
			}
			return []time.Duration{0}
		}
		a.says, b.says = tone(440), tone(1000)
		for range 200 {
			run(1, a, b)
			if len(seen) == 0 {
				continue
			}
			for range 3 {
				_ = bad.Send(seen[rand.IntN(len(seen))], b.sock.addr)
			}
			_ = bad.Send(append([]byte{0x80, 0}, fmt.Sprint(len(seen), strings.Repeat("x", 170))...), b.sock.addr)
		}
		b.hears(t, "B", 100, 440, 33)
		a.hears(t, "A", 100, 1000, 33)
		s := b.stats(t)
		if s.PacketsIn < 199 || s.PacketsIn > 201 || s.Refused < 700 || s.Remote != a.sock.addr || toBad != 0 {
			t.Errorf("%+v, %d to the attacker", s, toBad)
		}
	})
}

// Re-offers: the key stays, and so does the stream; a far side that changes its
// key gets another of ours.
func TestSecured_Reoffers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, err := secured(t, newNetwork(), "optional", "optional", nil)
		if err != nil {
			t.Fatal(err)
		}
		keyOf := func(sdp []byte) string {
			return regexp.MustCompile(`a=crypto:\d+ AEAD_AES_128_GCM inline:(\S+)`).FindString(string(sdp))
		}
		check := func(what string) {
			t.Helper()
			a.says, b.says = tone(440), tone(1000)
			run(60, a, b)
			a.hears(t, what+": A", 30, 1000, 33)
			b.hears(t, what+": B", 30, 440, 33)
		}
		check("at first")
		exchange := func(from, to *party, dir leg.Direction) (offer, answer []byte) {
			t.Helper()
			offer, err := from.Offer(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			if answer, err = to.Answer(t.Context(), offer, leg.SendRecv); err != nil {
				t.Fatal(err)
			}
			if err := from.Accept(t.Context(), answer); err != nil {
				t.Fatal(err)
			}
			return offer, answer
		}
		o1, a1 := exchange(a, b, leg.SendOnly)
		run(10, a, b)
		o2, a2 := exchange(a, b, leg.SendRecv)
		check("after a hold")
		if keyOf(o1) == "" || keyOf(o1) != keyOf(o2) || keyOf(a1) != keyOf(a2) {
			t.Errorf("the keys change: %s\n%s\n%s\n%s", keyOf(o1), keyOf(o2), keyOf(a1), keyOf(a2))
		}
		exchange(b, a, leg.SendRecv)
		check("the other one offers")
		// Another far side (a transfer upstream), or one that changes its keys.
		c, offer := openWith(t, a.sock.net, "127.0.0.1:4000", leg.Params{Codecs: fields("pcmu"), Symmetric: true, Encryption: "required"})
		answer, err := b.Answer(t.Context(), offer, leg.SendRecv)
		if err != nil {
			t.Fatal(err)
		}
		if keyOf(answer) == keyOf(a2) {
			t.Error("the far side's key changed, ours did not")
		}
		if err := c.Accept(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		a = c
		check("another far side")
		if s := b.stats(t); s.Refused != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// The far side starts another stream under the same key.
func TestSecured_AnotherSSRC(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b, err := secured(t, newNetwork(), "optional", "optional", nil)
		if err != nil {
			t.Fatal(err)
		}
		a.says = tone(440)
		run(60, a, b)
		ssrc := a.out.sender.SSRC()
		a.out.use(a.out.encoder)
		a.out.clock = 1 // as if the codec before had another clock
		a.out.encoder = nil
		run(60, a, b)
		if a.out.sender.SSRC() == ssrc {
			t.Fatal("the SSRC did not change")
		}
		b.hears(t, "B", 30, 440, 33)
		if s := b.stats(t); s.Refused != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// What comes before the answer cannot be understood, and is not played.
func TestSecured_BeforeTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, offer := openWith(t, n, "127.0.0.1:4000", leg.Params{Codecs: fields("pcmu"), Symmetric: true, Encryption: "optional"})
		b, answer := openWith(t, n, "127.0.0.2:5000", leg.Params{Codecs: fields("pcmu"), Symmetric: true, Encryption: "optional", Remote: offer})
		b.says = tone(1000)
		run(50, a, b)
		a.hearsNothing(t, "A", 50)
		if err := a.Accept(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		run(50, a, b)
		a.hears(t, "A", 30, 1000, 33)
	})
}

func TestSecured_TickAllocatesNothing(t *testing.T) {
	for _, wish := range []string{"off", "required"} {
		a, b := securePair(t, wish)
		var in, out audio.Frame
		speech(&in)
		tick := uint64(0)
		one := func() {
			tick++
			a.Deliver(tick, &in)
			b.Deliver(tick, &in)
			a.Gather(tick+1, &out)
			b.Gather(tick+1, &out)
		}
		for range 20 {
			one()
		}
		if n := leastAllocs(200, one); n != 0 {
			t.Errorf("%s: %.1f allocations a tick", wish, n)
		}
		if s, err := b.Stats(t.Context()); err != nil || s.PacketsIn < 200 || (s.Secure != "") != (wish == "required") {
			t.Errorf("%+v, %v", s, err)
		}
	}
}

// securePair is two legs on a pipe, in PCMU and AEAD_AES_256_GCM where required.
func securePair(t testing.TB, wish string) (a, b leg.Endpoint) {
	t.Helper()
	x, y := newPipe()
	term := New()
	tell := func(leg.Event) {}
	p := leg.Params{Address: x.addr.Addr(), Codecs: []string{"pcmu"}, Symmetric: true, Encryption: wish}
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

// phone is a far side that speaks DTLS-SRTP: it echoes what it hears of the leg.
type phone struct {
	*far
	identity  *dtls.Identity
	handshake *dtls.Association
	rx        *srtp.Receiver
	tx        *srtp.Sender
	heard     int // packets that could be decrypted
}

func newPhone(t *testing.T, n *network, to netip.AddrPort) *phone {
	t.Helper()
	i, err := dtls.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return &phone{far: newFar(n, "127.0.0.2:5000", to), identity: i}
}

func (p *phone) offer(proto, setup string) []byte {
	return fmt.Appendf(nil, "v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 5000 %s 0\r\na=setup:%s\r\na=fingerprint:%s\r\na=rtcp-mux\r\n",
		proto, setup, p.identity.Fingerprint())
}

// shake begins the handshake with the far side of an answer.
func (p *phone) shake(t *testing.T, answer []byte) (setup string) {
	t.Helper()
	print := regexp.MustCompile(`a=fingerprint:(.*)\r\n`).FindSubmatch(answer)
	role := regexp.MustCompile(`a=setup:(.*)\r\n`).FindSubmatch(answer)
	if print == nil || role == nil {
		t.Fatalf("no DTLS in %s", answer)
	}
	p.handshake = p.identity.Start(dtls.Config{
		Active: string(role[1]) == "passive", Fingerprints: []string{string(print[1])},
		Send: func(b []byte) { _ = p.sock.Send(b, p.to) },
	})
	t.Cleanup(p.handshake.Close)
	return string(role[1])
}

// step reads and echoes.
func (p *phone) step(t *testing.T) {
	var b, clear [maxPacket]byte
	for {
		n, _, _, err := p.sock.Recv(b[:])
		if err != nil {
			return
		}
		if dtls.Is(b[:n]) {
			p.handshake.Feed(b[:n])
			continue
		}
		k := p.handshake.Keys()
		if k == nil {
			continue
		}
		if p.rx == nil {
			if p.rx, err = srtp.NewReceiver(k.Receive); err != nil {
				t.Fatal(err)
			}
			if p.tx, err = srtp.NewSender(k.Send); err != nil {
				t.Fatal(err)
			}
		}
		if b[1] >= 192 {
			continue
		}
		packet, err := p.rx.Open(clear[:0], b[:n])
		if err != nil {
			t.Errorf("a packet of the leg: %v", err)
			continue
		}
		p.heard++
		if packet, err = p.tx.Seal(packet); err != nil {
			t.Fatal(err)
		}
		_ = p.sock.Send(packet, p.to)
	}
}

func TestDTLS_AnsweredAndEchoed(t *testing.T) {
	for _, c := range []struct{ proto, setup, role string }{
		{"UDP/TLS/RTP/SAVP", "actpass", "active"},
		{"UDP/TLS/RTP/SAVPF", "active", "passive"},
		{"RTP/SAVP", "passive", "active"},
		{"RTP/AVP", "actpass", "active"}, // RFC 8643
	} {
		for _, loss := range []int{0, 20} {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork()
				r := rand.New(rand.NewPCG(uint64(loss), 7))
				n.rule = func(_, _ netip.AddrPort, b []byte) []time.Duration {
					if dtls.Is(b) && r.IntN(100) < loss {
						return nil
					}
					return []time.Duration{5 * ms}
				}
				p := newPhone(t, n, netip.MustParseAddrPort("127.0.0.1:4000"))
				a, answer := openWith(t, n, "127.0.0.1:4000", leg.Params{
					Codecs: fields("pcmu"), Symmetric: true, Encryption: "required", Remote: p.offer(c.proto, c.setup),
				})
				if role := p.shake(t, answer); role != c.role || !strings.Contains(string(answer), "m=audio 4000 "+c.proto+" 0") {
					t.Errorf("%s, %s is answered %s", c.proto, c.setup, answer)
				}
				a.says = tone(440)
				for range 300 {
					run(1, a)
					p.step(t)
				}
				a.hears(t, c.proto, 50, 440, 33)
				if s := a.stats(t); s.Secure != "DTLS-SRTP AEAD_AES_128_GCM" || s.PacketsIn < 150 || len(s.Notes) != 0 {
					t.Errorf("%+v", s)
				}
				// A hold, and back: the association stays.
				before := p.heard
				again, err := a.Answer(t.Context(), p.offer(c.proto, "actpass"), leg.SendRecv)
				if err != nil || !strings.Contains(string(again), "a=setup:"+c.role) {
					t.Fatalf("%v\n%s", err, again)
				}
				if offer, err := a.Offer(t.Context(), leg.SendRecv); err != nil || !strings.Contains(string(offer), "a=setup:actpass") || strings.Contains(string(offer), "a=crypto") {
					t.Fatalf("%v\n%s", err, offer)
				}
				if err := a.Rollback(t.Context()); err != nil {
					t.Fatal(err)
				}
				for range 50 {
					run(1, a)
					p.step(t)
				}
				if p.heard-before < 49 {
					t.Errorf("%d packets after a re-offer", p.heard-before)
				}
			})
		}
	}
}

func TestDTLS_WrongCertificateIsSilenceWithAReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		p, other := newPhone(t, n, netip.MustParseAddrPort("127.0.0.1:4000")), newPhone(t, n, netip.MustParseAddrPort("127.0.0.1:4000"))
		p.sock = other.sock
		a, answer := openWith(t, n, "127.0.0.1:4000", leg.Params{
			Codecs: fields("pcmu"), Symmetric: true, Encryption: "optional", Remote: other.offer("UDP/TLS/RTP/SAVP", "actpass"),
		})
		p.shake(t, answer)
		for range 100 {
			run(1, a)
			p.step(t)
		}
		s := a.stats(t)
		if s.Secure != "" || s.PacketsOut != 0 || p.heard != 0 || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "DTLS") && !strings.Contains(s.Notes[0], "dtls") {
			t.Errorf("%+v", s)
		}
	})
}

func TestDTLS_OffersThatAreRefused(t *testing.T) {
	p := newPhone(t, newNetwork(), netip.AddrPort{})
	for _, c := range []struct{ wish, offer string }{
		{"off", string(p.offer("UDP/TLS/RTP/SAVP", "actpass"))},
		{"optional", strings.Replace(string(p.offer("UDP/TLS/RTP/SAVP", "actpass")), "a=fingerprint", "a=nothing", 1)},
		{"required", strings.Replace(string(p.offer("RTP/AVP", "actpass")), "a=fingerprint", "a=nothing", 1)},
	} {
		sock := newNetwork().socket("127.0.0.1:4000")
		_, _, err := New().Open(t.Context(), leg.Params{Codecs: fields("pcmu"), Encryption: c.wish, Remote: []byte(c.offer), Address: sock.addr.Addr()}, []bus.Socket{sock}, func(leg.Event) {})
		if !errors.Is(err, leg.ErrNoCodec) {
			t.Errorf("%s: %v", c.wish, err)
		}
	}
}
