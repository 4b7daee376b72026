// Command load puts real calls with real RTP on a Plugboard that it starts
// itself, checks every packet that comes back, and says what it cost.
//
//	load -bin bin -legs 200 -for 60s              two-party calls, half as many as legs
//	load -bin bin -legs 50 -for 20s -shape room   one conference, everybody talks
//	load -bin bin -legs 20 -for 50s -bursts       added delay, by tone bursts
//	load -bin bin -legs 100 -for 5s -shape survive  the leg plugin is killed, and stopped
//	load -bin bin -shape calls -rate 200 -for 10s signalling alone, by sipp
//	load -bin bin -shape register -rate 1000      registrations, by sipp
//	load -bin bin -shape signalling               calls and registrations beside Kamailio
//
// It plays a provider behind a static trunk: it calls in, and Plugboard calls
// back out to it, so that each call has two SIP legs with a port each. All
// traffic stays on 127.0.0.x.
//
// Exit status 1 says that something was heard wrong or got lost; figures of
// time and CPU are printed, never judged.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/plugboard/plugboard/sdk/media/codec"
)

type options struct {
	bin     string
	legs    int
	lasts   time.Duration
	shape   string
	bursts  bool
	rate    int
	peer    string
	codecs  string
	talkers int
}

// Plugboard and the provider, on addresses that no other run has.
var (
	host  = fmt.Sprintf("127.%d.7.1", 10+os.Getpid()%240)
	other = fmt.Sprintf("127.%d.7.2", 10+os.Getpid()%240)
)

const (
	phones = 200 // extensions 2001 and up
)

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "bin", "folder with plugboard and plugins/")
	flag.IntVar(&o.legs, "legs", 200, "how many legs")
	flag.DurationVar(&o.lasts, "for", 20*time.Second, "how long to measure")
	flag.StringVar(&o.shape, "shape", "pairs", "pairs, room, survive, calls (signalling only, by sipp) or register; signalling: all of that beside Kamailio")
	flag.BoolVar(&o.bursts, "bursts", false, "speak in bursts and measure the added delay")
	flag.IntVar(&o.rate, "rate", 50, "calls set up in a second")
	flag.StringVar(&o.codecs, "codec", "pcmu", "pcmu, pcma, g722 or opus; two with a comma: the callers' and the others'")
	flag.IntVar(&o.talkers, "talkers", 0, "how many of a room talk, the rest is silent; 0: all")
	flag.StringVar(&o.peer, "peer", "", "let rtpengine (pairs) or janus (room) do the work instead")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, w io.Writer) error {
	if o.peer != "" {
		return against(ctx, o, w)
	}
	switch o.shape {
	case "pairs", "room":
		return withPBX(ctx, o, func(pbx *process, _ string) error { return talking(ctx, o, pbx, w) })
	case "survive":
		return withPBX(ctx, o, func(pbx *process, _ string) error { return surviving(ctx, o, pbx, w) })
	case "calls":
		return signalling(ctx, o, w)
	case "register":
		return registering(ctx, o, w)
	case "signalling":
		return benching(ctx, o, w)
	}
	return fmt.Errorf("no shape %q: pairs, room, survive, calls, register or signalling", o.shape)
}

// talking puts calls with sound on, and measures.
func talking(ctx context.Context, o options, pbx *process, w io.Writer) error {
	ip := netip.MustParseAddr(other)
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
	if err := a.speak(o.codecs); err != nil {
		return err
	}

	began := time.Now()
	legs, err := setUp(a, o)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d legs up in %.1f s (%s)\n", len(legs), time.Since(began).Seconds(), o.shape)
	streams := make([]*stream, len(legs))
	for i, d := range legs {
		streams[i] = d.stream
	}
	took, cost := observe(ctx, streams, o.lasts, pbx.cpu)
	memory := pbx.memory()
	for _, d := range legs {
		a.hangup(d)
	}
	wait(ctx, 200*time.Millisecond)
	ok := report(w, streams, took, cost, memory, o)
	fmt.Fprint(w, pbx.ticks())
	if !ok {
		return fmt.Errorf("packets were lost or heard wrong")
	}
	return nil
}

// speak sets the codecs of callers and of those who answer, as -codec has them.
func (a *agent) speak(codecs string) (err error) {
	caller, callee, _ := strings.Cut(codecs, ",")
	if callee == "" {
		callee = caller
	}
	if a.calling, err = newSound(caller); err == nil {
		a.answering, err = newSound(callee)
	}
	return err
}

