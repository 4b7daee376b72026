package sip

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/icholy/digest"
)

// wire is a network in memory: a datagram takes a millisecond, unless lose
// says that it is lost.
type wire struct {
	mu   sync.Mutex
	n    time.Duration // of datagrams: none overtakes another
	ends map[netip.AddrPort]*end
	lose func(from, to netip.AddrPort, data string) bool
}

func (w *wire) listen(addr string) *end {
	e := &end{wire: w, addr: netip.MustParseAddrPort(addr), in: make(chan packet, 1024), closed: make(chan struct{})}
	w.mu.Lock()
	w.ends[e.addr] = e
	w.mu.Unlock()
	return e
}

func (w *wire) losing(rule func(from, to netip.AddrPort, data string) bool) {
	w.mu.Lock()
	w.lose = rule
	w.mu.Unlock()
}

type packet struct {
	from netip.AddrPort
	data []byte
}

// end is a socket on the wire: a net.PacketConn.
type end struct {
	wire   *wire
	addr   netip.AddrPort
	in     chan packet
	closed chan struct{}
	once   sync.Once
}

func (e *end) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case p := <-e.in:
		return copy(b, p.data), net.UDPAddrFromAddrPort(p.from), nil
	case <-e.closed:
		return 0, nil, net.ErrClosed
	}
}

func (e *end) WriteTo(b []byte, to net.Addr) (int, error) {
	select {
	case <-e.closed:
		return 0, net.ErrClosed
	default:
	}
	dst := to.(*net.UDPAddr).AddrPort()
	e.wire.mu.Lock()
	other := e.wire.ends[dst]
	lost := e.wire.lose != nil && e.wire.lose(e.addr, dst, string(b))
	e.wire.n++
	takes := time.Millisecond + e.wire.n
	e.wire.mu.Unlock()
	if other != nil && !lost {
		p := packet{e.addr, slices.Clone(b)}
		time.AfterFunc(takes, func() { other.in <- p })
	}
	return len(b), nil
}

func (e *end) Close() error                     { e.once.Do(func() { close(e.closed) }); return nil }
func (e *end) LocalAddr() net.Addr              { return net.UDPAddrFromAddrPort(e.addr) }
func (e *end) SetDeadline(time.Time) error      { return nil }
func (e *end) SetReadDeadline(time.Time) error  { return nil }
func (e *end) SetWriteDeadline(time.Time) error { return nil }

