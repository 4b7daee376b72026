package dtmf

// Told is the timestamp of the newest event, if it was told. One that still
// runs is none yet.
func (r *Receiver) Told() (timestamp uint32, ok bool) { return r.start, r.known && !r.active }

// Resume makes a new Receiver go on where another was, whose newest event had
// the given timestamp and was told: what still comes of it is not told again.
func (r *Receiver) Resume(timestamp uint32) { *r = Receiver{known: true, start: timestamp} }
