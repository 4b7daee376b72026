//go:build linux

package bus

import (
	"context"
	"errors"
	"math"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

// ends makes both ends of one form of the bus.
type ends func(t *testing.T, lines int) (*Host, *Guest)

func memoryEnds(t *testing.T, lines int) (*Host, *Guest) {
	h, g := NewMemory(lines)
	t.Cleanup(func() { h.Close(); g.Close() })
	return h, g
}

func conform(t *testing.T, pair ends) {
	for _, c := range []struct {
		rule string
		test func(t *testing.T, pair ends)
	}{
		{"a frame arrives at its tick and at no other", testFrames},
		{"silence is a frame without samples", testSilence},
		{"lines that share hear the same, by one number", testShare},
		{"a guest may hand frames over where the host said so, and tells", testHand},
		{"what a guest writes is cleaned", testCleaned},
		{"a frame nobody fetched is overwritten", testOverwritten},
		{"lines are used in turn, and a former user is not heard", testLines},
		{"a bell delivers and gathers", testRun},
		{"ticks that passed are counted, and what is still there of them is delivered late", testCatchUp},
		{"a frame that would come too late is not gathered", testLate},
		{"Answered follows the guest and believes nothing", testAnswered},
		{"sockets arrive by their token", testPass},
		{"the guest learns that the host is gone", testHostGone},
		{"the host learns that the guest is gone", testGuestGone},
		{"a closed bus is silent and safe", testClosed},
		{"nothing allocates", testAllocations},
	} {
		t.Run(c.rule, func(t *testing.T) { c.test(t, pair) })
	}
}

func TestMemoryConforms(t *testing.T) { conform(t, memoryEnds) }

// full is a frame of one value.
func full(v float32) *audio.Frame {
	f := new(audio.Frame)
	for i := range f {
		f[i] = v
	}
	return f
}

// open opens a line at both ends.
func open(t *testing.T, h *Host, g *Guest) (*Line, *GuestLine) {
	t.Helper()
	l, err := h.Open()
	if err != nil {
		t.Fatal(err)
	}
	gl, err := g.Line(l.ID())
	if err != nil {
		t.Fatal(err)
	}
	return l, gl
}

func testFrames(t *testing.T, pair ends) {
	h, g := pair(t, 2)
	l, gl := open(t, h, g)
	other, _ := open(t, h, g)
	var f audio.Frame
	for tick := uint64(0); tick < 20; tick++ {
		up, down := full(float32(tick)/100+0.1), full(-float32(tick)/100-0.1)
		if l.Read(tick, &f) || gl.Read(tick, &f) {
			t.Fatalf("tick %d: a frame before there is one", tick)
		}
		gl.Write(tick, up)
		l.Write(tick, down)
		for _, wrong := range []uint64{tick + 1, tick + slots, tick - slots, tick - 1 - slots} {
			if l.Read(wrong, &f) || gl.Read(wrong, &f) {
				t.Fatalf("the frame of tick %d was taken for that of %d", tick, wrong)
			}
		}
		if other.Read(tick, &f) {
			t.Fatal("a frame on another line")
		}
		if !l.Read(tick, &f) || f != *up {
			t.Fatalf("tick %d: the host read %v…, want %v…", tick, f[:2], up[:2])
		}
		if !gl.Read(tick, &f) || f != *down {
			t.Fatalf("tick %d: the guest read %v…, want %v…", tick, f[:2], down[:2])
		}
	}
	if s := l.Stats(); s.Sound != 20 || s.Written != 20 || s.Missed != 20+80 || s.Torn != 0 {
		t.Errorf("the line counted %+v", s)
	}
}

func testSilence(t *testing.T, pair ends) {
	h, g := pair(t, 1)
	l, gl := open(t, h, g)
	for tick, f := range []*audio.Frame{nil, new(audio.Frame)} {
		tick := uint64(tick)
		gl.Write(tick, f)
		l.Write(tick, f)
		got := full(1)
		if l.Read(tick, got) {
			t.Error("the host took silence for sound")
		}
		if !gl.Read(tick, got) || *got != (audio.Frame{}) {
			t.Errorf("the guest was not handed zeros: %v…", got[:2])
		}
	}
	if s := l.Stats(); s.Silent != 2 || s.Missed != 0 {
		t.Errorf("the line counted %+v", s)
	}
}

func testShare(t *testing.T, pair ends) {
	h, g := pair(t, 4)
	var lines []*Line
	var ends []*GuestLine
	for range 3 {
		l, gl := open(t, h, g)
		lines, ends = append(lines, l), append(ends, gl)
	}
	alone, aloneEnd := open(t, h, g)
	var s audio.Share
	number := uint32(0)
	for tick := uint64(0); tick < 12; tick++ {
		f := full(float32(tick) / 16)
		if tick == 5 {
			f = nil
		}
		if tick == 7 { // whoever was first goes
			lines[0].Close()
			lines, ends = lines[1:], ends[1:]
		}
		for _, l := range lines {
			l.WriteShared(tick, f, &s)
		}
		alone.Write(tick, full(-1))
		var got audio.Frame
		for i, e := range ends {
			if !e.Read(tick, &got) {
				t.Fatalf("tick %d: line %d was handed nothing", tick, i)
			}
			if f == nil && got != (audio.Frame{}) || f != nil && got != *f {
				t.Errorf("tick %d: line %d was handed %v…", tick, i, got[:2])
			}
			if number == 0 {
				number = e.Share(tick)
			}
			if n := e.Share(tick); n == 0 || n != number {
				t.Errorf("tick %d: line %d hears the share %d, the first one %d", tick, i, n, number)
			}
		}
		if !aloneEnd.Read(tick, &got) || got != *full(-1) || aloneEnd.Share(tick) != 0 {
			t.Errorf("tick %d: who shares nothing was handed %v…, share %d", tick, got[:2], aloneEnd.Share(tick))
		}
		if n := ends[0].Share(tick + 1); n != 0 {
			t.Errorf("share %d of a tick that has not been", n)
		}
	}
	var other audio.Share
	lines[0].WriteShared(20, full(1), &other)
	if n := ends[0].Share(20); n == 0 || n == number {
		t.Errorf("another room's share has the number %d, the first one's is %d", n, number)
	}
	// One that is read too late is nothing, as any frame.
	lines[0].WriteShared(21, full(1), &s)
	lines[1].WriteShared(21, full(1), &s)
	lines[0].Write(25, full(0.5))
	var got audio.Frame
	if ends[1].Read(21, &got) {
		t.Errorf("handed %v… of a slot that was used again", got[:2])
	}
}

func testHand(t *testing.T, pair ends) {
	host, guest := pair(t, 2)
	a, aEnd := open(t, host, guest)
	b, bEnd := open(t, host, guest)
	var got audio.Frame
	a.WriteHand(7, full(0.5), b)
	b.Write(7, nil)
	if n := aEnd.Peer(7); n != bEnd.ID() || n == 0 {
		t.Errorf("the peer is %#x, want %#x", n, bEnd.ID())
	}
	if !aEnd.Read(7, &got) || got != *full(0.5) {
		t.Error("what is heard beside the permission is another frame")
	}
	if aEnd.Peer(6) != 0 || aEnd.Peer(8) != 0 || bEnd.Peer(7) != 0 {
		t.Error("a permission is for another tick, or for both")
	}
	aEnd.WriteHanded(8)
	bEnd.Write(8, full(0.25))
	if !a.Handed(8) || a.Read(8, &got) {
		t.Error("what was handed over is not silence that says so")
	}
	if b.Handed(8) || a.Handed(7) || a.Handed(9) || !b.Read(8, &got) {
		t.Error("something else was handed over")
	}
	// A later frame in the same slot has none.
	a.Write(11, nil)
	aEnd.Write(12, nil)
	if aEnd.Peer(11) != 0 || a.Handed(12) {
		t.Error("a slot keeps what it held before")
	}
	// A line that was given back, and one of another bus, is nobody's peer.
	b.Close()
	a.WriteHand(12, nil, b)
	other, otherGuest := pair(t, 1)
	c, _ := open(t, other, otherGuest)
	a.WriteHand(13, nil, c)
	if aEnd.Peer(12) != 0 || aEnd.Peer(13) != 0 {
		t.Error("a line that is not there is a peer")
	}
	a.Close()
	a.WriteHand(14, nil, a)
	if aEnd.Peer(14) != 0 || a.Handed(8) {
		t.Error("a closed line still speaks")
	}
}

func testCleaned(t *testing.T, pair ends) {
	h, g := pair(t, 1)
	l, gl := open(t, h, g)
	raw, frame := gl.out.at(1)
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	*frame = *full(0.5)
	copy(frame[:], []float32{nan, inf, -inf, 1e30, -5})
	raw.stamp.Store(gl.stamp(1))
	var f audio.Frame
	if !l.Read(1, &f) {
		t.Fatal("no frame")
	}
	want := full(0.5)
	copy(want[:], []float32{0, 4, -4, 4, -4})
	if f != *want {
		t.Errorf("read %v…, want %v…", f[:6], want[:6])
	}
}

func testOverwritten(t *testing.T, pair ends) {
	h, g := pair(t, 1)
	l, gl := open(t, h, g)
	for tick := uint64(1); tick <= 10; tick++ {
		l.Write(tick, full(float32(tick)/16))
	}
	var f audio.Frame
	for tick := uint64(1); tick <= 6; tick++ {
		if gl.Read(tick, &f) {
			t.Errorf("the frame of tick %d is still there", tick)
		}
	}
	for tick := uint64(7); tick <= 10; tick++ {
		if !gl.Read(tick, &f) || f != *full(float32(tick) / 16) {
			t.Errorf("the frame of tick %d is not there", tick)
		}
	}
}

func testLines(t *testing.T, pair ends) {
	h, g := pair(t, 3)
	var lines []*Line
	for range 3 {
		l, _ := open(t, h, g)
		lines = append(lines, l)
	}
	if _, err := h.Open(); !errors.Is(err, ErrFull) {
		t.Fatalf("a fourth line of three: %v", err)
	}
	old, err := g.Line(lines[1].ID())
	if err != nil {
		t.Fatal(err)
	}
	lines[1].Write(7, full(0.5))
	lines[1].Close()
	lines[1].Close()
	lines[0].Close()
	again, fresh := open(t, h, g)
	if again.ID()%MaxLines != lines[1].ID()%MaxLines || again.ID() == lines[1].ID() {
		t.Errorf("line %#x follows %#x: want the one unused for longest, with another id", again.ID(), lines[1].ID())
	}
	var f audio.Frame
	if fresh.Read(7, &f) {
		t.Error("the new user hears the old one's frame")
	}
	old.Write(8, full(1))
	if again.Read(8, &f) {
		t.Error("the old user is heard on the new one's line")
	}
	for _, id := range []uint32{0, 1, 3 | 1<<16, math.MaxUint32, MaxLines - 1} {
		if _, err := g.Line(id); err == nil {
			t.Errorf("the bus has a line %#x", id)
		}
	}
}

// work is a Worker of two functions.
type work struct{ deliver, gather func(uint64) }

func (w work) Deliver(tick uint64) {
	if w.deliver != nil {
		w.deliver(tick)
	}
}

func (w work) Gather(tick uint64) {
	if w.gather != nil {
		w.gather(tick)
	}
}

// run starts the guest and returns what waits for its end.
func run(t *testing.T, g *Guest, w Worker) (cancel context.CancelFunc, ended func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx, w) }()
	var once sync.Once
	var err error
	ended = func() error { once.Do(func() { err = <-done }); return err }
	t.Cleanup(func() { cancel(); _ = ended() })
	return cancel, ended
}

