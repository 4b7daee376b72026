package host

import (
	"context"
	"time"
)

// MailboxRate is that of all sound in mailboxes, in Hz: mono, 16 bits.
const MailboxRate = 16000

// Greeting is the [Prompt].Kept of a mailbox's own greeting.
const Greeting = "greeting"

// Error is a refusal that an app may want to tell apart.
type Error string

// Error implements error.
func (e Error) Error() string { return string(e) }

// The refusals of a mailbox.
const (
	// ErrNoMailbox: the call was sent to none, or is the app's no more.
	ErrNoMailbox = Error("the call has no mailbox")
	// ErrShut: that is for its owner, and the call was not sent to listen, or
	// the PIN was not told yet.
	ErrShut = Error("the mailbox is shut")
	// ErrPIN: the PIN is not the mailbox's, or cannot be its new one.
	ErrPIN = Error("not a PIN of this mailbox")
	// ErrLocked: too many wrong PINs; see [Mailbox].Locked.
	ErrLocked = Error("the mailbox is locked")
	// ErrFull: there is no room for another message.
	ErrFull = Error("the mailbox is full")
	// ErrNoMessage: it has no message, draft or greeting of this id.
	ErrNoMessage = Error("there is no such message")
)

// Mailboxes are the mailboxes of a site, as far as a call may see them. An app
// names the call by the leg that is its own place in it, and the core answers
// only for the mailbox to which it sent that call, and only to the plugin that
// has it:
//
//   - at voicemail.x it looks, hears the greeting, and leaves a message;
//   - at voicemail.x.access it looks and tells the PIN, and once that was right
//     does all the rest. A mailbox without a PIN opens to the phones whose
//     mailbox it is, and to nobody else.
//
// It may do so as long as it has the call, and after a hang-up until its Run has
// returned.
type Mailboxes interface {
	// Mailbox asks a mailbox for something, or to do it. An error has one of the
	// refusals above in its chain, unless the core cannot.
	Mailbox(ctx context.Context, leg string, w MailboxWish) (MailboxAnswer, error)
	// Kept begins sound that a mailbox keeps: p has Kept set.
	Kept(ctx context.Context, leg string, p Prompt) (Sound, error)
}

// MailboxWish is what is asked of a mailbox.
type MailboxWish struct {
	Kind   MailboxWishKind
	ID     string // Write, Finish, Discard: a draft's; Mark, Delete: a message's
	PIN    string // Unlock, SetPIN
	Sound  []byte // Write: at MailboxRate, little endian, of up to a second
	Urgent bool   // Finish of a message
	Heard  bool   // Mark
	// Greeting has Begin record a new greeting instead of a message.
	Greeting bool
}

// MailboxWishKind says what is asked.
type MailboxWishKind int

// What can be asked.
const (
	// MailboxLook asks how it stands.
	MailboxLook MailboxWishKind = iota + 1
	// MailboxUnlock tells the PIN.
	MailboxUnlock
	// MailboxSetPIN gives it another PIN, of 4 to 10 digits.
	MailboxSetPIN
	// MailboxBegin begins a draft, of a message or a greeting: what is recorded
	// and not finished. What a call began and neither finished nor discarded is
	// finished when the app loses the call, however it does: a message is kept,
	// a greeting is not.
	MailboxBegin
	// MailboxWrite appends to a draft.
	MailboxWrite
	// MailboxFinish makes a draft a message, or the greeting. From then on it
	// cannot be taken back by who left it.
	MailboxFinish
	// MailboxDiscard throws a draft away.
	MailboxDiscard
	// MailboxMessages lists the messages.
	MailboxMessages
	// MailboxMark says of a message whether it is heard, and so no longer new.
	MailboxMark
	// MailboxDelete deletes a message, or with [Greeting] as its id the recorded
	// greeting: then the configured one is back.
	MailboxDelete
)

// MailboxAnswer is what came of it.
type MailboxAnswer struct {
	Mailbox  Mailbox   // Look, Unlock
	ID       string    // Begin: the draft's
	Messages []Message // Messages; Finish: the one that was left
}

// Mailbox is how a mailbox stands.
type Mailbox struct {
	Name   string // in the configuration
	Access bool   // the call was sent to listen, not to leave a message
	Open   bool   // and may
	// Owner and Number are those of the extension whose mailbox it is, "" if it
	// is that of several or of none.
	Owner, Number string
	HasPIN        bool
	Locked        time.Duration // for so long no PIN is taken: 0 mostly

	MaxLength time.Duration // of a message, and of a greeting
	// Room is how many messages can be left still.
	Room int
	// Recorded: its owner recorded a greeting, which is a [Prompt] with Kept
	// [Greeting]. Else there is Greeting, what the configuration has: empty if
	// it has none.
	Recorded bool
	Greeting Prompt

	// New, NewUrgent, Heard and HeardUrgent count its messages once it is open.
	// Those that are urgent are counted in both.
	New, NewUrgent, Heard, HeardUrgent int
}

// Message is one that was left.
type Message struct {
	ID       string
	From     string // the caller's number, "" if it was withheld
	FromName string
	Began    time.Time // when it was recorded
	Lasts    time.Duration
	Urgent   bool
	Heard    bool // its owner has heard it, and kept it
}

// NoMailboxes are those of a site that has none.
type NoMailboxes struct{}

// Mailbox implements [Mailboxes].
func (NoMailboxes) Mailbox(context.Context, string, MailboxWish) (MailboxAnswer, error) {
	return MailboxAnswer{}, ErrNoMailbox
}

// Kept implements [Mailboxes].
func (NoMailboxes) Kept(context.Context, string, Prompt) (Sound, error) { return nil, ErrNoMailbox }
