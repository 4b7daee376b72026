package call

import (
	"sync"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
)

// meeting is a conference that somebody is in: one room for the calls of all
// its callers.
type meeting struct {
	name    string
	room    *mix.Room
	members int
}

// meetings are the conferences that somebody is in, by name.
type meetings struct {
	mu   sync.Mutex
	open map[string]*meeting
}

// enter takes one more caller into a conference, which the first one opens.
// It returns nil if the conference is full.
func (ms *meetings) enter(to *dialplan.Conference, rooms Rooms) *meeting {
	ms.mu.Lock()
	m := ms.open[to.Name]
	first := m == nil
	if first {
		m = &meeting{name: to.Name, room: mix.NewRoom()}
		ms.open[to.Name] = m
	}
	full := to.MaxMembers > 0 && m.members >= to.MaxMembers
	if !full {
		m.members++
	}
	ms.mu.Unlock()
	if full {
		return nil
	}
	if first {
		rooms.Add(m.room)
	}
	return m
}

// leave takes a caller out. The last one ends the conference.
func (ms *meetings) leave(m *meeting, rooms Rooms) {
	ms.mu.Lock()
	m.members--
	last := m.members == 0
	if last {
		delete(ms.open, m.name)
	}
	ms.mu.Unlock()
	if last {
		rooms.Remove(m.room)
	}
}