func testRun(t *testing.T, pair ends) {
	h, g := pair(t, 1)
	l, gl := open(t, h, g)
	type gather struct {
		tick uint64
		at   time.Time
	}
	gathered := make(chan gather, 10)
	cancel, ended := run(t, g, work{
		deliver: func(tick uint64) {
			var f audio.Frame
			if gl.Read(tick, &f) {
				gl.Write(tick+1, &f)
			}
		},
		gather: func(tick uint64) { gathered <- gather{tick, time.Now()} },
	})
	var f audio.Frame
	for tick := uint64(1); tick <= 3; tick++ {
		l.Write(tick, full(0.25))
		due := time.Now()
		h.Ring(tick, due)
		got := <-gathered
		if got.tick != tick+1 {
			t.Fatalf("gathered %d after bell %d", got.tick, tick)
		}
		if early := due.Add(audio.Tick).Sub(got.at); early > maxLead {
			t.Fatalf("gathered %v before the tick", early)
		}
		if !l.Read(tick+1, &f) || f != *full(0.25) {
			t.Fatalf("the frame of tick %d did not come back", tick)
		}
	}
	cancel()
	if err := ended(); !errors.Is(err, context.Canceled) {
		t.Errorf("Run ended with %v", err)
	}
}

func testCatchUp(t *testing.T, pair ends) {
	h, g := pair(t, 1)
	delivered, gathered := make(chan uint64, 10), make(chan uint64, 10)
	release := make(chan bool)
	run(t, g, work{
		deliver: func(tick uint64) { delivered <- tick; <-release },
		gather:  func(tick uint64) { gathered <- tick },
	})
	past := time.Now().Add(-audio.Tick)
	h.Ring(5, past)
	if got := <-delivered; got != 5 {
		t.Fatalf("delivered %d, want 5", got)
	}
	for tick := uint64(6); tick <= 9; tick++ {
		h.Ring(tick, past)
	}
	for want := uint64(7); want <= 9; want++ {
		release <- true
		if got := <-delivered; got != want {
			t.Fatalf("delivered %d, want %d: the newest, and the two before it late", got, want)
		}
	}
	release <- true
	if got := <-gathered; got != 10 {
		t.Fatalf("gathered %d, want 10", got)
	}
	if s := g.Stats(); s.Missed != 3 {
		t.Errorf("%d ticks counted as missed, want 3 (6, 7, 8)", s.Missed)
	}
}

