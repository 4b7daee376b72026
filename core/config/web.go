package config

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Web is the HTTP listener, and what phones in the browser need.
type Web struct {
	Place
	Listen    netip.AddrPort
	Cert, Key string // PEM files, absolute; both or none
	// ACME is the domain to get a certificate for (RFC 8555), "": none; and
	// ACMEDirectory is the URL of who gives it.
	ACME, ACMEDirectory string
	// Redirect is where plain HTTP is answered, with the way to HTTPS; invalid:
	// nowhere.
	Redirect netip.AddrPort
	Origins  []string // of pages that may call the API, besides our own
	// TrustedProxies are believed when they say for whom they ask.
	TrustedProxies []netip.Prefix
	// ICEListen is where browsers' sound comes in; none: the media address, on
	// port 8189 of UDP and TCP.
	ICEListen  []Listen
	ICEServers []ICEServer
	Push       string // the contact that push services are told (RFC 8292 §2.1), "": nothing is pushed
	Turn       *Turn  // nil: no relay of our own
}

// Secure says whether the listener speaks TLS.
func (w *Web) Secure() bool { return w.Cert != "" || w.ACME != "" }

// ICEServer helps a browser and the switch to find a way to each other: "stun:…"
// and "turn:…" (RFC 7064, 7065). A TURN server has a name and a password.
type ICEServer struct {
	URLs       []string
	Username   string
	Credential Secret
}

// Turn is a relay for browsers behind strict firewalls (RFC 8656).
type Turn struct {
	Place
	Listen     []Listen
	External   netip.Addr // what the world sees, that of sip by default; invalid: the address that is listened on
	RelayPorts PortRange
	Allow      []netip.Prefix // that it relays to, besides the switch's own sound
}

// LetsEncrypt gives certificates for nothing.
const LetsEncrypt = "https://acme-v02.api.letsencrypt.org/directory"

// ICEPort is where browsers' sound comes in unless it is said.
const ICEPort = 8189

func (l *loader) web(b *hclsyntax.Block) {
	f := l.fields(b, scope{})
	w := Web{Place: f.place, Listen: netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 8080)}
	f.address("listen", "8080", &w.Listen)
	w.Cert, w.Key = f.certificate()
	f.acme(&w)
	f.address("redirect", "80", &w.Redirect)
	if f.place.Has("redirect") && !w.Secure() && !f.place.Has("cert") {
		l.errorAt(f.place.Range("redirect"), "Nowhere to redirect to", "redirect sends browsers from HTTP to HTTPS: it needs acme, or cert and key.")
	}
	w.Origins = f.origins()
	w.TrustedProxies = f.prefixes("trusted_proxies")
	w.ICEListen = f.relays("ice_listen", `addresses such as "udp://192.0.2.1:8189"`)
	w.ICEServers = f.iceServers()
	if at, ok := f.text("push", `a contact such as "mailto:pbx@example.net"`, &w.Push); ok {
		u, err := url.Parse(w.Push)
		if err != nil || !(u.Scheme == "mailto" && strings.Contains(u.Opaque, "@") || u.Scheme == "https" && u.Host != "") {
			l.errorAt(at, "Not a contact", `push takes whom the makers of browsers can reach if something is wrong with what is pushed, such as "mailto:pbx@example.net" or "https://www.example.net"; this is %s.`, quote(w.Push))
		}
	}
	if f.body != nil {
		for _, inner := range f.body.Blocks {
			if inner.Type == "turn" {
				w.Turn = f.within(inner).turn()
			}
		}
	}
	if w.Listen.IsValid() && !w.Listen.Addr().IsLoopback() && !w.Secure() && len(w.TrustedProxies) == 0 && !f.place.Has("cert") && !f.place.Has("acme") && !f.place.Has("trusted_proxies") {
		l.note(hcl.Diagnostics{warningAt(f.place.Range("listen"), "No HTTPS",
			"Passwords travel here unencrypted, and browsers give a microphone to pages over HTTPS alone: write acme, or cert and key; or listen on 127.0.0.1 behind a proxy that speaks TLS.")})
	}
	l.cfg.Web = w
}

