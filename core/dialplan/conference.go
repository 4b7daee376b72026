package dialplan

import (
	"fmt"
	"strings"
	"unicode"
)

// conferenceTexts are how those who are in a conference hear who comes and goes:
// by name, or by the digits of a number, or if nothing is known of them.
type conferenceTexts struct {
	came, went, somebody string
}

// conferencesSay are these by language.
var conferencesSay = map[string]*conferenceTexts{
	"en": {"%s has joined.", "%s has left.", "Somebody"},
	"de": {"%s ist dazugekommen.", "%s ist gegangen.", "Jemand"},
}

// conferenceWords are the texts of the site's language. In one that there are none
// for a name is all that is said: the tones say whether somebody comes or goes.
func conferenceWords(site string) *conferenceTexts {
	if t, ok := inLanguage(conferencesSay, site); ok {
		return t
	}
	return &conferenceTexts{came: "%s.", went: "%s."}
}

// longestName is how much of a name is spoken, in letters: it may be a stranger's.
const longestName = 40

// Tells is what those who are in the conference hear of a party that came, or
// went. Nil: only that somebody did.
func (c *Conference) Tells(came bool, who Party) *Prompt {
	if c.says == nil {
		return nil
	}
	name, text := c.spoken(who), c.says.went
	if came {
		text = c.says.came
	}
	if name == "" {
		return nil
	}
	return &Prompt{Text: fmt.Sprintf(text, name)}
}

// spoken is a party's name as it is spoken.
func (c *Conference) spoken(who Party) string {
	if who.Private && who.Extension == nil {
		return c.says.somebody
	}
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-.'", r) {
			return r
		}
		return ' '
	}, who.Name)
	name = strings.Join(strings.Fields(name), " ")
	if r := []rune(name); len(r) > longestName {
		name = string(r[:longestName])
	}
	if strings.ContainsFunc(name, unicode.IsLetter) {
		return name
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, who.Number)
	if digits == "" {
		return c.says.somebody
	}
	return strings.Join(strings.Split(digits, ""), " ")
}
