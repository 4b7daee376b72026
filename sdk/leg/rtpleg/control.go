package rtpleg

import (
	"crypto/sha256"
	"encoding/base64"
	"math"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/rtcp"
)

const (
	// readControl is how often, in ticks, a socket of RTCP's own is read:
	// reports come every five seconds, and a read is a system call.
	readControl = 50
	// maxControl bounds the reports that are read at once.
	maxControl = 4
	// healing is how many reports in a row must be better before the encoder
	// believes them.
	healing = 3
)

// control is a leg's RTCP. It belongs to the audio goroutine, but for what it
// shows. Between reports it costs the tick one comparison.
type control struct {
	session *rtcp.Session
	socket  bus.Socket     // nil: there is none but RTP's
	from    netip.AddrPort // where reports come from, on that socket
	next    uint64         // tick of the next report, 0: not known yet
	phase   uint64         // of reading the socket, among all legs

	ssrc          uint32 // of our stream, and what was sent before it began
	packets, size uint64
	reported      uint64 // packets that the last report knew of

	tuned   *encoder // whose quality it is
	quality codec.Quality
	better  int // reports in a row that would have a better one

	// What is shown: ns, and the bits of a float64.
	rtt, jitter atomic.Int64
	lost        atomic.Uint64
	bye         atomic.Bool
}

func newControl(id string, sockets []bus.Socket) *control {
	// RFC 7022, 4.2: a name that tells nothing, new for each session. It is
	// made of the leg's id, so that it stays when the leg goes on in another
	// process with the same SSRC.
	name := sha256.Sum256([]byte("CNAME of leg " + id))
	c := &control{session: rtcp.NewSession(base64.RawURLEncoding.EncodeToString(name[:12])), phase: uint64(name[0]) % readControl}
	if len(sockets) > 1 {
		c.socket = sockets[1]
	}
	return c
}

// gatherControl reads the socket of RTCP's own.
func (l *Leg) gatherControl(p *plan, tick uint64) {
	c := l.control
	if c.socket == nil || p.Mux || tick%readControl != c.phase {
		return
	}
	for range maxControl {
		n, from, at, err := c.socket.Recv(l.in.bench.in[:])
		if err != nil {
			return
		}
		if at.IsZero() {
			at = time.Now()
		}
		b := l.in.bench.in[:n]
		// The party's host is known by its sound; the port may be another.
		if rtcp.Is(b) && (from.Addr() == l.in.source.locked.Addr() || from.Addr() == p.RemoteControl.Addr()) && l.report(p, b, at) {
			c.from = from
		}
	}
}

// muxed takes RTCP that came on RTP's port.
func (l *Leg) muxed(p *plan, b []byte, from netip.AddrPort, at time.Time) {
	if p.cover == nil && from != l.in.source.locked {
		l.stats.refused.Add(1)
		return
	}
	l.report(p, b, at)
}

// report takes a report of the far side, and says whether it was one.
func (l *Leg) report(p *plan, b []byte, at time.Time) bool {
	c := l.control
	if p.cover != nil {
		k := p.cover.ready()
		if k == nil {
			return false
		}
		var err error
		if b, err = k.receive.OpenControl(l.in.bench.clear[:0], b); err != nil {
			l.stats.unauthentic.Add(1)
			return false
		}
	}
	about, err := c.session.Receive(b, l.out.sender.SSRC(), at)
	if err != nil {
		l.stats.garbage.Add(1)
		return false
	}
	r := c.session.Remote()
	c.bye.Store(r.Bye)
	if !about {
		return true
	}
	c.rtt.Store(int64(r.RTT))
	c.lost.Store(math.Float64bits(r.Lost))
	if l.out.clock > 0 {
		c.jitter.Store(int64(r.Jitter) * int64(time.Second) / int64(l.out.clock))
	}
	c.follow(p.send, r.Lost)
	return true
}

