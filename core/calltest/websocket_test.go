package calltest

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"math"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/plugboard/plugboard/plugins/leg-websocket/wsleg"
	"github.com/plugboard/plugboard/sdk"
)

const bots = `
extension "anna" {
  number = "101"
  secret = "k9-Vq2-hTw"
}
plugin "bots" {
  path = "leg-websocket"
  config {
    rate   = 8000
    listen = "127.0.0.1:8089"
    token  = "a-token-of-tests-7"
  }
}
dialplan "internal" {
  from = [extension.anna]
  route "bot" {
    match = "400"
    to    = leg(plugin.bots, "ws://10.0.0.200:80/bot")
  }
}
dialplan "bots" {
  from = [plugin.bots]
  route "desk" {
    match = "101"
    to    = extension.anna
  }
}
`

// robot is a program at a WebSocket: it says a tone for ten seconds, and hears.
type robot struct {
	t  *testing.T
	ws *websocket.Conn

	mu    sync.Mutex
	pcm   []float64 // of the last second that it heard
	texts []string  // that it was sent
	all   sync.WaitGroup
}

func (r *robot) send(text string) {
	r.t.Helper()
	if err := r.ws.Write(context.Background(), websocket.MessageText, []byte(text)); err != nil {
		r.t.Error(err)
	}
}

// speaks sends ten seconds of a tone, at once.
func (r *robot) speaks(hz float64) {
	r.t.Helper()
	for at := range 10 {
		pcm := make([]byte, 16000)
		for i := range 8000 {
			v := 8000 * math.Sin(2*math.Pi*hz*float64(8000*at+i)/8000)
			binary.LittleEndian.PutUint16(pcm[2*i:], uint16(int16(v)))
		}
		if err := r.ws.Write(context.Background(), websocket.MessageBinary, pcm); err != nil {
			r.t.Error(err)
		}
	}
}

// read hears until the WebSocket is closed.
func (r *robot) read() {
	for {
		kind, b, err := r.ws.Read(context.Background())
		if err != nil {
			return
		}
		r.mu.Lock()
		if kind == websocket.MessageText {
			r.texts = append(r.texts, string(b))
		}
		for i := 0; kind == websocket.MessageBinary && i+1 < len(b); i += 2 {
			r.pcm = append(r.pcm, float64(int16(binary.LittleEndian.Uint16(b[i:]))))
		}
		r.pcm = r.pcm[max(0, len(r.pcm)-8000):]
		r.mu.Unlock()
	}
}

// hears checks that what was heard in the last second is mostly the tone of a phone.
func (r *robot) hears(p *Phone) {
	r.t.Helper()
	time.Sleep(1500 * time.Millisecond)
	r.mu.Lock()
	defer r.mu.Unlock()
	var sin, cos, all float64
	for i, v := range r.pcm {
		a := 2 * math.Pi * float64(p.Tone) * float64(i) / 8000
		sin, cos, all = sin+v*math.Sin(a), cos+v*math.Cos(a), all+v*v
	}
	if n := float64(len(r.pcm)); n < 8000 || 2*(sin*sin+cos*cos)/(n*all) < 0.9 {
		r.t.Errorf("the program does not hear phone %s: %d samples, of which its tone is %.2f", p.Number, len(r.pcm), 2*(sin*sin+cos*cos)/(n*all))
	}
}

// last is the type of the last text, and what it says.
func (r *robot) last() (m struct{ Type, Cause, Digit, Call string }) {
	r.t.Helper()
	time.Sleep(200 * time.Millisecond)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := json.Unmarshal([]byte(r.texts[len(r.texts)-1]), &m); err != nil {
		r.t.Error(err)
	}
	return m
}

// A phone and a program over a WebSocket call each other, on a network in memory.
func TestAProgramIsInACall(t *testing.T) {
	site := Site{Stations: map[string]func(*World) sdk.Plugin{"bots": func(w *World) sdk.Plugin {
		s := wsleg.New()
		s.Connect = func(ctx context.Context, _, at string) (net.Conn, error) {
			return w.Net.Dial(ctx, netip.MustParseAddrPort("10.0.0.1:0"), netip.MustParseAddrPort(at))
		}
		s.Listen = func(at netip.AddrPort) (net.Listener, error) {
			return w.Net.Listen(netip.AddrPortFrom(netip.MustParseAddr("10.0.0.1"), at.Port()))
		}
		return sdk.Plugin{Name: "leg-websocket", Version: "1.0.0", Station: s, Config: wsleg.Attributes(), Configure: s.Configure}
	}}}
	RunAt(t, site, bots, func(w *World) {
		called := make(chan *robot, 1)
		l, err := w.Net.Listen(netip.MustParseAddrPort("10.0.0.200:80"))
		if err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			ws, err := websocket.Accept(rw, r, nil)
			if err != nil {
				t.Error(err)
				return
			}
			bot := &robot{t: t, ws: ws}
			bot.all.Go(bot.read)
			called <- bot
		})}
		var serving sync.WaitGroup
		serving.Go(func() { _ = server.Serve(l) })
		defer serving.Wait()
		defer server.Close()

		a := w.Phone("101")
		call := a.Dial("400")
		bot := <-called
		bot.send(`{"type":"ringing"}`)
		call.Expect("180")
		bot.send(`{"type":"answer"}`)
		call.Expect("200")
		bot.speaks(float64(speaker.Tone))
		call.Hears(speaker)
		bot.hears(a)
		bot.send(`{"type":"dtmf","digit":"7"}`)
		call.Press('3')
		if m := bot.last(); m.Type != "dtmf" || m.Digit != "3" {
			t.Errorf("the key came as %+v", m)
		}
		time.Sleep(time.Second)
		if got := call.Digits(); got != "7" {
			t.Errorf("the phone was sent the keys %q", got)
		}
		call.Hangup()
		if m := bot.last(); m.Type != "hangup" || m.Cause != "normal" {
			t.Errorf("the end came as %+v", m)
		}
		bot.all.Wait()

		ws, _, err := websocket.Dial(context.Background(), "ws://10.0.0.1:8089/", &websocket.DialOptions{
			HTTPHeader: http.Header{"Authorization": {"Bearer a-token-of-tests-7"}},
			HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, at string) (net.Conn, error) {
				return w.Net.Dial(ctx, netip.MustParseAddrPort("10.0.0.201:0"), netip.MustParseAddrPort(at))
			}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		bot = &robot{t: t, ws: ws}
		bot.all.Go(bot.read)
		bot.send(`{"type":"start","to":"101","from":"555","from_name":"Bot"}`)
		ring := a.Incoming()
		ring.Ring()
		if m := bot.last(); m.Type != "ringing" {
			t.Errorf("came %+v", m)
		}
		ring.Answer()
		if m := bot.last(); m.Type != "answer" {
			t.Errorf("came %+v", m)
		}
		bot.speaks(float64(speaker.Tone))
		ring.Hears(speaker)
		bot.hears(a)
		bot.send(`{"type":"hangup"}`)
		ring.Expect("BYE")
		bot.all.Wait()
	})
}
