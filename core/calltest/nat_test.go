package calltest

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// An office behind a NAT: the PBX at 192.168.1.2, phones beside it, and a provider
// on the internet that it registers with.
const hidden = `
extension "a" {
  number   = "101"
  secret   = "k9-Vq2-hTw"
  may_dial = ["+."]
}
extension "b" {
  number = "102"
  secret = "k9-Vq2-hTw"
}
trunk "east" {
  peer     = "sip:198.51.100.50"
  register = true
  username = "account"
  secret   = "s3-cret-of-it"
}
dialplan "inbound" {
  from = [trunk.east]
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
    to    = trunk.east
  }
}
`

// officeNAT is the box of the office, homeNAT that of somebody at home.
func officeNAT() *NAT {
	return &NAT{Inside: netip.MustParsePrefix("192.168.1.0/24"), Public: netip.MustParseAddr("203.0.113.7"), Timeout: 40 * time.Second}
}

func homeNAT() *NAT {
	return &NAT{Inside: netip.MustParsePrefix("192.168.7.0/24"), Public: netip.MustParseAddr("203.0.113.99"), Timeout: 5 * time.Minute}
}

var officePBX = netip.MustParseAddr("192.168.1.2")

// told fails the test if a message does not say that we are somewhere, in
// Contact and in its description.
func told(t *testing.T, m *raw.Message, contact, media string) {
	t.Helper()
	if uri := raw.URI(m.Get("Contact")); !strings.Contains(uri, "@"+contact) {
		t.Errorf("%s: Contact %s, want %s", m.Label(), uri, contact)
	}
	if !strings.Contains(m.Body, "\r\nc=IN IP4 "+media+"\r\n") || !strings.Contains(m.Body, " IN IP4 "+media+"\r\ns=") {
		t.Errorf("%s: want %s in\n%s", m.Label(), media, m.Body)
	}
}

// The phone and the PBX are behind one NAT, the provider is outside: the phone is
// told the LAN's address, the provider the public one. What the provider asks
// later, by the book, comes back through the NAT: here one that gives each socket
// any port, the same for all, and lets in only whom it was sent to.
func TestPhoneAndPBXBehindOneNAT(t *testing.T) {
	RunAt(t, Site{Addr: officePBX, NATs: []*NAT{officeNAT()}}, hidden, func(w *World) {
		east := w.Registrar("198.51.100.50")
		time.Sleep(5 * time.Second) // until it has registered
		a := w.PhoneAt("101", "192.168.1.11", "192.168.1.2")
		call := a.Dial("+442071234567")
		ring := east.Incoming()
		told(t, ring.invite, "203.0.113.7:1025", "203.0.113.7")
		ring.Answer()
		told(t, call.Expect("200"), "192.168.1.2:5060", "192.168.1.2")
		call.Hears(east)
		ring.Hears(a)
		ring.Hangup()
		call.Expect("BYE")

		in := east.DialIn("+4930555101")
		ring = a.Incoming()
		told(t, ring.invite, "192.168.1.2:5060", "192.168.1.2")
		ring.Answer()
		told(t, in.Expect("200"), "203.0.113.7:1025", "203.0.113.7")
		in.Hears(a)
		ring.Hears(east)
		in.Hangup()
		ring.Expect("BYE")
		w.Golden("phone and pbx behind one nat")
	})
}

// A PBX behind any kind of NAT, with a provider outside: calls both ways, also
// long after the last one, and ends of long calls from outside.
func TestPBXBehindNAT(t *testing.T) {
	for _, c := range []struct {
		name              string
		perFarSide, keeps bool
	}{
		{"keeps ports", false, true},
		{"shifts ports", false, false},
		{"a port for each far side", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			box := officeNAT()
			box.PerFarSide, box.Keeps = c.perFarSide, c.keeps
			RunAt(t, Site{Addr: officePBX, NATs: []*NAT{box}}, hidden, func(w *World) {
				east := w.Registrar("198.51.100.50")
				a := w.PhoneAt("101", "192.168.1.11", "192.168.1.2")
				if c.keeps { // a provider that sends where the description says
					east.Follows = false
				}
				time.Sleep(3 * time.Minute)
				in := east.DialIn("+4930555101")
				ring := a.Incoming()
				ring.Answer()
				in.Expect("200")
				in.Hears(a)
				ring.Hears(east)
				time.Sleep(time.Minute)
				in.Hears(a)
				ring.Hears(east)
				in.Hangup()
				ring.Expect("BYE")
				call := a.Dial("+442071234567")
				ring = east.Incoming()
				ring.Answer()
				call.Expect("200")
				call.Hears(east)
				ring.Hears(a)
				time.Sleep(time.Minute)
				ring.Hangup()
				call.Expect("BYE")
				w.GoldenOrder("pbx behind nat that " + strings.ReplaceAll(c.name, "a port for", "has a port for"))
			})
		})
	}
}

