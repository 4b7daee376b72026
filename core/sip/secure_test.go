package sip

import (
	"bytes"
	"crypto/tls"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/calltest/raw"
)

// phoneTLS is a phone that speaks TLS on a connection that it opened.
func (b *bed) phoneTLS(name, addr string) (*phone, *tls.Conn) {
	b.t.Helper()
	mine, theirs := pipe(addr, "192.0.2.1:5061")
	b.secure.in <- theirs
	c := tls.Client(mine, &tls.Config{ServerName: "pbx", RootCAs: b.ca.Roots()})
	p := b.phoneOn(name, addr, c)
	p.via = "TLS"
	return p, c
}

// A phone registers over TLS, is rung over that connection, and sees Contacts
// and Vias that lead back to it.
func TestTLSPhone(t *testing.T) {
	virtual(t, func(b *bed) {
		p, _ := b.phoneTLS("102", "203.0.113.2:40000")
		p.register()
		if d := b.reg.Devices("102"); len(d) != 1 || d[0].Transport != "tls" {
			t.Errorf("devices: %+v", d)
		}
		b.callee(p)
		if c := p.invite.get("Contact"); c != "<sip:101@192.0.2.1:5061;transport=tls>" {
			t.Errorf("Contact: %s", c)
		}
		if v := p.invite.get("Via"); !strings.HasPrefix(v, "SIP/2.0/TLS 192.0.2.1:5061;branch=") {
			t.Errorf("Via: %s", v)
		}
		p.target = uriIn(p.invite.get("Contact"))
		p.send(p.inside("BYE").bytes())
		p.expect("200")
	})
}

// A sips URI needs TLS to us, and what is made with one keeps to it
// (RFC 3261 §8.1.1.8, §12.1.1; RFC 5630 §3.1.3).
func TestRFC5630SIPS(t *testing.T) {
	virtual(t, func(b *bed) {
		p, _ := b.phoneTLS("101", "203.0.113.2:40000")
		p.dial("102", func(m *message) {
			m.start = "INVITE sips:102@pbx SIP/2.0"
			m.set("Contact", "<sips:101@203.0.113.2:40000>")
		})
		in := b.incoming()
		in.Leg.Answer()
		ok := p.expect("200")
		if c := ok.get("Contact"); c != "<sips:102@192.0.2.1:5061>" {
			t.Errorf("Contact: %s", c)
		}
		p.took(ok)
		p.ack()
		b.hears(in.Leg, call.Answered)
		in.Leg.Hangup(call.End{Cause: call.Normal})
		bye := p.expect("BYE")
		if bye.start != "BYE sips:101@203.0.113.2:40000 SIP/2.0" {
			t.Errorf("%s", bye.start)
		}
		p.respond(bye, "200 OK")

		plain := b.phone("101", "203.0.113.3:5060")
		if r := plain.do(plain.request("OPTIONS", "sips:102@pbx")); r.what() != "416" {
			t.Errorf("sips over UDP got %s", r.start)
		}
	})
}

// roomy is a pipe whose writer does not wait for the reader, as that of a real
// connection does not: TLS may write on both ends at once.
type roomy struct {
	net.Conn
	out  chan []byte
	once sync.Once
}

func newRoomy(c net.Conn) *roomy {
	r := &roomy{Conn: c, out: make(chan []byte, 64)}
	go func() {
		for b := range r.out {
			_, _ = r.Conn.Write(b)
		}
		r.Conn.Close()
	}()
	return r
}

func (r *roomy) Write(b []byte) (int, error) {
	r.out <- bytes.Clone(b)
	return len(b), nil
}

func (r *roomy) Close() error {
	r.once.Do(func() { close(r.out) })
	return nil
}

