package api

import (
	"net"
	"net/netip"
	"sync"
	"syscall"

	"github.com/plugboard/plugboard/core/subnet"
)

// How many connections HTTP may have, also those that have become streams: from one
// address (an office behind one counts as one), and in all. Files are what all of
// the switch has in common: the sound of calls needs some, too, so that HTTP takes no
// more than half of what the process may open.
const (
	maxFrom        = 1000
	maxConnections = 8000
)

// Bounded is a listener that takes so many connections and no more: one too many is
// closed. Whoever stands for many, such as a proxy, is counted in all alone.
func Bounded(l net.Listener, many func(netip.Addr) bool) net.Listener {
	b := &bounded{Listener: l, many: many, most: maxConnections, from: map[netip.Prefix]int{}}
	var files syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files) == nil {
		b.most = int(min(uint64(b.most), files.Cur/2))
	}
	return b
}

type bounded struct {
	net.Listener
	many func(netip.Addr) bool
	most int

	mu   sync.Mutex
	all  int
	from map[netip.Prefix]int
}

// Accept implements [net.Listener].
func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		at, _ := netip.ParseAddrPort(c.RemoteAddr().String())
		if of := subnet.Of(at.Addr()); b.take(of, b.many(at.Addr().Unmap())) {
			return &counted{Conn: c, gone: sync.OnceFunc(func() { b.give(of) })}, nil
		}
		c.Close()
	}
}

func (b *bounded) take(of netip.Prefix, many bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.all >= b.most || !many && b.from[of] >= maxFrom {
		return false
	}
	b.all++
	b.from[of]++
	return true
}

func (b *bounded) give(of netip.Prefix) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all--
	if b.from[of]--; b.from[of] == 0 {
		delete(b.from, of)
	}
}

// counted is a connection that makes room when it is closed.
type counted struct {
	net.Conn
	gone func()
}

// Close implements [net.Conn].
func (c *counted) Close() error {
	defer c.gone()
	return c.Conn.Close()
}
