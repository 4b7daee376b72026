package dialplan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/config"
)

// TestResult is what came of a test block.
type TestResult struct {
	Name string
	At   hcl.Range // of the block
	// Diags are what is not as it is expected, and what is wrong with the test
	// itself; it passed if there are none.
	Diags hcl.Diagnostics
	Trial Trial
}

// Test runs a test block of the configuration that the plan was compiled from.
func (p *Plan) Test(t *config.Test) TestResult {
	f := Facts{From: Party{Raw: t.Call.From}, To: Callee{Raw: t.Call.To}, Start: t.Call.At}
	switch on := p.destination(t.Call.On).(type) {
	case *Extension:
		f.From.Extension = on
	case *Trunk:
		f.From.Trunk = on
	case *Plugin:
		f.From.Plugin = on.Name
	}
	g := Given{Keys: t.Given.Keys}
	for _, o := range t.Given.Outcomes {
		g.Outcomes = append(g.Outcomes, GivenOutcome{Of: p.destination(o.Of), What: o.What, Status: o.Status})
	}
	r := testRun{plan: p, test: t, TestResult: TestResult{Name: t.Name, At: t.Block, Trial: p.Try(f, g)}}
	r.checkTime()
	r.checkGiven()
	r.checkExpected()
	return r.TestResult
}

// testRun is a test block that was tried.
type testRun struct {
	plan *Plan
	test *config.Test
	TestResult
}

func (r *testRun) wrong(at hcl.Range, summary, format string, args ...any) {
	r.Diags = append(r.Diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: r.plan.redact(fmt.Sprintf(format, args...)), Subject: &at})
}

// checkTime refuses a test that would come out otherwise tomorrow.
func (r *testRun) checkTime() {
	asks := r.Trial.AsksTime
	if !r.test.Call.At.IsZero() || len(asks) == 0 {
		return
	}
	or := ""
	if i := slices.IndexFunc(asks, func(s string) bool { return strings.HasPrefix(s, "schedule.") }); i >= 0 {
		or = fmt.Sprintf(", or %q = \"open\" to given", asks[i])
	}
	r.wrong(r.test.Range("call"), "When is the call?", "Where it goes depends on %s. Add at = \"2026-03-10 10:00\" to call%s.", strings.Join(asks, " and "), or)
}

// checkGiven refuses what is given for nothing: mostly, the call takes another
// way than its author thinks.
func (r *testRun) checkGiven() {
	const summary = "Given for nothing"
	for _, u := range r.Trial.Unused {
		i := slices.IndexFunc(r.test.Given.Outcomes, func(o config.Outcome) bool { return r.plan.destination(o.Of) == u.Of })
		at, path := r.test.Given.Outcomes[i].Range, u.Of.Path()
		switch of := u.Of.(type) {
		case *Failover:
			r.wrong(at, summary, "A failover asks its trunks: say what becomes of these, not of %s.", path)
		case *Schedule:
			r.wrong(at, summary, "No route that was tried asks whether %s is open.", path)
		case *Extension:
			if r.Trial.rang[of] {
				r.wrong(at, summary, "%s is rung as a member of a group of which an outcome is given, and that goes before.", path)
				continue
			}
			r.wrong(at, summary, "The call does not come to %s.", path)
		case *Group:
			r.wrong(at, summary, "The call does not come to %s, or what is given of its members, or of a group that it is in, goes before.", path)
		default:
			r.wrong(at, summary, "The call does not come to %s.", path)
		}
	}
	if keys := r.Trial.UnusedKeys; keys != "" {
		r.wrong(r.test.Range("given.keys"), summary, "Nothing waits for the keys %q.", keys)
	}
}

func (r *testRun) checkExpected() {
	t, x := r.test, r.Trial.Explanation
	var path []string
	for _, d := range t.Expect.Path {
		path = append(path, d.Path())
	}
	for _, e := range []struct{ what, summary, expected, got string }{
		{"path", "Another way", list(path), list(x.Path)},
		{"tools", "Other tools", list(t.Expect.Tools), list(x.Tools)},
		{"caller_id", "Another caller id", t.Expect.CallerID, x.CallerID},
		{"to", "Another number", t.Expect.To, x.Asked},
		{"cause", "Another cause", t.Expect.Cause, string(x.Cause)},
		{"record", "Recording", fmt.Sprint(t.Expect.Record), fmt.Sprint(x.Record)},
	} {
		if t.Has("expect."+e.what) && r.plan.redact(e.expected) != e.got {
			r.wrong(t.Range("expect."+e.what), e.summary, "Expected  %s\nGot       %s", cmp.Or(e.expected, "nothing"), cmp.Or(e.got, "nothing"))
		}
	}
}

func list(texts []string) string {
	if len(texts) == 0 {
		return "nothing"
	}
	return strings.Join(texts, ", ")
}
