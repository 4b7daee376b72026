package cli_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/cli"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/golden"
)

// session is what commands print, as in a terminal; their words are split as
// by a shell that knows single quotes.
func session(t *testing.T, commands ...string) string {
	t.Helper()
	var out strings.Builder
	for _, c := range commands {
		var args []string
		for i, part := range strings.Split(c, "'") {
			if i%2 == 1 {
				args = append(args, part)
				continue
			}
			args = append(args, strings.Fields(part)...)
		}
		code, stdout, stderr := run(t, args...)
		fmt.Fprintf(&out, "$ plugboard %s\n%s", c, stdout)
		if stderr != "" {
			fmt.Fprintf(&out, "! %s", strings.ReplaceAll(strings.TrimSuffix(stderr, "\n"), "\n", "\n! ")+"\n")
		}
		if code != cli.Done {
			fmt.Fprintf(&out, "exit code %d\n", code)
		}
		out.WriteString("\n")
	}
	return out.String()
}

func TestTests(t *testing.T) {
	golden.Check(t, "testdata/test.txt", session(t,
		"test ../../docs/office.hcl",
		"test testdata/failing.hcl testdata/graph.hcl",
		"test testdata/none.hcl",
	))
}

func TestTestsAsJUnit(t *testing.T) {
	golden.Check(t, "testdata/test_junit.txt", session(t, "test --junit testdata/failing.hcl"))

	file := filepath.Join(t.TempDir(), "junit.xml")
	code, stdout, _ := run(t, "test", "--junit="+file, "testdata/failing.hcl", "../../docs/office.hcl")
	if code != cli.Wrong || !strings.HasPrefix(stdout, "ok    it rings\n") {
		t.Errorf("%d %s", code, stdout)
	}
	var doc struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name    string  `xml:"name,attr"`
				File    string  `xml:"file,attr"`
				Line    int     `xml:"line,attr"`
				Failure *string `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(read(t, file)), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Tests != 5 || doc.Failures != 1 || len(doc.Suites) != 2 || len(doc.Suites[1].Cases) != 3 || doc.Suites[1].Name != "../../docs/office.hcl" {
		t.Errorf("%+v", doc)
	}
	bad := doc.Suites[0].Cases[1]
	if bad.Failure == nil || bad.Name != `nobody <answers> & it is "busy"` || bad.File != "testdata/failing.hcl" || bad.Line != 24 || !strings.Contains(*bad.Failure, `Expected  extension.desk["anna"]`) {
		t.Errorf("%+v", bad)
	}
	if code, _, stderr := run(t, "test", "--junit="+filepath.Join(file, "x"), "../../docs/office.hcl"); code != cli.Refused || !strings.Contains(stderr, "cannot write the JUnit file") {
		t.Errorf("%d %s", code, stderr)
	}
}

func TestExplain(t *testing.T) {
	const office = " -c ../../docs/office.hcl"
	golden.Check(t, "testdata/explain.txt", session(t,
		"explain '030 5550100' --from trunk.first --caller '0151 12345678' --at '2026-03-10 10:00' --given keys=1 --given group.office=no_answer"+office,
		"explain '030 5550100' --from trunk.first --at '2026-03-14 10:00' --given keys=1"+office,
		"explain '0221 123456' --from 'extension.staff[\"ben\"]' --at '2026-03-10 10:00' --given trunk.first=503"+office,
		"explain 112 --from 102 --at '2026-03-10 10:00'"+office,
		"explain '0900 12345' --from 102 --at '2026-03-10 10:00'"+office,
		"explain 199 --from extension.staff.ben --at '2026-03-10 10:00'"+office,
		"explain 104 --from extension.staff.ben --at '2026-03-10 10:00' --given extension.staff.dora=busy"+office,
		"explain 102 --from extension.desk.anna --at '2026-03-10 10:00' --given extension.desk.ben=no_answer -c testdata/failing.hcl",
		"explain 800 --from extension.staf.ben"+office,
		"explain 800"+office,
		"explain 800 --from 101 --at noon"+office,
		"explain 800 --from 101 --given trunk.first=200"+office,
		"explain 800 --from 101 -c testdata/none.hcl",
	))
}

func TestExplainAsJSON(t *testing.T) {
	code, stdout, stderr := run(t, "explain", "112", "--from", "102", "--json", "-c", "../../docs/office.hcl")
	var x dialplan.Explanation
	if err := json.Unmarshal([]byte(stdout), &x); err != nil || code != cli.Done || !x.Emergency.Takes || x.Answered != "trunk.first" || !x.Call.At.Equal(now) {
		t.Errorf("%d %v %s%s", code, err, stdout, stderr)
	}
}

// What a far side sends cannot play with the terminal.
func TestExplainIsClean(t *testing.T) {
	_, stdout, _ := run(t, "explain", "\x1b[31m1\n2", "--from", "trunk.first", "--caller", "\x1b]0;x\a", "-c", "../../docs/office.hcl")
	if strings.ContainsAny(stdout, "\x1b\a") || !strings.Contains(stdout, "?[31m1?2") {
		t.Errorf("%q", stdout)
	}
}

// explainOffice answers as a daemon that runs docs/office.hcl, in which somebody
// has closed the office, and nobody is registered.
func explainOffice(q dialplan.Question) (dialplan.Explanation, error) {
	cfg, diags := config.Load("../../docs/office.hcl", config.Options{})
	if diags.HasErrors() {
		return dialplan.Explanation{}, diags
	}
	plan, diags := dialplan.Compile(cfg)
	if diags.HasErrors() {
		return dialplan.Explanation{}, diags
	}
	return plan.Explain(q, dialplan.Moment{Time: now, Overrides: map[string]bool{"office": false}, Down: func(dialplan.Destination) bool { return true }})
}

func TestExplainLive(t *testing.T) {
	path := daemon(t, &office{})
	golden.Check(t, "testdata/explain_live.txt", strings.ReplaceAll(session(t,
		"explain --live '030 5550100' --from trunk.first --at '2026-03-10 10:00' -c "+path,
		"explain --live 104 --from 101 --at '2026-03-10 10:00' --given trunk.first=503 -c "+path,
		"explain --live 104 --from group.office -c "+path,
		"explain --live 104 --from 101 --given group.office=ansers -c "+path,
	), path, "config.hcl"))
}
