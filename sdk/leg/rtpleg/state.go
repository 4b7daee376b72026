package rtpleg

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/rtp"
	"github.com/plugboard/plugboard/sdk/media/sdp"
	"github.com/plugboard/plugboard/sdk/media/srtp"
)

// A leg's state is told to the core (leg.Checkpoint), so that another process
// can go on with the leg should this one die:
//
//	version, 1 byte │ length of the next, uvarint │ sdp.State as JSON │ running as JSON
//
// It is of no use after some seconds, and holds keys.

// stateVersion is that of the form. A state of another version is refused: its
// leg is lost, which only an upgrade in the middle of a crash could bring about.
const stateVersion = 1

// running is what changes with the packets.
type running struct {
	At        time.Time // the rest is as of then, or a little before
	SSRC      uint32    // of what we send
	Sequence  uint16    // of the next packet
	Timestamp uint32
	Clock     int `json:",omitempty"` // Hz, of Timestamp; 0: nothing was sent yet
	PacketMs  int `json:",omitempty"` // length of a packet

	Source netip.AddrPort `json:",omitzero"`  // the locked one
	Far    *uint32        `json:",omitempty"` // SSRC of what comes
	Event  *uint32        `json:",omitempty"` // timestamp of the last digit that came
	Secure *secrets       `json:",omitempty"`
	Counts counts
}

// secrets are where SRTP is.
type secrets struct {
	Send, Receive srtp.Key
	Index         uint64 // of the last packet that was sent, 0 if none was
	Control       uint32 // and of the last RTCP packet
	FarRollover   uint32 // of what comes
}

// counts are the counters that go on.
type counts struct {
	PacketsIn, PacketsOut, BytesIn, BytesOut                     uint64  `json:",omitempty"`
	Lost, Late, Duplicate, Concealed, Refused, Unagreed, Clipped uint64  `json:",omitempty"`
	ConcealedMs, StretchedMs                                     float64 `json:",omitempty"`
}

func countsOf(s leg.Stats) counts {
	return counts{
		PacketsIn: s.PacketsIn, PacketsOut: s.PacketsOut, BytesIn: s.BytesIn, BytesOut: s.BytesOut,
		Lost: s.Lost, Late: s.Late, Duplicate: s.Duplicate, Concealed: s.Concealed, Refused: s.Refused, Unagreed: s.Unagreed, Clipped: s.ClippedIn,
		ConcealedMs: s.ConcealedMs, StretchedMs: s.StretchedMs,
	}
}

// add adds the counters of the lives before.
func (c counts) add(s *leg.Stats) {
	s.PacketsIn += c.PacketsIn
	s.PacketsOut += c.PacketsOut
	s.BytesIn += c.BytesIn
	s.BytesOut += c.BytesOut
	s.Lost += c.Lost
	s.Late += c.Late
	s.Duplicate += c.Duplicate
	s.Concealed += c.Concealed
	s.Refused += c.Refused
	s.Unagreed += c.Unagreed
	s.ClippedIn += c.Clipped
	s.ConcealedMs += c.ConcealedMs
	s.StretchedMs += c.StretchedMs
}

// encodeState puts a state together.
func encodeState(session []byte, r running) ([]byte, error) {
	tail, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, 1+binary.MaxVarintLen64+len(session)+len(tail))
	b = append(b, stateVersion)
	b = binary.AppendUvarint(b, uint64(len(session)))
	return append(append(b, session...), tail...), nil
}

// decodeState takes one apart. The error is [leg.ErrState].
func decodeState(b []byte) (s sdp.State, r running, err error) {
	if len(b) == 0 || b[0] != stateVersion {
		return s, r, fmt.Errorf("%w: the leg's state is not of version %d", leg.ErrState, stateVersion)
	}
	size, n := binary.Uvarint(b[1:])
	if n <= 0 || size > uint64(len(b)-1-n) {
		return s, r, fmt.Errorf("%w: the leg's state is cut short", leg.ErrState)
	}
	session, tail := b[1+n:][:size], b[1+n:][size:]
	err = json.Unmarshal(session, &s)
	if err == nil {
		err = json.Unmarshal(tail, &r)
	}
	if err != nil {
		// What encoding/json says may hold a part of it.
		return s, r, fmt.Errorf("%w: the leg's state cannot be read", leg.ErrState)
	}
	return s, r, nil
}

