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

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
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
func house() string { return pbx.Office[:strings.Index(pbx.Office, "conference")] + welcome }

// A caller hears a menu that flite speaks, presses a key, and talks to whom it
// leads to.
func TestAMenuIsSpokenAndLeadsOn(t *testing.T) {
	p := pbx.Start(t, "127.0.113.1", house())
	a, _ := p.Phone(1, "udp", "pcmu", false)
	c, saidC := p.Phone(3, "udp", "pcmu", true)
	a.Dial("300")
	a.Wait("CALL_ESTABLISHED")
	time.Sleep(5 * time.Second) // of the prompt
	a.Command("sndcode", "2")
	c.Wait("CALL_ESTABLISHED")
	time.Sleep(6 * time.Second)
	a.Hangup()
	a.Wait("CALL_CLOSED")
	c.Wait("CALL_CLOSED")
	heard := a.Heard()

	spoken := filepath.Join(p.Dir, "question.wav")
	if out, err := exec.Command("flite", "-voice", "rms", "-t", question, "-o", spoken).CombinedOutput(); err != nil {
		t.Fatalf("flite: %v\n%s", err, out)
	}
	first := heard
	first.PCM = heard.PCM[:4*heard.Rate]
	like, _ := sound.Likeness(sound.ReadWAV(t, spoken), first)
	t.Logf("the prompt is like flite's by %.3f", like)
	if like < 0.9 {
		t.Errorf("the prompt that was heard is like flite's by %.3f", like)
	}
	last := heard
	last.PCM = heard.PCM[len(heard.PCM)-11*heard.Rate/2:]
	p.SameSound("101", saidC, last)
}

// The plugin of a menu is killed while it speaks: the caller goes where the
// route says, and the record tells why.
func TestTheMenuIsKilled(t *testing.T) {
	p := pbx.Start(t, "127.0.114.1", house())
	a, _ := p.Phone(1, "udp", "pcmu", false)
	b, saidB := p.Phone(2, "udp", "pcmu", true)
	a.Dial("300")
	a.Wait("CALL_ESTABLISHED")
	time.Sleep(time.Second)
	if err := syscall.Kill(p.Plugin("ivr").PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	b.Wait("CALL_ESTABLISHED")
	time.Sleep(5 * time.Second)
	a.Hangup()
	a.Wait("CALL_CLOSED")
	b.Wait("CALL_CLOSED")
	heard := a.Heard()
	heard.PCM = heard.PCM[len(heard.PCM)-4*heard.Rate:]
	p.SameSound("101", saidB, heard)
	var list []struct {
		Cause string
		Legs  []struct{ Kind, Name, Cause, Text string }
	}
	pbx.Eventually(t, "the call is recorded", func() error {
		if p.Get("/cdr", &list); len(list) != 1 {
			return fmt.Errorf("there are %+v", list)
		}
		return nil
	})
	if l := list[0].Legs; list[0].Cause != "normal" || len(l) != 3 || l[1].Kind != "app" || l[1].Name != "menu.welcome" || l[1].Cause != "plugin_lost" ||
		!strings.Contains(l[1].Text, "plugin ivr ended: signal: killed") {
		t.Errorf("the record is %+v", list)
	}
	pbx.Eventually(t, "ivr is back", func() error {
		if q := p.Plugin("ivr"); q.State != "up" || q.Restarts != 1 {
			return fmt.Errorf("it is %+v", q)
		}
		return nil
	})
}
