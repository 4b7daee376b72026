package tts

import "strings"

// Primary is a language without its region and script: "de" of "de-AT" (the primary
// language subtag of BCP 47), by which tables of texts are kept.
func Primary(language string) string {
	primary, _, _ := strings.Cut(strings.ToLower(language), "-")
	return primary
}
