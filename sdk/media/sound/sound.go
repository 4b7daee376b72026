// Package sound reads and writes sound files. It reads WAV (RIFF) and FLAC, of any
// rate and number of channels, into the 48 kHz mono of the mixer. A [Sound] is
// decoded once, as a whole, never changes, and any number of calls play it at once,
// each with a [Player] of its own.
//
//	s, err := sound.ReadFile("hold.wav", 10*time.Minute)
//	p := s.Player(true)
//	p.Next(&frame) // at each tick
//
// An error says what the file is instead, and how to make one that can be read.
//
// A [Writer] writes what is recorded: WAV, FLAC, or Opus in Ogg.
package sound

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/resample"
)

// Sound is a decoded file: 48 kHz, mono, 16 bits, which is 5.8 MB a minute. It
// never changes.
type Sound struct{ samples []int16 }

// New is a sound of samples of 48 kHz, full scale ±1; what is beyond is cut.
func New(samples []float32) *Sound {
	s := &Sound{samples: make([]int16, len(samples))}
	for i, v := range samples {
		v = 32768 * min(max(v, -1), 32767./32768)
		if v < 0 {
			v-- // the conversion cuts towards 0: half a step more rounds
		}
		s.samples[i] = int16(v + 0.5)
	}
	return s
}

// Duration is how long the sound lasts.
func (s *Sound) Duration() time.Duration {
	return time.Duration(len(s.samples)) * time.Second / audio.Rate
}

// Player plays the sound from its beginning; looped, it never ends.
func (s *Sound) Player(looped bool) *Player { return &Player{sound: s, looped: looped} }

// Player is a place in a sound. It is not safe for concurrent use.
type Player struct {
	sound  *Sound
	at     int // samples
	looped bool
}

// Next fills f with the next 20 ms and goes on. False is the end: f is then
// silence. It neither waits nor allocates.
func (p *Player) Next(f *audio.Frame) bool {
	all := p.sound.samples
	if p.at >= len(all) {
		clear(f[:])
		return false
	}
	for i := range f {
		if p.at == len(all) {
			if !p.looped {
				clear(f[i:])
				return true
			}
			p.at = 0
		}
		f[i] = float32(all[p.at]) / 32768
		p.at++
	}
	if p.looped && p.at == len(all) {
		p.at = 0
	}
	return true
}

// ReadFile reads a file. One that lasts longer than limit is refused.
func ReadFile(path string, limit time.Duration) (*Sound, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("%s is a folder", path)
	}
	return Read(f, limit)
}

// Read reads a sound from r, whatever it is called.
func Read(r io.Reader, limit time.Duration) (*Sound, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	head, err := b.Peek(12)
	if err != nil && err != io.EOF {
		return nil, err
	}
	decode, err := known(head)
	if err != nil {
		return nil, err
	}
	rate, samples, err := decode(b, limit)
	if err != nil {
		return nil, err
	}
	if len(samples) == 0 {
		return nil, fmt.Errorf("there is no sound in it")
	}
	if samples, err = resample.Whole(samples, rate, audio.Rate); err != nil {
		return nil, err
	}
	return New(samples), nil
}

// decoder reads what is left of a file: its rate, and its samples as mono.
type decoder func(r *bufio.Reader, limit time.Duration) (rate int, samples []float32, err error)

// known finds the decoder for a file that begins so.
func known(head []byte) (decoder, error) {
	is := func(at int, magic string) bool {
		return len(head) >= at+len(magic) && string(head[at:at+len(magic)]) == magic
	}
	switch {
	case is(0, "RIFF") && is(8, "WAVE"):
		return readWAV, nil
	case is(0, "fLaC"):
		return readFLAC, nil
	}
	what := "It is none of the kinds that are known"
	switch {
	case len(head) == 0:
		return nil, fmt.Errorf("the file is empty")
	case is(0, "OggS"):
		what = "It is Ogg"
	case is(0, "ID3"), head[0] == 0xff && len(head) > 1 && head[1]&0xe0 == 0xe0:
		what = "It is MP3"
	case is(4, "ftyp"):
		what = "It is MP4 or M4A"
	case is(0, "RF64"), is(0, "RIFX"):
		what = "It is a WAV of a rare kind (" + string(head[:4]) + ")"
	case is(0, "FORM"):
		what = "It is AIFF"
	case bytes.HasPrefix(head, []byte(".snd")):
		what = "It is AU"
	}
	return nil, fmt.Errorf("%s, not WAV or FLAC. To make a WAV of it: %s", what, convert)
}

const convert = "ffmpeg -i FILE -ac 1 -ar 16000 -c:a pcm_s16le FILE.wav"

// tooLong refuses what would take too much memory.
func tooLong(d, limit time.Duration) error {
	return fmt.Errorf("it lasts %s, and %s is the limit", d.Round(time.Second), limit)
}

// checkForm refuses what no sound has.
func checkForm(rate, channels int) error {
	switch {
	case rate < 4000 || rate > resample.MaxRate:
		return fmt.Errorf("its rate is %d Hz: 4000 to %d Hz are read", rate, resample.MaxRate)
	case channels < 1 || channels > 8:
		return fmt.Errorf("it has %d channels: 1 to 8 are read", channels)
	}
	return nil
}
