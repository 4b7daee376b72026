//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
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

// plugboard runs a command line, and returns its exit code and all that it said.
func plugboard(t *testing.T, args ...string) (int, string) {
	t.Helper()
	cmd := exec.Command(filepath.Join(os.Getenv("PLUGBOARD_BIN"), "plugboard"), args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// What cannot start says why and where, and its exit code says whose fault it is.
func TestStartThatFails(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.50.1", pbx.Office)
	site := func(name, data, sip, web, more string) string {
		file := filepath.Join(p.Dir, name)
		pbx.Write(t, file, fmt.Sprintf("pbx { data_dir = %q }\nsip { listen = [%q] }\nweb { listen = %q }\n%s", data, sip, web, more))
		return file
	}
	pbx.Write(t, filepath.Join(p.Dir, "occupied"), "")
	for _, c := range []struct {
		file string
		code int
		want []string
	}{
		{site("sip.hcl", "d1", "udp://127.0.50.1:5060", "127.0.50.2:8080", ""), 2, []string{"udp://127.0.50.1:5060", "address already in use", "another PBX"}},
		{site("tcp.hcl", "d2", "tcp://127.0.50.1:5060", "127.0.50.2:8080", ""), 2, []string{"tcp://127.0.50.1:5060", "address already in use"}},
		{site("web.hcl", "d3", "udp://127.0.50.2:5060", "127.0.50.1:8080", ""), 2, []string{"HTTP", "127.0.50.1:8080", "address already in use", "another Plugboard"}},
		{site("elsewhere.hcl", "d4", "udp://192.0.2.1:5060", "127.0.50.2:8080", ""), 2, []string{"192.0.2.1", "not this machine's"}},
		{site("data.hcl", "occupied", "udp://127.0.50.2:5060", "127.0.50.2:8080", ""), 2, []string{"data directory", "occupied", "data_dir"}},
		{site("wrong.hcl", "d5", "udp://127.0.50.2:5060", "127.0.50.2:8080", "extension \"a\" {\n  nummber = \"1\"\n}\n"), 1, []string{"wrong.hcl:5", "nummber", "number"}},
		{filepath.Join(p.Dir, "none.hcl"), 1, []string{"none.hcl"}},
	} {
		code, out := plugboard(t, "run", "--config", c.file)
		if code != c.code {
			t.Errorf("%s: exit code %d, wanted %d\n%s", filepath.Base(c.file), code, c.code, out)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%s: nothing of %q in\n%s", filepath.Base(c.file), want, out)
			}
		}
	}
	if _, err := pbx.Options(p.IP); err != nil {
		t.Errorf("the one that runs was disturbed: %v", err)
	}
}

// Every error of every file is named at once, for people and for editors.
func TestValidateSeveralFiles(t *testing.T) {
	dir := t.TempDir()
	pbx.Write(t, filepath.Join(dir, "a.hcl"), "group \"g\" {\n  members = [extension.anne]\n}\n")
	pbx.Write(t, filepath.Join(dir, "b.hcl"), "extension \"anna\" {\n  number = \"101\"\n  ringg  = \"5s\"\n}\nnonsense {}\n")
	code, out := plugboard(t, "validate", dir)
	if code != 1 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"a.hcl:2:14", "extension.anne", "Did you mean extension.anna?", "b.hcl:3", "ringg", "b.hcl:5:1", "nonsense"} {
		if !strings.Contains(out, want) {
			t.Errorf("nothing of %q in\n%s", want, out)
		}
	}
	code, out = plugboard(t, "validate", "--json", dir)
	var list []struct {
		Severity, Summary string
		Range             struct {
			File  string
			Start struct{ Line int }
		}
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil || code != 1 {
		t.Fatalf("exit code %d, %v\n%s", code, err, out)
	}
	seen := map[string]bool{}
	for _, d := range list {
		seen[fmt.Sprintf("%s:%d", filepath.Base(d.Range.File), d.Range.Start.Line)] = d.Severity == "error"
	}
	for _, want := range []string{"a.hcl:2", "b.hcl:3", "b.hcl:5"} {
		if !seen[want] {
			t.Errorf("no error at %s in %v", want, seen)
		}
	}
	if code, _ := plugboard(t, "status", "--url", "http://127.0.51.1:1"); code != 1 && code != 2 {
		t.Errorf("without a daemon: exit code %d", code)
	}
}

// Without its leg plugin the daemon runs, answers, and says why it is not ready.
func TestHealthWithoutLegPlugin(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "bin")
	if err := os.MkdirAll(filepath.Join(bin, "plugins"), 0o755); err != nil {
		t.Fatal(err)
	}
	copyFile(t, filepath.Join(os.Getenv("PLUGBOARD_BIN"), "plugboard"), filepath.Join(bin, "plugboard"))
	p := pbx.Launch(t, bin, "127.0.52.1", "", pbx.Office)
	pbx.Eventually(t, "/healthz names the plugin", func() error {
		status, text, err := p.Health()
		if err == nil && (status != 503 || !strings.Contains(text, "leg-rtp")) {
			err = fmt.Errorf("%d: %s", status, text)
		}
		return err
	})
	if _, err := pbx.Options(p.IP); err != nil {
		t.Errorf("OPTIONS without the plugin: %v", err)
	}
	p.Authorise()
	if q := p.Plugin("leg-rtp"); q.State == "up" {
		t.Errorf("the plugin is %+v", q)
	}
	if got := ask(t, "127.0.52.9", p.IP, bareInvite); !strings.HasPrefix(got, "SIP/2.0 401") {
		t.Errorf("a call got %.60s", got)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, b, 0o755); err != nil {
		t.Fatal(err)
	}
}

