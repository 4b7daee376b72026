package calltest

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/icholy/digest"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/sdk/bus"
)

// wild is a phone, or a provider, of the model. It keeps to the transactions of
// SIP (it repeats itself, acknowledges, answers), and within them does what the
// model draws, legal or not. It has no goroutine: the model hands it what came.
type wild struct {
	h        *house
	number   string
	addr     netip.AddrPort
	provider bool
	sock     bus.Socket

	deaf   time.Time // until then it neither hears nor says anything
	asks   map[string]*ask
	served map[string]*served
	order  []*served // by time, so that nothing depends on the order of a map
	asked  []*ask
	talks  []*half
	tokens int
}

// ask is a request of ours.
type ask struct {
	req         *raw.Message
	talk        *half // nil outside of one
	again       time.Time
	wait        time.Duration
	until       time.Time
	provisional bool
	final       *raw.Message
	lost        bool // final is our own: nothing came
	deaf        bool // we were, meanwhile: that nothing came is our fault
	cancelled   bool
	authorised  bool
	heard       func(*raw.Message) // the final response, once
	ack         *raw.Message
}

// served is a request of theirs.
type served struct {
	req   *raw.Message
	talk  *half
	last  *raw.Message // what we said last
	acked bool         // a final response to an INVITE
	again time.Time
	wait  time.Duration
	until time.Time
	deaf  bool
}

func (s *served) final() int {
	if s.last == nil || s.last.Status() < 200 {
		return 0
	}
	return s.last.Status()
}

// stage is where a talk is, as its phone sees it.
type stage int

const (
	calls stage = iota // we called
	rings              // they called
	upNow
	watches // a subscription
	overNow
)

// half is a dialog as one side sees it, or what may become one.
type half struct {
	p             *wild
	id, tag       string
	remoteTag     string
	remote, local string // To and From of our requests
	target        string
	seq           int
	out           bool
	stage         stage
	event         string  // of a subscription
	made          *ask    // our INVITE
	got           *served // theirs
	offered       bool    // theirs held a description
	rseq          int
	rack          []*raw.Message // reliable responses that we have not acknowledged
	told          bool           // a 200 was sent or received
	byesIn        map[string]bool
	byeOut        *ask
	silent        map[string]bool // what it keeps to itself: ACK, PRACK, BYE
	version       int
	deaf          bool // its phone was, in its time
}

func (h *house) phone(number, addr string, provider bool) *wild {
	at := netip.AddrPortFrom(netip.MustParseAddr(addr), 5060)
	sock, err := h.w.Net.ListenRTP(at)
	if err != nil {
		h.w.t.Fatal(err)
	}
	p := &wild{h: h, number: number, addr: at, provider: provider, sock: sock, asks: map[string]*ask{}, served: map[string]*served{}}
	h.phones = append(h.phones, p)
	if h.w.others == nil {
		h.w.others = make(map[netip.AddrPort]string)
	}
	h.w.others[at] = fmt.Sprintf("%s at .%d", number, lastByte(at.Addr()))
	return p
}

func (p *wild) token(kind string) string {
	p.tokens++
	return fmt.Sprintf("%s-%d-%d", kind, lastByte(p.addr.Addr()), p.tokens)
}

func (p *wild) isDeaf() bool { return time.Now().Before(p.deaf) }

func (p *wild) write(m *raw.Message) {
	if !p.isDeaf() {
		_ = p.sock.Send(m.Bytes(), p.h.w.addr)
	}
}

// pump takes what came, and repeats what needs it.
func (p *wild) pump() {
	for {
		n, from, _, err := p.sock.Recv(p.h.buf[:])
		if err != nil {
			break
		}
		if p.isDeaf() {
			continue
		}
		m, err := raw.ParseMessage(p.h.buf[:n])
		if err != nil {
			p.h.fault("%s was sent rubbish: %v\n%s", p.number, err, p.h.buf[:n])
			continue
		}
		seenFrom(m, from)
		if m.Status() != 0 {
			p.heard(m)
		} else {
			p.requested(m)
		}
	}
	now := time.Now()
	for _, a := range p.asked {
		a.deaf = a.deaf || p.isDeaf() && a.final == nil
		switch {
		case a.final != nil:
		case now.After(a.until):
			if !a.deaf {
				p.h.fault("%s: no answer to %s", p.number, described(a.req))
			}
			a.final, a.lost = &raw.Message{Start: "SIP/2.0 408 Nothing Came"}, true
			p.finished(a, a.final)
		case !a.provisional && now.After(a.again):
			a.wait = min(2*a.wait, 32*time.Second)
			a.again = now.Add(a.wait)
			p.write(a.req)
		}
	}
	for _, s := range p.order {
		s.deaf = s.deaf || p.isDeaf()
		if s.req.Method() != "INVITE" || s.final() == 0 || s.acked {
			continue
		}
		switch {
		case now.After(s.until):
			s.acked = true
			if !s.deaf {
				p.h.fault("%s: no ACK to %s of %s", p.number, s.last.Start, described(s.req))
			}
		case now.After(s.again):
			s.wait = min(2*s.wait, 4*time.Second)
			s.again = now.Add(s.wait)
			p.write(s.last)
		}
	}
}

