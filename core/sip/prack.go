package sip

import (
	"math"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Reliable provisional responses (RFC 3262): a 180 or 183 that must not be
// lost carries a number, RSeq, and is acknowledged by a request of its own:
// PRACK, whose RAck names it.
//
//	180 (Require: 100rel, RSeq: 7) ──▶
//	   ◀── PRACK (RAck: 7 1 INVITE)
//	200 (PRACK) ──▶

// reliableTag is the option tag of the extension.
const reliableTag = "100rel"

// maxEarly bounds how many early dialogs of one INVITE are told apart: a fork
// that is wider than this has its further branches heard by their 200 only.
const maxEarly = 64

// rseqOf is the number of a response that wants a PRACK, 0 if it wants none.
func rseqOf(res *sip.Response) uint32 {
	if res.StatusCode <= 100 || res.StatusCode >= 200 || tagOf(res.To().Params) == "" || !listed(header(res, "Require"), reliableTag) {
		return 0
	}
	n, err := strconv.ParseUint(strings.TrimSpace(header(res, "RSeq")), 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// inOrder says whether a reliable provisional response is the next one of its
// early dialog. One that came before, and one that another is missing before, is
// neither acknowledged nor looked at (RFC 3262 §4): it comes again in its turn.
func (l *Leg) inOrder(res *sip.Response, rseq uint32) bool {
	tag := tagOf(res.To().Params)
	last, known := l.session.rseqs[tag]
	switch {
	case known && (last == math.MaxUint32 || rseq != last+1), !known && len(l.session.rseqs) >= maxEarly:
		return false
	case l.session.rseqs == nil:
		l.session.rseqs = make(map[string]uint32, 1)
	}
	l.session.rseqs[tag] = rseq
	return true
}

// acknowledgeEarly sends the PRACK to a reliable provisional response, in the
// early dialog that the response has just made or confirmed. Our INVITE held the offer, so
// the PRACK holds no description (§5).
func (l *Leg) acknowledgeEarly(res *sip.Response, rseq uint32) {
	req := l.dlg.request(sip.PRACK, 0)
	req.AppendHeader(sip.NewHeader("RAck", strconv.FormatUint(uint64(rseq), 10)+" "+res.CSeq().Value()))
	req.SetBody(nil)
	x := &exchange{}
	x.heard = func(res *sip.Response) {
		if res.StatusCode >= 300 {
			l.log.Debug("a PRACK was refused", "status", res.StatusCode)
		}
	}
	l.send(req, x)
}
