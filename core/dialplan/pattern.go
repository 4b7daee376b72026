package dialplan

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/plugboard/plugboard/core/config"
)

// set is a set of bytes.
type set [4]uint64

func (s *set) add(b byte)     { s[b>>6] |= 1 << (b & 63) }
func (s set) has(b byte) bool { return s[b>>6]&(1<<(b&63)) != 0 }
func (s set) overlaps(o set) bool {
	return s[0]&o[0]|s[1]&o[1]|s[2]&o[2]|s[3]&o[3] != 0
}

func anyByte() set { return set{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)} }

func byteRange(first, last byte) (s set) {
	for b := int(first); b <= int(last); b++ {
		s.add(byte(b))
	}
	return s
}

// element is one place of a pattern.
type element struct {
	set  set
	many bool // '!': any number of them. '.' is two elements: one, then many
	lit  byte // what it was written as, 0 if it is no literal
}

// capture is what {name:…} encloses: the elements from first to before last.
type capture struct {
	name        string
	first, last int
}

// pattern is a compiled number pattern.
//
// A pattern with one wildcard at most is matched from both ends, without
// trying: what the wildcard gets is what is left in the middle. With more,
// each takes as much as the rest allows, from the left.
type pattern struct {
	text     string
	elements []element
	wild     []int // the elements that are many
	captures []capture
	re       *regexp.Regexp // instead, if it was written re("…")
}

// patternError is a pattern that cannot be read, and where.
type patternError struct {
	offset int // bytes into the pattern's text
	text   string
}

func (e *patternError) Error() string { return e.text }

// compilePattern reads a pattern: X, Z, N, [2-5], '.', '!', {name:…}; every
// other byte is itself.
func compilePattern(p config.Pattern) (*pattern, error) {
	out := &pattern{text: p.Text}
	if p.Regexp != nil {
		// The whole number has to match, as with every pattern.
		re, err := regexp.Compile(`\A(?:` + p.Regexp.String() + `)\z`)
		if err != nil {
			return nil, &patternError{0, err.Error()}
		}
		out.re = re
		return out, nil
	}
	if p.Text == "" {
		return nil, &patternError{0, "the pattern is empty, and no number is"}
	}
	open := -1 // the capture that is being read
	for i := 0; i < len(p.Text); i++ {
		switch c := p.Text[i]; c {
		case 'X':
			out.one(byteRange('0', '9'))
		case 'Z':
			out.one(byteRange('1', '9'))
		case 'N':
			out.one(byteRange('2', '9'))
		case '.':
			out.one(anyByte())
			out.many()
		case '!':
			out.many()
		case '[':
			s, n, err := readSet(p.Text[i:])
			if err != nil {
				return nil, &patternError{i, err.Error()}
			}
			out.one(s)
			i += n - 1
		case '{':
			if open >= 0 {
				return nil, &patternError{i, "a capture cannot stand in a capture"}
			}
			name, _, ok := strings.Cut(p.Text[i+1:], ":")
			if !ok || !isName(name) {
				return nil, &patternError{i, "a capture is written {name:PATTERN}, the name in letters, digits and _"}
			}
			for _, c := range out.captures {
				if c.name == name {
					return nil, &patternError{i, fmt.Sprintf("there are two captures %s", name)}
				}
			}
			open = len(out.captures)
			out.captures = append(out.captures, capture{name: name, first: len(out.elements)})
			i += len(name) + 1
		case '}':
			if open < 0 {
				return nil, &patternError{i, "} closes no capture"}
			}
			out.captures[open].last = len(out.elements)
			if out.captures[open].first == len(out.elements) {
				return nil, &patternError{i, fmt.Sprintf("the capture %s is empty", out.captures[open].name)}
			}
			open = -1
		case ']':
			return nil, &patternError{i, "] closes no set"}
		default:
			var s set
			s.add(c)
			out.elements = append(out.elements, element{set: s, lit: c})
		}
	}
	if open >= 0 {
		return nil, &patternError{len(p.Text), fmt.Sprintf("the capture %s is not closed", out.captures[open].name)}
	}
	return out, nil
}

func (p *pattern) one(s set) { p.elements = append(p.elements, element{set: s}) }

func (p *pattern) many() {
	p.wild = append(p.wild, len(p.elements))
	p.elements = append(p.elements, element{set: anyByte(), many: true})
}

