package calltest

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/icholy/digest"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// Patience is how long a phone waits for what a test expects of it, in
// virtual time.
const Patience = 60 * time.Second

// Phone is a test phone: it registers, calls, rings and talks, as told by the
// test, line by line. While a call is up it sends its own tone and listens
// for those of others.
type Phone struct {
	Number string
	Secret string
	Tone   float64 // Hz, what it says
	Addr   netip.AddrPort
	// MediaFrom is the host that its media comes from, and MediaNamed the one
	// that its descriptions name, if it is another than that of Addr: NAT.
	MediaFrom, MediaNamed netip.Addr
	// Claims is where the phone says that it is, in Via, Contact and its
	// descriptions: behind NAT not where it is seen.
	Claims netip.AddrPort
	// Follows says that its sound goes to where that of the other comes from.
	Follows bool
	// Registrar says that it takes registrations, and that its requests go to the
	// address in their Request-URI, by the book.
	Registrar bool
	// Toned says that it knows no telephone-events: its keys sound, and it
	// listens for those of others.
	Toned bool

	t       testing.TB
	net     *Net
	pbx     netip.AddrPort
	conn    net.PacketConn // nil over TCP
	accepts net.Listener   // of a provider over TCP
	secure  *tls.Config    // not nil: it speaks TLS over TCP
	web     bool           // it speaks over a WebSocket
	done    chan struct{}
	readers sync.WaitGroup

	mu       sync.Mutex
	account  *Account                     // of a provider that has one
	stream   net.Conn                     // over TCP: the connection in use
	answers  map[string]chan *raw.Message // by transaction: branch
	calls    map[string]*Call             // by Call-ID
	lamps    map[string]*Lamp             // by Call-ID
	incoming chan *Call
	seq      int
	pongs    int            // over a WebSocket: answers to keep-alives
	bound    string         // registrar: the Contact that registered last
	source   netip.AddrPort // where what came last came from
}

// newPhone plugs a phone in at an address of its own.
func newPhone(t testing.TB, n *Net, number, secret string, addr, pbx netip.AddrPort, tone float64) *Phone {
	t.Helper()
	return &Phone{
		Number: number, Secret: secret, Tone: tone, Addr: addr, Claims: addr,
		t: t, net: n, pbx: pbx, done: make(chan struct{}),
		answers: make(map[string]chan *raw.Message), calls: make(map[string]*Call), lamps: make(map[string]*Lamp), incoming: make(chan *Call, 16),
	}
}

// listenUDP makes it a phone over UDP.
func (p *Phone) listenUDP() *Phone {
	p.t.Helper()
	conn, err := p.net.ListenPacket(p.Addr)
	if err != nil {
		p.t.Fatalf("phone %s: %v", p.Number, err)
	}
	p.conn = conn
	p.readers.Go(p.read)
	return p
}

// Connect opens the TCP connection that the phone speaks over from now on.
func (p *Phone) Connect() {
	p.t.Helper()
	conn, err := p.net.Dial(p.t.Context(), p.Addr, p.pbx)
	if err != nil {
		p.t.Fatalf("phone %s: %v", p.Number, err)
	}
	if p.secure != nil {
		c := tls.Client(conn, p.secure)
		if err := c.Handshake(); err != nil {
			p.t.Fatalf("phone %s: %v", p.Number, err)
		}
		conn = c
	}
	if p.web {
		p.useWeb(conn)
		return
	}
	p.use(conn)
}

// Disconnect loses the phone's connection.
func (p *Phone) Disconnect() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stream.Close()
}

// listenTCP makes it a provider over TCP: it speaks over the connection that
// was opened last.
func (p *Phone) listenTCP() *Phone {
	p.t.Helper()
	l, err := p.net.Listen(p.Addr)
	if err != nil {
		p.t.Fatalf("phone %s: %v", p.Number, err)
	}
	p.accepts = l
	p.readers.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if p.secure != nil {
				c := tls.Server(conn, p.secure)
				if c.Handshake() != nil {
					continue // the PBX wants another
				}
				conn = c
			}
			p.use(conn)
		}
	})
	return p
}

