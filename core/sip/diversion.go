package sip

import (
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
)

// maxDiversions bounds the diversions of a call that are passed on, of each
// header.
const maxDiversions = 10

// story is whom a call was for before it came to us: the values of Diversion
// (RFC 5806), the latest first, and of History-Info (RFC 7044), the latest last.
type story struct{ diversion, history []string }

// storyOf reads it from the INVITE of a trunk; phones are not asked.
func storyOf(req *sip.Request) story {
	var t story
	for _, h := range req.Headers() {
		var into *[]string
		switch {
		case strings.EqualFold(h.Name(), "Diversion"):
			into = &t.diversion
		case strings.EqualFold(h.Name(), "History-Info"):
			into = &t.history
		default:
			continue
		}
		for _, v := range splitList(h.Value()) {
			if v != "" && len(v) <= maxHeader && len(*into) < maxDiversions {
				*into = append(*into, oneLine(v, maxHeader))
			}
		}
	}
	return t
}

// open is what of it a phone may be shown: not what somebody asked to keep
// private (RFC 5806 §4, RFC 7044 §10.1.2).
func (t story) open() story {
	var o story
	for _, v := range t.diversion {
		if p := strings.ToLower(param(v, "privacy")); p == "" || p == "off" {
			o.diversion = append(o.diversion, v)
		}
	}
	for _, v := range t.history {
		if !strings.Contains(strings.ToLower(v), "privacy") {
			o.history = append(o.history, v)
		}
	}
	return o
}

// param is a header parameter of an address, "" if it has none.
func param(value, name string) string {
	var uri sip.Uri
	var params sip.HeaderParams
	if _, err := sip.ParseAddressValue(value, &uri, &params); err != nil {
		return ""
	}
	return params.GetOr(name, "")
}

// diverted are the headers that tell whom a call was for: what came with it,
// and to a trunk what was sent on here.
func (s *Server) diverted(d call.Dial, host string) []sip.Header {
	s.mu.Lock()
	t := s.paths[d.Call].story
	s.mu.Unlock()
	if d.Trunk == nil {
		t = t.open()
	} else if len(d.Diverted) > 0 {
		t = s.sentOn(t, d, host)
	}
	var headers []sip.Header
	for _, v := range t.diversion {
		headers = append(headers, sip.NewHeader("Diversion", v))
	}
	for _, v := range t.history {
		headers = append(headers, sip.NewHeader("History-Info", v))
	}
	return headers
}

// sentOn is a story with our own diversions.
func (s *Server) sentOn(t story, d call.Dial, host string) story {
	uri := func(number, params string) string {
		return "<sip:" + escaped(s.opts.Directory.Format(d.Trunk, number)) + "@" + host + params + ">"
	}
	out := story{history: t.history}
	index := ""
	if n := len(out.history); n > 0 {
		index = param(out.history[n-1], "index")
	}
	if index == "" {
		index = "1"
		out.history = []string{uri(d.Diverted[0].Number, "") + ";index=1"}
	}
	for i, by := range d.Diverted {
		to := d.Number
		if i+1 < len(d.Diverted) {
			to = d.Diverted[i+1].Number
		}
		out.history = append(out.history, uri(to, ";cause="+strconv.Itoa(divertStatus(by.Cause)))+";index="+index+".1;mp="+index)
		index += ".1"
		v := uri(by.Number, "") + ";reason=" + divertReason(by.Cause) + ";counter=1"
		if name := displayed(by.Name); name != "" {
			v = `"` + quoted(name) + `" ` + v
		}
		out.diversion = append([]string{v}, out.diversion...)
	}
	out.diversion = append(out.diversion, t.diversion...)
	return out
}

// divertReason is why a call was sent on (RFC 5806 §4).
func divertReason(c dialplan.Cause) string {
	switch c {
	case "":
		return "unconditional"
	case call.NoAnswer:
		return "no-answer"
	case call.Busy:
		return "user-busy"
	case call.DoNotDisturb:
		return "do-not-disturb"
	case call.Unavailable:
		return "unavailable"
	case call.Declined:
		return "deflection"
	}
	return "unknown"
}

// divertStatus is the same as a cause of a URI (RFC 4458 §2, RFC 8119).
func divertStatus(c dialplan.Cause) int {
	switch c {
	case "":
		return 302
	case call.NoAnswer:
		return 408
	case call.Busy, call.DoNotDisturb:
		return 486
	case call.Declined:
		return 480
	}
	return 404
}
