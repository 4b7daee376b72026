package api_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

func TestListenIn(t *testing.T) {
	_, s := serve(t, newOffice())
	res, body := ask(t, s, "POST", "/api/v1/calls/C1/listen", `{"extension": "101"}`)
	if res.StatusCode != 201 || strings.TrimSpace(body) != `{"id":"C1L by admin"}` {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	res, body = ask(t, s, "POST", "/api/v1/calls/C1/listen", `{"extension": "102"}`)
	problem(t, res, body, 403)
	if res, _ := ask(t, s, "POST", "/api/v1/calls/C1/listen", `{}`); res.StatusCode != 422 {
		t.Errorf("without an extension: %d", res.StatusCode)
	}
}

// Who listens in is for the admin to see, and has no part in the call.
func TestWhoListensIsNotShown(t *testing.T) {
	o := newOffice()
	o.calls[1].Legs = append(o.calls[1].Legs, call.LegInfo{ID: "L9", Kind: call.KindExtension, Name: "ben", Number: "102", State: "up", Listens: true})
	o.records.list = []event.CDR{{ID: "C0", Legs: []event.CDRLeg{{ID: "L1", Kind: "extension", Number: "101"}, {ID: "L9", Kind: "extension", Number: "102"}},
		Listeners: []event.CDRListener{{Leg: "L9", Number: "102", By: event.Actor{Kind: "operator", Name: "admin"}}}}}
	_, s := serveSignIn(t, o)
	if _, body := ask(t, s, "GET", "/api/v1/calls/C1", ""); !strings.Contains(body, `"listens":true`) {
		t.Errorf("the admin sees %s", body)
	}
	if _, body := ask(t, s, "GET", "/api/v1/cdr/C0", ""); !strings.Contains(body, `"listeners":[{`) {
		t.Errorf("the admin sees %s", body)
	}
	anna, ben := newBrowser(t, s), newBrowser(t, s)
	anna.signUp("101")
	ben.signUp("102")
	for _, path := range []string{"/calls", "/calls/C1", "/cdr", "/cdr/C0"} {
		if code, body := anna.do("GET", "/api/v1"+path, ""); code != 200 || strings.Contains(body, "L9") || strings.Contains(body, "listen") || !strings.Contains(body, "L1") {
			t.Errorf("anna: %s: %d %s", path, code, body)
		}
		if _, body := ben.do("GET", "/api/v1"+path, ""); strings.Contains(body, "L1") {
			t.Errorf("ben, who listened: %s: %s", path, body)
		}
	}
}

// Who follows a call gets its counters.
func TestCallIsFollowed(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	_, s := serve(t, newOffice())
	c, _, err := listen(t, ctx, s, "")
	if err != nil {
		t.Fatal(err)
	}
	next(t, ctx, c)
	began := time.Now()
	if err := c.Write(ctx, websocket.MessageText, []byte(`{"type": "call.follow", "call": "C1"}`)); err != nil {
		t.Fatal(err)
	}
	m := next(t, ctx, c)
	var is call.Info
	if err := json.Unmarshal(m.Data, &is); err != nil || m.Type != api.EventCallStats || m.Seq != 0 || is.ID != "C1" || len(is.Legs) != 1 {
		t.Errorf("%v %+v after %v", err, m, time.Since(began))
	}
}
