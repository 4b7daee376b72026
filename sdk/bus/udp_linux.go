package bus

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk/rawio"
)

// socketBuffer is what a socket's kernel buffer is asked to hold: some seconds
// of RTP, as packets of 172 bytes are charged for about 800.
const socketBuffer = 256 << 10

// ListenUDP binds a datagram socket. Port 0 takes any; an unspecified IPv6
// address takes IPv4 too. It is not known to the runtime's poller: a packet
// wakes nobody.
func ListenUDP(addr netip.AddrPort) (Socket, error) {
	family := unix.AF_INET6
	if addr.Addr().Unmap().Is4() {
		family = unix.AF_INET
	}
	fail := func(what string, err error) (Socket, error) {
		return nil, fmt.Errorf("UDP socket %v: %w", addr, os.NewSyscallError(what, err))
	}
	fd, err := unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return fail("socket", err)
	}
	s := &udpSocket{family: family, lo: addr, desks: new(deskDepot)}
	s.fd = fd
	if family == unix.AF_INET6 {
		err = setOption(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0)
	}
	if err == nil {
		err = setOption(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1)
	}
	if err != nil {
		_ = s.Close()
		return fail("setsockopt", err)
	}
	// Cut to the system's limit without an error.
	_ = setOption(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, socketBuffer)
	var name rawio.Sockaddr
	size, err := name.Set(addr, s.family == unix.AF_INET6)
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	if _, _, e := unix.RawSyscall(unix.SYS_BIND, uintptr(fd), uintptr(unsafe.Pointer(&name)), size); e != 0 {
		_ = s.Close()
		return fail("bind", e)
	}
	if err := s.learn(); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// udpFrom takes over a descriptor that was passed.
func udpFrom(fd int, desks *deskDepot) (Socket, error) {
	s := &udpSocket{desks: desks}
	s.fd = fd
	kind, err := option(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	if err == nil && kind != unix.SOCK_DGRAM {
		err = errors.New("not a datagram socket")
	}
	if err == nil {
		s.family, err = option(fd, unix.SOL_SOCKET, unix.SO_DOMAIN)
	}
	if err == nil && s.family != unix.AF_INET && s.family != unix.AF_INET6 {
		err = fmt.Errorf("not an internet socket, but of family %d", s.family)
	}
	if err == nil {
		err = s.learn()
	}
	if err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("socket that was passed: %w", err)
	}
	return s, nil
}

type udpSocket struct {
	descriptor
	family int
	lo     netip.AddrPort

	// Recv's own.
	desk  *desk // where got[1] waits, nil if it does not
	empty bool  // the last call saw the end of the queue
	desks *deskDepot
}

// desk is what Recv works on, so that it allocates nothing. It asks for two
// datagrams at once: mostly there is one, and the kernel says so in the same
// call.
type desk struct {
	got   [2]datagram
	batch [2]mmsghdr
	none  byte
	// second holds the datagram after the one that was asked for: one that is
	// longer is cut to this.
	second [maxHeld]byte
}

// deskDepot lends a desk to the sockets of a process, which are mostly read one
// after the other.
type deskDepot struct{ free atomic.Pointer[desk] }

func (d *deskDepot) take() *desk {
	if k := d.free.Swap(nil); k != nil {
		return k
	}
	return new(desk)
}

func (d *deskDepot) give(k *desk) { d.free.Store(k) }

// datagram is what the kernel tells of one besides its content.
type datagram struct {
	from rawio.Sockaddr
	oob  [64]byte
	iov  unix.Iovec
}

// mmsghdr is the kernel's struct of that name.
type mmsghdr struct {
	msg unix.Msghdr
	n   uint32
	_   [4]byte
}

// maxHeld is an Ethernet's worth.
const maxHeld = 1500

// learn asks for the socket's own address.
func (s *udpSocket) learn() error {
	var name rawio.Sockaddr
	size := uint32(len(name))
	if _, _, e := unix.RawSyscall(unix.SYS_GETSOCKNAME, uintptr(s.fd), uintptr(unsafe.Pointer(&name)), uintptr(unsafe.Pointer(&size))); e != 0 {
		return os.NewSyscallError("getsockname", e)
	}
	addr, ok := name.AddrPort()
	if !ok {
		return errors.New("getsockname: not an internet address")
	}
	s.lo = addr
	return nil
}

func (s *udpSocket) LocalAddr() netip.AddrPort { return s.lo }

func (s *udpSocket) Close() error {
	s.close()
	return nil
}

