package api_test

import (
	"bufio"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/api"
)

// calm is an extension of which nothing is set.
const calm = `"do_not_disturb":false,"forward_always":"","forward_busy":"","forward_no_answer":"","call_waiting":false,"queue_pause":false,"logged_out":[],"set":[]`

func TestListsHaveTheDocumentedForm(t *testing.T) {
	_, s := serve(t, newOffice())
	for path, want := range map[string]string{
		"/api/v1/calls": `[{"id":"C1","from":"101","to":"102","route":"desk","state":"up","started":"2026-03-01T12:00:00Z","answered":"2026-03-01T12:00:00Z",` +
			`"legs":[{"id":"L1","kind":"extension","name":"anna","number":"101","state":"up","codec":"pcmu","held":false,"remote":""}],"tools":[]},` +
			`{"id":"C2","from":"103","to":"104","route":"","state":"ringing","started":"2026-03-01T12:00:00Z","answered":null,"legs":[],"tools":[]}]`,
		"/api/v1/calls/C2": `{"id":"C2","from":"103","to":"104","route":"","state":"ringing","started":"2026-03-01T12:00:00Z","answered":null,"legs":[],"tools":[]}`,
		"/api/v1/extensions": `[{"number":"101","name":"Anna","state":"registered","devices":[{"contact":"sip:101@192.0.2.1","user_agent":"baresip",` +
			`"address":"192.0.2.1:5060","transport":"udp","expires":"2026-03-01T12:00:00Z"}],"record_on_demand":false,` + calm + `},{"number":"1000","name":"Lobby","state":"unregistered","devices":[],"record_on_demand":false,` + calm + `}]`,
		"/api/v1/trunks":  `[{"name":"first","state":"up","reason":"","since":"2026-03-01T12:00:00Z"}]`,
		"/api/v1/plugins": `[{"name":"leg-rtp","kind":"leg","version":"1.0.0","pid":42,"state":"up","restarts":1,"frame_latency_p99_ms":null,"legs":2,"reason":""}]`,
		"/api/v1/status": `{"version":"1.2.3","revision":"9c1e5f0a7b21","applied":"2026-03-01T12:00:00Z","started":"2026-03-01T12:00:00Z","ready":true,"reasons":[],"warnings":[],"calls":2,"extensions":2,"registered":1,` +
			`"trunks":1,"trunks_up":1,"plugins":1,"plugins_up":1}`,
	} {
		res, body := ask(t, s, "GET", path, "")
		if d := cmp.Diff(want+"\n", body); d != "" {
			t.Errorf("%s (-want +got):\n%s", path, d)
		}
		if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/json" || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", path, res.StatusCode, res.Header)
		}
	}
}

func TestNoCallsIsAnEmptyArray(t *testing.T) {
	o := newOffice()
	o.calls = nil
	_, s := serve(t, o)
	if _, body := ask(t, s, "GET", "/api/v1/calls", ""); body != "[]\n" {
		t.Errorf("got %q", body)
	}
}

func TestListsPage(t *testing.T) {
	_, s := serve(t, newOffice())
	for _, path := range []string{"/api/v1/calls", "/api/v1/extensions"} {
		var got []string
		next := path + "?limit=1"
		for pages := 0; next != ""; pages++ {
			if pages > 5 {
				t.Fatal("it does not end")
			}
			res, body := ask(t, s, "GET", next, "")
			var items []struct{ ID, Number string }
			if err := json.Unmarshal([]byte(body), &items); err != nil || len(items) != 1 {
				t.Fatalf("%s: %q", next, body)
			}
			got = append(got, items[0].ID+items[0].Number)
			link := res.Header.Get("Link")
			next, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
			if link != "" && !strings.HasSuffix(link, `; rel="next"`) {
				t.Errorf("Link %q", link)
			}
		}
		want := map[string][]string{"/api/v1/calls": {"C1", "C2"}, "/api/v1/extensions": {"101", "1000"}}[path]
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	if _, body := ask(t, s, "GET", "/api/v1/calls?after=C1a", ""); !strings.Contains(body, `"id":"C2"`) || strings.Contains(body, `"id":"C1"`) {
		t.Errorf("after a call that has gone: %s", body)
	}
	res, body := ask(t, s, "GET", "/api/v1/calls?limit=0", "")
	problem(t, res, body, 422)
}

func TestOriginateAndHangUp(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	res, body := ask(t, s, "POST", "/api/v1/calls", `{"from":"101","to":"\u202a102\u202c"}`)
	if res.StatusCode != 201 || body != "{\"id\":\"NEW\"}\n" || res.Header.Get("Location") != "/api/v1/calls/NEW" {
		t.Errorf("%d %q %v", res.StatusCode, body, res.Header)
	}
	for from, want := range map[string]struct {
		status int
		detail string
	}{
		"102": {409, "102 has no device"},
		"103": {503, "the switch drains"},
		"999": {404, "there is no extension 999"},
	} {
		res, body := ask(t, s, "POST", "/api/v1/calls", `{"from":"`+from+`","to":"1"}`)
		if got := problem(t, res, body, want.status); got != want.detail {
			t.Errorf("%s: %q", from, got)
		}
		if (res.Header.Get("Retry-After") != "") != (want.status == 503) {
			t.Errorf("%s: Retry-After %q", from, res.Header.Get("Retry-After"))
		}
	}
	res, _ = ask(t, s, "DELETE", "/api/v1/calls/C1", "")
	if res.StatusCode != 204 {
		t.Errorf("DELETE: %d", res.StatusCode)
	}
	ask(t, s, "DELETE", "/api/v1/calls/C2?cause=busy", "")
	if d := cmp.Diff([]string{"C1 normal by operator admin at 127.0.0.1", "C2 busy by operator admin at 127.0.0.1"}, o.hungUp); d != "" {
		t.Error(d)
	}
	res, body = ask(t, s, "DELETE", "/api/v1/calls/C2?cause=boredom", "")
	problem(t, res, body, 422)
	res, body = ask(t, s, "DELETE", "/api/v1/calls/gone", "")
	problem(t, res, body, 404)
	o.book.Note("past", "", "x")
	res, body = ask(t, s, "GET", "/api/v1/calls/past", "")
	if d := problem(t, res, body, 404); !strings.Contains(d, "/api/v1/calls/past/trace") {
		t.Errorf("does not point to the trace: %q", d)
	}
}

func TestExtensionShowsItsSecretAndIsNotStored(t *testing.T) {
	_, s := serve(t, newOffice())
	res, body := ask(t, s, "GET", "/api/v1/extensions/101", "")
	if !strings.Contains(body, `"secret":"5ecret"`) || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%q %v", body, res.Header)
	}
	if _, body := ask(t, s, "GET", "/api/v1/extensions", ""); strings.Contains(body, "5ecret") {
		t.Error("the list shows secrets")
	}
	res, body = ask(t, s, "GET", "/api/v1/extensions/999", "")
	problem(t, res, body, 404)
}

