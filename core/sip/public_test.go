package sip

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
)

// behind is a server that a NAT may hide from all but the local network.
func behind(b *bed) (seen func() string) {
	var said []string
	b.server.opts.Advertise = func(remote netip.Addr) Self {
		self := at("192.0.2.1")
		self.Learn = remote.As4()[0] != 10
		return self
	}
	b.server.opts.Seen = func(t *dialplan.Trunk, at netip.AddrPort) { said = append(said, t.Name+" "+at.String()) }
	return func() string {
		s := strings.Join(said, ", ")
		said = nil
		return s
	}
}

// natted answers a request as one that came from elsewhere.
func (p *phone) natted(req message, status, at string) {
	seen := netip.MustParseAddrPort(at)
	via := strings.Replace(req.get("Via"), ";rport", ";rport="+itoa(int(seen.Port()))+";received="+seen.Addr().String(), 1)
	req.set("Via", via)
	p.respond(req, status)
}

// Where a trunk says that it sees us is what it is told from then on: in Via,
// Contact and the session description. A phone on the LAN is told our own
// address, one outside the public one (RFC 3581).
func TestRFC3581PublicAddress(t *testing.T) {
	virtual(t, func(b *bed) {
		seen := behind(b)
		prov := b.phone("prov", trunkAddr)
		try := func(host, media string) message {
			t.Helper()
			out := b.dialTrunk("call-1", "+4912345")
			m := prov.rung()
			if !strings.HasPrefix(m.get("Via"), "SIP/2.0/UDP "+host+";branch=") || !strings.HasSuffix(m.get("Contact"), "@"+host+">") || !strings.Contains(m.body, "IP4 "+media+"\r\n") {
				t.Errorf("want %s, got\n%s\n%s\n%s", host, m.get("Via"), m.get("Contact"), m.body)
			}
			prov.natted(m, "486 Busy Here", "203.0.113.7:1024")
			prov.expect("ACK")
			b.hears(out, call.Ended)
			return m
		}
		try("192.0.2.1:5060", "192.0.2.1")
		if s := seen(); s != "first 203.0.113.7:1024" {
			t.Errorf("seen: %s", s)
		}
		try("203.0.113.7:1024", "203.0.113.7")
		if s := seen(); s != "" {
			t.Errorf("seen again: %s", s)
		}
		near, far := b.phone("101", "10.0.0.2:5060"), b.phone("102", "198.51.100.77:5060")
		near.register()
		far.register()
		for p, want := range map[*phone]string{near: "192.0.2.1:5060", far: "203.0.113.7:1024"} {
			out := b.dial("call-2", p.name)
			if m := p.rung(); !strings.HasSuffix(m.get("Contact"), "@"+want+">") {
				t.Errorf("%s: Contact %s", p.name, m.get("Contact"))
			}
			// What a phone says of it does not count.
			p.natted(p.invite, "486 Busy Here", "198.51.100.99:99")
			p.expect("ACK")
			b.hears(out, call.Ended)
		}
		if s := seen(); s != "" {
			t.Errorf("a phone was believed: %s", s)
		}
		out := b.dialTrunk("call-1", "+4912345")
		m := prov.rung()
		prov.natted(m, "486 Busy Here", "203.0.113.8:1025")
		prov.expect("ACK")
		b.hears(out, call.Ended)
		if s := seen(); s != "first 203.0.113.8:1025" {
			t.Errorf("seen: %s", s)
		}
	})
}

// Over TCP the connection's own port leads back to us; without a NAT the
// listener's does.
func TestRFC3581PublicAddressOverTCP(t *testing.T) {
	virtual(t, func(b *bed) {
		behind(b)
		b.peers["first"] = Peer{Transport: "tcp", Addr: netip.MustParseAddrPort(trunkAddr), Host: "sip.first.example"}
		opened := make(chan *phone, 9)
		b.connect = func(netip.AddrPort) (net.Conn, error) {
			ours, theirs := pipe("192.0.2.1:33333", trunkAddr)
			opened <- b.phoneOn("prov", trunkAddr, theirs)
			return ours, nil
		}
		var prov *phone
		for i, want := range []string{"192.0.2.1:5060", "203.0.113.7:1024", "192.0.2.1:5060"} {
			out := b.dialTrunk("call-1", "+4912345")
			if prov == nil {
				prov = <-opened
			}
			m := prov.rung()
			if !strings.HasSuffix(m.get("Contact"), "@"+want+";transport=tcp>") {
				t.Errorf("%d: want %s, got %s", i, want, m.get("Contact"))
			}
			seen := "203.0.113.7:1024"
			if i == 1 {
				seen = "192.0.2.1:33333" // the NAT is gone
			}
			prov.natted(m, "486 Busy Here", seen)
			prov.expect("ACK")
			b.hears(out, call.Ended)
		}
	})
}

// What cannot be true is not learned.
func TestImplausibleAddressIsNotLearned(t *testing.T) {
	virtual(t, func(b *bed) {
		seen := behind(b)
		prov := b.phone("prov", trunkAddr)
		for _, via := range []string{
			";rport=1;received=10.0.0.1", ";rport=1;received=0.0.0.0", ";rport=1;received=2001:db8::1", ";rport=1;received=224.0.0.1",
			";rport=99999;received=x", ";rport", "",
		} {
			out := b.dialTrunk("call-1", "+4912345")
			m := prov.rung()
			m.set("Via", strings.Replace(m.get("Via"), ";rport", via, 1))
			prov.respond(m, "486 Busy Here")
			prov.expect("ACK")
			b.hears(out, call.Ended)
			if s := seen(); s != "" {
				t.Errorf("%q: %s", via, s)
			}
			time.Sleep(time.Second)
		}
	})
}
