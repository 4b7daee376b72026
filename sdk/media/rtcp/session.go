package rtcp

import (
	"math/rand/v2"
	"time"
)

// Interval is the mean time between reports. Two parties never send so much
// that bandwidth mattered, so it is the least that RFC 3550, 6.2, allows.
const Interval = 5 * time.Second

// compensation is e − 3/2: what the randomisation and reconsideration of RFC
// 3550, 6.3.1, would make of the mean otherwise.
const compensation = 1.21828

// Wait is a random time until the next report: the first comes sooner.
func Wait(first bool) time.Duration {
	mean := float64(Interval)
	if first {
		mean /= 2
	}
	return time.Duration(mean * (0.5 + rand.Float64()) / compensation)
}

// Local is how our side of the session stands.
type Local struct {
	SSRC    uint32
	Sending bool   // anything was sent since the last report, and so:
	RTPTime uint32 // now, in units of the stream's clock
	Packets uint32 // sent
	Octets  uint32 // of payload

	// Heard: a stream comes, and so:
	Heard    bool
	Remote   uint32 // its SSRC
	Highest  uint32 // extended sequence number
	Expected uint64 // packets, by sequence numbers
	Received uint64 // without duplicates
	Jitter   uint32 // units of its clock
	Metrics  *Metrics
}

// Remote is what the far side's reports say.
type Remote struct {
	At     time.Time     // of the last report about us; zero: none came
	RTT    time.Duration // 0: not known
	Lost   float64       // fraction of our packets in its last interval, 0 to 1
	Total  int32         // of our packets since the beginning
	Jitter uint32        // of our packets, in units of our clock
	Bye    bool          // it said goodbye
	// Metrics are its VoIP metrics, nil: it sent none.
	Metrics *Metrics
}

// Session is the account with one far side. It is not safe for concurrent use.
type Session struct {
	name   string
	remote Remote

	heard    uint32 // SSRC of what follows
	lastSR   uint32
	lastSRAt time.Time

	reported uint32 // SSRC of the last report of ours, and its counts
	expected uint64
	received uint64
	metrics  Metrics
}

// NewSession returns a session under a canonical name. It should not tell who or
// where we are (RFC 7022).
func NewSession(name string) *Session { return &Session{name: name} }

// Remote is what the far side's reports say.
func (s *Session) Remote() Remote { return s.remote }

// Receive takes a compound packet that arrived at the given time. ours is the
// SSRC of our own stream. It reports whether the packet was one, and told
// anything of our stream.
func (s *Session) Receive(b []byte, ours uint32, at time.Time) (about bool, err error) {
	n, err := Read(b, ours)
	if err != nil {
		return false, err
	}
	if n.Sender {
		s.heard, s.lastSR, s.lastSRAt = n.From, middle(n.NTP), at
	}
	s.remote.Bye = s.remote.Bye || n.Bye
	if n.HasMetrics {
		s.metrics = n.Metrics
		s.remote.Metrics = &s.metrics
	}
	if !n.HasReport {
		return false, nil
	}
	r := n.Report
	s.remote.At = at
	s.remote.Lost, s.remote.Total, s.remote.Jitter = float64(r.Fraction)/256, r.Lost, r.Jitter
	if r.LastSR != 0 {
		// RFC 3550, 6.4.1. A clock that is adjusted meanwhile makes nonsense; a
		// far side that rounds its delay up makes a short trip a little negative.
		trip := time.Duration(int64(int32(middle(ntp(at))-r.LastSR-r.Delay)) * int64(time.Second) / 65536)
		if trip > -10*time.Millisecond && trip < 10*time.Second {
			s.remote.RTT = max(trip, time.Second/65536)
		}
	}
	return true, nil
}

// Append appends the report that is due at the given time; bye ends the
// session.
func (s *Session) Append(b []byte, l Local, now time.Time, bye bool) []byte {
	n := News{From: l.SSRC, Sender: l.Sending, NTP: ntp(now), RTPTime: l.RTPTime, Packets: l.Packets, Octets: l.Octets}
	if l.Heard {
		r := s.report(l, now)
		b = appendReport(b, &n, &r)
	} else {
		b = appendReport(b, &n, nil)
	}
	b = appendName(b, l.SSRC, s.name)
	if l.Metrics != nil {
		b = appendMetrics(b, l.SSRC, l.Metrics)
	}
	if bye {
		b = appendBye(b, l.SSRC)
	}
	return b
}

// report works out the report block (RFC 3550, 6.4.1 and A.3).
func (s *Session) report(l Local, now time.Time) Report {
	if l.Remote != s.reported {
		s.reported, s.expected, s.received = l.Remote, 0, 0
	}
	r := Report{SSRC: l.Remote, Highest: l.Highest, Jitter: l.Jitter}
	r.Lost = int32(min(max(int64(l.Expected)-int64(l.Received), -1<<23), 1<<23-1))
	expected, received := int64(l.Expected-s.expected), int64(l.Received-s.received)
	if lost := expected - received; expected > 0 && lost > 0 {
		r.Fraction = uint8(min(lost<<8/expected, 255))
	}
	s.expected, s.received = l.Expected, l.Received
	if s.heard == l.Remote && !s.lastSRAt.IsZero() {
		r.LastSR = s.lastSR
		r.Delay = uint32(max(now.Sub(s.lastSRAt), 0).Seconds() * 65536)
	}
	return r
}
