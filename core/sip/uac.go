package sip

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"net/textproto"
	"slices"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/trunk"
	"github.com/plugboard/plugboard/sdk/leg"
)

// Dial implements [call.Dialer].
func (s *Server) Dial(_ context.Context, d call.Dial, inbox call.Inbox) ([]call.Leg, error) {
	if d.MaxForwards <= 0 {
		return nil, &call.Error{Cause: call.Loop, Text: "the call went through too many switches"}
	}
	if d.Trunk != nil {
		lg := s.outgoing(d, call.KindTrunk, d.Trunk.Name, d.Number, inbox)
		lg.asked = s.opts.Directory.Format(d.Trunk, d.Number)
		lg.sounds(d.Trunk.Media)
		if !s.keep(lg, func() { lg.dialTrunk(d) }) {
			return nil, &call.Error{Cause: call.Congestion, Text: "the switch is closing"}
		}
		return []call.Leg{lg}, nil
	}
	var legs []call.Leg
	for _, b := range s.opts.Registrar.Bindings(d.Extension.Number) {
		to := s.links.find(b.Flow)
		anew := to == nil && returns(b)
		if !anew && (to == nil || !to.alive()) {
			continue
		}
		var target sip.Uri
		if err := sip.ParseUri(b.Contact, &target); err != nil {
			s.log.Error("a binding's contact cannot be parsed", "contact", b.Contact, "error", err)
			continue
		}
		lg := s.outgoing(d, call.KindExtension, d.Extension.Name, d.Extension.Number, inbox)
		lg.sounds(d.Extension.Media)
		lg.asked = unescaped(target.User)
		if !s.keep(lg, func() {
			if anew {
				to = lg.reconnect(b)
			}
			if to != nil {
				lg.dialPhone(d, to, target)
			}
		}) {
			break
		}
		legs = append(legs, lg)
	}
	if len(legs) == 0 {
		return nil, &call.Error{Cause: call.Unavailable, Text: fmt.Sprintf("no phone of %s is registered", d.Extension.Path())}
	}
	return legs, nil
}

// outgoing makes a leg to ring.
func (s *Server) outgoing(d call.Dial, kind call.Kind, name, number string, inbox call.Inbox) *Leg {
	lg := s.newLeg(d.Call, kind, name, number, "ringing", false)
	lg.state = calling
	lg.tell = inbox
	lg.dlg.callID, lg.dlg.localTag = newTag()+newTag(), newTag()
	return lg
}

// dialPhone rings one device over the flow that it registered on.
func (l *Leg) dialPhone(d call.Dial, to link, target sip.Uri) {
	l.dlg.pinned, l.dlg.aor = true, d.Extension.Number
	l.shown = shownAs(dialplan.Party{Number: d.CallerNumber, Name: d.CallerName, Private: d.Private})
	host, _ := l.srv.hostOf(to)
	if domain := l.srv.opts.Settings().Domain; domain != "" {
		host = domain
	}
	l.dial(d, to, target, host)
}

// dialTrunk finds out where a trunk is, and sends the call there.
func (l *Leg) dialTrunk(d call.Dial) {
	ctx, cancel := context.WithTimeout(l.srv.ctx, timeout)
	defer cancel()
	l.dlg.trunk = d.Trunk
	peer, err := l.srv.opts.Directory.Peer(ctx, d.Trunk)
	if err != nil {
		l.unreachable(errText("where "+d.Trunk.Path()+" is", err))
		return
	}
	l.places = append([]trunk.Target{{Transport: peer.Transport, Addr: peer.Addr}}, peer.Then...)
	to, err := l.nextPlace(peer.name())
	if err != nil {
		l.unreachable(errText("connecting to "+d.Trunk.Path(), err))
		return
	}
	target := sip.Uri{Scheme: "sip", User: escaped(l.asked)}
	target.Host, target.Port = peer.split()
	host, _ := l.srv.hostOf(to)
	if domain := l.srv.opts.Settings().Domain; peer.Credentials != nil {
		host = target.Host
	} else if strings.Contains(domain, ".") {
		host = domain
	}
	l.dial(d, to, targetOver(target, to), host)
}

// targetOver is a URI as it is sent over a link.
func targetOver(target sip.Uri, to link) sip.Uri {
	target.UriParams = nil
	if t := to.flow().Transport; t != "udp" {
		target.UriParams = sip.HeaderParams{{K: "transport", V: t}}
	}
	return target
}

func (l *Leg) unreachable(text string) {
	l.log.Warn("cannot dial", "error", text)
	l.state = over
	l.ended(call.Unavailable, 0, text)
}

