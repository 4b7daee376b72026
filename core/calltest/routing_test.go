package calltest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// firm has everything that a call's way can lead through.
const firm = `
extension "desk" {
  for_each  = { a = "101", b = "102", c = "103", d = "104", e = "105" }
  number    = each.value
  name      = "Desk ${each.key}"
  secret    = "k9-Vq2-hTw"
  caller_id = "+1212555${each.value}0"
}
extension "away" {
  number         = "120"
  forward_always = extension.desk["b"]
}
extension "quiet" {
  number         = "121"
  secret         = "k9-Vq2-hTw"
  do_not_disturb = true
  busy           = extension.desk["c"]
}
extension "single" {
  number    = "122"
  secret    = "k9-Vq2-hTw"
  max_calls = 1
}
extension "lobby" {
  number    = "123"
  name      = "Lobby"
  secret    = "k9-Vq2-hTw"
  may_dial  = ["+1212."]
  max_calls = 1
}
extension "roams" { # forwards to whatever was dialled
  number         = "+12125551999"
  forward_always = failover.pstn
  may_dial       = []
}
extension "ping" {
  number         = "125"
  forward_always = extension.pong
}
extension "pong" {
  number         = "126"
  forward_always = extension.ping
}

group "fork" {
  members = [extension.desk["b"], extension.desk["c"], extension.desk["d"], extension.desk["e"]]
  ring    = "10s"
}
group "line" {
  members     = [extension.desk["b"], extension.desk["c"], extension.desk["d"]]
  strategy    = "in_order"
  ring        = "10s"
  busy        = extension.desk["e"]
  unavailable = extension.desk["e"]
}
group "turns" {
  members  = [extension.desk["b"], extension.desk["c"], extension.desk["d"]]
  strategy = "round_robin"
  ring     = "10s"
}
group "any" {
  members  = [extension.desk["b"], extension.desk["c"], extension.desk["d"]]
  strategy = "random"
  ring     = "5s"
}
group "rested" {
  members  = [extension.desk["b"], extension.desk["c"], extension.desk["d"]]
  strategy = "least_recent"
  ring     = "10s"
}
group "nested" { # d rings all the time, b and c take turns
  members   = [extension.desk["d"], group.line, extension.desk["b"]]
  ring      = "8s"
  no_answer = extension.desk["e"]
}
group "members" { # lend their devices, and nothing else
  members = [extension.away, extension.quiet, extension.single]
  ring    = "10s"
}

schedule "office" {
  open     = ["Sat 00:01-00:02"]
  override = "*21"
  timezone = "UTC"
}

trunk "east" {
  peer         = "sip:10.0.0.50:5060"
  options_ping = "off"
}
trunk "west" {
  peer         = "sip:10.0.0.60:5060"
  options_ping = "off"
  max_calls    = 1
}
failover "pstn" {
  order   = [trunk.east, trunk.west]
  next_on = ["timeout:4s", "unregistered", "503"]
}
emergency {
  numbers   = ["911"]
  via       = failover.pstn
  caller_id = "+12125550100"
  notify    = [extension.desk["b"]]
}

dialplan "inbound" {
  from = [trunk.east, trunk.west]
  route "open" {
    match = "+12125550100"
    when  = schedule.office.open
    to    = extension.desk["a"]
  }
  route "closed" {
    match = "+12125550100"
    deny  = "We are closed"
  }
  route "roams" {
    match = "+12125551999"
    to    = extension.roams
  }
}
dialplan "internal" {
  from = [extension.desk, extension.single, extension.lobby]
  route "nobody_helps" { # comes too late
    match = "911"
    deny  = "no"
  }
  route "roams" {
    match = "+12125551999"
    to    = extension.roams
  }
  route "out" {
    match = "+."
    to    = failover.pstn
  }
  route "west" {
    match  = "8{number:.}"
    to     = trunk.west
    set_to = match.number
  }
  route "phones" {
    match = "1XX"
    to    = extension_number(call.to.number)
  }
  route "fork" {
    match = "700"
    to    = group.fork
  }
  route "line" {
    match = "701"
    to    = group.line
  }
  route "turns" {
    match = "702"
    to    = group.turns
  }
  route "any" {
    match = "703"
    to    = group.any
  }
  route "rested" {
    match = "704"
    to    = group.rested
  }
  route "nested" {
    match = "705"
    to    = group.nested
  }
  route "members" {
    match = "706"
    to    = group.members
  }
}
`

