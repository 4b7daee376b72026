package jitter

import (
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/codec"
)

// Voice is a decoder with room for what it decoded.
type Voice struct {
	decoder codec.Decoder
	scale   int       // samples for each unit of the clock
	buf     []float32 // what was played before, head samples of it, and what is decoded
	at      int       // of buf: what is next
	scaler  scaler
}

// NewVoice makes a voice of a decoder whose timestamps count at clock Hz, and
// whose sound is sampled at rate Hz (8000 or a multiple, and one of clock).
func NewVoice(d codec.Decoder, clock, rate int) *Voice {
	s := newScaler(rate)
	room := s.head + 2*int(audio.Tick)*rate/int(time.Second) + s.longest // longer packets have more made, once
	return &Voice{decoder: d, scale: rate / clock, scaler: s, buf: make([]float32, s.head, room), at: s.head}
}

// Decoder returns the voice's decoder.
func (v *Voice) Decoder() codec.Decoder { return v.decoder }

// Scale is how many samples a unit of the clock has.
func (v *Voice) Scale() int { return v.scale }

// room keeps the end of what was played, and returns where n samples may go
// that follow what is in hand.
func (v *Voice) room(n int) []float32 {
	if v.at == len(v.buf) {
		head := v.scaler.head
		copy(v.buf[:head], v.buf[len(v.buf)-head:])
		v.buf, v.at = v.buf[:head], head
	}
	at := len(v.buf)
	if at+n+v.scaler.longest > cap(v.buf) {
		v.buf = append(make([]float32, 0, at+n+v.scaler.longest), v.buf...)
	}
	return v.buf[at : at+n]
}

func (v *Voice) took(n int) { v.buf = v.buf[:len(v.buf)+n] }

func (v *Voice) queued() int { return (len(v.buf) - v.at) / v.scale }

// Voices finds the voice for a payload type; nil if there is none.
type Voices interface {
	Voice(payloadType uint8) *Voice
}

const (
	// faint is the mean square below which sound is a pause whatever is
	// around it, soft the one below which it may be a pause that noise fills:
	// if it is not above calmer times by more than 6 dB.
	faint = 1e-5 // -50 dBov
	soft  = 1e-3 // -30 dBov
	above = 4
)

// Player plays a stream. It is not safe for concurrent use.
type Player struct {
	buffer *Buffer
	clock  int

	voice    *Voice
	sounding bool
	torn     bool    // the last tick was missed: what comes now follows nothing
	rest     int     // units of silence that are due before anything else
	floor    float32 // mean square of the calmest sound of late
	wanted   int     // units played since the delay should change
	since    int     // and since it was changed

	stretched uint64 // units
}

// NewPlayer returns a player that is [Player.Configure]d before it is used.
func NewPlayer() *Player { return &Player{buffer: New(Config{Clock: 8000})} }

// Configure empties the player and sets it up for another stream. The
// counters go on.
func (p *Player) Configure(c Config) {
	if p.clock != 0 {
		p.stretched = p.stretched * uint64(c.Clock) / uint64(p.clock)
	}
	p.clock = c.Clock
	p.buffer.Configure(c)
	p.Reset()
}

// Reset drops what is in hand. The next packet begins the stream.
func (p *Player) Reset() {
	p.buffer.Reset()
	if v := p.voice; v != nil {
		v.at = len(v.buf)
	}
	p.sounding, p.rest, p.wanted, p.since = false, 0, 0, 0
}

// Splice says that the next packet is the first of another stream.
func (p *Player) Splice() { p.buffer.Splice() }

// Tick begins a tick; ticks is how many have passed since the last one, 1 if
// none was missed.
func (p *Player) Tick(ticks int) {
	queued := p.rest
	if p.voice != nil {
		queued += p.voice.queued()
	}
	p.torn = ticks > 1
	p.buffer.Tick(ticks, queued)
}

// Put takes a packet, which arrived the given time ago. Its payload is copied.
func (p *Player) Put(packet Packet, waited time.Duration) { p.buffer.Put(packet, waited) }

// Next returns the sound that is due next, for units at most: samples, at the
// rate of the voice that is returned with them, or silence for so many units.
// The samples are the caller's until the next call.
func (p *Player) Next(units int, voices Voices) (v *Voice, pcm []float32, silence int) {
	for {
		if v = p.voice; v != nil && v.at < len(v.buf) {
			n := min(len(v.buf)-v.at, units*v.scale)
			pcm = v.buf[v.at : v.at+n]
			v.at += n
			if p.torn {
				rise(pcm, v.scaler.rate/shortestPer, 0, 1)
				p.torn = false
			}
			return v, pcm, 0
		}
		if p.rest > 0 {
			n := min(p.rest, units)
			p.rest -= n
			return p.voice, nil, n
		}
		p.make(p.buffer.Next(units), voices)
	}
}

