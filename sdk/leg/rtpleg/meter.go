package rtpleg

import (
	"math"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/emodel"
)

const (
	// full is where a sample counts as clipped: the loudest of G.711.
	full = 0.979
	// hushed is the mean square below which sound is digital silence: A-law's
	// zero, −72 dBov, is.
	hushed = 1e-7
	// unmeasured is the level of what is silent.
	unmeasured = -127
)

// meter measures what passes. The audio goroutine writes it; what it shows is
// read by any.
type meter struct {
	lastIn, lastOut, silentSince atomic.Int64 // ns since 1970, 0: never
	levelIn, levelOut            atomic.Int64 // thousandths of a dBov, 0: not measured
	clipped, unagreed            atomic.Uint64
	unagreedType                 atomic.Uint32
	refusedFrom, source          atomic.Pointer[netip.AddrPort]

	// What follows is the audio goroutine's own.
	in, out loudness
	taken   loudness // of in, by take
	now     int64    // of this tick
	from    int64    // of the second that is measured
	sound   int64    // when the party was heard last, or began to be listened to
	noise   bool     // the party said last that it is silent (RFC 3389)
	frames  int      // that were sent
}

// loudness is the energy of samples.
type loudness struct {
	sum float64
	n   int
}

// level is in thousandths of a dBov.
func (l *loudness) level() int64 {
	if l.n == 0 || l.sum <= 0 {
		return unmeasured * 1000
	}
	return int64(1000 * max(unmeasured, 10*math.Log10(l.sum/float64(l.n))))
}

// arrived notes a packet of the party.
func (m *meter) arrived(at time.Time, from netip.AddrPort, comfort bool) {
	m.lastIn.Store(at.UnixNano())
	m.noise = comfort
	if s := m.source.Load(); s == nil || *s != from {
		moved := from // so that only a change allocates
		m.source.Store(&moved)
	}
}

// refuse notes a packet of somebody else.
func (m *meter) refuse(from netip.AddrPort) {
	if s := m.refusedFrom.Load(); s == nil || *s != from {
		other := from
		m.refusedFrom.Store(&other)
	}
}

// disagree notes a packet of a payload type that was not agreed.
func (m *meter) disagree(payloadType uint8) {
	m.unagreed.Add(1)
	m.unagreedType.Store(uint32(payloadType))
}

// heard measures what a packet of the party held.
func (m *meter) heard(pcm []float32) {
	var sum float32
	clipped := uint64(0)
	for _, s := range pcm {
		sum += s * s
		if s >= full || s <= -full {
			clipped++
		}
	}
	if clipped > 0 {
		m.clipped.Add(clipped)
	}
	if sum > hushed*float32(len(pcm)) {
		m.sound = m.now
	}
	m.in.sum += float64(sum)
	m.in.n += len(pcm)
}

// take returns the mean square of what was heard since it was last asked.
func (m *meter) take() float64 {
	sum, n := m.in.sum-m.taken.sum, m.in.n-m.taken.n
	m.taken = m.in
	if n <= 0 {
		return 0
	}
	return sum / float64(n)
}

// said measures what the party is sent: a quarter of it tells enough.
func (m *meter) said(pcm []float32) {
	if m.frames++; m.frames%4 != 0 {
		return
	}
	var sum float32
	for _, s := range pcm {
		sum += s * s
	}
	m.out.sum += float64(sum)
	m.out.n += len(pcm)
}

// tick begins a tick. Each second it shows what was measured.
func (m *meter) tick(now time.Time, listening bool) {
	m.now = now.UnixNano()
	if !listening || m.sound == 0 || m.noise {
		m.sound = m.now
	}
	if m.now-m.from < int64(time.Second) {
		return
	}
	if m.from != 0 && listening {
		m.levelIn.Store(m.in.level())
		m.levelOut.Store(m.out.level())
	}
	since := m.sound
	if m.now-since < int64(time.Second) {
		since = 0
	}
	m.silentSince.Store(since)
	m.in, m.out, m.taken, m.from = loudness{}, loudness{}, loudness{}, m.now
}

// show fills s with what is measured.
func (m *meter) show(s *leg.Stats) {
	at := func(ns *atomic.Int64) time.Time {
		if ns.Load() == 0 {
			return time.Time{}
		}
		return time.Unix(0, ns.Load())
	}
	s.LastIn, s.LastOut, s.SilentSince = at(&m.lastIn), at(&m.lastOut), at(&m.silentSince)
	s.LevelIn, s.LevelOut = float64(m.levelIn.Load())/1000, float64(m.levelOut.Load())/1000
	s.ClippedIn, s.Unagreed, s.UnagreedType = m.clipped.Load(), m.unagreed.Load(), uint8(m.unagreedType.Load())
	if a := m.refusedFrom.Load(); a != nil {
		s.RefusedFrom = *a
	}
	if a := m.source.Load(); a != nil {
		s.Source = *a
	}
}

// opinion estimates how the party sounds, and hears, from the counters of the
// last seconds. Stats, whose calls never overlap, is its only user.
type opinion struct {
	seen [opinions]struct {
		at           time.Time
		came, missed uint64
	}
	next int
}

const (
	// opinions is how many times, about a second apart, are compared.
	opinions = 10
	// ours is the delay of packets and of the mixer: 20 ms each.
	ours = 40
	// theirs is what the far side's own buffer may be, at least, in ms.
	theirs = 40
)

// rate fills in the estimates.
func (o *opinion) rate(s *leg.Stats, now time.Time) {
	came, missed := s.PacketsIn, s.Lost+s.Late
	oldest := o.seen[o.next]
	if newest := o.seen[(o.next+opinions-1)%opinions]; now.Sub(newest.at) >= 900*time.Millisecond {
		o.seen[o.next].at, o.seen[o.next].came, o.seen[o.next].missed = now, came, missed
		o.next = (o.next + 1) % opinions
	}
	if all := came - min(came, oldest.came); all >= 25 {
		gone := missed - min(missed, oldest.missed)
		s.MOSIn = emodel.Path{
			Codec: s.Codec, Loss: float64(gone) / float64(all+gone), Delay: millis(s.RTTMs/2 + s.BufferMs + ours),
		}.MOS()
	}
	if s.RTTMs > 0 || s.RemoteLost > 0 {
		s.MOSOut = emodel.Path{Codec: s.Codec, Loss: s.RemoteLost, Delay: millis(s.RTTMs/2 + max(theirs, 2*s.RemoteJitterMs) + ours)}.MOS()
	}
}

func millis(f float64) time.Duration { return time.Duration(f * float64(time.Millisecond)) }