// ask sends a message from an address, and returns the answer.
func ask(t *testing.T, from, ip, message string) string {
	t.Helper()
	addr, err := net.ResolveUDPAddr("udp", from+":0")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.DialUDP("udp", addr, &net.UDPAddr{IP: net.ParseIP(ip), Port: 5060})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	me := conn.LocalAddr().String()
	text := strings.NewReplacer("\n", "\r\n", "ME", me, "PBX", ip, "NN", fmt.Sprint(time.Now().UnixNano())).Replace(message)
	buf := make([]byte, 65536)
	for range 10 { // as SIP does: again until something comes
		if _, err := conn.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
		if n, err := conn.Read(buf); err == nil {
			return string(buf[:n])
		}
	}
	t.Fatalf("no answer to %.40q", text)
	return ""
}

const bareInvite = `INVITE sip:102@PBX SIP/2.0
Via: SIP/2.0/UDP ME;rport;branch=z9hG4bKNN
Max-Forwards: 70
From: <sip:101@PBX>;tag=NN
To: <sip:102@PBX>
Call-ID: NN
CSeq: 1 INVITE
Contact: <sip:101@ME>
Content-Length: 0

`

// SIGTERM drains: the call goes on, a new one is refused with 503 and told
// when to come back, /healthz says so; when the last call ends the daemon does.
func TestDrain(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.53.1", pbx.Office)
	a, _ := p.Phone(1, "udp", "pcmu", false)
	b, _ := p.Phone(2, "tcp", "pcmu", true)
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	p.Calls(1)
	p.Terminate()
	pbx.Eventually(t, "/healthz says that it drains", func() error {
		status, text, err := p.Health()
		if err == nil && (status != 503 || !strings.Contains(text, "draining")) {
			err = fmt.Errorf("%d: %s", status, text)
		}
		return err
	})
	if got := ask(t, "127.0.53.9", p.IP, bareInvite); !strings.HasPrefix(got, "SIP/2.0 503") || !strings.Contains(got, "Retry-After: ") {
		t.Errorf("a new call got %s", got)
	}
	p.Calls(1) // goes on
	a.Hangup()
	b.Wait("CALL_CLOSED")
	if err := p.Ended(); err != nil {
		t.Errorf("ended with %v", err)
	}
}

// Live calls are ended at the drain's time-out, or at once by a second SIGTERM;
// the phones are told.
func TestDrainIsBounded(t *testing.T) {
	t.Parallel()
	for name, ip := range map[string]string{"time-out": "127.0.54.1", "second SIGTERM": "127.0.55.1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := []string{"--drain-timeout", "1s"}
			if name != "time-out" {
				args = []string{"--drain-timeout", "10m"}
			}
			p := pbx.StartWith(t, ip, "", pbx.Office, args...)
			a, _ := p.Phone(1, "udp", "pcmu", false)
			b, _ := p.Phone(2, "tcp", "pcmu", true)
			a.Dial("102")
			a.Wait("CALL_ESTABLISHED")
			b.Wait("CALL_ESTABLISHED")
			p.Calls(1)
			p.Terminate()
			if name != "time-out" {
				pbx.Eventually(t, "it drains", func() error {
					if status, text, _ := p.Health(); !strings.Contains(text, "draining") {
						return fmt.Errorf("%d %s", status, text)
					}
					return nil
				})
				p.Terminate()
			}
			a.Wait("CALL_CLOSED")
			b.Wait("CALL_CLOSED")
			if err := p.Ended(); err != nil {
				t.Errorf("ended with %v", err)
			}
		})
	}
}