func (s *udpSocket) Recv(b []byte) (int, netip.AddrPort, time.Time, error) {
	if !s.acquire() {
		return 0, netip.AddrPort{}, time.Time{}, net.ErrClosed
	}
	defer s.release()
	if k := s.desk; k != nil {
		s.desk = nil
		defer s.desks.give(k)
		return k.took(1, copy(b, k.second[:min(int(k.batch[1].n), maxHeld)]))
	}
	if s.empty {
		s.empty = false
		return 0, netip.AddrPort{}, time.Time{}, ErrEmpty
	}
	k := s.desks.take()
	n, err := k.receive(s.fd, b)
	if err != nil {
		s.desks.give(k)
		return 0, netip.AddrPort{}, time.Time{}, err
	}
	if s.empty = n == 1; s.empty {
		defer s.desks.give(k)
	} else {
		s.desk = k
	}
	return k.took(0, int(k.batch[0].n))
}

// receive asks for two datagrams, the first of them into b, and returns how many
// there were.
func (k *desk) receive(fd int, b []byte) (int, error) {
	k.got[0].iov.Base = &k.none
	if len(b) > 0 {
		k.got[0].iov.Base = &b[0]
	}
	k.got[0].iov.SetLen(len(b))
	k.got[1].iov.Base = &k.second[0]
	k.got[1].iov.SetLen(len(k.second))
	// An ICMP error that waits is reported once, instead of a datagram; it
	// says nothing about what else waits.
	for range 8 {
		for i := range k.got {
			g, m := &k.got[i], &k.batch[i].msg
			*m = unix.Msghdr{Name: &g.from[0], Namelen: uint32(len(g.from)), Iov: &g.iov, Control: &g.oob[0]}
			m.SetIovlen(1)
			m.SetControllen(len(g.oob))
		}
		n, _, e := unix.RawSyscall6(unix.SYS_RECVMMSG, uintptr(fd), uintptr(unsafe.Pointer(&k.batch)), uintptr(len(k.batch)), unix.MSG_DONTWAIT, 0, 0)
		switch e {
		case 0:
			k.got[0].iov.Base = nil
			return int(n), nil
		case unix.EAGAIN:
			return 0, ErrEmpty
		case unix.EINTR, unix.ECONNREFUSED, unix.EHOSTUNREACH, unix.ENETUNREACH, unix.EPROTO, unix.ENOPROTOOPT, unix.EHOSTDOWN, unix.EMSGSIZE:
		default:
			return 0, e
		}
	}
	return 0, ErrEmpty
}

// took tells of one of the datagrams: its size, source and time of arrival,
// which is the present where the kernel does not say.
func (k *desk) took(i, n int) (int, netip.AddrPort, time.Time, error) {
	g := &k.got[i]
	from, _ := g.from.AddrPort()
	at, ok := timestamp(g.oob[:min(int(k.batch[i].msg.Controllen), len(g.oob))])
	if !ok {
		at = time.Now()
	}
	return n, from, at, nil
}

// timestamp finds SCM_TIMESTAMPNS among control messages.
func timestamp(oob []byte) (time.Time, bool) {
	for len(oob) > 0 {
		head, data, rest, err := unix.ParseOneSocketControlMessage(oob)
		if err != nil {
			break
		}
		var at unix.Timespec
		if head.Level == unix.SOL_SOCKET && head.Type == unix.SO_TIMESTAMPNS && len(data) >= int(unsafe.Sizeof(at)) {
			copy(unsafe.Slice((*byte)(unsafe.Pointer(&at)), unsafe.Sizeof(at)), data)
			return time.Unix(at.Unix()), true
		}
		oob = rest
	}
	return time.Time{}, false
}

func (s *udpSocket) Send(b []byte, to netip.AddrPort) error {
	if !s.acquire() {
		return net.ErrClosed
	}
	defer s.release()
	var name rawio.Sockaddr
	size, err := name.Set(to, s.family == unix.AF_INET6)
	if err != nil {
		return err
	}
	var base *byte
	if len(b) > 0 {
		base = &b[0]
	}
	var e unix.Errno
	// The first try may report an ICMP error that came back for an earlier
	// datagram.
	for range 3 {
		_, _, e = unix.RawSyscall6(unix.SYS_SENDTO, uintptr(s.fd), uintptr(unsafe.Pointer(base)), uintptr(len(b)),
			unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, uintptr(unsafe.Pointer(&name)), size)
		if e != unix.EINTR && e != unix.ECONNREFUSED {
			break
		}
	}
	if e != 0 {
		return e
	}
	return nil
}