// marks are where the audio goroutine shows how far it is.
type marks struct {
	stream atomic.Uint64 // SSRC, and the clock
	out    atomic.Uint64 // sequence number of the next packet, and the timestamp
	at     atomic.Int64  // when that was, in ns since 1970
	index  atomic.Uint64 // SRTP
	rtcp   atomic.Uint32 // SRTCP's
	far    atomic.Uint64 // SSRC and rollover counter of what comes
	heard  atomic.Bool   // far is known
	event  atomic.Uint64 // timestamp of the last digit that came, and bit 32
}

// show is called at each tick. It reports what must be told at once: another
// stream, or other keys.
func (o *outbound) show(m *marks) (news bool) {
	m.at.Store(time.Now().UnixNano())
	stream := uint64(o.sender.SSRC())<<32 | uint64(o.clock)
	if m.stream.Load() != stream {
		m.stream.Store(stream)
		news = true
	}
	news = news || o.cover != o.shown
	o.shown = o.cover
	m.out.Store(uint64(o.sender.Sequence())<<32 | uint64(o.sender.Timestamp()))
	if o.cover != nil {
		_, index, control := o.cover.send.Index()
		m.index.Store(index)
		m.rtcp.Store(control)
	}
	return news
}

// show is called at each tick. It reports what must be told at once: where the
// party is, or a digit that another process must not tell again.
func (in *inbound) show(m *marks) (news bool) {
	ssrc, heard := in.receiver.SSRC()
	var roc uint32
	if in.receive != nil {
		ssrc, roc, heard = in.receive.Rollover()
	}
	if far := uint64(ssrc)<<32 | uint64(roc); heard && (m.far.Load() != far || !m.heard.Load()) {
		m.far.Store(far)
		m.heard.Store(true)
	}
	if in.source.locked != in.shown {
		in.shown = in.source.locked
		news = true
	}
	at, ok := in.digits.Told()
	if event := 1<<32 | uint64(at); ok && m.event.Load() != event {
		m.event.Store(event)
		news = true
	}
	return news
}

// running reads the marks.
func (l *Leg) running() running {
	r := running{At: time.Now().Round(0)}
	if at := l.marks.at.Load(); at != 0 {
		r.At = time.Unix(0, at)
	}
	stream, out := l.marks.stream.Load(), l.marks.out.Load()
	r.SSRC, r.Clock = uint32(stream>>32), int(uint32(stream))
	r.Sequence, r.Timestamp = uint16(out>>32), uint32(out)
	if from := l.stats.remote.Load(); from != nil {
		r.Source = *from
	}
	far := l.marks.far.Load()
	if l.marks.heard.Load() {
		ssrc := uint32(far >> 32)
		r.Far = &ssrc
	}
	if e := l.marks.event.Load(); e != 0 {
		at := uint32(e)
		r.Event = &at
	}
	s := l.stats.read()
	l.before.add(&s)
	r.Counts = countsOf(s)
	p := l.plan.Load()
	if p.send != nil {
		r.PacketMs = p.send.ms
	}
	if p.cover != nil {
		if k := p.cover.keys.Load(); k != nil {
			r.Secure = &secrets{
				Send: k.send.Key(), Receive: k.receive.Key(),
				Index: l.marks.index.Load(), Control: l.marks.rtcp.Load(), FarRollover: uint32(far),
			}
		}
	}
	return r
}

