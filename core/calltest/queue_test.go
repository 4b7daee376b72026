package calltest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/tts"
)

// musicTone is what they hear who wait.
var musicTone = &Phone{Number: "the music", Tone: Tones[len(Tones)-2]}

// hotline is an office with a queue of three agents, and callers from outside.
// What a test adds to the queue stands in for %s.
const hotline = `
extension "agent" {
  for_each = { a = "101", b = "102", c = "103" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
extension "boss" {
  number = "104"
  secret = "k9-Vq2-hTw"
  pickup_group = "boss"
}
trunk "out" {
  peer         = "sip:10.0.0.50:5060"
  options_ping = "off"
}
queue "sales" {
  number   = "600"
  name     = "Sales"
  members  = [extension.agent]
  strategy = "in_order"
  music    = tone("%.0f/1000")
  %s
}
dialplan "internal" {
  from = [extension.agent, extension.boss]
  route "sales" {
    match = "600"
    to    = queue.sales
  }
  route "desk" {
    match = "1XX"
    to    = extension_number(call.to.number)
  }
}
dialplan "inbound" {
  from = [trunk.out]
  route "sales" {
    match = "+12125550100"
    to    = queue.sales
  }
}
`

// hotlineWith is the hotline with something more in its queue.
func hotlineWith(more string) string { return fmt.Sprintf(hotline, musicTone.Tone, more) }

// waiting are the callers in line, in order, with the agents that ring for them.
func waiting(w *World) string {
	var out []string
	for _, c := range w.PBX.Calls.Queues()[0].Waiting {
		out = append(out, strings.TrimSpace(c.Number+" "+strings.Join(c.Ringing, "+")))
	}
	return strings.Join(out, ", ")
}

// agents are how the agents stand.
func agents(w *World) string {
	var out []string
	for _, a := range w.PBX.Calls.Queues()[0].Agents {
		out = append(out, a.Number+" "+a.State)
	}
	return strings.Join(out, ", ")
}

func is(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %s; want %s", what, got, want)
	}
}

func TestQueue(t *testing.T) {
	Run(t, hotlineWith(`wrap_up = "10s"`), func(w *World) {
		a, b, out := w.Phone("101"), w.Phone("102"), w.Provider("10.0.0.50")
		first := out.Dial("+12125550100")
		first.Expect("200")
		ring := a.Incoming()
		if from := ring.invite.Get("From"); !strings.Contains(from, `"Sales: Phone +493050" <sip:+493050@`) {
			t.Errorf("the agent's phone shows %s", from)
		}
		ring.Ring()
		first.Hears(musicTone)
		ring.Expect("CANCEL") // after 20 s: the next one
		next := b.Incoming()
		next.Ring()
		second := out.Dial("+12125550100")
		second.Expect("200")
		second.Hears(musicTone)
		is(t, "waiting", waiting(w), out.Number+" 102, "+out.Number) // 101 rests
		again := a.Incoming()
		again.Ring()
		next.Answer()
		first.Hears(b)
		next.Hears(out)
		again.Answer()
		second.Hears(a)
		is(t, "agents", agents(w), "101 talking, 102 talking, 103 unavailable")
		third := out.Dial("+12125550100")
		third.Expect("200")
		second.Hangup()
		again.Expect("BYE")
		time.Sleep(time.Second)
		is(t, "agents", agents(w), "101 wrap_up, 102 talking, 103 unavailable")
		is(t, "waiting", waiting(w), out.Number)
		third.Hears(musicTone)
		last := a.Incoming() // ten seconds after the last call
		last.Answer()
		third.Hears(a)
		last.Hangup()
		third.Expect("BYE")
		first.Hangup()
		next.Expect("BYE")
		time.Sleep(time.Second)
		q := w.PBX.Calls.Queues()[0]
		if q.Entered != 3 || q.Answered != 3 || q.Missed != 1 || q.ServiceLevel == nil || *q.ServiceLevel > 0.7 {
			t.Errorf("the queue has counted %+v", q)
		}
		for _, r := range w.Records() {
			if len(r.Queues) != 1 || r.Queues[0].Queue != "sales" || r.Queues[0].Result != "answered" || r.Queues[0].Agent == "" || r.Cause != "normal" {
				t.Errorf("record: %+v", r)
			}
		}
		w.Golden("queue")
	})
}

