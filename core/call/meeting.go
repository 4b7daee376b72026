package call

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/event"
)

// meeting is a conference that somebody is in: one room for the calls of all
// its callers.
type meeting struct {
	id      string // of this time that somebody is in it
	name    string
	number  string
	room    *mix.Room
	tool    roomTool
	most    int // members, 0: no limit
	members int
	locked  bool
	started time.Time
	music   mix.Line       // for who is alone, nil for silence
	text    *dialplan.Play // that is spoken in place of it, nil for none
	recital *recital       // where it is spoken, nil if it is not
	port    *mix.Port      // where either plays, nil if it does not
	chime   *chime         // tells that somebody comes or goes, nil if nobody is told
	herald  *herald        // and who, nil if nobody is told that
	to      *dialplan.Conference
}

// meetings are the conferences that somebody is in, by name.
type meetings struct {
	mu   sync.Mutex
	open map[string]*meeting
	sw   *Switch
}

// enter takes one more caller into a conference, which the first one opens. The
// text says why not. plan is the caller's: it has the music for who is alone.
func (ms *meetings) enter(to *dialplan.Conference, who dialplan.Party, plan Plan) (*meeting, string) {
	rooms, prompts := ms.sw.opt.Rooms, ms.sw.opt.Prompts
	ms.mu.Lock()
	defer ms.mu.Unlock()
	m := ms.open[to.Name]
	first := m == nil
	if first {
		m = &meeting{id: NewID(), name: to.Name, number: to.Number, room: mix.NewRoom(), started: now()}
	}
	m.to, m.most = to, to.MaxMembers // of the newest configuration that has been here
	if why := m.more(); why != "" {
		return nil, why
	}
	if first {
		ms.open[to.Name] = m
		if to.Music != nil {
			s := plan.Music(to.Music)
			if s.Sound != nil {
				m.music = played{s.Sound.Player(true)}
			}
			if prompts != nil {
				m.text = s.Text
			}
		}
		rooms.Add(m.room)
	}
	switch {
	case to.Announce && m.chime == nil:
		m.chime = &chime{}
		m.room.Join(m.chime, mix.Options{Deaf: true})
	case !to.Announce:
		m.chime = nil // its line is silent from now on
	}
	if to.Tells(true, who) != nil && m.herald == nil && prompts != nil {
		m.herald = newHerald(m.name, m.room, prompts)
	}
	ms.tune(m)
	m.tell(true, who)
	return m, ""
}

// more counts one in, if there is room; else it says why not. The caller holds
// the lock.
func (m *meeting) more() string {
	switch {
	case m.locked:
		return "the conference is locked"
	case m.most > 0 && m.members >= m.most:
		return "the conference is full"
	}
	m.members++
	return ""
}

// bring takes a further party of a call that is in the conference into it.
func (ms *meetings) bring(m *meeting, who dialplan.Party) string {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	why := m.more()
	ms.tune(m)
	if why == "" {
		m.tell(true, who)
	}
	return why
}

// leave takes a party out. The last one ends the conference, and its lock.
func (ms *meetings) leave(m *meeting, who dialplan.Party) {
	ms.mu.Lock()
	m.members--
	ms.tune(m)
	m.tell(false, who)
	last := m.members == 0
	if last {
		delete(ms.open, m.name)
	}
	ms.mu.Unlock()
	if last {
		m.herald.close()
		ms.sw.opt.Rooms.Remove(m.room)
	}
}

// tell lets those who are in it hear that somebody came or went. The caller holds
// the lock.
func (m *meeting) tell(came bool, who dialplan.Party) {
	switch {
	case m.chime == nil || m.members < 1 || came && m.members < 2: // there is nobody to be told
		return
	case came:
		m.chime.came.Add(1)
	default:
		m.chime.went.Add(1)
	}
	m.herald.say(m.to.Tells(came, who))
}

// tune plays music to who is alone. The caller holds the lock.
func (ms *meetings) tune(m *meeting) {
	switch alone := m.members == 1; {
	case alone && m.port == nil && m.text != nil:
		r := &recital{of: m.text, prompt: ms.sw.opt.Prompts.Music(m.text.Prompt, "conference "+m.name), over: make(chan struct{})}
		m.recital, m.port = r, m.room.Join(r.prompt, mix.Options{Deaf: true})
		ms.sw.background.Go(func() { ms.attend(m, r) })
	case alone && m.port == nil && m.music != nil:
		m.port = m.room.Join(m.music, mix.Options{Deaf: true})
	case !alone && m.port != nil:
		m.port.Leave()
		m.port = nil
		if m.recital != nil {
			m.recital.prompt.Stop()
			close(m.recital.over)
			m.recital = nil
		}
	}
}

// recital is a text that is spoken to who is alone in a conference.
type recital struct {
	of     *dialplan.Play
	prompt Prompt
	over   chan struct{} // closed when it is wanted no more
}

