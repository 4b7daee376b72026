package spoken

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestDigits(t *testing.T) {
	for _, tt := range []struct{ number, en, de string }{
		{"101", "1 0 1", "1 0 1"},
		{"+49305550100", "plus 4 9 3, 0 5 5, 5 0 1, 0 0", "plus 4 9 3, 0 5 5, 5 0 1, 0 0"},
		{"*97#", "star 9 7, pound", "Stern 9 7, Raute"},
		{"anna", "", ""}, {"", "", ""},
	} {
		if en, de := english().Digits(tt.number), german().Digits(tt.number); en != tt.en || de != tt.de {
			t.Errorf("%s is %q and %q", tt.number, en, de)
		}
	}
}

func TestTimes(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 10, 15, 30, 0, 0, berlin) // a Tuesday
	for _, tt := range []struct {
		at     time.Time
		en, de string
	}{
		{now.Add(-15 * time.Minute), "today at 3:15 pm", "heute um 15 Uhr 15"},
		{time.Date(2026, 3, 10, 8, 5, 0, 0, time.UTC), "today at 9:05 am", "heute um 9 Uhr 5"},
		{time.Date(2026, 3, 9, 23, 30, 0, 0, time.UTC), "today at 12:30 am", "heute um 0 Uhr 30"},
		{time.Date(2026, 3, 9, 23, 0, 0, 0, time.UTC), "today at midnight", "heute um 0 Uhr"},
		{time.Date(2026, 3, 9, 12, 0, 0, 0, berlin), "yesterday at noon", "gestern um 12 Uhr"},
		{time.Date(2026, 3, 8, 1, 0, 0, 0, berlin), "on Sunday at 1 am", "am Sonntag um ein Uhr"},
		{time.Date(2026, 3, 4, 16, 0, 0, 0, berlin), "on Wednesday at 4 pm", "am Mittwoch um 16 Uhr"},
		{time.Date(2026, 3, 3, 16, 0, 0, 0, berlin), "on March 3rd at 4 pm", "am 3. März um 16 Uhr"},
		{time.Date(2026, 1, 11, 16, 0, 0, 0, berlin), "on January 11th at 4 pm", "am 11. Januar um 16 Uhr"},
		{time.Date(2025, 12, 22, 16, 1, 0, 0, berlin), "on December 22nd, 2025, at 4:01 pm", "am 22. Dezember 2025 um 16 Uhr 1"},
		{now.Add(24 * time.Hour), "on March 11th at 3:30 pm", "am 11. März um 15 Uhr 30"},
	} {
		if en, de := englishTime(tt.at.In(berlin), now), germanTime(tt.at.In(berlin), now); en != tt.en || de != tt.de {
			t.Errorf("%v is %q and %q, want %q and %q", tt.at, en, de, tt.en, tt.de)
		}
	}
	// A day that has 23 hours is one day.
	spring := time.Date(2026, 3, 29, 12, 0, 0, 0, berlin)
	if got := englishTime(time.Date(2026, 3, 28, 23, 59, 0, 0, berlin), spring); got != "yesterday at 11:59 pm" {
		t.Error(got)
	}
}

func TestEndings(t *testing.T) {
	for n, want := range map[int]string{1: "st", 2: "nd", 3: "rd", 4: "th", 11: "th", 12: "th", 13: "th", 21: "st", 22: "nd", 23: "rd", 31: "st"} {
		if got := englishEnding(n); got != want {
			t.Errorf("%d%s", n, got)
		}
	}
}

