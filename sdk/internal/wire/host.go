package wire

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/host"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// ToPrompt returns the message that asks for a prompt. leg is whose mailbox keeps
// it, "" if none does.
func ToPrompt(call, leg string, p host.Prompt) *pb.HostPrompt {
	return &pb.HostPrompt{
		Text:     toText(p.Text),
		Voice:    toText(p.Voice),
		Engine:   toText(p.Engine),
		Language: toText(p.Language),
		File:     toText(p.File),
		Tone:     toText(p.Tone),
		Call:     toText(call),
		Kept:     toText(p.Kept),
		From:     int64(p.From),
		Leg:      toText(leg),
	}
}

// FromPrompt is the inverse of [ToPrompt].
func FromPrompt(m *pb.HostPrompt) (call, leg string, p host.Prompt) {
	return m.GetCall(), m.GetLeg(), host.Prompt{
		Text:     m.GetText(),
		Voice:    m.GetVoice(),
		Engine:   m.GetEngine(),
		Language: m.GetLanguage(),
		File:     m.GetFile(),
		Tone:     m.GetTone(),
		Kept:     m.GetKept(),
		From:     time.Duration(m.GetFrom()),
	}
}

// frameSize is the length of a frame in the protocol, in octets.
const frameSize = 2 * audio.Samples

// ToFrames returns frames as the protocol has them: 16 bits, saturated.
func ToFrames(frames []audio.Frame) []byte {
	b := make([]byte, 0, len(frames)*frameSize)
	for i := range frames {
		for _, v := range frames[i] {
			b = binary.LittleEndian.AppendUint16(b, uint16(int16(max(-1<<15, min(1<<15-1, v*(1<<15))))))
		}
	}
	return b
}

// FromFrames is the inverse of [ToFrames]: it fills frames and says how many
// there are.
func FromFrames(b []byte, frames []audio.Frame) (int, error) {
	n := len(b) / frameSize
	if len(b)%frameSize != 0 || n > len(frames) {
		return 0, fmt.Errorf("%d octets of sound are not up to %d frames", len(b), len(frames))
	}
	for i := range n {
		for j := range frames[i] {
			at := i*frameSize + 2*j
			frames[i][j] = float32(int16(binary.LittleEndian.Uint16(b[at:]))) / (1 << 15)
		}
	}
	return n, nil
}
