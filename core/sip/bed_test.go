package sip

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/sip/auth"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
)

const (
	pbxAddr   = "192.0.2.1:5060"
	trunkAddr = "198.51.100.1:5060"
)

// fakeMedia writes down what it is asked for.
type fakeMedia struct {
	p    leg.Params
	tell func(leg.Event)

	mu     sync.Mutex
	log    []string
	refuse map[string]error // by the first word of what is asked
	wait   chan struct{}    // before a digit is sent
	n      int
}

func (m *fakeMedia) slow(until chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.wait = until
}

func (m *fakeMedia) say(what string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.log = append(m.log, what)
	word, _, _ := strings.Cut(what, " ")
	return m.refuse[word]
}

func (m *fakeMedia) refusing(what string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refuse = map[string]error{what: err}
}

func (m *fakeMedia) said() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.log, ", ")
}

func (m *fakeMedia) sdp(kind string) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n++
	return fmt.Appendf(nil, "v=0\r\no=- 9 %d IN IP4 %s\r\ns=%s\r\n", m.n, m.p.Address, kind)
}

func (m *fakeMedia) Offer(context.Context, leg.Direction) ([]byte, error) {
	return m.sdp("offer"), m.say("offer")
}
func (m *fakeMedia) Accept(context.Context, []byte) error { return m.say("accept") }
func (m *fakeMedia) Rollback(context.Context) error       { return m.say("rollback") }
func (m *fakeMedia) Answer(context.Context, []byte, leg.Direction) ([]byte, error) {
	return m.sdp("answer"), m.say("answer")
}
func (m *fakeMedia) Digit(_ context.Context, d byte, _ time.Duration) error {
	m.mu.Lock()
	wait := m.wait
	m.mu.Unlock()
	if wait != nil {
		<-wait
	}
	return m.say("digit " + string(d))
}
func (m *fakeMedia) Stats(context.Context) (leg.Stats, error) {
	return leg.Stats{PacketsIn: 7}, nil
}
func (m *fakeMedia) Latest() (leg.Stats, time.Time) {
	return leg.Stats{PacketsIn: 7}, time.Now()
}
func (m *fakeMedia) Close(context.Context) error    { return m.say("close") }
func (m *fakeMedia) Line() mix.Line                 { return m }
func (m *fakeMedia) Read(uint64, *audio.Frame) bool { return false }
func (m *fakeMedia) Write(uint64, *audio.Frame)     {}

// traceLog is the trace as lines.
type traceLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *traceLog) Record(_ string, sent bool, flow registrar.Flow, raw []byte) {
	dir := "<"
	if sent {
		dir = ">"
	}
	start, _, _ := strings.Cut(string(raw), "\r\n")
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, dir+" "+flow.Remote.String()+" "+start)
}

func (l *traceLog) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

func (l *traceLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = nil
}

