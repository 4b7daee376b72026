package verdict

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/golden"
	"github.com/plugboard/plugboard/sdk/event"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// patient is a leg whose facts a test makes, second by second.
type patient struct {
	*Judge
	now   time.Time
	facts Facts
	stats event.LegStats
	told  []event.Verdict
}

// newPatient is a leg that was answered at noon, and well.
func newPatient() *patient {
	p := &patient{Judge: New("101"), now: noon, facts: Facts{
		Up: true, Since: noon, Codec: "pcmu", Remote: "192.0.2.7:4000", Local: "198.51.100.1:20000", Peer: "192.0.2.7:5060",
	}}
	p.stats = event.LegStats{Direction: "sendrecv", RemoteSDP: "192.0.2.7:4000", Source: "192.0.2.7:4000", LevelIn: -24, LevelOut: -24, MOSIn: 4.3, JitterMs: 3, BufferMs: 40}
	return p
}

// lives lets seconds go by; each changes the counters beforehand.
func (p *patient) lives(seconds int, second func(s *event.LegStats)) *patient {
	for range seconds {
		p.now = p.now.Add(time.Second)
		now := p.now
		p.stats.At, p.stats.LastIn, p.stats.LastOut = &now, &now, &now
		p.stats.PacketsIn += 50
		p.stats.PacketsOut += 50
		if second != nil {
			second(&p.stats)
		}
		stats := p.stats
		p.facts.At, p.facts.Stats = p.now, &stats
		p.told = append(p.told, p.See(p.facts)...)
	}
	return p
}

// story is what was told, a line each.
func (p *patient) story() string {
	var b strings.Builder
	for _, v := range p.told {
		if v.Until != nil {
			fmt.Fprintf(&b, "%s well again: %s\n", v.Until.Format("15:04:05"), v.Code)
			continue
		}
		fmt.Fprintf(&b, "since %s %s %s: %s\n", v.Since.Format("15:04:05"), v.Where, v.Code, v.Text)
	}
	return b.String()
}

func TestWell(t *testing.T) {
	if got := newPatient().lives(120, nil).story(); got != "" {
		t.Error(got)
	}
}

// Each rule, provoked for half a minute and healed for another: its sentence,
// and that it is told once and taken back once.
func TestRules(t *testing.T) {
	before := func(d time.Duration) *time.Time { at := noon.Add(10*time.Second - d); return &at }
	var all strings.Builder
	for _, c := range []struct {
		code  string
		facts func(*Facts)
		ill   func(*event.LegStats)
	}{
		{"held", func(f *Facts) { f.Held = true }, nil},
		{"nothing_received", func(f *Facts) {}, func(s *event.LegStats) { s.PacketsIn, s.LastIn, s.Source = 0, nil, "" }},
		{"nothing_received", func(f *Facts) { f.Remote = "10.0.0.5:4000" }, func(s *event.LegStats) {
			s.PacketsIn, s.LastIn, s.Source, s.RemoteSDP = 0, nil, "", "10.0.0.5:4000"
		}},
		{"stopped", nil, func(s *event.LegStats) { s.PacketsIn -= 50; s.LastIn, s.SilentSince = before(0), before(0) }},
		{"refused", nil, func(s *event.LegStats) { s.Refused += 50; s.RefusedFrom = "203.0.113.9:4000" }},
		{"refused", nil, func(s *event.LegStats) { s.PacketsIn -= 50; s.Refused += 50; s.RefusedFrom = "203.0.113.9:4000" }},
		{"unagreed", nil, func(s *event.LegStats) { s.PacketsIn -= 50; s.Unagreed += 50; s.UnagreedType = 18 }},
		{"silent", nil, func(s *event.LegStats) { s.SilentSince = before(-time.Second); s.LevelIn = -127 }},
		{"late", nil, func(s *event.LegStats) { s.Late += 21; s.JitterMs = 180; s.BufferMs = 200 }},
		{"loss_in", nil, func(s *event.LegStats) { s.PacketsIn -= 4; s.Lost += 4 }},
		{"clipping", nil, func(s *event.LegStats) { s.LevelIn = -1.5; s.ClippedIn += 400 }},
		{"too_quiet", nil, func(s *event.LegStats) { s.LevelIn = -48 - 12*float64(s.PacketsIn/50%2) }},
		{"poor_in", nil, func(s *event.LegStats) { s.MOSIn = 2.4; s.BufferMs = 180 }},
		{"wrong_address", func(f *Facts) { f.Remote = "10.0.0.5:4000" }, func(s *event.LegStats) { s.RemoteSDP = "10.0.0.5:4000" }},
		{"nothing_sent", func(f *Facts) { f.Remote = "" }, func(s *event.LegStats) { s.PacketsOut -= 50; s.RemoteSDP = "" }},
		{"nothing_sent", nil, func(s *event.LegStats) { s.PacketsOut -= 50 }},
		{"not_heard", nil, func(s *event.LegStats) { s.RemoteLost = 1 }},
		{"loss_out", nil, func(s *event.LegStats) { s.RemoteLost = 0.07 }},
		{"poor_out", nil, func(s *event.LegStats) { s.MOSOut, s.RemoteLost, s.RTTMs, s.RemoteJitterMs = 2.1, 0.02, 700, 60 }},
		{"media", nil, func(s *event.LegStats) { s.Notes = []string{"packets come that do not fit the keys of SRTP"} }},
	} {
		p := newPatient()
		well := p.facts
		if c.code == "too_quiet" {
			p.lives(10, c.ill)
		} else if c.code != "nothing_received" {
			p.lives(10, nil)
		}
		good := p.stats
		if c.facts != nil {
			c.facts(&p.facts)
		}
		p.lives(30, c.ill)
		if now := p.Now(); len(now) != 1 || now[0].Code != c.code {
			t.Errorf("%s: %+v holds", c.code, now)
		}
		counters := p.stats
		p.facts, p.stats = well, good
		p.stats.PacketsIn, p.stats.PacketsOut, p.stats.Lost, p.stats.Late = counters.PacketsIn, counters.PacketsOut, counters.Lost, counters.Late
		p.stats.Refused, p.stats.Unagreed, p.stats.ClippedIn = counters.Refused, counters.Unagreed, counters.ClippedIn
		p.lives(30, nil)
		if len(p.told) != 2 || p.told[1].Until == nil || p.told[1].Code != c.code || len(p.Now()) != 0 {
			t.Errorf("%s:\n%s", c.code, p.story())
		}
		if d := cmp.Diff([]event.Verdict{p.told[1]}, p.All()); d != "" {
			t.Errorf("%s: %s", c.code, d)
		}
		all.WriteString(p.story())
	}
	golden.Check(t, "testdata/rules.txt", all.String())
}

