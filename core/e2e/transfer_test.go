//go:build e2e

package e2e

import (
	"fmt"
	"testing"
	"time"
)

// A real phone transfers blind (REFER): who called it goes on with a third, and
// both hear each other.
func TestBaresipTransfersBlind(t *testing.T) {
	p := startPBX(t, "127.0.120.1", office)
	a, saidA := p.phone(1, "udp", "pcmu", false)
	b, _ := p.phone(2, "udp", "pcmu", true)
	c, _ := p.phone(3, "tcp", "pcma", true)
	a.dial("102")
	a.wait("CALL_ESTABLISHED")
	b.wait("CALL_ESTABLISHED")
	time.Sleep(time.Second)
	b.command("transfer", "sip:103@"+p.ip)
	c.wait("CALL_ESTABLISHED")
	b.wait("CALL_CLOSED")
	p.calls(1)
	time.Sleep(6 * time.Second)
	a.hangup()
	c.wait("CALL_CLOSED")
	p.sameSound("103", saidA, c.heard())
	p.calls(0)
}

// Two calls of one phone become one, by the API: the other two talk on, and the
// phone in the middle is released from both.
func TestTransferBetweenRealCalls(t *testing.T) {
	p := startPBX(t, "127.0.121.1", office)
	a, _ := p.phone(1, "udp", "pcmu", false)
	b, _ := p.phone(2, "udp", "pcmu", true)
	c, _ := p.phone(3, "udp", "pcma", true)
	a.dial("102")
	a.wait("CALL_ESTABLISHED")
	b.wait("CALL_ESTABLISHED")
	b.dial("103")
	c.wait("CALL_ESTABLISHED")
	b.wait("CALL_ESTABLISHED")
	var first, second string
	eventually(t, "both calls are up", func() error {
		var calls []struct{ ID, From, State string }
		p.get("/calls", &calls)
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
	if out, err := p.command("transfer", first, "--into", second); err != nil {
		t.Fatalf("transfer: %v\n%s", err, out)
	}
	b.wait("CALL_CLOSED")
	b.wait("CALL_CLOSED")
	p.calls(1)
	time.Sleep(time.Second)
	c.hangup()
	a.wait("CALL_CLOSED")
	p.calls(0)
}

// sipp asks for a transfer, message by message: 202, NOTIFY 100, 180 or 200, the
// end of the subscription, and BYE.
func TestSippRefers(t *testing.T) {
	ip := "127.0.122.1"
	p := startPBX(t, ip, office)
	b, _ := p.phone(2, "udp", "pcmu", true)
	c, _ := p.phone(3, "udp", "pcmu", false)
	uac := startSipp(t, "refers", "-sf", scenario(t, "phone_refers.xml"), "-i", sibling(ip, 11), "-p", "5060", "-m", "1",
		"-auth_uri", "102@"+ip+":5060", ip+":5060")
	b.wait("CALL_ESTABLISHED")
	c.wait("CALL_INCOMING")
	time.Sleep(time.Second) // it rings, and sipp is told so
	c.accept()
	c.wait("CALL_ESTABLISHED")
	uac.done()
	p.calls(1)
	b.hangup()
	c.wait("CALL_CLOSED")
	p.calls(0)
}