// accept takes a call that rings at a phone.
func accept(ring, call *Call) {
	ring.Ring()
	ring.Answer()
	call.Expect("200")
}

// over hangs a call up, and lets it come to its end.
func over(call *Call) {
	call.Hangup()
	time.Sleep(100 * time.Millisecond)
}

// A fork to many targets: whoever answers first has the call, the others are
// told that it was answered elsewhere.
func TestForkToMany(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, b, b2, c, d := w.Phone("101"), w.Phone("102"), w.Phone("102"), w.Phone("103"), w.Phone("104")
		call := a.Dial("700")
		var rings []*Call
		for _, p := range []*Phone{b, b2, c, d} {
			ring := p.Incoming()
			ring.Ring()
			rings = append(rings, ring)
		}
		call.Expect("180")
		time.Sleep(2 * time.Second)
		rings[2].Answer()
		call.Expect("200")
		for _, i := range []int{0, 1, 3} {
			if m := rings[i].Expect("CANCEL"); m.Get("Reason") != `SIP;cause=200;text="Call completed elsewhere"` {
				t.Errorf("CANCEL says %q", m.Get("Reason"))
			}
		}
		call.Hears(c)
		rings[2].Hears(a)
		call.Hangup()
		rings[2].Expect("BYE")
		time.Sleep(100 * time.Millisecond)
		w.Golden("fork to many")
	})
}

// Devices of one extension race; a device that refuses does not end it for the
// others, and nobody rings longer than the extension says.
func TestDevicesRace(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, desk, sofa, hall := w.Phone("101"), w.Phone("102"), w.Phone("102"), w.Phone("102")
		call := a.Dial("102")
		r1, r2, r3 := desk.Incoming(), sofa.Incoming(), hall.Incoming()
		r1.Ring()
		r2.Reject(486, "Busy Here")
		r3.Ring()
		time.Sleep(time.Second)
		r3.Answer()
		r1.Expect("CANCEL")
		call.Expect("200")
		call.Hears(hall)
		over(call)
		w.Golden("devices race")
	})
}

func TestGroupInOrder(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, b, d := w.Phone("101"), w.Phone("102"), w.Phone("104") // c is not there
		call := a.Dial("701")
		first := b.Incoming()
		first.Ring()
		call.Expect("180")
		first.Expect("CANCEL")
		last := d.Incoming()
		accept(last, call)
		call.Hears(d)
		over(call)
		w.Golden("group in order")
	})
}

func TestGroupInOrderGoesOn(t *testing.T) {
	t.Run("all are busy", func(t *testing.T) {
		Run(t, firm, func(w *World) {
			a, b, c, e := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("105")
			call := a.Dial("701")
			b.Incoming().Reject(486, "Busy Here")
			c.Incoming().Reject(603, "Decline")
			accept(e.Incoming(), call)
			over(call)
			w.Golden("group in order all busy")
		})
	})
	t.Run("nobody is there", func(t *testing.T) {
		Run(t, firm, func(w *World) {
			a, e := w.Phone("101"), w.Phone("105")
			call := a.Dial("701")
			accept(e.Incoming(), call)
			call.Hangup()
		})
	})
}

func TestGroupTakesTurns(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, b, c, d := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104")
		for _, p := range []*Phone{b, c, d, b} {
			call := a.Dial("702")
			accept(p.Incoming(), call)
			time.Sleep(time.Second)
			call.Hangup()
			time.Sleep(time.Second)
		}
		w.Golden("group round robin")
	})
}

func TestGroupRingsTheRestedFirst(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, b, c, d := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104")
		call := a.Dial("102") // b has had a call
		accept(b.Incoming(), call)
		call.Hangup()
		for _, p := range []*Phone{c, d, b, c} {
			time.Sleep(time.Second)
			call := a.Dial("704")
			accept(p.Incoming(), call)
			call.Hangup()
		}
	})
}

