package calltest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/daemon"
)

// act is something that somebody does. It tells what, or "" if nobody could.
type act struct {
	weight int
	do     func(*house) string
}

// draw picks an act.
func (h *house) draw() act {
	acts := []act{
		{16, (*house).actCall},
		{4, (*house).actCancel},
		{14, (*house).actProgress},
		{14, (*house).actAnswer},
		{5, (*house).actRefuse},
		{8, (*house).actPRACK},
		{4, (*house).actBye},
		{1, (*house).actByeOfAll},
		{8, (*house).actReinvite},
		{4, (*house).actUpdate},
		{4, (*house).actInside},
		{3, (*house).actOutside},
		{3, (*house).actStray},
		{1, (*house).actSecondAnswer},
		{1, (*house).actDeaf},
		{2, (*house).actRegister},
		{1, (*house).actOperator},
		{1, (*house).actOriginate},
		{1, (*house).actReload},
		{1, (*house).actKill},
		{2, (*house).actWeather},
		{1, (*house).actListen},
		{5, (*house).actRefer},
		{3, (*house).actReplace},
		{6, (*house).actHub},
		{1, (*house).actLock},
		{3, (*house).actWatch},
	}
	all := 0
	for _, a := range acts {
		all += a.weight
	}
	n := h.rng.IntN(all)
	for _, a := range acts {
		if n -= a.weight; n < 0 {
			return a
		}
	}
	return acts[0]
}

func pick[T any](h *house, from []T) T { return from[h.rng.IntN(len(from))] }

// in draws true once in n.
func (h *house) in(n int) bool { return h.rng.IntN(n) == 0 }

