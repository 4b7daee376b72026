package number

import (
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	for raw, want := range map[string]string{
		"+49 221 1234":                "+49 221 1234",
		"*43":                         "*43",
		"Änne":                        "Änne",
		"":                            "",
		"\u202a+4922112345\u202c":     "+4922112345", // as contacts of a computer copy it
		"1\x1b[2J\r\n\x002\u200b\xff": "1[2J2",
		strings.Repeat("1", 300):      strings.Repeat("1", 255),
		strings.Repeat("1", 254) + "ä and no more": strings.Repeat("1", 254),
	} {
		if got := Plain(raw); got != want {
			t.Errorf("%q: %q, want %q", raw, got, want)
		}
	}
}
