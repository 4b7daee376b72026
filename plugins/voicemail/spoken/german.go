package spoken

import (
	"fmt"
	"time"
)

func german() *Language {
	return &Language{
		Code: "de",
		Caller: Caller{
			Full:     "Dieses Postfach ist voll. Bitte rufen Sie später noch einmal an. Auf Wiederhören.",
			Failed:   "Ihre Nachricht kann nicht aufgenommen werden. Bitte rufen Sie später noch einmal an. Auf Wiederhören.",
			Again:    "Bitte sprechen Sie nach dem Ton, und drücken Sie die Raute, wenn Sie fertig sind.",
			NotHeard: "Ich habe Sie nicht gehört. Bitte sprechen Sie nach dem Ton, und drücken Sie die Raute, wenn Sie fertig sind.",
			TooLong:  "Länger kann eine Nachricht nicht sein.",
			Review:   "Um Ihre Nachricht zu senden, drücken Sie die 1, oder legen Sie auf. Um sie anzuhören, die 2. Um sie neu aufzunehmen, die 3. Um sie als dringend zu kennzeichnen, die 4.",
			Urgent:   "Sie ist als dringend gekennzeichnet.",
			Usual:    "Sie ist nicht mehr als dringend gekennzeichnet.",
			Left:     "Ihre Nachricht wurde gesendet. Auf Wiederhören.",
		},
		Owner: Owner{
			AskPIN:   "Bitte geben Sie die PIN ein, und dann die Raute.",
			WrongPIN: "Die PIN stimmt nicht. Bitte geben Sie sie noch einmal ein, und dann die Raute.",
			Shut:     "Dieses Postfach hat keine PIN, und nur seine eigenen Telefone können es abhören. Auf Wiederhören.",
			Bye:      "Auf Wiederhören.",
			Main:     "Für neue Nachrichten drücken Sie die 1. Für gespeicherte die 2. Für Ihre Ansage die 3. Für Ihre PIN die 4. Zum Beenden den Stern.",
			NoNew:    "Es gibt keine neuen Nachrichten.",
			NoSaved:  "Es gibt keine gespeicherten Nachrichten.",
			NoMore:   "Es gibt keine weiteren Nachrichten.",

			Message: "Um sie noch einmal zu hören, drücken Sie die 1. Zum Speichern die 2. Zum Löschen die 3. Zum Zurückrufen die 8. Für die nächste Nachricht die 9. Für alle Tasten die Raute.",
			Deleted: "Diese Nachricht wird am Ende gelöscht. Um sie wiederherzustellen, drücken Sie die 3. Für die nächste Nachricht die 9. Für alle Tasten die Raute.",
			Keys: "1: von vorn. 2: speichern. 3: löschen, oder wiederherstellen. 4: fünf Sekunden zurück. 5: Pause. 6: fünf Sekunden vor. " +
				"7: die Nachricht davor. 8: zurückrufen. 9: die nächste Nachricht. 0: wer angerufen hat, und wann. Stern: zurück zum Menü.",
			Kept:        "Gespeichert.",
			Removed:     "Gelöscht.",
			Restored:    "Wiederhergestellt.",
			Calling:     "Es wird zurückgerufen.",
			NoNumber:    "Die Nummer des Anrufers ist nicht bekannt.",
			NotReached:  "Dort ist niemand zu erreichen.",
			NotFromHere: "Zurückrufen können Sie nur von einem eigenen Telefon.",

			Greeting:     "Um Ihre Ansage zu hören, drücken Sie die 1. Um eine aufzunehmen, die 2. Um zur üblichen zurückzukehren, die 3. Für das Menü den Stern.",
			Record:       "Bitte sprechen Sie Ihre Ansage nach dem Ton, und drücken Sie die Raute, wenn Sie fertig sind.",
			Check:        "Um diese Ansage zu verwenden, drücken Sie die 1. Um sie anzuhören, die 2. Um sie neu aufzunehmen, die 3. Um alles zu lassen, wie es war, den Stern.",
			IsKept:       "Anrufer hören jetzt Ihre neue Ansage.",
			IsUsual:      "Anrufer hören jetzt die übliche Ansage.",
			NoneRecorded: "Sie haben keine Ansage aufgenommen. Anrufer hören die übliche.",

			NewPIN: "Bitte geben Sie eine neue PIN mit 4 bis 10 Ziffern ein, und dann die Raute.",
			Repeat: "Bitte geben Sie sie noch einmal ein, und dann die Raute.",
			Differ: "Das waren verschiedene. Es wurde nichts geändert.",
			BadPIN: "Das kann keine PIN sein. Es wurde nichts geändert.",
			PINSet: "Ihre PIN wurde geändert.",
		},
		words: words{
			greeting: "%s kann Ihren Anruf nicht annehmen. Bitte hinterlassen Sie nach dem Ton eine Nachricht, und drücken Sie die Raute, wenn Sie fertig sind.",
			toNumber: "Unter %s kann niemand Ihren Anruf annehmen. Bitte hinterlassen Sie nach dem Ton eine Nachricht, und drücken Sie die Raute, wenn Sie fertig sind.",
			toNobody: "Niemand kann Ihren Anruf annehmen. Bitte hinterlassen Sie nach dem Ton eine Nachricht, und drücken Sie die Raute, wenn Sie fertig sind.",
			header:   "Nachricht %d von %d",
			urgent:   "dringend", deleted: "gelöscht",
			from: "Von %s", number: "Nummer %s", unknown: "einer unbekannten Nummer",
			plus: "plus", star: "Stern", pound: "Raute",
			locked: "Es gab zu viele falsche PINs. Bitte warten Sie %s, und rufen Sie dann noch einmal an. Auf Wiederhören.",
			counts: germanCounts, when: germanTime, lasts: germanLength,
		},
	}
}

