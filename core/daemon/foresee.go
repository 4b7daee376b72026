package daemon

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/config"
)

// foresee fills in what the reload will do, block by block.
func (r *reload) foresee() {
	f := foresight{reload: r, calls: r.d.Calls.Calls(), busy: r.d.busy()}
	r.plan = api.ConfigPlan{Running: r.was.cfg.Revision, Revision: r.next.cfg.Revision, Calls: len(f.calls)}
	named := map[string]bool{} // blocks whose cert or key is another
	for _, d := range r.diff {
		named[d.Kind] = named[d.Kind] || touches(d, "cert", "key")
		c := api.ConfigChange{What: string(d.What), Block: d.Path, Kind: d.Kind, File: d.Range.Filename, Line: d.Range.Start.Line}
		for _, a := range d.Attributes {
			c.Attributes = append(c.Attributes, api.ConfigAttribute(a))
		}
		c.Effect, c.Calls = f.effect(d)
		r.plan.Changes = append(r.plan.Changes, c)
		for _, a := range d.Attributes {
			if why := needsRestart(d.Kind, a.Name); why != "" {
				r.plan.Refused = append(r.plan.Refused, fmt.Sprintf("%s.%s cannot change while the daemon runs: %s. It needs a restart", d.Kind, a.Name, why))
			}
		}
	}
	for _, x := range []struct {
		block   string
		at      hcl.Range
		was, is *tls.Certificate
	}{
		{"sip", r.next.cfg.SIP.Range("cert"), r.was.sip.Certificate, r.next.sip.Certificate},
		{"web", r.next.cfg.Web.Range("cert"), r.was.web.certificate, r.next.web.certificate},
	} {
		if !named[x.block] && !sameCertificate(x.was, x.is) {
			r.plan.Changes = append(r.plan.Changes, api.ConfigChange{
				What: string(config.Changed), Block: x.block, Kind: x.block, File: x.at.Filename, Line: x.at.Start.Line,
				Effect: "the file of its certificate holds another; new connections see it",
			})
		}
	}
}

// sameCertificate says whether two are the same: the file may have another under
// the same name.
func sameCertificate(x, y *tls.Certificate) bool {
	if x == nil || y == nil {
		return x == y
	}
	return slices.EqualFunc(x.Certificate, y.Certificate, bytes.Equal)
}

// needsRestart says why an attribute holds for the life of the process, "" if it
// does not.
func needsRestart(kind, attribute string) string {
	switch {
	case kind == "pbx" && attribute == "data_dir":
		return "what is kept there is open"
	case kind == "store":
		return "records and registrations are kept there"
	}
	return ""
}

// foresight is what the effects of a change are told from.
type foresight struct {
	*reload
	calls []call.Info
	busy  map[string]int
}

func touches(d config.Difference, attributes ...string) bool {
	return slices.ContainsFunc(d.Attributes, func(a config.Attribute) bool { return slices.Contains(attributes, a.Name) })
}

// effect is what comes of a change, and how many live calls it concerns.
func (f *foresight) effect(d config.Difference) (string, int) {
	switch d.Kind {
	case "extension":
		return f.extension(d)
	case "trunk":
		return f.trunk(d)
	case "plugin":
		return f.plugin(d)
	case "sip":
		return f.sip(d), 0
	case "web":
		return f.web(d), 0
	case "media":
		return "holds for new legs", 0
	case "mail":
		return "holds for the next mail; what waits is tried at once", 0
	case "test":
		return "nothing: tests are run by plugboard test", 0
	}
	return "holds for new calls", 0
}

func (f *foresight) extension(d config.Difference) (string, int) {
	number := func(s *snapshot) string {
		if e := s.plan.ExtensionByName(d.Name); e != nil {
			return e.Number
		}
		return ""
	}
	n := f.busy[number(f.was)]
	atHangup := ""
	if n > 0 {
		atHangup = ", when its " + count(n, "call") + " ended"
	}
	switch {
	case d.What == config.Added:
		return "its phones can register; its secret is shown by: plugboard extension show " + number(f.next), 0
	case d.What == config.Removed && f.next.plan.ExtensionByNumber(number(f.was)) == nil:
		return "its phones are let go" + atHangup + "; new calls do not find it", n
	case number(f.was) != number(f.next):
		return "phones register with the new number; those of the old one are let go" + atHangup, n
	case touches(d, "secret"):
		return "its phones are let go" + atHangup + ", and register again with the new secret", n
	}
	return "holds for new calls; its phones stay registered", n
}

func (f *foresight) trunk(d config.Difference) (string, int) {
	n := f.on(call.KindTrunk, d.Name)
	calls := ""
	if n > 0 {
		calls = "; its live calls go on"
	}
	switch {
	case d.What == config.Added && f.registers(f.next, d.Name):
		return "it registers, and can be used then", 0
	case d.What == config.Added:
		return "it can be used", 0
	case d.What == config.Removed && f.registers(f.was, d.Name):
		return "its registration is taken away" + calls, n
	case d.What == config.Removed:
		return "it is not used any more" + calls, n
	case touches(d, "peer", "register", "username", "auth_username", "secret", "expires", "options_ping") && f.registers(f.next, d.Name):
		return "it registers anew" + calls, n
	case f.registers(f.next, d.Name):
		return "holds for new calls; it stays registered", n
	}
	return "holds for new calls", n
}

