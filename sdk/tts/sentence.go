package tts

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// short is how long a text may be, in letters, to be one part.
	short = 100
	// longest is how long a part may be. A text without an end of a sentence is
	// cut between two words.
	longest = 1000
)

// Sentences cuts a long text where sentences end, so that an engine can tell the
// first part while it makes the next. A part has at least 20 letters, so that
// "Dr. Smith" is not cut, and at most a thousand; a short text is one part. No
// words are lost.
func Sentences(text string) (parts []string) {
	const least = 20
	text = strings.TrimSpace(text)
	for utf8.RuneCountInString(text) > short {
		cut, n, space := 0, 0, 0
		for i, r := range text {
			n++
			if unicode.IsSpace(r) {
				space = i
				if last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text[:i], `"')»”`)); n > least && strings.ContainsRune(".!?…:;。！？", last) {
					cut = i
					break
				}
			}
			if n > longest {
				cut = space
				if cut == 0 {
					cut = i
				}
				break
			}
		}
		if cut == 0 {
			break
		}
		parts = append(parts, text[:cut])
		text = strings.TrimSpace(text[cut:])
	}
	if text != "" {
		parts = append(parts, text)
	}
	return parts
}
