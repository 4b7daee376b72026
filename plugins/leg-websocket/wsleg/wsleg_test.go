package wsleg

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

// echo answers, and says what it hears.
func echo(ws *websocket.Conn, _ *http.Request) {
	ctx := context.Background()
	_ = ws.Write(ctx, websocket.MessageText, []byte(`{"type":"answer"}`))
	for {
		kind, b, err := ws.Read(ctx)
		if err != nil {
			return
		}
		if kind == websocket.MessageBinary {
			if ws.Write(ctx, kind, b) != nil {
				return
			}
		}
	}
}

func TestRules(t *testing.T) {
	plugtest.RunTo(t, func() sdk.Plugin {
		b := newBed(t, nil, echo)
		return sdk.Plugin{Name: "leg-websocket", Version: "1.0.0", Station: b.s, Config: Attributes(), Configure: b.s.Configure}
	}, nil, "ws://bot/")
}

// A program is called: it hears who calls, rings, answers, hears, speaks, sets marks
// and flushes, presses and is pressed keys, holds, and is hung up.
func TestAProgramIsCalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steps := make(chan string)
		b := newBed(t, map[string]any{"rate": 8000., "dial_token": secret}, func(ws *websocket.Conn, r *http.Request) {
			if got := r.Header.Get("Authorization"); got != "Bearer "+secret {
				t.Errorf("it shows %q", got)
			}
			m, _, err := texts(ws)
			if want := (message{Type: "start", Call: "C", Leg: "L", Direction: "out", From: "101", FromName: "Anna", To: "700", Headers: map[string]string{"x-order": "12"}, Rate: 8000}); err != nil || fmt.Sprint(m) != fmt.Sprint(want) {
				t.Errorf("it begins with %+v, %v", m, err)
			}
			say(t, ws, message{Type: "ringing"})
			say(t, ws, message{Type: "answer"})
			// A second of sound, a mark within it and one at its end; then two more
			// seconds, of which the first half is heard.
			pcm := make([]byte, 8000)
			_ = ws.Write(t.Context(), websocket.MessageBinary, pcm)
			say(t, ws, message{Type: "mark", Name: "half"})
			_ = ws.Write(t.Context(), websocket.MessageBinary, pcm)
			say(t, ws, message{Type: "mark", Name: "end"})
			for _, want := range []struct {
				name string
				at   int64
			}{{"half", 500}, {"end", 1000}} {
				if m, _, _ := texts(ws); m.Type != "marked" || m.Name != want.name || m.PlayedMs == nil || *m.PlayedMs != want.at {
					t.Errorf("instead of %v came %s", want, m.encode())
				}
			}
			for range 4 {
				_ = ws.Write(t.Context(), websocket.MessageBinary, pcm)
			}
			say(t, ws, message{Type: "mark", Name: "never"})
			<-steps
			say(t, ws, message{Type: "flush"})
			m, _, _ = texts(ws)
			if m.Type != "flushed" || *m.PlayedMs+*m.DroppedMs != 3000 || *m.PlayedMs < 1980 || *m.PlayedMs > 2020 || !slices.Equal(m.Marks, []string{"never"}) {
				t.Errorf("flushed: %s", m.encode())
			}
			say(t, ws, message{Type: "dtmf", Digit: "5"})
			say(t, ws, message{Type: "hold"})
			steps <- "flushed"
			for _, want := range []string{`{"type":"dtmf","digit":"8","ms":100}`, `{"type":"hold"}`, `{"type":"resume"}`, `{"type":"text","text":"hello"}`, `{"type":"hangup","cause":"busy","text":"why"}`} {
				m, _, err := texts(ws)
				if got := string(m.encode()); got != want || err != nil {
					t.Errorf("came %s, %v, want %s", got, err, want)
				}
			}
			if _, _, err := ws.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusNormalClosure {
				t.Errorf("it was closed as %v", err)
			}
		})
		defer b.close()
		c, err := b.dial("ws://127.0.0.1/path?key=x")
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []leg.EventKind{leg.Ringing, leg.Answered} {
			if e := c.next(t); e.Kind != want {
				t.Fatalf("news %+v", e)
			}
		}
		time.Sleep(time.Millisecond)
		if n := c.ticks(100); n != 100 {
			t.Errorf("%d frames of 100 have sound", n)
		}
		steps <- "flush"
		<-steps
		if e := c.next(t); e.Kind != leg.Digit || e.Digit != '5' || e.Duration != usualKey*time.Millisecond {
			t.Errorf("news %+v", e)
		}
		if e := c.next(t); e.Kind != leg.Changed || e.Direction != leg.Inactive {
			t.Errorf("news %+v", e)
		}
		if n := c.ticks(1); n != 0 {
			t.Error("what was flushed is heard")
		}
		_ = c.Digit(t.Context(), '8', 100*time.Millisecond)
		for _, s := range []leg.Signal{{Kind: leg.SignalHold}, {Kind: leg.SignalResume}, {Kind: leg.SignalText, Text: "hello"}, {Kind: leg.SignalHangup, Cause: "busy", Text: "why"}} {
			_ = c.Signal(t.Context(), s)
		}
		_ = c.Close(t.Context())
	})
}

