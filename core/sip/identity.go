package sip

import (
	"strings"
	"unicode"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/number"
)

// Who calls, as messages tell it. A trunk is trusted to say (RFC 3325 §5): by
// P-Asserted-Identity, else by Remote-Party-ID, else by From. A phone is known by
// its credentials, and what it says of itself counts only where it asks not to be
// shown (RFC 3323).

// anonymousHost is the host of an address that says nothing (RFC 3323 §4.1.1.3).
const anonymousHost = "anonymous.invalid"

// address is one of a header.
type address struct {
	name   string // as a text, "" if there is none
	user   string // without escapes; of a tel URI the number
	host   string // in lower case; "" of a tel URI
	params sip.HeaderParams
}

// addresses reads the addresses in the headers of a name; what is none is
// passed over.
func addresses(req *sip.Request, name string) []address {
	var all []address
	for _, h := range req.Headers() {
		if !strings.EqualFold(h.Name(), name) {
			continue
		}
		for _, text := range splitList(h.Value()) {
			var uri sip.Uri
			var params sip.HeaderParams
			display, err := sip.ParseAddressValue(text, &uri, &params)
			if err != nil {
				continue
			}
			a := addressOf(display, &uri)
			a.params = params
			all = append(all, a)
		}
	}
	return all
}

func addressOf(display string, uri *sip.Uri) address {
	a := address{name: displayed(unquoted(display)), user: unescaped(uri.User), host: strings.ToLower(uri.Host)}
	if uri.Scheme == "tel" {
		user, _, _ := strings.Cut(uri.Raw(), ";")
		a.user, a.host = unescaped(user), ""
	} else {
		a.user, _, _ = strings.Cut(a.user, ";") // parameters of the number (RFC 3966)
	}
	a.user = number.Plain(a.user)
	return a
}

// splitList cuts a list at its commas: those that are neither in quotes nor
// in angle brackets (RFC 3261 §7.3.1).
func splitList(list string) []string {
	var parts []string
	quoted, angle, from := false, false, 0
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case c == ',' && !angle:
			parts = append(parts, strings.TrimSpace(list[from:i]))
			from = i + 1
		}
	}
	return append(parts, strings.TrimSpace(list[from:]))
}

// hidden says whether an address is one that shows nobody, and whether because
// somebody asked for it: networks that just do not know say "unavailable".
func (a address) hidden() (nobody, asked bool) {
	switch strings.ToLower(a.user) {
	case "anonymous", "restricted":
		return true, true
	case "", "unavailable", "unknown":
		return true, false
	}
	return strings.HasSuffix(a.host, ".invalid"), true
}

// asksPrivacy reads Privacy (RFC 3323 §4.2, RFC 3325 §9.3): id, user and header each
// hide the caller from whom is called; none says that nothing shall be hidden.
func asksPrivacy(req *sip.Request) (hide, none bool) {
	for value := range strings.FieldsFuncSeq(header(req, "Privacy"), func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
		switch strings.ToLower(value) {
		case "id", "user", "header":
			hide = true
		case "none":
			none = true
		}
	}
	return hide, none
}

// caller is who calls.
func (s *Server) caller(req *sip.Request, ext *dialplan.Extension, trunk *dialplan.Trunk) dialplan.Party {
	from := addressOf(req.From().DisplayName, &req.From().Address)
	hide, none := asksPrivacy(req)
	nobody, asked := from.hidden()
	private := hide || asked && nobody && !none
	if ext != nil {
		p := dialplan.Party{Number: ext.Number, Name: ext.Display, Raw: from.user, Extension: ext, Private: private}
		if p.Name == "" && !nobody {
			p.Name = from.name
		}
		return p
	}
	who := from
	if asserted, ok := asserted(req); ok {
		if asserted.name == "" && !nobody {
			asserted.name = from.name
		}
		who = asserted
	} else if party, ok := remoteParty(req); ok {
		who = party
		switch strings.ToLower(party.params.GetOr("privacy", "off")) {
		case "full", "uri", "name":
			private = true
		}
	}
	p := dialplan.Party{Number: s.opts.Directory.Normalize(who.user), Name: who.name, Raw: who.user, Trunk: trunk, Private: private}
	if nobody, _ := who.hidden(); nobody {
		p.Number, p.Name = dialplan.Anonymous, ""
	}
	return p
}

