package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// process is the Plugboard under load, with its plugins, or a peer.
type process struct {
	cmd *exec.Cmd
	log *os.File
}

const config = `
pbx   { data_dir = "data" }
sip   { listen = ["udp://%[1]s:5060"] }
media {
  rtp_ports = "20000-29999"
  codecs    = ["%[3]s"]
}
web   { listen = "%[1]s:8080" }
trunk "load" {
  peer         = "sip:%[2]s:5060"
  options_ping = "off" # only what is measured runs
}
conference "room" { number = "800" }
extension "phone" {
  for_each = toset([for i in range(%[4]d) : tostring(%[5]d + i)])
  number   = each.value
  secret   = "%[6]s"
}
dialplan "phones" {
  from = [extension.phone]
  route "room" {
    match = conference.room.number
    to    = conference.room
  }
  route "phone" {
    match = "{ext:2XXX}"
    to    = extension_number(match.ext)
  }
}
dialplan "load" {
  from = [trunk.load]
  route "room" {
    match = conference.room.number
    to    = conference.room
  }
  route "back" {
    match = "1XXXXX"
    to    = trunk.load
  }
}
`

func start(ctx context.Context, o options, dir string) (*process, error) {
	file := filepath.Join(dir, "config.hcl")
	text := fmt.Appendf(nil, config, host, other, strings.ReplaceAll(o.codecs, ",", `", "`),
		max(phones, o.legs), first, secret)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(filepath.Join(o.bin, "plugboard"), "run", "--config", file)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, log: log}
	for range 200 {
		if r, err := http.Get("http://" + host + ":8080/healthz"); err == nil {
			r.Body.Close()
			if r.StatusCode == 200 {
				return p, nil
			}
		}
		wait(ctx, 50*time.Millisecond)
	}
	said, _ := os.ReadFile(log.Name())
	p.stop()
	return nil, fmt.Errorf("plugboard was not ready within 10 s; its log:\n%s", said)
}

func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // at once
	_ = p.cmd.Wait()
	p.log.Close()
}

// pids are Plugboard's and its plugins'.
func (p *process) pids() []int {
	pids := []int{p.cmd.Process.Pid}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		text, _ := os.ReadFile(file)
		_, after, ok := strings.Cut(string(text), ") ")
		if !ok {
			continue
		}
		var state string
		var parent, pid int
		if _, err := fmt.Sscan(after, &state, &parent); err == nil && parent == p.cmd.Process.Pid {
			if _, err := fmt.Sscan(string(text), &pid); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// cpu is the processor time that all of them used so far.
func (p *process) cpu() time.Duration {
	var sum time.Duration
	for _, pid := range p.pids() {
		sum += cpuTime(pid)
	}
	return sum
}

// memory is the proportional set size (PSS) of each.
func (p *process) memory() string {
	var parts []string
	for _, pid := range p.pids() {
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		rollup, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		for line := range strings.Lines(string(rollup)) {
			var kb int
			if n, _ := fmt.Sscanf(line, "Pss: %d", &kb); n == 1 {
				parts = append(parts, fmt.Sprintf("%s %.1f MB", strings.TrimSpace(string(name)), float64(kb)/1024))
			}
		}
	}
	return strings.Join(parts, ", ") + " (PSS)"
}

// ticks are the mixer's own figures, from /metrics.
func (p *process) ticks() string {
	r, err := http.Get("http://" + host + ":8080/metrics")
	if err != nil {
		return ""
	}
	defer r.Body.Close()
	text, _ := io.ReadAll(r.Body)
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "plugboard_mixer_") || strings.Contains(line, "_tick") && !strings.HasPrefix(line, "#") || strings.HasPrefix(line, "plugboard_plugin_frame") {
			b.WriteString("          " + line)
		}
	}
	return b.String()
}
