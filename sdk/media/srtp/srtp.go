// Package srtp encrypts and authenticates RTP and RTCP (RFC 3711) with the
// suites of RFC 4568, RFC 6188 and RFC 7714, on pion/srtp.
//
// A [Sender] and a [Receiver] hold one direction each, under one master key.
// Keys come by SDES (RFC 4568, in the session description) or by DTLS-SRTP
// (RFC 5764, package sdk/media/dtls); this package does not mind.
//
// What counts the packets is the index, 48 bits: the rollover counter (ROC)
// and the sequence number. A key that meets the same index of the same SSRC
// twice gives its keystream away. So a key is used by one Sender at a time,
// and one that goes on in another process (or after its stream was started
// anew) goes on from an index ahead: [Sender.Index], [Sender.Resume].
package srtp

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// Suite is a crypto suite: cipher, key length and length of the tag.
type Suite uint8

// The suites, by the names of the SDP Security Descriptions registry.
const (
	None Suite = iota
	AES128SHA80
	AES128SHA32
	AES256SHA80
	AES256SHA32
	AES128GCM
	AES256GCM
)

// suites are the suites' names, lengths in bytes, and pion's constants, which
// are those of DTLS-SRTP, too.
var suites = [...]struct {
	name      string
	key, salt int
	profile   srtp.ProtectionProfile
}{
	AES128SHA80: {"AES_CM_128_HMAC_SHA1_80", 16, 14, srtp.ProtectionProfileAes128CmHmacSha1_80},
	AES128SHA32: {"AES_CM_128_HMAC_SHA1_32", 16, 14, srtp.ProtectionProfileAes128CmHmacSha1_32},
	AES256SHA80: {"AES_256_CM_HMAC_SHA1_80", 32, 14, srtp.ProtectionProfileAes256CmHmacSha1_80},
	AES256SHA32: {"AES_256_CM_HMAC_SHA1_32", 32, 14, srtp.ProtectionProfileAes256CmHmacSha1_32},
	AES128GCM:   {"AEAD_AES_128_GCM", 16, 12, srtp.ProtectionProfileAeadAes128Gcm},
	AES256GCM:   {"AEAD_AES_256_GCM", 32, 12, srtp.ProtectionProfileAeadAes256Gcm},
}

// Named finds a suite by its name, in any case.
func Named(name string) (Suite, bool) {
	for s := AES128SHA80; int(s) < len(suites); s++ {
		if strings.EqualFold(suites[s].name, name) {
			return s, true
		}
	}
	return None, false
}

// String is the suite's name, "" of [None].
func (s Suite) String() string {
	if int(s) >= len(suites) {
		return fmt.Sprintf("suite %d", s)
	}
	return suites[s].name
}

// KeySize and SaltSize are the lengths of a master key and master salt, in
// bytes.
func (s Suite) KeySize() int  { return suites[s].key }
func (s Suite) SaltSize() int { return suites[s].salt }

// Overhead is the most that a packet grows by, in bytes: the longest tag, and
// the index word of SRTCP.
const Overhead = 16 + 4

// Key is the master key of one direction. It prints itself as "***".
type Key struct {
	Suite  Suite
	Master []byte // KeySize bytes
	Salt   []byte // SaltSize bytes
	// MKI is what packets name the key with (RFC 3711, 3.1); mostly none.
	MKI []byte
}

// NewKey makes a random key.
func NewKey(s Suite) Key {
	b := make([]byte, s.KeySize()+s.SaltSize())
	rand.Read(b) // never fails (crypto/rand)
	return Key{Suite: s, Master: b[:s.KeySize()], Salt: b[s.KeySize():]}
}

// Equal says that the keys are the same.
func (k Key) Equal(o Key) bool {
	return k.Suite == o.Suite && string(k.Master) == string(o.Master) && string(k.Salt) == string(o.Salt) && string(k.MKI) == string(o.MKI)
}

// String, GoString and Format keep the key out of logs.
func (k Key) String() string   { return k.Suite.String() + " ***" }
func (k Key) GoString() string { return "srtp.Key{" + k.String() + "}" }
func (k Key) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte(k.String()))
}

// window is how far back, in packets, a late packet is told from a replayed
// one; what is older is refused (RFC 3711, 3.3.2: at least 64).
const window = 128

func (k Key) context(options ...srtp.ContextOption) (*srtp.Context, error) {
	if k.Suite == None || int(k.Suite) >= len(suites) {
		return nil, fmt.Errorf("srtp: %v has no keys", k.Suite)
	}
	if len(k.MKI) > 0 {
		options = append(options, srtp.MasterKeyIndicator(k.MKI))
	}
	c, err := srtp.CreateContext(k.Master, k.Salt, suites[k.Suite].profile, options...)
	if err != nil {
		return nil, fmt.Errorf("srtp: %v: %w", k.Suite, err)
	}
	return c, nil
}

// Sender protects what one side sends. It is not safe for concurrent use.
type Sender struct {
	key     Key
	context *srtp.Context
	header  rtp.Header
	control rtcp.Header
	highest uint64 // index of the newest packet
	ssrc    uint32 // of it
}

// NewSender returns a sender whose streams begin with the rollover counter 0.
func NewSender(k Key) (*Sender, error) {
	c, err := k.context()
	if err != nil {
		return nil, err
	}
	return &Sender{key: k, context: c}, nil
}

// Key is what the sender was made with.
func (s *Sender) Key() Key { return s.key }

