package sound

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/codec"
)

const limit = time.Minute

// sine is a tone of 440 Hz and amplitude 0.5, half a second long.
func sine(rate int) []float64 {
	out := make([]float64, rate/2)
	for i := range out {
		out[i] = 0.5 * math.Sin(2*math.Pi*440*float64(i)/float64(rate))
	}
	return out
}

// wav writes a file: the samples on each channel.
func wav(tag, bits, rate, channels int, pcm []float64) []byte {
	le := binary.LittleEndian
	var data []byte
	enc := map[int]codec.Codec{wavALaw: codec.PCMA(), wavMuLaw: codec.PCMU()}[tag]
	for _, v := range pcm {
		for range channels {
			switch {
			case enc != nil:
				e, _ := enc.NewEncoder("")
				data, _ = e.Encode(data, []float32{float32(v)})
			case tag == wavFloat && bits == 32:
				data = le.AppendUint32(data, math.Float32bits(float32(v)))
			case tag == wavFloat:
				data = le.AppendUint64(data, math.Float64bits(v))
			case bits == 8:
				data = append(data, byte(128+127*v))
			case bits == 16:
				data = le.AppendUint16(data, uint16(int16(32767*v)))
			case bits == 24:
				n := int32(8388607 * v)
				data = append(data, byte(n), byte(n>>8), byte(n>>16))
			default:
				data = le.AppendUint32(data, uint32(int32(2147483647*v)))
			}
		}
	}
	b := append([]byte("RIFF"), 0, 0, 0, 0)
	b = append(b, "WAVELIST"...) // a chunk that nobody wants, of an odd length
	b = append(le.AppendUint32(b, 3), 'a', 'b', 'c', 0)
	b = append(b, "fmt "...)
	b = le.AppendUint32(b, 16)
	b = le.AppendUint16(b, uint16(tag))
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint32(b, uint32(rate))
	b = le.AppendUint32(b, uint32(rate*channels*bits/8))
	b = le.AppendUint16(b, uint16(channels*bits/8))
	b = le.AppendUint16(b, uint16(bits))
	b = append(b, "data"...)
	b = le.AppendUint32(b, uint32(len(data)))
	b = append(b, data...)
	le.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

func flacOf(t *testing.T, rate, channels int, pcm []float64) []byte {
	t.Helper()
	var b bytes.Buffer
	info := &meta.StreamInfo{BlockSizeMin: 16, BlockSizeMax: 65535, SampleRate: uint32(rate), NChannels: uint8(channels), BitsPerSample: 16, NSamples: uint64(len(pcm))}
	e, err := flac.NewEncoder(&b, info)
	if err != nil {
		t.Fatal(err)
	}
	layout := frame.ChannelsMono
	if channels == 2 {
		layout = frame.ChannelsLR
	}
	for at := 0; at < len(pcm); at += 4000 {
		part := pcm[at:min(at+4000, len(pcm))]
		f := &frame.Frame{Header: frame.Header{BlockSize: uint16(len(part)), SampleRate: uint32(rate), Channels: layout, BitsPerSample: 16, HasFixedBlockSize: false}}
		for range channels {
			s := &frame.Subframe{SubHeader: frame.SubHeader{Pred: frame.PredVerbatim}, NSamples: len(part)}
			for _, v := range part {
				s.Samples = append(s.Samples, int32(32767*v))
			}
			f.Subframes = append(f.Subframes, s)
		}
		if err := e.WriteFrame(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// fidelity is the SNR, in dB, of a sound against the tone that it should be.
func fidelity(s *Sound) float64 {
	var noise, power float64
	for i := audio.Rate / 20; i < len(s.samples)-audio.Rate/20; i++ { // without the ends
		want := 0.5 * math.Sin(2*math.Pi*440*float64(i)/audio.Rate)
		d := float64(s.samples[i])/32768 - want
		noise += d * d
		power += want * want
	}
	return 10 * math.Log10(power/noise)
}

func TestReads(t *testing.T) {
	for _, tt := range []struct {
		name string
		file []byte
		snr  float64
	}{
		{"8 bits", wav(wavPCM, 8, 48000, 1, sine(48000)), 35},
		{"16 bits", wav(wavPCM, 16, 48000, 1, sine(48000)), 80},
		{"24 bits", wav(wavPCM, 24, 48000, 1, sine(48000)), 80},
		{"32 bits", wav(wavPCM, 32, 48000, 1, sine(48000)), 80},
		{"float", wav(wavFloat, 32, 48000, 1, sine(48000)), 80},
		{"double", wav(wavFloat, 64, 48000, 1, sine(48000)), 80},
		{"µ-law", wav(wavMuLaw, 8, 8000, 1, sine(8000)), 35},
		{"A-law", wav(wavALaw, 8, 8000, 1, sine(8000)), 35},
		{"stereo", wav(wavPCM, 16, 48000, 2, sine(48000)), 80},
		{"8 kHz", wav(wavPCM, 16, 8000, 1, sine(8000)), 60},
		{"11.025 kHz", wav(wavPCM, 16, 11025, 1, sine(11025)), 60},
		{"16 kHz", wav(wavPCM, 16, 16000, 1, sine(16000)), 60},
		{"22.05 kHz, stereo", wav(wavPCM, 16, 22050, 2, sine(22050)), 60},
		{"44.1 kHz", wav(wavPCM, 16, 44100, 1, sine(44100)), 60},
		{"96 kHz", wav(wavPCM, 24, 96000, 1, sine(96000)), 60},
		{"a rate without a simple ratio", wav(wavPCM, 16, 47999, 1, sine(47999)), 60},
		{"FLAC", flacOf(t, 48000, 1, sine(48000)), 80},
		{"FLAC, stereo, 44.1 kHz", flacOf(t, 44100, 2, sine(44100)), 60},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Read(bytes.NewReader(tt.file), limit)
			if err != nil {
				t.Fatal(err)
			}
			if d := s.Duration() - 500*time.Millisecond; d.Abs() > time.Millisecond {
				t.Errorf("it lasts %v", s.Duration())
			}
			if snr := fidelity(s); snr < tt.snr {
				t.Errorf("SNR %.1f dB, want %.0f", snr, tt.snr)
			}
		})
	}
}

// A file whose writing was broken off has no length, or a wrong one.
func TestReadsWhatIsThere(t *testing.T) {
	whole := wav(wavPCM, 16, 48000, 1, sine(48000))
	at := bytes.Index(whole, []byte("data")) + 4
	for name, length := range map[string]uint32{"no length": 0, "the greatest": math.MaxUint32, "more than there is": 1 << 20} {
		b := bytes.Clone(whole)
		binary.LittleEndian.PutUint32(b[at:], length)
		s, err := Read(bytes.NewReader(b[:len(b)-1]), limit) // in the middle of a sample
		if err != nil || len(s.samples) != 23999 {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

func TestBadFilesAreTold(t *testing.T) {
	good, tone := wav(wavPCM, 16, 48000, 1, sine(48000)), flacOf(t, 48000, 1, sine(48000))
	for _, tt := range []struct {
		name string
		file []byte
		want string
	}{
		{"empty", nil, "the file is empty"},
		{"a text", []byte("dear reader, this is no sound"), "none of the kinds that are known"},
		{"MP3", []byte("ID3\x04\x00\x00\x00\x00\x00\x00\x00\x00"), "It is MP3, not WAV or FLAC. To make a WAV of it: ffmpeg"},
		{"MP3 without a head", []byte("\xff\xfb\x90\x00\x00\x00\x00\x00\x00\x00\x00\x00"), "It is MP3"},
		{"Ogg", []byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00"), "It is Ogg"},
		{"no format", good[:24], "says nothing of its format"},
		{"cut in a chunk", good[:22], "ends too early"},
		{"cut in the format", good[:36], "ends too early"},
		{"no sound", wav(wavPCM, 16, 48000, 1, nil), "no sound in it"},
		{"ADPCM", wav(17, 4, 48000, 1, nil), "format 17, 4 bits"},
		{"12 bits", wav(wavPCM, 12, 48000, 1, nil), "format 1, 12 bits"},
		{"no rate", wav(wavPCM, 16, 0, 1, sine(48000)), "its rate is 0 Hz"},
		{"no channel", wav(wavPCM, 16, 48000, 0, nil), "it has 0 channels"},
		{"too long", wav(wavPCM, 8, 4000, 1, make([]float64, 61*4000)), "it lasts longer than 1m0s"},
		{"FLAC too long", flacOf(t, 4000, 1, make([]float64, 61*4000)), "it lasts 1m1s, and 1m0s is the limit"},
		{"FLAC cut", tone[:len(tone)/2], "the FLAC is damaged"},
		{"FLAC of nothing", []byte("fLaC\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), "the FLAC is damaged"},
	} {
		if _, err := Read(bytes.NewReader(tt.file), limit); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want …%s…", tt.name, err, tt.want)
		}
	}
	if _, err := ReadFile(t.TempDir(), limit); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := ReadFile(filepath.Join(t.TempDir(), "x.wav"), limit); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}

func TestPlayers(t *testing.T) {
	pcm := make([]float32, audio.Samples*3/2)
	for i := range pcm {
		pcm[i] = float32(i) / 32768
	}
	s := New(pcm)
	once, looped := s.Player(false), s.Player(true)
	var f audio.Frame
	for tick := range 10 {
		if ok := once.Next(&f); ok != (tick < 2) {
			t.Errorf("tick %d: once goes on: %v", tick, ok)
		}
		if tick == 1 && (f[479] == 0 || f[480] != 0) || tick > 1 && f[0] != 0 {
			t.Errorf("tick %d: not silent after its end", tick)
		}
		if !looped.Next(&f) {
			t.Fatal("a loop has ended")
		}
		for i := range f {
			if want := float32((tick*audio.Samples+i)%len(pcm)) / 32768; math.Abs(float64(f[i]-want)) > 2./32768 {
				t.Fatalf("tick %d, sample %d is %v, want %v", tick, i, f[i], want)
			}
		}
	}
	if n := testing.AllocsPerRun(100, func() { looped.Next(&f) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
	if s := New([]float32{3, -3}).samples; s[0] != 32767 || s[1] != -32768 {
		t.Error("what is beyond full scale is not cut")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(wav(wavPCM, 16, 8000, 2, sine(8000)[:400]))
	f.Add(wav(wavFloat, 32, 44100, 1, sine(44100)[:400]))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Read(bytes.NewReader(b), time.Second)
		if (s == nil) == (err == nil) {
			t.Fatalf("%v, %v", s, err)
		}
		if s != nil && s.Duration() > 1100*time.Millisecond {
			t.Fatalf("longer than the limit: %v", s.Duration())
		}
	})
}
