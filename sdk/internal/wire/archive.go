package wire

import (
	"time"

	"github.com/plugboard/plugboard/sdk/archive"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// ToRecording returns the message for a recording.
func ToRecording(r archive.Recording) *pb.Recording {
	return &pb.Recording{
		Id:         toText(r.ID),
		Call:       toText(r.Call),
		From:       toText(r.From),
		To:         toText(r.To),
		Route:      toText(r.Route),
		Began:      toTime(r.Began),
		Ended:      toTime(r.Ended),
		Lasts:      int64(r.Lasts),
		File:       toText(r.File),
		Format:     toText(r.Format),
		Bytes:      r.Bytes,
		Channels:   toTexts(r.Channels),
		Incomplete: toText(r.Incomplete),
	}
}

// FromRecording is the inverse of [ToRecording].
func FromRecording(m *pb.Recording) archive.Recording {
	return archive.Recording{
		ID:         m.GetId(),
		Call:       m.GetCall(),
		From:       m.GetFrom(),
		To:         m.GetTo(),
		Route:      m.GetRoute(),
		Began:      fromTime(m.GetBegan()),
		Ended:      fromTime(m.GetEnded()),
		Lasts:      time.Duration(m.GetLasts()),
		File:       m.GetFile(),
		Format:     m.GetFormat(),
		Bytes:      m.GetBytes(),
		Channels:   m.GetChannels(),
		Incomplete: m.GetIncomplete(),
	}
}

// ToUtterance returns the message for an utterance.
func ToUtterance(u archive.Utterance) *pb.Utterance {
	return &pb.Utterance{
		Call:    toText(u.Call),
		Leg:     toText(u.Leg),
		Name:    toText(u.Name),
		Number:  toText(u.Number),
		Began:   toTime(u.Began),
		Ended:   toTime(u.Ended),
		Text:    toText(u.Text),
		Final:   u.Final,
		Missing: toText(u.Missing),
		Lag:     int64(u.Lag),
	}
}

// FromUtterance is the inverse of [ToUtterance].
func FromUtterance(m *pb.Utterance) archive.Utterance {
	return archive.Utterance{
		Call:    m.GetCall(),
		Leg:     m.GetLeg(),
		Name:    m.GetName(),
		Number:  m.GetNumber(),
		Began:   fromTime(m.GetBegan()),
		Ended:   fromTime(m.GetEnded()),
		Text:    m.GetText(),
		Final:   m.GetFinal(),
		Missing: m.GetMissing(),
		Lag:     time.Duration(m.GetLag()),
	}
}
