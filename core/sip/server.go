package sip

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/hashicorp/go-hclog"
	"golang.org/x/sync/errgroup"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/sip/auth"
	"github.com/plugboard/plugboard/sdk/leg"
)

// Media is one leg's media: its control and its line.
type Media interface {
	leg.Media
	Line() mix.Line
}

// OpenMedia opens a leg's media in a plugin and returns its first description.
// tell may be called from any goroutine until Close returns.
type OpenMedia func(ctx context.Context, p leg.Params, tell func(leg.Event)) (Media, []byte, error)

// Tracer keeps the messages of calls; those of no call come with callID "". raw
// is only lent.
type Tracer interface {
	Record(callID string, sent bool, remote string, raw []byte)
}

// Directory says who is who. Its methods but Peer are called where messages
// are read and must not wait; all are called from many goroutines.
type Directory interface {
	// Extension finds an extension and its secret by its SIP user name.
	Extension(user string) (e *dialplan.Extension, secret string, ok bool)
	// Trunk says whose call a request from a source is, nil if no trunk's.
	Trunk(from Source) *dialplan.Trunk
	// Peer says where a trunk is reached. It may wait for names to resolve.
	Peer(ctx context.Context, t *dialplan.Trunk) (Peer, error)
	// Normalize turns a number as dialled into one as routed (E.164).
	Normalize(raw string) string
	// Format turns a number as routed into one as the trunk wants it.
	Format(t *dialplan.Trunk, number string) string
}

// Source is where an INVITE came from.
type Source struct {
	Transport string // "udp", "tcp"
	Remote    netip.AddrPort
	// SentBy is the port in the topmost Via, 0 if there is none. Over TCP it
	// tells trunks of one address apart.
	SentBy int
	// User is the user part of the Request-URI.
	User string
}

// Peer is where a trunk is reached.
type Peer struct {
	Transport string // "udp", "tcp"
	Addr      netip.AddrPort
	// Host is what the trunk's URIs name: "sip.example.net" or
	// "192.0.2.1:5070".
	Host string
}

// Options configure a [Server]. All fields but DialStream, UserAgent, Trace
// and Log are needed.
type Options struct {
	// Packets are UDP sockets and Listeners listen for TCP. New takes them
	// over; Close closes them.
	Packets   []net.PacketConn
	Listeners []net.Listener
	// DialStream opens a TCP connection; nil: from the host's network.
	DialStream func(ctx context.Context, remote netip.AddrPort) (net.Conn, error)
	// Advertise is our address as a far side reaches it: in Via, Contact and
	// session descriptions.
	Advertise func(remote netip.Addr) netip.Addr

	Domain    string // of our URIs
	UserAgent string
	// Codecs that may be used, the most preferred first.
	Codecs []string
	// Symmetric: see [leg.Params].
	Symmetric bool

	Digest    *auth.Digest
	Registrar *registrar.Registrar
	Directory Directory
	// Incoming takes a call, and returns the inbox for news of the caller. It
	// must not wait.
	Incoming  func(call.Incoming) call.Inbox
	OpenMedia OpenMedia
	Trace     Tracer
	Log       hclog.Logger
}

// Server speaks SIP on its sockets. It implements [call.Dialer].
type Server struct {
	opts   Options
	log    hclog.Logger
	parser *sip.Parser
	links  links
	txs    *transactions
	mirror mirror
	// instance tells our own marks from those of others (see loop.go).
	instance string

	ctx      context.Context
	cancel   context.CancelFunc
	wg       sync.WaitGroup // connections and legs
	draining atomic.Bool

	hosts hosts

	mu     sync.Mutex
	legs   map[string]*Leg // by the local tag of their dialog
	paths  map[string]path // of the calls that came in, by call id
	closed bool
}

// New makes a server. It answers once [Server.Serve] runs.
func New(o Options) (*Server, error) {
	switch {
	case len(o.Packets)+len(o.Listeners) == 0:
		return nil, errors.New("no socket to listen on: name one in sip { listen }")
	case o.Advertise == nil || o.Digest == nil || o.Registrar == nil || o.Directory == nil || o.Incoming == nil || o.OpenMedia == nil:
		return nil, errors.New("sip: an option is missing")
	case len(o.Codecs) == 0:
		return nil, errors.New("sip: no codecs")
	}
	if o.DialStream == nil {
		o.DialStream = func(ctx context.Context, remote netip.AddrPort) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", remote.String())
		}
	}
	if o.Log == nil {
		o.Log = hclog.NewNullLogger()
	}
	s := &Server{
		opts:     o,
		log:      o.Log,
		parser:   sip.NewParser(),
		links:    links{streams: make(map[Flow]*stream)},
		txs:      newTransactions(o.Trace),
		mirror:   mirror{buckets: make(map[netip.Addr]bucket)},
		instance: newTag(),
		legs:     make(map[string]*Leg),
		paths:    make(map[string]path),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	for _, p := range o.Packets {
		s.links.packets = append(s.links.packets, &packetSocket{p, addrPort(p.LocalAddr())})
	}
	return s, nil
}

