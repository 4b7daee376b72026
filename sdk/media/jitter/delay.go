package jitter

// The rules by which the delay grows and shrinks.

// loss notes that something was lost whose successor was not there in time to
// tell of it. The third such time lets the delay grow by a packet.
func (b *Buffer) loss(duration int) {
	if b.sinceLoss > b.window {
		b.losses = 0
	}
	b.losses++
	b.sinceLoss = 0
	if b.recover && b.losses >= 3 && b.reach == 0 && max(b.depth, b.most)+b.stretch+duration <= b.max {
		b.reach = duration
		b.stretch += duration
		b.pos -= int64(duration)
	}
}

// tooLate is told of a packet whose time was over, late units ago. Where that
// happens again and again, the delay grows.
func (b *Buffer) tooLate(p Packet, late int) {
	b.late++
	if p.Duration == 0 {
		return
	}
	grow := min(late, p.Duration)
	if b.again() && grow > 0 && max(b.depth, b.most)+b.stretch+grow <= b.max {
		b.stretch += grow
		b.pos -= int64(grow)
	}
}

// again notes a late packet, and says whether it is not the only one of late.
func (b *Buffer) again() bool {
	again := b.since < b.window
	b.since = 0
	return again
}

// rebase lets a packet be played that came after its time, but before any
// later one was played: the delay grows by as much. Where it is long enough
// already, or this is the rare packet that others overtook, the part that
// comes too late is cut off instead.
func (b *Buffer) rebase(late int) {
	again := b.again()
	if (again || b.count == 0) && max(b.depth, b.most)+late <= b.max {
		b.pos -= int64(late)
	}
}

// measure learns from how long a packet waits, from its arrival until it is
// played. Where that is much more than Max, the play position moves on.
func (b *Buffer) measure(p Packet, waited, queued int) {
	early := int(p.Timestamp-b.pos) + queued // behind the beginning of this tick's frame
	b.since = min(b.since+p.Duration, b.calm)
	if b.sinceLoss = min(b.sinceLoss+p.Duration, b.calm); b.sinceLoss == b.calm {
		b.reach = 0
	}
	if hold := waited + early; hold > b.max+p.Duration {
		b.pos = p.Timestamp
		b.newWindow()
		return
	}
	b.most = max(b.most, waited+early)
	if waited < b.guard {
		early -= b.frame // it needs this tick, as it might have missed the one before
	}
	b.spare = min(b.spare, early-b.reach)
	if b.elapsed += p.Duration; b.elapsed < b.window {
		return
	}
	b.depth = b.most
	b.excess = 0
	if b.since >= b.calm {
		b.excess = max(0, b.spare)
	}
	b.newWindow()
}

func (b *Buffer) newWindow() { b.spare, b.most, b.elapsed = b.jump, 0, 0 }

// Excess is how much, in units, the delay is longer than it needed to be.
func (b *Buffer) Excess() int { return b.excess }

// Shortened says that units of the sound that was taken out of the buffer were
// removed, and will not be played: the delay has become as much smaller.
func (b *Buffer) Shortened(units int) { b.excess = max(0, b.excess-units) }
