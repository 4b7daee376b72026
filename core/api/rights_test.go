package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
)

// Who may ask for a route.
const (
	byAll    = "all"    // nobody has to sign in
	byMeter  = "meter"  // from this machine, or with the token
	byPeople = "people" // whoever is signed in; the handler shows what is theirs
	byPerson = "person" // who is signed in as an extension
	byOwner  = "owner"  // whose it is
	byAdmin  = "admin"
	byHere   = "here" // the admin, from this machine itself
)

// rights says of each route of the API who may ask for it.
var rights = map[string][]string{
	byAll: {
		"GET /{$}", "GET /sw.js", "GET /assets/{file}", "GET /healthz",
		"GET /api/v1/login", "POST /api/v1/login", "POST /api/v1/invitations/look", "POST /api/v1/invitations/take",
		"GET /api/v1/provisioning/{code}", // who knows the code
		"GET /sip",                        // a phone proves by SIP who it is
	},
	byMeter: {"GET /metrics"},
	byPeople: {
		"GET /api/v1/me", "POST /api/v1/me/password", "POST /api/v1/logout", "GET /api/v1/openapi.json", "GET /api/v1/features",
		"GET /api/v1/calls", "POST /api/v1/calls", "GET /api/v1/cdr", "GET /api/v1/cdr/{id}", "GET /api/v1/recordings", "GET /api/v1/recordings/{id}", "GET /api/v1/recordings/{id}/audio", "GET /api/v1/transcripts/{call}", "GET /api/v1/extensions", "GET /api/v1/voicemail",
		"GET /api/v1/events", "GET /api/v1/webrtc", "POST /api/v1/webrtc/sessions", "PATCH /api/v1/webrtc/sessions/{id}", "DELETE /api/v1/webrtc/sessions/{id}",
		"POST /api/v1/webrtc/sessions/{id}/link", "PUT /api/v1/push",
	},
	byPerson: {"POST /api/v1/calls/{id}/decline", "POST /api/v1/calls/{id}/shown", "DELETE /api/v1/push/{device}"},
	byOwner: {
		"PATCH /api/v1/extensions/{number}",
		"GET /api/v1/voicemail/{box}", "GET /api/v1/voicemail/{box}/{id}", "GET /api/v1/voicemail/{box}/{id}/audio",
		"PATCH /api/v1/voicemail/{box}/{id}", "DELETE /api/v1/voicemail/{box}/{id}",
		"GET /api/v1/calls/{id}", "DELETE /api/v1/calls/{id}", "POST /api/v1/calls/{id}/transfer", "POST /api/v1/calls/{id}/legs", "POST /api/v1/calls/{id}/park", "POST /api/v1/calls/{id}/join",
		"DELETE /api/v1/calls/{id}/legs/{leg}", "POST /api/v1/calls/{id}/legs/{leg}/hold", "POST /api/v1/calls/{id}/legs/{leg}/resume",
		"POST /api/v1/calls/{id}/legs/{leg}/mute", "POST /api/v1/calls/{id}/legs/{leg}/unmute",
	},
	byAdmin: {
		"POST /api/v1/invitations", "POST /api/v1/extensions/{number}/provisioning", "GET /api/v1/status",
		"POST /api/v1/calls/{id}/listen", "POST /api/v1/calls/{id}/legs/{leg}/dtmf", "POST /api/v1/calls/{id}/legs/{leg}/dump",
		"GET /api/v1/calls/{id}/trace", "GET /api/v1/calls/{id}/pcap",
		"GET /api/v1/calls/{id}/tools", "POST /api/v1/calls/{id}/tools", "PATCH /api/v1/calls/{id}/tools/{name}", "DELETE /api/v1/calls/{id}/tools/{name}",
		"GET /api/v1/conferences", "GET /api/v1/conferences/{name}", "POST /api/v1/conferences/{name}/lock", "POST /api/v1/conferences/{name}/unlock",
		"POST /api/v1/conferences/{name}/members/{leg}/mute", "POST /api/v1/conferences/{name}/members/{leg}/unmute", "DELETE /api/v1/conferences/{name}/members/{leg}",
		"GET /api/v1/park", "GET /api/v1/queues", "GET /api/v1/queues/{name}",
		"POST /api/v1/queues/{name}/agents/{number}/login", "POST /api/v1/queues/{name}/agents/{number}/logout",
		"POST /api/v1/queues/{name}/agents/{number}/pause", "POST /api/v1/queues/{name}/agents/{number}/resume",
		"GET /api/v1/extensions/{number}", "GET /api/v1/schedules", "PATCH /api/v1/schedules/{name}",
		"GET /api/v1/prompts", "DELETE /api/v1/prompts", "GET /api/v1/prompts/voices", "POST /api/v1/prompts/warm", "POST /api/v1/mail/test",
		"GET /api/v1/trunks", "GET /api/v1/plugins",
		"GET /api/v1/routes/explain", "POST /api/v1/routes/explain", "GET /api/v1/config/plan", "POST /api/v1/config/plan", "POST /api/v1/config/apply",
		"GET /api/v1/config/files", "PUT /api/v1/config/files", "GET /api/v1/config/files/{name}", "PUT /api/v1/config/files/{name}",
		"POST /api/v1/config/check", "GET /api/v1/config/blocks", "POST /api/v1/config/blocks", "GET /api/v1/routes/graph", "GET /api/v1/logs",
		"DELETE /api/v1/recordings/{id}", "DELETE /api/v1/transcripts/{call}",
	},
	byHere: {"POST /api/v1/plugins/{name}/upgrade", "GET /api/v1/plugins/{name}/log"},
}

