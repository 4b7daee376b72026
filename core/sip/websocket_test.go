package sip

import (
	"net/netip"
	"testing"

	"github.com/coder/websocket"
)

// One address opens so many WebSockets, and others as many more; those that end
// make room. A proxy on this machine stands for many.
func TestWebSocketsOfOneAddressAreBounded(t *testing.T) {
	l := links{streams: make(map[Flow]*stream), web: make(map[netip.Addr]int)}
	open := func(from string) *stream {
		st := &stream{web: new(websocket.Conn), transport: "ws", remote: netip.MustParseAddrPort(from)}
		if !l.add(st) {
			return nil
		}
		return st
	}
	first := open("192.0.2.1:5000")
	for range maxWeb - 1 {
		open("192.0.2.1:5000")
	}
	if l.room(netip.MustParseAddr("192.0.2.1")) || open("192.0.2.1:5000") != nil {
		t.Error("there is room for one more")
	}
	if open("192.0.2.2:5000") == nil {
		t.Error("there is none for another address")
	}
	l.remove(first)
	l.remove(first) // once is enough
	if open("192.0.2.1:5000") == nil || open("192.0.2.1:5000") != nil {
		t.Error("one that ended does not make room for one")
	}
	for range maxWeb + 1 {
		if open("127.0.0.1:5000") == nil {
			t.Fatal("a proxy has no room")
		}
	}
}

// A description is WebRTC's if its media is found by ICE and its keys by DTLS.
func TestRFC8829IsTold(t *testing.T) {
	const page = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:x\r\na=fingerprint:sha-256 00\r\n"
	for sdp, want := range map[string]bool{
		page: true,
		"v=0\r\na=fingerprint:sha-256 00\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=ice-ufrag:x\r\n": true,
		"v=0\r\nm=audio 9 UDP/TLS/RTP/SAVP 0\r\na=fingerprint:sha-256 00\r\n":                     false, // DTLS without ICE: a desk phone's
		"v=0\r\nm=audio 9 RTP/AVP 0\r\na=ice-ufrag:x\r\n":                                         false,
		"": false,
	} {
		if got := isWebRTC([]byte(sdp)); got != want {
			t.Errorf("%v for\n%s", got, sdp)
		}
	}
}
