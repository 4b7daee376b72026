//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// A real phone transfers blind (REFER): who called it goes on with a third, and
// both hear each other.
func TestBaresipTransfersBlind(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.120.1", pbx.Office)
	a, saidA := p.Phone(1, "udp", "pcmu", false)
	b, _ := p.Phone(2, "udp", "pcmu", true)
	c, _ := p.Phone(3, "tcp", "pcma", true)
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	time.Sleep(time.Second)
	b.Command("transfer", "sip:103@"+p.IP)
	c.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_CLOSED")
	p.Calls(1)
	time.Sleep(6 * time.Second)
	a.Hangup()
	c.Wait("CALL_CLOSED")
	p.SameSound("103", saidA, c.Heard())
	p.Calls(0)
}

// Two calls of one phone become one, by the API: the other two talk on, and the
// phone in the middle is released from both.
func TestTransferBetweenRealCalls(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.121.1", pbx.Office)
	a, _ := p.Phone(1, "udp", "pcmu", false)
	b, _ := p.Phone(2, "udp", "pcmu", true)
	c, _ := p.Phone(3, "udp", "pcma", true)
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	b.Dial("103")
	c.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	var first, second string
	pbx.Eventually(t, "both calls are up", func() error {
		var calls []struct{ ID, From, State string }
		p.Get("/calls", &calls)
		for _, x := range calls {
			switch {
			case x.State != "up":
			case x.From == "101":
				first = x.ID
			case x.From == "102":
				second = x.ID
			}
		}
		if first == "" || second == "" {
			return fmt.Errorf("calls are %v", calls)
		}
		return nil
	})
	if out, err := p.Command("transfer", first, "--into", second); err != nil {
		t.Fatalf("transfer: %v\n%s", err, out)
	}
	b.Wait("CALL_CLOSED")
	b.Wait("CALL_CLOSED")
	p.Calls(1)
	time.Sleep(time.Second)
	c.Hangup()
	a.Wait("CALL_CLOSED")
	p.Calls(0)
}

// sipp asks for a transfer, message by message: 202, NOTIFY 100, 180 or 200, the
// end of the subscription, and BYE.
func TestSippRefers(t *testing.T) {
	t.Parallel()
	ip := "127.0.122.1"
	p := pbx.Start(t, ip, pbx.Office)
	b, _ := p.Phone(2, "udp", "pcmu", true)
	c, _ := p.Phone(3, "udp", "pcmu", false)
	uac := startSipp(t, "refers", "-sf", scenario(t, "phone_refers.xml"), "-i", pbx.Sibling(ip, 11), "-p", "5060", "-m", "1",
		"-auth_uri", "102@"+ip+":5060", ip+":5060")
	b.Wait("CALL_ESTABLISHED")
	c.Wait("CALL_INCOMING")
	time.Sleep(time.Second) // it rings, and sipp is told so
	c.Accept()
	c.Wait("CALL_ESTABLISHED")
	uac.done()
	p.Calls(1)
	b.Hangup()
	c.Wait("CALL_CLOSED")
	p.Calls(0)
}
