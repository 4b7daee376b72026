package sip

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/presence"
)

// watching subscribes, and takes the first NOTIFY.
func (p *phone) watching(target, event string, extra ...string) (ok, notify message) {
	p.t.Helper()
	m := p.request("SUBSCRIBE", target, append([]string{"Event: " + event, "Expires: 600"}, extra...)...)
	ok = p.do(m)
	if ok.what() != "200" {
		p.t.Fatalf("SUBSCRIBE got %s", ok)
	}
	p.callID, p.local, p.seq = m.get("Call-ID"), m.get("From"), m.seq()+1
	p.took(ok)
	return ok, p.notified()
}

// notified takes a NOTIFY and answers it.
func (p *phone) notified() message {
	p.t.Helper()
	n := p.expect("NOTIFY")
	p.respond(n, "200 OK")
	return n
}

// lamp is the states that a dialog-info names, its version and whether it is
// whole.
func lamp(t *testing.T, m message) string {
	t.Helper()
	d := parsedInfo(t, m.body)
	var s []string
	for _, x := range d.Dialogs {
		s = append(s, x.State.Text)
	}
	return fmt.Sprintf("%d %s %s", d.Version, d.State, strings.Join(s, " "))
}

type infoDoc struct {
	XMLName xml.Name `xml:"urn:ietf:params:xml:ns:dialog-info dialog-info"`
	Version uint32   `xml:"version,attr"`
	State   string   `xml:"state,attr"`
	Entity  string   `xml:"entity,attr"`
	Dialogs []struct {
		ID        string `xml:"id,attr"`
		CallID    string `xml:"call-id,attr"`
		LocalTag  string `xml:"local-tag,attr"`
		RemoteTag string `xml:"remote-tag,attr"`
		Direction string `xml:"direction,attr"`
		State     struct {
			Text string `xml:",chardata"`
			Code string `xml:"code,attr"`
		} `xml:"state"`
		Local  infoParty `xml:"local"`
		Remote infoParty `xml:"remote"`
	} `xml:"dialog"`
}

type infoParty struct {
	Identity struct {
		Display string `xml:"display,attr"`
		URI     string `xml:",chardata"`
	} `xml:"identity"`
	Target struct {
		URI   string `xml:"uri,attr"`
		Param struct {
			Name  string `xml:"pname,attr"`
			Value string `xml:"pval,attr"`
		} `xml:"param"`
	} `xml:"target"`
}

func parsedInfo(t *testing.T, body string) (d infoDoc) {
	t.Helper()
	if err := xml.Unmarshal([]byte(body), &d); err != nil {
		t.Fatalf("%v in\n%s", err, body)
	}
	return d
}

// A lamp from its first NOTIFY to its last: rung, answered, held, hung up.
func TestRFC4235LampOfAPhone(t *testing.T) {
	virtual(t, func(b *bed) {
		watcher, c := b.phone("101", "203.0.113.1:5060"), b.phone("102", "203.0.113.2:5060")
		b.server.opts.Lamps.Reachable("102", true)
		c.register()
		ok, first := watcher.watching("sip:102@192.0.2.1:5060", "dialog;id=7")
		if ok.get("Expires") != "600" || tagIn(ok.get("To")) == "" || ok.get("Contact") == "" {
			t.Errorf("%s", ok)
		}
		if first.get("Event") != "dialog;id=7" || first.get("Subscription-State") != "active;expires=600" || first.get("CSeq") != "1 NOTIFY" ||
			!strings.HasPrefix(first.start, "NOTIFY sip:101@203.0.113.1:5060 ") || first.get("Content-Type") != "application/dialog-info+xml" ||
			tagIn(first.get("From")) != tagIn(ok.get("To")) {
			t.Errorf("%s", first)
		}
		if got := lamp(t, first); got != "0 full terminated" {
			t.Errorf("idle: %s", got)
		}
		out := b.dial("call-1", "102")
		invite := c.rung()
		c.respond(invite, "180 Ringing")
		b.hears(out, call.Ringing)
		n := watcher.notified()
		if got := lamp(t, n); got != "1 full early" {
			t.Errorf("ringing: %s", got)
		}
		d := parsedInfo(t, n.body)
		x := d.Dialogs[0]
		if d.Entity != "sip:102@192.0.2.1:5060" || x.Direction != "recipient" || x.CallID != invite.get("Call-ID") ||
			x.LocalTag != tagIn(c.local) || x.RemoteTag != tagIn(invite.get("From")) ||
			x.Remote.Identity.Display != "Anna" || x.Remote.Identity.URI != "sip:101@192.0.2.1:5060" || x.Remote.Target.URI != x.Remote.Identity.URI ||
			x.Local.Identity.URI != d.Entity {
			t.Errorf("%s", n.body)
		}
		c.answer()
		b.hears(out, call.Answered)
		c.expect("ACK")
		if got := lamp(t, watcher.notified()); got != "2 full confirmed" {
			t.Errorf("answered: %s", got)
		}
		c.send(c.inside("BYE").bytes())
		c.expect("200")
		b.hears(out, call.Ended)
		if got := lamp(t, watcher.notified()); got != "3 full terminated" {
			t.Errorf("hung up: %s", got)
		}
		watcher.quiet(time.Minute)
		time.Sleep(8 * time.Minute)
		// It ends by itself.
		if n := watcher.notified(); n.get("Subscription-State") != "terminated;reason=timeout" {
			t.Errorf("%s", n)
		}
		if n := b.server.Subscriptions()["dialog"]; n != 0 {
			t.Errorf("%d subscriptions are left", n)
		}
		watcher.send(watcher.inside("SUBSCRIBE", "Event: dialog;id=7").bytes())
		watcher.expect("481")
	})
}

