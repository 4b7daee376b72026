package sip

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/hashicorp/go-hclog"
	"golang.org/x/sync/singleflight"

	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/sdk/leg"
)

// Server speaks SIP on its sockets. It implements [call.Dialer].
type Server struct {
	opts   Options
	log    hclog.Logger
	parser *sip.Parser
	links  links
	txs    *transactions
	mirror mirror
	// refused bounds the lines about credentials; untold are those left out.
	refused mirror
	untold  atomic.Int64
	// instance tells our own marks from those of others (see loop.go).
	instance string

	ctx      context.Context
	cancel   context.CancelFunc
	wg       sync.WaitGroup // sockets, connections and legs
	draining atomic.Bool

	selves  selves
	sights  sights
	opening singleflight.Group // connections to far sides
	subs    *subscriptions

	mu     sync.Mutex
	legs   map[string]*Leg // by the local tag of their dialog
	paths  map[string]path // of the calls that came in, by call id
	closed bool
	// serving: Serve has begun. failure is why a socket ended that was to stay.
	serving bool
	failure error
}

// New makes a server. It answers once [Server.Serve] runs.
func New(o Options) (*Server, error) {
	switch {
	case len(o.Sockets) == 0:
		return nil, errors.New("no socket to listen on: name one in sip { listen }")
	case o.Advertise == nil || o.Settings == nil || o.Registrar == nil || o.Directory == nil || o.Incoming == nil || o.OpenMedia == nil:
		return nil, errors.New("sip: an option is missing")
	}
	if o.DialStream == nil {
		o.DialStream = func(ctx context.Context, remote netip.AddrPort) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", remote.String())
		}
	}
	if o.OpenWebMedia == nil {
		o.OpenWebMedia = func(context.Context, leg.Params, func(leg.Event)) (Media, []byte, error) {
			return nil, nil, fmt.Errorf("nothing here speaks WebRTC: %w", leg.ErrNoCodec)
		}
	}
	if o.Log == nil {
		o.Log = hclog.NewNullLogger()
	}
	if o.Lamps == nil {
		o.Lamps = &presence.Board{}
	}
	s := &Server{
		opts:     o,
		log:      o.Log,
		parser:   sip.NewParser(),
		links:    links{streams: make(map[Flow]*stream)},
		txs:      newTransactions(o.Trace),
		mirror:   mirror{buckets: make(map[netip.Addr]bucket)},
		refused:  mirror{buckets: make(map[netip.Addr]bucket)},
		instance: newTag(),
		legs:     make(map[string]*Leg),
		paths:    make(map[string]path),
		subs:     newSubscriptions(o.Lamps),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if err := s.Listen(o.Sockets...); err != nil {
		return nil, err
	}
	s.wg.Go(s.notifier)
	return s, nil
}

// Serve answers until the server is closed or ctx ends, and then closes it. An
// error is one of a socket.
func (s *Server) Serve(ctx context.Context) error {
	stop := context.AfterFunc(ctx, s.shut)
	defer stop()
	s.mu.Lock()
	s.serving = true
	if !s.closed {
		for _, p := range s.links.listening() {
			s.wg.Go(func() { s.serve(p) })
		}
	}
	s.mu.Unlock()
	<-s.ctx.Done()
	s.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failure
}

// Drain refuses new calls with 503 and Retry-After from here on, but for the
// emergency calls of extensions.
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
		s.farewell()
		s.txs.settle(goodbyes)
		s.txs.close()
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
	s.learn(tx.link, res.Via())
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
	if closing(l) && tagOf(req.To().Params) == "" && s.txs.server(keyOf(req, req.Method)) == nil {
		return // nobody new is served here any more
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
			s.record("", l, raw)
			if n := s.subscriptionOf(tag, req); n != nil {
				s.resubscribe(l, tx, n)
				return
			}
			s.answer(tx, 481, "")
			return
		}
		tx.traced(lg.callNow())
		s.record(lg.callNow(), l, raw)
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
	case sip.MESSAGE:
		s.message(l, tx)
	case sip.SUBSCRIBE:
		s.subscribe(l, tx)
	case sip.REFER: // what it should act on is not said
		s.answer(tx, 403, "A Transfer Is Asked For Within Its Call")
	default: // BYE, INFO, UPDATE, PRACK
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
		s.record(lg.callNow(), l, raw)
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
	s.answer(tx, 200, "", sip.NewHeader("Allow", allow), sip.NewHeader("Accept", sdpType+", "+plainText), sip.NewHeader("Supported", supported), sip.NewHeader("Allow-Events", allowEvents))
}

// capabilities are the headers of a response in a call that says what is
// understood there.
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
		s.opts.Trace.Record(id, false, l.flow(), raw)
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
		delete(s.paths, lg.callNow())
	}
}
