package plugin

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk"
)

// check compares a config {} block with what the plugin declares.
func check(config map[string]any, declared []sdk.Attribute) error {
	var wrong []string
	for name := range config {
		if !slices.ContainsFunc(declared, func(a sdk.Attribute) bool { return a.Name == name }) {
			wrong = append(wrong, fmt.Sprintf("%s is no attribute of it (there is %s)", name, names(declared)))
		}
	}
	for _, a := range declared {
		v, there := config[a.Name]
		switch {
		case !there && a.Required:
			wrong = append(wrong, fmt.Sprintf("%s is missing (%s)", a.Name, a.Doc))
		case there && !fits(v, a.Type):
			wrong = append(wrong, fmt.Sprintf("%s is %v, it must be a %s", a.Name, v, a.Type))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return &Misfit{Text: "config {} does not fit the plugin: " + strings.Join(wrong, "; ")}
}

func fits(v any, t sdk.Type) bool {
	switch t {
	case sdk.String:
		_, ok := v.(string)
		return ok
	case sdk.Number:
		_, ok := v.(float64)
		return ok
	case sdk.Bool:
		_, ok := v.(bool)
		return ok
	case sdk.Duration:
		s, ok := v.(string)
		_, err := time.ParseDuration(s)
		return ok && err == nil
	case sdk.Strings:
		list, ok := v.([]any)
		return ok && !slices.ContainsFunc(list, func(v any) bool { _, ok := v.(string); return !ok })
	}
	return false // a newer plugin's type
}

func names(declared []sdk.Attribute) string {
	if len(declared) == 0 {
		return "none"
	}
	list := make([]string, len(declared))
	for i, a := range declared {
		list[i] = a.Name
	}
	return strings.Join(list, ", ")
}
