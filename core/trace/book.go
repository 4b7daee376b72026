package trace

import (
	"bytes"
	"container/list"
	"io"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// Self is how the switch is called in a story.
const Self = "plugboard"

// Entry is one line of a call's story: a message from one party to another,
// or a note.
type Entry struct {
	Seq  uint64    `json:"seq" doc:"counts the entries of one call, from 1"`
	Time time.Time `json:"time"`
	// From and To are the parties of a message: "101", "plugboard", or an
	// address. A note has no To; its From is whom it concerns, "" the call.
	From string `json:"from,omitempty" doc:"who sent the message, or whom the note concerns"`
	To   string `json:"to,omitempty" doc:"who got the message; empty for a note"`
	Way
	Message []byte `json:"-"` // as on the wire, secrets removed
	Note    string `json:"note,omitempty"`
	// Cut counts the bytes at the end of a huge message that were not kept.
	Cut int `json:"cut,omitempty" doc:"bytes of the message that were not kept"`
}

// Way is what a message travelled on. Addresses are "192.0.2.7:5060", and
// "0.0.0.0:5060" for ours where the socket is bound to all of them.
type Way struct {
	Transport string `json:"transport,omitempty" doc:"udp, tcp, tls, ws or wss"`
	Local     string `json:"local,omitempty" doc:"our address"`
	Remote    string `json:"remote,omitempty" doc:"the far side's address"`
}

// Limits bound a Book's memory. A zero field takes its default.
type Limits struct {
	Finished int // finished calls that are kept: 200
	Bytes    int // of all stories together: 32 MiB
	Call     int // of one story: 256 KiB; its beginning and its end are kept
	Message  int // of one message: 16 KiB
}

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		field    *int
		standard int
	}{{&l.Finished, 200}, {&l.Bytes, 32 << 20}, {&l.Call, 256 << 10}, {&l.Message, 16 << 10}} {
		if *f.field <= 0 {
			*f.field = f.standard
		}
	}
	return l
}

// Book keeps stories. All methods are safe from any goroutine; none waits for
// I/O or for a reader.
type Book struct {
	limits Limits

	mu       sync.Mutex
	stories  map[string]*story
	live     *list.List // of *story, the longest untouched first
	finished *list.List // of *story, the first ended first
	bytes    int
}

// story is one call's. The first half of its memory keeps how it began, the
// second half slides.
type story struct {
	id      string
	at      *list.Element // its place in live or finished
	done    bool
	ended   chan struct{} // closed at the end
	seq     uint64
	first   []Entry
	last    []Entry
	firstN  int // bytes
	lastN   int
	left    uint64               // entries between first and last that were dropped
	names   map[string]string    // SIP Call-ID (or address) -> party
	taken   map[string]int       // party -> how often
	legs    map[string]event.Leg // as last told
	readers map[*Reader]struct{}
}

// NewBook returns an empty Book.
func NewBook(limits Limits) *Book {
	return &Book{limits: limits.withDefaults(), stories: map[string]*story{}, live: list.New(), finished: list.New()}
}

