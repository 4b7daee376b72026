package mail

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestVoicemail(t *testing.T) {
	when := time.Date(2026, 3, 10, 9, 5, 0, 0, time.UTC)
	v := Voicemail{
		Mailbox: "office", From: "+4930123456", Name: "Jürgen Groß", When: when, Length: 41600 * time.Millisecond, Urgent: true,
		Transcript: "please call me back\nit is about the order",
	}
	sound := &Attachment{Name: "message.wav"}
	for _, c := range []struct {
		v                       Voicemail
		language, subject, text string
		sound                   *Attachment
	}{
		{v, "en", "Urgent message from Jürgen Groß (+4930123456), 0:42", `Jürgen Groß (+4930123456) has left a message in the mailbox office.

When: Tuesday, 10 March 2026, 09:05
Length: 0:42
The caller marked it as urgent.

What was said, as a machine understood it:

please call me back
it is about the order

The message is attached, and stays in the mailbox.
`, sound},
		{v, "de-AT", "Dringende Nachricht von Jürgen Groß (+4930123456), 0:42", `Nachricht von Jürgen Groß (+4930123456) im Anrufbeantworter office.

Wann: Dienstag, 10. März 2026, 09:05
Länge: 0:42
Der Anrufer hat sie als dringend markiert.

Was gesagt wurde, wie es eine Maschine verstanden hat:

please call me back
it is about the order

Die Nachricht hängt an, und bleibt im Anrufbeantworter.
`, sound},
		{Voicemail{Mailbox: "office", When: when, Length: 61 * time.Minute, Incomplete: "the switch ended"}, "fr", "Message from an unknown number, 61:00", `an unknown number has left a message in the mailbox office.

When: Tuesday, 10 March 2026, 09:05
Length: 61:00
It is not whole: the switch ended

The message is in the mailbox.
`, nil},
		{Voicemail{From: "101", Name: "101", When: when}, "de", "Nachricht von 101, 0:00", "", nil},
		{Voicemail{From: "101", Name: "Eve\r\nBcc: all@example.net", When: when}, "en", "Message from Eve Bcc: all@example.net (101), 0:00", "", nil},
	} {
		m := c.v.Message("anna@example.net", c.language, c.sound)
		if m.Subject != c.subject || c.text != "" && m.Text != c.text || m.To != "anna@example.net" || m.Attachment != c.sound {
			t.Errorf("%s: %q\n%s", c.language, m.Subject, m.Text)
		}
		if strings.Contains(m.Text, "%!") {
			t.Errorf("%s: %s", c.language, m.Text)
		}
	}
}

// Each language has all words, and those of one take what those of the other take.
func TestEachLanguageIsWhole(t *testing.T) {
	en := reflect.ValueOf(texts["en"])
	for language, w := range texts {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Field(i).Kind() == reflect.Array {
				for n := range v.Field(i).Len() {
					if v.Field(i).Index(n).String() == "" {
						t.Errorf("%s: %s %d is missing", language, name, n)
					}
				}
				continue
			}
			if s := v.Field(i).String(); s == "" || strings.Count(s, "%") != strings.Count(en.Field(i).String(), "%") {
				t.Errorf("%s: %s is %q", language, name, s)
			}
		}
	}
}