const (
	// slack is how many packets, and RTCP packets, are left out beyond those
	// that time allows the process before to have sent since its checkpoint.
	slack = 50
	// oldest bounds how old a checkpoint may be taken for: a leg that sent
	// anything told one within a second or two.
	oldest = 20 * time.Second
	// shortest is the least that a packet lasts.
	shortest = 10 * time.Millisecond
	// stale is the age from which on sound that waited in the socket is
	// dropped: it came while nobody played it.
	stale = 60 * time.Millisecond
	// maxBacklog is how many packets are read at the first tick.
	maxBacklog = 2000
)

// skipped is by how many packets the stream is to jump ahead, so that no number
// and no SRTP index is used twice, whatever was sent since the state was told.
func (r *running) skipped(now time.Time) uint64 {
	packet := max(time.Duration(r.PacketMs)*time.Millisecond, shortest)
	return uint64(r.age(now)/packet) + slack
}

// hasten has the state told soon. It does not block.
func (l *Leg) hasten() {
	l.urgent.Store(true)
	l.recorder.hasten()
}

func (r *running) age(now time.Time) time.Duration {
	return min(max(now.Sub(r.At), 0), oldest)
}

// resume goes on with a leg of a process that died. Nothing is told of it:
// nothing changes for anybody.
func (l *Leg) resume(config sdp.Config, state []byte) error {
	s, r, err := decodeState(state)
	if err != nil {
		return err
	}
	session, agreed, err := sdp.Resume(config, s)
	if err != nil {
		return err
	}
	p, err := newPlan(agreed, nil)
	if err != nil {
		return err
	}
	now := time.Now()
	skipped := r.skipped(now)
	sequence := r.Sequence + uint16(skipped)
	if agreed.Security.Protection != sdp.Plain {
		if p.cover, err = resumeCover(agreed, r.Secure); err != nil {
			return err
		}
		if k := p.cover.keys.Load(); k != nil {
			if x := r.Secure; x.Index != 0 || x.Control != 0 {
				next := x.Index + 1 + skipped
				k.send.Resume(r.SSRC, next, x.Control+slack)
				sequence = uint16(next)
			}
			if r.Far != nil {
				k.receive.Expect(*r.Far, r.Secure.FarRollover)
			}
		}
	}
	if r.Clock != 0 {
		past := now.Sub(r.At).Seconds() * float64(r.Clock)
		l.out.sender = rtp.Resume(r.SSRC, sequence, r.Timestamp+uint32(int64(past)))
		l.out.clock = r.Clock
	}
	l.in.source.resume(agreed.Remote, r.Source, now)
	if r.Source.IsValid() {
		l.stats.remote.Store(&r.Source)
	}
	l.in.shown = r.Source
	l.in.far = r.Far
	if r.Event != nil {
		l.in.digits.Resume(*r.Event)
		l.marks.event.Store(1<<32 | uint64(*r.Event))
	}
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("the leg's state cannot be written again: %w", err)
	}
	l.agreed.Store(&b)
	l.in.catchUp, l.resumed = true, true
	l.before = r.Counts
	l.session = session
	l.plan.Store(p)
	l.out.show(&l.marks)
	return nil
}

// resumeCover makes the cover of a leg that goes on. Keys of a DTLS handshake
// are those that it came to: the handshake itself is over.
func resumeCover(a sdp.Agreed, r *secrets) (*cover, error) {
	c := &cover{security: a.Security}
	c.aim(a.Remote)
	switch {
	case a.Security.Protection == sdp.Undecided:
		return c, nil
	case r == nil:
		return nil, fmt.Errorf("%w: its keys were not agreed yet when its process died", leg.ErrState)
	}
	send, err := srtp.NewSender(r.Send)
	if err != nil {
		return nil, err
	}
	receive, err := srtp.NewReceiver(r.Receive)
	if err != nil {
		return nil, err
	}
	c.keys.Store(&keys{send: send, receive: receive})
	return c, nil
}

// resume goes on with a lock.
func (s *source) resume(described, locked netip.AddrPort, now time.Time) {
	*s = source{described: described, locked: locked, last: now}
}
