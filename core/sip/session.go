package sip

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/leg"
)

// session is what a leg's dialog has agreed on: the media by offer and answer
// (RFC 3264), and how long it holds (RFC 4028).
type session struct {
	media Media
	// local is our description in the INVITE's exchange, offer or answer.
	local []byte
	// remote is the far side's answer to our INVITE, once known.
	remote []byte
	// rseqs are the last reliable provisional responses to our INVITE, by the
	// tag of their early dialog.
	rseqs map[string]uint32
	early *early // incoming: what was told reliably, nil: nothing yet
	// unacked are our 2xx to INVITEs that wait for an ACK, by CSeq number.
	unacked   map[uint32]*accepted
	referral  *referral       // a REFER of the far side's, until the last of it is told
	referrals int             // how many there were
	connected *dialplan.Party // whom the far side is to be shown, nil: nobody new
	showing   timer
	// own is a re-INVITE or UPDATE of ours that is under way.
	own *exchange

	digit struct { // the last that came
		key  byte
		info bool // by INFO
		at   time.Time
	}

	updates   bool          // the far side understands UPDATE
	interval  time.Duration // of the session, 0: no timer
	refresher bool          // we keep it alive
	renew     timer         // our next refresh, or the end if the far side does not
}

// accepted is a 2xx to an INVITE. It is repeated until its ACK comes
// (RFC 3261 §13.3.1.4), also on a connection: a hop behind it may lose it.
type accepted struct {
	link  link
	raw   []byte
	offer bool // it holds an offer: the ACK must hold the answer
	wait  time.Duration
	again timer
	late  timer
}

func (s *session) stop() {
	s.renew.stop()
	s.showing.stop()
	if s.early != nil {
		s.early.stop()
	}
	for _, a := range s.unacked {
		a.again.stop()
		a.late.stop()
	}
}

// patience is a context for one request to the leg plugin.
func (l *Leg) patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(l.srv.ctx, mediaPatience)
}

// openMedia opens the leg's media: the answer to an offer, or an offer.
func (l *Leg) openMedia(to link, offer []byte) error {
	ctx, cancel := l.patience()
	defer cancel()
	open := l.srv.opts.OpenMedia
	if webMedia(to, offer) {
		open = l.srv.opts.OpenWebMedia
	}
	m, sdp, err := open(ctx, leg.Params{
		Call: l.call, Leg: l.id,
		Address: l.srv.mediaAt(to.flow()),
		Codecs:  l.sound.Codecs, Symmetric: l.symmetric,
		Encryption: l.sound.Encryption, Denoise: l.sound.Denoise, Gain: l.sound.Gain,
		Remote: offer,
	}, func(e leg.Event) { l.post(event{kind: gotMedia, media: e}) })
	if err != nil {
		return err
	}
	l.session.media, l.session.local = m, sdp
	l.mu.Lock()
	l.line, l.media = m.Line(), m
	l.info.Local, l.info.Peer = mediaAddress(sdp), to.flow().Remote.String()
	l.mu.Unlock()
	return nil
}

// mediaFailure is what an error of the media means: to the far side that
// offered, and to the call.
func mediaFailure(err error) (status int, cause call.Cause) {
	switch {
	case errors.Is(err, leg.ErrNoCodec):
		return 488, call.NoCodec
	case errors.Is(err, leg.ErrBadSDP):
		return 400, call.Failed
	case errors.Is(err, leg.ErrGone):
		return 500, call.PluginLost
	}
	return 500, call.Failed
}

// mediaNews takes what the leg plugin tells.
func (l *Leg) mediaNews(e leg.Event) {
	switch {
	case e.Kind == leg.Lost:
		l.log.Warn("the leg plugin is gone", "reason", e.Reason)
		l.hangup(call.End{Cause: call.PluginLost})
		return
	case e.Kind == leg.Source && !l.symmetric:
		return // packets go where the description says
	}
	var n call.News
	var ok bool
	l.show(func(i *call.LegInfo) { n, ok = i.Hear(e) })
	switch {
	case !ok:
	case n.What == call.Digit:
		l.digit(n.Digit, n.Duration, false)
	default:
		l.news(n)
	}
}

