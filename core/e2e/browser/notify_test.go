//go:build e2e

package browser

import (
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
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
		list := g.shown()
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

// allowsNotifications switches them on.
func (g *page) allowsNotifications() {
	g.b.t.Helper()
	g.click("link", "Settings")
	g.see("switch", "Show calls as notifications")
	g.evaluate("() => [...document.querySelectorAll('wa-switch')].find((s) => s.textContent.includes('notifications')).focus()", nil, nil)
	g.press("Space")
}

type notification struct{ Title, Body, Tag string }

func (g *page) shown() (list []notification) {
	g.b.t.Helper()
	g.do("shown", nil, &list)
	return list
}

// chooses clicks on the notification of a call, or on one of its buttons, and returns
// which page that opens, "" if none.
func (g *page) chooses(call, action string) (opened string) {
	g.b.t.Helper()
	g.do("choose", map[string]any{"tag": call, "action": action}, &opened)
	return opened
}

// pushed hands the browser a message as the service of its maker does.
func (g *page) pushed(kind string, data any) {
	g.b.t.Helper()
	text, err := json.Marshal(phones.Message{Type: kind, Data: data})
	if err != nil {
		g.b.t.Fatal(err)
	}
	g.do("push", map[string]any{"message": string(text), "origin": g.b.pbx.URL()}, nil)
}

// A page that is not in front has the system show who calls, as long as it rings; what
// is chosen there the page does.
func TestNotifications(t *testing.T) {
	p := pbx.Start(t, "127.0.182.1", staff)
	b := start(t, p, options{microphone: microphone(14), script: "notify.mjs"})
	ben := b.signIn("ben", "102", place{})
	ben.do("watch", nil, nil)
	ben.allowsNotifications()
	ben.do("away", nil, nil)
	p.Registered("102")
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
		if opened := ben.chooses(ben.shows("103"), act); opened != "" {
			t.Errorf("%s opens %s", act, opened)
		}
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
}

// Somebody whose page is closed is called by a desk phone: what is pushed rings, a click
// opens the page, which answers and is heard. A call that nobody took is shown as such.
func TestAClosedPageIsCalled(t *testing.T) {
	p := pbx.Start(t, "127.0.183.1", staff+`
web {
  listen = "127.0.183.1:8080"
  push   = "mailto:pbx@example.net"
}
`)
	said := microphone(15)
	b := start(t, p, options{microphone: said, script: "notify.mjs"})
	page := b.signIn("ben", "102", place{})
	page.do("watch", nil, nil)
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	subscription := phones.Endpoint{Endpoint: "https://push.example.net/ben", Keys: phones.Keys{
		P256dh: base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), Auth: base64.RawURLEncoding.EncodeToString(make([]byte, 16)),
	}}
	told := func(want string) {
		t.Helper()
		for page.wait("push").Text != want { // another may be told before
		}
	}
	page.do("takesPushes", map[string]any{"subscription": subscription}, nil)
	page.allowsNotifications()
	told("PUT 204")
	browser := b.open("browser", place{Path: "about:blank", Same: "ben"})
	gone := func() {
		page.close()
		pbx.Eventually(t, "nobody has a page of 102", func() error {
			var x struct{ Devices []any }
			if p.Get("/extensions/102", &x); len(x.Devices) > 0 {
				return fmt.Errorf("there is %v", x.Devices)
			}
			return nil
		})
	}
	desk, saidDesk := p.Phone(3, "udp", "pcmu", false)
	// called has the desk phone call, and the browser told of it. On a machine that has much
	// else to do that may come too late for who has no other phone; then it is done again.
	called := func() string {
		for {
			desk.Dial("102")
			var calls []pbx.Call
			pbx.Eventually(t, "there is a call", func() error {
				if p.Get("/calls", &calls); len(calls) != 1 {
					return fmt.Errorf("there are %d", len(calls))
				}
				return nil
			})
			id := calls[0].ID
			browser.pushed(phones.MessageRing, phones.Ring{Call: id, From: phones.Party{Number: "103"}, To: "102"})
			var list []notification
			pbx.Eventually(t, "the push is shown", func() error {
				if list = browser.shown(); len(list) != 1 || list[0].Tag != id {
					return fmt.Errorf("there are %+v", list)
				}
				return nil
			})
			if list[0].Title == "103" {
				return id
			}
			t.Logf("shown is %+v", list)
			browser.chooses(id, "")
			desk.Wait("CALL_CLOSED")
		}
	}

	gone()
	call := called()
	desk.Wait("CALL_RINGING")
	path := browser.chooses(call, "answer")
	page = b.open("ben, who answers", place{Path: path, Same: "browser"})
	desk.Wait("CALL_ESTABLISHED")
	page.see("region", "Call with 103")
	page.hears(saidDesk)
	browser.shows("")
	desk.Hangup()
	desk.Wait("CALL_CLOSED")
	p.Calls(0)
	b.heardBy(desk, said)

	gone()
	call = called()
	if opened := browser.chooses(call, "decline"); opened != "" {
		t.Errorf("to decline opens %s", opened)
	}
	desk.Wait("CALL_CLOSED")
	browser.shows("")

	call = called()
	desk.Hangup()
	desk.Wait("CALL_CLOSED")
	browser.pushed(phones.MessageStop, phones.Stop{Call: call, From: phones.Party{Number: "103"}, Cause: "cancelled"})
	browser.shows("Missed call")
	if opened := browser.chooses(call, ""); opened != "/#/history" {
		t.Errorf("a missed call opens %s", opened)
	}
	browser.shows("")
	// What comes when the call is over is missed.
	browser.pushed(phones.MessageRing, phones.Ring{Call: "LONG-GONE", From: phones.Party{Number: "103"}, To: "102"})
	browser.shows("Missed call")

	// Who signs out is called in this browser no more.
	page = b.open("ben, who leaves", place{Same: "browser"})
	page.do("takesPushes", map[string]any{"subscription": subscription}, nil)
	page.click("button", "Ben · 102: menu")
	page.click("menuitem", "Sign out")
	told("DELETE 204")
	page.see("button", "Sign in")
	desk.Dial("102")
	desk.Wait("CALL_CLOSED")
}
