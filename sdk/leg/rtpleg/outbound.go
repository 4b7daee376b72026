package rtpleg

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/dtmf"
	"github.com/plugboard/plugboard/sdk/media/resample"
	"github.com/plugboard/plugboard/sdk/media/rtp"
)

// outbound is what the party hears, on its way out. It belongs to the audio
// goroutine.
type outbound struct {
	bench  *bench
	socket bus.Socket
	stats  *counters

	sender  *rtp.Sender
	clock   int // Hz, that the sender counts in
	digits  dtmf.Sender
	tones   dtmf.Tones
	hush    hush
	given   straight
	past    [6 * resample.Tail]float32 // how the last frame ended
	encoder *encoder
	common  *common  // that it hears too, nil: none
	like    *encoder // with which common was found
	same    int      // ticks of hearing it, up to settle: from then on it is sent
	cover   *keys    // nil: in the clear
	shown   *keys    // the last that show saw
	failing bool     // the last packet could not be sent
	tick    uint64
}

func newOutbound(b *bench, s bus.Socket, stats *counters) *outbound {
	return &outbound{bench: b, socket: s, stats: stats, sender: rtp.NewSender()}
}

// Deliver implements leg.Audio.
func (l *Leg) Deliver(tick uint64, f *audio.Frame) { l.DeliverShared(tick, f, 0) }

// DeliverShared implements leg.Listener.
func (l *Leg) DeliverShared(tick uint64, f *audio.Frame, share uint32) {
	p := l.plan.Load()
	if p == nil {
		return
	}
	for {
		select {
		case d := <-l.digits:
			if p.eventFor != 0 {
				l.out.digits.Queue(d.key, d.length)
			} else {
				l.out.tones.Queue(d.key, d.length)
			}
			continue
		default:
		}
		break
	}
	to := l.target(p)
	l.out.deliver(p, tick, f, share, l.control.quality, to)
	l.deliverControl(p, tick, to)
	if l.out.show(&l.marks) || l.resumed {
		l.resumed = false
		l.hasten()
	}
}

// target is where packets go.
func (l *Leg) target(p *plan) netip.AddrPort {
	switch {
	case l.way != nil:
		return anywhere
	case l.symmetric && l.in.source.locked.IsValid():
		return l.in.source.locked
	}
	return p.Remote
}

var silence audio.Frame

func (o *outbound) deliver(p *plan, tick uint64, f *audio.Frame, share uint32, q codec.Quality, to netip.AddrPort) {
	missed := tick - o.tick - 1
	if o.tick == 0 || missed > maxMissed {
		missed = 0
	}
	o.tick = tick
	// The stream's time is that of the wall: what was not sent is a pause.
	o.sender.Advance(int(missed) * o.clock / 50)
	e := p.send
	o.cover = nil
	if p.cover != nil {
		if o.cover = p.cover.ready(); o.cover == nil {
			e = nil // no keys yet: not a word in the clear
		}
	}
	if e == nil || !p.sending || !to.IsValid() {
		o.sender.Advance(o.clock / 50)
		o.sender.Pause()
		if e != nil {
			e.pcm = e.pcm[:0]
		}
		return
	}
	if f == nil {
		f = &silence
	}
	given := o.given.tick == tick+1 && e.factor == straightFactor
	if own := o.resound(f); own != f {
		f, share, given = own, 0, false
	}
	if o.given.on && !given {
		f = o.rejoin(f)
	}
	if e != o.encoder {
		o.use(e)
	}
	if given {
		o.alone(e, tick)
		o.hush.faint = 0
		o.given.on = true
		o.fill(p, e, copy(e.pcm[len(e.pcm):cap(e.pcm)], o.given.sound()), to)
		return
	}
	if o.hushes(p, e, tick, f, to) {
		copy(o.past[:], f[len(f)-len(o.past):])
		return
	}
	if c := o.along(e, tick, f, share, q); c != nil {
		copy(o.past[:], f[len(f)-len(o.past):])
		o.sendCommon(c, e, to)
		return
	}
	n := e.down.Process(e.pcm[len(e.pcm):cap(e.pcm)], f[:])
	copy(o.past[:], f[len(f)-len(o.past):])
	o.fill(p, e, n, to)
}

// fill sends what waits, to which n samples were added, packet by packet.
func (o *outbound) fill(p *plan, e *encoder, n int, to netip.AddrPort) {
	have := len(e.pcm)
	e.pcm = e.pcm[:have+n]
	o.stats.meter.said(e.pcm[have:])
	for len(e.pcm) >= e.packet {
		o.packet(p, e, to)
		e.pcm = e.pcm[:copy(e.pcm, e.pcm[e.packet:])]
	}
}

// use changes to another encoder. One with another clock is another stream
// (RFC 7160).
func (o *outbound) use(e *encoder) {
	if o.clock != e.clock && o.clock != 0 {
		*o.sender = *rtp.NewSender()
	}
	o.encoder, o.clock = e, e.clock
	e.pcm = e.pcm[:0]
	e.down.Reset()
	// The resampler begins in the middle of the sound, not in silence.
	e.down.Process(e.pcm[:len(o.past)/e.factor], o.past[:])
}

// packet sends what is in front of e.pcm, or the digit that runs instead.
func (o *outbound) packet(p *plan, e *encoder, to netip.AddrPort) {
	units := e.packet / e.scale
	defer o.sender.Advance(units)
	if o.digits.Waiting() && p.eventFor != 0 {
		if d, ok := o.digits.Step(time.Duration(e.ms)*time.Millisecond, p.SendEvent.Clock, e.clock); ok {
			h := o.sender.NextAt(p.eventFor, o.sender.Timestamp()-uint32(d.Ago))
			h.Marker = d.Marker
			o.send(append(h.Append(o.bench.out[:0]), d.Payload...), to)
			o.sender.Pause()
			return
		}
	}
	head := o.bench.out[:rtp.HeaderSize]
	b, err := e.state.Encode(head, e.pcm[:e.packet])
	if err != nil || len(b) == rtp.HeaderSize {
		o.sender.Pause()
		return
	}
	o.sender.Next(e.payload.Type).Append(head[:0])
	o.send(b, to)
}

func (o *outbound) send(b []byte, to netip.AddrPort) {
	payload := len(b) - rtp.HeaderSize
	if o.cover != nil {
		var err error
		if b, err = o.cover.send.Seal(b); err != nil {
			return // its index is used up: there is no way to go on
		}
	}
	if err := o.socket.Send(b, to); err != nil {
		if !o.failing { // why is told once, and not each 20 ms
			o.failing = true
			text := fmt.Sprintf("Packets cannot be sent to %s: %v.", to, err)
			o.stats.unsent.Store(&text)
		}
		return
	}
	if o.failing {
		o.failing = false
		o.stats.unsent.Store(nil)
	}
	o.stats.packetsOut.Add(1)
	o.stats.meter.lastOut.Store(o.stats.meter.now)
	o.stats.bytesOut.Add(uint64(payload))
}
