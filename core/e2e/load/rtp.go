package main

import (
	"context"
	"encoding/binary"
	"math"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/sdk/audio/alarm"
)

const (
	packetTime = 20 * time.Millisecond
	samples    = 160 // 8 kHz
	late       = 5 * time.Millisecond
	burstEvery = 50 // packets: one burst a second in streams that measure delay
)

// stream is one direction of one leg: what we send to a port of Plugboard,
// and what must come back from it.
type stream struct {
	to      netip.AddrPort // Plugboard's port
	hz      float64        // what we say
	dest    *net.UDPAddr   // the same
	bursts  bool           // say it as one 20 ms burst a second, to measure delay
	level   float64        // how loud; 0: silence
	sound   *sound         // in which codec; nil: PCMU
	kind    byte           // its payload type, as Plugboard has it
	says    [][]byte       // a second of it; of PCMU only where sound is set
	ear     func([]byte) []float64
	expect  []float64    // what must be heard
	loud    float64      // at this level
	forbid  float64      // and what must not: oneself
	sentAt  atomic.Int64 // ns, when the last burst's packet left
	seq     uint16
	ts      uint32
	ssrc    uint32
	packets atomic.Uint64 // sent

	mu       sync.Mutex
	begin    int64 // ns: what arrives from here
	end      int64 // to here is measured
	got      uint64
	lost     uint64
	lastSeq  uint16
	started  bool
	base     int64 // arrival of the first packet minus its place in the stream, ns, at its least
	first    uint32
	late     uint64 // more than 5 ms behind the stream's own clock
	worst    time.Duration
	window   []float64
	windows  int
	deaf     int           // windows without what must be heard
	excused  int           // the same, while the machine was late
	behind   int64         // ns, when a packet last came late
	tardy    *atomic.Int64 // ns, when the sender of all streams last was late
	echoes   int           // windows with what must not
	from     *stream       // whose bursts arrive here
	quiet    bool          // long enough silent that a burst is a new one
	silent   int           // samples
	delays   []time.Duration
	gaps     time.Duration // longest silence on the wire
	lastSeen int64
	witness  *witness
}

// media sends and receives for all streams on one socket, as many phones
// behind one address: Plugboard tells them apart by port. It takes the time of
// each packet from the kernel, so that it may itself be late on a busy machine.
type media struct {
	conn    *net.UDPConn
	batch   *ipv4.PacketConn
	addr    netip.AddrPort
	streams sync.Map     // netip.AddrPort -> *stream
	newest  atomic.Int64 // ns, when the last packet came in
	tardy   atomic.Int64 // ns, when packets last went out late
	list    atomic.Pointer[[]*stream]
	mu      sync.Mutex
	quit    chan struct{}
	wg      sync.WaitGroup
	tables  map[float64][]byte // of PCMU at the usual level
}

// batchSize is how many packets go through one system call.
const batchSize = 64

func newMedia(ip netip.Addr) (*media, error) {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(8 << 20)
	raw, err := conn.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1) })
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	m := &media{
		conn: conn, batch: ipv4.NewPacketConn(conn), addr: conn.LocalAddr().(*net.UDPAddr).AddrPort(),
		quit: make(chan struct{}), tables: make(map[float64][]byte),
	}
	m.list.Store(new([]*stream))
	m.wg.Add(2)
	go m.send()
	go m.receive()
	return m, nil
}

func (m *media) close() {
	close(m.quit)
	m.conn.Close()
	m.wg.Wait()
}

func (m *media) add(s *stream) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s.ssrc = uint32(s.to.Port())<<16 | 7
	if s.level == 0 && s.sound == nil {
		s.level = usual
	}
	s.dest, s.tardy = net.UDPAddrFromAddrPort(s.to), &m.tardy
	m.streams.Store(s.to, s)
	list := append(append([]*stream(nil), *m.list.Load()...), s)
	m.list.Store(&list)
}

