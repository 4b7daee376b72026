package dialplan

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/config"
)

func mustCompile(t testing.TB, text string) *pattern {
	t.Helper()
	p, err := compilePattern(config.Pattern{Text: text})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return p
}

func TestPatternMatches(t *testing.T) {
	for _, c := range []struct {
		pattern string
		yes, no string // numbers, separated by spaces
	}{
		{"101", "101", "1011 10 100 1010"},
		{"1XX", "100 199", "1 10 1000 200 1a0"},
		{"ZXX", "100 999", "099"},
		{"NXX", "200 999", "199 099"},
		{"[2-5]0", "20 50", "10 60"},
		{"[2-468]0", "20 30 40 60 80", "50 70"},
		{"[*#]1", "*1 #1", "11"},
		{"*43", "*43", "43 **43 *4"},
		{"+.", "+1 +49305550100", "+ 49"},
		{"+49!", "+49 +491", "+4 49"},
		{"!", "1 *", ""},
		{".", "1 anna", ""},
		{"+49.99", "+49199 +499999", "+4999 +491990"},
		{"*21*!#", "*21*# *21*101#", "*21* *21#"},
		{"+.0.0!", "+1000 +10100 +000000", "+000 +1001"},
		{"anna", "anna", "Anna ann"},
		{"straße", "straße", "strase"},
	} {
		p := mustCompile(t, c.pattern)
		for _, n := range strings.Fields(c.yes) {
			if !p.match(n, nil) {
				t.Errorf("%q does not match %q", c.pattern, n)
			}
		}
		for _, n := range strings.Fields(c.no) {
			if p.match(n, nil) {
				t.Errorf("%q matches %q", c.pattern, n)
			}
		}
	}
	if mustCompile(t, ".").match("", nil) || !mustCompile(t, "!").match("", nil) {
		t.Error(`"." takes one at least, "!" may take nothing`)
	}
}

func TestPatternCaptures(t *testing.T) {
	for _, c := range []struct {
		pattern, number string
		want            map[string]string
	}{
		{"+49305550{ext:1XX}", "+49305550104", map[string]string{"ext": "104"}},
		{"{a:X}{b:XX}", "123", map[string]string{"a": "1", "b": "23"}},
		{"*21*{to:.}#", "*21*0171#", map[string]string{"to": "0171"}},
		{"{head:!}00", "1000", map[string]string{"head": "10"}},
		{"{rest:!}", "", map[string]string{"rest": ""}},
		{"{a:.}0{b:.}", "10203", map[string]string{"a": "102", "b": "3"}}, // the first takes most
		{"{a:!}{b:!}", "12", map[string]string{"a": "12", "b": ""}},
	} {
		got, ok := mustCompile(t, c.pattern).capture(c.number)
		if !ok || !maps.Equal(got, c.want) {
			t.Errorf("%q of %q captures %v (%v), want %v", c.pattern, c.number, got, ok, c.want)
		}
	}
	p, err := compilePattern(config.Pattern{Regexp: regexp.MustCompile(`0(?P<ext>[1-9]\d)|9`)})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := p.capture("042"); !ok || got["ext"] != "42" {
		t.Errorf("the regular expression captures %v (%v)", got, ok)
	}
	if p.match("0421", nil) || p.match("19", nil) {
		t.Error("the regular expression matches a part of a number")
	}
}

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"1XX", "101", true}, {"101", "1XX", false}, {"1XX", "1NX", true}, {"XX", "ZX", true}, {"ZX", "XX", false},
		{"!", "1XX", true}, {".", "!", false}, {"!", ".", true}, {"+.", "+49.", true}, {"+49.", "+.", false},
		{"+49.", "+49!", false}, {"[2-5]X", "[34]1", true}, {"[2-5]X", "[346]1", false},
		{"{a:1XX}", "1{b:XX}", true}, {"1.", "{a:!}1", false}, {".1.", "0!11!", true}, {"*!#", "*21*.#", true},
		{".0!", "X0X", true}, {"!0!0!", "X0X", false}, {"1!", "1!2!3", true},
	} {
		if got := mustCompile(t, c.a).covers(mustCompile(t, c.b)); got != c.want {
			t.Errorf("%q covers %q: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// reference matches as the language says, by trying everything: it is slow
// and plain.
func reference(e []element, s string) bool {
	switch {
	case len(e) == 0:
		return s == ""
	case e[0].many:
		return reference(e[1:], s) || s != "" && reference(e, s[1:])
	default:
		return s != "" && e[0].set.has(s[0]) && reference(e[1:], s[1:])
	}
}

// What a pattern matches is what the reference matches; what it captures is
// put together the number again; its sample matches; the index finds it.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][3]string{
		{"1XX", "101", "!"}, {"+49{a:.}0{b:!}", "+49102030", "+."}, {"{n:*21*.#}", "*21*1#", "[*#]!"}, {"[2-57]N", "72", "XZ"}, {"!!..", "abc", ".0."}, {"[", "x", "{a:"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, text, number, other string) {
		if len(text) > 24 || len(number) > 24 || len(other) > 24 || strings.Count(text+other, "!")+strings.Count(text+other, ".") > 6 {
			return // the reference is exponential
		}
		p, err := compilePattern(config.Pattern{Text: text})
		if err != nil {
			return
		}
		want := reference(p.elements, number)
		if got := p.match(number, nil); got != want {
			t.Fatalf("%q matches %q: %v, the reference says %v", text, number, got, want)
		}
		spans := make([]int, len(p.elements)+1)
		if want {
			if !p.match(number, spans) {
				t.Fatalf("%q matches %q without spans only", text, number)
			}
			for i, e := range p.elements {
				if part := number[spans[i]:spans[i+1]]; !e.many && (len(part) != 1 || !e.set.has(part[0])) {
					t.Fatalf("%q of %q: element %d took %q", text, number, i, part)
				}
			}
			if spans[len(p.elements)] != len(number) {
				t.Fatalf("%q of %q: the end is missing", text, number)
			}
		}
		sample, _ := p.sample()
		if !reference(p.elements, sample) {
			t.Fatalf("%q does not match its sample %q", text, sample)
		}
		o, err := compilePattern(config.Pattern{Text: other})
		if err != nil {
			return
		}
		if o.covers(p) && want && !reference(o.elements, number) {
			t.Fatalf("%q should cover %q, but not with %q", other, text, number)
		}
		var found []int
		newIndex([]*pattern{o, p}).each(number, func(i int) bool { found = append(found, i); return false })
		for i, q := range []*pattern{o, p} {
			if reference(q.elements, number) && !strings.Contains(fmt.Sprint(found), fmt.Sprint(i)) {
				t.Fatalf("the index of %q misses %q", q.text, number)
			}
		}
	})
}
