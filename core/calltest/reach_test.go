package calltest

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

func TestTCPPhones(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.TCPPhone("101"), w.TCPPhone("102")
		call, ring := talk(w, a, b)
		call.Hold()
		ring.Hears()
		call.Resume()
		ring.Hears(a)
		ring.Hangup()
		call.Expect("BYE")
		w.Golden("tcp phones")
	})
}

// A phone whose connection is lost cannot be reached, at once; its call's BYE
// comes over the connection that it opens next.
func TestTCPConnectionLost(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.TCPPhone("102")
		call, ring := talk(w, a, b)
		b.Disconnect()
		time.Sleep(10 * time.Millisecond)
		w.Phone("103").Dial("102").Expect("480")
		call.Hears(b) // sound needs no signalling
		b.Connect()
		b.Register()
		call.Hangup()
		ring.Expect("BYE")
		again := a.Dial("102")
		ring = b.Incoming()
		ring.Answer()
		again.Expect("200")
		ring.Hangup()
		again.Expect("BYE")
	})
}

// The connection of a phone that rings is lost: it may register anew and
// answer over another, so it rings on, and only as long as any.
func TestTCPConnectionLostWhileRinging(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.TCPPhone("102")
		call := a.Dial("102")
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		b.Disconnect()
		time.Sleep(time.Second)
		b.Connect()
		b.Register()
		ring.Answer()
		call.Expect("200")
		call.Hears(b)
		ring.Hangup()
		call.Expect("BYE")

		call = a.Dial("102")
		b.Incoming().Ring()
		call.Expect("180")
		b.Disconnect()
		call.Expect("480")
	})
}

const tcpTrunk = `
extension "a" {
  number   = "101"
  secret   = "k9-Vq2-hTw"
  may_dial = ["+."]
}
trunk "east" {
  peer         = "sip:10.0.0.50;transport=tcp"
  max_calls    = 1
  options_ping = "off"
}
dialplan "inbound" {
  from = [trunk.east]
  route "all" {
    match = "+4930555{ext:1XX}"
    to    = extension_number(match.ext)
  }
}
dialplan "internal" {
  from = [extension.a]
  route "out" {
    match = "+."
    to    = trunk.east
  }
}
`

// Both ways over one connection, which the PBX opens; the provider loses it,
// and the next call opens another.
func TestTrunkOverTCP(t *testing.T) {
	Run(t, tcpTrunk, func(w *World) {
		a, east := w.Phone("101"), w.TCPProvider("10.0.0.50")
		call := a.Dial("+442071234567")
		ring := east.Incoming()
		ring.Answer()
		call.Expect("200")
		call.Hears(east)
		ring.Hears(a)
		ring.Hangup()
		call.Expect("BYE")
		in := east.Dial("+4930555101")
		ring = a.Incoming()
		ring.Answer()
		in.Expect("200")
		in.Hears(a)
		ring.Hangup()
		in.Expect("BYE")
		w.Golden("trunk over tcp")
		east.Disconnect()
		time.Sleep(time.Second)
		call = a.Dial("+442071234567")
		ring = east.Incoming()
		ring.Answer()
		call.Expect("200")
		call.Hangup()
		ring.Expect("BYE")
	})
}

// max_calls counts both ways, and is free again when a call ends, also one
// that never was answered.
func TestTrunkMaxCalls(t *testing.T) {
	Run(t, tcpTrunk, func(w *World) {
		a, east := w.Phone("101"), w.TCPProvider("10.0.0.50")
		call := a.Dial("+442071234567")
		ring := east.Incoming()
		ring.Answer()
		call.Expect("200")
		if m := w.Phone("101").Dial("+442071234568").Expect("503"); m.Get("Retry-After") == "" {
			t.Error("503 without Retry-After")
		}
		east.Dial("+4930555101").Expect("503")
		call.Hangup()
		ring.Expect("BYE")
		for range 3 { // refused, cancelled, answered
			call = a.Dial("+442071234567")
			east.Incoming().Reject(486, "Busy Here")
			call.Expect("486")
			call = a.Dial("+442071234567")
			ring = east.Incoming()
			ring.Ring()
			call.Expect("180")
			call.Cancel()
			ring.Expect("CANCEL")
			time.Sleep(time.Second)
		}
		call = a.Dial("+442071234567")
		ring = east.Incoming()
		ring.Answer()
		call.Expect("200")
		call.Hangup()
		ring.Expect("BYE")
	})
}

