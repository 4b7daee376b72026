package calltest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/daemon"
	"github.com/plugboard/plugboard/core/store"
)

// The model plays the whole house: phones and providers that do what they may
// and what they may not, on a network that loses, repeats and overtakes, an
// operator who acts on calls, reloads the configuration and kills plugins. After
// each sequence of steps everybody hangs up, and the house must be as empty as before,
// and have kept its word to everybody:
//
//   - each request got one final answer, each final answer to an INVITE its ACK;
//
//   - each party that was told 200 got or sent one BYE;
//
//   - no call, leg, line, port, room, transaction or goroutine is left;
//
//   - each call has one record, and its times are in order;
//
//   - nobody is counted who has no call;
//
//   - nothing impossible was logged.
//
//     go test ./core/calltest -run TestModel -steps 100000
//     go test ./core/calltest -run TestModel -seed 17
//
// A seed draws the same acts each time. What the house draws by itself (tags,
// how long it waits after glare) is not the seed's, and nor is the order of what
// happens at one instant: a rare fault may need its seed more than once.
var (
	modelSteps  = flag.Int("steps", 750, "how many steps the model takes")
	modelShow   = flag.String("show", "", "a Call-ID whose messages the ladder shows, too")
	modelShrink = flag.Int("shrink", 60, "how often the model tries to do with less of what failed")
	modelSeed   = flag.Uint64("seed", 0, "the one sequence that the model plays; 0: as many as -steps asks for")
)

// modelSequence is how many steps a sequence has.
const modelSequence = 150

func TestModel(t *testing.T) {
	if *modelSeed != 0 {
		playModel(t, *modelSeed)
		return
	}
	for i := range (*modelSteps + modelSequence - 1) / modelSequence {
		seed := uint64(i + 1)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			playModel(t, seed)
		})
	}
}

// playModel plays one sequence, and if it fails the shortest part of it that
// still does.
func playModel(t *testing.T, seed uint64) {
	skip := make(map[int]bool)
	h := runModel(t, seed, skip)
	if len(h.faults) == 0 {
		return
	}
	first, tries := h.faults[0], *modelShrink
	for size := modelSequence / 2; size > 0 && tries > 0; size /= 2 {
		for from := 0; from < modelSequence && tries > 0; from += size {
			without := make(map[int]bool)
			for i := range modelSequence {
				if skip[i] || i > h.steps || i >= from && i < from+size {
					without[i] = true
				}
			}
			if len(without) == len(skip) {
				continue
			}
			tries--
			if less := runModel(t, seed, without); len(less.faults) > 0 && kindOf(less.faults[0]) == kindOf(first) {
				skip, h = without, less
			}
		}
	}
	t.Errorf("%s\n\nplayed again with -seed %d; the shortest that fails:\n\n%s\n\n%s\n\n%s\nthe log:\n%s",
		first, seed, strings.Join(h.faults, "\n"), strings.Join(h.story, "\n"), h.ladder, h.log)
}

// kindOf is a fault without what differs from one time to the next.
func kindOf(fault string) string {
	_, fault, _ = strings.Cut(fault, " ")
	var words []string
	for w := range strings.FieldsSeq(fault) {
		if !strings.ContainsAny(w, "0123456789") {
			words = append(words, w)
		}
	}
	return strings.Join(words[:min(6, len(words))], " ")
}

// house is the world of one sequence.
type house struct {
	w       *World
	rng     *rand.Rand // of the step
	seed    uint64
	phones  []*wild
	polite  bool // everybody goes home
	other   bool // the other configuration is in force
	taps    []*eavesdropper
	steps   int  // that were taken
	drained bool // the house takes no calls any more
	buf     [65536]byte

	story, faults []string
	ladder, log   string
}

