package call

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/app/step"
	"github.com/plugboard/plugboard/sdk/event"
)

// How a call is in the hands of an app:
//
//	             Reach: open               Next, Dial          Reach of the same
//	(the walk) ──────────────▶ runs ──────────────────▶ waits ──────────────────▶ runs
//	                            │ To, through, lost        │ the walk is elsewhere
//	                            └───────────────┬──────────┘
//	                                            ▼
//	                                     its leg is hung up
//
// The app is a leg beside the caller's, seated while it runs and the caller does
// not hold. Its wishes are news of that leg. While it waits, for whom it has
// dialled or for what a flow dials, it is in the call but in no room. Apps are a
// stack, as one can dial what another one runs; the walk says who is still
// waited for.

// Apps gives calls to apps.
type Apps interface {
	// Open gives a call to an app of a plugin, and returns at once. The leg
	// tells Answered when the app has the call, then Wished, and Ended: with
	// [Normal] if the app is through, with [PluginLost] if it failed or its plugin
	// ended. Hangup takes the call away from it.
	Open(plugin string, f app.Facts, inbox Inbox) AppLeg
}

// AppLeg is an app's place in a call.
type AppLeg interface {
	Leg
	// Reply answers the last wish.
	Reply(app.Answer)
	// Pressed says that the caller presses a key.
	Pressed()
}

// running is an app that has, or waits for, the call.
type running struct {
	party   *party
	leg     AppLeg
	of      dialplan.Destination
	config  bool // it runs by itself; else it does the steps of a menu or a flow
	waits   bool // for the answer to a wish that takes time
	dialled bool // which is a dial
}

// top is the app that has the call, nil if none.
func (c *Call) top() *running {
	if n := len(c.apps); n > 0 && !c.apps[n-1].waits {
		return c.apps[n-1]
	}
	return nil
}

// reach gives the call to an app, or does a step that needs none. It returns the
// step that follows at once, if one does.
func (c *Call) reach(s *dialplan.Reach) dialplan.Step {
	if s.Answer {
		if c.appAnswers(); c.state >= stateEnding {
			return nil
		}
		return c.walk.Next(dialplan.Result{})
	}
	if i := slices.IndexFunc(c.apps, func(r *running) bool { return r.of == s.Of }); i >= 0 {
		c.resume(c.apps[i], s)
		return nil
	}
	switch {
	case s.Back != nil:
		return c.walk.Next(dialplan.Result{Cause: PluginLost, Text: "the app that dialled is gone"})
	case s.Plugin == "" || c.sw.opt.Apps == nil:
		return c.walk.Next(dialplan.Result{Cause: PluginLost, Text: "nobody can run " + s.Of.Path()})
	}
	f := c.appFacts(s)
	leg := c.sw.opt.Apps.Open(s.Plugin, f, c.news)
	r := &running{leg: leg, of: s.Of, config: s.Step == nil}
	r.party = c.add(leg)
	r.party.app = true
	c.apps = append(c.apps, r)
	return nil
}

// resume answers the wish for which an app waits.
func (c *Call) resume(r *running, s *dialplan.Reach) {
	r.waits, r.dialled = false, false
	switch {
	case s.Back != nil:
		r.leg.Reply(app.Answer{Cause: string(s.Back.Cause), Talked: s.Back.Talked})
	case s.Step != nil:
		r.leg.Reply(app.Answer{Step: encode(s.Step)})
	}
}

func encode(s *step.Step) []byte {
	b, err := json.Marshal(s)
	if err != nil { // it is made of texts and numbers
		panic(err)
	}
	return b
}

