package dialplan

import (
	"fmt"
	"testing"
	"time"
)

func scheduled(t *testing.T, body string) *Schedule {
	t.Helper()
	p := load(t, `
pbx { timezone = "Europe/Berlin" }
extension "a" { number = "101" }
schedule "s" {
`+body+`
}
dialplan "d" {
  from = [extension.a]
  route "r" {
    when = schedule.s.open
    to   = echo()
  }
}
`)
	return p.Schedules()[0]
}

func TestScheduleOpenAt(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	const office = `open = ["Mon-Thu 08:30-12:00,13:00-18:00", "Fri 08:30-15:00"]
closed = ["2026-12-24/2027-01-01", "2026-05-01"]`
	for _, c := range []struct {
		body, at string
		want     bool
	}{
		{office, "2026-03-10 08:29:59", false}, // a Tuesday
		{office, "2026-03-10 08:30:00", true},
		{office, "2026-03-10 11:59:59", true},
		{office, "2026-03-10 12:00:00", false},
		{office, "2026-03-10 13:00:00", true},
		{office, "2026-03-10 18:00:00", false},
		{office, "2026-03-13 14:59:00", true},  // Friday
		{office, "2026-03-13 15:00:00", false}, //
		{office, "2026-03-14 10:00:00", false}, // Saturday
		{office, "2026-05-01 10:00:00", false}, // Friday, closed
		{office, "2026-12-23 10:00:00", true},  // Wednesday
		{office, "2026-12-24 00:00:00", false},
		{office, "2026-12-31 10:00:00", false},
		{office, "2027-01-01 23:59:59", false},
		{office, "2027-01-04 08:30:00", true},

		// Over midnight: it belongs to the day on which it begins.
		{`open = ["Fri 22:00-02:00"]`, "2026-03-13 21:59:00", false},
		{`open = ["Fri 22:00-02:00"]`, "2026-03-13 23:00:00", true},
		{`open = ["Fri 22:00-02:00"]`, "2026-03-14 01:59:59", true},
		{`open = ["Fri 22:00-02:00"]`, "2026-03-14 02:00:00", false},
		{`open = ["Fri 22:00-02:00"]`, "2026-03-13 01:00:00", false},
		{`open = ["Sat 22:00-02:00"]`, "2026-03-15 01:00:00", true}, // into another week
		// Over the end of the week, whole days, and to the end of the day.
		{`open = ["Sat-Mon"]`, "2026-03-15 23:59:59", true},
		{`open = ["Sat-Mon"]`, "2026-03-16 00:00:00", true},
		{`open = ["Sat-Mon"]`, "2026-03-17 00:00:00", false},
		{`open = ["Wed,Fri 00:00-24:00"]`, "2026-03-13 23:59:59", true},
		{`open = ["Wed,Fri 00:00-24:00"]`, "2026-03-12 12:00:00", false},

		// The clock on the wall counts, on the days when it is changed too
		// (29 March 2026 at 02:00 to 03:00, 25 October at 03:00 to 02:00).
		{`open = ["Sun 01:30-03:30"]`, "2026-03-29 01:45:00", true},
		{`open = ["Sun 01:30-03:30"]`, "2026-03-29 03:15:00", true},
		{`open = ["Sun 01:30-03:30"]`, "2026-03-29 03:30:00", false},
		{`open = ["Sun 08:00-09:00"]`, "2026-03-29 08:30:00", true},
		{`open = ["Sun 08:00-09:00"]`, "2026-10-25 08:30:00", true},
	} {
		at, err := time.ParseInLocation(time.DateTime, c.at, berlin)
		if err != nil {
			t.Fatal(err)
		}
		s := scheduled(t, c.body)
		// Wherever the clock that tells the time stands.
		for _, seen := range []time.Time{at, at.UTC(), at.In(time.FixedZone("far", 14*3600))} {
			if got := s.OpenAt(seen); got != c.want {
				t.Errorf("%s: at %s open is %v", c.body, seen, got)
			}
		}
	}
	// Both hours of the one that comes twice.
	twice := scheduled(t, `open = ["Sun 02:00-03:00"]`)
	for _, utc := range []int{0, 1} {
		if at := time.Date(2026, 10, 25, utc, 30, 0, 0, time.UTC); !twice.OpenAt(at) {
			t.Errorf("closed at %s", at.In(berlin))
		}
	}
}

// A schedule has a timezone of its own, and goes by hand where somebody has
// switched it.
func TestScheduleZoneAndOverride(t *testing.T) {
	s := scheduled(t, "open = [\"Mon-Fri 09:00-17:00\"]\ntimezone = \"America/New_York\"")
	at := time.Date(2026, 3, 10, 20, 59, 0, 0, time.UTC) // 16:59 there: they change the clock sooner
	if !s.OpenAt(at) || s.OpenAt(at.Add(time.Minute)) {
		t.Error("it does not go by its own timezone")
	}
	f := Facts{Start: at}
	if !s.OpenFor(f) {
		t.Error("closed by the clock")
	}
	f.Overrides = map[string]bool{"other": false}
	if !s.OpenFor(f) {
		t.Error("switched by another's override")
	}
	f.Overrides["s"] = false
	if s.OpenFor(f) {
		t.Error("open though switched off")
	}
	f.Start, f.Overrides["s"] = at.Add(time.Hour), true
	if !s.OpenFor(f) {
		t.Error("closed though switched on")
	}
}

// schedule.x.open is a value like any other that is known during a call.
func TestScheduleInARoute(t *testing.T) {
	p := load(t, `
pbx { timezone = "UTC" }
extension "a" { number = "101" }
extension "b" { number = "102" }
schedule "day" { open = ["Mon-Fri 08:00-18:00"] }
schedule "late" { open = ["Mon-Fri 18:00-22:00"] }
dialplan "d" {
  from = [extension.a]
  route "day" {
    match = "1"
    when  = schedule.day.open && call.from.number == "101"
    to    = extension.a
  }
  route "late" {
    match         = "1"
    set_caller_id = schedule.late.open ? "201" : "202"
    to            = schedule.late.open ? extension.a : extension.b
  }
}
`)
	for hour, want := range map[int]string{9: "day extension.a", 20: "late extension.a 201", 23: "late extension.b 202"} {
		d := p.Route(Facts{From: Party{Number: "101", Extension: p.ExtensionByName("a")}, To: Callee{Raw: "1"},
			Start: time.Date(2026, 3, 10, hour, 0, 0, 0, time.UTC)})
		got := fmt.Sprint(d.Route, " ", d.To.Path())
		if d.CallerID != "" {
			got += " " + d.CallerID
		}
		if got != want {
			t.Errorf("at %d: %s, want %s", hour, got, want)
		}
	}
}