// address reads an address with a port.
func (f *fields) address(name, port string, into *netip.AddrPort) {
	var s string
	if at, ok := f.text(name, quote("127.0.0.1:"+port)+" or the like", &s); ok {
		if addr, ok := f.addrPort(at, name, "", s, port); ok {
			*into = addr
		}
	}
}

// acme reads for which domain a certificate is asked for, and whom.
func (f *fields) acme(w *Web) {
	at, ok := f.text("acme", "a domain", &w.ACME)
	switch _, err := netip.ParseAddr(w.ACME); {
	case !ok:
	case err == nil || !isDomain(w.ACME) || !strings.Contains(w.ACME, "."):
		f.errorAt(at, "Not a domain", `acme takes the domain to get a certificate for, such as "pbx.example.net"; this is %s.`, quote(w.ACME))
	case f.place.Has("cert"):
		f.errorAt(at, "Two certificates", "web has a certificate of its own: leave out acme, or cert and key.")
	}
	if w.ACME != "" {
		w.ACMEDirectory = LetsEncrypt
	}
	if at, ok := f.text("acme_directory", "the URL of a directory", &w.ACMEDirectory); ok {
		switch u, err := url.Parse(w.ACMEDirectory); {
		case err != nil || u.Scheme != "https" || u.Host == "":
			f.errorAt(at, "Not a directory", "acme_directory takes the https:// URL at which an ACME server says what it offers, such as %s; this is %s.", quote(LetsEncrypt), quote(w.ACMEDirectory))
		case !f.place.Has("acme"):
			f.errorAt(at, "Without effect", "acme_directory says who gives the certificate; acme says for which domain, and is missing.")
		}
	}
}

// origins reads whose pages may ask.
func (f *fields) origins() []string {
	list, places, _ := f.texts("origins", `origins such as "https://www.example.net"`)
	for i, o := range list {
		if u, err := url.Parse(o); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil {
			f.errorAt(places[i], "Not an origin", `origins takes origins such as "https://www.example.net", without a path; this is %s.`, quote(o))
		}
	}
	return list
}

// relays reads addresses of UDP and TCP.
func (f *fields) relays(name, want string) []Listen {
	urls, places, whole := f.texts(name, want)
	if f.place.Has(name) && whole && len(urls) == 0 {
		f.errorAt(f.place.Range(name), "Nothing to listen on", "%s is empty; leave it out for the default.", name)
	}
	list := f.listeners(urls, places)
	for _, one := range list {
		if one.Transport == "tls" {
			f.errorAt(one.Range, "Not a listener", "%s takes udp:// and tcp://: what goes there is encrypted by itself.", name)
		}
	}
	return list
}

// iceServers reads a list of texts, and of objects where a server wants a name.
func (f *fields) iceServers() []ICEServer {
	const want = `servers such as "stun:stun.example.net", or { urls = "turn:turn.example.net", username = "pbx", credential = var.turn }`
	var out []ICEServer
	for _, e := range f.listed("ice_servers") {
		var s ICEServer
		switch t := e.value.Type(); {
		case e.value.IsNull():
			continue
		case t == cty.String:
			s.URLs = []string{e.value.AsString()}
		case (t.IsObjectType() || t.IsMapType()) && DestinationOf(e.value) == nil:
			if !f.iceServer(e, &s) {
				continue
			}
		default:
			f.wrong(e.at, "ice_servers", want, e.value)
			continue
		}
		if f.checkICE(e.at, s) {
			out = append(out, s)
		}
	}
	return out
}

