package sip

import (
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/leg"
)

// Session timers (RFC 4028): a far side that vanished without BYE is noticed,
// since one of the two has to say now and then that it is still there.
const (
	// interval is what we ask for.
	interval = 30 * time.Minute
	// minInterval is the shortest that we take: what the RFC allows (§4).
	minInterval = 90 * time.Second
)

// sessionExpires is a Session-Expires header, 0 without one.
func sessionExpires(msg interface{ Headers() []sip.Header }) (d time.Duration, refresher string) {
	value, params, _ := strings.Cut(header(msg, "Session-Expires", "x"), ";")
	n, err := strconv.ParseUint(strings.TrimSpace(value), 10, 31)
	if err != nil {
		return 0, ""
	}
	for p := range strings.SplitSeq(params, ";") {
		if name, who, ok := strings.Cut(p, "="); ok && strings.EqualFold(strings.TrimSpace(name), "refresher") {
			refresher = strings.ToLower(strings.TrimSpace(who))
		}
	}
	return time.Duration(n) * time.Second, refresher
}

// tooBrief refuses a session timer that is shorter than we take (§9).
func tooBrief(req *sip.Request) *refusal {
	if d, _ := sessionExpires(req); d > 0 && d < minInterval {
		return refuse(422, "", sip.NewHeader("Min-SE", seconds(minInterval)))
	}
	return nil
}

// agreeInterval answers the session timer that a request asks for (§9) and
// that is not [tooBrief]: the headers of its 200.
func (l *Leg) agreeInterval(req *sip.Request) []sip.Header {
	l.session.updates = listed(header(req, "Allow"), "UPDATE") || l.session.updates
	d, refresher := sessionExpires(req)
	if d == 0 {
		l.session.interval = 0
		l.session.renew.stop()
		return nil
	}
	able := listed(header(req, "Supported", "k"), "timer")
	if !able {
		refresher = "uas" // nobody else will
	} else if refresher == "" {
		refresher = "uac"
	}
	headers := []sip.Header{sip.NewHeader("Session-Expires", seconds(d)+";refresher="+refresher)}
	if refresher == "uac" {
		headers = append(headers, sip.NewHeader("Require", "timer"))
	}
	l.keepAlive(d, refresher == "uas")
	return headers
}

// agreedInterval takes the session timer of a 2xx to a request of ours (§7.2).
func (l *Leg) agreedInterval(res *sip.Response) {
	if allow := header(res, "Allow"); allow != "" {
		l.session.updates = listed(allow, "UPDATE")
	}
	d, refresher := sessionExpires(res)
	if d < minInterval {
		l.session.interval = 0
		l.session.renew.stop()
		return
	}
	l.keepAlive(d, refresher != "uas")
}

// maxMinInterval bounds what a far side may demand: no session is to be left for
// longer without a sign of life.
const maxMinInterval = 24 * time.Hour

// minSE is the interval that a 422 demands, 0 if it is none that can be given.
func minSE(res *sip.Response, asked time.Duration) time.Duration {
	n, err := strconv.ParseUint(strings.TrimSpace(header(res, "Min-SE")), 10, 31)
	d := time.Duration(n) * time.Second
	if res.StatusCode != 422 || err != nil || d <= asked || d > maxMinInterval {
		return 0
	}
	return d
}

// withLonger sends the INVITE of the leg again with the session interval that
// the far side wants at least (§7.4), false if it was not for that that it refused.
func (l *Leg) withLonger(res *sip.Response) bool {
	req := l.invite.req
	asked, _ := sessionExpires(req)
	d := minSE(res, asked)
	if d == 0 {
		return false
	}
	l.dlg.localSeq++
	l.dlg.remoteTag = ""
	again := anew(req, l.dlg.localSeq)
	again.ReplaceHeader(sip.NewHeader("Session-Expires", seconds(d)))
	again.ReplaceHeader(sip.NewHeader("Min-SE", seconds(d)))
	l.session.rseqs = nil
	l.state = calling
	l.sendInvite(l.invite.link, again)
	return true
}

// keepAlive starts the session's interval anew: we refresh at half of it
// (§10), or hang up shortly before its end if the far side did not.
func (l *Leg) keepAlive(d time.Duration, us bool) {
	l.session.interval, l.session.refresher = d, us
	if us {
		l.session.renew.set(&l.box, d/2, l.refresh)
		return
	}
	l.session.renew.set(&l.box, d-min(32*time.Second, d/3), func() {
		l.hangupLate("the far side did not refresh the session")
	})
}

