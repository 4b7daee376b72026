package rtpleg

import (
	"net/netip"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/dtls"
	"github.com/plugboard/plugboard/sdk/media/dtmf"
	"github.com/plugboard/plugboard/sdk/media/jitter"
	"github.com/plugboard/plugboard/sdk/media/rtp"
	"github.com/plugboard/plugboard/sdk/media/srtp"
)

const (
	// maxReads bounds the packets that are read at one tick: 60 ms of the
	// shortest packets, with doubles, and a flood is left to the kernel.
	maxReads = 32
	// guard is how long before its tick a packet must be there for the first
	// one to be played at once; maxDelay the most that the buffer grows to.
	guard    = 2 * time.Millisecond
	maxDelay = 200 * time.Millisecond
	// comfortNoise is the payload type of RFC 3389, at 8 kHz.
	comfortNoise = 13
	// maxMissed bounds how many ticks are made up for after the process slept.
	maxMissed = 50
	// faint is the mean square below which sound may be taken out unnoticed.
	faint = 1e-5 // -50 dBov
)

// inbound is the party's voice on its way in. It belongs to the audio
// goroutine.
type inbound struct {
	bench  *bench
	socket bus.Socket
	tell   func(leg.Event)
	stats  *counters

	symmetric bool

	plan     *plan
	source   source
	receiver rtp.Receiver
	buffer   *jitter.Buffer
	digits   dtmf.Receiver
	clock    int            // Hz, that buffer and receiver count in
	receive  *srtp.Receiver // that opened the last packet
	playing  *decoder       // nil: nothing was played yet
	quiet    int            // frames of nothing in a row
	catchUp  bool           // what waits in the socket came while no process read it
	tick     uint64
}

func newInbound(b *bench, s bus.Socket, tell func(leg.Event), stats *counters) *inbound {
	return &inbound{bench: b, socket: s, tell: tell, stats: stats, buffer: jitter.New(jitter.Config{Clock: 8000, Guard: guard, Max: maxDelay})}
}

// Gather implements leg.Audio.
func (l *rtpLeg) Gather(tick uint64, f *audio.Frame) bool {
	p := l.plan.Load()
	if p == nil {
		return false
	}
	sound := l.in.gather(p, tick, f)
	if l.in.show(&l.marks) {
		l.hasten()
	}
	return sound
}

func (in *inbound) gather(p *plan, tick uint64, f *audio.Frame) bool {
	if p != in.plan {
		in.plan = p
		if in.source.describe(p.Remote) {
			in.stats.remote.Store(nil)
		}
	}
	now := time.Now()
	in.stats.meter.tick(now, p.hearing)
	reads := maxReads
	if in.catchUp {
		reads = maxBacklog
	}
	for range reads {
		n, from, at, err := in.socket.Recv(in.bench.in[:])
		if err != nil {
			break // nothing waits, or the socket is at its end
		}
		if at.IsZero() {
			at = now
		}
		in.packet(in.bench.in[:n], from, at, now)
	}
	in.catchUp = false
	if d, ok := in.digits.Poll(now); ok {
		in.digit(d)
	}
	if missed := tick - in.tick - 1; in.tick != 0 && missed > 0 && missed <= maxMissed {
		in.drop(int(missed))
	}
	in.tick = tick
	if !p.hearing {
		in.buffer.Reset()
		return false
	}
	sound := in.play(f)
	in.publish()
	return sound
}