func TestEveryErrorIsAProblem(t *testing.T) {
	_, s := serve(t, newOffice())
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		header                   string
	}{
		{"no such path", "GET", "/api/v1/nothing", "", 404, ""},
		{"no such page", "GET", "/nothing", "", 404, ""},
		{"wrong method", "PUT", "/api/v1/calls", "", 405, ""},
		{"wrong token", "GET", "/api/v1/calls", "", 401, "Authorization: Bearer wrong"},
		{"wrong scheme", "GET", "/api/v1/calls", "", 401, "Authorization: Basic " + token},
		{"no token", "GET", "/api/v1/calls", "", 401, "Authorization: "},
		{"no token for what does not exist", "GET", "/api/nothing", "", 401, "Authorization: "},
		{"no token for the description", "GET", "/api/v1/openapi.json", "", 401, "Authorization: "},
		{"no token for the events", "GET", "/api/v1/events", "", 401, "Authorization: "},
		{"not JSON", "POST", "/api/v1/calls", "{", 400, ""},
		{"a field too many", "POST", "/api/v1/calls", `{"from":"101","to":"1","x":1}`, 422, ""},
		{"a field too few", "POST", "/api/v1/calls", `{"from":"101"}`, 422, ""},
		{"a query that is not known", "GET", "/api/v1/calls?page=2", "", 422, ""},
		{"too large", "POST", "/api/v1/calls", `{"from":"101","to":"` + strings.Repeat("1", 8<<10) + `"}`, 413, ""},
		{"a form", "POST", "/api/v1/calls", `from=101`, 415, "Content-Type: application/x-www-form-urlencoded"},
		{"no WebSocket", "GET", "/api/v1/events", "", 426, ""},
		{"a panic", "POST", "/api/v1/calls", `{"from":"panic","to":"1"}`, 500, ""},
		{"no such story", "GET", "/api/v1/calls/x/trace", "", 404, ""},
		{"no such story to follow", "GET", "/api/v1/calls/x/trace?follow=true", "", 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var headers []string
			if c.header != "" {
				headers = append(headers, c.header)
			}
			res, body := ask(t, s, c.method, c.path, c.body, headers...)
			problem(t, res, body, c.status)
			if got := res.Header.Get("WWW-Authenticate"); (got != "") != (c.status == 401) {
				t.Errorf("WWW-Authenticate %q", got)
			}
			if c.status == 405 && res.Header.Get("Allow") == "" {
				t.Error("405 without Allow (RFC 9110, section 15.5.6)")
			}
			if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Content-Security-Policy") == "" {
				t.Errorf("headers for browsers are missing: %v", res.Header)
			}
		})
	}
}

func TestHealthNeedsNoToken(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	if res, body := ask(t, s, "GET", "/healthz", "", "Authorization: "); res.StatusCode != 200 || body != "{\"status\":\"ready\",\"reasons\":[],\"warnings\":[]}\n" {
		t.Errorf("%d %q", res.StatusCode, body)
	}
	o.unready = []string{"plugin leg-rtp is starting"}
	if res, body := ask(t, s, "GET", "/healthz", "", "Authorization: "); res.StatusCode != 503 || !strings.Contains(body, "leg-rtp is starting") {
		t.Errorf("%d %q", res.StatusCode, body)
	}
}

