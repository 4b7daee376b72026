package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/api"
	phones "github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/signin"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/plugtest/pipe"
)

// browser is somebody's, with a jar of its own.
type browser struct {
	t *testing.T
	c *http.Client
	s *httptest.Server
}

func newBrowser(t *testing.T, s *httptest.Server) *browser {
	jar, _ := cookiejar.New(nil)
	return &browser{t, &http.Client{Jar: jar, Transport: s.Client().Transport}, s}
}

// do sends what a page of ours sends; headers are "Name: value".
func (b *browser) do(method, path, body string, headers ...string) (int, string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.s.URL+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := b.c.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

const password = "correct horse"

// signUp has somebody choose a password, and leaves them signed in.
func (b *browser) signUp(who string) {
	b.t.Helper()
	_, body := ask(b.t, b.s, "POST", "/api/v1/invitations", fmt.Sprintf(`{"name":%q}`, who))
	var i api.Invitation
	if err := json.Unmarshal([]byte(body), &i); err != nil || i.Path != "/#invitation="+i.Code {
		b.t.Fatal(body)
	}
	if code, body := b.do("POST", "/api/v1/invitations/take", fmt.Sprintf(`{"code":%q,"password":%q}`, i.Code, password)); code != 200 {
		b.t.Fatal(code, body)
	}
}

// serveSignIn serves an office in which 101 and 102 may sign in.
func serveSignIn(t *testing.T, o *office) (*api.API, *httptest.Server) {
	t.Helper()
	kept, err := store.Open(store.Options{Dir: t.TempDir(), Log: hclog.NewNullLogger()})
	if err != nil {
		t.Fatal(err)
	}
	kept.Start(func() []call.Info { return nil })
	t.Cleanup(kept.Close)
	opt := o.options()
	opt.Recordings, opt.Transcripts = &o.sounds, new(heard)
	opt.SignIn, err = signin.New(t.Context(), kept, func(number string) bool { return number == "101" || number == "102" })
	if err != nil {
		t.Fatal(err)
	}
	opt.Pushes, err = phones.NewPusher(t.TempDir(), kept, func() string { return "mailto:pbx@example.net" }, hclog.NewNullLogger())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(opt.Pushes.Close)
	a, err := api.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a)
	t.Cleanup(func() { a.Close(); s.Close() })
	return a, s
}

func TestSignInAndOut(t *testing.T) {
	_, s := serveSignIn(t, newOffice())
	anna := newBrowser(t, s)
	if code, _ := anna.do("GET", "/api/v1/me", ""); code != 401 {
		t.Errorf("before: %d", code)
	}
	anna.signUp("101")
	const me = `{"admin":false,"number":"101","name":"Anna"}` + "\n"
	if code, body := anna.do("GET", "/api/v1/me", ""); code != 200 || body != me {
		t.Errorf("after the invitation: %d %s", code, body)
	}
	if code, _ := anna.do("POST", "/api/v1/logout", ""); code != 204 {
		t.Errorf("sign out: %d", code)
	}
	if code, _ := anna.do("GET", "/api/v1/me", ""); code != 401 {
		t.Errorf("signed out: %d", code)
	}
	for body, want := range map[string]int{
		`{"name":"101","password":"wrong horse"}`:   403,
		`{"name":"102","password":"correct horse"}`: 403,
		`{"name":"","password":"x"}`:                422,
		`{"name":"101"`:                             400,
	} {
		if code, text := anna.do("POST", "/api/v1/login", body); code != want {
			t.Errorf("%s: %d %s", body, code, text)
		}
	}
	if code, body := anna.do("POST", "/api/v1/login", `{"name":"101","password":"correct horse"}`); code != 200 || body != me {
		t.Errorf("sign in: %d %s", code, body)
	}
	other := newBrowser(t, s)
	if code, _ := other.do("POST", "/api/v1/login", `{"name":"101","password":"correct horse"}`); code != 200 {
		t.Error("on a second browser:", code)
	}
	if code, body := anna.do("POST", "/api/v1/me/password", `{"old":"correct horse","password":"short"}`); code != 422 || !strings.Contains(body, "10 characters") {
		t.Errorf("a short password: %d %s", code, body)
	}
	if code, body := anna.do("POST", "/api/v1/me/password", `{"old":"correct horse","password":"battery staple"}`); code != 200 {
		t.Errorf("another password: %d %s", code, body)
	}
	if code, _ := anna.do("GET", "/api/v1/me", ""); code != 200 {
		t.Error("who changes the password stays signed in:", code)
	}
	if code, _ := other.do("GET", "/api/v1/me", ""); code != 401 {
		t.Error("the other browser was not signed out:", code)
	}
	var waits bool
	for range 10 {
		code, _ := other.do("POST", "/api/v1/login", `{"name":"101","password":"wrong horse"}`)
		waits = waits || code == 429
	}
	if !waits {
		t.Error("nobody slows down who guesses")
	}
	boss := newBrowser(t, s)
	boss.signUp("admin")
	if code, body := boss.do("GET", "/api/v1/me", ""); body != `{"admin":true,"number":"","name":""}`+"\n" {
		t.Errorf("the admin: %d %s", code, body)
	}
}