// send paces every stream at one packet in 20 ms, spread over twenty slices.
func (m *media) send() {
	defer m.wg.Done()
	defer alarm.Urgent()()
	clock := alarm.New()
	defer clock.Wait(time.Time{})
	defer clock.Stop()
	start := time.Now()
	out := make([]ipv4.Message, batchSize)
	for i := range out {
		out[i].Buffers = [][]byte{make([]byte, 1500)}
	}
	for slice := 0; clock.Wait(start.Add(time.Duration(slice) * packetTime / 20)); slice++ {
		select {
		case <-m.quit:
			return
		default:
		}
		if now := time.Now(); now.Sub(start.Add(time.Duration(slice)*packetTime/20)) > late {
			m.tardy.Store(now.UnixNano())
		}
		list := *m.list.Load()
		n := 0
		for i := slice % 20; i < len(list); i += 20 {
			size := m.fill(list[i], out[n].Buffers[0][:cap(out[n].Buffers[0])])
			if size == 0 {
				continue
			}
			out[n].Buffers[0] = out[n].Buffers[0][:size]
			out[n].Addr = list[i].dest
			if n++; n == len(out) {
				m.flush(out)
				n = 0
			}
		}
		m.flush(out[:n])
	}
}

func (m *media) flush(out []ipv4.Message) {
	for len(out) > 0 {
		n, err := m.batch.WriteBatch(out, 0)
		if err != nil {
			n = 1
		}
		out = out[n:]
	}
}

// fill writes the stream's next packet and returns its size, 0 if there is none.
func (m *media) fill(s *stream, pkt []byte) int {
	if s.sound != nil {
		return s.fill(pkt)
	}
	pkt[0], pkt[1] = 0x80, 0
	binary.BigEndian.PutUint16(pkt[2:], s.seq)
	binary.BigEndian.PutUint32(pkt[4:], s.ts)
	binary.BigEndian.PutUint32(pkt[8:], s.ssrc)
	n := s.packets.Load()
	if s.bursts && n%burstEvery != 0 {
		for i := range samples {
			pkt[12+i] = 0xff
		}
	} else {
		copy(pkt[12:], m.table(s.hz)[int(s.ts)%8000:][:samples])
	}
	s.seq++
	s.ts += samples
	if s.bursts && n%burstEvery == 0 {
		s.sentAt.Store(time.Now().UnixNano())
	}
	s.packets.Add(1)
	return 12 + samples
}

// fill is media.fill in another codec, or at another level.
func (s *stream) fill(pkt []byte) int {
	payload := s.says[s.packets.Add(1)%uint64(len(s.says))]
	at := s.ts
	s.ts += s.sound.units
	if payload == nil {
		return 0
	}
	pkt[0], pkt[1] = 0x80, s.kind
	binary.BigEndian.PutUint16(pkt[2:], s.seq)
	binary.BigEndian.PutUint32(pkt[4:], at)
	binary.BigEndian.PutUint32(pkt[8:], s.ssrc)
	s.seq++
	return 12 + copy(pkt[12:], payload)
}

// usual is how loud a stream is, as full scale is 1.
const usual = 0.25

// table is one second (and a packet) of a tone as µ-law.
func (m *media) table(hz float64) []byte {
	if t := m.tables[hz]; t != nil {
		return t
	}
	t := make([]byte, 8000+samples)
	for i := range t {
		t[i] = raw.ULaw(usual * math.Sin(2*math.Pi*hz*float64(i)/8000))
	}
	m.tables[hz] = t
	return t
}

func (m *media) receive() {
	defer m.wg.Done()
	defer alarm.Urgent()()
	in := make([]ipv4.Message, batchSize)
	for i := range in {
		in[i].Buffers, in[i].OOB = [][]byte{make([]byte, 2048)}, make([]byte, 64)
	}
	for {
		n, err := m.batch.ReadBatch(in, 0)
		if err != nil {
			return
		}
		for _, p := range in[:n] {
			from := p.Addr.(*net.UDPAddr).AddrPort()
			if s, ok := m.streams.Load(netip.AddrPortFrom(from.Addr().Unmap(), from.Port())); ok {
				at := arrived(p.OOB[:p.NN])
				s.(*stream).hear(p.Buffers[0][:p.N], at)
				m.newest.Store(at.UnixNano())
			}
		}
	}
}

