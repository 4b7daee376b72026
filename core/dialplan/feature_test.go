package dialplan

import (
	"strings"
	"testing"
)

const featured = `
extension "anna" {
  number    = "101"
  name      = "Anna"
  no_answer = extension.door
}
extension "ben" {
  number         = "102"
  forward_always = extension.door
  call_waiting   = false
}
extension "carl" {
  number         = "103"
  voicemail      = voicemail.carl
  do_not_disturb = true
  may_dial       = []
}
extension "door" { number = "110" }
extension "lost" { # in no dialplan
  number    = "120"
  voicemail = voicemail.lost
}
extension "last" { number = "121" }
voicemail "carl" {}
voicemail "lost" {}

schedule "office" {
  open     = ["Mon-Fri 08:00-18:00"]
  override = "*28"
}
trunk "out" {
  peer      = "sip:192.0.2.1"
  caller_id = "+12125550100"
}
emergency {
  numbers = ["911"]
  via     = trunk.out
}
features {
  intercom          = "#80"
  forward_busy_off  = ""
}
dialplan "internal" {
  from = [extension.anna, extension.ben, extension.carl, extension.door]
  route "voicemail" {
    match = ["*97", "*79"] # the second is a code
    to    = echo()
  }
  route "closed" {
    match = "104"
    deny  = "Nobody is there"
  }
  route "desk" {
    match = "1XX"
    to    = extension_number(call.to.number)
  }
  route "out" {
    match         = "+."
    to            = trunk.out
    set_caller_id = "+12125550123"
    no_answer     = extension.door
  }
  route "rest" {
    match = "*."
    when  = call.to.number == "*4711"
    to    = echo()
  }
  route "all" { # takes no codes
    to = extension.door
  }
}
dialplan "inbound" {
  from = [trunk.out]
  route "anna" { to = extension.anna }
}
`

// dialled walks the call of an extension, or with "" of the trunk.
func dialled(t *testing.T, p *Plan, by, number string, set map[string]map[string]string, results ...string) string {
	t.Helper()
	f := Facts{From: Party{Extension: p.ExtensionByName(by)}, To: Callee{Raw: number}, Settings: set}
	if f.From.Extension == nil {
		f.From = Party{Number: "+12125550177", Trunk: p.TrunkByName("out")}
	} else {
		f.From.Number = f.From.Extension.Number
	}
	f = p.completed(f, Given{})
	w := NewWalk(f, p.Route(f), newHouse())
	got := strings.Replace(play(t, w, results...), "Ring out?", "Ring out "+w.decision.Number+" by "+w.decision.CallerID, 1)
	if e, ok := w.last.(*End); ok && e.Phrase != "" {
		got += " (" + e.Phrase + ")"
	}
	return got
}

func TestFeatureCodes(t *testing.T) {
	p, _, diags := tryLoad(featured)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for _, tt := range []struct{ by, number, want string }{
		{"anna", "*78", "Set anna do_not_disturb=on"},
		{"carl", "*78", "Set carl do_not_disturb="}, // as it is configured
		{"lost", "*78", "Set lost do_not_disturb=on"},
		{"anna", "*79", "Mirror"}, // her dialplan has a route for it
		{"lost", "*79", "Set lost do_not_disturb= off"},
		{"anna", "*71", "Set anna call_waiting=off off"},
		{"ben", "*71", "Set ben call_waiting= off"},
		{"ben", "*70", "Set ben call_waiting=on"},

		{"anna", "*72102", "Set anna forward_always=102"},
		{"anna", "*722125550199", "Set anna forward_always=+12125550199"},
		{"anna", "*72", "End not_found (A number is missing after *72)"},
		{"anna", "*72101", "End loop"},
		{"anna", "*72104", "End denied (Nobody is there)"},
		{"anna", "*72199", "End not_found"},
		{"anna", "*72911", "End denied"},
		{"anna", "*72*78", "End denied"},
		{"anna", "*72*28", "End denied"},
		{"anna", "*72011442079460000", "End denied (This number may not be dialled)"},
		{"carl", "*722125550199", "End denied (This number may not be dialled)"},
		{"lost", "*72101", "End not_found"},
		{"anna", "*73", "Set anna forward_always= off"},
		{"ben", "*73", "Set ben forward_always=off off"}, // over the configuration's
		{"anna", "*90102", "Set anna forward_busy=102"},
		{"anna", "*91", "Ring door 20s"}, // the code is switched off
		{"anna", "*92102", "Set anna forward_no_answer=102"},
		{"anna", "*93", "Set anna forward_no_answer= off"},

		{"anna", "*97", "Mirror"},
		{"carl", "*97", "Mirror"}, // he has a mailbox, and his dialplan a route
		{"lost", "*97", "Reach voicemail.lost.access"},
		{"last", "*97", "End not_found (You have no mailbox)"},
		{"lost", "*72*97", "End denied"},
		{"anna", "*4711", "Mirror"},
		{"anna", "*781", "Ring door 20s"}, // no code: the last route takes it
		{"anna", "*28", "Flip office open"},
		{"", "*78", "Ring anna 20s"}, // from outside there are no codes

		{"anna", "#80102", "Ring ben 20s by itself"},
		{"anna", "#80103", "End do_not_disturb"},
		{"anna", "#80101", "End not_found (Intercom is with another extension)"},
		{"anna", "#802125550199", "End not_found (Intercom is with another extension)"},
		{"anna", "#80104", "End denied (Nobody is there)"},
	} {
		if got := dialled(t, p, tt.by, tt.number, nil); got != tt.want {
			t.Errorf("%s dials %s: %s, want %s", tt.by, tt.number, got, tt.want)
		}
	}
}

