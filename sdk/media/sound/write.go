package sound

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Writer writes a sound file of any number of channels.
type Writer interface {
	// Write appends samples of 16 bits, interleaved: one of each channel, then
	// the next of each.
	Write(samples []int16) error
	// Close ends the file. The file below stays open.
	Close() error
}

// File is what a WAV is written into: [*os.File].
type File interface {
	io.WriterAt
	Truncate(size int64) error
}

// WAVHead is the length of what AppendWAVHead appends, in octets.
const WAVHead = 44

// MaxWAV is how many octets of samples a WAV can hold: its lengths have 32 bits.
const MaxWAV = 1<<32 - 1 - WAVHead

// ErrTooLong is the failure to write more than [MaxWAV].
var ErrTooLong = errors.New("a WAV cannot be longer than 4 GB")

// WAV writes a WAV file (RIFF, PCM of 16 bits) that is valid whenever it is cut
// off: after each Flush its header says how long it is, and what was cut off in
// between is a whole file that is shorter. Silence is skipped and takes no room
// on the disk. Its methods are called by one goroutine at a time.
type WAV struct {
	file     File
	rate     int
	channels int
	buf      []byte // not written yet
	at       int64  // octets of samples before buf
	size     int64  // that the file has
	told     int64  // that the header says
}

// wavBuffer is how much is written at once, in octets.
const wavBuffer = 32 << 10

// AppendWAVHead appends the beginning of a WAV file (RIFF, PCM of 16 bits) at the
// rate in Hz that holds size octets of samples.
func AppendWAVHead(h []byte, rate, channels int, size uint32) []byte {
	le := binary.LittleEndian
	h = append(h, "RIFF"...)
	h = le.AppendUint32(h, WAVHead-8+size)
	h = append(h, "WAVEfmt "...)
	h = le.AppendUint32(h, 16)
	h = le.AppendUint16(h, 1) // PCM
	h = le.AppendUint16(h, uint16(channels))
	h = le.AppendUint32(h, uint32(rate))
	h = le.AppendUint32(h, uint32(rate*channels*2))
	h = le.AppendUint16(h, uint16(channels*2))
	h = le.AppendUint16(h, 16)
	h = append(h, "data"...)
	return le.AppendUint32(h, size)
}

// NewWAV begins a file at the rate in Hz.
func NewWAV(f File, rate, channels int) (*WAV, error) {
	w := &WAV{file: f, rate: rate, channels: channels, buf: make([]byte, 0, wavBuffer)}
	if _, err := f.WriteAt(AppendWAVHead(nil, rate, channels, 0), 0); err != nil {
		return nil, err
	}
	return w, nil
}

// Write implements [Writer].
func (w *WAV) Write(samples []int16) error {
	return w.put(len(samples), func(b []byte, at int) {
		for i, s := range samples[at : at+len(b)/2] {
			binary.LittleEndian.PutUint16(b[2*i:2*i+2], uint16(s))
		}
	})
}

// WriteFrame appends samples whose full scale is ±1, as frames have them: those
// beyond it are cut off.
func (w *WAV) WriteFrame(samples []float32) error {
	return w.put(len(samples), func(b []byte, at int) {
		for i, x := range samples[at : at+len(b)/2] {
			v := int32(x * 32768)
			if v != int32(int16(v)) {
				v = max(-32768, min(32767, v))
			}
			binary.LittleEndian.PutUint16(b[2*i:2*i+2], uint16(v))
		}
	})
}

// put appends n samples, in parts: fill fills the octets of those from one on.
func (w *WAV) put(n int, fill func(b []byte, at int)) error {
	for done := 0; done < n; {
		if len(w.buf) == cap(w.buf) {
			if err := w.flush(); err != nil {
				return err
			}
		}
		part, at := min(n-done, (cap(w.buf)-len(w.buf))/2), len(w.buf)
		w.buf = w.buf[:at+2*part]
		fill(w.buf[at:], done)
		done += part
	}
	return nil
}

// Skip appends n samples of silence to each channel.
func (w *WAV) Skip(n int) error {
	more := int64(n) * int64(w.channels) * 2
	if int64(len(w.buf))+more <= int64(cap(w.buf)) && len(w.buf) > 0 {
		at := len(w.buf)
		w.buf = w.buf[:at+int(more)]
		clear(w.buf[at:])
		return nil
	}
	if err := w.flush(); err != nil {
		return err
	}
	w.at += more
	if w.at > MaxWAV {
		return ErrTooLong
	}
	return nil
}

// Len is how many samples each channel has.
func (w *WAV) Len() int64 { return (w.at + int64(len(w.buf))) / int64(2*w.channels) }

// flush writes what is buffered.
func (w *WAV) flush() error {
	if len(w.buf) == 0 {
		return nil
	}
	if w.at+int64(len(w.buf)) > MaxWAV {
		return ErrTooLong
	}
	n, err := w.file.WriteAt(w.buf, WAVHead+w.at)
	w.at += int64(n)
	w.size = w.at
	w.buf = w.buf[:copy(w.buf, w.buf[n:])]
	return err
}

// Flush writes what is buffered, and then how long the file is.
func (w *WAV) Flush() error {
	if err := w.flush(); err != nil {
		return err
	}
	if w.size < w.at { // it ends with silence
		if err := w.file.Truncate(WAVHead + w.at); err != nil {
			return err
		}
		w.size = w.at
	}
	if w.told == w.at {
		return nil
	}
	if _, err := w.file.WriteAt(AppendWAVHead(nil, w.rate, w.channels, uint32(w.at)), 0); err != nil {
		return fmt.Errorf("its length: %w", err)
	}
	w.told = w.at
	return nil
}

// Close implements [Writer].
func (w *WAV) Close() error { return w.Flush() }
