package jitter

import "time"

const (
	// spans of spanLength are remembered: 10 s of sound.
	spans      = 32
	spanLength = 320 * time.Millisecond
	// worth is how much delay is worth as much as one span of the ten seconds
	// in which something comes too late. The E-model (ITU-T G.107) takes
	// 0.024 for each ms of delay, and for G.711 with concealment (Ie 0, Bpl
	// 25.1 as in G.113) about 3.6 for each percent of loss; one packet of 20
	// ms in ten seconds is 0.2 percent.
	worth = 30 * time.Millisecond
	// calm is for how long nothing must have been lost before the delay that
	// is kept for recovery is given up.
	calm = 15 * time.Second
	// settle is how long after something came too late the delay stays as it
	// is, at least: it may happen again.
	settle = time.Second
	// near is how close to each other losses are to be taken together.
	near = 5 * time.Second
)

// wait chooses the delay. It remembers, for each third of a second, the delay
// that the slowest packet needed, and takes the one with which hardly any
// would have been too late: the worst third of a second is an accident and is
// left out, others too where they would cost more delay than they are worth.
// The delay so rises within some packets once the network gets worse, and
// falls ten seconds after it got better.
type wait struct {
	length, worth, settle, calm, near int // units

	spans   [spans]span
	at      int // spans[at] is being filled
	elapsed int // of it
	known   int // how many are in use
	wasLate bool
	since   int // how much came since something was late
	chosen  int64

	reach     int // more of it, to wait for what tells of the lost
	losses    int // close to one another
	sinceLoss int

	held int64 // smoothed, ×16
}

type span struct {
	most, least int64 // delay that packets needed
	late        bool
}

func (w *wait) configure(units func(time.Duration) int) {
	*w = wait{length: units(spanLength), worth: units(worth), settle: units(settle), calm: units(calm), near: units(near)}
}

func (w *wait) forget() {
	w.known, w.at, w.elapsed, w.wasLate, w.since = 0, 0, 0, false, w.settle
	w.reach, w.losses, w.sinceLoss = 0, 0, w.calm
}

// learn takes the delay that a packet needs, and the one that it needs to be
// safe. late says that it is more than there was.
func (w *wait) learn(need, safe int64, duration int, late bool) {
	if w.sinceLoss = min(w.sinceLoss+duration, w.calm); w.sinceLoss == w.calm && w.reach > 0 {
		w.reach, w.losses = 0, 0
	}
	s := &w.spans[w.at]
	// Lateness for the second time is no accident: it opens a span of its own.
	again := late && !w.wasLate && w.known > 0 && s.late
	w.wasLate = late
	if w.since = min(w.since+duration, w.settle); late {
		w.since = 0
	}
	closed := w.elapsed >= w.length || again
	if w.known == 0 || closed {
		if w.known > 0 {
			w.at = (w.at + 1) % spans
		}
		w.known = min(w.known+1, spans)
		w.elapsed = 0
		s = &w.spans[w.at]
		*s = span{most: safe, least: need}
		closed = true
	}
	w.elapsed += duration
	s.late = s.late || late
	s.least = min(s.least, need)
	if safe > s.most {
		s.most = safe
		closed = true
	}
	if closed {
		w.choose()
	}
}

func (w *wait) choose() {
	var most [spans]int64 // in falling order
	for i := range w.known {
		v, j := w.spans[i].most, i
		for ; j > 0 && most[j-1] < v; j-- {
			most[j] = most[j-1]
		}
		most[j] = v
	}
	w.chosen = most[0]
	if w.known == 1 {
		return
	}
	worth := int64(w.worth * spans / w.known)
	best := most[1]
	w.chosen = best
	for i := 2; i < w.known; i++ {
		if cost := most[i] + int64(i-1)*worth; cost < best {
			best, w.chosen = cost, most[i]
		}
	}
}

// aim is the delay that there should be; false while nothing is known.
func (w *wait) aim() (int64, bool) { return w.chosen + int64(w.reach), w.known > 0 }

// settled says whether the delay may become shorter.
func (w *wait) settled() bool { return w.since >= w.settle }

// least is what the fastest packet needed.
func (w *wait) least() int64 {
	least := w.spans[0].least
	for _, s := range w.spans[1:max(1, w.known)] {
		least = min(least, s.least)
	}
	return least
}

// lost notes that something was lost whose successor was not there in time to
// tell of it. The third such time lets the delay grow by a packet, where
// packets tell of the one before.
func (w *wait) lost(duration int, tells bool) {
	if w.sinceLoss > w.near {
		w.losses = 0
	}
	w.losses++
	w.sinceLoss = 0
	if tells && w.losses >= 3 && w.reach == 0 {
		w.reach = duration
	}
}

func (w *wait) recovered() { w.sinceLoss = 0 }

// holds takes for how long a packet waits.
func (w *wait) holds(units int64) {
	if w.held == 0 {
		w.held = 16 * units
	}
	w.held += units - w.held/16
}

func (w *wait) hold() int64 { return w.held / 16 }
