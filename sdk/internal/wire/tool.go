package wire

import (
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
	"github.com/plugboard/plugboard/sdk/tool"
)

// ToAttach returns the message that attaches a tool to a call.
func ToAttach(c tool.Call) *pb.AttachRequest {
	return &pb.AttachRequest{
		Attachment: c.Attachment,
		Tool:       toText(c.Tool),
		Call:       c.ID,
		From:       toText(c.From),
		FromName:   toText(c.FromName),
		To:         toText(c.To),
		Route:      toText(c.Route),
		Started:    toTime(c.Started),
		Tick:       c.Tick,
		At:         toTime(c.At),
		Resumed:    c.Resumed,
	}
}

// FromAttach is the inverse of [ToAttach].
func FromAttach(m *pb.AttachRequest) tool.Call {
	return tool.Call{
		Attachment: m.GetAttachment(),
		Tool:       m.GetTool(),
		ID:         m.GetCall(),
		From:       m.GetFrom(),
		FromName:   m.GetFromName(),
		To:         m.GetTo(),
		Route:      m.GetRoute(),
		Started:    fromTime(m.GetStarted()),
		Tick:       m.GetTick(),
		At:         fromTime(m.GetAt()),
		Resumed:    m.GetResumed(),
	}
}

// Place is where a source of an attachment is on the media bus, and from which
// tick on.
type Place struct {
	Attachment string
	Line       uint32
	Tick       uint64
}

// ToSource returns the message that begins a source.
func ToSource(s tool.Speaker, at Place) *pb.SourceRequest {
	return &pb.SourceRequest{
		Attachment: at.Attachment,
		Source:     s.Leg,
		Kind:       s.Kind,
		Name:       toText(s.Name),
		Number:     toText(s.Number),
		Since:      toTime(s.Since),
		Line:       at.Line,
		Tick:       at.Tick,
	}
}

// FromSource is the inverse of [ToSource].
func FromSource(m *pb.SourceRequest) (tool.Speaker, Place) {
	return tool.Speaker{
			Leg:    m.GetSource(),
			Kind:   m.GetKind(),
			Name:   m.GetName(),
			Number: m.GetNumber(),
			Since:  fromTime(m.GetSince()),
		}, Place{
			Attachment: m.GetAttachment(),
			Line:       m.GetLine(),
			Tick:       m.GetTick(),
		}
}

// ToToolEvent returns the message for news of an attachment.
func ToToolEvent(attachment string, e tool.Event) *pb.ToolEvent {
	return &pb.ToolEvent{
		Attachment: attachment,
		Kind:       pb.ToolEvent_Kind(e.Kind),
		Text:       toText(e.Text),
		Frames:     e.Frames,
		Missed:     e.Missed,
	}
}

// FromToolEvent is the inverse of [ToToolEvent]. It reports false for news of a
// kind that is not known here: a newer plugin's.
func FromToolEvent(m *pb.ToolEvent) (attachment string, e tool.Event, known bool) {
	e = tool.Event{
		Kind:   tool.EventKind(m.GetKind()),
		Text:   m.GetText(),
		Frames: m.GetFrames(),
		Missed: m.GetMissed(),
	}
	return m.GetAttachment(), e, e.Kind >= tool.Changed && e.Kind <= tool.Ended
}
