package calltest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/daemon"
)

// pages is the office, with a plugin for the media of pages.
const pages = office + Browsers

// Phones over WebSockets and desk phones call each other both ways, hold, resume and
// hang up. Each is answered in its own way, with the media that it speaks.
func TestRFC7118WebPhones(t *testing.T) {
	Run(t, pages, func(w *World) {
		a, b := w.WebPhone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		if v := call.invite.Get("Via"); !strings.HasPrefix(v, "SIP/2.0/WS phone11.invalid;") {
			t.Errorf("Via: %s", v)
		}
		call.Hold()
		ring.Hears()
		call.Resume()
		ring.Hears(a)
		ring.Hangup()
		call.Expect("BYE")
		call, ring = talk(w, b, a)
		if v := ring.invite.Get("Via"); !strings.HasPrefix(v, "SIP/2.0/WS 10.0.0.1:8080;") {
			t.Errorf("Via: %s", v)
		}
		if c := ring.invite.Get("Contact"); c != "<sip:102@10.0.0.1:8080;transport=ws>" {
			t.Errorf("Contact: %s", c)
		}
		if !strings.Contains(ring.invite.Body, webMedia) || strings.Contains(call.invite.Body, webMedia) {
			t.Errorf("the page was offered\n%s", ring.invite.Body)
		}
		ring.Press('7')
		time.Sleep(time.Second)
		call.Hold()
		ring.Hears()
		call.Resume()
		call.Hears(a)
		if got := call.Digits(); got != "7" {
			t.Errorf("the desk phone was sent %q", got)
		}
		ring.Hangup()
		call.Expect("BYE")
		w.Golden("web phones")
	})
}

// Pages among themselves, in a conference with desk phones, and as one of several devices
// of an extension.
func TestWebPhonesMix(t *testing.T) {
	Run(t, pages, func(w *World) {
		a, b, c := w.WebPhone("101"), w.WebPhone("102"), w.Phone("103")
		call, ring := talk(w, a, b)
		call.Hangup()
		ring.Expect("BYE")

		one, two, three := a.Dial("800"), b.Dial("800"), c.Dial("800")
		for _, call := range []*Call{one, two, three} {
			call.Expect("200")
		}
		one.Hears(b, c)
		two.Hears(a, c)
		three.Hears(a, b)
		for _, call := range []*Call{one, two, three} {
			call.Hangup()
		}

		desk := w.Phone("102")
		call = c.Dial("102")
		ring, other := b.Incoming(), desk.Incoming()
		ring.Ring()
		call.Expect("180")
		other.Ring()
		ring.Answer()
		call.Expect("200")
		other.Expect("CANCEL")
		call.Hears(b)
		call.Hangup()
		ring.Expect("BYE")
		var transports []string
		for _, d := range w.PBX.Devices("102") {
			transports = append(transports, d.Transport)
		}
		slices.Sort(transports)
		if got := fmt.Sprint(transports); got != "[udp ws]" {
			t.Errorf("the devices of 102 are on %s", got)
		}
	})
}

// A page transfers a call without asking and after asking, texts, and watches.
func TestWebPhoneActs(t *testing.T) {
	Run(t, pages, func(w *World) {
		a, b, c := w.Phone("101"), w.WebPhone("102"), w.WebPhone("103")
		call, ring := talk(w, a, b)
		ring.Hold()
		wants(t, "REFER", ring.refer("<sip:103@plugboard>"), 202)
		ring.told("100")
		third := c.Incoming()
		third.Answer()
		ring.told("200")
		ring.Hangup()
		call.Hears(c)
		third.Hears(a)
		call.Hangup()
		third.Expect("BYE")

		call, ring = talk(w, a, b)
		consult, asked := talk(w, b, c)
		wants(t, "REFER", ring.refer(consult.replacing("103")), 202)
		ring.told("100")
		ring.told("200")
		ring.Hangup()
		consult.Expect("BYE")
		call.Hears(c)
		asked.Hears(a)
		call.Hangup()
		asked.Expect("BYE")

		if r := b.Do("MESSAGE", "sip:103@plugboard", saying("Grüße")); r.Status() != 200 {
			t.Errorf("MESSAGE got %s", r.Label())
		}
		lamp, _ := b.Watch("101", "dialog")
		call, ring = talk(w, a, c)
		lamp.until("confirmed initiator 103")
		call.Hangup()
		ring.Expect("BYE")
		lamp.until("")
	})
}

// A page that is closed is gone at once; one that comes back goes on with its call.
func TestWebConnectionLost(t *testing.T) {
	Run(t, pages, func(w *World) {
		a, b := w.Phone("101"), w.WebPhone("102")
		call, ring := talk(w, a, b)
		b.Disconnect()
		time.Sleep(10 * time.Millisecond)
		w.Phone("103").Dial("102").Expect("480")
		call.Hears(b)
		b.Connect()
		b.Register()
		call.Hangup()
		ring.Expect("BYE")
		again, ring := talk(w, a, b)
		ring.Hangup()
		again.Expect("BYE")
	})
}