func (c *Call) appFacts(s *dialplan.Reach) app.Facts {
	from := c.facts.From
	f := app.Facts{
		ID: c.facts.ID, Leg: NewID(), At: s.Of.Path(), From: from.Number, FromName: from.Name, To: c.facts.To.Number,
		Route: c.record.route, Started: c.record.started, Answered: !c.record.answered.IsZero(),
		Headers: maps.Clone(c.facts.Headers), Config: s.Config,
	}
	if from.Extension != nil {
		f.FromExtension = from.Extension.Name
	}
	if from.Trunk != nil {
		f.FromTrunk = from.Trunk.Name
	}
	if from.Private && from.Extension == nil {
		f.From, f.FromName = dialplan.Anonymous, ""
	}
	if s.Step != nil {
		f.Config = encode(s.Step)
	}
	return f
}

// prune ends the apps that neither the next step nor anybody who waits is of.
func (c *Call) prune(next dialplan.Step) {
	if len(c.apps) == 0 {
		return
	}
	wanted := c.walk.Awaiting()
	if r, ok := next.(*dialplan.Reach); ok {
		wanted = append(wanted, r.Of)
	}
	c.apps = slices.DeleteFunc(c.apps, func(r *running) bool {
		if slices.Contains(wanted, r.of) {
			return false
		}
		c.hangup(r.party, Normal)
		return true
	})
}

// wished takes what an app wants.
func (c *Call) wished(p *party, w *app.Wish) {
	i := slices.IndexFunc(c.apps, func(r *running) bool { return r.party == p })
	if i < 0 || c.caller == nil {
		return // it was told to end, or will be: the caller is on the way into another call
	}
	r := c.apps[i]
	if w.Kind == app.WishStop {
		c.giveUp(r)
		return
	}
	refuse := func(why string) { r.leg.Reply(app.Answer{Refused: why}) }
	switch {
	case r.waits || r != c.top():
		refuse("the app does not have the call")
	case w.Kind == app.WishAnswer:
		c.appAnswers()
		r.leg.Reply(app.Answer{})
	case w.Kind == app.WishEarly:
		if c.caller.state < early {
			c.caller.state = early
			c.caller.leg.Progress()
		}
		r.leg.Reply(app.Answer{})
	case w.Kind == app.WishSet:
		c.setHeader(r, w)
	case w.Kind == app.WishHangup && !slices.Contains(causes, Cause(w.Cause)):
		refuse("there is no cause " + w.Cause)
	case w.Kind == app.WishHangup:
		r.leg.Reply(app.Answer{})
		c.end(Cause(w.Cause), "", byApp)
	case w.Kind == app.WishNext && r.config:
		refuse(r.of.Path() + " is no menu and no flow: there is no next step")
	case w.Kind == app.WishNext:
		r.waits = true
		c.do(c.walk.Next(dialplan.Result{Key: found(w.Found)}))
	case !r.config:
		refuse("what follows " + r.of.Path() + " is the dialplan's to say")
	default:
		c.appSends(r, w)
	}
}

// causes are those with which an app can end a call.
var causes = []Cause{Normal, NotFound, Denied, Busy, NoAnswer, Unavailable, DoNotDisturb, Declined, Congestion}

// found is what a step brought.
func found(m map[string]string) string {
	if f, ok := m[step.File]; ok {
		return f
	}
	return m[step.Digits]
}

// pressed lets the app that has the call be silent.
func (c *Call) pressed(p *party) {
	if r := c.top(); r != nil && p == c.caller && !p.holds() {
		r.leg.Pressed()
	}
}

// appSends sends the call to a destination: for good, or to come back.
func (c *Call) appSends(r *running, w *app.Wish) {
	to, err := c.plan.DestinationFor(c.facts.From.Extension, w.To)
	if err != nil {
		r.leg.Reply(app.Answer{Refused: err.Error()})
		return
	}
	if w.Kind == app.WishTo {
		r.leg.Reply(app.Answer{})
	} else {
		r.waits, r.dialled = true, true
	}
	c.do(c.walk.Next(dialplan.Result{To: to, Dial: w.Kind == app.WishDial, Ring: max(0, w.Ring)}))
}