func (p *Phone) use(conn net.Conn) {
	p.mu.Lock()
	p.stream = conn
	p.mu.Unlock()
	p.readers.Go(func() { p.readStream(conn) })
}

// Close unplugs the phone: nothing it had is ended politely.
func (p *Phone) Close() {
	select {
	case <-p.done: // before
		return
	default:
		close(p.done)
	}
	if p.conn != nil {
		p.conn.Close()
	}
	if p.accepts != nil {
		p.accepts.Close()
	}
	p.mu.Lock()
	if p.stream != nil {
		p.stream.Close()
	}
	p.mu.Unlock()
	p.readers.Wait()
	p.mu.Lock()
	calls := p.calls
	p.calls = make(map[string]*Call)
	p.mu.Unlock()
	for _, c := range calls {
		c.stopMedia()
	}
}

// Register registers the phone and fails the test if the PBX refuses.
func (p *Phone) Register() {
	p.t.Helper()
	if s := p.TryRegister(3600); s != 200 {
		p.t.Fatalf("phone %s: REGISTER got %d", p.Number, s)
	}
}

// TryRegister registers for so many seconds (0: takes the binding away) and returns the final status.
func (p *Phone) TryRegister(expires int) int {
	p.t.Helper()
	m := p.request("REGISTER", "sip:plugboard", p.aor(), p.aor(), p.token("reg"), 1)
	m.Add("Contact", p.contact())
	m.Add("Expires", strconv.Itoa(expires))
	return p.authenticated(m).Status()
}

// Do sends a request of any kind outside of a call, answers a challenge, and
// returns the final response.
func (p *Phone) Do(method, target string, edit func(*raw.Message)) *raw.Message {
	p.t.Helper()
	m := p.request(method, target, p.aor(), "<"+target+">", p.token("do"), 1)
	if edit != nil {
		edit(m)
	}
	return p.authenticated(m)
}

// Dial calls a number. It returns as soon as the PBX has taken the call (100)
// or refused it.
func (p *Phone) Dial(number string) *Call { return p.DialWith(number, nil) }

// DialWith is Dial with an INVITE that the test changes before it leaves.
func (p *Phone) DialWith(number string, edit func(*raw.Message)) *Call {
	p.t.Helper()
	target := "sip:" + number + "@plugboard"
	c := p.newCall(p.token("call"), true)
	c.remoteURI, c.target = "<"+target+">", target
	c.cseq = 1
	m := p.request("INVITE", target, p.aor()+";tag="+c.localTag, c.remoteURI, c.id, c.cseq)
	m.Add("Contact", p.contact())
	c.setBody(m, c.offer("sendrecv"))
	if edit != nil {
		edit(m)
	}
	c.invite = m
	p.invite(c, m)
	return c
}

// invite sends an INVITE and follows its responses, through a challenge, to
// the end.
func (p *Phone) invite(c *Call, m *raw.Message) {
	responses := p.send(m)
	c.wg.Add(1)
	go func() {
		defer c.wg.Done()
		for r := range responses {
			if s := r.Status(); (s == 401 || s == 407) && m.Get("Authorization") == "" {
				p.ack(m, r)
				p.forget(m)
				c.dialog.Lock()
				c.cseq++
				m = p.authorise(m, r, c.cseq)
				c.invite = m
				c.dialog.Unlock()
				c.follow(m, p.send(m))
				return
			}
			if c.answered(m, r) {
				return
			}
		}
	}()
}

// Incoming waits for the phone to ring.
func (p *Phone) Incoming() *Call {
	p.t.Helper()
	select {
	case c := <-p.incoming:
		return c
	case <-time.After(Patience):
		p.t.Fatalf("phone %s: nobody called", p.Number)
		return nil
	}
}

