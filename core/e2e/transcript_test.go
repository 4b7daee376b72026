//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
	happened "github.com/plugboard/plugboard/sdk/event"
)

const librivox = "/usr/share/pocketsphinx/test/data/librivox/"

// reading is a reader of LibriVox, and what is read, from Debian's
// pocketsphinx-testdata.
type reading struct {
	sound.Sound
	words []string
}

// readings has several sentences read one after the other, with a second of
// silence around each.
func readings(t *testing.T, sentences ...string) (r reading) {
	t.Helper()
	text, err := os.ReadFile(librivox + "transcription")
	if err != nil {
		t.Fatal(err)
	}
	r.Rate = 16000
	for _, s := range sentences {
		spoken := sound.ReadWAV(t, librivox+"sense_and_sensibility_01_austen_64kb-"+s+".wav")
		r.PCM = append(append(r.PCM, make([]float64, r.Rate)...), spoken.PCM...)
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "-"+s+")") {
				r.words = append(r.words, strings.Fields(line[len("<s> "):strings.Index(line, " </s>")])...)
			}
		}
	}
	r.PCM = append(r.PCM, make([]float64, r.Rate)...)
	return r
}

// wrong is the word error rate of a text: how many words have to be put in, taken
// out or changed to come to what was read, of those that were.
func (r reading) wrong(text string) float64 {
	got := strings.Fields(text)
	row := make([]int, len(got)+1)
	for j := range row {
		row[j] = j
	}
	for i, want := range r.words {
		diagonal := row[0]
		row[0] = i + 1
		for j, g := range got {
			cost := diagonal
			if g != want {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return float64(row[len(got)]) / float64(len(r.words))
}

// slowly waits for what takes as long as it is spoken, or longer: engines stand back
// behind everybody else on a machine that is busy. try tells how far it has come.
func slowly(t *testing.T, what string, try func() (far int, err error)) {
	t.Helper()
	const patience = 120 * time.Second
	best := -1
	for end := time.Now().Add(patience); ; time.Sleep(500 * time.Millisecond) {
		far, err := try()
		switch now := time.Now(); {
		case err == nil:
			return
		case far > best:
			best, end = far, now.Add(patience)
		case now.After(end):
			t.Fatalf("%s: for %v it has not come any further: %v", what, patience, err)
		}
	}
}

// Two people read to each other in wideband. What each has said is in the
// transcript under its name, about as well understood as the engine understands
// the same offline, without a telephone. Then the transcriber is killed, and they talk on.
func TestTranscript(t *testing.T) {
	p := pbx.Start(t, "127.0.131.1", `
extension "phone" {
  for_each = { a = "101", b = "102" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
plugin "transcriber" {
  path = "transcriber"
  config {
    max_lag = "10m" # however busy the machine is
  }
}
dialplan "internal" {
  from = [extension.phone["a"], extension.phone["b"]]
  route "read" {
    match = "102"
    to    = extension.phone["b"]
    tool "transcript" {
      use = plugin.transcriber
    }
  }
}
`)
	read := map[string]reading{"101": readings(t, "0870", "0890"), "102": readings(t, "0920", "0930")}
	var phones []*pbx.Baresip
	for i, number := range []string{"101", "102"} {
		file := filepath.Join(p.Dir, number+".wav")
		r := read[number]
		r.WriteWAV(t, filepath.Join(p.Dir, number+".offline.wav"), 1)
		// A phone hangs up when it has nothing more to say.
		sound.Sound{Rate: r.Rate, PCM: append(slices.Clone(r.PCM), make([]float64, 600*r.Rate)...)}.WriteWAV(t, file, 1)
		phones = append(phones, pbx.StartBaresip(t, pbx.BaresipOptions{
			Number: number, Secret: "k9-Vq2-hTw", Server: p.IP, IP: pbx.Sibling(p.IP, 11+i), Transport: "udp", Codec: "g722/16000/1", Source: file, Auto: i == 1,
		}))
		p.Registered(number)
	}
	phones[0].Dial("102")
	phones[1].Wait("CALL_ESTABLISHED")
	id, began := p.Calls(1)[0].ID, time.Now()

	said := map[string]string{}
	var broken []happened.Utterance
	slowly(t, "everything is written down", func() (words int, err error) {
		out, err := p.Command("transcript", id, "--json")
		if err != nil {
			return 0, fmt.Errorf("%w: %s", err, out)
		}
		var all []happened.Utterance
		if err := json.Unmarshal([]byte(out), &all); err != nil {
			return 0, err
		}
		clear(said)
		broken = nil
		for _, u := range all {
			if u.Call != id || u.Ended == nil || u.Missing != "" {
				broken = append(broken, u)
			}
			said[u.Number] += u.Text + " "
			words += len(strings.Fields(u.Text))
		}
		for number, r := range read {
			if n := len(strings.Fields(said[number])); n < len(r.words)*3/4 {
				return words, fmt.Errorf("of %s there are %d words of %d", number, n, len(r.words))
			}
		}
		return words, nil
	})
	busy := p.Pace.Disturbed(time.Since(began))
	if len(broken) > 0 {
		t.Errorf("not written down: %+v", broken)
	}

	before := p.Plugin("transcriber")
	if err := syscall.Kill(before.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	pbx.Eventually(t, "the transcriber is back", func() error {
		if now := p.Plugin("transcriber"); now.State != "up" || now.PID == before.PID {
			return fmt.Errorf("it is %+v", now)
		}
		return nil
	})
	p.Calls(1)
	time.Sleep(time.Second)
	p.Calls(1)
	phones[0].Hangup()
	phones[1].Wait("CALL_CLOSED")
	p.Calls(0)
	var cdr happened.CDR
	pbx.Eventually(t, "the record", func() error {
		out, err := p.Command("cdr", id, "--json")
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return json.Unmarshal([]byte(out), &cdr)
	})
	if cdr.Cause != "normal" || len(cdr.Tools) != 1 || cdr.Tools[0].State != "ended" || len(cdr.Tools[0].Gaps) != 1 {
		t.Errorf("recorded as %s with %+v", cdr.Cause, cdr.Tools)
	}
	if out, err := p.Command("transcript", id, "--delete"); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := p.Command("transcript", id); err == nil || !strings.Contains(out, "no transcript") {
		t.Errorf("it is deleted, and shown: %s", out)
	}
	offline := map[string]float64{}
	for number, r := range read {
		out, err := exec.Command("pocketsphinx_continuous", "-infile", filepath.Join(p.Dir, number+".offline.wav"), "-logfn", "/dev/null").Output()
		if err != nil {
			t.Fatalf("pocketsphinx: %v", err)
		}
		offline[number] = r.wrong(string(out))
	}
	// A word more or less is chance; what a busy machine lost nobody can understand.
	margin := 0.25 + min(busy, 0.2)
	for number, r := range read {
		got := r.wrong(said[number])
		t.Logf("%s: %.0f %% of the words are wrong, offline %.0f %%, with a margin of %.0f", number, 100*got, 100*offline[number], 100*margin)
		if got > offline[number]+margin {
			t.Errorf("%s: %.0f %% of the words are wrong, offline %.0f %%: %q", number, 100*got, 100*offline[number], said[number])
		}
	}
	for _, words := range said {
		if first := strings.Join(strings.Fields(words)[:4], " "); strings.Contains(p.Log(), first) {
			t.Errorf("%q stands in the log", first)
		}
	}
}
