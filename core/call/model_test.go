package call

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// The model plays random phones to a switch: they say what they may and what they may
// not, at any time. After each step the calls are looked at, and at the end
// what must hold of every test (checkEnd). The whole house is played in
// core/calltest.
//
//	go test ./core/call -run TestModel -steps 100000
//	go test ./core/call -run TestModel -seed 17
var (
	modelSteps = flag.Int("steps", 6000, "how many steps the model takes")
	modelSeed  = flag.Uint64("seed", 0, "the one sequence that the model plays; 0: as many as -steps asks for")
)

// modelSequence is how many steps a sequence has.
const modelSequence = 300

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

func playModel(t *testing.T, seed uint64) {
	synctest.Test(t, func(t *testing.T) {
		m := newModel(t, seed)
		for range modelSequence {
			m.step()
			synctest.Wait()
			m.check()
			if t.Failed() {
				m.mu.Lock()
				t.Logf("played again with -seed %d:\n%s\n%s", seed, strings.Join(m.lines, "\n"), m.log.String())
				m.mu.Unlock()
				break
			}
		}
		m.sw.Close()
		m.checkEnd()
		for line := range strings.Lines(m.log.String()) {
			if strings.Contains(line, "panic in a call") && !strings.Contains(line, "on purpose") {
				t.Errorf("-seed %d: %s", seed, line)
			}
		}
	})
}

// destinations is how many the dialplan of the model has.
const destinations = 20

type model struct {
	*bed
	*rand.Rand
}

// newModel makes a switch with a dialplan in which everything follows from
// something.
func newModel(t *testing.T, seed uint64) *model {
	m := &model{bed: newBed(t), Rand: rand.New(rand.NewPCG(seed, 7))}
	echo := &dialplan.Echo{}
	room := &dialplan.Conference{Name: "room", MaxMembers: 2}
	a := &dialplan.Extension{Name: "a", PickupGroup: "desk", Follow: dialplan.Follow{Ring: 9 * sec, NoAnswer: echo}}
	c := &dialplan.Extension{Name: "c", PickupGroup: "desk", Follow: dialplan.Follow{Busy: a, Unavailable: room}}
	out := &dialplan.Trunk{Name: "out", Follow: dialplan.Follow{Unavailable: c, NoAnswer: room, Busy: a}}
	g := &dialplan.Group{Name: "g", Members: []dialplan.Destination{a, c}, Follow: dialplan.Follow{Ring: 5 * sec, NoAnswer: out, Busy: c}}
	a.Busy = g // a loop
	d := &dialplan.Extension{Name: "d", PickupGroup: "desk", MaxCalls: 2, Follow: dialplan.Follow{Ring: 4 * sec, Busy: room}}
	quiet := &dialplan.Extension{Name: "quiet", DoNotDisturb: true, Follow: dialplan.Follow{Busy: d}}
	away := &dialplan.Extension{Name: "away", ForwardAlways: quiet}
	reserve := &dialplan.Trunk{Name: "reserve"}
	inner := &dialplan.Failover{Name: "inner", Order: []dialplan.Destination{reserve}, Statuses: [][2]int{{503, 503}}}
	over := &dialplan.Failover{
		Name: "over", Order: []dialplan.Destination{out, inner}, Timeout: 2 * sec, Unregistered: true, Statuses: [][2]int{{500, 599}},
	}
	turns := &dialplan.Group{Name: "turns", Strategy: dialplan.RoundRobin, Members: []dialplan.Destination{a, quiet, d, c}, Follow: dialplan.Follow{Ring: 2 * sec, NoAnswer: over, Unavailable: away}}
	mixed := &dialplan.Group{Name: "mixed", Members: []dialplan.Destination{
		d, &dialplan.Group{Name: "rest", Strategy: dialplan.LeastRecent, Members: []dialplan.Destination{a, c, d}},
		&dialplan.Group{Name: "any", Strategy: dialplan.Random, Members: []dialplan.Destination{turns, quiet}},
	}, Follow: dialplan.Follow{Ring: 3 * sec, Busy: over}}
	oneByOne := &dialplan.Group{Name: "one by one", Strategy: dialplan.InOrder, Members: []dialplan.Destination{c, mixed, away}, Follow: dialplan.Follow{Ring: 2 * sec, NoAnswer: over}}
	lot := &dialplan.Park{Name: "lot", Slots: []string{"16", "17"}, Timeout: 3 * sec}
	night := &dialplan.Park{Name: "night", Slots: []string{"91"}, Timeout: 2 * sec, OnTimeout: d}
	page := &dialplan.Page{Members: []dialplan.Destination{turns, a, c}}
	m.park = lot
	for i, d := range []dialplan.Destination{
		a, c, out, g, echo, room, &dialplan.Reject{Cause: "denied"},
		d, quiet, away, over, turns, mixed, oneByOne, &dialplan.Emergency{Via: over}, &dialplan.Schedule{Name: "office"},
		lot, night, page, &dialplan.Park{Name: "lot", Slots: []string{"16"}, Timeout: 2 * sec},
	} {
		m.to[fmt.Sprint(i)] = to(d)
	}
	m.extension, m.pickup = a, "desk"
	m.to["102"] = to(a)
	return m
}

