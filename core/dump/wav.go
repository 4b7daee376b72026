package dump

import (
	"bufio"
	"encoding/binary"
	"errors"
	"os"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

const (
	channels   = 2
	sampleSize = 2
)

// writer writes a WAV file whose length is known at its end only.
type writer struct {
	file *os.File
	buf  *bufio.Writer
	size uint32 // of the samples, in bytes
	err  error  // the first one
}

func newWriter(f *os.File) *writer {
	w := &writer{file: f, buf: bufio.NewWriterSize(f, 1<<16)}
	_, w.err = w.buf.Write(w.head())
	return w
}

// head is the RIFF header for what was written so far.
func (w *writer) head() []byte {
	return sound.AppendWAVHead(nil, audio.Rate, channels, w.size)
}

func (w *writer) silence() {
	var none audio.Frame
	w.frame(&none, &none)
}

func (w *writer) frame(left, right *audio.Frame) {
	if w.err != nil {
		return
	}
	var b [audio.Samples * channels * sampleSize]byte
	for i := range left {
		binary.LittleEndian.PutUint16(b[4*i:], uint16(pcm16(left[i])))
		binary.LittleEndian.PutUint16(b[4*i+2:], uint16(pcm16(right[i])))
	}
	_, w.err = w.buf.Write(b[:])
	w.size += uint32(len(b))
}

// pcm16 is a sample in 16 bits.
func pcm16(s float32) int16 { return int16(32767 * min(max(s, -1), 1)) }

// close writes the length and closes the file.
func (w *writer) close() error {
	err := w.buf.Flush()
	if w.err != nil {
		err = nil // told already
	}
	_, patched := w.file.WriteAt(w.head(), 0)
	return errors.Join(err, patched, w.file.Close())
}
