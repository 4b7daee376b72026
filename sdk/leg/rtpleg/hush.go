package rtpleg

import (
	"net/netip"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/audio/vector"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/rtp"
)

// hush is where the sending of silence stands, to a party that takes comfort
// noise beside G.711 (RFC 3389):
//
//	sound ──faint for hushAfter──▶ hushed: the level is told now and each second, nothing else is sent
//	  ▲                               │
//	  └────────── not faint ──────────┘
type hush struct {
	faint int // frames in a row
}

const (
	hushLevel = 0.001 // of full scale: no sample above it is faint
	hushAfter = 10    // frames: 200 ms
	hushAgain = 50
)

// hushes reports whether the frame is silence that need not be sent, and tells
// the party of it when it is time to.
func (o *outbound) hushes(p *plan, e *encoder, tick uint64, f *audio.Frame, to netip.AddrPort) bool {
	if p.Noise == 0 || o.digits.Waiting() || len(e.pcm) > 0 || vector.Peak(f) > hushLevel {
		o.hush.faint = 0
		return false
	}
	if o.hush.faint++; o.hush.faint <= hushAfter {
		return false
	}
	o.alone(e, tick)
	n := e.down.Process(e.pcm[:cap(e.pcm)], f[:])
	o.stats.meter.said(e.pcm[:n])
	if o.hush.faint%hushAgain == hushAfter+1 {
		o.sender.Pause()
		h := o.sender.NextAt(p.Noise, o.sender.Timestamp())
		b := h.Append(o.bench.out[:0])
		o.send(codec.AppendNoise(b[:rtp.HeaderSize], f.Level()), to)
	}
	o.sender.Pause()
	o.sender.Advance(n / e.scale)
	return true
}
