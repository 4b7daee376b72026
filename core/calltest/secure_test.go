package calltest

import (
	"bytes"
	"crypto/tls"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A phone over TLS and one over UDP: each is answered in its own way.
func TestTLSPhones(t *testing.T) {
	RunAt(t, Site{TLS: true}, office, func(w *World) {
		a, b := w.TLSPhone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		call.Hold()
		ring.Hears()
		call.Resume()
		ring.Hears(a)
		ring.Hangup()
		call.Expect("BYE")
		call, ring = talk(w, b, a)
		if c := ring.invite.Get("Contact"); c != "<sip:102@10.0.0.1:5061;transport=tls>" {
			t.Errorf("Contact: %s", c)
		}
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("tls phones")
	})
}

const tlsTrunk = `
extension "a" {
  number   = "101"
  secret   = "k9-Vq2-hTw"
  may_dial = ["+."]
}
trunk "east" {
  peer         = "sip:10.0.0.50;transport=tls"
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

// Both ways over one TLS connection, which the PBX opens.
func TestTrunkOverTLS(t *testing.T) {
	RunAt(t, Site{TLS: true}, tlsTrunk, func(w *World) {
		a, east := w.Phone("101"), w.TLSProvider("10.0.0.50", "10.0.0.50")
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
		w.Golden("trunk over tls")
	})
}

// A provider with another's certificate gets no call, and the log says why.
func TestTrunkWithAWrongCertificate(t *testing.T) {
	RunAt(t, Site{TLS: true}, tlsTrunk, func(w *World) {
		a, east := w.Phone("101"), w.TLSProvider("10.0.0.50", "sip.other.example")
		call := a.Dial("+442071234567")
		call.Expect("480")
		east.Silent(time.Second)
		synctest.Wait()
		if !bytes.Contains(w.log.Bytes(), []byte("its TLS certificate is not for 10.0.0.50: ")) {
			t.Errorf("the log does not say why:\n%s", w.log.String())
		}
		if strings.Contains(w.Ladder(), "east") {
			t.Error("something was said to a stranger")
		}
	})
}

// The same is seen before anybody calls, where the trunk is asked whether it is
// there: it takes no calls, and its state says why.
func TestTrunkWithAWrongCertificateIsDown(t *testing.T) {
	blocks := strings.Replace(tlsTrunk, `"off"`, `"30s"`, 1)
	RunAt(t, Site{TLS: true}, blocks, func(w *World) {
		w.TLSProvider("10.0.0.50", "sip.other.example")
		time.Sleep(time.Minute)
		synctest.Wait()
		down := regexp.MustCompile(`a trunk takes no calls: trunk=east state=\w+ .*reason=".*its TLS certificate is not for 10\.0\.0\.50: `)
		if !down.Match(w.log.Bytes()) {
			t.Errorf("the log does not say why:\n%s", w.log.String())
		}
	})
}

// A certificate that is renewed is shown after a reload, and connections that are
// open go on. One that does not fit its key is refused, and the last one is
// shown on.
func TestCertificateIsRenewed(t *testing.T) {
	RunAt(t, Site{TLS: true}, office, func(w *World) {
		shown := func() string {
			t.Helper()
			conn, err := w.Net.Dial(t.Context(), netip.MustParseAddrPort("10.0.0.99:0"), netip.MustParseAddrPort("10.0.0.1:5061"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			c := tls.Client(conn, &tls.Config{ServerName: "10.0.0.1", RootCAs: w.authority().Roots()})
			if err := c.Handshake(); err != nil {
				t.Fatal(err)
			}
			return c.ConnectionState().PeerCertificates[0].SerialNumber.String()
		}
		a, b := w.TLSPhone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		first := shown()
		_, file, _ := strings.Cut(w.site, "cert = \"")
		file, _, _ = strings.Cut(file, ".crt")
		w.certify(file, "10.0.0.1")
		w.Apply()
		second := shown()
		if second == first {
			t.Error("the old certificate is shown on")
		}
		if err := os.WriteFile(file+".key", []byte("rubbish"), 0o600); err != nil {
			t.Fatal(err)
		}
		if e := w.Refused(); !strings.Contains(e.Text+e.Source, "do not make a certificate") {
			t.Errorf("refused with %v", e)
		}
		if shown() != second {
			t.Error("what was refused is shown")
		}
		call.Hears(b)
		ring.Hangup()
		call.Expect("BYE")
	})
}
