package bus

import "sync/atomic"

// release stores v in p, after all loads and stores before it. On amd64 each
// store is such a one; atomic.Store also waits until all of them have reached
// the cache, which for a frame that another processor wrote last takes longer
// than the copy.
//
//go:noescape
func release(p *atomic.Uint64, v uint64)

// fence keeps the loads and stores before it before those after it. On amd64
// loads are not moved before loads, nor stores before stores.
func fence() {}
