package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/media/codec"
)

// talking puts calls with sound on, and says what came of them.
func talking(ctx context.Context, o options, w io.Writer) error {
	r, err := ourTalk(ctx, o)
	if err != nil {
		return err
	}
	r.print(w, o)
	fmt.Fprint(w, r.ticks)
	if !r.good() {
		return fmt.Errorf("packets were lost or heard wrong")
	}
	return nil
}

// talk registers phones, has them call, and measures.
func talk(ctx context.Context, o options, pbx *process) (result, error) {
	var r result
	err := withPhones(o, func(a *agent) error {
		if o.shape == "pairs" {
			if err := firstCall(ctx, a); err != nil {
				return err
			}
		}
		idle := pbx.pss()
		began := time.Now()
		legs, err := setUp(a, o)
		if err != nil {
			return err
		}
		up := time.Since(began)
		streams := streamsOf(legs)
		took, cost := observe(ctx, a.media, streams, o.lasts, pbx.cpu)
		r = resultOf(streams, took, cost)
		r.up, r.memory, r.grown = up, pbx.memory(), pbx.pss()-idle
		for _, d := range legs {
			a.hangup(d)
		}
		wait(ctx, 200*time.Millisecond)
		r.ticks = pbx.ticks()
		return nil
	})
	return r, err
}

// firstCall is a call before the others, so that what the programs load with it,
// once, does not count as the memory of calls.
func firstCall(ctx context.Context, a *agent) error {
	d, err := a.dial(phone(0), phone(1))
	if err != nil {
		return err
	}
	wait(ctx, 2*time.Second) // what looks at calls each second has seen it
	a.hangup(d)
	wait(ctx, 200*time.Millisecond)
	return nil
}

// withPhones runs as many phones as there are legs, all of them registered.
func withPhones(o options, do func(*agent) error) error {
	ip := netip.MustParseAddr(phoneHost)
	m, err := newMedia(ip)
	if err != nil {
		return err
	}
	defer m.close()
	a, err := newAgent(ip, netip.AddrPortFrom(netip.MustParseAddr(host), 5060), m)
	if err != nil {
		return err
	}
	defer a.close()
	if err := a.speak(o); err != nil {
		return err
	}
	for i := range o.legs {
		if err := a.register(phone(i)); err != nil {
			return err
		}
	}
	return do(a)
}

// phone is the number of the i-th.
func phone(i int) string { return fmt.Sprint(first + i) }

func streamsOf(legs []*dialog) []*stream {
	streams := make([]*stream, len(legs))
	for i, d := range legs {
		streams[i] = d.stream
	}
	return streams
}

// speak sets the codecs of callers and of those who answer, as -codec has them.
// Where some only listen, they leave pauses out (DTX).
func (a *agent) speak(o options) (err error) {
	caller, callee, _ := strings.Cut(o.codecs, ",")
	if callee == "" {
		callee = caller
	}
	if a.calling, err = newSound(caller, o.talkers > 0); err == nil {
		a.answering, err = newSound(callee, o.talkers > 0)
	}
	return err
}

// observe lets streams run for a while, and measures what arrives within it, and
// the CPU time that is used meanwhile.
func observe(ctx context.Context, m *media, streams []*stream, lasts time.Duration, cpu func() time.Duration) (took, cost time.Duration) {
	wait(ctx, 2*time.Second) // sources are learned, buffers settle
	window := func(from, to time.Time) {
		for _, s := range streams {
			s.mu.Lock()
			s.begin, s.end = from.UnixNano(), to.UnixNano()
			s.mu.Unlock()
		}
	}
	before := cpu()
	began := time.Now()
	window(began, began.Add(time.Hour))
	wait(ctx, lasts)
	over := time.Now()
	took, cost = over.Sub(began), cpu()-before
	window(began, over)
	m.catchUp(ctx, over)
	return took, cost
}

