//go:build e2e

package browser

import (
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// The harness itself: what a browser's microphone hears, goes through two peer
// connections in one page, and is written down as it was.
func TestPageHearsAMicrophone(t *testing.T) {
	p := pbx.Start(t, "127.0.171.1", pbx.Office)
	said := microphone(5)
	b := start(t, p, options{microphone: said})
	g := b.signIn("alone", "101", place{Path: "/healthz"})
	g.record()
	g.evaluate(`async () => {
		const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()]
		a.onicecandidate = (e) => b.addIceCandidate(e.candidate)
		b.onicecandidate = (e) => a.addIceCandidate(e.candidate)
		b.ontrack = (e) => {
			const player = new Audio()
			player.srcObject = e.streams[0]
			player.play()
		}
		const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
		a.addTrack(stream.getAudioTracks()[0], stream)
		await a.setLocalDescription()
		await b.setRemoteDescription(a.localDescription)
		await b.setLocalDescription()
		await a.setRemoteDescription(b.localDescription)
		globalThis.kept = [a, b]
	}`, nil, nil)
	like(t, "the page", said, g.heard(5*time.Second))
}
