package dialplan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/config"
)

// whole is an office with every block of the language.
func whole(t *testing.T) (*Plan, *config.Config) {
	t.Helper()
	cfg, diags := config.Load("testdata/language.hcl", config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	p, more := Compile(cfg)
	for _, d := range append(diags, more...) {
		t.Errorf("%s: %s", d.Summary, d)
	}
	if p == nil {
		t.FailNow()
	}
	return p, cfg
}

// Nothing comes before emergency: no route, no catch-all, no other country's
// prefix, no separators.
func TestEmergencyBeforeEverything(t *testing.T) {
	p, _ := whole(t)
	anna, trunk := p.ExtensionByNumber("101"), p.Failovers()[0]
	e := p.Emergency()
	if e.Via != Destination(trunk) || e.CallerID != "+49305550100" || len(e.Notify) != 2 || e.Notify[0] != anna {
		t.Fatalf("emergency is %+v", e)
	}
	for _, c := range []struct {
		number, raw, want string
	}{
		{"112", "112", "112"},
		{"", "112", "112"},
		{"", "1-1-2", "112"},
		{"", "110", "110"},
		{"", "+49 30 19222", "+493019222"}, // listed as "030 19222"
		{"", "03019222", "+493019222"},
		{"+493019222", "0049 30 19222", "+493019222"},
	} {
		d := p.Route(Facts{From: Party{Number: "101", Extension: anna}, To: Callee{Number: c.number, Raw: c.raw}})
		if d.To != Destination(e) || d.Number != c.want || d.CallerID != e.CallerID || d.Route != "emergency" || d.Dialplan != "" {
			t.Errorf("%q %q: %+v", c.number, c.raw, d)
		}
	}
	for _, raw := range []string{"1120", "11", "*112", "anna", "+49112112112"} {
		if d := p.Route(Facts{From: Party{Number: "101", Extension: anna}, To: Callee{Raw: raw}}); d.To == Destination(e) {
			t.Errorf("%s calls for help", raw)
		}
	}
	// A call that comes in does not leave by it.
	d := p.Route(Facts{From: Party{Number: "+4930123", Trunk: p.Trunks()[0]}, To: Callee{Raw: "112"}})
	if d.To == Destination(e) {
		t.Error("a trunk reaches emergency")
	}
	// Whatever pbx.short_digits says, a short one is asked for as it is dialled.
	short := load(t, `
pbx {
  country      = "DE"
  short_digits = 2
}
trunk "t" { peer = "sip:192.0.2.1" }
extension "a" { number = "11" }
emergency {
  numbers = ["112", "116117"]
  via     = trunk.t
}
`)
	for _, n := range []string{"112", "116117"} {
		if d := short.Route(Facts{From: Party{Extension: short.ExtensionByName("a")}, To: Callee{Raw: n}}); d.To != Destination(short.Emergency()) || d.Number != n {
			t.Errorf("%s: %+v", n, d)
		}
	}
	// Routing asks nothing else for it: not even a source without a dialplan.
	bare := load(t, `
trunk "t" { peer = "sip:192.0.2.1" }
extension "a" { number = "101" }
emergency {
  numbers = ["911"]
  via     = trunk.t
}
`)
	if d := bare.Route(Facts{From: Party{Extension: bare.ExtensionByName("a")}, To: Callee{Raw: "911"}}); d.To != Destination(bare.Emergency()) {
		t.Errorf("without a dialplan 911 goes to %s", d.To.Path())
	}
}

// The code of a schedule is an extension's to dial, before its dialplan.
func TestOverrideCode(t *testing.T) {
	p, _ := whole(t)
	s := p.Schedules()[0]
	d := p.Route(Facts{From: Party{Number: "101", Extension: p.ExtensionByNumber("101")}, To: Callee{Raw: "*21"}})
	if d.To != Destination(s) || d.Route != "schedule.office" {
		t.Errorf("*21 goes to %+v", d)
	}
	d = p.Route(Facts{From: Party{Number: "+4930123", Trunk: p.Trunks()[0]}, To: Callee{Raw: "*21"}})
	if d.To == Destination(s) {
		t.Error("a trunk switches a schedule")
	}
}

func TestRoutesOfAnOffice(t *testing.T) {
	p, _ := whole(t)
	open := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	closed := time.Date(2026, 12, 24, 9, 0, 0, 0, time.UTC)
	inbound := func(to string, at time.Time) Decision {
		return p.Route(Facts{From: Party{Number: "+4915112345678", Trunk: p.Trunks()[0]}, To: Callee{Raw: to}, Start: at})
	}
	internal := func(to string) Decision {
		return p.Route(Facts{From: Party{Number: "101", Extension: p.ExtensionByNumber("101")}, To: Callee{Raw: to}, Start: open})
	}
	for _, c := range []struct {
		d    Decision
		want string
	}{
		{inbound("030 5550100", open), `inbound/open menu.welcome [transcript] true group.office`},
		{inbound("030 5550100", closed), `inbound/closed voicemail.office [] false`},
		{inbound("030 555101", open), `inbound/direct extension.staff["anna"] [] false`},
		{internal("*97"), `internal/mailbox voicemail.office.access [] false`},
		{internal("600"), `internal/line queue.support [] false`},
		{internal("71"), `internal/parked park.lot [] false`},
		{internal("*61"), `internal/survey flow.survey [] false`},
		{internal("*62"), `internal/agent app(plugin.agent) [] false`},
		{internal("*63"), `internal/meeting leg(plugin.agent, "meeting") [] false`},
		{internal("*64"), `internal/hello play(say("Hello 101")) [] false`},
		{internal("0221 123456"), `internal/outside failover.pstn [] false`},
	} {
		got := fmt.Sprintf("%s/%s %s %v %v", c.d.Dialplan, c.d.Route, c.d.To.Path(), c.d.Tools, c.d.Record)
		if c.d.OnPluginLost != nil {
			got += " " + c.d.OnPluginLost.Path()
		}
		if got != c.want {
			t.Errorf("%s, want %s (%s)", got, c.want, c.d.Reason)
		}
	}
	menu := inbound("030 5550100", open).To.(*Menu)
	if menu.Name != "welcome" || menu.Keys["1"] != Destination(p.Groups()[0]) || menu.Tries != 2 ||
		menu.Otherwise != menu.Keys["1"] || !menu.DialExtensions {
		t.Errorf("the menu is %+v", menu)
	}
	if queue := internal("600").To.(*Queue); queue.OnMaxWait == nil || queue.OnMaxWait.Path() != "voicemail.office" {
		t.Errorf("the queue is %+v", queue)
	}
	if flow := internal("*61").To.(*Flow); flow.To == nil || flow.To.Path() != "conference.daily" {
		t.Errorf("the flow is %+v", flow)
	}
}

// A failover, a group and an extension are compiled with all that they say.
func TestDestinationsOfAnOffice(t *testing.T) {
	p, cfg := whole(t)
	f := p.Failovers()[0]
	if len(f.Order) != 2 || f.Order[1] != Destination(p.Trunks()[1]) || f.Timeout != 4*time.Second || !f.Unregistered ||
		!slices.Equal(f.Statuses, [][2]int{{500, 599}, {408, 408}}) {
		t.Errorf("the failover is %+v", f)
	}
	if g := p.Groups()[0]; g.Strategy != RoundRobin {
		t.Errorf("the group's strategy is %s", g.Strategy)
	}
	anna, ben, boss := p.ExtensionByNumber("101"), p.ExtensionByNumber("102"), p.ExtensionByNumber("103")
	if anna.Voicemail == nil || anna.Voicemail.Path() != "voicemail.office" || anna.PickupGroup != "sales" || anna.MaxCalls != 2 {
		t.Errorf("anna is %+v", anna)
	}
	if boss.ForwardAlways != Destination(anna) || !boss.DoNotDisturb || ben.ForwardAlways != nil || ben.DoNotDisturb {
		t.Errorf("the boss is %+v, ben %+v", boss, ben)
	}
	for number, want := range map[string][2]bool{ // anna has no may_dial, the boss lists +43 and +49221
		"#31#0044201234567": {false, false}, // a provider may read this as a number abroad
		"0044999123456789":  {false, false}, // as it may this, which no country has
		"*100#":             {true, false},
		"+49221123456":      {true, true},
		"+4930123456":       {true, false},
		"+43123456":         {false, true},
		"+12125550123":      {false, false},
		"101":               {true, false},
	} {
		if got := [2]bool{anna.MayDial(number), boss.MayDial(number)}; got != want {
			t.Errorf("may dial %s: %v, want %v", number, got, want)
		}
	}
	// What a configuration names is found in its plan.
	for _, test := range cfg.Tests {
		for _, d := range test.Expect.Path {
			if p.Destination(d) == nil || p.Destination(d).Path() != d.Path() {
				t.Errorf("%s is not in the plan", d.Path())
			}
		}
	}
}

// What waits for a plugin is told of at each place from where a call comes to
// it, and only there is it an error.
func TestPlanned(t *testing.T) {
	p, _ := whole(t)
	if p.Planned().HasErrors() {
		t.Error("the office could not run:", p.Planned())
	}
	if p := load(t, `store { url = "postgres://127.0.0.1/pbx" }`); !p.Planned().HasErrors() {
		t.Error("what is asked of the site is an error wherever calls come")
	}
	const unreached = `
extension "a" { number = "101" }
extension "b" {
  number    = "102"
  no_answer = conference.c
}
conference "c" {}
dialplan "d" {
  from = [extension.a, extension.b]
  route "a" {
    match = "101"
    to    = TO
  }
}
`
	for to, wrong := range map[string]bool{
		"extension.a": false, "extension.b": true, "extension_number(call.to.number)": true, "echo()": false,
		`call.from.number == extension.b.number ? extension.a : echo()`: false,
	} {
		_, cfg, diags := tryLoad(replaceTO(unreached, to))
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		// Of what the language has, nothing is planned of a destination now.
		c := cfg.Conferences[0]
		cfg.Planned = append(cfg.Planned, config.Planned{Of: c, Why: &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Not built yet", Subject: &c.Block}})
		p, _ := Compile(cfg)
		planned := p.Planned()
		if planned.HasErrors() != wrong || len(planned) != 1 {
			t.Errorf("to = %s: %v", to, planned)
		}
	}
	// Nobody calls b, but it makes calls.
	p = load(t, replaceTO(strings.Replace(unreached, "no_answer = conference.c", `media { rtp_ports = "30000-30099" }`, 1), "extension.a"))
	if planned := p.Planned(); !planned.HasErrors() {
		t.Errorf("ports of one that nobody calls: %v", planned)
	}
	if p := load(t, `extension "a" { number = "101" }`); len(p.Planned()) > 0 {
		t.Error(p.Planned())
	}
}

func replaceTO(src, to string) string { return strings.Replace(src, "TO\n", to+"\n", 1) }
