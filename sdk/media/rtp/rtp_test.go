package rtp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
	"time"
)

func TestHeader_RFC3550_5_1(t *testing.T) {
	h := Header{Marker: true, PayloadType: 101, Sequence: 65535, Timestamp: 0xdeadbeef, SSRC: 0xcafe0001}
	b := append(h.Append(nil), "payload"...)
	if want := "80e5ffffdeadbeefcafe0001"; hexOf(b[:HeaderSize]) != want {
		t.Errorf("written as %s, want %s", hexOf(b[:HeaderSize]), want)
	}
	got, payload, err := Parse(b)
	if err != nil || got != h || string(payload) != "payload" {
		t.Errorf("read as %+v %q %v", got, payload, err)
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var s []byte
	for _, c := range b {
		s = append(s, digits[c>>4], digits[c&15])
	}
	return string(s)
}

func TestParse(t *testing.T) {
	base := Header{PayloadType: 0, Sequence: 1, Timestamp: 2, SSRC: 3}.Append(nil)
	with := func(first byte, rest ...byte) []byte {
		b := append(bytes.Clone(base), rest...)
		b[0] |= first
		return b
	}
	for _, c := range []struct {
		name    string
		b       []byte
		payload []byte
		err     error
	}{
		{"plain", with(0, 1, 2, 3), []byte{1, 2, 3}, nil},
		{"empty payload", with(0), []byte{}, nil},
		{"two contributing sources", with(2, 0, 0, 0, 1, 0, 0, 0, 2, 9), []byte{9}, nil},
		{"contributing sources cut off", with(15, 0, 0, 0, 1), nil, ErrShort},
		{"an extension of one word", with(0x10, 0xbe, 0xde, 0, 1, 1, 2, 3, 4, 9), []byte{9}, nil},
		{"an extension of no words", with(0x10, 0xbe, 0xde, 0, 0, 9), []byte{9}, nil},
		{"an extension longer than the packet", with(0x10, 0xbe, 0xde, 0xff, 0xff, 9), nil, ErrShort},
		{"an extension cut off", with(0x10, 0xbe, 0xde), nil, ErrShort},
		{"padding", with(0x20, 9, 0, 0, 3), []byte{9}, nil},
		{"nothing but padding", with(0x20, 0, 2), []byte{}, nil},
		{"padding of 0", with(0x20, 9, 0), nil, ErrPadding},
		{"padding into the header", with(0x20, 9, 3), nil, ErrPadding},
		{"padding without a payload", with(0x20), nil, ErrPadding},
		{"all at once", with(0x31, 0, 0, 0, 1, 0xbe, 0xde, 0, 1, 1, 2, 3, 4, 9, 8, 0, 2), []byte{9, 8}, nil},
		{"eleven bytes", base[:11], nil, ErrShort},
		{"nothing", nil, nil, ErrShort},
		{"STUN", append([]byte{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}, make([]byte, 12)...), nil, ErrVersion},
		{"a sender report", append([]byte{0x80, 200, 0, 6}, make([]byte, 24)...), nil, ErrControl},
	} {
		_, payload, err := Parse(c.b)
		if !errors.Is(err, c.err) || !bytes.Equal(payload, c.payload) {
			t.Errorf("%s: %v, %v; want %v, %v", c.name, payload, err, c.payload, c.err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("\x80\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03hello"))
	f.Add([]byte("\xb1\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00\x01\xbe\xde\x00\x01\x01\x02\x03\x04\x09\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, payload, err := Parse(b)
		if err != nil {
			return
		}
		again, same, err := Parse(append(h.Append(nil), payload...))
		if err != nil || again != h || !bytes.Equal(payload, same) {
			t.Errorf("%x: %+v %x, then %+v %x, %v", b, h, payload, again, same, err)
		}
	})
}

// stream feeds a Receiver.
type stream struct {
	r    Receiver
	now  time.Time
	ssrc uint32
}

func newStream() *stream {
	s := &stream{now: time.Unix(1000, 0), ssrc: 1}
	s.r.SetClock(8000)
	return s
}

func (s *stream) packet(sequence int) (Verdict, int64, int64) {
	return s.r.Receive(Header{Sequence: uint16(sequence), Timestamp: uint32(sequence) * 160, SSRC: s.ssrc}, s.now)
}

func (s *stream) run(t *testing.T, want Verdict, sequences ...int) {
	t.Helper()
	for _, n := range sequences {
		s.now = s.now.Add(20 * time.Millisecond)
		if v, _, _ := s.packet(n); v != want {
			t.Errorf("packet %d is %d, want %d", n, v, want)
		}
	}
}

func (s *stream) lost(t *testing.T, lost, duplicates, reordered uint64) {
	t.Helper()
	if s.r.Lost() != lost || s.r.Duplicates() != duplicates || s.r.Reordered() != reordered {
		t.Errorf("lost %d, duplicates %d, reordered %d; want %d, %d, %d",
			s.r.Lost(), s.r.Duplicates(), s.r.Reordered(), lost, duplicates, reordered)
	}
}

func TestReceiver_LossAndOrder_RFC3550_A3(t *testing.T) {
	s := newStream()
	s.run(t, Restarted, 100)
	s.run(t, Good, 101, 102, 105)
	s.lost(t, 2, 0, 0)
	s.run(t, Good, 103) // not lost after all
	s.lost(t, 1, 0, 1)
	s.run(t, Duplicate, 103, 105, 100)
	s.lost(t, 1, 3, 1)
	s.run(t, Good, 99) // the first had been overtaken
	s.lost(t, 1, 3, 2)
	s.run(t, Good, 205)
	s.lost(t, 100, 3, 2)
	s.run(t, Stale, 110)
}

func TestReceiver_NumbersDoNotWrap(t *testing.T) {
	s := newStream()
	s.run(t, Restarted, 65533)
	first, t0 := s.r.highest, s.r.timestamp
	for i := 1; i < 200000; i++ {
		s.now = s.now.Add(20 * time.Millisecond)
		v, sequence, _ := s.packet(65533 + i)
		if v != Good || sequence != first+int64(i) {
			t.Fatalf("packet %d: verdict %d, sequence %d, want %d", i, v, sequence, first+int64(i))
		}
	}
	if got, want := s.r.timestamp-t0, int64(199999)*160; got%(1<<32) != want%(1<<32) || got < 0 {
		t.Errorf("timestamps went on by %d, want %d", got, want)
	}
	s.lost(t, 0, 0, 0)
}

func TestReceiver_AnotherSSRCOnProbation_RFC3550_A1(t *testing.T) {
	s := newStream()
	s.run(t, Restarted, 10)
	s.run(t, Good, 11, 12, 14)
	s.ssrc = 2
	s.run(t, Probation, 5000, 5002) // not in sequence
	s.ssrc = 1
	s.run(t, Good, 15)
	s.ssrc = 2
	s.run(t, Probation, 7000)
	s.run(t, Restarted, 7001)
	s.run(t, Good, 7002)
	s.lost(t, 1, 0, 0) // what was lost of the first stream
	if ssrc, ok := s.r.SSRC(); ssrc != 2 || !ok {
		t.Errorf("the stream is %d", ssrc)
	}
}

func TestReceiver_JumpInSequence_RFC3550_A1(t *testing.T) {
	s := newStream()
	s.run(t, Restarted, 10)
	s.run(t, Good, 11)
	s.run(t, Probation, 30000)
	s.run(t, Good, 12) // it was a stray
	s.run(t, Probation, 30000)
	s.run(t, Restarted, 30001)
	s.run(t, Good, 30002)
	s.lost(t, 0, 0, 0)
}

func TestReceiver_Jitter_RFC3550_A8(t *testing.T) {
	s := newStream()
	s.run(t, Restarted, 0)
	for i := 1; i < 500; i++ {
		s.run(t, Good, i)
	}
	if j := s.r.Jitter(); j != 0 {
		t.Errorf("jitter of an even stream is %v", j)
	}
	// Every second packet 8 ms late: transit differs by 8 ms each time.
	for i := 500; i < 1000; i++ {
		s.now = s.now.Add(20*time.Millisecond + time.Duration(i%2*2-1)*8*time.Millisecond)
		s.packet(i)
	}
	if j := s.r.Jitter(); j < 7900*time.Microsecond || j > 8100*time.Microsecond {
		t.Errorf("jitter is %v, want 8 ms", j)
	}
	// A pause that timestamps show is no jitter.
	before := s.r.Jitter()
	s.now = s.now.Add(3 * time.Second)
	s.r.Receive(Header{Sequence: 1000, Timestamp: 1000*160 + 3*8000 - 160, SSRC: 1}, s.now)
	if j := s.r.Jitter(); j > before {
		t.Errorf("a pause raised the jitter from %v to %v", before, j)
	}
}

func TestSender(t *testing.T) {
	s := NewSender()
	a := s.Next(0)
	s.Advance(160)
	b := s.Next(0)
	s.Advance(160)
	s.Pause()
	e := s.NextAt(101, s.Timestamp()-160)
	s.Advance(160)
	c := s.Next(8)
	if !a.Marker || b.Marker || e.Marker || !c.Marker {
		t.Errorf("markers %v %v %v %v, want only the first and the one after the pause", a.Marker, b.Marker, e.Marker, c.Marker)
	}
	if b.Sequence != a.Sequence+1 || c.Sequence != a.Sequence+3 || b.Timestamp != a.Timestamp+160 ||
		e.Timestamp != a.Timestamp+160 || c.Timestamp != a.Timestamp+480 || a.SSRC != c.SSRC {
		t.Errorf("headers %+v %+v %+v %+v", a, b, e, c)
	}
	if o := NewSender(); o.SSRC() == s.SSRC() && o.Timestamp() == s.Timestamp() {
		t.Error("two senders begin alike")
	}
}

func TestNothingIsAllocated(t *testing.T) {
	s := newStream()
	b := make([]byte, 0, 64)
	out := NewSender()
	if n := testing.AllocsPerRun(1000, func() {
		b = out.Next(0).Append(b[:0])
		h, _, _ := Parse(b)
		s.r.Receive(h, s.now)
	}); n != 0 {
		t.Errorf("%.0f allocations a packet", n)
	}
}

func BenchmarkReceive(b *testing.B) {
	s := newStream()
	p := append(Header{SSRC: 1}.Append(nil), make([]byte, 160)...)
	for i := 0; b.Loop(); i++ {
		binary.BigEndian.PutUint16(p[2:], uint16(i))
		h, _, _ := Parse(p)
		s.r.Receive(h, s.now)
	}
}