// Record keeps a SIP message of a call. sent is true for what the switch sent.
// raw is only lent. A message of no call (callID "") is not kept.
func (b *Book) Record(callID string, sent bool, way Way, raw []byte) {
	if callID == "" || len(raw) == 0 {
		return
	}
	found := read(raw)
	e := Entry{Time: time.Now(), Way: way, Message: found.kept}
	if cut := len(found.kept) - b.limits.Message; cut > 0 {
		e.Message, e.Cut = bytes.Clone(found.kept[:b.limits.Message]), cut
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.story(callID)
	party := s.party(found, sent, way.Remote)
	if e.From, e.To = party, Self; sent {
		e.From, e.To = Self, party
	}
	b.add(s, e)
}

// Note keeps what the switch did or saw. party is whom it concerns, as the
// parties of messages are called, or "" for the call as a whole.
func (b *Book) Note(callID, party, text string) {
	if callID == "" {
		return
	}
	b.note(callID, party, text, time.Now())
}

// End says that a call is finished. What still comes of it (the answer to a
// BYE) is kept as well.
func (b *Book) End(callID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.stories[callID]
	if s == nil || s.done {
		return
	}
	s.done = true
	close(s.ended)
	b.live.Remove(s.at)
	s.at = b.finished.PushBack(s)
	b.shrink(s)
}

// Entries returns a call's story so far; false if the Book knows no such call.
func (b *Book) Entries(callID string) ([]Entry, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.stories[callID]
	if s == nil {
		return nil, false
	}
	return s.entries(), true
}

// Ladder draws a call's story as text. False if the Book knows no such call.
func (b *Book) Ladder(callID string, w io.Writer) (bool, error) {
	entries, ok := b.Entries(callID)
	if !ok {
		return false, nil
	}
	return true, Render(w, entries, Options{Times: true})
}

// story returns the story of a call, a new one if need be.
func (b *Book) story(callID string) *story {
	s := b.stories[callID]
	if s == nil {
		s = &story{id: callID, ended: make(chan struct{}), names: map[string]string{}, taken: map[string]int{Self: 1}, readers: map[*Reader]struct{}{}}
		s.at = b.live.PushBack(s)
		b.stories[callID] = s
		b.bytes += storyCost
	} else if !s.done {
		b.live.MoveToBack(s.at)
	}
	return s
}

// What a story and an entry cost beside their text, roughly.
const (
	storyCost = 512
	entryCost = 160
)

func (e *Entry) cost() int { return entryCost + len(e.Message) + len(e.Note) }

func (b *Book) add(s *story, e Entry) {
	s.seq++
	e.Seq = s.seq
	n := e.cost()
	b.bytes += n
	if len(s.first) == 0 || s.firstN+n <= b.limits.Call/2 && len(s.last) == 0 {
		s.first = append(s.first, e)
		s.firstN += n
	} else {
		s.last = append(s.last, e)
		s.lastN += n
		for s.lastN > b.limits.Call/2 && len(s.last) > 1 {
			gone := s.last[0].cost()
			s.last[0] = Entry{}
			s.last = s.last[1:]
			s.lastN -= gone
			b.bytes -= gone
			s.left++
		}
	}
	for r := range s.readers {
		r.offer(e)
	}
	b.shrink(s)
}

// shrink forgets the oldest finished stories, then the longest untouched live
// ones, until all is within the limits. keep is not forgotten.
func (b *Book) shrink(keep *story) {
	for b.finished.Len() > b.limits.Finished || b.bytes > b.limits.Bytes {
		oldest := b.finished.Front()
		if oldest != nil && oldest.Value.(*story) == keep {
			oldest = oldest.Next()
		}
		if oldest == nil {
			oldest = b.live.Front()
		}
		if oldest == nil || oldest.Value.(*story) == keep {
			return
		}
		b.forget(oldest.Value.(*story))
	}
}

func (b *Book) forget(s *story) {
	delete(b.stories, s.id)
	b.bytes -= storyCost + s.firstN + s.lastN
	if s.done {
		b.finished.Remove(s.at)
	} else {
		b.live.Remove(s.at)
		close(s.ended)
	}
}

func (s *story) entries() []Entry {
	all := make([]Entry, 0, len(s.first)+len(s.last)+1)
	all = append(all, s.first...)
	if s.left > 0 {
		gap := s.first[len(s.first)-1]
		all = append(all, Entry{Seq: gap.Seq + 1, Time: gap.Time, Note: leftOut(s.left)})
	}
	return append(all, s.last...)
}

// party names the far side of a message. All messages of one SIP Call-ID are
// of one party, named after the user of its first message: who calls, or who
// is called. A second device of the same user is "102 (2)".
func (s *story) party(found scan, sent bool, remote string) string {
	key := string(found.callID)
	if key == "" {
		key = remote
	}
	if name, ok := s.names[key]; ok {
		return name
	}
	name := user(found.from)
	if sent {
		name = user(found.to)
	}
	if name == "" {
		name = remote
	}
	s.taken[name]++
	if n := s.taken[name]; n > 1 {
		name = numbered(name, n)
	}
	s.names[key] = name
	return name
}
