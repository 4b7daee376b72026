package trace

import (
	"bytes"
	"cmp"
	"strings"
)

// label is what stands on a message's arrow: "INVITE (sdp)", "re-INVITE (sdp
// sendonly)", "183 Session Progress (INVITE, sdp)", "CANCEL (answered
// elsewhere)".
func label(e Entry) string {
	head, body, _ := bytes.Cut(e.Message, []byte("\r\n\r\n"))
	first, rest, _ := bytes.Cut(head, []byte("\n"))
	start := strings.TrimRight(string(first), "\r")
	h := headers(rest)
	sdp := describe(h["content-type"], body)
	if status, ok := strings.CutPrefix(start, "SIP/2.0 "); ok {
		_, method, _ := strings.Cut(h["cseq"], " ")
		return status + in(strings.TrimSpace(method), sdp)
	}
	method, uri, ok := strings.Cut(start, " ")
	if !ok || !strings.HasSuffix(uri, "SIP/2.0") {
		return "(not SIP: " + clip(start, 20) + ")"
	}
	if method == "INVITE" && strings.Contains(strings.ToLower(h["to"]), ";tag=") {
		method = "re-INVITE"
	}
	over := ""
	if _, why, ok := strings.Cut(h["subscription-state"], "terminated;reason="); ok {
		why, _, _ = strings.Cut(why, ";")
		over = "over: " + clip(why, 20)
	}
	return method + in(reason(h["reason"]), sdp, over)
}

// in joins what is there: " (INVITE, sdp)".
func in(details ...string) string {
	var there []string
	for _, d := range details {
		if d != "" {
			there = append(there, d)
		}
	}
	if len(there) == 0 {
		return ""
	}
	return " (" + strings.Join(there, ", ") + ")"
}

// headers reads the few headers that a label needs, by lower-case long name.
func headers(head []byte) map[string]string {
	compact := map[string]string{"c": "content-type", "t": "to"}
	h := map[string]string{}
	for line := range bytes.Lines(head) {
		name, value, ok := strings.Cut(string(line), ":")
		if !ok {
			continue
		}
		name = strings.ToLower(strings.TrimSpace(name))
		if long, ok := compact[name]; ok {
			name = long
		}
		if _, twice := h[name]; !twice {
			h[name] = strings.TrimSpace(value)
		}
	}
	return h
}

// describe says what a body is: "sdp", with its direction if that is not the
// ordinary one; "sdp refused" if every stream has port 0.
func describe(contentType string, body []byte) string {
	if len(body) == 0 {
		return ""
	}
	if !strings.HasPrefix(strings.ToLower(contentType), "application/sdp") {
		kind, _, _ := strings.Cut(contentType, ";")
		return cmp.Or(stands(strings.TrimSpace(kind), body), strings.TrimSpace(kind))
	}
	direction, streams, refused := "", 0, 0
	for line := range bytes.Lines(body) {
		text := strings.TrimSpace(string(line))
		switch {
		case text == "a=sendonly", text == "a=recvonly", text == "a=inactive":
			direction = " " + text[2:]
		case strings.HasPrefix(text, "m="):
			streams++
			if f := strings.Fields(text); len(f) > 1 && f[1] == "0" {
				refused++
			}
		}
	}
	if streams > 0 && refused == streams {
		return "sdp refused"
	}
	return "sdp" + direction
}

// stands is how somebody stands, as a body of NOTIFY tells it: "lamp early".
func stands(kind string, body []byte) string {
	mark := map[string]string{
		"application/dialog-info+xml": "</state>", "application/pidf+xml": "</basic>", "application/simple-message-summary": "\r\nMessage-Account",
	}[strings.ToLower(kind)]
	if mark == "" {
		return ""
	}
	var says []string
	for text := string(body); ; {
		before, after, ok := strings.Cut(text, mark)
		if !ok {
			break
		}
		says = append(says, clip(before[strings.LastIndexAny(before, ">: ")+1:], 12))
		text = after
	}
	if len(says) == 0 {
		return ""
	}
	return "lamp " + strings.Join(says, " ")
}

// reason is the text, else the cause, of a Reason header (RFC 3326).
func reason(value string) string {
	if value == "" {
		return ""
	}
	cause := ""
	for _, param := range strings.Split(value, ";")[1:] {
		name, v, _ := strings.Cut(strings.TrimSpace(param), "=")
		switch strings.ToLower(name) {
		case "text":
			return strings.ToLower(clip(strings.Trim(v, `"`), 30))
		case "cause":
			cause = "cause " + v
		}
	}
	return cause
}

func clip(s string, n int) string {
	r := []rune(strings.ToValidUTF8(s, "?"))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-1]) + "…"
}
