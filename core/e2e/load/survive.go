package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"
)

// witness notes what the receiver of a stream sees of the death of the leg
// plugin.
type witness struct {
	started bool
	last    time.Time
	seq     uint16
	ts      uint32
	ssrc    uint32

	packets  int
	gap      time.Duration // the longest
	left     uint16        // how many numbers were left out in it
	off      time.Duration // how far the timestamps missed the wall clock over it
	foreign  int           // packets of another SSRC
	backward int           // numbers that came before, or are too far ahead
}

// dropout is by how much a number may jump ahead (RFC 3550, A.1).
const dropout = 3000

func (w *witness) see(b []byte, at time.Time) {
	seq, ts, ssrc := binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
	w.packets++
	if w.started {
		ahead := seq - w.seq
		if ssrc != w.ssrc {
			w.foreign++
		} else if ahead == 0 || ahead > dropout {
			w.backward++
		}
		if gap := at.Sub(w.last); gap > w.gap {
			w.gap, w.left = gap, ahead-1
			w.off = time.Duration(int32(ts-w.ts))*packetTime/samples - gap
		}
	}
	w.started, w.last, w.seq, w.ts, w.ssrc = true, at, seq, ts, ssrc
}

// surviving puts calls on, ends the leg plugin under them by SIGKILL, and then
// stops its next life for 3 s, and says what each receiver saw.
func surviving(ctx context.Context, o options, pbx *process, w io.Writer) error {
	return withPhones(o, func(a *agent) error { return a.survive(ctx, o, pbx, w) })
}

func (a *agent) survive(ctx context.Context, o options, pbx *process, w io.Writer) error {
	legs, err := setUp(a, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d legs up\n", len(legs))
	wait(ctx, 3*time.Second)
	fmt.Fprintf(w, "before\n%s", pbx.ticks())
	failed := false
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGSTOP} {
		if err := pbx.strike(ctx, w, a.media, legs, signal); err != nil {
			fmt.Fprintln(w, err)
			failed = true
		}
	}
	streams := streamsOf(legs)
	took, cost := observe(ctx, a.media, streams, o.lasts, pbx.cpu)
	r := resultOf(streams, took, cost)
	r.memory = pbx.memory()
	r.print(w, o)
	for _, d := range legs {
		a.hangup(d)
	}
	wait(ctx, 200*time.Millisecond)
	text, _ := os.ReadFile(pbx.log.Name())
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, ": plugin is ") || strings.Contains(line, ": legs go on ") {
			fmt.Fprint(w, "          "+line)
		}
	}
	if failed || !r.good() {
		return fmt.Errorf("calls did not go on as they should")
	}
	return nil
}

// strike sends the leg plugin a signal and judges what follows.
func (p *process) strike(ctx context.Context, w io.Writer, m *media, legs []*dialog, signal syscall.Signal) error {
	pid := p.plugin("leg-rtp")
	if pid == 0 {
		return fmt.Errorf("there is no leg-rtp to strike")
	}
	witnesses := make([]*witness, len(legs))
	for i, d := range legs {
		witnesses[i] = new(witness)
		d.stream.watch(witnesses[i])
	}
	wait(ctx, time.Second)
	if err := syscall.Kill(pid, signal); err != nil {
		return fmt.Errorf("leg-rtp, process %d: %w", pid, err)
	}
	wait(ctx, 3*time.Second)
	_ = syscall.Kill(pid, syscall.SIGCONT) // it is gone, or should be
	wait(ctx, time.Second)
	over := time.Now()
	m.catchUp(ctx, over)

	var gaps []time.Duration
	var left []uint16
	var off time.Duration
	silent, foreign, backward := 0, 0, 0
	for i, d := range legs {
		d.stream.watch(nil)
		s := witnesses[i]
		if over.Sub(s.last) > 500*time.Millisecond {
			silent++
		}
		gaps, left = append(gaps, s.gap), append(left, s.left)
		foreign, backward, off = foreign+s.foreign, backward+s.backward, max(off, s.off, -s.off)
	}
	slices.Sort(gaps)
	slices.Sort(left)
	fmt.Fprintf(w, "%v  gap %.0f to %.0f ms, median %.0f; numbers left out %d to %d; timestamps off by at most %.1f ms\n",
		signal, ms(gaps[0]), ms(gaps[len(gaps)-1]), ms(gaps[len(gaps)/2]), left[0], left[len(left)-1], ms(off))
	fmt.Fprintf(w, "          %d legs silent, %d packets of another SSRC, %d numbers not ahead\n", silent, foreign, backward)
	fmt.Fprint(w, p.ticks())
	if silent+foreign+backward > 0 || p.plugin("leg-rtp") == pid {
		return fmt.Errorf("%v: not every leg went on", signal)
	}
	return nil
}

// plugin is the process id of a plugin, 0 if it does not run.
func (p *process) plugin(name string) int {
	for _, pid := range p.pids() {
		if comm, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); strings.TrimSpace(string(comm)) == name {
			return pid
		}
	}
	return 0
}

// watch has w see every packet of the stream; nil: nobody does.
func (s *stream) watch(w *witness) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.witness = w
}
