//go:build !linux

package rawio

import (
	"net"
	"net/netip"
)

// Conn returns c.
func Conn(c net.Conn) net.Conn { return c }

// Packets is a UDP socket.
type Packets struct{ conn *net.UDPConn }

// NewPackets returns a UDP socket. It stays the caller's to close.
func NewPackets(c *net.UDPConn) (*Packets, error) { return &Packets{c}, nil }

// Read hands every datagram to take, which is lent its octets, until the
// socket is closed or fails.
func (p *Packets) Read(take func(b []byte, from netip.AddrPort)) error {
	buf := make([]byte, 65535)
	for {
		n, from, err := p.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return err
		}
		take(buf[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()))
	}
}

// Send sends a datagram.
func (p *Packets) Send(b []byte, to netip.AddrPort) error {
	_, err := p.conn.WriteToUDPAddrPort(b, to)
	return err
}