// A page of another origin gets nothing by the cookie that the browser sends along.
func TestOtherOrigins(t *testing.T) {
	_, s := serveSignIn(t, newOffice())
	anna := newBrowser(t, s)
	anna.signUp("101")
	for _, headers := range [][]string{
		{"Sec-Fetch-Site: cross-site"}, {"Sec-Fetch-Site: same-site"}, {"Sec-Fetch-Site: ", "Origin: https://evil.example.net"},
	} {
		for _, path := range []string{"/api/v1/logout", "/api/v1/login", "/api/v1/calls"} {
			if code, body := anna.do("POST", path, "{}", headers...); code != 403 || !strings.Contains(body, "origin") {
				t.Errorf("%s with %s: %d %s", path, headers, code, body)
			}
		}
	}
	if code, _ := anna.do("POST", "/api/v1/logout", "", "Sec-Fetch-Site: cross-site", "Origin: https://desk.example.net"); code != 204 {
		t.Errorf("an origin that is configured: %d", code)
	}
}

// Of recordings and transcripts an extension gets those of calls in which it talked
// as long as they last, and deletes none.
func TestPersonHearsOwnRecordings(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) // of what transcripts_test.go has of C1
	later := func(seconds int) *time.Time { then := at.Add(time.Duration(seconds) * time.Second); return &then }
	leg := func(id, number string, answered, ended *time.Time) event.CDRLeg {
		return event.CDRLeg{ID: id, Kind: string(call.KindExtension), Number: number, Added: at, Answered: answered, Ended: *ended}
	}
	o := newOffice()
	o.records.list = []event.CDR{
		{ID: "C1", Legs: []event.CDRLeg{leg("L1", "101", later(-5), later(60)), leg("L2", "102", later(30), later(60))}},
		{ID: "SENT-ON", Legs: []event.CDRLeg{leg("L3", "101", later(0), later(20)), leg("L4", "103", later(0), later(60))}},
		{ID: "OVERHEARD", Legs: []event.CDRLeg{leg("L5", "101", later(0), later(60))}, Listeners: []event.CDRListener{{Leg: "L5"}}},
		{ID: "MISSED", Legs: []event.CDRLeg{leg("L6", "101", nil, later(60))}},
		{ID: "THEIRS", Legs: []event.CDRLeg{leg("L7", "103", later(0), later(60))}},
	}
	o.sounds.list = []event.Recording{{ID: "on", Call: "C1", Began: at, Channels: []string{}}}
	for _, c := range o.records.list {
		o.sounds.list = append(o.sounds.list, event.Recording{ID: c.ID, Call: c.ID, Began: at, Ended: later(60), Channels: []string{}})
	}
	_, s := serveSignIn(t, o)
	for number, own := range map[string]string{"101": "C1", "102": ""} {
		g := newBrowser(t, s)
		g.signUp(number)
		if code, body := g.do("GET", "/api/v1/recordings", ""); code != 422 {
			t.Errorf("all recordings: %d %s", code, body)
		}
		for _, r := range o.sounds.list {
			want, list := 404, "[]\n"
			if r.ID == own {
				want = 200
			}
			if r.Call == own {
				list = `"C1"`
			}
			if code, body := g.do("GET", "/api/v1/recordings?call="+r.Call, ""); code != 200 || !strings.Contains(body, list) || strings.Contains(body, `"on"`) {
				t.Errorf("%s, recordings of %s: %d %s", number, r.Call, code, body)
			}
			if code, body := g.do("GET", "/api/v1/recordings/"+r.ID, ""); code != want {
				t.Errorf("%s, recording %s: %d %s", number, r.ID, code, body)
			}
			if code, _ := g.do("GET", "/api/v1/recordings/"+r.ID+"/audio", ""); code != 404 { // it has no file
				t.Errorf("%s, the sound of %s: %d", number, r.ID, code)
			}
			if code, _ := g.do("DELETE", "/api/v1/recordings/"+r.ID, ""); code != 403 {
				t.Errorf("%s deletes %s: %d", number, r.ID, code)
			}
		}
		code, body := g.do("GET", "/api/v1/transcripts/C1", "")
		if said := strings.Contains(body, "good morning"); said != (own != "") || said != (code == 200) {
			t.Errorf("%s, the transcript: %d %s", number, code, body)
		}
	}
}

