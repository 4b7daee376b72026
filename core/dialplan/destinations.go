package dialplan

import (
	"slices"
	"strings"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/number"
)

// destinations makes every destination, then joins them: they may lead to
// each other in any order.
func (c *compiler) destinations() {
	p := c.plan
	for _, e := range c.cfg.Extensions {
		out := &Extension{Name: e.Name, path: e.Path(), Number: e.Number, Display: e.Display, CallerID: e.CallerID, MaxDevices: e.MaxDevices, MaxCalls: e.MaxCalls, Browser: e.Browser,
			DoNotDisturb: e.DoNotDisturb, Engaging: !e.CallWaiting, PickupGroup: e.PickupGroup, RecordOnDemand: e.RecordOnDemand, Media: c.media(e.Sound)}
		p.extensions = append(p.extensions, out)
		p.byName[e.Name], p.byNumber[e.Number] = out, out
		p.of[e], p.values[out] = out, config.ValueOf(e)
	}
	for _, g := range c.cfg.Groups {
		out := &Group{Name: g.Name, Number: g.Number, Strategy: Strategy(g.Strategy)}
		p.groups = append(p.groups, out)
		p.of[g] = out
	}
	for _, m := range c.cfg.Conferences {
		out := &Conference{Name: m.Name, Number: m.Number, MaxMembers: m.MaxMembers, Announce: m.Announce, Music: m.Music}
		if m.Names {
			out.says = conferenceWords(c.cfg.PBX.Language)
		}
		if m.Record {
			out.Tool = &Tool{ConferenceTool, Recorder, c.plan.announcement(m.RecordAnnounce)}
		}
		if m.PIN != "" {
			out.guard(m.PIN.Reveal(), c.cfg.PBX.Language)
		}
		p.conferences = append(p.conferences, out)
		p.of[m] = out
	}
	for _, t := range c.cfg.Trunks {
		out := &Trunk{Name: t.Name, CallerID: t.CallerID, Format: t.Format, MaxCalls: t.MaxCalls, Media: c.media(t.Sound)}
		p.trunks = append(p.trunks, out)
		p.trunkByName[t.Name] = out
		p.of[t], p.values[out] = out, config.ValueOf(t)
	}
	for _, f := range c.cfg.Failovers {
		out := &Failover{Name: f.Name, Timeout: f.Timeout, Unregistered: f.Unregistered, Statuses: f.Statuses}
		p.failovers = append(p.failovers, out)
		p.of[f] = out
	}
	for _, s := range c.cfg.Schedules {
		out := &Schedule{Name: s.Name, Override: s.Override, open: s.Open, closed: s.Closed, timezone: s.Timezone}
		p.schedules = append(p.schedules, out)
		if s.Override != "" {
			p.switches[s.Override] = out
		}
		p.of[s] = out
	}
	for _, k := range c.cfg.Parks {
		out := &Park{Name: k.Name, Slots: k.Slots, Timeout: k.Timeout}
		if c.cfg.Speaks() {
			out.says, _ = inLanguage(parkTexts, c.cfg.PBX.Language)
		}
		p.parks = append(p.parks, out)
		p.of[k] = out
	}
	c.features()
	for i, e := range c.cfg.Extensions {
		out := p.extensions[i]
		out.Follow = p.follow(e.Follow)
		out.ForwardAlways = p.destination(e.ForwardAlways)
		if e.Voicemail != nil {
			out.Voicemail = p.destination(e.Voicemail).(*Voicemail)
		}
		out.MayDial = c.mayDial(e)
	}
	for i, g := range c.cfg.Groups {
		p.groups[i].Follow = p.follow(g.Follow)
		p.groups[i].Members = p.compiled(g.Members)
	}
	c.joinQueues()
	for i, k := range c.cfg.Parks {
		p.parks[i].OnTimeout = p.destination(k.OnTimeout)
	}
	for i, f := range c.cfg.Failovers {
		p.failovers[i].Order = p.compiled(f.Order)
	}
	c.emergency()
}

// features makes what plugins run, and the queues.
func (c *compiler) features() {
	p := c.plan
	for _, v := range c.cfg.Voicemails {
		p.voicemail(v, c.cfg.PBX.Timezone.String())
	}
	for _, m := range c.cfg.Menus {
		out := &Menu{Name: m.Name, Number: m.Number}
		p.of[m], p.menus = out, append(p.menus, out)
	}
	c.queues()
	for _, f := range c.cfg.Flows {
		out := &Flow{Name: f.Name, plan: p}
		p.of[f], p.flows = out, append(p.flows, out)
	}
	// Now each can lead to any other.
	for i, m := range c.cfg.Menus {
		p.menu(m, p.menus[i])
	}
	for i, f := range c.cfg.Flows {
		c.flow(f, p.flows[i])
	}
}

// shortEmergency is how many digits a number has at most that is the same for
// every trunk: "112", "116117". A longer one is the number of somebody.
const shortEmergency = 6

// emergency makes what comes before every dialplan.
func (c *compiler) emergency() {
	p, e := c.plan, c.cfg.Emergency
	if e == nil {
		return
	}
	out := &Emergency{Numbers: e.Numbers, Via: p.destination(e.Via), CallerID: e.CallerID}
	for _, who := range e.Notify {
		out.Notify = append(out.Notify, p.byName[who.Name])
	}
	p.emergency, p.of[e] = out, out
	for _, n := range e.Numbers {
		seen := p.Normalize(n)
		ask := n
		if len(n) > shortEmergency {
			ask = seen
		}
		p.urgent[n], p.urgent[seen] = ask, ask
	}
}

// mayDial is what an extension may call over a trunk: what its may_dial lists;
// without one, whatever is of this country. A long number that is none (such as
// "#31#" and one abroad, which a provider may understand) is not.
func (c *compiler) mayDial(e *config.Extension) func(string) bool {
	if e.MayDial == nil {
		country, short := c.cfg.PBX.Country, max(c.cfg.PBX.ShortDigits, serviceDigits)
		return func(n string) bool {
			if !strings.HasPrefix(n, "+") {
				return digitsIn(n) <= short
			}
			return !number.International(country, n)
		}
	}
	var patterns []*pattern
	for _, m := range e.MayDial {
		p, err := compilePattern(m)
		if err != nil {
			c.errorAt(m.Range, "Not a pattern", "In %q %s.", m.Text, err)
			continue
		}
		c.checkDialled(m, p)
		patterns = append(patterns, p)
	}
	return func(n string) bool {
		return slices.ContainsFunc(patterns, func(p *pattern) bool { return p.match(n, nil) })
	}
}

// serviceDigits is how long the numbers of services are, such as 411.
const serviceDigits = 6

func digitsIn(n string) int {
	count := 0
	for _, r := range n {
		if '0' <= r && r <= '9' {
			count++
		}
	}
	return count
}

// compiled are the compiled forms of some destinations.
func (p *Plan) compiled(list []config.Destination) (out []Destination) {
	for _, d := range list {
		out = append(out, p.destination(d))
	}
	return out
}

// media is what holds for the sound of a party.
func (c *compiler) media(s config.Sound) Media {
	m := Media(s)
	if m.Music == c.cfg.Media.Music {
		m.Music = nil
	}
	return m
}
