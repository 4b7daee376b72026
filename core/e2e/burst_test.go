//go:build e2e

package e2e

import (
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"
)

// seeds are messages to be spoilt: of each kind, some of RFC 4475's ideas among
// them.
var seeds = []string{
	bareInvite,
	"OPTIONS sip:PBX SIP/2.0\nVia: SIP/2.0/UDP ME;rport;branch=z9hG4bKNN\nMax-Forwards: 0\nFrom: <sip:x@ME>;tag=1\nTo: <sip:PBX>\nCall-ID: NN\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n",
	"REGISTER sip:PBX SIP/2.0\nVia: SIP/2.0/UDP ME;rport;branch=z9hG4bKNN\nMax-Forwards: 70\nFrom: <sip:101@PBX>;tag=1\nTo: <sip:101@PBX>\nCall-ID: NN\nCSeq: 4294967295 REGISTER\nContact: *\nExpires: 0\nContent-Length: 0\n\n",
	"BYE sip:101@PBX SIP/2.0\nVia: SIP/2.0/UDP ME;rport;branch=z9hG4bKNN\nMax-Forwards: 70\nFrom: <sip:102@PBX>;tag=1\nTo: <sip:101@PBX>;tag=2\nCall-ID: NN\nCSeq: 2 BYE\nContent-Length: 0\n\n",
	"SIP/2.0 200 OK\nVia: SIP/2.0/UDP ME;branch=z9hG4bKNN\nFrom: <sip:102@PBX>;tag=1\nTo: <sip:101@PBX>;tag=2\nCall-ID: NN\nCSeq: 2 INVITE\nContent-Length: 999999999\n\n",
	"INVITE sip:102@PBX SIP/7.0\nVia: SIP/2.0/UDP ME;;,;,,\nTo: \"\\\"<sip:x>;tag\nl: -1\n\n",
	"\n\n\n\n",
}

// burst sends spoilt messages for a while, over UDP as fast as the daemon's
// buffers take them, and over TCP connections that break the framing. It
// returns how many.
func burst(t *testing.T, ip, from string, d time.Duration) int {
	t.Helper()
	local := &net.UDPAddr{IP: net.ParseIP(from)}
	udp, err := net.DialUDP("udp", local, &net.UDPAddr{IP: net.ParseIP(ip), Port: 5060})
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	r := rand.New(rand.NewPCG(4475, 1))
	n := 0
	for end := time.Now().Add(d); time.Now().Before(end); {
		for range 40 {
			text := spoil(r, ip, udp.LocalAddr().String())
			if _, err := udp.Write(text); err == nil {
				n++
			}
		}
		tcp, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: local.IP}, Timeout: time.Second}).Dial("tcp", ip+":5060")
		if err != nil {
			t.Fatalf("TCP connection: %v", err)
		}
		_ = tcp.SetDeadline(time.Now().Add(time.Second))
		for range 3 {
			if _, err := tcp.Write(spoil(r, ip, from+":5060")); err == nil {
				n++
			}
		}
		tcp.Close()
		time.Sleep(20 * time.Millisecond)
	}
	return n
}

func spoil(r *rand.Rand, ip, me string) []byte {
	id := make([]byte, 12)
	for i := range id {
		id[i] = "0123456789abcdef"[r.IntN(16)]
	}
	text := []byte(strings.NewReplacer("\n", "\r\n", "ME", me, "PBX", ip, "NN", string(id)).Replace(seeds[r.IntN(len(seeds))]))
	for range r.IntN(8) {
		at := r.IntN(len(text))
		switch r.IntN(5) {
		case 0:
			text[at] = byte(r.IntN(256))
		case 1: // a part is missing
			text = append(text[:at], text[min(len(text), at+r.IntN(20)):]...)
		case 2: // a part comes twice
			end := min(len(text), at+r.IntN(200))
			text = append(text[:end:end], text[at:]...)
		case 3:
			text = append(text[:at:at], append([]byte(strings.Repeat("A", r.IntN(4000))), text[at:]...)...)
		case 4:
			text = text[:at]
		}
		if len(text) == 0 {
			return []byte{0}
		}
	}
	return text[:min(len(text), 60000)]
}
