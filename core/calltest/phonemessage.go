package calltest

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/icholy/digest"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

func (p *Phone) aor() string { return fmt.Sprintf(`"Phone %s" <sip:%s@plugboard>`, p.Number, p.Number) }

func (p *Phone) contact() string {
	transport := ""
	if p.conn == nil {
		transport = ";transport=" + strings.ToLower(p.transport())
	}
	return fmt.Sprintf("<sip:%s@%s%s>", p.Number, p.host(), transport)
}

// transport is what it speaks over, as in Via.
func (p *Phone) transport() string {
	switch {
	case p.conn != nil:
		return "UDP"
	case p.secure != nil:
		return "TLS"
	case p.web:
		return "WS"
	}
	return "TCP"
}

// host is where it says that it is.
func (p *Phone) host() string {
	if p.web { // it does not know (RFC 7118 §5)
		return fmt.Sprintf("phone%d.invalid", lastByte(p.Addr.Addr()))
	}
	return p.Claims.String()
}

func (p *Phone) via(branch string) string {
	return fmt.Sprintf("SIP/2.0/%s %s;branch=z9hG4bK%s;rport", p.transport(), p.host(), branch)
}

// lastByte tells addresses of one network apart.
func lastByte(a netip.Addr) byte {
	b := a.AsSlice()
	return b[len(b)-1]
}

// token makes ids that are the same in each run, so that ladders are too.
func (p *Phone) token(kind string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seq++
	return fmt.Sprintf("%s-%d-%d", kind, lastByte(p.Addr.Addr()), p.seq)
}

func (p *Phone) request(method, target, from, to, callID string, cseq int) *raw.Message {
	m := &raw.Message{Start: method + " " + target + " SIP/2.0"}
	m.Add("Via", p.via(p.token(method)))
	m.Add("Max-Forwards", "70")
	if !strings.Contains(from, ";tag=") {
		from += ";tag=" + p.token("tag")
	}
	m.Add("From", from)
	m.Add("To", to)
	m.Add("Call-ID", callID)
	m.Add("CSeq", fmt.Sprintf("%d %s", cseq, method))
	m.Add("User-Agent", "calltest")
	return m
}

// authenticated sends a request and answers one challenge.
func (p *Phone) authenticated(m *raw.Message) *raw.Message {
	p.t.Helper()
	r := p.final(m)
	if s := r.Status(); s == 401 || s == 407 {
		m = p.authorise(m, r, 2)
		r = p.final(m)
	}
	return r
}

// authorise is the request once more, with an answer to the challenge.
func (p *Phone) authorise(m, r *raw.Message, cseq int) *raw.Message {
	p.t.Helper()
	again := &raw.Message{Start: m.Start, Body: m.Body}
	for _, f := range m.Header {
		switch f.Name {
		case "Via":
			again.Add("Via", p.via(p.token("auth")))
		case "CSeq":
			again.Add("CSeq", fmt.Sprintf("%d %s", cseq, m.Method()))
		default:
			again.Add(f.Name, f.Value)
		}
	}
	chal, err := digest.ParseChallenge(r.Get("WWW-Authenticate"))
	if err != nil {
		p.t.Fatalf("phone %s: challenge %q: %v", p.Number, r.Get("WWW-Authenticate"), err)
	}
	target := strings.Fields(m.Start)[1]
	cred, err := digest.Digest(chal, digest.Options{
		Method: m.Method(), URI: target, Username: p.Number, Password: p.Secret, Cnonce: p.token("cnonce"), Count: 1,
	})
	if err != nil {
		p.t.Fatalf("phone %s: digest: %v", p.Number, err)
	}
	again.Add("Authorization", cred.String())
	return again
}

// ack answers a final response that refused (RFC 3261, section 17.1.1.3).
func (p *Phone) ack(invite, r *raw.Message) {
	a := &raw.Message{Start: "ACK " + strings.Fields(invite.Start)[1] + " SIP/2.0"}
	for _, name := range []string{"Via", "Max-Forwards", "From", "Call-ID"} {
		a.Add(name, invite.Get(name))
	}
	a.Add("To", r.Get("To"))
	cseq, _, _ := strings.Cut(invite.Get("CSeq"), " ")
	a.Add("CSeq", cseq+" ACK")
	p.write(a)
}

func branch(m *raw.Message) string { return raw.Param(m.Get("Via"), "branch") + " " + m.Method() }
