//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// part is what of a sound lies between two moments.
func (s sound) part(from, to time.Duration) sound {
	at := func(d time.Duration) int { return min(int(d.Seconds()*float64(s.rate)), len(s.pcm)) }
	return sound{s.rate, s.pcm[at(from):at(to)]}
}

// A phone holds, and the other one hears the file that is configured, from its
// beginning; then the phone again. The other way round, the operator holds, and
// a third who has called the echo is joined to them.
func TestMusicAndThree(t *testing.T) {
	music := babble(99, 30, 16000)
	file := filepath.Join(t.TempDir(), "hold.wav")
	music.writeWAV(t, file, 1)
	p := startPBXWith(t, "127.0.35.1", fmt.Sprintf("music = sound(%q)", file), office)
	a, saidA := p.phone(1, "udp", "pcmu", false)
	b, saidB := p.phone(2, "udp", "pcmu", true)
	c, saidC := p.phone(3, "udp", "pcmu", false)
	a.dial("102")
	a.wait("CALL_ESTABLISHED")
	b.wait("CALL_ESTABLISHED")
	began := time.Now()
	id := p.calls(1)[0].ID
	since := func() time.Duration { return time.Since(began) }

	time.Sleep(3 * time.Second)
	a.command("hold", "")
	held := since()
	time.Sleep(4 * time.Second)
	a.command("resume", "")
	resumed := since()
	time.Sleep(4 * time.Second)
	p.commandDone("hold", id, "101")
	kept := since()
	time.Sleep(4 * time.Second)
	p.commandDone("resume", id, "101")
	back := since()
	time.Sleep(4 * time.Second)

	c.dial("*43")
	c.wait("CALL_ESTABLISHED")
	third := since()
	two := p.calls(2)
	other := two[0].ID
	if other == id {
		other = two[1].ID
	}
	p.commandDone("join", id, other)
	joined := since()
	time.Sleep(6 * time.Second)
	ends := since()
	p.calls(1)
	for _, phone := range []*baresip{a, b, c} {
		phone.hangup()
	}
	p.calls(0)

	heard := b.heard()
	const edge = 500 * time.Millisecond
	for _, x := range []struct {
		what     string
		said     sound
		from, to time.Duration
	}{
		{"the music while 101 holds", music, held + edge, resumed},
		{"101 after it", saidA.part(resumed, time.Hour), resumed + edge, kept},
		{"the music, which goes on, while the operator holds", music.part(resumed-held, time.Hour), kept + edge, back},
		{"101 after that", saidA.part(back, time.Hour), back + edge, joined},
	} {
		if got := presence(x.said, heard.part(x.from, x.to)); got < 0.9 {
			t.Errorf("102 does not hear %s: %.2f", x.what, got)
		}
	}
	for _, x := range []struct {
		phone string
		said  sound
		want  bool
	}{{"101", saidA.part(joined, time.Hour), true}, {"103", saidC.part(joined-third, time.Hour), true}, {"102", saidB.part(joined, time.Hour), false}} {
		got := presence(x.said, heard.part(joined+edge, ends))
		if x.want != (got > 0.35) {
			t.Errorf("joined, 102 hears %s at %.2f", x.phone, got)
		}
	}
}

// commandDone runs a command that has to succeed.
func (p *pbx) commandDone(args ...string) {
	p.t.Helper()
	if out, err := p.command(args...); err != nil {
		p.t.Fatalf("plugboard %v: %v\n%s", args, err, out)
	}
}