func testLate(t *testing.T, pair ends) {
	h, g := pair(t, 1)
	gathered := make(chan uint64, 10)
	run(t, g, work{
		deliver: func(tick uint64) {
			if tick == 1 {
				h.Ring(2, time.Now().Add(-audio.Tick)) // the next one comes meanwhile
			}
		},
		gather: func(tick uint64) { gathered <- tick },
	})
	h.Ring(1, time.Now().Add(-audio.Tick))
	if got := <-gathered; got != 3 {
		t.Errorf("gathered %d, want 3: tick 2 has been", got)
	}
	if s := g.Stats(); s.Missed != 0 {
		t.Errorf("%d ticks counted as missed: none was", s.Missed)
	}
}

func testAnswered(t *testing.T, pair ends) {
	h, g := pair(t, 1)
	if got := h.Answered(); got != 0 {
		t.Fatalf("answered %d before the first tick", got)
	}
	g.segment.head.answered.Store(math.MaxUint64)
	if got := h.Answered(); got != 0 {
		t.Fatalf("answered %d before the first tick, the guest says", got)
	}
	g.segment.head.answered.Store(0)
	gathered := make(chan uint64, 1)
	cancel, ended := run(t, g, work{gather: func(tick uint64) { gathered <- tick }})
	h.Ring(41, time.Now())
	<-gathered
	cancel()
	_ = ended()
	if got := h.Answered(); got != 41 {
		t.Errorf("answered %d, want 41", got)
	}
	g.segment.head.answered.Store(1000)
	if got := h.Answered(); got != 41 {
		t.Errorf("answered %d, the guest says, but 41 was rung last", got)
	}
}

