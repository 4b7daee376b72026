package registrar

import "time"

// Restore puts bindings of an earlier run into the table, without news: to
// whoever looks, these devices were never away. What has expired, and devices
// that have registered meanwhile, are left out. It returns how many came back.
//
// A connection did not outlive the run, so a binding comes back without it
// (Flow.Conn is ""): over UDP the road is there as it was, else the device has
// to be reached at its contact anew.
func (r *Registrar) Restore(list []Binding) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, n := time.Now(), 0
	for _, b := range list {
		key := Contact{URI: b.Contact, Instance: b.Instance, RegID: b.RegID}.key()
		if !b.Expires.After(now) || find(r.bindings[b.AOR], key, "", false) != nil {
			continue
		}
		b.Flow.Conn = ""
		r.add(&entry{Binding: b, key: key})
		n++
	}
	return n
}