// tlsTrunk makes the trunk one over TLS whose far side shows a certificate.
func (b *bed) tlsTrunk(cert *tls.Certificate) (opened chan *phone) {
	b.peers["first"] = Peer{Transport: "tls", Addr: netip.MustParseAddrPort(trunkAddr), Host: "sip.first.example"}
	opened = make(chan *phone, 9)
	b.connect = func(netip.AddrPort) (net.Conn, error) {
		ours, theirs := pipe("192.0.2.1:33333", trunkAddr)
		p := b.phoneOn("prov", trunkAddr, tls.Server(newRoomy(theirs), &tls.Config{Certificates: []tls.Certificate{*cert}}))
		p.via = "TLS"
		opened <- p
		return ours, nil
	}
	return opened
}

// A trunk over TLS: one connection for two calls, on which the certificate of
// the peer's name was seen.
func TestTLSTrunk(t *testing.T) {
	virtual(t, func(b *bed) {
		opened := b.tlsTrunk(b.issue(time.Now().Add(time.Hour), "sip.first.example"))
		one, two := b.dialTrunk("call-1", "+4912345"), b.dialTrunk("call-2", "+4912346")
		p := <-opened
		for _, invite := range []message{p.rung(), p.rung()} {
			if !strings.HasPrefix(invite.start, "INVITE sip:00491234") || !strings.HasSuffix(invite.start, "@sip.first.example;transport=tls SIP/2.0") {
				t.Errorf("%s", invite.start)
			}
			if c := invite.get("Contact"); !strings.HasSuffix(c, "@192.0.2.1:5061;transport=tls>") {
				t.Errorf("Contact: %s", c)
			}
			p.respond(invite, "486 Busy Here")
			if ack, ok := p.next(time.Second); !ok || ack.what() != "ACK" {
				t.Errorf("no ACK: %s", ack)
			}
		}
		ended := map[call.Leg]bool{}
		for len(ended) < 2 {
			if n := <-b.news; n.What == call.Ended && n.Cause == call.Busy {
				ended[n.Leg] = true
			}
		}
		if !ended[one] || !ended[two] || len(opened) != 0 {
			t.Errorf("%d connections more", len(opened))
		}
	})
}

// Who shows another's certificate, an old one, or one of nobody that is
// trusted gets no call (RFC 5922 §7).
func TestTLSTrunkIsAnother(t *testing.T) {
	virtual(t, func(b *bed) {
		stranger, err := raw.NewAuthority(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		trusted := b.ca
		b.ca = stranger
		untrusted := b.issue(time.Now().Add(time.Hour), "sip.first.example")
		b.ca = trusted
		for want, cert := range map[string]*tls.Certificate{
			"its TLS certificate is not for sip.first.example: ": b.issue(time.Now().Add(time.Hour), "sip.second.example"),
			"of nobody that this machine trusts":                 untrusted,
			"is out of date":                                     b.issue(time.Now().Add(-time.Minute), "sip.first.example"),
		} {
			b.tlsTrunk(cert)
			out := b.dialTrunk("call-1", "+491")
			if n := b.hears(out, call.Ended); n.Cause != call.Unavailable || !strings.Contains(n.Text, want) {
				t.Errorf("%s: %s\nwant: %s", n.Cause, n.Text, want)
			}
		}
	})
}

// A far side that connects and says nothing, or no TLS, is let go.
func TestTLSWithoutHandshake(t *testing.T) {
	virtual(t, func(b *bed) {
		for _, says := range []string{"", "OPTIONS sip:pbx SIP/2.0\r\n\r\n"} {
			mine, theirs := pipe("203.0.113.2:40000", "192.0.2.1:5061")
			b.secure.in <- theirs
			if says != "" {
				_, _ = mine.Write([]byte(says))
			}
			_ = mine.SetReadDeadline(time.Now().Add(handshakeTime + time.Second))
			buf := make([]byte, 100)
			var err error
			for err == nil {
				_, err = mine.Read(buf)
			}
			if e, ok := err.(net.Error); ok && e.Timeout() {
				t.Errorf("after %q it waits on", says)
			}
		}
	})
}
