package mail

import (
	"fmt"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/tts"
)

// Voicemail is what a mail says of a message that was left in a mailbox.
type Voicemail struct {
	Mailbox    string // its name in the configuration
	From, Name string // the caller's number and name, "" if they are not known
	When       time.Time
	Length     time.Duration
	Urgent     bool
	Transcript string // what is said in it, "": it was not written down
	Incomplete string // why something of it is missing, "": nothing is
}

// words are what is written in one language.
type words struct {
	subject, urgent, nobody string // subject: caller, length
	left                    string // caller, mailbox
	when, length, isUrgent  string
	missing                 string // why
	said, attached, kept    string
	days                    [7]string
	months                  [12]string
	date                    string // weekday, day, month, year
}

// texts are the words of each language.
var texts = map[string]words{
	"en": {
		subject: "Message from %s, %s", urgent: "Urgent message from %s, %s", nobody: "an unknown number",
		left: "%s has left a message in the mailbox %s.", when: "When", length: "Length", isUrgent: "The caller marked it as urgent.",
		missing: "It is not whole: %s", said: "What was said, as a machine understood it:",
		attached: "The message is attached, and stays in the mailbox.", kept: "The message is in the mailbox.",
		days:   [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		months: [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		date:   "%s, %d %s %d",
	},
	"de": {
		subject: "Nachricht von %s, %s", urgent: "Dringende Nachricht von %s, %s", nobody: "unbekannter Nummer",
		left: "Nachricht von %s im Anrufbeantworter %s.", when: "Wann", length: "Länge", isUrgent: "Der Anrufer hat sie als dringend markiert.",
		missing: "Sie ist nicht vollständig: %s", said: "Was gesagt wurde, wie es eine Maschine verstanden hat:",
		attached: "Die Nachricht hängt an, und bleibt im Anrufbeantworter.", kept: "Die Nachricht ist im Anrufbeantworter.",
		days:   [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		months: [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
		date:   "%s, %d. %s %d",
	},
}

// Message is the mail, in a language ("de-AT") that there are texts for, else in
// English. sound is attached; nil if it could not be.
func (v Voicemail) Message(to, language string, sound *Attachment) Message {
	w, ok := texts[tts.Primary(language)]
	if !ok {
		w = texts["en"]
	}
	caller := Line(v.Name)
	switch number := Line(v.From); {
	case caller == "" && number == "":
		caller = w.nobody
	case caller == "" || caller == number:
		caller = number
	case number != "":
		caller += " (" + number + ")"
	}
	seconds := int(v.Length.Round(time.Second).Seconds())
	length := fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	subject := w.subject
	if v.Urgent {
		subject = w.urgent
	}
	var text strings.Builder
	fmt.Fprintf(&text, w.left+"\n\n", caller, v.Mailbox)
	day := fmt.Sprintf(w.date, w.days[v.When.Weekday()], v.When.Day(), w.months[v.When.Month()-1], v.When.Year())
	fmt.Fprintf(&text, "%s: %s, %s\n", w.when, day, v.When.Format("15:04"))
	fmt.Fprintf(&text, "%s: %s\n", w.length, length)
	if v.Urgent {
		text.WriteString(w.isUrgent + "\n")
	}
	if v.Incomplete != "" {
		fmt.Fprintf(&text, w.missing+"\n", Line(v.Incomplete))
	}
	if v.Transcript != "" {
		fmt.Fprintf(&text, "\n%s\n\n%s\n", w.said, v.Transcript)
	}
	last := w.kept
	if sound != nil {
		last = w.attached
	}
	text.WriteString("\n" + last + "\n")
	return Message{To: to, Subject: fmt.Sprintf(subject, caller, length), Text: text.String(), Attachment: sound}
}