// catchUp waits until everything that had come by then was looked at: on a busy
// machine that takes a while. Nothing at all came any more if it takes long.
func (m *media) catchUp(ctx context.Context, then time.Time) {
	for range 200 {
		if ctx.Err() != nil || m.newest.Load() >= then.UnixNano() {
			return
		}
		wait(ctx, 50*time.Millisecond)
	}
}

// arrived is when the kernel took a packet in (SCM_TIMESTAMPNS).
func arrived(oob []byte) time.Time {
	head, data, _, err := unix.ParseOneSocketControlMessage(oob)
	if err != nil || head.Type != unix.SO_TIMESTAMPNS || len(data) < 16 {
		return time.Now()
	}
	return time.Unix(int64(binary.NativeEndian.Uint64(data)), int64(binary.NativeEndian.Uint64(data[8:])))
}

// hear checks one packet: its place, its time, and now and then its sound.
func (s *stream) hear(b []byte, now time.Time) {
	units := int64(samples)
	if s.sound != nil {
		units = int64(s.sound.units)
	}
	if len(b) < 12 || b[1]&0x7f != s.kind {
		return
	}
	seq, ts := binary.BigEndian.Uint16(b[2:]), binary.BigEndian.Uint32(b[4:])
	s.mu.Lock()
	defer s.mu.Unlock()
	at := now.UnixNano()
	if s.witness != nil {
		s.witness.see(b, now)
	}
	if at < s.begin || at >= s.end {
		return
	}
	if !s.started {
		s.started, s.lastSeq, s.first, s.base = true, seq-1, ts, at
	} else {
		s.gaps = max(s.gaps, time.Duration(at-s.lastSeen))
	}
	s.lastSeen = at
	s.got++
	if d := seq - s.lastSeq; d != 1 && d < 0x8000 {
		s.lost += uint64(d - 1)
	}
	s.lastSeq = seq
	due := at - int64(ts-s.first)*int64(packetTime)/units
	s.base = min(s.base, due)
	behind := time.Duration(due - s.base)
	s.worst = max(s.worst, behind)
	if behind > late {
		s.late++
		s.behind = at
	}
	s.onset(b[12:], at)
	if len(s.expect) == 0 {
		return
	}
	if s.ear != nil {
		s.window = append(s.window, s.ear(b[12:])...)
	} else {
		for _, u := range b[12:] {
			s.window = append(s.window, raw.Linear(u))
		}
	}
	if len(s.window) >= 10*samples {
		s.listen(s.window[:10*samples], at)
		s.window = s.window[:copy(s.window, s.window[10*samples:])]
	}
}

// onset finds the start of the far side's burst, and from it the delay: from
// the moment its first sample was complete in a packet on the way in, to the
// same on the way out, corrected by its place in the packet.
func (s *stream) onset(pcmu []byte, at int64) {
	if s.from == nil {
		return
	}
	for i, u := range pcmu {
		loud := math.Abs(raw.Linear(u)) > 0.03
		if loud && s.quiet {
			s.quiet = false
			if sent := s.from.sentAt.Load(); sent != 0 {
				place := time.Duration(i) * packetTime / samples
				s.delays = append(s.delays, time.Duration(at-sent)+place)
			}
			return
		}
		if loud {
			s.silent = 0
		} else if s.silent++; s.silent > 4*samples {
			s.quiet = true
		}
	}
}

// excuse is for how long the sound may suffer from a moment at which the machine
// was late: until buffers have settled again.
const excuse = 2 * time.Second

// listen checks 200 ms for the tones that must be there, and the one that
// must not.
func (s *stream) listen(window []float64, at int64) {
	if s.windows++; s.windows == 1 && s.ear != nil {
		return // its decoder has just begun
	}
	for _, hz := range s.expect {
		if clearly, _ := hears(window, hz, s.loud); !clearly {
			if at-max(s.behind, s.tardy.Load()) < int64(excuse) {
				s.excused++
			} else {
				s.deaf++
			}
			break
		}
	}
	if s.forbid != 0 {
		if _, faintly := hears(window, s.forbid, s.loud); faintly {
			s.echoes++
		}
	}
}
