package main

import (
	"context"
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed scenarios
var scenarios embed.FS

// outcome is what a run of sipp came to.
type outcome struct {
	n, rate        int
	failed, resent int
	cost           time.Duration // processor time of the switch, all its processes
}

// each is the processor time for one call or registration, in ms.
func (o outcome) each() float64 { return ms(o.cost) / float64(o.n) }

// signalling puts calls without sound on Plugboard, by sipp on both sides, and
// says what each cost.
func signalling(ctx context.Context, o options, w io.Writer) error {
	return withPBX(ctx, o, func(pbx *process, dir string) error {
		delays, err := postDial(ctx, 100, min(o.rate, 50))
		if err != nil {
			return err
		}
		out, err := callBySipp(ctx, pbx, dir, o.rate, o.rate*int(o.lasts.Seconds()))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "calls     %d at %d a second: %d failed, %d retransmissions (target: none at 500 a second)\n",
			out.n, out.rate, out.failed, out.resent)
		fmt.Fprintf(w, "cost      %.2f CPU-ms a call, all processes (target 1.8)\n", out.each())
		fmt.Fprintf(w, "delay     post-dial p50 %.2f ms, p99 %.2f, before the load (target 1.5 / 5 at 50 a second)\n",
			ms(delays[len(delays)/2]), ms(delays[len(delays)*99/100]))
		fmt.Fprintf(w, "memory    %s\n", pbx.memory())
		if out.failed > 0 {
			return fmt.Errorf("%d calls failed", out.failed)
		}
		return nil
	})
}

// callBySipp places n calls of 200 ms, rate in a second, through a switch.
func callBySipp(ctx context.Context, p *process, dir string, rate, n int) (outcome, error) {
	out := outcome{n: n, rate: rate}
	uas := sipp(ctx, dir, "-sn", "uas", "-i", other, "-p", "5060", "-mi", other)
	if err := uas.Start(); err != nil {
		return out, fmt.Errorf("sipp: %w (is it installed? .ci/packages test)", err)
	}
	defer stopProcess(uas)
	wait(ctx, 500*time.Millisecond)
	caller := func(rate, n int, more ...string) error {
		return runSipp(ctx, dir, "caller.xml", append(more, "-i", other, "-p", "5070", "-mi", other, "-s", "100001",
			"-r", strconv.Itoa(rate), "-m", strconv.Itoa(n), host+":5060")...)
	}
	if err := caller(20, 20); err != nil {
		return out, err // a warm-up that failed
	}
	before := p.cpu()
	if err := caller(rate, n, "-trace_stat", "-stf", "calls.csv"); err != nil {
		return out, err
	}
	out.cost = p.cpu() - before
	return out, out.read(filepath.Join(dir, "calls.csv"))
}

// registering lets phones register through the challenge.
func registering(ctx context.Context, o options, w io.Writer) error {
	return withPBX(ctx, o, func(pbx *process, dir string) error {
		out, err := registerBySipp(ctx, pbx, dir, o.rate, o.rate*int(o.lasts.Seconds()))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "REGISTER  %d at %d a second: %d failed, %d retransmissions (target: none at 3000 a second)\n",
			out.n, out.rate, out.failed, out.resent)
		fmt.Fprintf(w, "cost      %.3f CPU-ms each, challenge and answer together (target 0.2)\n", out.each())
		return nil
	})
}

// registerBySipp registers n times, rate in a second, with a registrar.
func registerBySipp(ctx context.Context, p *process, dir string, rate, n int) (outcome, error) {
	out := outcome{n: n, rate: rate}
	var fields strings.Builder
	fields.WriteString("SEQUENTIAL\n")
	for i := range phones {
		fmt.Fprintf(&fields, "%d;[authentication username=%d password=k9-Vq2-hTw]\n", 2001+i, 2001+i)
	}
	inf := filepath.Join(dir, "phones.csv")
	if err := os.WriteFile(inf, []byte(fields.String()), 0o600); err != nil {
		return out, err
	}
	before := p.cpu()
	err := runSipp(ctx, dir, "register.xml", "-inf", inf, "-i", other, "-p", "5070",
		"-r", strconv.Itoa(rate), "-m", strconv.Itoa(n), "-trace_stat", "-stf", "reg.csv", host+":5060")
	if err != nil {
		return out, err
	}
	out.cost = p.cpu() - before
	return out, out.read(filepath.Join(dir, "reg.csv"))
}

func withPBX(ctx context.Context, o options, do func(*process, string) error) error {
	dir, err := os.MkdirTemp("", "plugboard-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	pbx, err := start(ctx, o, dir)
	if err != nil {
		return err
	}
	defer pbx.stop()
	return do(pbx, dir)
}

func sipp(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sipp", append(args, "-nostdin", "-nd")...)
	cmd.Dir = dir
	return cmd
}

func runSipp(ctx context.Context, dir, scenario string, args ...string) error {
	text, err := scenarios.ReadFile("scenarios/" + scenario)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, scenario)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	out, err := sipp(ctx, dir, append([]string{"-sf", file, "-timeout", "90", "-timeout_error", "-recv_timeout", "10000"}, args...)...).CombinedOutput()
	// 1: at least one call failed; the statistics say how many.
	if exit, ok := err.(*exec.ExitError); ok && exit.ExitCode() == 1 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sipp %s: %w\n%s", scenario, err, out[max(0, len(out)-2000):])
	}
	return nil
}

func stopProcess(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}

// read takes the last line of sipp's statistics, and removes the file.
func (o *outcome) read(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer os.Remove(file)
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.FieldsPerRecord = ';', -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		return fmt.Errorf("%s: no statistics (%w)", file, err)
	}
	last := rows[len(rows)-1]
	for i, name := range rows[0] {
		if i >= len(last) {
			break
		}
		switch name {
		case "FailedCall(C)":
			o.failed, _ = strconv.Atoi(last[i])
		case "Retransmissions(C)":
			o.resent, _ = strconv.Atoi(last[i])
		}
	}
	return nil
}
