package remote

import (
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// giver hands over what it says, if it is willing.
type giver struct {
	quiet
	willing, angry bool
	to             leg.Endpoint
	nothing        int // Delivers of nil
}

func (g *giver) GatherTo(_ uint64, f *audio.Frame, to leg.Endpoint) (sound, handed bool) {
	if g.angry {
		panic("no")
	}
	g.to = to
	*f = audio.Frame{0.5}
	return !g.willing, g.willing
}

func (g *giver) Deliver(tick uint64, f *audio.Frame) {
	g.quiet.Deliver(tick, f)
	if f == nil {
		g.nothing++
	}
}

func TestAFrameIsHandedToTheLegThatTheCoreNames(t *testing.T) {
	var legs []*giver
	d := newDesk(maker(func(leg.Params, func(leg.Event)) (leg.Endpoint, error) {
		legs = append(legs, &giver{quiet: quiet{t: t}, willing: true})
		return legs[len(legs)-1], nil
	}))
	a, b := d.line(t, "a"), d.line(t, "b")
	tick := uint64(10)
	step := func() (handed bool) {
		a.WriteHand(tick, &audio.Frame{0.1}, b)
		b.Write(tick, &audio.Frame{0.1})
		d.Deliver(tick)
		d.Gather(tick + 1)
		tick++
		return a.Handed(tick)
	}
	var f audio.Frame
	if !step() || legs[0].to != legs[1] || a.Read(tick, &f) || !b.Read(tick, &f) {
		t.Error("the frame went elsewhere")
	}
	if legs[1].nothing != 0 {
		t.Error("who was given nothing yet is not handed what the mixer has")
	}
	if step(); legs[1].nothing != 1 || legs[0].nothing != 0 {
		t.Errorf("%d and %d frames are left out", legs[0].nothing, legs[1].nothing)
	}
	legs[0].willing = false
	if step() || !a.Read(tick, &f) || f[0] != 0.5 {
		t.Error("what is not handed over does not come")
	}
	legs[0].willing = true
	if _, err := d.rpc.Close(t.Context(), &pb.CloseRequest{Legs: []string{"b"}}); err != nil {
		t.Fatal(err)
	}
	if step() {
		t.Error("a frame was handed to a leg that is closed")
	}
	// The line is not the next leg's, whoever has it.
	c := d.line(t, "c")
	b = c
	if !step() || legs[0].to != legs[2] {
		t.Error("the frame is not handed to the one that came")
	}
	legs[0].angry = true
	step()
	if _, err := d.rpc.Close(t.Context(), &pb.CloseRequest{Legs: []string{"c"}}); err != nil {
		t.Error("the other leg stays busy: ", err)
	}
	d.Server.Close(t.Context())
}