// Whatever the order is, each rings once.
func TestGroupInAnyOrder(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, b, c, d := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104")
		call := a.Dial("703")
		for range 3 {
			select {
			case ring := <-b.incoming:
				ring.Ring()
				ring.Expect("CANCEL")
			case ring := <-c.incoming:
				ring.Ring()
				ring.Expect("CANCEL")
			case ring := <-d.incoming:
				ring.Ring()
				ring.Expect("CANCEL")
			case <-time.After(Patience):
				t.Fatal("nobody rings")
			}
		}
		call.Expect("480")
	})
}

// A group within a group keeps its strategy, and each device rings once.
func TestNestedGroups(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, b, c, d, e := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104"), w.Phone("105")
		call := a.Dial("705")
		rd, rb := d.Incoming(), b.Incoming()
		rd.Ring()
		rb.Ring()
		rb.Expect("CANCEL")
		rc := c.Incoming()
		rc.Ring()
		rd.Quiet(7 * time.Second)
		rc.Expect("CANCEL")
		rd.Expect("CANCEL")
		accept(e.Incoming(), call)
		call.Hears(e)
		over(call)
		w.Golden("nested groups")
	})
}

// As a member, an extension lends its devices: who forwards rings, and who
// does not want to be disturbed or has enough calls does not.
func TestMembersLendTheirDevices(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, quiet, single := w.Phone("101"), w.Phone("121"), w.Phone("122")
		busy := single.Dial("104")
		busy.Expect("480")
		e := w.Phone("105")
		busy = single.Dial("105")
		accept(e.Incoming(), busy)
		call := a.Dial("706")
		call.Expect("486")
		quiet.Silent(time.Second)
		single.Silent(time.Second)
		busy.Hangup()
		time.Sleep(time.Second)
		call = a.Dial("706")
		accept(single.Incoming(), call)
		quiet.Silent(time.Second)
		call.Hangup()
	})
}

func TestForwardAlways(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("120")
		accept(b.Incoming(), call)
		call.Hears(b)
		over(call)
		w.Golden("forward always")
	})
}

func TestForwardedInALoop(t *testing.T) {
	Run(t, firm, func(w *World) {
		w.Phone("101").Dial("125").Expect("482")
		w.Golden("forwarded in a loop")
	})
}

func TestDoNotDisturb(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, quiet, c := w.Phone("101"), w.Phone("121"), w.Phone("103")
		call := a.Dial("121")
		accept(c.Incoming(), call)
		quiet.Silent(time.Second)
		over(call)
		w.Golden("do not disturb")
	})
}

func TestMaxCalls(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, b, single := w.Phone("101"), w.Phone("102"), w.Phone("122")
		call := a.Dial("122")
		ring := single.Incoming()
		ring.Ring()
		call.Expect("180")
		b.Dial("122").Expect("486") // one that rings counts
		single.Dial("102").Expect("503")
		ring.Answer()
		call.Expect("200")
		b.Dial("122").Expect("486")
		call.Hangup()
		ring.Expect("BYE")
		time.Sleep(time.Second)
		call = b.Dial("122")
		accept(single.Incoming(), call)
		over(call)
		w.Golden("max calls")
	})
}

func TestMaxCallsOfATrunk(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, b, west := w.Phone("101"), w.Phone("102"), w.Provider("10.0.0.60")
		call := a.Dial("82125550199")
		accept(west.Incoming(), call)
		m := b.Dial("82125550199").Expect("503")
		if m.Get("Retry-After") == "" {
			t.Error("503 without Retry-After")
		}
		west.Dial("+12125550100").Expect("503")
		call.Hangup()
		time.Sleep(time.Second)
		call = b.Dial("82125550199")
		accept(west.Incoming(), call)
		call.Hangup()
	})
}

