package dialplan

import "testing"

const docks = `
extension "anna" { number = "101" }
plugin "dock" { path = "dock" }
dialplan "internal" {
  from = [extension.anna]
  route "bay" {
    match          = "400"
    to             = leg(plugin.dock, "bay")
    busy           = extension.anna
    on_plugin_lost = echo()
  }
}
dialplan "docked" {
  from = [plugin.dock]
  route "desks" {
    match = "{ext:1XX}"
    when  = call.headers["X-Bay"] == "7"
    to    = extension_number(match.ext)
  }
  route "own" {
    match = "499"
    to    = leg(plugin.dock, "bay")
  }
}
`

// A plugin is a source as a trunk is one, and what it leads to a destination.
func TestCallsOfAPlugin(t *testing.T) {
	p := load(t, docks)
	from := Party{Raw: "5", Number: "5", Plugin: "dock"}
	for _, c := range []struct{ to, bay, want string }{
		{"101", "7", "extension.anna"}, {"101", "8", `reject("not_found")`}, {"400", "7", `reject("not_found")`},
		{"499", "", `leg(plugin.dock, "bay")`},
	} {
		d := p.Route(Facts{From: from, To: Callee{Raw: c.to}, Headers: map[string]string{"x-bay": c.bay}})
		if d.To.Path() != c.want {
			t.Errorf("%s leads to %s: %s", c.to, d.To.Path(), d.Reason)
		}
	}
	if d := p.Route(Facts{From: Party{Plugin: "other"}, To: Callee{Raw: "101"}}); d.To.Path() != `reject("not_found")` {
		t.Errorf("a plugin in no dialplan reaches %s", d.To.Path())
	}
	x, err := p.Explain(Question{Number: "499", From: "plugin.dock"}, Moment{})
	if err != nil || x.Answered != `leg(plugin.dock, "bay")` || x.Call.On != "plugin.dock" {
		t.Errorf("%+v, %v", x, err)
	}
	if _, err := p.Explain(Question{Number: "499", From: "plugin.no"}, Moment{}); err == nil {
		t.Error("a plugin that is not configured calls")
	}
}

// What follows where a plugin's leg does not answer.
func TestWalkToALeg(t *testing.T) {
	p := load(t, docks)
	f := Facts{From: Party{Extension: p.ExtensionByName("anna")}, To: Callee{Raw: "400"}}
	for _, c := range []struct {
		result Result
		want   string
	}{
		{Result{Elapsed: true}, "no_answer"}, {Result{Cause: Busy}, "extension.anna"}, {Result{Cause: Declined}, "extension.anna"},
		{Result{Cause: PluginLost}, "echo()"},
	} {
		w := NewWalk(f, p.Route(f), still{})
		if r, ok := w.Start().(*Ring); !ok || r.Leg == nil || r.Leg.Address != "bay" || r.For != ringTime {
			t.Fatalf("begins with %+v", r)
		}
		got := ""
		switch s := w.Next(c.result).(type) {
		case *End:
			got = string(s.Cause)
		default:
			got = where(s).Path()
		}
		if got != c.want {
			t.Errorf("after %+v comes %s, want %s", c.result, got, c.want)
		}
	}
}
