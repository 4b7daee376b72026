package rtpleg

import (
	"math"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/denoise"
	"github.com/plugboard/plugboard/sdk/media/gain"
	"github.com/plugboard/plugboard/sdk/media/vad"
)

// voice is what is done with a party's sound once it is decoded:
//
//	decoded ─▶ digits found and held back ─▶ noise out ─▶ who speaks ─▶ even level ─▶ frame
//
// Each step but the third is left out where the leg does not need it. It belongs
// to the audio goroutine.
type voice struct {
	cleaner  denoise.Suppressor // nil: noise stays
	gain     *gain.Auto         // nil: the level stays
	activity vad.Detector

	tail  bool    // the cleaner still holds 10 ms of sound
	since int     // frames since the party was last found to speak
	told  bool    // that it speaks
	power float64 // mean square of its speech, of late
}

// newVoice makes what p asks for.
func newVoice(p leg.Params, e *denoise.Engine) (*voice, error) {
	v := &voice{}
	if p.Gain == "auto" {
		v.gain = &gain.Auto{}
	}
	if p.Denoise != "" {
		var err error
		if v.cleaner, err = e.Suppressor(p.Denoise); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// close gives back what the cleaner holds. No tick is under way.
func (v *voice) close() error {
	if v.cleaner == nil {
		return nil
	}
	return v.cleaner.Close()
}

// turn is how long a party must be silent to have ceased to speak, in frames:
// pauses between sentences are not told.
const turn = 50

// treat takes a frame on its way to the mixer. heard is the mean square of what
// was decoded for it. It reports whether there is anything in the frame, and
// whether the party began to speak, or ceased.
func (v *voice) treat(f *audio.Frame, sound bool, heard float64) (anything, change bool) {
	if v.cleaner != nil && (sound || v.tail) {
		if v.tail = sound; !sound {
			*f = audio.Frame{}
		}
		v.cleaner.Process(f)
		sound, heard = true, math.Pow(10, f.Level()/10)
	}
	level := float64(audio.Silence)
	if sound && heard > 0 {
		level = max(level, 10*math.Log10(heard))
	}
	speaking := v.activity.Step(level)
	if v.since++; speaking {
		v.since = 0
		if heard > v.power/100 { // not the pause between two words
			v.power += (heard - v.power) / 10
		}
	}
	if v.gain != nil && sound {
		v.gain.Process(f, speaking)
	}
	if now := speaking || v.told && v.since < turn; now != v.told {
		v.told = now
		return sound, true
	}
	return sound, false
}

// level is that of the party's speech, in dBov.
func (v *voice) level() float64 {
	return max(audio.Silence, math.Round(10*math.Log10(v.power+1e-13)))
}

// treat takes a frame through the party's digits and voice.
func (in *inbound) treat(p *plan, f *audio.Frame, sound bool) bool {
	if p.detector != nil {
		heard := f
		if !sound {
			heard = nil
		}
		d, ok, hold := p.detector.Step(heard)
		if ok {
			in.digit(d)
		}
		if hold {
			sound = false // the mixer fades what stands
		}
	}
	sound, change := in.voice.treat(f, sound, in.stats.meter.take())
	if change {
		in.tell(leg.Event{Kind: leg.Speaking, Speaking: in.voice.told, Level: in.voice.level()})
	}
	return sound
}

// resound plays the digits that wait as sound, in place of f, to a party that
// takes no telephone-events.
func (o *outbound) resound(f *audio.Frame) *audio.Frame {
	if o.tones.Fill(&o.bench.tone) {
		return &o.bench.tone
	}
	return f
}
