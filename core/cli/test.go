package cli

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/dialplan"
)

type testCmd struct {
	JUnit junit    `name:"junit" placeholder:"[=FILE]" help:"Write what came of them as JUnit XML, to a file or to standard output."`
	Files []string `arg:"" optional:"" name:"file" help:"Files or folders of *.hcl; else that of --config."`
}

// junit is where JUnit XML goes: "" is nowhere, "-" standard output.
type junit string

// IsBool lets the flag stand alone.
func (*junit) IsBool() bool { return true }

// Decode implements [kong.MapperValue]: --junit or --junit=FILE.
func (j *junit) Decode(ctx *kong.DecodeContext) error {
	*j = standard
	if ctx.Scan.Peek().Type == kong.FlagValueToken {
		*j = junit(ctx.Scan.Pop().String())
	}
	return nil
}

// tested is a configuration and what came of its tests.
type tested struct {
	file    string
	cfg     *config.Config
	results []dialplan.TestResult
}

func (t tested) failed() (n int) {
	for _, r := range t.results {
		if len(r.Diags) > 0 {
			n++
		}
	}
	return n
}

// Run implements the command.
func (c *testCmd) Run(a *app) error {
	files := c.Files
	if len(files) == 0 {
		files = []string{a.Config}
	}
	var all []tested
	for _, file := range files {
		cfg, plan, err := a.plan(file)
		if err != nil {
			return err
		}
		t := tested{file: file, cfg: cfg}
		for _, block := range cfg.Tests {
			t.results = append(t.results, plan.Test(block))
		}
		all = append(all, t)
	}
	text := a.Stdout
	if c.JUnit == standard {
		text = a.Stderr
	}
	failed := 0
	for _, t := range all {
		failed += t.failed()
		if err := t.write(text, a.color()); err != nil {
			return err
		}
	}
	if c.JUnit != "" {
		if err := writeJUnit(a.Stdout, string(c.JUnit), all); err != nil {
			return err
		}
	}
	if failed > 0 {
		return &Error{Code: Wrong}
	}
	return nil
}

// write prints what came of the tests: of those that failed, what was expected
// where, and the way that the call took.
func (t tested) write(w io.Writer, color bool) error {
	var out bytes.Buffer
	for _, r := range t.results {
		if len(r.Diags) == 0 {
			fmt.Fprintf(&out, "ok    %s\n", clean(r.Name))
			continue
		}
		fmt.Fprintf(&out, "FAIL  %s\n\n", clean(r.Name))
		var said bytes.Buffer
		if err := config.WriteText(&said, t.cfg, r.Diags, color); err != nil {
			return err
		}
		said.WriteByte('\n')
		if err := writeExplanation(&said, r.Trial.Explanation, ""); err != nil {
			return err
		}
		for line := range strings.Lines(said.String()) {
			if line != "\n" {
				out.WriteString("      ")
			}
			out.WriteString(line)
		}
		out.WriteByte('\n')
	}
	switch n := t.failed(); {
	case len(t.results) == 0:
		fmt.Fprintf(&out, "%s has no test blocks.\n", t.file)
	case n == 0:
		fmt.Fprintf(&out, "%s: %s passed.\n", t.file, plural(len(t.results), "test"))
	default:
		fmt.Fprintf(&out, "%s: %d of %s failed.\n", t.file, n, plural(len(t.results), "test"))
	}
	_, err := w.Write(out.Bytes())
	return written(err)
}

// The elements of JUnit XML, as CI servers read it.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		ClassName string        `xml:"classname,attr"`
		File      string        `xml:"file,attr"`
		Line      int           `xml:"line,attr"`
		Failure   *junitFailure `xml:"failure,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes the results to a file, or to standard output.
func writeJUnit(stdout io.Writer, file string, all []tested) error {
	doc := junitSuites{}
	for _, t := range all {
		s := junitSuite{Name: t.file, Tests: len(t.results), Failures: t.failed()}
		for _, r := range t.results {
			one := junitCase{Name: r.Name, ClassName: t.file, File: r.At.Filename, Line: r.At.Start.Line}
			if len(r.Diags) > 0 {
				var text bytes.Buffer
				if err := config.WriteText(&text, t.cfg, r.Diags, false); err != nil {
					return err
				}
				text.WriteByte('\n')
				if err := writeExplanation(&text, r.Trial.Explanation, ""); err != nil {
					return err
				}
				one.Failure = &junitFailure{Message: summaries(r.Diags), Type: "failure", Text: text.String()}
			}
			s.Cases = append(s.Cases, one)
		}
		doc.Tests, doc.Failures = doc.Tests+s.Tests, doc.Failures+s.Failures
		doc.Suites = append(doc.Suites, s)
	}
	body, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	body = append([]byte(xml.Header), append(body, '\n')...)
	if file == standard {
		_, err := stdout.Write(body)
		return written(err)
	}
	if err := os.WriteFile(file, body, 0o644); err != nil {
		return fail(Refused, "cannot write the JUnit file: %w", err)
	}
	return nil
}

func summaries(diags hcl.Diagnostics) string {
	var out []string
	for _, d := range diags {
		out = append(out, d.Summary)
	}
	return strings.Join(out, "; ")
}
