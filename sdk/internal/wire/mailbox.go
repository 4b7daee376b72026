package wire

import (
	"errors"
	"time"

	"github.com/plugboard/plugboard/sdk/host"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// ToMailboxWish returns the message of what an app asks of the mailbox of a call.
func ToMailboxWish(leg string, w host.MailboxWish) *pb.HostMailbox {
	return &pb.HostMailbox{
		Leg:      toText(leg),
		Kind:     pb.HostMailbox_Kind(w.Kind),
		Id:       toText(w.ID),
		Pin:      toText(w.PIN),
		Sound:    w.Sound,
		Urgent:   w.Urgent,
		Heard:    w.Heard,
		Greeting: w.Greeting,
	}
}

// FromMailboxWish is the inverse of [ToMailboxWish]. It reports false for a wish
// that is not known here: a newer plugin's.
func FromMailboxWish(m *pb.HostMailbox) (leg string, w host.MailboxWish, known bool) {
	w = host.MailboxWish{
		Kind:     host.MailboxWishKind(m.GetKind()),
		ID:       m.GetId(),
		PIN:      m.GetPin(),
		Sound:    m.GetSound(),
		Urgent:   m.GetUrgent(),
		Heard:    m.GetHeard(),
		Greeting: m.GetGreeting(),
	}
	return m.GetLeg(), w, w.Kind >= host.MailboxLook && w.Kind <= host.MailboxDelete
}

// ToMailboxAnswer returns the message of what came of it.
func ToMailboxAnswer(a host.MailboxAnswer) *pb.HostMailboxAnswer {
	m := &pb.HostMailboxAnswer{Id: toText(a.ID)}
	b := a.Mailbox
	m.Mailbox = &pb.HostMailboxState{
		Name:        toText(b.Name),
		Access:      b.Access,
		Open:        b.Open,
		Owner:       toText(b.Owner),
		Number:      toText(b.Number),
		HasPin:      b.HasPIN,
		Locked:      int64(b.Locked),
		MaxLength:   int64(b.MaxLength),
		Room:        int32(b.Room),
		Recorded:    b.Recorded,
		Greeting:    ToPrompt("", "", b.Greeting),
		New:         int32(b.New),
		NewUrgent:   int32(b.NewUrgent),
		Heard:       int32(b.Heard),
		HeardUrgent: int32(b.HeardUrgent),
	}
	for _, g := range a.Messages {
		m.Messages = append(m.Messages, &pb.HostMessage{
			Id:       toText(g.ID),
			From:     toText(g.From),
			FromName: toText(g.FromName),
			Began:    toTime(g.Began),
			Lasts:    int64(g.Lasts),
			Urgent:   g.Urgent,
			Heard:    g.Heard,
		})
	}
	return m
}

// FromMailboxAnswer is the inverse of [ToMailboxAnswer].
func FromMailboxAnswer(m *pb.HostMailboxAnswer) host.MailboxAnswer {
	a := host.MailboxAnswer{ID: m.GetId()}
	b := m.GetMailbox()
	_, _, greeting := FromPrompt(b.GetGreeting())
	a.Mailbox = host.Mailbox{
		Name:        b.GetName(),
		Access:      b.GetAccess(),
		Open:        b.GetOpen(),
		Owner:       b.GetOwner(),
		Number:      b.GetNumber(),
		HasPIN:      b.GetHasPin(),
		Locked:      time.Duration(b.GetLocked()),
		MaxLength:   time.Duration(b.GetMaxLength()),
		Room:        int(b.GetRoom()),
		Recorded:    b.GetRecorded(),
		Greeting:    greeting,
		New:         int(b.GetNew()),
		NewUrgent:   int(b.GetNewUrgent()),
		Heard:       int(b.GetHeard()),
		HeardUrgent: int(b.GetHeardUrgent()),
	}
	for _, g := range m.GetMessages() {
		a.Messages = append(a.Messages, host.Message{
			ID:       g.GetId(),
			From:     g.GetFrom(),
			FromName: g.GetFromName(),
			Began:    fromTime(g.GetBegan()),
			Lasts:    time.Duration(g.GetLasts()),
			Urgent:   g.GetUrgent(),
			Heard:    g.GetHeard(),
		})
	}
	return a
}

// ToRefusal puts an error into an answer: a [host.Error] anywhere in its chain
// crosses as what it is.
func ToRefusal(err error, m *pb.HostAnswer) *pb.HostAnswer {
	var of host.Error
	if errors.As(err, &of) {
		m.Refusal = string(of)
	}
	m.Error = toText(err.Error())
	return m
}

// FromRefusal is the inverse of [ToRefusal]: nil if there is none.
func FromRefusal(m *pb.HostAnswer) error {
	switch {
	case m.GetError() == "":
		return nil
	case m.GetRefusal() == "":
		return errors.New(m.GetError())
	case m.GetRefusal() == m.GetError():
		return host.Error(m.GetRefusal())
	}
	return &failure{text: m.GetError(), kind: host.Error(m.GetRefusal())}
}