// A fault that comes and goes each second neither flaps nor fills the memory.
func TestHysteresis(t *testing.T) {
	p := newPatient().lives(10, nil)
	for i := range 300 {
		p.lives(1, func(s *event.LegStats) {
			if i%4 == 0 {
				s.RemoteLost = 0.08
			} else {
				s.RemoteLost = 0
			}
		})
	}
	if len(p.told) != 0 {
		t.Errorf("a second of every four is told:\n%s", p.story())
	}
	for i := range 300 {
		p.lives(1, func(s *event.LegStats) {
			s.RemoteLost = 0.08
			if i > 10 && i%4 == 0 {
				s.RemoteLost = 0
			}
		})
	}
	if len(p.told) != 1 {
		t.Errorf("three seconds of every four are not one story:\n%s", p.story())
	}
}

// The text tells the worst that was seen, and is told once.
func TestTextFollowsTheWorst(t *testing.T) {
	p := newPatient().lives(10, nil)
	p.lives(8, func(s *event.LegStats) { s.RemoteLost = 0.05 })
	p.lives(8, func(s *event.LegStats) { s.RemoteLost = 0.40 })
	p.lives(2, func(s *event.LegStats) { s.RemoteLost = 0.06 })
	if now := p.Now(); len(p.told) != 1 || len(now) != 1 || !strings.Contains(now[0].Text, "40 %") || !strings.Contains(p.told[0].Text, "5.0 %") {
		t.Errorf("%+v\n%s", now, p.story())
	}
}

// A call on hold, one that rings, and a codec change give rise to nothing.
func TestNothingIsExpectedOfThem(t *testing.T) {
	mute := func(s *event.LegStats) { s.PacketsIn, s.PacketsOut, s.LastIn = 0, 0, nil }
	ringing := newPatient()
	ringing.facts.Up = false
	if got := ringing.lives(60, mute).story(); got != "" {
		t.Error(got)
	}
	inactive := newPatient()
	inactive.stats.Direction = "inactive"
	if got := inactive.lives(60, mute).story(); got != "" {
		t.Error(got)
	}
	changed := newPatient().lives(20, nil)
	changed.facts.Codec = "opus" // and its counters begin anew
	changed.stats.PacketsIn, changed.stats.PacketsOut = 0, 0
	if got := changed.lives(60, nil).story(); got != "" {
		t.Error(got)
	}
}

func TestVerdictsOfALifeAreBounded(t *testing.T) {
	p := newPatient().lives(10, nil)
	for range 200 {
		p.lives(2, func(s *event.LegStats) { s.Notes = []string{"a"} })
		p.lives(2, func(s *event.LegStats) { s.Notes = nil })
	}
	if n := len(p.All()); n != kept {
		t.Errorf("%d are remembered", n)
	}
}