// pipeListener accepts connections that a test makes.
type pipeListener struct {
	addr   net.TCPAddr
	in     chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipeListener(addr string) *pipeListener {
	return &pipeListener{
		addr: *net.TCPAddrFromAddrPort(netip.MustParseAddrPort(addr)),
		in:   make(chan net.Conn), closed: make(chan struct{}),
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.in:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}
func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipeListener) Addr() net.Addr { return &l.addr }

// pipeConn is a pipe with addresses.
type pipeConn struct {
	net.Conn
	local, remote net.TCPAddr
}

func (c *pipeConn) LocalAddr() net.Addr  { return &c.local }
func (c *pipeConn) RemoteAddr() net.Addr { return &c.remote }

func pipe(a, b string) (net.Conn, net.Conn) {
	x, y := net.Pipe()
	la, lb := *net.TCPAddrFromAddrPort(netip.MustParseAddrPort(a)), *net.TCPAddrFromAddrPort(netip.MustParseAddrPort(b))
	return &pipeConn{x, la, lb}, &pipeConn{y, lb, la}
}

// message is a SIP message as lines; deliberately not read by the parser that
// is under test.
type message struct {
	start  string
	fields []string // "Name: value"
	body   string
}

func parse(raw string) message {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	return message{lines[0], lines[1:], body}
}

func (m message) all(name string) []string {
	var out []string
	for _, f := range m.fields {
		if n, v, _ := strings.Cut(f, ":"); strings.EqualFold(n, name) {
			out = append(out, strings.TrimSpace(v))
		}
	}
	return out
}

func (m message) get(name string) string {
	if all := m.all(name); len(all) > 0 {
		return all[0]
	}
	return ""
}

// set replaces a header's first line, or adds one.
func (m *message) set(name, value string) {
	m.fields = slices.Clone(m.fields)
	for i, f := range m.fields {
		if n, _, _ := strings.Cut(f, ":"); strings.EqualFold(n, name) {
			m.fields[i] = name + ": " + value
			return
		}
	}
	m.fields = append(m.fields, name+": "+value)
}

func (m *message) drop(name string) {
	m.fields = slices.DeleteFunc(slices.Clone(m.fields), func(f string) bool {
		n, _, _ := strings.Cut(f, ":")
		return strings.EqualFold(n, name)
	})
}

func (m message) bytes() []byte {
	return []byte(m.start + "\r\n" + strings.Join(m.fields, "\r\n") + "\r\nContent-Length: " + strconv.Itoa(len(m.body)) + "\r\n\r\n" + m.body)
}

// what is a status, or a method.
func (m message) what() string {
	if rest, ok := strings.CutPrefix(m.start, "SIP/2.0 "); ok {
		return rest[:3]
	}
	method, _, _ := strings.Cut(m.start, " ")
	return method
}

func (m message) String() string { return m.start + "\n" + strings.Join(m.fields, "\n") }

func tagIn(value string) string {
	_, tag, _ := strings.Cut(value, ";tag=")
	tag, _, _ = strings.Cut(tag, ";")
	return tag
}

func uriIn(value string) string {
	_, rest, _ := strings.Cut(value, "<")
	u, _, _ := strings.Cut(rest, ">")
	return u
}

// phone is a far side: it says what the test says, and hears all.
type phone struct {
	t      testing.TB
	name   string
	send   func([]byte)
	addr   netip.AddrPort
	via    string // "UDP"
	in     chan string
	n      int
	secret string

	// The dialog that it is in.
	callID, local, remote, target string
	seq                           int
	invite                        message // sent or received
}

func (b *bed) phone(name, addr string) *phone {
	e := b.wire.listen(addr)
	p := &phone{t: b.t, name: name, addr: e.addr, via: "UDP", in: make(chan string, 1024), secret: "secret-" + name}
	p.send = func(raw []byte) { _, _ = e.WriteTo(raw, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(pbxAddr))) }
	go func() {
		buf := make([]byte, 65536)
		for {
			n, _, err := e.ReadFrom(buf)
			if err != nil {
				return
			}
			p.in <- string(buf[:n])
		}
	}()
	b.closing = append(b.closing, func() { e.Close() })
	return p
}

// phoneTCP is a phone on a connection that it opened.
func (b *bed) phoneTCP(name, addr string) (*phone, net.Conn) {
	mine, theirs := pipe(addr, pbxAddr)
	b.listener.in <- theirs
	return b.phoneOn(name, addr, mine), mine
}

func (b *bed) phoneOn(name, addr string, conn net.Conn) *phone {
	p := &phone{t: b.t, name: name, addr: netip.MustParseAddrPort(addr), via: "TCP", in: make(chan string, 1024), secret: "secret-" + name}
	p.send = func(raw []byte) { _, _ = conn.Write(raw) }
	go func() {
		var got string
		buf := make([]byte, 65536)
		for {
			n, err := conn.Read(buf)
			if err != nil {
				return
			}
			got += string(buf[:n])
			for got != "" {
				if rest, ok := strings.CutPrefix(got, "\r\n"); ok {
					p.in <- "PONG x\r\n\r\n"
					got = rest
					continue
				}
				head, rest, ok := strings.Cut(got, "\r\n\r\n")
				length, _ := strconv.Atoi(parse(head).get("Content-Length"))
				if !ok || len(rest) < length {
					break
				}
				p.in <- head + "\r\n\r\n" + rest[:length]
				got = rest[length:]
			}
		}
	}()
	b.closing = append(b.closing, func() { conn.Close() })
	return p
}