// What cannot be subscribed to, and how it is refused.
func TestRFC6665Refused(t *testing.T) {
	virtual(t, func(b *bed) {
		p, trunk := b.phone("101", "203.0.113.1:5060"), b.phone("trunk", trunkAddr)
		for _, c := range []struct {
			name, target, status string
			edit                 func(*message)
			header, value        string
		}{
			{"another package", "sip:102@pbx", "489", func(m *message) { m.set("Event", "as-feature-event") }, "Allow-Events", allowEvents},
			{"no Event", "sip:102@pbx", "489", func(m *message) { m.drop("Event") }, "Allow-Events", allowEvents},
			{"nobody", "sip:199@pbx", "404", nil, "", ""},
			{"too brief", "sip:102@pbx", "423", func(m *message) { m.set("Expires", "29") }, "Min-Expires", "30"},
			{"another type", "sip:102@pbx", "406", func(m *message) { m.add("Accept: application/sdp, text/plain") }, "Accept", "application/dialog-info+xml"},
			{"no Contact", "sip:102@pbx", "400", func(m *message) { m.drop("Contact") }, "", ""},
			{"any Contact", "sip:102@pbx", "400", func(m *message) { m.set("Contact", "*") }, "", ""},
			{"a list", "sip:102@pbx", "420", func(m *message) { m.add("Require: eventlist") }, "Unsupported", "eventlist"},
			{"a dialog that is none", "sip:102@pbx", "481", func(m *message) { m.set("To", "<sip:102@pbx>;tag=none") }, "", ""},
		} {
			m := p.request("SUBSCRIBE", c.target, "Event: dialog", "Expires: 600")
			if c.edit != nil {
				c.edit(&m)
			}
			if r := p.do(m); r.what() != c.status || r.get(c.header) != c.value {
				t.Errorf("%s: %s", c.name, r)
			}
			p.quiet(time.Second)
		}
		if r := p.do(p.request("PUBLISH", "sip:101@pbx", "Event: presence")); r.what() != "405" || strings.Contains(r.get("Allow"), "PUBLISH") {
			t.Errorf("PUBLISH: %s", r)
		}
		if r := trunk.do(trunk.request("SUBSCRIBE", "sip:102@pbx", "Event: dialog")); r.what() != "403" {
			t.Errorf("a trunk: %s", r)
		}
		wrong := b.phone("103", "203.0.113.3:5060")
		wrong.secret = "wrong"
		if r := wrong.do(wrong.request("SUBSCRIBE", "sip:102@pbx", "Event: dialog")); r.what() != "401" {
			t.Errorf("a wrong secret: %s", r)
		}
	})
}

// A look: Expires 0 outside of a dialog. And the longest term.
func TestRFC6665Section4_4_3Fetch(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("101", "203.0.113.1:5060")
		ok, n := p.watching("sip:102@pbx", "dialog", "X: y")
		if ok.get("Expires") != "600" || n.get("Subscription-State") != "active;expires=600" {
			t.Errorf("%s\n%s", ok, n)
		}
		m := p.request("SUBSCRIBE", "sip:102@pbx", "Event: presence", "Expires: 0", "Accept: application/xpidf+xml, */*")
		if r := p.do(m); r.what() != "200" || r.get("Expires") != "0" {
			t.Errorf("%s", r)
		}
		if n := p.notified(); n.get("Subscription-State") != "terminated;reason=timeout" || !strings.Contains(n.body, "<basic>closed</basic>") {
			t.Errorf("%s\n%s", n, n.body)
		}
		p.quiet(time.Second)
		m = p.request("SUBSCRIBE", "sip:102@pbx", "o: dialog", "Expires: 4294967295")
		if r := p.do(m); r.get("Expires") != "900" {
			t.Errorf("%s", r)
		}
		p.notified()
	})
}

