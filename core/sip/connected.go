package sip

import (
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
)

// Connected implements [call.Connected]: a phone that understands UPDATE is shown
// whom it talks to now, by P-Asserted-Identity (RFC 3325) and Remote-Party-ID. A trunk
// is not told: who talks on our side is none of its business.
func (l *Leg) Connected(to dialplan.Party) { l.post(event{kind: wantConnected, party: to}) }

// showConnected tells the far side whom it talks to, as soon as it may be told.
func (l *Leg) showConnected() {
	who := l.session.connected
	switch {
	case who == nil || l.kind == call.KindTrunk || l.told:
		return
	case l.state != up: // its ACK leads back here
		return
	case !l.session.updates:
		return
	case l.session.own != nil || len(l.session.unacked) > 0:
		l.session.showing.set(&l.box, jitter(200*time.Millisecond, time.Second), l.showConnected)
		return
	}
	l.session.connected = nil
	req := l.dlg.request(sip.UPDATE, 0)
	req.AppendHeader(l.contact(l.dlg.link))
	req.AppendHeader(sip.NewHeader("Allow", allow))
	req.AppendHeader(sip.NewHeader("Supported", supported))
	for _, h := range l.shows(*who) {
		req.AppendHeader(h)
	}
	if l.session.interval > 0 { // an UPDATE without it would end the session's timer (RFC 4028 §7.4)
		refresher := "uas"
		if l.session.refresher {
			refresher = "uac"
		}
		req.AppendHeader(sip.NewHeader("Session-Expires", seconds(l.session.interval)+";refresher="+refresher))
		req.AppendHeader(sip.NewHeader("Min-SE", seconds(minInterval)))
	}
	req.SetBody(nil)
	x := &exchange{}
	x.heard = func(res *sip.Response) {
		if l.session.own == x {
			l.session.own = nil
		}
		switch {
		case res.StatusCode < 300:
			l.dlg.refreshed(res)
			if l.session.interval > 0 {
				l.agreedInterval(res)
			}
		case res.StatusCode == 491 && l.session.connected == nil: // glare
			l.session.connected = who
			l.session.showing.set(&l.box, jitter(2100*time.Millisecond, 4*time.Second), l.showConnected)
		case res.StatusCode == 405, res.StatusCode == 501:
			l.session.updates = false
		}
	}
	x.failed = func(error) {
		if l.session.own == x {
			l.session.own = nil
		}
	}
	l.session.own = x
	l.send(req, x)
}

// shows are the headers that tell who somebody is.
func (l *Leg) shows(who dialplan.Party) []sip.Header {
	side := "calling" // for a phone that we called
	if l.incoming {
		side = "called"
	}
	if who.Hidden() || who.Number == "" {
		return []sip.Header{
			sip.NewHeader("Privacy", "id"),
			sip.NewHeader("Remote-Party-ID", `"Anonymous" <sip:anonymous@`+anonymousHost+`>;party=`+side+`;privacy=full`),
		}
	}
	host, _ := l.srv.hostOf(l.dlg.link)
	if domain := l.srv.opts.Settings().Domain; domain != "" {
		host = domain
	}
	identity := "<sip:" + escaped(who.Number) + "@" + host + ">"
	if name := displayed(who.Shown()); name != "" {
		identity = `"` + quoted(name) + `" ` + identity
	}
	return []sip.Header{
		sip.NewHeader("P-Asserted-Identity", identity),
		sip.NewHeader("Remote-Party-ID", identity+";party="+side+";screen=yes;privacy=off"),
	}
}
