// Package schema describes, as data, what a plugin's config {} block may hold.
// A plugin declares it, the core checks the block against it before the
// plugin sees it, and `plugboard validate` does without starting a call.
package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Attribute declares one attribute of a config {} block.
type Attribute struct {
	Name     string
	Type     Type
	Required bool
	Doc      string // one sentence for people
}

// Type is the type of an [Attribute].
type Type string

// The types, and what a value of each is in Go, as JSON has it.
const (
	String   Type = "string"       // string
	Number   Type = "number"       // float64
	Bool     Type = "bool"         // bool
	Duration Type = "duration"     // string, as time.ParseDuration takes it
	Strings  Type = "list(string)" // []any of string
)

// Mistake is something that is wrong with one attribute of a config {} block.
type Mistake struct {
	Attribute string
	Text      string // begins with the attribute's name
}

// Mistakes compares a config {} block with what a plugin declares, and returns
// everything that is wrong with it.
func Mistakes(declared []Attribute, config map[string]any) (wrong []Mistake) {
	add := func(name, format string, args ...any) {
		wrong = append(wrong, Mistake{name, name + " is " + fmt.Sprintf(format, args...)})
	}
	for name := range config {
		if !slices.ContainsFunc(declared, func(a Attribute) bool { return a.Name == name }) {
			add(name, "no attribute of it (there is %s)", names(declared))
		}
	}
	for _, a := range declared {
		v, there := config[a.Name]
		switch {
		case !there && a.Required:
			add(a.Name, "missing (%s)", a.Doc)
		case there && !a.Type.fits(v):
			add(a.Name, "%#v, it must be a %s", v, a.Type)
		}
	}
	slices.SortFunc(wrong, func(a, b Mistake) int { return strings.Compare(a.Text, b.Text) })
	return wrong
}

// Check is [Mistakes] as one error, nil if there are none.
func Check(declared []Attribute, config map[string]any) error {
	var texts []string
	for _, m := range Mistakes(declared, config) {
		texts = append(texts, m.Text)
	}
	if texts == nil {
		return nil
	}
	return errors.New(strings.Join(texts, "; "))
}

// fits reports whether v is of the type. A type that is not known here is a
// newer plugin's, and fits nothing.
func (t Type) fits(v any) bool {
	var ok bool
	switch t {
	case String:
		_, ok = v.(string)
	case Number:
		_, ok = v.(float64)
	case Bool:
		_, ok = v.(bool)
	case Duration:
		var s string
		if s, ok = v.(string); ok {
			_, err := time.ParseDuration(s)
			ok = err == nil
		}
	case Strings:
		var list []any
		list, ok = v.([]any)
		ok = ok && !slices.ContainsFunc(list, func(v any) bool { _, is := v.(string); return !is })
	}
	return ok
}

func names(declared []Attribute) string {
	if len(declared) == 0 {
		return "none"
	}
	list := make([]string, len(declared))
	for i, a := range declared {
		list[i] = a.Name
	}
	return strings.Join(list, ", ")
}