func TestQueueStrategyRace(t *testing.T) {
	Run(t, strings.Replace(hotlineWith(""), "in_order", "race", 1), func(w *World) {
		a, b, out := w.Phone("101"), w.Phone("102"), w.Provider("10.0.0.50")
		call := out.Dial("+12125550100")
		call.Expect("200")
		at, bt := a.Incoming(), b.Incoming()
		at.Ring()
		bt.Ring()
		c := w.Phone("103") // comes later, and rings as well
		ct := c.Incoming()
		ct.Ring()
		bt.Answer()
		at.Expect("CANCEL")
		ct.Expect("CANCEL")
		call.Hears(b)
		call.Hangup()
		bt.Expect("BYE")
	})
}

func TestQueueOfWhomNobodyIsThere(t *testing.T) {
	t.Run("unavailable", func(t *testing.T) {
		Run(t, hotlineWith(""), func(w *World) {
			w.Provider("10.0.0.50").Dial("+12125550100").Expect("480")
		})
	})
	t.Run("and elsewhere", func(t *testing.T) {
		Run(t, strings.Replace(hotlineWith("unavailable = extension.boss"), "[extension.agent]", `[extension.agent["a"]]`, 1), func(w *World) {
			boss, a, out := w.Phone("104"), w.Phone("101"), w.Provider("10.0.0.50")
			dial(a, "*45") // logs out
			call := out.Dial("+12125550100")
			ring := boss.Incoming()
			accept(ring, call)
			call.Hangup()
			ring.Expect("BYE")
			dial(a, "*45600") // and in again
			dial(a, "*46")    // but has a break
			call = out.Dial("+12125550100")
			call.Expect("200")
			call.Hears(musicTone)
			a.Silent(time.Second)
			w.Restart() // which lasts
			boss.Register()
			a.Register()
			call = out.Dial("+12125550100")
			call.Expect("200")
			a.Silent(time.Second)
			is(t, "agents", agents(w), "101 paused")
			dial(a, "*45") // the last one goes: so does who waits
			ring = boss.Incoming()
			ring.Answer()
			call.Hears(boss)
			call.Hangup()
			ring.Expect("BYE")
		})
	})
	t.Run("too long, and full", func(t *testing.T) {
		Run(t, hotlineWith(`
  max_wait    = "30s"
  on_max_wait = extension.boss
  max_callers = 1
`), func(w *World) {
			boss, a, out := w.Phone("104"), w.Phone("101"), w.Provider("10.0.0.50")
			call := out.Dial("+12125550100")
			call.Expect("200")
			ring := a.Incoming()
			ring.Ring()
			out.Dial("+12125550100").Expect("486")
			ring.Expect("CANCEL") // after 20 s
			ring = a.Incoming()   // once more, after a rest
			ring.Ring()
			ring.Expect("CANCEL") // after 30 s in all
			over := boss.Incoming()
			over.Answer()
			call.Hears(boss)
			call.Hangup()
			over.Expect("BYE")
			w.Golden("queue too long")
		})
	})
}

// Who misses two calls gets a break, and a lamp shows it.
func TestQueuePausesWhoDoesNotAnswer(t *testing.T) {
	Run(t, hotlineWith("max_misses = 2"), func(w *World) {
		a, out := w.Phone("101"), w.Provider("10.0.0.50")
		lamp, _ := a.Watch("*46", "dialog")
		login, m := a.Watch("*45", "dialog")
		if got := LampOf(m); !strings.HasPrefix(got, "confirmed") {
			t.Errorf("logged in, the lamp shows %s", got)
		}
		call := out.Dial("+12125550100")
		call.Expect("200")
		ring := a.Incoming()
		ring.Ring()
		ring.Reject(486, "Busy Here") // a phone's key for no
		time.Sleep(time.Second)
		is(t, "agents", agents(w), "101 resting, 102 unavailable, 103 unavailable")
		ring = a.Incoming()
		ring.Ring()
		ring.Expect("CANCEL")
		lamp.Shows("confirmed")
		a.Silent(time.Minute)
		is(t, "agents", agents(w), "101 paused, 102 unavailable, 103 unavailable")
		dial(a, "*45")
		login.Shows("terminated")
		call.Hangup()
	})
}

// An agent who talks is not rung, nor one who wants no calls.
func TestQueueLeavesBusyAgentsAlone(t *testing.T) {
	Run(t, hotlineWith(""), func(w *World) {
		a, b, c, boss, out := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104"), w.Provider("10.0.0.50")
		own := a.Dial("104")
		accept(boss.Incoming(), own)
		dial(b, "*78")
		call := out.Dial("+12125550100")
		call.Expect("200")
		ring := c.Incoming()
		ring.Ring()
		is(t, "agents", agents(w), "101 busy, 102 do_not_disturb, 103 ringing")
		call.Hangup() // who waits gives up
		ring.Expect("CANCEL")
		a.Silent(time.Second)
		own.Hangup()
		time.Sleep(time.Second)
		if q := w.PBX.Calls.Queues()[0]; q.Abandoned != 1 || len(q.Waiting) != 0 {
			t.Errorf("the queue: %+v", q)
		}
		w.Golden("queue leaves busy agents alone")
	})
}

