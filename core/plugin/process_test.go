package plugin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/schema"
)

// TestMain is also the main function of the plugins that the tests start: the
// test binary starts itself, and ROLE says what to be.
func TestMain(m *testing.M) {
	role, ok := os.LookupEnv("ROLE")
	if !ok {
		os.Exit(m.Run())
	}
	switch role {
	case "loop":
		sdk.Serve(sdk.Plugin{
			Name: "loop", Version: "1.2.3", Leg: new(loop),
			Config: []schema.Attribute{{Name: "greeting", Type: schema.String, Doc: "what it says"}},
			Configure: func(c map[string]any) error {
				if c["greeting"] == "rude" {
					return errors.New("greeting must be kind")
				}
				return nil
			},
		})
	case "tool":
		sdk.Serve(sdk.Plugin{Name: "meter", Version: "1.0.0", Tool: new(meter)})
	case "app":
		sdk.Serve(villains)
	case "scribbler":
		sdk.Serve(scribbler())
	case "chatter":
		sdk.Serve(sdk.Plugin{Name: "chatter", Version: "1.0.0", Tool: new(chatter)})
	case "giant":
		serveGiant()
	case "browsers":
		beBrowsers()
	case "exit":
		fmt.Fprintln(os.Stderr, "no configuration found")
		os.Exit(3)
	case "garbage":
		fmt.Println("Hello, world!")
		time.Sleep(time.Minute)
	case "silent":
		time.Sleep(time.Minute)
	case "parent":
		leaveChild()
	case "core":
		beCore()
	case "past":
		serveOther(sdk.CookieKey, sdk.Protocol-1)
	case "next":
		serveOther(sdk.CookieKey, sdk.Protocol+1)
	case "future":
		serveOther(sdk.CookieKey, 7)
	case "other":
		serveOther("SOMEBODY_ELSES_COOKIE", 1)
	}
}

// serveOther is a go-plugin of another time, or of another product.
func serveOther(cookie string, version int) {
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig:  goplugin.HandshakeConfig{MagicCookieKey: cookie, MagicCookieValue: sdk.CookieValue},
		VersionedPlugins: map[int]goplugin.PluginSet{version: {"x": &otherPlugin{}}},
		GRPCServer:       goplugin.DefaultGRPCServer,
	})
}

type otherPlugin struct {
	goplugin.NetRPCUnsupportedPlugin
}

func (*otherPlugin) GRPCServer(*goplugin.GRPCBroker, *grpc.Server) error { return nil }
func (*otherPlugin) GRPCClient(context.Context, *goplugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, nil
}

func self(t testing.TB) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func role(t testing.TB, name, role string) Spec {
	return Spec{Name: name, Path: self(t), Env: map[string]string{
		"ROLE":   role,
		"GORACE": "atexit_sleep_ms=0", // or each end takes a second under -race
	}}
}

// on has a plugin's audio go by a road.
func on(road sdk.Road, s Spec) Spec {
	s.Env[sdk.RoadKey] = string(road)
	return s
}

// safe is a buffer for logs.
type safe struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safe) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// realHost is a host for processes, that the test's end closes and checks.
func realHost(t testing.TB, log *safe) *Host {
	dir, err := os.MkdirTemp("", "plugboard") // t.TempDir is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	h := New(Options{
		Log:     hclog.New(&hclog.LoggerOptions{Level: hclog.Debug, Output: log}),
		Version: "0.1.0",
		Launch:  &Processes{Runtime: dir, Lines: 1024},
		Address: Addresses{V4: netip.MustParseAddr("127.0.0.1")},
		Ports:   PortRange{20000, 59999},
		Listen:  bus.ListenUDP,
	})
	t.Cleanup(func() {
		pids := pids(h)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		h.Close(ctx)
		for _, pid := range pids {
			if err := syscall.Kill(pid, 0); err != syscall.ESRCH {
				t.Errorf("process %d is still there: %v", pid, err)
			}
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("left in the runtime directory: %v", left)
		}
		os.RemoveAll(dir)
		if t.Failed() {
			t.Logf("log:\n%s", log)
		}
	})
	return h
}

func pids(h *Host) []int {
	var list []int
	for _, i := range h.List() {
		if i.PID != 0 {
			list = append(list, i.PID)
		}
	}
	return list
}

