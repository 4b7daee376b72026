package sherpa

import (
	"fmt"
	"strings"
	"unsafe"
)

// The kinds of models that understand speech.
const (
	Streaming  = "streaming"  // a transducer that understands while somebody speaks: Zipformer, LSTM
	Transducer = "transducer" // one that understands what is over: Zipformer, Parakeet
	Whisper    = "whisper"    // understands what is over, up to half a minute
)

// RecognizerConfig is what makes a recognizer. Paths that are "" are not used.
type RecognizerConfig struct {
	Kind     string
	Encoder  string // ….onnx
	Decoder  string // ….onnx
	Joiner   string // ….onnx; Whisper has none
	Tokens   string // the file of what a text can be made of
	Language string // of Whisper, as "de"; "" is found out
	Rate     int    // of the sound that is to be understood, in Hz
	Threads  int
}

// features is how many there are of each moment, as nearly all models want it. The
// library asks Whisper's itself.
const features = 80

// Recognizer understands one utterance after another. It is for one goroutine.
type Recognizer struct {
	lib    *Library
	self   uintptr
	online bool
	rate   int
	stream uintptr // 0 between utterances
}

// NewRecognizer loads a model, which may take seconds.
func (l *Library) NewRecognizer(c RecognizerConfig) (*Recognizer, error) {
	if err := files("encoder", c.Encoder, "decoder", c.Decoder, "joiner", c.Joiner, "tokens", c.Tokens); err != nil {
		return nil, err
	}
	r := &Recognizer{lib: l, online: c.Kind == Streaming, rate: c.Rate}
	switch c.Kind {
	case Streaming:
		r.self = l.createOnline(&onlineConfig{
			rate: int32(c.Rate), features: features, encoder: text(c.Encoder), decoder: text(c.Decoder), joiner: text(c.Joiner),
			tokens: text(c.Tokens), threads: int32(c.Threads), provider: text("cpu"), method: text("greedy_search"),
		})
	case Transducer, Whisper:
		o := &offlineConfig{
			rate: int32(c.Rate), features: features,
			tokens: text(c.Tokens), threads: int32(c.Threads), provider: text("cpu"), method: text("greedy_search"),
		}
		if c.Kind == Whisper {
			o.whisper.encoder, o.whisper.decoder, o.whisper.language = text(c.Encoder), text(c.Decoder), text(c.Language)
			o.whisper.task = text("transcribe")
		} else {
			o.encoder, o.decoder, o.joiner = text(c.Encoder), text(c.Decoder), text(c.Joiner)
		}
		r.self = l.createOffline(o)
	default:
		return nil, fmt.Errorf("a recognizer of kind %q is not known", c.Kind)
	}
	if r.self == 0 {
		return nil, fmt.Errorf("sherpa-onnx does not take the model %s, and has said why on its standard error", c.Encoder)
	}
	return r, nil
}

// Hear takes the next sound of an utterance, mono, full scale ±1, and returns the
// text of all of it so far; "" if the model understands nothing before the end.
func (r *Recognizer) Hear(pcm []float32) string {
	l := r.lib
	switch {
	case r.stream != 0:
	case r.online:
		r.stream = l.onlineStream(r.self)
	default:
		r.stream = l.offlineStream(r.self)
	}
	if len(pcm) == 0 {
		return ""
	}
	if !r.online {
		l.offlineHear(r.stream, int32(r.rate), &pcm[0], int32(len(pcm)))
		return ""
	}
	l.onlineHear(r.stream, int32(r.rate), &pcm[0], int32(len(pcm)))
	return r.understand()
}

// understand is the text of a stream so far.
func (r *Recognizer) understand() string {
	l := r.lib
	for l.onlineReady(r.self, r.stream) != 0 {
		l.onlineDecode(r.self, r.stream)
	}
	got := l.onlineResult(r.self, r.stream)
	defer l.forgetOnlineResult(got)
	return got.String()
}

// tail is the silence after an utterance that a streaming model needs to say its
// last words, in seconds.
const tail = 0.6

// End ends the utterance, and returns its text.
func (r *Recognizer) End() string {
	if r.stream == 0 {
		return ""
	}
	l, stream := r.lib, r.stream
	if r.online {
		defer l.destroyOnlineStream(stream)
		r.Hear(make([]float32, int(tail*float64(r.rate))))
		l.onlineFinish(stream)
		said := r.understand()
		r.stream = 0
		return said
	}
	defer l.destroyOfflineStream(stream)
	r.stream = 0
	l.offlineDecode(r.self, stream)
	got := l.offlineResult(stream)
	defer l.forgetOfflineResult(got)
	return got.String()
}

// Close lets the model go.
func (r *Recognizer) Close() {
	r.End()
	if r.online {
		r.lib.destroyOnline(r.self)
	} else {
		r.lib.destroyOffline(r.self)
	}
}

// String is the text of a result.
func (r *result) String() string {
	if r == nil || r.text == nil {
		return ""
	}
	n := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(r.text), n)) != 0 {
		n++
	}
	return strings.TrimSpace(string(unsafe.Slice(r.text, n)))
}