func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// readSet reads [2-57] and says how long it is.
func readSet(s string) (set, int, error) {
	var out set
	end := strings.IndexByte(s, ']')
	switch {
	case end < 0:
		return out, 0, fmt.Errorf("the set is not closed by ]")
	case end == 1:
		return out, 0, fmt.Errorf("the set is empty")
	}
	in := s[1:end]
	for i := 0; i < len(in); i++ {
		if in[i] == '-' {
			return out, 0, fmt.Errorf("a - in a set stands between two digits: [2-5]")
		}
		if i+2 < len(in) && in[i+1] == '-' {
			if in[i] > in[i+2] {
				return out, 0, fmt.Errorf("%s runs backwards", in[i:i+3])
			}
			for _, r := range [][2]byte{{'0', '9'}, {'a', 'z'}, {'A', 'Z'}} {
				if r[0] <= in[i] && in[i] <= r[1] && in[i+2] <= r[1] {
					b := byteRange(in[i], in[i+2])
					for w := range out {
						out[w] |= b[w]
					}
				}
			}
			if !out.has(in[i]) || !out.has(in[i+2]) {
				return out, 0, fmt.Errorf("%s is no range of digits or letters", in[i:i+3])
			}
			i += 2
			continue
		}
		out.add(in[i])
	}
	return out, end + 1, nil
}

// least is the length of the shortest number that matches.
func (p *pattern) least() int { return len(p.elements) - len(p.wild) }

// match says whether a number matches; if so and spans is not nil, it gets
// where each element begins, and the end of the last.
func (p *pattern) match(s string, spans []int) bool {
	switch {
	case p.re != nil:
		return p.re.MatchString(s)
	case len(s) < p.least():
		return false
	case len(p.wild) > 1:
		return p.matchMany(s, spans)
	case len(p.wild) == 0 && len(s) != len(p.elements):
		return false
	}
	head := len(p.elements)
	if len(p.wild) == 1 {
		head = p.wild[0]
	}
	for i := range head {
		if !p.elements[i].set.has(s[i]) {
			return false
		}
	}
	shift := len(s) - len(p.elements) // of what follows the wildcard
	for i := head + 1; i < len(p.elements); i++ {
		if !p.elements[i].set.has(s[i+shift]) {
			return false
		}
	}
	if spans != nil {
		for i := range p.elements {
			spans[i] = i
			if i > head {
				spans[i] = i + shift
			}
		}
		spans[len(p.elements)] = len(s)
	}
	return true
}

// matchMany matches a pattern of several wildcards: fits[i] says, from the
// right, where elements[i:] can begin so that they match to the end.
func (p *pattern) matchMany(s string, spans []int) bool {
	n := len(s) + 1
	fits := make([]bool, (len(p.elements)+1)*n)
	fits[len(p.elements)*n+len(s)] = true
	for i := len(p.elements) - 1; i >= 0; i-- {
		e, rest := p.elements[i], fits[(i+1)*n:]
		for at := len(s); at >= 0; at-- {
			taken := at < len(s) && e.set.has(s[at])
			if e.many {
				fits[i*n+at] = rest[at] || taken && fits[i*n+at+1]
			} else {
				fits[i*n+at] = taken && rest[at+1]
			}
		}
	}
	if !fits[0] || spans == nil {
		return fits[0]
	}
	at := 0
	for i, e := range p.elements {
		spans[i] = at
		switch {
		case !e.many:
			at++
		default:
			// As much as the rest allows.
			for next := len(s); next >= at; next-- {
				if fits[(i+1)*n+next] {
					at = next
					break
				}
			}
		}
	}
	spans[len(p.elements)] = len(s)
	return true
}

// written is how the pattern stands in the configuration.
func (p *pattern) written() string {
	if p.re != nil {
		return "re(" + strconv.Quote(p.text) + ")"
	}
	return p.text
}

// names are the pattern's captures.
func (p *pattern) names() []string {
	var out []string
	for _, c := range p.captures {
		out = append(out, c.name)
	}
	if p.re != nil {
		for _, n := range p.re.SubexpNames() {
			if n != "" {
				out = append(out, n)
			}
		}
	}
	return out
}

// capture matches a number and returns what {name:…} and (?P<name>…) took.
func (p *pattern) capture(s string) (map[string]string, bool) {
	if p.re != nil {
		m := p.re.FindStringSubmatch(s)
		if m == nil {
			return nil, false
		}
		out := map[string]string{}
		for i, n := range p.re.SubexpNames() {
			if n != "" {
				out[n] = m[i]
			}
		}
		return out, true
	}
	spans := make([]int, len(p.elements)+1)
	if !p.match(s, spans) {
		return nil, false
	}
	out := make(map[string]string, len(p.captures))
	for _, c := range p.captures {
		out[c.name] = s[spans[c.first]:spans[c.last]]
	}
	return out, true
}
