package wsleg

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/plugtest/pipe"
)

const secret = "a-token-of-tests-7"

// bed is a station, and a network in memory with a program at every address.
type bed struct {
	t       *testing.T
	s       *Station
	door    *pipe.Listener // where programs come in
	all     sync.WaitGroup
	program func(*websocket.Conn, *http.Request)
}

func newBed(t *testing.T, config map[string]any, program func(*websocket.Conn, *http.Request)) *bed {
	b := &bed{t: t, s: New(), program: program}
	if err := b.s.Configure(config); err != nil {
		t.Fatal(err)
	}
	b.s.Connect = func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		b.all.Go(func() { b.serve(far) })
		return near, nil
	}
	b.s.Listen = func(netip.AddrPort) (net.Listener, error) {
		b.door = pipe.Listen()
		return b.door, nil
	}
	return b
}

// serve is a program on one connection, until that is closed.
func (b *bed) serve(conn net.Conn) {
	var programs sync.WaitGroup
	l := &single{Conn: conn, closed: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		programs.Go(func() {
			defer ws.CloseNow()
			b.program(ws, r)
		})
	})}
	_ = server.Serve(l)
	programs.Wait()
}

// single is a connection as a listener that has that one.
type single struct {
	net.Conn
	given  bool
	once   sync.Once
	closed chan struct{}
}

func (s *single) Accept() (net.Conn, error) {
	if !s.given {
		s.given = true
		return s, nil
	}
	<-s.closed
	return nil, net.ErrClosed
}

func (s *single) Addr() net.Addr { return s.LocalAddr() }

func (s *single) Close() error {
	err := s.Conn.Close()
	s.once.Do(func() { close(s.closed) })
	return err
}

func (b *bed) close() { b.all.Wait() }

// call is a leg, with its news.
type call struct {
	leg.Party
	news chan leg.Event
}

func (b *bed) dial(address string) (*call, error) {
	c := &call{news: make(chan leg.Event, 100)}
	p, err := b.s.Dial(b.t.Context(), leg.Dial{Call: "C", Leg: "L", Address: address, From: "101", FromName: "Anna", To: "700", Headers: map[string]string{"x-order": "12"}},
		func(e leg.Event) { c.news <- e })
	c.Party = p
	return c, err
}

// next is the next news but for changes of the codec.
func (c *call) next(t *testing.T) leg.Event {
	t.Helper()
	for {
		select {
		case e := <-c.news:
			if e.Kind != leg.Changed || e.Direction != leg.SendRecv {
				return e
			}
		case <-time.After(time.Minute):
			t.Fatal("no news for a minute")
		}
	}
}

func say(t *testing.T, ws *websocket.Conn, m message) {
	t.Helper()
	b, err := json.Marshal(m)
	if err == nil {
		err = ws.Write(context.Background(), websocket.MessageText, b)
	}
	if err != nil {
		t.Error(err)
	}
}

// texts reads until a text comes, and counts the octets of sound before it.
func texts(ws *websocket.Conn) (m message, sound int, err error) {
	for {
		kind, b, err := ws.Read(context.Background())
		if err != nil {
			return m, sound, err
		}
		if kind == websocket.MessageBinary {
			sound += len(b)
			continue
		}
		return m, sound, json.Unmarshal(b, &m)
	}
}

// ticks gathers so many frames, 20 ms apart, and returns how many had sound.
func (c *call) ticks(n int) (sounded int) {
	var f audio.Frame
	for tick := range uint64(n) {
		c.Deliver(tick, nil)
		if c.Gather(tick, &f) {
			sounded++
		}
		time.Sleep(audio.Tick)
	}
	return sounded
}
