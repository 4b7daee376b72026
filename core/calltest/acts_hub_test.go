package calltest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/sdk/audio"
)

// The acts of the model that move calls: transfers and pickup by phones, what an
// operator does with a call and with a conference, and lamps.

// replaces names a dialog as its own side does (RFC 3891, section 3).
func (t *half) replaces() string {
	return fmt.Sprintf("%s;to-tag=%s;from-tag=%s", t.id, t.remoteTag, t.tag)
}

// actRefer is a transfer by a phone: to a number, into a call of its own, into one
// of somebody else, or into nothing.
func (h *house) actRefer() string {
	t, consulted := h.some(upNow), h.consultation()
	if t == nil {
		return ""
	}
	if consulted != nil && h.in(2) {
		t = consulted
	}
	m := t.inside("REFER")
	to := pick(h, []string{"101", "102", "103", "105", "700", "800", "*43", "999", "+447700900"})
	refer := "<sip:" + to + "@plugboard>"
	switch h.rng.IntN(6) {
	case 0, 1, 2:
		if other := h.beside(t); other != nil && other != t && other.remoteTag != "" && (other.p == t.p || h.in(3)) {
			to = "into " + other.name()
			refer = "<sip:x@plugboard?Replaces=" + url.QueryEscape(other.replaces()) + ">"
		}
	case 3:
		refer = pick(h, []string{"<tel:+44>", "nonsense", "<sip:102@plugboard;method=BYE>", "<sip:102@plugboard?Replaces=x>"})
		to = refer
	}
	m.Add("Refer-To", refer)
	t.p.ask(t, m, func(r *raw.Message) {
		if r.Status() < 300 && h.in(2) && t.byeOut == nil && t.stage == upNow && !t.p.isDeaf() {
			h.bye(t) // it does not wait for how it ends
		}
	})
	return t.name() + " transfers to " + to
}

