package dtmf

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"time"
)

const ptime = 20 * time.Millisecond

// sent is one packet on the wire.
type sent struct {
	at        int // ms
	marker    bool
	timestamp uint32
	payload   payload
	raw       []byte
}

// send runs a sender until it has nothing more to send.
func send(t *testing.T, clock int, digits string, d time.Duration) (out []sent) {
	t.Helper()
	var s Sender
	for i := range len(digits) {
		if !s.Queue(digits[i], d) {
			t.Fatalf("digit %q was refused", digits[i])
		}
	}
	for at := 0; s.Waiting(); at += 20 {
		busy := s.Busy()
		if p, ok := s.Step(ptime, clock, clock); ok {
			w, _ := parse(p.Payload)
			now := uint32(at * clock / 1000)
			out = append(out, sent{at, p.Marker, now - uint32(p.Ago), w, append([]byte(nil), p.Payload...)})
		} else if busy {
			t.Errorf("at %d ms an event runs and nothing is sent", at)
		}
		if at > 60000 {
			t.Fatal("the sender does not come to an end")
		}
	}
	return out
}

func TestSender_RFC4733_2_5_1(t *testing.T) {
	out := send(t, 8000, "5", 100*time.Millisecond)
	want := []struct {
		marker   bool
		duration uint16
		end      bool
	}{
		{true, 160, false}, {false, 320, false}, {false, 480, false}, {false, 640, false},
		{false, 800, true}, {false, 800, true}, {false, 800, true},
	}
	if len(out) != len(want) {
		t.Fatalf("%d packets, want %d: %+v", len(out), len(want), out)
	}
	for i, w := range want {
		p := out[i]
		if p.marker != w.marker || p.payload.duration != w.duration || p.payload.end != w.end || p.payload.event != 5 || p.timestamp != out[0].timestamp {
			t.Errorf("packet %d is %+v, want %+v at the first's timestamp", i, p, w)
		}
	}
}

func TestSender_PauseBetweenDigits(t *testing.T) {
	out := send(t, 8000, "1*", 60*time.Millisecond)
	for i := 1; i < len(out); i++ {
		if out[i].marker {
			// Three end packets last 40 ms more than the digit itself.
			if gap := out[i].at - out[i-1].at; gap < 60 {
				t.Errorf("the second digit begins %d ms after the last packet of the first", gap)
			}
			if out[i].payload.event != 10 {
				t.Errorf("the second digit is event %d, want 10", out[i].payload.event)
			}
			return
		}
	}
	t.Error("there is no second digit")
}

func TestSender_LongEvent_RFC4733_2_5_1_3(t *testing.T) {
	// At 48 kHz a segment lasts at most 1.365 s.
	out := send(t, 48000, "9", 3*time.Second)
	var segments []uint32
	for i, p := range out {
		if p.marker != (i == 0) {
			t.Errorf("packet %d: marker %v", i, p.marker)
		}
		if i == 0 || p.timestamp != out[i-1].timestamp {
			segments = append(segments, p.timestamp)
			if i > 0 && (out[i-1].payload.duration != 0xffff || out[i-1].payload.end) {
				t.Errorf("a segment ends with %+v", out[i-1].payload)
			}
		}
	}
	if len(segments) != 3 || segments[1]-segments[0] != 0xffff || segments[2]-segments[1] != 0xffff {
		t.Fatalf("segments begin at %v", segments)
	}
	var r Receiver
	var got []Digit
	for _, p := range out {
		if d, ok := r.Receive(p.timestamp, p.raw, 48000, time.UnixMilli(int64(p.at))); ok {
			got = append(got, d)
		}
	}
	if len(got) != 1 || got[0].Key != '9' || (got[0].Duration-3*time.Second).Abs() > time.Millisecond {
		t.Errorf("received as %v", got)
	}
}

func TestQueueRefuses(t *testing.T) {
	var s Sender
	for _, b := range []byte("x!\x00 ") {
		if s.Queue(b, time.Second) {
			t.Errorf("%q is taken for a digit", b)
		}
	}
	for range queue {
		s.Queue('1', time.Second)
	}
	if s.Queue('1', time.Second) {
		t.Error("the queue has no end")
	}
	if c, ok := Code('a'); c != 12 || !ok {
		t.Error("a is not A")
	}
}

// Whatever the network does to them, as long as one packet of each digit
// comes, each digit is told once and in order.
func TestReceiver_EachDigitOnce(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		out := send(t, 8000, "0123456789*#ABCD", 80*time.Millisecond)
		var rx Receiver
		var got string
		tell := func(d Digit, ok bool) {
			if ok {
				got += string(d.Key)
				if d.Duration < 20*time.Millisecond || d.Duration > 80*time.Millisecond {
					t.Errorf("seed %d: %c lasted %v", seed, d.Key, d.Duration)
				}
			}
		}
		for i := 0; i < len(out); i++ {
			p := out[i]
			now := time.UnixMilli(int64(p.at))
			first := i == 0 || out[i-1].timestamp != p.timestamp
			lost := r.IntN(3) == 0 && !first
			if !lost {
				tell(rx.Receive(p.timestamp, p.raw, 8000, now))
			}
			if r.IntN(4) == 0 && i > 0 { // an earlier packet once more
				tell(rx.Receive(out[i-1].timestamp, out[i-1].raw, 8000, now))
			}
			tell(rx.Poll(now.Add(15 * time.Millisecond)))
		}
		tell(rx.Poll(time.UnixMilli(1e9)))
		if got != "0123456789*#ABCD" {
			t.Fatalf("seed %d: told %s", seed, got)
		}
	}
}

