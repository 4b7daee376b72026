package dtls

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/transport/v4/deadline"
)

// link is the net.PacketConn that pion works on: a queue in, a function out.
type link struct {
	in    chan []byte
	send  func([]byte)
	count atomic.Uint64 // datagrams that came
	until *deadline.Deadline
	once  sync.Once
	done  chan struct{}
}

func newLink(send func([]byte)) *link {
	return &link{in: make(chan []byte, waiting), send: send, until: deadline.New(), done: make(chan struct{})}
}

func (l *link) feed(b []byte) {
	select {
	case <-l.done:
		return
	default:
	}
	l.count.Add(1)
	select {
	case l.in <- append([]byte(nil), b...):
	default:
	}
}

func (l *link) shut() { l.once.Do(func() { close(l.done) }) }

// heard says, for an error, whether the far side was there at all.
func (l *link) heard() string {
	if l.count.Load() == 0 {
		return "the far side sent no DTLS packet at all"
	}
	return "the far side did send DTLS packets"
}

// ReadFrom implements net.PacketConn.
func (l *link) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case <-l.done:
		return 0, nil, net.ErrClosed
	case <-l.until.Done():
		return 0, nil, os.ErrDeadlineExceeded
	case d := <-l.in:
		return copy(b, d), l.LocalAddr(), nil
	}
}

// WriteTo implements net.PacketConn.
func (l *link) WriteTo(b []byte, _ net.Addr) (int, error) {
	select {
	case <-l.done:
		return 0, net.ErrClosed
	default:
	}
	l.send(b)
	return len(b), nil
}

// Close implements net.PacketConn.
func (l *link) Close() error {
	l.shut()
	return nil
}

// LocalAddr implements net.PacketConn. There is one far side, whatever its
// address.
func (l *link) LocalAddr() net.Addr { return &net.UDPAddr{} }

// SetDeadline and SetReadDeadline implement net.PacketConn; writing never waits.
func (l *link) SetDeadline(t time.Time) error { return l.SetReadDeadline(t) }

// SetReadDeadline implements net.PacketConn.
func (l *link) SetReadDeadline(t time.Time) error {
	l.until.Set(t)
	return nil
}

// SetWriteDeadline implements net.PacketConn.
func (l *link) SetWriteDeadline(time.Time) error { return nil }