// runModel plays a sequence but for some steps of it.
func runModel(t *testing.T, seed uint64, skip map[int]bool) *house {
	h := &house{seed: seed}
	Run(t, modelSite(false), func(w *World) {
		h.w = w
		h.plugIn()
		h.pass(100 * time.Millisecond)
		before, open := bubble(), w.Net.Open()
		for i := 0; i < modelSequence && len(h.faults) == 0; i++ {
			h.rng = rand.New(rand.NewPCG(seed, uint64(i)))
			h.steps = i
			act := h.draw()
			wait := h.aWhile()
			if !skip[i] {
				if said := act.do(h); said != "" {
					h.story = append(h.story, fmt.Sprintf("%9.3f  %3d %s", w.since().Seconds(), i, said))
				}
			}
			h.pass(wait)
			for _, p := range h.phones {
				p.settled()
			}
		}
		if seed%8 == 0 {
			h.drain()
		}
		h.goHome()
		h.checkEmpty(before, open)
		h.checkRecords()
		h.probe()
		if w.untidy = len(h.faults) > 0; w.untidy {
			faults := strings.Join(h.faults, " ") + *modelShow
			h.ladder, h.log = w.draw(true, func(m *raw.Message) bool { return strings.Contains(faults, m.Get("Call-ID")) }), w.log.String()
			if h.ladder == "" {
				h.ladder = w.Ladder()
			}
		}
	})
	return h
}

func (w *World) since() time.Duration {
	sent := w.Net.SIP()
	if len(sent) == 0 {
		return 0
	}
	return time.Since(sent[0].At)
}

func (h *house) fault(format string, args ...any) {
	if len(h.faults) < 20 {
		h.faults = append(h.faults, fmt.Sprintf("%.3f ", h.w.since().Seconds())+fmt.Sprintf(format, args...))
	}
}

// modelSite is the configuration, or another one that is put in its place.
func modelSite(other bool) string {
	ring, inner := "8s", "group.team"
	if other {
		ring, inner = "4s", "extension.b"
	}
	return `
extension "a" {
  pickup_group = "desk"
  number    = "101"
  secret    = "` + Secret + `"
  max_calls = 1
  may_dial  = ["+."]
}
extension "b" {
  pickup_group = "desk"
  number    = "102"
  secret    = "` + Secret + `"
  ring      = "` + ring + `"
  no_answer = extension.c
  busy      = extension.d
  may_dial  = ["+."]
}
extension "c" {
  pickup_group = "desk"
  number      = "103"
  secret      = "` + Secret + `"
  unavailable = echo()
  max_calls   = 2
  may_dial    = ["+."]
}
extension "d" {
  number         = "104"
  secret         = "` + Secret + `"
  forward_always = ` + inner + `
}
extension "e" {
  pickup_group = "desk"
  number = "105"
  secret = "` + Secret + `"
  may_dial  = ["+."]
}
group "team" {
  number    = "700"
  members   = [extension.b, extension.c, extension.e]
  ring      = "6s"
  no_answer = trunk.east
}
group "turns" {
  number   = "701"
  strategy = "in_order"
  members  = [extension.e, group.team, extension.a]
  ring     = "3s"
  busy     = conference.daily
}
group "by_turns" {
  number   = "702"
  strategy = "round_robin"
  members  = [extension.a, extension.c, extension.e]
  ring     = "3s"
  no_answer = group.rested
}
group "rested" {
  strategy  = "least_recent"
  members   = [group.any, extension.b]
  ring      = "2s"
  no_answer = conference.daily
}
group "any" {
  strategy = "random"
  members  = [extension.c, extension.e]
}
schedule "office" {
  open     = ["Mon-Fri 09:00-17:00"]
  override = "*28"
}
emergency {
  numbers   = ["911"]
  via       = failover.out
  notify    = [extension.b]
}
conference "daily" {
  number      = "800"
  max_members = 3
}
trunk "east" {
  peer         = "sip:10.0.0.50:5060"
  max_calls    = 2
  options_ping = "off"
}
trunk "west" {
  peer         = "sip:10.0.0.60:5060"
  options_ping = "off"
}
failover "out" {
  order   = [trunk.east, trunk.west]
  next_on = ["timeout:3s", "unregistered", "503"]
}
dialplan "inbound" {
  from = [trunk.east, trunk.west]
  route "direct" {
    match = "+4930555{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "all" {
    match = "+49305550"
    to    = group.turns
  }
  route "transit" {
    match = "+44."
    to    = trunk.west
  }
}
dialplan "internal" {
  from = [extension.a, extension.b, extension.c, extension.d, extension.e]
  route "desk" {
    match = "{ext:10X}"
    to    = extension_number(match.ext)
  }
  route "team" {
    match = group.team.number
    to    = group.team
  }
  route "turns" {
    match = group.turns.number
    to    = group.turns
  }
  route "by_turns" {
    match = group.by_turns.number
    to    = group.by_turns
  }
  route "daily" {
    match = conference.daily.number
    to    = conference.daily
  }
  route "echo" {
    match = "*43"
    to    = echo()
  }
  route "out" {
    match = "+44."
    to    = failover.out
  }
  route "west" {
    match = "+33."
    to    = trunk.west
  }
}
`
}