// settled lets go of what is through, so that a long life stays cheap.
func (p *wild) settled() {
	asked := p.asked[:0]
	for _, a := range p.asked {
		if a.final == nil || time.Since(a.until) < 0 {
			asked = append(asked, a)
		} else {
			delete(p.asks, key(a.req))
		}
	}
	p.asked = asked
	order := p.order[:0]
	for _, s := range p.order {
		if s.until.IsZero() || time.Since(s.until) < 0 || s.req.Method() == "INVITE" && s.final() == 0 {
			order = append(order, s)
		} else {
			delete(p.served, key(s.req))
		}
	}
	p.order = order
	talks := p.talks[:0]
	for _, t := range p.talks {
		if t.stage != overNow {
			talks = append(talks, t)
		}
	}
	p.talks = talks
}

func key(m *raw.Message) string {
	method := m.Method()
	if method == "ACK" {
		method = "INVITE"
	}
	return raw.Param(m.Get("Via"), "branch") + " " + method
}

func described(m *raw.Message) string {
	return m.Start + " (" + m.Get("CSeq") + ", " + m.Get("Call-ID") + ")"
}

// patience is how long a request may stay without any answer, and a final
// response without its ACK: timers B, F and H (RFC 3261, section 17).
const patience = 32 * time.Second

// ask sends a request.
func (p *wild) ask(t *half, m *raw.Message, heard func(*raw.Message)) *ask {
	a := &ask{req: m, talk: t, wait: 500 * time.Millisecond, heard: heard, deaf: p.isDeaf()}
	a.again, a.until = time.Now().Add(a.wait), time.Now().Add(patience)
	p.asks[key(m)] = a
	p.asked = append(p.asked, a)
	p.write(m)
	return a
}

// heard takes a response.
func (p *wild) heard(r *raw.Message) {
	a := p.asks[key(r)]
	if a == nil {
		if r.Method() != "INVITE" { // a 200 that is told again finds its ACK below
			p.h.fault("%s: a response to nothing: %s", p.number, described(r))
		}
		return
	}
	s := r.Status()
	switch {
	case s < 200:
		a.provisional = true
		if a.req.Method() == "INVITE" {
			a.until = time.Now().Add(time.Hour) // the model cancels it
			if s > 100 {
				a.talk.progressed(r)
			}
		}
		return
	case a.lost: // it comes too late, after we heard nothing for our own reasons
		return
	case a.final != nil: // again
		if a.final.Status() != s || raw.Param(a.final.Get("To"), "tag") != raw.Param(r.Get("To"), "tag") {
			p.h.fault("%s: two final answers to %s: %s, and %s", p.number, described(a.req), a.final.Start, r.Start)
		}
		if a.ack != nil {
			p.write(a.ack)
		}
		return
	}
	a.final = r
	a.until = time.Now().Add(patience)
	p.finished(a, r)
}

// finished does what the final response to a request asks for.
func (p *wild) finished(a *ask, r *raw.Message) {
	if a.req.Method() == "INVITE" && r.Get("Call-ID") != "" {
		if r.Status() >= 300 {
			a.ack = p.ackOf(a.req, r)
			p.write(a.ack)
		} else {
			a.talk.acknowledge(a, r)
		}
	}
	if (r.Status() == 401 || r.Status() == 407) && !a.authorised {
		p.prove(a, r)
		return
	}
	if a.heard != nil {
		a.heard(r)
	}
}

