package bus

import "sync/atomic"

// release stores v in p, after all loads and stores before it.
//
//go:noescape
func release(p *atomic.Uint64, v uint64)

// fence keeps the loads and stores before it before those after it. A
// read-modify-write of [sync/atomic] is not enough: without the atomics of
// ARMv8.1 it is a load that acquires and a store that releases, and what stands
// before may slip past the one as what stands after slips past the other.
func fence()
