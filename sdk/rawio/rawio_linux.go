package rawio

import (
	"io"
	"net"
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Conn returns a connection whose reads and writes are raw; c itself if it is
// no socket.
func Conn(c net.Conn) net.Conn {
	s, ok := c.(syscall.Conn)
	if !ok {
		return c
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return c
	}
	return &conn{Conn: c, raw: raw}
}

type conn struct {
	net.Conn
	raw syscall.RawConn
}

// Read implements [net.Conn].
func (c *conn) Read(b []byte) (n int, err error) {
	if len(b) == 0 {
		return 0, nil
	}
	var failed unix.Errno
	err = c.raw.Read(func(fd uintptr) bool {
		for {
			got, _, e := unix.RawSyscall(unix.SYS_READ, fd, uintptr(unsafe.Pointer(&b[0])), uintptr(len(b)))
			if e == unix.EINTR {
				continue
			}
			n, failed = int(got), e
			return e != unix.EAGAIN
		}
	})
	switch {
	case err != nil:
		return 0, err
	case failed != 0:
		return 0, failed
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

// Write implements [net.Conn].
func (c *conn) Write(b []byte) (n int, err error) {
	var failed unix.Errno
	err = c.raw.Write(func(fd uintptr) bool {
		for n < len(b) {
			sent, _, e := unix.RawSyscall6(unix.SYS_SENDTO, fd, uintptr(unsafe.Pointer(&b[n])), uintptr(len(b)-n), unix.MSG_NOSIGNAL, 0, 0)
			switch e {
			case 0:
				n += int(sent)
			case unix.EINTR:
			case unix.EAGAIN:
				return false
			default:
				failed = e
				return true
			}
		}
		return true
	})
	if err == nil && failed != 0 {
		err = failed
	}
	return n, err
}

// Packets is a UDP socket.
type Packets struct {
	raw syscall.RawConn
	six bool // of family AF_INET6
}

// NewPackets returns a UDP socket for raw use. It stays the caller's to close.
func NewPackets(c *net.UDPConn) (*Packets, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, err
	}
	p := &Packets{raw: raw}
	var family int
	var failed error
	if err := raw.Control(func(fd uintptr) { family, failed = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_DOMAIN) }); err != nil {
		return nil, err
	}
	p.six = family == unix.AF_INET6
	return p, failed
}

const (
	batch      = 16    // datagrams that one system call takes
	maxPayload = 65535 // what one can hold
)

// header is the kernel's struct mmsghdr.
type header struct {
	msg unix.Msghdr
	n   uint32
	_   [unsafe.Sizeof(uintptr(0)) - 4]byte
}

// Read hands every datagram to take, which is lent its octets, until the
// socket is closed or fails.
func (p *Packets) Read(take func(b []byte, from netip.AddrPort)) error {
	var headers [batch]header
	var names [batch]Sockaddr
	var vectors [batch]unix.Iovec
	room := make([]byte, batch*maxPayload) // memory only where a datagram came
	for i := range headers {
		vectors[i].Base = &room[i*maxPayload]
		vectors[i].SetLen(maxPayload)
		headers[i].msg.Iov = &vectors[i]
		headers[i].msg.SetIovlen(1)
		headers[i].msg.Name = &names[i][0]
	}
	var failed error
	err := p.raw.Read(func(fd uintptr) bool {
		for {
			for i := range headers {
				headers[i].msg.Namelen = uint32(len(names[i]))
			}
			n, _, e := unix.RawSyscall6(unix.SYS_RECVMMSG, fd, uintptr(unsafe.Pointer(&headers)), batch, unix.MSG_DONTWAIT, 0, 0)
			switch e {
			case 0:
			case unix.EAGAIN:
				return false
			case unix.EINTR, unix.ECONNREFUSED, unix.EHOSTUNREACH, unix.ENETUNREACH, unix.EHOSTDOWN, unix.EPROTO, unix.ENOPROTOOPT, unix.EMSGSIZE:
				continue // ICMP's news of an earlier datagram
			default:
				failed = e
				return true
			}
			for i := range int(n) {
				if from, ok := names[i].AddrPort(); ok {
					take(room[i*maxPayload:][:headers[i].n], from)
				}
			}
			if n < batch {
				return false // empty; the poller has kept what came since
			}
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

// Send sends a datagram.
func (p *Packets) Send(b []byte, to netip.AddrPort) error {
	var name Sockaddr
	size, err := name.Set(to, p.six)
	if err != nil {
		return err
	}
	var base *byte
	if len(b) > 0 {
		base = &b[0]
	}
	var failed unix.Errno
	err = p.raw.Write(func(fd uintptr) bool {
		for range 3 { // the first may tell of an ICMP error that came for an earlier datagram
			_, _, failed = unix.RawSyscall6(unix.SYS_SENDTO, fd, uintptr(unsafe.Pointer(base)), uintptr(len(b)),
				unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, uintptr(unsafe.Pointer(&name)), size)
			if failed != unix.EINTR && failed != unix.ECONNREFUSED {
				break
			}
		}
		return failed != unix.EAGAIN
	})
	if err == nil && failed != 0 {
		err = failed
	}
	return err
}