// ackOf acknowledges a refusal.
func (p *wild) ackOf(invite, r *raw.Message) *raw.Message {
	m := &raw.Message{Start: strings.Replace(invite.Start, "INVITE", "ACK", 1)}
	for _, name := range []string{"Via", "Max-Forwards", "From", "Call-ID"} {
		m.Add(name, invite.Get(name))
	}
	m.Add("To", r.Get("To"))
	m.Add("CSeq", strings.Replace(invite.Get("CSeq"), "INVITE", "ACK", 1))
	return m
}

// prove sends a request again that was challenged.
func (p *wild) prove(a *ask, r *raw.Message) {
	chal, err := digest.ParseChallenge(r.Get("WWW-Authenticate"))
	if err != nil {
		p.h.fault("%s: a challenge that cannot be read: %q", p.number, r.Get("WWW-Authenticate"))
		return
	}
	cred, err := digest.Digest(chal, digest.Options{
		Method: a.req.Method(), URI: strings.Fields(a.req.Start)[1], Username: p.number, Password: Secret, Cnonce: p.token("c"), Count: 1,
	})
	if err != nil {
		p.h.fault("%s: %v", p.number, err)
		return
	}
	m := &raw.Message{Start: a.req.Start, Body: a.req.Body}
	for _, f := range a.req.Header {
		switch f.Name {
		case "Via":
			m.Add("Via", p.via())
		case "CSeq":
			n, method, _ := strings.Cut(f.Value, " ")
			seq, _ := strconv.Atoi(n)
			m.Add("CSeq", fmt.Sprintf("%d %s", seq+1, method))
			if a.talk != nil {
				a.talk.seq = seq + 1
			}
		default:
			m.Add(f.Name, f.Value)
		}
	}
	m.Add("Authorization", cred.String())
	b := p.ask(a.talk, m, a.heard)
	b.authorised = true
	if a.talk != nil && a.talk.made == a {
		a.talk.made = b
	}
}

func (p *wild) via() string {
	return fmt.Sprintf("SIP/2.0/UDP %s;branch=z9hG4bK%s;rport", p.addr, p.token("b"))
}

func (p *wild) contact() string { return fmt.Sprintf("<sip:%s@%s>", p.number, p.addr) }

func (p *wild) request(method, target, from, to, id string, seq int) *raw.Message {
	m := &raw.Message{Start: method + " " + target + " SIP/2.0"}
	m.Add("Via", p.via())
	m.Add("Max-Forwards", "70")
	m.Add("From", from)
	m.Add("To", to)
	m.Add("Call-ID", id)
	m.Add("CSeq", fmt.Sprintf("%d %s", seq, method))
	return m
}

// outside makes a request of no dialog.
func (p *wild) outside(method, target string) *raw.Message {
	from := fmt.Sprintf("<sip:%s@plugboard>;tag=%s", p.number, p.token("t"))
	m := p.request(method, target, from, "<"+target+">", p.token("id"), 1)
	m.Add("Contact", p.contact())
	return m
}

// inside makes a request in a dialog.
func (t *half) inside(method string) *raw.Message {
	if method != "ACK" && method != "CANCEL" {
		t.seq++
	}
	m := t.p.request(method, t.target, t.local, t.remote, t.id, t.seq)
	switch method {
	case "INVITE", "UPDATE", "SUBSCRIBE", "REFER":
		m.Add("Contact", t.p.contact())
	}
	return m
}

// response answers a request.
func (p *wild) response(s *served, status int, reason string) *raw.Message {
	tag := ""
	if s.talk != nil && status > 100 {
		tag = s.talk.tag
	}
	m := s.req.Reply(status, reason, tag)
	if s.talk != nil && status > 100 && status < 300 {
		m.Add("Contact", p.contact())
		m.Add("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, MESSAGE, REFER, NOTIFY")
	}
	return m
}

// say sends a response.
func (p *wild) say(s *served, m *raw.Message) {
	if s.final() != 0 {
		return
	}
	s.last = m
	if m.Status() >= 200 {
		s.wait = 500 * time.Millisecond
		s.again, s.until = time.Now().Add(s.wait), time.Now().Add(patience)
		s.deaf = s.deaf || p.isDeaf()
	}
	p.write(m)
}

