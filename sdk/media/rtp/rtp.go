// Package rtp reads and writes RTP packets (RFC 3550) without allocating, and
// keeps the account of one stream in each direction: a [Receiver] decides
// which packets belong to it and counts what is missing, a [Sender] numbers
// what is sent.
package rtp

import (
	"encoding/binary"
	"errors"
)

// HeaderSize is the size of a header without contributing sources and
// extension: what [Header.Append] writes.
const HeaderSize = 12

// Header is the fixed part of a packet's header (RFC 3550, 5.1).
type Header struct {
	Marker      bool
	PayloadType uint8 // 0 to 127
	Sequence    uint16
	Timestamp   uint32
	SSRC        uint32
}

// What is wrong with a packet. They are values, so that garbage costs nothing.
var (
	ErrShort   = errors.New("rtp: shorter than its header says")
	ErrVersion = errors.New("rtp: not version 2")
	ErrPadding = errors.New("rtp: padding longer than the packet")
	ErrControl = errors.New("rtp: an RTCP packet")
)

// Parse reads a packet. The payload is the part of b between header (with its
// contributing sources and extension, which are skipped) and padding.
func Parse(b []byte) (h Header, payload []byte, err error) {
	if len(b) < HeaderSize {
		return h, nil, ErrShort
	}
	if b[0]>>6 != 2 {
		return h, nil, ErrVersion
	}
	if b[1] >= 192 && b[1] <= 223 {
		return h, nil, ErrControl // RFC 5761, 4
	}
	h = Header{
		Marker:      b[1]&0x80 != 0,
		PayloadType: b[1] & 0x7f,
		Sequence:    binary.BigEndian.Uint16(b[2:]),
		Timestamp:   binary.BigEndian.Uint32(b[4:]),
		SSRC:        binary.BigEndian.Uint32(b[8:]),
	}
	at := HeaderSize + 4*int(b[0]&0x0f)
	if b[0]&0x10 != 0 { // RFC 3550, 5.3.1
		if len(b) < at+4 {
			return h, nil, ErrShort
		}
		at += 4 + 4*int(binary.BigEndian.Uint16(b[at+2:]))
	}
	if len(b) < at {
		return h, nil, ErrShort
	}
	end := len(b)
	if b[0]&0x20 != 0 {
		pad := int(b[end-1])
		if pad == 0 || end-pad < at {
			return h, nil, ErrPadding
		}
		end -= pad
	}
	return h, b[at:end], nil
}

// Append appends the header to b: [HeaderSize] bytes.
func (h Header) Append(b []byte) []byte {
	second := h.PayloadType & 0x7f
	if h.Marker {
		second |= 0x80
	}
	b = append(b, 0x80, second)
	b = binary.BigEndian.AppendUint16(b, h.Sequence)
	b = binary.BigEndian.AppendUint32(b, h.Timestamp)
	return binary.BigEndian.AppendUint32(b, h.SSRC)
}