func TestMayDial(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, lobby, east := w.Phone("101"), w.Phone("123"), w.Provider("10.0.0.50")
		m := lobby.Dial("+13105550123").Expect("403")
		if !strings.Contains(m.Start, "This number may not be dialled") {
			t.Errorf("%q", m.Start)
		}
		a.Dial("+442079460000").Expect("403") // abroad, and nothing lists it
		call := lobby.Dial("+12125550123")
		accept(east.Incoming(), call)
		call.Hangup()
		// A forward is no way round: who forwards may not dial anything, and a
		// provider calling in is not to pay for it either.
		a.Dial("+12125551999").Expect("403")
		east.Dial("+12125551999").Expect("403")
		w.Golden("may not be dialled")
	})
}

func TestFailover(t *testing.T) {
	const number = "+12125550123"
	t.Run("silence", func(t *testing.T) {
		Run(t, firm, func(w *World) {
			a, east, west := w.Phone("101"), w.Provider("10.0.0.50"), w.Provider("10.0.0.60")
			call := a.Dial(number)
			ring := east.Incoming() // says 100, and then nothing
			last := west.Incoming()
			ring.Expect("CANCEL")
			accept(last, call)
			call.Hears(west)
			over(call)
			w.Golden("failover silence")
		})
	})
	t.Run("nobody there", func(t *testing.T) {
		Run(t, firm, func(w *World) {
			a, west := w.Phone("101"), w.Provider("10.0.0.60")
			call := a.Dial(number)
			accept(west.Incoming(), call)
			over(call)
			w.Golden("failover nobody there")
		})
	})
	t.Run("503", func(t *testing.T) {
		Run(t, firm, func(w *World) {
			a, east, west := w.Phone("101"), w.Provider("10.0.0.50"), w.Provider("10.0.0.60")
			call := a.Dial(number)
			east.Incoming().Reject(503, "Service Unavailable")
			accept(west.Incoming(), call)
			call.Hears(west)
			over(call)
			w.Golden("failover 503")
		})
	})
	t.Run("it works on the call", func(t *testing.T) {
		Run(t, firm, func(w *World) {
			a, east, west := w.Phone("101"), w.Provider("10.0.0.50"), w.Provider("10.0.0.60")
			call := a.Dial(number)
			ring := east.Incoming()
			time.Sleep(3 * time.Second)
			ring.respond(ring.invite, 182, "Queued", false)
			west.Silent(30 * time.Second)
			accept(ring, call)
			call.Hears(east)
			over(call)
			w.Golden("failover provisional")
		})
	})
	for status, reason := range map[int]string{486: "Busy Here", 404: "Not Found"} {
		t.Run(reason, func(t *testing.T) {
			Run(t, firm, func(w *World) {
				a, east, west := w.Phone("101"), w.Provider("10.0.0.50"), w.Provider("10.0.0.60")
				call := a.Dial(number)
				east.Incoming().Reject(status, reason)
				call.Expect(itoa(status))
				west.Silent(10 * time.Second)
				if status == 486 {
					w.Golden("failover busy is an answer")
				}
			})
		})
	}
	t.Run("all fail", func(t *testing.T) {
		Run(t, firm, func(w *World) {
			a, east, west := w.Phone("101"), w.Provider("10.0.0.50"), w.Provider("10.0.0.60")
			call := a.Dial(number)
			east.Incoming().Reject(503, "Service Unavailable")
			west.Incoming().Reject(503, "Service Unavailable")
			if m := call.Expect("503"); m.Get("Retry-After") == "" {
				t.Error("503 without Retry-After")
			}
			w.Golden("failover all fail")
		})
	})
}

func itoa(status int) string {
	return string([]byte{byte('0' + status/100), byte('0' + status/10%10), byte('0' + status%10)})
}

// A trunk that is not registered is passed over at once.
func TestFailoverUnregistered(t *testing.T) {
	blocks := strings.Replace(firm, `  peer         = "sip:10.0.0.50:5060"`, `  peer         = "sip:10.0.0.50:5060"
  register     = true
  username     = "4711"
  secret       = "9f-3kd-Lq0"`, 1)
	Run(t, blocks, func(w *World) {
		a, west := w.Phone("101"), w.Provider("10.0.0.60")
		call := a.Dial("+12125550123")
		accept(west.Incoming(), call)
		call.Hears(west)
		over(call)
		w.Golden("failover unregistered")
	})
}

