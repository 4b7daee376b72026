package wsleg

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// message is a text of either side. docs/websocket.md says which type has what.
type message struct {
	Type string `json:"type"`

	// start
	Call      string            `json:"call,omitempty"`
	Leg       string            `json:"leg,omitempty"`
	Direction string            `json:"direction,omitempty"` // "out": Plugboard calls the program; "in"
	From      string            `json:"from,omitempty"`
	FromName  string            `json:"from_name,omitempty"`
	To        string            `json:"to,omitempty"`
	Headers   map[string]string `json:"headers,omitempty"`
	Rate      int               `json:"rate,omitempty"`

	Name  string `json:"name,omitempty"`  // mark, marked
	Digit string `json:"digit,omitempty"` // dtmf
	Ms    int64  `json:"ms,omitempty"`    // dtmf

	// marked, flushed
	PlayedMs  *int64   `json:"played_ms,omitempty"`
	DroppedMs *int64   `json:"dropped_ms,omitempty"`
	Marks     []string `json:"marks,omitempty"`

	Cause string `json:"cause,omitempty"` // hangup
	Text  string `json:"text,omitempty"`  // hangup, text, error
}

const (
	// largest is the largest message that is read, in octets.
	largest = 64 << 10
	// longest is the longest text in one.
	longest     = 256
	mostHeaders = 64
	// The lengths of a key, in ms.
	shortestKey, usualKey, longestKey = 40, 160, 5000
)

// heard are the types that a program may send.
var heard = []string{"start", "ringing", "early", "answer", "mark", "flush", "dtmf", "hold", "resume", "hangup"}

// parse reads a text of a program. The error is a sentence for its author.
func parse(b []byte) (message, error) {
	var m message
	if !utf8.Valid(b) {
		return m, fmt.Errorf("a text is not UTF-8")
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("a text is not a JSON object as it should be: %v", err)
	}
	if !slices.Contains(heard, m.Type) {
		return m, fmt.Errorf("type is one of %s; this is %.32q", strings.Join(heard, ", "), m.Type)
	}
	for name, v := range map[string]string{"from": m.From, "from_name": m.FromName, "to": m.To, "name": m.Name, "text": m.Text, "cause": m.Cause} {
		if len(v) > longest {
			return m, fmt.Errorf("%s of %s is longer than %d octets", name, m.Type, longest)
		}
	}
	switch m.Type {
	case "start":
		return m, m.checkStart()
	case "mark":
		if m.Name == "" {
			return m, fmt.Errorf("a mark needs a name")
		}
	case "dtmf":
		if m.Ms == 0 {
			m.Ms = usualKey
		}
		if len(m.Digit) != 1 || !strings.Contains("0123456789*#ABCD", m.Digit) {
			return m, fmt.Errorf("digit of dtmf is one of 0-9, *, #, A-D; this is %.32q", m.Digit)
		}
		if m.Ms < shortestKey || m.Ms > longestKey {
			return m, fmt.Errorf("ms of dtmf is %d to %d", shortestKey, longestKey)
		}
	}
	return m, nil
}

func (m *message) checkStart() error {
	if len(m.Headers) > mostHeaders {
		return fmt.Errorf("start has more than %d headers", mostHeaders)
	}
	for name, v := range m.Headers {
		if len(name) > longest || len(v) > longest {
			return fmt.Errorf("a header of start is longer than %d octets", longest)
		}
	}
	if m.To == "" {
		return fmt.Errorf("start needs to: the number that is called")
	}
	if m.Rate != 0 && !slices.Contains(rates, m.Rate) {
		return fmt.Errorf("rate of start is 8000, 16000, 24000 or 48000")
	}
	return nil
}

// encode is the inverse of parse, for Plugboard's own messages.
func (m message) encode() []byte {
	b, err := json.Marshal(m)
	if err != nil { // it is made of texts and numbers
		panic(err)
	}
	return b
}
