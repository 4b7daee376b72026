package command

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"github.com/plugboard/plugboard/sdk/tts"
)

// decoder turns what a program writes into pieces of sound, as it comes.
//
//	head ──fmt──▶ head ──data──▶ samples
type decoder struct {
	raw  bool
	rate int
	out  tts.Out

	left     []byte // not yet looked at
	channels int    // 0 before the format is known
	inside   bool   // the samples have begun
	pcm      []float32
}

// take takes the next octets.
func (d *decoder) take(b []byte) error {
	d.left = append(d.left, b...)
	if d.raw {
		d.channels, d.inside = 1, true
	}
	for !d.inside {
		ok, err := d.head()
		if err != nil || !ok {
			return err
		}
	}
	size := 2 * d.channels
	whole := len(d.left) / size * size
	d.pcm = d.pcm[:0]
	for at := 0; at < whole; at += size {
		var sum float32
		for c := range d.channels {
			sum += float32(int16(binary.LittleEndian.Uint16(d.left[at+2*c:])))
		}
		d.pcm = append(d.pcm, sum/float32(d.channels)/(1<<15))
	}
	d.left = append(d.left[:0], d.left[whole:]...)
	if len(d.pcm) == 0 {
		return nil
	}
	return d.out(d.rate, d.pcm)
}

// mostHead bounds what may come before the samples, in octets.
const mostHead = 64 << 10

var errNoWAV = errors.New(`it is no WAV; if it is raw sound, set format = "raw" and rate`)

// head takes what is whole of a WAV's beginning: one chunk. It reports false if
// more has to come. The length that a chunk of samples says is not believed:
// who writes to a pipe does not know it.
func (d *decoder) head() (bool, error) {
	b, at := d.left, 0
	if len(b) < 12 {
		return false, nil
	}
	if string(b[:4]) == "RIFF" {
		if string(b[8:12]) != "WAVE" {
			return false, errNoWAV
		}
		d.left = append(b[:0], b[12:]...)
		return true, nil
	}
	id, size := string(b[:4]), int64(binary.LittleEndian.Uint32(b[4:]))
	at = 8
	switch {
	case id == "data" && d.channels > 0:
		d.inside = true
		d.left = append(b[:0], b[at:]...)
		return true, nil
	case id == "data", size > mostHead, size%2 != 0 && id == "fmt ":
		return false, errNoWAV
	case int64(len(b)) < 8+size+size%2:
		return false, nil
	case id == "fmt ":
		if err := d.format(b[at : at+int(size)]); err != nil {
			return false, err
		}
	}
	d.left = append(b[:0], b[at+int(size+size%2):]...)
	return true, nil
}

// format reads the form of the samples.
func (d *decoder) format(b []byte) error {
	if len(b) < 16 {
		return errNoWAV
	}
	le := binary.LittleEndian
	tag, channels, rate, bits := le.Uint16(b), int(le.Uint16(b[2:])), int(le.Uint32(b[4:])), le.Uint16(b[14:])
	const pcm, extensible = 1, 0xfffe
	switch {
	case tag != pcm && tag != extensible || bits != 16:
		return fmt.Errorf("its samples have %d bits (format %d); 16 bits, linear, are read", bits, tag)
	case channels < 1 || channels > 8:
		return fmt.Errorf("it has %d channels; 1 to 8 are read", channels)
	case rate < tts.MinRate || rate > tts.MaxRate:
		return fmt.Errorf("its rate is %d Hz; %d to %d are read", rate, tts.MinRate, tts.MaxRate)
	}
	d.channels, d.rate = channels, rate
	return nil
}

// file takes a file that was written.
func (d *decoder) file(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return pump(f, process{take: d.take, limit: soundLimit})
}

// end is told that nothing more comes. No sound at all is an error, but silence
// is none.
func (d *decoder) end() error {
	switch {
	case d.inside:
		return nil
	case len(d.left) == 0:
		return errors.New("it wrote nothing")
	}
	return errNoWAV
}
