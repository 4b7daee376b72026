// Package pipe is a network in memory for tests, also in virtual time: a listener
// whose connections are those of [net.Pipe]. Those of bufconn lose their way when a
// deadline is set and taken back at once, as net/http does where a connection
// becomes a WebSocket.
package pipe

import (
	"context"
	"net"
	"sync"
)

// Listener is a [net.Listener] that Dial leads to.
type Listener struct {
	coming chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// Listen returns one.
func Listen() *Listener {
	return &Listener{coming: make(chan net.Conn), closed: make(chan struct{})}
}

// Dial waits until the connection is accepted. It is for [net/http.Transport], too:
// network and address do not matter.
func (l *Listener) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.coming <- far:
		return near, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements [net.Listener].
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.coming:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener]. Closing twice is fine.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements [net.Listener].
func (*Listener) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "pipe"} }
