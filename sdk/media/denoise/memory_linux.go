package denoise

import (
	"github.com/tetratelabs/wazero/experimental"
	"golang.org/x/sys/unix"
)

// pages is an instance's memory. It lies outside of Go's heap, where 16 MiB for
// each voice, hardly touched, would mislead the collector.
type pages struct{ all []byte }

// allocate reserves what an instance may ever need; the system gives it page by
// page as it is touched. Nil lets the instance fail.
func allocate(_, limit uint64) experimental.LinearMemory {
	all, err := unix.Mmap(-1, 0, int(limit), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE|unix.MAP_NORESERVE)
	if err != nil {
		all = nil
	}
	return &pages{all}
}

// Reallocate implements experimental.LinearMemory.
func (p *pages) Reallocate(size uint64) []byte {
	if size > uint64(len(p.all)) {
		return nil
	}
	return p.all[:size]
}

// Free implements experimental.LinearMemory.
func (p *pages) Free() {
	if p.all != nil {
		_ = unix.Munmap(p.all) // what was mapped can be unmapped
		p.all = nil
	}
}
