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

// Check compares a config {} block with what a plugin declares. The error
// names everything that is wrong with it.
func Check(declared []Attribute, config map[string]any) error {
	var wrong []string
	for name := range config {
		if !slices.ContainsFunc(declared, func(a Attribute) bool { return a.Name == name }) {
			wrong = append(wrong, fmt.Sprintf("%s is no attribute of it (there is %s)", name, names(declared)))
		}
	}
	for _, a := range declared {
		v, there := config[a.Name]
		switch {
		case !there && a.Required:
			wrong = append(wrong, fmt.Sprintf("%s is missing (%s)", a.Name, a.Doc))
		case there && !a.Type.fits(v):
			wrong = append(wrong, fmt.Sprintf("%s is %#v, it must be a %s", a.Name, v, a.Type))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return errors.New(strings.Join(wrong, "; "))
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
