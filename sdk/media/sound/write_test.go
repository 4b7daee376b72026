package sound

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/hraban/opus"
	"github.com/mewkiz/flac"
)

// mem is a file in memory.
type mem struct {
	b    []byte
	full int // it has room for so many octets; 0: for any number
}

func (m *mem) WriteAt(p []byte, at int64) (int, error) {
	if m.full > 0 && int(at)+len(p) > m.full {
		return 0, errors.New("no space left on device")
	}
	if n := int(at) + len(p); n > len(m.b) {
		m.b = append(m.b, make([]byte, n-len(m.b))...)
	}
	return copy(m.b[at:], p), nil
}

func (m *mem) Truncate(n int64) error {
	m.b = append(m.b, make([]byte, max(0, int(n)-len(m.b)))...)[:n]
	return nil
}

// wavOf reads a WAV as a plain reader does: as long as the header says, or as
// the file is.
func wavOf(t *testing.T, b []byte) (rate, channels int, samples []int16) {
	t.Helper()
	le := binary.LittleEndian
	if string(b[:4]) != "RIFF" || string(b[8:16]) != "WAVEfmt " || string(b[36:40]) != "data" {
		t.Fatalf("no WAV: %q", b[:44])
	}
	size := int(le.Uint32(b[40:]))
	if le.Uint32(b[4:]) != uint32(size+36) {
		t.Fatalf("RIFF says %d, data says %d", le.Uint32(b[4:]), size)
	}
	data := b[44:]
	data = data[:min(size, len(data))]
	for ; len(data) > 1; data = data[2:] {
		samples = append(samples, int16(le.Uint16(data)))
	}
	return int(le.Uint32(b[24:])), int(le.Uint16(b[22:])), samples
}

// ramp is n samples that are their number.
func ramp(from, n int) []int16 {
	s := make([]int16, n)
	for i := range s {
		s[i] = int16((from + i) % 30000)
	}
	return s
}

