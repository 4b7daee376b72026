package call_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/leg"
)

// What a leg plugin tells of media is the same for a desk phone, a browser and a
// plugin's own party.
func TestLegInfoHears(t *testing.T) {
	from := netip.MustParseAddrPort("192.0.2.7:4000")
	was := call.LegInfo{Codec: "opus", Remote: "192.0.2.1:5000", Held: true}
	for _, c := range []struct {
		name string
		e    leg.Event
		want call.LegInfo
		news call.What // 0: none
	}{
		{"agreed", leg.Event{Kind: leg.Changed, Codec: "pcma", Remote: from}, call.LegInfo{Codec: "pcma", Remote: "192.0.2.7:4000"}, call.Changed},
		{"held", leg.Event{Kind: leg.Changed, Codec: "opus", Direction: leg.Inactive}, was, call.Changed},
		{"only hears", leg.Event{Kind: leg.Changed, Codec: "opus", Direction: leg.SendOnly}, call.LegInfo{Codec: "opus", Remote: "192.0.2.1:5000"}, call.Changed},
		{"source", leg.Event{Kind: leg.Source, Remote: from}, call.LegInfo{Codec: "opus", Remote: "192.0.2.7:4000", Held: true}, call.Changed},
		{"speaks", leg.Event{Kind: leg.Speaking, Speaking: true, Level: -20}, call.LegInfo{Codec: "opus", Remote: "192.0.2.1:5000", Held: true, Speaking: true, Level: -20}, call.Changed},
		{"presses", leg.Event{Kind: leg.Pressed}, was, call.Pressed},
		{"digit", leg.Event{Kind: leg.Digit, Digit: '#', Duration: time.Second}, was, call.Digit},
		{"no key", leg.Event{Kind: leg.Digit, Digit: 'x'}, was, 0},
		{"signalling", leg.Event{Kind: leg.Answered}, was, 0},
		{"end", leg.Event{Kind: leg.Lost}, was, 0},
	} {
		info := was
		n, ok := info.Hear(c.e)
		if ok != (c.news != 0) || n.What != c.news {
			t.Errorf("%s: news %v %v, want %v", c.name, n.What, ok, c.news)
		}
		if info.Codec != c.want.Codec || info.Remote != c.want.Remote || info.Held != c.want.Held || info.Speaking != c.want.Speaking || info.Level != c.want.Level {
			t.Errorf("%s: %+v, want %+v", c.name, info, c.want)
		}
	}
	var info call.LegInfo
	if n, _ := info.Hear(leg.Event{Kind: leg.Digit, Digit: '1', Duration: time.Hour}); n.Digit != '1' || n.Duration != 10*time.Second {
		t.Errorf("a key that is pressed for an hour: %c for %v", n.Digit, n.Duration)
	}
	if n, _ := info.Hear(leg.Event{Kind: leg.Digit, Digit: '1', Duration: -time.Second}); n.Duration != 0 {
		t.Errorf("a key that is pressed for less than nothing: %v", n.Duration)
	}
}
