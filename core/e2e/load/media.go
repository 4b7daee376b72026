package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one line of the table of sound.
type row struct {
	what, unit, target string
	show               func(result) string
}

// work is a load that gives one or more rows, and who can do it besides us.
type work struct {
	options
	peer string // "" if nobody
	rows []row
}

func (o options) with(shape, codecs string, legs int) options {
	o.shape, o.codecs, o.legs, o.rate = shape, codecs, legs, 200
	return o
}

func (o options) talking(n int) options { o.talkers = n; return o }

func (o options) measuringDelay() options {
	o.bursts, o.lasts = true, max(o.lasts, 6*time.Second) // 10 legs, one burst a second each
	return o
}

// perCall is what a second of a call of two costs.
func perCall(r result) string { return fmt.Sprintf("%.2f", 2*r.each()) }

func perLeg(r result) string { return fmt.Sprintf("%.2f", r.each()) }

func intact(r result) string {
	return fmt.Sprintf("%.3f, %d", r.lateness(), r.lost)
}

func addedDelay(r result) string {
	mean, worst := r.delay()
	return fmt.Sprintf("%.1f / %.1f (%d)", mean, worst, len(r.delays))
}

// works are the rows of sound, with what each may cost.
func (o options) works() []work {
	room := func(codecs string, legs int, target string) work {
		return work{o.with("room", codecs, legs), "janus", []row{{
			fmt.Sprintf("room, %s, all %d talk", codecs, legs), "CPU-ms a participant-second", target, perLeg,
		}}}
	}
	return []work{
		{o.with("pairs", "pcmu", 300), "rtpengine", []row{
			{"two-party call, PCMU: handed over; the peer relays", "CPU-ms a call-second", "≤ 1.7", perCall},
			{"such calls that a core has time for", "", "≥ 300", func(r result) string { return fmt.Sprintf("%.0f", 1000/(2*r.each())) }},
			{"its packets more than 5 ms late, and lost, at 300 legs", "%, packets", "< 0.1, 0", intact},
			{"memory for each such call", "KB, PSS", "≤ 150", func(r result) string { return fmt.Sprintf("%.0f", 1024*r.grown/float64(r.legs/2)) }},
		}},
		{o.with("pairs", "pcmu,g722", 100), "rtpengine", []row{{"two-party call, PCMU to G.722", "CPU-ms a call-second", "≤ 4.0", perCall}}},
		room("pcmu", 2, ""), room("pcmu", 10, ""), room("pcmu", 50, "≤ 1.0"), room("pcmu", 100, "≤ 1.0"),
		{o.with("room", "pcmu", 600), "", []row{{"a room of 600, PCMU, all talk: packets late, and lost", "%, packets", "it fits", intact}}},
		room("opus", 2, "≤ the peer"), room("opus", 10, "≤ the peer"), room("opus", 50, "≤ the peer"),
		{o.with("room", "opus", 100).talking(3), "", []row{{"room, opus, 3 of 100 talk, the rest on DTX", "CPU-ms a participant-second", "≤ 3.0", perLeg}}},
		{o.with("pairs", "pcmu", 10).measuringDelay(), "rtpengine", []row{{"added mouth to ear, two-party call; the peer relays", "ms, mean / worst", "≤ 16 / 28", addedDelay}}},
	}
}

// mediaRows puts each load on Plugboard and then on the peer that can do the
// same, and prints one table. On a busy machine our figures are worth what the
// peer's are beside them.
func mediaRows(ctx context.Context, o options, w io.Writer) error {
	return table(ctx, o.works(), w)
}

// beside does what `make load` did once more, by rtpengine, and has a room mixed
// by us and by Janus.
func beside(ctx context.Context, o options, w io.Writer) error {
	o.lasts /= 2
	works := options{lasts: o.lasts}.works()
	pairs, room := works[0], work{}
	pairs.legs = o.legs
	for _, x := range works {
		if x.shape == "room" && x.codecs == "pcmu" && x.legs == 50 {
			room = x
		}
	}
	pairs.rows = pairs.rows[:1]
	return table(ctx, []work{pairs, room}, w)
}

func table(ctx context.Context, works []work, w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "work\tunit\tPlugboard\tpeer\t\ttarget")
	var notes []string
	for _, x := range works {
		ours, err := ourTalk(ctx, x.options)
		if err != nil {
			return err
		}
		if !ours.good() {
			notes = append(notes, fmt.Sprintf("%s, %s, %d legs: %d packets lost, %d of %d came, %d legs silent, %d of %d windows without their tone, %d with one's own",
				x.shape, x.codecs, x.legs, ours.lost, ours.got, ours.want, ours.silent, ours.deaf, ours.windows, ours.echoes))
		}
		var theirs result
		name := x.peer
		if name != "" {
			x.options.peer = name
			if theirs, err = peerTalk(ctx, x.options); err != nil {
				notes = append(notes, fmt.Sprintf("%s, %s, %d legs, by %s: %v", x.shape, x.codecs, x.legs, name, err))
				name = ""
			}
		}
		for _, r := range x.rows {
			beside := "–"
			if name != "" {
				beside = r.show(theirs)
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", r.what, r.unit, r.show(ours), beside, name, r.target)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if len(notes) > 0 {
		fmt.Fprintln(w, strings.Join(notes, "\n"))
	}
	return nil
}

// ourTalk is talk on a Plugboard of its own.
func ourTalk(ctx context.Context, o options) (r result, err error) {
	err = withPBX(ctx, o, func(pbx *process, _ string) (err error) {
		r, err = talk(ctx, o, pbx)
		return err
	})
	return r, err
}
