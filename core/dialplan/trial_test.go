package dialplan

import (
	"bytes"
	"cmp"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/golden"
)

// suite loads a file with test blocks.
func suite(t testing.TB, file string) (*Plan, *config.Config) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, cfg, diags := tryLoad(string(src))
	if diags.HasErrors() {
		t.Fatalf("%s is refused:\n%s", file, said(t, cfg, diags))
	}
	return p, cfg
}

func said(t testing.TB, cfg *config.Config, diags hcl.Diagnostics) string {
	t.Helper()
	var out bytes.Buffer
	if err := config.WriteText(&out, cfg, diags, false); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Every rule of a trial is a test block that passes.
func TestTrials(t *testing.T) {
	p, cfg := suite(t, "testdata/trials.hcl")
	if len(cfg.Tests) < 30 {
		t.Fatalf("%d tests", len(cfg.Tests))
	}
	for _, block := range cfg.Tests {
		t.Run(block.Name, func(t *testing.T) {
			if r := p.Test(block); len(r.Diags) > 0 {
				t.Errorf("%s%s", said(t, cfg, r.Diags), way(r.Trial))
			}
		})
	}
}

// way is a call's way in one line each.
func way(t Trial) string {
	var out strings.Builder
	for _, s := range t.Way {
		out.WriteString(s.At + ": " + s.Does + ": " + s.Then + "\n")
	}
	return out.String() + string(t.Cause) + " " + t.Answered + " " + t.Text + "\n"
}

// What a failed test says stands in the golden.
func TestFailedTests(t *testing.T) {
	p, cfg := suite(t, "testdata/trials_failed.hcl")
	var got strings.Builder
	for _, block := range cfg.Tests {
		r := p.Test(block)
		if len(r.Diags) == 0 {
			t.Errorf("%q passes", block.Name)
		}
		got.WriteString("# " + block.Name + "\n\n" + said(t, cfg, r.Diags) + "\n")
	}
	golden.Check(t, "testdata/trials_failed.txt", got.String())
}

func TestExplain(t *testing.T) {
	p, _ := suite(t, "testdata/trials.hcl")
	now := time.Date(2026, 3, 10, 9, 30, 0, 0, time.UTC)
	x, err := p.Explain(Question{Number: "030 5550", From: "trunk.first", Given: map[string]string{"keys": "1", "trunk.third": "503"}}, Moment{Time: now, Overrides: map[string]bool{"day": false}})
	if err != nil {
		t.Fatal(err)
	}
	var tried []string
	for _, r := range x.Routes {
		tried = append(tried, r.Name+" "+string(r.Verdict))
		for _, v := range r.Values {
			tried = append(tried, v.Name+" "+v.Value)
		}
	}
	want := []string{"day not_now", "when false", "night takes", `to extension.staff["anna"]`}
	if d := gocmp.Diff(want, tried); d != "" {
		t.Errorf("the schedule that was switched by hand does not count (-want +got)\n%s", d)
	}
	if x.Call.At.Format(time.RFC3339) != "2026-03-10T10:30:00+01:00" || x.Call.To != "+49305550" || x.Dialplan != "inbound" || x.Answered != `extension.staff["anna"]` {
		t.Errorf("%+v", x)
	}
	if d := gocmp.Diff([]string{"given trunk.third=503: the call is not decided by it", "given keys=1: nothing waits for them"}, x.Notes); d != "" {
		t.Error(d)
	}
	x, err = p.Explain(Question{Number: "030 5550", From: "trunk.first", Given: map[string]string{"schedule.day": "open"}}, Moment{Time: now, Overrides: map[string]bool{"day": false}})
	if err != nil || x.Route != "day" || x.Notes != nil {
		t.Errorf("what is given does not go before: %+v, %v", x, err)
	}
}

// As things stand, nobody answers who is not there, and no trunk that is down
// is asked, unless it is given otherwise.
func TestExplainAsThingsStand(t *testing.T) {
	p, _ := suite(t, "testdata/trials.hcl")
	down := Moment{Down: func(d Destination) bool {
		return slices.Contains([]string{`extension.staff["anna"]`, `extension.staff["ben"]`, "trunk.first"}, d.Path())
	}}
	for _, c := range []struct {
		number, given, what, want string
	}{
		{"102", "", "", "unavailable"},
		{"102", "extension.staff.ben", "answer", `extension.staff["ben"]`},
		{"700", "", "", `extension.staff["cem"]`},
		{"0221 123456", "", "", "trunk.second"},
		{"0221 123456", "trunk.first", "answer", "trunk.first"},
	} {
		q := Question{Number: c.number, From: "103"}
		if c.given != "" {
			q.Given = map[string]string{c.given: c.what}
		}
		x, err := p.Explain(q, down)
		if err != nil || cmp.Or(x.Answered, string(x.Cause)) != c.want {
			t.Errorf("%s with %s: %q %s, %v, want %s", c.number, c.given, x.Answered, x.Cause, err, c.want)
		}
	}
}

// The way tells of each destination, also of those that ring nobody.
func TestWayIsWhole(t *testing.T) {
	p, _ := suite(t, "testdata/trials.hcl")
	for number, want := range map[string][]string{
		"104": {"extension.away: forwards all calls: to extension.staff[\"anna\"]",
			"extension.staff[\"anna\"]: rings extension.staff[\"anna\"] for 20s: extension.staff[\"anna\"] answers"},
		"105":             {"extension.calm: is not rung: do_not_disturb"},
		"112":             {"emergency: comes before every dialplan: via failover.all", "trunk.first: is asked for 112 by +4930555112: answers"},
		"*21":             {"schedule.day: is switched by hand, to closed: "},
		"0900 1234567":    {`reject("denied"): refuses the call: denied`},
		"001 212 5550123": {"trunk.first: is asked for +12125550123 by 103: answers"},
	} {
		x, err := p.Explain(Question{Number: number, From: "103"}, Moment{Time: time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range x.Way {
			got = append(got, s.At+": "+s.Does+": "+s.Then)
		}
		if d := gocmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got)\n%s", number, d)
		}
	}
}

// What is wrong with a question is said.
func TestQuestions(t *testing.T) {
	p, _ := suite(t, "testdata/trials.hcl")
	ok := func(from string) {
		t.Helper()
		if x, err := p.Explain(Question{Number: "101", From: from}, Moment{}); err != nil || x.Call.On != `extension.staff["ben"]` {
			t.Errorf("%s is %q, %v", from, x.Call.On, err)
		}
	}
	for _, from := range []string{`extension.staff["ben"]`, "extension.staff[ben]", "extension.staff.ben", "extension.staff/ben", "102"} {
		ok(from)
	}
	for _, c := range []struct {
		q    Question
		want string
	}{
		{Question{From: "102"}, "there is no number"},
		{Question{Number: "101", From: "extension.staff.bem"}, `from: there is no extension.staff.bem. Did you mean extension.staff["ben"]?`},
		{Question{Number: "101", From: "group.team"}, "from: calls come from extensions, trunks and plugins; group.team is none"},
		{Question{Number: "101", From: "102", At: "soon"}, `at: "soon" is not a time such as "2026-03-10 10:00"`},
		{Question{Number: "101", From: "102", Given: map[string]string{"group.tem": "busy"}}, "given: there is no group.tem. Did you mean group.team?"},
		{Question{Number: "101", From: "102", Given: map[string]string{"group.team": "503"}}, `given: group.team takes answer, no_answer, busy, unavailable, declined, do_not_disturb; "503" is none of them`},
		{Question{Number: "101", From: "102", Given: map[string]string{"trunk.first": "200"}}, "timeout, unregistered, or a SIP status such as 503;"},
		{Question{Number: "101", From: "102", Given: map[string]string{"schedule.day": "busy"}}, "schedule.day takes open, closed;"},
	} {
		if _, err := p.Explain(c.q, Moment{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.q, err, c.want)
		}
	}
}

// Values of sensitive variables are nowhere in an explanation.
func TestExplanationIsRedacted(t *testing.T) {
	p := load(t, `
variable "pin" {
  sensitive = true
  default   = "987654321"
}
extension "a" { number = "101" }
dialplan "d" {
  from = [extension.a]
  route "r" {
    match         = ["*9{rest:.}", var.pin]
    when          = call.headers["X-Pin"] != var.pin && strlen(var.pin) > 3
    set_caller_id = substr(var.pin, 0, 5)
    set_to        = "0${var.pin}"
    to            = extension.a
  }
}
`)
	x, err := p.Explain(Question{Number: "*9987654321", From: "101", Caller: "987654321"}, Moment{})
	if err != nil || x.Route != "r" {
		t.Fatalf("%+v, %v", x, err)
	}
	b, err := json.Marshal(x)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(b); strings.Contains(text, "98765432") || strings.Count(text, config.Sensitive) < 6 {
		t.Errorf("%s", text)
	}
}

// What explain says takes a call is what takes it, and it explains anything.
func FuzzExplain(f *testing.F) {
	p, cfg := suite(f, "testdata/trials.hcl")
	for _, block := range cfg.Tests {
		f.Add(block.Call.To, block.Call.From, block.Given.Keys, uint8(3), uint16(0))
	}
	all, words := p.all(), slices.Concat(config.TrunkOutcomes, config.ScheduleOutcomes, []string{"503", "486", ""})
	f.Fuzz(func(t *testing.T, to, from, keys string, on uint8, seed uint16) {
		q := Question{Number: to, Caller: from, Given: map[string]string{"keys": keys}}
		sources := []string{"trunk.first", "trunk.second", "101", "104", "105", "103"}
		q.From = sources[int(on)%len(sources)]
		for i := range 3 {
			of := all[(int(seed)*7+i*5)%len(all)]
			if what := words[(int(seed)/3+i)%len(words)]; what != "" {
				q.Given[of.Path()] = what
			}
		}
		now := time.Unix(int64(seed)*7919, 0)
		x, err := p.Explain(q, Moment{Time: now})
		if err != nil {
			return
		}
		if x.Answered == "" && x.Cause == "" {
			t.Fatalf("%+v comes to nothing: %+v", q, x)
		}
		facts := Facts{From: Party{Raw: from}, To: Callee{Raw: to}, Start: now}
		switch src, _ := p.source(q.From); src := src.(type) {
		case *Extension:
			facts.From.Extension = src
		case *Trunk:
			facts.From.Trunk = src
		}
		g, _ := p.given(q.Given)
		d := p.Route(p.completed(facts, g))
		if d.Route != x.Route {
			t.Fatalf("%+v goes by route %q, explained by %q", q, d.Route, x.Route)
		}
		if n := len(x.Routes); d.Dialplan != "" && d.Route != "" && (n == 0 || x.Routes[n-1].Name != d.Route || !x.Routes[n-1].took()) {
			t.Fatalf("%+v goes by route %q, and of those tried the last is %+v", q, d.Route, x.Routes)
		}
	})
}
