package wire

import (
	"time"

	"github.com/plugboard/plugboard/sdk/app"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// ToAppStart returns the message that gives an app a call; line is that of the
// media bus.
func ToAppStart(f app.Facts, line uint32) *pb.AppStart {
	return &pb.AppStart{
		Call:          f.ID,
		Leg:           f.Leg,
		Line:          line,
		At:            toText(f.At),
		From:          toText(f.From),
		FromName:      toText(f.FromName),
		FromExtension: toText(f.FromExtension),
		FromTrunk:     toText(f.FromTrunk),
		To:            toText(f.To),
		Route:         toText(f.Route),
		Language:      toText(f.Language),
		Started:       toTime(f.Started),
		Answered:      f.Answered,
		Headers:       toTextMap(f.Headers),
		Config:        f.Config,
	}
}

// FromAppStart is the inverse of [ToAppStart].
func FromAppStart(m *pb.AppStart) (f app.Facts, line uint32) {
	return app.Facts{
		ID:            m.GetCall(),
		Leg:           m.GetLeg(),
		At:            m.GetAt(),
		From:          m.GetFrom(),
		FromName:      m.GetFromName(),
		FromExtension: m.GetFromExtension(),
		FromTrunk:     m.GetFromTrunk(),
		To:            m.GetTo(),
		Route:         m.GetRoute(),
		Language:      m.GetLanguage(),
		Started:       fromTime(m.GetStarted()),
		Answered:      m.GetAnswered(),
		Headers:       m.GetHeaders(),
		Config:        m.GetConfig(),
	}, m.GetLine()
}

// ToWish returns the message of what an app wishes.
func ToWish(w app.Wish) *pb.AppWish {
	return &pb.AppWish{
		Kind:  pb.AppWish_Kind(w.Kind),
		To:    toText(w.To),
		Ring:  int64(w.Ring),
		Name:  toText(w.Name),
		Value: toText(w.Value),
		Cause: toText(w.Cause),
		Found: toTextMap(w.Found),
	}
}

// FromWish is the inverse of [ToWish]. It reports false for a wish that is not
// known here: a newer plugin's.
func FromWish(m *pb.AppWish) (w app.Wish, known bool) {
	w = app.Wish{
		Kind:  app.WishKind(m.GetKind()),
		To:    m.GetTo(),
		Ring:  time.Duration(m.GetRing()),
		Name:  m.GetName(),
		Value: m.GetValue(),
		Cause: m.GetCause(),
		Found: m.GetFound(),
	}
	return w, w.Kind >= app.WishAnswer && w.Kind <= app.WishStop
}

// ToAnswer returns the message of what came of a wish.
func ToAnswer(a app.Answer) *pb.AppAnswer {
	return &pb.AppAnswer{Refused: toText(a.Refused), Cause: a.Cause, Talked: int64(a.Talked), Step: a.Step}
}

// FromAnswer is the inverse of [ToAnswer].
func FromAnswer(m *pb.AppAnswer) app.Answer {
	return app.Answer{Refused: m.GetRefused(), Cause: m.GetCause(), Talked: time.Duration(m.GetTalked()), Step: m.GetStep()}
}

// toTextMap is toText for each of list.
func toTextMap(list map[string]string) map[string]string {
	if list == nil {
		return nil
	}
	out := make(map[string]string, len(list))
	for k, v := range list {
		out[toText(k)] = toText(v)
	}
	return out
}