func start(t testing.TB, h *Host, specs ...Spec) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return h.Start(ctx, specs)
}

// until waits for something that a process does.
func until(t testing.TB, what string, ok func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for !ok() {
		if time.Since(began) > 15*time.Second {
			t.Fatalf("%s: not within 15 s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Since(began)
}

func TestALegInAProcess(t *testing.T) {
	log := new(safe)
	h := realHost(t, log)
	if err := start(t, h, role(t, "loop", "loop")); err != nil {
		t.Fatal(err)
	}
	var heard news
	l, answer, err := h.OpenLeg(t.Context(), "loop", params("a"), heard.tell)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(answer); got != "to an offer, 2 sockets" {
		t.Errorf("Open returned %q", got)
	}
	if err := l.Digit(t.Context(), '5', time.Second); err != nil {
		t.Error(err)
	}
	until(t, "news of a digit", func() bool { return heard.last().Digit == '5' })

	var said audio.Frame
	tick, at := uint64(100), time.Now()
	until(t, "the loop's voice", func() bool {
		time.Sleep(time.Until(at))
		any := l.Line().Read(tick, &said)
		l.Line().Write(tick, &audio.Frame{0: 0.5})
		h.Ring(tick, at)
		tick, at = tick+1, at.Add(audio.Tick)
		return any
	})
	if said[0] != 0.25 {
		t.Errorf("the leg said %v of what it heard, want 0.25", said[0])
	}
	if err := l.Close(t.Context()); err != nil {
		t.Error(err)
	}
	i := h.List()[0]
	if i.State != Up || i.PID == os.Getpid() || i.Version != "1.2.3" || i.FrameLatencyP99Ms == 0 || i.FrameLatencyP99Ms > 32 {
		t.Errorf("listed as %+v", i)
	}
}

func TestAPluginThatCannotRun(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	future, other, garbage := role(t, "p", "future"), role(t, "p", "other"), role(t, "p", "garbage")
	wrongHash := role(t, "p", "loop")
	wrongHash.SHA256 = strings.Repeat("ab", 32)
	noHash := role(t, "p", "loop")
	noHash.SHA256 = "abc"
	rude, unknown, number := role(t, "p", "loop"), role(t, "p", "loop"), role(t, "p", "loop")
	rude.Config = map[string]any{"greeting": "rude"}
	unknown.Config = map[string]any{"volume": 11.0}
	number.Config = map[string]any{"greeting": 11.0}
	for _, c := range []struct {
		name string
		spec Spec
		want []string
	}{
		{"another protocol version", future, []string{"speaks version 7 of the plugin protocol, this core speaks 1", "upgrade Plugboard"}},
		{"the version before", role(t, "p", "past"), []string{"speaks version 0 of the plugin protocol, this core speaks 1", "build the plugin again with the SDK of this core"}},
		{"the version after", role(t, "p", "next"), []string{"speaks version 2 of the plugin protocol, this core speaks 1", "upgrade Plugboard"}},
		{"another product's plugin", other, []string{"ended before it said hello (exit status 1)", "This binary is a plugin"}},
		{"garbage on stdout", garbage, []string{`wrote "Hello, world!" to standard output where the handshake belongs`}},
		{"ends at once", role(t, "p", "exit"), []string{"ended before it said hello (exit status 3)", "no configuration found"}},
		{"wrong hash", wrongHash, []string{self(t), "the configuration says abababab", "its SHA-256 is"}},
		{"no hash", noHash, []string{"not the 64 hexadecimal digits"}},
		{"missing file", Spec{Name: "p", Path: dir + "/nothing"}, []string{dir + "/nothing: no such file", "set path"}},
		{"missing name", Spec{Name: "nothing"}, []string{`there is no plugin "nothing" in`}},
		{"not executable", Spec{Name: "p", Path: file("text", "", 0o644)}, []string{"is not executable (mode -rw-r--r--): chmod +x"}},
		{"a directory", Spec{Name: "p", Path: dir}, []string{"is not a file"}},
		{"not a program", Spec{Name: "p", Path: file("junk", "junk", 0o755)}, []string{"exec format error"}},
		{"refused config", rude, []string{"the plugin refuses its config: greeting must be kind"}},
		{"unknown config", unknown, []string{"volume is no attribute of it (there is greeting)"}},
		{"wrong type in config", number, []string{"greeting is 11, it must be a string"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := realHost(t, new(safe))
			err := start(t, h, c.spec)
			if err == nil {
				t.Fatal("started")
			}
			for _, want := range append(c.want, "plugin "+c.spec.Name) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not say %q", err, want)
				}
			}
			if h.Ready() == nil {
				t.Error("ready")
			}
		})
	}
}

func TestTheVerifiedFileIsTheOneThatRuns(t *testing.T) {
	b, err := os.ReadFile(self(t))
	if err != nil {
		t.Fatal(err)
	}
	s := role(t, "loop", "loop")
	s.SHA256 = fmt.Sprintf("%x", sha256.Sum256(b))
	h := realHost(t, new(safe))
	if err := start(t, h, s); err != nil {
		t.Fatal(err)
	}
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", h.List()[0].PID))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(exe, "/memfd:") {
		t.Errorf("it runs %s, which can be changed", exe)
	}
}

