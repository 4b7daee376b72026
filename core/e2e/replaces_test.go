//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// A real phone asks a third, and connects who called it with that one: two calls
// of it become one (REFER with Replaces), and both hear each other.
func TestLinphoneTransfersAttended(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.77.1", pbx.Office)
	a, saidA := p.Phone(1, "udp", "pcmu", false)
	c, saidC := p.Phone(3, "tcp", "pcma", true)
	file := filepath.Join(p.Dir, "said2.wav")
	sound.Babble(2, 40, 8000).WriteWAV(t, file, 1)
	b := startLinphone(t, "102", "k9-Vq2-hTw", p.IP, pbx.Sibling(p.IP, 12), file)
	p.Registered("102")

	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	first := time.Now()
	b.say("pause")
	pbx.Eventually(t, "101 is held", func() error {
		var calls []struct{ Legs []struct{ Held bool } }
		p.Get("/calls", &calls)
		if !slices.ContainsFunc(calls[0].Legs, func(l struct{ Held bool }) bool { return l.Held }) {
			return fmt.Errorf("calls are %v", calls)
		}
		return nil
	})
	b.say("call sip:103@%s", p.IP)
	c.Wait("CALL_ESTABLISHED")
	later := time.Since(first) // that is how far the two phones' babbles are apart
	p.Calls(2)
	b.say("transfer 1 --to-call 2")
	p.Calls(1)
	time.Sleep(6 * time.Second) // what is recorded
	a.Hangup()
	c.Wait("CALL_CLOSED")
	p.Calls(0)
	p.SameSound("103", saidA, c.Heard().End(5*time.Second, later))
	p.SameSound("101", saidC, a.Heard().End(5*time.Second, -later))
}

// A phone with a lamp takes the call that rings at a colleague's: INVITE with
// Replaces, from sipp. Who is rung stops ringing.
func TestSippPicksUpByALamp(t *testing.T) {
	t.Parallel()
	ip := "127.0.78.1"
	p := pbx.Start(t, ip, strings.Replace(pbx.Office, "= each.value\n", "= each.value\n  pickup_group = \"office\"\n", 1))
	a, _ := p.Phone(1, "udp", "pcmu", false)
	b, _ := p.Phone(2, "udp", "pcmu", false)
	picks := startSipp(t, "picks up", "-sf", scenario(t, "phone_picks_up.xml"), "-i", pbx.Sibling(ip, 13), "-p", "5060", "-m", "1",
		"-auth_uri", "102@"+ip+":5060", ip+":5060")
	subscriptions(p, "dialog", 1)
	a.Dial("102")
	b.Wait("CALL_INCOMING")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_CLOSED")
	p.Calls(1)
	a.Hangup()
	picks.done()
	p.Calls(0)
}

// Click to call asks the phone of who calls to answer by itself.
func TestClickToCallAnswersByItself(t *testing.T) {
	t.Parallel()
	ip := "127.0.79.1"
	p := pbx.Start(t, ip, pbx.Office)
	startSipp(t, "register", "-sf", scenario(t, "phone_registers.xml"), "-i", pbx.Sibling(ip, 11), "-p", "5060", "-m", "1", ip+":5060").done()
	c, _ := p.Phone(3, "udp", "pcmu", true)
	phone := startSipp(t, "answers", "-sf", scenario(t, "phone_answers_by_itself.xml"), "-i", pbx.Sibling(ip, 11), "-p", "5060", "-m", "1")
	phone.listens("udp", pbx.Sibling(ip, 11))
	if out, err := p.Command("call", "101", "103", "--auto-answer"); err != nil {
		t.Fatalf("plugboard call: %v\n%s", err, out)
	}
	c.Wait("CALL_ESTABLISHED")
	c.Hangup()
	phone.done()
	p.Calls(0)
}