func event(code byte, end bool, duration uint16) []byte {
	return payload{code, end, duration}.append(nil)
}

func TestReceiver(t *testing.T) {
	type in struct {
		ms        int
		timestamp uint32
		b         []byte // nil: only Poll
	}
	for _, c := range []struct {
		name string
		in   []in
		want []Digit
	}{
		{"the usual", []in{{0, 1000, event(1, false, 160)}, {20, 1000, event(1, false, 320)}, {40, 1000, event(1, true, 480)}, {60, 1000, event(1, true, 480)}},
			[]Digit{{'1', 60 * time.Millisecond}}},
		{"only an end", []in{{0, 1000, event(1, true, 480)}, {0, 1000, event(1, true, 480)}},
			[]Digit{{'1', 60 * time.Millisecond}}},
		{"all ends lost, silence", []in{{0, 1000, event(1, false, 160)}, {20, 1000, event(1, false, 320)}, {100, 0, nil}, {219, 0, nil}, {221, 0, nil}},
			[]Digit{{'1', 40 * time.Millisecond}}},
		{"all ends lost, another digit", []in{{0, 1000, event(1, false, 320)}, {100, 1800, event(2, false, 160)}, {120, 1800, event(2, true, 320)}},
			[]Digit{{'1', 40 * time.Millisecond}, {'2', 40 * time.Millisecond}}},
		{"all ends lost, only the end of another digit", []in{{0, 1000, event(1, false, 320)}, {100, 1800, event(2, true, 320)}, {120, 1800, event(2, true, 320)}, {140, 1800, event(2, true, 320)}},
			[]Digit{{'1', 40 * time.Millisecond}, {'2', 40 * time.Millisecond}}},
		{"and nothing after that", []in{{0, 1000, event(1, false, 320)}, {100, 1800, event(2, true, 320)}, {101, 0, nil}},
			[]Digit{{'1', 40 * time.Millisecond}, {'2', 40 * time.Millisecond}}},
		{"the same key twice", []in{{0, 1000, event(1, true, 320)}, {100, 1800, event(1, true, 320)}},
			[]Digit{{'1', 40 * time.Millisecond}, {'1', 40 * time.Millisecond}}},
		{"out of order", []in{{0, 1000, event(1, true, 480)}, {1, 1000, event(1, false, 320)}, {2, 1000, event(1, false, 160)}, {900, 0, nil}},
			[]Digit{{'1', 60 * time.Millisecond}}},
		{"a late packet of the digit before", []in{{0, 1000, event(1, true, 480)}, {50, 2000, event(2, false, 160)}, {60, 1000, event(1, true, 480)}, {70, 2000, event(2, true, 320)}},
			[]Digit{{'1', 60 * time.Millisecond}, {'2', 40 * time.Millisecond}}},
		{"timestamps wrap", []in{{0, 0xffffff00, event(1, true, 480)}, {100, 0x300, event(2, true, 480)}},
			[]Digit{{'1', 60 * time.Millisecond}, {'2', 60 * time.Millisecond}}},
		{"no digits: flash, tones, rubbish", []in{{0, 1000, event(16, true, 480)}, {0, 2000, event(70, true, 480)}, {0, 3000, []byte{1, 2}}, {900, 0, nil}},
			nil},
		{"a key held for 20 s", []in{
			{0, 1000, event(3, false, 160)}, {8190, 1000, event(3, false, 0xffff)},
			{8200, 1000 + 0xffff, event(3, false, 160)}, {16380, 1000 + 0xffff, event(3, false, 0xffff)},
			{16390, 1000 + 2*0xffff, event(3, false, 160)}, {20000, 1000 + 2*0xffff, event(3, true, 28930)}},
			[]Digit{{'3', 20 * time.Second}}},
	} {
		var r Receiver
		var got []Digit
		for _, i := range c.in {
			now := time.UnixMilli(int64(i.ms))
			if i.b != nil {
				if d, ok := r.Receive(i.timestamp, i.b, 8000, now); ok {
					got = append(got, d)
				}
			}
			if d, ok := r.Poll(now); ok {
				got = append(got, d)
			}
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: told %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i].Key != c.want[i].Key || (got[i].Duration-c.want[i].Duration).Abs() > time.Millisecond {
				t.Errorf("%s: told %v, want %v", c.name, got, c.want)
			}
		}
	}
}

func TestReceiverAfterReset(t *testing.T) {
	var r Receiver
	now := time.Unix(0, 0)
	r.Receive(5000, event(7, false, 160), 8000, now)
	if d, ok := r.Reset(); !ok || d.Key != '7' {
		t.Errorf("a running digit is told as %v, %v", d, ok)
	}
	if d, ok := r.Receive(5, event(8, true, 160), 8000, now); !ok || d.Key != '8' {
		t.Errorf("after a reset an earlier timestamp is told as %v, %v", d, ok)
	}
}

func FuzzReceive(f *testing.F) {
	f.Add([]byte{0, 1, 0x80, 0, 160, 0, 1, 0, 1, 64})
	f.Fuzz(func(t *testing.T, b []byte) {
		var r Receiver
		now := time.Unix(0, 0)
		told, events := 0, 0
		for ; len(b) >= 6; b = b[6:] {
			now = now.Add(time.Duration(b[0]) * time.Millisecond)
			if d, ok := r.Receive(uint32(binary.BigEndian.Uint16(b))<<4, b[2:6], 8000, now); ok {
				told++
				if d.Duration < 0 {
					t.Errorf("a digit of %v", d.Duration)
				}
			}
			if _, ok := r.Poll(now); ok {
				told++
			}
			events++
		}
		if told > events {
			t.Errorf("%d digits of %d packets", told, events)
		}
	})
}
