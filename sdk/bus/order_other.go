//go:build !amd64 && !arm64

package bus

import "sync/atomic"

// release stores v in p, after all loads and stores before it.
func release(p *atomic.Uint64, v uint64) { p.Store(v) }

// fence keeps the loads and stores before it before those after it: an atomic
// read-modify-write orders both sides.
func fence() {
	var word atomic.Uint32
	barrier(&word)
}

//go:noinline
func barrier(word *atomic.Uint32) { word.Add(1) }
