// Package rtcp reads and writes the control packets of one RTP session with one
// far side: sender and receiver reports, CNAME and BYE (RFC 3550, 6), and the
// extended reports that tell how a call sounds (RFC 3611, 4.4, 4.5 and 4.7).
//
// [Read] takes one compound packet apart without allocating, [Session] keeps
// the account: when the next report is due, what it says, and what the far
// side's reports say about the way there and back.
package rtcp

import (
	"encoding/binary"
	"errors"
	"time"
)

// Packet types (RFC 3550, 12.1; RFC 3611, 2).
const (
	typeSR   = 200
	typeRR   = 201
	typeSDES = 202
	typeBYE  = 203
	typeXR   = 207
)

// Is says that a packet that came on a port shared with RTP is RTCP (RFC 5761,
// 4).
func Is(b []byte) bool { return len(b) >= 8 && b[0]>>6 == 2 && b[1] >= 192 && b[1] <= 223 }

// ErrPacket is what is wrong with a packet, whatever it is.
var ErrPacket = errors.New("rtcp: not a compound packet as RFC 3550, A.2, has it")

// Report is what one side received of the other's stream (RFC 3550, 6.4.1).
type Report struct {
	SSRC     uint32 // whose stream it is about
	Fraction uint8  // lost since the last report, of 256
	Lost     int32  // since the beginning; negative with duplicates
	Highest  uint32 // extended sequence number
	Jitter   uint32 // units of the stream's clock
	LastSR   uint32 // middle of the NTP time of the last SR, 0: none
	Delay    uint32 // since that SR came, in 1/65536 s
}

// Metrics are the VoIP metrics of RFC 3611, 4.7, as far as they are used.
type Metrics struct {
	SSRC           uint32 // whose stream they are about
	LossRate       uint8  // of 256
	DiscardRate    uint8  // of 256
	RoundTrip      uint16 // ms
	EndSystemDelay uint16 // ms
	SignalLevel    int8   // dBm0, 127: unknown
	NoiseLevel     int8   // dBm0, 127: unknown
	RFactor        uint8  // 0 to 100, 127: unknown
	MOSListening   uint8  // in tenths, 127: unknown
	MOSQuality     uint8  // in tenths, 127: unknown
	BufferNominal  uint16 // ms
	BufferMaximum  uint16 // ms
}

// News is what a compound packet tells.
type News struct {
	From uint32 // SSRC of the sender

	Sender  bool   // it holds an SR, and so:
	NTP     uint64 // when it was sent, in 1/2^32 s
	RTPTime uint32 // the same in units of the stream's clock
	Packets uint32
	Octets  uint32

	HasReport  bool // one about the stream that was asked for
	Report     Report
	HasMetrics bool
	Metrics    Metrics
	Reference  uint64 // NTP time of an extended receiver's report (RFC 3611, 4.4), 0: none
	Bye        bool
}

// Read takes a compound packet apart. about is the SSRC of our own stream:
// reports about others are passed over. What it does not know, it passes over,
// too; a packet whose lengths do not fit is refused as a whole.
func Read(b []byte, about uint32) (n News, err error) {
	if len(b) < 8 || b[1] != typeSR && b[1] != typeRR {
		return n, ErrPacket
	}
	n.From = binary.BigEndian.Uint32(b[4:])
	for len(b) > 0 {
		if len(b) < 4 || b[0]>>6 != 2 {
			return News{}, ErrPacket
		}
		size := 4 + 4*int(binary.BigEndian.Uint16(b[2:]))
		if size > len(b) {
			return News{}, ErrPacket
		}
		body, count := b[4:size], int(b[0]&0x1f)
		if b[0]&0x20 != 0 { // padding: only in the last packet
			if len(body) == 0 || size != len(b) {
				return News{}, ErrPacket
			}
			pad := int(body[len(body)-1])
			if pad == 0 || pad%4 != 0 || pad > len(body) {
				return News{}, ErrPacket
			}
			body = body[:len(body)-pad]
		}
		ok := true
		switch b[1] {
		case typeSR:
			ok = len(body) >= 24+24*count
			if ok {
				n.Sender, n.NTP = true, binary.BigEndian.Uint64(body[4:])
				n.RTPTime = binary.BigEndian.Uint32(body[12:])
				n.Packets, n.Octets = binary.BigEndian.Uint32(body[16:]), binary.BigEndian.Uint32(body[20:])
				n.reports(body[24:], count, about)
			}
		case typeRR:
			ok = len(body) >= 4+24*count
			if ok {
				n.reports(body[4:], count, about)
			}
		case typeBYE:
			ok = len(body) >= 4*count
			for i := range count {
				n.Bye = n.Bye || ok && binary.BigEndian.Uint32(body[4*i:]) == n.From
			}
		case typeXR:
			ok = len(body) >= 4 && n.extended(body[4:], about)
		}
		if !ok {
			return News{}, ErrPacket
		}
		b = b[size:]
	}
	return n, nil
}

func (n *News) reports(b []byte, count int, about uint32) {
	for i := range count {
		r := b[24*i:]
		if binary.BigEndian.Uint32(r) != about {
			continue
		}
		n.HasReport = true
		lost := binary.BigEndian.Uint32(r[4:]) & 0xffffff
		n.Report = Report{
			SSRC: about, Fraction: r[4], Lost: int32(lost<<8) >> 8,
			Highest: binary.BigEndian.Uint32(r[8:]), Jitter: binary.BigEndian.Uint32(r[12:]),
			LastSR: binary.BigEndian.Uint32(r[16:]), Delay: binary.BigEndian.Uint32(r[20:]),
		}
	}
}

