package trace

import "bytes"

// masked stands where a secret was.
const masked = "***"

// scan is what one walk over a SIP message finds.
type scan struct {
	callID, from, to []byte // header values, within the message
	kept             []byte // a copy of the message without its secrets
}

// read walks once over a message and copies it, secrets left out. What is not
// SIP is copied as it is.
func read(raw []byte) scan {
	s := scan{kept: make([]byte, 0, len(raw))}
	head, digits := true, false // digits: the body is a pressed key
	var folds []byte            // the credentials header that a continuation line goes on with
	for rest := raw; len(rest) > 0; {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line = rest[:i+1]
		}
		rest = rest[len(line):]
		if !head {
			if digits {
				s.kept = append(append(s.kept, masked...), ending(line)...)
			} else {
				s.kept = appendBody(s.kept, line)
			}
			continue
		}
		text := bytes.TrimRight(line, "\r\n")
		if len(text) == 0 {
			head = false
			s.kept = append(s.kept, line...)
			continue
		}
		if text[0] == ' ' || text[0] == '\t' { // RFC 3261, section 7.3.1: folded
			if folds != nil {
				s.kept = appendCredentials(s.kept, line)
			} else {
				s.kept = append(s.kept, line...)
			}
			continue
		}
		name, value, _ := bytes.Cut(text, []byte(":"))
		name, value = bytes.TrimSpace(name), bytes.TrimSpace(value)
		folds = nil
		switch {
		case is(name, "authorization"), is(name, "proxy-authorization"),
			is(name, "authentication-info"), is(name, "proxy-authentication-info"):
			folds = name
			s.kept = appendCredentials(s.kept, line)
			continue
		case is(name, "content-type"), is(name, "c"):
			digits = is(value, "application/dtmf")
		case is(name, "call-id"), is(name, "i"):
			s.callID = value
		case is(name, "from"), is(name, "f"):
			s.from = value
		case is(name, "to"), is(name, "t"):
			s.to = value
		}
		s.kept = append(s.kept, line...)
	}
	return s
}

// is compares a header name without regard to case.
func is(name []byte, want string) bool {
	return len(name) == len(want) && bytes.EqualFold(name, []byte(want))
}

// appendCredentials copies a line of a credentials header. A digest loses what
// was computed from the secret (response, rspauth, cnonce stays); any other
// scheme (Basic, Bearer) loses everything after its name.
func appendCredentials(dst, line []byte) []byte {
	low := lower(line)
	if i := bytes.IndexByte(low, ':'); i >= 0 {
		value := bytes.TrimLeft(low[i+1:], " \t")
		scheme, _, both := bytes.Cut(value, []byte(" "))
		if both && !bytes.Equal(scheme, []byte("digest")) && !bytes.ContainsAny(scheme, "=,") {
			start := len(low) - len(value) + len(scheme)
			dst = append(dst, line[:start]...)
			dst = append(dst, ' ')
			return append(append(dst, masked...), ending(line)...)
		}
	}
	for {
		at := -1
		for _, param := range []string{"response", "rspauth"} {
			if i := paramValue(low, param); i >= 0 && (at < 0 || i < at) {
				at = i
			}
		}
		if at < 0 {
			return append(dst, line...)
		}
		dst = append(append(dst, line[:at]...), masked...)
		line, low = line[at:], low[at:]
		end := bytes.IndexAny(low, ",\r\n")
		if len(low) > 0 && low[0] == '"' {
			if i := bytes.IndexByte(low[1:], '"'); i >= 0 {
				end = i + 2
			}
		}
		if end < 0 {
			return dst
		}
		line, low = line[end:], low[end:]
	}
}

// paramValue finds where the value of a parameter begins, -1 if it is not there.
func paramValue(low []byte, param string) int {
	for from := 0; ; {
		i := bytes.Index(low[from:], []byte(param))
		if i < 0 {
			return -1
		}
		i += from
		from = i + len(param)
		if i > 0 && bytes.IndexByte([]byte(" \t,:"), low[i-1]) < 0 {
			continue // the end of another name
		}
		j := from
		for j < len(low) && (low[j] == ' ' || low[j] == '\t') {
			j++
		}
		if j == len(low) || low[j] != '=' {
			continue
		}
		for j++; j < len(low) && (low[j] == ' ' || low[j] == '\t'); {
			j++
		}
		return j
	}
}

// appendBody copies a line of a body, without the keys that SDP can carry
// (a=crypto, RFC 4568; a=key-mgmt, RFC 4567; k=, RFC 4566; a=ice-pwd,
// RFC 8839) and without the digit of a pressed key (application/dtmf-relay),
// which may be of a PIN.
func appendBody(dst, line []byte) []byte {
	for _, prefix := range []string{"a=key-mgmt:", "a=ice-pwd:", "k=", "signal="} {
		if hasPrefixFold(line, prefix) {
			return append(append(append(dst, line[:len(prefix)]...), masked...), ending(line)...)
		}
	}
	if !hasPrefixFold(line, "a=crypto:") {
		return append(dst, line...)
	}
	for {
		i := bytes.Index(lower(line), []byte("inline:"))
		if i < 0 {
			return append(dst, line...)
		}
		i += len("inline:")
		dst = append(append(dst, line[:i]...), masked...)
		line = line[i:]
		end := bytes.IndexAny(line, "|; \r\n") // lifetime and MKI are no secrets
		if end < 0 {
			return dst
		}
		line = line[end:]
	}
}

// lower is an ASCII copy in lower case: byte for byte, whatever the bytes are.
func lower(line []byte) []byte {
	low := bytes.Clone(line)
	for i, c := range low {
		if 'A' <= c && c <= 'Z' {
			low[i] = c + 'a' - 'A'
		}
	}
	return low
}

func hasPrefixFold(line []byte, prefix string) bool {
	return len(line) >= len(prefix) && bytes.EqualFold(line[:len(prefix)], []byte(prefix))
}

// ending is a line's CRLF or LF.
func ending(line []byte) []byte {
	return line[len(bytes.TrimRight(line, "\r\n")):]
}

// user is the user part of the URI in a From or To value, "" if there is none.
func user(value []byte) string {
	if i := bytes.IndexByte(value, '<'); i >= 0 {
		value = value[i+1:]
		if j := bytes.IndexByte(value, '>'); j >= 0 {
			value = value[:j]
		}
	}
	scheme, rest, ok := bytes.Cut(value, []byte(":"))
	if !ok {
		return ""
	}
	if is(scheme, "tel") {
		number, _, _ := bytes.Cut(rest, []byte(";"))
		return string(number)
	}
	name, _, ok := bytes.Cut(rest, []byte("@"))
	if !ok {
		return ""
	}
	name, _, _ = bytes.Cut(name, []byte(";"))
	name, _, _ = bytes.Cut(name, []byte(":"))
	return string(name)
}
