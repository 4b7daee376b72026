// Command app-agent lets a caller talk to a voice agent, such as a realtime
// speech model, behind a WebSocket. In the configuration:
//
//	plugin "agent" {
//	  path = "app-agent"
//	  config {
//	    url   = "wss://agent.example.net/talk"
//	    token = var.agent_token
//	  }
//	}
//
// Both sides send sound as binary messages: 16 bits, little endian, 16 kHz, mono.
// The agent may send faster than it is heard. Beside it go texts in JSON:
//
//	to the agent    {"type": "start", "call": …, "from": …, "to": …, "config": {…}}
//	                {"type": "digit", "digit": "1"}
//	                {"type": "flushed", "heard_ms": 1240}
//	from the agent  {"type": "flush"}       the caller speaks: be silent now
//	                {"type": "to", "destination": "group.office"}
//	                {"type": "hangup"}
package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/schema"
)

const rate = 16000

func main() {
	a := &agent{client: http.DefaultClient}
	sdk.Serve(sdk.Plugin{
		Name: "app-agent", Version: "0.1.0", App: a, Configure: a.configure,
		Config: []schema.Attribute{
			{Name: "url", Type: schema.String, Required: true, Doc: "where the agent is"},
			{Name: "token", Type: schema.String, Doc: "for its Authorization header"},
		},
	})
}

type agent struct {
	url, token string
	client     *http.Client
}

func (a *agent) configure(c map[string]any) error {
	a.url, _ = c["url"].(string)
	a.token, _ = c["token"].(string)
	return nil
}

// message is a text of either side.
type message struct {
	Type        string          `json:"type"`
	Call        string          `json:"call,omitempty"`
	From        string          `json:"from,omitempty"`
	To          string          `json:"to,omitempty"`
	Config      json.RawMessage `json:"config,omitempty"`
	Digit       string          `json:"digit,omitempty"`
	HeardMs     int64           `json:"heard_ms"`
	Destination string          `json:"destination,omitempty"`
}

// Run implements app.App.
func (a *agent) Run(ctx context.Context, c *app.Call) error {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	h := http.Header{}
	if a.token != "" {
		h.Set("Authorization", "Bearer "+a.token)
	}
	ws, _, err := websocket.Dial(ctx, a.url, &websocket.DialOptions{HTTPClient: a.client, HTTPHeader: h})
	if err != nil {
		return fmt.Errorf("the agent at %s: %w", a.url, err)
	}
	defer ws.CloseNow()
	ws.SetReadLimit(1 << 20)
	if err := wsjson.Write(ctx, ws, message{Type: "start", Call: c.ID, From: c.From, To: c.Facts.To, Config: c.Config}); err != nil {
		return err
	}
	s, err := c.Stream(ctx, rate)
	if err != nil {
		return err
	}
	defer s.Close()
	m := &mouth{s: s, wake: make(chan struct{}, 1)}
	all.Go(func() { m.run(ctx) })
	all.Go(func() { listen(ctx, s, ws) })
	all.Go(func() { keys(ctx, c, ws) })
	return obey(ctx, c, ws, m)
}

// obey does what the agent says, until it or the call ends.
func obey(ctx context.Context, c *app.Call, ws *websocket.Conn, m *mouth) error {
	for {
		kind, b, err := ws.Read(ctx)
		switch {
		case ctx.Err() != nil, websocket.CloseStatus(err) == websocket.StatusNormalClosure:
			return nil
		case err != nil:
			return fmt.Errorf("the agent is gone: %w", err)
		case kind == websocket.MessageBinary:
			m.say(b)
			continue
		}
		var w message
		if err := json.Unmarshal(b, &w); err != nil {
			return fmt.Errorf("the agent says what is no JSON: %w", err)
		}
		switch w.Type {
		case "flush":
			heard := m.flush()
			err = wsjson.Write(ctx, ws, message{Type: "flushed", HeardMs: heard.Milliseconds()})
		case "to":
			return c.To(ctx, w.Destination)
		case "hangup":
			return c.Hangup(ctx, "normal")
		default:
			err = fmt.Errorf("the agent says %q, which means nothing here", w.Type)
		}
		if err != nil {
			return err
		}
	}
}

// listen sends the agent what the caller says.
func listen(ctx context.Context, s *app.Stream, ws *websocket.Conn) {
	pcm, b := make([]int16, rate/50), make([]byte, 0, rate/25)
	for {
		n, err := s.Heard(ctx, pcm)
		if err != nil {
			return
		}
		b = b[:0]
		for _, v := range pcm[:n] {
			b = binary.LittleEndian.AppendUint16(b, uint16(v))
		}
		if ws.Write(ctx, websocket.MessageBinary, b) != nil {
			return // obey is told
		}
	}
}

// keys tells the agent what the caller presses.
func keys(ctx context.Context, c *app.Call, ws *websocket.Conn) {
	for {
		d, err := c.Digits(ctx, app.Digits{Max: 1})
		if err != nil || d != "" && wsjson.Write(ctx, ws, message{Type: "digit", Digit: d}) != nil {
			return
		}
	}
}

var errFlushed = errors.New("the caller speaks")