// setUp places the calls, and gives each leg its tone and what it must hear.
func setUp(a *agent, o options) ([]*dialog, error) {
	var legs []*dialog
	pause := time.Second / time.Duration(max(o.rate, 1))
	calls := o.legs / 2
	if o.shape == "room" {
		calls = o.legs
	}
	for i := range calls {
		from, number := phone(2*i), phone(2*i+1)
		if o.shape == "room" {
			from, number = phone(i), "800"
		}
		d, err := a.dial(from, number)
		if err != nil {
			return nil, err
		}
		if o.shape == "room" {
			if d.stream, err = participant(d, i, a.calling, o); err != nil {
				return nil, err
			}
			legs = append(legs, d)
		} else {
			b := a.answered(number)
			d.stream = &stream{to: d.port, hz: tone(2 * i), bursts: o.bursts}
			b.stream = &stream{to: b.port, hz: tone(2*i + 1), bursts: o.bursts}
			pair(d.stream, b.stream, o)
			pair(b.stream, d.stream, o)
			if err := errors.Join(d.stream.speak(a.calling, d.kind), b.stream.speak(a.answering, b.kind)); err != nil {
				return nil, err
			}
			a.media.add(b.stream)
			legs = append(legs, d, b)
		}
		a.media.add(d.stream)
		time.Sleep(pause)
	}
	return legs, nil
}

func pair(s, from *stream, o options) {
	if o.bursts {
		s.from = from
		return
	}
	s.expect, s.forbid, s.loud = []float64{from.hz}, s.hz, usual
}

// speak has a stream speak another codec than PCMU.
func (s *stream) speak(in *sound, kind byte) (err error) {
	if in.codec == codec.PCMU() && s.level == 0 {
		return nil
	}
	s.sound, s.kind = in, kind
	if s.level == 0 {
		s.level = usual
	}
	s.says, err = in.second(key{s.hz, s.level})
	if err == nil && len(s.expect) > 0 {
		s.ear, err = in.ear()
	}
	return err
}

// told is how many of a room have a tone that no other has: as many as there
// are between 400 and 3400 Hz, each a whole number of periods in the 40 ms that
// are listened to at a time.
const told = 120

// checked is how many of a room hear what is said, for the rest packets are
// counted: to decode them all is as much work as to mix them.
const checked = 6

// participant is who sits in a room as the i-th: he talks if he is one of the
// first, as loud as leaves room for all of them.
func participant(d *dialog, i int, in *sound, o options) (*stream, error) {
	s := &stream{to: d.port, hz: roomTone(i), bursts: o.bursts}
	if o.bursts {
		return s, nil
	}
	talkers := o.legs
	if o.talkers > 0 {
		talkers = min(o.talkers, o.legs)
	}
	level := min(usual, 0.8/float64(talkers))
	if o.legs <= told && (i < checked/2 || i >= o.legs-checked/2) {
		s.loud = level
		for k := range min(talkers, 3) {
			if k != i {
				s.expect = append(s.expect, roomTone(k))
			}
		}
	}
	var err error
	s.sound, s.kind = in, d.kind
	if i < talkers {
		if len(s.expect) > 0 {
			s.forbid = s.hz
		}
		s.says, err = in.second(key{s.hz, level})
	} else {
		s.says, err = in.second(key{})
	}
	if err == nil && len(s.expect) > 0 {
		s.ear, err = in.ear()
	}
	return s, err
}

// roomTone is a tone that no other of the first told participants has.
func roomTone(i int) float64 { return 400 + 25*float64(i*7%told) }

// tone spreads legs over the telephone band in steps of 5 Hz, so that 200 ms
// hold whole periods; the two of a call are 1 kHz or more apart.
func tone(i int) float64 { return 400 + float64(i/2*35%1400) + float64(i%2)*1400 }

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// result is what a load came to.
type result struct {
	legs, silent          int
	got, want, lost, late uint64 // packets
	windows, deaf, echoes int    // of sound
	excused               int    // deaf ones while the machine was late
	worst, gap            time.Duration
	delays                []time.Duration // sorted
	took, cost, up        time.Duration
	memory, ticks         string
	grown                 float64 // MB, by the calls
}