// A subscription is made longer, by its own extension only and in order, and
// each time all is told anew; then it is ended by the phone.
func TestRFC6665Refresh(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("101", "203.0.113.1:5060")
		p.watching("sip:102@pbx", "dialog")
		time.Sleep(9 * time.Minute)
		again := func(extra ...string) message {
			return p.inside("SUBSCRIBE", append([]string{"Event: dialog"}, extra...)...)
		}
		if r := p.do(again("Expires: 600")); r.what() != "200" {
			t.Fatalf("%s", r)
		}
		p.seq++
		if n := p.notified(); n.get("CSeq") != "2 NOTIFY" || n.get("Subscription-State") != "active;expires=600" || lamp(t, n) != "1 full terminated" {
			t.Errorf("%s\n%s", n, n.body)
		}
		p.quiet(9 * time.Minute)
		if r := p.do(again("Expires: 5")); r.what() != "423" {
			t.Errorf("%s", r)
		}
		p.seq -= 3
		if r := p.do(again()); r.what() != "500" {
			t.Errorf("out of order: %s", r)
		}
		p.seq += 20
		if r := p.do(p.inside("SUBSCRIBE", "Event: presence")); r.what() != "403" {
			t.Errorf("another event: %s", r)
		}
		p.seq += 2
		other := *p
		other.name, other.secret = "103", "secret-103"
		if r := other.do(again()); r.what() != "403" {
			t.Errorf("another extension: %s", r)
		}
		p.seq += 20
		if r := p.do(p.inside("NOTIFY", "Event: dialog")); r.what() != "405" {
			t.Errorf("NOTIFY: %s", r)
		}
		p.seq += 2
		if r := p.do(again("Expires: 0")); r.what() != "200" {
			t.Errorf("%s", r)
		}
		if n := p.notified(); n.get("Subscription-State") != "terminated;reason=timeout" {
			t.Errorf("%s", n)
		}
		p.seq += 2
		if r := p.do(again()); r.what() != "481" {
			t.Errorf("%s", r)
		}
		p.quiet(15 * time.Minute)
	})
}

// Who does not take its NOTIFY is forgotten: at once where it says so, else when
// nothing came for 32 s. A phone in trouble is told all the next time.
func TestRFC6665Section4_2_2WatcherIsGone(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("101", "203.0.113.1:5060")
		lamps := b.server.opts.Lamps
		left := func() int { synctest.Wait(); return b.server.Subscriptions()["dialog"] }
		p.watching("sip:102@pbx", "dialog")
		ring := presence.Dialog{ID: "1", CallID: "c", Phase: presence.Early}
		lamps.Dialog("102", ring)
		p.respond(p.expect("NOTIFY"), "481 Gone")
		time.Sleep(time.Second)
		if n := left(); n != 0 {
			t.Errorf("after 481 %d are left", n)
		}
		p.watching("sip:102@pbx", "dialog")
		ring.Phase = presence.Confirmed
		lamps.Dialog("102", ring)
		p.respond(p.expect("NOTIFY"), "503 Busy")
		time.Sleep(time.Second)
		lamps.Dialog("102", presence.Dialog{ID: "2", CallID: "d", Phase: presence.Early})
		if got := lamp(t, p.notified()); got != "2 full early confirmed" {
			t.Errorf("after 503: %s", got)
		}
		ring.Phase = presence.Terminated
		lamps.Dialog("102", ring)
		for range 11 { // RFC 3261 §17.1.2: E
			p.expect("NOTIFY")
		}
		if n := left(); n != 1 {
			t.Errorf("before the end %d are left", n)
		}
		time.Sleep(4 * time.Second)
		if n := left(); n != 0 {
			t.Errorf("after 32 s %d are left", n)
		}
	})
}

