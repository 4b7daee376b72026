package number

import (
	"strings"
	"unicode"
)

// maxPlain bounds what is taken for a number or a name in its place, in bytes.
const maxPlain = 255

// Plain is a number as somebody has sent or pasted it, without what no number has:
// characters of control, which lead a terminal or a table astray, and those
// that nobody sees, which contacts and web pages put around numbers. It is
// cut to a length.
func Plain(raw string) string {
	raw = strings.ToValidUTF8(raw[:min(len(raw), maxPlain)], "")
	return strings.Map(func(r rune) rune {
		if Unshown(r) {
			return -1
		}
		return r
	}, raw)
}

// Unshown says whether a character is one of control, or one that is not seen, such
// as those that turn the direction of text.
func Unshown(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar
}
