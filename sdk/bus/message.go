package bus

import (
	"encoding/binary"
	"fmt"
)

// message is what the core sends over descriptor 3, each with descriptors: the
// hello with the memory and the bell, then each leg's sockets.
type message struct {
	kind  uint16
	value uint64 // hello: lines; sockets: token
	files uint16 // how many descriptors come with it
}

const (
	kindHello = iota + 1
	kindSockets
)

const (
	magic       = 0x53554250 // "PBUS"
	messageSize = 20
	// maxFiles is the most descriptors in one message: fewer than the
	// kernel's SCM_MAX_FD.
	maxFiles = 16
)

func (m message) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, magic)
	b = binary.LittleEndian.AppendUint16(b, layoutVersion)
	b = binary.LittleEndian.AppendUint16(b, m.kind)
	b = binary.LittleEndian.AppendUint64(b, m.value)
	b = binary.LittleEndian.AppendUint16(b, m.files)
	return append(b, 0, 0)
}

// parse reads what append has written, and nothing else.
func parse(b []byte) (message, error) {
	if len(b) != messageSize || binary.LittleEndian.Uint32(b) != magic {
		return message{}, fmt.Errorf("%d bytes that are no message of a media bus", len(b))
	}
	if v := binary.LittleEndian.Uint16(b[4:]); v != layoutVersion {
		return message{}, fmt.Errorf("the core's media bus has layout %d, this plugin knows %d: build it with the core's version of the SDK", v, layoutVersion)
	}
	m := message{kind: binary.LittleEndian.Uint16(b[6:]), value: binary.LittleEndian.Uint64(b[8:]), files: binary.LittleEndian.Uint16(b[16:])}
	switch {
	case b[18] != 0 || b[19] != 0 || m.files > maxFiles,
		m.kind == kindHello && (m.files != 2 || m.value < 1 || m.value > MaxLines),
		m.kind != kindHello && m.kind != kindSockets:
		return message{}, fmt.Errorf("a message of the media bus that makes no sense: % x", b)
	}
	return m, nil
}
