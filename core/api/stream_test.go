package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/trace"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/plugtest/pipe"
)

func ended(cause string, talk float64) event.Event {
	rang := started.Add(20 * time.Millisecond)
	return event.Event{Type: event.CallEnded, Data: event.CDR{ID: "C1", Cause: cause, Started: started, Ringing: &rang, TalkSeconds: talk}}
}

type message struct {
	Seq  uint64          `json:"seq"`
	Type string          `json:"type"`
	Data json.RawMessage `json:"data"`
}

func listen(t *testing.T, ctx context.Context, s *httptest.Server, query string, headers ...string) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	h := http.Header{"Authorization": {"Bearer " + token}}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		h.Set(name, value)
	}
	c, res, err := websocket.Dial(ctx, s.URL+"/api/v1/events"+query, &websocket.DialOptions{HTTPHeader: h})
	if c != nil {
		c.SetReadLimit(1 << 20)
		t.Cleanup(func() { c.CloseNow() })
	}
	return c, res, err
}

func next(t *testing.T, ctx context.Context, c *websocket.Conn) message {
	t.Helper()
	_, b, err := c.Read(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var m message
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEventsSnapshotThenEventsThenResume(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	o := newOffice()
	_, s := serve(t, o)
	o.events.Emit(event.Event{Type: "before"})
	c, _, err := listen(t, ctx, s, "")
	if err != nil {
		t.Fatal(err)
	}
	m := next(t, ctx, c)
	var snapshot api.Snapshot
	if err := json.Unmarshal(m.Data, &snapshot); err != nil {
		t.Fatal(err)
	}
	if m.Type != api.EventSnapshot || m.Seq != 1001 || len(snapshot.Calls) != 2 || len(snapshot.Extensions) != 2 || len(snapshot.Plugins) != 1 {
		t.Errorf("first message: %+v", m)
	}
	o.events.Emit(event.Event{Type: event.CallStarted, Data: event.Call{ID: "C3", From: "101"}})
	if m := next(t, ctx, c); m.Seq != 1002 || m.Type != event.CallStarted || !strings.Contains(string(m.Data), `"id":"C3"`) {
		t.Errorf("got %+v", m)
	}
	c.CloseNow()

	for i := range 3 { // what it misses while it is away
		o.events.Emit(event.Event{Type: fmt.Sprint("away", i)})
	}
	c, _, err = listen(t, ctx, s, "?after=1002")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if m := next(t, ctx, c); m.Seq != uint64(1003+i) || m.Type != fmt.Sprint("away", i) {
			t.Errorf("resumed with %+v", m)
		}
	}
	for i := range 200 { // more than is kept
		o.events.Emit(event.Event{Type: fmt.Sprint("many", i)})
	}
	for _, after := range []string{"1005", "999999", "1"} { // too old, of a future that never was, of an earlier life
		c, _, err = listen(t, ctx, s, "?after="+after)
		if err != nil {
			t.Fatal(err)
		}
		if m := next(t, ctx, c); m.Type != api.EventSnapshot || m.Seq != 1205 {
			t.Errorf("after=%s: %+v, want a snapshot", after, m)
		}
	}
}

// A client that does not read never holds up Emit. It is told what it missed
// and closed with a reason.
func TestSlowClientIsLetGo(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	o := newOffice()
	_, s := serve(t, o)
	c, _, err := listen(t, ctx, s, "")
	if err != nil {
		t.Fatal(err)
	}
	next(t, ctx, c)
	// Enough for the kernel's buffers to fill and then the queue.
	text := strings.Repeat("x", 16<<10)
	for range 1500 {
		o.events.Emit(event.Event{Type: "flood", Data: text})
	}
	last, missed := uint64(1000), false
	for {
		_, b, err := c.Read(ctx)
		if err != nil {
			var e websocket.CloseError
			if !asCloseError(err, &e) || e.Code != websocket.StatusTryAgainLater || !strings.Contains(e.Reason, fmt.Sprintf("after=%d", last)) {
				t.Errorf("closed with %v, want a reason with after=%d", err, last)
			}
			break
		}
		var m message
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		if m.Type == api.EventMissed {
			missed = true
			if want := fmt.Sprintf(`{"after":%d}`, last); string(m.Data) != want {
				t.Errorf("told %s, want %s", m.Data, want)
			}
			continue
		}
		if m.Seq != last+1 {
			t.Fatalf("a gap: %d after %d", m.Seq, last)
		}
		last = m.Seq
	}
	if !missed || last == 2500 {
		t.Errorf("missed told: %v, last %d", missed, last)
	}
}

func asCloseError(err error, e *websocket.CloseError) bool {
	code := websocket.CloseStatus(err)
	if code < 0 {
		return false
	}
	*e = websocket.CloseError{Code: code, Reason: err.Error()}
	return true
}

func TestManyListenersSeeTheSameOrder(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	o := newOffice()
	_, s := serve(t, o)
	var listeners sync.WaitGroup
	for range 5 {
		c, _, err := listen(t, ctx, s, "")
		if err != nil {
			t.Fatal(err)
		}
		next(t, ctx, c)
		listeners.Go(func() {
			for i := range 100 {
				_, b, err := c.Read(ctx)
				var m message
				if err != nil || json.Unmarshal(b, &m) != nil || m.Seq != uint64(1001+i) {
					t.Errorf("event %d: %s %v", i, b, err)
					return
				}
			}
		})
	}
	var emitters sync.WaitGroup
	for range 4 {
		emitters.Go(func() {
			for range 25 {
				o.events.Emit(event.Event{Type: "x"})
			}
		})
	}
	emitters.Wait()
	listeners.Wait()
}

// RFC 6455, section 10.2: a browser's page of another origin is refused.
func TestEventsCheckTheOrigin(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	_, s := serve(t, newOffice())
	for origin, ok := range map[string]bool{
		s.URL: true, "https://desk.example.net": true, "https://DESK.example.net": true,
		"https://evil.example.net": false, "http://desk.example.net": false, "null": false, "https://desk.example.net.evil.org": false,
	} {
		_, res, err := listen(t, ctx, s, "", "Origin: "+origin)
		if (err == nil) != ok {
			t.Errorf("origin %s: %v", origin, err)
		}
		if !ok && res != nil && (res.StatusCode != 403 || res.Header.Get("Content-Type") != "application/problem+json") {
			t.Errorf("origin %s: %d", origin, res.StatusCode)
		}
	}
	if _, res, err := listen(t, ctx, s, "?after=x"); err == nil || res.StatusCode != 422 {
		t.Errorf("after=x: %v", err)
	}
}

// The same holds for SIP over WebSocket (RFC 7118 §7); programs have no origin, and
// who calls is proven by SIP.
func TestSIPChecksTheOrigin(t *testing.T) {
	_, s := serve(t, newOffice())
	for origin, want := range map[string]int{
		"": 418, s.URL: 418, "https://desk.example.net": 418, "https://evil.example.net": 403, "null": 403,
	} {
		req, err := http.NewRequest("GET", s.URL+"/sip", nil)
		if err != nil {
			t.Fatal(err)
		}
		if origin != "" {
			req.Header.Set("Origin", origin)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("origin %q: %d", origin, res.StatusCode)
		}
	}
}

func TestCloseEndsTheStreams(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	o := newOffice()
	a, s := serve(t, o)
	c, _, err := listen(t, ctx, s, "")
	if err != nil {
		t.Fatal(err)
	}
	next(t, ctx, c)
	o.book.Note("C1", "", "x")
	req, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/api/v1/calls/C1/trace?follow=true", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	closed := make(chan struct{})
	go func() { a.Close(); close(closed) }()
	if _, _, err := c.Read(ctx); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("closed with %v", err)
	}
	if _, err := io.ReadAll(res.Body); err != nil {
		t.Error(err)
	}
	<-closed
	_, refused, err := listen(t, ctx, s, "")
	if err == nil || refused.StatusCode != 503 {
		t.Errorf("a stream after Close: %v", err)
	}
}