// hangupLate ends a leg whose far side seems to be gone.
func (l *Leg) hangupLate(why string) {
	if l.state == answering {
		l.state = leaving
		l.why = call.End{Cause: call.Failed}
	} else if l.state == up {
		l.bye(call.End{Cause: call.Failed})
	}
	l.ended(call.Failed, 0, why)
}

// refresh says that we are still there: by UPDATE, which touches no media, or
// by re-INVITE where that is not understood.
func (l *Leg) refresh() {
	switch {
	case l.state != up:
		return
	case l.session.own != nil || len(l.session.unacked) > 0:
		l.retryRefresh()
		return
	}
	method := sip.UPDATE
	var offer []byte
	if !l.session.updates {
		method = sip.INVITE
		ctx, cancel := l.patience()
		defer cancel()
		var err error
		if offer, err = l.session.media.Offer(ctx, leg.SendRecv); err != nil {
			l.log.Warn("no offer to refresh the session with", "error", err)
			l.session.renew.set(&l.box, l.session.interval/8, l.refresh)
			return
		}
	}
	req := l.dlg.request(method, 0)
	req.AppendHeader(l.contact(l.dlg.link))
	req.AppendHeader(sip.NewHeader("Allow", allow))
	req.AppendHeader(sip.NewHeader("Supported", supported))
	req.AppendHeader(sip.NewHeader("Session-Expires", seconds(l.session.interval)+";refresher=uac"))
	req.AppendHeader(sip.NewHeader("Min-SE", seconds(minInterval)))
	setSDP(req, offer)
	x := &exchange{}
	x.heard = func(res *sip.Response) { l.refreshAnswered(x, res) }
	x.failed = func(error) { l.hangupLate("the far side does not answer any more") }
	l.session.own = x
	l.send(req, x)
}

// refreshAnswered takes the final response to a refresh.
func (l *Leg) refreshAnswered(x *exchange, res *sip.Response) {
	invite := x.req.Method == sip.INVITE
	if invite && res.StatusCode < 300 {
		if x.ack != nil { // the 200 came again
			l.srv.sendRaw(x.link, x.ack, l.callNow())
			return
		}
		l.dlg.refreshed(res)
		l.acknowledge(x, res)
	}
	if l.session.own == x {
		l.session.own = nil
	}
	code := res.StatusCode
	switch {
	case code < 300:
		if !invite {
			l.dlg.refreshed(res)
		} else if err := l.takeAnswer(sdpOf(res)); err != nil {
			l.log.Warn("the answer to a refresh", "error", err)
		}
		l.agreedInterval(res)
		return
	case invite:
		l.rollback()
	}
	if d := minSE(res, l.session.interval); d > 0 {
		l.session.interval = d
		l.refresh()
		return
	}
	switch code {
	case 491: // glare: the far side asks for something at this moment
		l.retryRefresh()
	case 408, 481: // the dialog is gone there (RFC 5057)
		l.hangupLate("the far side knows nothing of the call any more")
	case 405, 501:
		if !invite {
			l.session.updates = false
			l.refresh()
		}
	default:
		l.log.Warn("the far side refused to refresh the session", "status", code)
		l.session.renew.set(&l.box, l.session.interval/8, l.refresh)
	}
}

// retryRefresh waits for as long as glare needs: who made the Call-ID longer
// (RFC 3261 §14.1).
func (l *Leg) retryRefresh() {
	wait := jitter(0, 2*time.Second)
	if !l.incoming {
		wait = jitter(2100*time.Millisecond, 4*time.Second)
	}
	l.session.renew.set(&l.box, wait, l.refresh)
}

// acknowledge sends the ACK to a 2xx; it is kept for when the 2xx comes again.
func (l *Leg) acknowledge(x *exchange, res *sip.Response) {
	ack := l.dlg.request(sip.ACK, x.req.CSeq().SeqNo)
	for _, h := range x.req.Headers() {
		if isProof(h) { // nobody may challenge an ACK (RFC 3261 §22.1)
			ack.AppendHeader(h)
		}
	}
	ctx, cancel := l.patience()
	defer cancel()
	to := l.dlg.next(ctx, l.srv)
	l.srv.via(ack, to)
	ack.SetBody(nil)
	x.link, x.tag = to, tagOf(res.To().Params)
	x.ack = l.srv.sendOnce(to, ack, l.callNow())
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// retryAfter is the header that says when to ask again.
func retryAfter(d time.Duration) sip.Header {
	return sip.NewHeader("Retry-After", seconds(d))
}

// retryAfterDrain is when a switch that is being replaced may be back.
func retryAfterDrain() sip.Header { return retryAfter(30 * time.Second) }