// step does one thing.
func (m *model) step() {
	m.mu.Lock()
	for _, name := range []string{"a", "c", "d", "quiet", "away"} {
		m.devices[name] = make([]script, m.IntN(4))
	}
	for _, name := range []string{"out", "reserve"} {
		m.devices[name] = make([]script, m.IntN(2))
		delete(m.refuse, name)
		if m.IntN(9) == 0 {
			m.refuse[name] = &Error{Congestion, "full"}
		}
	}
	m.mu.Unlock()
	switch n := m.IntN(100); {
	case n < 12:
		p := m.bed.calls("x", fmt.Sprint(m.IntN(destinations+1))) // the last is nobody's
		p.stuck = m.IntN(20) == 0
	case n < 13 && len(m.legs) > 0:
		m.bed.replaces("x", fmt.Sprint(m.IntN(destinations)), m.legs[max(0, len(m.legs)-1-m.IntN(9))], m.IntN(4) == 0)
	case n < 15:
		m.sw.Originate(Origination{From: "102", To: fmt.Sprint(m.IntN(destinations + 1))}, operator)
	case n < 17:
		for _, i := range m.sw.Calls() {
			m.sw.Hangup(i.ID, Normal, operator)
			break
		}
	case n < 19:
		m.moves()
	case n < 22:
		m.controls()
	case n < 25:
		time.Sleep(time.Duration(m.IntN(8000)) * ms)
	case n < 28:
		m.rooms.step(2)
	case n < 30:
		m.arrives()
	case len(m.legs) > 0:
		m.says()
	}
}

// arrives has devices come while their extension rings.
func (m *model) arrives() {
	name, id := []string{"a", "c", "d"}[m.IntN(3)], ""
	if calls := m.sw.Calls(); len(calls) > 0 && m.IntN(3) == 0 {
		id = calls[m.IntN(len(calls))].ID
	}
	m.sw.Arrived(name, id)
}

// moves has a party of one call take the place of one in another.
func (m *model) moves() {
	calls := m.sw.all()
	if len(calls) < 2 {
		return
	}
	slices.SortFunc(calls, func(a, b *Call) int { return strings.Compare(a.facts.ID, b.facts.ID) })
	m.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	x, y := calls[0], calls[1]
	legs := y.shown.Load().legs
	first, panics := m.IntN(2) == 0, m.IntN(20) == 0
	x.inbox.Put(message{kind: gotAct, act: func() {
		p := x.peer
		if first {
			p = x.caller
		}
		if p == nil || x.state != stateUp || len(legs) == 0 {
			return
		}
		x.give(p, y, func(c *Call, p *party) *Error {
			if panics {
				panic("on purpose")
			}
			return instead(legs[0], anybody)(c, p)
		}, func(err *Error) {
			if err == nil {
				x.end(Normal, "", byOperator)
			}
		})
	}})
}