// Serve answers until the server is closed or ctx ends, and then closes it. An
// error is one of a socket.
func (s *Server) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, s.shut)
	defer stop()
	var g errgroup.Group
	for _, p := range s.links.packets {
		g.Go(func() error {
			defer s.shut()
			return s.readPackets(p)
		})
	}
	for _, ln := range s.opts.Listeners {
		g.Go(func() error {
			defer s.shut()
			return s.serveListener(ln)
		})
	}
	err := g.Wait()
	s.Close()
	return err
}

// Drain refuses new calls with 503 and Retry-After from here on.
func (s *Server) Drain() { s.draining.Store(true) }

// Close hangs up every leg, closes every socket, and waits for all of it.
func (s *Server) Close() {
	s.shut()
	s.wg.Wait()
}

// shut begins to close: the legs say their BYE while the sockets are open.
func (s *Server) shut() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	defer s.mu.Unlock() // so that Close waits for what is started here
	s.cancel()
	s.wg.Go(func() {
		s.waitLegs()
		s.txs.settle(goodbyes)
		s.txs.close()
		for _, ln := range s.opts.Listeners {
			ln.Close()
		}
		s.links.close()
	})
}

// goodbyes is how long Close waits for the answers to the last BYEs and
// CANCELs: enough to send each of them once more.
const goodbyes = time.Second

// waitLegs waits until the last leg has ended.
func (s *Server) waitLegs() {
	for {
		s.mu.Lock()
		var one *Leg
		for _, l := range s.legs {
			one = l
			break
		}
		s.mu.Unlock()
		if one == nil {
			return
		}
		<-one.done
	}
}

// receive takes one message from a socket. It does not wait. raw is lent.
func (s *Server) receive(l link, msg sip.Message, raw []byte) {
	switch msg := msg.(type) {
	case *sip.Request:
		s.request(l, msg, raw)
	case *sip.Response:
		s.response(l, msg, raw)
	}
}

// response finds the transaction of a response. One without is dropped: a 2xx
// that comes after its INVITE's time, too (RFC 6026 §7.2).
func (s *Server) response(l link, res *sip.Response, raw []byte) {
	if !validResponse(res) {
		return
	}
	branch, _ := res.Via().Params.Get("branch")
	tx := s.txs.client(clientKey{branch, res.CSeq().MethodName})
	if tx == nil {
		s.record("", l, raw)
		return
	}
	s.record(tx.trace, l, raw)
	tx.receive(res)
}

// request serves a request: the guard first, then its transaction, its dialog,
// or what the method asks for.
func (s *Server) request(l link, req *sip.Request, raw []byte) {
	if no := validHeaders(req); no != nil {
		s.refuseStateless(l, req, no)
		return
	}
	via := req.Via()
	received(via, l.flow().Remote)
	back := replyLink(l, via)
	switch req.Method {
	case sip.ACK:
		s.ack(l, req, raw)
		return
	case sip.CANCEL:
		s.cancelled(back, req, raw)
		return
	}
	tx, again, merged := s.txs.serve(back, req)
	if again != nil {
		s.record(again.call(), l, raw)
		return
	}
	if tx == nil {
		return // the server is closed
	}
	if tagOf(req.To().Params) == "" && req.Method != sip.INVITE {
		s.record("", l, raw)
	}
	if merged {
		s.answer(tx, 482, "Merged Request")
		return
	}
	if no := validRequest(req); no != nil {
		s.answer(tx, no.code, no.reason, no.headers...)
		return
	}
	if tag := tagOf(req.To().Params); tag != "" {
		lg := s.legOf(tag, req)
		if lg == nil {
			s.answer(tx, 481, "")
			return
		}
		tx.traced(lg.call)
		s.record(lg.call, l, raw)
		switch {
		case lg.post(event{kind: gotRequest, req: req, tx: tx, link: l}):
		case s.legBy(tag) == lg: // it has too much to do
			s.answer(tx, 500, "Too Many Requests", retryAfter(time.Second))
		default:
			s.answer(tx, 481, "")
		}
		return
	}
	switch req.Method {
	case sip.INVITE:
		s.invite(l, tx, raw)
	case sip.REGISTER:
		s.register(l, tx)
	case sip.OPTIONS:
		s.options(tx)
	default: // BYE, INFO, UPDATE
		s.answer(tx, 481, "")
	}
}

// refuseStateless answers a request that cannot have a transaction.
func (s *Server) refuseStateless(l link, req *sip.Request, no *refusal) {
	via := req.Via()
	if via == nil || req.Method == sip.ACK || !s.mirror.allow(l.flow().Remote.Addr(), time.Now()) {
		return
	}
	received(via, l.flow().Remote)
	res := s.reply(req, newTag(), no.code, no.reason)
	res.SetBody(nil)
	_ = replyLink(l, via).send(bytesOf(res)) // the sender repeats itself if it is lost
}

