package dialplan

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Whatever the core says itself it says in each language, and with what has to be
// filled in.
func TestEachLanguageSaysAll(t *testing.T) {
	all := map[string]map[string][]string{"park": {}, "pin": {}, "conference": {}}
	for l, text := range parkTexts {
		all["park"][l] = []string{text}
	}
	for l, texts := range pinTexts {
		all["pin"][l] = texts[:]
	}
	for l, texts := range conferencesSay {
		all["conference"][l] = []string{texts.came, texts.went, texts.somebody}
		if n := reflect.TypeFor[conferenceTexts]().NumField(); n != 3 {
			t.Errorf("a conference says %d things; this test knows three", n)
		}
	}
	languages := slices.Sorted(maps.Keys(parkTexts))
	for what, by := range all {
		if got := slices.Sorted(maps.Keys(by)); !slices.Equal(got, languages) {
			t.Errorf("%s is said in %v, park in %v", what, got, languages)
		}
		for language, texts := range by {
			for i, text := range texts {
				if text == "" || strings.Count(text, "%") != strings.Count(by["en"][i], "%") {
					t.Errorf("%s in %s: text %d is %q", what, language, i, text)
				}
			}
		}
	}
}

// Names that are spoken may be a stranger's.
func TestWhoComesIsSpoken(t *testing.T) {
	anna := &Extension{}
	for _, c := range []struct {
		language string
		came     bool
		who      Party
		want     string
	}{
		{"en", true, Party{Name: "Anna Smith", Number: "101"}, "Anna Smith has joined."},
		{"de-AT", false, Party{Name: "Jürgen", Number: "+4930123"}, "Jürgen ist gegangen."},
		{"en", true, Party{Number: "+4930123"}, "4 9 3 0 1 2 3 has joined."},
		{"en", true, Party{Name: "101", Number: "101"}, "1 0 1 has joined."},
		{"en", true, Party{}, "Somebody has joined."},
		{"de", true, Party{Name: "Eve", Number: "+49301", Private: true}, "Jemand ist dazugekommen."},
		{"en", false, Party{Name: "Anna", Private: true, Extension: anna}, "Anna has left."},
		{"fr", true, Party{Name: "Anna"}, "Anna."},
		{"fr", true, Party{}, ""},
		{"en", true, Party{Name: "<speak>%s\r\nbuy\x00now</speak>"}, "speak s buy now speak has joined."},
		{"en", true, Party{Name: strings.Repeat("x", 1000)}, strings.Repeat("x", longestName) + " has joined."},
	} {
		conference := &Conference{says: conferenceWords(c.language)}
		got := ""
		if p := conference.Tells(c.came, c.who); p != nil {
			got = p.Text
		}
		if got != c.want {
			t.Errorf("%s, %+v: %q, want %q", c.language, c.who, got, c.want)
		}
	}
	if (&Conference{Announce: true}).Tells(true, Party{Name: "Anna"}) != nil {
		t.Error("who does not announce names says them")
	}
}
