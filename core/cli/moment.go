package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// moment reads a time as people write it: RFC 3339, a day or a minute of the
// local time, "today", "yesterday", or how long ago: "90m", "2h", "7d".
func moment(text string, now time.Time) (time.Time, error) {
	now = now.Local()
	year, month, day := now.Date()
	switch text {
	case "now":
		return now, nil
	case "today":
		return time.Date(year, month, day, 0, 0, 0, 0, time.Local), nil
	case "yesterday":
		return time.Date(year, month, day-1, 0, 0, 0, 0, time.Local), nil
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, nil
	}
	for _, form := range []string{time.DateOnly, "2006-01-02 15:04", time.DateTime, "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(form, text, time.Local); err == nil {
			return t, nil
		}
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if d, err := time.ParseDuration(text); err == nil && d >= 0 {
		return now.Add(-d), nil
	}
	return time.Time{}, fmt.Errorf("%q is no time: write how long ago (2h, 7d), today, yesterday, 2026-03-01, \"2026-03-01 14:00\" or 2026-03-01T14:00:00Z", text)
}