// A program asks for a call over HTTP: both phones ring and hear each other,
// and all of it is told to who listens to the events.
func TestOriginateAndEvents(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.56.1", pbx.Office)
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, "ws://"+p.IP+":8080/api/v1/events", &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer " + p.Token}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	ws.SetReadLimit(1 << 20)
	type message struct {
		Seq  uint64
		Type string
		Data json.RawMessage
	}
	heard := make(chan message, 1024)
	go func() {
		defer close(heard)
		for {
			_, text, err := ws.Read(ctx)
			if err != nil {
				return
			}
			var m message
			if json.Unmarshal(text, &m) == nil {
				heard <- m
			}
		}
	}()
	var last uint64
	seen := map[string]int{}
	until := func(kind string) message {
		t.Helper()
		for {
			select {
			case m, ok := <-heard:
				if !ok {
					t.Fatalf("the stream ended before %s; seen: %v", kind, seen)
				}
				if last != 0 && m.Seq != last+1 {
					t.Errorf("event %d follows %d", m.Seq, last)
				}
				last = m.Seq
				seen[m.Type]++
				if m.Type == kind {
					return m
				}
			case <-time.After(15 * time.Second):
				t.Fatalf("no %s; seen: %v", kind, seen)
			}
		}
	}
	until("snapshot")
	a, saidA := p.Phone(1, "udp", "pcmu", true)
	b, saidB := p.Phone(2, "tcp", "pcma", true)
	until("device.registered")
	until("device.registered")

	out, err := p.Command("call", "101", "102")
	if err != nil {
		t.Fatalf("plugboard call: %v\n%s", err, out)
	}
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	started := until("call.started")
	until("call.answered")
	id := p.Calls(1)[0].ID
	if !bytes.Contains(started.Data, []byte(id)) {
		t.Errorf("call.started is %s, the call is %s", started.Data, id)
	}
	time.Sleep(5 * time.Second) // what is recorded
	if out, err := p.Command("hangup", id); err != nil {
		t.Errorf("plugboard hangup: %v\n%s", err, out)
	}
	a.Wait("CALL_CLOSED")
	b.Wait("CALL_CLOSED")
	ended := until("call.ended")
	if !bytes.Contains(ended.Data, []byte(id)) {
		t.Errorf("call.ended is %s", ended.Data)
	}
	if seen["leg.added"] < 2 || seen["leg.removed"] < 2 {
		t.Errorf("seen: %v", seen)
	}
	p.Calls(0)
	p.SameSound("102", saidA, b.Heard())
	p.SameSound("101", saidB, a.Heard())
	if out, err := p.Command("trace", id); err != nil || !strings.Contains(out, "BYE") || !strings.Contains(out, "INVITE") {
		t.Errorf("the trace of the finished call: %v\n%s", err, out)
	}
}