func TestWAV(t *testing.T) {
	m := new(mem)
	w, err := NewWAV(m, 16000, 1)
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	add := func(n int) {
		if err := w.Write(ramp(at, n)); err != nil {
			t.Fatal(err)
		}
		at += n
	}
	add(10)
	add(40000)
	for _, n := range []int{5, 100000} { // in the buffer, and beyond it
		if err := w.Skip(n); err != nil {
			t.Fatal(err)
		}
		at += n
	}
	add(7)
	if err := w.Skip(50000); err != nil { // it ends with silence
		t.Fatal(err)
	}
	at += 50000
	if w.Len() != int64(at) {
		t.Errorf("%d samples, want %d", w.Len(), at)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rate, channels, got := wavOf(t, m.b)
	if rate != 16000 || channels != 1 || len(got) != at {
		t.Fatalf("%d Hz, %d channels, %d samples, want %d", rate, channels, len(got), at)
	}
	for i, s := range got {
		want := int16(i % 30000)
		if i >= 40010 && i < 140015 || i >= 140022 {
			want = 0
		}
		if s != want {
			t.Fatalf("sample %d is %d, want %d", i, s, want)
		}
	}
}

// A WAV is valid at each moment, cut off at any octet: what is there is what was
// written.
func TestAWAVThatWasCutOff(t *testing.T) {
	m := new(mem)
	w, err := NewWAV(m, 8000, 2)
	if err != nil {
		t.Fatal(err)
	}
	var states [][]byte
	for i := range 60 {
		if err := w.Write(ramp(i*400, 400)); err != nil {
			t.Fatal(err)
		}
		if i%10 == 9 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		states = append(states, bytes.Clone(m.b))
	}
	longest := 0
	for n, b := range states {
		for cut := WAVHead; cut < len(b)+1+cut/53; cut += 1 + cut/53 {
			_, _, got := wavOf(t, b[:min(cut, len(b))])
			longest = max(longest, len(got))
			for i, s := range got {
				if s != int16(i%30000) {
					t.Fatalf("after %d writes, cut at %d: sample %d is %d", n+1, cut, i, s)
				}
			}
		}
		if _, _, got := wavOf(t, b); len(got) < n/10*4000 {
			t.Errorf("after %d writes there are %d samples", n+1, len(got))
		}
	}
	if longest != 24000 {
		t.Errorf("at most %d samples were seen", longest)
	}
}

func TestAWAVOnAFullDisk(t *testing.T) {
	m := &mem{full: 100000}
	w, err := NewWAV(m, 8000, 1)
	for i := 0; err == nil && i < 1000; i++ {
		err = w.Write(ramp(i*100, 100))
	}
	if err == nil {
		t.Fatal("the disk is full and nothing is said")
	}
	_, _, got := wavOf(t, m.b)
	for i, s := range got {
		if s != int16(i%30000) {
			t.Fatalf("sample %d is %d", i, s)
		}
	}
}

// A FLAC gives back each sample, and one that was cut off what is there.
func TestFLAC(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "x.flac"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := NewFLAC(f, 16000, 3)
	if err != nil {
		t.Fatal(err)
	}
	want := make([]int16, 3*10005) // two blocks and a bit
	for i := range want {
		switch i % 3 {
		case 0:
			want[i] = int16(20000 * math.Sin(float64(i)/50))
		case 1:
			want[i] = int16(i * 7919)
		}
	}
	for at := 0; at < len(want); at += 300 {
		if err := w.Write(want[at:min(at+300, len(want))]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	if got := flacSamples(t, whole); len(got) != len(want) || !equal(got, want) {
		t.Errorf("%d samples of %d came back", len(got), len(want))
	}
	for cut := 60; cut < len(whole); cut += 997 {
		if got := flacSamples(t, whole[:cut]); !equal(got, want) {
			t.Errorf("cut at %d there is something else", cut)
		}
	}
	if _, err := NewFLAC(io.Discard, 16000, MaxFLAC+1); err == nil {
		t.Error("a FLAC of nine channels was begun")
	}
}

func equal(got, want []int16) bool {
	for i, s := range got {
		if s != want[i] {
			return false
		}
	}
	return true
}

// flacSamples reads what there is.
func flacSamples(t *testing.T, b []byte) (samples []int16) {
	t.Helper()
	s, err := flac.New(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for {
		f, err := s.ParseNext()
		if err != nil {
			return samples
		}
		for i := range int(f.BlockSize) {
			for _, sub := range f.Subframes {
				samples = append(samples, int16(sub.Samples[i]))
			}
		}
	}
}

// page is an Ogg page as RFC 3533, section 6, has it.
type page struct {
	flags   byte
	granule uint64
	number  uint32
	packets [][]byte
}

// pagesOf takes an Ogg file apart, and checks each page's sum bit by bit.
func pagesOf(t *testing.T, b []byte) (pages []page) {
	t.Helper()
	for len(b) >= 27 {
		n := int(b[26])
		if string(b[:4]) != "OggS" || len(b) < 27+n {
			break
		}
		size := 27 + n
		for _, l := range b[27 : 27+n] {
			size += int(l)
		}
		if len(b) < size {
			break
		}
		raw := bytes.Clone(b[:size])
		sum := binary.LittleEndian.Uint32(raw[22:])
		clear(raw[22:26])
		var crc uint32
		for _, o := range raw {
			crc ^= uint32(o) << 24
			for range 8 {
				if crc&(1<<31) != 0 {
					crc = crc<<1 ^ 0x04c11db7
				} else {
					crc <<= 1
				}
			}
		}
		if crc != sum {
			t.Fatalf("page %d: the sum is %x, want %x", len(pages), sum, crc)
		}
		p := page{flags: b[5], granule: binary.LittleEndian.Uint64(b[6:]), number: binary.LittleEndian.Uint32(b[18:])}
		data, packet := b[27+n:size], []byte{}
		for _, l := range b[27 : 27+n] {
			packet = append(packet, data[:l]...)
			data = data[l:]
			if l < 255 {
				p.packets = append(p.packets, packet)
				packet = []byte{}
			}
		}
		pages = append(pages, p)
		b = b[size:]
	}
	return pages
}

// Each channel of an Ogg/Opus file is its own, and the file is as long as the
// sound was.
func TestOgg(t *testing.T) {
	const rate, channels, seconds = 16000, 3, 2.51
	var out bytes.Buffer
	w, err := NewOgg(&out, rate, channels)
	if err != nil {
		t.Fatal(err)
	}
	hz := [channels]float64{400, 900, 0}
	n := int(seconds * rate)
	for i := range n {
		var s [channels]int16
		for c := range s {
			s[c] = int16(8000 * math.Sin(2*math.Pi*hz[c]*float64(i)/rate))
		}
		if err := w.Write(s[:]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	pages := pagesOf(t, out.Bytes())
	head, last := pages[0].packets[0], pages[len(pages)-1]
	if pages[0].flags != 2 || string(head[:8]) != "OpusHead" || head[9] != channels || head[18] != 255 || string(pages[1].packets[0][:8]) != "OpusTags" || last.flags != 4 {
		t.Errorf("head %q, flags %d and %d", head, pages[0].flags, last.flags)
	}
	if got := last.granule - opusSkip; got != uint64(n*3) {
		t.Errorf("it lasts %d samples, want %d", got, n*3)
	}
	decoders := [channels]*opus.Decoder{}
	energy := [channels][2]float64{} // at 400 and at 900 Hz
	for c := range decoders {
		if decoders[c], err = opus.NewDecoder(rate, 1); err != nil {
			t.Fatal(err)
		}
	}
	at := 0
	for i, p := range pages {
		if p.number != uint32(i) {
			t.Errorf("page %d has the number %d", i, p.number)
		}
		if i < 2 {
			continue
		}
		for _, packet := range p.packets {
			for c := range channels {
				var one []byte
				if one, packet = split(packet, c == channels-1); one == nil {
					t.Fatal("a packet is too short")
				}
				pcm := make([]int16, rate/50)
				if _, err := decoders[c].Decode(one, pcm); err != nil {
					t.Fatal(err)
				}
				for j, s := range pcm {
					for k := range 2 {
						energy[c][k] += float64(s) * math.Sin(2*math.Pi*hz[k]*float64(at+j)/rate+float64(k)) / float64(n)
					}
				}
			}
			at += rate / 50
		}
	}
	for c := range channels {
		for k := range 2 {
			if got, want := math.Abs(energy[c][k]) > 300, c == k; got != want {
				t.Errorf("channel %d at %g Hz: %.0f", c, hz[k], energy[c][k])
			}
		}
	}
	// One that was cut off has whole pages, and then nothing.
	for cut := 100; cut < out.Len(); cut += 1009 {
		if got := pagesOf(t, out.Bytes()[:cut]); len(got) > len(pages) {
			t.Errorf("cut at %d it has %d pages", cut, len(got))
		}
	}
}

// split takes one stream's packet out of that of all (RFC 6716, appendix B).
func split(b []byte, last bool) (one, rest []byte) {
	if last {
		return b, nil
	}
	size, at := int(b[1]), 2
	if size >= 252 {
		size, at = size+4*int(b[2]), 3
	}
	if len(b) < at+size {
		return nil, nil
	}
	return append([]byte{b[0]}, b[at:at+size]...), b[at+size:]
}
