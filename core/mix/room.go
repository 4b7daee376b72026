package mix

import (
	"sync"
	"sync/atomic"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/audio/vector"
)

// Room is what one call is mixed in.
type Room struct {
	ports atomic.Pointer[[]*Port] // replaced as a whole, never changed
	mu    sync.Mutex              // of whoever replaces it
	grace grace

	limiter limiter     // of the frame that all listeners share
	share   audio.Share // where that frame is
	paired  bool        // at the last step two ports were allowed to do without the mixer
	scratch *scratch    // of a room that is stepped without a clock
}

// scratch is what a step works in; rooms that are stepped one after the other
// share it.
type scratch struct {
	sum, all, own audio.Frame
	silence       audio.Frame // never written
	voices        []*audio.Frame
}

// voice is room for what the i-th of those who speak says.
func (s *scratch) voice(i int) *audio.Frame {
	if i == len(s.voices) {
		s.voices = append(s.voices, new(audio.Frame))
	}
	return s.voices[i]
}

// NewRoom returns an empty room.
func NewRoom() *Room {
	r := &Room{limiter: newLimiter()}
	r.ports.Store(new([]*Port))
	return r
}

const (
	// shareFrom is the number of listeners from which on they share: it is
	// for large rooms, where few speak.
	shareFrom = 3
	// gateFrom is the number of ports from which on the faint noise of those
	// who do not speak is left out: it adds up, and whoever is not heard
	// hears what the others hear. In a call of two it is part of the sound.
	gateFrom = 4
)

// Join adds a line; it speaks and hears from the next step on. It is safe from
// any goroutine and does not wait.
func (r *Room) Join(l Line, o Options) *Port {
	p := &Port{room: r, line: l, limiter: newLimiter()}
	p.sharer, _ = l.(Sharer)
	p.hander, _ = l.(Hander)
	p.handing, _ = l.(Handing)
	p.mode.Store(mode(!o.Muted, !o.Deaf))
	r.mu.Lock()
	defer r.mu.Unlock()
	ports := append(r.present(), p)
	r.ports.Store(&ports)
	return p
}

// present copies the list of ports without those that have faded away.
func (r *Room) present() []*Port {
	old := *r.ports.Load()
	ports := make([]*Port, 0, len(old)+1)
	for _, p := range old {
		if !p.gone.Load() {
			ports = append(ports, p)
		}
	}
	return ports
}

// leave keeps the port in the list for the step in which its voice fades away.
func (r *Room) leave(p *Port) {
	p.mode.Store(left)
	r.mu.Lock()
	ports := r.present()
	r.ports.Store(&ports)
	r.mu.Unlock()
	r.settle()
}

// settle waits for the step that is under way.
func (r *Room) settle() {
	r.mu.Lock()
	under := r.grace.under()
	r.mu.Unlock()
	if under != nil {
		<-under
	}
}

// Step takes one frame of each port and gives one to each. It is called by one
// goroutine at a time, and neither locks nor allocates (but once, when more speak
// than ever before).
func (r *Room) Step(tick uint64) {
	if r.scratch == nil {
		r.scratch = new(scratch)
	}
	r.step(tick, r.scratch)
}

func (r *Room) step(tick uint64, s *scratch) {
	r.grace.enter()
	defer r.grace.exit()
	ports := *r.ports.Load()
	a, b := couple(ports)
	if r.paired && a != nil && aside(tick, a, b) {
		return
	}
	var voices [2]*Port // the first two
	count, listeners := 0, 0
	gate := len(ports) >= gateFrom
	wait := r.paired && a == nil && handed(tick, ports)
	for _, p := range ports {
		p.in = s.voice(count)
		p.gather(tick, gate, wait)
		if p.spoke {
			if count < len(voices) {
				voices[count] = p
			}
			count++
		} else if p.now&hears != 0 {
			listeners++
		}
	}
	mix := &s.silence
	switch {
	case count == 1:
		mix = voices[0].in
	case count > 2 || count == 2 && listeners > 0:
		mix = sum(s, ports, voices)
	}
	before := r.limiter
	all, peak := mix, float32(0)
	if listeners > 0 && count > 0 {
		peak = vector.Peak(mix)
		all = r.limiter.limit(&s.all, mix, peak)
	} else {
		r.limiter.rest()
	}
	r.paired = a != nil && a.meets(b)
	for _, p := range ports {
		var other *Port
		switch {
		case !r.paired:
		case p == a:
			other = b
		case p == b:
			other = a
		}
		switch {
		case p.now&hears == 0:
			p.limiter = r.limiter
		case p.spoke:
			p.write(tick, p.others(s, mix, voices, count), other)
		case p.limiter.gain == before.gain:
			p.limiter = r.limiter
			if p.sharer != nil && listeners >= shareFrom {
				p.sharer.WriteShared(tick, all, &r.share)
			} else {
				p.write(tick, all, other)
			}
		default:
			// It spoke just now, and is turned down otherwise than the
			// listeners are: on its own until both are the same.
			p.write(tick, p.limiter.limit(&s.own, mix, peak), other)
		}
	}
}

// couple returns the two ports of a room that has no other, or nil.
func couple(ports []*Port) (a, b *Port) {
	for _, p := range ports {
		switch {
		case p.gone.Load():
		case a == nil:
			a = p
		case b == nil:
			b = p
		default:
			return nil, nil
		}
	}
	if b == nil {
		return nil, nil
	}
	return a, b
}

// meets reports whether a couple hears nothing but each other, and nobody else
// listens: what one says may be handed to the other without the mixer.
func (p *Port) meets(other *Port) bool {
	const both = speaks | hears
	return p.hander != nil && other.hander != nil && p.now == both && other.now == both &&
		p.ears.Load() == nil && other.ears.Load() == nil
}

// aside is the step of a couple whose voices both went without the mixer: it
// lets them go on so. It reports false, and has done nothing, where it is not
// that.
func aside(tick uint64, a, b *Port) bool {
	if !a.aside(tick) || !b.aside(tick) {
		return false
	}
	a.hander.WriteHand(tick, nil, b.line)
	b.hander.WriteHand(tick, nil, a.line)
	return true
}

func (p *Port) aside(tick uint64) bool {
	return p.handed && p.mode.Load() == speaks|hears && p.ears.Load() == nil && p.limiter.gain == 1 && p.handing.Handed(tick)
}

// handed reports whether a voice was handed over at this tick. Whoever has come
// since is heard from the next one on, when that is taken back: a party that was
// handed one voice does not hear another beside it.
func handed(tick uint64, ports []*Port) bool {
	for _, p := range ports {
		if p.mode.Load()&left == 0 && p.handing != nil && p.handing.Handed(tick) {
			return true
		}
	}
	return false
}

// sum adds up all voices, of which there are two or more.
func sum(s *scratch, ports []*Port, voices [2]*Port) *audio.Frame {
	vector.Add(&s.sum, voices[0].in, voices[1].in)
	for _, p := range ports {
		if p.spoke && p != voices[0] && p != voices[1] {
			vector.Add(&s.sum, &s.sum, p.in)
		}
	}
	return &s.sum
}

// others is what a port that spoke hears: the mix without itself.
func (p *Port) others(s *scratch, mix *audio.Frame, voices [2]*Port, count int) *audio.Frame {
	switch count {
	case 1:
		p.limiter.rest()
		return &s.silence
	case 2:
		other := voices[0].in
		if p == voices[0] {
			other = voices[1].in
		}
		return p.limiter.limit(&s.own, other, vector.Peak(other))
	}
	peak := vector.Sub(&s.own, mix, p.in)
	return p.limiter.limit(&s.own, &s.own, peak)
}