// asserted is the first P-Asserted-Identity that tells somebody; there may be
// one of a sip and one of a tel URI (RFC 3325 §9.1).
func asserted(req *sip.Request) (address, bool) {
	for _, a := range addresses(req, "P-Asserted-Identity") {
		if nobody, _ := a.hidden(); !nobody {
			return a, true
		}
	}
	return address{}, false
}

// remoteParty is the caller of Remote-Party-ID, which many switches send in
// place of RFC 3325 (draft-ietf-sip-privacy-04).
func remoteParty(req *sip.Request) (address, bool) {
	for _, a := range addresses(req, "Remote-Party-ID") {
		if party := a.params.GetOr("party", "calling"); !strings.EqualFold(party, "calling") {
			continue
		}
		if nobody, _ := a.hidden(); !nobody {
			return a, true
		}
	}
	return address{}, false
}

// dialled is the number that an INVITE is for. A trunk that calls us by our
// account, or by no user at all, tells it in P-Called-Party-ID (RFC 7315 §4.2) or in To.
func (s *Server) dialled(req *sip.Request, trunk *dialplan.Trunk) string {
	user := addressOf("", &req.Recipient).user
	if trunk == nil || user != "" && !s.opts.Directory.Ours(trunk, user) {
		return user
	}
	to := addressOf("", &req.To().Address)
	for _, a := range append(addresses(req, "P-Called-Party-ID"), to) {
		if a.user != "" && !s.opts.Directory.Ours(trunk, a.user) {
			return a.user
		}
	}
	return user
}

// identify completes an INVITE of ours by who calls: From, and to a trunk the headers
// beside it. A phone is told nothing of who does not want to be shown; a trunk is
// told in confidence.
func (l *Leg) identify(d call.Dial, host string) (sip.FromHeader, []sip.Header) {
	user := d.CallerNumber
	if user == dialplan.Anonymous {
		user = ""
	}
	if d.Trunk != nil {
		user = l.srv.opts.Directory.Format(d.Trunk, user)
	}
	from := sip.FromHeader{
		DisplayName: quoted(displayed(d.CallerName)),
		Address:     sip.Uri{Scheme: "sip", User: escaped(user), Host: host},
		Params:      sip.HeaderParams{{K: "tag", V: l.dlg.localTag}},
	}
	l.self = user
	var headers []sip.Header
	if d.Trunk != nil && user != "" {
		identity := "<" + from.Address.String() + ">"
		if from.DisplayName != "" {
			identity = `"` + from.DisplayName + `" ` + identity
		}
		headers = append(headers, sip.NewHeader("P-Asserted-Identity", identity))
	}
	if d.Private {
		headers = append(headers, sip.NewHeader("Privacy", "id"))
	}
	if d.Private || user == "" {
		l.self = "anonymous"
		if d.Private || d.CallerName == "" {
			from.DisplayName = "Anonymous"
		}
		from.Address = sip.Uri{Scheme: "sip", User: "anonymous", Host: anonymousHost}
	}
	return from, headers
}

// maxName bounds a display name, in characters.
const maxName = 80

// displayed is a display name as it may be shown: of valid UTF-8, without control
// characters and those that turn the direction of text, cut to a length.
func displayed(name string) string {
	var b strings.Builder
	n, space := 0, false
	for _, r := range strings.ToValidUTF8(name, "") {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case number.Unshown(r):
			continue
		}
		if n++; n > maxName {
			break
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// unquoted is a display name without its backslashes (RFC 3261 §25.1).
func unquoted(name string) string {
	if !strings.Contains(name, `\`) {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] == '\\' && i+1 < len(name) {
			i++
		}
		b.WriteByte(name[i])
	}
	return b.String()
}

// quoted is a text as a display name holds it.
func quoted(name string) string {
	if !strings.ContainsAny(name, "\"\\\r\n") {
		return name
	}
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ").Replace(name)
}
