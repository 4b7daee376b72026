package calltest

import (
	"crypto/tls"
	"net/netip"
	"path/filepath"
	"strings"
)

// Phone plugs in a phone of an extension and registers it. Phones with the
// same number are several devices of it.
func (w *World) Phone(number string) *Phone {
	w.t.Helper()
	p := w.Device(number, Secret)
	p.Register()
	return p
}

// Device is a phone that has not registered.
func (w *World) Device(number, secret string) *Phone {
	w.t.Helper()
	return w.at(number, secret, w.place()).listenUDP()
}

// TCPPhone is a phone over TCP. It registers.
func (w *World) TCPPhone(number string) *Phone {
	w.t.Helper()
	p := w.at(number, Secret, w.place())
	p.Connect()
	p.Register()
	return p
}

// TLSPhone is a phone over TLS. It registers.
func (w *World) TLSPhone(number string) *Phone {
	w.t.Helper()
	p := w.at(number, Secret, w.place())
	p.pbx = netip.AddrPortFrom(w.addr.Addr(), 5061)
	p.secure = &tls.Config{ServerName: w.addr.Addr().String(), RootCAs: w.authority().Roots()}
	p.Connect()
	p.Register()
	return p
}

// HiddenPhone is a phone behind NAT: what it says of where it is means nothing
// to anybody else. It registers.
func (w *World) HiddenPhone(number string) *Phone {
	w.t.Helper()
	p := w.at(number, Secret, w.place()).listenUDP()
	p.Claims = netip.MustParseAddrPort("192.168.7.7:5062")
	p.Register()
	return p
}

// place is a free address.
func (w *World) place() netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(11 + len(w.phones))}), 5060)
}

// Provider is what a trunk leads to: a phone at an address that never
// registers.
func (w *World) Provider(addr string) *Phone {
	w.t.Helper()
	return w.provider(addr).listenUDP()
}

// Registrar is a provider as those on the internet are: the trunk registers with it, it
// calls the Contact that it has, and sends its sound to where that of others
// comes from.
func (w *World) Registrar(addr string) *Phone {
	w.t.Helper()
	p := w.provider(addr)
	p.Registrar, p.Follows = true, true
	return p.listenUDP()
}

// ConnectedRegistrar is a [World.Registrar] over TCP, or over TLS.
func (w *World) ConnectedRegistrar(addr string, secure bool) *Phone {
	w.t.Helper()
	p := w.provider(addr)
	p.Registrar, p.Follows = true, true
	if secure {
		w.shows(p, addr)
	}
	return p.listenTCP()
}

// PhoneAt is a phone at an address of its own that finds the PBX at another, as
// seen from there. It registers.
func (w *World) PhoneAt(number, addr, pbx string) *Phone {
	w.t.Helper()
	p := w.at(number, Secret, netip.AddrPortFrom(netip.MustParseAddr(addr), 5060))
	p.pbx = netip.AddrPortFrom(netip.MustParseAddr(pbx), 5060)
	p.listenUDP().Register()
	return p
}

// TCPProvider is a provider that is reached over TCP.
func (w *World) TCPProvider(addr string) *Phone {
	w.t.Helper()
	return w.provider(addr).listenTCP()
}

// TLSProvider is a provider that is reached over TLS, on port 5061, and shows a
// certificate for a name or address.
func (w *World) TLSProvider(addr, name string) *Phone {
	w.t.Helper()
	p := w.provider(addr)
	w.shows(p, name)
	return p.listenTCP()
}

// shows makes a provider one over TLS.
func (w *World) shows(p *Phone, name string) {
	p.Addr = netip.AddrPortFrom(p.Addr.Addr(), 5061)
	p.Claims = p.Addr
	cert := w.certify(filepath.Join(w.t.TempDir(), "provider"), name)
	p.secure = &tls.Config{Certificates: []tls.Certificate{cert}}
}

func (w *World) provider(addr string) *Phone {
	return w.at("+4930"+addr[strings.LastIndexAny(addr, ".:")+1:], "", netip.AddrPortFrom(netip.MustParseAddr(addr), 5060))
}

func (w *World) at(number, secret string, addr netip.AddrPort) *Phone {
	w.t.Helper()
	pbx := w.addr
	for _, own := range w.addrs {
		if own.Addr().Is4() == addr.Addr().Is4() {
			pbx = own
			break
		}
	}
	p := newPhone(w.t, w.Net, number, secret, addr, pbx, Tones[len(w.phones)])
	w.phones = append(w.phones, p)
	return p
}