// What is on the way forgets a connection: it is asked whether it is there, and so it is
// known within a minute. One that is there stays, whoever asks.
func TestWebConnectionIsAskedFor(t *testing.T) {
	box := &NAT{Public: netip.MustParseAddr("203.0.113.7"), Inside: netip.MustParsePrefix("192.168.7.0/24"), IdleTCP: 25 * time.Second}
	RunAt(t, Site{Addr: netip.MustParseAddr("198.51.100.1"), NATs: []*NAT{box}}, pages, func(w *World) {
		w.serveWeb()
		lost, there := w.at("101", Secret, netip.MustParseAddrPort("192.168.7.10:5060")), w.at("102", Secret, netip.MustParseAddrPort("198.51.100.20:5060"))
		for _, p := range []*Phone{lost, there} {
			p.web, p.pbx = true, w.webAt()
			p.Connect()
			p.Register()
		}
		time.Sleep(time.Minute)
		if gone, here := w.PBX.Devices("101"), w.PBX.Devices("102"); len(gone) != 0 || len(here) != 1 {
			t.Errorf("registered are %v and %v", gone, here)
		}
		there.KeepAlive()
		time.Sleep(10 * time.Millisecond)
		if got := there.KeepAlive(); got != 1 {
			t.Errorf("the keep-alive was answered %d times", got)
		}
	})
}

// The media is chosen by the offer, whatever it comes over.
func TestWebMediaIsChosenByTheOffer(t *testing.T) {
	Run(t, pages, func(w *World) {
		page, desk, c := w.WebPhone("101"), w.Phone("102"), w.Phone("103")
		for _, p := range []struct {
			phone *Phone
			edit  func(*raw.Message)
			wants string
		}{
			{page, func(m *raw.Message) {
				m.Body = strings.Replace(strings.Replace(m.Body, webMedia, deskMedia, 1), webLines, "", 1)
			}, deskMedia},
			{desk, func(m *raw.Message) { m.Body = dressed(m.Body) }, webMedia},
		} {
			call := p.phone.DialWith("103", p.edit)
			ring := c.Incoming()
			ring.Answer()
			if r := call.Expect("200"); !strings.Contains(r.Body, p.wants) {
				t.Errorf("%s was answered\n%s", p.phone.Number, r.Body)
			}
			call.Hears(c)
			call.Hangup()
			ring.Expect("BYE")
		}
	})
}

// Without the plugin a page is told why it gets no call; to others it is as one that cannot
// be reached. What leg-rtp carries goes on.
func TestWebMediaWithoutItsPlugin(t *testing.T) {
	Run(t, pages, func(w *World) {
		a, b, c := w.WebPhone("101"), w.Phone("102"), w.Phone("103")
		call, ring := talk(w, b, c)
		w.Broken.Store(true)
		if err := w.PBX.KillPlugin(daemon.WebRTCPlugin); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		refused := a.Dial("103")
		rang := c.Incoming()
		rang.Ring()
		if r := refused.Expect("500"); r.Start != "SIP/2.0 500 The Plugin for This Media Is Not Running" {
			t.Errorf("it was told %s", r.Start)
		}
		rang.Expect("CANCEL")
		call.Hold()
		w.Phone("104").Dial("101").Expect("500")
		a.Silent(time.Second)
		call.Resume()
		call.Hears(c)
		call.Hangup()
		ring.Expect("BYE")
		w.Broken.Store(false)
		time.Sleep(time.Minute) // the next try
	})
}

// A connection for anything but SIP is refused; a message that is too long ends it; what is no
// SIP does no harm.
func TestWebConnectionsThatAreRefused(t *testing.T) {
	Run(t, pages, func(w *World) {
		a := w.WebPhone("101")
		var conn net.Conn
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var err error
			conn, err = w.Net.Dial(ctx, netip.MustParseAddrPort("10.0.0.99:0"), w.webAt())
			return conn, err
		}}}
		for protocol, want := range map[string]int{"": 426, "chat": 426} {
			req, err := http.NewRequest("GET", "http://10.0.0.1:8080/sip", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"MDEyMzQ1Njc4OWFiY2RlZg=="}}
			if protocol != "" {
				req.Header.Set("Sec-WebSocket-Protocol", protocol)
			}
			r, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			text, _ := io.ReadAll(r.Body)
			r.Body.Close()
			if r.StatusCode != want || !strings.Contains(string(text), "subprotocol") {
				t.Errorf("%q got %d: %s", protocol, r.StatusCode, text)
			}
		}
		for _, noise := range []string{"hello", "\x00\xff", "INVITE"} {
			a.stream.Write([]byte(noise))
		}
		if got := a.Do("OPTIONS", "sip:plugboard", nil); got.Status() != 200 {
			t.Errorf("after noise: %s", got.Label())
		}
		a.stream.Write([]byte("MESSAGE sip:102@plugboard SIP/2.0\r\n" + strings.Repeat("X: y\r\n", 20000)))
		time.Sleep(time.Second)
		if d := w.PBX.Devices("101"); len(d) != 0 {
			t.Errorf("registered are %v", d)
		}
	})
}
