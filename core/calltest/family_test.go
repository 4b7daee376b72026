package calltest

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

const sixTrunk = `
extension "a" {
  number   = "101"
  secret   = "k9-Vq2-hTw"
  may_dial = ["+."]
}
extension "b" {
  number   = "102"
  secret   = "k9-Vq2-hTw"
}
trunk "six" {
  peer = "sip:[2001:db8::50]"
}
dialplan "inbound" {
  from = [trunk.six]
  route "all" {
    match = "+4930555{ext:1XX}"
    to    = extension_number(match.ext)
  }
}
dialplan "internal" {
  from = [extension.a, extension.b]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "out" {
    match = "+."
    to    = trunk.six
  }
}
`

// A phone over IPv4, another over IPv6 and a trunk over IPv6: each is told
// addresses of its own family (RFC 4566 §5.7, RFC 5118 §4).
func TestIPv4AndIPv6(t *testing.T) {
	site := Site{Addr: netip.MustParseAddr("10.0.0.1"), Listen: []string{"udp://10.0.0.1:5060", "udp://[2001:db8::1]:5060"}}
	RunAt(t, site, sixTrunk, func(w *World) {
		six := w.Provider("2001:db8::50")
		a := w.Phone("101")
		b := w.at("102", Secret, netip.MustParseAddrPort("[2001:db8::12]:5060")).listenUDP()
		b.Register()
		v6 := func(m *raw.Message) {
			t.Helper()
			if uri := raw.URI(m.Get("Contact")); !strings.HasSuffix(uri, "@[2001:db8::1]:5060") {
				t.Errorf("Contact %s", uri)
			}
			if !strings.Contains(m.Body, " IN IP6 2001:db8::1\r\ns=") || !strings.Contains(m.Body, "\r\nc=IN IP6 2001:db8::1\r\n") {
				t.Errorf("not of IPv6:\n%s", m.Body)
			}
		}
		call := a.Dial("+442071234567")
		ring := six.Incoming()
		v6(ring.invite)
		if via := ring.invite.Get("Via"); !strings.HasPrefix(via, "SIP/2.0/UDP [2001:db8::1]:5060;") {
			t.Errorf("Via: %s", via)
		}
		if start := ring.invite.Start; start != "INVITE sip:+442071234567@[2001:db8::50] SIP/2.0" {
			t.Errorf("%s", start)
		}
		ring.Answer()
		told(t, call.Expect("200"), "10.0.0.1:5060", "10.0.0.1")
		call.Hears(six)
		ring.Hears(a)
		ring.Hangup()
		call.Expect("BYE")

		in := six.Dial("+4930555101")
		ring = a.Incoming()
		told(t, ring.invite, "10.0.0.1:5060", "10.0.0.1")
		ring.Answer()
		v6(in.Expect("200"))
		in.Hears(a)
		ring.Hears(six)
		in.Hangup()
		ring.Expect("BYE")

		call, ring = talk(w, a, b)
		v6(ring.invite)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("ipv4 and ipv6")
	})
}
