package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// schedule reads when a place is open.
func (l *loader) schedule(s *Schedule, f *fields) {
	s.Place, s.Timezone = f.place, l.cfg.PBX.Timezone
	f.timezone(&s.Timezone)
	opens, places, whole := f.texts("open", `times such as "Mon-Fri 08:30-18:00"`)
	for i, text := range opens {
		spans, err := parseSpans(text)
		if err != nil {
			l.errorAt(places[i], "Not a time of the week", `Write days and times, such as "Mon-Fri 08:30-18:00" or "Sat,Sun 10:00-12:00"; in %s %s.`, quote(text), err)
		}
		s.Open = append(s.Open, spans...)
	}
	if len(opens) == 0 && whole {
		l.errorAt(f.place.Range("open"), "Never open", `%s has no times: write open = ["Mon-Fri 08:30-18:00"].`, s.Path())
	}
	closed, places, _ := f.texts("closed", `dates such as "2026-12-24"`)
	for i, text := range closed {
		r, err := parseDates(text)
		if err != nil {
			l.errorAt(places[i], "Not a date", `Write a date, such as "2026-12-24", or a range of them, such as "2026-12-24/2027-01-01"; in %s %s.`, quote(text), err)
			continue
		}
		s.Closed = append(s.Closed, r)
	}
	if at, ok := f.text("override", `a feature code such as "*21"`, &s.Override); ok {
		l.checkNumber(at, "override", s.Override)
	}
	l.cfg.Schedules = append(l.cfg.Schedules, s)
}

// weekdays are the days as a schedule writes them, by time.Weekday.
var weekdays = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// parseSpans reads "Mon-Thu,Sat 08:30-12:00,13:00-18:00". Without times it is
// the whole day.
func parseSpans(text string) ([]Span, error) {
	fields := strings.Fields(text)
	if len(fields) == 0 || len(fields) > 2 {
		return nil, fmt.Errorf("there are not days, then times")
	}
	days, err := parseDays(fields[0])
	if err != nil {
		return nil, err
	}
	if len(fields) == 1 {
		return []Span{{Days: days, From: 0, Until: 24 * 60}}, nil
	}
	var out []Span
	for part := range strings.SplitSeq(fields[1], ",") {
		first, last, ok := strings.Cut(part, "-")
		if !ok {
			return nil, fmt.Errorf("%s is no span of time", quote(part))
		}
		s := Span{Days: days}
		if s.From, err = parseClock(first); err != nil {
			return nil, err
		}
		if s.Until, err = parseClock(last); err != nil {
			return nil, err
		}
		if s.From == s.Until {
			return nil, fmt.Errorf("%s is no time at all; the whole day is 00:00-24:00", quote(part))
		}
		if s.From == 24*60 {
			return nil, fmt.Errorf("%s begins where the day ends", quote(part))
		}
		out = append(out, s)
	}
	return out, nil
}

func parseDays(text string) (days [7]bool, err error) {
	for part := range strings.SplitSeq(text, ",") {
		first, last, ok := strings.Cut(part, "-")
		if !ok {
			last = first
		}
		from, err := parseDay(first)
		if err != nil {
			return days, err
		}
		until, err := parseDay(last)
		if err != nil {
			return days, err
		}
		for d := from; ; d = (d + 1) % 7 { // Fri-Mon goes over the end of the week
			days[d] = true
			if d == until {
				break
			}
		}
	}
	return days, nil
}

func parseDay(text string) (int, error) {
	for i, name := range weekdays {
		if name == text {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s is no day: days are %s%s", quote(text), strings.Join(weekdays, ", "), aside(Suggest(text, weekdays)))
}

// parseClock reads "08:30" as minutes since midnight; "24:00" is the end of
// the day.
func parseClock(text string) (int, error) {
	h, m, ok := strings.Cut(text, ":")
	hour, errH := strconv.ParseUint(h, 10, 8)
	minute, errM := strconv.ParseUint(m, 10, 8)
	if !ok || errH != nil || errM != nil || len(m) != 2 || minute > 59 || hour > 24 || hour == 24 && minute > 0 {
		return 0, fmt.Errorf("%s is no time of the day", quote(text))
	}
	return int(hour*60 + minute), nil
}

// parseDates reads a date or "first/last".
func parseDates(text string) (r DateRange, err error) {
	first, last, ok := strings.Cut(text, "/")
	if !ok {
		last = first
	}
	if r.First, err = parseDate(first); err != nil {
		return r, err
	}
	if r.Last, err = parseDate(last); err != nil {
		return r, err
	}
	if r.Last.Before(r.First) {
		return r, fmt.Errorf("the last day is before the first")
	}
	return r, nil
}

func parseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fmt.Errorf("%s is no day of the calendar", quote(text))
	}
	return DateOf(t), nil
}
