package calltest

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// Call is one call as a phone sees it.
type Call struct {
	Phone *Phone

	id  string // Call-ID
	out bool

	dialog              sync.Mutex // what follows is read's and the test's
	localTag, remoteTag string
	remoteURI           string // To of what we send, with its tag once known
	target              string // the far side's Contact
	cseq                int

	invite  *raw.Message // the INVITE that made the call, or theirs that came last
	theirs  string       // CSeq of their last INVITE
	ackSent *raw.Message // sent again when the 200 is
	final   *raw.Message // our answer to the INVITE, sent again when it is
	events  chan *raw.Message
	wg      sync.WaitGroup

	mu    sync.Mutex // what follows is the media's
	media *media
	sdpv  int
	glare bool

	branches map[string]*Call // further dialogs of the same INVITE, by their tag
}

func (p *Phone) newCall(id string, out bool) *Call {
	c := &Call{Phone: p, id: id, out: out, localTag: p.token("tag"), events: make(chan *raw.Message, 256)}
	p.mu.Lock()
	p.calls[id] = c
	p.mu.Unlock()
	return c
}

// Expect waits until the call shows what the test expects, and returns the
// message: a status ("180"), or a request ("BYE", "CANCEL", "ACK", "INVITE" for a re-INVITE). Provisional
// responses that are not asked for are passed over; anything else fails the
// test.
func (c *Call) Expect(what string) *raw.Message {
	c.Phone.t.Helper()
	late := time.After(Patience)
	for {
		select {
		case m := <-c.events:
			got := m.Method()
			if s := m.Status(); s != 0 {
				got = strconv.Itoa(s)
			}
			if got == what {
				return m
			}
			if s := m.Status(); s >= 100 && s < 200 || got == "ACK" {
				continue
			}
			c.Phone.t.Fatalf("phone %s: expected %s, got %s", c.Phone.Number, what, m.Label())
		case <-late:
			c.Phone.t.Fatalf("phone %s: expected %s, nothing came for %v", c.Phone.Number, what, Patience)
		}
	}
}

// Quiet fails the test if anything happens to the call within d.
func (c *Call) Quiet(d time.Duration) {
	c.Phone.t.Helper()
	select {
	case m := <-c.events:
		c.Phone.t.Fatalf("phone %s: unexpected %s", c.Phone.Number, m.Label())
	case <-time.After(d):
	}
}

// follow reads the responses of an INVITE that was sent with credentials.
func (c *Call) follow(m *raw.Message, responses <-chan *raw.Message) {
	for r := range responses {
		if c.answered(m, r) {
			return
		}
	}
}

// answered takes one response to an INVITE of ours, and reports whether it is final.
func (c *Call) answered(m, r *raw.Message) bool {
	c.dialog.Lock()
	defer c.dialog.Unlock()
	s := r.Status()
	if tag := raw.Param(r.Get("To"), "tag"); tag != "" && s < 300 {
		c.remoteTag, c.remoteURI = tag, r.Get("To")
	}
	if contact := r.Get("Contact"); contact != "" && s < 300 {
		c.target = raw.URI(contact)
	}
	if r.Body != "" && s < 300 {
		c.startMedia(r.Body)
	}
	switch {
	case s >= 300:
		c.Phone.ack(m, r)
	case s >= 200:
		c.ack(m, r)
	}
	c.events <- r
	return s >= 200
}

// ack acknowledges a 200.
func (c *Call) ack(invite, r *raw.Message) {
	cseq, _, _ := strings.Cut(r.Get("CSeq"), " ")
	n, _ := strconv.Atoi(cseq)
	a := c.build("ACK", n)
	if invite.Body == "" && r.Body != "" { // the offer was theirs
		c.setBody(a, c.answer(r.Body))
	}
	c.ackSent = a
	c.Phone.write(a)
}

// again answers a retransmitted 200 with the same ACK (RFC 3261, section 13.2.2.4).
func (c *Call) again(r *raw.Message) bool {
	c.dialog.Lock()
	defer c.dialog.Unlock()
	if r.Method() != "INVITE" || r.Status() < 200 || r.Status() >= 300 || c.ackSent == nil {
		return false
	}
	if r.Get("CSeq") != strings.Replace(c.ackSent.Get("CSeq"), "ACK", "INVITE", 1) {
		return false
	}
	c.Phone.write(c.ackSent)
	return true
}