// Seal protects an RTP packet, whole with its header, in its own place: b needs
// room for [Overhead] bytes (and the MKI) more, else a new buffer is returned.
func (s *Sender) Seal(b []byte) ([]byte, error) {
	out, err := s.context.EncryptRTP(b, b, &s.header)
	if err != nil {
		return nil, err
	}
	roc, _ := s.context.ROC(s.header.SSRC)
	s.ssrc, s.highest = s.header.SSRC, uint64(roc)<<16|uint64(s.header.SequenceNumber)
	return out, nil
}

// SealControl protects a compound RTCP packet, as Seal does RTP.
func (s *Sender) SealControl(b []byte) ([]byte, error) {
	return s.context.EncryptRTCP(b, b, &s.control)
}

// Index is where the newest stream is: its SSRC, the index of its last packet,
// and that of the last RTCP packet.
func (s *Sender) Index() (ssrc uint32, index uint64, control uint32) {
	control, _ = s.context.Index(s.ssrc)
	return s.ssrc, s.highest, control
}

// Resume makes a stream go on after what another Sender with the same key has
// sent. The next packet has the upper 32 of the 48 bits of index as its
// rollover counter, whatever its sequence number, and control is the last
// index of RTCP.
func (s *Sender) Resume(ssrc uint32, index uint64, control uint32) {
	s.context.SetROC(ssrc, uint32(index>>16))
	s.context.SetIndex(ssrc, control)
	s.ssrc, s.highest = ssrc, index
}

// maxSources bounds the SSRCs that one key is used with: each costs memory,
// and no party has so many.
const maxSources = 64

// What is wrong with a packet. Nothing more is told, as no sender of a bad one
// deserves it.
var (
	ErrAuth    = errors.New("srtp: not authentic, or replayed")
	ErrSources = errors.New("srtp: too many SSRCs under one key")
)

// Receiver checks and decrypts what one side receives. It is not safe for
// concurrent use.
type Receiver struct {
	key     Key
	context *srtp.Context
	header  rtp.Header
	control rtcp.Header
	// sources and controls count the SSRCs that sent RTP, and RTCP.
	sources, controls int

	last uint32 // the SSRC of the last good packet
	hint *hint  // where a stream may be that this receiver did not see begin
}

// hint is the rollover counter that a stream had under another key, or in
// another process.
type hint struct {
	ssrc, roc uint32
}

// NewReceiver returns a receiver that has heard of no stream.
func NewReceiver(k Key) (*Receiver, error) {
	c, err := k.context(srtp.SRTPReplayProtection(window), srtp.SRTCPReplayProtection(window))
	if err != nil {
		return nil, err
	}
	return &Receiver{key: k, context: c}, nil
}

// Key is what the receiver was made with.
func (r *Receiver) Key() Key { return r.key }

// Open checks an SRTP packet and decrypts it into dst, which must not overlap
// b. [ErrAuth]: it is forged, damaged, under another key, or replayed.
func (r *Receiver) Open(dst, b []byte) ([]byte, error) {
	if len(b) < 12 {
		return nil, ErrAuth
	}
	ssrc := binary.BigEndian.Uint32(b[8:])
	known := ssrc == r.last && r.sources > 0
	if !known {
		if _, known = r.context.ROC(ssrc); !known && r.sources >= maxSources {
			return nil, ErrSources
		}
	}
	out, err := r.context.DecryptRTP(dst, b, &r.header)
	if err != nil && r.hint != nil && r.hint.ssrc == ssrc {
		if out, err = r.search(dst, b); err == nil {
			known = false
		}
	}
	if err != nil {
		return nil, ErrAuth
	}
	if !known {
		r.sources++
	}
	if r.hint != nil && r.hint.ssrc == ssrc {
		r.hint = nil
	}
	r.last = ssrc
	return out, nil
}

// search tries the rollover counters that a stream may have that began before
// this receiver.
func (r *Receiver) search(dst, b []byte) ([]byte, error) {
	h := *r.hint
	for _, roc := range [...]uint32{h.roc, h.roc + 1, h.roc - 1} {
		r.context.SetROC(h.ssrc, roc)
		if out, err := r.context.DecryptRTP(dst, b, &r.header); err == nil {
			return out, nil
		}
	}
	r.context.SetROC(h.ssrc, 0)
	return nil, ErrAuth
}

// OpenControl checks an SRTCP packet and decrypts it into dst.
func (r *Receiver) OpenControl(dst, b []byte) ([]byte, error) {
	if len(b) < 8 {
		return nil, ErrAuth
	}
	_, known := r.context.Index(binary.BigEndian.Uint32(b[4:]))
	if !known && r.controls >= maxSources {
		return nil, ErrSources
	}
	out, err := r.context.DecryptRTCP(dst, b, &r.control)
	if err != nil {
		return nil, ErrAuth
	}
	if !known {
		r.controls++
	}
	return out, nil
}

// Rollover is the stream that was heard last, and its rollover counter.
func (r *Receiver) Rollover() (ssrc, roc uint32, ok bool) {
	roc, ok = r.context.ROC(r.last)
	return r.last, roc, ok && r.sources > 0
}

// Expect says that a stream may already have the given rollover counter, or one
// near it. RFC 3711, 3.3.1, keeps the counter over a change of keys, many
// implementations begin anew: both are understood.
func (r *Receiver) Expect(ssrc, roc uint32) { r.hint = &hint{ssrc, roc} }
