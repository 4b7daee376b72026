// Package wire turns the values of the Go contracts into messages of the
// protocol (sdk/proto) and back. It is the only place that does, and its tests
// fill every field of every value by reflection, so that a new field that
// does not cross is found at once.
//
// What comes from the other process is not trusted: an address that does not
// parse, a direction or a kind of news that is not known here is the zero
// value or an error, never a panic.
package wire

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/plugboard/plugboard/sdk/leg"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// Attachment is where a leg's audio is on the media bus.
type Attachment struct {
	Line    uint32 // of the bus
	Sockets uint64 // the token under which the sockets were passed over
}

// ToOpen returns the message that opens a leg.
func ToOpen(p leg.Params, at Attachment) *pb.OpenRequest {
	m := &pb.OpenRequest{
		Leg:       p.Leg,
		Call:      p.Call,
		Codecs:    p.Codecs,
		Symmetric: p.Symmetric,
		Remote:    p.Remote,
		Direction: ToDirection(p.Direction),
		Line:      at.Line,
		Sockets:   at.Sockets,

		Encryption: p.Encryption,
		Denoise:    p.Denoise,
		Gain:       p.Gain,
		State:      p.State,
	}
	if p.Address.IsValid() {
		m.Address = p.Address.String()
	}
	return m
}

// FromOpen is the inverse of [ToOpen].
func FromOpen(m *pb.OpenRequest) (leg.Params, Attachment, error) {
	p := leg.Params{
		Leg:       m.GetLeg(),
		Call:      m.GetCall(),
		Codecs:    m.GetCodecs(),
		Symmetric: m.GetSymmetric(),
		Remote:    m.GetRemote(),
		Direction: FromDirection(m.GetDirection()),

		Encryption: m.GetEncryption(),
		Denoise:    m.GetDenoise(),
		Gain:       m.GetGain(),
		State:      m.GetState(),
	}
	at := Attachment{Line: m.GetLine(), Sockets: m.GetSockets()}
	if m.GetAddress() != "" {
		a, err := netip.ParseAddr(m.GetAddress())
		if err != nil {
			return p, at, fmt.Errorf("address of leg %s: %w", p.Leg, err)
		}
		p.Address = a
	}
	return p, at, nil
}

// ToDirection returns d as the protocol numbers it.
func ToDirection(d leg.Direction) pb.Direction { return pb.Direction(d) }

// FromDirection is the inverse of [ToDirection]. What is not known is
// inactive.
func FromDirection(d pb.Direction) leg.Direction {
	if d < pb.Direction_DIRECTION_SENDRECV || d > pb.Direction_DIRECTION_INACTIVE {
		return leg.Inactive
	}
	return leg.Direction(d)
}

// ToEvent returns the message for news of the leg with the given id.
func ToEvent(id string, e leg.Event) *pb.Event {
	return &pb.Event{
		Leg:       id,
		Kind:      pb.Event_Kind(e.Kind),
		Digit:     uint32(e.Digit),
		Duration:  int64(e.Duration),
		Codec:     toText(e.Codec),
		Direction: ToDirection(e.Direction),
		Remote:    toAddrPort(e.Remote),
		Reason:    toText(e.Reason),
		Speaking:  e.Speaking,
		Level:     e.Level,
		State:     e.State,
		Cause:     toText(e.Cause),
	}
}

// FromEvent is the inverse of [ToEvent]. It reports false for news of a kind
// that is not known here: a newer plugin's.
func FromEvent(m *pb.Event) (id string, e leg.Event, known bool) {
	e = leg.Event{
		Kind:      leg.EventKind(m.GetKind()),
		Digit:     byte(m.GetDigit()),
		Duration:  time.Duration(m.GetDuration()),
		Codec:     m.GetCodec(),
		Direction: FromDirection(m.GetDirection()),
		Remote:    fromAddrPort(m.GetRemote()),
		Reason:    m.GetReason(),
		Speaking:  m.GetSpeaking(),
		Level:     m.GetLevel(),
		State:     m.GetState(),
		Cause:     m.GetCause(),
	}
	return m.GetLeg(), e, e.Kind >= leg.Changed && e.Kind <= leg.Ended
}

