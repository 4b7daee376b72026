//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// What the phone is told: one sentence, about five seconds.
const closed = "Our office is closed today, and nobody can take your call before tomorrow."

const announcements = `
extension "desk" {
  for_each = { a = "101", b = "102" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
plugin "slow" {
  path = "tts-command"
  config {
    # Four seconds of noise, a second for that to arrive, and then nothing.
    command = ["sh", "-c", "head -c 64000 /dev/urandom; sleep 1; echo > SAID; sleep 60"]
    format  = "raw"
    rate    = 8000
  }
}
plugin "voice" {
  path = "tts-command"
}
dialplan "internal" {
  from = [extension.desk]
  route "closed" {
    match = "50"
    to    = play(say("` + closed + `", { engine = plugin.voice }))
  }
  route "early" {
    match = "51"
    to    = play(say("` + closed + `", { engine = plugin.voice }), { answer = false, cause = "not_found" })
  }
  route "slow" {
    match = "52"
    to    = play(say("${call.from.number} waits", { engine = plugin.slow }))
  }
}
`

// A phone hears what flite makes of a text, and then the call ends.
func TestAPhoneHearsFlite(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.37.1", announcements)
	file := filepath.Join(p.Dir, "flite.wav")
	if out, err := exec.Command("flite", "-voice", "rms", "-t", closed, "-o", file).CombinedOutput(); err != nil {
		t.Fatalf("flite: %v: %s (is it installed? .ci/packages run does it)", err, out)
	}
	said := sound.ReadWAV(t, file)
	a, _ := p.Phone(1, "udp", "pcmu", false)
	a.Dial("50")
	a.Wait("CALL_ESTABLISHED")
	a.Wait("CALL_CLOSED")
	p.Calls(0)
	p.SameSound("101", said, a.Heard())
	out, err := p.Command("prompt")
	if err != nil || !strings.Contains(out, "Our office is closed today") || !strings.Contains(out, "voice") {
		t.Errorf("plugboard prompt: %v\n%s", err, out)
	}
}

// The plugin that speaks is killed in the middle of a prompt: what it had said is
// heard, the call ends as it would, and the next one is spoken by its next life.
func TestKillOfASpeechPlugin(t *testing.T) {
	has := filepath.Join(t.TempDir(), "said")
	p := pbx.Start(t, "127.0.38.1", strings.Replace(announcements, "SAID", has, 1))
	a, _ := p.Phone(1, "udp", "pcmu", false)
	for range 2 {
		a.Dial("52")
		a.Wait("CALL_ESTABLISHED")
		pbx.Eventually(t, "the plugin has spoken", func() error { _, err := os.Stat(has); return err })
		if err := os.Remove(has); err != nil {
			t.Fatal(err)
		}
		before := p.Plugin("slow")
		if err := syscall.Kill(before.PID, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		a.Wait("CALL_CLOSED")
		if talked := time.Since(began); talked < time.Second {
			t.Errorf("the call ended %v after the kill: what was said was not heard", talked)
		}
		p.Calls(0)
		pbx.Eventually(t, "the plugin is back", func() error {
			if now := p.Plugin("slow"); now.PID == before.PID || now.State != "up" {
				return fmt.Errorf("it is %+v", now)
			}
			return nil
		})
	}
	if log := p.Log(); !strings.Contains(log, "plugin slow ended") {
		t.Error("the log does not say why the prompt broke off")
	}
}
