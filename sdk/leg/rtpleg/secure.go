package rtpleg

import (
	"fmt"
	"net/netip"
	"sync/atomic"

	"github.com/plugboard/plugboard/sdk/media/dtls"
	"github.com/plugboard/plugboard/sdk/media/sdp"
	"github.com/plugboard/plugboard/sdk/media/srtp"
)

// cover is what protects a leg's packets under one agreement. Nil: nothing
// does. A cover without keys lets nothing in or out: with keys that were
// offered and not answered yet, or a handshake that still runs or has failed.
type cover struct {
	security  sdp.Security
	keys      atomic.Pointer[keys]
	handshake *dtls.Association // nil: the keys came with the description

	// to is where the handshake's packets go: the described address, or
	// where they come from.
	to        atomic.Pointer[netip.AddrPort]
	described netip.AddrPort
}

// keys belong to the audio goroutine once they are in a cover.
type keys struct {
	send    *srtp.Sender
	receive *srtp.Receiver
}

// protect makes the cover of an agreement. What goes on as before keeps its
// state: a key that began to count anew would give its keystream away.
func (l *Leg) protect(a sdp.Agreed, old *cover) (*cover, error) {
	s := a.Security
	switch s.Protection {
	case sdp.Plain:
		return nil, nil
	case sdp.Undecided:
		return &cover{security: s}, nil
	case sdp.DTLS:
		return l.shake(a, old)
	case sdp.SDES:
	}
	k := &keys{}
	if old != nil && old.security.Protection == sdp.SDES {
		was := old.keys.Load()
		if was.send.Key().Equal(s.Send) {
			k.send = was.send
		}
		if was.receive.Key().Equal(s.Receive) {
			k.receive = was.receive
		}
	}
	var err error
	if k.send == nil {
		k.send, err = srtp.NewSender(s.Send)
	}
	if k.receive == nil && err == nil {
		k.receive, err = srtp.NewReceiver(s.Receive)
	}
	if err != nil {
		return nil, err
	}
	if old != nil && old.security.Protection == sdp.SDES && *old.keys.Load() == *k {
		return old, nil
	}
	c := &cover{security: s}
	c.keys.Store(k)
	return c, nil
}

// shake begins a DTLS handshake, unless the one that was is still meant: the
// session gives the same security for an association that goes on.
func (l *Leg) shake(a sdp.Agreed, old *cover) (*cover, error) {
	if old != nil && old.security.Protection == sdp.DTLS && same(old.security, a.Security) {
		old.aim(a.Remote)
		return old, nil
	}
	identity, err := l.identity()
	if err != nil {
		return nil, err
	}
	c := &cover{security: a.Security}
	c.aim(a.Remote)
	var ready <-chan struct{}
	if l.way != nil {
		c.aim(anywhere)
		ready = l.way.Ready()
	}
	socket := l.sockets[0]
	c.handshake = identity.Start(dtls.Config{
		Ready: ready, Active: a.Security.Active, Fingerprints: a.Security.Fingerprints,
		Send: func(b []byte) {
			if to := c.to.Load(); to != nil {
				_ = socket.Send(b, *to) // one that is lost is sent again
			}
		},
		Done: func(err error) {
			if err != nil {
				l.log.Warn("no media: the DTLS handshake failed", "error", err)
			} else {
				l.log.Debug("DTLS handshake done")
			}
			if l.way != nil {
				l.way.Secured(err)
			}
		},
	})
	if l.way != nil {
		l.way.Handshaking(c.handshake.Feed)
	}
	return c, nil
}

func same(a, b sdp.Security) bool {
	return a.Active == b.Active && fmt.Sprint(a.Fingerprints) == fmt.Sprint(b.Fingerprints)
}

// aim takes the address of a description.
func (c *cover) aim(to netip.AddrPort) {
	if to.IsValid() && to != c.described {
		c.described = to
		c.to.Store(&to)
	}
}

// feed takes a datagram of a handshake. The far side may be behind NAT, so that
// where it comes from is where the answer goes; but nobody else leads it away
// from an address that answers. It reports whether there is a handshake at all.
func (c *cover) feed(b []byte, from netip.AddrPort, symmetric bool) bool {
	if c == nil || c.handshake == nil {
		return false
	}
	if to := c.to.Load(); symmetric && (to == nil || *to != from) {
		c.to.Store(&from)
	}
	c.handshake.Feed(b)
	return true
}

// ready are the keys, nil while there are none. On the audio goroutine alone.
func (c *cover) ready() *keys {
	if k := c.keys.Load(); k != nil || c.handshake == nil {
		return k
	}
	agreed := c.handshake.Keys()
	if agreed == nil {
		return nil
	}
	send, err := srtp.NewSender(agreed.Send)
	if err != nil {
		return nil
	}
	receive, err := srtp.NewReceiver(agreed.Receive)
	if err != nil {
		return nil
	}
	k := &keys{send: send, receive: receive}
	c.keys.Store(k)
	return k
}

// close ends what runs for the cover.
func (c *cover) close() {
	if c != nil && c.handshake != nil {
		c.handshake.Close()
	}
}

// String names the protection as statistics show it.
func (c *cover) String() string {
	if c == nil {
		return ""
	}
	k := c.keys.Load()
	switch {
	case k == nil:
		return ""
	case c.security.Protection == sdp.DTLS:
		return "DTLS-SRTP " + k.send.Key().Suite.String()
	}
	return "SDES " + k.send.Key().Suite.String()
}

// suspicious is how many packets must fail until people are told, and the part
// of all that came: some phones send the first in the clear.
const (
	suspicious     = 50
	suspiciousPart = 10
)

// notes are what people should know of the protection, after so many packets
// that could be opened and so many that could not.
func (c *cover) notes(authentic, unauthentic uint64) (notes []string) {
	if c == nil {
		return nil
	}
	if c.handshake != nil {
		if err := c.handshake.Err(); err != nil {
			notes = append(notes, fmt.Sprintf("No media: %v.", err))
		}
	}
	if unauthentic >= suspicious && unauthentic >= authentic/suspiciousPart {
		notes = append(notes, fmt.Sprintf("%d packets could not be decrypted, or were replayed: the far side uses another key than its description says, or somebody else sends them.", unauthentic))
	}
	return notes
}

// open takes the protection off an RTP packet. False: it is to be dropped, and
// counted.
func (in *inbound) open(b []byte) ([]byte, bool) {
	c := in.plan.cover
	if c == nil {
		return b, true
	}
	k := c.ready()
	if k == nil {
		return nil, false // keys or the answer are still under way
	}
	if k.receive != in.receive {
		if in.receive != nil {
			if ssrc, roc, ok := in.receive.Rollover(); ok {
				k.receive.Expect(ssrc, roc)
			}
		}
		in.receive = k.receive
	}
	out, err := k.receive.Open(in.bench.clear[:0], b)
	if err != nil {
		in.stats.unauthentic.Add(1)
		return nil, false
	}
	return out, true
}