func TestMetrics(t *testing.T) {
	o := newOffice()
	opt := o.options()
	m := opt.Metrics.(*api.Metrics)
	m.Observe(ended("busy", 0))
	m.Observe(ended("normal", 61))
	for _, raw := range []string{"INVITE sip:x SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n", "HACK sip:x SIP/2.0\r\n\r\n", "\x00\x01"} {
		m.Message(false, []byte(raw))
	}
	m.Message(true, []byte("SIP/2.0 486 Busy Here\r\nVia: x\r\nCSeq: 1 INVITE\r\n\r\n"))
	a, err := api.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	get := func(from string, headers ...string) (int, string) {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.RemoteAddr = from
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	status, body := get("127.0.0.1:4000")
	if status != 200 {
		t.Fatal(status, body)
	}
	have := map[string]bool{}
	for lines := bufio.NewScanner(strings.NewReader(body)); lines.Scan(); {
		have[lines.Text()] = true
	}
	for _, want := range []string{
		`plugboard_build_info{version="1.2.3"} 1`,
		`plugboard_calls{state="up"} 1`, `plugboard_calls{state="ringing"} 1`,
		`plugboard_calls_total{cause="busy"} 1`, `plugboard_calls_total{cause="normal"} 1`,
		`plugboard_talk_seconds_total 61`, `plugboard_records_waiting 7`, `plugboard_sip_subscriptions{event="dialog"} 12`,
		`plugboard_call_setup_seconds_count 2`,
		`plugboard_legs{kind="extension",state="up"} 1`,
		`plugboard_registrations 1`,
		`plugboard_plugin_up{plugin="leg-rtp",state="up"} 1`, `plugboard_plugin_restarts_total{plugin="leg-rtp"} 1`,
		`plugboard_late_ticks_total 2`, `plugboard_tick_lateness_seconds{quantile="0.99"} 0.003`,
		`plugboard_sip_messages_total{direction="received",method="INVITE",status=""} 1`,
		`plugboard_sip_messages_total{direction="received",method="other",status=""} 2`,
		`plugboard_sip_messages_total{direction="sent",method="INVITE",status="486"} 1`,
	} {
		if !have[want] {
			t.Errorf("no line %s", want)
		}
	}
	if !strings.Contains(body, "go_goroutines ") {
		t.Error("no figures of the Go runtime")
	}
	for name, c := range map[string]struct {
		from, header string
		status       int
	}{
		"from elsewhere":                {"192.0.2.1:4000", "", 401},
		"through a proxy":               {"127.0.0.1:4000", "X-Forwarded-For: 192.0.2.1", 401},
		"from elsewhere with the token": {"192.0.2.1:4000", "Authorization: Bearer " + token, 200},
		"IPv6 loopback":                 {"[::1]:4000", "", 200},
	} {
		if status, _ := get(c.from, c.header); status != c.status {
			t.Errorf("%s: %d", name, status)
		}
	}
}

func TestOpenAPI(t *testing.T) {
	_, s := serve(t, newOffice())
	_, body := ask(t, s, "GET", "/api/v1/openapi.json", "")
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]any }
	}
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %q", doc.OpenAPI)
	}
	for path, verbs := range map[string][]string{
		"/api/v1/calls": {"get", "post"}, "/api/v1/calls/{id}": {"get", "delete"}, "/api/v1/calls/{id}/trace": {"get"},
		"/api/v1/extensions": {"get"}, "/api/v1/extensions/{number}": {"get"}, "/api/v1/trunks": {"get"}, "/api/v1/plugins": {"get"},
		"/api/v1/events": {"get"}, "/api/v1/status": {"get"}, "/api/v1/routes/explain": {"get", "post"}, "/api/v1/cdr": {"get"}, "/api/v1/cdr/{id}": {"get"},
	} {
		for _, verb := range verbs {
			if doc.Paths[path][verb] == nil {
				t.Errorf("%s %s is not described", verb, path)
			}
		}
	}
	for _, name := range []string{"Call", "Leg", "Device", "Problem", "Snapshot", "TraceEntry", "Record", "RecordLeg", "Question", "Explanation"} {
		if doc.Components.Schemas[name] == nil {
			t.Errorf("no schema %s", name)
		}
	}
}

func TestPage(t *testing.T) {
	_, s := serve(t, newOffice())
	if res, body := ask(t, s, "GET", "/", "", "Authorization: "); res.StatusCode != 200 || body != "the page" {
		t.Errorf("%d %q", res.StatusCode, body)
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	a, err := api.New(newOffice().options())
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := background()
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- a.Serve(ctx, l) }()
	res, err := http.Get("http://" + l.Addr().String() + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := http.Get("http://" + l.Addr().String() + "/healthz"); err == nil {
		t.Error("it still listens")
	}
}
