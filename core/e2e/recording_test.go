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
	p := startPBX(t, "127.0.35.1", recorded)
	a, saidA := p.phone(1, "udp", "pcmu", false)
	b, saidB := p.phone(2, "udp", "pcmu", true)
	a.dial("102")
	a.wait("CALL_ESTABLISHED")
	b.wait("CALL_ESTABLISHED")
	id := p.calls(1)[0].ID
	dump, err := p.command("dump", id, "101")
	if err != nil {
		t.Fatalf("plugboard dump: %v\n%s", err, dump)
	}
	time.Sleep(9 * time.Second)
	if err := syscall.Kill(p.plugin("recorder").PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	time.Sleep(4 * time.Second)
	a.hangup()
	b.wait("CALL_CLOSED")
	p.calls(0)
	p.sameSound("102", saidA, b.heard())

	var list []struct {
		ID, File, Incomplete string
		Began                time.Time
		Ended                *time.Time
		Seconds              float64
		Channels             []string
	}
	eventually(t, "the recording is finished", func() error {
		p.get("/recordings?call="+id, &list)
		if len(list) == 1 && list[0].Ended != nil {
			return nil
		}
		return fmt.Errorf("recordings are %+v", list)
	})
	r := list[0]
	if fmt.Sprint(r.Channels) != "[101 102 mixed]" || r.Seconds < 12 || r.Seconds > 16 || !strings.Contains(r.Incomplete, "started again") {
		t.Errorf("recording %+v", r)
	}
	file := filepath.Join(p.dir, "data", "recordings", r.File)
	if i, err := os.Stat(file); err != nil || i.Mode() != 0o600 {
		t.Errorf("%v, %v", i, err)
	}
	ch := channelsOf(t, file)
	p.sameSound("the channel of 101", saidA, ch[0])
	p.sameSound("the channel of 102", saidB, ch[1])
	for i, other := range []sound{saidB, saidA} {
		// Where the other is on a channel of its own, it would be on this one too.
		if c := leak(other, ch[1-i], ch[i]); c > 0.05 {
			t.Errorf("channel %d holds what is said on the other: correlation %.4f", i, c)
		}
	}
	var off float64
	for i, v := range ch[2].pcm {
		off = max(off, math.Abs(v-max(-1, min(32767./32768, ch[0].pcm[i]+ch[1].pcm[i]))))
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
	p.get("/cdr/"+id, &cdr)
	if cdr.Cause != "normal" || len(cdr.Tools) != 1 || cdr.Tools[0].Name != "record" || cdr.Tools[0].State != "ended" || len(cdr.Tools[0].Gaps) != 1 || cdr.Tools[0].Frames < 2*50*9 {
		t.Fatalf("record %+v", cdr)
	}
	gap := cdr.Tools[0].Gaps[0]
	t.Logf("the gap is of %v", gap.To.Sub(gap.From))
	inStep(t, ch, channelsOf(t, dumpFile(t, dump)), gap.From.Sub(r.Began).Seconds(), gap.To.Sub(r.Began).Seconds())
	if out, err := p.command("recordings"); err != nil || !strings.Contains(out, r.ID) {
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

// lost is the lag of a stretch that is nowhere.
const lost = math.MaxInt

// stretch is how much is laid at once, in samples at 8 kHz: half a second.
const stretch = 4000

// lags are where each stretch of a sound lies in what was said, against its own place:
// lost, where nobody speaks or something is missing.
func lags(said, heard sound) (lags []int) {
	find, level := finder{said: said.pcm}, heard.rms()
	for at := 0; at+stretch <= len(heard.pcm); at += stretch {
		piece, lag := heard.pcm[at:at+stretch], lost
		if (sound{8000, piece}).rms() > level/4 {
			if fit, where := find.place(piece, at); fit > 0.9 {
				lag = where
			}
		}
		lags = append(lags, lag)
	}
	return lags
}

// leak is how much of what somebody says is on another channel than their own: the
// correlation over all of the call, where it is on their own.
func leak(said, own, other sound) float64 {
	said, own, other = said.at8k(), own.at8k(), other.at8k()
	var x, y []float64
	for n, lag := range lags(said, own) {
		if at := n * stretch; lag != lost {
			x = append(x, said.pcm[at+lag:at+lag+stretch]...)
			y = append(y, other.pcm[at:at+stretch]...)
		}
	}
	return math.Abs(correlation(x, y, 1))
}

// inStep checks that the channels of a recording lie as one party's sound did at the
// call itself: what it said, and what it heard at that moment. They do so before the
// gap and after it. Times are in seconds of the recording.
func inStep(t *testing.T, channels, party []sound, gapFrom, gapTo float64) {
	t.Helper()
	says, hears := lags(party[0].at8k(), channels[0].at8k()), lags(party[1].at8k(), channels[1].at8k())
	before, after, most := 0, 0, 0.0
	for n := range min(len(says), len(hears)) {
		if says[n] == lost || hears[n] == lost {
			continue
		}
		most = max(most, math.Abs(float64(says[n]-hears[n]))/8)
		switch at := float64(n*stretch) / 8000; {
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
func channelsOf(t *testing.T, name string) []sound {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if len(b) < 44 || int(le.Uint32(b[40:])) != len(b)-44 {
		t.Fatalf("%s is no WAV of its length", name)
	}
	out := make([]sound, le.Uint16(b[22:]))
	for c := range out {
		out[c].rate = int(le.Uint32(b[24:]))
		for at := 44 + 2*c; at+1 < len(b); at += 2 * len(out) {
			out[c].pcm = append(out[c].pcm, float64(int16(le.Uint16(b[at:])))/32768)
		}
	}
	return out
}
