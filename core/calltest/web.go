package calltest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/coder/websocket"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
)

// WebPhone is a phone over a WebSocket (RFC 7118), as pages have it: it does
// not know where it is, and describes its media as WebRTC does. It registers.
// The configuration names the plugin "leg-webrtc".
func (w *World) WebPhone(number string) *Phone {
	w.t.Helper()
	p := w.WebDevice(number)
	p.Register()
	return p
}

// WebDevice is a [World.WebPhone] that has not registered.
func (w *World) WebDevice(number string) *Phone {
	w.t.Helper()
	w.serveWeb()
	p := w.at(number, Secret, w.place())
	p.web, p.pbx = true, w.webAt()
	p.Connect()
	return p
}

// webAt is where the PBX takes WebSockets.
func (w *World) webAt() netip.AddrPort { return netip.AddrPortFrom(w.addr.Addr(), 8080) }

// serveWeb takes WebSockets for SIP, as the daemon's own server does.
func (w *World) serveWeb() {
	w.t.Helper()
	if w.web != nil {
		return
	}
	l, err := w.Net.Listen(w.webAt())
	if err != nil {
		w.t.Fatal(err)
	}
	w.web = &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.PBX.SIP().ServeHTTP(rw, r) })}
	go func() { _ = w.web.Serve(l) }() // until stopWeb
}

func (w *World) stopWeb() {
	if w.web != nil {
		w.web.Close()
	}
}

// webStream is a WebSocket as a phone writes to it.
type webStream struct {
	net.Conn
	web *websocket.Conn
}

// Write sends one message.
func (s *webStream) Write(b []byte) (int, error) {
	return len(b), s.web.Write(context.Background(), websocket.MessageText, b)
}

// Close closes the connection as a page does that goes away.
func (s *webStream) Close() error { return s.web.CloseNow() }

// useWeb opens a WebSocket over a connection, and speaks over it from now on.
func (p *Phone) useWeb(conn net.Conn) {
	p.t.Helper()
	dial := func(context.Context, string, string) (net.Conn, error) { return conn, nil }
	c, _, err := websocket.Dial(p.t.Context(), "ws://"+p.pbx.String()+"/sip", &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: &http.Transport{DialContext: dial}}, Subprotocols: []string{"sip"},
	})
	if err != nil {
		p.t.Fatalf("phone %s: %v", p.Number, err)
	}
	if c.Subprotocol() != "sip" {
		p.t.Errorf("phone %s: the PBX speaks %q over its WebSocket", p.Number, c.Subprotocol())
	}
	s := &webStream{conn, c}
	p.mu.Lock()
	p.stream = s
	p.mu.Unlock()
	p.readers.Go(func() { p.readWeb(s) })
}

// readWeb takes what arrives over a WebSocket until that ends.
func (p *Phone) readWeb(s *webStream) {
	for {
		_, data, err := s.web.Read(context.Background())
		if err != nil {
			return
		}
		if string(data) == "\r\n" {
			p.mu.Lock()
			p.pongs++
			p.mu.Unlock()
			continue
		}
		m, err := raw.ParseMessage(data)
		if err != nil {
			p.t.Errorf("phone %s: the PBX sent rubbish: %v", p.Number, err)
			continue
		}
		p.seen(s, m, false)
		seenFrom(m, s.RemoteAddr().(*net.TCPAddr).AddrPort())
		p.take(m)
	}
}

// KeepAlive sends what asks over a stream whether the PBX is there (RFC 5626 §3.5.1), and
// returns how often that was answered so far.
func (p *Phone) KeepAlive() int {
	p.mu.Lock()
	stream := p.stream
	p.mu.Unlock()
	_, _ = stream.Write([]byte("\r\n\r\n"))
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.pongs
}

// webLegs plays leg-webrtc: the media of a desk phone, whose descriptions are
// dressed as those of WebRTC. It takes no others. Its legs do not outlive their
// process, and their far sides may tell their addresses one by one.
type webLegs struct{ leg.Terminator }

// Open implements [leg.Terminator].
func (w webLegs) Open(ctx context.Context, p leg.Params, sockets []bus.Socket, tell func(leg.Event)) (leg.Endpoint, []byte, error) {
	var err error
	if p.Remote != nil {
		if p.Remote, err = undressed(p.Remote); err != nil {
			return nil, nil, err
		}
	}
	e, sdp, err := w.Terminator.Open(ctx, p, sockets, func(e leg.Event) {
		if e.Kind != leg.Checkpoint {
			tell(e)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	return webLeg{e}, []byte(dressed(string(sdp))), nil
}

type webLeg struct{ leg.Endpoint }

// Trickle implements [leg.Trickler].
func (webLeg) Trickle(_ context.Context, candidates []string) error {
	for _, c := range candidates {
		if !strings.HasPrefix(c, "candidate:") {
			return leg.ErrBadSDP
		}
	}
	return nil
}

func (w webLeg) Offer(ctx context.Context, dir leg.Direction) ([]byte, error) {
	sdp, err := w.Endpoint.Offer(ctx, dir)
	return []byte(dressed(string(sdp))), err
}

func (w webLeg) Accept(ctx context.Context, answer []byte) error {
	sdp, err := undressed(answer)
	if err != nil {
		return err
	}
	return w.Endpoint.Accept(ctx, sdp)
}

func (w webLeg) Answer(ctx context.Context, offer []byte, dir leg.Direction) ([]byte, error) {
	sdp, err := undressed(offer)
	if err != nil {
		return nil, err
	}
	sdp, err = w.Endpoint.Answer(ctx, sdp, dir)
	return []byte(dressed(string(sdp))), err
}

const (
	deskMedia = " RTP/AVP "
	webMedia  = " UDP/TLS/RTP/SAVPF "
	webLines  = "a=ice-ufrag:u\r\na=ice-pwd:p\r\na=fingerprint:sha-256 00\r\n"
)

// dressed makes a description look like one of WebRTC.
func dressed(sdp string) string {
	if sdp == "" {
		return ""
	}
	return strings.Replace(sdp, deskMedia, webMedia, 1) + webLines
}

// undressed is the description that was dressed.
func undressed(sdp []byte) ([]byte, error) {
	if !strings.Contains(string(sdp), webMedia) {
		return nil, errors.Join(errors.New("this is not the media of WebRTC"), leg.ErrNoCodec)
	}
	return []byte(strings.Replace(strings.ReplaceAll(string(sdp), webLines, ""), webMedia, deskMedia, 1)), nil
}