func TestLegsAreLostAndThePluginIsBack(t *testing.T) {
	for _, c := range []struct {
		name   string
		signal syscall.Signal
		reason string
	}{
		{"SIGKILL", syscall.SIGKILL, "signal: killed"},
		{"SIGSEGV", syscall.SIGSEGV, "exit status 2, SIGSEGV: segmentation violation"},
		{"SIGSTOP", syscall.SIGSTOP, "it hangs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			log := new(safe)
			h := realHost(t, log)
			if err := start(t, h, role(t, "loop", "loop")); err != nil {
				t.Fatal(err)
			}
			var heard news
			l, _, err := h.OpenLeg(t.Context(), "loop", params("a"), heard.tell)
			if err != nil {
				t.Fatal(err)
			}
			stop := clock(h)
			defer stop()
			pid := h.List()[0].PID
			if err := syscall.Kill(pid, c.signal); err != nil {
				t.Fatal(err)
			}
			told := until(t, "Lost", func() bool { return heard.last().Kind == leg.Lost })
			if !strings.Contains(heard.last().Reason, c.reason) {
				t.Errorf("reason %q, want %q", heard.last().Reason, c.reason)
			}
			back := told + until(t, "the plugin is back", func() bool { return h.Ready() == nil })
			t.Logf("told after %v, back after %v", told, back)
			if err := l.Close(t.Context()); err != nil {
				t.Error(err)
			}
			l, _, err = h.OpenLeg(t.Context(), "loop", params("b"), heard.tell)
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Close(t.Context()); err != nil {
				t.Error(err)
			}
			if i := h.List()[0]; i.Restarts != 1 || i.PID == pid {
				t.Errorf("listed as %+v", i)
			}
		})
	}
}

func TestLegsOutliveTheirProcess(t *testing.T) {
	for name, signal := range map[string]syscall.Signal{"SIGKILL": syscall.SIGKILL, "SIGSTOP": syscall.SIGSTOP} {
		t.Run(name, func(t *testing.T) {
			h := realHost(t, new(safe))
			if err := start(t, h, role(t, "loop", "loop")); err != nil {
				t.Fatal(err)
			}
			var heard news
			legs := make([]*Leg, 20)
			for i := range legs {
				var err error
				if legs[i], _, err = h.OpenLeg(t.Context(), "loop", kept(fmt.Sprint(i)), heard.tell); err != nil {
					t.Fatal(err)
				}
				until(t, "the checkpoint is told", legs[i].safe)
			}
			stop := clock(h)
			defer stop()
			pid := h.List()[0].PID
			if err := syscall.Kill(pid, signal); err != nil {
				t.Fatal(err)
			}
			gap := until(t, "the legs are back", func() bool {
				i := h.List()[0]
				return i.PID != pid && i.Legs == len(legs) && i.State == Up
			})
			t.Logf("back after %v", gap)
			for _, l := range legs {
				if _, err := l.Stats(t.Context()); err != nil {
					t.Error(err)
				}
				if err := l.Close(t.Context()); err != nil {
					t.Error(err)
				}
			}
			if e := heard.last(); e.Kind != 0 {
				t.Errorf("told %+v", e)
			}
		})
	}
}