// plugIn brings the phones: one for each extension, but two for 102, and the
// providers.
func (h *house) plugIn() {
	for i, number := range []string{"101", "102", "102", "103", "104", "105"} {
		h.phone(number, fmt.Sprintf("10.0.0.%d", 11+i), false)
	}
	h.phone("east", "10.0.0.50", true)
	h.phone("west", "10.0.0.60", true)
	for _, p := range h.phones {
		if !p.provider {
			p.register(86400, nil)
		}
	}
}

func (p *wild) register(expires int, heard func(*raw.Message)) {
	m := p.outside("REGISTER", "sip:plugboard")
	m.Set("To", fmt.Sprintf("<sip:%s@plugboard>", p.number))
	m.Add("Expires", fmt.Sprint(expires))
	p.ask(nil, m, heard)
}

// pass lets time go by. What comes is taken as it comes.
func (h *house) pass(d time.Duration) {
	slice := time.Millisecond
	for {
		for _, p := range h.phones {
			p.pump()
		}
		if d <= 0 {
			return
		}
		step := min(d, slice)
		time.Sleep(step)
		d -= step
		slice = min(slice*2, 100*time.Millisecond)
	}
}

// aWhile is how long nobody does anything: often no time at all, so that things
// cross each other.
func (h *house) aWhile() time.Duration {
	switch n := h.rng.IntN(20); {
	case n < 4:
		return 0
	case n < 15:
		return time.Duration(1+h.rng.IntN(6)) * time.Millisecond
	case n < 18:
		return time.Duration(h.rng.IntN(1000)) * time.Millisecond
	case n < 19 || !h.in(6):
		return time.Duration(h.rng.IntN(6000)) * time.Millisecond
	default: // as long as a session may be without a sign of life
		return time.Duration(h.rng.IntN(100)) * time.Second
	}
}

// goHome lets everybody hang up on a network that works again, and waits until
// the last transaction has to be over.
func (h *house) goHome() {
	h.polite = true
	h.rng = rand.New(rand.NewPCG(h.seed, 1<<40))
	h.w.Net.Drop(nil)
	h.w.Net.Repeat(nil)
	h.w.Net.Delay(nil)
	for _, p := range h.phones {
		p.deaf = time.Time{}
	}
	h.pass(6 * time.Second) // what was lost is said again
	for range 4 {
		for _, p := range h.phones {
			for _, t := range p.talks {
				h.leave(t)
			}
		}
		h.pass(3 * time.Second)
	}
	h.pass(70 * time.Second)
	for _, p := range h.phones {
		for _, t := range p.talks {
			t.check()
		}
		for _, a := range p.asked {
			if a.final == nil && !a.deaf {
				h.fault("%s: no final answer to %s", p.number, described(a.req))
			}
		}
	}
}

// drain lets the house end all calls that are left after a moment, while everybody
// goes on as before.
func (h *house) drain() {
	h.drained = true
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	over := make(chan int, 1)
	go func() { over <- h.w.PBX.Calls.Drain(ctx) }()
	for range 20 {
		if act := h.draw(); act.do(h) != "" {
			h.pass(h.aWhile())
		}
	}
	h.pass(50 * time.Second)
	select {
	case <-over:
	default:
		h.fault("the house does not end its calls")
	}
	for _, c := range h.w.Calls() {
		if c.To != "911" { // who calls for help is let through to the last
			h.fault("the call of %s to %s outlived the drain", c.From, c.To)
		}
	}
}