func TestForwardsThatAreSet(t *testing.T) {
	p, _, _ := tryLoad(featured)
	set := func(pairs ...string) map[string]map[string]string {
		out := map[string]map[string]string{}
		for _, pair := range pairs {
			f := strings.Fields(pair)
			if out[f[0]] == nil {
				out[f[0]] = map[string]string{}
			}
			out[f[0]][f[1]] = f[2]
		}
		return out
	}
	for _, tt := range []struct {
		name    string
		set     map[string]map[string]string
		by, to  string
		results []string
		want    string
	}{
		{"nothing", nil, "anna", "102", nil, "Ring door 20s"},
		{"off goes over the configuration", set("ben forward_always off"), "anna", "102", nil, "Ring ben 20s"},
		{"a number goes over it, too", set("ben forward_always 103", "carl do_not_disturb off"), "anna", "102", nil, "Ring carl 20s"},
		{"not disturbed", set("anna do_not_disturb on"), "door", "101", nil, "End do_not_disturb"},
		{"busy", set("anna forward_busy 102", "ben forward_always off"), "door", "101", []string{"anna busy"}, "Ring anna 20s | Ring ben 20s"},
		{"not disturbed is busy", set("anna do_not_disturb on", "anna forward_busy 102", "ben forward_always off"), "door", "101", nil, "Ring ben 20s"},
		{"no answer, instead of what is configured", set("anna forward_no_answer 103", "carl do_not_disturb off"), "door", "101", []string{"elapsed"}, "Ring anna 20s | Ring carl 20s"},
		{"no phone", set("anna forward_no_answer 103", "carl do_not_disturb off"), "door", "101", []string{"anna unavailable"}, "Ring anna 20s | Ring carl 20s"},
		{"outside, as if she had dialled it, with what her route says", set("anna forward_always +12125550199"), "", "+12125550100", []string{"no_answer"}, "Ring out +12125550199 by +12125550123 3m0s | Ring door 20s"},
		{"not where she may not dial", set("anna forward_always +442079460000"), "", "+12125550100", nil, "End denied (This number may not be dialled)"},
		{"not where the caller may not dial", set("anna forward_always +12125550199"), "carl", "101", nil, "End denied (This number may not be dialled)"},
		{"nor where nobody is any more", set("anna forward_always 199"), "", "+12125550100", nil, "End not_found"},
		{"in a circle", set("anna forward_always 102", "ben forward_always 110", "door forward_always 101"), "", "1", nil, "End loop"},
		{"to himself, by a route that was changed", set("anna forward_always 101"), "", "1", nil, "End loop"},
	} {
		if got := dialled(t, p, tt.by, tt.to, tt.set, tt.results...); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A second call finds an extension without call waiting busy, and intercom
// whoever has a call.
func TestOneCallAtATime(t *testing.T) {
	p, _, _ := tryLoad(featured)
	for _, tt := range []struct {
		number string
		set    string
		most   int
	}{{"101", "", 0}, {"101", Off, 1}, {"#80101", "", 1}} {
		h := &counting{house: newHouse()}
		f := Facts{From: Party{Extension: p.ExtensionByName("door")}, To: Callee{Raw: tt.number}, Settings: map[string]map[string]string{"anna": {CallWaitingSetting: tt.set}}}
		f = p.completed(f, Given{})
		if NewWalk(f, p.Route(f), h).Start(); h.most != tt.most {
			t.Errorf("%s with call waiting %q: asks for %d calls at most, want %d", tt.number, tt.set, h.most, tt.most)
		}
	}
}

// counting notes the last limit.
type counting struct {
	*house
	most int
}

func (c *counting) Take(e *Extension, most int) bool { c.most = most; return true }

const parked = `
extension "anna" { number = "101" }
extension "ben" { number = "102" }
extension "carl" {
  number         = "103"
  do_not_disturb = true
}
park "lot" { slots = "71-72" }
park "desk" {
  slots      = "81-82"
  timeout    = "30s"
  on_timeout = extension.ben
}
group "turns" {
  strategy = "round_robin"
  members  = [extension.ben, extension.anna]
}
dialplan "internal" {
  from = [extension.anna, extension.ben, extension.carl]
  route "park" {
    match = ["70", "71", "72"]
    to    = park.lot
  }
  route "desk" {
    match = ["80", "8X"]
    to    = park.desk
  }
  route "all" {
    match = "90"
    to    = page(group.turns, extension.carl, extension.ben)
  }
  route "carl" {
    match = "91"
    to    = page(extension.carl)
  }
}
test "is taken up" {
  call   = { on = extension.anna, to = "70" }
  expect = { path = [park.lot], cause = "normal" }
}
test "is not taken up" {
  call   = { on = extension.anna, to = "80" }
  given  = { "park.desk" = "no_answer" }
  expect = { path = [park.desk, extension.ben] }
}
test "all are full" {
  call   = { on = extension.anna, to = "80" }
  given  = { "park.desk" = "busy" }
  expect = { path = [park.desk], cause = "busy" }
}
test "nobody is there" {
  call   = { on = extension.anna, to = "81" }
  given  = { "park.desk" = "unavailable" }
  expect = { cause = "not_found" }
}
test "paged" {
  call   = { on = extension.anna, to = "90" }
  given  = { "extension.ben" = "busy" }
  expect = { cause = "busy" }
}
test "parks the other call" {
  call   = { on = extension.anna, to = "*68" }
  expect = { path = [], cause = "normal" }
}
`

func TestParkAndPage(t *testing.T) {
	p, cfg, diags := tryLoad(parked)
	if diags.HasErrors() {
		t.Fatal(said(t, cfg, diags))
	}
	for _, tt := range []struct {
		by, number string
		sent       bool
		results    []string
		want       string
	}{
		{"anna", "70", false, nil, "Keep lot"},
		{"anna", "70", false, []string{"busy"}, "Keep lot | End busy"},
		{"anna", "71", false, nil, "TakeUp lot 71"},
		{"anna", "71", false, []string{"not_found"}, "TakeUp lot 71 | End not_found"},
		{"anna", "71", true, nil, "Keep lot 71"}, // she sends a call there
		// Who parked it is rung, as often as nobody takes it up.
		{"anna", "70", true, []string{"elapsed"}, "Keep lot | ="},
		{"anna", "70", true, []string{"back ben", "elapsed", "back ben", "ben busy"}, "Keep lot | Ring ben 20s | Keep lot | Ring ben 20s | Keep lot"},
		{"anna", "70", true, []string{"back carl"}, "Keep lot | ="},
		{"anna", "80", true, []string{"back anna", "elapsed"}, "Keep desk | Ring ben 20s | End no_answer"},
		{"anna", "*68", false, []string{"not_now"}, "ParkHeld lot | End not_now"},
		{"anna", "*33", false, []string{"unavailable"}, "JoinHeld | End unavailable"},

		{"anna", "90", false, nil, "Speak ben 10s"}, // not to herself, nor to Carl
		{"anna", "90", false, []string{"unavailable"}, "Speak ben 10s | End do_not_disturb"},
		{"carl", "90", false, nil, "Speak ben+anna 10s"},
		{"anna", "91", false, nil, "End do_not_disturb"},
	} {
		e := p.ExtensionByName(tt.by)
		f := p.completed(Facts{From: Party{Extension: e}, To: Callee{Raw: tt.number}, Sent: tt.sent}, Given{})
		w := NewWalk(f, p.Route(f), newHouse())
		step := w.Start()
		told := []string{tell(step)}
		for _, s := range tt.results {
			r := Result{Elapsed: true}
			if back, ok := strings.CutPrefix(s, "back "); ok {
				r.Of = p.ExtensionByName(back)
			} else {
				r = result(t, step, s)
			}
			next := w.Next(r)
			if told = append(told, tell(next)); next == step {
				told[len(told)-1] = "="
			}
			step = next
		}
		if got := strings.Join(told, " | "); got != tt.want {
			t.Errorf("%s dials %s (sent: %t): %s, want %s", tt.by, tt.number, tt.sent, got, tt.want)
		}
	}
	for _, block := range cfg.Tests {
		if r := p.Test(block); len(r.Diags) > 0 {
			t.Errorf("%s: %s%s", block.Name, said(t, cfg, r.Diags), way(r.Trial))
		}
	}
}
