package calltest

import (
	"encoding/binary"
	"math"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/sdk/bus"
)

// Tones are what phones say, one each, in Hz: none is a multiple of another,
// and each has whole periods in 200 ms.
var Tones = [...]float64{385, 465, 555, 645, 735, 825, 915, 1005, 1095, 1185, 1275, 1365}

// media is the sound of one call: 50 packets of µ-law a second out, and the
// last second of what came in.
type media struct {
	phone *Phone
	sock  bus.Socket
	quit  chan struct{}
	wg    sync.WaitGroup

	mu     sync.Mutex
	manner Manner
	to     netip.AddrPort
	pcm    []float64     // 8 kHz, the last second
	last   time.Time     // when it came
	sound  time.Time     // when the last packet came that is no silence
	gap    time.Duration // the longest time without one
	n      int
	stream uint32 // whose numbers are counted
	next   uint16 // the one that follows
	missed int    // numbers that were passed over
	queue  []byte
	dtmf   strings.Builder
	lastTS uint32
	ssrc   uint32    // of what it hears
	tones  *tones    // nil: it has telephone-events
	keyed  time.Time // when the last key went down
}

func (m *media) heardSSRC() uint32 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.ssrc
}

// Manner is how a phone speaks. The zero value is the ordinary one: its tone,
// a packet each 20 ms.
type Manner struct {
	Mute   bool // it sends nothing at all
	Silent bool // it sends digital silence
	// Type is the payload type that its packets carry.
	Type byte
	// Mix are further tones that it says, in Hz: those of another call that it
	// mixes in.
	Mix []float64
	// Loudness is the amplitude at a moment of the stream, in 1/8000 s; nil: 0.25.
	Loudness func(ts uint32) float64
	// Lose and Delay are the network's, by sequence number.
	Lose  func(seq uint16) bool
	Delay func(seq uint16) time.Duration
	// Report is sent each second, as RTCP on the same port (RFC 5761).
	Report func(ssrc uint32) []byte
}

// Behave changes how the phone speaks, from the next packet on.
func (c *Call) Behave(m Manner) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	c.media.manner = m
}

// send sends a packet as the manner says.
func (m *media) send(how Manner, seq uint16, b []byte, to netip.AddrPort) {
	switch {
	case how.Mute, how.Lose != nil && how.Lose(seq):
	case how.Delay != nil:
		late := append([]byte(nil), b...)
		time.AfterFunc(how.Delay(seq), func() { _ = m.sock.Send(late, to) })
	default:
		_ = m.sock.Send(b, to)
	}
}

// amplitude is how loud the phone speaks at a moment.
func (m Manner) amplitude(ts uint32) float64 {
	switch {
	case m.Silent:
		return 0
	case m.Loudness != nil:
		return m.Loudness(ts)
	}
	return 0.25
}

func newMedia(p *Phone) *media {
	host := p.Addr.Addr()
	if p.MediaFrom.IsValid() {
		host = p.MediaFrom
	}
	sock, err := p.net.listenFree(host)
	if err != nil {
		p.t.Fatalf("phone %s: %v", p.Number, err)
	}
	m := &media{phone: p, sock: sock, quit: make(chan struct{})}
	if p.Toned {
		if m.tones, err = newTones(); err != nil {
			p.t.Fatalf("phone %s: %v", p.Number, err)
		}
	}
	return m
}

func (m *media) start(to netip.AddrPort) {
	m.mu.Lock()
	defer m.mu.Unlock()
	running := m.to.IsValid()
	m.to = to
	if !running {
		m.wg.Add(1)
		go m.run()
	}
}

func (m *media) stop() {
	close(m.quit)
	m.wg.Wait()
	m.sock.Close()
}