// dial opens the media and sends the INVITE with its offer.
func (l *Leg) dial(d call.Dial, to link, target sip.Uri, host string) {
	if err := l.openMedia(to, nil); err != nil {
		_, cause := mediaFailure(err)
		l.log.Warn("no media to dial with", "error", err)
		l.state = over
		l.ended(cause, 0, errText("no media", err))
		return
	}
	from, identity := l.identify(d, host)
	g := &l.dlg
	g.link, g.target, g.sips = to, target, target.Scheme == "sips"
	g.local = from
	g.remote = sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: target.User, Host: target.Host, Port: target.Port}}
	if d.Extension != nil { // the phone knows itself by its number, whatever its contact is
		g.remote.Address = sip.Uri{Scheme: "sip", User: d.Extension.Number, Host: host}
	}

	req := g.request(sip.INVITE, 0)
	mf := sip.MaxForwardsHeader(d.MaxForwards - 1)
	req.ReplaceHeader(&mf)
	req.AppendHeader(l.contact(to))
	req.AppendHeader(sip.NewHeader("Allow", allow))
	req.AppendHeader(sip.NewHeader("Supported", supported))
	req.AppendHeader(sip.NewHeader("Session-Expires", seconds(interval)))
	req.AppendHeader(sip.NewHeader("Min-SE", seconds(minInterval)))
	if ua := l.srv.opts.Settings().UserAgent; ua != "" {
		req.AppendHeader(sip.NewHeader("User-Agent", ua))
	}
	for _, h := range append(identity, l.srv.diverted(d, host)...) {
		req.AppendHeader(h)
	}
	if d.Intercom {
		for _, h := range byItself(host) {
			req.AppendHeader(h)
		}
	}
	if d.ReferredBy != "" && d.Extension != nil { // RFC 3892
		req.AppendHeader(sip.NewHeader("Referred-By", "<sip:"+escaped(d.ReferredBy)+"@"+host+">"))
	}
	for _, name := range slices.Sorted(maps.Keys(d.Headers)) {
		if isToken(name) && strings.EqualFold(name[:min(2, len(name))], "x-") {
			req.AppendHeader(sip.NewHeader(textproto.CanonicalMIMEHeaderKey(name), oneLine(d.Headers[name], maxHeader)))
		}
	}
	if d.Trunk != nil {
		if marks := l.srv.marks(d.Call); marks != "" {
			req.AppendHeader(sip.NewHeader(loopHeader, marks))
		}
	}
	setSDP(req, l.session.local)
	l.sendInvite(to, req)
}

// sendInvite sends the INVITE of the leg to one place.
func (l *Leg) sendInvite(to link, req *sip.Request) {
	l.invite = &exchange{proof: l.proofs()}
	prove(req, l.invite.proof)
	l.srv.via(req, to)
	l.exchange(to, req, l.invite)
	if len(l.places) > 0 {
		l.again.set(&l.box, placePatience, func() {
			if l.state == calling {
				l.elsewhere("no answer")
			}
		})
	}
}

// maxHeader bounds the X- headers that are passed on.
const maxHeader = 1024

// isToken says whether a name can be a header's.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if ('a' > c || c > 'z') && ('A' > c || c > 'Z') && !isTokenMark(c) {
			return false
		}
	}
	return s != ""
}

// escaped is a user part as a URI may hold it (RFC 3261 §25.1).
func escaped(user string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(user) {
		c := user[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.!~*'()&=+$,;?/", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
		}
	}
	return b.String()
}

// split is the host, in brackets if it is IPv6, and the port, 0 for the usual
// one.
func (p Peer) split() (host string, port int) {
	if addr, err := netip.ParseAddrPort(p.Host); err == nil && addr.Addr().Is6() {
		return "[" + addr.Addr().String() + "]", int(addr.Port())
	}
	if host, digits, ok := strings.Cut(p.Host, ":"); ok && !strings.HasPrefix(host, "[") && !strings.Contains(digits, ":") {
		return host, atoi(digits)
	}
	return p.Host, 0
}

// name is whose certificate the trunk must show over TLS.
func (p Peer) name() string {
	host, _ := p.split()
	return strings.Trim(host, "[]")
}