func (l *Leg) sendDigit(digit byte, d time.Duration) {
	if l.session.media == nil || l.told {
		return
	}
	ctx, cancel := l.patience()
	defer cancel()
	if err := l.session.media.Digit(ctx, digit, d); err != nil {
		l.log.Warn("cannot send a digit", "error", err)
	}
}

// respondOK answers an INVITE with 200 and repeats it until its ACK comes.
func (l *Leg) respondOK(tx *serverTx, sdp []byte, offer bool, headers []sip.Header) bool {
	seq := tx.req.CSeq().SeqNo
	res := l.srv.reply(tx.req, l.dlg.localTag, 200, "")
	res.AppendHeader(l.contact(l.dlg.link))
	for _, h := range append(capabilities(), headers...) {
		res.AppendHeader(h)
	}
	setSDP(res, sdp)
	raw, ok := tx.respond(res)
	if !ok {
		return false
	}
	a := &accepted{link: tx.link, raw: raw, offer: offer, wait: t1}
	if l.session.unacked == nil {
		l.session.unacked = make(map[uint32]*accepted, 1)
	}
	l.session.unacked[seq] = a
	var repeat func()
	repeat = func() {
		l.srv.sendRaw(a.link, a.raw, l.callNow())
		a.wait = min(2*a.wait, t2)
		a.again.set(&l.box, a.wait, repeat)
	}
	a.again.set(&l.box, a.wait, repeat)
	a.late.set(&l.box, timeout, l.notAcked)
	return true
}

// notAcked ends a leg whose 200 nobody acknowledges (RFC 3261 §13.3.1.4).
func (l *Leg) notAcked() {
	l.bye(call.End{Cause: call.Failed})
	l.ended(call.Failed, 0, "the answer was never acknowledged")
}

// ackArrived takes the ACK to a 200.
func (l *Leg) ackArrived(e event) {
	a := l.session.unacked[e.req.CSeq().SeqNo]
	if a == nil || tagOf(e.req.From().Params) != l.dlg.remoteTag {
		return // it came before
	}
	a.again.stop()
	a.late.stop()
	delete(l.session.unacked, e.req.CSeq().SeqNo)
	if a.offer && l.state != leaving {
		if err := l.takeAnswer(sdpOf(e.req)); err != nil {
			_, cause := mediaFailure(err)
			l.bye(call.End{Cause: cause})
			l.ended(cause, 0, errText("the answer in ACK", err))
			return
		}
	}
	switch l.state {
	case answering:
		l.state = up
		l.showUp()
		l.news(call.News{What: call.Answered})
		l.showConnected()
	case leaving:
		l.bye(l.why)
	}
}

// takeAnswer gives the far side's answer to our last offer to the media. No
// answer takes the offer back.
func (l *Leg) takeAnswer(sdp []byte) error {
	ctx, cancel := l.patience()
	defer cancel()
	if sdp == nil {
		l.rollback()
		return leg.ErrBadSDP
	}
	return l.session.media.Accept(ctx, sdp)
}

func (l *Leg) rollback() {
	ctx, cancel := l.patience()
	defer cancel()
	if err := l.session.media.Rollback(ctx); err != nil {
		l.log.Warn("cannot take an offer back", "error", err)
	}
}

