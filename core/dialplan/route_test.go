package dialplan

import (
	"bytes"
	"testing"
	"testing/fstest"

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
		{from: ben, to: "*45", route: "echo", dest: "echo()", number: "*45"},
		{from: ben, to: "*455", dest: `reject("not_found")`, number: "*455"},
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