// What a program that cannot be called, refuses, or breaks off is to the core; and
// what is never told of the address.
func TestProgramsThatDoNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		do := map[string]func(*websocket.Conn, *http.Request){
			"/busy": func(ws *websocket.Conn, _ *http.Request) {
				say(t, ws, message{Type: "hangup", Cause: "busy"})
				time.Sleep(time.Second)
			},
			"/closes": func(ws *websocket.Conn, _ *http.Request) { _ = ws.Close(websocket.StatusNormalClosure, "") },
			"/breaks": func(ws *websocket.Conn, _ *http.Request) {
				say(t, ws, message{Type: "answer"})
				time.Sleep(time.Second)
			},
			"/ends": func(ws *websocket.Conn, _ *http.Request) {
				say(t, ws, message{Type: "answer"})
				_ = ws.Close(websocket.StatusNormalClosure, "")
			},
			"/odd": func(ws *websocket.Conn, _ *http.Request) {
				_ = ws.Write(t.Context(), websocket.MessageBinary, []byte{1})
				echo(ws, nil)
			},
			"/rubbish": func(ws *websocket.Conn, _ *http.Request) {
				_ = ws.Write(t.Context(), websocket.MessageText, []byte("{"))
				echo(ws, nil)
			},
			"/huge": func(ws *websocket.Conn, _ *http.Request) {
				_ = ws.Write(t.Context(), websocket.MessageBinary, make([]byte, largest+2))
				echo(ws, nil)
			},
			"/silent": func(ws *websocket.Conn, _ *http.Request) { say(t, ws, message{Type: "answer"}); <-t.Context().Done() },
		}
		b := newBed(t, nil, nil)
		b.program = func(ws *websocket.Conn, r *http.Request) { do[r.URL.Path](ws, r) }
		defer b.close()
		for path, want := range map[string]string{
			"/busy": "busy", "/closes": "unavailable", "/breaks": "failed", "/ends": "normal", "/odd": "failed", "/rubbish": "failed", "/huge": "unavailable",
		} {
			c, err := b.dial("ws://bot" + path + "?secret=hush")
			if err != nil {
				t.Fatal(err)
			}
			e := c.next(t)
			if e.Kind == leg.Answered {
				e = c.next(t)
			}
			if e.Kind != leg.Ended || e.Cause != want || strings.Contains(e.Reason, "hush") {
				t.Errorf("%s: %+v, want %s", path, e, want)
			}
			_ = c.Close(t.Context())
		}
		b.s.Connect = func(context.Context, string, string) (net.Conn, error) { return nil, fmt.Errorf("no route") }
		c, err := b.dial("ws://bot/x?secret=hush")
		if err != nil {
			t.Fatal(err)
		}
		if e := c.next(t); e.Cause != "unavailable" || e.Reason != "ws://bot/x cannot be reached: no route" {
			t.Errorf("%+v", e)
		}
		for _, bad := range []string{"", "http://bot/", "ws://", "ws://a:b@bot/", "://"} {
			if _, err := b.dial(bad); err == nil {
				t.Errorf("%q is called", bad)
			}
		}
		b.s.set.dialToken = secret
		if _, err := b.dial("ws://bot/"); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("the token is sent in the clear: %v", err)
		}
	})
}

