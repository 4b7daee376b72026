//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// A phone holds, and the other one hears the file that is configured, from its
// beginning; then the phone again. The other way round, the operator holds, and
// a third who has called the echo is joined to them.
func TestMusicAndThree(t *testing.T) {
	t.Parallel()
	music := sound.Babble(99, 30, 16000)
	file := filepath.Join(t.TempDir(), "hold.wav")
	music.WriteWAV(t, file, 1)
	p := pbx.StartWith(t, "127.0.35.1", fmt.Sprintf("music = sound(%q)", file), pbx.Office)
	a, saidA := p.Phone(1, "udp", "pcmu", false)
	b, saidB := p.Phone(2, "udp", "pcmu", true)
	c, saidC := p.Phone(3, "udp", "pcmu", false)
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	began := time.Now()
	id := p.Calls(1)[0].ID
	since := func() time.Duration { return time.Since(began) }

	time.Sleep(3 * time.Second)
	a.Command("hold", "")
	held := since()
	time.Sleep(4 * time.Second)
	a.Command("resume", "")
	resumed := since()
	time.Sleep(4 * time.Second)
	commandDone(p, "hold", id, "101")
	kept := since()
	time.Sleep(4 * time.Second)
	commandDone(p, "resume", id, "101")
	back := since()
	time.Sleep(4 * time.Second)

	c.Dial("*43")
	c.Wait("CALL_ESTABLISHED")
	third := since()
	two := p.Calls(2)
	other := two[0].ID
	if other == id {
		other = two[1].ID
	}
	commandDone(p, "join", id, other)
	joined := since()
	time.Sleep(6 * time.Second)
	ends := since()
	p.Calls(1)
	for _, phone := range []*pbx.Baresip{a, b, c} {
		phone.Hangup()
	}
	p.Calls(0)

	busy := p.Pace.Disturbed(since())
	heard := b.Heard()
	const edge = 500 * time.Millisecond
	for _, x := range []struct {
		what     string
		said     sound.Sound
		from, to time.Duration
	}{
		{"the music while 101 holds", music, held + edge, resumed},
		{"101 after it", saidA.Part(resumed, time.Hour), resumed + edge, kept},
		{"the music, which goes on, while the operator holds", music.Part(resumed-held, time.Hour), kept + edge, back},
		{"101 after that", saidA.Part(back, time.Hour), back + edge, joined},
	} {
		if got := sound.Judged(x.said, heard.Part(x.from, x.to), busy); got < 0.9 {
			t.Errorf("102 does not hear %s: %.2f", x.what, got)
		}
	}
	said := []sound.Sound{saidA.Part(joined, time.Hour), saidB.Part(joined, time.Hour), saidC.Part(joined-third, time.Hour)}
	err := sound.Mixed(heard.Part(joined+edge, ends), said, 1)
	if err != nil {
		t.Errorf("joined, 102 %v", err)
	}
}

// commandDone runs a command that has to succeed.
func commandDone(p *pbx.PBX, args ...string) {
	p.T.Helper()
	if out, err := p.Command(args...); err != nil {
		p.T.Fatalf("plugboard %v: %v\n%s", args, err, out)
	}
}
