package dump

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/audio"
)

// samples reads a file of ours: left and right.
func samples(t *testing.T, path string) (left, right []int16) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if string(b[:4]) != "RIFF" || string(b[8:16]) != "WAVEfmt " || int(le.Uint32(b[4:])) != len(b)-8 || int(le.Uint32(b[40:])) != len(b)-44 ||
		le.Uint16(b[22:]) != 2 || le.Uint32(b[24:]) != 48000 || le.Uint16(b[34:]) != 16 {
		t.Fatalf("head % x of %d bytes", b[:44], len(b))
	}
	for i := 44; i < len(b); i += 4 {
		left, right = append(left, int16(le.Uint16(b[i:]))), append(right, int16(le.Uint16(b[i+2:])))
	}
	return left, right
}

func level(v float32) *audio.Frame {
	var f audio.Frame
	for i := range f {
		f[i] = v
	}
	return &f
}

func TestDump(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dumps")
	synctest.Test(t, func(t *testing.T) {
		d := New(dir, hclog.NewNullLogger())
		over := 0
		one, err := d.Start("../call-leg", time.Minute, func() { over++ })
		if err != nil {
			t.Fatal(err)
		}
		for tick := uint64(100); tick < 150; tick++ {
			if tick < 110 || tick >= 120 { // held in between
				one.Take(tick, level(0.5), level(-2))
			}
			time.Sleep(audio.Tick)
		}
		one.Take(150, nil, level(0.25))
		synctest.Wait()
		one.End()
		one.End()
		d.Close()
		left, right := samples(t, filepath.Join(dir, "call-leg.wav"))
		if len(left) != 51*audio.Samples || over != 1 {
			t.Errorf("%d samples, over %d times", len(left), over)
		}
		for at, want := range map[int][2]int16{0: {16383, -32767}, 12: {0, 0}, 20: {16383, -32767}, 50: {0, 8191}} {
			i := at*audio.Samples + 7
			if left[i] != want[0] || right[i] != want[1] {
				t.Errorf("tick %d: %d and %d, want %v", at, left[i], right[i], want)
			}
		}
		info, _ := os.Stat(filepath.Join(dir, "call-leg.wav"))
		folder, _ := os.Stat(dir)
		if info.Mode().Perm() != 0o600 || folder.Mode().Perm() != 0o700 {
			t.Errorf("others can read it: %v in %v", info.Mode(), folder.Mode())
		}
	})
}

func TestDumpIsBounded(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		d := New(dir, hclog.NewNullLogger())
		defer d.Close()
		over := make(chan struct{})
		one, err := d.Start("a", time.Second, func() { close(over) })
		if err != nil {
			t.Fatal(err)
		}
		for tick := uint64(1); tick <= 200; tick++ {
			one.Take(tick, level(0.1), nil)
			time.Sleep(audio.Tick)
		}
		<-over
		if left, _ := samples(t, one.Path); len(left) > 51*audio.Samples || len(left) < 49*audio.Samples {
			t.Errorf("%d samples", len(left))
		}
		// A disk that hangs makes the tick neither wait nor use more memory.
		stuck := &Dump{free: make(chan *moment, ahead), full: make(chan *moment, ahead)}
		for range ahead {
			stuck.free <- new(moment)
		}
		for tick := range uint64(10 * ahead) {
			stuck.Take(tick, level(1), level(1))
		}
		if _, err := d.Start("a", time.Second, func() {}); err == nil {
			t.Error("a file that is there was written over")
		}
		for i := range most + 1 {
			_, err = d.Start(string(rune('b'+i)), time.Hour, func() {})
		}
		if !errors.Is(err, ErrBusy) {
			t.Errorf("one too many: %v", err)
		}
	})
}

func TestTakeAllocatesNothing(t *testing.T) {
	d := New(t.TempDir(), hclog.NewNullLogger())
	defer d.Close()
	one, err := d.Start("a", time.Minute, func() {})
	if err != nil {
		t.Fatal(err)
	}
	f, tick := level(0.5), uint64(0)
	if n := testing.AllocsPerRun(100, func() { tick++; one.Take(tick, f, f) }); n > 0 {
		t.Errorf("%v allocations a tick", n)
	}
}