// One NOTIFY is on its way at a time, and the next one says what is then; in a
// minute there are not more than the pace allows.
func TestNotifyNewestWins(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("101", "203.0.113.1:5060")
		lamps := b.server.opts.Lamps
		p.watching("sip:102@pbx", "dialog")
		dialog := presence.Dialog{ID: "1", CallID: "c", Phase: presence.Early}
		lamps.Dialog("102", dialog)
		n := p.expect("NOTIFY")
		dialog.Phase = presence.Confirmed
		lamps.Dialog("102", dialog)
		dialog.Held = true
		lamps.Dialog("102", dialog)
		p.quiet(400 * time.Millisecond)
		p.respond(n, "200 OK")
		n = p.notified()
		if got := lamp(t, n); got != "2 full confirmed" || parsedInfo(t, n.body).Dialogs[0].Local.Target.Param.Value != "no" {
			t.Errorf("%s\n%s", got, n.body)
		}
		time.Sleep(10 * time.Second)
		var last message
		count := 0
		stop := time.Now().Add(time.Minute)
		for i := 0; time.Now().Before(stop); i++ {
			dialog.Held = i%2 == 0
			lamps.Dialog("102", dialog)
			if m, ok := p.next(100 * time.Millisecond); ok {
				p.respond(m, "200 OK")
				last, count = m, count+1
			}
		}
		if count < 55 || count > 65 {
			t.Errorf("%d NOTIFYs in a minute", count)
		}
		lamps.Dialog("102", presence.Dialog{ID: "1", Phase: presence.Terminated})
		last = p.notified()
		if got := lamp(t, last); !strings.HasSuffix(got, "full terminated") {
			t.Errorf("%s", got)
		}
	})
}

// Of many dialogs only what changed is sent, as long as nothing was missed, and
// where that is shorter.
func TestRFC4235PartialState(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("101", "203.0.113.1:5060")
		lamps := b.server.opts.Lamps
		p.watching("sip:102@pbx", "dialog")
		step := func(id string, phase presence.Phase, want string) {
			t.Helper()
			time.Sleep(2 * time.Second)
			lamps.Dialog("102", presence.Dialog{ID: id, CallID: "c" + id, Phase: phase, Initiator: id == "2"})
			if got := lamp(t, p.notified()); got != want {
				t.Errorf("%s %s: %s, want %s", id, phase, got, want)
			}
		}
		step("1", presence.Confirmed, "1 full confirmed")
		step("2", presence.Trying, "2 partial trying")
		step("3", presence.Early, "3 partial early")
		step("2", presence.Terminated, "4 partial terminated")
		step("3", presence.Terminated, "5 partial terminated")
		step("1", presence.Terminated, "6 full terminated")
	})
}

// When the server closes, phones are asked to come back in a while.
func TestRFC6665Probation(t *testing.T) {
	virtual(t, func(b *bed) {
		p, q := b.phone("101", "203.0.113.1:5060"), b.phone("102", "203.0.113.2:5060")
		p.watching("sip:102@pbx", "dialog")
		q.watching("sip:101@pbx", "presence")
		b.server.Drain()
		if r := p.do(p.request("SUBSCRIBE", "sip:102@pbx", "Event: presence")); r.what() != "503" || r.get("Retry-After") == "" {
			t.Errorf("while it drains: %s", r)
		}
		b.stop()
		for _, x := range []*phone{p, q} {
			if n := x.notified(); !strings.HasPrefix(n.get("Subscription-State"), "terminated;reason=probation;retry-after=") {
				t.Errorf("%s", n)
			}
		}
	})
}

// A reload takes what is watched away, or the watcher's secret.
func TestRFC6665EndedByTheConfiguration(t *testing.T) {
	virtual(t, func(b *bed) {
		p, q := b.phone("101", "203.0.113.1:5060"), b.phone("103", "203.0.113.3:5060")
		p.watching("sip:102@pbx", "dialog")
		q.watching("sip:101@pbx", "dialog")
		b.server.Resubscribe()
		p.quiet(time.Second)
		delete(b.exts, "102")
		b.server.Resubscribe()
		if n := p.notified(); n.get("Subscription-State") != "terminated;reason=noresource" {
			t.Errorf("%s", n)
		}
		b.server.Unsubscribe("103")
		if n := q.notified(); n.get("Subscription-State") != "terminated;reason=deactivated" {
			t.Errorf("%s", n)
		}
		p.quiet(time.Second)
	})
}

