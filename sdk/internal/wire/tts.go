package wire

import (
	"encoding/binary"
	"fmt"
	"math"

	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
	"github.com/plugboard/plugboard/sdk/tts"
)

// ToSpeak returns the message that asks for a text to be spoken.
func ToSpeak(r tts.Request) *pb.SpeakRequest {
	return &pb.SpeakRequest{
		Call: r.Call, Text: toText(r.Text), Voice: toText(r.Voice), Language: toText(r.Language), Rate: uint32(r.Rate),
	}
}

// FromSpeak is the inverse of [ToSpeak].
func FromSpeak(m *pb.SpeakRequest) tts.Request {
	return tts.Request{Call: m.GetCall(), Text: m.GetText(), Voice: m.GetVoice(), Language: m.GetLanguage(), Rate: int(m.GetRate())}
}

// ToVoices returns the message that lists voices.
func ToVoices(list []tts.Voice) *pb.VoicesReply {
	m := &pb.VoicesReply{}
	for _, v := range list {
		m.Voices = append(m.Voices, &pb.Voice{Name: toText(v.Name), Language: toText(v.Language), Default: v.Default})
	}
	return m
}

// FromVoices is the inverse of [ToVoices].
func FromVoices(m *pb.VoicesReply) (list []tts.Voice) {
	for _, v := range m.GetVoices() {
		list = append(list, tts.Voice{Name: v.GetName(), Language: v.GetLanguage(), Default: v.GetDefault()})
	}
	return list
}

// ToSound returns the message of a piece of sound. What is beyond full scale is
// cut off there, what is no number is silence.
func ToSound(rate int, pcm []float32) *pb.SpeakReply {
	b := make([]byte, 0, 2*len(pcm))
	for _, s := range pcm {
		v := math.Round(float64(s) * (1 << 15))
		if math.IsNaN(v) {
			v = 0
		}
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(max(math.MinInt16, min(math.MaxInt16, v)))))
	}
	return &pb.SpeakReply{Rate: uint32(rate), Pcm: b}
}

// FromSound is the inverse of [ToSound]; it appends to pcm.
func FromSound(m *pb.SpeakReply, pcm []float32) (rate int, _ []float32, err error) {
	if m.GetRate() < tts.MinRate || m.GetRate() > tts.MaxRate {
		return 0, pcm, fmt.Errorf("sound of %d Hz; it must have %d to %d", m.GetRate(), tts.MinRate, tts.MaxRate)
	}
	b := m.GetPcm()
	if len(b)%2 != 0 {
		return 0, pcm, fmt.Errorf("sound of %d octets; samples have two each", len(b))
	}
	for i := 0; i < len(b); i += 2 {
		pcm = append(pcm, float32(int16(binary.LittleEndian.Uint16(b[i:])))/(1<<15))
	}
	return int(m.GetRate()), pcm, nil
}