// A program that does not read loses the oldest of what it hears, and its call when
// it is silent to a ping; one that sends without end is read no more.
func TestProgramsThatAreSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		quit := make(chan struct{})
		var sent atomic.Int32
		b := newBed(t, nil, func(ws *websocket.Conn, _ *http.Request) {
			say(t, ws, message{Type: "answer"})
			for range 2000 { // 40 s, at once
				if ws.Write(t.Context(), websocket.MessageBinary, make([]byte, 640)) != nil {
					break
				}
				sent.Add(1)
			}
			<-quit
		})
		defer b.close()
		defer close(quit)
		c, err := b.dial("ws://bot/")
		if err != nil {
			t.Fatal(err)
		}
		if e := c.next(t); e.Kind != leg.Answered {
			t.Fatalf("%+v", e)
		}
		time.Sleep(time.Second)
		if n := sent.Load(); n >= 2000 || n < 1400 {
			t.Errorf("%d frames of 2000 were taken at once", n)
		}
		c.ticks(400)
		synctest.Wait()
		if n := sent.Load(); n < 1890 || n > 1910 {
			t.Errorf("with room for 400 again, %d frames were taken", n)
		}
		if s, _ := c.Stats(t.Context()); s.BufferMs > 30000 || s.PacketsIn < 1890 || len(s.Notes) == 0 {
			t.Errorf("%+v", s)
		}
		c.ticks(1500)
		if e := c.next(t); e.Kind != leg.Ended || e.Cause != "failed" {
			t.Errorf("%+v", e)
		}
		_ = c.Close(t.Context())
	})
}

// A program that knows the token comes in with a call; others do not.
func TestAProgramComesIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t, map[string]any{"listen": "127.0.0.1:8089", "token": secret, "max_calls": 1.}, nil)
		defer b.close()
		ctx, cancel := context.WithCancel(t.Context())
		arrivals := make(chan *leg.Arrival)
		b.all.Go(func() {
			for {
				a, err := b.s.Accept(ctx)
				if err != nil {
					return
				}
				arrivals <- a
			}
		})
		defer cancel()
		synctest.Wait()
		enter := func(token string) (*websocket.Conn, *http.Response, error) {
			return websocket.Dial(ctx, "ws://pbx/", &websocket.DialOptions{
				HTTPHeader: http.Header{"Authorization": {"Bearer " + token}},
				HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: b.door.Dial}},
			})
		}
		if _, res, err := enter("wrong"); err == nil || res.StatusCode != http.StatusUnauthorized {
			t.Errorf("without the token: %v", err)
		}
		ws, _, err := enter(secret)
		if err != nil {
			t.Fatal(err)
		}
		if _, res, err := enter(secret); err == nil || res.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("one too many: %v", err)
		}
		say(t, ws, message{Type: "start", From: "555", FromName: "Bot", To: "101", Rate: 24000, Headers: map[string]string{"X-A": "b"}})
		a := <-arrivals
		if a.From != "555" || a.FromName != "Bot" || a.To != "101" || a.Headers["X-A"] != "b" {
			t.Errorf("%+v", a)
		}
		c := &call{news: make(chan leg.Event, 100)}
		if c.Party, err = a.Open("C", "L", func(e leg.Event) { c.news <- e }); err != nil {
			t.Fatal(err)
		}
		_ = c.Signal(ctx, leg.Signal{Kind: leg.SignalRing})
		_ = c.Signal(ctx, leg.Signal{Kind: leg.SignalAnswer})
		for _, want := range []string{"start", "ringing", "answer"} {
			if m, _, _ := texts(ws); m.Type != want || want == "start" && (m.Call != "C" || m.Rate != 24000 || m.Direction != "in") {
				t.Errorf("came %s, want %s", m.encode(), want)
			}
		}
		c.Deliver(1, new(audio.Frame))
		if kind, pcm, err := ws.Read(ctx); kind != websocket.MessageBinary || len(pcm) != 960 || err != nil {
			t.Errorf("20 ms are %d octets, %v", len(pcm), err)
		}
		say(t, ws, message{Type: "hangup", Cause: "normal"})
		if e := c.next(t); e.Kind != leg.Ended || e.Cause != "normal" {
			t.Errorf("%+v", e)
		}
		_ = c.Close(ctx)
		_, _, _ = ws.Read(ctx)
		time.Sleep(2 * time.Second)
		for _, bad := range []string{`{"type":"start"}`, `{"type":"answer"}`, `x`, `{"type":"start","to":"1","rate":7}`} {
			ws, _, err := enter(secret)
			if err != nil {
				t.Fatal(err)
			}
			_ = ws.Write(ctx, websocket.MessageText, []byte(bad))
			if m, _, err := texts(ws); err != nil || m.Type != "error" || m.Text == "" {
				t.Errorf("%s: %s, %v", bad, m.encode(), err)
			}
			_ = ws.CloseNow()
			synctest.Wait()
		}
		// Who listens no more lets another listen.
		cancel()
		synctest.Wait()
		if _, _, err := enter(secret); err == nil {
			t.Error("it listens still")
		}
	})
}

