package sip

import (
	"context"
	"errors"
	"time"

	"github.com/emiago/sipgo/sip"
)

// placePatience is how long one of several places of a trunk may be silent
// before the next is tried: four transmissions over UDP.
const placePatience = 4 * time.Second

// nextPlace connects to the next place where the trunk may be. The error says
// why none is left.
func (l *Leg) nextPlace(name string) (link, error) {
	var errs []error
	for len(l.places) > 0 {
		at := l.places[0]
		l.places = l.places[1:]
		ctx, cancel := context.WithTimeout(l.srv.ctx, mediaPatience)
		to, err := l.srv.connect(ctx, at.Transport, at.Addr, name)
		cancel()
		if err == nil {
			return to, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// elsewhere tries the next place of a trunk where this one failed (RFC 3263
// §4.3), false if there is none, or if somebody has rung already. The request is the
// same, in another transaction.
func (l *Leg) elsewhere(why string) bool {
	if l.rang || l.session.remote != nil || len(l.places) == 0 {
		return false
	}
	last := l.invite
	to, err := l.nextPlace(serverName(last.req))
	if err != nil {
		l.log.Warn("the other places of a trunk cannot be reached", "trunk", l.name, "error", err)
		return false
	}
	l.log.Warn("a call goes to the next place of its trunk", "trunk", l.name, "place", flowName(to.flow()), "because", flowName(last.link.flow())+": "+why)
	if !l.mediaFor(to) {
		return true // it is over
	}
	last.giveUp()
	l.state = calling
	g := &l.dlg
	g.link, g.target, g.routes = to, targetOver(last.req.Recipient, to), nil
	g.remoteTag, g.remote = "", *last.req.To()
	req := anew(last.req, last.req.CSeq().SeqNo)
	req.Recipient = g.target
	req.ReplaceHeader(l.contact(to))
	req.SetBody(l.session.local)
	l.sendInvite(to, req)
	return true
}

// mediaFor opens the media anew if we have another address for a far side than
// for the last; false ends the leg.
func (l *Leg) mediaFor(to link) bool {
	if l.srv.mediaAt(to.flow()) == l.srv.mediaAt(l.dlg.link.flow()) {
		return true
	}
	ctx, cancel := l.patience()
	err := l.session.media.Close(ctx)
	cancel()
	if err == nil {
		l.session.media = nil
		err = l.openMedia(to, nil)
	}
	if err != nil {
		_, cause := mediaFailure(err)
		l.invite.giveUp()
		l.state = over
		l.ended(cause, 0, errText("no media", err))
	}
	return err == nil
}

// giveUp leaves an INVITE to itself: what comes of it late is ended.
func (x *exchange) giveUp() {
	x.given.Store(true)
	x.leg.Store(nil)
	x.tx.quiet()
}

// serverName is whose certificate a trunk shows, by the URI that it is asked for.
func serverName(req *sip.Request) string { return Peer{Host: req.Recipient.Host}.name() }