// attend waits until a text is wanted no more. One that breaks off, or cannot be
// spoken, is silence from then on, which the log and the story of who is alone tell.
func (ms *meetings) attend(m *meeting, r *recital) {
	select {
	case <-r.over:
		return
	case <-r.prompt.Done():
	}
	ms.mu.Lock()
	m.text = nil
	ms.mu.Unlock()
	s, err := ms.sw, r.prompt.Err()
	s.opt.Log.Warn("the music cannot be spoken: who is alone hears nothing", "conference", m.name, "music", r.of.Shown, "error", err)
	e := event.Prompt{Prompt: r.of.Shown, HeardMs: r.prompt.Heard().Milliseconds(), Error: fmt.Sprint(err)}
	for _, c := range s.Calls() {
		if c.Conference == m.name {
			_ = s.act(c.ID, func(c *Call) *Error { // one that has just left need not know
				e := e
				e.Call = c.facts.ID
				c.emit(event.PromptEnded, e)
				return nil
			})
		}
	}
}

// Conference is one that somebody is in, as the API shows it.
type Conference struct {
	Name    string     `json:"name"`
	Locked  bool       `json:"locked" doc:"nobody else gets in"`
	Most    int        `json:"max_members" doc:"0: no limit"`
	Started *time.Time `json:"started" doc:"null while nobody is in it"`
	// Members are the parties, in the order in which their calls began.
	Members []Member `json:"members" nullable:"false"`
}

// Member is a party in a conference: a leg, and the call that it is of.
type Member struct {
	Call string `json:"call"`
	LegInfo
}

// Conferences lists those that somebody is in, by name.
func (s *Switch) Conferences() []Conference {
	s.meetings.mu.Lock()
	out := []Conference{}
	for _, m := range s.meetings.open {
		out = append(out, Conference{Name: m.name, Locked: m.locked, Most: m.most, Started: when(m.started), Members: []Member{}})
	}
	s.meetings.mu.Unlock()
	slices.SortFunc(out, func(a, b Conference) int { return strings.Compare(a.Name, b.Name) })
	for _, c := range s.Calls() {
		i, ok := slices.BinarySearchFunc(out, c.Conference, func(m Conference, name string) int { return cmp.Compare(m.Name, name) })
		if !ok {
			continue
		}
		for _, l := range c.Legs {
			if l.Listens {
				continue
			}
			out[i].Members = append(out[i].Members, Member{c.ID, l})
		}
	}
	return out
}

// Members counts the parties in a conference.
func (s *Switch) Members(conference string) int {
	s.meetings.mu.Lock()
	defer s.meetings.mu.Unlock()
	if m := s.meetings.open[conference]; m != nil {
		return m.members
	}
	return 0
}

// tellConference tells how a conference stands after a change.
func (s *Switch) tellConference(name string) {
	e := event.Conference{Name: name}
	s.meetings.mu.Lock()
	if m := s.meetings.open[name]; m != nil {
		e.Members, e.Locked = m.members, m.locked
	}
	s.meetings.mu.Unlock()
	s.emit(event.ConferenceChanged, e)
}

// Lock lets nobody else into a conference until it is unlocked, or its last
// member leaves. The error is an [*Error]: [NotNow] if nobody is in it.
func (s *Switch) Lock(conference string, on bool, by Actor) error {
	s.meetings.mu.Lock()
	m := s.meetings.open[conference]
	is := m != nil && m.locked
	if m != nil {
		m.locked = on
	}
	s.meetings.mu.Unlock()
	act, already := event.ActUnlock, "is not locked"
	if on {
		act, already = event.ActLock, "is locked already"
	}
	switch {
	case m == nil:
		return &Error{NotNow, "nobody is in conference " + conference}
	case is == on:
		return &Error{NotNow, "conference " + conference + " " + already}
	}
	s.tellConference(conference)
	for _, c := range s.Calls() { // each member's story tells it
		if c.Conference == conference {
			_ = s.act(c.ID, func(c *Call) *Error { c.tellAct(act, by, nil); return nil }) // one that has just left need not know
		}
	}
	return nil
}

// InConference finds the call through which a party is in a conference, by its
// leg's id, or its number or name if that is there once.
func (s *Switch) InConference(conference, leg string) (call, id string, err error) {
	var found []Member
	for _, c := range s.Conferences() {
		if c.Name != conference {
			continue
		}
		for _, m := range c.Members {
			if m.ID == leg || leg != "" && (m.Number == leg || m.Name == leg) {
				found = append(found, m)
			}
		}
	}
	switch len(found) {
	case 0:
		return "", "", &Error{NotFound, fmt.Sprintf("there is no party %q in a conference %q", leg, conference)}
	case 1:
		return found[0].Call, found[0].ID, nil
	}
	return "", "", &Error{NotNow, fmt.Sprintf("conference %s has several parties %s: name one by its leg's id", conference, leg)}
}
