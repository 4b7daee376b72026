// Package tiny makes neural models that are no more than a few lines of arithmetic,
// in the format and with the names that sherpa-onnx wants: with them the way
// through the real library is tested where there is no real model. It is test code.
//
// The voices speak a letter as a tenth of a second of a tone; the recognizers
// understand two or three tones as words. What they show is that texts and sounds
// come through whole, in time and in order; nothing about how well a model speaks
// or understands.
package tiny

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/plugins/internal/sherpa"
)

// Library is sherpa-onnx, as .ci/packages installs it. A test that needs it is
// skipped where it is not.
func Library(t testing.TB) *sherpa.Library {
	t.Helper()
	l, err := sherpa.Open(sherpa.Dir)
	if err != nil {
		t.Skip(err)
	}
	return l
}

func write(t testing.TB, dir string, files map[string][]byte) {
	t.Helper()
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// How a voice sounds.
const (
	Rate     = 16000
	Letter   = Rate / 10 // samples of one, at speed 1
	Speakers = 2
)

// Tone is the frequency, in Hz, of a letter from a to z, of a full stop (after z),
// or a space (after that), as a speaker says it: the second an octave higher.
func Tone(letter byte, speaker int) float64 {
	return 100 * float64(id(letter)) * float64(1+speaker)
}

func id(letter byte) int { return strings.IndexByte(letters, letter) + 1 }

const letters = "abcdefghijklmnopqrstuvwxyz. "

// VITS makes a voice of that kind, which speaks two letters or more as they stand. It returns
// its folder: model.onnx and tokens.txt.
func VITS(t testing.TB) string {
	m := &model{about: map[string]string{
		"model_type": "vits", "comment": "coqui", "frontend": "characters", "language": "English",
		"sample_rate": fmt.Sprint(Rate), "n_speakers": fmt.Sprint(Speakers), "use_eos_bos": "0",
	}}
	m.in("input", integer, 1, 0)
	m.in("input_lengths", integer, 1)
	m.in("scales", float, 3)
	m.in("sid", integer, 1)
	// The scale of length is the second.
	m.op("scale", "Gather", []string{"scales", m.integers("second", 1)}, nil)
	speaker := m.op("speaker", "Cast", []string{"sid"}, map[string]int64{"to": float})
	octave := m.op("octave", "Add", []string{speaker, m.floats("one", nil, 1)}, nil)
	tones(m, "input", octave, m.op("long", "Squeeze", []string{"scale"}, nil), "output")
	m.out("output", float, 1, 1, 0)
	var tokens strings.Builder
	for i := range letters {
		fmt.Fprintf(&tokens, "%c %d\n", letters[i], i+1)
	}
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"model.onnx": m.bytes(), "tokens.txt": []byte(tokens.String())})
	return dir
}

// tones makes of the tokens in (1, n) a sound (1, 1, samples): each token 100 Hz
// more, times octave.
func tones(m *model, in, octave, long, out string) {
	tokens := m.op("numbers", "Cast", []string{in}, map[string]int64{"to": float})
	pitch := m.op("pitch", "Mul", []string{tokens, octave}, nil)
	each := m.op("each", "Unsqueeze", []string{pitch, m.integers("last", 2)}, nil)
	samples := m.op("samples", "Mul", []string{long, m.floats("letter", nil, Letter)}, nil)
	ramp := m.op("ramp", "Range", []string{m.floats("zero", nil, 0), samples, m.floats("step", nil, 1)}, nil)
	phase := m.op("phase", "Mul", []string{ramp, m.floats("radians", nil, 2*math.Pi*100/Rate)}, nil)
	wave := m.op("wave", "Sin", []string{m.op("angle", "Mul", []string{each, phase}, nil)}, nil)
	quiet := m.op("quiet", "Mul", []string{wave, m.floats("half", nil, 0.5)}, nil)
	m.op(out, "Reshape", []string{quiet, m.integers("shape", 1, 1, -1)}, nil)
}

