package sip

import (
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
)

// named is a dialog as Replaces names it (RFC 3891 §6.1).
type named struct {
	callID, toTag, fromTag string
	early                  bool // early-only
}

// replacesOf reads the value of a Replaces header.
func replacesOf(value string) (named, bool) {
	parts := strings.Split(value, ";")
	d := named{callID: strings.TrimSpace(parts[0])}
	for _, p := range parts[1:] {
		name, v, _ := strings.Cut(p, "=")
		v = strings.TrimSpace(v)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "to-tag":
			d.toTag = v
		case "from-tag":
			d.fromTag = v
		case "early-only":
			d.early = true
		}
	}
	return d, d.callID != "" && d.toTag != "" && d.fromTag != ""
}

// legNamed is the leg of a dialog, nil if there is none. Whose tag is "to" depends
// on who looks at the dialog: for whoever holds the other end of a call it is ours,
// for whoever watches a phone's lamp it is that phone's.
func (s *Server) legNamed(d named) *Leg {
	for _, tags := range [][2]string{{d.toTag, d.fromTag}, {d.fromTag, d.toTag}} {
		l := s.legBy(tags[0])
		if l == nil || l.dlg.callID != d.callID {
			continue
		}
		if theirs := l.remoteTag.Load(); theirs != nil && *theirs == tags[1] {
			return l
		}
	}
	return nil
}

// replaces finds what an INVITE with Replaces wants to take the place of
// (RFC 3891 §3). Who may do that is the hub's to say.
func (s *Server) replaces(req *sip.Request, trunk bool) (of call.Leg, early bool, no *refusal) {
	n := 0
	var value string
	for _, h := range req.Headers() {
		if strings.EqualFold(h.Name(), "Replaces") {
			n++
			value = h.Value()
		}
	}
	switch {
	case n == 0:
		return nil, false, nil
	case trunk: // that would be a way into anybody's call
		return nil, false, refuse(403, "Trunks Do Not Replace Calls")
	case n > 1:
		return nil, false, refuse(400, "More Than One Replaces")
	}
	d, ok := replacesOf(value)
	if !ok {
		return nil, false, refuse(400, "Bad Replaces")
	}
	l := s.legNamed(d)
	if l == nil {
		return nil, false, refuse(481, "")
	}
	return l, d.early, nil
}
