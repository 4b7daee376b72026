package plugin

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/plugboard/plugboard/sdk/audio"
)

// A plugin hangs that does not answer though it could. One that the machine has no
// processor for could not: another process in its place would fare no better, and
// would begin by costing more. It is waited for, but not for ever.
const (
	// pulse is how often a plugin's health is asked for.
	pulse = time.Second
	// deafness is how many rings in a row a plugin may leave unanswered, and
	// suspicion how many until it is looked at: one that was stopped by a
	// signal is not waited for.
	deafness  = int(time.Second / audio.Tick)
	suspicion = 5
	// patience is how long it is waited for while the machine is overloaded.
	patience = 10 * time.Second
)

// silence is a row of rings that the plugin has left unanswered.
type silence struct {
	answered uint64 // before it
	missed   int
}

// feel asks for the plugin's health.
func (i *instance) feel(ctx context.Context) {
	health := grpc_health_v1.NewHealthClient(i.process.Conn())
	t := time.NewTicker(pulse)
	defer t.Stop()
	answered := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		asked := time.Now()
		call, cancel := context.WithTimeout(ctx, callTimeout)
		m, err := health.Check(call, &grpc_health_v1.HealthCheckRequest{Service: "plugin"})
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case status.Code(err) == codes.DeadlineExceeded:
			if asked.Sub(answered) < patience && i.starved(ctx) {
				continue
			}
			i.condemn(fmt.Sprintf("it hangs: no answer to a health check within %v", callTimeout))
			return
		case err != nil:
			i.condemnSoon(ctx, fmt.Sprintf("its health check fails: %v", err))
			return
		case m.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING:
			i.condemn(fmt.Sprintf("it says of itself that it is %s", m.GetStatus()))
			return
		}
		answered = time.Now()
	}
}

// look judges a plugin that does not answer the bell. One that a signal has stopped
// is not waited for; any other may be busy, and has until it counts as deaf.
func (i *instance) look(ctx context.Context) {
	for {
		var s silence
		select {
		case s = <-i.silent:
		case <-ctx.Done():
			return
		}
		switch {
		case i.process.Stopped():
			i.condemn("it hangs: it was stopped by a signal")
		case s.missed <= deafness:
		case s.missed < int(patience/audio.Tick) && i.starved(ctx):
		case i.process.Bus().Answered() == s.answered:
			i.condemn(fmt.Sprintf("it hangs: %d ticks in a row were not worked on", s.missed))
		}
	}
}

// starved reports whether the plugin does not answer because the machine has no
// processor for it. It takes a moment.
func (i *instance) starved(ctx context.Context) bool {
	if !i.process.Starved(ctx) {
		return false
	}
	i.log.Warn("the plugin does not answer: the machine has no processor for it")
	return true
}

// ring rings the plugin's bell if lines of its bus are in use, or were of late,
// and counts rings that it leaves unanswered.
func (i *instance) ring(tick uint64, at time.Time) {
	switch {
	case i.lines.Load() > 0:
		i.idle = 0
	case i.idle < 2*deafness:
		i.idle++
	default: // nobody listens, and it need not wake up
		i.deaf.asleep = true
		return
	}
	b := i.process.Bus()
	if missed := i.deaf.hear(b.Answered(), time.Now()); missed >= suspicion {
		select {
		case i.silent <- silence{i.deaf.answered, missed}:
		default:
		}
	}
	b.Ring(tick, at)
}

// deaf tells when a plugin no longer works on ticks. Only the clock's
// goroutine uses it. Rings that come in a burst, because the core itself was
// stopped, count as one.
type deaf struct {
	answered uint64
	missed   int
	counted  time.Time
	asleep   bool // it was not rung of late
}

// hear takes in what the plugin answered before the next ring, and returns how many
// rings in a row it has left unanswered.
func (d *deaf) hear(answered uint64, now time.Time) int {
	switch {
	case answered != d.answered || d.asleep:
		*d = deaf{answered: answered, counted: now}
	case now.Sub(d.counted) >= audio.Tick/2:
		d.missed++
		d.counted = now
	}
	return d.missed
}
