package bus

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

// Heard is what the lines of a guest hear at a tick, as it goes over a road.
type Heard struct {
	Tick   uint64
	Due    time.Time
	Missed uint32 // ticks since the last one that are lost, because the guest was slow
	Sounds []Sound
}

// Said is the guest's answer to a [Heard].
type Said struct {
	Answered uint64        // the tick of it
	Latency  time.Duration // from when it was due until the guest had it; 0: not told
	Tick     uint64        // that the sounds are for
	Sounds   []Sound
}

// Sound is one frame, of the lines that have it in common.
type Sound struct {
	Lines   []uint32
	Samples []byte // [SoundSize] of them, little-endian float32; none: silence
	Share   uint32 // not 0: as [GuestLine.Share]
}

// SoundSize is the size of a frame on a road, in octets.
const SoundSize = 4 * audio.Samples

const (
	// window is how many ticks are under way on a road: as many as the slots of
	// the memory keep for a guest that is late.
	window = slots - 1
	// roadLines is how many lines the guest's end of a road has. What they all
	// hear at a tick fits in one message of the protocol.
	roadLines = 1024
	// roadLead is how long before its tick a frame is gathered: it has a way to go.
	roadLead = 8 * time.Millisecond
	// transit is how long the frames of a tick may be under way, see Guest.Await.
	transit = window * audio.Tick
)

// ErrNoSockets is the failure to pass sockets to a guest that is at the end of a road.
var ErrNoSockets = errors.New("no sockets can be passed to a plugin whose audio goes over gRPC: it needs the media bus")

// HostRoad is the core's end of a road: it stands in for a guest that cannot map
// the memory of the bus. It reads what the core writes to the slots and gives it to
// whoever carries it over, and puts what the guest said into the slots. A guest that
// is late finds the newest three ticks, as in the memory: there is no queue.
type HostRoad struct {
	host *Host
	rung chan struct{} // a token: there is a tick, or room for one
	ears []GuestLine   // by block; Next's
	next uint64        // the tick that comes next; 0: whatever comes; Next's
	uses []uint16      // Next's
	room [][]byte      // for samples; Next's

	mouths []GuestLine // by block; Take's
	opened []uint16    // Take's

	mu       sync.Mutex
	underWay []due // not answered yet, the oldest first
}

// due is a tick and when it was due.
type due struct {
	tick uint64
	at   time.Time
}

// Road has the frames go over a road from now on, and the guest be left alone with
// its memory. It is called once.
func (h *Host) Road() *HostRoad {
	n := len(h.segment.blocks)
	r := &HostRoad{host: h, rung: make(chan struct{}, 1), ears: make([]GuestLine, n), mouths: make([]GuestLine, n)}
	h.road.Store(r)
	return r
}

// Next waits for what the guest hears next. What it returns is good until it is
// called again. The error is the context's, or [ErrClosed].
func (r *HostRoad) Next(ctx context.Context) (Heard, error) {
	for {
		if h, ok := r.take(); ok {
			return h, nil
		}
		select {
		case <-r.rung:
		case <-r.host.Done():
			return Heard{}, ErrClosed
		case <-ctx.Done():
			return Heard{}, ctx.Err()
		}
	}
}

// take returns the tick that is next, if it has been rung and may be sent.
func (r *HostRoad) take() (Heard, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rung := r.host.rung.Load() // the newest, plus one
	if rung <= r.next || len(r.underWay) == window {
		return Heard{}, false
	}
	h := Heard{Tick: r.next}
	oldest := max(rung, window) - window
	switch {
	case r.next == 0 || rung-r.next >= idleGap: // nobody was heard meanwhile
		h.Tick = rung - 1
	case r.next < oldest:
		h.Tick, h.Missed = oldest, uint32(oldest-r.next)
		r.host.segment.head.latency.add(latencyBuckets*latencyStep, uint64(h.Missed))
	}
	r.next = h.Tick + 1
	h.Due = r.host.segment.due(h.Tick)
	h.Sounds = r.listen(h.Tick)
	r.underWay = append(r.underWay, due{h.Tick, h.Due})
	return h, true
}

// listen collects what the lines hear at the given tick.
func (r *HostRoad) listen(tick uint64) []Sound {
	r.uses = r.host.opened(r.uses)
	var sounds []Sound
	var f audio.Frame
	shared := map[uint32]int{} // in sounds
	for i, use := range r.uses {
		line := r.line(r.ears, i, use)
		share := line.Share(tick)
		if at, ok := shared[share]; ok && share != 0 {
			sounds[at].Lines = append(sounds[at].Lines, line.id)
			continue
		}
		there, loud := line.Fetch(tick, &f)
		if !there {
			continue
		}
		s := Sound{Lines: []uint32{line.id}, Share: share}
		if loud {
			s.Samples = r.pack(len(sounds), &f)
		}
		if share != 0 {
			shared[share] = len(sounds)
		}
		sounds = append(sounds, s)
	}
	return sounds
}