// requested takes a request.
func (p *wild) requested(m *raw.Message) {
	k := key(m)
	if m.Method() == "ACK" {
		p.acknowledged(m)
		return
	}
	if s := p.served[k]; s != nil { // again
		if s.last != nil {
			p.write(s.last)
		}
		return
	}
	s := &served{req: m, deaf: time.Since(p.deaf) < patience}
	p.served[k] = s
	p.order = append(p.order, s)
	if m.Method() == "INVITE" && raw.Param(m.Get("To"), "tag") == "" {
		p.called(s)
		return
	}
	if m.Method() == "CANCEL" {
		p.cancelled(s)
		return
	}
	s.talk = p.talkOf(m)
	if s.talk == nil && raw.Param(m.Get("To"), "tag") != "" {
		p.say(s, p.response(s, 481, "Call Does Not Exist"))
		return
	}
	p.h.asked(p, s)
}

// called takes the INVITE of a new call.
func (p *wild) called(s *served) {
	m := s.req
	t := &half{
		p: p, id: m.Get("Call-ID"), tag: p.token("t"), remoteTag: raw.Param(m.Get("From"), "tag"),
		remote: m.Get("From"), target: raw.URI(m.Get("Contact")), seq: 100, stage: rings, got: s,
		offered: m.Body != "", byesIn: map[string]bool{}, silent: map[string]bool{},
	}
	t.local = m.Get("To") + ";tag=" + t.tag
	s.talk = t
	p.talks = append(p.talks, t)
	p.say(s, p.response(s, 100, "Trying"))
}

// cancelled takes a CANCEL.
func (p *wild) cancelled(s *served) {
	invite := p.served[raw.Param(s.req.Get("Via"), "branch")+" INVITE"]
	if invite == nil || invite.talk == nil {
		p.say(s, p.response(s, 481, "Nothing To Cancel"))
		return
	}
	s.talk = invite.talk
	p.say(s, p.response(s, 200, "OK"))
	if invite.final() == 0 {
		p.h.gaveUp(invite)
	}
}

// acknowledged takes an ACK.
func (p *wild) acknowledged(m *raw.Message) {
	n, _, _ := strings.Cut(m.Get("CSeq"), " ")
	for _, s := range p.order {
		if s.req.Method() != "INVITE" || s.req.Get("Call-ID") != m.Get("Call-ID") || s.final() == 0 {
			continue
		}
		if of, _, _ := strings.Cut(s.req.Get("CSeq"), " "); of == n && raw.Param(s.last.Get("To"), "tag") == raw.Param(m.Get("To"), "tag") {
			s.acked = true
			return
		}
	}
}

// talkOf is the dialog of a request, nil if there is none.
func (p *wild) talkOf(m *raw.Message) *half {
	tag := raw.Param(m.Get("To"), "tag")
	for _, t := range p.talks {
		if t.id == m.Get("Call-ID") && t.tag == tag {
			return t
		}
	}
	return nil
}

// progressed takes a provisional response to our INVITE.
func (t *half) progressed(r *raw.Message) {
	if tag := raw.Param(r.Get("To"), "tag"); tag != "" {
		t.remoteTag, t.remote = tag, r.Get("To")
	}
	if c := r.Get("Contact"); c != "" {
		t.target = raw.URI(c)
	}
	if r.Get("RSeq") != "" {
		for _, old := range t.rack {
			if old.Get("RSeq") == r.Get("RSeq") {
				return
			}
		}
		t.rack = append(t.rack, r)
	}
}

// acknowledge sends the ACK to a 200, unless the phone keeps it to itself.
func (t *half) acknowledge(a *ask, r *raw.Message) {
	t.told = true
	t.remoteTag, t.remote = raw.Param(r.Get("To"), "tag"), r.Get("To")
	if c := r.Get("Contact"); c != "" {
		t.target = raw.URI(c)
	}
	if a == t.made {
		t.stage = upNow
	}
	if t.silent["ACK"] {
		return
	}
	n, _, _ := strings.Cut(r.Get("CSeq"), " ")
	m := t.inside("ACK")
	m.Set("CSeq", n+" ACK")
	if a.req.Body == "" && r.Body != "" {
		t.describe(m, "sendrecv")
	}
	a.ack = m
	t.p.write(m)
}

// describe adds a description of what the phone can.
func (t *half) describe(m *raw.Message, dir string) {
	t.version++
	m.Add("Content-Type", "application/sdp")
	m.Body = fmt.Sprintf("v=0\r\no=- 1 %d IN IP4 %s\r\ns=-\r\nc=IN IP4 %[2]s\r\nt=0 0\r\nm=audio %d RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=%s\r\n",
		t.version, t.p.addr.Addr(), 4000+2*(len(t.id)%50), dir)
}