// packet takes one datagram.
func (in *inbound) packet(b []byte, from netip.AddrPort, at, now time.Time) {
	if dtls.Is(b) {
		if !in.plan.cover.feed(b, from, in.symmetric) {
			in.stats.garbage.Add(1)
		}
		return
	}
	b, ok := in.open(b)
	if !ok {
		return
	}
	h, payload, err := rtp.Parse(b)
	if err != nil {
		in.stats.garbage.Add(1)
		return
	}
	d, clock := in.plan.receive[h.PayloadType], in.plan.events[h.PayloadType]
	if d == nil && clock == 0 && h.PayloadType != comfortNoise {
		in.stats.meter.disagree(h.PayloadType)
		return
	}
	var moved bool
	if in.plan.cover != nil {
		moved = in.source.trust(from, now)
	} else if ok, moved = in.source.admit(from, h, now); !ok {
		in.stats.refused.Add(1)
		in.stats.meter.refuse(from)
		return
	}
	if moved {
		remote := from
		in.stats.remote.Store(&remote)
		in.tell(leg.Event{Kind: leg.Source, Remote: from})
	}
	in.stats.packetsIn.Add(1)
	in.stats.meter.arrived(at, from, h.PayloadType == comfortNoise)
	in.stats.bytesIn.Add(uint64(len(payload)))
	if in.catchUp && clock == 0 && now.Sub(at) > stale {
		return
	}
	if !in.plan.hearing {
		return
	}
	units := 0
	if d != nil {
		if units = d.codec.Duration(payload); units == 0 {
			in.stats.garbage.Add(1)
			return
		}
		if d.clock != in.clock {
			in.clock = d.clock
			in.receiver.SetClock(d.clock)
			_, able := d.state.(codec.Recoverer)
			in.buffer.Configure(jitter.Config{Clock: d.clock, Guard: guard, Max: maxDelay, Recover: able})
		}
	}
	verdict, sequence, timestamp := in.receiver.Receive(h, at)
	switch verdict {
	case rtp.Restarted:
		in.buffer.Reset()
		if d, ok := in.digits.Reset(); ok {
			in.digit(d)
		}
	case rtp.Probation, rtp.Duplicate:
		return
	case rtp.Stale, rtp.Good:
		// The buffer knows best what is too late.
	}
	if clock > 0 {
		if d, ok := in.digits.Receive(h.Timestamp, payload, clock, now); ok {
			in.digit(d)
		}
	}
	if in.clock == 0 {
		return // digits before any sound
	}
	in.buffer.Put(jitter.Packet{
		Sequence: sequence, Timestamp: timestamp, Duration: units, PayloadType: h.PayloadType, Payload: payload,
	}, now.Sub(at), in.queued())
}

// queued is what is decoded and not played yet, in units of the clock.
func (in *inbound) queued() int {
	if in.playing == nil {
		return 0
	}
	return (len(in.playing.fifo) - in.playing.at) / in.playing.scale
}

func (in *inbound) digit(d dtmf.Digit) {
	in.tell(leg.Event{Kind: leg.Digit, Digit: d.Key, Duration: d.Duration})
}

// play fills f with what is due, and reports whether there is anything.
func (in *inbound) play(f *audio.Frame) bool {
	sound := false
	for at := 0; at < len(f); {
		if d := in.playing; d != nil && d.at < len(d.fifo) {
			n := min(len(d.fifo)-d.at, (len(f)-at)/d.factor)
			if n == 0 {
				clear(f[at:]) // the codec changed in mid-frame
				break
			}
			at += d.up.Process(f[at:], d.fifo[d.at:d.at+n])
			d.at += n
			sound = true
			continue
		}
		if in.clock == 0 {
			return false
		}
		unit := audio.Rate / in.clock
		step := in.buffer.Next((len(f) - at + unit - 1) / unit)
		if step.Kind == jitter.Quiet {
			at = in.rest(f, at, step.Units)
			continue
		}
		in.make(step)
	}
	if sound {
		in.quiet = 0
	} else if in.quiet++; in.quiet == 1 {
		return in.playing != nil // the resampler's tail
	}
	return sound
}

// rest fills f from at on with units of nothing, and returns where it ends.
func (in *inbound) rest(f *audio.Frame, at, units int) int {
	end := min(len(f), at+units*(audio.Rate/in.clock))
	if d := in.playing; d != nil && in.quiet == 0 {
		// What the resampler still holds of the sound before comes first.
		d.fifo, d.at = d.fifo[:0], 0
		at += d.up.Process(f[at:], silence[:(end-at)/d.factor])
	}
	clear(f[at:end])
	return end
}