// Kokoro makes a voice of that kind: what espeak-ng says of a text, in tones. It
// returns its folder: model.onnx, tokens.txt and voices.bin.
func Kokoro(t testing.TB) string {
	const longest, style = 100, 2
	m := &model{about: map[string]string{
		"model_type": "kokoro", "language": "English", "sample_rate": fmt.Sprint(Rate), "n_speakers": fmt.Sprint(Speakers),
		"has_espeak": "1", "voice": "en-us", "style_dim": fmt.Sprintf("%d,1,%d", longest, style), "version": "1",
	}}
	m.in("tokens", integer, 1, 0)
	m.in("style", float, 1, style)
	m.in("speed", float, 1)
	octave := m.op("octave", "ReduceMean", []string{"style"}, map[string]int64{"keepdims": 0})
	long := m.op("long", "Reciprocal", []string{m.op("speed1", "Squeeze", []string{"speed"}, nil)}, nil)
	tones(m, "tokens", octave, long, "sound")
	m.op("audio", "Reshape", []string{"sound", m.integers("flat", -1)}, nil)
	m.out("audio", float, 0)
	var voices []byte
	for speaker := range Speakers {
		for range longest * style {
			voices = binary.LittleEndian.AppendUint32(voices, math.Float32bits(float32(1+speaker)/2))
		}
	}
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"model.onnx": m.bytes(), "tokens.txt": phonemes(), "voices.bin": voices})
	return dir
}

// Matcha makes a voice of that kind, and a vocoder that has nothing left to do. It
// returns its folder: model.onnx, vocoder.onnx and tokens.txt.
func Matcha(t testing.TB) string {
	m := &model{about: map[string]string{
		"model_type": "matcha-tts", "language": "English", "sample_rate": fmt.Sprint(Rate), "n_speakers": "1",
		"has_espeak": "1", "voice": "en-us", "jieba": "0", "pad_id": "0", "use_eos_bos": "0",
	}}
	m.in("x", integer, 1, 0)
	m.in("x_length", integer, 1)
	m.in("noise_scale", float, 1)
	m.in("length_scale", float, 1)
	long := m.op("long", "Squeeze", []string{"length_scale"}, nil)
	tones(m, "x", m.floats("octave", nil, 1), long, "mel")
	m.out("mel", float, 1, 1, 0)
	v := &model{about: map[string]string{"model_type": "hifigan"}}
	v.in("mel", float, 1, 1, 0)
	v.out("audio", float, 1, 1, 0)
	v.op("audio", "Identity", []string{"mel"}, nil)
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"model.onnx": m.bytes(), "vocoder.onnx": v.bytes(), "tokens.txt": phonemes()})
	return dir
}

// phonemes are those of espeak-ng, numbered.
func phonemes() []byte {
	var tokens strings.Builder
	for i, r := range []rune("_^$;:,.!?—…\"() abcdefghijklmnopqrstuvwxyzɑɐɒæɓʙβɔɕçɗɖðʤəɘɚɛɜɝɞɟʄɡɠɢʛɦɧħɥʜɨɪʝɭɬɫɮʟɱɯɰŋɳɲɴøɵɸθœɶʘɹɺɾɻʀʁɽʂʃʈʧʉʊʋⱱʌɣɤʍχʎʏʑʐʒʔʡʕʢˈˌːˑ") {
		fmt.Fprintf(&tokens, "%c %d\n", r, i)
	}
	return []byte(tokens.String())
}

// The tones, in Hz, that the recognizers understand.
const (
	Low  = 500
	Mid  = 1000
	High = 2000
)

