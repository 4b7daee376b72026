package sip

import "testing"

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
