package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Use is a place of the configuration at which a plugin is used as one of a kind.
type Use struct {
	Plugin string // its name
	Kind   string // "leg", "tool", "tts", "app"
	As     string // what uses it, as it is written: `tool "transcript"`
	At     hcl.Range
}

// Uses are where plugins are used, each with what it has to be there.
func (c *Config) Uses() []Use { return c.uses }

// Misused are the uses of plugins that are something else than is needed there.
// kinds are the plugins of which it is known what they are.
func (c *Config) Misused(kinds map[string][]string) (diags hcl.Diagnostics) {
	for _, u := range c.uses {
		are, known := kinds[u.Plugin]
		if !known || slices.Contains(are, u.Kind) {
			continue
		}
		is := "of kind " + strings.Join(are, " and ")
		if len(are) == 0 {
			is = "of no kind that there is"
		}
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Another kind of plugin is needed", Subject: &u.At,
			Detail: fmt.Sprintf("%s needs a plugin of kind %s; plugin.%s is %s.", u.As, u.Kind, u.Plugin, is),
		})
	}
	return diags
}

// uses notes a use of a plugin; "" is none.
func (f *fields) uses(plugin, kind, as string, at hcl.Range) {
	u := Use{Plugin: plugin, Kind: kind, As: as, At: at}
	if plugin != "" && !slices.Contains(f.cfg.uses, u) {
		f.cfg.uses = append(f.cfg.uses, u)
	}
}

// usesOf notes what a destination uses.
func (f *fields) usesOf(d Destination, at hcl.Range) {
	switch d := d.(type) {
	case *App:
		f.uses(d.Plugin, "app", "app()", at)
	case *Leg:
		f.uses(d.Plugin, "leg", "leg()", at)
	}
}
