//go:build e2e

package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// The admin does to a live call what can be done to one, to a conference and to a queue;
// finds a call in the history, exports what was found, and looks at plugins and the log.
func TestDeskActs(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.207.1", pbx.Office+`
plugin "recorder" {
  path = "recorder"
  config { min_free_mb = 1 }
}
queue "help" {
  number  = "850"
  members = [extension.desk["a"]]
}
`)
	file := filepath.Join(p.Dir, "config.hcl")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pbx.Write(t, file, strings.Replace(string(text), `data_dir = "data"`, "\n  data_dir  = \"data\"\n  listen_in = true\n", 1))
	if out, err := p.Command("apply"); err != nil {
		t.Fatalf("apply: %v\n%s", err, out)
	}
	first, _ := p.Phone(1, "udp", "pcmu", false)
	second, _ := p.Phone(2, "udp", "pcmu", true)
	third, _ := p.Phone(3, "udp", "pcmu", true)
	fourth, _ := p.Phone(4, "udp", "pcmu", true)
	b := start(t, p, options{})
	g := b.signIn("desk", "admin", place{})
	menu := func(what, act string) {
		t.Helper()
		g.click("button", "What to do with "+what)
		g.click("menuitem", act)
	}
	says := func(text string) {
		t.Helper()
		g.do("see", map[string]any{"text": text, "exact": false}, nil)
	}
	confirm := func(button string) { // in the dialog, whose button may be named as that which opened it
		t.Helper()
		g.evaluate(`(name) => [...document.querySelectorAll('wa-dialog[open] button')].find((b) => b.textContent.trim() === name).click()`, button, nil)
	}

	first.Dial("102")
	second.Wait("CALL_ESTABLISHED")
	g.click("link", "101")
	g.click("button", "Record")
	says("The call is recorded")
	g.click("button", "Pause recording")
	g.click("button", "Record on")
	g.click("button", "Stop recording")
	g.see("button", "Record")
	menu("102", "Mute")
	says("extension · muted")
	menu("102", "Let them be heard")
	g.do("miss", map[string]any{"text": "extension · muted", "exact": false}, nil)
	menu("102", "Put on hold")
	says("extension · on hold")
	menu("102", "Resume")

	g.click("button", "Listen in")
	g.do("choose", map[string]any{"label": "Whose phone rings", "option": "103 (103)"}, nil)
	confirm("Ring")
	third.Wait("CALL_ESTABLISHED")
	says("extension · listens in")
	third.Hangup()
	third.Wait("CALL_CLOSED")

	g.click("button", "Add")
	g.fill("Number", "103")
	confirm("Call them")
	third.Wait("CALL_ESTABLISHED")
	menu("103", "End this party")
	third.Wait("CALL_CLOSED")

	g.click("button", "Transfer")
	g.do("choose", map[string]any{"label": "Who is sent elsewhere", "option": "101"}, nil)
	g.fill("Number", "104")
	confirm("Transfer")
	fourth.Wait("CALL_ESTABLISHED")
	second.Wait("CALL_CLOSED")
	first.Hangup()
	fourth.Wait("CALL_CLOSED")
	p.Calls(0)

	g.click("link", "History")
	g.fill("Number", "105")
	g.see("", "No call is found.")
	g.fill("Number", "102")
	var rows int
	pbx.Eventually(t, "the call is found", func() error {
		if g.evaluate(`() => document.querySelectorAll('table[aria-label="Calls that are over"] tbody tr').length`, nil, &rows); rows == 0 {
			return fmt.Errorf("there are no rows")
		}
		return nil
	})
	var export string
	g.evaluate(`async () => (await fetch(document.querySelector('a[download="calls.csv"]').href)).text()`, nil, &export)
	if lines := strings.Split(strings.TrimSpace(export), "\n"); len(lines) != rows+1 || !strings.Contains(export, "102") {
		t.Errorf("%d calls that were found are exported as\n%s", rows, export)
	}
	g.click("link", "101")
	says("Listened in")
	says("baresip")

	first.Dial("800")
	third.Dial("800")
	third.Wait("CALL_ESTABLISHED")
	g.click("link", "Conferences")
	g.click("button", "Lock")
	g.see("button", "Unlock")
	g.click("button", "Mute 101")
	g.see("button", "Let 101 be heard")
	g.click("button", "Kick 103 out")
	third.Wait("CALL_CLOSED")
	first.Hangup()
	first.Wait("CALL_CLOSED")

	g.click("link", "Queues")
	menu("agent 101 of help", "Log out")
	says("logged out")
	menu("agent 101 of help", "Log in")
	g.do("miss", map[string]any{"text": "logged out", "exact": false}, nil)

	g.click("link", "Plugins")
	for _, what := range []string{"recorder", "Restarts", "Frame latency p99"} {
		says(what)
	}
	g.click("link", "Logs")
	says("plugin is up")
	g.do("choose", map[string]any{"label": "At least", "option": "errors"}, nil)
	g.do("miss", map[string]any{"text": "plugin is up", "exact": false}, nil)
	g.do("choose", map[string]any{"label": "At least", "option": "all"}, nil)
	g.fill("Find in the log", "plugin=recorder")
	says("plugin is up")
	p.Calls(0)
}
