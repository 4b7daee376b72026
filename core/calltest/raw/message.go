// Package raw is SIP and sound as test peers see them: messages as lines of
// text, G.711 by its formula. It is deliberately not made of the core's parts
// or the SDK's: two sides that share a mistake agree.
package raw

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Message is a SIP message as a test phone sees it: its lines, in
// order.
type Message struct {
	Start  string // "INVITE sip:102@… SIP/2.0" or "SIP/2.0 200 OK"
	Header []Field
	Body   string
}

// Field is one header line.
type Field struct{ Name, Value string }

// ParseMessage reads one datagram.
func ParseMessage(b []byte) (*Message, error) {
	head, body, ok := strings.Cut(string(b), "\r\n\r\n")
	if !ok {
		return nil, fmt.Errorf("no empty line in %q", b)
	}
	lines := strings.Split(head, "\r\n")
	m := &Message{Start: lines[0], Body: body}
	for _, l := range lines[1:] {
		name, value, ok := strings.Cut(l, ":")
		if !ok {
			return nil, fmt.Errorf("header line without a colon: %q", l)
		}
		m.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return m, nil
}

// ReadMessage reads one message of a stream, by its Content-Length.
func ReadMessage(r *bufio.Reader) (*Message, error) {
	var head []byte
	for !bytes.HasSuffix(head, []byte("\r\n\r\n")) {
		line, err := r.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		if head == nil && string(line) == "\r\n" {
			continue // a keep-alive
		}
		head = append(head, line...)
	}
	m, err := ParseMessage(head)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(m.Get("Content-Length"))
	if err != nil {
		return nil, fmt.Errorf("Content-Length of %q: %w", m.Start, err)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	m.Body = string(body)
	return m, nil
}

// Add appends a header line.
func (m *Message) Add(name, value string) { m.Header = append(m.Header, Field{name, value}) }

// Set changes the first header line of a name, or appends one.
func (m *Message) Set(name, value string) {
	for i, f := range m.Header {
		if strings.EqualFold(f.Name, name) {
			m.Header[i].Value = value
			return
		}
	}
	m.Add(name, value)
}

// Get returns the first header of a name, or "".
func (m *Message) Get(name string) string {
	for _, f := range m.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// All returns every header of a name, in order.
func (m *Message) All(name string) []string {
	var all []string
	for _, f := range m.Header {
		if strings.EqualFold(f.Name, name) {
			all = append(all, f.Value)
		}
	}
	return all
}

// Status is a response's status code, 0 for a request.
func (m *Message) Status() int {
	if !strings.HasPrefix(m.Start, "SIP/2.0 ") {
		return 0
	}
	n, _ := strconv.Atoi(m.Start[8:min(11, len(m.Start))])
	return n
}

// Method is a request's method, or the one that a response answers.
func (m *Message) Method() string {
	if m.Status() != 0 {
		_, method, _ := strings.Cut(m.Get("CSeq"), " ")
		return method
	}
	method, _, _ := strings.Cut(m.Start, " ")
	return method
}

// Label is how a ladder shows the message: "INVITE", "180 Ringing", with
// "(SDP)" where there is a description.
func (m *Message) Label() string {
	l := m.Method()
	if m.Status() != 0 {
		l = strings.TrimPrefix(m.Start, "SIP/2.0 ")
		if method := m.Method(); method != "INVITE" {
			l += " (" + method + ")"
		}
	}
	if m.Body != "" && strings.Contains(m.Get("Content-Type"), "sdp") {
		l += " (SDP)"
	}
	return l
}

// Reply is a response to a request (RFC 3261 §8.2.6.2), with a tag of ours if its To
// has none. "": without.
func (m *Message) Reply(status int, reason, tag string) *Message {
	r := &Message{Start: fmt.Sprintf("SIP/2.0 %d %s", status, reason)}
	for _, f := range m.Header {
		switch strings.ToLower(f.Name) {
		case "via", "from", "call-id", "cseq", "record-route":
			r.Add(f.Name, f.Value)
		case "to":
			if tag != "" && Param(f.Value, "tag") == "" {
				f.Value += ";tag=" + tag
			}
			r.Add("To", f.Value)
		}
	}
	return r
}

// Bytes is the message on the wire, with its Content-Length.
func (m *Message) Bytes() []byte {
	var b strings.Builder
	b.WriteString(m.Start + "\r\n")
	for _, f := range m.Header {
		if !strings.EqualFold(f.Name, "Content-Length") {
			b.WriteString(f.Name + ": " + f.Value + "\r\n")
		}
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(m.Body), m.Body)
	return []byte(b.String())
}

// Param returns ;name=value of a header value, or "".
func Param(value, name string) string {
	_, after, ok := strings.Cut(value, ">")
	if !ok {
		after = value
	}
	for p := range strings.SplitSeq(after, ";") {
		if n, v, _ := strings.Cut(strings.TrimSpace(p), "="); strings.EqualFold(n, name) {
			return v
		}
	}
	return ""
}

// URI returns what stands between < and >, or the value without parameters.
func URI(value string) string {
	if _, after, ok := strings.Cut(value, "<"); ok {
		u, _, _ := strings.Cut(after, ">")
		return u
	}
	u, _, _ := strings.Cut(value, ";")
	return strings.TrimSpace(u)
}