var named = regexp.MustCompile(`\{[^}]*\}`)

// Each route has a rule, and keeps it for nobody, for whose it is (101), for
// somebody else (102), for the admin's browser and for who holds the token.
func TestEachRouteHasItsRight(t *testing.T) {
	o := newOffice()
	o.calls = []call.Info{{ID: "C1", From: "101", To: "103", State: "up", Legs: []call.LegInfo{
		{ID: "L1", Kind: call.KindExtension, Number: "101", Name: "anna", State: "up"}, {ID: "L3", Kind: call.KindExtension, Number: "103", State: "up"},
	}}}
	a, s := serveSignIn(t, o)
	owner, other, boss := newBrowser(t, s), newBrowser(t, s), newBrowser(t, s)
	owner.signUp("101")
	other.signUp("102")
	boss.signUp("admin")

	right := map[string]string{}
	for who, list := range rights {
		for _, pattern := range list {
			right[pattern] = who
		}
	}
	names := map[string]string{"{id}": "C1", "{leg}": "L1", "{number}": "101", "{box}": "office", "{$}": "", "{name}": "office", "{call}": "C1", "{file}": "x.js", "{device}": "a-page-of-mine", "{code}": "x"}
	for _, pattern := range a.Patterns() {
		who, ok := right[pattern]
		if !ok {
			t.Errorf("%s has no right: say in this test who may ask for it, and in personal.go", pattern)
			continue
		}
		delete(right, pattern)
		method, path, _ := strings.Cut(pattern, " ")
		path = named.ReplaceAllStringFunc(path, func(name string) string {
			value, ok := names[name]
			if !ok {
				t.Fatalf("%s: what is %s?", pattern, name)
			}
			return value
		})
		body := ""
		if method != http.MethodGet && method != http.MethodDelete {
			body = "[]" // what no route takes: it fails behind the gate
		}
		for _, x := range []struct {
			name string
			ask  func() *httptest.ResponseRecorder
			may  []string
		}{
			{"nobody", func() *httptest.ResponseRecorder { return from(a, nil, method, path, body) }, []string{byAll}},
			{"whose it is", func() *httptest.ResponseRecorder { return from(a, owner, method, path, body) }, []string{byAll, byPeople, byPerson, byOwner}},
			{"another", func() *httptest.ResponseRecorder { return from(a, other, method, path, body) }, []string{byAll, byPeople, byPerson}},
			{"the admin", func() *httptest.ResponseRecorder { return from(a, boss, method, path, body) }, []string{byAll, byPeople, byOwner, byAdmin}},
		} {
			if pattern == "POST /api/v1/logout" && x.name != "nobody" {
				continue // it would end the test; see TestSignInAndOut
			}
			w := x.ask()
			gate := w.Code == http.StatusUnauthorized || w.Code == http.StatusForbidden
			if may := slices.Contains(x.may, who); gate == may {
				t.Errorf("%s is for %s; for %s it answers %d %s", pattern, who, x.name, w.Code, w.Body)
			}
			if x.name == "nobody" && gate && w.Code != http.StatusUnauthorized {
				t.Errorf("%s: who has not signed in gets %d", pattern, w.Code)
			}
		}
	}
	for pattern := range right {
		t.Errorf("there is no route %s any more", pattern)
	}
}

// from is a request as it comes from elsewhere, with the cookies of a browser.
func from(a *api.API, b *browser, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = "198.51.100.7:1234"
	r.Header.Set("Content-Type", "application/json")
	if b != nil {
		u := r.URL.ResolveReference(r.URL)
		u.Scheme, u.Host = "http", strings.TrimPrefix(b.s.URL, "http://")
		for _, c := range b.c.Jar.Cookies(u) {
			r.AddCookie(c)
		}
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

// What is asked for by a name is looked for under this name alone: no path leads
// out of where things are kept.
func TestNamesAreNoPaths(t *testing.T) {
	a, s := serveSignIn(t, newOffice())
	boss := newBrowser(t, s)
	boss.signUp("admin")
	for _, pattern := range a.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if method != http.MethodGet || !strings.Contains(path, "{") || strings.Contains(path, "{$}") || strings.Contains(path, "assets") || strings.HasSuffix(path, "/log") {
			continue
		}
		for _, name := range []string{"..%2f..%2fadmin.token", "%2e%2e%2fadmin.token", "..%5c..%5cadmin.token", "%2fetc%2fpasswd", "x%00y", "..%2f..%2f..%2f..%2fetc%2fpasswd"} {
			w := from(a, boss, method, named.ReplaceAllString(path, name), "")
			if w.Code < 400 && len(w.Body.String()) > 0 && w.Code != http.StatusMovedPermanently && w.Code != http.StatusTemporaryRedirect {
				t.Errorf("%s with %s: %d %s", pattern, name, w.Code, fmt.Sprintf("%.80s", w.Body))
			}
		}
	}
}