// A phone behind NAT says addresses that mean nothing outside. It is rung over
// the way it registered by, and its sound goes to where its own comes from
// (RFC 3581, RFC 4961).
func TestPhoneBehindNAT(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.HiddenPhone("101"), w.HiddenPhone("102")
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
		w.Golden("behind nat")
	})
}

// The mapping of a NAT changes: the phone registers from another port and is
// rung there.
func TestNATMappingChanges(t *testing.T) {
	Run(t, office, func(w *World) {
		a := w.Phone("101")
		b := w.HiddenPhone("102")
		moved := w.HiddenPhone("102") // the same Contact from elsewhere: the same device
		call := a.Dial("102")
		ring := moved.Incoming()
		ring.Answer()
		call.Expect("200")
		call.Hears(moved)
		b.Silent(time.Second)
		call.Hangup()
		ring.Expect("BYE")
	})
}

const twoDevices = `
extension "a" {
  number = "101"
  secret = "k9-Vq2-hTw"
}
extension "b" {
  number      = "102"
  secret      = "k9-Vq2-hTw"
  max_devices = 2
}
dialplan "internal" {
  from = [extension.a, extension.b]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
}
`

// Two devices of one number ring, over UDP and TCP; a third is not let in, and
// is once one has gone.
func TestMaxDevices(t *testing.T) {
	Run(t, twoDevices, func(w *World) {
		a, one, two := w.Phone("101"), w.Phone("102"), w.TCPPhone("102")
		three := w.Device("102", Secret)
		if s := three.TryRegister(3600); s != 403 {
			t.Errorf("the third device got %d", s)
		}
		one.Register() // a refresh is no new device
		call := a.Dial("102")
		r1, r2 := one.Incoming(), two.Incoming()
		r1.Ring()
		r2.Ring()
		call.Expect("180")
		r1.Reject(486, "Busy Here") // one hand says no, the other still rings
		r2.Answer()
		call.Expect("200")
		call.Hears(two)
		call.Hangup()
		r2.Expect("BYE")
		three.Silent(0)

		one.TryRegister(0)
		three.Register()
		call = a.Dial("102")
		r3 := three.Incoming()
		two.Incoming().Ring()
		r3.Answer()
		call.Expect("200")
		call.Hangup()
		r3.Expect("BYE")
	})
}

// Each datagram of signalling arrives twice, and once more seconds later: the
// call is one call (RFC 3261, section 17.2).
func TestEverythingTwice(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		w.Net.Repeat(func(d Datagram) []time.Duration {
			if !isSIP(d.Data) || d.To.Addr() != w.addr.Addr() {
				return nil
			}
			return []time.Duration{time.Microsecond, 3 * time.Second}
		})
		call := a.Dial("102")
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		ring.Answer()
		call.Expect("200")
		if n := len(w.Calls()); n != 1 {
			t.Errorf("%d calls", n)
		}
		time.Sleep(10 * time.Second)
		call.Hears(b)
		ring.Hears(a)
		call.Hold()
		time.Sleep(4 * time.Second)
		ring.Hears()
		call.Resume()
		time.Sleep(4 * time.Second)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		time.Sleep(10 * time.Second)
		if n := len(w.Calls()); n != 0 {
			t.Errorf("%d calls are left", n)
		}
		b.Silent(0) // one INVITE made one call
	})
}

// An INVITE much larger than a packet passes, and is passed on
// (RFC 3261, section 18.1.1: what a phone sent by UDP is answered by UDP).
func TestLargeMessages(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.DialWith("102", func(m *raw.Message) {
			for i := range 6 {
				m.Add(fmt.Sprintf("X-Large-%d", i), strings.Repeat("x", 900))
			}
		})
		ring := b.Incoming()
		if n := len(ring.invite.Bytes()); n < 5400 {
			t.Errorf("the INVITE passed on has %d bytes", n)
		}
		ring.Answer()
		call.Expect("200")
		call.Hears(b)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// Rubbish between the messages of a call does not disturb it.
func TestRubbishDuringACall(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		stranger := w.Device("666", "none")
		good := string(stranger.request("BYE", "sip:101@plugboard", stranger.aor(), call.Phone.aor(), call.id, 1).Bytes())
		for i := range len(good) { // each beginning of a message, and each with a byte changed
			for _, m := range []string{good[:i], good[:i] + "\x00" + good[i+1:], good[:i] + "\r\n" + good[i:]} {
				_, _ = stranger.conn.WriteTo([]byte(m), net.UDPAddrFromAddrPort(w.addr))
			}
		}
		time.Sleep(time.Second)
		call.Hears(b)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
	})
}
