package sip

import (
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"
)

// What is no SIP is dropped, and disturbs nobody.
func TestRFC5626Section3_5KeepAlivesAndNoise(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("101", "203.0.113.1:5060")
		for _, noise := range []string{
			"", "\r\n", "\r\n\r\n", "\x00\x00\x00\x00", "\x00\x01\x00\x00\x21\x12\xa4\x42" + strings.Repeat("x", 12),
			"\x80\x00\x00\x01" + strings.Repeat("r", 160), "GET / HTTP/1.1\r\nHost: x\r\n\r\n", strings.Repeat("A", 9000),
			"SIP/2.0 200 OK\r\n\r\n", "SIP/2.0 200 OK\r\nVia: x\r\n\r\n", "ACK sip:x SIP/2.0\r\nVia: x\r\n\r\n",
			"INVITE sip:x@y SIP/2.0\r\nFrom: broken\r\n\r\n",
		} {
			p.send([]byte(noise))
		}
		p.quiet(time.Second)
		p.send(p.request("OPTIONS", "sip:pbx").bytes())
		p.expect("200")
	})
}

// What cannot be parsed is answered where it says who sent it, so often and no
// more.
func TestRFC3261Section18_3UnparsableIsAnsweredBounded(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("101", "203.0.113.1:5060")
		m := p.request("OPTIONS", "sip:pbx")
		m.set("CSeq", "nonsense")
		for range 50 {
			p.send(m.bytes())
		}
		n := 0
		for {
			r, ok := p.next(500 * time.Millisecond)
			if !ok {
				break
			}
			if r.what() != "400" || r.get("Call-ID") != m.get("Call-ID") || tagIn(r.get("To")) == "" {
				t.Errorf("%s", r)
			}
			n++
		}
		if n != mirrorBurst {
			t.Errorf("%d answers, want %d", n, mirrorBurst)
		}
		other := b.phone("102", "203.0.113.2:5060")
		other.send(m.bytes()) // its Via leads to where it came from, not to 101
		other.expect("400")
	})
}

// A connection whose framing breaks is answered and closed; others go on.
func TestRFC3261Section18_3BrokenFraming(t *testing.T) {
	virtual(t, func(b *bed) {
		bad, _ := b.phoneTCP("101", "203.0.113.1:40000")
		good, _ := b.phoneTCP("102", "203.0.113.2:40000")
		m := bad.request("OPTIONS", "sip:pbx")
		m.set("CSeq", "nonsense")
		bad.send(m.bytes())
		bad.expect("400")
		time.Sleep(time.Second)
		b.server.links.mu.Lock()
		n := len(b.server.links.streams)
		b.server.links.mu.Unlock()
		if n != 1 {
			t.Errorf("%d connections are open, want 1", n)
		}
		good.send(good.request("OPTIONS", "sip:pbx").bytes())
		good.expect("200")
	})
}

// Half a message does not keep a connection open for ever.
func TestHalfAMessageTimesOut(t *testing.T) {
	virtual(t, func(b *bed) {
		p, _ := b.phoneTCP("101", "203.0.113.1:40000")
		p.send([]byte("OPTIONS sip:pbx SIP/2.0\r\nVia: "))
		time.Sleep(readTimeout + time.Second)
		b.server.links.mu.Lock()
		defer b.server.links.mu.Unlock()
		if n := len(b.server.links.streams); n != 0 {
			t.Errorf("%d connections are open", n)
		}
	})
}

func TestMirrorForgetsWhoIsQuiet(t *testing.T) {
	m := mirror{buckets: make(map[netip.Addr]bucket)}
	now := time.Now()
	addr := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}) }
	for i := range mirrorSources {
		if !m.allow(addr(i), now) {
			t.Fatalf("source %d is not answered", i)
		}
	}
	if m.allow(netip.MustParseAddr("192.0.2.1"), now) {
		t.Error("a source beyond the limit is answered")
	}
	if !m.allow(netip.MustParseAddr("192.0.2.1"), now.Add(time.Minute)) {
		t.Error("nobody new is answered although all others were quiet")
	}
	if len(m.buckets) != 1 {
		t.Errorf("%d buckets", len(m.buckets))
	}
}