// listed evaluates a list whose elements may be objects. A single value is a list
// of one.
func (f *fields) listed(name string) []element {
	exprs := []hclsyntax.Expression{f.attr(name)}
	if tuple, ok := exprs[0].(*hclsyntax.TupleConsExpr); ok {
		exprs = tuple.Exprs
	}
	var all []element
	for _, expr := range exprs {
		if expr == nil {
			continue
		}
		v, ok := f.eval(expr, f.scope)
		v, _ = v.UnmarkDeep()
		switch t := v.Type(); {
		case !ok || v.IsNull() || !v.IsWhollyKnown():
		case t.IsTupleType() || t.IsListType() || t.IsSetType():
			for it := v.ElementIterator(); it.Next(); {
				_, e := it.Element()
				all = append(all, element{value: e, at: expr.Range()})
			}
		default:
			all = append(all, element{value: v, at: expr.Range(), expr: expr})
		}
	}
	return all
}

// iceServer reads { urls, username, credential }.
func (f *fields) iceServer(e element, into *ICEServer) bool {
	known := []string{"urls", "username", "credential"}
	for it := e.value.ElementIterator(); it.Next(); {
		k, v := it.Element()
		name := k.AsString()
		if !slices.Contains(known, name) {
			f.errorAt(e.at, "Unknown name", "A server of ice_servers has no %s; it has %s.%s", name, strings.Join(known, ", "), Suggest(name, known))
			return false
		}
		if v.IsNull() || !v.IsKnown() {
			continue
		}
		switch t := v.Type(); {
		case t == cty.String:
			into.set(name, v.AsString())
		case name == "urls" && (t.IsTupleType() || t.IsListType()):
			for it := v.ElementIterator(); it.Next(); {
				_, u := it.Element()
				if u.IsNull() || !u.IsKnown() || u.Type() != cty.String {
					f.wrong(e.at, "urls", `a text such as "turn:turn.example.net", or a list of them`, u)
					return false
				}
				into.URLs = append(into.URLs, u.AsString())
			}
		default:
			f.wrong(e.at, name, "a text", v)
			return false
		}
	}
	if len(into.URLs) == 0 {
		f.errorAt(e.at, "A server is missing", `A server of ice_servers needs urls, such as "turn:turn.example.net".`)
		return false
	}
	return true
}

func (s *ICEServer) set(name, value string) {
	switch name {
	case "urls":
		s.URLs = []string{value}
	case "username":
		s.Username = value
	case "credential":
		s.Credential = Secret(value)
	}
}

// checkICE looks at one server: what it is, and whether its name and password
// are there.
func (f *fields) checkICE(at hcl.Range, s ICEServer) bool {
	for _, u := range s.URLs {
		scheme, rest, _ := strings.Cut(u, ":")
		turn := scheme == "turn" || scheme == "turns"
		switch {
		case rest == "" || strings.HasPrefix(rest, "//") || strings.ContainsFunc(u, unicode.IsSpace) || !turn && scheme != "stun" && scheme != "stuns":
			f.errorAt(at, "Not a server", `ice_servers takes servers such as "stun:stun.example.net:3478" or "turns:turn.example.net"; this is %s.`, quote(u))
			return false
		case turn && (s.Username == "" || s.Credential == ""):
			f.errorAt(at, "Who asks is missing", `%s wants to know who asks: write { urls = %s, username = "…", credential = var.… }.`, u, quote(u))
			return false
		case !turn && s.Username != "":
			f.errorAt(at, "Without effect", "A STUN server asks nobody for a name: leave username and credential out for %s.", u)
			return false
		}
	}
	if strings.ContainsFunc(s.Username+s.Credential.Reveal(), unicode.IsSpace) {
		f.errorAt(at, "Not a name", "username and credential of a server have no blanks in them.")
		return false
	}
	return true
}