// Block types of RFC 3611, and their sizes in words after the first.
const (
	blockReference = 4
	blockDelay     = 5
	blockVoIP      = 7

	wordsReference = 2
	wordsVoIP      = 8
)

func (n *News) extended(b []byte, about uint32) bool {
	for len(b) > 0 {
		if len(b) < 4 {
			return false
		}
		words := int(binary.BigEndian.Uint16(b[2:]))
		if len(b) < 4+4*words {
			return false
		}
		body := b[4 : 4+4*words]
		switch {
		case b[0] == blockReference && words == wordsReference:
			n.Reference = binary.BigEndian.Uint64(body)
		case b[0] == blockVoIP && words == wordsVoIP && binary.BigEndian.Uint32(body) == about:
			n.HasMetrics = true
			n.Metrics = Metrics{
				SSRC: about, LossRate: body[4], DiscardRate: body[5],
				RoundTrip: binary.BigEndian.Uint16(body[12:]), EndSystemDelay: binary.BigEndian.Uint16(body[14:]),
				SignalLevel: int8(body[16]), NoiseLevel: int8(body[17]),
				RFactor: body[20], MOSListening: body[22], MOSQuality: body[23],
				BufferNominal: binary.BigEndian.Uint16(body[26:]), BufferMaximum: binary.BigEndian.Uint16(body[28:]),
			}
		}
		b = b[4+4*words:]
	}
	return true
}

// begin appends a packet's header, whose length end fills in.
func begin(b []byte, kind byte, count int) []byte { return append(b, 0x80|byte(count), kind, 0, 0) }

func end(b []byte, at int) []byte {
	for (len(b)-at)%4 != 0 {
		b = append(b, 0)
	}
	binary.BigEndian.PutUint16(b[at+2:], uint16((len(b)-at)/4-1))
	return b
}

// appendReport appends SR or RR, with one report block if there is one.
func appendReport(b []byte, n *News, r *Report) []byte {
	at, count, kind := len(b), 0, byte(typeRR)
	if r != nil {
		count = 1
	}
	if n.Sender {
		kind = typeSR
	}
	b = begin(b, kind, count)
	b = binary.BigEndian.AppendUint32(b, n.From)
	if n.Sender {
		b = binary.BigEndian.AppendUint64(b, n.NTP)
		b = binary.BigEndian.AppendUint32(b, n.RTPTime)
		b = binary.BigEndian.AppendUint32(b, n.Packets)
		b = binary.BigEndian.AppendUint32(b, n.Octets)
	}
	if r != nil {
		b = binary.BigEndian.AppendUint32(b, r.SSRC)
		b = binary.BigEndian.AppendUint32(b, uint32(r.Fraction)<<24|uint32(r.Lost)&0xffffff)
		b = binary.BigEndian.AppendUint32(b, r.Highest)
		b = binary.BigEndian.AppendUint32(b, r.Jitter)
		b = binary.BigEndian.AppendUint32(b, r.LastSR)
		b = binary.BigEndian.AppendUint32(b, r.Delay)
	}
	return end(b, at)
}

// appendName appends SDES with the canonical name (RFC 3550, 6.5.1), at most
// 255 bytes of it.
func appendName(b []byte, ssrc uint32, name string) []byte {
	at := len(b)
	b = begin(b, typeSDES, 1)
	b = binary.BigEndian.AppendUint32(b, ssrc)
	name = name[:min(len(name), 255)]
	b = append(b, 1, byte(len(name)))
	b = append(b, name...)
	return end(append(b, 0), at)
}

func appendBye(b []byte, ssrc uint32) []byte {
	at := len(b)
	b = begin(b, typeBYE, 1)
	return end(binary.BigEndian.AppendUint32(b, ssrc), at)
}

// appendMetrics appends XR with the VoIP metrics.
func appendMetrics(b []byte, from uint32, m *Metrics) []byte {
	at := len(b)
	b = begin(b, typeXR, 0)
	b = binary.BigEndian.AppendUint32(b, from)
	b = append(b, blockVoIP, 0, 0, wordsVoIP)
	b = binary.BigEndian.AppendUint32(b, m.SSRC)
	b = append(b, m.LossRate, m.DiscardRate, 0, 0) // no bursts are told apart
	b = append(b, 0, 0, 0, 0)                      // nor their lengths
	b = binary.BigEndian.AppendUint16(b, m.RoundTrip)
	b = binary.BigEndian.AppendUint16(b, m.EndSystemDelay)
	const unknown, gmin = 127, 16
	b = append(b, byte(m.SignalLevel), byte(m.NoiseLevel), unknown, gmin)
	b = append(b, m.RFactor, unknown, m.MOSListening, m.MOSQuality)
	const config = 3<<6 | 3<<4 // enhanced concealment, adaptive buffer
	b = append(b, config, 0)
	b = binary.BigEndian.AppendUint16(b, m.BufferNominal)
	b = binary.BigEndian.AppendUint16(b, m.BufferMaximum)
	b = binary.BigEndian.AppendUint16(b, m.BufferMaximum)
	return end(b, at)
}

// ntp is a time as RTCP writes it: seconds since 1900 in 1/2^32 s.
func ntp(t time.Time) uint64 {
	const since1900 = 2208988800
	ns := t.UnixNano()
	seconds, rest := ns/1e9, ns%1e9
	return uint64(seconds+since1900)<<32 | uint64(rest)<<32/1e9
}

// middle is the middle 32 bits of an NTP time: 1/65536 s.
func middle(ntp uint64) uint32 { return uint32(ntp >> 16) }
