package daemon

// Standing is what calls hold at a moment. A minute after the last call's end all of
// it is zero.
type Standing struct {
	Calls         int
	Rooms, Ports  int // of the mixer
	Lines         int // open on the media bus
	Legs          int // of SIP
	Subscriptions int
	Transactions  int // of SIP, of calls or not
}

// Standing counts it.
func (d *Daemon) Standing() Standing {
	m := d.mediaStats()
	s := Standing{Calls: len(d.Calls.Calls()), Rooms: m.Rooms, Ports: m.Ports, Lines: m.Legs}
	s.Legs, s.Subscriptions, s.Transactions = d.sip.Standing()
	return s
}
