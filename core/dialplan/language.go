package dialplan

import "github.com/plugboard/plugboard/sdk/tts"

// inLanguage is what a table of texts has for a language as the site writes it: "de"
// for "de-AT" as well.
func inLanguage[T any](texts map[string]T, site string) (t T, ok bool) {
	t, ok = texts[tts.Primary(site)]
	return t, ok
}
