package sip

import (
	"errors"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/core/sip/auth"
	"github.com/plugboard/plugboard/sdk/leg"
)

// invite takes the INVITE of a new call: whose it is, and whether it may come
// in at all; the rest is the leg's.
func (s *Server) invite(l link, tx *serverTx, raw []byte) {
	req := tx.req
	trunk := s.trunkOf(l, req)
	user := s.dialled(req, trunk)
	// An extension that calls for help is let through to the last.
	if s.draining.Load() && (trunk != nil || !s.opts.Directory.Emergency(user)) {
		s.record("", l, raw)
		s.answer(tx, 503, "", retryAfterDrain())
		return
	}
	var ext *dialplan.Extension
	if trunk == nil {
		if ext = s.authenticate(tx); ext == nil {
			s.record("", l, raw)
			return
		}
	}
	number := s.opts.Directory.Normalize(user)
	if s.loops(req, number) {
		s.answer(tx, 482, "")
		return
	}
	if no := tooBrief(req); no != nil {
		s.answer(tx, no.code, no.reason, no.headers...)
		return
	}

	replaces, early, no := s.replaces(req, trunk != nil)
	if no != nil {
		s.record("", l, raw)
		s.answer(tx, no.code, no.reason)
		return
	}

	id := call.NewID()
	facts := dialplan.Facts{
		From:    s.caller(req, ext, trunk),
		To:      dialplan.Callee{Number: number, Raw: user},
		Headers: privateHeaders(req),
		Start:   time.Now(),
		ID:      id,
	}
	kind, name := call.KindTrunk, ""
	if ext != nil {
		kind, name = call.KindExtension, ext.Name
	} else {
		name = trunk.Name
	}
	lg := s.newLeg(id, kind, name, facts.From.Number, "ringing", true)
	if ext != nil {
		lg.sounds(ext.Media)
	} else {
		lg.sounds(trunk.Media)
	}
	lg.tx, lg.self = tx, user
	lg.dlg.callID, lg.dlg.localTag = req.CallID().Value(), tx.tag
	lg.dlg.accept(req, l)
	lg.known(req, "User-Agent")
	if ext != nil {
		lg.dlg.pinned, lg.dlg.aor = true, ext.Number
		lg.shown = presence.Party{Number: user}
	}
	lg.dlg.trunk = trunk
	lg.session.updates = listed(header(req, "Allow"), "UPDATE")
	tx.traced(id)
	s.record(id, l, raw)
	trying := s.reply(req, "", sip.StatusTrying, "")
	trying.SetBody(nil)
	tx.respond(trying)

	remaining := maxForwards
	if mf := req.MaxForwards(); mf != nil {
		remaining = int(mf.Val())
	}
	came := path{marks: header(req, loopHeader), number: number}
	if trunk != nil {
		came.story = storyOf(req)
	}
	s.mu.Lock()
	s.paths[id] = came
	s.mu.Unlock()
	lg.tell = s.opts.Incoming(call.Incoming{ID: id, Leg: lg, Facts: facts, MaxForwards: remaining, Replaces: replaces, EarlyOnly: early})
	if !s.keep(lg, func() {}) {
		s.answer(tx, 503, "", retryAfterDrain())
		lg.ended(call.Congestion, 503, "the switch is closing")
	}
}

// trunkOf is the trunk that a request comes from, nil if from none. Over a
// WebSocket come phones alone: a proxy's address may be that of a trunk, too.
func (s *Server) trunkOf(l link, req *sip.Request) *dialplan.Trunk {
	f := l.flow()
	if overWeb(f) {
		return nil
	}
	t := s.opts.Directory.Trunk(Source{
		Transport: f.Transport, Remote: f.Remote, SentBy: req.Via().Port, User: unescaped(req.Recipient.User),
	})
	if t != nil {
		s.links.knows(l)
	}
	return t
}

// authenticate proves which extension a request comes from, or challenges it:
// alike, and after the same work, whether the user is unknown, the secret
// wrong or the request without credentials.
func (s *Server) authenticate(tx *serverTx) *dialplan.Extension {
	var values []string
	for _, h := range tx.req.Headers() {
		if strings.EqualFold(h.Name(), "Authorization") {
			values = append(values, h.Value())
		}
	}
	var ext *dialplan.Extension
	digest := s.opts.Settings().Digest
	verdict := digest.Verify(auth.Request{
		Method: string(tx.req.Method), URI: tx.req.Recipient.String(), Authorization: values,
	}, func(user string) (string, bool) {
		e, secret, ok := s.opts.Directory.Extension(user)
		ext = e
		return secret, ok
	})
	if verdict.Result == auth.OK && ext != nil {
		s.links.knows(tx.link)
		return ext
	}
	if verdict.Result == auth.Refused {
		s.tellRefused(tx, verdict)
	}
	headers := make([]sip.Header, 0, 2)
	for _, v := range digest.Challenges(header(tx.req, "User-Agent"), verdict.Result == auth.Stale) {
		headers = append(headers, sip.NewHeader("WWW-Authenticate", v))
	}
	s.answer(tx, 401, "", headers...)
	return nil
}