// Who signs in as an extension sees what is theirs, acts on what is theirs, and
// is refused all else; whatever route is added, too.
func TestPersonalRights(t *testing.T) {
	o := newOffice()
	leg := func(id, number string) call.LegInfo {
		return call.LegInfo{ID: id, Kind: call.KindExtension, Number: number, Name: "n" + number, State: "up"}
	}
	o.calls = []call.Info{
		{ID: "MINE", From: "101", To: "102", State: "up", Legs: []call.LegInfo{leg("L1", "101"), leg("L2", "102")}},
		{ID: "THEIRS", From: "103", To: "104", State: "up", Legs: []call.LegInfo{leg("L3", "103"), {ID: "L4", Kind: "trunk", Number: "101", Name: "101"}}},
	}
	record := func(id, number string) event.CDR {
		return event.CDR{ID: id, Legs: []event.CDRLeg{{Kind: string(call.KindExtension), Number: number}}}
	}
	o.records.list = []event.CDR{record("R1", "101"), record("R2", "103")}
	_, s := serveSignIn(t, o)
	anna := newBrowser(t, s)
	anna.signUp("101")

	for path, want := range map[string]string{"/api/v1/calls": "MINE", "/api/v1/cdr": "R1", "/api/v1/cdr?extension=103": "R1", "/api/v1/cdr?format=csv": "R1"} {
		code, body := anna.do("GET", path, "")
		if code != 200 || !strings.Contains(body, want) || strings.Contains(body, "THEIRS") || strings.Contains(body, "R2") {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	if _, body := anna.do("GET", "/api/v1/extensions", ""); !strings.Contains(body, "Lobby") || !strings.Contains(body, "192.0.2.1") {
		t.Errorf("the directory: %s", body)
	}
	bert := newBrowser(t, s)
	bert.signUp("102")
	if _, body := bert.do("GET", "/api/v1/extensions", ""); !strings.Contains(body, "Anna") || strings.Contains(body, "192.0.2.1") {
		t.Errorf("another one's directory: %s", body)
	}

	for b, want := range map[*browser]string{anna: `"office"`, bert: "[]"} {
		if _, body := b.do("GET", "/api/v1/voicemail", ""); !strings.Contains(body, want) || strings.Contains(body, "home") {
			t.Errorf("the mailboxes: %s, want %s", body, want)
		}
	}

	const no, yes = 403, 0
	others, _, err := o.browsers.Open(t.Context(), "102", "", []byte("o"))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		method, path, body string
		want               int // 403, 404, or 0 for anything that is no refusal
	}{
		{"GET", "/api/v1/calls/MINE", "", yes},
		{"GET", "/api/v1/calls/THEIRS", "", no},
		{"DELETE", "/api/v1/calls/THEIRS", "", no},
		{"DELETE", "/api/v1/calls/%54HEIRS", "", no},
		{"POST", "/api/v1/calls/MINE/transfer", `{"to":"103"}`, yes},
		{"POST", "/api/v1/calls/MINE/transfer", `{"into":"THEIRS"}`, 404},
		{"POST", "/api/v1/calls/THEIRS/transfer", `{"to":"101"}`, no},
		{"POST", "/api/v1/calls/MINE/legs/L1/hold", "", yes},
		{"POST", "/api/v1/calls/MINE/legs/101/mute", "", yes},
		{"POST", "/api/v1/calls/MINE/legs/L2/mute", "", no},
		{"POST", "/api/v1/calls/MINE/legs/L9/mute", "", no},
		{"POST", "/api/v1/calls/THEIRS/legs/101/mute", "", no},
		{"POST", "/api/v1/calls/MINE/join", `{"call":"THEIRS"}`, 404},
		{"POST", "/api/v1/calls/MINE/join", `{"call":"MINE"}`, yes},
		{"POST", "/api/v1/calls/THEIRS/join", `{"call":"MINE"}`, no},
		{"PUT", "/api/v1/push", `{"device":"a-page-of-mine","subscription":{"endpoint":"https://127.0.0.1/","keys":{"p256dh":"","auth":""}}}`, yes},
		{"DELETE", "/api/v1/push/a-page-of-mine", "", yes},
		{"POST", "/api/v1/calls", `{"from":"101","to":"102"}`, yes},
		{"POST", "/api/v1/calls", `{"from":"103","to":"102"}`, no},
		{"GET", "/api/v1/cdr/R1", "", yes},
		{"GET", "/api/v1/cdr/R2", "", 404},
		{"GET", "/api/v1/voicemail/office", "", yes},
		{"PATCH", "/api/v1/voicemail/office/a", `{"heard":true}`, yes},
		{"DELETE", "/api/v1/voicemail/office/a", "", yes},
		{"GET", "/api/v1/voicemail/home", "", no},
		{"GET", "/api/v1/voicemail/home/a/audio", "", no},
		{"PATCH", "/api/v1/voicemail/home/a", `{"heard":true}`, no},
		{"DELETE", "/api/v1/voicemail/home/a", "", no},
		{"PATCH", "/api/v1/extensions/101", `{"do_not_disturb":"on"}`, yes},
		{"PATCH", "/api/v1/extensions/102", `{"do_not_disturb":"on"}`, no},
		{"GET", "/api/v1/extensions/101", "", no}, // the phone's secret
		{"GET", "/api/v1/calls/MINE/pcap", "", no},
		{"GET", "/api/v1/trunks", "", no},
		{"POST", "/api/v1/config/apply", "", no},
		{"POST", "/api/v1/invitations", `{"name":"admin"}`, no},
		{"GET", "/api/v1/events", "", yes},
		{"GET", "/api/v1/webrtc", "", yes},
		{"POST", "/api/v1/webrtc/sessions", `{"offer":"o"}`, yes},
		{"POST", "/api/v1/webrtc/sessions", `{"offer":"o","extension":"102"}`, no},
		{"PATCH", "/api/v1/webrtc/sessions/OTHERS", `{"end":true}`, 404},
		{"PATCH", "/api/v1/webrtc/sessions/OTHERS", `{"offer":"o"}`, 404},
		{"POST", "/api/v1/webrtc/sessions/OTHERS/link", `{"call":"MINE"}`, 404},
		{"DELETE", "/api/v1/webrtc/sessions/OTHERS", "", 404},
		{"POST", "/api/v1/calls", `{"to":"102","session":"OTHERS"}`, 404},
		{"POST", "/api/v1/calls", `{"to":"102","session":"OTHERS","from":"102"}`, no},
		{"POST", "/api/v1/calls", `{"to":"102","device":"a-page-of-mine"}`, yes},
		{"POST", "/api/v1/calls", `{"to":"102","device":"a-page-of-others","from":"102"}`, no},
		{"POST", "/api/v1/calls/THEIRS/decline", "", 404},
		{"POST", "/api/v1/calls/THEIRS/shown", "", 404},
		{"GET", "/api/v1/nothing", "", no},
	} {
		code, body := anna.do(x.method, strings.ReplaceAll(x.path, "OTHERS", others), strings.ReplaceAll(x.body, "OTHERS", others))
		if refused := code == 401 || code == 403 || code == 404; code != x.want && (x.want != yes || refused) {
			t.Errorf("%s %s %s: %d %s", x.method, x.path, x.body, code, body)
		}
	}
	if err := o.browsers.CloseSession("102", others); err != nil {
		t.Error("what is another's is gone:", err)
	}
	if got := o.records.asked; len(got) == 0 {
		t.Error("no records were asked for")
	} else {
		for _, q := range got {
			if q.Extension != "101" {
				t.Errorf("the records of %q were asked for", q.Extension)
			}
		}
	}
}

// desk is a [signin.Store] that forgets.
type desk struct {
	mu       sync.Mutex
	sessions map[string][]byte
}

func (d *desk) Accounts(context.Context) (map[string]signin.Account, error) {
	return map[string]signin.Account{}, nil
}

func (d *desk) PutAccount(context.Context, string, signin.Account) error { return nil }

func (d *desk) Session(_ context.Context, key string) ([]byte, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	b, ok := d.sessions[key]
	return b, ok, nil
}

func (d *desk) PutSession(_ context.Context, key string, b []byte, _ time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sessions[key] = b
	return nil
}

func (d *desk) DropSession(_ context.Context, key string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sessions, key)
	return nil
}