// inDialog takes a request in the leg's dialog (RFC 3261 §12.2.2).
func (l *Leg) inDialog(e event) {
	req, seq := e.req, e.req.CSeq().SeqNo
	switch {
	case tagOf(req.From().Params) != l.dlg.remoteTag || l.state == calling:
		l.srv.answer(e.tx, 481, "")
		return
	case seq < l.dlg.remoteSeq && req.Method != sip.BYE:
		// But who says goodbye is gone, even if the BYE was overtaken (§15.1.1).
		l.srv.answer(e.tx, 500, "CSeq Too Low")
		return
	case req.Method != sip.BYE && (l.state == leaving || l.state == cancelling):
		l.srv.answer(e.tx, 481, "")
		return
	}
	l.dlg.remoteSeq = max(seq, l.dlg.remoteSeq)
	l.dlg.link = e.link
	switch req.Method {
	case sip.BYE:
		l.goodbye(e)
	case sip.INVITE:
		l.reinvited(e)
	case sip.UPDATE:
		l.updated(e)
	case sip.INFO:
		l.informed(e)
	case sip.PRACK:
		l.pracked(e)
	case sip.MESSAGE:
		l.texted(e)
	case sip.SUBSCRIBE: // a subscription has a dialog of its own (RFC 6665 §4.5.2)
		l.srv.answer(e.tx, 403, "A Subscription Needs a Dialog of Its Own")
	case sip.REFER:
		l.referred(e)
	case sip.NOTIFY: // of a subscription that we do not have (RFC 6665 §4.1.3)
		l.srv.answer(e.tx, 481, "")
	default: // OPTIONS
		l.srv.answer(e.tx, 200, "", capabilities()...)
	}
}

// goodbye takes a BYE.
func (l *Leg) goodbye(e event) {
	switch l.state {
	case ringing, cancelling:
		// A callee refuses by its response, not by BYE (RFC 3261 §15).
		l.srv.answer(e.tx, 481, "")
		return
	case offered:
		l.srv.answer(l.tx, 487, "")
	}
	l.srv.answer(e.tx, 200, "")
	l.state, l.because = over, reasonsIn(e.req)
	l.ended(call.Normal, 0, header(e.req, "Reason"))
}

// reinvited takes a re-INVITE (RFC 3261 §14.2).
func (l *Leg) reinvited(e event) {
	switch {
	case l.state == offered:
		l.srv.answer(e.tx, 500, "", retryAfter(jitter(0, 10*time.Second)))
		return
	case l.session.own != nil || l.state != up || len(l.session.unacked) > 0:
		l.srv.answer(e.tx, 491, "")
		return
	}
	if no := tooBrief(e.req); no != nil {
		l.srv.answer(e.tx, no.code, no.reason, no.headers...)
		return
	}
	ctx, cancel := l.patience()
	defer cancel()
	var sdp []byte
	var err error
	offer := sdpOf(e.req)
	if offer != nil {
		sdp, err = l.session.media.Answer(ctx, offer, leg.SendRecv)
	} else {
		sdp, err = l.session.media.Offer(ctx, leg.SendRecv)
	}
	if err != nil {
		status, _ := mediaFailure(err)
		l.srv.answer(e.tx, status, "")
		return // what was agreed before stands
	}
	l.dlg.refreshed(e.req)
	l.respondOK(e.tx, sdp, offer == nil, l.agreeInterval(e.req))
}

// updated takes an UPDATE (RFC 3311 §5.2).
func (l *Leg) updated(e event) {
	offer := sdpOf(e.req)
	if offer != nil {
		switch {
		case l.state == offered && !l.agreedEarly():
			l.srv.answer(e.tx, 500, "", retryAfter(jitter(0, 10*time.Second)))
			return
		case l.session.own != nil || l.offering():
			l.srv.answer(e.tx, 491, "")
			return
		}
	}
	if no := tooBrief(e.req); no != nil {
		l.srv.answer(e.tx, no.code, no.reason, no.headers...)
		return
	}
	var sdp []byte
	if offer != nil {
		ctx, cancel := l.patience()
		defer cancel()
		var err error
		if sdp, err = l.session.media.Answer(ctx, offer, leg.SendRecv); err != nil {
			status, _ := mediaFailure(err)
			l.srv.answer(e.tx, status, "")
			return
		}
	}
	l.dlg.refreshed(e.req)
	res := l.srv.reply(e.req, l.dlg.localTag, 200, "")
	res.AppendHeader(l.contact(l.dlg.link))
	for _, h := range append(capabilities(), l.agreeInterval(e.req)...) {
		res.AppendHeader(h)
	}
	setSDP(res, sdp)
	e.tx.respond(res)
}