// tellRefused logs that somebody was not let in. Who guesses a thousand
// passwords a second does not fill the disk: each source is told of ten times,
// and then once a second, with how many lines were left out before.
func (s *Server) tellRefused(tx *serverTx, v auth.Verdict) {
	from := tx.link.flow().Remote
	if !s.refused.allow(from.Addr(), time.Now()) {
		s.untold.Add(1)
		return
	}
	args := []any{"user", v.User, "from", from.String(), "method", string(tx.req.Method), "reason", v.Reason}
	if n := s.untold.Swap(0); n > 0 {
		args = append(args, "left_out", n)
	}
	s.log.Info("credentials refused", args...)
}

// privateHeaders are the X- headers of a request, by lower-case name.
func privateHeaders(req *sip.Request) map[string]string {
	var m map[string]string
	for _, h := range req.Headers() {
		name := strings.ToLower(h.Name())
		if strings.HasPrefix(name, "x-") && !strings.EqualFold(name, loopHeader) {
			if m == nil {
				m = make(map[string]string)
			}
			m[name] = h.Value()
		}
	}
	return m
}

// wish follows the hub on a call that is not answered yet. The media is opened
// at the first wish: a caller with no codec in common is told before anybody
// is bothered for long, and the answer is ready when it is wanted.
func (l *Leg) wish(e event) {
	if l.session.media == nil {
		if err := l.openMedia(l.dlg.link, sdpOf(l.tx.req)); err != nil {
			status, cause := mediaFailure(err)
			l.log.Info("no media for the caller", "error", err)
			why := ""
			if errors.Is(err, leg.ErrGone) {
				why = "The Plugin for This Media Is Not Running"
			}
			l.reject(status, call.End{Cause: cause, Text: why})
			return
		}
	}
	switch e.kind {
	case wantRing:
		l.provisional(progress{code: 180})
	case wantProceed:
		l.provisional(progress{code: proceedStatus(e.how), phrase: phrase(e.text)})
	case wantProgress:
		if sdpOf(l.tx.req) == nil && !l.reliably(l.session.local) {
			l.provisional(progress{code: 180}) // an offer before the 200 needs PRACK (RFC 3262 §5)
			return
		}
		l.provisional(progress{code: 183, sdp: l.session.local})
		l.show(func(i *call.LegInfo) { i.State = "early" })
		l.news(call.News{What: call.Changed})
	case wantAnswer:
		if e := l.session.early; e != nil {
			if e.raw != nil && e.described && !e.agreed {
				e.answer, e.next = true, progress{} // after its PRACK (RFC 3262 §3)
				return
			}
			e.again.stop() // a 200 says more than it did; its PRACK may still come
			e.late.stop()
			e.next = progress{}
		}
		l.accept()
	}
}

// accept answers the call.
func (l *Leg) accept() {
	timers := l.agreeInterval(l.tx.req)
	l.again.stop()
	l.state = answering
	sdp, delayed := l.session.local, sdpOf(l.tx.req) == nil
	if l.agreedEarly() {
		sdp, delayed = nil, false
	}
	if !l.respondOK(l.tx, sdp, delayed, timers) {
		l.state = over
		l.ended(call.Failed, 0, "the INVITE was answered before")
	}
}

// progress is what a provisional response says.
type progress struct {
	code   int
	phrase string // "": the usual one
	sdp    []byte
}

// proceedStatus is how a waiting caller is told how the call gets on.
func proceedStatus(how call.What) int {
	switch how {
	case call.Forwarded:
		return 181
	case call.Queued:
		return 182
	}
	return 183
}

// provisional sends a 1xx, and again each minute, or less often if it is
// reliable (RFC 3261 §13.3.1.1).
func (l *Leg) provisional(p progress) {
	wait := provisionalAgain
	l.rang = true
	if e := l.session.early; e != nil && e.described {
		p.sdp = nil // it has it
	}
	if l.reliably(p.sdp) {
		wait = reliableAgain
		l.tellReliably(p)
		p.sdp = nil
	} else {
		l.tx.respond(l.oneProvisional(p))
	}
	l.again.set(&l.box, wait, func() {
		if l.state == offered {
			l.provisional(p)
		}
	})
}

// oneProvisional makes a 1xx.
func (l *Leg) oneProvisional(p progress) *sip.Response {
	res := l.srv.reply(l.tx.req, l.dlg.localTag, p.code, p.phrase)
	res.AppendHeader(l.contact(l.dlg.link))
	res.AppendHeader(sip.NewHeader("Allow", allow))
	setSDP(res, p.sdp)
	return res
}

// reject ends a call that was not answered.
func (l *Leg) reject(status int, e call.End) {
	l.state = over
	var headers []sip.Header
	if status == sip.StatusServiceUnavailable {
		headers = append(headers, retryAfterDrain())
	}
	if e.Cause != call.Cancelled {
		headers = append(headers, sip.NewHeader("Reason", reasonOfEnd(e)))
	}
	l.srv.answer(l.tx, status, phrase(e.Text), headers...)
	l.ended(e.Cause, 0, e.Text)
}

// cancelled takes the caller's CANCEL (RFC 3261 §9.2).
func (l *Leg) cancelled(req *sip.Request) {
	l.state, l.because = over, reasonsIn(req)
	l.srv.answer(l.tx, 487, "")
	l.ended(call.Cancelled, 0, header(req, "Reason"))
}

// phrase is a text as a reason phrase may be.
func phrase(text string) string { return oneLine(text, 200) }

// oneLine is a text without control characters, cut to a length in bytes.
func oneLine(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}