func (f *foresight) registers(s *snapshot, name string) bool {
	return slices.ContainsFunc(s.cfg.Trunks, func(t *config.Trunk) bool { return t.Name == name && t.Register })
}

func (f *foresight) plugin(d config.Difference) (string, int) {
	legs := 0
	for _, p := range f.d.plugins.List() {
		if p.Name == d.Name {
			legs = p.Legs
		}
	}
	stays := "; the old process ends"
	if legs > 0 {
		stays = fmt.Sprintf("; the old process stays for its %s", plural(legs, "leg"))
	}
	switch d.What {
	case config.Added:
		return "it is started before anything else changes", 0
	case config.Removed:
		return "it takes no new legs" + stays, legs
	default:
		return "a new process is started for new legs" + stays, legs
	}
}

func (f *foresight) sip(d config.Difference) string {
	var parts []string
	if touches(d, "listen") {
		opened, closed := lost(f.next.cfg, f.was.cfg), lost(f.was.cfg, f.next.cfg)
		if len(opened) > 0 {
			parts = append(parts, strings.Join(opened, ", ")+" opened")
		}
		if len(closed) > 0 {
			parts = append(parts, strings.Join(closed, ", ")+" closed, each when the calls on it have ended; their phones register elsewhere")
		}
	}
	if touches(d, "domain") {
		parts = append(parts, "phones are asked for their secrets again, in the new realm")
	}
	if touches(d, "cert", "key") {
		parts = append(parts, "new connections see the new certificate")
	}
	if touches(d, "external_address", "local_networks", "user_agent") || len(parts) == 0 {
		parts = append(parts, "holds for new calls")
	}
	return strings.Join(parts, "; ")
}

func (f *foresight) web(d config.Difference) string {
	var parts []string
	if touches(d, "listen") {
		parts = append(parts, fmt.Sprintf("%s is opened, and %s closed when its requests are answered", f.next.cfg.Web.Listen, f.was.cfg.Web.Listen))
	}
	switch {
	case f.was.cfg.Web.Secure() != f.next.cfg.Web.Secure():
		parts = append(parts, "new connections speak HTTPS: everybody signs in again")
		if f.was.cfg.Web.Secure() {
			parts[len(parts)-1] = "new connections speak plain HTTP: everybody signs in again"
		}
	case touches(d, "cert", "key", "acme", "acme_directory"):
		parts = append(parts, "new connections see the new certificate")
	}
	if touches(d, "origins", "trusted_proxies", "redirect") {
		parts = append(parts, "holds for the next request")
	}
	if touches(d, "ice_listen", "ice_servers", "push") || len(parts) == 0 {
		parts = append(parts, "holds for new calls of browsers")
	}
	return strings.Join(parts, "; ")
}

// lost are the listeners of a configuration that another has not.
func lost(c, other *config.Config) []string {
	var list []string
	for _, l := range c.SIP.Listen {
		if !listens(other, l) {
			list = append(list, l.String())
		}
	}
	return list
}

// on counts the live calls with a leg of a kind and name.
func (f *foresight) on(kind call.Kind, name string) int {
	n := 0
	for _, c := range f.calls {
		if slices.ContainsFunc(c.Legs, func(l call.LegInfo) bool { return l.Kind == kind && l.Name == name }) {
			n++
		}
	}
	return n
}

// busy counts the live calls of each extension, by number.
func (d *Daemon) busy() map[string]int {
	busy := map[string]int{}
	for _, c := range d.Calls.Calls() {
		for i, l := range c.Legs {
			// Several devices of one extension are one call of it.
			again := slices.ContainsFunc(c.Legs[:i], func(o call.LegInfo) bool { return o.Kind == l.Kind && o.Number == l.Number })
			if (l.Kind == call.KindExtension || l.Kind == call.KindBrowser) && !again {
				busy[l.Number]++
			}
		}
	}
	return busy
}

// partings are the numbers whose registrations go when they hang up, and why.
type partings struct {
	mu    sync.Mutex
	going map[string]string
}

// set adds numbers; stays are those that have come back meanwhile.
func (p *partings) set(going map[string]string, stays func(number, reason string) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.going == nil {
		p.going = map[string]string{}
	}
	for number, reason := range p.going {
		if stays(number, reason) {
			delete(p.going, number)
		}
	}
	for number, reason := range going {
		p.going[number] = reason
	}
}

func (p *partings) none() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.going) == 0
}

// take returns those that are free to go, once.
func (p *partings) take(free func(number string) bool) map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	gone := map[string]string{}
	for number, reason := range p.going {
		if free(number) {
			gone[number] = reason
			delete(p.going, number)
		}
	}
	return gone
}

// plural prints "1 leg", "2 legs".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// count is plural with its verb: "1 call has", "2 calls have".
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one + " has"
	}
	return plural(n, one) + " have"
}

func joinLines(list []string) string { return strings.Join(list, "\n") }