// observe lets streams run for a while, and then measures them, and the CPU
// time that was used meanwhile.
func observe(ctx context.Context, streams []*stream, lasts time.Duration, cpu func() time.Duration) (took, cost time.Duration) {
	wait(ctx, 2*time.Second) // sources are learned, buffers settle
	measure := func(on bool) {
		for _, s := range streams {
			s.mu.Lock()
			s.measure = on
			s.mu.Unlock()
		}
	}
	before := cpu()
	measure(true)
	began := time.Now()
	wait(ctx, lasts)
	took, cost = time.Since(began), cpu()-before
	measure(false)
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
		number := fmt.Sprint(100001 + i)
		if o.shape == "room" {
			number = "800"
		}
		d, err := a.dial(number)
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
			if err := errors.Join(d.stream.speak(a.calling, d), b.stream.speak(a.answering, b)); err != nil {
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
func (s *stream) speak(in *sound, d *dialog) (err error) {
	if in.codec == codec.PCMU() && s.level == 0 {
		return nil
	}
	s.sound, s.kind = in, d.kind
	if s.level == 0 {
		s.level = usual
	}
	s.says, err = in.second(key{s.hz, s.level})
	if err == nil && len(s.expect) > 0 {
		s.ear, err = in.ear()
	}
	return err
}

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
	if i < checked/2 || i >= o.legs-checked/2 {
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
		s.forbid = s.hz
		s.says, err = in.second(key{s.hz, level})
	} else {
		s.says, err = in.second(key{})
	}
	if err == nil && len(s.expect) > 0 {
		s.ear, err = in.ear()
	}
	return s, err
}

// roomTone is a tone that no other of 160 participants has.
func roomTone(i int) float64 { return tone(i) + float64(i/80*15) }

// tone spreads legs over the telephone band in steps of 5 Hz, so that 200 ms
// hold whole periods; the two of a call are 1 kHz or more apart.
func tone(i int) float64 { return 400 + float64(i/2*35%1400) + float64(i%2)*1400 }

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func report(w io.Writer, streams []*stream, took, cost time.Duration, memory string, o options) bool {
	var got, lost, late uint64
	var windows, deaf, echoes int
	var worst, gap time.Duration
	var delays []time.Duration
	silent := 0
	for _, s := range streams {
		s.mu.Lock()
		got, lost, late = got+s.got, lost+s.lost, late+s.late
		windows, deaf, echoes = windows+s.windows, deaf+s.deaf, echoes+s.echoes
		worst, gap = max(worst, s.worst), max(gap, s.gaps)
		delays = append(delays, s.delays...)
		if s.got == 0 {
			silent++
		}
		s.mu.Unlock()
	}
	want := uint64(took/packetTime) * uint64(len(streams))
	costs := targets(o)
	perLeg := cost.Seconds() * 1000 / took.Seconds() / float64(len(streams))
	fmt.Fprintf(w, "packets   %d of about %d, %d lost, %d (%.3f %%) more than 5 ms late, worst %.1f ms, longest gap %.1f ms\n",
		got, want, lost, late, 100*float64(late)/float64(max(got, 1)), ms(worst), ms(gap))
	if windows > 0 {
		fmt.Fprintf(w, "sound     %d windows of 200 ms, %d without the far side's tone, %d with one's own\n", windows, deaf, echoes)
	}
	if len(delays) > 0 {
		slices.Sort(delays)
		var sum time.Duration
		for _, d := range delays {
			sum += d
		}
		fmt.Fprintf(w, "delay     added mouth to ear, %d bursts: mean %.1f ms, p99 %.1f, worst %.1f (target 16 / 28)\n",
			len(delays), ms(sum/time.Duration(len(delays))), ms(delays[len(delays)*99/100]), ms(delays[len(delays)-1]))
	}
	fmt.Fprintf(w, "cost      %.3f CPU-ms a leg-second, all processes", perLeg)
	switch {
	case o.peer != "":
	case o.shape == "pairs":
		fmt.Fprintf(w, "; %.2f a call-second (%s)", 2*perLeg, costs)
	default:
		fmt.Fprintf(w, " (%s)", costs)
	}
	fmt.Fprintf(w, "\nmemory    %s\n", memory)
	// A packet or two at the edges of the measured time is no loss.
	return silent == 0 && lost == 0 && deaf <= windows/1000 && echoes == 0 && got+2*uint64(len(streams)) >= want*99/100
}

// targets is what a leg-second or a call-second of this kind may cost.
func targets(o options) string {
	switch {
	case o.shape == "pairs" && o.codecs == "pcmu":
		return "target 2.4"
	case o.shape == "pairs" && (o.codecs == "pcmu,g722" || o.codecs == "g722,pcmu"):
		return "target 4.0"
	case o.shape == "room" && o.codecs == "pcmu":
		return "target 1.0 at 50 and 100, all talk"
	case o.shape == "room" && o.codecs == "opus":
		return "target 3.0 at 100, three talk"
	}
	return "no target"
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

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
trunk "load" { peer = "sip:%[2]s:5060" }
conference "room" { number = "800" }
extension "phone" {
  for_each = toset([for i in range(200) : tostring(2001 + i)])
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
dialplan "phones" {
  from = [extension.phone]
  route "room" {
    match = conference.room.number
    to    = conference.room
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
	if err := os.WriteFile(file, fmt.Appendf(nil, config, host, other, strings.ReplaceAll(o.codecs, ",", `", "`)), 0o600); err != nil {
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
	text, _ := os.ReadFile(log.Name())
	p.stop()
	return nil, fmt.Errorf("plugboard was not ready within 10 s; its log:\n%s", text)
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