// Whoever is in line can be picked up, comes there by a transfer of either kind,
// and goes on by one.
func TestQueueAndTransfers(t *testing.T) {
	Run(t, hotlineWith(""), func(w *World) {
		a, b, boss, out := w.Phone("101"), w.Phone("102"), w.Phone("104"), w.Provider("10.0.0.50")
		t.Log("blind, into the line")
		talk := out.Dial("+12125550100")
		talk.Expect("200")
		ring := a.Incoming()
		ring.Answer()
		talk.Hears(a)
		sendTo(ring, "600") // a's leg ends with it
		again := a.Incoming()
		if from := again.invite.Get("From"); !strings.Contains(from, `"Sales: Phone +493050" <sip:+493050@`) {
			t.Errorf("the agent's phone shows %s", from)
		}
		again.Answer()
		talk.Hears(a)
		t.Log("blind, out of it")
		wants(t, "REFER", again.refer("sip:104@plugboard"), 202)
		again.told("100")
		rb := boss.Incoming()
		rb.Ring()
		again.told("180")
		rb.Answer()
		again.told("200")
		again.Expect("BYE")
		talk.Hears(boss)
		t.Log("attended, into the line: who asks waits there, and gives the place away")
		dial(a, "*46")
		dial(b, "*46")
		rb.Hold()
		wait := boss.Dial("600")
		wait.Expect("200")
		is(t, "waiting", waiting(w), "104")
		wants(t, "REFER", rb.refer(wait.replacing("600")), 202)
		rb.told("100")
		rb.told("200")
		wait.Expect("BYE")
		rb.Expect("BYE")
		time.Sleep(time.Second)
		is(t, "waiting", waiting(w), out.Number)
		talk.Hears(musicTone)
		dial(a, "*46")
		last := a.Incoming()
		if from := last.invite.Get("From"); !strings.Contains(from, `"Sales: Phone +493050" <sip:+493050@`) {
			t.Errorf("the agent's phone shows %s", from)
		}
		last.Answer()
		talk.Hears(a)
		talk.Hangup()
		last.Expect("BYE")
	})
}

func TestQueueAndPickup(t *testing.T) {
	Run(t, strings.Replace(hotlineWith(""), `secret   = "k9-Vq2-hTw"`, "secret   = \"k9-Vq2-hTw\"\n  pickup_group = \"boss\"", 1), func(w *World) {
		a, boss, out := w.Phone("101"), w.Phone("104"), w.Provider("10.0.0.50")
		call := out.Dial("+12125550100")
		call.Expect("200")
		ring := a.Incoming()
		ring.Ring()
		pick := boss.Dial("*8600")
		pick.Expect("200")
		ring.Expect("CANCEL")
		call.Hears(boss)
		time.Sleep(time.Second)
		is(t, "agents", agents(w), "101 idle, 102 unavailable, 103 unavailable")
		call.Hangup()
		pick.Expect("BYE")
	})
}

// A reload keeps who waits, and gives them new agents.
func TestQueueAndReload(t *testing.T) {
	Run(t, strings.Replace(hotlineWith(""), "[extension.agent]", `[extension.agent["a"]]`, 1), func(w *World) {
		a, b, out := w.Phone("101"), w.Phone("102"), w.Provider("10.0.0.50")
		dial(a, "*46")
		call := out.Dial("+12125550100")
		call.Expect("200")
		w.Reload(hotlineWith(""))
		ring := b.Incoming()
		ring.Ring()
		ring.Answer()
		call.Hears(b)
		call.Hangup()
		ring.Expect("BYE")
		call = out.Dial("+12125550100")
		call.Expect("200")
		ring = b.Incoming()
		ring.Ring()
		gone := strings.Replace(hotlineWith(""), "queue.sales", "extension.boss", 2)
		i, j := strings.Index(gone, "queue \"sales\""), strings.Index(gone, "dialplan \"internal\"")
		w.Reload(gone[:i] + gone[j:])
		ring.Answer()
		call.Hears(b)
		call.Hangup()
		ring.Expect("BYE")
		time.Sleep(time.Second)
		if q := w.PBX.Calls.Queues(); len(q) != 0 {
			t.Errorf("left: %+v", q)
		}
	})
}

