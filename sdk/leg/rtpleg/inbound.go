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
	"github.com/plugboard/plugboard/sdk/media/rtcp"
	"github.com/plugboard/plugboard/sdk/media/rtp"
	"github.com/plugboard/plugboard/sdk/media/srtp"
)

const (
	// maxReads bounds the packets that are read at one tick: 60 ms of the
	// shortest packets, with doubles, and a flood is left to the kernel.
	maxReads = 32
	// guard is how long before its tick a packet must be there to be safe;
	// maxDelay the most that packets wait.
	guard    = time.Millisecond
	maxDelay = 200 * time.Millisecond
	// comfortNoise is the payload type of RFC 3389, at 8 kHz.
	comfortNoise = 13
	// maxMissed bounds how many ticks are made up for after the process slept.
	maxMissed = 50
)

// inbound is the party's voice on its way in. It belongs to the audio
// goroutine.
type inbound struct {
	bench  *bench
	socket bus.Socket
	tell   func(leg.Event)
	stats  *counters

	symmetric bool
	muxed     func(p *plan, b []byte, from netip.AddrPort, at time.Time) // takes RTCP

	plan     *plan
	source   source
	receiver rtp.Receiver
	player   *jitter.Player
	digits   dtmf.Receiver
	clock    int            // Hz, that buffer and receiver count in
	receive  *srtp.Receiver // that opened the last packet
	playing  *decoder       // nil: nothing was played yet
	quiet    int            // frames of nothing in a row
	down     bool           // a key is pressed
	catchUp  bool           // what waits in the socket came while nobody read it
	far      *uint32        // the SSRC that the party had in another process; nil once it is heard here
	shown    netip.AddrPort // the locked source that show saw last
	tick     uint64
	voice    *voice
	seam     seam
	to       *Leg // whom what is played now may be handed to, nil: nobody
	handed   bool // it was
	lapsed   bool // so playing's resampler knows nothing of it
}

func newInbound(b *bench, s bus.Socket, tell func(leg.Event), stats *counters, v *voice) *inbound {
	return &inbound{voice: v, bench: b, socket: s, tell: tell, stats: stats, player: jitter.NewPlayer()}
}

// Gather implements leg.Audio.
func (l *Leg) Gather(tick uint64, f *audio.Frame) bool {
	p := l.plan.Load()
	if p == nil {
		return false
	}
	sound := l.in.gather(p, tick, f)
	l.gatherControl(p, tick)
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
	in.begin(tick)
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
	if !p.hearing {
		in.player.Reset()
		in.treat(p, f, false) // who is on hold has ceased to speak
		return false
	}
	sound := in.treat(p, f, in.play(p, tick, f))
	in.press(in.digits.Down() || p.detector != nil && p.detector.Down())
	in.publish()
	return sound
}

// press tells that a key went down.
func (in *inbound) press(down bool) {
	if down && !in.down {
		in.tell(leg.Event{Kind: leg.Pressed})
	}
	in.down = down
}

// begin begins a tick.
func (in *inbound) begin(tick uint64) {
	ticks := tick - in.tick
	if in.tick == 0 || ticks > maxMissed {
		ticks = 1
	}
	in.tick = tick
	in.player.Tick(int(ticks))
}