func atoi(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' || n > 65535 {
			return 0
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// known shows what the far side says that it is, by the first of some headers.
func (l *Leg) known(msg interface{ Headers() []sip.Header }, headers ...string) {
	for _, name := range headers {
		if v := header(msg, name); v != "" {
			l.show(func(i *call.LegInfo) { i.UserAgent = phrase(v) })
			return
		}
	}
}

// inviteAnswered takes a response to the INVITE of an outgoing leg.
func (l *Leg) inviteAnswered(res *sip.Response) {
	l.known(res, "User-Agent", "Server")
	switch l.state {
	case calling, ringing:
		switch {
		case res.StatusCode < 200:
			l.progressed(res)
		case res.StatusCode < 300:
			l.answeredBy(res)
		case l.challenged(l.invite, res), l.withLonger(res):
		case res.StatusCode == sip.StatusServiceUnavailable && l.elsewhere("503 "+res.Reason):
		default:
			l.state, l.because, l.sentOn = over, reasonsIn(res), l.redirected(res)
			l.ended(dialplan.CauseOf(res.StatusCode, l.rang), res.StatusCode, res.Reason)
		}
	case cancelling:
		switch {
		case res.StatusCode < 200:
			l.cancelInvite()
		case res.StatusCode < 300: // it crossed our CANCEL
			l.invite.stray(l.srv, res)
			l.state = over
		default:
			l.state = over
		}
	case up:
		if res.StatusCode < 200 || res.StatusCode >= 300 {
			return
		}
		l.invite.stray(l.srv, res) // the 200 came again, or another branch answered as well
	default:
	}
}

// redirected is the number that a phone sends the call on to (RFC 3261 §8.1.3.4),
// "" if it does not. Where a trunk would send it is not asked: that could be
// anywhere, at our cost.
func (l *Leg) redirected(res *sip.Response) string {
	if l.kind != call.KindExtension {
		return ""
	}
	switch res.StatusCode {
	case 300, 301, 302:
	default:
		return ""
	}
	for _, h := range res.Headers() {
		if c, ok := h.(*sip.ContactHeader); ok && (isSIP(&c.Address) || c.Address.Scheme == "tel") {
			if to := addressOf("", &c.Address); to.user != "" {
				return to.user
			}
		}
	}
	return ""
}

// progressed takes a provisional response.
func (l *Leg) progressed(res *sip.Response) {
	l.state = ringing
	l.again.stop()
	if res.StatusCode == sip.StatusTrying {
		return
	}
	rseq := rseqOf(res)
	if rseq > 0 && !l.inOrder(res, rseq) {
		return
	}
	if tagOf(res.To().Params) != "" && (res.Contact() != nil || rseq > 0) {
		l.dlg.established(res) // an early dialog; the one that answers counts in the end
	}
	if rseq > 0 {
		l.acknowledgeEarly(res, rseq)
	}
	sdp := sdpOf(res)
	switch {
	case res.StatusCode == sip.StatusRinging:
		if !l.rings {
			l.rang, l.rings = true, true
			l.news(call.News{What: call.Ringing})
		}
	case res.StatusCode == 181 || res.StatusCode == 182:
		how := call.Forwarded
		if res.StatusCode == 182 {
			how = call.Queued
		}
		l.rings = false // it may ring again
		l.news(call.News{What: how, Text: wordsOf(res)})
	case sdp == nil:
		l.news(call.News{What: call.Proceeding, Text: wordsOf(res)})
	}
	if sdp == nil || l.session.remote != nil {
		return
	}
	if err := l.takeAnswer(sdp); err != nil {
		l.log.Warn("early media that cannot be used", "error", err)
		l.news(call.News{What: call.Proceeding})
		return // the answer may be better
	}
	l.session.remote = sdp
	l.show(func(i *call.LegInfo) { i.State = "early" })
	l.news(call.News{What: call.Early})
}

// wordsOf is the reason phrase of a response, "" if it is the usual one.
func wordsOf(res *sip.Response) string {
	if strings.EqualFold(res.Reason, reasonOf(res.StatusCode)) {
		return ""
	}
	return phrase(res.Reason)
}

// answeredBy takes the 2xx that makes the call.
func (l *Leg) answeredBy(res *sip.Response) {
	if res.Contact() == nil {
		l.log.Warn("a 200 without Contact; the call goes where the INVITE went")
	}
	early := l.dlg.remoteTag
	l.dlg.established(res)
	l.acknowledge(l.invite, res)
	l.state = up
	l.session.updates = listed(header(res, "Allow"), "UPDATE")
	l.agreedInterval(res)
	sdp := sdpOf(res)
	same := string(sdp) == string(l.session.remote) && early == l.dlg.remoteTag
	switch {
	case sdp == nil && l.session.remote == nil:
		l.bye(call.End{Cause: call.NoCodec})
		l.ended(call.NoCodec, res.StatusCode, "it answered without a session description")
		return
	case sdp != nil && !same:
		if err := l.takeAnswer(sdp); err != nil && !(errors.Is(err, leg.ErrState) && l.session.remote != nil) {
			_, cause := mediaFailure(err)
			l.bye(call.End{Cause: cause})
			l.ended(cause, res.StatusCode, errText("its answer", err))
			return
		}
		l.session.remote = sdp
	}
	l.showUp()
	l.news(call.News{What: call.Answered})
}

// inviteFailed takes that no response came, or that the INVITE could not be
// sent.
func (l *Leg) inviteFailed(err error) {
	switch l.state {
	case calling, ringing:
		if l.elsewhere(err.Error()) {
			return
		}
		l.state = over
		text := "no answer to the INVITE from " + flowName(l.invite.link.flow())
		if !errors.Is(err, errTimeout) {
			text = err.Error()
		}
		l.ended(call.Unavailable, 0, text)
	case cancelling:
		l.state = over
	default:
	}
}

// cancelInvite cancels the INVITE once it may: a CANCEL must not overtake it
// (RFC 3261 §9.1).
func (l *Leg) cancelInvite() {
	if l.invite == nil {
		l.state = over // it was never sent
		return
	}
	if l.cancelSent || !l.invite.tx.proceeding() {
		return
	}
	l.cancelSent = true
	l.srv.txs.request(l.invite.link, cancelOf(l.invite.req, cancelReason(l.why)), l.callNow(), nil, nil)
	// Whoever answers the CANCEL and not the INVITE is not waited for.
	l.again.set(&l.box, timeout, func() {
		if l.state == cancelling {
			l.invite.tx.finish()
			l.state = over
		}
	})
}
