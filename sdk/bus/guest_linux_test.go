package bus

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk/audio"
)

// The test binary is also the plugin: started with this variable it is a guest
// that behaves as the variable says, on the lines that follow it.
const guestVariable = "PLUGBOARD_TEST_GUEST"

func TestMain(m *testing.M) {
	if how := os.Getenv(guestVariable); how != "" {
		if err := beGuest(strings.Fields(how)); err != nil {
			fmt.Fprintln(os.Stderr, "guest:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// beGuest is the plugin's main.
func beGuest(how []string) error {
	if how[0] == "hostile" {
		return hostile()
	}
	g, err := Attach(3)
	if err != nil {
		return err
	}
	defer g.Close()
	w, err := newCopier(g, how[1:])
	if err != nil {
		return err
	}
	if how[0] == "codec" {
		w.phones = newPhones(len(w.lines))
	}
	if err := g.Run(context.Background(), w); !errors.Is(err, ErrHostGone) {
		return err
	}
	return nil
}

// copier is a worker that copies only: what it heard at one tick is what it
// says at the next.
type copier struct {
	lines  []*GuestLine
	frames []audio.Frame
	phones []*phone // nil: copies only
}

func newCopier(g *Guest, ids []string) (*copier, error) {
	c := &copier{frames: make([]audio.Frame, len(ids))}
	for _, id := range ids {
		n, err := strconv.ParseUint(id, 10, 32)
		if err != nil {
			return nil, err
		}
		l, err := g.Line(uint32(n))
		if err != nil {
			return nil, err
		}
		c.lines = append(c.lines, l)
	}
	return c, nil
}

func (c *copier) Deliver(tick uint64) {
	for i, l := range c.lines {
		l.Read(tick, &c.frames[i])
		if c.phones != nil {
			c.phones[i].talk(&c.frames[i])
		}
	}
}

func (c *copier) Gather(tick uint64) {
	for i, l := range c.lines {
		l.Write(tick, &c.frames[i])
	}
}

// startGuest starts a process on a new bus with open lines.
func startGuest(t testing.TB, how string, lines int) (*Host, []*Line, *exec.Cmd) {
	t.Helper()
	h, file, err := NewShared(lines)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	open := make([]*Line, lines)
	for i := range open {
		if open[i], err = h.Open(); err != nil {
			t.Fatal(err)
		}
		how += " " + strconv.FormatUint(uint64(open[i].ID()), 10)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), guestVariable+"="+how)
	cmd.ExtraFiles = []*os.File{file}
	cmd.Stderr = os.Stderr
	err = cmd.Start()
	file.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return h, open, cmd
}

// ticker is a core that keeps time by itself.
type ticker struct {
	host  *Host
	lines []*Line
	tick  uint64
	at    time.Time
	in    audio.Frame
	worst time.Duration // that all of a tick's work took
}

// step does one tick and returns how many lines said something.
func (k *ticker) step() (heard int) {
	if k.at.IsZero() {
		k.at = time.Now()
	}
	k.at = k.at.Add(audio.Tick)
	time.Sleep(time.Until(k.at))
	k.tick++
	began := time.Now()
	for _, l := range k.lines {
		if l.Read(k.tick, &k.in) {
			heard++
		}
	}
	for i := range k.in {
		k.in[i] = 0.5
	}
	for _, l := range k.lines {
		l.Write(k.tick, &k.in)
	}
	k.host.Ring(k.tick, k.at)
	k.worst = max(k.worst, time.Since(began))
	return heard
}

// until steps until ok, at most for some seconds.
func (k *ticker) until(t *testing.T, what string, ok func(heard int) bool) {
	t.Helper()
	for range 500 {
		if ok(k.step()) {
			return
		}
	}
	t.Fatalf("in 10 s: not %s", what)
}

func TestGuestIsKilled(t *testing.T) {
	h, lines, cmd := startGuest(t, "echo", 3)
	k := &ticker{host: h, lines: lines}
	k.until(t, "heard", func(heard int) bool { return heard == 3 })
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-h.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("the host does not learn of the guest's death")
	}
	for range slots + 1 {
		k.step()
	}
	if k.step() != 0 {
		t.Error("the dead are heard")
	}
}

func TestGuestIsStopped(t *testing.T) {
	h, lines, cmd := startGuest(t, "echo", 3)
	k := &ticker{host: h, lines: lines}
	k.until(t, "heard", func(heard int) bool { return heard == 3 })
	_ = cmd.Process.Signal(unix.SIGSTOP)
	k.until(t, "silent", func(heard int) bool { return heard == 0 })
	answered := h.Answered()
	// Fill the bell: each ring is kept until it is heard.
	began := time.Now()
	for range 10000 {
		h.Ring(k.tick, k.at)
	}
	if d := time.Since(began); d > time.Second {
		t.Errorf("10000 rings of a stopped guest took %v", d)
	}
	for range 10 {
		k.step()
	}
	if got := h.Answered(); got != answered {
		t.Errorf("a stopped guest answered %d after %d", got, answered)
	}
	_ = cmd.Process.Signal(unix.SIGCONT)
	k.until(t, "heard again", func(heard int) bool { return heard == 3 })
	if got := h.Answered(); got+5 < k.tick {
		t.Errorf("answered %d at tick %d", got, k.tick)
	}
}

func TestHostDies(t *testing.T) {
	h, lines, cmd := startGuest(t, "echo", 1)
	k := &ticker{host: h, lines: lines}
	k.until(t, "heard", func(heard int) bool { return heard == 1 })
	h.Close()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("the guest ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the guest does not learn that the host is gone")
	}
}

// hostile does to the bus all that a guest can.
func hostile() error {
	conn, err := unixConn(3)
	if err != nil {
		return err
	}
	l := &sharedGuest{conn: conn}
	m, fds, err := l.receive()
	if err != nil {
		return err
	}
	memory, bell := fds[0], fds[1]
	for _, size := range []int64{0, pageSize, segmentSize(int(m.value)) * 2} {
		if err := unix.Ftruncate(memory, size); err != unix.EPERM {
			return fmt.Errorf("ftruncate to %d: %v, want EPERM", size, err)
		}
	}
	if _, err := unix.FcntlInt(uintptr(memory), unix.F_ADD_SEALS, unix.F_SEAL_WRITE); err != unix.EPERM {
		return fmt.Errorf("F_SEAL_WRITE: %v, want EPERM", err)
	}
	s, err := mapSegment(memory, int(m.value))
	if err != nil {
		return err
	}
	// A bell that blocks and is never listened to.
	if err := unix.SetNonblock(bell, false); err != nil {
		return err
	}
	nan := float32(math.NaN())
	for n, tick := uint64(0), uint64(0); ; n++ {
		if t := s.head.tick.Load(); t != 0 { // 0 after the hole below
			tick = t
		}
		s.head.answered.Store(math.MaxUint64 - n)
		for i := range s.blocks {
			b := &s.blocks[i]
			for j := range slots {
				for k := range b.frames.up[j] {
					b.frames.up[j][k] = nan
				}
				copy(b.frames.up[j][n%audio.Samples:], []float32{float32(math.Inf(1)), -1e38})
				b.marks.up[j].flags.Store(n * 2)
				// The right stamp, and a wrong one, and back again.
				for t := range uint64(slots) {
					if (tick+t)%slots == uint64(j) {
						b.marks.up[j].stamp.Store(1<<48 | (tick + t + 1))
					}
				}
				b.marks.down[j].stamp.Store(n)
			}
		}
		if n%64 == 0 {
			// Pages that vanish under the host's hands.
			_ = unix.Fallocate(memory, unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, 0, segmentSize(int(m.value)))
		}
	}
}

func TestGuestIsHostile(t *testing.T) {
	h, lines, _ := startGuest(t, "hostile", 2)
	k := &ticker{host: h, lines: lines}
	k.until(t, "heard", func(heard int) bool { return heard > 0 })
	for range 30 {
		k.tick++
		for _, l := range lines {
			if l.Read(k.tick, &k.in) {
				for i, s := range k.in {
					if !(s >= -4 && s <= 4) {
						t.Fatalf("sample %d is %g", i, s)
					}
				}
			}
			l.Write(k.tick, &k.in)
		}
		h.Ring(k.tick, time.Now())
		if got := h.Answered(); got > k.tick {
			t.Fatalf("answered %d at tick %d", got, k.tick)
		}
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	for range 10000 {
		h.Ring(k.tick, k.at)
	}
	if d := time.Since(began); d > time.Second {
		t.Errorf("10000 rings of a guest that does not listen took %v", d)
	}
	for _, l := range lines {
		l.Close()
	}
	if _, err := h.Open(); err != nil {
		t.Error(err)
	}
	select {
	case <-h.Done():
		t.Error("the guest failed; see above")
	default:
	}
}

// A guest has no words on descriptor 3.
func TestGuestThatTalksIsTakenForGone(t *testing.T) {
	h, f, err := NewShared(1)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	defer f.Close()
	c, err := unixConn(uintptr(dup(t, f)))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte("hello?")); err != nil {
		t.Fatal(err)
	}
	<-h.Done()
}

func dup(t *testing.T, f *os.File) int {
	t.Helper()
	fd, err := unix.Dup(int(f.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

func TestAttachRefusesWhatIsNoBus(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if _, err := Attach(uintptr(dup(t, r))); err == nil || !strings.Contains(err.Error(), "started by Plugboard") {
		t.Errorf("a pipe: %v", err)
	}
	for name, send := range map[string]message{
		"sockets before the hello": {kind: kindSockets},
		"a hello without memory":   {kind: kindHello, value: 1, files: 2},
	} {
		mine, its, err := control()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := mine.Write(send.append(nil)); err != nil {
			t.Fatal(err)
		}
		if _, err := Attach(uintptr(dup(t, its))); err == nil {
			t.Errorf("%s was accepted", name)
		} else {
			t.Log(err)
		}
		mine.Close()
		its.Close()
	}
}

// Memory is as much as was ever in use at once, and some lines to cool: the
// 10,000th call takes no more than the 100th.
func TestLinesAreUsedAgain(t *testing.T) {
	h, g := NewMemory(1000)
	defer g.Close()
	defer h.Close()
	blocks := map[uint32]uint32{} // block to the call that had it last
	for call := range uint32(10000) {
		l, err := h.Open()
		if err != nil {
			t.Fatal(err)
		}
		block := l.ID() % MaxLines
		if last, ok := blocks[block]; ok && call-last <= cooling {
			t.Fatalf("call %d has the line of call %d", call, last)
		}
		blocks[block] = call
		l.Close()
	}
	if len(blocks) != cooling+1 {
		t.Errorf("one call at a time used %d lines, want %d", len(blocks), cooling+1)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(message{kind: kindHello, value: 7, files: 2}.append(nil))
	f.Add(message{kind: kindSockets, value: math.MaxUint64, files: maxFiles}.append(nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parse(b)
		if err != nil {
			return
		}
		if got := m.append(nil); string(got) != string(b) {
			t.Errorf("% x was read as %+v, which is % x", b, m, got)
		}
	})
}

// Whatever lies in a slot, what the host reads of it is a frame within the
// limit; and a plugin's slot never leads it to that of another leg.
func FuzzSlot(f *testing.F) {
	f.Add(uint64(1<<48|2), uint64(0), []byte{0, 0, 0xc0, 0x7f})
	f.Add(uint64(0), uint64(1), []byte{})
	f.Add(uint64(1<<48|2), uint64(elsewhere), []byte{1})
	f.Fuzz(func(t *testing.T, stamp uint64, flags uint64, samples []byte) {
		h, g := NewMemory(1)
		defer g.Close()
		defer h.Close()
		l, err := h.Open()
		if err != nil {
			t.Fatal(err)
		}
		s, frame := l.in.at(1)
		s.stamp.Store(stamp)
		s.flags.Store(flags)
		copy(unsafe.Slice((*byte)(unsafe.Pointer(frame)), 4*audio.Samples), samples)
		var got audio.Frame
		if l.Read(1, &got) != (stamp == 1<<48|2 && flags&(silent|elsewhere) == 0) {
			t.Errorf("a slot with stamp %#x and flags %#x", stamp, flags)
		}
		for i, v := range got {
			if !(v >= -4 && v <= 4) {
				t.Fatalf("sample %d is %g", i, v)
			}
		}
	})
}
