package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// Message is one in a mailbox, or one that is recorded still: a draft.
type Message struct {
	event.Message
	Draft bool
}

// MessageQuery picks messages. A zero field picks all.
type MessageQuery struct {
	Mailbox string
	ID      string
	After   string // the id of the last one that the reader has
	Limit   int    // 0: no limit
	Drafts  bool   // those, too
}

// ErrUnknownMessage says that there is no such message.
var ErrUnknownMessage = errors.New("there is no such message")

// MailboxState is what people set at a mailbox, and what was tried at it.
type MailboxState struct {
	PIN       string // hashed; "": its owner set none
	InsteadOf string // the configured one at that time, hashed
	Wrong     int    // PINs in a row
	Locked    *time.Time
}

const messageColumns = `id, mailbox, call, "from", name, began, seconds, bytes, urgent, heard, draft, transcript, incomplete`

// PutMessage keeps a message, or what is new of it.
func (s *Store) PutMessage(ctx context.Context, m Message) error {
	_, err := s.change(ctx, "INSERT OR REPLACE INTO messages ("+messageColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		m.ID, m.Mailbox, m.Call, m.From, m.Name, micros(m.Began), m.Seconds, m.Bytes, m.Urgent, m.Heard, m.Draft, m.Transcript, m.Incomplete)
	return err
}

// MarkMessage says whether a message is heard. It reports whether that is news.
func (s *Store) MarkMessage(ctx context.Context, mailbox, id string, heard bool) (news bool, err error) {
	n, err := s.change(ctx, "UPDATE messages SET heard = ? WHERE heard <> ? AND mailbox = ? AND id = ? AND NOT draft", heard, heard, mailbox, id)
	if n == 0 && err == nil {
		_, err = s.Message(ctx, mailbox, id)
	}
	return n > 0, err
}

// SetMessageTranscript keeps what is said in a message.
func (s *Store) SetMessageTranscript(ctx context.Context, id, text string) error {
	n, err := s.change(ctx, "UPDATE messages SET transcript = ? WHERE id = ?", text, id)
	if n == 0 && err == nil {
		err = ErrUnknownMessage
	}
	return err
}

// DropMessage forgets a message, or a draft. Which is not there is no error.
func (s *Store) DropMessage(ctx context.Context, id string) error {
	_, err := s.change(ctx, "DELETE FROM messages WHERE id = ?", id)
	return err
}

// Message is one of a mailbox, or [ErrUnknownMessage].
func (s *Store) Message(ctx context.Context, mailbox, id string) (event.Message, error) {
	if mailbox == "" || id == "" { // a query would take any
		return event.Message{}, ErrUnknownMessage
	}
	found, err := s.Messages(ctx, MessageQuery{Mailbox: mailbox, ID: id})
	if err == nil && len(found) == 0 {
		err = ErrUnknownMessage
	}
	if err != nil {
		return event.Message{}, err
	}
	return found[0].Message, nil
}

// Messages are those that a query picks, the latest first.
func (s *Store) Messages(ctx context.Context, q MessageQuery) ([]Message, error) {
	where, args := []string{"TRUE"}, []any{}
	and := func(cond string, values ...any) { where, args = append(where, cond), append(args, values...) }
	if q.Mailbox != "" {
		and("mailbox = ?", q.Mailbox)
	}
	if q.ID != "" {
		and("id = ?", q.ID)
	}
	if !q.Drafts {
		and("NOT draft")
	}
	if q.After != "" {
		after, err := s.Message(ctx, q.Mailbox, q.After)
		if err != nil {
			return nil, err
		}
		and("(began, id) < (?, ?)", micros(after.Began), after.ID)
	}
	limit := -1
	if q.Limit > 0 {
		limit = q.Limit
	}
	rows, err := s.read.QueryContext(ctx, "SELECT "+messageColumns+" FROM messages WHERE "+strings.Join(where, " AND ")+" ORDER BY began DESC, id DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, s.explain("read", err)
	}
	defer rows.Close()
	found := []Message{}
	for rows.Next() {
		var m Message
		var began int64
		if err := rows.Scan(&m.ID, &m.Mailbox, &m.Call, &m.From, &m.Name, &began, &m.Seconds, &m.Bytes, &m.Urgent, &m.Heard, &m.Draft, &m.Transcript, &m.Incomplete); err != nil {
			return nil, s.explain("read", err)
		}
		m.Began = instant(began)
		found = append(found, m)
	}
	if err := rows.Err(); err != nil {
		return nil, s.explain("read", err)
	}
	return found, nil
}

// MessageCounts are those of each mailbox that has a message.
func (s *Store) MessageCounts(ctx context.Context) (map[string]event.Mailbox, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT mailbox, SUM(NOT heard), SUM(NOT heard AND urgent), SUM(heard), SUM(heard AND urgent)
		FROM messages WHERE NOT draft GROUP BY mailbox`)
	if err != nil {
		return nil, s.explain("read", err)
	}
	defer rows.Close()
	counts := map[string]event.Mailbox{}
	for rows.Next() {
		var b event.Mailbox
		if err := rows.Scan(&b.Name, &b.New, &b.NewUrgent, &b.Heard, &b.HeardUrgent); err != nil {
			return nil, s.explain("read", err)
		}
		counts[b.Name] = b
	}
	if err := rows.Err(); err != nil {
		return nil, s.explain("read", err)
	}
	return counts, nil
}

// MailboxState is that of a mailbox: the zero value if nothing was set or tried.
func (s *Store) MailboxState(ctx context.Context, name string) (MailboxState, error) {
	var m MailboxState
	var locked sql.NullInt64
	err := s.read.QueryRowContext(ctx, "SELECT pin, instead_of, wrong, locked FROM mailboxes WHERE name = ?", name).Scan(&m.PIN, &m.InsteadOf, &m.Wrong, &locked)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return MailboxState{}, s.explain("read", err)
	}
	m.Locked = when(locked)
	return m, nil
}

// SetMailboxState keeps it.
func (s *Store) SetMailboxState(ctx context.Context, name string, m MailboxState) error {
	_, err := s.change(ctx, "INSERT OR REPLACE INTO mailboxes (name, pin, instead_of, wrong, locked) VALUES (?, ?, ?, ?, ?)",
		name, m.PIN, m.InsteadOf, m.Wrong, maybe(m.Locked))
	return err
}