// packet takes one datagram.
func (in *inbound) packet(b []byte, from netip.AddrPort, at, now time.Time) {
	if dtls.Is(b) {
		if !in.plan.cover.feed(b, from, in.symmetric) {
			in.stats.garbage.Add(1)
		}
		return
	}
	if rtcp.Is(b) {
		in.muxed(in.plan, b, from, at)
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
	d, clock := in.plan.of(h.PayloadType), in.plan.eventClock(h.PayloadType)
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
		if units = d.codec.Duration(payload); units == 0 || d.prepare() != nil {
			in.stats.garbage.Add(1)
			return
		}
		if d.clock != in.clock {
			in.clock = d.clock
			in.receiver.SetClock(d.clock)
			_, able := d.voice.Decoder().(codec.Recoverer)
			in.player.Configure(jitter.Config{Clock: d.clock, Guard: guard, Max: maxDelay, Recover: able})
		}
	}
	verdict, sequence, timestamp := in.receiver.Receive(h, at)
	switch verdict {
	case rtp.Restarted:
		in.player.Splice()
		if in.far != nil && *in.far == h.SSRC {
			in.far = nil
			break // the stream goes on, and what was told of it stays told
		}
		in.far = nil
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
	in.player.Put(jitter.Packet{
		Sequence: sequence, Timestamp: timestamp, Duration: units, PayloadType: h.PayloadType, Payload: payload,
	}, now.Sub(at))
}

func (in *inbound) digit(d dtmf.Digit) {
	in.tell(leg.Event{Kind: leg.Digit, Digit: d.Key, Duration: d.Duration})
}

// Voice implements jitter.Voices.
func (in *inbound) Voice(payloadType uint8) *jitter.Voice {
	if d := in.plan.of(payloadType); d != nil {
		return d.voice
	}
	return nil
}

// play fills f with what is due, and reports whether there is anything.
func (in *inbound) play(p *plan, tick uint64, f *audio.Frame) bool {
	if in.clock == 0 {
		return false
	}
	at, sound := 0, false
	if in.to != nil && in.steady(p) {
		if at, sound = in.hand(tick, f); in.handed {
			in.quiet = 0
			return true
		}
	}
	unit := audio.Rate / in.clock
	for at < len(f) {
		voice, pcm, silence := in.player.Next((len(f)-at+unit-1)/unit, in)
		var some bool
		at, some = in.place(f, at, voice, pcm, silence)
		sound = sound || some
	}
	if sound {
		in.quiet = 0
	} else if in.quiet++; in.quiet == 1 {
		return in.playing != nil // the resampler's tail
	}
	return sound
}

// place puts what the player gave into f from at on. It returns where that ends,
// and whether there is anything.
func (in *inbound) place(f *audio.Frame, at int, voice *jitter.Voice, pcm []float32, silence int) (end int, sound bool) {
	in.rejoin()
	if len(pcm) == 0 {
		return in.rest(f, at, silence), in.noisy()
	}
	in.speaks(voice)
	d := in.playing
	n := min(len(pcm), (len(f)-at)/d.factor)
	if n == 0 {
		clear(f[at:]) // the codec changed in mid-frame
		return len(f), false
	}
	in.stats.meter.heard(pcm[:n])
	from := at
	at += d.up.Process(f[at:], pcm[:n])
	in.seam.begin(f[from:at], pcm[:n])
	return at, true
}

// speaks notes whose sound it is that comes next.
func (in *inbound) speaks(v *jitter.Voice) {
	if in.playing != nil && in.playing.voice == v {
		return
	}
	for _, t := range in.plan.receive {
		if t.voice == v {
			in.seam.end(in.playing)
			t.up.Reset()
			in.playing = t.decoder
			return
		}
	}
}

// noisy says that the party is silent and told of the noise around it.
func (in *inbound) noisy() bool {
	return in.playing != nil && in.playing.codec == codec.ComfortNoise()
}

// rest fills f from at on with units of nothing, and returns where it ends.
func (in *inbound) rest(f *audio.Frame, at, units int) int {
	end := min(len(f), at+units*(audio.Rate/in.clock))
	if d := in.playing; in.noisy() {
		pcm := in.bench.noise[:(end-at)/d.factor]
		d.voice.Decoder().Conceal(pcm) // the noise goes on until speech does
		from := at
		at += d.up.Process(f[at:end], pcm)
		in.seam.begin(f[from:at], pcm)
		clear(f[at:end])
		return end
	}
	clear(f[at:end])
	in.seam.end(in.playing)
	in.seam.ring(f[at:end])
	return end
}

// publish shows the counters.
func (in *inbound) publish() {
	b := in.player.Stats()
	s := in.stats
	s.lost.Store(in.receiver.Lost())
	s.late.Store(b.Late)
	s.duplicate.Store(in.receiver.Duplicates() + b.Duplicate)
	s.concealed.Store(uint64(b.Concealed))
	s.stretched.Store(uint64(b.Stretched))
	s.jitter.Store(int64(in.receiver.Jitter()))
	s.buffer.Store(int64(b.Delay))
}
