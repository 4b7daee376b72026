package webleg

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/plugboard/plugboard/sdk/leg"
)

func TestABrowserCalls(t *testing.T) {
	for _, c := range []struct {
		name   string
		config map[string]any
		wants  wants
		codec  string
	}{
		{"opus", nil, wants{}, "opus"},
		{"only G.711", nil, wants{codec: "pcmu"}, "pcmu"},
		{"a lite agent", map[string]any{"lite": true}, wants{}, "opus"},
		{"TCP alone", map[string]any{"listen": []any{"udp://127.0.0.1:0", "tcp://127.0.0.1:0"}}, wants{tcp: true}, "opus"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, c.config)
			b := newBrowser(t, c.wants)
			g := h.call(b)
			g.hears(theirs)
			b.hears(ours)
			s, err := g.Stats(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if s.Codec != c.codec || !strings.HasPrefix(s.Secure, "DTLS-SRTP AEAD_AES_") || !s.Source.IsValid() || s.Remote != s.Source || s.PacketsIn == 0 || s.PacketsOut == 0 {
				t.Errorf("counters are %+v", s)
			}
			if tcp := strings.Contains(strings.Join(s.Notes, " "), "TCP"); tcp != c.wants.tcp {
				t.Errorf("noted is %q", s.Notes)
			}
		})
	}
}

func TestABrowserIsCalled(t *testing.T) {
	for _, lite := range []bool{false, true} {
		h := newHouse(t, map[string]any{"lite": lite})
		g, offer, err := h.open(leg.Params{})
		if err != nil {
			t.Fatal(err)
		}
		b := newBrowser(t, wants{})
		if err := g.Accept(t.Context(), []byte(b.answer(offer))); err != nil {
			t.Fatal(err)
		}
		g.hears(theirs)
		b.hears(ours)
		g.close()
		b.close()
	}
}

// Two houses call each other: keys by RFC 4733, hold, and reports on the way.
// A leg that nobody ticks, because it rings, has its keys all the same; what its
// party said until then is not played when somebody comes to hear it.
func TestALegThatRings(t *testing.T) {
	h := newHouse(t, nil)
	b := newBrowser(t, wants{})
	g, answer, err := h.open(leg.Params{Remote: []byte(b.offer(nil))})
	if err != nil {
		t.Fatal(err)
	}
	h.ticks(g, false)
	b.accept(answer)
	eventually(t, func() bool { return b.pc.ConnectionState() == webrtc.PeerConnectionStateConnected }, "the browser has its keys")
	eventually(t, func() bool {
		h.term.mux.mu.Lock()
		defer h.term.mux.mu.Unlock()
		return len(g.way.queue) == maxQueue
	}, "sound waits for the leg")
	h.ticks(g, true)
	g.hears(theirs)
	b.hears(ours)
	s, err := g.Stats(t.Context())
	if err != nil || s.PacketsIn < maxQueue || s.BufferMs > 200 {
		t.Errorf("%v, %+v", err, s)
	}
}