// Silent fails the test if the phone rings within d.
func (p *Phone) Silent(d time.Duration) {
	p.t.Helper()
	select {
	case <-p.incoming:
		p.t.Fatalf("phone %s rang", p.Number)
	case <-time.After(d):
	}
}

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

// final sends a request and waits for its final response.
func (p *Phone) final(m *raw.Message) *raw.Message {
	p.t.Helper()
	defer p.forget(m)
	late := time.After(Patience)
	responses := p.send(m)
	for {
		select {
		case r := <-responses:
			if r.Status() >= 200 {
				return r
			}
		case <-late:
			p.t.Fatalf("phone %s: no answer to %s", p.Number, m.Start)
		}
	}
}

func (p *Phone) forget(m *raw.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.answers, branch(m))
}

// send puts a request on the wire, again and again until something comes back
// (RFC 3261, section 17.1: T1 500 ms doubling, six times), and returns where its
// responses arrive.
func (p *Phone) send(m *raw.Message) <-chan *raw.Message {
	answers := make(chan *raw.Message, 32)
	first := make(chan struct{})
	p.mu.Lock()
	p.answers[branch(m)] = answers
	p.mu.Unlock()
	heard := make(chan *raw.Message, 32)
	p.write(m)
	go func() {
		defer close(heard)
		wait := 500 * time.Millisecond
		for i := 0; ; {
			select {
			case r := <-answers:
				if first != nil {
					close(first)
					first = nil
				}
				heard <- r
				if r.Status() >= 200 {
					// Retransmitted finals are answered by read.
					return
				}
			case <-p.done:
				return
			case <-time.After(wait):
				if first != nil && i < 6 && p.conn != nil {
					p.write(m)
					i++
					wait *= 2
				} else {
					wait = time.Hour
				}
			}
		}
	}()
	return heard
}

func branch(m *raw.Message) string { return raw.Param(m.Get("Via"), "branch") + " " + m.Method() }

func (p *Phone) write(m *raw.Message) {
	p.mu.Lock()
	stream := p.stream
	p.mu.Unlock()
	if p.conn == nil {
		if stream != nil {
			_, _ = stream.Write(m.Bytes())
			p.seen(stream, m, true)
		}
		return
	}
	_, _ = p.conn.WriteTo(m.Bytes(), net.UDPAddrFromAddrPort(p.next(m)))
}

// next is where a message over UDP goes.
func (p *Phone) next(m *raw.Message) netip.AddrPort {
	if !p.Registrar {
		return p.pbx
	}
	if m.Status() != 0 {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.source
	}
	_, host, _ := strings.Cut(strings.Fields(m.Start)[1], "@")
	host, _, _ = strings.Cut(host, ";")
	to, err := netip.ParseAddrPort(host)
	if err != nil {
		p.t.Errorf("phone %s: %q leads nowhere", p.Number, m.Start)
		return p.pbx
	}
	return to
}

// Bound is the Contact that has registered here, "" if none has.
func (p *Phone) Bound() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bound
}

// DialIn calls a number at the switch that has registered here.
func (p *Phone) DialIn(number string) *Call {
	p.t.Helper()
	contact := p.Bound()
	if contact == "" {
		p.t.Fatalf("provider %s: nobody has registered", p.Number)
	}
	return p.DialWith(number, func(m *raw.Message) { m.Start = "INVITE " + contact + " SIP/2.0" })
}

// registered takes a REGISTER.
func (p *Phone) registered(m *raw.Message) {
	r := p.response(m, 200, "OK", "reg")
	contact := m.Get("Contact")
	expires := m.Get("Expires")
	r.Add("Contact", contact+";expires="+expires)
	p.mu.Lock()
	if p.bound = raw.URI(contact); expires == "0" {
		p.bound = ""
	}
	p.mu.Unlock()
	p.write(r)
}

