// Package spoken is all that people hear of voicemail, by language. A text becomes
// speech as it is written, so numbers of telephones stand there digit by digit,
// and times as people say them.
package spoken

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/tts"
)

// Language is what is said in one language.
type Language struct {
	Code string // "en"
	Caller
	Owner
	words
}

// Caller is what is said to who leaves a message.
type Caller struct {
	Full, Failed    string // nothing can be recorded
	Again, NotHeard string // before another tone
	TooLong         string // the time is over
	Review          string // what can be done with it
	Urgent, Usual   string // it is
	Left            string // the last word
}

// Owner is what is said to who listens.
type Owner struct {
	AskPIN, WrongPIN, Shut, Bye string
	Main                        string // what can be done
	NoNew, NoSaved, NoMore      string

	Message, Deleted string // what can be done with a message, and with one that was deleted
	Keys             string // all of that
	Kept, Removed    string
	Restored         string
	Calling          string
	NoNumber         string // to call back
	NotReached       string
	NotFromHere      string

	Greeting                      string // what can be done with it
	Record, Check                 string // a new one; what can be done with that
	IsKept, IsUsual, NoneRecorded string

	NewPIN, Repeat, Differ, BadPIN, PINSet string
}

// words are what texts are made of.
type words struct {
	// greeting asks for a message to somebody by name, toNumber to somebody by
	// number, toNobody to nobody in particular.
	greeting, toNumber, toNobody string
	header                       string // "Message %d of %d"
	urgent, deleted              string
	from, number, unknown        string
	plus, star, pound            string
	locked                       string

	counts func(Counts) string
	when   func(at, now time.Time) string
	lasts  func(time.Duration) string // rounded to seconds
}

// Counts are how many messages there are. Those that are urgent are among the
// new ones.
type Counts struct{ New, Urgent, Heard int }

// Message is what there is to say of one.
type Message struct {
	Place, Of    int    // it is the first of three
	Name, Number string // of who left it, "" if unknown
	At           time.Time
	Lasts        time.Duration
	Urgent       bool
	Deleted      bool
}

// For is the language that is named, as "de" or "de-AT", or English if there are
// no texts in it.
func For(name string) *Language {
	name = tts.Primary(name)
	for _, l := range []*Language{german()} {
		if l.Code == name {
			return l
		}
	}
	return english()
}

// Greet asks for a message to who has a name, a number or neither.
func (l *Language) Greet(name, number string) string {
	switch {
	case name != "":
		return fmt.Sprintf(l.greeting, name)
	case number != "":
		return fmt.Sprintf(l.toNumber, l.Digits(number))
	}
	return l.toNobody
}

// Counted says how many messages there are.
func (l *Language) Counted(c Counts) string { return l.counts(c) }

// Locked says for how long no PIN is taken.
func (l *Language) Locked(d time.Duration) string {
	return fmt.Sprintf(l.locked, l.lasts(max(time.Minute, d.Round(time.Minute))))
}

// Header is said before a message. Now tells the day and the zone.
func (l *Language) Header(m Message, now time.Time) string {
	text := fmt.Sprintf(l.header, m.Place, m.Of)
	if m.Urgent {
		text += ", " + l.urgent
	}
	if m.Deleted {
		text += ", " + l.deleted
	}
	who := m.Name
	if who == "" {
		who = l.Digits(m.Number)
	}
	return text + ". " + l.of(who, m, now) + "."
}

// Envelope is all that is known of a message.
func (l *Language) Envelope(m Message, now time.Time) string {
	who := m.Name
	switch number := l.Digits(m.Number); {
	case who != "" && number != "":
		who += ", " + fmt.Sprintf(l.number, number)
	case who == "":
		who = number
	}
	return l.of(who, m, now) + ", " + l.lasts(m.Lasts.Round(time.Second)) + "."
}

func (l *Language) of(who string, m Message, now time.Time) string {
	return fmt.Sprintf(l.from, cmp.Or(who, l.unknown)) + ", " + l.when(m.At.In(now.Location()), now)
}

// Digits says a number as people dictate it: digit by digit, three at a time.
func (l *Language) Digits(number string) string {
	var text strings.Builder
	said := 0
	for _, r := range number {
		word := ""
		switch {
		case r >= '0' && r <= '9':
			word = string(r)
		case r == '+':
			word = l.plus
		case r == '*':
			word = l.star
		case r == '#':
			word = l.pound
		default:
			continue
		}
		switch {
		case text.Len() == 0:
		case said > 0 && said%3 == 0:
			text.WriteString(", ")
		default:
			text.WriteString(" ")
		}
		text.WriteString(word)
		if r != '+' {
			said++
		}
	}
	return text.String()
}

// days is how many midnights lie between two times of one zone.
func days(at, now time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(now).Sub(day(at)) / (24 * time.Hour))
}

// split is how many minutes and seconds there are.
func split(d time.Duration) (minutes, seconds int) {
	return int(d / time.Minute), int(d % time.Minute / time.Second)
}
