package tts_test

import (
	"testing"

	"github.com/plugboard/plugboard/sdk/tts"
)

func TestPrimary(t *testing.T) {
	for language, want := range map[string]string{"de": "de", "de-AT": "de", "EN-us": "en", "zh-Hant-TW": "zh", "": ""} {
		if got := tts.Primary(language); got != want {
			t.Errorf("%q: %q, want %q", language, got, want)
		}
	}
}