// offering says whether an offer of ours waits for its answer.
func (l *Leg) offering() bool {
	for _, a := range l.session.unacked {
		if a.offer {
			return true
		}
	}
	return l.state == ringing && l.session.remote == nil
}

// texted takes a MESSAGE in the dialog (RFC 3428): the text is for the other
// parties of the call, wherever they are. Whether they can show it, nobody
// knows yet, so it is accepted, not delivered.
func (l *Leg) texted(e event) {
	if no := refusedText(e.req); no != nil {
		l.srv.answer(e.tx, no.code, no.reason, no.headers...)
		return
	}
	if l.state != up {
		l.srv.answer(e.tx, 480, "")
		return
	}
	l.srv.answer(e.tx, 202, "")
	l.news(call.News{What: call.Texted, Text: string(e.req.Body())})
}

// sendText sends a MESSAGE in the dialog.
func (l *Leg) sendText(text string) {
	if l.state != up {
		return
	}
	req := l.dlg.request(sip.MESSAGE, 0)
	ct := sip.ContentTypeHeader(plainText + ";charset=utf-8")
	req.AppendHeader(&ct)
	req.SetBody([]byte(text))
	x := &exchange{}
	x.heard = func(res *sip.Response) {
		if res.StatusCode >= 300 {
			l.log.Info("a party does not show a text", "status", res.StatusCode)
		}
	}
	l.send(req, x)
}

// informed takes an INFO: a key that was pressed, in either of the forms in use.
func (l *Leg) informed(e event) {
	if len(e.req.Body()) == 0 {
		l.srv.answer(e.tx, 200, "")
		return
	}
	kind := ""
	if ct := e.req.ContentType(); ct != nil {
		kind, _, _ = strings.Cut(string(*ct), ";")
	}
	var digit byte
	var d time.Duration
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case "application/dtmf-relay":
		digit, d = relayed(string(e.req.Body()))
	case "application/dtmf":
		digit, d = digitOf(strings.TrimSpace(string(e.req.Body()))), defaultDigit
	default:
		l.srv.answer(e.tx, 415, "", sip.NewHeader("Accept", "application/dtmf-relay, application/dtmf"))
		return
	}
	if digit == 0 {
		l.srv.answer(e.tx, 400, "Not a Digit")
		return
	}
	l.srv.answer(e.tx, 200, "")
	l.digit(digit, d, true)
}

// sameDigit is how long after a digit the same one is the same press of the key,
// if it comes the other way: some phones send INFO and sound their keys too.
const sameDigit = 2 * time.Second

// digit tells a digit that came by INFO, or else with the media, once.
func (l *Leg) digit(digit byte, d time.Duration, info bool) {
	last, now := &l.session.digit, time.Now()
	if digit == last.key && info != last.info && now.Sub(last.at) < sameDigit {
		return
	}
	last.key, last.info, last.at = digit, info, now
	l.news(call.News{What: call.Digit, Digit: digit, Duration: d})
}

const defaultDigit = 160 * time.Millisecond

// relayed reads "Signal=5", "Duration=160" (milliseconds), a line each.
func relayed(body string) (digit byte, d time.Duration) {
	d = defaultDigit
	for line := range strings.Lines(body) {
		name, value, _ := strings.Cut(line, "=")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "signal":
			digit = digitOf(value)
		case "duration":
			if ms, err := strconv.Atoi(value); err == nil && ms > 0 && ms <= 10000 {
				d = time.Duration(ms) * time.Millisecond
			}
		}
	}
	return digit, d
}

// digitOf reads one digit, also as the number of its event (RFC 4733), 0 if it
// is none.
func digitOf(s string) byte {
	const digits = "0123456789*#ABCD"
	if n, err := strconv.Atoi(s); err == nil && n >= 10 && n < len(digits) {
		return digits[n]
	}
	if s = strings.ToUpper(s); len(s) == 1 && strings.Contains(digits, s) {
		return s[0]
	}
	return 0
}
