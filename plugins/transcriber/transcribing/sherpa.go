package transcribing

import "github.com/plugboard/plugboard/plugins/internal/sherpa"

// onnx is a recognizer of sherpa-onnx.
type onnx struct {
	*sherpa.Recognizer
	pcm []float32
}

// newSherpa loads the library and a model, which may take seconds.
func newSherpa(m Model) (*onnx, error) {
	lib, err := sherpa.Open(m.Library)
	if err != nil {
		return nil, err
	}
	r, err := lib.NewRecognizer(m.Sherpa)
	if err != nil {
		return nil, err
	}
	return &onnx{Recognizer: r}, nil
}

func (o *onnx) hear(pcm []int16) (string, error) {
	o.pcm = o.pcm[:0]
	for _, x := range pcm {
		o.pcm = append(o.pcm, float32(x)/(1<<15))
	}
	return o.Hear(o.pcm), nil
}

func (o *onnx) end() (string, error) { return o.End(), nil }
