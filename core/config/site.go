package config

import (
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/plugboard/plugboard/core/number"
)

// The codecs, in the default order.
var allCodecs = []string{"opus", "g722", "pcmu", "pcma"}

func (l *loader) pbx(b *hclsyntax.Block) {
	f := l.fields(b, scope{})
	p := PBX{Place: f.place, Timezone: time.Local, Country: "US", ShortDigits: 6, DataDir: "data", Language: "en"}
	f.timezone(&p.Timezone)
	if at, ok := f.text("country", `two letters such as "DE"`, &p.Country); ok && !number.KnownCountry(p.Country) {
		hint := ""
		if up := strings.ToUpper(p.Country); number.KnownCountry(up) {
			hint = " Write " + quote(up) + "."
		}
		l.errorAt(at, "Unknown country", `country takes the two letters of ISO 3166-1, such as "DE" or "US"; this is %s.%s`, quote(p.Country), hint)
		p.Country = "US"
	}
	f.integer("short_digits", 0, 15, &p.ShortDigits)
	if at, ok := f.text("language", `a language such as "de"`, &p.Language); ok && !languageTag.MatchString(p.Language) {
		l.errorAt(at, "Not a language", `language takes a tag such as "de" or "en-GB" (RFC 5646); this is %s.`, quote(p.Language))
	}
	f.boolean("listen_in", &p.ListenIn)
	f.text("data_dir", "a folder", &p.DataDir)
	f.text("plugin_dir", "a folder", &p.PluginDir)
	p.DataDir = l.absolute(p.DataDir)
	if p.PluginDir != "" {
		p.PluginDir = l.absolute(p.PluginDir)
	}
	l.cfg.PBX = p
}

var languageTag = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)

// timezone reads an IANA name.
func (f *fields) timezone(into **time.Location) {
	var zone string
	at, ok := f.text("timezone", `a zone such as "Europe/Berlin"`, &zone)
	if !ok {
		return
	}
	tz, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		f.errorAt(at, "Unknown timezone", `There is no timezone %s on this machine; write one of the IANA names, such as "Europe/Berlin" or "UTC".`, quote(zone))
		return
	}
	*into = tz
}

// absolute makes a path relative to the configuration absolute.
func (l *loader) absolute(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(l.cfg.Dir, p)
}

func (l *loader) sip(b *hclsyntax.Block) {
	f := l.fields(b, scope{})
	s := SIP{Place: f.place, Domain: "plugboard", External: External{Auto: true}}
	any4 := netip.AddrPortFrom(netip.IPv4Unspecified(), 5060)
	s.Listen = []Listen{{Transport: "udp", Addr: any4, Range: f.place.Block}, {Transport: "tcp", Addr: any4, Range: f.place.Block}}
	if f.attr("listen") != nil {
		urls, places, whole := f.texts("listen", `addresses such as "udp://0.0.0.0:5060"`)
		s.Listen = l.listeners(urls, places)
		if len(urls) == 0 && whole {
			l.errorAt(f.place.Range("listen"), "Nothing to listen on", `listen is empty; write ["udp://0.0.0.0:5060"], or leave it out.`)
		}
	}
	if at, ok := f.text("domain", "a domain", &s.Domain); ok && !isDomain(s.Domain) {
		l.errorAt(at, "Not a domain", `domain takes a name or an address without a port, such as "pbx.example.net"; this is %s.`, quote(s.Domain))
	}
	var external string
	if at, ok := f.text("external_address", `"auto", "none" or an address`, &external); ok {
		switch addr, err := netip.ParseAddr(external); {
		case external == "none":
			s.External.Auto = false
		case external == "auto":
			s.External.Auto = true
		case err != nil || addr.IsUnspecified() || addr.Zone() != "":
			l.errorAt(at, "Not an address", `external_address takes "auto", "none" or the IP address that the world sees; this is %s.`, quote(external))
		default:
			s.External = External{Addr: addr}
		}
	}
	s.LocalNetworks = f.prefixes("local_networks")
	if at, ok := f.text("user_agent", "a text", &s.UserAgent); ok && strings.ContainsFunc(s.UserAgent, isControl) {
		l.errorAt(at, "Not a header", "user_agent goes into a SIP header, so it has no line breaks or other control characters.")
	}
	s.Cert, s.Key = f.certificate()
	for _, listen := range s.Listen {
		if listen.Transport == "tls" && s.Cert == "" && !f.place.Has("cert") {
			l.errorAt(listen.Range, "A certificate is missing", `%s needs a certificate: write cert = "FILE.pem" and key = "FILE.pem" into sip.`, listen)
		}
	}
	l.cfg.SIP = s
}

