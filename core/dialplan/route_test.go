package dialplan

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/config"
)

// load compiles a configuration that has to be good.
func load(t testing.TB, src string) *Plan {
	t.Helper()
	p, cfg, diags := tryLoad(src)
	if diags.HasErrors() {
		var out bytes.Buffer
		if err := config.WriteText(&out, cfg, diags, false); err != nil {
			t.Fatal(err)
		}
		t.Fatalf("the configuration is refused:\n%s", out.String())
	}
	return p
}

func tryLoad(src string) (*Plan, *config.Config, hcl.Diagnostics) {
	cfg, diags := config.Load("config.hcl", config.Options{FS: fstest.MapFS{"config.hcl": {Data: []byte(src)}}})
	if diags.HasErrors() {
		return nil, cfg, diags
	}
	p, more := Compile(cfg)
	return p, cfg, append(diags, more...)
}

const office = `
pbx {
  country  = "DE"
  timezone = "Europe/Berlin"
}
variable "main" { default = "+49305550100" }
trunk "first" { peer = "sip:192.0.2.1" }
trunk "reserve" { peer = "sip:192.0.2.2" }
extension "staff" {
  for_each  = { anna = "101", ben = "102" }
  number    = each.value
  name      = title(each.key)
  caller_id = "+49305550${each.value}"
  no_answer = group.office
}
extension "door" { number = "109" }
group "office" {
  members = [extension.staff]
  number  = "700"
  busy    = reject("busy")
}
conference "daily" { number = "800" }
dialplan "inbound" {
  from = [trunk.first, trunk.reserve]
  route "vip" {
    match = var.main
    when  = call.headers["X-Class"] == "vip" && call.from.trunk == trunk.first
    to    = extension.staff["anna"]
    ring  = "5s"
  }
  route "main" {
    match = var.main
    to    = group.office
  }
  route "direct" {
    match = "+49305550{ext:1XX}"
    to    = extension_number(match.ext)
  }
}
dialplan "internal" {
  from = [extension.staff]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "daily" {
    match = conference.daily.number
    to    = conference.daily
  }
  route "echo" {
    match = ["*43", re("\\*4[45]")]
    to    = echo()
  }
  route "premium" {
    match = "+49900."
    deny  = "premium numbers are barred"
  }
  route "broken" {
    match = "666"
    to    = call.from.trunk == null ? call.from.name == "x" ? echo() : null : echo()
  }
  route "outside" {
    match         = "+49{rest:.}"
    set_caller_id = call.from.extension.caller_id
    set_to        = "+4930${match.rest}"
    to            = call.from.number == "101" ? trunk.first : trunk.reserve
  }
}
`

func TestRoute(t *testing.T) {
	p := load(t, office)
	ben, door := Party{Number: "102", Extension: p.ExtensionByName("staff/ben")}, Party{Number: "109", Extension: p.ExtensionByName("door")}
	trunk := func(name string) Party { return Party{Number: "+4915112345678", Trunk: p.TrunkByName(name)} }
	for _, c := range []struct {
		from           Party
		to             string
		headers        map[string]string
		route, dest    string
		caller, number string
	}{
		{from: ben, to: "101", route: "desk", dest: `extension.staff["anna"]`, number: "101"},
		{from: ben, to: "199", route: "desk", dest: `reject("not_found")`, number: "199"},
		{from: ben, to: "800", route: "daily", dest: "conference.daily", number: "800"},
		{from: ben, to: "*43", route: "echo", dest: "echo()", number: "*43"},
		{from: ben, to: "*44", route: "echo", dest: "echo()", number: "*44"},
		{from: ben, to: "*444", dest: `reject("not_found")`, number: "*444"},
		{from: ben, to: "0900 1234567", route: "premium", dest: `reject("denied")`, number: "+499001234567"},
		{from: ben, to: "0221 123456", route: "outside", dest: "trunk.reserve", caller: "+49305550102", number: "+4930221123456"},
		{from: ben, to: "666", route: "broken", dest: `reject("failed")`, number: "666"},
		{from: door, to: "101", dest: `reject("not_found")`, number: "101"},
		{from: Party{Number: "x"}, to: "101", dest: `reject("not_found")`, number: "101"},
		{from: trunk("first"), to: "030 5550100", route: "main", dest: "group.office", number: "+49305550100"},
		{from: trunk("first"), to: "030 5550100", headers: map[string]string{"x-class": "vip"}, route: "vip", dest: `extension.staff["anna"]`, number: "+49305550100"},
		{from: trunk("reserve"), to: "030 5550100", headers: map[string]string{"x-class": "vip"}, route: "main", dest: "group.office", number: "+49305550100"},
		{from: trunk("first"), to: "+49305550102", route: "direct", dest: `extension.staff["ben"]`, number: "+49305550102"},
		{from: trunk("first"), to: "*43", dest: `reject("not_found")`, number: "*43"},
	} {
		d := p.Route(Facts{From: c.from, To: Callee{Raw: c.to}, Headers: c.headers})
		if d.Route != c.route || d.To.Path() != c.dest || d.CallerID != c.caller || d.Number != c.number {
			t.Errorf("%s from %s: route %q to %s as %q, number %q; want %q to %s as %q, number %q (%s)",
				c.to, c.from.Number, d.Route, d.To.Path(), d.CallerID, d.Number, c.route, c.dest, c.caller, c.number, d.Reason)
		}
	}
}

