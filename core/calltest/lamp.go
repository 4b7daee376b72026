package calltest

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// Lamp is a subscription of a phone's: a key whose lamp shows how somebody stands.
type Lamp struct {
	Phone *Phone
	// Status is how the phone answers NOTIFY; 0: not at all.
	Status atomic.Int32

	target   string
	event    string
	id       string
	from, to string
	cseq     int
	heard    chan *raw.Message
	lit      []LampDialog // as the NOTIFYs taken so far leave them
}

// Watch subscribes, and fails the test if the PBX refuses. It takes the first
// NOTIFY.
func (p *Phone) Watch(number, event string) (*Lamp, *raw.Message) {
	p.t.Helper()
	l := p.Lamp(number, event)
	if r := l.Subscribe(600); r.Status() != 200 {
		p.t.Fatalf("phone %s: SUBSCRIBE got %s", p.Number, r.Label())
	}
	return l, l.Notified()
}

// Lamp is a key that has not subscribed yet.
func (p *Phone) Lamp(number, event string) *Lamp {
	l := &Lamp{
		Phone: p, target: "sip:" + number + "@plugboard", event: event, id: p.token("lamp"),
		from: p.aor() + ";tag=" + p.token("tag"), heard: make(chan *raw.Message, 64),
	}
	l.Status.Store(200)
	l.to = "<" + l.target + ">"
	p.mu.Lock()
	p.lamps[l.id] = l
	p.mu.Unlock()
	return l
}

// Subscribe subscribes, or goes on with it, for so many seconds.
func (l *Lamp) Subscribe(expires int) *raw.Message {
	p := l.Phone
	p.t.Helper()
	l.cseq++
	m := p.request("SUBSCRIBE", l.target, l.from, l.to, l.id, l.cseq)
	m.Add("Contact", p.contact())
	m.Add("Event", l.event)
	m.Add("Expires", fmt.Sprint(expires))
	r := p.final(m)
	if r.Status() == 401 {
		l.cseq++
		r = p.final(p.authorise(m, r, l.cseq))
	}
	if r.Status() == 200 {
		l.to, l.target = r.Get("To"), raw.URI(r.Get("Contact"))
	}
	return r
}

// Notified waits for a NOTIFY.
func (l *Lamp) Notified() *raw.Message {
	l.Phone.t.Helper()
	select {
	case m := <-l.heard:
		l.take(m)
		return m
	case <-time.After(Patience):
		l.Phone.t.Fatalf("phone %s: its lamp shows nothing new", l.Phone.Number)
		return nil
	}
}

// Shows waits for a NOTIFY that shows this: see [LampOf].
func (l *Lamp) Shows(want string) *raw.Message {
	l.Phone.t.Helper()
	m := l.Notified()
	if got := LampOf(m); got != want {
		l.Phone.t.Errorf("phone %s: its lamp shows %q, want %q", l.Phone.Number, got, want)
	}
	return m
}

// until waits until the lamp shows this, whatever it shows before: of dialogs
// what they come to after all NOTIFYs so far, since changes that fall together
// may be told in one or in several (RFC 4235 §3.10). "" is dark.
func (l *Lamp) until(want string) {
	l.Phone.t.Helper()
	for l.shown(l.Notified()) != want {
	}
}

func (l *Lamp) shown(m *raw.Message) string {
	if l.event != "dialog" {
		return LampOf(m)
	}
	var says []string
	for _, d := range l.lit {
		says = append(says, d.String())
	}
	return strings.Join(says, ", ")
}

// take keeps what a NOTIFY says of dialogs.
func (l *Lamp) take(m *raw.Message) {
	if strings.Contains(m.Body, `state="full"`) {
		l.lit = nil
	}
	for _, d := range LampDialogs(m) {
		l.lit = slices.DeleteFunc(l.lit, func(x LampDialog) bool { return x.ID == d.ID })
		if d.State.Text != "terminated" {
			l.lit = append(l.lit, d)
		}
	}
}

// Still fails the test if something is notified within d.
func (l *Lamp) Still(d time.Duration) {
	l.Phone.t.Helper()
	select {
	case m := <-l.heard:
		l.Phone.t.Errorf("phone %s: its lamp shows %q", l.Phone.Number, LampOf(m))
	case <-time.After(d):
	}
}

// LampDialog is a dialog of a dialog-info document (RFC 4235).
type LampDialog struct {
	ID        string `xml:"id,attr"`
	CallID    string `xml:"call-id,attr"`
	LocalTag  string `xml:"local-tag,attr"`
	RemoteTag string `xml:"remote-tag,attr"`
	Direction string `xml:"direction,attr"`
	State     struct {
		Text string `xml:",chardata"`
		Code string `xml:"code,attr"`
	} `xml:"state"`
	Local struct {
		Params []struct {
			Value string `xml:"pval,attr"`
		} `xml:"target>param"`
	} `xml:"local"`
	Remote struct {
		Identity struct {
			Display string `xml:"display,attr"`
			URI     string `xml:",chardata"`
		} `xml:"identity"`
	} `xml:"remote"`
}

// String is the dialog's state, "held", the direction and who is at the other end.
func (d LampDialog) String() string {
	s := []string{d.State.Text}
	if d.State.Code != "" {
		s = append(s, d.State.Code)
	}
	if len(d.Local.Params) > 0 && d.Local.Params[0].Value == "no" {
		s = append(s, "held")
	}
	if d.State.Text != "terminated" && d.Direction != "" {
		s = append(s, d.Direction)
	}
	if r := d.Remote.Identity; r.URI != "" {
		user, _, _ := strings.Cut(strings.TrimPrefix(r.URI, "sip:"), "@")
		s = append(s, user)
		if r.Display != "" {
			s = append(s, `"`+r.Display+`"`)
		}
	}
	return strings.Join(s, " ")
}

// LampDialogs are those that a NOTIFY tells of.
func LampDialogs(m *raw.Message) []LampDialog {
	var doc struct {
		Dialogs []LampDialog `xml:"dialog"`
	}
	if err := xml.Unmarshal([]byte(m.Body), &doc); err != nil {
		return nil
	}
	return doc.Dialogs
}

// LampOf is what a NOTIFY shows: its dialogs; of presence its notes; of a mailbox
// the counts.
func LampOf(m *raw.Message) string {
	var says []string
	switch m.Get("Content-Type") {
	case "application/dialog-info+xml":
		for _, d := range LampDialogs(m) {
			says = append(says, d.String())
		}
	case "application/pidf+xml":
		var doc struct {
			Basic string   `xml:"tuple>status>basic"`
			Notes []string `xml:"note"`
		}
		if err := xml.Unmarshal([]byte(m.Body), &doc); err != nil {
			return err.Error()
		}
		says = append(append(says, doc.Basic), doc.Notes...)
	default:
		says = append(says, m.Body)
	}
	if state := m.Get("Subscription-State"); strings.HasPrefix(state, "terminated") {
		state, _, _ = strings.Cut(state, ";retry-after")
		says = append(says, state)
	}
	return strings.Join(says, ", ")
}

// notified takes a NOTIFY.
func (l *Lamp) notified(m *raw.Message) {
	switch status := l.Status.Load(); status {
	case 0:
	case 200:
		l.Phone.write(m.Reply(200, "OK", ""))
		l.heard <- m
	default:
		l.Phone.write(m.Reply(int(status), "Refused", ""))
	}
}