// follow has the encoder spend its bits as the way needs it: at once where more
// is lost, later where less is.
func (c *control) follow(e *encoder, lost float64) {
	if e == nil {
		return
	}
	able, ok := e.state.(codec.Adaptive)
	if !ok {
		return
	}
	if e != c.tuned { // it begins as usual
		c.tuned, c.quality, c.better = e, codec.Usual, 0
	}
	want := codec.For(lost)
	if rank(want) <= rank(c.quality) {
		c.better++
		if want == c.quality || c.better < healing {
			if want == c.quality {
				c.better = 0
			}
			return
		}
	}
	c.better = 0
	if able.SetQuality(want) == nil {
		c.quality = want
	}
}

// rank orders qualities by the loss that they are for.
func rank(q codec.Quality) int {
	return [...]int{codec.Clean: 0, codec.Usual: 1, codec.Lossy: 2, codec.Bad: 3}[q]
}

// deliverControl sends a report if one is due.
func (l *Leg) deliverControl(p *plan, tick uint64, to netip.AddrPort) {
	c := l.control
	if tick < c.next || p.send == nil {
		return
	}
	first := c.next == 0
	c.next = tick + uint64(rtcp.Wait(first)/(20*time.Millisecond))
	if !first {
		l.sendReport(p, to, false)
	}
}

// sendReport sends a report; bye says that it is the last.
func (l *Leg) sendReport(p *plan, to netip.AddrPort, bye bool) {
	c := l.control
	socket := l.sockets[0]
	if !p.Mux {
		if socket, to = c.socket, p.RemoteControl; l.symmetric && c.from.IsValid() {
			to = c.from
		}
	}
	if socket == nil || !to.IsValid() {
		return
	}
	b := l.out.bench.out[:0]
	if bye { // beside the tick, which works for other legs
		b = make([]byte, 0, maxPacket)
	}
	b = c.session.Append(b, l.local(p), time.Now(), bye)
	if p.cover != nil {
		k := p.cover.ready()
		if k == nil {
			return
		}
		var err error
		if b, err = k.send.SealControl(b); err != nil {
			return
		}
	}
	_ = socket.Send(b, to) // the next one tells more
}

// local is how the leg stands.
func (l *Leg) local(p *plan) rtcp.Local {
	c := l.control
	packets, size := l.stats.packetsOut.Load(), l.stats.bytesOut.Load()
	if ssrc := l.out.sender.SSRC(); ssrc != c.ssrc {
		if c.ssrc != 0 {
			c.packets, c.size = packets, size
		}
		c.ssrc = ssrc
	}
	r := rtcp.Local{
		SSRC: c.ssrc, Sending: packets != c.reported, RTPTime: l.out.sender.Timestamp(),
		Packets: uint32(packets - c.packets), Octets: uint32(size - c.size),
	}
	c.reported = packets
	r.Remote, r.Heard = l.in.receiver.SSRC()
	if r.Heard {
		r.Highest, r.Expected, r.Received, r.Jitter = l.in.receiver.Account()
	}
	if r.Heard && p.XR {
		r.Metrics = l.metrics(r)
	}
	return r
}

// metrics is what RFC 3611, 4.7, would know.
func (l *Leg) metrics(r rtcp.Local) *rtcp.Metrics {
	const unknown = 127
	ms := func(ns int64) uint16 { return uint16(min(max(ns/int64(time.Millisecond), 0), math.MaxUint16)) }
	of256 := func(n uint64) uint8 { return uint8(min(n<<8/max(r.Expected, 1), 255)) }
	buffer := l.stats.buffer.Load()
	return &rtcp.Metrics{
		SSRC: r.Remote, LossRate: of256(r.Expected - min(r.Expected, r.Received)), DiscardRate: of256(l.stats.late.Load()),
		RoundTrip: ms(l.control.rtt.Load()), EndSystemDelay: ms(buffer) + ours,
		SignalLevel: unknown, NoiseLevel: unknown, RFactor: unknown, MOSListening: unknown, MOSQuality: unknown,
		BufferNominal: ms(buffer), BufferMaximum: ms(int64(maxDelay)),
	}
}

// show fills s with what the far side reports.
func (c *control) show(s *leg.Stats) {
	s.RTTMs = float64(c.rtt.Load()) / float64(time.Millisecond)
	s.RemoteLost = math.Float64frombits(c.lost.Load())
	s.RemoteJitterMs = float64(c.jitter.Load()) / float64(time.Millisecond)
}
