//go:build e2e

package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// drawn waits until the form of a sound is drawn.
func (g *page) drawn() {
	g.b.t.Helper()
	pbx.Eventually(g.b.t, "the form of the sound is drawn", func() error {
		var drawn bool
		g.evaluate(`() => {
			const c = document.querySelector('canvas')
			return !!c && c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v)
		}`, nil, &drawn)
		if !drawn {
			return fmt.Errorf("the canvas is empty")
		}
		return nil
	})
}

// playsWhatWasSaid plays a recording from the first that was said in it.
func (g *page) playsWhatWasSaid() {
	g.b.t.Helper()
	g.see("list", "What was said")
	g.evaluate(`() => document.querySelector('[aria-label="What was said"] button').click()`, nil, nil)
	g.see("button", "Pause")
}

// A page leaves a message in a mailbox, as a phone does; whose it is hears it. A call is
// recorded: both people find the recording in their history, the admin in the list, with
// the form of its sound and what was said in it, and deletes it.
func TestPageLeavesAMessage(t *testing.T) {
	p := pbx.Start(t, "127.0.203.1", strings.Replace(staff, "to    = extension_number(match.ext)\n", `to    = extension_number(match.ext)
    record {}
    tool "transcript" {
      use = plugin.transcriber
    }
`, 1)+`
plugin "transcriber" {
  path = "transcriber"
  config { max_lag = "10m" } # however busy the machine is
}
plugin "recorder" {
  path = "recorder"
  config { min_free_mb = 1 }
}
`)
	said := microphone(21)
	b := start(t, p, options{microphone: said})
	anna := b.signIn("anna", "101", place{})
	ben := b.signIn("ben", "102", place{})
	anna.see("button", "Call Ben")
	ben.see("button", "Call Anna")

	ben.dial("*96")
	ben.see("button", "Keypad")
	var file string
	pbx.Eventually(t, "some of the message is there", func() error {
		files, err := filepath.Glob(filepath.Join(p.Dir, "data", "voicemail", "anna", "*"))
		for _, f := range files {
			if i, err := os.Stat(f); err == nil && i.Size() > 100_000 {
				file = f
				return nil
			}
		}
		return fmt.Errorf("there is %v, %v", files, err)
	})
	ben.click("button", "Hang up")
	p.Calls(0)
	anna.click("link", "Voicemail 1")
	anna.click("button", "New message from Ben")
	anna.click("button", "Play")
	anna.see("button", "Mark as new")
	anna.drawn()
	anna.click("button", "Speed: 1")
	anna.see("button", "Speed: 1.25")
	kept, err := filepath.Glob(filepath.Join(filepath.Dir(file), "*.wav"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("the mailbox holds %q: %v", kept, err)
	}
	like(t, "the mailbox", said, sound.ReadWAV(t, kept[0]))

	ben.dial("Anna")
	anna.answer("Ben")
	ben.see("region", "Call with Anna")
	talk(4*time.Second, ben)
	call := p.Calls(1)[0].ID
	ben.click("button", "Hang up")
	p.Calls(0)
	// Engines stand back behind everybody else.
	for end := time.Now().Add(2 * patience); ; time.Sleep(500 * time.Millisecond) {
		var words []any
		if out, err := p.Command("transcript", call, "--json"); err == nil && json.Unmarshal([]byte(out), &words) == nil && len(words) > 0 {
			break
		} else if time.Now().After(end) {
			t.Fatalf("nothing is written down: %v: %s", err, out)
		}
	}
	for g, other := range map[*page]string{anna: "Ben", ben: "Anna"} {
		g.click("link", "History")
		g.click("button", "Recording of the call with "+other)
		g.drawn()
		g.playsWhatWasSaid()
		g.miss("button", "Delete the recording")
	}
	admin := b.signIn("admin", "admin", place{Path: "/#/recordings"})
	admin.do("click", map[string]any{"role": "button", "name": "Ben → Anna", "exact": false}, nil)
	admin.drawn()
	admin.playsWhatWasSaid()
	admin.click("button", "Delete the recording")
	admin.click("button", "Delete")
	admin.see("", "Nothing is recorded")
}
