package command

import (
	"strings"

	"github.com/plugboard/plugboard/sdk/tts"
)

// fliteVoices reads "Voices available: kal awb rms slt".
func fliteVoices(printed string) (list []tts.Voice) {
	_, names, _ := strings.Cut(printed, ":")
	for _, n := range strings.Fields(names) {
		list = append(list, tts.Voice{Name: n, Language: "en"})
	}
	return list
}

// espeakVoices reads a table whose columns are Pty, Language, Age/Gender,
// VoiceName, File and others. A voice is named by its language.
func espeakVoices(printed string) (list []tts.Voice) {
	for i, line := range strings.Split(printed, "\n") {
		if f := strings.Fields(line); i > 0 && len(f) >= 5 {
			list = append(list, tts.Voice{Name: f[1], Language: f[1]})
		}
	}
	return list
}
