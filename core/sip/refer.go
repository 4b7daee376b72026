package sip

import (
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
)

// Transfers, as phones ask for them: REFER (RFC 3515, RFC 5589). What it asks for
// is the hub's to do; here it is read, and answered as it goes on.

// referral is a REFER that the far side sent, and the subscription to what
// becomes of it (RFC 3515 §2.4.4):
//
//	asked ──Proceeding: 202──▶ NOTIFY 100 ──Ringing──▶ NOTIFY 180 ──Answered, Ended──▶ NOTIFY 200, 4xx …; terminated
//	  └──Ended: 403, 491
//
// One NOTIFY is under way at a time, so that none overtakes another.
type referral struct {
	tx       *serverTx // nil once it is answered
	id       string    // its CSeq, for all but the first of a dialog
	replaces bool
	sending  bool
	next     []report // what is to be told still
	final    bool     // the last is sent, or among these
	deaf     bool     // the far side wants to hear nothing
}

// report is what one NOTIFY tells.
type report struct {
	status int
	reason string
}

// parting is how long a phone that has transferred may take to hang up by itself
// before we do.
const parting = 2 * time.Second

// referred takes a REFER in a call.
func (l *Leg) referred(e event) {
	switch {
	case l.kind == call.KindTrunk: // whoever could, would call the world at our cost
		l.srv.answer(e.tx, 403, "Trunks Do Not Transfer Calls")
		return
	case l.state != up, l.session.referral != nil:
		l.srv.answer(e.tx, 491, "")
		return
	}
	r, no := l.srv.referOf(e.req)
	if no != nil {
		l.srv.answer(e.tx, no.code, no.reason, no.headers...)
		return
	}
	l.session.referral = &referral{tx: e.tx, replaces: r.Replaces != nil || r.Gone}
	if l.session.referrals++; l.session.referrals > 1 {
		l.session.referral.id = itoa(int(e.req.CSeq().SeqNo))
	}
	l.news(call.News{What: call.Referred, Refer: r})
}

// referOf reads whom a REFER is about (RFC 3515 §2.1).
func (s *Server) referOf(req *sip.Request) (*call.Refer, *refusal) {
	var values []string
	for _, h := range req.Headers() {
		if name := strings.ToLower(h.Name()); name == "refer-to" || name == "r" {
			values = append(values, h.Value())
		}
	}
	if len(values) != 1 {
		return nil, refuse(400, oneOf("Refer-To", len(values)))
	}
	var uri sip.Uri
	var params sip.HeaderParams
	if len(splitList(values[0])) != 1 {
		return nil, refuse(400, "More Than One Refer-To")
	}
	if _, err := sip.ParseAddressValue(values[0], &uri, &params); err != nil {
		return nil, refuse(400, "Bad Refer-To")
	}
	to := addressOf("", &uri)
	method := uri.UriParams.GetOr("method", "INVITE")
	switch {
	case !isSIP(&uri) && uri.Scheme != "tel", to.user == "" || strings.ContainsAny(to.user, " <>\"\r\n"), isSIP(&uri) && to.host == "":
		return nil, refuse(400, "Bad Refer-To")
	case !strings.EqualFold(method, "INVITE"):
		return nil, refuse(400, "Refer-To Can Ask for INVITE Only")
	}
	out := &call.Refer{To: to.user}
	for _, name := range uri.Headers.Keys() {
		if !strings.EqualFold(name, "Replaces") {
			continue // what else the phone wants in that INVITE is not its to say
		}
		value, _ := uri.Headers.Get(name)
		dialog, ok := replacesOf(unescaped(value))
		if !ok {
			return nil, refuse(400, "Bad Replaces in Refer-To")
		}
		if other := s.legNamed(dialog); other != nil {
			out.Replaces = other
		} else {
			out.Gone = true
		}
	}
	return out, nil
}

// Referral implements [call.Referrer].
func (l *Leg) Referral(what call.What, cause call.Cause, text string) {
	l.post(event{kind: wantReferral, how: what, end: call.End{Cause: cause, Text: text}})
}

// report tells the far side how its REFER gets on.
func (l *Leg) report(what call.What, end call.End) {
	r := l.session.referral
	if r == nil || r.final || l.told {
		return
	}
	n := report{status: 100}
	switch what {
	case call.Ringing:
		n.status = 180
	case call.Answered:
		n.status, r.final = 200, true
	case call.Ended:
		n.status, n.reason, r.final = r.failure(end.Cause), phrase(end.Text), true
		if r.tx != nil && (n.status == 403 || n.status == 491) {
			l.srv.answer(r.tx, n.status, n.reason)
			l.session.referral = nil
			return
		}
		if n.status == 481 {
			n.reason = ""
		}
	}
	if r.tx != nil {
		l.srv.answer(r.tx, 202, "", l.contact(l.dlg.link))
		r.tx = nil
	}
	if n.reason == "" {
		n.reason = reasonOf(n.status)
	}
	if k := len(r.next); k > 0 && r.sending { // what it says is old
		r.next = r.next[:0]
	}
	r.next = append(r.next, n)
	l.notify(r)
}

// failure is the status of a transfer that failed. Any other than 403 and 491 is told
// by NOTIFY: as answer to the REFER it could mean the end of the call that it
// came in (RFC 5057 §5.1).
func (r *referral) failure(c call.Cause) int {
	switch {
	case c == call.NotNow:
		return 491
	case c == call.NotFound && r.replaces:
		return 481
	}
	return statusOf(c)
}

// notify sends the next NOTIFY, if none is under way.
func (l *Leg) notify(r *referral) {
	if r.sending || len(r.next) == 0 || r.deaf {
		return
	}
	n := r.next[0]
	r.next = r.next[1:]
	last := r.final && len(r.next) == 0
	about, standing := "refer", "active;expires=180"
	if r.id != "" {
		about += ";id=" + r.id
	}
	if last {
		standing = "terminated;reason=noresource"
	}
	req := l.dlg.request(sip.NOTIFY, 0)
	req.AppendHeader(l.contact(l.dlg.link))
	req.AppendHeader(sip.NewHeader("Event", about))
	req.AppendHeader(sip.NewHeader("Subscription-State", standing))
	req.AppendHeader(sip.NewHeader("Allow", allow))
	ct := sip.ContentTypeHeader("message/sipfrag;version=2.0")
	req.AppendHeader(&ct)
	req.SetBody([]byte("SIP/2.0 " + itoa(n.status) + " " + n.reason + "\r\n"))
	done := func(refused bool) {
		r.sending = false
		r.deaf = r.deaf || refused
		if (last || r.deaf && r.final) && l.session.referral == r {
			l.session.referral = nil
		}
		l.notify(r)
	}
	r.sending = true
	l.send(req, &exchange{
		heard:  func(res *sip.Response) { done(res.StatusCode >= 300) },
		failed: func(error) { done(true) },
	})
}

// parts says whether the leg has just transferred its call: its phone, told so, will
// hang up by itself.
func (l *Leg) parts(e call.End) bool {
	r := l.session.referral
	if r == nil || !r.final || r.deaf {
		return false
	}
	l.state, l.why = leaving, e
	l.again.set(&l.box, parting, func() {
		if l.state == leaving {
			l.bye(e)
		}
	})
	return true
}

// dropReferral answers a REFER that the hub has not answered before the leg
// ended.
func (l *Leg) dropReferral() {
	if r := l.session.referral; r != nil && r.tx != nil {
		l.srv.answer(r.tx, 481, "")
		r.tx = nil
	}
}
