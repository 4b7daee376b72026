package sound

import (
	"math"
	"strconv"
	"strings"

	"github.com/plugboard/plugboard/sdk/audio"
)

// Tone is a tone, or several one after the other: "425/1000,0/4000" is 425 Hz for
// 1000 ms, and 4000 ms of silence; + is two frequencies at once. What is not
// written so is silence: whoever takes the text from people checks it.
func Tone(text string) *Sound {
	const loud = 0.1 // -20 dB, for all frequencies together
	var out []float32
	for part := range strings.SplitSeq(text, ",") {
		hz, ms, _ := strings.Cut(strings.TrimSpace(part), "/")
		length, _ := strconv.Atoi(ms)
		begins := len(out)
		out = append(out, make([]float32, length*audio.Rate/1000)...)
		frequencies := strings.Split(hz, "+")
		for _, f := range frequencies {
			n, _ := strconv.Atoi(f)
			w := 2 * math.Pi * float64(n) / audio.Rate
			for i := range out[begins:] {
				if n == 0 {
					break
				}
				out[begins+i] += float32(loud / float64(len(frequencies)) * math.Sin(w*float64(i)))
			}
		}
	}
	return New(out)
}