// ToStats returns the message for a leg's counters.
func ToStats(s leg.Stats) *pb.Stats {
	return &pb.Stats{
		Codec:          toText(s.Codec),
		Direction:      ToDirection(s.Direction),
		Remote:         toAddrPort(s.Remote),
		PacketsIn:      s.PacketsIn,
		PacketsOut:     s.PacketsOut,
		BytesIn:        s.BytesIn,
		BytesOut:       s.BytesOut,
		Lost:           s.Lost,
		Late:           s.Late,
		Duplicate:      s.Duplicate,
		Concealed:      s.Concealed,
		Refused:        s.Refused,
		JitterMs:       s.JitterMs,
		BufferMs:       s.BufferMs,
		RemoteSdp:      toAddrPort(s.RemoteSDP),
		Secure:         toText(s.Secure),
		RefusedFrom:    toAddrPort(s.RefusedFrom),
		ConcealedMs:    s.ConcealedMs,
		StretchedMs:    s.StretchedMs,
		RttMs:          s.RTTMs,
		RemoteLost:     s.RemoteLost,
		RemoteJitterMs: s.RemoteJitterMs,
		LevelIn:        s.LevelIn,
		LevelOut:       s.LevelOut,
		ClippedIn:      s.ClippedIn,
		MosIn:          s.MOSIn,
		MosOut:         s.MOSOut,
		LastIn:         toTime(s.LastIn),
		LastOut:        toTime(s.LastOut),
		SilentSince:    toTime(s.SilentSince),
		Notes:          toTexts(s.Notes),
		Source:         toAddrPort(s.Source),
		Unagreed:       s.Unagreed,
		UnagreedType:   uint32(s.UnagreedType),
	}
}

// FromStats is the inverse of [ToStats]; nil gives the zero value.
func FromStats(m *pb.Stats) leg.Stats {
	return leg.Stats{
		Codec:          m.GetCodec(),
		Direction:      FromDirection(m.GetDirection()),
		Remote:         fromAddrPort(m.GetRemote()),
		PacketsIn:      m.GetPacketsIn(),
		PacketsOut:     m.GetPacketsOut(),
		BytesIn:        m.GetBytesIn(),
		BytesOut:       m.GetBytesOut(),
		Lost:           m.GetLost(),
		Late:           m.GetLate(),
		Duplicate:      m.GetDuplicate(),
		Concealed:      m.GetConcealed(),
		Refused:        m.GetRefused(),
		JitterMs:       m.GetJitterMs(),
		BufferMs:       m.GetBufferMs(),
		RemoteSDP:      fromAddrPort(m.GetRemoteSdp()),
		Secure:         m.GetSecure(),
		RefusedFrom:    fromAddrPort(m.GetRefusedFrom()),
		ConcealedMs:    m.GetConcealedMs(),
		StretchedMs:    m.GetStretchedMs(),
		RTTMs:          m.GetRttMs(),
		RemoteLost:     m.GetRemoteLost(),
		RemoteJitterMs: m.GetRemoteJitterMs(),
		LevelIn:        m.GetLevelIn(),
		LevelOut:       m.GetLevelOut(),
		ClippedIn:      m.GetClippedIn(),
		MOSIn:          m.GetMosIn(),
		MOSOut:         m.GetMosOut(),
		LastIn:         fromTime(m.GetLastIn()),
		LastOut:        fromTime(m.GetLastOut()),
		SilentSince:    fromTime(m.GetSilentSince()),
		Notes:          m.GetNotes(),
		Source:         fromAddrPort(m.GetSource()),
		Unagreed:       m.GetUnagreed(),
		UnagreedType:   uint8(m.GetUnagreedType()),
	}
}

// ToClosed returns what became of a leg that was closed.
func ToClosed(s leg.Stats, err error) *pb.CloseReply_Closed {
	m := &pb.CloseReply_Closed{Stats: ToStats(s)}
	if err != nil {
		m.Error = toText(err.Error())
	}
	return m
}

// FromClosed is the inverse of [ToClosed].
func FromClosed(m *pb.CloseReply_Closed) (leg.Stats, error) {
	if m.GetError() != "" {
		return FromStats(m.GetStats()), errors.New(m.GetError())
	}
	return FromStats(m.GetStats()), nil
}

func toAddrPort(a netip.AddrPort) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

func fromAddrPort(s string) netip.AddrPort {
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		return netip.AddrPort{}
	}
	return a
}

// toTime returns nanoseconds since 1970, and 0 for the zero time.
func toTime(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromTime(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}

// toTexts is toText for each of list.
func toTexts(list []string) []string {
	for i, s := range list {
		if !utf8.ValidString(s) {
			list = slices.Clone(list)
			for j := i; j < len(list); j++ {
				list[j] = toText(list[j])
			}
			break
		}
	}
	return list
}

// toText makes s fit for the protocol, whose strings are UTF-8: one that is
// not would end the stream for every leg of the plugin.
func toText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
