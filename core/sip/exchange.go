package sip

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/sip/auth"
)

// exchange is a request of a leg and what its goroutine does with the answers.
type exchange struct {
	req  *sip.Request
	link link
	call string
	leg  atomic.Pointer[Leg]
	tx   *clientTx // the leg's goroutine's
	// proof answers challenges, nil: nothing does.
	proof *auth.Attempt
	// given up: an INVITE is cancelled as soon as it may be.
	given atomic.Bool

	heard  func(*sip.Response) // final responses, a 2xx to INVITE each time it comes
	failed func(error)
	ack    []byte // what a 2xx to INVITE was acknowledged with
	tag    string // of that 2xx

	mu     sync.Mutex
	others map[string][]byte // the ACKs to further 2xx, which were ended at once, by tag
}

// send sends a request in the dialog; x may be nil where nobody waits for the
// answer.
func (l *Leg) send(req *sip.Request, x *exchange) {
	ctx, cancel := context.WithTimeout(l.srv.ctx, mediaPatience)
	defer cancel()
	to := l.dlg.next(ctx, l.srv)
	l.srv.via(req, to)
	if ua := l.srv.opts.Settings().UserAgent; ua != "" {
		req.AppendHeader(sip.NewHeader("User-Agent", ua))
	}
	a := l.proofs()
	prove(req, a)
	if x == nil {
		l.srv.requestProved(to, req, l.callNow(), a)
		return
	}
	x.proof = a
	l.exchange(to, req, x)
}

// exchange sends a request whose answers the leg hears.
func (l *Leg) exchange(to link, req *sip.Request, x *exchange) {
	x.req, x.link, x.call = req, to, l.callNow()
	x.leg.Store(l)
	srv := l.srv
	x.tx = srv.txs.request(to, req, x.call,
		func(res *sip.Response) {
			if l := x.leg.Load(); l == nil || !l.post(event{kind: gotResponse, exchange: x, res: res}) {
				x.stray(srv, res)
			}
		},
		func(err error) {
			if l := x.leg.Load(); l != nil {
				l.post(event{kind: gotFailure, exchange: x, err: err})
			}
		})
}

// forget lets go of the leg, while the transaction stays for what may come late
// and still reads the request.
func (x *exchange) forget() { x.leg.Store(nil) }

// stray acknowledges a 2xx that came before, and ends what an INVITE has begun and
// nobody wants: a 2xx of another branch of a fork or after a CANCEL (RFC 3261
// §13.2.2.4), and whatever comes late from a place that was given up.
func (x *exchange) stray(s *Server, res *sip.Response) {
	tag := tagOf(res.To().Params)
	switch {
	case x.req.Method != sip.INVITE:
	case res.StatusCode < 200 && x.given.CompareAndSwap(true, false):
		s.txs.request(x.link, cancelOf(x.req, ""), x.call, nil, nil)
	case res.StatusCode >= 200 && res.StatusCode < 300 && x.ack != nil && tag == x.tag:
		s.sendRaw(x.link, x.ack, x.call) // the answer of a call that is over: its ACK was lost
	case res.StatusCode >= 200 && res.StatusCode < 300:
		x.decline(s, res, tag)
	}
}

// decline ends the dialog of a 2xx that nobody wants, once; when the 2xx comes again
// it gets its ACK again.
func (x *exchange) decline(s *Server, res *sip.Response, tag string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch ack := x.others[tag]; {
	case ack != nil:
		s.sendRaw(x.link, ack, x.call)
		return
	case len(x.others) >= maxEarly: // a fork without end
		return
	case x.others == nil:
		x.others = make(map[string][]byte, 1)
	}
	x.others[tag] = s.ackAndBye(x.link, x.req, res, x.call)
}

// ackAndBye acknowledges a 2xx and ends its dialog at once. It returns the ACK.
func (s *Server) ackAndBye(to link, invite *sip.Request, res *sip.Response, trace string) []byte {
	d := dialog{
		callID: invite.CallID().Value(), localTag: tagOf(invite.From().Params),
		local: *invite.From(), localSeq: invite.CSeq().SeqNo, target: invite.Recipient,
	}
	d.established(res)
	ack := d.request(sip.ACK, invite.CSeq().SeqNo)
	s.via(ack, to)
	ack.SetBody(nil)
	raw := s.sendOnce(to, ack, trace)
	bye := d.request(sip.BYE, 0)
	s.via(bye, to)
	bye.SetBody(nil)
	s.txs.request(to, bye, trace, nil, nil)
	return raw
}

// sendOnce sends a request that has no transaction: an ACK.
func (s *Server) sendOnce(to link, req *sip.Request, trace string) []byte {
	raw := bytesOf(req)
	s.sendRaw(to, raw, trace)
	return raw
}

func (s *Server) sendRaw(to link, raw []byte, trace string) {
	if s.opts.Trace != nil {
		s.opts.Trace.Record(trace, true, to.flow(), raw)
	}
	if err := to.send(raw); err != nil {
		s.log.Debug("cannot send", "flow", flowName(to.flow()), "error", err)
	}
}
