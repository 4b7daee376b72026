package sherpa

// The structures of c-api.h of sherpa-onnx [Version]: what is used by name, the rest
// as room. A pointer to octets is a string that ends with 0; nil is "", as 0 is
// what the library takes if nobody says otherwise.

type ttsConfig struct {
	vits struct {
		model, lexicon, tokens, dataDir *byte
		_                               [3]float32 // scales of noise and length
		_                               *byte
	}
	threads  int32
	_        int32 // whether it logs what it does, texts too
	provider *byte
	matcha   struct {
		model, vocoder, lexicon, tokens, dataDir *byte
		_                                        [2]float32
		_                                        *byte
	}
	kokoro struct {
		model, voices, tokens, dataDir *byte
		_                              float32
		_                              *byte
		lexicon, lang                  *byte
	}
	_            [28]uintptr // kitten, zipvoice, pocket, supertonic
	_            *byte
	sentences    int32 // that are spoken at once, and told to the callback together
	_            *byte
	silenceScale float32
}

type ttsGeneration struct {
	silenceScale float32
	speed        float32
	speaker      int32
	_            [5]uintptr // sound of a voice that is imitated
}

type onlineConfig struct {
	rate, features           int32
	encoder, decoder, joiner *byte
	_                        [3]uintptr // other kinds of models
	tokens                   *byte
	threads                  int32
	provider                 *byte
	_                        int32 // whether it logs what it does, texts too
	_                        [7]uintptr
	method                   *byte
	_                        int32
	_                        int32 // whether it looks for pauses
	_                        [14]uintptr
}

type offlineConfig struct {
	rate, features           int32
	encoder, decoder, joiner *byte
	_                        [2]uintptr
	whisper                  struct {
		encoder, decoder, language, task *byte
		tail                             int32
		_                                [2]int32
	}
	_        uintptr
	tokens   *byte
	threads  int32
	_        int32 // whether it logs what it does, texts too
	provider *byte
	_        *byte
	_        [49]uintptr // other kinds of models, a model of the language
	method   *byte
	_        [9]uintptr
}

// result is the beginning of what both recognizers understood.
type result struct {
	text *byte
}
