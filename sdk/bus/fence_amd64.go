package bus

// fence keeps the loads and stores before it before those after it. On amd64
// the order of the atomic stamps is enough: loads are not moved before loads,
// and an atomic store is a full barrier.
func fence() {}
