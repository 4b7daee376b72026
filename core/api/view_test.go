package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/plugboard/plugboard/core/api"
	phones "github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/sdk/event"
)

// listen opens the event stream as somebody's page does.
func (b *browser) listen(ctx context.Context, query string) *websocket.Conn {
	b.t.Helper()
	c, res, err := websocket.Dial(ctx, b.s.URL+"/api/v1/events"+query, &websocket.DialOptions{HTTPClient: b.c, HTTPHeader: http.Header{"Sec-Fetch-Site": {"same-origin"}}})
	if err != nil {
		b.t.Fatal(err, res)
	}
	c.SetReadLimit(1 << 20)
	b.t.Cleanup(func() { c.CloseNow() })
	return c
}

// partyOf is a leg of an extension in a call, as events have it.
func partyOf(id, leg, kind, number string) event.Leg {
	return event.Leg{Call: id, ID: leg, Kind: kind, Number: number, State: "up"}
}

// listening is a leg of an extension that only listens to a call.
func listening(id, leg, number string) event.Leg {
	l := partyOf(id, leg, "browser", number)
	l.Listens = true
	return l
}

// Who is signed in hears of their calls as long as they are in them, of what is
// theirs, and who is there; of nothing else.
func TestPersonHearsOfTheirs(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	o := newOffice()
	mine := call.LegInfo{ID: "L1", Kind: call.KindBrowser, Number: "101", Name: "anna", State: "up"}
	o.calls = []call.Info{
		{ID: "MINE", From: "101", Legs: []call.LegInfo{mine}},
		{ID: "THEIRS", From: "103", Legs: []call.LegInfo{{ID: "L2", Kind: call.KindExtension, Number: "103"}}},
		{ID: "LATER", From: "103", Legs: []call.LegInfo{{ID: "L5", Kind: call.KindExtension, Number: "103"}}},
	}
	_, s := serveSignIn(t, o)
	anna := newBrowser(t, s)
	anna.signUp("101")
	c := anna.listen(ctx, "")
	first := next(t, ctx, c)
	var snapshot api.PersonSnapshot
	if err := json.Unmarshal(first.Data, &snapshot); err != nil || first.Type != api.EventSnapshot {
		t.Fatal(first, err)
	}
	if len(snapshot.Calls) != 1 || snapshot.Calls[0].ID != "MINE" || snapshot.Voicemail == nil || snapshot.Voicemail.Name != "office" || snapshot.Phone != nil || len(snapshot.Extensions) != 2 {
		t.Errorf("the snapshot is %+v", snapshot)
	}
	for _, secret := range []string{"THEIRS", "first", "leg-rtp"} {
		if strings.Contains(string(first.Data), secret) {
			t.Errorf("the snapshot has %s: %s", secret, first.Data)
		}
	}

	leg := func(kind string, l event.Leg) event.Event { return event.Event{Type: kind, Data: l} }
	for _, e := range []event.Event{
		{Type: event.CallAnswered, Data: event.Call{ID: "MINE"}},
		{Type: event.CallAnswered, Data: event.Call{ID: "THEIRS"}},
		leg(event.LegChanged, partyOf("MINE", "L9", "trunk", "+49")),
		leg(event.LegChanged, partyOf("THEIRS", "L2", "extension", "103")),
		leg(event.LegAdded, partyOf("THEIRS", "L3", "trunk", "101")), // a number that somebody claims
		leg(event.LegChanged, listening("MINE", "L10", "103")),
		leg(event.LegChanged, listening("THEIRS", "L11", "101")), // of that call, how they stand themselves
		leg(event.LegRemoved, listening("THEIRS", "L11", "101")),
		{Type: event.DTMF, Data: event.Digit{Call: "MINE", Digit: "7"}},
		{Type: event.TranscriptFinal, Data: event.Utterance{Call: "MINE"}},
		{Type: event.TranscriptFinal, Data: event.Utterance{Call: "THEIRS"}},
		{Type: event.PresenceChanged, Data: event.Presence{Number: "103", State: "up"}},
		{Type: event.VoicemailChanged, Data: event.Mailbox{Name: "home"}},
		{Type: event.VoicemailChanged, Data: event.Mailbox{Name: "office"}},
		{Type: event.ExtensionChanged, Data: event.Extension{Number: "103"}},
		{Type: "device.registered", Data: registrar.Registered{Number: "103"}},
		{Type: "device.registered", Data: registrar.Registered{Number: "101"}},
		{Type: "trunk.changed", Data: api.Trunk{Name: "first"}},
		{Type: event.CallAct, Data: event.Act{Call: "THEIRS"}},
		// They come into another call, and leave it.
		leg(event.LegAdded, partyOf("LATER", "L6", "extension", "101")),
		leg(event.LegChanged, partyOf("LATER", "L5", "extension", "103")),
		leg(event.LegRemoved, partyOf("LATER", "L6", "extension", "101")),
		leg(event.LegChanged, partyOf("LATER", "L5", "extension", "103")),
		// And go from one into another.
		{Type: event.LegMoved, Data: event.LegMove{Leg: partyOf("LATER", "L1", "browser", "101"), From: "MINE"}},
		leg(event.LegChanged, partyOf("MINE", "L9", "trunk", "+49")),
		leg(event.LegChanged, partyOf("LATER", "L5", "extension", "103")),
		{Type: event.CallEnded, Data: event.CDR{ID: "THEIRS"}},
		{Type: event.CallEnded, Data: event.CDR{ID: "MINE", Legs: []event.CDRLeg{{Kind: "browser", Number: "101"}}}},
		{Type: event.CallEnded, Data: event.CDR{ID: "LATER"}},
		leg(event.LegChanged, partyOf("LATER", "L5", "extension", "103")),
		{Type: event.PresenceChanged, Data: event.Presence{Number: "101", State: "registered"}},
	} {
		o.events.Emit(e)
	}
	want := `call.answered MINE, leg.changed MINE, leg.changed THEIRS, leg.removed THEIRS, transcript.final MINE, presence.changed 103, voicemail.changed office, device.registered 101, ` +
		`call.joined LATER, leg.added LATER, leg.changed LATER, leg.removed LATER, call.joined LATER, leg.moved LATER, leg.changed LATER, call.ended MINE, call.ended LATER, presence.changed 101`
	heard, last := hear(t, ctx, c, strings.Count(want, ",")+1)
	if heard != want {
		t.Errorf("heard\n%s\nwant\n%s", heard, want)
	}

	// After a break they are told what was missed, and only of that what was theirs.
	missed := []event.Event{
		leg(event.LegChanged, partyOf("GONE", "L7", "trunk", "+49")), // before they came
		leg(event.LegAdded, partyOf("GONE", "L8", "extension", "101")),
		leg(event.LegChanged, partyOf("GONE", "L7", "trunk", "+49")),
		leg(event.LegRemoved, partyOf("GONE", "L8", "extension", "101")),
		leg(event.LegChanged, partyOf("GONE", "L7", "trunk", "+49")), // and after
		leg(event.LegChanged, partyOf("MINE", "L9", "trunk", "+49")), // theirs all the time
		leg(event.LegChanged, partyOf("THEIRS", "L2", "extension", "103")),
	}
	for _, e := range missed {
		o.events.Emit(e)
	}
	c = anna.listen(ctx, fmt.Sprintf("?after=%d", last))
	want = "leg.added GONE, leg.changed GONE, leg.removed GONE, leg.changed MINE"
	if heard, _ := hear(t, ctx, c, 4); heard != want {
		t.Errorf("after a break heard\n%s\nwant\n%s", heard, want)
	}
}

