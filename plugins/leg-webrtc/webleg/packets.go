package webleg

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/pion/ice/v4"

	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/media/dtls"
)

// pair is the chosen one.
type pair struct {
	port   *port // nil: pion sends
	remote netip.AddrPort
	how    string // "UDP", "TCP", "a TURN server"
}

// put queues a packet, unless it is one of a handshake. mux's mu is held.
func (w *way) put(d *packet) {
	if w.shake != nil && dtls.Is(d.b[:d.n]) {
		w.shake(d.b[:d.n])
		w.mux.free = append(w.mux.free, d)
		return
	}
	if len(w.queue) >= maxQueue {
		w.mux.give(w.queue[:1])
		w.queue = w.queue[:copy(w.queue, w.queue[1:])]
	}
	w.queue = append(w.queue, d)
}

// pumpIn takes what the agent received from its peer and is no direct UDP, until it
// is closed.
func (w *way) pumpIn(conn *ice.Conn) {
	var b [maxPacket]byte
	for {
		n, err := conn.Read(b[:])
		if err != nil {
			return
		}
		from := netip.AddrPort{}
		if p := w.chosen.Load(); p != nil {
			from = p.remote
		}
		w.mux.mu.Lock()
		d := w.mux.take()
		d.n, d.from, d.at = copy(d.b[:], b[:n]), from, time.Now()
		w.put(d)
		w.mux.mu.Unlock()
	}
}

// pumpOut sends what goes by TCP or a TURN server, which may have to wait.
func (w *way) pumpOut(conn *ice.Conn) {
	for {
		select {
		case b := <-w.out:
			_, _ = conn.Write(b) // one that is lost is lost
		case <-w.quit:
			return
		}
	}
}

// Recv implements [bus.Socket].
func (w *way) Recv(b []byte) (int, netip.AddrPort, time.Time, error) {
	if !w.reading {
		w.collect()
		w.reading = true
	}
	if w.next == len(w.mine) {
		w.reading = false
		return 0, netip.AddrPort{}, time.Time{}, bus.ErrEmpty
	}
	d := w.mine[w.next]
	w.next++
	return copy(b, d.b[:d.n]), d.from, d.at, nil
}

// collect takes over what came. The first of all ways that asks at a tick has the
// sockets read.
func (w *way) collect() {
	m := w.mux
	m.mu.Lock()
	defer m.mu.Unlock()
	m.give(w.mine)
	if w.round == m.round {
		m.drain()
		m.round++
	}
	w.round = m.round
	w.mine, w.queue, w.next = w.queue, w.mine[:0], 0
}

// errNoWay is why a packet cannot be sent yet.
var errNoWay = errors.New("no way to the browser was found yet")

// Send implements [bus.Socket].
func (w *way) Send(b []byte, _ netip.AddrPort) error {
	p := w.chosen.Load()
	if p == nil {
		return errNoWay
	}
	if p.port != nil {
		return p.port.socket.Send(b, p.remote)
	}
	select {
	case w.out <- append([]byte(nil), b...):
		return nil
	default:
		return fmt.Errorf("%d packets wait already for %s", cap(w.out), p.how)
	}
}