const followed = `
extension "a" {
  number    = "101"
  no_answer = group.g
}
extension "b" { number = "102" }
group "g" {
  members = [extension.a, group.inner]
  ring    = "30s"
  busy    = echo()
}
group "inner" { members = [extension.b] }
dialplan "d" {
  from = [extension.a, extension.b]
  route "own" {
    match       = "1"
    to          = extension.a
    ring        = "7s"
    unavailable = reject("busy")
  }
  route "plain" {
    match = "2"
    to    = group.g
  }
  route "denied" {
    match = "3{n:X}"
    deny  = "no ${match.n} for ${call.from.name}\r\nX-Evil: 1"
  }
  route "headers" {
    match = ["4{a:X}", "5{b:X}"]
    when  = call.headers["X-Tenant"] == "" && call.headers["x-other"] == "o"
    to    = match.a == null ? extension.b : extension.a
  }
  route "hours" {
    match = "6"
    when  = formatdate("EEE hh", call.start) == "Tue 10" && call.route == "hours" && call.id == "c1"
    to    = echo()
  }
  route "fails" {
    match         = "7"
    set_caller_id = parseint(call.from.name, 10) > 5 ? "1" : "2"
    to            = echo()
  }
}
`

// What a route sets goes with the decision; what it leaves is the
// destination's own.
func TestFollow(t *testing.T) {
	p := load(t, followed)
	b := Party{Number: "102", Name: "Ben", Extension: p.ExtensionByName("b")}
	d := p.Route(Facts{From: b, To: Callee{Number: "1"}})
	if d.Ring != 7*time.Second || d.Unavailable.Path() != `reject("busy")` || d.NoAnswer != nil || d.Busy != nil {
		t.Errorf("the route sets %+v", d.Follow)
	}
	if a := p.ExtensionByName("a"); d.To != Destination(a) || a.Ring != 20*time.Second || a.NoAnswer != Destination(p.Groups()[0]) {
		t.Errorf("extension.a is followed by %+v", p.ExtensionByName("a").Follow)
	}
	d = p.Route(Facts{From: b, To: Callee{Number: "2"}})
	g := p.Groups()[0]
	if d.To != Destination(g) || d.Follow != (Follow{}) || g.Ring != 30*time.Second || g.Busy.Path() != "echo()" {
		t.Errorf("group.g is followed by %+v, the route sets %+v", g.Follow, d.Follow)
	}
	if len(g.Members) != 2 || g.Members[1] != Destination(p.Groups()[1]) {
		t.Errorf("group.g rings %v", g.Members)
	}
}

func TestCallTimeValues(t *testing.T) {
	p := load(t, followed)
	b := Party{Number: "102", Name: "Ben", Extension: p.ExtensionByName("b")}
	start := time.Date(2026, 3, 10, 10, 30, 0, 0, time.Local)
	for _, c := range []struct {
		to      string
		headers map[string]string
		want    string
	}{
		{"42", map[string]string{"x-other": "o"}, "extension.a"},
		{"52", map[string]string{"x-other": "o"}, "extension.b"},
		{"42", map[string]string{"x-other": "o", "x-tenant": "t"}, `reject("not_found")`},
		{"42", nil, `reject("not_found")`},
		{"6", nil, "echo()"},
		{"7", nil, `reject("failed")`},
	} {
		d := p.Route(Facts{From: b, To: Callee{Number: c.to}, Headers: c.headers, Start: start, ID: "c1"})
		if d.To.Path() != c.want {
			t.Errorf("%s with %v leads to %s (%s), want %s", c.to, c.headers, d.To.Path(), d.Reason, c.want)
		}
	}
	d := p.Route(Facts{From: b, To: Callee{Number: "7"}})
	if d.Route != "fails" || !strings.Contains(d.Reason, "config.hcl:41:30:") || !strings.Contains(d.Reason, "parse") {
		t.Errorf("the reason is %q", d.Reason)
	}
	d = p.Route(Facts{From: b, To: Callee{Number: "35"}})
	if r := d.To.(*Reject); r.Cause != "denied" || r.Text != "no 5 for Ben X-Evil: 1" {
		t.Errorf("denied with %+v, want one line", r)
	}
}

// A plan is asked by many calls at once.
func TestRouteAtOnce(t *testing.T) {
	p := load(t, office)
	f := Facts{From: Party{Number: "102", Extension: p.ExtensionByName("staff/ben")}, To: Callee{Raw: "0221 123456"}}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				if d := p.Route(f); d.Route != "outside" {
					t.Errorf("route %q", d.Route)
				}
			}
		})
	}
	group.Wait()
}

// Whatever comes from the network is decided, and never by a route of
// another dialplan.
func FuzzRoute(f *testing.F) {
	p := load(f, office)
	f.Add("+49305550100", "Ben", "x-class", "vip", true)
	f.Add("101", "\xff\x00", "X-CLASS", "", false)
	f.Fuzz(func(t *testing.T, number, name, header, value string, inside bool) {
		facts := Facts{
			From:    Party{Number: name, Name: name, Raw: name, Trunk: p.TrunkByName("first")},
			To:      Callee{Raw: number},
			Headers: map[string]string{header: value},
		}
		want := "inbound"
		if inside {
			facts.From.Trunk, facts.From.Extension, want = nil, p.ExtensionByName("staff/anna"), "internal"
		}
		d := p.Route(facts)
		if d.To == nil || d.Dialplan != want {
			t.Fatalf("%q leads to %v in dialplan %q", number, d.To, d.Dialplan)
		}
		if _, refused := d.To.(*Reject); d.Route == "" && !refused {
			t.Fatalf("%q leads to %s without a route", number, d.To.Path())
		}
	})
}