// clock rings as a mixer does, until the returned function is called.
func clock(h *Host) (stop func()) { return clockWith(h, func(uint64) {}) }

// clockWith does something before each ring, too.
func clockWith(h *Host, mix func(tick uint64)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		t := time.NewTicker(audio.Tick)
		defer t.Stop()
		for tick := uint64(1); ; tick++ {
			select {
			case at := <-t.C:
				mix(tick)
				h.Ring(tick, at)
			case <-ctx.Done():
				return
			}
		}
	})
	return func() { cancel(); done.Wait() }
}

func TestTwoHostsSideBySide(t *testing.T) {
	for _, h := range []*Host{realHost(t, new(safe)), realHost(t, new(safe))} {
		if err := start(t, h, role(t, "loop", "loop"), role(t, "other", "loop")); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"loop", "other"} {
			if _, _, err := h.OpenLeg(t.Context(), name, params("a"), func(leg.Event) {}); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestCloseLeavesNoGoroutine(t *testing.T) {
	before := runtime.NumGoroutine()
	h := realHost(t, new(safe))
	if err := start(t, h, role(t, "loop", "loop"), role(t, "exit", "exit")); err == nil {
		t.Fatal("all of them started")
	}
	l, _, err := h.OpenLeg(t.Context(), "loop", params("a"), func(leg.Event) {})
	if err != nil {
		t.Fatal(err)
	}
	h.Close(t.Context())
	if err := l.Close(t.Context()); err != nil {
		t.Error(err)
	}
	// go-plugin's own goroutines end a little later than its Kill.
	until(t, "the goroutines end", func() bool { return runtime.NumGoroutine() <= before })
}

func TestLogLinesNamePluginVersionCallAndLeg(t *testing.T) {
	log := new(safe)
	h := realHost(t, log)
	if err := start(t, h, role(t, "scribe", "loop")); err != nil {
		t.Fatal(err)
	}
	l, _, err := h.OpenLeg(t.Context(), "scribe", params("a"), func(leg.Event) {})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.Answer(t.Context(), []byte("log"), leg.SendRecv); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Answer(t.Context(), []byte("print"), leg.SendRecv); err != nil {
		t.Fatal(err)
	}
	for _, want := range [][]string{
		{"[WARN]  here I am: ", "plugin=scribe", "version=1.2.3", "call=c-a", "leg=a"},
		{"[INFO]  printed: ", "plugin=scribe"},
	} {
		until(t, want[0], func() bool {
			for line := range strings.Lines(log.String()) {
				if !slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(line, w) }) {
					return true
				}
			}
			return false
		})
	}
}

// What a plugin says is logged the same way each time, although go-plugin tells the
// pairs of a line in any order.
func TestLogLinesKeepTheirOrder(t *testing.T) {
	log := new(safe)
	logger := relay{hclog.New(&hclog.LoggerOptions{Output: log, DisableTime: true})}.Named("p")
	logger.Info("talked", "seconds", 3.9, "number", "101", "leg", "a", "call", "c", "timestamp", "0001-01-01T00:00:00.000Z")
	logger.Warn("talked", "call", "c", "leg", "a", "timestamp", "2026-01-02T03:04:05.000Z", "number", "101", "seconds", 3.9)
	logger.Error("alone")
	const want = `[INFO]  talked: call=c leg=a number=101 seconds=3.9
[WARN]  talked: call=c leg=a number=101 seconds=3.9 timestamp=2026-01-02T03:04:05.000Z
[ERROR] alone
`
	if got := log.String(); got != want {
		t.Errorf("logged\n%s, not\n%s", got, want)
	}
}

func TestCloseEndsAPluginThatNeverSaysHello(t *testing.T) {
	h := realHost(t, new(safe))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := h.Start(ctx, []Spec{role(t, "p", "silent")}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Start: %v", err)
	}
	began := time.Now()
	h.Close(t.Context())
	if took := time.Since(began); took > startTimeout/2 {
		t.Errorf("Close took %v", took)
	}
	if i := h.List()[0]; i.State != Stopped {
		t.Errorf("listed as %+v", i)
	}
}