// run sends and receives at the phone's own 20 ms, as a desk phone does.
func (m *media) run() {
	defer m.wg.Done()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	out := make([]byte, 172)
	buf := make([]byte, 2048)
	var seq uint16
	var ts uint32
	var event byte
	var left int
	var spoke bool
	var start uint32
	for {
		select {
		case <-m.quit:
			return
		case <-tick.C:
		}
		m.mu.Lock()
		to, how := m.to, m.manner
		if m.tones != nil {
			m.tones.press(m.queue)
			m.queue = nil
		}
		if left == 0 && len(m.queue) > 0 {
			event, m.queue = m.queue[0], m.queue[1:]
			left, start = 8, ts // five packets, and the end three times
		}
		m.mu.Unlock()
		seq++
		out[0], out[1] = 0x80, how.Type
		binary.BigEndian.PutUint16(out[2:], seq)
		binary.BigEndian.PutUint32(out[8:], 0x1000+uint32(m.phone.Addr.Port())+uint32(lastByte(m.phone.Addr.Addr())))
		if left > 0 {
			out[1] = 101
			if left == 8 {
				out[1] |= 0x80
			}
			binary.BigEndian.PutUint32(out[4:], start)
			out[12], out[13] = event, 10
			if left <= 3 {
				out[13] |= 0x80
			}
			binary.BigEndian.PutUint16(out[14:], uint16(160*min(9-left, 5)))
			if left == 8 {
				m.key()
			}
			left--
			m.send(how, seq, out[:16], to)
		} else {
			binary.BigEndian.PutUint32(out[4:], ts)
			for i := range 160 {
				v := how.amplitude(ts) * math.Sin(2*math.Pi*m.phone.Tone*float64(ts+uint32(i))/8000)
				for _, hz := range how.Mix {
					v += 0.25 * math.Sin(2*math.Pi*hz*float64(ts+uint32(i))/8000)
				}
				out[12+i] = raw.ULaw(v)
			}
			if m.tones != nil {
				spoke = m.tones.speak(out[12:]) && (spoke || m.key())
			}
			m.send(how, seq, out, to)
		}
		if how.Report != nil && seq%50 == 0 {
			_ = m.sock.Send(how.Report(m.heardSSRC()), to)
		}
		ts += 160
		for {
			n, from, _, err := m.sock.Recv(buf)
			if err != nil {
				break
			}
			if m.phone.Follows {
				m.follow(from)
			}
			m.hear(buf[:n])
		}
	}
}

// key notes that a key goes down.
func (m *media) key() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keyed = time.Now()
	return true
}

// follow sends to where sound comes from (RFC 4961).
func (m *media) follow(from netip.AddrPort) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.to = from
}

func (m *media) hear(b []byte) {
	if len(b) < 12 || b[0]>>6 != 2 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.n++
	m.count(b)
	m.ssrc = binary.BigEndian.Uint32(b[8:])
	switch b[1] & 0x7f {
	case 0:
		m.last = time.Now()
		if m.tones != nil {
			if key := m.tones.hear(b[12:]); key != 0 {
				m.dtmf.WriteByte(key)
			}
		}
		loud := false
		for _, u := range b[12:] {
			v := raw.Linear(u)
			loud = loud || v > 0.02
			m.pcm = append(m.pcm, v)
		}
		if loud {
			if !m.sound.IsZero() {
				m.gap = max(m.gap, m.last.Sub(m.sound)-20*time.Millisecond)
			}
			m.sound = m.last
		}
		if len(m.pcm) > 8000 {
			m.pcm = m.pcm[len(m.pcm)-8000:]
		}
	case 101:
		ts := binary.BigEndian.Uint32(b[4:])
		if len(b) >= 16 && b[13]&0x80 != 0 && ts != m.lastTS {
			m.lastTS = ts
			m.dtmf.WriteByte("0123456789*#ABCD"[b[12]&15])
		}
	}
}

// count looks for a gap in the numbers of a stream. What is RTCP on the same
// port (RFC 5761 §4) has none.
func (m *media) count(b []byte) {
	if kind := b[1]; kind >= 192 && kind <= 223 {
		return
	}
	seq, ssrc := binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[8:])
	if gap := seq - m.next; ssrc == m.stream && gap < 1<<15 {
		m.missed += int(gap)
	}
	m.next, m.stream = seq+1, ssrc
}

// heard is the last 200 ms; silence where less came.
func (m *media) heard() []float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	pcm := make([]float64, 1600)
	if time.Since(m.last) < 50*time.Millisecond {
		copy(pcm[max(0, 1600-len(m.pcm)):], m.pcm[max(0, len(m.pcm)-1600):])
	}
	m.pcm = m.pcm[:0] // what is heard next must be new
	return pcm
}

func (m *media) packets() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.n
}

func (m *media) press(digit byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.queue = append(m.queue, byte(strings.IndexByte("0123456789*#ABCD", digit)))
}

func (m *media) digits() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dtmf.String()
}
