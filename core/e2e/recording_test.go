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

// The channels of a recorded call hold exactly their speakers. The recorder is
// killed in the middle: the call goes on, and everybody is told of the gap.
func TestARecordedCall(t *testing.T) {
	p := startPBX(t, "127.0.35.1", recorded)
	a, saidA := p.phone(1, "udp", "pcmu", false)
	b, saidB := p.phone(2, "udp", "pcmu", true)
	a.dial("102")
	a.wait("CALL_ESTABLISHED")
	b.wait("CALL_ESTABLISHED")
	id := p.calls(1)[0].ID
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
	if c := math.Abs(correlation(ch[0].pcm, ch[1].pcm, 1)); c > 0.05 {
		t.Errorf("the channels are alike: correlation %.4f", c)
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
		}
	}
	p.get("/cdr/"+id, &cdr)
	if cdr.Cause != "normal" || len(cdr.Tools) != 1 || cdr.Tools[0].Name != "record" || cdr.Tools[0].State != "ended" || len(cdr.Tools[0].Gaps) != 1 {
		t.Errorf("record %+v", cdr)
	} else {
		t.Logf("the gap is of %v", cdr.Tools[0].Gaps[0].To.Sub(cdr.Tools[0].Gaps[0].From))
	}
	if out, err := p.command("recordings"); err != nil || !strings.Contains(out, r.ID) {
		t.Errorf("plugboard recordings: %v\n%s", err, out)
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
