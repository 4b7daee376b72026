package apptest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/host"
)

// Mailbox is the mailbox to which a call was sent, in memory. It refuses what the
// core would; whether the call came to listen is in [app.Facts].At:
// "voicemail.x.access". Its fields are set before the call, and read after it, or
// by [Mailbox.State].
type Mailbox struct {
	Box      host.Mailbox // HasPIN, Recorded, Open and the counts are made from the rest
	PIN      string
	Messages []host.Message
	// Sounds are what was recorded by this call: drafts, messages and
	// [host.Greeting], by id.
	Sounds map[string][]byte
	// Wrong counts the wrong PINs in a row; the fifth locks it.
	Wrong int
	// Deaf has it fail everything: the core's disk is full.
	Deaf error

	mu     sync.Mutex
	at     string
	open   bool
	drafts map[string]bool // and whether they are greetings
	last   int
}

// tries is how many wrong PINs in a row lock a mailbox.
const tries = 5

// State is how it stands now.
func (b *Mailbox) State() host.Mailbox {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state()
}

// List are its messages now.
func (b *Mailbox) List() []host.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.list()
}

// Break has it fail everything from now on; nil: no more.
func (b *Mailbox) Break(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.Deaf = err
}

func (b *Mailbox) state() host.Mailbox {
	s := b.Box
	s.Access, s.Open, s.HasPIN = b.access(), b.open, b.PIN != ""
	_, s.Recorded = b.Sounds[host.Greeting]
	if b.Wrong >= tries {
		s.Locked = 15 * time.Minute
	}
	if s.MaxLength == 0 {
		s.MaxLength = 3 * time.Minute
	}
	for _, m := range b.Messages {
		if !b.open {
			break
		}
		switch {
		case m.Heard && m.Urgent:
			s.HeardUrgent++
			fallthrough
		case m.Heard:
			s.Heard++
		case m.Urgent:
			s.NewUrgent++
			fallthrough
		default:
			s.New++
		}
	}
	return s
}

func (b *Mailbox) access() bool { return strings.HasSuffix(b.at, ".access") }

func (b *Mailbox) list() []host.Message {
	list := slices.Clone(b.Messages)
	slices.SortStableFunc(list, func(x, y host.Message) int {
		rank := func(m host.Message) int {
			switch {
			case m.Heard:
				return 2
			case m.Urgent:
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(rank(x), rank(y)), x.Began.Compare(y.Began))
	})
	return list
}

// end is what the core does when the app loses the call.
func (b *Mailbox) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, greeting := range b.drafts {
		if !greeting && len(b.Sounds[id]) >= host.MailboxRate*2 {
			b.finish(id, false)
		}
	}
	b.drafts = nil
}

func (b *Mailbox) finish(id string, urgent bool) host.Message {
	m := host.Message{ID: id, Began: time.Now(), Lasts: lasts(b.Sounds[id]), Urgent: urgent}
	b.Messages = append(b.Messages, m)
	return m
}

func lasts(pcm []byte) time.Duration {
	return time.Duration(len(pcm)/2) * time.Second / host.MailboxRate
}