func TestConfig(t *testing.T) {
	for _, c := range []struct {
		config map[string]any
		want   string // of the error
	}{
		{nil, ""},
		{map[string]any{"rate": 48000.}, ""},
		{map[string]any{"rate": 44100.}, "rate is"},
		{map[string]any{"max_calls": 0.}, "max_calls is"},
		{map[string]any{"listen": "127.0.0.1:1", "token": secret}, ""},
		{map[string]any{"listen": "here", "token": secret}, "listen is an IP"},
		{map[string]any{"listen": "127.0.0.1:1"}, "token is missing"},
		{map[string]any{"listen": "127.0.0.1:1", "token": "short"}, "token is missing or too short"},
		{map[string]any{"listen": "192.0.2.1:1", "token": secret}, "need TLS"},
		{map[string]any{"listen": "127.0.0.1:1", "token": secret, "cert": "x"}, "cert and key go together"},
		{map[string]any{"token": secret}, "write listen"},
		{map[string]any{"ca": "/nowhere"}, "ca: open /nowhere"},
	} {
		_, err := read(c.config)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.config, err, c.want)
		}
	}
}

// A partial frame is heard, and counted as what it is.
func TestPositionsAreThoseOfTheSamples(t *testing.T) {
	m, err := newMouth(16000, func() {})
	if err != nil {
		t.Fatal(err)
	}
	m.say(make([]byte, 2*500)) // 31.25 ms
	var f audio.Frame
	for _, want := range []bool{true, true, false} {
		if got := m.gather(&f); got != want {
			t.Errorf("gathers %v", got)
		}
	}
	if _, at := m.passed(); at != 31 {
		t.Errorf("played %d ms", at)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"type":"start","to":"1","headers":{"X-A":"b"},"rate":8000}`, `{"type":"mark","name":"a"}`, `{"type":"dtmf","digit":"#","ms":100}`, `{"type":"flush"}`, `[]`, `{"type":1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parse(b)
		if err != nil {
			return
		}
		// What is understood is understood the same when it is said again.
		again, err := parse(m.encode())
		if x, y := must(m), must(again); err != nil || x != y {
			t.Errorf("%s became %s: %v", x, y, err)
		}
	})
}

func must(m message) string {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}
