package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

func TestFilters(t *testing.T) {
	s := open(t, t.TempDir(), nil, nil)
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	leg := func(kind, name, number string) event.CDRLeg {
		return event.CDRLeg{ID: kind + name, Kind: kind, Name: name, Number: number, Added: noon, Ended: noon}
	}
	talked := func(c event.CDR, seconds float64) event.CDR {
		at := c.Started.Add(time.Second)
		c.Answered, c.TalkSeconds = &at, seconds
		return c
	}
	in := cdr("in", 3)
	in.From, in.To, in.Legs = "+4930111", "+4930555101", []event.CDRLeg{leg("trunk", "east", "+4930111"), leg("extension", "staff/anna", "101")}
	out := cdr("out", 2)
	out.From, out.To, out.Legs = "101", "+4989222", []event.CDRLeg{leg("extension", "staff/anna", "101"), leg("trunk", "west", "+4989222")}
	out.Cause = "busy"
	alarm := cdr("alarm", 1)
	alarm.From, alarm.To, alarm.Emergency, alarm.Legs = "102", "112", true, []event.CDRLeg{leg("browser", "ben", "102"), leg("trunk", "east", "112")}
	group := cdr("group", 0)
	group.From, group.To, group.Cause, group.Legs = "103", "700", "no_answer", []event.CDRLeg{leg("extension", "cem", "103"), leg("extension", "ben", "102")}
	for _, c := range []event.CDR{talked(in, 61.5), out, talked(alarm, 20), group} {
		s.Observe(ended(c))
	}
	yes, no := true, false
	tests := []struct {
		name string
		q    Query
		want string
	}{
		{"all", Query{}, "in out alarm group"},
		{"limit", Query{Limit: 2}, "in out"},
		{"after", Query{After: "out"}, "alarm group"},
		{"from", Query{From: []string{"101"}}, "out"},
		{"from, in two forms", Query{From: []string{"030111", "+4930111"}}, "in"},
		{"to", Query{To: []string{"112"}}, "alarm"},
		{"number of a caller", Query{Number: []string{"103"}}, "group"},
		{"number of a callee or a leg", Query{Number: []string{"102", "+4989222"}}, "out alarm group"},
		{"extension by number", Query{Extension: "102"}, "alarm group"},
		{"extension by name", Query{Extension: "staff/anna"}, "in out"},
		{"an extension is no trunk", Query{Extension: "east"}, ""},
		{"trunk", Query{Trunk: "east"}, "in alarm"},
		{"cause", Query{Cause: []string{"busy"}}, "out"},
		{"causes", Query{Cause: []string{"busy", "no_answer"}}, "out group"},
		{"since", Query{Since: noon.Add(2 * time.Second)}, "in out"},
		{"until", Query{Until: noon.Add(2 * time.Second)}, "alarm group"},
		{"answered", Query{Answered: &yes}, "in alarm"},
		{"not answered", Query{Answered: &no}, "out group"},
		{"emergency", Query{Emergency: &yes}, "alarm"},
		{"talk", Query{MinTalk: time.Minute}, "in"},
		{"together", Query{Trunk: "east", Answered: &yes, MinTalk: 10 * time.Second, Until: noon.Add(3 * time.Second)}, "alarm"},
		{"what looks like SQL", Query{From: []string{"' OR 1=1 --"}}, ""},
	}
	check := func(among string) {
		for _, tt := range tests {
			if tt.q.Since.IsZero() {
				tt.q.Since = noon
			}
			list, err := s.Calls(t.Context(), tt.q)
			if got := ids(list); err != nil || got != tt.want {
				t.Errorf("%s, among %s: %q (%v), want %q", tt.name, among, got, err, tt.want)
			}
		}
	}
	check("few")
	for n := range many { // the same parties in as many calls before noon
		c := cdr(fmt.Sprint("old", n), -1-n)
		c.From, c.To, c.Legs = "+4989222", "103", []event.CDRLeg{leg("extension", "staff/anna", "101"), leg("browser", "ben", "102"), leg("trunk", "east", "+4989222")}
		s.Observe(ended(c))
	}
	check("many")
	if _, err := s.Calls(t.Context(), Query{After: "nobody"}); err != ErrUnknownCall {
		t.Errorf("after an unknown call: %v", err)
	}
}

// Page by page comes the same as at once, whatever is written meanwhile.
func TestPagesAreStable(t *testing.T) {
	s := open(t, t.TempDir(), nil, nil)
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 200 {
		s.Observe(ended(cdr(fmt.Sprintf("C%03d", n), random.IntN(20)))) // many at one instant
	}
	newer := 1000
	for _, size := range []int{1, 7, 100} {
		want := ids(all(t, s))
		var got []string
		for after := ""; ; newer++ {
			page, err := s.Calls(t.Context(), Query{Limit: size, After: after})
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			got, after = append(got, ids(page)), page[len(page)-1].ID
			s.Observe(ended(cdr(fmt.Sprintf("X%d", newer), newer)))
		}
		if joined := strings.Join(got, " "); joined != want {
			t.Errorf("by %d:\n%s\nwant\n%s", size, joined, want)
		}
	}
}
