//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A phone leaves a message, and another one hears it. Then the plugin is killed in
// the middle of the next message: what was said is there all the same.
func TestVoicemail(t *testing.T) {
	p := startPBX(t, "127.0.141.1", `
extension "phone" {
  for_each = { a = "101", b = "102" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
voicemail "office" { pin = "4711" }
dialplan "internal" {
  from = [extension.phone]
  route "leave" {
    match = "*96"
    to    = voicemail.office
  }
  route "listen" {
    match = "*97"
    to    = voicemail.office.access
  }
}
`)
	read := readings(t, "0870", "0890")
	file := filepath.Join(p.dir, "read.wav")
	sound{read.rate, append(read.pcm, make([]float64, 60*read.rate)...)}.writeWAV(t, file, 1)
	start := func(n int) *baresip {
		number := fmt.Sprint(100 + n)
		b := startBaresip(t, baresipOptions{
			number: number, secret: "k9-Vq2-hTw", server: p.ip, ip: sibling(p.ip, 10+n), transport: "udp", codec: "g722/16000/1", source: file,
		})
		p.registered(number)
		return b
	}
	a, b := start(1), start(2)
	messages := func(n int) (octets int64) {
		t.Helper()
		eventually(t, fmt.Sprintf("there are %d messages", n), func() error {
			found, err := filepath.Glob(filepath.Join(p.dir, "data", "voicemail", "office", "*.wav"))
			if err != nil || len(found) != n {
				return fmt.Errorf("there are %v, %v", found, err)
			}
			info, err := os.Stat(found[n-1])
			if err == nil {
				octets = info.Size()
			}
			return err
		})
		return octets
	}

	a.dial("*96")
	a.wait("CALL_ESTABLISHED")
	a.command("sndcode", "5") // enough of the greeting
	time.Sleep(9 * time.Second)
	a.hangup()
	a.wait("CALL_CLOSED")
	messages(1)

	b.dial("*97")
	b.wait("CALL_ESTABLISHED")
	for _, key := range []string{"4", "7", "1", "1", "#", "1", "1"} { // new messages, and not who and when
		b.command("sndcode", key)
		time.Sleep(400 * time.Millisecond)
	}
	time.Sleep(7 * time.Second)
	b.hangup()
	b.wait("CALL_CLOSED")
	busy := p.pace.disturbed(20 * time.Second)
	heard := b.heard()
	heard.pcm = heard.pcm[max(0, len(heard.pcm)-4*heard.rate):]
	like := 0.0
	for _, from := range []int{2, 5, 8} { // where the message began, nobody knows
		like = max(like, judged(sound{read.rate, read.pcm[from*read.rate:]}, heard, busy))
	}
	t.Logf("the message is like what was said by %.3f; the machine was late for %.0f %%", like, 100*busy)
	if like < 0.9 {
		t.Errorf("the message that was heard is like what was said by %.3f, wanted 0.9", like)
	}

	a.dial("*96")
	a.wait("CALL_ESTABLISHED")
	a.command("sndcode", "5")
	time.Sleep(5 * time.Second)
	if err := syscall.Kill(p.plugin("voicemail").PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	a.wait("CALL_CLOSED")
	if n := messages(2); n < 3*32000 { // of the five seconds, less what was said before the tone
		t.Errorf("the message that was broken off has %d octets", n)
	}
}