// giveUp ends what an app has dialled.
func (c *Call) giveUp(r *running) {
	switch {
	case !r.dialled:
	case c.peer != nil && c.state == stateUp:
		c.hangup(c.peer, Normal)
		c.resumesFrom(c.peer)
	default:
		c.leave(nil, Cancelled)
		c.do(c.walk.Back(dialplan.Result{Cause: Cancelled}))
	}
}

// setHeader gives the call a header.
func (c *Call) setHeader(r *running, w *app.Wish) {
	const longest = 1024
	name := strings.ToLower(w.Name)
	bad := func(c rune) bool { return c < ' ' || c == 0x7f }
	switch {
	case !strings.HasPrefix(name, "x-") || len(name) < 3 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		r.leg.Reply(app.Answer{Refused: "the name of a header is X- and letters, digits or -"})
	case len(w.Value)+len(name) > longest || strings.ContainsFunc(w.Value, bad):
		r.leg.Reply(app.Answer{Refused: "the value of a header is one line of up to 1 KB"})
	case len(c.facts.Headers) >= 64 && c.facts.Headers[name] == "":
		r.leg.Reply(app.Answer{Refused: "a call has 64 headers at most"})
	default:
		if c.facts.Headers == nil {
			c.facts.Headers = map[string]string{}
		}
		c.facts.Headers[name] = w.Value
		r.leg.Reply(app.Answer{})
	}
}

// appLeft takes the end of a leg, if that was an app's. An app that was told to
// end, or whose party talks to somebody, has nothing to say to it.
func (c *Call) appLeft(p *party, n News) bool {
	if !p.app {
		return false
	}
	i := slices.IndexFunc(c.apps, func(r *running) bool { return r.party == p })
	if i < 0 {
		return true
	}
	r := c.apps[i]
	c.apps = slices.Delete(c.apps, i, i+1)
	if r.waits {
		return true
	}
	res := dialplan.Result{Cause: n.Cause, Text: n.Text}
	switch {
	case n.Cause == Normal && r.config:
		res = dialplan.Result{}
	case n.Cause == Normal:
		res = dialplan.Result{Cause: PluginLost, Text: "the app gave up " + r.of.Path()}
	}
	if res.Cause != "" {
		c.log.Warn("an app is lost to its call", "at", r.of.Path(), "cause", string(res.Cause), "reason", res.Text)
	}
	c.do(c.walk.Next(res))
	return true
}

// resumesFrom has the call go on after a party that a flow or an app has dialled.
// It reports false if nobody did.
func (c *Call) resumesFrom(p *party) bool {
	if c.state != stateUp || c.walk == nil || !c.walk.Awaited() {
		return false
	}
	c.peer, c.state = nil, stateRouting
	c.do(c.walk.Back(dialplan.Result{Cause: Normal, Talked: since(p.answered)}))
	return true
}

// elsewhere sends a caller on whose peer was lost with its plugin, if the route
// says where to.
func (c *Call) elsewhere(n News) bool {
	if n.Cause != PluginLost || c.state != stateUp || c.walk == nil {
		return false
	}
	next := c.walk.Lost(dialplan.Result{Cause: PluginLost, Text: n.Text})
	if next == nil {
		return false
	}
	c.peer, c.state = nil, stateRouting
	c.do(next)
	return true
}

// appAnswers answers the caller for an app. The call goes on being routed.
func (c *Call) appAnswers() {
	c.answerCaller()
	if i, ok := c.caller.leg.(*invitation); ok {
		i.arrived(c, nil) // which an app cannot
		return
	}
	c.arrived()
}

// answerCaller answers the caller, unless somebody has.
func (c *Call) answerCaller() {
	first := c.record.answered.IsZero()
	if first {
		c.record.answered = now()
	}
	c.accept(c.caller)
	c.changed = true
	if first {
		c.emit(event.CallAnswered, c.event())
	}
}

// since is how long ago something was, 0 if it was never.
func since(t time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return now().Sub(t)
}
