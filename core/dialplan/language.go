package dialplan

import "strings"

// inLanguage is what a table of texts has for a language as the site writes it: "de"
// for "de-AT" as well.
func inLanguage[T any](texts map[string]T, site string) (t T, ok bool) {
	language, _, _ := strings.Cut(strings.ToLower(site), "-")
	t, ok = texts[language]
	return t, ok
}
