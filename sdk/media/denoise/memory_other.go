//go:build !linux

package denoise

import "github.com/tetratelabs/wazero/experimental"

// allocate leaves the memory of instances to wazero.
func allocate(size, limit uint64) experimental.LinearMemory {
	return &pages{make([]byte, size, limit)}
}

type pages struct{ all []byte }

// Reallocate implements experimental.LinearMemory.
func (p *pages) Reallocate(size uint64) []byte {
	if size > uint64(cap(p.all)) {
		return nil
	}
	p.all = p.all[:size]
	return p.all
}

// Free implements experimental.LinearMemory.
func (p *pages) Free() { p.all = nil }