// certificate reads cert and key, two files: both or none. Whether they are
// there is seen when they are read.
func (f *fields) certificate() (cert, key string) {
	for _, file := range []struct {
		name, other string
		into        *string
	}{{"cert", "key", &cert}, {"key", "cert", &key}} {
		at, ok := f.text(file.name, "a file", file.into)
		switch {
		case !ok:
		case *file.into == "":
			f.errorAt(at, "Not a file", "%s is empty; name a file in the PEM form.", file.name)
		case !f.place.Has(file.other):
			f.errorAt(at, "Half a certificate", "%s needs %s beside it: a certificate and its private key are two files.", file.name, file.other)
		default:
			*file.into = f.absolute(*file.into)
		}
	}
	return cert, key
}

func (l *loader) store(b *hclsyntax.Block) {
	f := l.fields(b, scope{})
	s := Store{Place: f.place, URL: "sqlite"}
	if at, ok := f.text("url", `"sqlite" or "postgres://…"`, &s.URL); ok {
		switch u, err := url.Parse(s.URL); {
		case s.URL == "sqlite":
		case err == nil && u.Host != "" && (u.Scheme == "postgres" || u.Scheme == "postgresql"):
			f.planned(at, "PostgreSQL", `Until it is, write url = "sqlite": one file in data_dir.`)
		default:
			l.errorAt(at, "Not a store", `url takes "sqlite" or "postgres://USER@HOST/DATABASE"; this is neither.`)
		}
	}
	l.cfg.Store = s
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// listeners reads the addresses to listen on.
func (l *loader) listeners(urls []string, places []hcl.Range) []Listen {
	var out []Listen
	for i, u := range urls {
		at := places[i]
		transport, rest, ok := strings.Cut(u, "://")
		switch {
		case !ok:
			l.errorAt(at, "Not a listener", `Write the transport before the address: "udp://%s".`, u)
			continue
		case transport == "ws" || transport == "wss":
			l.errorAt(at, "Not a listener", "SIP over WebSocket comes in at /sip of web.listen; here are udp://, tcp:// and tls://.")
			continue
		case transport != "udp" && transport != "tcp" && transport != "tls":
			l.errorAt(at, "Not a listener", "listen takes udp://, tcp:// and tls://; this is %s.%s", quote(u), Suggest(transport+"://", []string{"udp://", "tcp://", "tls://"}))
			continue
		}
		port := "5060"
		if transport == "tls" {
			port = "5061"
		}
		addr, ok := l.addrPort(at, "listen", transport+"://", rest, port)
		if !ok {
			continue
		}
		next := Listen{Transport: transport, Addr: addr, Range: at}
		if slices.ContainsFunc(out, func(o Listen) bool { return o.Transport == transport && o.Addr == addr }) {
			l.errorAt(at, "Twice the same listener", "%s stands twice.", next)
			continue
		}
		out = append(out, next)
	}
	return out
}

// addrPort reads address:port, and says which part is not right.
func (l *loader) addrPort(at hcl.Range, attr, scheme, s, port string) (netip.AddrPort, bool) {
	if addr, err := netip.ParseAddrPort(s); err == nil {
		return addr, true
	}
	example := func(host, port string) string { return quote(scheme + net.JoinHostPort(host, port)) }
	bare := strings.Trim(s, "[]")
	if addr, err := netip.ParseAddr(bare); err == nil {
		l.errorAt(at, "A port is missing", "Write %s.", example(addr.String(), port))
		return netip.AddrPort{}, false
	}
	every := "0.0.0.0"
	if scheme == "" {
		every = "127.0.0.1" // the API is not for every address
	}
	host, p, err := net.SplitHostPort(s)
	switch _, portErr := strconv.ParseUint(p, 10, 16); {
	case err != nil:
		l.errorAt(at, "Not an address", "%s takes an IP address and a port, such as %s; this is %s.", attr, example(every, port), quote(scheme+s))
	case host == "":
		l.errorAt(at, "An address is missing", "Write %s.", example(every, p))
	case portErr != nil:
		l.errorAt(at, "Not a port", "A port is a number from 0 to 65535; this is %s.", quote(p))
	default:
		l.errorAt(at, "Not an address", "%s takes an IP address, not a name; %s is none. Write %s.", attr, quote(host), example(every, p))
	}
	return netip.AddrPort{}, false
}

// prefixes reads a list of networks; a single address is a network of one.
func (f *fields) prefixes(name string) []netip.Prefix {
	texts, places, _ := f.texts(name, `networks such as "192.0.2.0/24"`)
	var out []netip.Prefix
	for i, t := range texts {
		p, err := netip.ParsePrefix(t)
		if addr, aerr := netip.ParseAddr(t); err != nil && aerr == nil && addr.Zone() == "" {
			p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			f.errorAt(places[i], "Not a network", `%s takes networks such as "192.0.2.0/24" or "2001:db8::/32"; this is %s.`, name, quote(t))
			continue
		}
		if p != p.Masked() {
			f.errorAt(places[i], "Not a network", "%s has bits behind its mask: write %s, or %s for this address alone.", t, quote(p.Masked().String()), quote(p.Addr().String()))
			continue
		}
		out = append(out, p)
	}
	return out
}

// encryptions are the wishes for SRTP.
var encryptions = []string{"off", "optional", "required"}

func (l *loader) media(b *hclsyntax.Block) {
	f := l.fields(b, scope{})
	m := Media{Place: f.place, RTPPorts: PortRange{20000, 29999}, Sound: Sound{Codecs: allCodecs, Encryption: "optional"}, Symmetric: true}
	f.network(&m)
	f.sound(&m.Sound)
	l.cfg.Media = m
}

// network reads where sound is received, and from whom.
func (f *fields) network(m *Media) {
	var address string
	if at, ok := f.text("address", "an IP address", &address); ok {
		addr, err := netip.ParseAddr(address)
		if err != nil {
			f.errorAt(at, "Not an address", "address takes an IP address of this machine; this is %s.", quote(address))
		}
		m.Address = addr
	}
	var ports string
	if at, ok := f.text("rtp_ports", `a range such as "20000-29999"`, &ports); ok {
		m.RTPPorts = f.portRange(at, "rtp_ports", ports)
	}
	f.boolean("symmetric", &m.Symmetric)
}

func (l *loader) portRange(at hcl.Range, name, s string) PortRange {
	first, last, ok := strings.Cut(s, "-")
	a, errA := strconv.ParseUint(strings.TrimSpace(first), 10, 16)
	b, errB := strconv.ParseUint(strings.TrimSpace(last), 10, 16)
	switch {
	case !ok || errA != nil || errB != nil:
		l.errorAt(at, "Not a range of ports", `%s takes two ports from 1024 to 65535, such as "20000-29999"; this is %s.`, name, quote(s))
	case a > b:
		l.errorAt(at, "Not a range of ports", "The range runs backwards: write \"%d-%d\".", b, a)
	case a < 1024:
		l.errorAt(at, "Not a range of ports", "Ports under 1024 are the system's: begin at 1024 or above.")
	case b-a < 3:
		l.errorAt(at, "Not a range of ports", "A call between two phones takes two even ports, and %s holds too few.", s)
	}
	return PortRange{uint16(a), uint16(b)}
}

// sound reads what the site, an extension or a trunk says of its audio.
func (f *fields) sound(s *Sound) {
	s.Codecs = f.codecs(s.Codecs)
	f.word("encryption", &s.Encryption, encryptions)
	f.denoise(&s.Denoise)
	f.music("music", &s.Music)
	var gain string
	if f.word("gain", &gain, []string{"auto", "off"}); gain != "" {
		s.Gain = map[string]string{"auto": "auto"}[gain]
	}
}

// denoise reads true, false or "light".
func (f *fields) denoise(into *string) {
	v, at, ok := f.get("denoise")
	switch {
	case !ok:
	case v.Type() == cty.Bool && v.True():
		*into = "full"
	case v.Type() == cty.Bool:
		*into = ""
	case v.Type() == cty.String && v.AsString() == "light":
		*into = "light"
	case v.Type() == cty.String:
		f.errorAt(at, "Unknown denoise", `denoise takes true, "light" or false; this is %s.`, quote(v.AsString()))
	default:
		f.wrong(at, "denoise", `true, "light" or false`, v)
	}
}

// ownSound reads the media {} of an extension or a trunk, which begins with the
// site's.
func (f *fields) ownSound() Sound {
	s := f.cfg.Media.Sound
	for _, b := range f.body.Blocks {
		if b.Type != "media" {
			continue
		}
		own := f.within(b)
		own.sound(&s)
		var network Media
		own.network(&network)
		for _, name := range []string{"address", "rtp_ports", "symmetric"} {
			own.plannedAttr(name, name+" of one party", "Until it is, write it into media {} of the site.")
		}
	}
	return s
}

// codecs reads a list of codecs.
func (f *fields) codecs(otherwise []string) []string {
	if f.attr("codecs") == nil {
		return otherwise
	}
	names, places, whole := f.texts("codecs", `names such as "opus"`)
	var out []string
	for i, n := range names {
		switch {
		case !f.checkWord(places[i], "codec", n, allCodecs):
		case slices.Contains(out, n):
			f.errorAt(places[i], "Twice the same codec", "%s stands twice.", quote(n))
		default:
			out = append(out, n)
		}
	}
	if len(names) == 0 && whole {
		f.errorAt(f.place.Range("codecs"), "No codec", "codecs is empty, so no call could be made; leave it out for %s.", strings.Join(allCodecs, ", "))
	}
	return out
}

func isDomain(s string) bool {
	return s != "" && !strings.ContainsAny(s, " \t\r\n\"\\@:;<>/")
}