// syncBuffer is a log that is read while it is written.
type syncBuffer struct {
	mu  sync.Mutex
	buf strings.Builder
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// bed is a server with a directory, media and a hub that the test plays.
type bed struct {
	t        *testing.T
	wire     *wire
	listener *pipeListener
	secure   *pipeListener
	server   *Server
	reg      *registrar.Registrar
	trace    *traceLog
	log      *syncBuffer
	exts     map[string]*dialplan.Extension
	trunks   map[netip.Addr]*dialplan.Trunk
	peers    map[string]Peer
	connect  func(netip.AddrPort) (net.Conn, error)
	ca       *raw.Authority

	calls   chan call.Incoming
	news    chan call.News // of every leg
	stop    context.CancelFunc
	served  chan error
	closing []func()

	mu        sync.Mutex
	media     []*fakeMedia
	openError error
}

// at is where the server is, for everybody.
func at(addr string) Self {
	return Self{Signal: netip.MustParseAddr(addr), Media: netip.MustParseAddr(addr)}
}

// virtual runs a test in virtual time, on a server; all that the server
// started must have ended at the end.
func virtual(t *testing.T, f func(*bed)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bed{
			t: t, wire: &wire{ends: map[netip.AddrPort]*end{}}, listener: newPipeListener(pbxAddr), trace: &traceLog{}, log: &syncBuffer{},
			exts: map[string]*dialplan.Extension{}, trunks: map[netip.Addr]*dialplan.Trunk{}, peers: map[string]Peer{},
			calls: make(chan call.Incoming, 64), news: make(chan call.News, 4096), served: make(chan error, 1),
			reg: registrar.New(registrar.Options{Min: 60 * time.Second}),
		}
		for _, n := range []string{"101", "102", "103"} {
			b.exts[n] = &dialplan.Extension{Name: n, Number: n, Display: "Phone " + n, MaxDevices: 5}
		}
		b.secure = newPipeListener("192.0.2.1:5061")
		first := netip.MustParseAddrPort(trunkAddr)
		b.trunks[first.Addr()] = &dialplan.Trunk{Name: "first"}
		b.peers["first"] = Peer{Transport: "udp", Addr: first, Host: "sip.first.example"}
		var err error
		settings := &Settings{Domain: "pbx", UserAgent: "Plugboard", Codecs: []string{"pcmu"}, Symmetric: true, Digest: auth.New("pbx")}
		if b.ca, err = raw.NewAuthority(time.Now()); err != nil {
			t.Fatal(err)
		}
		settings.Certificate = b.issue(time.Now().Add(24*time.Hour), "pbx")
		b.server, err = New(Options{
			Roots: b.ca.Roots(),
			Log:   hclog.New(&hclog.LoggerOptions{Output: b.log}),
			Sockets: []Socket{
				{Name: "udp", Packet: b.wire.listen(pbxAddr)}, {Name: "tcp", Listener: b.listener}, {Name: "tls", Listener: b.secure, Secure: true},
			},
			DialStream: func(_ context.Context, to netip.AddrPort) (net.Conn, error) { return b.connect(to) },
			Advertise:  func(netip.Addr) Self { return at("192.0.2.1") },
			Settings:   func() *Settings { return settings }, Registrar: b.reg, Directory: b, Trace: b.trace, OpenMedia: b.open,
			Incoming: func(in call.Incoming) call.Inbox {
				b.calls <- in
				return b.inbox
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(context.Background())
		b.stop = stop
		go func() { b.served <- b.server.Serve(ctx) }()
		defer b.end()
		f(b)
	})
}

// issue makes a certificate that is valid from an hour ago on.
func (b *bed) issue(until time.Time, name string) *tls.Certificate {
	b.t.Helper()
	cert, key, err := b.ca.Issue(time.Now().Add(-time.Hour), until, name)
	if err != nil {
		b.t.Fatal(err)
	}
	c, err := tls.X509KeyPair(cert, key)
	if err != nil {
		b.t.Fatal(err)
	}
	return &c
}

// end closes the server and checks that everything was given back.
func (b *bed) end() {
	b.stop()
	if err := <-b.served; err != nil {
		b.t.Errorf("Serve: %v", err)
	}
	b.reg.Close()
	for _, f := range b.closing {
		f()
	}
	for _, m := range b.media {
		if !strings.HasSuffix(m.said(), "close") {
			b.t.Errorf("media of leg %s was not closed: %s", m.p.Leg, m.said())
		}
	}
	if n := len(b.server.legs) + len(b.server.paths); n != 0 {
		b.t.Errorf("%d legs and paths are left", n)
	}
	if n := len(b.server.txs.clients) + len(b.server.txs.servers) + len(b.server.txs.merged); n != 0 {
		b.t.Errorf("%d transactions are left", n)
	}
}

func (b *bed) inbox(n call.News) { b.news <- n }

func (b *bed) open(_ context.Context, p leg.Params, tell func(leg.Event)) (Media, []byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.openError != nil {
		return nil, nil, b.openError
	}
	m := &fakeMedia{p: p, tell: tell}
	b.media = append(b.media, m)
	kind := "offer"
	if p.Remote != nil {
		kind = "answer"
	}
	return m, m.sdp(kind), nil
}

// mediaOf is the media of a leg.
func (b *bed) mediaOf(l call.Leg) *fakeMedia {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.media {
		if m.p.Leg == l.ID() {
			return m
		}
	}
	b.t.Fatalf("leg %s has no media", l.ID())
	return nil
}

func (b *bed) Extension(user string) (*dialplan.Extension, string, bool) {
	e, ok := b.exts[user]
	return e, "secret-" + user, ok
}
func (b *bed) Trunk(from Source) *dialplan.Trunk { return b.trunks[from.Remote.Addr()] }
func (b *bed) Peer(_ context.Context, t *dialplan.Trunk) (Peer, error) {
	p, ok := b.peers[t.Name]
	if !ok {
		return p, errors.New("no such host")
	}
	return p, nil
}
func (b *bed) Ours(_ *dialplan.Trunk, user string) bool { return user == "account" }
func (b *bed) Normalize(raw string) string              { return strings.Replace(raw, "0049", "+49", 1) }
func (b *bed) Emergency(raw string) bool                { return raw == "112" }
func (b *bed) Watched(_ *dialplan.Extension, event, user string) (presence.Entity, call.Cause) {
	switch {
	case b.exts[user] == nil:
		return presence.Entity{}, call.NotFound
	case event == "message-summary":
		return presence.Entity{Kind: presence.Mailbox, Name: user}, ""
	}
	return presence.Entity{Kind: presence.Extension, Name: user}, ""
}
func (b *bed) Format(_ *dialplan.Trunk, n string) string { return strings.Replace(n, "+", "00", 1) }

// incoming waits for a call.
func (b *bed) incoming() call.Incoming {
	b.t.Helper()
	select {
	case in := <-b.calls:
		return in
	case <-time.After(40 * time.Second):
		b.t.Fatal("no call came in")
		return call.Incoming{}
	}
}

// hears waits for news of a leg; Changed and what other legs tell is passed
// over.
func (b *bed) hears(l call.Leg, what call.What) call.News {
	b.t.Helper()
	for {
		select {
		case n := <-b.news:
			switch {
			case n.Leg == l && n.What == what:
				return n
			case n.What == call.Changed || n.Leg != l:
			default:
				b.t.Fatalf("expected news %d of %s, got %d: %s %d %s", what, l.Name(), n.What, n.Cause, n.Status, n.Text)
			}
		case <-time.After(80 * time.Second):
			b.t.Fatalf("expected news %d of %s, and nothing came", what, l.Name())
		}
	}
}

// dial lets the hub ring an extension that has one phone.
func (b *bed) dial(callID, number string) call.Leg {
	b.t.Helper()
	legs, err := b.server.Dial(context.Background(), call.Dial{
		Call: callID, Extension: b.exts[number], CallerNumber: "101", CallerName: "Anna", MaxForwards: 70,
	}, b.inbox)
	if err != nil || len(legs) != 1 {
		b.t.Fatalf("Dial: %v, %d legs", err, len(legs))
	}
	return legs[0]
}

// dialTrunk lets the hub ring a number over the trunk.
func (b *bed) dialTrunk(callID, number string) call.Leg {
	b.t.Helper()
	legs, err := b.server.Dial(context.Background(), call.Dial{
		Call: callID, Trunk: b.trunks[netip.MustParseAddrPort(trunkAddr).Addr()], Number: number,
		CallerNumber: "+4930101", MaxForwards: 70, Headers: map[string]string{"x-note": "hello"},
	}, b.inbox)
	if err != nil || len(legs) != 1 {
		b.t.Fatalf("Dial: %v, %d legs", err, len(legs))
	}
	return legs[0]
}

// caller is a call that came in from phone 101 and talks.
func (b *bed) caller(a *phone) call.Incoming {
	b.t.Helper()
	a.dial("102", nil)
	in := b.incoming()
	in.Leg.Answer()
	a.took(a.expect("200"))
	a.ack()
	b.hears(in.Leg, call.Answered)
	return in
}

// callee is a call to phone 102 that talks; c is registered.
func (b *bed) callee(c *phone, extra ...string) call.Leg {
	b.t.Helper()
	out := b.dial("call-1", c.name)
	c.rung()
	c.respond(c.invite, "200 OK", append(extra, "sdp:"+answerSDP)...)
	b.hears(out, call.Answered)
	c.expect("ACK")
	return out
}
