package rtpleg

import (
	"net/netip"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/codec"
)

// common is one encoding for several legs: in a large room most hear the same
// ([leg.Listener]). Its encoder belongs to none of them, so legs come and go:
//
//	           settle ticks of the same, encoded twice
//	on its own ───────────────────────────────────────▶ along
//	     ▲                                                │ something else to hear: the leg's own
//	     └────────────────────────────────────────────────┘ encoder first hears what was sent last
//
// Either way the encoder that goes on has just heard what the other had heard,
// and an Opus decoder, which is made for packets that never come, goes on with
// it as with the other. That of G.722 would need both encoders' memories to be
// the same to the bit, and they hardly ever become that; it costs little to
// encode, and does not take part.
type common struct {
	share   uint32
	quality codec.Quality
	*encoder

	tick  uint64 // of what follows
	heard []float32
	out   []byte // the payload; empty: nothing is to be sent
	past  [primes][]float32
	next  int // of past
}

const (
	settle = 15 // ticks
	// primes is how many packets an encoder hears again, and most how many
	// legs may have that at one tick; the others hear one.
	primes = 5
	most   = 8
	// fade is for how many ticks a common encoding that nobody uses is kept.
	fade = 100
)

// commons are all that there are, and how much was primed at a tick.
type commons struct {
	all    []*common
	tick   uint64
	primed int
}

// of finds or makes the common encoding of a share, like a leg's own encoder e;
// nil if there can be none.
func (s *commons) of(tick uint64, share uint32, e *encoder, q codec.Quality) *common {
	kept := s.all[:0]
	var found *common
	for _, c := range s.all {
		if tick-c.tick > fade {
			continue
		}
		kept = append(kept, c)
		if c.share == share && c.quality == q && c.payload.Codec == e.payload.Codec && c.payload.Fmtp == e.payload.Fmtp {
			found = c
		}
	}
	clear(s.all[len(kept):])
	s.all = kept
	if found != nil {
		return found
	}
	if e.payload.Codec == codec.G722() {
		return nil
	}
	own, err := newEncoder(e.payload, e.ms)
	if err != nil {
		return nil
	}
	if a, ok := own.state.(codec.Adaptive); ok && a.SetQuality(q) != nil {
		return nil
	}
	c := &common{share: share, quality: q, encoder: own, out: make([]byte, 0, maxPacket)}
	for i := range c.past {
		c.past[i] = make([]float32, 0, own.packet)
	}
	s.all = append(s.all, c)
	return c
}

// hear encodes what all hear at a tick; the first who asks has it done.
func (c *common) hear(tick uint64, f *audio.Frame) {
	if c.tick == tick {
		return
	}
	c.tick = tick
	p := &c.past[c.next]
	c.next = (c.next + 1) % primes
	*p = (*p)[:c.down.Process((*p)[:cap(*p)], f[:])]
	c.heard = *p
	b, err := c.state.Encode(c.out[:0], c.heard)
	if err != nil {
		b = c.out[:0]
	}
	c.out = b
}

// prime lets a leg's own encoder hear again what was heard last.
func (s *commons) prime(tick uint64, c *common, e *encoder, scratch []byte) {
	if s.tick != tick {
		s.tick, s.primed = tick, 0
	}
	n := primes
	if s.primed++; s.primed > most {
		n = 1
	}
	for i := range n {
		if p := c.past[(c.next+primes-n+i)%primes]; len(p) > 0 {
			_, _ = e.state.Encode(scratch[:0], p) // heard, not sent
		}
	}
}

// along returns the common encoding that the leg sends at this tick, nil when
// it is on its own.
func (o *outbound) along(e *encoder, tick uint64, f *audio.Frame, share uint32, q codec.Quality) *common {
	if share == 0 || e.ms != int(audio.Tick.Milliseconds()) || len(e.pcm) > 0 || o.digits.Waiting() {
		o.alone(e, tick)
		return nil
	}
	c := o.common
	if c == nil || c.share != share || c.quality != q || o.like != e {
		o.alone(e, tick)
		if c = o.bench.commons.of(tick, share, e, q); c == nil {
			return nil
		}
		o.common, o.like = c, e
	}
	c.hear(tick, f)
	if o.same < settle {
		o.same++
		return nil
	}
	return c
}

// alone makes the leg's own encoder go on where the common one was.
func (o *outbound) alone(e *encoder, tick uint64) {
	c := o.common
	if c == nil {
		return
	}
	if o.same == settle && o.like == e {
		o.bench.commons.prime(tick, c, e, o.bench.out[:])
		e.down.Reset()
		e.down.Process(e.pcm[:len(o.past)/e.factor], o.past[:])
	}
	o.common, o.like, o.same = nil, nil, 0
}

// sendCommon sends what the common encoding made.
func (o *outbound) sendCommon(c *common, e *encoder, to netip.AddrPort) {
	o.stats.meter.said(c.heard)
	if len(c.out) == 0 {
		o.sender.Pause()
	} else {
		head := o.sender.Next(e.payload.Type).Append(o.bench.out[:0])
		o.send(append(head, c.out...), to)
	}
	o.sender.Advance(e.packet / e.scale)
}
