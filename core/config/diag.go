package config

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/hcl/v2"
)

// errorAt is one error with its place.
func errorAt(at hcl.Range, summary, format string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: &at}
}

// warningAt is one warning with its place.
func warningAt(at hcl.Range, summary, format string, args ...any) *hcl.Diagnostic {
	d := errorAt(at, summary, format, args...)
	d.Severity = hcl.DiagWarning
	return d
}

// quote writes a string as HCL and JSON do.
func quote(s string) string { return strconv.Quote(s) }

// Suggest returns " Did you mean x?" for the candidate that is nearest to
// what was written, or "" if none is near.
func Suggest(given string, candidates []string) string {
	// Two letters changed places is a distance of 2.
	best, distance := "", 2
	if n := utf8.RuneCountInString(given); n > 3 {
		distance = 1 + max(2, n/3)
	}
	for _, c := range slices.Sorted(slices.Values(candidates)) {
		if d := levenshtein.Distance(strings.ToLower(given), strings.ToLower(c), nil); d < distance {
			best, distance = c, d
		}
	}
	if best == "" {
		return ""
	}
	return " Did you mean " + best + "?"
}

// oneOf lists words for a sentence: "a, b or c".
func oneOf(words ...string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// Sort puts diagnostics in the order of the files.
func Sort(diags hcl.Diagnostics) {
	slices.SortStableFunc(diags, func(a, b *hcl.Diagnostic) int {
		if a.Subject == nil || b.Subject == nil {
			return cmp.Or(cmp.Compare(btoi(a.Subject != nil), btoi(b.Subject != nil)), cmp.Compare(a.Detail, b.Detail))
		}
		return cmp.Or(
			cmp.Compare(a.Subject.Filename, b.Subject.Filename),
			cmp.Compare(a.Subject.Start.Byte, b.Subject.Start.Byte),
			cmp.Compare(a.Summary, b.Summary),
			cmp.Compare(a.Detail, b.Detail),
		)
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// place writes where a range begins: "config.hcl:12:5".
func place(r hcl.Range) string {
	return fmt.Sprintf("%s:%d:%d", r.Filename, r.Start.Line, r.Start.Column)
}

// WriteText writes diagnostics for people: what, where, the source with the
// place underlined, and what to do. cfg is what [Load] returned with them.
// Values of sensitive variables do not appear. color uses ANSI escapes.
func WriteText(w io.Writer, cfg *Config, diags hcl.Diagnostics, color bool) error {
	var out bytes.Buffer
	for i, d := range diags {
		if i > 0 {
			out.WriteByte('\n')
		}
		word, paint := "Error", "31"
		if d.Severity == hcl.DiagWarning {
			word, paint = "Warning", "33"
		}
		if color {
			word = "\x1b[1;" + paint + "m" + word + "\x1b[0m"
		}
		fmt.Fprintf(&out, "%s: %s\n", word, cfg.Redact(d.Summary))
		if d.Subject != nil {
			fmt.Fprintf(&out, "  at %s", place(*d.Subject))
			if in := cfg.inside(*d.Subject); in != "" {
				fmt.Fprintf(&out, ", in %s", in)
			}
			out.WriteByte('\n')
			cfg.writeSnippet(&out, *d.Subject)
		}
		if d.Detail != "" {
			fmt.Fprintf(&out, "  %s\n", strings.ReplaceAll(cfg.Redact(d.Detail), "\n", "\n  "))
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

// inside names the outermost block around a range: `group "office"`.
func (c *Config) inside(at hcl.Range) string {
	f := c.sources[at.Filename]
	if f == nil {
		return ""
	}
	if n, ok := f.Nav.(interface{ ContextString(int) string }); ok {
		return n.ContextString(at.Start.Byte)
	}
	return ""
}

// writeSnippet writes the lines of a range and underlines it in the first.
func (c *Config) writeSnippet(out *bytes.Buffer, at hcl.Range) {
	f := c.sources[at.Filename]
	if f == nil {
		return
	}
	lines := bytes.Split(f.Bytes, []byte("\n"))
	if at.Start.Line < 1 || at.Start.Line > len(lines) {
		return
	}
	line := string(bytes.TrimRight(lines[at.Start.Line-1], "\r"))
	// Columns count grapheme clusters, the terminal mostly agrees with runes.
	before := min(max(at.Start.Byte-lineStart(f.Bytes, at.Start.Line), 0), len(line))
	end := len(line)
	if at.End.Line == at.Start.Line {
		end = min(max(before, before+at.End.Byte-at.Start.Byte), len(line))
	}
	if safe := c.Redact(line); safe != line {
		// What the underline would point at is hidden; show the line alone.
		_, _, short := window("", "", safe)
		fmt.Fprintf(out, "\n%5d | %s\n\n", at.Start.Line, short)
		return
	}
	head, marked, tail := window(line[:before], line[before:end], line[end:])
	pad := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, head)
	carets := strings.Repeat("^", max(1, utf8.RuneCountInString(marked)))
	fmt.Fprintf(out, "\n%5d | %s%s%s\n      | %s%s\n\n", at.Start.Line, head, marked, tail, pad, carets)
}

// window cuts a long line to what surrounds the marked part.
func window(head, marked, tail string) (string, string, string) {
	const most = 100 // runes of each part
	if r := []rune(head); len(r) > most {
		head = "…" + string(r[len(r)-most:])
	}
	if r := []rune(marked); len(r) > most {
		marked, tail = string(r[:most])+"…", ""
	}
	if r := []rune(tail); len(r) > most {
		tail = string(r[:most]) + "…"
	}
	return head, marked, tail
}

// lineStart is the offset of the first byte of a line, counted from 1.
func lineStart(src []byte, line int) int {
	at := 0
	for range line - 1 {
		next := bytes.IndexByte(src[at:], '\n')
		if next < 0 {
			return len(src)
		}
		at += next + 1
	}
	return at
}

// Redact replaces the values of sensitive variables in a text.
func (c *Config) Redact(text string) string {
	for _, secret := range c.sensitive {
		text = strings.ReplaceAll(text, secret, Sensitive)
	}
	return text
}

type jsonDiagnostic struct {
	Severity string     `json:"severity"` // "error" or "warning"
	Summary  string     `json:"summary"`
	Detail   string     `json:"detail"`
	Block    string     `json:"block,omitempty"` // the outermost block around it
	Range    *jsonRange `json:"range,omitempty"`
}

type jsonRange struct {
	File  string  `json:"file"`
	Start jsonPos `json:"start"`
	End   jsonPos `json:"end"` // exclusive
}

type jsonPos struct {
	Line   int `json:"line"`   // from 1
	Column int `json:"column"` // from 1, in grapheme clusters
	Byte   int `json:"byte"`   // from 0
}

// WriteJSON writes diagnostics for editors: an array, [] if there are none,
// of {severity, summary, detail, block, range {file, start, end}}.
func WriteJSON(w io.Writer, cfg *Config, diags hcl.Diagnostics) error {
	list := []jsonDiagnostic{}
	for _, d := range diags {
		j := jsonDiagnostic{Severity: "error", Summary: cfg.Redact(d.Summary), Detail: cfg.Redact(d.Detail)}
		if d.Severity == hcl.DiagWarning {
			j.Severity = "warning"
		}
		if at := d.Subject; at != nil {
			j.Block = cfg.inside(*at)
			j.Range = &jsonRange{
				File:  at.Filename,
				Start: jsonPos(at.Start),
				End:   jsonPos(at.End),
			}
		}
		list = append(list, j)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(list)
}
