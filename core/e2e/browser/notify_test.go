//go:build e2e

package browser

import (
	"encoding/json"
	"fmt"
	"testing"

	phones "github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// shows waits until the notifications are one with this title, or none if that is "", and
// returns of which call it is.
func (g *page) shows(title string) (call string) {
	g.b.t.Helper()
	pbx.Eventually(g.b.t, fmt.Sprintf("the notification is %q", title), func() error {
		var list []struct{ Title, Body, Tag string }
		g.do("shown", nil, &list)
		if title == "" && len(list) == 0 {
			return nil
		}
		if len(list) != 1 || list[0].Title != title {
			return fmt.Errorf("there are %+v", list)
		}
		call = list[0].Tag
		return nil
	})
	return call
}

// A page that is not in front has the system show who calls, as long as it rings; what
// is chosen there the page does. What is pushed to the browser is shown as well.
func TestNotifications(t *testing.T) {
	p := pbx.Start(t, "127.0.182.1", staff)
	b := start(t, p, options{microphone: microphone(14), script: "notify.mjs"})
	ben := b.signIn("ben", "102", place{})
	ben.click("link", "Settings")
	ben.see("switch", "Show calls as notifications")
	ben.evaluate("() => [...document.querySelectorAll('wa-switch')].find((s) => s.textContent.includes('notifications')).focus()", nil, nil)
	ben.press("Space")
	ben.do("away", nil, nil)
	own, _ := p.Phone(2, "udp", "pcmu", false)
	desk, _ := p.Phone(3, "udp", "pcmu", false)

	desk.Dial("102")
	own.Wait("CALL_INCOMING")
	ben.shows("103")
	own.Accept()
	desk.Wait("CALL_ESTABLISHED")
	ben.shows("")
	desk.Hangup()
	own.Wait("CALL_CLOSED")
	p.Calls(0)

	for _, act := range []string{"answer", "decline"} {
		desk.Dial("102")
		own.Wait("CALL_INCOMING")
		ben.do("choose", map[string]any{"tag": ben.shows("103"), "action": act}, nil)
		if act == "answer" {
			desk.Wait("CALL_ESTABLISHED")
			ben.see("region", "Call with 103")
		} else {
			ben.miss("region", "Incoming call from 103")
		}
		ben.shows("")
		desk.Hangup()
		desk.Wait("CALL_CLOSED")
		own.Wait("CALL_CLOSED")
		p.Calls(0)
	}

	push := func(kind string, data any) {
		text, err := json.Marshal(phones.Message{Type: kind, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		ben.do("push", map[string]any{"message": string(text)}, nil)
	}
	from := phones.Party{Number: "101", Name: "Anna"}
	for cause, after := range map[string]string{"answered_elsewhere": "", "cancelled": "Missed call"} {
		push(phones.MessageRing, phones.Ring{Call: "C-" + cause, Leg: "L1", From: from, To: "102"})
		if call := ben.shows("Anna"); call != "C-"+cause {
			t.Errorf("%s: the call is %q", cause, call)
		}
		push(phones.MessageStop, phones.Stop{Call: "C-" + cause, Leg: "L1", From: from, Cause: cause})
		if ben.shows(after); after != "" {
			ben.do("choose", map[string]any{"tag": "C-" + cause}, nil)
			ben.shows("")
		}
	}
}