// consultation is a talk of a phone that has another one besides.
func (h *house) consultation() *half {
	var all []*half
	for _, p := range h.phones {
		for _, t := range p.talks {
			if t.stage == upNow && t.byeOut == nil && !p.isDeaf() && slices.ContainsFunc(p.talks, func(o *half) bool { return o != t && o.stage == upNow }) {
				all = append(all, t)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return pick(h, all)
}

// beside is another talk: of the same phone, if it has one, or anybody's.
func (h *house) beside(t *half) *half {
	var all []*half
	for _, o := range t.p.talks {
		if o != t && o.stage == upNow {
			all = append(all, o)
		}
	}
	if len(all) == 0 || h.in(4) {
		return h.some(upNow, calls)
	}
	return pick(h, all)
}

// actReplace is an INVITE that wants the place of a party: of one's own, or of a
// stranger.
func (h *house) actReplace() string {
	of := h.some(upNow, rings, calls)
	p := pick(h, h.phones)
	if of == nil || of.remoteTag == "" || p.isDeaf() || len(p.talks) > 5 {
		return ""
	}
	value := of.replaces()
	if h.in(3) { // as a lamp shows it
		value = fmt.Sprintf("%s;to-tag=%s;from-tag=%s", of.id, of.tag, of.remoteTag)
	}
	if h.in(5) {
		value += ";early-only"
	}
	t := h.callWith(p, pick(h, []string{"101", "102", "103"}), func(m *raw.Message) { m.Add("Replaces", value) })
	return t.name() + " wants the place of " + of.name()
}

// actHub is what an operator does with a live call.
func (h *house) actHub() string {
	live := h.w.Calls()
	if len(live) == 0 {
		return ""
	}
	sw := h.w.PBX.Calls
	c := pick(h, live)
	for range 2 { // one that is up is better
		if c.State != "up" {
			c = pick(h, live)
		}
	}
	leg := ""
	if len(c.Legs) > 0 && !h.in(3) {
		l := pick(h, c.Legs)
		leg = pick(h, []string{l.ID, l.Number})
	}
	other := h.sharing(live, c)
	var err error
	var said string
	switch h.rng.IntN(9) {
	case 0:
		to := pick(h, []string{"102", "103", "700", "*43", "999", "+447700900"})
		said, err = "transfers to "+to, sw.Transfer(c.ID, call.Transfer{Leg: leg, To: to}, operator)
	case 1:
		said, err = "transfers into "+other.ID, sw.Transfer(c.ID, call.Transfer{Leg: leg, Into: other.ID}, operator)
	case 2:
		said, err = "joins into "+other.ID, sw.Join(other.ID, c.ID, operator)
	case 3:
		said = "adds"
		_, err = sw.Add(c.ID, call.Addition{To: pick(h, []string{"102", "105", "+447700900", "999"}), For: leg}, operator)
	case 4:
		said, err = "holds", sw.Hold(c.ID, leg, operator)
	case 5:
		said, err = "resumes", sw.Resume(c.ID, leg, operator)
	case 6:
		said, err = "mutes", sw.Mute(c.ID, leg, h.in(2), operator)
	case 7:
		said, err = "presses keys", sw.DTMF(c.ID, leg, "12#", operator)
	case 8:
		said, err = "kicks", sw.Kick(c.ID, leg, "kick", call.Normal, operator)
	}
	return fmt.Sprintf("the operator %s: leg %q of %s to %s: %v", said, leg, c.From, c.To, err)
}

// sharing is another call with one of the same people in it, or any.
func (h *house) sharing(live []call.Info, c call.Info) call.Info {
	for _, o := range live {
		for _, l := range o.Legs {
			if o.ID != c.ID && slices.ContainsFunc(c.Legs, func(m call.LegInfo) bool { return m.Name == l.Name }) && !h.in(3) {
				return o
			}
		}
	}
	return pick(h, live)
}

// eavesdropper takes what a party says and hears, and must be told when that is over.
type eavesdropper struct {
	over bool
}

func (l *eavesdropper) Take(uint64, *audio.Frame, *audio.Frame) {}
func (l *eavesdropper) End()                                    { l.over = true }

func (h *house) actListen() string {
	live := h.w.Calls()
	if len(live) == 0 {
		return ""
	}
	c := pick(h, live)
	if len(c.Legs) == 0 {
		return ""
	}
	l := &eavesdropper{}
	id := pick(h, c.Legs).ID
	if err := h.w.PBX.Calls.Tap(c.ID, id, l); err != nil {
		return "nobody listens: " + err.Error()
	}
	if h.in(2) {
		h.w.PBX.Calls.Untap(c.ID, id, l)
	} else {
		h.taps = append(h.taps, l)
	}
	return "somebody listens to " + id
}

func (h *house) actLock() string {
	on := h.in(2)
	return fmt.Sprintf("the operator locks the conference, %v: %v", on, h.w.PBX.Calls.Lock("daily", on, operator))
}

// actWatch subscribes to a lamp, or goes on or ends a subscription.
func (h *house) actWatch() string {
	var watching []*half
	for _, p := range h.phones {
		for _, t := range p.talks {
			if t.stage == watches && !p.isDeaf() && t.remoteTag != "" {
				watching = append(watching, t)
			}
		}
	}
	if len(watching) > 0 && h.in(2) {
		t := pick(h, watching)
		return t.name() + " watches for " + h.watch(t, pick(h, []string{"0", "30", "900", "5"}))
	}
	p := pick(h, h.phones)
	if p.isDeaf() || len(p.talks) > 8 {
		return ""
	}
	target := "sip:" + pick(h, []string{"101", "102", "103", "700", "800", "199"}) + "@plugboard"
	t := &half{
		p: p, id: p.token("watch"), tag: p.token("t"), target: target, remote: "<" + target + ">", out: true, stage: watches,
		byesIn: map[string]bool{}, silent: map[string]bool{}, event: pick(h, []string{"dialog", "dialog", "presence", "message-summary", "nonsense"}),
	}
	t.local = fmt.Sprintf("<sip:%s@plugboard>;tag=%s", p.number, t.tag)
	p.talks = append(p.talks, t)
	return t.name() + " begins to watch for " + h.watch(t, pick(h, []string{"0", "60", "900", "900", "3"})) + ": " + target
}

func (h *house) watch(t *half, expires string) string {
	m := t.inside("SUBSCRIBE")
	m.Add("Event", t.event)
	m.Add("Expires", expires)
	first := t.remoteTag == ""
	t.p.ask(t, m, func(r *raw.Message) {
		switch {
		case r.Status() >= 300 && !first && r.Status() != 481: // it goes on (RFC 6665, section 4.1.2.2)
		case r.Status() >= 300:
			t.stage = overNow
		default:
			t.remoteTag, t.remote = raw.Param(r.Get("To"), "tag"), r.Get("To")
			if c := r.Get("Contact"); c != "" {
				t.target = raw.URI(c)
			}
		}
	})
	return expires + " s"
}

// notified takes a NOTIFY of a lamp.
func (t *half) notified(m *raw.Message) {
	t.remoteTag, t.remote = raw.Param(m.Get("From"), "tag"), m.Get("From")
	if strings.HasPrefix(m.Get("Subscription-State"), "terminated") {
		t.stage = overNow
	}
}