// Callers hear where they stand, between the music; who is about to be answered
// does not.
func TestQueueSaysThePosition(t *testing.T) {
	h := &hum{slow: 300 * time.Millisecond}
	RunAt(t, Site{Voices: map[string]tts.Engine{"tts-command": h}}, hotlineWith(`announce_position = "30s"`), func(w *World) {
		a, out := w.Phone("101"), w.Provider("10.0.0.50")
		dial(a, "*46")
		first := out.Dial("+12125550100")
		first.Expect("200")
		second := out.Dial("+12125550100")
		second.Expect("200")
		first.Hears(musicTone)
		time.Sleep(900 * time.Millisecond)
		second.Hears(speaker)
		time.Sleep(2 * time.Second)
		second.Hears(musicTone)
		first.Hangup()
		time.Sleep(30 * time.Second)
		texts := spokenTexts(h)
		slices.Sort(texts)
		is(t, "spoken", strings.Join(slices.Compact(texts), " "), "You are next in line. You are number 2 in line.")
		dial(a, "*46") // who is about to be answered hears nothing
		ring := a.Incoming()
		ring.Answer()
		second.Hears(a)
		second.Hangup()
		ring.Expect("BYE")
	})
}

// An engine that dies, hangs or fails while somebody waits costs them what they
// would have been told, and no more: the music goes on, and an agent serves them.
func TestQueueWhoseVoiceIsLost(t *testing.T) {
	const voice = "tts-command"
	for name, tt := range map[string]struct {
		hum  *hum
		kill bool
		said bool // something is heard of it
	}{
		"killed before it says anything": {&hum{slow: 4 * time.Second}, true, false},
		"killed in the middle":           {&hum{ends: "hang"}, true, true},
		"hangs before it says anything":  {&hum{slow: time.Hour}, false, false},
		"hangs in the middle":            {&hum{ends: "hang"}, false, true},
		"fails in the middle":            {&hum{ends: "fail"}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			RunAt(t, Site{Voices: map[string]tts.Engine{voice: tt.hum}}, hotlineWith(`announce_position = "30s"`), func(w *World) {
				a, out := w.Phone("101"), w.Provider("10.0.0.50")
				dial(a, "*46")
				call := out.Dial("+12125550100")
				call.Expect("200")
				call.Hears(musicTone)
				time.Sleep(900 * time.Millisecond) // they are told where they stand
				if tt.said {
					call.Hears(speaker)
				} else {
					call.Hears(musicTone)
				}
				if tt.kill {
					if err := w.PBX.KillPlugin(voice); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(8 * time.Second) // a silent engine is given up before that
				call.Hears(musicTone)
				time.Sleep(30 * time.Second) // it is tried again
				is(t, "waiting", waiting(w), out.Number)
				dial(a, "*46")
				ring := a.Incoming()
				ring.Answer()
				call.Hears(a)
				call.Hangup()
				ring.Expect("BYE")
			})
		})
	}
}

// An operator takes who waits out of the line, to a number that its agents could
// dial. Where nobody answers there, they wait again.
func TestQueueTransfersWhoWaits(t *testing.T) {
	Run(t, hotlineWith(""), func(w *World) {
		a, boss, out := w.Phone("101"), w.Phone("104"), w.Provider("10.0.0.50")
		transfer := func(to string) error {
			return w.PBX.Calls.Transfer(w.callOf(out.Number), call.Transfer{To: to}, operator)
		}
		call := out.Dial("+12125550100")
		call.Expect("200")
		ring := a.Incoming()
		ring.Ring()
		if err := transfer("999"); err == nil {
			t.Error("transferred to where nobody is")
		}
		is(t, "waiting", waiting(w), out.Number+" 101")
		if err := transfer("104"); err != nil {
			t.Fatal(err)
		}
		ring.Expect("CANCEL")
		other := boss.Incoming()
		if from := other.invite.Get("From"); !strings.Contains(from, "<sip:+493050@") {
			t.Errorf("the phone shows %s", from)
		}
		other.Ring()
		is(t, "waiting", waiting(w), "")
		other.Reject(486, "Busy Here")
		ring = a.Incoming()
		ring.Ring()
		call.Hears(musicTone)
		if err := transfer("104"); err != nil {
			t.Fatal(err)
		}
		ring.Expect("CANCEL")
		other = boss.Incoming()
		other.Answer()
		call.Hears(boss)
		call.Hangup()
		other.Expect("BYE")
		time.Sleep(time.Second)
		for _, r := range w.Records() {
			if len(r.Queues) != 2 || r.Queues[0].Result != "left" || r.Queues[1].Result != "left" || r.Cause != "normal" {
				t.Errorf("record: %+v", r)
			}
		}
	})
}
