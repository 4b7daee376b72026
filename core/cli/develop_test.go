package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/cli"
)

// screen is what a command has written so far.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

func (s *screen) shows(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		s.mu.Lock()
		all := s.b.String()
		s.mu.Unlock()
		if strings.Contains(all, text) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("it does not show %q:\n%s", text, all)
		}
	}
}

// workshop is a daemon that lets plugins be upgraded.
func workshop(t *testing.T) (url string, upgrades chan string) {
	upgrades = make(chan string, 10)
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "GET /api/v1/plugins/meter/log":
			_, _ = fmt.Fprintln(w, "12:00:00 [INFO]  level\x1b[31m: of=101")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		case "POST /api/v1/plugins/meter/upgrade":
			if n++; n == 2 {
				w.WriteHeader(http.StatusUnprocessableEntity)
				_, _ = fmt.Fprint(w, `{"detail": "the new process did not come up, and the old one goes on: exec format error"}`)
			} else {
				_, _ = fmt.Fprintf(w, `{"name": "meter", "version": "1.0.%d", "pid": %d}`, n, 100+n)
			}
			upgrades <- "meter"
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL, upgrades
}

// Each change of a plugin's program is taken to the daemon once, with what became of
// it; with --build, each change of its sources is.
func TestPluginDev(t *testing.T) {
	url, upgrades := workshop(t)
	t.Setenv("PLUGBOARD_URL", url)
	t.Setenv("PLUGBOARD_TOKEN", "secret")
	t.Setenv("PLUGBOARD_CONFIG", "")
	dir := t.TempDir()
	program, source := filepath.Join(dir, "out", "meter"), filepath.Join(dir, "meter.src")
	config := filepath.Join(t.TempDir(), "config.hcl")
	write(t, program, "one")
	write(t, source, "one")
	write(t, config, fmt.Sprintf("plugin \"meter\" {\n  path = %q\n}\n", program))

	begin := func(args ...string) (*screen, func()) {
		ctx, cancel := context.WithCancel(t.Context())
		out := new(screen)
		done := make(chan int, 1)
		p := cli.Program{Version: "1.2.3", Stdout: out, Stderr: out, Now: time.Now,
			Daemon: func(context.Context, cli.RunOptions) error { return nil }}
		go func() { done <- p.Run(ctx, append([]string{"plugin", "dev", program, "--config", config}, args...)) }()
		out.shows(t, "Plugin meter runs ")
		out.shows(t, "[INFO]  level?[31m: of=101")
		return out, func() { // an interrupt
			cancel()
			if code := <-done; code != cli.Done {
				t.Errorf("it ended with %d: %s", code, out.b.String())
			}
		}
	}
	out, end := begin()
	write(t, program, "two, longer")
	out.shows(t, "meter 1.0.1 takes new calls (pid 101, ")
	write(t, program, "three, and longer")
	out.shows(t, "the old one goes on: exec format error")
	end()
	if len(upgrades) != 2 {
		t.Errorf("%d upgrades, want 2", len(upgrades))
	}

	out, end = begin("--watch", dir, "--build", "cp "+source+" "+program+"; echo built; grep -qv broken "+source)
	write(t, source, "four, which is built from sources")
	out.shows(t, "\nbuilt\n")
	out.shows(t, "meter 1.0.3 takes new calls")
	write(t, source, "broken")
	out.shows(t, "exit status 1. The plugin goes on as it is.")
	end()

	for name, c := range map[string]struct{ block, want string }{
		"no block":     {"", "no plugin block of " + config + " runs this program"},
		"a pinned one": {fmt.Sprintf("plugin \"meter\" {\n  path = %q\n  sha256 = %q\n}\n", program, strings.Repeat("a", 64)), "pinned to what it is by sha256"},
	} {
		write(t, config, c.block)
		var errs bytes.Buffer
		p := cli.Program{Version: "1.2.3", Stdout: &errs, Stderr: &errs, Now: time.Now, Daemon: func(context.Context, cli.RunOptions) error { return nil }}
		if code := p.Run(t.Context(), []string{"plugin", "dev", program, "--config", config}); code != cli.Wrong || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%s: %d %s", name, code, errs.String())
		}
	}
}
