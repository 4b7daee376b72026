package sip

import (
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/presence"
)

// eventPackage is one of those that can be subscribed to (RFC 6665 §5).
type eventPackage struct {
	name string
	kind string // the type of its bodies
	// body is what a snapshot is to one subscriber. told is the snapshot that it
	// has, nil if it has none.
	body func(v view, now, told *presence.Snapshot) []byte
}

// view is what of a body is a subscription's own.
type view struct {
	user, host string // of the watched one's URI, as the subscriber writes it
	version    uint32 // of its documents so far
}

// packages are those that are built: of calls (RFC 4235), of presence
// (RFC 3856), of a mailbox (RFC 3842).
func packages() []*eventPackage {
	return []*eventPackage{
		{name: "dialog", kind: "application/dialog-info+xml", body: dialogInfo},
		{name: "presence", kind: "application/pidf+xml", body: pidf},
		{name: "message-summary", kind: "application/simple-message-summary", body: messageSummary},
	}
}

// allowEvents is the list of packages, for Allow-Events.
const allowEvents = "dialog, presence, message-summary"

// eventOf reads an Event header: the package, and the id that tells
// subscriptions of one dialog apart, "" if it has none (RFC 6665 §8.2.1).
func eventOf(value string) (name, id string) {
	name, rest, _ := strings.Cut(value, ";")
	for p := range strings.SplitSeq(rest, ";") {
		if k, v, ok := strings.Cut(p, "="); ok && strings.EqualFold(strings.TrimSpace(k), "id") {
			if v = strings.TrimSpace(v); isToken(v) {
				id = v
			}
		}
	}
	return strings.ToLower(strings.TrimSpace(name)), id
}

// eventValue writes what eventOf reads.
func eventValue(name, id string) string {
	if id == "" {
		return name
	}
	return name + ";id=" + id
}

// packageOf finds what a SUBSCRIBE is about, nil if that is not built.
func (s *Server) packageOf(req *sip.Request) (p *eventPackage, event string) {
	name, id := eventOf(header(req, "Event", "o"))
	for _, p := range s.subs.packages {
		if p.name == name {
			return p, eventValue(name, id)
		}
	}
	return nil, ""
}

// takes says whether an Accept header takes a type; without one all is taken.
func takes(accept, kind string) bool {
	if accept == "" {
		return true
	}
	major, _, _ := strings.Cut(kind, "/")
	for one := range strings.SplitSeq(accept, ",") {
		one, _, _ = strings.Cut(one, ";")
		switch one = strings.TrimSpace(one); {
		case strings.EqualFold(one, kind), one == "*/*", strings.EqualFold(one, major+"/*"):
			return true
		}
	}
	return false
}
