//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// A phone leaves a message, and another one hears it; a mail brings its sound, and
// what was said. Then the plugin is killed in the middle of the next message: what was
// said is there all the same.
func TestVoicemail(t *testing.T) {
	server := startMailServer(t, "127.0.141.2")
	p := pbx.Start(t, "127.0.141.1", server.block()+`
extension "phone" {
  for_each = { a = "101", b = "102" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
voicemail "office" {
  pin        = "4711"
  email      = "office@example.net"
  transcribe = true
}
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
	file := filepath.Join(p.Dir, "read.wav")
	sound.Sound{Rate: read.Rate, PCM: append(read.PCM, make([]float64, 60*read.Rate)...)}.WriteWAV(t, file, 1)
	start := func(n int) *pbx.Baresip {
		number := fmt.Sprint(100 + n)
		b := pbx.StartBaresip(t, pbx.BaresipOptions{
			Number: number, Secret: "k9-Vq2-hTw", Server: p.IP, IP: pbx.Sibling(p.IP, 10+n), Transport: "udp", Codec: "g722/16000/1", Source: file,
		})
		p.Registered(number)
		return b
	}
	a, b := start(1), start(2)
	messages := func(n int) (kept []byte) {
		t.Helper()
		pbx.Eventually(t, fmt.Sprintf("there are %d messages", n), func() error {
			found, err := filepath.Glob(filepath.Join(p.Dir, "data", "voicemail", "office", "*.wav"))
			if err != nil || len(found) != n {
				return fmt.Errorf("there are %v, %v", found, err)
			}
			kept, err = os.ReadFile(found[n-1])
			return err
		})
		return kept
	}

	a.Dial("*96")
	a.Wait("CALL_ESTABLISHED")
	a.Command("sndcode", "5") // enough of the greeting
	time.Sleep(9 * time.Second)
	a.Hangup()
	a.Wait("CALL_CLOSED")
	kept := messages(1)

	b.Dial("*97")
	b.Wait("CALL_ESTABLISHED")
	for _, key := range []string{"4", "7", "1", "1", "#", "1", "1"} { // new messages, and not who and when
		b.Command("sndcode", key)
		time.Sleep(400 * time.Millisecond)
	}
	time.Sleep(7 * time.Second)
	b.Hangup()
	b.Wait("CALL_CLOSED")
	busy := p.Pace.Disturbed(20 * time.Second)
	heard := b.Heard()
	heard.PCM = heard.PCM[max(0, len(heard.PCM)-4*heard.Rate):]
	like := 0.0
	for _, from := range []int{2, 5, 8} { // where the message began, nobody knows
		like = max(like, sound.Judged(sound.Sound{Rate: read.Rate, PCM: read.PCM[from*read.Rate:]}, heard, busy))
	}
	t.Logf("the message is like what was said by %.3f; the machine was late for %.0f %%", like, 100*busy)
	if like < 0.9 {
		t.Errorf("the message that was heard is like what was said by %.3f, wanted 0.9", like)
	}

	subject, text, attached := server.next("office@example.net").parts(t)
	if !strings.Contains(subject, "101") || !strings.Contains(text, "office") || !bytes.Equal(attached, kept) {
		t.Errorf("the mail %q has %d octets of sound, the mailbox %d:\n%s", subject, len(attached), len(kept), text)
	}
	var list []struct{ Transcript string }
	p.Get("/voicemail/office", &list)
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	if len(list) != 1 || len(strings.Fields(list[0].Transcript)) < 10 || !strings.Contains(words(text), words(list[0].Transcript)) {
		t.Errorf("the mail says\n%s\nand the mailbox %+v", text, list)
	}

	a.Dial("*96")
	a.Wait("CALL_ESTABLISHED")
	a.Command("sndcode", "5")
	time.Sleep(5 * time.Second)
	if err := syscall.Kill(p.Plugin("voicemail").PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	a.Wait("CALL_CLOSED")
	if n := len(messages(2)); n < 3*32000 { // of the five seconds, less what was said before the tone
		t.Errorf("the message that was broken off has %d octets", n)
	}
}