func TestCounts(t *testing.T) {
	for _, tt := range []struct {
		c      Counts
		en, de string
	}{
		{Counts{}, "You have no messages.", "Sie haben keine Nachrichten."},
		{Counts{Heard: 1}, "You have one saved message.", "Sie haben eine gespeicherte Nachricht."},
		{Counts{New: 1}, "You have one new message.", "Sie haben eine neue Nachricht."},
		{Counts{New: 1, Urgent: 1, Heard: 2}, "You have one new message, which is urgent, and 2 saved messages.", "Sie haben eine neue Nachricht, die dringend ist, und 2 gespeicherte Nachrichten."},
		{Counts{New: 3, Urgent: 1}, "You have 3 new messages, one of them urgent.", "Sie haben 3 neue Nachrichten, davon eine dringend."},
		{Counts{New: 3, Urgent: 2, Heard: 1}, "You have 3 new messages, 2 of them urgent, and one saved message.", "Sie haben 3 neue Nachrichten, davon 2 dringend, und eine gespeicherte Nachricht."},
	} {
		if en, de := english().Counted(tt.c), german().Counted(tt.c); en != tt.en || de != tt.de {
			t.Errorf("%+v is %q and %q", tt.c, en, de)
		}
	}
}

func TestMessages(t *testing.T) {
	now := time.Date(2026, 3, 10, 15, 30, 0, 0, time.UTC)
	known := Message{Place: 1, Of: 3, Name: "Anna", Number: "101", At: now, Lasts: 61 * time.Second, Urgent: true, Deleted: true}
	unknown := Message{Place: 3, Of: 3, At: now.AddDate(0, 0, -1), Lasts: 2 * time.Minute}
	number := Message{Place: 2, Of: 3, Number: "+4930", At: now, Lasts: 1400 * time.Millisecond}
	for _, tt := range []struct{ got, want string }{
		{english().Header(known, now), "Message 1 of 3, urgent, deleted. From Anna, today at 3:30 pm."},
		{german().Header(known, now), "Nachricht 1 von 3, dringend, gelöscht. Von Anna, heute um 15 Uhr 30."},
		{english().Header(unknown, now), "Message 3 of 3. From an unknown number, yesterday at 3:30 pm."},
		{english().Header(number, now), "Message 2 of 3. From plus 4 9 3, 0, today at 3:30 pm."},
		{english().Envelope(known, now), "From Anna, number 1 0 1, today at 3:30 pm, one minute and one second."},
		{german().Envelope(known, now), "Von Anna, Nummer 1 0 1, heute um 15 Uhr 30, eine Minute und eine Sekunde."},
		{german().Envelope(unknown, now), "Von einer unbekannten Nummer, gestern um 15 Uhr 30, 2 Minuten."},
		{english().Envelope(number, now), "From plus 4 9 3, 0, today at 3:30 pm, one second."},
		{english().Greet("Anna", "101")[:10], "Anna canno"},
		{german().Greet("", "101")[:17], "Unter 1 0 1 kann "},
		{english().Greet("", "")[:10], "Nobody can"},
		{english().Locked(15 * time.Minute), "There were too many wrong PINs. Please call again in 15 minutes. Goodbye."},
		{german().Locked(time.Second), "Es gab zu viele falsche PINs. Bitte warten Sie eine Minute, und rufen Sie dann noch einmal an. Auf Wiederhören."},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func TestFor(t *testing.T) {
	for name, want := range map[string]string{"en": "en", "en-US": "en", "de": "de", "DE-at": "de", "fr": "en", "": "en"} {
		if got := For(name).Code; got != want {
			t.Errorf("%s is spoken as %s", name, got)
		}
	}
}

// Nothing is left unsaid in any language.
func TestEveryTextIsThere(t *testing.T) {
	for _, l := range []*Language{english(), german()} {
		var walk func(v reflect.Value, path string)
		walk = func(v reflect.Value, path string) {
			for i := range v.NumField() {
				f, name := v.Field(i), path+v.Type().Field(i).Name
				switch f.Kind() {
				case reflect.Struct:
					walk(f, name+".")
				case reflect.String:
					if s := f.String(); s == "" || strings.TrimSpace(s) != s {
						t.Errorf("%s: %s is %q", l.Code, name, s)
					}
				default:
					if f.IsNil() {
						t.Errorf("%s: there is no %s", l.Code, name)
					}
				}
			}
		}
		walk(reflect.ValueOf(*l), "")
	}
}