// some draws a talk that is in one of the stages, nil if none is.
func (h *house) some(stages ...stage) *half {
	var all []*half
	for _, p := range h.phones {
		for _, t := range p.talks {
			if slices.Contains(stages, t.stage) && !p.isDeaf() {
				all = append(all, t)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return pick(h, all)
}

func (t *half) name() string { return t.p.number + " " + t.id }

func (h *house) actCall() string {
	p := pick(h, h.phones)
	numbers := []string{"101", "102", "103", "104", "105", "700", "701", "800", "*43", "999", "+447700900", "+447700901", "+33144", "*78", "*79", "*72103", "*73", "*90104", "*71", "*70", "*80102", "*80105", "702", "702", "*28", "911"}
	if p.provider {
		numbers = []string{"+4930555101", "+4930555102", "+4930555103", "+49305550", "+447700900", "+39"}
	}
	number := pick(h, numbers)
	if p.isDeaf() || len(p.talks) > 5 {
		return ""
	}
	t := h.call(p, number)
	return t.name() + " calls " + number
}

// call makes a call.
func (h *house) call(p *wild, number string) *half { return h.callWith(p, number, nil) }

// callWith makes a call with an INVITE that is changed before it leaves.
func (h *house) callWith(p *wild, number string, edit func(*raw.Message)) *half {
	target := "sip:" + number + "@plugboard"
	if p.provider {
		target = "sip:" + number + "@10.0.0.1"
	}
	t := &half{
		p: p, id: p.token("call"), tag: p.token("t"), target: target, remote: "<" + target + ">", out: true,
		byesIn: map[string]bool{}, silent: map[string]bool{},
	}
	t.local = fmt.Sprintf("<sip:%s@plugboard>;tag=%s", p.number, t.tag)
	m := t.inside("INVITE")
	if !h.polite {
		switch h.rng.IntN(8) {
		case 0:
			m.Add("Require", "100rel")
		case 1, 2:
			m.Add("Supported", "100rel, timer")
		case 3:
			m.Add("Supported", "timer")
			m.Add("Session-Expires", pick(h, []string{"30", "90", "90;refresher=uas", "120;refresher=uac", "x"}))
		}
		for _, what := range []string{"ACK", "PRACK", "BYE"} {
			t.silent[what] = h.in(30)
		}
	}
	if h.polite || !h.in(6) {
		t.describe(m, "sendrecv")
		h.distort(m)
	}
	if edit != nil {
		edit(m)
	}
	p.talks = append(p.talks, t)
	t.made = p.ask(t, m, func(r *raw.Message) {
		if r.Status() >= 300 {
			t.stage = overNow
		}
	})
	return t
}

// distort makes an unusual description, now and then.
func (h *house) distort(m *raw.Message) {
	if h.polite || !h.in(8) {
		return
	}
	switch h.rng.IntN(5) {
	case 0:
		m.Body += "m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
	case 1:
		m.Body = strings.Replace(m.Body, "RTP/AVP 0", "RTP/AVP 18", 1)
	case 2:
		m.Body = m.Body[:strings.Index(m.Body, "m=")] + "m=image 4004 udptl t38\r\n"
	case 3:
		m.Body = "v=0\r\nnonsense"
	case 4:
		m.Body = strings.Replace(m.Body, "m=audio 4", "m=audio 0 RTP/AVP 0\r\nm=audio 4", 1)
	}
}

func (h *house) actCancel() string {
	t := h.some(calls)
	if t == nil {
		return ""
	}
	h.cancel(t)
	return t.name() + " gives up"
}

// cancel sends a CANCEL, which waits until something has come (RFC 3261, section
// 9.1).
func (h *house) cancel(t *half) {
	if t.made.final != nil || t.made.cancelled || !t.made.provisional {
		return
	}
	t.made.cancelled = true
	invite := t.made.req
	m := &raw.Message{Start: strings.Replace(invite.Start, "INVITE", "CANCEL", 1)}
	for _, name := range []string{"Via", "Max-Forwards", "From", "To", "Call-ID"} {
		m.Add(name, invite.Get(name))
	}
	m.Add("CSeq", strings.Replace(invite.Get("CSeq"), "INVITE", "CANCEL", 1))
	if h.in(3) {
		m.Add("Reason", `SIP;cause=200;text="Call completed elsewhere"`)
	}
	t.p.ask(t, m, nil)
}

// gaveUp is what a phone does whose INVITE was cancelled: it says so, or has just
// answered.
func (h *house) gaveUp(s *served) {
	if !h.polite && h.in(6) {
		h.answer(s.talk)
		return
	}
	s.talk.p.say(s, s.talk.p.response(s, 487, "Request Terminated"))
	s.talk.stage = overNow
}

func (h *house) actProgress() string {
	t := h.some(rings)
	if t == nil {
		return ""
	}
	status := pick(h, []int{180, 180, 180, 183, 183, 181, 182, 199})
	m := t.p.response(t.got, status, pick(h, []string{"So", "And So"}))
	if (status == 183 || h.in(10)) && t.offered && !h.in(3) {
		t.describe(m, "sendrecv")
	}
	reliable := strings.Contains(t.got.req.Get("Supported"), "100rel") && h.in(3)
	if reliable {
		t.rseq += 1 + h.rng.IntN(2)*h.rng.IntN(2) // now and then one is missing
		m.Add("Require", "100rel")
		m.Add("RSeq", fmt.Sprint(t.rseq))
	}
	t.p.say(t.got, m)
	return fmt.Sprintf("%s: %d, described %v, reliable %v", t.name(), status, m.Body != "", reliable)
}

func (h *house) actAnswer() string {
	t := h.some(rings)
	if t == nil {
		return ""
	}
	h.answer(t)
	return t.name() + " answers"
}

// answer says 200.
func (h *house) answer(t *half) {
	if t.stage != rings || t.got.final() != 0 {
		return
	}
	m := t.p.response(t.got, 200, "OK")
	if h.polite || !h.in(25) {
		t.describe(m, "sendrecv")
		h.distort(m)
	}
	if !h.polite && h.in(4) {
		m.Add("Session-Expires", pick(h, []string{"1800;refresher=uac", "90;refresher=uac", "90;refresher=uas", "7"}))
	}
	if !h.polite {
		t.silent["BYE"] = h.in(30)
	}
	t.p.say(t.got, m)
	t.stage, t.told = upNow, true
}

func (h *house) actRefuse() string {
	t := h.some(rings)
	if t == nil {
		return ""
	}
	status := pick(h, []int{486, 486, 603, 480, 404, 503, 500, 302, 408, 488, 422, 401, 600, 699, 487})
	m := t.p.response(t.got, status, "No")
	switch status {
	case 302:
		m.Add("Contact", pick(h, []string{"<sip:103@plugboard>", "<sip:104@10.0.0.1>", "<tel:+44>", "<sip:102@10.0.0.1>"}))
	case 422:
		m.Add("Min-SE", pick(h, []string{"2000", "90", "x"}))
	case 401:
		m.Add("WWW-Authenticate", `Digest realm="r", nonce="n"`)
	}
	t.p.say(t.got, m)
	t.stage = overNow
	return fmt.Sprintf("%s refuses with %d", t.name(), status)
}

func (h *house) actPRACK() string {
	var all []*half
	for _, p := range h.phones {
		for _, t := range p.talks {
			if len(t.rack) > 0 && !p.isDeaf() && !t.silent["PRACK"] {
				all = append(all, t)
			}
		}
	}
	if len(all) == 0 {
		return ""
	}
	t := pick(h, all)
	r := t.rack[0]
	t.rack = t.rack[1:]
	m := t.inside("PRACK")
	rack := r.Get("RSeq") + " " + r.Get("CSeq")
	if h.in(12) {
		rack = pick(h, []string{"1 1 INVITE", "x", r.Get("RSeq") + " 99 INVITE", ""})
	}
	m.Add("RAck", rack)
	if r.Body != "" && t.made.req.Body == "" && !h.in(10) || h.in(15) {
		t.describe(m, "sendrecv")
		h.distort(m)
	}
	t.p.ask(t, m, nil)
	return t.name() + " acknowledges " + rack
}

func (h *house) actBye() string {
	t := h.some(upNow)
	if h.in(8) {
		t = h.some(calls, rings) // too early
	}
	if t == nil || t.byeOut != nil {
		return ""
	}
	h.bye(t)
	return t.name() + " says goodbye"
}

// bye says BYE. What it means before an answer is the far side's to say.
func (h *house) bye(t *half) {
	m := t.inside("BYE")
	if !h.polite && h.in(3) {
		m.Add("Reason", pick(h, []string{`Q.850;cause=16`, `SIP;cause=480;text="x, y"`, `;;"`, `Q.850;cause=999`}))
	}
	a := t.p.ask(t, m, nil)
	if t.stage != upNow {
		return
	}
	t.byeOut = a
}

func (h *house) actByeOfAll() string {
	var said []string
	for _, p := range h.phones {
		for _, t := range p.talks {
			if t.stage == upNow && t.byeOut == nil && !p.isDeaf() && h.in(2) {
				h.bye(t)
				said = append(said, t.name())
			}
		}
	}
	if said == nil {
		return ""
	}
	return strings.Join(said, ", ") + " say goodbye at once"
}

func (h *house) actReinvite() string {
	t := h.some(upNow)
	if h.in(12) {
		t = h.some(calls, rings)
	}
	if t == nil || t.remoteTag == "" || t.byeOut != nil && !h.in(4) {
		return ""
	}
	m := t.inside("INVITE")
	dir := pick(h, []string{"sendonly", "inactive", "sendrecv", "recvonly", ""})
	if dir != "" {
		t.describe(m, dir)
		h.distort(m)
	}
	if h.in(6) {
		m.Add("Supported", "timer")
		m.Add("Session-Expires", pick(h, []string{"90", "20"}))
	}
	t.p.ask(t, m, nil)
	return t.name() + " asks again: " + dir
}

func (h *house) actUpdate() string {
	t := h.some(upNow, calls, rings)
	if t == nil || t.remoteTag == "" {
		return ""
	}
	m := t.inside("UPDATE")
	if h.in(2) {
		t.describe(m, pick(h, []string{"sendonly", "sendrecv"}))
		h.distort(m)
	}
	t.p.ask(t, m, nil)
	return t.name() + " updates"
}

func (h *house) actInside() string {
	t := h.some(upNow, upNow, upNow, calls, rings)
	if t == nil || t.remoteTag == "" {
		return ""
	}
	method := pick(h, []string{"INFO", "INFO", "MESSAGE", "OPTIONS", "REFER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "PRACK", "FOO"})
	m := t.inside(method)
	switch method {
	case "INFO":
		m.Add("Content-Type", "application/dtmf-relay")
		m.Body = "Signal=" + pick(h, []string{"1", "#", "*", "x"}) + "\r\nDuration=100\r\n"
	case "MESSAGE":
		m.Add("Content-Type", pick(h, []string{"text/plain", "text/html"}))
		m.Body = "hello"
	}
	t.p.ask(t, m, nil)
	return t.name() + " says " + method
}

func (h *house) actOutside() string {
	p := pick(h, h.phones)
	if p.isDeaf() {
		return ""
	}
	method := pick(h, []string{"OPTIONS", "MESSAGE", "SUBSCRIBE", "BYE", "INFO", "PRACK", "UPDATE", "FOO", "REFER"})
	m := p.outside(method, "sip:102@plugboard")
	if method == "MESSAGE" {
		m.Add("Content-Type", "text/plain")
		m.Body = "hello"
	}
	p.ask(nil, m, nil)
	return p.number + " says " + method + " outside of a call"
}

// actStray is what belongs to nothing, or should not be said where it is.
func (h *house) actStray() string {
	t := h.some(calls, rings, upNow)
	if t == nil {
		return ""
	}
	p := t.p
	switch h.rng.IntN(6) {
	case 0: // an ACK that nobody waits for
		if t.stage == calls || t.stage == rings { // it would acknowledge a 200 that is on its way
			return ""
		}
		m := t.inside("ACK")
		p.write(m)
		return t.name() + ": a stray ACK"
	case 1: // a request of the past
		if t.remoteTag == "" {
			return ""
		}
		seq := t.seq
		t.seq = 0
		m := t.inside(pick(h, []string{"INFO", "BYE", "INVITE", "UPDATE"}))
		t.seq = seq
		p.ask(t, m, nil)
		return t.name() + ": an old request: " + m.Start
	case 2: // from somebody else
		m := t.inside(pick(h, []string{"BYE", "INVITE", "CANCEL", "INFO"}))
		m.Set("From", "<sip:x@plugboard>;tag=x")
		if m.Method() == "INVITE" && t.remoteTag == "" {
			return ""
		}
		p.ask(t, m, nil)
		return t.name() + ": of another tag: " + m.Start
	case 3: // an answer that was given before, and another
		if t.got == nil || t.got.last == nil {
			return ""
		}
		m := p.response(t.got, pick(h, []int{180, 200, 486, 100}), "Again")
		if t.got.final() == 0 && m.Status() >= 200 {
			return ""
		}
		t.deaf = t.deaf || m.Status() == 200 // who answers twice may be hung up twice
		p.write(m)
		return t.name() + ": a late " + m.Start
	case 4: // an answer to nothing
		m := t.inside("BYE")
		r := p.response(&served{req: m}, 200, "OK")
		p.write(r)
		return p.number + ": an answer to nothing"
	default:
		_ = p.sock.Send([]byte(pick(h, []string{"\r\n\r\n", "INVITE sip:x SIP/2.0\r\n\r\n", "SIP/2.0 200 OK\r\n\r\n", "\x80\x00"})), h.w.addr)
		return p.number + ": rubbish"
	}
}

// actSecondAnswer is another branch of a fork that answers, too.
func (h *house) actSecondAnswer() string {
	t := h.some(upNow)
	if t == nil || t.got == nil || time.Until(t.got.until) < 25*time.Second {
		return ""
	}
	b := &half{
		p: t.p, id: t.id, tag: t.p.token("t"), remoteTag: t.remoteTag, remote: t.remote, target: t.target, seq: 300,
		stage: upNow, byesIn: map[string]bool{}, silent: map[string]bool{}, told: true,
	}
	b.local, _, _ = strings.Cut(t.local, ";tag=")
	b.local += ";tag=" + b.tag
	s := &served{req: t.got.req, talk: b}
	b.got = s
	m := t.p.response(s, 200, "OK")
	b.describe(m, "sendrecv")
	t.p.order = append(t.p.order, s)
	t.p.talks = append(t.p.talks, b)
	t.p.say(s, m)
	return t.name() + ": another branch answers as " + b.tag
}

func (h *house) actDeaf() string {
	p := pick(h, h.phones)
	d := time.Duration(h.rng.IntN(40000)) * time.Millisecond
	p.deaf = time.Now().Add(d)
	for _, t := range p.talks {
		t.deaf = true
	}
	return fmt.Sprintf("%s is deaf for %v", p.number, d)
}

func (h *house) actRegister() string {
	p := pick(h, h.phones)
	if p.provider || p.isDeaf() {
		return ""
	}
	expires := pick(h, []int{0, 86400, 86400, 60})
	p.register(expires, nil)
	return fmt.Sprintf("%s registers for %d s", p.number, expires)
}

func (h *house) actOperator() string {
	live := h.w.Calls()
	if len(live) == 0 {
		return ""
	}
	c := pick(h, live)
	_ = h.w.PBX.Calls.Hangup(c.ID, pick(h, []call.Cause{call.Normal, call.Busy, call.Denied}), operator)
	return "the operator ends the call of " + c.From + " to " + c.To
}

func (h *house) actOriginate() string {
	from, to := pick(h, []string{"101", "102", "105", "199"}), pick(h, []string{"103", "*43", "700", "+447700900"})
	_, err := h.w.PBX.Calls.Originate(call.Origination{From: from, To: to}, operator)
	return fmt.Sprintf("the operator calls %s for %s: %v", to, from, err)
}

func (h *house) actReload() string {
	h.other = !h.other
	h.w.Write(modelSite(h.other))
	if _, err := h.w.PBX.Reload(context.Background()); err != nil {
		h.fault("reload: %v", err)
	}
	return "the configuration is changed"
}

func (h *house) actKill() string {
	if err := h.w.PBX.KillPlugin(daemon.LegPlugin); err != nil {
		return "the plugin cannot be killed: " + err.Error()
	}
	return "the plugin is killed"
}

// actWeather changes the network: it loses, repeats or delays, or works again.
func (h *house) actWeather() string {
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(h.seed, h.rng.Uint64()))
	roll := func(n int) int {
		mu.Lock()
		defer mu.Unlock()
		return dice.IntN(n)
	}
	h.w.Net.Drop(nil)
	h.w.Net.Repeat(nil)
	h.w.Net.Delay(nil)
	switch h.rng.IntN(4) {
	case 0:
		h.w.Net.Drop(func(d Datagram) bool { return isSIP(d.Data) && roll(12) == 0 })
		return "the network loses"
	case 1:
		h.w.Net.Repeat(func(d Datagram) []time.Duration {
			if !isSIP(d.Data) || roll(6) > 0 {
				return nil
			}
			return []time.Duration{time.Duration(roll(50)) * time.Millisecond}
		})
		return "the network repeats"
	case 2:
		h.w.Net.Delay(func(d Datagram) time.Duration {
			if !isSIP(d.Data) || roll(6) > 0 {
				return 0
			}
			return time.Duration(roll(300)) * time.Millisecond
		})
		return "the network overtakes"
	}
	return "the network works"
}

// asked answers a request in a dialog, or one of none.
func (h *house) asked(p *wild, s *served) {
	t := s.talk
	method := s.req.Method()
	if t == nil {
		p.say(s, p.response(s, pick(h, []int{200, 200, 405}), "So"))
		return
	}
	odd := !h.polite && h.in(5)
	switch method {
	case "BYE":
		if t.byeOut != nil && t.byeOut.final != nil && t.byeOut.final.Status() == 200 && !t.deaf {
			h.fault("%s: BYE after its own was answered", t.name())
		}
		t.byesIn[key(s.req)] = true
		if (t.stage == calls || t.stage == rings) && !t.deaf {
			h.fault("%s: BYE before the answer", t.name())
		}
		t.stage = overNow
		if !t.silent["BYE"] {
			p.say(s, p.response(s, 200, "OK"))
		}
	case "INVITE", "UPDATE":
		if odd {
			p.say(s, p.response(s, pick(h, []int{491, 488, 481, 500, 408, 405}), "No"))
			return
		}
		m := p.response(s, 200, "OK")
		if s.req.Body != "" || method == "INVITE" {
			t.describe(m, "sendrecv")
			h.distort(m)
		}
		if se := s.req.Get("Session-Expires"); se != "" {
			until, _, _ := strings.Cut(se, ";")
			m.Add("Session-Expires", until+";refresher=uac")
		}
		p.say(s, m)
	case "NOTIFY":
		if t.stage == watches {
			t.notified(s.req)
		}
		status := 200
		if odd {
			status = pick(h, []int{481, 500, 489, 200})
		}
		p.say(s, p.response(s, status, "So"))
	case "PRACK":
		if !t.silent["PRACK"] {
			p.say(s, p.response(s, 200, "OK"))
		}
	default:
		if odd {
			p.say(s, p.response(s, pick(h, []int{405, 481, 500}), "No"))
			return
		}
		p.say(s, p.response(s, 200, "OK"))
	}
}
