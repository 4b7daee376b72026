//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A real phone asks a third, and connects who called it with that one: two calls
// of it become one (REFER with Replaces), and both hear each other.
func TestLinphoneTransfersAttended(t *testing.T) {
	p := startPBX(t, "127.0.77.1", office)
	a, saidA := p.phone(1, "udp", "pcmu", false)
	c, saidC := p.phone(3, "tcp", "pcma", true)
	file := filepath.Join(p.dir, "said2.wav")
	babble(2, 40, 8000).writeWAV(t, file, 1)
	b := startLinphone(t, "102", "k9-Vq2-hTw", p.ip, sibling(p.ip, 12), file)
	p.registered("102")

	a.dial("102")
	a.wait("CALL_ESTABLISHED")
	first := time.Now()
	b.say("pause")
	eventually(t, "101 is held", func() error {
		var calls []struct{ Legs []struct{ Held bool } }
		p.get("/calls", &calls)
		if !slices.ContainsFunc(calls[0].Legs, func(l struct{ Held bool }) bool { return l.Held }) {
			return fmt.Errorf("calls are %v", calls)
		}
		return nil
	})
	b.say("call sip:103@%s", p.ip)
	c.wait("CALL_ESTABLISHED")
	later := time.Since(first) // that is how far the two phones' babbles are apart
	p.calls(2)
	b.say("transfer 1 --to-call 2")
	p.calls(1)
	time.Sleep(6 * time.Second) // what is recorded
	a.hangup()
	c.wait("CALL_CLOSED")
	p.calls(0)
	p.sameSound("103", saidA, c.heard().end(5*time.Second, later))
	p.sameSound("101", saidC, a.heard().end(5*time.Second, -later))
}

// end is the last part of a sound, the rest of it silent, moved in time.
func (s sound) end(last, later time.Duration) sound {
	moved := make([]float64, max(0, len(s.pcm)+int(later.Seconds()*float64(s.rate))))
	n := min(int(last.Seconds())*s.rate, len(s.pcm), len(moved))
	copy(moved[len(moved)-n:], s.pcm[len(s.pcm)-n:])
	return sound{s.rate, moved}
}

// A phone with a lamp takes the call that rings at a colleague's: INVITE with
// Replaces, from sipp. Who is rung stops ringing.
func TestSippPicksUpByALamp(t *testing.T) {
	ip := "127.0.78.1"
	p := startPBX(t, ip, strings.Replace(office, "= each.value\n", "= each.value\n  pickup_group = \"office\"\n", 1))
	a, _ := p.phone(1, "udp", "pcmu", false)
	b, _ := p.phone(2, "udp", "pcmu", false)
	picks := startSipp(t, "picks up", "-sf", scenario(t, "phone_picks_up.xml"), "-i", sibling(ip, 13), "-p", "5060", "-m", "1",
		"-auth_uri", "102@"+ip+":5060", ip+":5060")
	p.subscriptions("dialog", 1)
	a.dial("102")
	b.wait("CALL_INCOMING")
	a.wait("CALL_ESTABLISHED")
	b.wait("CALL_CLOSED")
	p.calls(1)
	a.hangup()
	picks.done()
	p.calls(0)
}

// Click to call asks the phone of who calls to answer by itself.
func TestClickToCallAnswersByItself(t *testing.T) {
	ip := "127.0.79.1"
	p := startPBX(t, ip, office)
	startSipp(t, "register", "-sf", scenario(t, "phone_registers.xml"), "-i", sibling(ip, 11), "-p", "5060", "-m", "1", ip+":5060").done()
	c, _ := p.phone(3, "udp", "pcmu", true)
	phone := startSipp(t, "answers", "-sf", scenario(t, "phone_answers_by_itself.xml"), "-i", sibling(ip, 11), "-p", "5060", "-m", "1")
	phone.listens("udp", sibling(ip, 11))
	if out, err := p.command("call", "101", "103", "--auto-answer"); err != nil {
		t.Fatalf("plugboard call: %v\n%s", err, out)
	}
	c.wait("CALL_ESTABLISHED")
	c.hangup()
	phone.done()
	p.calls(0)
}
