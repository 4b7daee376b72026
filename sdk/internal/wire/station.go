package wire

import (
	"github.com/plugboard/plugboard/sdk/leg"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// ToDial returns the message that dials, with the line of the media bus.
func ToDial(d leg.Dial, line uint32) *pb.DialRequest {
	return &pb.DialRequest{
		Leg: d.Leg, Call: d.Call, Line: line, Address: toText(d.Address),
		From: toText(d.From), FromName: toText(d.FromName), To: toText(d.To), Headers: toTextMap(d.Headers),
	}
}

// FromDial is the inverse of [ToDial].
func FromDial(m *pb.DialRequest) (leg.Dial, uint32) {
	return leg.Dial{
		Leg: m.GetLeg(), Call: m.GetCall(), Address: m.GetAddress(),
		From: m.GetFrom(), FromName: m.GetFromName(), To: m.GetTo(), Headers: m.GetHeaders(),
	}, m.GetLine()
}

// ToArrival returns the message for a call that came in.
func ToArrival(number uint64, a *leg.Arrival) *pb.Arrival {
	return &pb.Arrival{
		Arrival: number, From: toText(a.From), FromName: toText(a.FromName), To: toText(a.To), Headers: toTextMap(a.Headers),
	}
}

// FromArrival is the inverse of [ToArrival].
func FromArrival(m *pb.Arrival) (uint64, leg.Arrival) {
	return m.GetArrival(), leg.Arrival{From: m.GetFrom(), FromName: m.GetFromName(), To: m.GetTo(), Headers: m.GetHeaders()}
}

// ToSignal returns the message for a signal to the leg with the given id.
func ToSignal(id string, s leg.Signal) *pb.SignalRequest {
	return &pb.SignalRequest{Leg: id, Kind: pb.SignalRequest_Kind(s.Kind), Cause: toText(s.Cause), Text: toText(s.Text)}
}

// FromSignal is the inverse of [ToSignal]. It reports false for a signal that is
// not known here: a newer core's.
func FromSignal(m *pb.SignalRequest) (s leg.Signal, known bool) {
	s = leg.Signal{Kind: leg.SignalKind(m.GetKind()), Cause: m.GetCause(), Text: m.GetText()}
	return s, s.Kind >= leg.SignalRing && s.Kind <= leg.SignalHangup
}
