package sound

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/mewkiz/flac"
)

// readFLAC reads a FLAC file (RFC 9639). Its library panics at some damage that
// it does not look for.
func readFLAC(r *bufio.Reader, limit time.Duration) (rate int, samples []float32, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the FLAC is damaged: %v", p)
		}
	}()
	s, err := flac.New(r)
	if err != nil {
		return 0, nil, fmt.Errorf("the FLAC is damaged: %w", err)
	}
	rate, channels := int(s.Info.SampleRate), int(s.Info.NChannels)
	if err := checkForm(rate, channels); err != nil {
		return 0, nil, err
	}
	most := int(limit.Seconds() * float64(rate))
	if n := s.Info.NSamples; n > uint64(most) {
		return 0, nil, tooLong(time.Duration(float64(n)/float64(rate)*float64(time.Second)), limit)
	}
	full := float32(uint64(1) << (s.Info.BitsPerSample - 1))
	for {
		frame, err := s.ParseNext()
		if errors.Is(err, io.EOF) {
			return rate, samples, nil
		}
		if err != nil {
			return 0, nil, fmt.Errorf("the FLAC is damaged: %w", err)
		}
		if len(samples)+int(frame.BlockSize) > most {
			return 0, nil, fmt.Errorf("it lasts longer than %s, the limit", limit)
		}
		for i := range int(frame.BlockSize) {
			var sum float32
			for _, sub := range frame.Subframes {
				sum += float32(sub.Samples[i])
			}
			samples = append(samples, sum/full/float32(len(frame.Subframes)))
		}
	}
}