// A stream ends soon after whoever listens has signed out: the admin's, too. That
// of a program with the admin token stays.
func TestAStreamEndsWithItsSession(t *testing.T) {
	for _, who := range []string{"admin", "101", ""} {
		t.Run(who, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opt := newOffice().options()
				var err error
				opt.SignIn, err = signin.New(t.Context(), &desk{sessions: map[string][]byte{}}, func(number string) bool { return number == "101" })
				if err != nil {
					t.Fatal(err)
				}
				a, err := api.New(opt)
				if err != nil {
					t.Fatal(err)
				}
				ctx, stop := context.WithCancel(t.Context())
				l := pipe.Listen()
				served := make(chan error, 1)
				go func() { served <- a.Serve(ctx, l) }()
				transport := &http.Transport{DialContext: l.Dial}
				jar, _ := cookiejar.New(nil)
				b := &browser{t, &http.Client{Jar: jar, Transport: transport}, &httptest.Server{URL: "http://pbx"}}
				o := &websocket.DialOptions{HTTPClient: b.c, HTTPHeader: http.Header{}}
				if who == "" {
					o.HTTPHeader.Set("Authorization", "Bearer "+token)
				} else {
					code, _, err := opt.SignIn.Invite(ctx, who)
					if err != nil {
						t.Fatal(err)
					}
					if code, body := b.do("POST", "/api/v1/invitations/take", fmt.Sprintf(`{"code":%q,"password":%q}`, code, password)); code != 200 {
						t.Fatal(code, body)
					}
				}
				c, _, err := websocket.Dial(ctx, "ws://pbx/api/v1/events", o)
				if err != nil {
					t.Fatal(err)
				}
				if m := next(t, ctx, c); m.Type != api.EventSnapshot {
					t.Error(m.Type)
				}
				want := websocket.StatusGoingAway
				if who == "" {
					time.AfterFunc(time.Hour, a.Close)
				} else {
					want = websocket.StatusPolicyViolation
					if code, body := b.do("POST", "/api/v1/logout", ""); code != 204 {
						t.Error(code, body)
					}
				}
				since := time.Now()
				if _, _, err := c.Read(ctx); websocket.CloseStatus(err) != want {
					t.Errorf("it ends with %v, want %v", err, want)
				}
				if d := time.Since(since); (d < time.Hour) == (who == "") {
					t.Errorf("it ends after %s", d)
				}
				transport.CloseIdleConnections()
				a.Close()
				stop()
				if err := <-served; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// Who has signed in has a bounded number of streams; the token is a program's, which knows
// what it does.
func TestStreamsOfSomebodyAreBounded(t *testing.T) {
	_, s := serveSignIn(t, newOffice())
	b := newBrowser(t, s)
	b.signUp("101")
	ctx, cancel := background()
	defer cancel()
	dial := func(o *websocket.DialOptions) (*websocket.Conn, *http.Response) {
		c, res, err := websocket.Dial(ctx, s.URL+"/api/v1/events", o)
		if err == nil {
			t.Cleanup(func() { c.CloseNow() })
		}
		return c, res
	}
	first, _ := dial(&websocket.DialOptions{HTTPClient: b.c})
	for range api.MaxStreams - 1 {
		if _, res := dial(&websocket.DialOptions{HTTPClient: b.c}); res.StatusCode != http.StatusSwitchingProtocols {
			t.Fatal(res.Status)
		}
	}
	if _, res := dial(&websocket.DialOptions{HTTPClient: b.c}); res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") == "" {
		t.Error(res.Status)
	}
	if _, res := dial(&websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + token}}}); res.StatusCode != http.StatusSwitchingProtocols {
		t.Error("with the token:", res.Status)
	}
	first.Close(websocket.StatusNormalClosure, "") // waits for the other side's
	for {
		if _, res := dial(&websocket.DialOptions{HTTPClient: b.c}); res.StatusCode == http.StatusSwitchingProtocols {
			break
		}
		if ctx.Err() != nil {
			t.Fatal("one that ends makes no room")
		}
	}
}
