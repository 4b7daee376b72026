package bus

import (
	"errors"
	"net/netip"
	"time"
)

// Socket is a datagram socket that is read at the tick and never waited for:
// the kernel's buffer is the queue. The core binds it and passes it over; a
// test passes one of an in-memory network.
type Socket interface {
	// Recv takes the next waiting datagram into b: its size, its source, and
	// when it arrived. [ErrEmpty] says that nothing more waits: whoever
	// reads, reads until then. (A socket may have seen the end of its queue
	// together with the last datagram, and looks again only after it has
	// said so.) It allocates nothing and is called by one goroutine at a
	// time.
	Recv(b []byte) (n int, from netip.AddrPort, at time.Time, err error)
	// Send sends b. An error concerns this datagram alone. Several goroutines
	// may send, also while one reads.
	Send(b []byte, to netip.AddrPort) error
	// LocalAddr is what the socket is bound to.
	LocalAddr() netip.AddrPort
	// Close gives the socket back. Closing twice is fine.
	Close() error
}

// ErrEmpty is Recv's way to say that nothing waits.
var ErrEmpty = errors.New("no datagram waits")
