package sip

import (
	"context"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/sip/auth"
)

// Trunks may challenge each of our requests but ACK and CANCEL (RFC 3261
// §22.3). What is known of their nonces is proved at once; a request that is
// challenged nonetheless is sent again with the next CSeq.

// challenges says whether a response asks who we are.
func challenges(res *sip.Response) bool {
	return res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired
}

// challenged are the challenges in a response, for [auth.Attempt.Challenged].
func challenged(res *sip.Response) (server, proxy []string) {
	for _, h := range res.Headers() {
		switch {
		case strings.EqualFold(h.Name(), "WWW-Authenticate"):
			server = append(server, h.Value())
		case strings.EqualFold(h.Name(), "Proxy-Authenticate"):
			proxy = append(proxy, h.Value())
		}
	}
	return server, proxy
}

// prove adds what proves who we are, if anybody has asked before.
func prove(req *sip.Request, a *auth.Attempt) {
	if a == nil {
		return
	}
	for _, p := range a.Proofs(string(req.Method), req.Recipient.String(), req.Body()) {
		req.AppendHeader(sip.NewHeader(p.Header, p.Value))
	}
}

// isProof says whether a header proves who we are.
func isProof(h sip.Header) bool {
	return strings.EqualFold(h.Name(), "Authorization") || strings.EqualFold(h.Name(), "Proxy-Authorization")
}

// anew is a request once more, without Via and proofs: what of it is no part of
// a transaction.
func anew(req *sip.Request, seq uint32) *sip.Request {
	again := sip.NewRequest(req.Method, req.Recipient)
	for _, h := range req.Headers() {
		switch h.(type) {
		case *sip.ViaHeader, *sip.ContentLengthHeader:
			continue
		case *sip.CSeqHeader:
			again.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: req.Method})
			continue
		}
		if !isProof(h) {
			again.AppendHeader(h)
		}
	}
	again.SetBody(req.Body())
	return again
}

// proofs begins a request of the leg's: with what its trunk takes for a proof, nil if
// there is nothing. It may wait.
func (l *Leg) proofs() *auth.Attempt {
	if l.dlg.trunk == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(l.srv.ctx, mediaPatience)
	defer cancel()
	peer, err := l.srv.opts.Directory.Peer(ctx, l.dlg.trunk)
	if err != nil || peer.Credentials == nil {
		return nil
	}
	return peer.Credentials.Begin()
}

// challenged answers a challenge to one of the leg's requests, false if that is
// not possible or would be in vain.
func (l *Leg) challenged(x *exchange, res *sip.Response) bool {
	if !challenges(res) || x.proof == nil {
		return false
	}
	if err := x.proof.Challenged(challenged(res)); err != nil {
		l.log.Warn("a trunk does not know us", "trunk", l.name, "user", x.proof.User(), "status", res.StatusCode, "method", string(x.req.Method), "error", err)
		return false
	}
	l.dlg.localSeq++
	req := anew(x.req, l.dlg.localSeq)
	prove(req, x.proof)
	l.srv.via(req, x.link)
	l.exchange(x.link, req, x)
	return true
}

// requestProved sends a request whose answer nobody waits for, and again if it
// is challenged.
func (s *Server) requestProved(to link, req *sip.Request, trace string, a *auth.Attempt) {
	var heard func(*sip.Response)
	if a != nil {
		heard = func(res *sip.Response) {
			if !challenges(res) || a.Challenged(challenged(res)) != nil {
				return
			}
			again := anew(req, req.CSeq().SeqNo+1)
			prove(again, a)
			s.via(again, to)
			s.requestProved(to, again, trace, a)
		}
	}
	s.txs.request(to, req, trace, heard, nil)
}
