package tiny

import (
	"encoding/binary"
	"math"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// The numbers of fields and types are those of onnx.proto.

const (
	float   = 1
	integer = 7 // of 64 bits
)

// model is an ONNX model.
type model struct {
	about map[string]string // its metadata
	graph []byte
}

// field appends a field that has octets.
func field(to []byte, number protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, number, protowire.BytesType), value)
}

func word(to []byte, number protowire.Number, value string) []byte {
	return field(to, number, []byte(value))
}

func varint(to []byte, number protowire.Number, value int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, number, protowire.VarintType), uint64(value))
}

// in and out declare what comes in and goes out; a dimension of 0 is any.
func (m *model) in(name string, kind int64, dims ...int64)  { m.declare(11, name, kind, dims) }
func (m *model) out(name string, kind int64, dims ...int64) { m.declare(12, name, kind, dims) }

func (m *model) declare(number protowire.Number, name string, kind int64, dims []int64) {
	var shape []byte
	for _, d := range dims {
		one := varint(nil, 1, d)
		if d == 0 {
			one = word(nil, 2, "any")
		}
		shape = field(shape, 1, one)
	}
	tensor := field(varint(nil, 1, kind), 2, shape)
	m.graph = field(m.graph, number, field(word(nil, 1, name), 2, field(nil, 1, tensor)))
}

// floats and integers are constants.
func (m *model) floats(name string, dims []int64, values ...float32) string {
	var raw []byte
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
	}
	return m.constant(name, float, dims, raw)
}

func (m *model) integers(name string, values ...int64) string {
	var raw []byte
	for _, v := range values {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(v))
	}
	return m.constant(name, integer, []int64{int64(len(values))}, raw)
}

func (m *model) constant(name string, kind int64, dims []int64, raw []byte) string {
	var t []byte
	for _, d := range dims {
		t = varint(t, 1, d)
	}
	t = field(word(varint(t, 2, kind), 8, name), 9, raw)
	m.graph = field(m.graph, 5, t)
	return name
}

// op makes out of others; an attribute is a number.
func (m *model) op(out, kind string, inputs []string, attributes map[string]int64) string {
	var n []byte
	for _, in := range inputs {
		n = word(n, 1, in)
	}
	n = word(word(n, 2, out), 4, kind)
	for name, v := range attributes {
		n = field(n, 5, varint(varint(word(nil, 1, name), 3, v), 20, 2))
	}
	m.graph = field(m.graph, 1, n)
	return out
}

// bytes is the model as a file has it.
func (m *model) bytes() []byte {
	b := varint(nil, 1, 8) // the version of the format
	b = field(b, 7, word(m.graph, 2, "tiny"))
	b = field(b, 8, varint(nil, 2, 13)) // of the operators
	keys := make([]string, 0, len(m.about))
	for k := range m.about {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		b = field(b, 14, word(word(nil, 1, k), 2, m.about[k]))
	}
	return b
}
