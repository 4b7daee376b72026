package calltest

import (
	"crypto/tls"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"testing"
	"time"

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
	r := m.Reply(200, "OK", "reg")
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