// controls does one of the things that an operator does to calls.
func (m *model) controls() {
	calls := m.sw.Calls()
	if len(calls) == 0 {
		return
	}
	one, two := calls[m.IntN(len(calls))], calls[m.IntN(len(calls))]
	leg := "nobody"
	if len(one.Legs) > 0 {
		leg = one.Legs[m.IntN(len(one.Legs))].ID
	}
	switch m.IntN(14) {
	case 0:
		m.sw.Hold(one.ID, leg, operator)
	case 1:
		m.sw.Resume(one.ID, leg, operator)
	case 2:
		m.sw.Mute(one.ID, leg, m.IntN(2) == 0, operator)
	case 3:
		m.sw.Kick(one.ID, leg, event.ActKick, Normal, operator)
	case 4:
		m.sw.Lock("room", m.IntN(2) == 0, operator)
	case 10, 11:
		m.sw.Park(one.ID, Park{Leg: leg, Slot: []string{"", "16"}[m.IntN(2)]}, operator)
	case 5, 6:
		m.sw.Join(one.ID, two.ID, operator)
	case 7:
		m.sw.DTMF(one.ID, leg, "1#", operator)
	case 8:
		m.sw.Transfer(one.ID, Transfer{Leg: leg, To: fmt.Sprint(m.IntN(destinations + 1))}, operator)
	case 9:
		m.sw.Transfer(one.ID, Transfer{Into: two.ID}, operator)
	default:
		m.sw.Add(one.ID, Addition{To: fmt.Sprint(m.IntN(destinations + 1)), For: leg}, operator)
	}
}

// says lets one of the last legs tell something, mostly what it may.
func (m *model) says() {
	recent := m.legs[max(0, len(m.legs)-12):]
	p := recent[m.IntN(len(recent))]
	if p.inbox == nil {
		return
	}
	n := News{Leg: p, What: Ringing + What(m.IntN(int(Ended))), Digit: '1'}
	switch n.What {
	case Ended:
		n.Status = []int{0, 486, 503}[m.IntN(3)]
		n.Cause = []Cause{Normal, Busy, NoAnswer, Declined, Unavailable, PluginLost, Cancelled, ""}[m.IntN(8)]
		if m.IntN(4) == 0 {
			n.Redirect = fmt.Sprint(m.IntN(destinations + 1))
		}
		// Most often once, as the contract says.
		if p.ended && m.IntN(4) > 0 {
			return
		}
		p.set(func() { p.ended = true; p.open = false })
	case Referred:
		n.Refer = &Refer{To: fmt.Sprint(m.IntN(destinations + 1))}
		switch m.IntN(4) {
		case 0:
			n.Refer.Replaces = recent[m.IntN(len(recent))]
		case 1:
			n.Refer.Gone = true
		}
	case Changed:
		p.set(func() { p.held = m.IntN(2) == 0; p.open = !p.ended && m.IntN(3) > 0 })
	case Early, Answered:
		p.set(func() { p.open = !p.ended })
	}
	if m.IntN(50) == 0 { // to a call that does not know the leg
		for _, c := range m.sw.all() {
			c.news(News{Leg: &phone{bed: m.bed, label: "stranger"}, What: n.What})
			break
		}
	}
	p.inbox(n)
}

// check looks at every call, in its own goroutine, and at every phone.
func (m *model) check() {
	for _, c := range m.sw.all() {
		c.news(News{Leg: &probe{look: func() { m.look(c) }}, What: Digit})
	}
	synctest.Wait()
	for _, p := range m.legs {
		p.mu.Lock()
		if p.late {
			m.t.Errorf("%s was hung up after it had ended", p.label)
		}
		p.mu.Unlock()
		p.line.mu.Lock()
		if p.line.late {
			m.t.Errorf("the line of %s was used after the leg had ended", p.label)
		}
		p.line.mu.Unlock()
	}
}

