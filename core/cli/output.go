package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// forms is the choice of output of commands that show something.
type forms struct {
	JSON bool `name:"json" help:"Print JSON, as the API answers."`
}

// writeJSON prints v for programs.
func (a *app) writeJSON(v any) error {
	enc := json.NewEncoder(a.Stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return written(enc.Encode(v))
}

// written makes a failure of standard output (a full disk, a closed pipe) no
// bug of ours.
func written(err error) error {
	if err == nil {
		return nil
	}
	return fail(Refused, "cannot write: %w", err)
}

// table prints rows in aligned columns; the first row is the head.
func table(w io.Writer, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i, cell := range row {
			if cell == "" {
				cell = "-"
			}
			if i > 0 {
				fmt.Fprint(t, "\t")
			}
			fmt.Fprint(t, clean(cell))
		}
		fmt.Fprint(t, "\n")
	}
	return written(t.Flush())
}

// clean takes out what a far side could play with a terminal, such as escapes,
// and what breaks a table.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

// age prints how long something lasts: "0:07", "12:30", "3:02:00", "4d 3h".
func age(d time.Duration) string {
	s := int(max(0, d).Seconds())
	switch {
	case s < 3600:
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	case s < 86400:
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%dd %dh", s/86400, s/3600%24)
}

// plural prints "1 call", "2 calls".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