// No route stands before an emergency call, and neither may_dial nor a limit
// stands in its way.
func TestEmergency(t *testing.T) {
	Run(t, firm, func(w *World) {
		lobby, b := w.Phone("123"), w.Phone("102")
		east, west := w.Provider("10.0.0.50"), w.Provider("10.0.0.60")
		taken := lobby.Dial("82125550199") // it has its max_calls, and the reserve, too
		accept(west.Incoming(), taken)
		call := lobby.Dial("911")
		first := east.Incoming()
		first.Reject(403, "Forbidden") // not even that ends it
		ring := west.Incoming()
		accept(ring, call)
		call.Hears(west)
		ring.Hears(lobby)
		if from := ring.invite.Get("From"); !strings.Contains(from, "+12125550100") {
			t.Errorf("From is %q", from)
		}
		if !strings.HasPrefix(ring.invite.Start, "INVITE sip:911@") {
			t.Errorf("asked for %q", ring.invite.Start)
		}
		call.Hangup()
		over(taken)
		w.Golden("emergency")
		// Who shall know was told.
		if got := texts(w, b); !slices.Equal(got, []string{"EMERGENCY: Lobby (123) calls 911"}) {
			t.Errorf("%s was told %q", b.Number, got)
		}
	})
}

// A PBX that is about to stop takes no calls any more, but calls for help, and
// waits for their end.
func TestEmergencyWhileDraining(t *testing.T) {
	Run(t, firm, func(w *World) {
		lobby, a := w.Phone("123"), w.Phone("101")
		east := w.Provider("10.0.0.50")
		call := lobby.Dial("+12125550123")
		accept(east.Incoming(), call)
		drain, stop := context.WithCancel(context.Background())
		over := make(chan error, 1)
		go func() { over <- w.PBX.Run(drain, context.Background(), time.Hour) }()
		stop()
		synctest.Wait()
		a.Dial("102").Expect("503")
		help := a.Dial("911")
		ring := east.Incoming()
		accept(ring, help)
		call.Hangup()
		time.Sleep(time.Minute)
		help.Hears(east)
		ring.Hears(a)
		help.Hangup()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
}

// texts are what was sent to a phone by MESSAGE.
func texts(w *World, p *Phone) (out []string) {
	for _, d := range w.Net.SIP() {
		if m, err := raw.ParseMessage(d.Data); err == nil && m.Method() == "MESSAGE" && d.To == p.Addr {
			out = append(out, string(m.Body))
		}
	}
	return out
}

// The bubble begins on Saturday, 2000-01-01, at midnight.
func TestScheduleByTheClock(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		begin := time.Now().Truncate(time.Minute)
		for _, tt := range []struct {
			at   time.Duration
			open bool
		}{{0, false}, {59 * time.Second, false}, {time.Minute, true}, {119 * time.Second, true}, {2 * time.Minute, false}} {
			time.Sleep(time.Until(begin.Add(tt.at)))
			call := east.Dial("+12125550100")
			if tt.open {
				accept(a.Incoming(), call)
				call.Hangup()
			} else if m := call.Expect("403"); !strings.Contains(m.Start, "We are closed") {
				t.Errorf("after %v: %q", tt.at, m.Start)
			}
		}
		w.Golden("schedule by the clock")
	})
}

func TestScheduleByHand(t *testing.T) {
	Run(t, firm, func(w *World) {
		a, b, east := w.Phone("101"), w.Phone("102"), w.Provider("10.0.0.50")
		flip := func() {
			t.Helper()
			call := b.Dial("*21")
			call.Expect("200")
			call.Expect("BYE")
		}
		east.Dial("+12125550100").Expect("403")
		flip()
		call := east.Dial("+12125550100")
		accept(a.Incoming(), call)
		call.Hangup()
		flip()
		east.Dial("+12125550100").Expect("403")
		w.Golden("schedule by hand")
		east.Dial("*21").Expect("404") // not from outside
	})
}