// seenFrom completes the Via of a request by where it came from (RFC 3581 §4).
func seenFrom(m *raw.Message, from netip.AddrPort) {
	via := m.Get("Via")
	if m.Status() == 0 && raw.Param(via, "rport") == "" {
		m.Set("Via", strings.Replace(via, ";rport", fmt.Sprintf(";rport=%d;received=%s", from.Port(), from.Addr()), 1))
	}
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

// readStream takes what arrives over a connection until that ends.
func (p *Phone) readStream(conn net.Conn) {
	r := bufio.NewReader(conn)
	for {
		m, err := raw.ReadMessage(r)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			p.t.Errorf("phone %s: the PBX sent rubbish: %v", p.Number, err)
			return
		}
		p.seen(conn, m, false)
		seenFrom(m, conn.RemoteAddr().(*net.TCPAddr).AddrPort())
		p.take(m)
	}
}

// seen keeps what was said over TLS and WebSockets, which the network's capture cannot read.
func (p *Phone) seen(conn net.Conn, m *raw.Message, sent bool) {
	if p.secure == nil && !p.web {
		return
	}
	local, remote := conn.LocalAddr().(*net.TCPAddr).AddrPort(), conn.RemoteAddr().(*net.TCPAddr).AddrPort()
	if sent {
		p.net.capture(Datagram{At: time.Now(), From: local, To: remote, Data: m.Bytes()})
	} else {
		p.net.capture(Datagram{At: time.Now().Add(-Latency), From: remote, To: local, Data: m.Bytes()})
	}
}

// read takes what arrives until the phone is closed.
func (p *Phone) read() {
	buf := make([]byte, 65536)
	for {
		n, from, err := p.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		source := from.(*net.UDPAddr).AddrPort()
		p.mu.Lock()
		p.source = source
		p.mu.Unlock()
		m, err := raw.ParseMessage(buf[:n])
		if err != nil {
			p.t.Errorf("phone %s: the PBX sent rubbish: %v", p.Number, err)
			continue
		}
		seenFrom(m, source)
		p.take(m)
	}
}

func (p *Phone) take(m *raw.Message) {
	p.mu.Lock()
	answers := p.answers[branch(m)]
	c, lamp := p.calls[m.Get("Call-ID")], p.lamps[m.Get("Call-ID")]
	account := p.account
	p.mu.Unlock()
	if account != nil && m.Status() == 0 && account.take(m) {
		return
	}
	switch {
	case m.Status() != 0:
		if c != nil && c.again(m) {
			return
		}
		if answers != nil {
			select {
			case answers <- m:
			default:
			}
		}
	case c != nil:
		c.asked(m)
	case lamp != nil && m.Method() == "NOTIFY":
		lamp.notified(m)
	case m.Method() == "INVITE":
		c := p.newCall(m.Get("Call-ID"), false)
		c.incoming(m)
		p.incoming <- c
	case m.Method() == "REGISTER" && p.Registrar:
		p.registered(m)
	case m.Method() == "OPTIONS", m.Method() == "MESSAGE":
		p.write(p.response(m, 200, "OK", ""))
	case m.Method() != "ACK":
		p.write(p.response(m, 481, "Call/Transaction Does Not Exist", ""))
	}
}

// response answers a request; tag is added to To where it has none.
func (p *Phone) response(req *raw.Message, status int, reason, tag string) *raw.Message {
	m := &raw.Message{Start: fmt.Sprintf("SIP/2.0 %d %s", status, reason)}
	for _, f := range req.Header {
		switch strings.ToLower(f.Name) {
		case "via", "from", "call-id", "cseq", "record-route":
			m.Add(f.Name, f.Value)
		case "to":
			v := f.Value
			if tag != "" && raw.Param(v, "tag") == "" {
				v += ";tag=" + tag
			}
			m.Add("To", v)
		}
	}
	return m
}
