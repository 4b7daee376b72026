package sip

import (
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
)

const (
	// minSubscription and maxSubscription bound for how long somebody
	// subscribes. The longest is how long a lamp may be wrong at most after a
	// crash of ours: then the phone subscribes anew.
	minSubscription = 30 * time.Second
	maxSubscription = 15 * time.Minute
	// maxSubscriptions bounds those of one extension: a desk with several
	// hundred keys, on each of its devices.
	maxSubscriptions = 2000
	// allSubscriptions bounds those of all. Each keeps about 4 kB.
	allSubscriptions = 50000
)

// subscribe takes a SUBSCRIBE that begins a subscription, or with Expires 0
// looks once (RFC 6665 §4.2.1, §4.4.3).
func (s *Server) subscribe(l link, tx *serverTx) {
	req := tx.req
	if s.trunkOf(l, req) != nil {
		s.answer(tx, 403, "Lamps Are for Extensions Only")
		return
	}
	if s.draining.Load() {
		s.answer(tx, 503, "", retryAfterDrain())
		return
	}
	pack, event := s.packageOf(req)
	if pack == nil {
		s.answer(tx, 489, "", sip.NewHeader("Allow-Events", allowEvents))
		return
	}
	by := s.authenticate(tx)
	if by == nil {
		return
	}
	if !takes(header(req, "Accept"), pack.kind) {
		s.answer(tx, 406, "", sip.NewHeader("Accept", pack.kind))
		return
	}
	term, ok := s.term(tx)
	if !ok {
		return
	}
	c := req.Contact()
	if c == nil || c.Address.Wildcard || !isSIP(&c.Address) || c.Address.Host == "" {
		s.answer(tx, 400, "Bad Contact")
		return
	}
	user := unescaped(req.Recipient.User)
	of, cause := s.opts.Directory.Watched(by, pack.name, user)
	if cause != "" {
		s.answer(tx, statusOf(cause), "")
		return
	}
	n := &subscription{
		srv: s, by: by.Number, pack: pack, event: event, of: of,
		view: view{user: user, host: hostText(&req.Recipient)}, until: time.Now().Add(term),
	}
	n.dlg.callID, n.dlg.localTag = req.CallID().Value(), tx.tag
	n.dlg.accept(req, l)
	n.dlg.pinned, n.dlg.aor = true, by.Number
	switch s.subs.add(n) {
	case tooMany:
		s.log.Warn("an extension has too many subscriptions", "extension", by.Path(), "subscriptions", maxSubscriptions)
		s.answer(tx, 403, "Too Many Subscriptions")
		return
	case noRoom:
		s.answer(tx, 503, "", retryAfterDrain())
		return
	}
	n.accepted(tx, term)
}

// term is for how long a SUBSCRIBE asks, within our bounds; false if it was
// refused. Without Expires it is the longest.
func (s *Server) term(tx *serverTx) (time.Duration, bool) {
	v := header(tx.req, "Expires")
	if v == "" {
		return maxSubscription, true
	}
	d := min(time.Duration(expiresOf(v))*time.Second, maxSubscription)
	if d > 0 && d < minSubscription {
		s.answer(tx, 423, "", sip.NewHeader("Min-Expires", seconds(minSubscription)))
		return 0, false
	}
	return d, true
}

// hostText is the host of a URI, with the port that it names.
func hostText(uri *sip.Uri) string {
	host := strings.ToLower(uri.Host)
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is6() {
		host = "[" + host + "]"
	}
	if uri.Port > 0 {
		host += ":" + itoa(uri.Port)
	}
	return host
}

// resubscribe takes a SUBSCRIBE in a subscription's dialog: it goes on, or with
// Expires 0 ends (RFC 6665 §4.2.1.2, §4.4.1).
func (s *Server) resubscribe(l link, tx *serverTx, n *subscription) {
	req := tx.req
	if req.Method != sip.SUBSCRIBE {
		s.answer(tx, 405, "", sip.NewHeader("Allow", string(sip.SUBSCRIBE)))
		return
	}
	if pack, event := s.packageOf(req); pack != n.pack || event != n.event {
		// One dialog has one subscription (RFC 6665 §4.5.2).
		s.answer(tx, 403, "A Subscription Needs a Dialog of Its Own")
		return
	}
	by := s.authenticate(tx)
	if by == nil {
		return
	}
	if by.Number != n.by {
		s.answer(tx, 403, "Not Your Subscription")
		return
	}
	term, ok := s.term(tx)
	if !ok {
		return
	}
	switch n.refresh(l, req, term) {
	case gone:
		s.answer(tx, 481, "")
	case outOfOrder:
		s.answer(tx, 500, "CSeq Too Low")
	case refreshed:
		n.accepted(tx, term)
	}
}

// accepted answers a SUBSCRIBE with 200, and sends NOTIFY, whether there is
// something new or not (RFC 6665 §4.2.1.2).
func (n *subscription) accepted(tx *serverTx, term time.Duration) {
	c := n.srv.contact(n.view.user, tx.link)
	n.srv.answer(tx, 200, "", c, sip.NewHeader("Expires", seconds(term)), sip.NewHeader("Allow-Events", allowEvents))
	if term == 0 {
		n.end(timedOut)
		return
	}
	n.begin()
}

// subscriptionOf finds the subscription whose dialog a request is in, nil if
// there is none.
func (s *Server) subscriptionOf(tag string, req *sip.Request) *subscription {
	n := s.subs.by(tag)
	if n == nil || n.dlg.callID != req.CallID().Value() || n.remoteTag() != tagOf(req.From().Params) {
		return nil
	}
	return n
}

// Unsubscribe ends what an extension has subscribed to; its phones have to prove
// anew who they are.
func (s *Server) Unsubscribe(number string) {
	for _, n := range s.subs.all() {
		if n.by == number {
			n.end(deactivated)
		}
	}
}

// Resubscribe looks through the subscriptions after a change of the
// configuration: those to what is there no more end.
func (s *Server) Resubscribe() {
	for _, n := range s.subs.all() {
		by, _, ok := s.opts.Directory.Extension(n.by)
		if !ok {
			continue // it is told to go; see Unsubscribe
		}
		n.reconsider(by)
	}
}

// reconsider ends a subscription to what is there no more.
func (n *subscription) reconsider(by *dialplan.Extension) {
	of, cause := n.srv.opts.Directory.Watched(by, n.pack.name, n.view.user)
	switch {
	case cause == call.Denied:
		n.end(rejected)
	case cause != "":
		n.end(noResource)
	case of != n.of:
		n.end(deactivated) // the same name is another's now
	}
}

// Subscriptions counts those that live, by event package.
func (s *Server) Subscriptions() map[string]int {
	count := map[string]int{}
	for _, p := range s.subs.packages {
		count[p.name] = 0
	}
	for _, n := range s.subs.all() {
		count[n.pack.name]++
	}
	return count
}
