package spoken

import (
	"fmt"
	"time"
)

func english() *Language {
	return &Language{
		Code: "en",
		Caller: Caller{
			Full:     "This mailbox is full. Please call again later. Goodbye.",
			Failed:   "Your message cannot be recorded. Please call again later. Goodbye.",
			Again:    "Please speak after the tone, and press the pound key when you are done.",
			NotHeard: "I did not hear you. Please speak after the tone, and press the pound key when you are done.",
			TooLong:  "A message cannot be longer.",
			Review:   "To send your message press 1, or hang up. To listen to it press 2. To record it again press 3. To mark it urgent press 4.",
			Urgent:   "It is marked urgent.",
			Usual:    "It is not marked urgent.",
			Left:     "Your message was sent. Goodbye.",
		},
		Owner: Owner{
			AskPIN:   "Please enter the PIN, and then the pound key.",
			WrongPIN: "This PIN is not right. Please enter it again, and then the pound key.",
			Shut:     "This mailbox has no PIN, so only its own phones can listen to it. Goodbye.",
			Bye:      "Goodbye.",
			Main:     "For new messages press 1. For saved messages press 2. For your greeting press 3. For your PIN press 4. To end press star.",
			NoNew:    "There are no new messages.",
			NoSaved:  "There are no saved messages.",
			NoMore:   "There are no more messages.",

			Message: "To hear it again press 1. To save it press 2. To delete it press 3. To call back press 8. For the next message press 9. For all keys press pound.",
			Deleted: "This message is deleted once you end. To restore it press 3. For the next message press 9. For all keys press pound.",
			Keys: "1: from the beginning. 2: save. 3: delete, or restore. 4: five seconds back. 5: pause. 6: five seconds on. " +
				"7: the message before. 8: call back. 9: the next message. 0: who called, and when. Star: back to the menu.",
			Kept:        "Saved.",
			Removed:     "Deleted.",
			Restored:    "Restored.",
			Calling:     "Calling back.",
			NoNumber:    "The number of the caller is not known.",
			NotReached:  "They cannot be reached.",
			NotFromHere: "You can call back from a phone of your own only.",

			Greeting:     "To hear your greeting press 1. To record one press 2. To go back to the usual one press 3. For the menu press star.",
			Record:       "Please speak your greeting after the tone, and press the pound key when you are done.",
			Check:        "To use this greeting press 1. To listen to it press 2. To record it again press 3. To leave all as it was press star.",
			IsKept:       "Callers hear your new greeting now.",
			IsUsual:      "Callers hear the usual greeting now.",
			NoneRecorded: "You have not recorded a greeting. Callers hear the usual one.",

			NewPIN: "Please enter a new PIN of 4 to 10 digits, and then the pound key.",
			Repeat: "Please enter it once more, and then the pound key.",
			Differ: "These were different. Nothing was changed.",
			BadPIN: "This cannot be a PIN. Nothing was changed.",
			PINSet: "Your PIN was changed.",
		},
		words: words{
			greeting: "%s cannot take your call. Please leave a message after the tone, and press the pound key when you are done.",
			toNumber: "Nobody at %s can take your call. Please leave a message after the tone, and press the pound key when you are done.",
			toNobody: "Nobody can take your call. Please leave a message after the tone, and press the pound key when you are done.",
			header:   "Message %d of %d",
			urgent:   "urgent", deleted: "deleted",
			from: "From %s", number: "number %s", unknown: "an unknown number",
			plus: "plus", star: "star", pound: "pound",
			locked: "There were too many wrong PINs. Please call again in %s. Goodbye.",
			counts: englishCounts, when: englishTime, lasts: englishLength,
		},
	}
}

func englishCounts(c Counts) string {
	text := "You have "
	switch {
	case c.New == 0 && c.Heard == 0:
		return "You have no messages."
	case c.New == 0:
		return text + several(c.Heard, "saved message") + "."
	}
	text += several(c.New, "new message")
	switch {
	case c.New == 1 && c.Urgent == 1:
		text += ", which is urgent"
	case c.Urgent == 1:
		text += ", one of them urgent"
	case c.Urgent > 1:
		text += fmt.Sprintf(", %d of them urgent", c.Urgent)
	}
	if c.Heard > 0 {
		text += ", and " + several(c.Heard, "saved message")
	}
	return text + "."
}

func several(n int, what string) string {
	if n == 1 {
		return "one " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// englishTime is "today at 3:15 pm", "on Monday at 3 pm", "on March 5th at noon".
func englishTime(at, now time.Time) string {
	clock := at.Format("3:04 pm")
	switch at.Format("15:04") {
	case "00:00":
		clock = "midnight"
	case "12:00":
		clock = "noon"
	default:
		if at.Minute() == 0 {
			clock = at.Format("3 pm")
		}
	}
	day := ""
	switch n := days(at, now); {
	case n == 0:
		day = "today"
	case n == 1:
		day = "yesterday"
	case n > 1 && n < 7:
		day = "on " + at.Weekday().String()
	default:
		day = fmt.Sprintf("on %s %d%s", at.Month(), at.Day(), englishEnding(at.Day()))
		if at.Year() != now.Year() {
			day += at.Format(", 2006,")
		}
	}
	return day + " at " + clock
}

func englishEnding(n int) string {
	switch {
	case n%10 == 1 && n != 11:
		return "st"
	case n%10 == 2 && n != 12:
		return "nd"
	case n%10 == 3 && n != 13:
		return "rd"
	}
	return "th"
}

func englishLength(d time.Duration) string {
	minutes, seconds := split(d)
	switch {
	case minutes == 0:
		return several(seconds, "second")
	case seconds == 0:
		return several(minutes, "minute")
	}
	return several(minutes, "minute") + " and " + several(seconds, "second")
}
