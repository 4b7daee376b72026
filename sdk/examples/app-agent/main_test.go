package main

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/app/apptest"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/plugtest/pipe"
)

// talk plays a call between a caller and a model that a test plays.
func talk(t *testing.T, model func(ctx context.Context, ws *websocket.Conn, start message) error, play func(*apptest.Caller)) {
	t.Helper()
	var l *pipe.Listener
	var server *http.Server
	served := make(chan error, 1)
	a := app.Func(func(ctx context.Context, c *app.Call) error {
		l = pipe.Listen()
		server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if got := r.Header.Get("Authorization"); got != "Bearer secret" {
				t.Errorf("authorization %q", got)
			}
			ws, err := websocket.Accept(w, r, nil)
			if err != nil {
				t.Error(err)
				return
			}
			defer ws.CloseNow()
			ws.SetReadLimit(1 << 20)
			var start message
			if err := wsjson.Read(r.Context(), ws, &start); err != nil {
				t.Error(err)
			}
			if err := model(r.Context(), ws, start); err != nil {
				t.Error(err)
			}
		})}
		go func() { served <- server.Serve(l) }()
		client := &http.Client{Transport: &http.Transport{DialContext: l.Dial}}
		defer func() {
			client.CloseIdleConnections()
			server.Close()
			<-served
		}()
		return (&agent{url: "ws://agent/talk", token: "secret", client: client}).Run(ctx, c)
	})
	apptest.Run(t, a, app.Facts{ID: "c1", From: "101", To: "300", Config: []byte(`{"persona":"kind"}`)}, play)
}

// The model speaks for ten seconds at once; when it hears the caller it is
// silent, and learns how much of that was heard.
func TestTheCallerInterrupts(t *testing.T) {
	var flushed message
	talk(t, func(ctx context.Context, ws *websocket.Conn, start message) error {
		var config struct{ Persona string }
		if err := json.Unmarshal(start.Config, &config); err != nil || config.Persona != "kind" || start.Call != "c1" || start.From != "101" || start.To != "300" {
			t.Errorf("start %+v, %v", start, err)
		}
		speech := make([]byte, 2*rate) // a second
		for i := range speech {
			speech[i] = 0x20
		}
		for range 10 {
			if err := ws.Write(ctx, websocket.MessageBinary, speech); err != nil {
				return err
			}
		}
		for {
			kind, b, err := ws.Read(ctx)
			if err != nil {
				return err
			}
			if kind == websocket.MessageBinary && strings.Trim(string(b), "\x00") != "" { // the caller speaks
				break
			}
		}
		if err := wsjson.Write(ctx, ws, message{Type: "flush"}); err != nil {
			return err
		}
		for flushed.Type == "" {
			kind, b, err := ws.Read(ctx)
			if err != nil {
				return err
			}
			if kind == websocket.MessageText {
				if err := json.Unmarshal(b, &flushed); err != nil {
					return err
				}
			}
		}
		return wsjson.Write(ctx, ws, message{Type: "to", Destination: "group.sales"})
	}, func(c *apptest.Caller) {
		time.Sleep(3 * time.Second)
		c.Says(func(f *audio.Frame) {
			for i := range f {
				f[i] = 0.5 * float32(i%8) / 8
			}
		})
		c.Went("group.sales")
		if err := c.Ended(); err != nil {
			t.Error(err)
		}
		if heard := c.Loud(); flushed.HeardMs < 2900 || flushed.HeardMs > 3200 || (heard-time.Duration(flushed.HeardMs)*time.Millisecond).Abs() > 60*time.Millisecond {
			t.Errorf("it was told that %d ms were heard of %v", flushed.HeardMs, heard)
		}
	})
}

func TestDigitsAndHangup(t *testing.T) {
	talk(t, func(ctx context.Context, ws *websocket.Conn, _ message) error {
		for got := ""; got != "42"; {
			kind, b, err := ws.Read(ctx)
			if err != nil {
				return err
			}
			var m message
			if kind == websocket.MessageText {
				if err := json.Unmarshal(b, &m); err != nil {
					return err
				}
				got += m.Digit
			}
		}
		return wsjson.Write(ctx, ws, message{Type: "hangup"})
	}, func(c *apptest.Caller) {
		time.Sleep(time.Second)
		c.Press("42")
		if err := c.Ended(); err != nil || c.Did() != "answer hangup" {
			t.Errorf("%v, done: %s", err, c.Did())
		}
	})
}

func TestTheAgentIsGone(t *testing.T) {
	talk(t, func(_ context.Context, ws *websocket.Conn, _ message) error {
		return ws.Close(websocket.StatusInternalError, "oh")
	}, func(c *apptest.Caller) {
		if err := c.Ended(); err == nil || !strings.Contains(err.Error(), "the agent is gone") {
			t.Errorf("ended with %v", err)
		}
	})
}
