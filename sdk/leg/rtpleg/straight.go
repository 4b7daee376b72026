package rtpleg

import (
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/audio/vector"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/resample"
)

// straight is sound of G.711 that one leg hands to another of a call of two,
// beside bus, mixer and resampling (leg.Hander):
//
//	jitter buffer ─▶ decoder ─▶ resampler ─▶ bus ─▶ mixer ─▶ bus ─▶ resampler ─▶ encoder
//	                    └───────────────── 23 samples later ────────────────────▶┘
//
// Both ways take the same time to the sample, so either may be taken at any
// tick and nobody hears which. All that is a leg's own stays: its jitter
// buffer and concealment, meters, digits, numbers, keys and reports. What is
// not one steady sound (a pause, comfort noise, another codec) goes the long way.
type straight struct {
	tick uint64 // that it is for, plus one
	on   bool   // the last that was sent is of it: the resampler knows nothing of that
	pcm  [straightPast + straightFrame]float32
}

const (
	straightRate   = 8000
	straightFactor = audio.Rate / straightRate
	straightFrame  = audio.Samples / straightFactor
	// straightDelay is what resampling up and down again delays by, in
	// samples. What is handed over is so much late, too.
	straightDelay = resample.Tail - 1
	straightPast  = resample.Tail
)

// sound is what is due.
func (s *straight) sound() []float32 {
	return s.pcm[straightPast-straightDelay:][:straightFrame]
}

// GatherTo implements leg.Hander.
func (l *Leg) GatherTo(tick uint64, f *audio.Frame, to leg.Endpoint) (sound, handed bool) {
	if r, ok := to.(interface{ rtp() *Leg }); ok && r.rtp() != l {
		l.in.to = r.rtp()
	}
	sound = l.Gather(tick, f)
	handed = l.in.handed
	l.in.to, l.in.handed = nil, false
	return sound && !handed, handed
}

// steady reports whether what comes next can be handed over as it is decoded,
// if it goes on as before.
func (in *inbound) steady(p *plan) bool {
	q := in.to.plan.Load()
	switch {
	case q == nil || q.send == nil || q.send.factor != straightFactor || !q.sending:
		return false
	case p.detector != nil || in.voice.cleaner != nil || in.voice.gain != nil:
		return false // these work on frames
	case in.playing == nil || in.playing.factor != straightFactor || in.noisy():
		return false
	}
	return in.clock == straightRate && in.seam.steady()
}

// hand hands a frame over, or puts what it took of it into f and returns where
// that ends, and whether there is anything.
func (in *inbound) hand(tick uint64, f *audio.Frame) (at int, sound bool) {
	d, pcm := in.playing, in.bench.pcm[:]
	for have := 0; have < len(pcm); {
		voice, some, silence := in.player.Next(len(pcm)-have, in)
		if have == 0 && len(some) == len(pcm) && voice == d.voice {
			pcm = some // a whole packet, as nearly always
			break
		}
		if len(some) == 0 || voice != d.voice {
			if have > 0 {
				at, sound = in.place(f, 0, d.voice, pcm[:have], 0)
			}
			at, more := in.place(f, at, voice, some, silence)
			return at, sound || more
		}
		have += copy(pcm[have:], some)
	}
	if in.to.plan.Load().Noise != 0 && faint(pcm) {
		return in.place(f, 0, d.voice, pcm, 0) // may be left out where it is sent
	}
	in.stats.meter.heard(pcm)
	to := &in.to.out.given
	to.tick = tick + 1
	copy(to.pcm[:straightPast], in.seam.last[seamTime-straightPast:])
	copy(to.pcm[straightPast:], pcm)
	copy(in.seam.last[seamTime-seamTime/straightFactor:], pcm[len(pcm)-seamTime/straightFactor:])
	in.handed, in.lapsed = true, true
	return 0, true
}

func faint(pcm []float32) bool {
	for _, s := range pcm {
		if s > hushLevel || s < -hushLevel {
			return false
		}
	}
	return true
}

// rejoin brings the resampler to where the sound is, if that was handed over.
func (in *inbound) rejoin() {
	if !in.lapsed {
		return
	}
	in.lapsed = false
	in.playing.up.Reset()
	in.playing.up.Process(in.bench.frame[:], in.seam.last[seamTime-straightPast:])
}

// rejoin does it on the way out. What follows goes on where the sound that was
// handed over ends; if nothing does, that is led on for 4 ms, its own end
// played backwards, and fades away. It returns what is to be heard.
func (o *outbound) rejoin(f *audio.Frame) *audio.Frame {
	o.given.on = false
	b, pcm := o.bench, o.given.pcm[:]
	const primed = 2 * resample.Tail
	b.up.Reset()
	n := b.up.Process(b.frame[:], pcm[len(pcm)-primed:])
	copy(o.past[:], b.frame[n-len(o.past):n])
	down := o.encoder.down
	down.Reset()
	down.Process(b.noise[:], o.past[:])
	if vector.Peak(f) > 0 {
		return f
	}
	const led = seamTime / straightFactor
	end := b.pcm[:]
	clear(end)
	for i := range led {
		end[i] = pcm[len(pcm)-1-i] * float32(led-i) / (led + 1)
	}
	b.up.Process(b.frame[:], end)
	return &b.frame
}
