//go:build e2e

package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	question = "For sales press one and for support press two please."
	welcome  = `
menu "welcome" {
  prompt = say("` + question + `")
  key "1" { to = extension.desk["b"] }
  key "2" { to = extension.desk["c"] }
}
dialplan "desks" {
  from = [extension.desk]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "welcome" {
    match          = "300"
    to             = menu.welcome
    on_plugin_lost = extension.desk["b"]
  }
}
`
)

// house is the desks of the office, with a menu.
func house() string { return office[:strings.Index(office, "conference")] + welcome }

// A caller hears a menu that flite speaks, presses a key, and talks to whom it
// leads to.
func TestAMenuIsSpokenAndLeadsOn(t *testing.T) {
	p := startPBX(t, "127.0.113.1", house())
	a, _ := p.phone(1, "udp", "pcmu", false)
	c, saidC := p.phone(3, "udp", "pcmu", true)
	a.dial("300")
	a.wait("CALL_ESTABLISHED")
	time.Sleep(5 * time.Second) // of the prompt
	a.command("sndcode", "2")
	c.wait("CALL_ESTABLISHED")
	time.Sleep(6 * time.Second)
	a.hangup()
	a.wait("CALL_CLOSED")
	c.wait("CALL_CLOSED")
	heard := a.heard()

	spoken := filepath.Join(p.dir, "question.wav")
	if out, err := exec.Command("flite", "-voice", "rms", "-t", question, "-o", spoken).CombinedOutput(); err != nil {
		t.Fatalf("flite: %v\n%s", err, out)
	}
	first := heard
	first.pcm = heard.pcm[:4*heard.rate]
	like, _ := likeness(readWAV(t, spoken), first)
	t.Logf("the prompt is like flite's by %.3f", like)
	if like < 0.9 {
		t.Errorf("the prompt that was heard is like flite's by %.3f", like)
	}
	last := heard
	last.pcm = heard.pcm[len(heard.pcm)-11*heard.rate/2:]
	p.sameSound("101", saidC, last)
}

// The plugin of a menu is killed while it speaks: the caller goes where the
// route says, and the record tells why.
func TestTheMenuIsKilled(t *testing.T) {
	p := startPBX(t, "127.0.114.1", house())
	a, _ := p.phone(1, "udp", "pcmu", false)
	b, saidB := p.phone(2, "udp", "pcmu", true)
	a.dial("300")
	a.wait("CALL_ESTABLISHED")
	time.Sleep(time.Second)
	if err := syscall.Kill(p.plugin("ivr").PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	b.wait("CALL_ESTABLISHED")
	time.Sleep(5 * time.Second)
	a.hangup()
	a.wait("CALL_CLOSED")
	b.wait("CALL_CLOSED")
	heard := a.heard()
	heard.pcm = heard.pcm[len(heard.pcm)-4*heard.rate:]
	p.sameSound("101", saidB, heard)
	var list []struct {
		Cause string
		Legs  []struct{ Kind, Name, Cause, Text string }
	}
	eventually(t, "the call is recorded", func() error {
		if p.get("/cdr", &list); len(list) != 1 {
			return fmt.Errorf("there are %+v", list)
		}
		return nil
	})
	if l := list[0].Legs; list[0].Cause != "normal" || len(l) != 3 || l[1].Kind != "app" || l[1].Name != "menu.welcome" || l[1].Cause != "plugin_lost" ||
		!strings.Contains(l[1].Text, "plugin ivr ended: signal: killed") {
		t.Errorf("the record is %+v", list)
	}
	eventually(t, "ivr is back", func() error {
		if q := p.plugin("ivr"); q.State != "up" || q.Restarts != 1 {
			return fmt.Errorf("it is %+v", q)
		}
		return nil
	})
}