// hear is what comes next, each with what it is about, and the last number.
func hear(t *testing.T, ctx context.Context, c *websocket.Conn, n int) (string, uint64) {
	t.Helper()
	var all []string
	var last uint64
	for range n {
		m := next(t, ctx, c)
		var about struct {
			Call       json.RawMessage
			ID, Number string
			Name       string
		}
		if err := json.Unmarshal(m.Data, &about); err != nil {
			t.Fatal(err)
		}
		what := about.Number
		switch id := strings.Trim(string(about.Call), `"`); {
		case m.Type == api.EventJoined:
			var j api.Joined
			if err := json.Unmarshal(m.Data, &j); err != nil {
				t.Fatal(err)
			}
			what = j.Call.ID
		case id != "":
			what = id
		case about.ID != "":
			what = about.ID
		case about.Name != "":
			what = about.Name
		}
		all, last = append(all, m.Type+" "+what), m.Seq
	}
	return strings.Join(all, ", "), last
}

// A page with a device is a phone: it is rung, says so, and answers by a session.
func TestPageIsAPhone(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	o := newOffice()
	_, s := serveSignIn(t, o)
	anna := newBrowser(t, s)
	anna.signUp("101")
	if _, res, err := listen(t, ctx, s, "?device=page-of-admin"); err == nil || res.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the admin's page is a phone: %v", err)
	}
	if _, body := anna.do("GET", "/api/v1/webrtc", ""); !strings.Contains(body, `"stun:stun.example.net"`) || !strings.Contains(body, `"phone":true`) {
		t.Errorf("what a page needs: %s", body)
	}
	c := anna.listen(ctx, "?device=page-of-anna")
	var snapshot api.PersonSnapshot
	if err := json.Unmarshal(next(t, ctx, c).Data, &snapshot); err != nil || snapshot.Phone == nil || snapshot.Phone.Device != "page-of-anna" || snapshot.Phone.Refused != "" {
		t.Fatalf("the phone is %+v, %v", snapshot.Phone, err)
	}
	say := func(text string) {
		t.Helper()
		if err := c.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	say(`what is this`)
	say(`{"type":"phone.state","visible":true,"ready":true,"audio":true}`)
	for !o.browsers.Reachable("101") {
		if ctx.Err() != nil {
			t.Fatal("it is not ready")
		}
	}
	news := make(chan call.News, 8)
	l := o.browsers.Dial(call.Dial{Call: "C7", Extension: &dialplan.Extension{Number: "101", Name: "anna", Browser: true}, CallerNumber: "102", CallerName: "Ben"}, func(n call.News) { news <- n })
	if l == nil {
		t.Fatal("it is not rung")
	}
	m := next(t, ctx, c)
	var ring phones.Ring
	if err := json.Unmarshal(m.Data, &ring); err != nil || m.Type != "phone.ring" || m.Seq != 0 || ring.Call != "C7" || ring.From != (phones.Party{Number: "102", Name: "Ben"}) || !ring.Sound {
		t.Fatalf("it rings with %s %+v, %v", m.Type, ring, err)
	}
	if code, body := anna.do("POST", "/api/v1/calls/C7/shown", ""); code != 204 {
		t.Error(code, body)
	}
	if n := <-news; n.What != call.Ringing {
		t.Errorf("news: %v", n.What)
	}
	say(fmt.Sprintf(`{"type":"phone.ringing","leg":%q}`, ring.Leg))
	code, body := anna.do("POST", "/api/v1/webrtc/sessions", `{"offer":"mine","device":"page-of-anna"}`)
	var made struct{ ID, Answer string }
	if err := json.Unmarshal([]byte(body), &made); err != nil || code != http.StatusCreated || made.Answer != "answer to mine" {
		t.Fatal(code, body)
	}
	for _, x := range []struct {
		method, path, body string
		want               int
		says               string
	}{
		{"PATCH", "/" + made.ID, `{"candidates":["candidate:1"],"end":true}`, 204, ""},
		{"PATCH", "/" + made.ID, `{"candidates":["nonsense"]}`, 422, "session description"},
		{"PATCH", "/" + made.ID, `{"offer":"new"}`, 200, `"again new"`},
		{"POST", "/" + made.ID + "/link", `{"call":"NONE"}`, 404, "no call"},
		{"POST", "/" + made.ID + "/link", `{"call":"C7"}`, 204, ""},
		{"POST", "/" + made.ID + "/link", `{"call":"C7"}`, 409, "has a call"},
		{"POST", "", `{"offer":"nonsense"}`, 422, "session description"},
		{"POST", "", `{"offer":"codec"}`, 422, "codec"},
		{"POST", "", `{"offer":"gone"}`, 503, "media"},
		{"POST", "", `{"offer":"o","device":"../.."}`, 422, "device"},
	} {
		if code, body := anna.do(x.method, "/api/v1/webrtc/sessions"+x.path, x.body); code != x.want || !strings.Contains(body, x.says) {
			t.Errorf("%s %s %s: %d %s", x.method, x.path, x.body, code, body)
		}
	}
	if n := <-news; n.What != call.Answered || l.Info().State != "up" {
		t.Errorf("news: %v, it is %s", n.What, l.Info().State)
	}
	m = next(t, ctx, c)
	if m.Type != "phone.stop" || !strings.Contains(string(m.Data), `"cause":"answered"`) {
		t.Errorf("told %s %s", m.Type, m.Data)
	}
	if code, body := anna.do("DELETE", "/api/v1/webrtc/sessions/"+made.ID, ""); code != 204 {
		t.Error(code, body)
	}
	if n := <-news; n.What != call.Ended {
		t.Errorf("news: %v", n.What)
	}
	// It dials, by a session and by its device.
	_, body = anna.do("POST", "/api/v1/webrtc/sessions", `{"offer":"mine"}`)
	if err := json.Unmarshal([]byte(body), &made); err != nil {
		t.Fatal(err)
	}
	if code, body := anna.do("POST", "/api/v1/calls", fmt.Sprintf(`{"to":"102","session":%q}`, made.ID)); code != 201 {
		t.Error(code, body)
	}
	for body, want := range map[string]int{
		`{"to":"102"}`: 422, `{"to":"102","session":"a","device":"page-of-anna"}`: 422, `{"to":"102","device":"page-of-anna"}`: 201,
		`{"to":"102","device":"no"}`: 404,
	} {
		if code, said := anna.do("POST", "/api/v1/calls", body); code != want {
			t.Errorf("%s: %d %s", body, code, said)
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.came) != 1 || o.came[0].Facts.From.Number != "101" || o.came[0].Facts.To.Raw != "102" {
		t.Errorf("it has called %+v", o.came)
	}
}