// probe is a leg of no call. A call that hears of it asks for its id, to log
// it, and so lets it look at the call from the call's own goroutine.
type probe struct {
	Leg
	look func()
}

func (p *probe) ID() string { p.look(); return "probe" }

// transfers reports whether a party has a part in a transfer that is under way.
func (c *Call) transfers(p *party) bool {
	return c.transfer != nil && (p == c.transfer.by || p == c.transfer.stays)
}

// look checks one call.
func (m *model) look(c *Call) {
	var live, seated, guests int
	sending := c.fork.early()
	for _, p := range c.parties {
		if p.live() {
			live++
		}
		if (p.guest || c.page.has(p) || c.page != nil && c.fork.has(p)) && p.live() {
			guests++
		}
		leg, ok := p.leg.(*phone)
		if !ok {
			continue // it was added by somebody
		}
		ended := false
		leg.set(func() { ended = leg.ended })
		switch {
		case p.live() && ended:
			m.t.Errorf("call %s: %s ended, and the call does not know", c.facts.ID, leg.label)
		case p.live() && c.state >= stateEnding:
			m.t.Errorf("call %s ends, and %s lives", c.facts.ID, leg.label)
		case p.live() && p != c.caller && p != c.peer && !p.guest && !c.fork.has(p) && !c.page.has(p) && !c.transfers(p):
			m.t.Errorf("call %s has forgotten %s", c.facts.ID, leg.label)
		}
		if p.port == nil {
			continue
		}
		seated++
		if p != c.caller && p != c.peer && p != sending && !p.guest && !c.page.has(p) {
			m.t.Errorf("call %s: %s sits in the room", c.facts.ID, leg.label)
		}
		if p.hears == p.holds() || p.speaks == (p.holds() || p.muted || c.page.has(p)) {
			m.t.Errorf("call %s: holds %v, muted %v, hears %v, speaks %v", c.facts.ID, p.holds(), p.muted, p.hears, p.speaks)
		}
	}
	switch {
	case c.state == stateUp && live-guests != 1 && live-guests != 2:
		m.t.Errorf("call %s is up with %d legs", c.facts.ID, live)
	case c.state == stateUp && c.fork != nil && c.page == nil:
		m.t.Errorf("call %s is up and rings", c.facts.ID)
	case c.state <= stateRouting && (c.fork == nil || c.fork.live() == 0):
		m.t.Errorf("call %s waits for nobody", c.facts.ID)
	case c.state == stateRouting && c.media.extra != nil && !c.media.ringing:
		m.t.Errorf("call %s: somebody speaks who should not", c.facts.ID)
	case seated > 2+guests:
		m.t.Errorf("call %s: %d parties in its room", c.facts.ID, seated)
	}
	for name := range c.held {
		if !slices.ContainsFunc(c.parties, func(p *party) bool { return p.state != gone && p.leg.Name() == name }) {
			m.t.Errorf("call %s counts among those of %s, who is not in it", c.facts.ID, name)
		}
	}
	for _, p := range c.parties {
		if p.live() && p.of != nil && !c.held[p.of.Name] && c.fork.has(p) {
			m.t.Errorf("call %s rings %s and is not counted", c.facts.ID, p.of.Name)
		}
		if p.live() && p.of != nil && c.fork.has(p) && !slices.Contains(c.fork.step.Extensions, p.of) {
			m.t.Errorf("call %s rings %s, whose turn it is not", c.facts.ID, p.of.Name)
		}
	}
	if c.fork != nil && time.Until(c.fork.until) < 0 && c.state == stateRouting {
		m.t.Errorf("call %s rings for too long", c.facts.ID)
	}
	if shown := len(c.shown.Load().legs); shown != live {
		m.t.Errorf("call %s shows %d legs of %d", c.facts.ID, shown, live)
	}
}