func germanCounts(c Counts) string {
	saved := germanSeveral(c.Heard, "gespeicherte Nachricht")
	if c.Heard > 1 {
		saved = germanSeveral(c.Heard, "gespeicherte Nachrichten")
	}
	news := germanSeveral(c.New, "neue Nachricht")
	if c.New > 1 {
		news = germanSeveral(c.New, "neue Nachrichten")
	}
	switch {
	case c.New == 0 && c.Heard == 0:
		return "Sie haben keine Nachrichten."
	case c.New == 0:
		return "Sie haben " + saved + "."
	case c.New == 1 && c.Urgent == 1:
		news += ", die dringend ist"
	case c.Urgent == 1:
		news += ", davon eine dringend"
	case c.Urgent > 1:
		news += fmt.Sprintf(", davon %d dringend", c.Urgent)
	}
	if c.Heard > 0 {
		news += ", und " + saved
	}
	return "Sie haben " + news + "."
}

func germanSeveral(n int, what string) string {
	if n == 1 {
		return "eine " + what
	}
	return fmt.Sprintf("%d %s", n, what)
}

var germanDays = [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"}

var germanMonths = [12]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}

// germanTime is "heute um 15 Uhr 15", "am Montag um 9 Uhr", "am 5. März um ein Uhr".
func germanTime(at, now time.Time) string {
	clock := fmt.Sprintf("%d Uhr", at.Hour())
	if at.Hour() == 1 {
		clock = "ein Uhr"
	}
	if at.Minute() > 0 {
		clock += fmt.Sprintf(" %d", at.Minute())
	}
	day := ""
	switch n := days(at, now); {
	case n == 0:
		day = "heute"
	case n == 1:
		day = "gestern"
	case n > 1 && n < 7:
		day = "am " + germanDays[at.Weekday()]
	default:
		day = fmt.Sprintf("am %d. %s", at.Day(), germanMonths[at.Month()-1])
		if at.Year() != now.Year() {
			day += fmt.Sprintf(" %d", at.Year())
		}
	}
	return day + " um " + clock
}

func germanLength(d time.Duration) string {
	minutes, seconds := split(d)
	unit := func(n int, one, more string) string {
		if n == 1 {
			return germanSeveral(n, one)
		}
		return germanSeveral(n, more)
	}
	switch {
	case minutes == 0:
		return unit(seconds, "Sekunde", "Sekunden")
	case seconds == 0:
		return unit(minutes, "Minute", "Minuten")
	}
	return unit(minutes, "Minute", "Minuten") + " und " + unit(seconds, "Sekunde", "Sekunden")
}
