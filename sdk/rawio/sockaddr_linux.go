package rawio

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"golang.org/x/sys/unix"
)

// Sockaddr is a socket address as the kernel has it: a sockaddr_in or sockaddr_in6.
type Sockaddr [unix.SizeofSockaddrInet6]byte

// Set puts an address in, for a socket of IPv4 or of IPv6, and returns how long that
// is.
func (n *Sockaddr) Set(to netip.AddrPort, six bool) (uintptr, error) {
	binary.BigEndian.PutUint16(n[2:], to.Port())
	ip := to.Addr()
	if !six {
		if !ip.Unmap().Is4() {
			return 0, &net.AddrError{Err: "an IPv4 socket does not reach it", Addr: to.String()}
		}
		binary.NativeEndian.PutUint16(n[:], unix.AF_INET)
		four := ip.Unmap().As4()
		copy(n[4:], four[:])
		return unix.SizeofSockaddrInet4, nil
	}
	binary.NativeEndian.PutUint16(n[:], unix.AF_INET6)
	sixteen := ip.As16() // IPv4 as ::ffff:a.b.c.d
	copy(n[8:], sixteen[:])
	if zone := ip.Zone(); zone != "" {
		index, err := zoneIndex(zone)
		if err != nil {
			return 0, err
		}
		binary.NativeEndian.PutUint32(n[24:], index)
	}
	return unix.SizeofSockaddrInet6, nil
}

// AddrPort reads what the kernel put in. IPv4 in IPv6 comes out as IPv4; the zone
// of a link-local address is the interface's number.
func (n *Sockaddr) AddrPort() (netip.AddrPort, bool) {
	port := binary.BigEndian.Uint16(n[2:])
	switch binary.NativeEndian.Uint16(n[:]) {
	case unix.AF_INET:
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte(n[4:8])), port), true
	case unix.AF_INET6:
		a := netip.AddrFrom16([16]byte(n[8:24])).Unmap()
		if scope := binary.NativeEndian.Uint32(n[24:]); scope != 0 && a.Is6() {
			a = a.WithZone(strconv.FormatUint(uint64(scope), 10))
		}
		return netip.AddrPortFrom(a, port), true
	}
	return netip.AddrPort{}, false
}

// zoneIndex is the number of an interface, which may be given as a number.
func zoneIndex(zone string) (uint32, error) {
	if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return uint32(n), nil
	}
	i, err := net.InterfaceByName(zone)
	if err != nil {
		return 0, fmt.Errorf("zone %q of an address: %w", zone, err)
	}
	return uint32(i.Index), nil
}