// leave ends a talk as a polite phone does.
func (h *house) leave(t *half) {
	switch t.stage {
	case calls:
		h.cancel(t)
	case rings:
		t.p.say(t.got, t.p.response(t.got, 486, "Going Home"))
		t.stage = overNow
	case upNow:
		if t.byeOut == nil {
			h.bye(t)
		}
	case watches:
		if t.remoteTag != "" {
			h.watch(t, "0")
		}
	}
}

// check is what holds of a talk at its end.
func (t *half) check() {
	switch n := len(t.byesIn); {
	case t.deaf:
	case n > 1:
		t.p.h.fault("%s: %d BYEs in %s", t.p.number, n, t.id)
	case t.told && n == 0 && t.byeOut == nil:
		t.p.h.fault("%s: no BYE in %s, which was answered", t.p.number, t.id)
	}
}

// bubble counts the goroutines of this sequence.
func bubble() int {
	buf := make([]byte, 1<<16)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	// "goroutine 7 [running, synctest bubble 7]:" is us.
	head, _, _ := bytes.Cut(buf, []byte("\n"))
	_, mine, ok := bytes.Cut(head, []byte("synctest bubble "))
	if !ok {
		return 0
	}
	return bytes.Count(buf, append([]byte("synctest bubble "), mine...))
}

// checkEmpty compares what stands with what stood before the first call.
func (h *house) checkEmpty(goroutines, sockets int) {
	if left := h.w.PBX.Standing(); left != (daemon.Standing{}) {
		h.fault("left over: %+v", left)
	}
	for _, l := range h.taps {
		if !l.over {
			h.fault("a tap was not told that its leg has ended")
		}
	}
	if n := h.w.Net.Open(); n != sockets {
		h.fault("%d sockets are open, before it were %d", n, sockets)
	}
	if n := bubble(); n != goroutines {
		h.fault("%d goroutines, before it were %d", n, goroutines)
	}
	for line := range strings.Lines(h.w.log.String()) {
		if strings.Contains(line, "[ERROR]") && !strings.Contains(line, "it was killed on request") {
			h.fault("logged: %s", strings.TrimSpace(line))
		}
	}
}

// checkRecords compares the records with the calls.
func (h *house) checkRecords() {
	records, err := h.w.PBX.Records(context.Background(), store.Query{Limit: 1000})
	if err != nil {
		h.fault("records: %v", err)
	}
	if n := h.w.PBX.Calls.Stats().Started; int(n) != len(records) {
		h.fault("%d calls made %d records", n, len(records))
	}
	for _, r := range records {
		at := r.Started
		for _, then := range []*time.Time{r.Ringing, r.Answered, &r.Ended} {
			if then == nil {
				continue
			}
			if then.Before(at) {
				h.fault("the times of call %s are not in order: %v, %v, %v, %v", r.ID, r.Started, r.Ringing, r.Answered, r.Ended)
			}
			at = *then
		}
		if r.Cause == "" || r.EndedBy == "" {
			h.fault("call %s ended by %q with %q", r.ID, r.EndedBy, r.Cause)
		}
		for _, l := range r.Legs {
			if l.Ended.Before(l.Added) || l.Answered != nil && (l.Answered.Before(l.Added) || l.Ended.Before(*l.Answered)) {
				h.fault("the times of leg %s are not in order: %v, %v, %v", l.ID, l.Added, l.Answered, l.Ended)
			}
		}
	}
}

// probe makes as many calls as anybody may have: a call that is counted and is none would
// be missed.
func (h *house) probe() {
	if len(h.faults) > 0 || h.drained {
		return
	}
	for _, p := range h.phones {
		if !p.provider {
			p.register(86400, nil)
		}
	}
	h.pass(time.Second)
	a, c, e, east := h.phones[0], h.phones[3], h.phones[5], h.phones[6]
	var made []*half
	for _, p := range []*wild{a, c, c} {
		made = append(made, h.call(p, "*43"))
	}
	h.pass(time.Second)
	for range 2 {
		made = append(made, h.call(e, "+447700900"))
		h.pass(time.Second)
		for _, t := range east.talks {
			h.answer(t)
		}
	}
	h.pass(time.Second)
	for _, t := range made {
		if t.stage != upNow {
			h.fault("%s has no call, and cannot make one: %s", t.p.number, t.made.final.Start)
		}
	}
	h.goHome()
}
