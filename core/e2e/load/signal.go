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
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed scenarios
var scenarios embed.FS

// signalling puts calls without sound on a switch, by sipp on both sides, and
// says what each cost.
func signalling(ctx context.Context, o options, w io.Writer) error {
	return withPBX(ctx, o, func(pbx *process, dir string) error {
		uas := sipp(ctx, dir, "-sn", "uas", "-i", other, "-p", "5060", "-mi", other)
		if err := uas.Start(); err != nil {
			return fmt.Errorf("sipp: %w (is it installed? .ci/packages test)", err)
		}
		defer stopProcess(uas)
		wait(ctx, 500*time.Millisecond)
		calls := o.rate * int(o.lasts.Seconds())
		if err := runSipp(ctx, dir, "caller.xml", "-i", other, "-p", "5070", "-s", "100001", "-r", strconv.Itoa(min(o.rate, 20)), "-m", "40", host+":5060"); err != nil {
			return err // a warm-up that failed
		}
		before := pbx.cpu()
		err := runSipp(ctx, dir, "caller.xml", "-i", other, "-p", "5070", "-mi", other, "-s", "100001",
			"-r", strconv.Itoa(o.rate), "-m", strconv.Itoa(calls), "-trace_stat", "-stf", "calls.csv", "-trace_rtt", "-rtt_freq", "1", host+":5060")
		if err != nil {
			return err
		}
		cost := pbx.cpu() - before
		s, err := readStat(filepath.Join(dir, "calls.csv"))
		if err != nil {
			return err
		}
		delays := readRTT(dir)
		fmt.Fprintf(w, "calls     %d at %d a second: %d failed, %d retransmissions (target: none at 500 a second)\n",
			calls, o.rate, s["FailedCall(C)"], s["Retransmissions(C)"])
		fmt.Fprintf(w, "cost      %.2f CPU-ms a call, all processes (target 1.8)\n", cost.Seconds()*1000/float64(calls))
		if len(delays) > 0 {
			fmt.Fprintf(w, "delay     post-dial p50 %.2f ms, p99 %.2f (target 1.5 / 5 at 50 a second)\n",
				delays[len(delays)/2], delays[len(delays)*99/100])
		}
		fmt.Fprintf(w, "memory    %s\n", pbx.memory())
		if s["FailedCall(C)"] > 0 {
			return fmt.Errorf("%d calls failed", s["FailedCall(C)"])
		}
		return nil
	})
}

// registering lets phones register through the challenge.
func registering(ctx context.Context, o options, w io.Writer) error {
	return withPBX(ctx, o, func(pbx *process, dir string) error {
		var fields strings.Builder
		fields.WriteString("SEQUENTIAL\n")
		for i := range phones {
			fmt.Fprintf(&fields, "%d;[authentication username=%d password=k9-Vq2-hTw]\n", 2001+i, 2001+i)
		}
		inf := filepath.Join(dir, "phones.csv")
		if err := os.WriteFile(inf, []byte(fields.String()), 0o600); err != nil {
			return err
		}
		n := o.rate * int(o.lasts.Seconds())
		before := pbx.cpu()
		err := runSipp(ctx, dir, "register.xml", "-inf", inf, "-i", other, "-p", "5070",
			"-r", strconv.Itoa(o.rate), "-m", strconv.Itoa(n), "-trace_stat", "-stf", "reg.csv", host+":5060")
		if err != nil {
			return err
		}
		cost := pbx.cpu() - before
		s, err := readStat(filepath.Join(dir, "reg.csv"))
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "REGISTER  %d at %d a second: %d failed, %d retransmissions (target: none at 3000 a second)\n",
			n, o.rate, s["FailedCall(C)"], s["Retransmissions(C)"])
		fmt.Fprintf(w, "cost      %.3f CPU-ms each, challenge and answer together (target 0.2)\n", cost.Seconds()*1000/float64(n))
		return nil
	})
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
	out, err := sipp(ctx, dir, append([]string{"-sf", file, "-timeout", "120", "-timeout_error"}, args...)...).CombinedOutput()
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

// readStat reads the last line of sipp's statistics.
func readStat(file string) (map[string]int, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.FieldsPerRecord = ';', -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		return nil, fmt.Errorf("%s: no statistics (%w)", file, err)
	}
	s := make(map[string]int)
	for i, name := range rows[0] {
		if i < len(rows[len(rows)-1]) {
			s[name], _ = strconv.Atoi(rows[len(rows)-1][i])
		}
	}
	return s, nil
}

// readRTT reads sipp's response times, in ms, sorted.
func readRTT(dir string) []float64 {
	files, _ := filepath.Glob(filepath.Join(dir, "*_rtt.csv"))
	var all []float64
	for _, file := range files {
		text, _ := os.ReadFile(file)
		for line := range strings.Lines(string(text)) {
			parts := strings.Split(strings.TrimSpace(line), ";")
			if len(parts) < 2 {
				continue
			}
			if v, err := strconv.ParseFloat(parts[1], 64); err == nil {
				all = append(all, v)
			}
		}
	}
	slices.Sort(all)
	return all
}