// line is the end of a block that the guest would have.
func (r *HostRoad) line(of []GuestLine, i int, use uint16) *GuestLine {
	l := &of[i]
	if id := lineID(use, i); l.id != id {
		b := &r.host.segment.blocks[i]
		l.segment, l.in, l.out, l.id, l.trusted = r.host.segment, b.down(), b.up(), id, true
	}
	return l
}

// pack puts a frame into the n-th room.
func (r *HostRoad) pack(n int, f *audio.Frame) []byte {
	if n >= len(r.room) {
		r.room = append(r.room, make([][]byte, n+1-len(r.room))...)
	}
	if r.room[n] == nil {
		r.room[n] = make([]byte, SoundSize)
	}
	pack(r.room[n], f)
	return r.room[n]
}

// Take takes what the guest said. The error is that it makes no sense: the guest
// does not know the protocol. Lines that are not open any more are passed over.
func (r *HostRoad) Take(s Said) error {
	lines := 0
	for _, n := range s.Sounds {
		lines += len(n.Lines)
		if len(n.Samples) != 0 && len(n.Samples) != SoundSize {
			return fmt.Errorf("it said a frame of %d octets: one has %d, or none for silence", len(n.Samples), SoundSize)
		}
	}
	if all := len(r.mouths); lines > all {
		return fmt.Errorf("it said frames of %d lines, and there are %d", lines, all)
	}
	if err := r.answer(s); err != nil {
		return err
	}
	r.opened = r.host.opened(r.opened)
	var f audio.Frame
	for _, n := range s.Sounds {
		said := (*audio.Frame)(nil)
		if len(n.Samples) != 0 {
			said = &f
			unpack(said, n.Samples)
		}
		for _, id := range n.Lines {
			if i := int(id % MaxLines); i < len(r.opened) && r.opened[i] == uint16(id>>16) {
				r.line(r.mouths, i, r.opened[i]).Write(s.Tick, said)
			}
		}
	}
	return nil
}

// answer counts what the guest has worked on.
func (r *HostRoad) answer(s Said) error {
	r.mu.Lock()
	i := slices.IndexFunc(r.underWay, func(d due) bool { return d.tick == s.Answered })
	if i < 0 {
		r.mu.Unlock()
		return fmt.Errorf("it answered the tick %d, which it was not asked", s.Answered)
	}
	took := s.Latency
	if took == 0 {
		took = time.Since(r.underWay[i].at)
	}
	r.underWay = slices.Delete(r.underWay, 0, i+1)
	r.mu.Unlock()
	head := r.host.segment.head
	head.latency.add(took, 1)
	head.answered.Store(s.Answered + 1)
	r.ring()
	return nil
}

func (r *HostRoad) ring() {
	select {
	case r.rung <- struct{}{}:
	default: // it rings already
	}
}

// GuestRoad is the plugin's end of a road: it does with the guest what the core
// does where both have the memory.
type GuestRoad struct {
	guest *Guest
	link  *memory

	answered uint64        // the tick after the last that was; Next's
	worked   chan struct{} // a token: the guest has worked on one

	mu      sync.Mutex
	lines   []uint32 // that the guest has, by block; 0: none
	took    time.Duration
	arrived chan struct{} // closed when a tick has come
}

// NewRoad returns the guest's end of a bus whose frames come over a road.
func NewRoad() (*Guest, *GuestRoad) {
	m := &memory{bells: make(chan struct{}, 1), ended: make(chan struct{}), arrivals: newArrivals()}
	g := &Guest{segment: newHeap(roadLines), link: &memoryGuest{memory: m}, arrivals: m.arrivals}
	g.lead.fixed = roadLead
	g.road = &GuestRoad{guest: g, link: m, arrived: make(chan struct{}), worked: make(chan struct{}, 1)}
	return g, g.road
}

// Take hands the guest what it hears.
func (r *GuestRoad) Take(h Heard) error {
	for _, s := range h.Sounds {
		if len(s.Samples) != 0 && len(s.Samples) != SoundSize {
			return fmt.Errorf("the core sent a frame of %d octets: one has %d", len(s.Samples), SoundSize)
		}
		r.place(h.Tick, s)
	}
	// Both read the same clock, unless somebody set it meanwhile.
	age := min(max(time.Since(h.Due), time.Microsecond), transit)
	r.mu.Lock()
	r.took = age
	r.guest.segment.publish(h.Tick, time.Now().Add(-age))
	close(r.arrived)
	r.arrived = make(chan struct{})
	r.mu.Unlock()
	r.link.ring()
	return nil
}

