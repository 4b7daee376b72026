package api

import (
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// csvNames is the first line. Columns are only ever added, at the end.
var csvNames = [...]string{
	"id", "started", "from", "to", "dialplan", "route", "path", "cause", "text", "ended_by", "ringing", "answered", "ended",
	"ring_seconds", "talk_seconds", "emergency", "revision", "legs", "codecs", "mos", "verdicts",
}

// csvWriter writes records as CSV (RFC 4180). The first error stays.
type csvWriter struct{ *csv.Writer }

func newCSV(to io.Writer) csvWriter {
	w := csvWriter{csv.NewWriter(to)}
	w.UseCRLF = true
	_ = w.Write(csvNames[:])
	return w
}

func (w csvWriter) err() error { return w.Error() }

func (w csvWriter) write(list []event.CDR) {
	for _, c := range list {
		line := csvLine(c)
		for i := range line {
			line[i] = defused(line[i])
		}
		_ = w.Write(line)
	}
	w.Flush()
}

// csvLine is one call; several values in a cell are separated by "; ".
func csvLine(c event.CDR) []string {
	var legs, codecs, verdicts []string
	mos := math.Inf(1)
	for _, l := range c.Legs {
		who := l.Name
		if l.Number != "" && l.Kind != "trunk" {
			who = l.Number
		}
		legs = append(legs, strings.TrimSpace(l.Kind+" "+who)+" "+l.Cause)
		if l.Codec != "" && l.Answered != nil && !slices.Contains(codecs, l.Codec) {
			codecs = append(codecs, l.Codec)
		}
		for _, v := range l.Verdicts {
			if !slices.Contains(verdicts, v.Code) {
				verdicts = append(verdicts, v.Code)
			}
		}
		if s := l.Stats; s != nil {
			for _, m := range []float64{s.MOSIn, s.MOSOut} {
				if m > 0 {
					mos = min(mos, m)
				}
			}
		}
	}
	worst := ""
	if !math.IsInf(mos, 1) {
		worst = strconv.FormatFloat(mos, 'f', 2, 64)
	}
	seconds := func(s float64) string { return strconv.FormatFloat(math.Round(s*1000)/1000, 'f', -1, 64) }
	at := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.UTC().Format(time.RFC3339Nano)
	}
	const sep = "; "
	return []string{
		c.ID, at(&c.Started), c.From, c.To, c.Dialplan, c.Route, strings.Join(c.Path, sep), c.Cause, c.Text, c.EndedBy, at(c.Ringing), at(c.Answered), at(&c.Ended),
		seconds(c.RingSeconds), seconds(c.TalkSeconds), strconv.FormatBool(c.Emergency), c.Revision,
		strings.Join(legs, sep), strings.Join(codecs, sep), worst, strings.Join(verdicts, sep),
	}
}

// defused is a cell that no spreadsheet takes for a formula: a caller may name
// himself "=HYPERLINK(…)". A number such as +4930123456 is none.
func defused(cell string) string {
	start := strings.TrimLeft(cell, " \t\r\n")
	if start == "" || !strings.ContainsAny(start[:1], "=+-@") && !strings.HasPrefix(start, "＝") && !strings.HasPrefix(start, "＋") &&
		!strings.HasPrefix(start, "－") && !strings.HasPrefix(start, "＠") {
		return cell
	}
	if digits, ok := strings.CutPrefix(cell, "+"); ok && isNumber(digits) {
		return cell
	}
	return "'" + cell
}
