//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// The files change under a call: plan says what will become of it, apply and
// SIGHUP do it, broken files are refused whole, and neither the call nor the
// phones notice.
func TestReload(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.64.1", pbx.Office)
	file := filepath.Join(p.Dir, "config.hcl")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	base := string(text)
	a, saidA := p.Phone(1, "udp", "pcmu", false)
	b, saidB := p.Phone(2, "tcp", "pcmu", true)
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	began := time.Now()
	id := p.Calls(1)[0].ID
	plugin := p.Plugin("leg-rtp")

	// Another extension, another listener, and one that talks is taken away.
	const late = "extension \"late\" { number = \"150\" }\n"
	pbx.Write(t, file, strings.NewReplacer(`, b = "102"`, "", `"tcp://127.0.64.1:5060"]`, `"tcp://127.0.64.1:5060", "udp://127.0.64.1:5070"]`).Replace(base)+late)
	out := says(p, 0, "plan")
	for _, want := range []string{
		"+ extension.late", `- extension.desk["b"]`, "its phones are let go, when its 1 call has ended", "udp://127.0.64.1:5070 opened",
		"1 added, 2 changed, 1 removed. 1 live call goes on with revision", "plugboard apply puts",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("plan: nothing of %q in\n%s", want, out)
		}
	}
	if out := says(p, 0, "apply"); !strings.Contains(out, "1 added, 2 changed, 1 removed") || !strings.Contains(out, "is in force.") {
		t.Errorf("apply:\n%s", out)
	}
	if out := says(p, 0, "extension", "show", "150"); !strings.Contains(out, "secret") {
		t.Errorf("the new extension:\n%s", out)
	}
	if out := says(p, 0, "plan"); !strings.Contains(out, "Nothing changes") {
		t.Errorf("plan after apply:\n%s", out)
	}

	// Files that are wrong: said with their place, by either way.
	before := revision(p)
	pbx.Write(t, file, base+"group \"g\" {\n  members = [extension.desc]\n}\n")
	for _, command := range []string{"plan", "apply"} {
		out := says(p, 1, command)
		if !strings.Contains(out, "config.hcl:") || !strings.Contains(out, "Did you mean extension.desk?") || !strings.Contains(out, "the one in force goes on") {
			t.Errorf("%s of broken files:\n%s", command, out)
		}
	}
	hangup(p)
	pbx.Eventually(t, "the log says why SIGHUP was refused", func() error {
		if log := p.Log(); !strings.Contains(log, "the configuration is refused, and the one in force goes on") || !strings.Contains(log, "Did you mean extension.desk?") {
			return errors.New("it does not")
		}
		return nil
	})
	if now := revision(p); now != before {
		t.Errorf("revision %s is in force after broken files, not %s", now, before)
	}

	// And back, by SIGHUP.
	pbx.Write(t, file, base)
	hangup(p)
	pbx.Eventually(t, "the first files are in force again", func() error {
		if revision(p) == before {
			return errors.New("they are not")
		}
		return nil
	})
	time.Sleep(time.Until(began.Add(7 * time.Second))) // what is recorded
	if c := p.Calls(1); c[0].ID != id {
		t.Errorf("the call is %s, it was %s", c[0].ID, id)
	}
	if now := p.Plugin("leg-rtp"); now.PID != plugin.PID || now.Restarts != plugin.Restarts {
		t.Errorf("the plugin is %+v, it was %+v", now, plugin)
	}
	a.Hangup()
	b.Wait("CALL_CLOSED")
	p.Calls(0)
	p.SameSound("102", saidA, b.Heard())
	p.SameSound("101", saidB, a.Heard())
	a.Dial("102") // registered as it was
	a.Wait("CALL_ESTABLISHED")
	a.Hangup()
	p.Calls(0)
}

// Nobody is there to ask: exit code 2.
func TestPlanWithoutADaemon(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "config.hcl")
	pbx.Write(t, file, "web { listen = \"127.0.65.1:1\" }\n")
	for _, command := range []string{"plan", "apply"} {
		if code, out := plugboard(t, command, "--config", file); code != 2 || !strings.Contains(out, "admin token") {
			t.Errorf("%s: exit code %d\n%s", command, code, out)
		}
	}
}

// hangup sends SIGHUP.
func hangup(p *pbx.PBX) { _ = p.Cmd.Process.Signal(syscall.SIGHUP) }

// says runs a command, checks its exit code, and returns what it said.
func says(p *pbx.PBX, code int, args ...string) string {
	p.T.Helper()
	out, err := p.Command(args...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		p.T.Fatal(err)
	}
	if got != code {
		p.T.Errorf("plugboard %s: exit code %d, want %d\n%s", strings.Join(args, " "), got, code, out)
	}
	return out
}

// revision is that of the configuration in force.
func revision(p *pbx.PBX) string {
	p.T.Helper()
	var s struct{ Revision string }
	p.Get("/status", &s)
	if s.Revision == "" {
		p.T.Fatal(fmt.Errorf("/status tells no revision"))
	}
	return s.Revision
}

// The API moves: what is under way on the old address is answered there, event
// streams go on, and new requests find it on the new one only.
func TestReloadMovesTheAPI(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.66.1", pbx.Office)
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, "ws://"+p.IP+":8080/api/v1/events", &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer " + p.Token}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	ws.SetReadLimit(1 << 20)
	file := filepath.Join(p.Dir, "config.hcl")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pbx.Write(t, file, strings.Replace(string(text), p.IP+":8080", p.IP+":8081", 1))
	if out := says(p, 0, "apply"); !strings.Contains(out, p.IP+":8081 is opened") { // by the old address
		t.Errorf("apply:\n%s", out)
	}
	pbx.Eventually(t, "the old address is closed", func() error {
		if _, _, err := p.Health(); err == nil {
			return errors.New("it answers")
		}
		return nil
	})
	if out := says(p, 0, "status", "--url", "http://"+p.IP+":8081"); !strings.Contains(out, "is ready") {
		t.Errorf("status at the new address:\n%s", out)
	}
	for seen := ""; !strings.Contains(seen, "config.applied"); {
		_, message, err := ws.Read(ctx)
		if err != nil {
			t.Fatalf("the event stream ended: %v", err)
		}
		seen = string(message)
	}
}