// Who guesses passwords is told of in the log, but does not fill it, nor hide
// that another does.
func TestGuessesDoNotFillTheLog(t *testing.T) {
	virtual(t, func(b *bed) {
		guess := func(p *phone) {
			p.secret = "a guess"
			m := p.registration()
			p.send(m.bytes())
			p.send(p.authorised(m, p.expect("401")).bytes())
			p.expect("401")
		}
		told := func() int { return strings.Count(b.log.String(), "credentials refused") }
		a, c := b.phone("101", "203.0.113.1:5060"), b.phone("102", "203.0.113.2:5060")
		for range 500 { // 4 ms each
			guess(a)
		}
		if n := told(); n < 10 || n > 13 {
			t.Errorf("%d lines of 500 guesses in two seconds", n)
		}
		guess(c)
		text := b.log.String()
		if !strings.Contains(text, "user=102") || !strings.Contains(text, "left_out=24") {
			t.Errorf("what was left out, and the second source, are not told of:\n%s", text)
		}
		if strings.Contains(text, "a guess") {
			t.Error("the log holds a secret")
		}
	})
}

// Whatever comes, nothing breaks, at most one answer is sent, and an answer is
// a response that can be parsed.
func FuzzDatagram(f *testing.F) {
	f.Add([]byte("OPTIONS sip:pbx SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n"))
	f.Add([]byte("INVITE sip:1@pbx SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1;rport\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nContact: <sip:x@y>\r\n\r\n"))
	f.Add([]byte("CANCEL sip:1@pbx SIP/2.0\r\nv: SIP/2.0/UDP h\r\nf: a <sip:a@b>\r\nt: <sip:c@d>\r\ni: 1\r\nCSeq: 1 CANCEL\r\nl: 0\r\n\r\n"))
	f.Add([]byte("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		virtual(t, func(b *bed) {
			c := &capture{}
			b.server.datagram(c, raw)
			if len(c.sent) > 1 {
				t.Errorf("%d answers", len(c.sent))
			}
			for _, m := range c.sent {
				text := m.start + "\r\n" + strings.Join(m.fields, "\r\n") + "\r\n\r\n"
				if !strings.HasPrefix(m.start, "SIP/2.0 ") {
					t.Errorf("a request was sent: %s", m)
				}
				if _, err := sip.ParseMessage([]byte(text)); err != nil && m.what() != "400" && m.what() != "416" && m.what() != "505" {
					t.Errorf("%v in the answer %q", err, text)
				}
			}
		})
	})
}

// A far side that asks faster than its leg can follow is slowed down, and its
// call stays.
func TestInboxIsBounded(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		in := b.caller(a)
		lg := in.Leg.(*Leg)
		slow := make(chan struct{})
		b.mediaOf(in.Leg).slow(slow)
		lg.Digit('1', time.Second) // the plugin takes its time
		time.Sleep(time.Millisecond)
		for range maxWaiting + 10 {
			a.send(a.inside("OPTIONS").bytes())
		}
		time.Sleep(time.Second)
		for range 10 {
			if r := a.expect("500"); r.get("Retry-After") == "" {
				t.Error("500 without Retry-After")
			}
		}
		close(slow)
		for range maxWaiting {
			a.expect("200")
		}
		if s := in.Leg.Info().State; s != "up" {
			t.Errorf("the leg is %s", s)
		}
	})
}

// What the documentation says is understood, is what is said on the wire.
func TestDocumentationSaysWhatIsUnderstood(t *testing.T) {
	text, err := os.ReadFile("../../docs/operating.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"Allow: " + allow, "Supported: " + supported, "Allow-Events: " + allowEvents} {
		if !strings.Contains(string(text), "\n"+line+"\n") {
			t.Errorf("docs/operating.md does not say %q", line)
		}
	}
}