// ack gives an ACK to the transaction or the leg that waits for it.
func (s *Server) ack(l link, req *sip.Request, raw []byte) {
	if tx := s.txs.server(keyOf(req, sip.INVITE)); tx != nil && tx.acknowledged() {
		s.record(tx.call(), l, raw)
		return
	}
	if lg := s.legOf(tagOf(req.To().Params), req); lg != nil {
		s.record(lg.call, l, raw)
		lg.post(event{kind: gotACK, req: req, link: l})
	}
}

// cancelled answers a CANCEL and gives it to the leg (RFC 3261 §9.2).
func (s *Server) cancelled(l link, req *sip.Request, raw []byte) {
	tx, again, _ := s.txs.serve(l, req)
	if again != nil || tx == nil {
		return
	}
	if no := validRequest(req); no != nil {
		s.answer(tx, no.code, no.reason, no.headers...)
		return
	}
	invite := s.txs.server(keyOf(req, sip.INVITE))
	if invite == nil {
		s.answer(tx, 481, "")
		return
	}
	tx.tag = invite.tag
	tx.traced(invite.call())
	s.record(invite.call(), l, raw)
	s.answer(tx, 200, "")
	if lg := s.legBy(invite.tag); lg != nil {
		lg.post(event{kind: gotCancel, req: req, tx: invite})
	}
}

// options says what is understood (RFC 3261 §11.2).
func (s *Server) options(tx *serverTx) {
	if s.draining.Load() {
		s.answer(tx, 503, "", retryAfterDrain())
		return
	}
	s.answer(tx, 200, "", capabilities()...)
}

// capabilities are the headers of a response that says what is understood.
func capabilities() []sip.Header {
	return []sip.Header{
		sip.NewHeader("Allow", allow),
		sip.NewHeader("Accept", sdpType),
		sip.NewHeader("Supported", supported),
	}
}

// record keeps a received message for the trace of its call, "" if it has none.
func (s *Server) record(id string, l link, raw []byte) {
	if s.opts.Trace != nil && raw != nil {
		s.opts.Trace.Record(id, false, l.flow().Remote.String(), raw)
	}
}

// legBy finds a leg by the local tag of its dialog.
func (s *Server) legBy(tag string) *Leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.legs[tag]
}

// legOf finds the leg whose dialog a request is in, by our tag and the Call-ID;
// the leg itself checks the other tag.
func (s *Server) legOf(tag string, req *sip.Request) *Leg {
	lg := s.legBy(tag)
	if lg == nil || lg.dlg.callID != req.CallID().Value() {
		return nil
	}
	return lg
}

// keep starts a leg, false if the server is closed.
func (s *Server) keep(lg *Leg, begin func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.legs[lg.dlg.localTag] = lg
	s.wg.Go(func() { lg.run(begin) })
	return true
}

func (s *Server) drop(lg *Leg) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.legs, lg.dlg.localTag)
	if lg.incoming {
		delete(s.paths, lg.call)
	}
}

// hosts remembers what Advertise said: it may ask the routing table, and each
// message asks it.
type hosts struct {
	mu   sync.Mutex
	says map[netip.Addr]netip.Addr
	at   time.Time // of the first entry
}

const (
	hostsAge = 5 * time.Second
	maxHosts = 4096
)

// advertise is our address as a far side reaches it.
func (s *Server) advertise(remote netip.Addr) netip.Addr {
	h := &s.hosts
	now := time.Now()
	h.mu.Lock()
	if len(h.says) >= maxHosts || now.Sub(h.at) > hostsAge {
		h.says, h.at = make(map[netip.Addr]netip.Addr), now
	}
	ip, ok := h.says[remote]
	h.mu.Unlock()
	if !ok {
		ip = s.opts.Advertise(remote)
		h.mu.Lock()
		h.says[remote] = ip
		h.mu.Unlock()
	}
	return ip
}

// hostOf is our address for a far side, as URIs and Via name it.
func (s *Server) hostOf(l link) (host string, port int) {
	f := l.flow()
	ip := s.advertise(f.Remote.Addr())
	host = ip.String()
	if ip.Is6() {
		host = "[" + host + "]"
	}
	return host, s.portOf(f)
}

// portOf is the port that we are reached at over a flow's transport: a
// connection that we opened has a port of its own, which nobody can call.
func (s *Server) portOf(f Flow) int {
	if f.Transport == "tcp" {
		for _, ln := range s.opts.Listeners {
			return int(addrPort(ln.Addr()).Port())
		}
	}
	return int(f.Local.Port())
}

// unescaped is the user part of a URI without its escapes (RFC 3261 §19.1.4).
func unescaped(user string) string {
	if !strings.Contains(user, "%") {
		return user
	}
	var b strings.Builder
	for i := 0; i < len(user); i++ {
		if user[i] == '%' && i+2 < len(user) {
			hi, lo := unhex(user[i+1]), unhex(user[i+2])
			if hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(user[i])
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
