package sip

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/leg"
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

// early is what a caller has been told reliably before the answer: one response
// at a time, repeated until its PRACK comes (RFC 3262 §3).
type early struct {
	seq    uint32 // RSeq of the last
	invite uint32 // CSeq of the INVITE
	// raw is what waits for its PRACK, nil: nothing does.
	raw         []byte
	wait        time.Duration
	again, late timer
	// described: one of them held our description, which was an offer where the INVITE
	// held none. agreed: its PRACK came, and the 200 holds no description.
	described, offer, agreed bool

	next   progress // what waits for its turn, code 0: nothing
	answer bool     // the 200 waits: it must not overtake a description
}

func (e *early) stop() {
	e.again.stop()
	e.late.stop()
	e.raw, e.next = nil, progress{}
}

// reliably says whether a provisional response must be acknowledged: where the
// caller demands it, and where it can and the response holds a description.
func (l *Leg) reliably(sdp []byte) bool {
	req := l.tx.req
	return listed(header(req, "Require"), reliableTag) ||
		sdp != nil && listed(header(req, "Supported", "k"), reliableTag)
}

// agreedEarly says whether the INVITE's offer and answer were exchanged before
// its 200.
func (l *Leg) agreedEarly() bool { return l.session.early != nil && l.session.early.agreed }

// tellReliably sends a provisional response, or has it wait until the one before
// is acknowledged. The first reliable response to an INVITE without an offer
// holds ours (RFC 3262 §5).
func (l *Leg) tellReliably(p progress) {
	e := l.session.early
	if e == nil {
		e = &early{seq: rand.Uint32N(math.MaxInt32), invite: l.tx.req.CSeq().SeqNo}
		l.session.early = e
	}
	if e.raw != nil {
		if p.sdp != nil || e.next.sdp == nil {
			e.next = p
		}
		return
	}
	delayed := sdpOf(l.tx.req) == nil
	if delayed && !e.described {
		p.sdp = l.session.local
	}
	e.seq++
	res := l.oneProvisional(p)
	res.AppendHeader(sip.NewHeader("Require", reliableTag))
	res.AppendHeader(sip.NewHeader("RSeq", strconv.FormatUint(uint64(e.seq), 10)))
	raw, ok := l.tx.respond(res)
	if !ok {
		return
	}
	if p.sdp != nil {
		e.described, e.offer = true, delayed
	}
	e.raw, e.wait = raw, t1
	var repeat func()
	repeat = func() {
		l.srv.sendRaw(l.tx.link, e.raw, l.callNow())
		e.wait *= 2
		e.again.set(&l.box, e.wait, repeat)
	}
	e.again.set(&l.box, e.wait, repeat)
	e.late.set(&l.box, timeout, func() {
		l.reject(504, call.End{Cause: call.Failed, Text: "No PRACK"})
	})
}

// pracked takes a PRACK (RFC 3262 §3).
func (l *Leg) pracked(ev event) {
	e := l.session.early
	rseq, cseq, ok := rackOf(ev.req)
	switch {
	case !ok:
		l.srv.answer(ev.tx, 400, "No RAck That Can Be Read")
		return
	case e == nil || e.raw == nil || rseq != e.seq || cseq != e.invite:
		l.srv.answer(ev.tx, 481, "")
		return
	}
	next := e.next
	e.stop()
	sdp, err := l.describedBy(e, sdpOf(ev.req))
	if err != nil {
		status, cause := mediaFailure(err)
		l.log.Info("the description in a PRACK", "error", err)
		l.srv.answer(ev.tx, status, "")
		if e.offer && !e.agreed && l.state == offered {
			l.reject(status, call.End{Cause: cause})
			return
		}
	} else {
		res := l.srv.reply(ev.req, l.dlg.localTag, 200, "")
		setSDP(res, sdp)
		ev.tx.respond(res)
	}
	switch {
	case l.state != offered:
	case e.answer:
		l.accept()
	case next.code != 0:
		l.provisional(next)
	}
}

// describedBy takes the description in a PRACK: the answer to our offer, or a
// further offer, which it answers (RFC 3262 §5).
func (l *Leg) describedBy(e *early, sdp []byte) ([]byte, error) {
	switch {
	case e.described && !e.agreed && e.offer:
		err := l.takeAnswer(sdp)
		e.agreed = err == nil
		return nil, err
	case sdp == nil:
		e.agreed = e.described
		return nil, nil
	case !e.described: // its own offer waits for our answer still
		return nil, leg.ErrBadSDP
	}
	e.agreed = true
	ctx, cancel := l.patience()
	defer cancel()
	return l.session.media.Answer(ctx, sdp, leg.SendRecv)
}

// rackOf reads a RAck header: a response's number, and the INVITE that it
// answers (RFC 3262 §7.2).
func rackOf(req *sip.Request) (rseq, cseq uint32, ok bool) {
	f := strings.Fields(header(req, "RAck"))
	if len(f) != 3 || f[2] != string(sip.INVITE) {
		return 0, 0, false
	}
	r, err1 := strconv.ParseUint(f[0], 10, 32)
	c, err2 := strconv.ParseUint(f[1], 10, 32)
	return uint32(r), uint32(c), err1 == nil && err2 == nil
}