// A client that never reads does not hold up the end of the switch.
func TestCloseCutsClientsThatDoNotRead(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	o := newOffice()
	a, s := serve(t, o)
	c, _, err := listen(t, ctx, s, "")
	if err != nil {
		t.Fatal(err)
	}
	next(t, ctx, c)
	o.book.Note("C1", "", "x")
	req, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/api/v1/calls/C1/trace?follow=true", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text := strings.Repeat("x", 64<<10)
	for range 400 { // more than the kernel's buffers hold
		o.events.Emit(event.Event{Type: "flood", Data: text})
		o.book.Note("C1", "", text)
	}
	began := time.Now()
	a.Close()
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("Close took %v", took)
	}
}

func TestTrace(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	o := newOffice()
	_, s := serve(t, o)
	o.book.Record("C1", false, trace.Way{Remote: "192.0.2.1:5060"}, []byte("INVITE sip:102@pbx SIP/2.0\r\nFrom: <sip:101@pbx>;tag=a\r\nCall-ID: x\r\n\r\n"))
	res, text := ask(t, s, "GET", "/api/v1/calls/C1/trace", "")
	if res.Header.Get("Content-Type") != "text/plain; charset=utf-8" || !strings.Contains(text, "─ INVITE ─") || !strings.Contains(text, "101") {
		t.Errorf("%v\n%s", res.Header, text)
	}
	if _, text := ask(t, s, "GET", "/api/v1/calls/C1/trace?messages=true", ""); !strings.Contains(text, "Call-ID: x") {
		t.Errorf("no messages in\n%s", text)
	}
	_, body := ask(t, s, "GET", "/api/v1/calls/C1/trace", "", "Accept: application/json")
	var entries []api.TraceEntry
	if err := json.Unmarshal([]byte(body), &entries); err != nil || len(entries) != 1 || entries[0].From != "101" || entries[0].To != "plugboard" ||
		!strings.HasPrefix(entries[0].Message, "INVITE ") || entries[0].Seq != 1 {
		t.Errorf("%v %s", err, body)
	}

	req, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/api/v1/calls/C1/trace?follow=true", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/x-ndjson")
	follow, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer follow.Body.Close()
	lines := bufio.NewScanner(follow.Body)
	line := func() api.TraceEntry {
		var e api.TraceEntry
		if !lines.Scan() {
			t.Fatal("the stream has ended")
		}
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		return e
	}
	if e := line(); !strings.HasPrefix(e.Message, "INVITE ") {
		t.Errorf("first %+v", e)
	}
	o.book.Note("C1", "", "rings")
	if e := line(); e.Note != "rings" || e.Seq != 2 {
		t.Errorf("then %+v", e)
	}
	o.book.End("C1")
	o.book.Note("C1", "", "after the end")
	if e := line(); e.Note != "after the end" {
		t.Errorf("then %+v", e)
	}
	if lines.Scan() {
		t.Errorf("then %s, want the end", lines.Text())
	}
}