// place puts a sound into the slots of its lines, as [Line.WriteShared] does.
func (r *GuestRoad) place(tick uint64, s Sound) {
	var f audio.Frame
	var heard *audio.Frame
	if len(s.Samples) != 0 {
		heard = &f
		unpack(heard, s.Samples)
	}
	var mark, flags uint64
	for _, id := range s.Lines {
		b := r.block(id)
		if b == nil {
			continue
		}
		if s.Share != 0 && mark == 0 {
			mark = uint64(s.Share)<<32 | uint64(id%MaxLines)
		}
		e := end{segment: r.guest.segment, in: b.up(), out: b.down(), id: id}
		e.place(tick, heard, flags, mark, 0)
		if mark != 0 { // the others find it with the first
			heard, flags = nil, elsewhere
		}
	}
}

func (r *GuestRoad) block(id uint32) *block {
	if i := int(id % MaxLines); i < len(r.guest.segment.blocks) {
		return &r.guest.segment.blocks[i]
	}
	return nil
}

// Next waits until the guest has worked on a tick, and returns what it says. The
// error is the context's, or [ErrHostGone].
func (r *GuestRoad) Next(ctx context.Context) (Said, error) {
	for {
		select {
		case <-r.worked:
		case <-r.link.ended:
			return Said{}, ErrHostGone
		case <-ctx.Done():
			return Said{}, ctx.Err()
		}
		// It may have worked on two, of which the first is told with the second.
		if n := r.guest.segment.head.answered.Load(); n != r.answered {
			r.answered = n
			return r.say(n - 1), nil
		}
	}
}

// say collects what the guest says after it has worked on the given tick.
func (r *GuestRoad) say(answered uint64) Said {
	s := Said{Answered: answered, Tick: answered + 1}
	r.mu.Lock()
	lines := slices.Clone(r.lines)
	s.Latency = r.took
	r.mu.Unlock()
	var f audio.Frame
	for i, id := range lines {
		b := &r.guest.segment.blocks[i]
		e := end{segment: r.guest.segment, in: b.up(), out: b.down(), id: id, trusted: true}
		switch e.read(s.Tick, &f) {
		case sound:
			n := Sound{Lines: []uint32{id}, Samples: make([]byte, SoundSize)}
			pack(n.Samples, &f)
			s.Sounds = append(s.Sounds, n)
		case silence:
			s.Sounds = append(s.Sounds, Sound{Lines: []uint32{id}})
		case nothing:
		}
	}
	return s
}

// has keeps that the guest has a line.
func (r *GuestRoad) has(id uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := int(id % MaxLines)
	if over := i + 1 - len(r.lines); over > 0 {
		r.lines = append(r.lines, make([]uint32, over)...)
	}
	r.lines[i] = id
}

// tell says that the guest has worked on a tick.
func (r *GuestRoad) tell() {
	select {
	case r.worked <- struct{}{}:
	default:
	}
}

// Close tells the guest that the core is gone. Closing twice is fine.
func (r *GuestRoad) Close() { _ = r.link.close() } // in memory it cannot fail

// Await waits until the frames of the given tick are there. In memory they are once
// the core speaks of them; over a road they may be under way, for some ticks at most.
func (g *Guest) Await(ctx context.Context, tick uint64) {
	if g.road == nil {
		return
	}
	limit := time.NewTimer(transit)
	defer limit.Stop()
	for {
		g.road.mu.Lock()
		there, arrived := g.segment.head.tick.Load() > tick, g.road.arrived
		g.road.mu.Unlock()
		if there {
			return
		}
		select {
		case <-arrived:
		case <-limit.C:
			return
		case <-g.link.gone():
			return
		case <-ctx.Done():
			return
		}
	}
}

// Notice tells of the core's end to a plugin that has no other use of descriptor 3.
// What the core sends there is dropped.
func Notice(fd uintptr) <-chan struct{} {
	gone := make(chan struct{})
	go func() { // ends with the core
		defer close(gone)
		f := os.NewFile(fd, "core")
		var b [messageSize]byte
		for {
			if _, err := f.Read(b[:]); err != nil {
				return
			}
		}
	}()
	return gone
}

func pack(b []byte, f *audio.Frame) {
	_ = b[SoundSize-1]
	for i, v := range f {
		binary.LittleEndian.PutUint32(b[4*i:], math.Float32bits(v))
	}
}

func unpack(f *audio.Frame, b []byte) {
	_ = b[SoundSize-1]
	for i := range f {
		f[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
}