func testPass(t *testing.T, pair ends) {
	h, g := pair(t, 1)
	socket := func() Socket {
		s, err := ListenUDP(netip.MustParseAddrPort("127.0.0.1:0"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	a, b, c := socket(), socket(), socket()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := h.Pass(2, []Socket{c}); err != nil {
		t.Fatal(err)
	}
	if err := h.Pass(1, []Socket{a, b}); err != nil {
		t.Fatal(err)
	}
	got, err := g.Take(ctx, 1)
	if err != nil || len(got) != 2 || got[0].LocalAddr() != a.LocalAddr() || got[1].LocalAddr() != b.LocalAddr() {
		t.Fatalf("took %v, %v; want those passed with token 1", got, err)
	}
	late, err := g.Take(ctx, 2)
	if err != nil || len(late) != 1 || late[0].LocalAddr() != c.LocalAddr() {
		t.Fatalf("took %v, %v; want the one passed with token 2", late, err)
	}
	// It works at the other end.
	if err := a.Send([]byte("hello"), c.LocalAddr()); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 100)
	n, from, at, err := late[0].Recv(buf)
	if err != nil || string(buf[:n]) != "hello" || from != a.LocalAddr() || time.Since(at).Abs() > time.Minute {
		t.Errorf("received %q from %v at %v, %v", buf[:n], from, at, err)
	}
	closeAll(got)
	closeAll(late)

	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := g.Take(stopped, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("Take with an ended context: %v", err)
	}
	if err := h.Pass(3, []Socket{a}); err != nil {
		t.Errorf("sockets that nobody waits for any more: %v", err)
	}
}

func testHostGone(t *testing.T, pair ends) {
	h, g := pair(t, 1)
	_, ended := run(t, g, work{})
	taken := make(chan error, 1)
	go func() {
		_, err := g.Take(context.Background(), 1)
		taken <- err
	}()
	h.Close()
	if err := ended(); !errors.Is(err, ErrHostGone) {
		t.Errorf("Run ended with %v", err)
	}
	if err := <-taken; !errors.Is(err, ErrHostGone) {
		t.Errorf("Take ended with %v", err)
	}
	<-g.Done()
	if err := g.Run(context.Background(), work{}); !errors.Is(err, ErrHostGone) {
		t.Errorf("a later Run ended with %v", err)
	}
}

func testGuestGone(t *testing.T, pair ends) {
	h, g := pair(t, 1)
	l, _ := open(t, h, g)
	select {
	case <-h.Done():
		t.Fatal("gone before its time")
	default:
	}
	g.Close()
	<-h.Done()
	h.Ring(1, time.Now())
	l.Write(1, full(1))
	if l.Read(1, full(0)) {
		t.Error("heard the dead")
	}
}

func testClosed(t *testing.T, pair ends) {
	h, g := pair(t, 2)
	l, gl := open(t, h, g)
	gl.Write(1, full(1))
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	h.Ring(1, time.Now())
	l.Write(1, full(1))
	l.Read(1, full(0))
	l.Close()
	gl.Write(2, full(1))
	if _, err := h.Open(); !errors.Is(err, ErrClosed) {
		t.Errorf("Open of a closed bus: %v", err)
	}
	if err := h.Pass(1, nil); err == nil {
		t.Error("Pass on a closed bus succeeded")
	}
	g.Close()
	g.Close()
}

func testAllocations(t *testing.T, pair ends) {
	h, g := pair(t, 1)
	l, gl := open(t, h, g)
	gathered := make(chan uint64, 1)
	f := full(0.5)
	run(t, g, work{
		deliver: func(tick uint64) { gl.Read(tick, f) },
		gather:  func(tick uint64) { gl.Write(tick, f); gathered <- tick },
	})
	tick, sound := uint64(0), full(0.25)
	var in audio.Frame
	once := func() {
		l.Read(tick, &in)
		tick++
		l.Write(tick, sound)
		h.Ring(tick, time.Now().Add(-18*time.Millisecond))
		<-gathered
	}
	once()
	if n := testing.AllocsPerRun(50, once); n != 0 {
		t.Errorf("%v allocations a tick, both ends together", n)
	}
}