// ask is the core's side of [host.Mailboxes].
func (b *Mailbox) ask(w host.MailboxWish) (host.MailboxAnswer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	greeting, draft := b.drafts[w.ID]
	message := slices.IndexFunc(b.Messages, func(m host.Message) bool { return m.ID == w.ID })
	switch w.Kind {
	case host.MailboxLook, host.MailboxUnlock:
	case host.MailboxBegin:
		if (w.Greeting || b.access()) && !b.open {
			return host.MailboxAnswer{}, host.ErrShut
		}
	case host.MailboxWrite, host.MailboxFinish, host.MailboxDiscard:
		if !draft {
			return host.MailboxAnswer{}, host.ErrNoMessage
		}
	default:
		if !b.open {
			return host.MailboxAnswer{}, host.ErrShut
		}
	}
	if b.Deaf != nil {
		return host.MailboxAnswer{}, b.Deaf
	}
	if b.Sounds == nil {
		b.Sounds = map[string][]byte{}
	}
	switch w.Kind {
	case host.MailboxUnlock:
		switch {
		case !b.access():
			return host.MailboxAnswer{}, host.ErrShut
		case b.Wrong >= tries:
			return host.MailboxAnswer{}, host.ErrLocked
		case w.PIN != b.PIN:
			b.Wrong++
			return host.MailboxAnswer{}, host.ErrPIN
		}
		b.Wrong, b.open = 0, true
	case host.MailboxSetPIN:
		if len(w.PIN) < 4 || len(w.PIN) > 10 || strings.Trim(w.PIN, "0123456789") != "" {
			return host.MailboxAnswer{}, fmt.Errorf("%w: it has 4 to 10 digits", host.ErrPIN)
		}
		b.PIN = w.PIN
	case host.MailboxBegin:
		if !w.Greeting && b.Box.Room <= 0 {
			return host.MailboxAnswer{}, host.ErrFull
		}
		b.last++
		id := fmt.Sprintf("draft-%d", b.last)
		if b.drafts == nil {
			b.drafts = map[string]bool{}
		}
		b.drafts[id], b.Sounds[id] = w.Greeting, []byte{}
		return host.MailboxAnswer{ID: id}, nil
	case host.MailboxWrite:
		b.Sounds[w.ID] = append(b.Sounds[w.ID], w.Sound...)
	case host.MailboxFinish:
		delete(b.drafts, w.ID)
		if greeting {
			b.Sounds[host.Greeting] = b.Sounds[w.ID]
			return host.MailboxAnswer{}, nil
		}
		return host.MailboxAnswer{Messages: []host.Message{b.finish(w.ID, w.Urgent)}}, nil
	case host.MailboxDiscard:
		delete(b.drafts, w.ID)
		delete(b.Sounds, w.ID)
	case host.MailboxMessages:
		return host.MailboxAnswer{Messages: b.list()}, nil
	case host.MailboxMark, host.MailboxDelete:
		_, recorded := b.Sounds[host.Greeting]
		switch {
		case w.Kind == host.MailboxDelete && w.ID == host.Greeting && recorded:
			delete(b.Sounds, host.Greeting)
		case message < 0:
			return host.MailboxAnswer{}, host.ErrNoMessage
		case w.Kind == host.MailboxDelete:
			b.Messages = slices.Delete(b.Messages, message, message+1)
		default:
			b.Messages[message].Heard = w.Heard
		}
	}
	return host.MailboxAnswer{Mailbox: b.state()}, nil
}

// kept is the sound of a message: as long as it is, from a time on.
func (b *Mailbox) kept(p host.Prompt) (time.Duration, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, draft := b.drafts[p.Kept]
	if !draft && p.Kept != host.Greeting && !b.open {
		return 0, host.ErrShut
	}
	if pcm, ok := b.Sounds[p.Kept]; ok {
		return max(0, lasts(pcm)-p.From), nil
	}
	for _, m := range b.Messages {
		if m.ID == p.Kept {
			return max(0, m.Lasts-p.From), nil
		}
	}
	return 0, host.ErrNoMessage
}

// RunMailbox is [Run] for a call that was sent to a mailbox.
func RunMailbox(t *testing.T, a app.App, f app.Facts, b *Mailbox, play func(*Caller)) {
	t.Helper()
	b.at = f.At
	run(t, a, f, b, play)
}

// Mailbox implements [app.Link].
func (l *link) Mailbox(ctx context.Context, _ string, w host.MailboxWish) (host.MailboxAnswer, error) {
	switch {
	case ctx.Err() != nil:
		return host.MailboxAnswer{}, ctx.Err()
	case l.box == nil:
		return host.MailboxAnswer{}, host.ErrNoMailbox
	}
	return l.box.ask(w)
}

// Kept implements [app.Link]. The caller hears it as kept("ID"), or from a time
// on as kept("ID", 5s).
func (l *link) Kept(_ context.Context, _ string, p host.Prompt) (host.Sound, error) {
	if l.box == nil {
		return nil, host.ErrNoMailbox
	}
	lasts, err := l.box.kept(p)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("kept(%q)", p.Kept)
	if p.From > 0 {
		name = fmt.Sprintf("kept(%q, %v)", p.Kept, p.From)
	}
	return l.says(name, lasts), nil
}
