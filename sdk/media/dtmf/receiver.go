package dtmf

import "time"

// silence is how long after its last packet an event whose end was lost is
// taken to be over. Senders send at least every 50 ms (RFC 4733, 2.6.1).
const silence = 200 * time.Millisecond

// Receiver is the state of the digits that come on one stream. It is not safe
// for concurrent use. The zero value is ready.
type Receiver struct {
	active   bool
	known    bool   // timestamp is that of an event, running or over
	event    uint8  //
	start    uint32 // timestamp of the event's present segment
	duration int    // units, of the present segment
	earlier  int    // units, of the segments before it
	clock    int
	last     time.Time
}

// Digit is a key that was pressed.
type Digit struct {
	Key      byte
	Duration time.Duration
}

// Receive takes an event's packet: its RTP timestamp, its payload, the clock
// of its durations and when it came. It returns a digit where this packet
// ends one, or shows that the one before is over.
func (r *Receiver) Receive(timestamp uint32, b []byte, clock int, at time.Time) (d Digit, ok bool) {
	p, ok := parse(b)
	if !ok || int(p.event) >= len(digits) || clock <= 0 {
		return d, false
	}
	ok = false
	if r.known {
		switch ahead := int32(timestamp - r.start); {
		case ahead == 0 && !r.active:
			return d, false // its end was told
		case ahead < 0:
			return d, false // of an event before
		case ahead > 0 && r.active && p.event == r.event && r.continues(int(ahead), clock):
			r.earlier += int(ahead)
			r.start, r.duration = timestamp, 0
		case ahead > 0 && r.active:
			d, ok = r.finish()
		}
	}
	if !r.active {
		r.active, r.known = true, true
		r.event, r.start, r.duration, r.earlier, r.clock = p.event, timestamp, 0, 0, clock
	}
	r.last = at
	r.duration = max(r.duration, int(p.duration))
	if p.end && !ok {
		return r.finish()
	}
	if p.end {
		// Two at once: the one before is told now, this one by its second
		// end packet, or when silence follows.
		r.last = at.Add(-silence)
	}
	return d, ok
}

// continues says that a new timestamp is that of the next segment of a long
// event (RFC 4733, 2.5.1.3), not of another press of the key: it lies where
// the longest duration ends.
func (r *Receiver) continues(ahead, clock int) bool {
	slack := clock / 1000
	return ahead >= maxUnits-slack && ahead <= maxUnits+1+slack && r.duration > maxUnits/2
}

// Down reports whether a key is pressed now, as far as is known.
func (r *Receiver) Down() bool { return r.active }

// Poll returns a digit whose end got lost. It is to be asked now and then.
func (r *Receiver) Poll(now time.Time) (Digit, bool) {
	if !r.active || now.Sub(r.last) < silence {
		return Digit{}, false
	}
	return r.finish()
}

// Reset forgets what came: the stream begins anew, and its timestamps with it.
// A digit that was running is told.
func (r *Receiver) Reset() (Digit, bool) {
	r.known = false
	if !r.active {
		return Digit{}, false
	}
	return r.finish()
}

func (r *Receiver) finish() (Digit, bool) {
	r.active = false
	total := time.Duration(r.earlier+r.duration) * time.Second / time.Duration(r.clock)
	return Digit{Key: digits[r.event], Duration: total}, true
}