func resultOf(streams []*stream, took, cost time.Duration) result {
	r := result{legs: len(streams), took: took, cost: cost, want: uint64(took/packetTime) * uint64(len(streams))}
	for _, s := range streams {
		s.mu.Lock()
		r.got, r.lost, r.late = r.got+s.got, r.lost+s.lost, r.late+s.late
		r.windows, r.deaf, r.echoes, r.excused = r.windows+s.windows, r.deaf+s.deaf, r.echoes+s.echoes, r.excused+s.excused
		r.worst, r.gap = max(r.worst, s.worst), max(r.gap, s.gaps)
		r.delays = append(r.delays, s.delays...)
		if s.got == 0 {
			r.silent++
		}
		s.mu.Unlock()
	}
	slices.Sort(r.delays)
	return r
}

// each is the processor time of all processes for a second of one leg, in ms.
func (r result) each() float64 { return ms(r.cost) / r.took.Seconds() / float64(r.legs) }

// lateness is the part of packets that came more than 5 ms behind their stream, in %.
func (r result) lateness() float64 { return 100 * float64(r.late) / float64(max(r.got, 1)) }

// mean and longest added delay, in ms.
func (r result) delay() (mean, worst float64) {
	var sum time.Duration
	for _, d := range r.delays {
		sum += d
	}
	n := len(r.delays)
	if n == 0 {
		return 0, 0
	}
	return ms(sum / time.Duration(n)), ms(r.delays[n-1])
}

// pause is how many packets of a leg may never have been made: one or two at the
// edges of the measured time, and the ticks for which a busy machine may keep a
// process from running. How late it was is told.
const pause = 15

// good says whether all was heard, by whom it should, and by nobody else. Sound
// that suffers where the machine itself is late is told, and not judged.
func (r result) good() bool {
	return r.silent == 0 && r.lost == 0 && r.deaf <= r.windows/1000 && r.echoes == 0 && r.got+pause*uint64(r.legs) >= r.want*99/100
}

func (r result) print(w io.Writer, o options) {
	fmt.Fprintf(w, "%d legs (%s, %s", r.legs, o.shape, o.codecs)
	if o.peer != "" {
		fmt.Fprintf(w, ", by %s", o.peer)
	} else {
		fmt.Fprintf(w, ", up in %.1f s", r.up.Seconds())
	}
	fmt.Fprintf(w, ")\npackets   %d of about %d, %d lost, %d (%.3f %%) more than 5 ms late, worst %.1f ms, longest gap %.1f ms\n",
		r.got, r.want, r.lost, r.late, r.lateness(), ms(r.worst), ms(r.gap))
	if r.windows > 0 {
		fmt.Fprintf(w, "sound     %d windows of 200 ms, %d without the far side's tone (and %d while the machine was late), %d with one's own\n", r.windows, r.deaf, r.excused, r.echoes)
	}
	if n := len(r.delays); n > 0 {
		mean, worst := r.delay()
		fmt.Fprintf(w, "delay     added mouth to ear, %d bursts: mean %.1f ms, p99 %.1f, worst %.1f (target 16 / 28)\n",
			n, mean, ms(r.delays[n*99/100]), worst)
	}
	fmt.Fprintf(w, "cost      %.3f CPU-ms a leg-second, all processes", r.each())
	switch {
	case o.peer != "" && o.shape == "pairs":
		fmt.Fprintf(w, "; %.2f a call-second", 2*r.each())
	case o.peer != "":
	case o.shape == "pairs":
		fmt.Fprintf(w, "; %.2f a call-second (%s)", 2*r.each(), targets(o))
	default:
		fmt.Fprintf(w, " (%s)", targets(o))
	}
	fmt.Fprintf(w, "\nmemory    %s", r.memory)
	if o.shape == "pairs" && r.grown > 0 {
		fmt.Fprintf(w, "; %.0f KB a call (target 150)", 1024*r.grown/float64(r.legs/2))
	}
	fmt.Fprintln(w)
}

// targets is what a leg-second or a call-second of this kind may cost.
func targets(o options) string {
	switch {
	case o.shape == "pairs" && o.codecs == "pcmu":
		return "target 1.7, handed over from leg to leg"
	case o.shape == "pairs" && (o.codecs == "pcmu,g722" || o.codecs == "g722,pcmu"):
		return "target 4.0"
	case o.shape == "room" && o.codecs == "pcmu":
		return "target 1.0 at 50 and 100, all talk"
	case o.shape == "room" && o.codecs == "opus":
		return "target 3.0 at 100, three talk"
	}
	return "no target"
}