func (p *phone) id(kind string) string { p.n++; return fmt.Sprintf("%s%s%d", kind, p.name, p.n) }

// next is the next message of any kind, if one comes within patience.
func (p *phone) next(patience time.Duration) (message, bool) {
	select {
	case raw := <-p.in:
		return parse(raw), true
	case <-time.After(patience):
		return message{}, false
	}
}

// expect waits for a message: a status or a method. 100 is passed over.
func (p *phone) expect(what string) message {
	p.t.Helper()
	for {
		m, ok := p.next(70 * time.Second)
		if !ok {
			p.t.Fatalf("%s: expected %s, and nothing came", p.name, what)
		}
		if m.what() == "100" && what != "100" {
			continue
		}
		if m.what() != what {
			p.t.Fatalf("%s: expected %s, got\n%s", p.name, what, m)
		}
		return m
	}
}

// quiet fails if anything comes within d.
func (p *phone) quiet(d time.Duration) {
	p.t.Helper()
	if m, ok := p.next(d); ok {
		p.t.Fatalf("%s: unexpected\n%s", p.name, m)
	}
}

func (p *phone) contact() string {
	c := "<sip:" + p.name + "@" + p.addr.String()
	if p.via != "UDP" {
		c += ";transport=" + strings.ToLower(p.via)
	}
	return c + ">"
}

func (p *phone) topVia() string {
	return "SIP/2.0/" + p.via + " " + p.addr.String() + ";branch=z9hG4bK" + p.id("b") + ";rport"
}

// request makes a request outside of a dialog.
func (p *phone) request(method, target string, extra ...string) message {
	m := message{start: method + " " + target + " SIP/2.0", fields: []string{
		"Via: " + p.topVia(),
		"Max-Forwards: 70",
		"From: \"" + p.name + "\" <sip:" + p.name + "@pbx>;tag=" + p.id("t"),
		"To: <" + target + ">",
		"Call-ID: " + p.id("c"),
		"CSeq: 1 " + method,
		"Contact: " + p.contact(),
	}}
	for _, x := range extra {
		m.add(x)
	}
	return m
}

func (m message) seq() int {
	seq, _, _ := strings.Cut(m.get("CSeq"), " ")
	n, _ := strconv.Atoi(seq)
	return n
}

// authorised is a request once more, with an answer to a challenge.
func (p *phone) authorised(m, challenge message) message {
	p.t.Helper()
	method, rest, _ := strings.Cut(m.start, " ")
	target, _, _ := strings.Cut(rest, " ")
	chal, err := digest.ParseChallenge(challenge.get("WWW-Authenticate"))
	if err != nil {
		p.t.Fatalf("challenge: %v", err)
	}
	cred, err := digest.Digest(chal, digest.Options{Method: method, URI: target, Username: p.name, Password: p.secret, Count: 1})
	if err != nil {
		p.t.Fatalf("digest: %v", err)
	}
	m.set("CSeq", strconv.Itoa(m.seq()+1)+" "+method)
	m.set("Via", p.topVia())
	m.set("Authorization", cred.String())
	return m
}

// do sends a request, answers one challenge, and returns the final response.
func (p *phone) do(m message) message {
	p.t.Helper()
	p.send(m.bytes())
	r, ok := p.next(40 * time.Second)
	if ok && r.what() == "401" {
		p.send(p.authorised(m, r).bytes())
		r, ok = p.next(40 * time.Second)
	}
	if !ok {
		p.t.Fatalf("%s: no answer to %s", p.name, m.start)
	}
	return r
}

func (p *phone) registration(extra ...string) message {
	m := p.request("REGISTER", "sip:pbx", extra...)
	m.set("To", "<sip:"+p.name+"@pbx>")
	return m
}

func (p *phone) register() {
	p.t.Helper()
	if r := p.do(p.registration("Expires: 3600")); r.what() != "200" {
		p.t.Fatalf("%s: REGISTER got %s", p.name, r.start)
	}
}

const (
	offerSDP  = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
	answerSDP = "v=0\r\no=- 2 1 IN IP4 192.0.2.8\r\ns=-\r\nc=IN IP4 192.0.2.8\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n"
)