func TestTwoLegs(t *testing.T) {
	one, other := newHouse(t, nil), newHouse(t, nil)
	a, offer, err := one.open(leg.Params{Gain: "auto"})
	if err != nil {
		t.Fatal(err)
	}
	b, answer, err := other.open(leg.Params{Remote: []byte(offer)})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Accept(t.Context(), []byte(answer)); err != nil {
		t.Fatal(err)
	}
	a.hears(ours)
	b.hears(ours)
	a.waits(leg.Speaking)
	for _, way := range [][2]*guest{{a, b}, {b, a}} {
		if err := way[0].Digit(t.Context(), '7', 100*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if e := way[1].waits(leg.Digit); e.Digit != '7' || e.Duration < 80*time.Millisecond {
			t.Errorf("the key came as %c for %v", e.Digit, e.Duration)
		}
	}

	hold, err := a.Offer(t.Context(), leg.SendOnly)
	if err != nil {
		t.Fatal(err)
	}
	held, err := b.Answer(t.Context(), hold, leg.SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(held), "a=recvonly") {
		t.Errorf("hold is answered with\n%s", held)
	}
	if err := a.Accept(t.Context(), held); err != nil {
		t.Fatal(err)
	}
	if s, _ := a.Stats(t.Context()); s.Direction != leg.SendOnly {
		t.Errorf("the direction is %s", s.Direction)
	}
	back, err := a.Offer(t.Context(), leg.SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.Answer(t.Context(), back, leg.SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Accept(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	a.forget()
	a.hears(ours)
	eventually(t, func() bool { s, _ := a.Stats(t.Context()); return s.RTTMs > 0 && s.MOSIn > 3 }, "the way is measured")
	if err := a.Digit(t.Context(), 'x', time.Second); !errors.Is(err, leg.ErrState) {
		t.Errorf("a key that is none: %v", err)
	}
}

// Video and data are refused line by line, and the sound lives.
func TestAVideoCall(t *testing.T) {
	h := newHouse(t, nil)
	b := newBrowser(t, wants{})
	if _, err := b.pc.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.pc.CreateDataChannel("chat", nil); err != nil {
		t.Fatal(err)
	}
	offer := b.offer(nil)
	g, answer, err := h.open(leg.Params{Remote: []byte(offer)})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"m=video 0 UDP/TLS/RTP/SAVPF", "m=application 0 UDP/DTLS/SCTP", "a=group:BUNDLE 0\r\n"} {
		if !strings.Contains(answer, line) {
			t.Errorf("no %q in the answer\n%s", line, answer)
		}
	}
	b.accept(answer)
	g.hears(theirs)
	b.hears(ours)
}

func TestOffersThatCannotBe(t *testing.T) {
	h := newHouse(t, nil)
	good := newBrowser(t, wants{}).offer(nil)
	for name, c := range map[string]struct {
		offer string
		err   error
		says  string
	}{
		"garbage":          {"v=0\r\nx", leg.ErrBadSDP, "type=value"},
		"no fingerprint":   {without(good, "a=fingerprint"), leg.ErrNoCodec, "a=fingerprint"},
		"no ICE":           {without(good, "a=ice-ufrag"), leg.ErrNoCodec, "ICE"},
		"no codec we know": {strings.ReplaceAll(good, "opus/48000/2", "speex/16000"), leg.ErrNoCodec, "speex/16000"},
		"a long name":      {strings.ReplaceAll(good, "a=ice-ufrag:", "a=ice-ufrag:"+strings.Repeat("x", 300)), leg.ErrBadSDP, "256"},
	} {
		g, _, err := h.open(leg.Params{Remote: []byte(c.offer)})
		if err == nil {
			g.close()
		}
		if !errors.Is(err, c.err) || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Who answers with another certificate than its description announced is never
// connected, and it is told why.
func TestAWrongFingerprint(t *testing.T) {
	h := newHouse(t, nil)
	b, other := newBrowser(t, wants{}), newBrowser(t, wants{})
	offer := b.offer(nil)
	g, answer, err := h.open(leg.Params{Remote: []byte(strings.ReplaceAll(offer, fingerprint(offer), fingerprint(other.offer(nil))))})
	if err != nil {
		t.Fatal(err)
	}
	b.accept(answer)
	if e := g.waits(leg.Lost); !strings.Contains(e.Reason, "certificate") {
		t.Errorf("told %q", e.Reason)
	}
	if s, err := g.Stats(t.Context()); err != nil || s.PacketsIn != 0 || s.PacketsOut != 0 || s.Secure != "" {
		t.Errorf("counters are %+v, %v", s, err)
	}
}

func fingerprint(sdp string) string {
	_, rest, _ := strings.Cut(sdp, "a=fingerprint:sha-256 ")
	f, _, _ := strings.Cut(rest, "\r\n")
	return f
}

// Candidates come a while after the offer, together with some that are of no use.
func TestLateCandidates(t *testing.T) {
	h := newHouse(t, map[string]any{"lite": true})
	b := newBrowser(t, wants{})
	offer := b.offer(nil)
	full := newHouse(t, nil)
	for _, h := range []*house{h, full} {
		g, _, err := h.open(leg.Params{Remote: []byte(without(offer, "a=candidate", "a=end-of"))})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []string{"candidate:1 1 udp 1 x.local 9 typ host", "candidate:1 1 udp 1 host.example.com 9 typ host", "candidate:1 2 udp 1 127.0.0.1 9 typ host", "a=candidate:1 1 tcp 1 127.0.0.1 9 typ host tcptype active", ""} {
			if err := g.Trickle(t.Context(), []string{c}); err != nil {
				t.Errorf("%q: %v", c, err)
			}
		}
		for _, c := range []string{"nonsense", "candidate:", "candidate:1 1 udp x 127.0.0.1 9 typ host", "candidate:1 1 udp 1 127.0.0.1 9 typ " + strings.Repeat("x", 600)} {
			if err := g.Trickle(t.Context(), []string{c}); !errors.Is(err, leg.ErrBadSDP) {
				t.Errorf("%q: %v", c, err)
			}
		}
		if err := g.Trickle(t.Context(), nil); err != nil {
			t.Error(err)
		}
		g.close()
	}
	g, answer, err := full.open(leg.Params{Remote: []byte(without(offer, "a=candidate", "a=end-of"))})
	if err != nil {
		t.Fatal(err)
	}
	b.accept(without(answer, "a=candidate")) // so that ours alone can find the way
	for line := range strings.Lines(offer) {
		if c, ok := strings.CutPrefix(strings.TrimSpace(line), "a="); ok && strings.HasPrefix(c, "candidate:") {
			if err := g.Trickle(t.Context(), []string{c}); err != nil {
				t.Error(err)
			}
		}
	}
	g.hears(theirs)
	b.hears(ours)
}

// The network of a browser changes: ICE begins anew, and the sound goes on.
func TestICERestart(t *testing.T) {
	for _, lite := range []bool{false, true} {
		h := newHouse(t, map[string]any{"lite": lite})
		b := newBrowser(t, wants{})
		g := h.call(b)
		g.hears(theirs)
		b.hears(ours)
		name := g.way.Local().Ufrag
		for range 2 {
			before, _ := g.Stats(t.Context())
			answer, err := g.Answer(t.Context(), []byte(b.offer(&webrtc.OfferOptions{ICERestart: true})), leg.SendRecv)
			if err != nil {
				t.Fatal(err)
			}
			if now := g.way.Local().Ufrag; now == name || !strings.Contains(string(answer), now) {
				t.Error("the leg's agent did not begin anew")
			}
			b.accept(string(answer))
			eventually(t, func() bool { return b.pc.ICEConnectionState() == webrtc.ICEConnectionStateConnected }, "the browser is connected")
			g.forget()
			b.deaf()
			g.hears(theirs)
			b.hears(ours)
			after, err := g.Stats(t.Context())
			if err != nil || after.Secure == "" || after.PacketsIn < before.PacketsIn {
				t.Errorf("counters are %+v, %v", after, err)
			}
		}
		b.close()
		g.close()
	}
}

// A new process, which comes while calls go on in the one before, takes the next port.
func TestTheNextPort(t *testing.T) {
	before := newHouse(t, nil)
	port := before.term.mux.ports[0].at.Port()
	after := newHouse(t, map[string]any{"listen": []any{fmt.Sprintf("udp://127.0.0.1:%d", port)}})
	got := after.term.mux.ports[0].at.Port()
	if got <= port || got >= port+neighbours {
		t.Errorf("it has port %d after %d", got, port)
	}
	before.close()
	after.close()
	if m, shift, err := bindMux(after.term.settings); err != nil || shift != 0 {
		t.Errorf("when both have ended: %d ports higher, %v", shift, err)
	} else {
		m.close()
	}
}

// One port is enough for many, and none hears what is another's.
func TestManyLegsOnOnePort(t *testing.T) {
	h := newHouse(t, map[string]any{"listen": []any{"udp://127.0.0.1:0"}})
	port := h.term.mux.ports[0].at.Port()
	var browsers []*browser
	var guests []*guest
	for range 20 {
		b := newBrowser(t, wants{codec: "pcmu"})
		g := h.call(b)
		if g.way.LocalAddr().Port() != port {
			t.Fatal("another port")
		}
		browsers, guests = append(browsers, b), append(guests, g)
	}
	for i, g := range guests {
		g.hears(theirs)
		browsers[i].hears(ours)
		browsers[i].close()
		g.close()
	}
}

// A browser that never comes, or goes away, is told as lost, with what is known.
func TestABrowserThatIsGone(t *testing.T) {
	h := newHouse(t, nil)
	h.term.settings.silent, h.term.settings.gone = 3*time.Second, time.Second
	never, gone := newBrowser(t, wants{}), newBrowser(t, wants{})
	b := h.call(gone)
	b.hears(theirs)
	offer := never.offer(nil)
	never.close()
	gone.close()
	a, _, err := h.open(leg.Params{Remote: []byte(offer)})
	if err != nil {
		t.Fatal(err)
	}
	for g, says := range map[*guest]string{a: "no way to the browser was found (ICE)", b: "nothing has come from the browser for 4s"} {
		if e := g.waits(leg.Lost); !strings.Contains(e.Reason, says) {
			t.Errorf("told %q", e.Reason)
		}
		if _, err := g.Stats(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// Nothing of a leg is left when it is closed, wherever it stood.
func TestNothingIsLeft(t *testing.T) {
	h := newHouse(t, nil)
	warm := newBrowser(t, wants{})
	g := h.call(warm)
	g.hears(theirs)
	g.close()
	warm.close()
	before := runtime.NumGoroutine()
	for i := range 12 {
		b := newBrowser(t, wants{})
		g := h.call(b)
		if i%3 == 1 {
			g.hears(theirs)
		}
		g.close()
		b.close()
	}
	if g, _, err := h.open(leg.Params{}); err != nil {
		t.Error(err)
	} else {
		g.close()
	}
	eventually(t, func() bool { return runtime.NumGoroutine() <= before }, "as many goroutines are left as before (%d)", before)
	m := h.term.mux
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.routes) != 0 || m.ways != 0 {
		t.Errorf("%d routes of %d ways are left", len(m.routes), m.ways)
	}
}

func TestTheExternalAddress(t *testing.T) {
	h := newHouse(t, map[string]any{"external_address": "203.0.113.7", "listen": []any{"udp://127.0.0.1:0", "tcp://127.0.0.1:0"}})
	b := newBrowser(t, wants{})
	g, answer, err := h.open(leg.Params{Remote: []byte(b.offer(nil))})
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(int(h.term.mux.ports[0].at.Port()))
	for _, c := range []string{" 127.0.0.1 " + port + " typ host", " 203.0.113.7 " + port + " typ host", "203.0.113.7", "tcptype passive"} {
		if !strings.Contains(answer, c) {
			t.Errorf("no %q in\n%s", c, answer)
		}
	}
	b.accept(answer)
	g.hears(theirs)
}

// What is taken for a candidate can be printed, and is one still. (That of whole
// offers is sdk/media/sdp's: the goroutines of an agent would only confuse a fuzzer.)
func FuzzCandidate(f *testing.F) {
	f.Add("candidate:1 1 udp 1 127.0.0.1 9 typ host")
	f.Add("a=candidate:x 1 tcp 1 2001:db8::1 9 typ srflx raddr 10.0.0.1 rport 9 tcptype passive ufrag abc")
	f.Add("candidate:1 1 udp 1 name.local 9 typ host generation 0")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := candidate(text)
		switch {
		case err != nil && !errors.Is(err, leg.ErrBadSDP):
			t.Errorf("%q: %v", text, err)
		case err == nil && c != nil:
			if _, err := candidate("candidate:" + c.Marshal()); err != nil {
				t.Errorf("%q is told on as %q: %v", text, c.Marshal(), err)
			}
		}
	})
}
