package bus

import (
	"testing"

	"golang.org/x/sys/unix"
)

func TestSharedConforms(t *testing.T) { conform(t, sharedEnds) }

func sharedEnds(t *testing.T, lines int) (*Host, *Guest) {
	h, f, err := NewShared(lines)
	if err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Dup(int(f.Fd())) // Attach takes it over
	f.Close()
	if err != nil {
		t.Fatal(err)
	}
	g, err := Attach(uintptr(fd))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close(); g.Close() })
	return h, g
}