// turn reads the relay for browsers.
func (f *fields) turn() *Turn {
	t := &Turn{Place: f.place, RelayPorts: PortRange{30000, 30999}, External: f.cfg.SIP.External.Addr}
	if f.place.Has("listen") {
		t.Listen = f.relays("listen", `addresses such as "udp://192.0.2.1:3478"`)
	} else {
		t.Listen = []Listen{{Transport: "udp", Addr: netip.AddrPortFrom(netip.IPv4Unspecified(), 3478), Range: f.place.Block}}
	}
	var external string
	if at, ok := f.text("external_address", "an IP address", &external); ok {
		addr, err := netip.ParseAddr(external)
		if err != nil || addr.IsUnspecified() || addr.Zone() != "" {
			f.errorAt(at, "Not an address", "external_address of turn takes the IP address that the world sees; this is %s.", quote(external))
		}
		t.External = addr
	}
	for _, one := range t.Listen {
		if one.Addr.Addr().IsUnspecified() && !t.External.IsValid() && !f.place.Has("external_address") {
			f.errorAt(one.Range, "An address is missing", "The relay gives out an address that the world can reach, and %s is none: listen on one, or write external_address.", one)
			break
		}
	}
	var ports string
	if at, ok := f.text("relay_ports", `a range such as "30000-30999"`, &ports); ok {
		t.RelayPorts = f.portRange(at, "relay_ports", ports)
	}
	t.Allow = f.prefixes("allow")
	return t
}

// claim is a port that something of the configuration takes.
type claim struct {
	Listen
	of string
}

// checkWebPorts refuses ports of web that something else of this configuration has.
func (l *loader) checkWebPorts() {
	w := &l.cfg.Web
	var taken []claim
	add := func(of string, list ...Listen) {
		for _, one := range list {
			taken = append(taken, claim{one, of})
		}
	}
	add("sip", l.cfg.SIP.Listen...)
	add("web", Listen{Transport: "tcp", Addr: w.Listen, Range: w.Range("listen")})
	own := len(taken)
	if w.Redirect.IsValid() {
		add("redirect", Listen{Transport: "tcp", Addr: w.Redirect, Range: w.Range("redirect")})
	}
	add("ice_listen", w.ICEListen...)
	if w.Turn != nil {
		add("turn", w.Turn.Listen...)
	}
	for i, c := range taken[own:] {
		for _, other := range taken[:own+i] {
			if c.meets(other.Listen) {
				l.errorAt(c.Range, "Two listeners on one port", "%s of %s and %s of %s cannot both have the port.", c.Listen, c.of, other.Listen, other.of)
			}
		}
		if c.Transport == "udp" {
			l.checkInRange(c, "media.rtp_ports", l.cfg.Media.RTPPorts)
			if w.Turn != nil {
				l.checkInRange(c, "relay_ports", w.Turn.RelayPorts)
			}
		}
	}
	if t, m := w.Turn, l.cfg.Media.RTPPorts; t != nil && t.RelayPorts.First <= m.Last && m.First <= t.RelayPorts.Last {
		at := t.Block
		if t.Has("relay_ports") {
			at = t.Range("relay_ports")
		}
		l.errorAt(at, "Two ranges in one", "relay_ports (%d-%d) and media.rtp_ports (%d-%d) overlap: each port is for one of them.", t.RelayPorts.First, t.RelayPorts.Last, m.First, m.Last)
	}
}

// checkInRange refuses a port among those that are given out one by one.
func (l *loader) checkInRange(c claim, of string, r PortRange) {
	if p := c.Addr.Port(); p >= r.First && p <= r.Last {
		l.errorAt(c.Range, "Two listeners on one port", "%s of %s stands in %s (%d-%d), which are given out one by one.", c.Listen, c.of, of, r.First, r.Last)
	}
}

// meets says whether two listeners cannot both be open.
func (a Listen) meets(b Listen) bool {
	return (a.Transport == "udp") == (b.Transport == "udp") && a.Addr.Port() == b.Addr.Port() && a.Addr.Port() != 0 &&
		(a.Addr.Addr() == b.Addr.Addr() || a.Addr.Addr().IsUnspecified() || b.Addr.Addr().IsUnspecified())
}
