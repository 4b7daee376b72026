package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"
)

// figures are what one switch did in the rows of the signalling benchmark.
type figures struct {
	delays     []time.Duration
	slow, fast outcome // calls at 100 and at 500 a second
	registers  outcome
	few, many  float64 // memory after 100 and after 10,000 calls, MB
}

// benching measures signalling: Plugboard and then Kamailio under the same
// load, one table. The figures of a busy machine are worth what the peer's
// are beside them.
func benching(ctx context.Context, o options, w io.Writer) error {
	var ours, theirs figures
	err := withPBX(ctx, o, func(p *process, dir string) (err error) {
		ours, err = measured(ctx, p, dir)
		return err
	})
	if err != nil {
		return err
	}
	if err := withKamailio(ctx, func(p *process, dir string) (err error) {
		theirs, err = measured(ctx, p, dir)
		return err
	}); err != nil {
		return fmt.Errorf("the peer, Kamailio: %w", err)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(what, unit, target string, show func(figures) string) {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", what, unit, show(ours), show(theirs), target)
	}
	fmt.Fprintln(t, "work\tunit\tPlugboard\tKamailio\ttarget")
	row("call at 100/s, set-up and tear-down", "CPU-ms", "≤ 1.8", func(f figures) string { return fmt.Sprintf("%.2f", f.slow.each()) })
	row("call at 500/s, set-up and tear-down", "CPU-ms", "≤ 1.8", func(f figures) string { return fmt.Sprintf("%.2f", f.fast.each()) })
	row("500 calls/s", "failed, sent again", "0, 0", func(f figures) string { return fmt.Sprintf("%d, %d", f.fast.failed, f.fast.resent) })
	row("post-dial delay at 50/s, p50 / p99", "ms", "≤ 1.5 / 5", func(f figures) string {
		return fmt.Sprintf("%.2f / %.2f", ms(f.delays[len(f.delays)/2]), ms(f.delays[len(f.delays)*99/100]))
	})
	row("REGISTER with digest", "CPU-ms", "≤ 0.2", func(f figures) string { return fmt.Sprintf("%.3f", f.registers.each()) })
	row("3000 REGISTERs/s", "failed, sent again", "0, 0", func(f figures) string { return fmt.Sprintf("%d, %d", f.registers.failed, f.registers.resent) })
	row("memory after 10,000 calls / after 100", "PSS", "≤ 1.1", func(f figures) string { return fmt.Sprintf("%.2f (%.0f MB)", f.many/f.few, f.many) })
	return t.Flush()
}

// measured puts a switch through all rows, in about two minutes. The highest
// rate comes last: what a machine cannot carry must not count as memory.
func measured(ctx context.Context, p *process, dir string) (f figures, err error) {
	if f.delays, err = postDial(ctx, 400, 50); err != nil {
		return f, err
	}
	if f.registers, err = registerBySipp(ctx, p, dir, 3000, 15000); err != nil {
		return f, err
	}
	if _, err = callBySipp(ctx, p, dir, 100, 100); err != nil {
		return f, err
	}
	f.few = p.pss()
	if f.slow, err = callBySipp(ctx, p, dir, 100, 1500); err != nil {
		return f, err
	}
	if _, err = callBySipp(ctx, p, dir, 200, 8400); err != nil {
		return f, err
	}
	wait(ctx, settled)
	f.many = p.pss()
	f.fast, err = callBySipp(ctx, p, dir, 500, 4000)
	return f, err
}

// settled is when the last transaction of a call is over (RFC 3261 §17: 64 T1).
const settled = 33 * time.Second

// pss is the memory of all the switch's processes, in MB.
func (p *process) pss() float64 {
	var sum int
	for _, pid := range p.pids() {
		rollup, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		for line := range strings.Lines(string(rollup)) {
			var kb int
			if n, _ := fmt.Sscanf(line, "Pss: %d", &kb); n == 1 {
				sum += kb
			}
		}
	}
	return float64(sum) / 1024
}

// withKamailio runs the peer: a proxy without media, and a registrar.
func withKamailio(ctx context.Context, do func(*process, string) error) error {
	dir, err := os.MkdirTemp("", "plugboard-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	text, err := scenarios.ReadFile("scenarios/kamailio.cfg")
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "kamailio.cfg")
	if err := os.WriteFile(file, fmt.Appendf(nil, string(text), host, other), 0o600); err != nil {
		return err
	}
	p, err := startPeer(dir, "kamailio", "-DD", "-E", "-f", file, "-m", "128", "-M", "8")
	if err != nil {
		return err
	}
	defer p.stop()
	if err := answers(ctx); err != nil {
		said, _ := os.ReadFile(p.log.Name())
		return fmt.Errorf("%w; its log:\n%s", err, said)
	}
	return do(p, dir)
}

// answers waits until somebody answers OPTIONS.
func answers(ctx context.Context) error {
	conn, err := net.Dial("udp", host+":5060")
	if err != nil {
		return err
	}
	defer conn.Close()
	ask := strings.ReplaceAll(fmt.Sprintf(`OPTIONS sip:%[1]s SIP/2.0
Via: SIP/2.0/UDP %[2]s;rport;branch=z9hG4bK-up
Max-Forwards: 70
From: <sip:load@%[1]s>;tag=up
To: <sip:%[1]s>
Call-ID: up
CSeq: 1 OPTIONS
Content-Length: 0

`, host, conn.LocalAddr()), "\n", "\r\n")
	buf := make([]byte, 2048)
	for range 50 {
		_, _ = io.WriteString(conn, ask) // refused until it listens
		_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		if _, err := conn.Read(buf); err == nil {
			return nil
		}
		wait(ctx, 50*time.Millisecond)
	}
	return errors.New("no answer to OPTIONS within 5 s")
}