// Over TCP and TLS the provider is told the public address with the port that
// others reach, and its calls come over the connection that is open.
func TestPBXBehindNATOverAConnection(t *testing.T) {
	for _, transport := range []string{"tcp", "tls"} {
		t.Run(transport, func(t *testing.T) {
			site := Site{Addr: officePBX, NATs: []*NAT{officeNAT()}, TLS: transport == "tls"}
			RunAt(t, site, strings.Replace(hidden, "sip:198.51.100.50", "sip:198.51.100.50;transport="+transport, 1), func(w *World) {
				east := w.ConnectedRegistrar("198.51.100.50", transport == "tls")
				time.Sleep(40 * time.Second) // it registers, learns where it is, and registers there
				if got := east.Bound(); !strings.Contains(got, "@203.0.113.7:") || !strings.HasSuffix(got, ";transport="+transport) {
					t.Errorf("registered as %s", got)
				}
				a := w.PhoneAt("101", "192.168.1.11", "192.168.1.2")
				call := a.Dial("+442071234567")
				ring := east.Incoming()
				told(t, ring.invite, "203.0.113.7", "203.0.113.7")
				ring.Answer()
				told(t, call.Expect("200"), "192.168.1.2:5060", "192.168.1.2")
				call.Hears(east)
				ring.Hears(a)
				ring.Hangup()
				call.Expect("BYE")

				time.Sleep(10 * time.Minute)
				in := east.DialIn("+4930555101")
				ring = a.Incoming()
				ring.Answer()
				told(t, in.Expect("200"), "203.0.113.7", "203.0.113.7")
				in.Hears(a)
				ring.Hears(east)
				in.Hangup()
				ring.Expect("BYE")
			})
		})
	}
}

// The NAT of the PBX forgets, and gives another port: the next answer of the provider
// says so, and the trunk registers there.
func TestPublicAddressChanges(t *testing.T) {
	box := officeNAT()
	RunAt(t, Site{Addr: officePBX, NATs: []*NAT{box}}, hidden, func(w *World) {
		east := w.Registrar("198.51.100.50")
		a := w.PhoneAt("101", "192.168.1.11", "192.168.1.2")
		time.Sleep(2 * time.Minute)
		before := east.Bound()
		w.Net.Reboot(box)
		time.Sleep(2 * time.Minute)
		if east.Bound() == before {
			t.Fatalf("still registered as %s", before)
		}
		synctest.Wait()
		if n := strings.Count(w.log.String(), "a trunk sees us at another address than before"); n != 1 {
			t.Errorf("the log says it %d times", n)
		}
		in := east.DialIn("+4930555101")
		ring := a.Incoming()
		ring.Answer()
		in.Expect("200")
		in.Hears(a)
		ring.Hears(east)
		in.Hangup()
		ring.Expect("BYE")
	})
}

// A phone behind a NAT at home, the PBX on the internet: over UDP and TCP, both
// ways.
func TestPhoneBehindANATOfItsOwn(t *testing.T) {
	for _, c := range []struct {
		transport  string
		perFarSide bool
	}{{"udp", false}, {"tcp", false}, {"udp", true}} {
		name := c.transport
		if c.perFarSide {
			name += ", a port for each far side"
		}
		t.Run(name, func(t *testing.T) {
			box := homeNAT()
			box.PerFarSide = c.perFarSide
			RunAt(t, Site{Addr: netip.MustParseAddr("198.51.100.2"), NATs: []*NAT{box}}, office, func(w *World) {
				a := w.at("101", Secret, netip.MustParseAddrPort("192.168.7.7:5062"))
				if c.transport == "tcp" {
					a.Connect()
				} else {
					a.listenUDP()
				}
				a.Register()
				b := w.PhoneAt("102", "198.51.100.11", "198.51.100.2")
				call, ring := talk(w, a, b)
				call.Hold()
				ring.Hears()
				call.Resume()
				ring.Hears(a)
				ring.Hangup()
				call.Expect("BYE")
				call, ring = talk(w, b, a)
				call.Hangup()
				ring.Expect("BYE")
				if !c.perFarSide {
					w.Golden("phone behind a nat of its own over " + c.transport)
				}
			})
		})
	}
}

// The PBX is behind one NAT, which lets its ports in, and a phone behind
// another: the phone is told the address that the provider has seen.
func TestPhoneAndPBXBehindTwoNATs(t *testing.T) {
	office, home := officeNAT(), homeNAT()
	RunAt(t, Site{Addr: officePBX, NATs: []*NAT{office, home}}, hidden, func(w *World) {
		w.Net.Forward(office, 5060, 5060, officePBX)
		w.Net.Forward(office, 20000, 20199, officePBX)
		east := w.Registrar("198.51.100.50")
		time.Sleep(time.Minute)
		near := w.PhoneAt("101", "192.168.1.11", "192.168.1.2")
		far := w.PhoneAt("102", "192.168.7.7", "203.0.113.7")
		call := far.Dial("101")
		ring := near.Incoming()
		told(t, ring.invite, "192.168.1.2:5060", "192.168.1.2")
		ring.Answer()
		told(t, call.Expect("200"), "203.0.113.7:5060", "203.0.113.7")
		call.Hears(near)
		ring.Hears(far)
		call.Hangup()
		ring.Expect("BYE")

		in := east.DialIn("+4930555102")
		ring = far.Incoming()
		told(t, ring.invite, "203.0.113.7:5060", "203.0.113.7")
		ring.Answer()
		in.Expect("200")
		in.Hears(far)
		ring.Hears(east)
		ring.Hangup()
		in.Expect("BYE")
		w.Golden("phone and pbx behind two nats")
	})
}

// external_address that is fixed, or none: nothing is learned.
func TestExternalAddressThatIsNotLearned(t *testing.T) {
	for external, want := range map[string]string{"203.0.113.80": "203.0.113.80", "none": "192.168.1.2"} {
		t.Run(external, func(t *testing.T) {
			RunAt(t, Site{Addr: officePBX, NATs: []*NAT{officeNAT()}, SIP: fmt.Sprintf("external_address = %q", external)}, hidden, func(w *World) {
				east := w.Registrar("198.51.100.50")
				a := w.PhoneAt("101", "192.168.1.11", "192.168.1.2")
				time.Sleep(2 * time.Minute)
				call := a.Dial("+442071234567")
				ring := east.Incoming()
				told(t, ring.invite, want+":5060", want)
				ring.Reject(486, "Busy Here")
				call.Expect("486")
			})
		})
	}
}