// Streaming makes a streaming transducer that understands the tones as "low",
// "mid" and "high", none twice in a row. It returns its folder: encoder.onnx,
// decoder.onnx, joiner.onnx and tokens.txt.
func Streaming(t testing.TB) string {
	m := &model{about: map[string]string{
		"model_type": "lstm", "T": "4", "decode_chunk_len": "4", "num_encoder_layers": "1", "d_model": "1", "rnn_hidden_size": "1",
	}}
	m.in("x", float, 0, 4, features)
	m.in("h", float, 1, 0, 1)
	m.in("c", float, 1, 0, 1)
	m.out("out", float, 0, 0, words)
	m.out("next_h", float, 1, 0, 1)
	m.out("next_c", float, 1, 0, 1)
	m.op("next_h", "Identity", []string{"h"}, nil)
	m.op("next_c", "Identity", []string{"c"}, nil)
	// The mean of four moments is one moment of the transducer.
	four := m.op("four", "ReduceSum", []string{"x", m.integers("moments", 1)}, nil)
	weigh(m, m.op("mean", "Mul", []string{four, m.floats("quarter", nil, 0.25)}, nil), "out")
	return transducer(t, m)
}

// Transducer is [Streaming] for models that understand what is over.
func Transducer(t testing.TB) string {
	m := &model{about: map[string]string{"model_type": "zipformer2"}}
	m.in("x", float, 0, 0, features)
	m.in("x_lens", integer, 0)
	m.out("out", float, 0, 0, words)
	m.out("out_lens", integer, 0)
	m.op("out_lens", "Identity", []string{"x_lens"}, nil)
	weigh(m, "x", "out")
	return transducer(t, m)
}

const (
	features = 80
	words    = 4 // with that for nothing
)

// weigh says of each moment how much it is a word: by the energy in its band, or a
// threshold for nothing.
func weigh(m *model, in, out string) {
	weights := make([]float32, features*words)
	// A band is where the filter bank has the tone.
	mel := func(hz float64) float64 { return 1127 * math.Log(1+hz/700) }
	for i, hz := range []float64{Low, Mid, High} {
		step := (mel(7600) - mel(20)) / (features + 1)
		at := int(math.Round((mel(hz)-mel(20))/step)) - 1
		for near := at - 1; near <= at+1; near++ {
			weights[near*words+1+i] = 1. / 3
		}
	}
	sum := m.op("sum", "MatMul", []string{in, m.floats("weights", []int64{features, words}, weights...)}, nil)
	m.op(out, "Add", []string{sum, m.floats("threshold", []int64{words}, 2, 0, 0, 0)}, nil)
}

// transducer writes an encoder, with a decoder that forbids what came last.
func transducer(t testing.TB, encoder *model) string {
	d := &model{about: map[string]string{"vocab_size": fmt.Sprint(words), "context_size": "1"}}
	d.in("y", integer, 0, 1)
	d.out("decoder_out", float, 0, words)
	forbidden := make([]float32, words*words)
	for i := 1; i < words; i++ {
		forbidden[i*words+i] = -1000
	}
	last := d.op("last", "Gather", []string{d.floats("forbidden", []int64{words, words}, forbidden...), "y"}, nil)
	d.op("decoder_out", "Squeeze", []string{last, d.integers("second", 1)}, nil)

	j := &model{about: map[string]string{"joiner_dim": fmt.Sprint(words)}}
	j.in("encoder_out", float, 0, words)
	j.in("decoder_out", float, 0, words)
	j.out("logit", float, 0, words)
	j.op("logit", "Add", []string{"encoder_out", "decoder_out"}, nil)

	dir := t.TempDir()
	write(t, dir, map[string][]byte{
		"encoder.onnx": encoder.bytes(), "decoder.onnx": d.bytes(), "joiner.onnx": j.bytes(),
		"tokens.txt": []byte("<blk> 0\n▁low 1\n▁mid 2\n▁high 3\n"),
	})
	return dir
}

