// Package subnet says what counts as one address where connections and tries are
// counted: whoever has one of IPv6 has a whole network of them.
package subnet

import "net/netip"

// Of is what counts as one address: one of IPv4, a /64 of IPv6. It is invalid if
// from is.
func Of(from netip.Addr) netip.Prefix {
	from = from.Unmap().WithZone("")
	bits := from.BitLen()
	if from.Is6() {
		bits = 64
	}
	p, _ := from.Prefix(bits)
	return p
}