// make turns a step of the buffer into samples.
func (p *Player) make(s Step, voices Voices) {
	if s.Kind == Play {
		if v := voices.Voice(s.Packet.PayloadType); v != nil && v != p.voice {
			p.voice = v
			v.at = len(v.buf)
		}
	}
	v := p.voice
	if v == nil || s.Kind == Quiet && !p.sounding {
		p.rest += s.Units
		return
	}
	switch s.Kind {
	case Play:
		p.play(v, s)
	case Recover:
		pcm := v.room(s.Units * v.scale)
		if r, ok := v.decoder.(codec.Recoverer); ok && voices.Voice(s.Packet.PayloadType) == v {
			r.Recover(pcm, s.Packet.Payload)
		} else {
			v.decoder.Conceal(pcm)
		}
		v.took(len(pcm))
	case Lost:
		pcm := v.room(s.Units * v.scale)
		v.decoder.Conceal(pcm)
		v.took(len(pcm))
	case Quiet:
		p.end(v, s.Units)
	}
}

// play decodes a packet, and fits its length to the delay.
func (p *Player) play(v *Voice, s Step) {
	pcm := v.room(min(s.Packet.Duration, codec.MaxDuration*p.clock/1000) * v.scale)
	at := len(v.buf)
	n, err := v.decoder.Decode(pcm, s.Packet.Payload)
	if err != nil {
		n = min(len(pcm), s.Packet.Duration*v.scale)
		v.decoder.Conceal(pcm[:n])
	}
	v.took(n)
	if late := s.Units * v.scale; late > 0 && late < n {
		// Its beginning came too late: fade from that into what is left.
		x := v.buf[at:]
		fade := min(v.scaler.seam, n-late)
		blend(x, x, x[late:], fade, 1)
		copy(x[fade:], x[fade+late:])
		v.buf = v.buf[:len(v.buf)-late]
	}
	if !p.sounding {
		p.sounding = true
		rise(v.buf[at:], v.scaler.rate/shortestPer, 0, 1)
	}
	p.fit(v)
}

// end lets the sound fade out where a pause begins.
func (p *Player) end(v *Voice, units int) {
	p.sounding = false
	n := min(units, p.clock/seamPer)
	quantum := max(1, p.clock/shortestPer)
	n = n / quantum * quantum
	pcm := v.room(n * v.scale)
	v.decoder.Conceal(pcm)
	rise(pcm, len(pcm), 1, 0)
	v.took(len(pcm))
	p.rest += units - n
}

// rise lets the gain go from one value to another over the first n samples.
func rise(pcm []float32, n int, from, to float32) {
	n = min(n, len(pcm))
	for i := range n {
		w := (float32(i) + 0.5) / float32(n)
		pcm[i] *= from + (to-from)*w
	}
}

// fit makes what is in hand shorter or longer, if the delay should change and
// nobody hears it: at once in a pause, and in speech where it is like itself a
// period later, the less so the longer or the more that is wanted.
func (p *Player) fit(v *Voice) {
	head := v.scaler.head
	pcm := v.buf[head:]
	pause := p.pause(pcm)
	units := len(pcm) / v.scale
	excess := p.buffer.Excess()
	p.since += units
	least := p.clock / shortestPer
	if excess < least && excess > -least {
		p.wanted = 0
		return
	}
	p.wanted += units
	much := max(excess, -excess) > p.clock*40/1000
	if !pause && !much && p.since < p.clock/20 {
		return // not twice at the same place
	}
	like := 0.95 - 0.2*float32(p.wanted)/float32(p.clock)
	switch {
	case pause:
		like = -1
	case much:
		like = max(0.4, like-0.3)
	case excess > 0 && p.wanted < p.clock*4/10:
		return // pauses first
	default:
		like = max(0.6, like)
	}
	if excess > 0 {
		if lag, got := v.scaler.shorter(v.buf, excess*v.scale, v.scale, pause); lag > 0 && got >= like {
			v.buf = v.scaler.cut(v.buf, lag, got)
			p.scaled(-lag / v.scale)
		}
	} else {
		lag, got := v.scaler.longer(v.buf, -excess*v.scale, v.scale, pause)
		if got < like { // rather too much than not at all
			lag, got = v.scaler.longer(v.buf, v.scaler.longest, v.scale, pause)
		}
		if lag > 0 && got >= like {
			v.buf = v.scaler.insert(v.buf, lag, got)
			p.scaled(lag / v.scale)
		}
	}
}

func (p *Player) scaled(units int) {
	p.since = 0
	p.buffer.Scaled(units)
	p.stretched += uint64(max(units, -units))
}

// pause says whether nobody speaks in pcm.
func (p *Player) pause(pcm []float32) bool {
	var sum float32
	for _, s := range pcm {
		sum += s * s
	}
	e := sum / float32(max(1, len(pcm)))
	if p.floor = min(max(p.floor*1.02, 1e-9), soft); e < p.floor { // 4 dB/s
		p.floor = e
	}
	return e < faint || e < soft && e < above*p.floor
}

// Stats returns the counters.
func (p *Player) Stats() Stats {
	s := p.buffer.Stats()
	s.Stretched = p.buffer.duration(int64(p.stretched))
	return s
}
