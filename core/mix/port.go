package mix

import (
	"sync/atomic"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/audio/vector"
)

// Options are how a line joins. The zero value speaks and hears.
type Options struct {
	Muted bool // it does not speak
	Deaf  bool // it does not hear
}

// Port is a line's place in a room.
type Port struct {
	room   *Room
	line   Line
	sharer Sharer // the same, or nil
	mode   atomic.Uint32

	ears atomic.Pointer[[]Ear] // who listens to what it says; nil: nobody

	hander  Hander  // the line, or nil
	handing Handing // the line, or nil

	// The rest is the step's own.
	now     uint32               // the mode for this step
	in      *audio.Frame         // of the scratch, and another port's, too, unless this one spoke
	spoke   bool                 // in holds this step's voice
	handed  bool                 // or it went to the other port without the mixer
	voiced  bool                 // end holds how the last step's voice ended
	end     [rampSamples]float32 // kept apart: a Read that fails may spoil in
	faint   int                  // how many frames in a row were faint
	limiter limiter
	gone    atomic.Bool // left, and faded away
}

// The bits of a port's mode.
const (
	speaks = 1 << iota
	hears
	left // for good: the line is not touched
)

func mode(speak, hear bool) (m uint32) {
	if speak {
		m |= speaks
	}
	if hear {
		m |= hears
	}
	return m
}

// SetMode says whether the port speaks and whether it hears, from the next
// step on: muting, hold. It is safe from any goroutine.
func (p *Port) SetMode(speak, hear bool) {
	for {
		old := p.mode.Load()
		if old&left != 0 || p.mode.CompareAndSwap(old, mode(speak, hear)) {
			return
		}
	}
}

// Listen has ears hear what the port says, from the next step on, as the others
// in the room hear it: a party that is muted or on hold is silent. They take the
// place of those before, which are not called any more once it returns. Without
// ears nobody listens, and a port that has none costs nothing. It waits for a
// step that is under way, as Leave does.
func (p *Port) Listen(ears ...Ear) {
	var next *[]Ear
	if len(ears) > 0 {
		next = &ears
	}
	if p.ears.Swap(next) != nil {
		p.room.settle()
	}
}

// tell gives the port's frame of this step to who listens.
func (p *Port) tell(tick uint64) {
	ears := p.ears.Load()
	if ears == nil || p.now&left != 0 {
		return
	}
	f := p.in
	if !p.spoke {
		f = nil
	}
	for _, e := range *ears {
		e.Hear(tick, f)
	}
}

// Leave takes the port out of its room. Once it returns, the line is not
// touched any more. It waits for a step that is under way and so must not be
// called from a Line's methods. Leaving twice is fine.
func (p *Port) Leave() { p.room.leave(p) }

const rampSamples = 192 // 4 ms

// What is below the gate for so long is no voice: about -65 dBov, for half a
// second. The first frame above it is one again.
const (
	gatePeak  = 1. / 512
	gateTicks = 25
)

// voice reports whether p.in, which was read, is to be heard.
func (p *Port) voice(gate bool) bool {
	if !gate {
		p.faint = 0
		return true
	}
	if vector.Peak(p.in) >= gatePeak {
		p.faint = 0
		return true
	}
	p.faint = min(p.faint+1, gateTicks)
	return p.faint < gateTicks
}

// write hands down what the port hears. other is nil, or the port whose voice
// this one may be handed, and the other way round.
func (p *Port) write(tick uint64, f *audio.Frame, other *Port) {
	if other == nil {
		p.line.Write(tick, f)
		return
	}
	if other.handed {
		f = nil
	}
	if other.limiter.gain != 1 { // it is being turned down
		p.line.Write(tick, f)
		return
	}
	p.hander.WriteHand(tick, f, other.line)
}

// gather takes what the port says at this tick into p.in; gate says whether
// faint noise is left out, wait whether a voice may not begin now.
func (p *Port) gather(tick uint64, gate, wait bool) {
	p.now = p.mode.Load()
	p.handed = p.now&speaks != 0 && p.handing != nil && p.handing.Handed(tick)
	switch {
	case p.handed:
		// It is heard, and goes on from there when it is mixed again.
		clear(p.end[:])
		p.voiced, p.spoke = true, false
	case wait && !p.voiced && p.now&left == 0:
		p.spoke = false
	case p.now&speaks != 0 && p.line.Read(tick, p.in) && p.voice(gate):
		if !p.voiced {
			fadeIn(p.in)
		}
		copy(p.end[:], p.in[audio.Samples-rampSamples:])
		p.voiced, p.spoke = true, true
	case p.voiced:
		fadeAway(p.in, &p.end)
		p.voiced, p.spoke = false, true
	default:
		p.spoke = false
		if p.now&left != 0 {
			p.gone.Store(true)
		}
	}
	p.tell(tick)
}

// fadeIn ramps up the beginning of a voice.
func fadeIn(f *audio.Frame) {
	for i := range rampSamples {
		f[i] *= float32(i) / rampSamples
	}
}

// fadeAway makes, of how a voice ended, a frame that goes on from its last
// sample and ends in silence: the end played backwards and ramped down.
func fadeAway(f *audio.Frame, end *[rampSamples]float32) {
	for i := range end {
		f[i] = end[rampSamples-1-i] * float32(rampSamples-i) / rampSamples
	}
	clear(f[rampSamples:])
}
