//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// account is an office whose calls go to a provider that it registers at.
const account = `
extension "a" {
  number   = "101"
  secret   = "k9-Vq2-hTw"
  may_dial = ["+."]
}
trunk "provider" {
  peer         = "sip:PROVIDER:5060"
  register     = true
  username     = "1234567"
  secret       = "SECRET"
  options_ping = "off" # sipp's scenario knows calls and registrations
}
dialplan "internal" {
  from = [extension.a]
  route "out" {
    match = "+."
    to    = trunk.provider
  }
}
dialplan "inbound" {
  from = [trunk.provider]
  route "all" {
    match = "."
    to    = extension.a
  }
}
`

type apiTrunk struct {
	Name, State, Reason string
	Since               time.Time
	Until               *time.Time
}

// trunk waits until a trunk is in a state.
func trunk(p *pbx.PBX, name, state string) apiTrunk {
	p.T.Helper()
	var found apiTrunk
	pbx.Eventually(p.T, "trunk "+name+" is "+state, func() error {
		var list []apiTrunk
		p.Get("/trunks", &list)
		for _, t := range list {
			if found = t; t.Name == name && t.State == state {
				return nil
			}
		}
		return fmt.Errorf("trunks are %+v", list)
	})
	return found
}

// sipp as a provider: a registration through its 401, a call of a real phone
// through its 407 and 183, and what the phone says comes back.
func TestProvider(t *testing.T) {
	t.Parallel()
	const ip = "127.0.90.1"
	provider := pbx.Sibling(ip, 2)
	s := startSipp(t, "provider", "-sf", scenario(t, "provider.xml"), "-i", provider, "-p", "5060", "-mi", provider, "-rtp_echo", "-m", "2")
	s.listens("udp", provider)
	p := pbx.Start(t, ip, strings.NewReplacer("PROVIDER", provider, "SECRET", "hush-5521").Replace(account))
	found := trunk(p, "provider", "registered")
	if found.Until == nil || time.Until(*found.Until) > 6*time.Minute || found.Reason != "" {
		t.Errorf("%+v", found)
	}
	if out, err := p.Command("trunks"); err != nil || !strings.Contains(out, "provider  registered  ") {
		t.Errorf("%v\n%s", err, out)
	}
	a, said := p.Phone(1, "udp", "pcmu", false)
	a.Dial("+442071234567")
	a.Wait("CALL_ESTABLISHED")
	p.Calls(1)
	time.Sleep(6 * time.Second) // of sound
	a.Hangup()
	a.Wait("CALL_CLOSED")
	p.Calls(0)
	p.SameSound("the phone, of its own voice that the provider sends back", said, a.Heard())
	p.Stop() // takes the registration away, which ends the scenario
	s.done()
	if strings.Contains(p.Log(), "hush-5521") {
		t.Error("the secret is in the log")
	}
}

// A wrong secret: `plugboard trunks` and the log say what was tried.
func TestProviderRefuses(t *testing.T) {
	t.Parallel()
	const ip = "127.0.91.1"
	provider := pbx.Sibling(ip, 2)
	s := startSipp(t, "provider", "-sf", scenario(t, "provider.xml"), "-i", provider, "-p", "5060", "-m", "1")
	s.listens("udp", provider)
	p := pbx.Start(t, ip, strings.NewReplacer("PROVIDER", provider, "SECRET", "wrong-77").Replace(account))
	trunk(p, "provider", "failed")
	s.done()
	want := "the provider refused user 1234567 at " + provider + ":5060 (403 Forbidden): check username and secret"
	out, err := p.Command("trunks")
	if err != nil || !strings.Contains(out, want) {
		t.Errorf("%v\n%s", err, out)
	}
	if log := p.Log(); !strings.Contains(log, want) || strings.Contains(log, "wrong-77") {
		t.Errorf("the log:\n%s", log)
	}
}

// The first provider answers 503, or nothing: the call goes to the next.
func TestProviderFails(t *testing.T) {
	t.Parallel()
	const blocks = `
trunk "caller" {
  peer         = "sip:CALLER:5060"
  options_ping = "off"
}
trunk "first" {
  peer         = "sip:FIRST:5060"
  options_ping = "off"
}
trunk "reserve" {
  peer         = "sip:RESERVE:5060"
  options_ping = "off"
}
failover "pstn" {
  order   = [trunk.first, trunk.reserve]
  next_on = ["timeout:2s", "unregistered", "5xx"]
}
dialplan "transit" {
  from = [trunk.caller, trunk.first, trunk.reserve]
  route "out" {
    match = "1XX"
    to    = failover.pstn
  }
}
`
	for i, how := range []string{"503", "silence"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			ip := fmt.Sprintf("127.0.%d.1", 92+i)
			caller, first, reserve := pbx.Sibling(ip, 2), pbx.Sibling(ip, 3), pbx.Sibling(ip, 4)
			p := pbx.Start(t, ip, strings.NewReplacer("CALLER", caller, "FIRST", first, "RESERVE", reserve).Replace(blocks))
			var failing *sipp
			if how == "503" {
				failing = startSipp(t, "first", "-sf", scenario(t, "callee_busy.xml", "486 Busy Here", "503 Service Unavailable"), "-i", first, "-p", "5060", "-m", "1")
				failing.listens("udp", first)
			} else {
				mute, err := net.ListenPacket("udp", first+":5060")
				if err != nil {
					t.Fatal(err)
				}
				defer mute.Close()
			}
			uas := startSipp(t, "reserve", "-sn", "uas", "-i", reserve, "-p", "5060", "-mi", reserve, "-m", "1")
			uas.listens("udp", reserve)
			startSipp(t, "caller", "-sn", "uac", "-i", caller, "-p", "5060", "-mi", caller, "-s", "101", "-m", "1", "-d", "500", p.IP+":5060").done()
			uas.done()
			if failing != nil {
				failing.done()
			}
			p.Calls(0)
		})
	}
}