// make turns a step of the buffer into samples, in the fifo of what is played.
func (in *inbound) make(s jitter.Step) {
	if s.Kind == jitter.Play {
		if d := in.plan.receive[s.Packet.PayloadType]; d != nil && d != in.playing {
			d.fifo, d.at = d.fifo[:0], 0
			d.up.Reset()
			in.playing = d
		}
	}
	d := in.playing
	if d == nil {
		return
	}
	d.at = 0
	switch s.Kind {
	case jitter.Play:
		n, err := d.state.Decode(d.fifo[:cap(d.fifo)], s.Packet.Payload)
		if err != nil {
			in.stats.garbage.Add(1)
			n = min(cap(d.fifo), s.Packet.Duration*d.scale)
			d.state.Conceal(d.fifo[:n])
		}
		in.stats.meter.heard(d.fifo[:n])
		d.fifo = squeeze(d.fifo[:n], s.Units*d.scale, d.codec.Format().SampleRate)
		in.shorten(d)
	case jitter.Recover:
		d.fifo = d.fifo[:min(cap(d.fifo), s.Units*d.scale)]
		if r, ok := d.state.(codec.Recoverer); ok && in.plan.receive[s.Packet.PayloadType] == d {
			r.Recover(d.fifo, s.Packet.Payload)
		} else {
			d.state.Conceal(d.fifo)
		}
	case jitter.Lost:
		d.fifo = d.fifo[:min(cap(d.fifo), s.Units*d.scale)]
		d.state.Conceal(d.fifo)
	case jitter.Quiet:
	}
}

// shorten takes sound out where the delay is longer than it needs to be:
// where it is faint, and anywhere once it is much.
func (in *inbound) shorten(d *decoder) {
	excess := in.buffer.Excess()
	if excess == 0 {
		return
	}
	var energy float32
	for _, s := range d.fifo {
		energy += s * s
	}
	much := excess > in.clock*60/1000
	if !much && energy > faint*float32(len(d.fifo)) {
		return
	}
	units := min(excess, len(d.fifo)/d.scale/2)
	d.fifo = squeeze(d.fifo, units*d.scale, d.codec.Format().SampleRate)
	in.buffer.Shortened(units)
}

// squeeze takes n samples out of pcm near its beginning, with a cross-fade of
// up to 5 ms.
func squeeze(pcm []float32, n, rate int) []float32 {
	if n <= 0 {
		return pcm
	}
	if n >= len(pcm) {
		return pcm[:0]
	}
	fade := min(rate/200, len(pcm)-n)
	for i := range fade {
		w := (float32(i) + 0.5) / float32(fade)
		pcm[i] = (1-w)*pcm[i] + w*pcm[i+n]
	}
	copy(pcm[fade:], pcm[fade+n:])
	return pcm[:len(pcm)-n]
}

// drop leaves out what was due at ticks that never were.
func (in *inbound) drop(ticks int) {
	if in.clock == 0 {
		return
	}
	units := ticks * in.clock / 50
	if d := in.playing; d != nil {
		n := min(len(d.fifo)-d.at, units*d.scale)
		d.at += n
		units -= n / d.scale
	}
	in.buffer.Skip(units)
}

// publish shows the counters.
func (in *inbound) publish() {
	b := in.buffer.Stats()
	s := in.stats
	s.lost.Store(in.receiver.Lost())
	s.late.Store(b.Late)
	s.duplicate.Store(in.receiver.Duplicates() + b.Duplicate)
	s.concealed.Store(uint64(b.Concealed / audio.Tick))
	s.jitter.Store(int64(in.receiver.Jitter()))
	s.buffer.Store(int64(b.Delay))
}
