package rtpleg

import (
	"net/netip"
	"time"

	"github.com/plugboard/plugboard/sdk/media/rtp"
)

// The rules of the source lock.
const (
	// proof is how many packets in sequence an address must send that the
	// description did not name, as it is with NAT, before it is believed.
	proof = 2
	// learning is how long after that the address that the description did
	// name can still take its place.
	learning = 3 * time.Second
	// silent is how long the source must have been silent before another
	// may take its place, which then must have sent steady packets.
	silent = 3 * time.Second
	steady = 25
	// rebound is how long a source must be silent before packets that prove
	// themselves move the lock: its NAT has given it another address.
	rebound = 200 * time.Millisecond
)

// source decides whose packets are this party's (RFC 4961, and the attack that
// is known as RTP bleed):
//
//	            from the described address,
//	            or proof packets from another
//	unlocked ──────────────────────────────▶ locked
//	    ▲                                      │  the described address in the learning time ─▶ locked to it
//	    └──── a description with another ◀─────┤  silent, and another steady ─▶ locked to that
//	          address                          └  anybody else: refused
type source struct {
	described netip.AddrPort
	locked    netip.AddrPort
	since     time.Time // locked
	last      time.Time // a packet of it

	rival      netip.AddrPort
	rivalNext  rtp.Header
	rivalCount int
	rivalLast  time.Time
}

// describe takes the address of a new description. The same one again, or
// none (hold), leaves the lock as it is; otherwise it reports that the source
// is to be learned anew.
func (s *source) describe(to netip.AddrPort) (anew bool) {
	if !to.IsValid() || to == s.described {
		return false
	}
	s.described = to
	s.rivalCount = 0
	if s.locked == to {
		return false
	}
	s.locked = netip.AddrPort{}
	return true
}

// admit says whether a packet is this party's, and whether the lock moved.
func (s *source) admit(from netip.AddrPort, h rtp.Header, now time.Time) (ok, moved bool) {
	if from == s.locked {
		s.last, s.rivalCount = now, 0
		return true, false
	}
	unlocked := !s.locked.IsValid()
	if from == s.described && (unlocked || now.Sub(s.since) < learning || now.Sub(s.last) >= silent) {
		s.lock(from, now)
		return true, true
	}
	if !unlocked && now.Sub(s.last) < silent {
		return false, false
	}
	if from != s.rival || h.SSRC != s.rivalNext.SSRC || h.Sequence != s.rivalNext.Sequence || now.Sub(s.rivalLast) > time.Second {
		s.rival, s.rivalCount = from, 0
	}
	s.rivalNext, s.rivalLast = h, now
	s.rivalNext.Sequence++
	s.rivalCount++
	if s.rivalCount >= steady || unlocked && s.rivalCount >= proof {
		s.lock(from, now)
		return true, true
	}
	return false, false
}

// trust takes a packet that proved itself by its key (SRTP): the party is where
// it comes from. Only while packets come from the locked address, too, a copy
// that somebody was quicker with moves nothing. It reports whether the lock
// moved.
func (s *source) trust(from netip.AddrPort, now time.Time) (moved bool) {
	if from == s.locked {
		s.last, s.rivalCount = now, 0
		return false
	}
	if s.locked.IsValid() && now.Sub(s.last) < rebound {
		return false
	}
	s.lock(from, now)
	return true
}

func (s *source) lock(to netip.AddrPort, now time.Time) {
	s.locked, s.since, s.last, s.rivalCount = to, now, now, 0
}