// Behind NAT, and over a connection, NOTIFY goes back by the road that the
// SUBSCRIBE came over, also by the one that a phone has opened anew.
func TestRFC5626NotifyGoesBackOverTheFlow(t *testing.T) {
	virtual(t, func(b *bed) {
		lamps := b.server.opts.Lamps
		p := b.phone("101", "203.0.113.1:61234")
		m := p.request("SUBSCRIBE", "sip:102@pbx", "Event: dialog")
		m.set("Contact", "<sip:101@192.168.1.7:5060>")
		m.set("Via", "SIP/2.0/UDP 192.168.1.7:5060;branch=z9hG4bKnat;rport")
		p.do(m)
		if n := p.notified(); n.start != "NOTIFY sip:101@192.168.1.7:5060 SIP/2.0" {
			t.Errorf("%s", n)
		}
		q, conn := b.phoneTCP("103", "203.0.113.3:40000")
		q.register()
		q.watching("sip:102@pbx", "dialog")
		lamps.Reachable("102", true)
		p.notified()
		if n := q.notified(); !strings.HasPrefix(n.get("Via"), "SIP/2.0/TCP ") {
			t.Errorf("%s", n)
		}
		conn.Close()
		time.Sleep(time.Second)
		mine, theirs := pipe("203.0.113.3:40001", pbxAddr)
		b.listener.in <- theirs
		again := b.phoneOn("103", "203.0.113.3:40000", mine)
		again.register()
		lamps.Reachable("102", false)
		p.notified()
		again.local = q.local
		if n := again.notified(); n.get("Call-ID") != q.callID {
			t.Errorf("%s", n)
		}
	})
}

// A listener that the configuration has no more takes its subscriptions along.
func TestRFC6665ListenerLeaves(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("101", "203.0.113.1:5060")
		p.watching("sip:102@pbx", "dialog")
		b.server.Leave("udp")
		if n := p.expect("NOTIFY"); n.get("Subscription-State") != "terminated;reason=deactivated" {
			t.Errorf("%s", n)
		}
	})
}

// A mailbox's lamp (RFC 3842).
func TestRFC3842MessageSummary(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("101", "203.0.113.1:5060")
		_, n := p.watching("sip:101@pbx", "message-summary")
		if n.body != "Messages-Waiting: no\r\nMessage-Account: sip:101@pbx\r\nVoice-Message: 0/0 (0/0)\r\n" || n.get("Content-Type") != "application/simple-message-summary" {
			t.Errorf("%s\n%s", n, n.body)
		}
		b.server.opts.Lamps.Messages("101", "*97", presence.Counts{New: 2, NewUrgent: 1, Heard: 8})
		if n := p.notified(); n.body != "Messages-Waiting: yes\r\nMessage-Account: sip:*97@pbx\r\nVoice-Message: 2/8 (1/0)\r\n" {
			t.Errorf("%s", n.body)
		}
	})
}

// FuzzEvent: what is read of an Event header is written so that it reads the
// same, and harms no header.
func FuzzEvent(f *testing.F) {
	for _, s := range []string{"dialog", "Presence;id=7", "dialog ; id = a\r\nb", "dialog;sla;id=1;id=2", ";id=", "message-summary;x=\"a;id=3\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, id := eventOf(s)
		n2, i2 := eventOf(eventValue(name, id))
		if !strings.ContainsAny(name, "; ") && (n2 != name || i2 != id) {
			t.Errorf("%q: %q %q, then %q %q", s, name, id, n2, i2)
		}
		if strings.ContainsAny(id, "\r\n;=") {
			t.Errorf("%q: id %q", s, id)
		}
	})
}

// FuzzLamp: whatever a party is called, the document is one, and names it.
func FuzzLamp(f *testing.F) {
	f.Add("102", "pbx", "+4930123", `Anna "<&>' Müller`)
	f.Add("*78", "192.0.2.1:5070", "", "\x00\xff")
	f.Fuzz(func(t *testing.T, user, host, number, name string) {
		now := &presence.Snapshot{State: presence.State{Reachable: true, Dialogs: []presence.Dialog{
			{ID: "1", CallID: host, LocalTag: name, RemoteTag: number, Phase: presence.Early, Remote: presence.Party{Number: number, Name: name}},
		}}}
		v := view{user: user, host: host}
		if err := xml.Unmarshal(dialogInfo(v, now, nil), &infoDoc{}); err != nil {
			t.Errorf("dialog-info: %v", err)
		}
		now.Dialogs = nil
		var p struct {
			XMLName xml.Name `xml:"urn:ietf:params:xml:ns:pidf presence"`
			Entity  string   `xml:"entity,attr"`
		}
		if err := xml.Unmarshal(pidf(v, now, nil), &p); err != nil || p.Entity == "" {
			t.Errorf("presence: %v", err)
		}
	})
}
