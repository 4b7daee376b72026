package calltest

import (
	"fmt"
	"net/netip"
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
		c.Phone.write(c.Phone.response(m, 200, "OK", c.localTag))
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

// respond answers a request; an answer to the INVITE is kept for
// retransmissions.
func (c *Call) respond(req *raw.Message, status int, reason string, sdp bool) {
	r := c.Phone.response(req, status, reason, c.localTag)
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
	r := c.Phone.response(c.invite, status, reason, c.localTag)
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
	r := c.Phone.response(c.invite, status, reason, c.localTag)
	if edit != nil {
		edit(r)
	}
	c.final = r
	c.Phone.write(r)
	c.dialog.Unlock()
	c.Expect("ACK")
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

func (c *Call) setBody(m *raw.Message, sdp string) {
	m.Add("Content-Type", "application/sdp")
	m.Body = sdp
}

// offer describes what the phone can: PCMU and telephone-event.
func (c *Call) offer(dir string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sdpv++
	if c.media == nil {
		c.media = newMedia(c.Phone)
	}
	ip, port := c.media.sock.LocalAddr().Addr(), c.media.sock.LocalAddr().Port()
	switch {
	case c.Phone.MediaNamed.IsValid():
		ip = c.Phone.MediaNamed
	case c.Phone.Claims != c.Phone.Addr:
		ip = c.Phone.Claims.Addr()
	}
	family := "IP4"
	if ip.Is6() {
		family = "IP6"
	}
	sdp := fmt.Sprintf("v=0\r\no=- 1 %d IN %s %s\r\ns=-\r\nc=IN %[2]s %[3]s\r\nt=0 0\r\n"+
		"m=audio %[4]d RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=%[5]s\r\n",
		c.sdpv, family, ip, port, dir)
	if c.Phone.Toned {
		sdp = withoutEvents(sdp)
	}
	if c.Phone.web {
		sdp = dressed(sdp)
	}
	return sdp
}

// answer mirrors an offer's direction.
func (c *Call) answer(offer string) string {
	dir := "sendrecv"
	for from, to := range map[string]string{"a=sendonly": "recvonly", "a=recvonly": "sendonly", "a=inactive": "inactive"} {
		if strings.Contains(offer, from) {
			dir = to
		}
	}
	return c.offer(dir)
}

// startMedia begins, or goes on, towards what a description says.
func (c *Call) startMedia(sdp string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.media == nil {
		c.media = newMedia(c.Phone)
	}
	var ip netip.Addr
	var port int
	for line := range strings.SplitSeq(sdp, "\r\n") {
		switch {
		case strings.HasPrefix(line, "c=IN IP4 "), strings.HasPrefix(line, "c=IN IP6 "):
			ip, _ = netip.ParseAddr(line[9:])
		case strings.HasPrefix(line, "m=audio "):
			port, _ = strconv.Atoi(strings.Fields(line)[1])
		}
	}
	if ip.IsValid() && port > 0 {
		c.media.start(netip.AddrPortFrom(ip, uint16(port)))
	}
}

func (c *Call) stopMedia() {
	c.mu.Lock()
	m, branches := c.media, c.branches
	c.media, c.branches = nil, nil
	c.mu.Unlock()
	if m != nil {
		m.stop()
	}
	for _, b := range branches {
		b.stopMedia()
	}
}

// Hears fails the test unless the phone hears the tone of each of others, and
// of nobody else in the world, itself among them. It listens for 200 ms, after
// giving a change 300 ms to arrive.
func (c *Call) Hears(others ...*Phone) {
	c.Phone.t.Helper()
	c.mu.Lock()
	m := c.media
	c.mu.Unlock()
	if m == nil {
		c.Phone.t.Fatalf("phone %s: no media", c.Phone.Number)
	}
	time.Sleep(500 * time.Millisecond)
	heard := m.heard()
	wanted := make(map[float64]string)
	for _, o := range others {
		wanted[o.Tone] = o.Number
	}
	for _, tone := range Tones {
		level := raw.Goertzel(heard, tone)
		switch who, want := wanted[tone]; {
		case want && level < 0.05:
			c.Phone.t.Fatalf("phone %s: does not hear %s (%.0f Hz at %.4f)", c.Phone.Number, who, tone, level)
		case !want && level > 0.01:
			c.Phone.t.Fatalf("phone %s: hears %.0f Hz (at %.4f), and should not", c.Phone.Number, tone, level)
		}
	}
}

// Packets is how many RTP packets arrived in the call so far.
func (c *Call) Packets() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.media == nil {
		return 0
	}
	return c.media.packets()
}

// Gap is the longest time in which the phone heard nothing, between sounds, since
// it was asked last.
func (c *Call) Gap() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.media == nil {
		return 0
	}
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	gap := c.media.gap
	c.media.gap, c.media.sound = 0, time.Time{}
	return gap
}

// Missed is how many RTP packets of the stream that it hears did not arrive, by
// their sequence numbers.
func (c *Call) Missed() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.media == nil {
		return 0
	}
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	return c.media.missed
}

// Press sends one digit as telephone-event, 100 ms long.
func (c *Call) Press(digit byte) {
	c.mu.Lock()
	m := c.media
	c.mu.Unlock()
	m.press(digit)
}

// Digits is what telephone-events said so far.
func (c *Call) Digits() string {
	c.mu.Lock()
	m := c.media
	c.mu.Unlock()
	return m.digits()
}
