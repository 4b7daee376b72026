package sip

import (
	"context"
	"net/netip"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/registrar"
)

// A binding that an earlier run kept has lost its connection. A phone that is
// where its contact says can be connected to anew; one behind a NAT, and one
// over TLS, whose certificate nobody knows, comes back when it registers.

// connectTime is how long a phone may take to accept a connection.
const connectTime = 4 * time.Second

// CanReach says whether a device can be called: over its flow, or by a new
// connection to its contact.
func (s *Server) CanReach(b registrar.Binding) bool {
	return s.links.find(b.Flow) != nil || returns(b)
}

// returns says whether a device without a connection can be connected to.
func returns(b registrar.Binding) bool {
	_, ok := contactAddr(b)
	return ok
}

// contactAddr is where a device accepts connections, if it is where its
// contact says.
func contactAddr(b registrar.Binding) (netip.AddrPort, bool) {
	if b.Flow.Transport != "tcp" || b.Flow.Conn != "" {
		return netip.AddrPort{}, false
	}
	var uri sip.Uri
	if err := sip.ParseUri(b.Contact, &uri); err != nil {
		return netip.AddrPort{}, false
	}
	host, err := netip.ParseAddr(uri.Host)
	if err != nil || host.Unmap() != b.Flow.Remote.Addr() {
		return netip.AddrPort{}, false
	}
	port := uri.Port
	if port == 0 {
		port = 5060
	}
	return netip.AddrPortFrom(host.Unmap(), uint16(port)), true
}

// reconnect opens a connection to the leg's device; nil, and the leg has
// ended, if that fails.
func (l *Leg) reconnect(b registrar.Binding) link {
	ctx, cancel := context.WithTimeout(l.srv.ctx, connectTime)
	defer cancel()
	addr, _ := contactAddr(b)
	to, err := l.srv.connect(ctx, b.Flow.Transport, addr, addr.Addr().String())
	if err != nil {
		l.unreachable(errText("connecting to "+b.Contact, err))
		return nil
	}
	return to
}
