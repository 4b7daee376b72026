//go:build e2e

package browser

import (
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// The admin sees a live call and its ladder, and ends it; writes a mistake into the
// dialplan and is shown where; corrects it, sees what it changes, puts it in force;
// adds another route by the form; and that one takes a call.
func TestDesk(t *testing.T) {
	p := pbx.Start(t, "127.0.200.1", pbx.Office)
	a, _ := p.Phone(1, "udp", "pcmu", false)
	p.Phone(2, "udp", "pcmu", true)
	b := start(t, p, options{})
	g := b.signIn("desk", "admin", place{Path: "/#/calls"})
	g.see("", "Nobody talks")

	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	g.see("table", "Live calls")
	g.click("link", "101")
	g.see("button", "INVITE (SDP), from 101 to plugboard")
	g.see("button", "200 OK, from plugboard to 101")
	g.click("tab", "What happened")
	g.see("button", "End the call")
	g.click("button", "End the call")
	a.Wait("CALL_CLOSED")
	g.see("link", "Its record")
	g.click("link", "Its record")
	g.see("table", "Parties")

	g.click("link", "Dialplan")
	g.see("textbox", "Text of config.hcl")
	var file struct{ Text string }
	p.Get("/config/files/config.hcl", &file)
	route := func(to string) string {
		return strings.Replace(file.Text, "  route \"echo\" {", "  route \"again\" {\n    match = \"555\"\n    to    = "+to+"\n  }\n  route \"echo\" {", 1)
	}
	write := func(text string) {
		g.do("fill", map[string]any{"role": "textbox", "name": "Text of config.hcl", "value": text}, nil)
	}
	write(route("eco()"))
	g.see("", "One error")
	g.see("list", "What is wrong")
	write(route("echo()"))
	g.miss("", "One error")
	g.click("tab", "Plan (1)")
	g.see("list", "What changes")
	g.click("button", "Write and apply")
	g.see("", "The configuration is in force.")

	g.click("tab", "Routes")
	g.click("button", "Add a route to internal")
	g.fill("Name", "By the form")
	g.fill("Numbers", "556, 557")
	g.fill("To", "echo()")
	g.click("button", "Look at the change")
	g.see("list", "What changes")
	g.click("button", "Write and apply")
	g.see("", "Written, and in force.")
	p.Get("/config/files/config.hcl", &file)
	if !strings.Contains(file.Text, `route "again"`) || !strings.Contains(file.Text, "  route \"by_the_form\" {\n    match = [\"556\", \"557\"]\n    to    = echo()\n  }\n") {
		t.Errorf("the file holds\n%s", file.Text)
	}
	a.Dial("557")
	a.Wait("CALL_ESTABLISHED")
	g.do("go", map[string]any{"path": "/#/calls"}, nil)
	g.see("table", "Live calls")
	a.Hangup()
	g.see("", "Nobody talks")
}

// With five hundred calls the page keeps as many rows as can be seen. How long its
// frames take is told, beside 50 ms.
func TestDeskWithManyCalls(t *testing.T) {
	p := pbx.Start(t, "127.0.201.1", pbx.Office)
	b := start(t, p, options{script: "desk.mjs"})
	g := b.signIn("desk", "admin", place{Path: "/#/calls"})
	var did struct {
		Frames, Rows, Said int
		P50, P99, Max, CPU float64 // ms: on the clock, and of the processor in the longest task
	}
	g.do("busy", map[string]any{"calls": 500, "seconds": 5}, &did)
	t.Logf("500 calls, 500 changes a second, scrolled: the longest task takes %.1f ms of the processor (at most 50); %d frames, on the clock p50 %.1f ms, p99 %.1f, max %.1f; %d rows of %d calls",
		did.CPU, did.Frames, did.P50, did.P99, did.Max, did.Rows, did.Said)
	if did.Said < 499 || did.Said > 501 || did.Rows > 100 {
		t.Errorf("%d rows of %d calls", did.Rows, did.Said)
	}
}
