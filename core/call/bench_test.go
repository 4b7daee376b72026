package call

import (
	"context"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/event"
)

// BenchmarkCall is a whole call of two parties in the hub: routed, rung,
// answered, hung up, recorded. The legs are free.
func BenchmarkCall(b *testing.B) {
	over := make(chan struct{}, 1)
	f := &free{}
	s := New(Options{
		Log: hclog.NewNullLogger(), Dialer: f, Rooms: f,
		Plan: func() Plan { return f },
		Emit: func(e event.Event) {
			if e.Type == event.CallEnded {
				over <- struct{}{}
			}
		},
	})
	defer s.Close()
	b.ReportAllocs()
	for b.Loop() {
		caller := &freeLeg{}
		inbox := s.Incoming(Incoming{ID: NewID(), Leg: caller, MaxForwards: 70, Facts: dialplan.Facts{To: dialplan.Callee{Number: "102"}}})
		caller.up = func() {
			inbox(News{Leg: caller, What: Answered})
			inbox(News{Leg: caller, What: Ended, Cause: Normal})
		}
		inbox(News{Leg: caller, What: Changed})
		<-over
	}
}

// free is a dialplan with one extension whose device answers at once, and a
// clock that never ticks.
type free struct{}

func (*free) Route(dialplan.Facts) dialplan.Decision {
	return dialplan.Decision{Route: "r", To: ben}
}
func (*free) ExtensionByNumber(string) *dialplan.Extension { return ben }
func (*free) ExtensionByName(string) *dialplan.Extension   { return nil }
func (*free) TrunkByName(string) *dialplan.Trunk           { return nil }
func (*free) DestinationFor(*dialplan.Extension, string) (dialplan.Destination, error) {
	return nil, nil
}
func (*free) Pressed(string) (string, bool) { return "", false }
func (*free) Announcement() *dialplan.Play  { return nil }
func (*free) Music(*dialplan.Prompt) Music  { return Music{} }
func (*free) Normalize(n string) string     { return n }
func (*free) Revision() string              { return "" }
func (*free) Add(*mix.Room)                 {}
func (*free) Remove(*mix.Room)              {}
func (*free) Park(string) *dialplan.Park    { return nil }
func (*free) Dial(_ context.Context, _ Dial, inbox Inbox) ([]Leg, error) {
	l := &freeLeg{}
	l.ended = func(c Cause) { inbox(News{Leg: l, What: Ended, Cause: c}) }
	inbox(News{Leg: l, What: Ringing})
	inbox(News{Leg: l, What: Answered})
	return []Leg{l}, nil
}

type deadLine struct{ _ byte }

func (*deadLine) Read(uint64, *audio.Frame) bool { return false }
func (*deadLine) Write(uint64, *audio.Frame)     {}

type freeLeg struct {
	up    func()
	ended func(Cause)
	line  deadLine
}

func (*freeLeg) ID() string                { return "leg" }
func (*freeLeg) Kind() Kind                { return KindExtension }
func (*freeLeg) Name() string              { return "ben" }
func (l *freeLeg) Line() mix.Line          { return &l.line }
func (*freeLeg) Ring()                     {}
func (*freeLeg) Progress()                 {}
func (*freeLeg) Proceed(What, string)      {}
func (*freeLeg) Text(string)               {}
func (l *freeLeg) Answer()                 { l.up() }
func (*freeLeg) Digit(byte, time.Duration) {}
func (l *freeLeg) Hangup(e End)            { l.ended(e.Cause) }
func (*freeLeg) Info() LegInfo             { return LegInfo{ID: "leg", State: "up"} }