// No secret and no answer to a challenge is in the log, however much is logged,
// nor in a trace.
func TestNoSecretInTheLog(t *testing.T) {
	t.Parallel()
	const hidden = "Zq7-swordfish"
	p := pbx.StartWith(t, "127.0.57.1", "", pbx.Office+`
variable "key" {
  sensitive = true
  default   = "`+hidden+`"
}
extension "safe" {
  number = "109"
  secret = var.key
}
`, "--log-level", "trace")
	a, _ := p.Phone(1, "udp", "pcmu", false)
	b, _ := p.Phone(2, "tcp", "pcmu", true)
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	id := p.Calls(1)[0].ID
	trace, err := p.Command("trace", id)
	if err != nil {
		t.Fatalf("plugboard trace: %v\n%s", err, trace)
	}
	more, err := p.Command("trace", id, "--json")
	if err != nil {
		t.Fatalf("plugboard trace --json: %v\n%s", err, more)
	}
	a.Hangup()
	p.Calls(0)
	// A wrong secret, and a request that cannot be parsed but has credentials.
	ask(t, "127.0.57.9", p.IP, strings.Replace(bareInvite, "Content-Length", `Authorization: Digest username="101", realm="plugboard", nonce="x", uri="sip:102@PBX", response="0123456789abcdef0123456789abcdef"`+"\nContent-Length", 1))
	ask(t, "127.0.57.9", p.IP, strings.Replace(bareInvite, "Content-Length", `Authorization: Digest username="101", response="0123456789abcdef0123456789abcdef"`+"\nCSeq: x"+"\nContent-Length", 1))
	generated, _ := os.ReadFile(filepath.Join(p.Dir, "data", "secrets"))
	forbidden := []string{hidden, "k9-Vq2-hTw", "0123456789abcdef0123456789abcdef", `response="`, p.Token}
	for _, w := range strings.Fields(string(generated)) {
		if len(w) > 11 {
			forbidden = append(forbidden, w)
		}
	}
	for name, text := range map[string]string{"the log": p.Log(), "the trace": trace, "the trace as JSON": more} {
		for _, secret := range forbidden {
			if strings.Contains(text, secret) && !(secret == `response="` && strings.Count(text, secret) == strings.Count(text, `response="…"`)) {
				t.Errorf("%s holds %q", name, secret)
			}
		}
	}
}

// What no phone sends comes in bursts over UDP and TCP while a call is up:
// the call does not suffer, and the daemon answers.
func TestBurstsDuringACall(t *testing.T) {
	p := pbx.Start(t, "127.0.58.1", pbx.Office)
	a, saidA := p.Phone(1, "udp", "pcmu", false)
	b, saidB := p.Phone(2, "tcp", "pcmu", true)
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	id := p.Calls(1)[0].ID
	began := time.Now()
	sent := burst(t, p.IP, "127.0.58.9", 4*time.Second)
	time.Sleep(time.Until(began.Add(7 * time.Second))) // what is recorded
	if _, err := pbx.Options(p.IP); err != nil {
		t.Errorf("OPTIONS after the bursts: %v", err)
	}
	if c := p.Calls(1); c[0].ID != id {
		t.Errorf("the call is %s, it was %s", c[0].ID, id)
	}
	a.Hangup()
	b.Wait("CALL_CLOSED")
	p.Calls(0)
	t.Logf("%d messages in 4 s", sent)
	p.SameSound("102", saidA, b.Heard())
	p.SameSound("101", saidB, a.Heard())
	if err := syscall.Kill(p.Cmd.Process.Pid, 0); err != nil {
		t.Error(err)
	}
}

// Messages much larger than a packet of a network pass whole over UDP, both
// ways: a request of a phone, its answer, and the request that we send on.
func TestLargeMessages(t *testing.T) {
	t.Parallel()
	ip := "127.0.60.1"
	p := pbx.Start(t, ip, strings.NewReplacer("EAST", pbx.Sibling(ip, 2), "WEST", pbx.Sibling(ip, 3)).Replace(providers))
	west, err := net.ListenPacket("udp", pbx.Sibling(ip, 3)+":5060")
	if err != nil {
		t.Fatal(err)
	}
	defer west.Close()
	large := ""
	for i := range 8 {
		large += fmt.Sprintf("X-Large-%d: %s\n", i, strings.Repeat("x", 900))
	}
	via := ""
	for i := range 40 { // a response holds them all again
		via += fmt.Sprintf("Via: SIP/2.0/UDP proxy%d.example.net;branch=z9hG4bK%d\n", i, i)
	}
	invite := strings.NewReplacer("sip:102@", "sip:101@", "Max-Forwards", via+large+"Max-Forwards").Replace(bareInvite)
	got := ask(t, pbx.Sibling(ip, 2), p.IP, invite)
	if len(got) < 1500 || strings.Count(got, "proxy") != 40 {
		t.Errorf("the answer has %d bytes: %.200s", len(got), got)
	}
	buf := make([]byte, 65536)
	_ = west.SetReadDeadline(time.Now().Add(10 * time.Second))
	n, _, err := west.ReadFrom(buf)
	if err != nil || n < 7200 || strings.Count(string(buf[:n]), strings.Repeat("x", 900)) != 8 {
		t.Errorf("passed on were %d bytes (%v)", n, err)
	}
}
