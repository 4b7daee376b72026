//go:build e2e

package e2e

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

const recorded = `
locals { secret = "k9-Vq2-hTw" }
extension "desk" {
  for_each = { a = "101", b = "102" }
  number   = each.value
  secret   = local.secret
}
plugin "recorder" {
  path = "recorder"
  config { min_free_mb = 1 }
}
dialplan "internal" {
  from = [extension.desk]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
    record {}
  }
}
`

// The channels of a recorded call hold exactly their speakers, in step with each
// other. The recorder is killed in the middle: the call goes on, everybody is told
// of the gap, and what comes after it lies where it was said.
func TestARecordedCall(t *testing.T) {
	p := pbx.Start(t, "127.0.36.1", recorded)
	a, saidA := p.Phone(1, "udp", "pcmu", false)
	b, saidB := p.Phone(2, "udp", "pcmu", true)
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	id := p.Calls(1)[0].ID
	dump, err := p.Command("dump", id, "101")
	if err != nil {
		t.Fatalf("plugboard dump: %v\n%s", err, dump)
	}
	time.Sleep(9 * time.Second)
	if err := syscall.Kill(p.Plugin("recorder").PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	time.Sleep(4 * time.Second)
	a.Hangup()
	b.Wait("CALL_CLOSED")
	p.Calls(0)
	p.SameSound("102", saidA, b.Heard())

	var list []struct {
		ID, File, Incomplete string
		Began                time.Time
		Ended                *time.Time
		Seconds              float64
		Channels             []string
	}
	pbx.Eventually(t, "the recording is finished", func() error {
		p.Get("/recordings?call="+id, &list)
		if len(list) == 1 && list[0].Ended != nil {
			return nil
		}
		return fmt.Errorf("recordings are %+v", list)
	})
	r := list[0]
	if fmt.Sprint(r.Channels) != "[101 102 mixed]" || r.Seconds < 12 || r.Seconds > 16 || !strings.Contains(r.Incomplete, "started again") {
		t.Errorf("recording %+v", r)
	}
	file := filepath.Join(p.Dir, "data", "recordings", r.File)
	if i, err := os.Stat(file); err != nil || i.Mode() != 0o600 {
		t.Errorf("%v, %v", i, err)
	}
	ch := channelsOf(t, file)
	p.SameSound("the channel of 101", saidA, ch[0])
	p.SameSound("the channel of 102", saidB, ch[1])
	for i, other := range []sound.Sound{saidB, saidA} {
		// Where the other is on a channel of its own, it would be on this one too.
		if c := sound.Leak(other, ch[1-i], ch[i]); c > 0.05 {
			t.Errorf("channel %d holds what is said on the other: correlation %.4f", i, c)
		}
	}
	var off float64
	for i, v := range ch[2].PCM {
		off = max(off, math.Abs(v-max(-1, min(32767./32768, ch[0].PCM[i]+ch[1].PCM[i]))))
	}
	if off > 1e-4 {
		t.Errorf("the last channel is not all of them: %.5f off", off)
	}
	var cdr struct {
		Cause string
		Tools []struct {
			Name, State string
			Gaps        []struct{ From, To time.Time }
			Frames      int
		}
	}
	p.Get("/cdr/"+id, &cdr)
	if cdr.Cause != "normal" || len(cdr.Tools) != 1 || cdr.Tools[0].Name != "record" || cdr.Tools[0].State != "ended" || len(cdr.Tools[0].Gaps) != 1 || cdr.Tools[0].Frames < 2*50*9 {
		t.Fatalf("record %+v", cdr)
	}
	gap := cdr.Tools[0].Gaps[0]
	t.Logf("the gap is of %v", gap.To.Sub(gap.From))
	inStep(t, ch, channelsOf(t, dumpFile(t, dump)), gap.From.Sub(r.Began).Seconds(), gap.To.Sub(r.Began).Seconds())
	if out, err := p.Command("recordings"); err != nil || !strings.Contains(out, r.ID) {
		t.Errorf("plugboard recordings: %v\n%s", err, out)
	}
}

// dumpFile is the file that plugboard dump says it writes.
func dumpFile(t *testing.T, says string) string {
	t.Helper()
	_, rest, _ := strings.Cut(says, " is written to ")
	file, _, ok := strings.Cut(rest, " on the daemon's machine")
	if !ok {
		t.Fatalf("plugboard dump says %q", says)
	}
	return file
}

// inStep checks that the channels of a recording lie as one party's sound did at the
// call itself: what it said, and what it heard at that moment. They do so before the
// gap and after it. Times are in seconds of the recording.
func inStep(t *testing.T, channels, party []sound.Sound, gapFrom, gapTo float64) {
	t.Helper()
	says, hears := sound.Lags(party[0].At8k(), channels[0].At8k()), sound.Lags(party[1].At8k(), channels[1].At8k())
	before, after, most := 0, 0, 0.0
	for n := range min(len(says), len(hears)) {
		if says[n] == sound.Lost || hears[n] == sound.Lost {
			continue
		}
		most = max(most, math.Abs(float64(says[n]-hears[n]))/8)
		switch at := float64(n*sound.Stretch) / 8000; {
		case at < gapFrom:
			before++
		case at > gapTo:
			after++
		}
	}
	t.Logf("the channels are in step to %.2f ms, in %d stretches of 0.5 s before the gap at %.1f s, and %d after it", most, before, gapFrom, after)
	if most > 20 {
		t.Errorf("the channels are out of step by %.1f ms", most)
	}
	if before < 6 || after < 2 {
		t.Errorf("only %d stretches before the gap and %d after it are as they were said", before, after)
	}
}

// channelsOf reads each channel of a WAV as a sound.
func channelsOf(t *testing.T, name string) []sound.Sound {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if len(b) < 44 || int(le.Uint32(b[40:])) != len(b)-44 {
		t.Fatalf("%s is no WAV of its length", name)
	}
	out := make([]sound.Sound, le.Uint16(b[22:]))
	for c := range out {
		out[c].Rate = int(le.Uint32(b[24:]))
		for at := 44 + 2*c; at+1 < len(b); at += 2 * len(out) {
			out[c].PCM = append(out[c].PCM, float64(int16(le.Uint16(b[at:])))/32768)
		}
	}
	return out
}
