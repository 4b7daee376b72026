package trace

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"
)

// The parts of a capture file (pcap, as libpcap writes it).
const (
	pcapMagic   = 0xa1b2c3d4 // microseconds, in the order of bytes that follows
	linkRaw     = 101        // LINKTYPE_RAW: a packet begins with its IP header
	ipHeader4   = 20
	ipHeader6   = 40
	udpHeader   = 8
	udpProtocol = 17
	hops        = 64
)

// Pcap writes the messages of a story as a capture file, for Wireshark and its
// kind. Each message is one UDP packet between the addresses that it really
// travelled between, also where it travelled over TCP. Secrets are left out as
// in the story. own is asked for our address as the far side sees it where the
// socket is bound to all of them.
func Pcap(w io.Writer, entries []Entry, own func(remote netip.Addr) netip.Addr) error {
	head := binary.BigEndian.AppendUint32(nil, pcapMagic)
	head = binary.BigEndian.AppendUint16(head, 2)
	head = binary.BigEndian.AppendUint16(head, 4)
	head = append(head, 0, 0, 0, 0, 0, 0, 0, 0)
	head = binary.BigEndian.AppendUint32(head, 1<<18)
	head = binary.BigEndian.AppendUint32(head, linkRaw)
	if _, err := w.Write(head); err != nil {
		return err
	}
	for _, e := range entries {
		if e.To == "" {
			continue
		}
		b, err := packet(e, own)
		if err != nil {
			return err
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// packet is a message as a record of the file.
func packet(e Entry, own func(netip.Addr) netip.Addr) ([]byte, error) {
	remote, err := netip.ParseAddrPort(e.Remote)
	if err != nil {
		return nil, fmt.Errorf("message %d came from, or went to, %q: %w", e.Seq, e.Remote, err)
	}
	remote = netip.AddrPortFrom(remote.Addr().Unmap().WithZone(""), remote.Port())
	local, err := netip.ParseAddrPort(e.Local)
	if err != nil || local.Addr().IsUnspecified() {
		local = netip.AddrPortFrom(own(remote.Addr()), max(local.Port(), 5060))
	}
	local = netip.AddrPortFrom(local.Addr().Unmap().WithZone(""), local.Port())
	from, to := remote, local
	if e.From == Self {
		from, to = local, remote
	}
	length := udpHeader + len(e.Message) + e.Cut
	var ip []byte
	if from.Addr().Is4() && to.Addr().Is4() {
		ip = ipv4(from.Addr(), to.Addr(), length)
	} else {
		ip = ipv6(from.Addr(), to.Addr(), length)
	}
	udp := binary.BigEndian.AppendUint16(nil, from.Port())
	udp = binary.BigEndian.AppendUint16(udp, to.Port())
	udp = binary.BigEndian.AppendUint16(udp, uint16(length))
	udp = append(udp, 0, 0) // no checksum: it would be that of another text
	whole := len(ip) + length
	b := binary.BigEndian.AppendUint32(nil, uint32(e.Time.Unix()))
	b = binary.BigEndian.AppendUint32(b, uint32(e.Time.Nanosecond()/1000))
	b = binary.BigEndian.AppendUint32(b, uint32(whole-e.Cut))
	b = binary.BigEndian.AppendUint32(b, uint32(whole))
	return bytes.Join([][]byte{b, ip, udp, e.Message}, nil), nil
}

// ipv4 is a header (RFC 791) before length bytes.
func ipv4(from, to netip.Addr, length int) []byte {
	h := []byte{0x45, 0}
	h = binary.BigEndian.AppendUint16(h, uint16(ipHeader4+length))
	h = append(h, 0, 0, 0x40, 0, hops, udpProtocol, 0, 0)
	h = append(append(h, from.AsSlice()...), to.AsSlice()...)
	sum := uint32(0)
	for i := 0; i < len(h); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(h[i:]))
	}
	sum = sum>>16 + sum&0xffff
	sum += sum >> 16
	binary.BigEndian.PutUint16(h[10:], ^uint16(sum))
	return h
}

// ipv6 is a header (RFC 8200) before length bytes.
func ipv6(from, to netip.Addr, length int) []byte {
	a, b := from.As16(), to.As16()
	h := binary.BigEndian.AppendUint32(make([]byte, 0, ipHeader6), 6<<28)
	h = binary.BigEndian.AppendUint16(h, uint16(length))
	h = append(h, udpProtocol, hops)
	return append(append(h, a[:]...), b[:]...)
}
