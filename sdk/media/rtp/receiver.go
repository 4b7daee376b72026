package rtp

import "time"

// Verdict is what a [Receiver] thinks of a packet.
type Verdict int

// The verdicts.
const (
	// Good: the packet continues the stream (in or out of order).
	Good Verdict = iota
	// Restarted: the packet is good, and the first of a new stream: another
	// SSRC, or a jump in the sequence. Whatever was kept of the old is void.
	Restarted
	// Probation: the packet may be the first of a new stream; only a second
	// one in sequence tells. It is not to be used.
	Probation
	// Duplicate: the packet came already.
	Duplicate
	// Stale: the packet is too old to tell anything about it.
	Stale
)

// Bounds of RFC 3550, appendix A.1.
const (
	maxDropout    = 3000
	maxMisorder   = 100
	minSequential = 2
)

// Receiver keeps the account of one stream (RFC 3550, 6.4.1, A.1, A.3, A.8):
// which SSRC it is, what its sequence numbers and timestamps are when they do
// not wrap, what was lost or doubled, and its jitter. The first SSRC is taken
// at once, another one after two packets in sequence. It is not safe for
// concurrent use. The zero value, after [Receiver.SetClock], is ready.
type Receiver struct {
	clock   float64
	started bool
	ssrc    uint32

	first   int64  // extended sequence number of the stream's first packet
	highest int64  // and of the newest
	seen    uint64 // bit i: highest-i came
	count   uint64 // packets of the stream that came, without duplicates

	timestamp int64 // extended, of the newest packet
	arrival   time.Time
	jitter    float64 // units of the clock

	next      Header // what would prove a new stream
	candidate int    // packets in sequence of the new stream

	earlierLost uint64 // of streams before this one
	duplicates  uint64
	reordered   uint64
}

// SetClock tells the RTP clock of the stream's packets, in Hz. A change (of
// codec) begins the jitter estimate anew.
func (r *Receiver) SetClock(hz int) {
	if r.clock != float64(hz) {
		r.clock, r.jitter, r.arrival = float64(hz), 0, time.Time{}
	}
}

// Receive accounts for a packet that arrived at the given time, and returns
// its sequence number and timestamp as 64-bit numbers that do not wrap. They
// are meaningful for Good and Restarted only.
func (r *Receiver) Receive(h Header, at time.Time) (v Verdict, sequence, timestamp int64) {
	if !r.started {
		r.restart(h, at)
		return Restarted, r.highest, r.timestamp
	}
	delta := int64(int16(h.Sequence - uint16(r.highest)))
	if h.SSRC != r.ssrc || delta > maxDropout || delta < -maxMisorder {
		return r.probe(h, at)
	}
	r.candidate = 0
	sequence = r.highest + delta
	timestamp = r.timestamp + int64(int32(h.Timestamp-uint32(r.timestamp)))
	switch {
	case delta > 0:
		r.seen = r.seen<<min(delta, 64) | 1
		r.highest = sequence
		r.measure(timestamp, at)
		r.timestamp = timestamp
	case delta > -64:
		bit := uint64(1) << -delta
		if r.seen&bit != 0 {
			r.duplicates++
			return Duplicate, sequence, timestamp
		}
		r.seen |= bit
		r.reordered++
		if sequence < r.first {
			r.first = sequence // the first packet of all had been overtaken
		}
	default:
		return Stale, sequence, timestamp
	}
	r.count++
	return Good, sequence, timestamp
}

// probe watches packets that do not continue the stream.
func (r *Receiver) probe(h Header, at time.Time) (Verdict, int64, int64) {
	if r.candidate > 0 && h.SSRC == r.next.SSRC && h.Sequence == r.next.Sequence {
		r.candidate++
	} else {
		r.candidate = 1
	}
	r.next = h
	r.next.Sequence++
	if r.candidate < minSequential {
		return Probation, 0, 0
	}
	r.earlierLost = r.Lost()
	r.restart(h, at)
	return Restarted, r.highest, r.timestamp
}

func (r *Receiver) restart(h Header, at time.Time) {
	r.started, r.ssrc, r.candidate = true, h.SSRC, 0
	// Not near 0, so that what comes out of order stays positive.
	r.first = 1<<16 | int64(h.Sequence)
	r.highest, r.seen, r.count = r.first, 1, 1
	r.timestamp = 1<<32 | int64(h.Timestamp)
	r.arrival = at
}

// measure takes the jitter (RFC 3550, A.8) from packets in order.
func (r *Receiver) measure(timestamp int64, at time.Time) {
	if !r.arrival.IsZero() && r.clock > 0 && timestamp != r.timestamp {
		d := at.Sub(r.arrival).Seconds()*r.clock - float64(timestamp-r.timestamp)
		// A pause that the timestamps do not show is no jitter.
		if d = max(d, -d); d < r.clock {
			r.jitter += (d - r.jitter) / 16
		}
	}
	r.arrival = at
}

// SSRC is the stream's source identifier, and whether there is one.
func (r *Receiver) SSRC() (uint32, bool) { return r.ssrc, r.started }

// Account is the stream as reports have it (RFC 3550, 6.4.1): its highest
// sequence number, extended by 16 bits of wraps, how many packets it should
// have had since it began, how many came, and the jitter in units of the clock.
func (r *Receiver) Account() (highest uint32, expected, received uint64, jitter uint32) {
	if !r.started {
		return 0, 0, 0, 0
	}
	// The internal counter begins at one wrap, not at none.
	return uint32(r.highest - 1<<16), uint64(r.highest - r.first + 1), r.count, uint32(r.jitter)
}

// Lost is how many packets never came, by sequence number.
func (r *Receiver) Lost() uint64 {
	if !r.started {
		return r.earlierLost
	}
	if expected := uint64(r.highest - r.first + 1); expected > r.count {
		return r.earlierLost + expected - r.count
	}
	return r.earlierLost
}

// Duplicates is how many packets came more than once.
func (r *Receiver) Duplicates() uint64 { return r.duplicates }

// Reordered is how many packets came after one that was sent later.
func (r *Receiver) Reordered() uint64 { return r.reordered }

// Jitter is the interarrival jitter (RFC 3550, 6.4.1).
func (r *Receiver) Jitter() time.Duration {
	if r.clock == 0 {
		return 0
	}
	return time.Duration(r.jitter / r.clock * float64(time.Second))
}