// asked takes a request within the call.
func (c *Call) asked(m *raw.Message) {
	c.dialog.Lock()
	defer c.dialog.Unlock()
	c.mu.Lock()
	b := c.branches[raw.Param(m.Get("To"), "tag")]
	c.mu.Unlock()
	if b != nil {
		b.asked(m)
		return
	}
	switch m.Method() {
	case "INVITE":
		if m.Get("CSeq") == c.theirs { // a retransmission
			if c.final != nil {
				c.Phone.write(c.final)
			}
			return
		}
		c.theirs = m.Get("CSeq")
		c.mu.Lock()
		glare := c.glare
		c.mu.Unlock()
		if glare {
			c.respond(m, 491, "Request Pending", false)
			break
		}
		c.invite = m
		c.startMedia(m.Body)
		c.respond(m, 200, "OK", true)
	case "ACK":
		if m.Body != "" {
			c.startMedia(m.Body)
		}
	case "CANCEL":
		c.Phone.write(m.Reply(200, "OK", c.localTag))
		if c.final == nil { // else it comes too late (RFC 3261, section 9.2)
			c.respond(c.invite, 487, "Request Terminated", false)
		}
	case "BYE", "INFO", "UPDATE", "OPTIONS", "PRACK", "MESSAGE", "NOTIFY":
		c.respond(m, 200, "OK", false)
		if m.Method() == "BYE" {
			c.stopMedia()
		}
	}
	c.events <- m
}

// Cancel gives up a call that still rings, and waits for its 487.
func (c *Call) Cancel() {
	c.Phone.t.Helper()
	c.CancelWith(nil)
}

// CancelWith is Cancel with a request that the test changes before it leaves.
func (c *Call) CancelWith(edit func(*raw.Message)) {
	c.Phone.t.Helper()
	c.dialog.Lock()
	m := &raw.Message{Start: strings.Replace(c.invite.Start, "INVITE", "CANCEL", 1)}
	for _, name := range []string{"Via", "Max-Forwards", "From", "To", "Call-ID"} {
		m.Add(name, c.invite.Get(name))
	}
	m.Add("CSeq", strings.Replace(c.invite.Get("CSeq"), "INVITE", "CANCEL", 1))
	c.dialog.Unlock()
	if edit != nil {
		edit(m)
	}
	if s := c.Phone.final(m).Status(); s != 200 {
		c.Phone.t.Fatalf("phone %s: CANCEL got %d", c.Phone.Number, s)
	}
	c.Expect("487")
}

// Hangup says BYE and waits for its 200.
func (c *Call) Hangup() {
	c.Phone.t.Helper()
	if s := c.Do("BYE", nil).Status(); s != 200 {
		c.Phone.t.Fatalf("phone %s: BYE got %d", c.Phone.Number, s)
	}
	c.stopMedia()
}

// Do sends a request within the call and returns its final response.
func (c *Call) Do(method string, edit func(*raw.Message)) *raw.Message {
	c.Phone.t.Helper()
	c.dialog.Lock()
	c.cseq++
	m := c.build(method, c.cseq)
	c.dialog.Unlock()
	if edit != nil {
		edit(m)
	}
	r := c.Phone.final(m)
	if method == "INVITE" {
		if r.Status() < 300 {
			c.dialog.Lock()
			c.ack(m, r)
			c.dialog.Unlock()
			if r.Body != "" {
				c.startMedia(r.Body)
			}
		} else {
			c.Phone.ack(m, r)
		}
	}
	return r
}

// Hold and Resume renegotiate the direction by re-INVITE.
func (c *Call) Hold() { c.Phone.t.Helper(); c.redirect("sendonly") }

// Resume takes a hold back.
func (c *Call) Resume() { c.Phone.t.Helper(); c.redirect("sendrecv") }

func (c *Call) redirect(dir string) {
	c.Phone.t.Helper()
	r := c.Do("INVITE", func(m *raw.Message) { c.setBody(m, c.offer(dir)) })
	if r.Status() != 200 {
		c.Phone.t.Fatalf("phone %s: re-INVITE (%s) got %s", c.Phone.Number, dir, r.Label())
	}
}

// Glare makes the phone answer re-INVITEs with 491 until it is switched off.
func (c *Call) Glare(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.glare = on
}

// build makes a request within the dialog.
func (c *Call) build(method string, cseq int) *raw.Message {
	m := c.Phone.request(method, c.target, c.Phone.aor()+";tag="+c.localTag, c.remoteURI, c.id, cseq)
	if method == "INVITE" || method == "UPDATE" {
		m.Add("Contact", c.Phone.contact())
	}
	return m
}
