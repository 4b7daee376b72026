package sherpa

import (
	"testing"
	"unsafe"
)

// Where gcc puts what is in c-api.h of sherpa-onnx [Version], in octets.
func TestStructuresAreThoseOfTheHeader(t *testing.T) {
	var s ttsConfig
	var g ttsGeneration
	var o onlineConfig
	var f offlineConfig
	for _, tt := range []struct {
		name      string
		got, want uintptr
	}{
		{"SherpaOnnxOfflineTtsConfig", unsafe.Sizeof(s), 448},
		{"model.num_threads", unsafe.Offsetof(s.threads), 56},
		{"model.provider", unsafe.Offsetof(s.provider), 64},
		{"model.matcha", unsafe.Offsetof(s.matcha), 72},
		{"model.kokoro", unsafe.Offsetof(s.kokoro), 128},
		{"max_num_sentences", unsafe.Offsetof(s.sentences), 424},
		{"silence_scale", unsafe.Offsetof(s.silenceScale), 440},

		{"SherpaOnnxGenerationConfig", unsafe.Sizeof(g), 56},
		{"speed", unsafe.Offsetof(g.speed), 4},
		{"sid", unsafe.Offsetof(g.speaker), 8},

		{"SherpaOnnxOnlineRecognizerConfig", unsafe.Sizeof(o), 272},
		{"model_config.transducer.encoder", unsafe.Offsetof(o.encoder), 8},
		{"model_config.tokens", unsafe.Offsetof(o.tokens), 56},
		{"model_config.num_threads", unsafe.Offsetof(o.threads), 64},
		{"model_config.provider", unsafe.Offsetof(o.provider), 72},
		{"decoding_method", unsafe.Offsetof(o.method), 144},

		{"SherpaOnnxOfflineRecognizerConfig", unsafe.Sizeof(f), 608},
		{"model_config.whisper", unsafe.Offsetof(f.whisper), 48},
		{"model_config.tokens", unsafe.Offsetof(f.tokens), 104},
		{"model_config.num_threads", unsafe.Offsetof(f.threads), 112},
		{"model_config.provider", unsafe.Offsetof(f.provider), 120},
		{"decoding_method", unsafe.Offsetof(f.method), 528},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %d, in the header %d", tt.name, tt.got, tt.want)
		}
	}
}