// dial sends an INVITE, passes the challenge and sees the 100; edit may change
// the INVITE.
func (p *phone) dial(number string, edit func(*message)) {
	p.t.Helper()
	m := p.request("INVITE", "sip:"+number+"@pbx", "Content-Type: application/sdp")
	m.body = offerSDP
	if edit != nil {
		edit(&m)
	}
	p.send(m.bytes())
	if p.secret != "" {
		r := p.expect("401")
		p.send(p.ackTo(m, r).bytes())
		m = p.authorised(m, r)
		p.send(m.bytes())
	}
	p.invite = m
	p.callID, p.local, p.remote, p.seq = m.get("Call-ID"), m.get("From"), m.get("To"), m.seq()
	p.expect("100")
}

// ackTo acknowledges a refusal: part of the INVITE's transaction.
func (p *phone) ackTo(invite, r message) message {
	_, rest, _ := strings.Cut(invite.start, " ")
	return message{start: "ACK " + rest, fields: []string{
		"Via: " + invite.get("Via"), "Max-Forwards: 70", "From: " + invite.get("From"), "To: " + r.get("To"),
		"Call-ID: " + invite.get("Call-ID"), "CSeq: " + strconv.Itoa(invite.seq()) + " ACK",
	}}
}

// cancelling is the CANCEL of an INVITE.
func (p *phone) cancelling(invite message) message {
	m := p.ackTo(invite, invite)
	m.start = strings.Replace(m.start, "ACK", "CANCEL", 1)
	m.set("CSeq", strconv.Itoa(invite.seq())+" CANCEL")
	return m
}

// took keeps the dialog that a response makes.
func (p *phone) took(ok message) {
	p.remote, p.target = ok.get("To"), uriIn(ok.get("Contact"))
}

// inside makes a request in the dialog.
func (p *phone) inside(method string, extra ...string) message {
	if method != "ACK" {
		p.seq++
	}
	m := message{start: method + " " + p.target + " SIP/2.0", fields: []string{
		"Via: " + p.topVia(), "Max-Forwards: 70", "From: " + p.local, "To: " + p.remote, "Call-ID: " + p.callID,
		"CSeq: " + strconv.Itoa(p.seq) + " " + method, "Contact: " + p.contact(),
	}}
	for _, x := range extra {
		m.add(x)
	}
	return m
}

// add appends a header line, or with "sdp:…" a body.
func (m *message) add(x string) {
	if sdp, ok := strings.CutPrefix(x, "sdp:"); ok {
		m.body = sdp
		x = "Content-Type: application/sdp"
	}
	m.fields = append(m.fields, x)
}

func (p *phone) ack() { p.send(p.inside("ACK").bytes()) }

// rung takes an INVITE that comes in.
func (p *phone) rung() message {
	p.t.Helper()
	m := p.expect("INVITE")
	p.invite = m
	p.callID, p.remote, p.target = m.get("Call-ID"), m.get("From"), uriIn(m.get("Contact"))
	p.local = m.get("To") + ";tag=" + p.id("t")
	p.seq = 0
	return m
}

// respond answers a request with our tag.
func (p *phone) respond(req message, status string, extra ...string) {
	m := message{start: "SIP/2.0 " + status}
	for _, f := range req.fields {
		name, _, _ := strings.Cut(f, ":")
		switch strings.ToLower(name) {
		case "via", "from", "call-id", "cseq", "record-route":
			m.fields = append(m.fields, f)
		case "to":
			to := req.get("To")
			if !strings.Contains(to, "tag=") && !strings.HasPrefix(status, "100") {
				to = p.local
			}
			m.fields = append(m.fields, "To: "+to)
		}
	}
	m.fields = append(m.fields, "Contact: "+p.contact())
	for _, x := range extra {
		m.add(x)
	}
	p.send(m.bytes())
}

func (p *phone) answer() { p.respond(p.invite, "200 OK", "sdp:"+answerSDP) }
