package sip

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
)

// SIP over WebSocket (RFC 7118): a browser or a program opens a connection and
// speaks SIP over it, one message in each of its own. To the rest it is a stream
// like one of TCP; nobody is ever connected to in this way.

const (
	// webProtocol is what the connection is opened for (RFC 7118 §4.1).
	webProtocol = "sip"
	// webPing is how often a far side is asked whether it is there. What is on the
	// way forgets a connection that is silent for a minute.
	webPing = 30 * time.Second
	// webPong is how long its answer may take.
	webPong = 20 * time.Second
)

// ServeHTTP opens a connection for SIP over WebSocket, and returns. It implements
// [http.Handler]. Whose pages may do that, who serves it has to know.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !slices.ContainsFunc(r.Header.Values("Sec-WebSocket-Protocol"), func(v string) bool { return listed(v, webProtocol) }) {
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Connection", "Upgrade")
		http.Error(w, "SIP is spoken here over a WebSocket (RFC 7118): ask for the subprotocol \"sip\"", http.StatusUpgradeRequired)
		return
	}
	st := &stream{transport: "ws"}
	if r.TLS != nil {
		st.transport = "wss"
	}
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		st.local = addrPort(at)
	}
	from, _ := netip.ParseAddrPort(r.RemoteAddr)
	st.remote = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	var err error
	// Its origin was looked at before.
	st.web, err = websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{webProtocol}, InsecureSkipVerify: true})
	if err != nil {
		return // Accept has answered
	}
	st.web.SetReadLimit(maxMessage)
	s.begin(st)
}

// sendWeb sends one message in one of the WebSocket's. Text has to be UTF-8
// there (RFC 6455 §5.6).
func (s *stream) sendWeb(raw []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	kind := websocket.MessageText
	if !utf8.Valid(raw) {
		kind = websocket.MessageBinary
	}
	return s.web.Write(ctx, kind, raw)
}

// readWeb reads a WebSocket until it ends, or is not used.
func (s *Server) readWeb(st *stream) {
	alive, end := context.WithCancel(context.Background())
	pinged := make(chan struct{})
	go func() {
		defer close(pinged)
		st.ping(alive)
	}()
	defer func() {
		end()
		<-pinged
	}()
	for {
		ctx, cancel := context.WithTimeout(alive, st.idle())
		_, data, err := st.web.Read(ctx)
		cancel()
		if err != nil {
			return
		}
		if data = s.keepAlive(st, data); len(data) > 0 {
			s.datagram(st, data)
		}
	}
}

// ping asks the far side again and again whether it is there. One that is not
// loses its connection.
func (s *stream) ping(alive context.Context) {
	every := time.NewTicker(webPing)
	defer every.Stop()
	for {
		select {
		case <-alive.Done():
			return
		case <-every.C:
		}
		ctx, cancel := context.WithTimeout(alive, webPong)
		err := s.web.Ping(ctx)
		cancel()
		if err != nil {
			s.close()
			return
		}
	}
}

// overWeb says whether a far side speaks SIP over WebSocket.
func overWeb(f Flow) bool { return f.Transport == "ws" || f.Transport == "wss" }

// isWebRTC says whether a description is one of WebRTC (RFC 8829 §5.1): its
// media is found by ICE, and its keys are agreed by DTLS.
func isWebRTC(sdp []byte) bool {
	return bytes.Contains(sdp, []byte("UDP/TLS/RTP/SAVP")) && bytes.Contains(sdp, []byte("\na=ice-ufrag:")) && bytes.Contains(sdp, []byte("\na=fingerprint:"))
}

// webMedia says whether a leg's media is that of WebRTC: by the offer of the far
// side, and without one by how it is reached.
func webMedia(to link, offer []byte) bool {
	if offer != nil {
		return isWebRTC(offer)
	}
	return overWeb(to.flow())
}

// webParam is a transport as a URI names it: one for both of the WebSocket's
// (RFC 7118 §5.1).
func webParam(transport string) string { return strings.Replace(transport, "wss", "ws", 1) }
