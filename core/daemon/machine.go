package daemon

import (
	"net"
	"net/netip"

	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/core/trunk"
	"github.com/plugboard/plugboard/sdk/bus"
)

// orMachine is the world, with the machine's own in place of what is nil.
func (w World) orMachine() World {
	if w.ListenPacket == nil {
		w.ListenPacket = listenPacket
	}
	if w.Listen == nil {
		w.Listen = func(a netip.AddrPort) (net.Listener, error) { return net.Listen("tcp"+family(a.Addr()), a.String()) }
	}
	if w.Resolver == nil {
		w.Resolver = &trunk.Names{}
	}
	if w.ListenRTP == nil {
		w.ListenRTP = bus.ListenUDP
	}
	if w.Launcher == nil {
		w.Launcher = &plugin.Processes{Bundled: Bundled(), Lines: 4096}
	}
	return w
}

// family is that of an address, as networks are named: 0.0.0.0 is all of IPv4,
// [::] all of IPv6, and both can be listened on side by side.
func family(a netip.Addr) string {
	if a.Unmap().Is4() {
		return "4"
	}
	return "6"
}

// listenPacket binds UDP with room for a burst of a few thousand requests.
func listenPacket(a netip.AddrPort) (net.PacketConn, error) {
	conn, err := net.ListenUDP("udp"+family(a.Addr()), net.UDPAddrFromAddrPort(a))
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(4 << 20)
	_ = conn.SetWriteBuffer(4 << 20)
	return conn, nil
}