// Whisper makes a model of that kind that understands an utterance as "low" or
// "high", by where it has more energy. It returns its folder: encoder.onnx,
// decoder.onnx and tokens.txt.
func Whisper(t testing.TB) string {
	const vocabulary, end = 8, 3
	e := &model{about: map[string]string{
		"model_type": "whisper-tiny", "n_mels": fmt.Sprint(features), "n_text_layer": "1", "n_text_ctx": "16", "n_text_state": "4",
		"n_vocab": fmt.Sprint(vocabulary), "sot": "2", "eot": fmt.Sprint(end), "blank_id": "5", "translate": "6", "transcribe": "7",
		"is_multilingual": "0", "no_timestamps": "4", "no_speech": "5", "sot_sequence": "2",
	}}
	e.in("mel", float, 1, features, 0)
	e.out("n_layer_cross_k", float, 1, 1, vocabulary)
	e.out("n_layer_cross_v", float, 1, 1, vocabulary)
	weights := make([]float32, features*vocabulary)
	for i := range features {
		if i < 25 {
			weights[i*vocabulary] = 1. / 25
		} else {
			weights[i*vocabulary+1] = 1. / (features - 25)
		}
	}
	all := e.op("all", "ReduceSum", []string{"mel", e.integers("moments", 2)}, map[string]int64{"keepdims": 0})
	sum := e.op("sum", "MatMul", []string{all, e.floats("weights", []int64{features, vocabulary}, weights...)}, nil)
	e.op("n_layer_cross_k", "Unsqueeze", []string{sum, e.integers("first", 0)}, nil)
	e.op("n_layer_cross_v", "Identity", []string{"n_layer_cross_k"}, nil)

	d := &model{}
	d.in("tokens", integer, 1, 0)
	d.in("in_n_layer_self_k_cache", float, 1, 1, 16, 4)
	d.in("in_n_layer_self_v_cache", float, 1, 1, 16, 4)
	d.in("n_layer_cross_k", float, 1, 1, vocabulary)
	d.in("n_layer_cross_v", float, 1, 1, vocabulary)
	d.in("offset", integer, 1)
	d.out("logits", float, 1, 1, vocabulary)
	d.out("out_n_layer_self_k_cache", float, 1, 1, 16, 4)
	d.out("out_n_layer_self_v_cache", float, 1, 1, 16, 4)
	d.op("out_n_layer_self_k_cache", "Identity", []string{"in_n_layer_self_k_cache"}, nil)
	d.op("out_n_layer_self_v_cache", "Identity", []string{"in_n_layer_self_v_cache"}, nil)
	// After the first word comes the end.
	over := make([]float32, vocabulary)
	over[end] = 1e6
	never := make([]float32, vocabulary)
	for i := 2; i < vocabulary; i++ {
		never[i] = -1e6
	}
	so := d.op("so", "Cast", []string{"offset"}, map[string]int64{"to": float})
	push := d.op("push", "Mul", []string{so, d.floats("over", []int64{vocabulary}, over...)}, nil)
	word := d.op("word", "Add", []string{"n_layer_cross_k", d.floats("never", []int64{vocabulary}, never...)}, nil)
	d.op("logits", "Add", []string{word, push}, nil)

	var tokens strings.Builder
	for i, w := range []string{" low", " high"} {
		fmt.Fprintf(&tokens, "%s %d\n", base64.StdEncoding.EncodeToString([]byte(w)), i)
	}
	dir := t.TempDir()
	write(t, dir, map[string][]byte{"encoder.onnx": e.bytes(), "decoder.onnx": d.bytes(), "tokens.txt": []byte(tokens.String())})
	return dir
}

// Sound is tones of a second each, with a pause after each, at a rate. 0 is a
// second of silence.
func Sound(rate int, tones ...float64) (pcm []float32) {
	for _, hz := range tones {
		for i := range rate {
			v := 0.0
			if hz > 0 && i < rate*8/10 {
				v = 0.3 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate))
			}
			pcm = append(pcm, float32(v))
		}
	}
	return pcm
}