// The limit on the time of a request does not cut a stream. In virtual time: the
// limit holds from when the connection is made, so on a busy machine a short one
// would be over before the request is read.
func TestFollowOutlivesTheReadTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice()
		a, err := api.New(o.options())
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		l := pipe.Listen()
		served := make(chan error, 1)
		go func() { served <- a.Serve(ctx, l) }()
		client := http.Client{Transport: &http.Transport{DialContext: l.Dial}}

		o.book.Note("C1", "", "before")
		req, err := http.NewRequestWithContext(t.Context(), "GET", "http://pbx/api/v1/calls/C1/trace?follow", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		o.book.Note("C1", "", "after")
		o.book.End("C1")
		text, err := io.ReadAll(res.Body)
		if err != nil || !strings.Contains(string(text), "before") || !strings.Contains(string(text), "after") {
			t.Errorf("%v %s", err, text)
		}
		res.Body.Close()
		client.CloseIdleConnections()
		a.Close()
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
}

func TestTimesAreUTC(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	there := started.In(berlin)
	o := newOffice()
	o.calls[1].Started, o.calls[1].Answered = there, &there
	o.calls[1].Legs[0].Since = &there
	_, s := serve(t, o)
	for _, path := range []string{"/api/v1/calls", "/api/v1/calls/C1"} {
		if _, body := ask(t, s, "GET", path, ""); strings.Contains(body, "+01:00") || !strings.Contains(body, `"since":"2026-03-01T12:00:00Z"`) {
			t.Errorf("%s: %s", path, body)
		}
	}
	if there.Location() != berlin {
		t.Error("the switch's own value was changed")
	}
}

func TestToken(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	var tokens [8]string
	var all sync.WaitGroup
	for i := range tokens { // several daemons by mistake: one token
		all.Go(func() {
			var err error
			if tokens[i], err = api.LoadOrCreateToken(dir); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, got := range tokens {
		if len(got) != 43 || got != tokens[0] {
			t.Errorf("tokens %q", tokens)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
	path := filepath.Join(dir, api.TokenFile)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := api.LoadOrCreateToken(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a token that others may read: %v", err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := api.LoadOrCreateToken(dir); err == nil {
		t.Error("an empty token was taken")
	}
}

func BenchmarkEmit(b *testing.B) {
	e := api.NewBroadcaster(0, 1000)
	b.ReportAllocs()
	for b.Loop() {
		e.Emit(event.Event{Type: "x"})
	}
}
