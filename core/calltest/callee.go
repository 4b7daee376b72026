package calltest

import (
	"strconv"
	"strings"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// incoming is the first INVITE of a call that rings here.
func (c *Call) incoming(m *raw.Message) {
	c.dialog.Lock()
	defer c.dialog.Unlock()
	c.invite, c.theirs = m, m.Get("CSeq")
	c.remoteURI, c.remoteTag = m.Get("From"), raw.Param(m.Get("From"), "tag")
	c.target = raw.URI(m.Get("Contact"))
	c.cseq = 100
	c.respond(m, 100, "Trying", false)
}

// Branch is another dialog of an INVITE that rings here, as if a proxy had
// forked it: with a tag and media of its own.
func (c *Call) Branch() *Call {
	b := &Call{
		Phone: c.Phone, id: c.id, localTag: c.Phone.token("tag"), events: make(chan *raw.Message, 256),
		invite: c.invite, theirs: c.theirs, remoteURI: c.remoteURI, remoteTag: c.remoteTag, target: c.target, cseq: 200,
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.branches == nil {
		c.branches = make(map[string]*Call)
	}
	c.branches[b.localTag] = b
	return b
}

// respond answers a request; an answer to the INVITE is kept for
// retransmissions.
func (c *Call) respond(req *raw.Message, status int, reason string, sdp bool) {
	r := req.Reply(status, reason, c.localTag)
	r.Add("Contact", c.Phone.contact())
	if until, _, ok := strings.Cut(req.Get("Session-Expires"), ";"); ok && status == 200 { // a refresh (RFC 4028, section 9)
		r.Add("Require", "timer")
		r.Add("Session-Expires", until+";refresher=uac")
	}
	if sdp {
		if req.Body != "" {
			c.setBody(r, c.answer(req.Body))
		} else {
			c.setBody(r, c.offer("sendrecv"))
		}
	}
	if req.Method() == "INVITE" && status >= 200 {
		c.final = r
	}
	c.Phone.write(r)
}

// Ring says 180.
func (c *Call) Ring() {
	c.dialog.Lock()
	defer c.dialog.Unlock()
	c.respond(c.invite, 180, "Ringing", false)
}

// Progress says 183 and sends media before the answer.
func (c *Call) Progress() {
	c.dialog.Lock()
	defer c.dialog.Unlock()
	c.startMedia(c.invite.Body)
	c.respond(c.invite, 183, "Session Progress", true)
}

// Provisional says a 1xx that the test changes before it leaves, with a
// description if sdp is set.
func (c *Call) Provisional(status int, reason string, sdp bool, edit func(*raw.Message)) {
	c.dialog.Lock()
	defer c.dialog.Unlock()
	r := c.invite.Reply(status, reason, c.localTag)
	r.Add("Contact", c.Phone.contact())
	if sdp {
		c.startMedia(c.invite.Body)
		c.setBody(r, c.answer(c.invite.Body))
	}
	if edit != nil {
		edit(r)
	}
	c.Phone.write(r)
}

// Reliably is Provisional with the number that its PRACK must name (RFC 3262).
func (c *Call) Reliably(status int, reason string, sdp bool, rseq int) {
	c.Provisional(status, reason, sdp, func(m *raw.Message) {
		m.Add("Require", "100rel")
		m.Add("RSeq", strconv.Itoa(rseq))
	})
}

// AnswerBare says 200 without a description, since an earlier response held it,
// and waits for the ACK.
func (c *Call) AnswerBare() {
	c.Phone.t.Helper()
	c.dialog.Lock()
	c.respond(c.invite, 200, "OK", false)
	c.dialog.Unlock()
	c.Expect("ACK")
}

// Answer says 200 and waits for the ACK.
func (c *Call) Answer() {
	c.Phone.t.Helper()
	c.AnswerNow()
	c.Expect("ACK")
}

// AnswerNow says 200 and does not wait.
func (c *Call) AnswerNow() {
	c.dialog.Lock()
	defer c.dialog.Unlock()
	if c.invite.Body != "" {
		c.startMedia(c.invite.Body)
	}
	c.respond(c.invite, 200, "OK", true)
}

// Reject refuses the call and waits for the ACK.
func (c *Call) Reject(status int, reason string) {
	c.Phone.t.Helper()
	c.RejectWith(status, reason, nil)
}

// RejectWith is Reject with a response that the test changes before it leaves.
func (c *Call) RejectWith(status int, reason string, edit func(*raw.Message)) {
	c.Phone.t.Helper()
	c.dialog.Lock()
	r := c.invite.Reply(status, reason, c.localTag)
	if edit != nil {
		edit(r)
	}
	c.final = r
	c.Phone.write(r)
	c.dialog.Unlock()
	c.Expect("ACK")
}
