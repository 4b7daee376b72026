package config

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// blockType is what may stand in a block. An entry that is not built yet has
// what can be done instead ("" if nothing can); it is refused, never ignored.
type blockType struct {
	labels  int // how many labels its header has
	once    bool
	free    bool // any attribute and any block
	attrs   []string
	blocks  map[string]*blockType
	unbuilt map[string]string // attributes and blocks that are not built yet
}

// notBuilt are the blocks of the top level that are not built yet.
var notBuilt = map[string]string{
	"mail":      "",
	"failover":  "Until it is, send calls to one trunk.",
	"voicemail": "Until it is, let no_answer lead to another extension or group.",
	"queue":     "Until it is, use a group.",
	"park":      "",
	"schedule":  "Until it is, compare formatdate(\"EEE hh:mm\", call.start) in the route's when.",
	"menu":      "Until it is, use a group.",
	"flow":      "",
	"emergency": "Until it is, put a route for the emergency numbers first in each dialplan.",
	"test":      "",
}

var followAttrs = []string{"ring", "no_answer", "busy", "unavailable"}

// ownMedia is the media {} of an extension or a trunk.
var ownMedia = &blockType{
	once:    true,
	attrs:   []string{"codecs", "encryption", "denoise", "gain"},
	unbuilt: map[string]string{"address": "", "rtp_ports": "", "symmetric": "", "music": ""},
}

// blockTypes are the blocks of the top level that are built.
var blockTypes = map[string]*blockType{
	"pbx": {
		once:    true,
		attrs:   []string{"timezone", "country", "short_digits", "data_dir", "plugin_dir"},
		unbuilt: map[string]string{"language": "Nothing speaks yet."},
	},
	"sip": {
		once:  true,
		attrs: []string{"listen", "domain", "external_address", "local_networks", "cert", "key", "user_agent"},
	},
	"media": {
		once:  true,
		attrs: []string{"address", "rtp_ports", "codecs", "encryption", "denoise", "gain", "symmetric"},
		unbuilt: map[string]string{
			"music": "A held party hears silence.",
		},
	},
	"web": {
		once:  true,
		attrs: []string{"listen"},
		unbuilt: map[string]string{
			"cert":        "Until it is, listen on 127.0.0.1 behind a proxy that speaks TLS.",
			"key":         "Until it is, listen on 127.0.0.1 behind a proxy that speaks TLS.",
			"acme":        "Until it is, listen on 127.0.0.1 behind a proxy that speaks TLS.",
			"origins":     "Browsers cannot register yet.",
			"ice_servers": "Browsers cannot register yet.",
			"turn":        "Browsers cannot register yet.",
		},
	},
	"store":    {once: true, attrs: []string{"url"}},
	"variable": {labels: 1, attrs: []string{"default", "sensitive", "description"}},
	"locals":   {free: true},
	"plugin": {
		labels:  1,
		attrs:   []string{"path", "sha256", "args", "env"},
		blocks:  map[string]*blockType{"config": {once: true, free: true}},
		unbuilt: map[string]string{"restart": "A plugin that ends is started again by itself."},
	},
	"trunk": {
		labels: 1,
		attrs: []string{"peer", "register", "username", "secret", "auth_username", "expires", "options_ping",
			"allow", "max_calls", "format", "caller_id"},
		blocks: map[string]*blockType{"media": ownMedia},
	},
	"extension": {
		labels: 1,
		attrs:  append([]string{"for_each", "number", "name", "secret", "caller_id", "max_devices"}, followAttrs...),
		blocks: map[string]*blockType{"media": ownMedia},
		unbuilt: map[string]string{
			"voicemail":      "Until it is, let no_answer lead to another extension or group.",
			"browser":        "Browsers cannot register yet.",
			"forward_always": "Until it is, name the other destination in the route.",
			"do_not_disturb": "",
			"may_dial":       "Until it is, bar numbers by routes with deny.",
			"max_calls":      "",
			"pickup_group":   "",
		},
	},
	"group": {
		labels: 1,
		attrs:  append([]string{"members", "strategy", "number"}, followAttrs...),
	},
	"conference": {
		labels: 1,
		attrs:  []string{"number", "max_members"},
		unbuilt: map[string]string{
			"pin": "Until it is, let few dialplans have a route to it.", "announce": "", "music": "", "record": "",
		},
	},
	"dialplan": {
		labels: 1,
		attrs:  []string{"from"},
		blocks: map[string]*blockType{"route": {
			labels: 1,
			attrs:  append([]string{"match", "when", "to", "deny", "set_caller_id", "set_to"}, followAttrs...),
			unbuilt: map[string]string{
				"record": "", "tool": "", "on_plugin_lost": "A call whose plugin is lost ends with the cause plugin_lost.",
			},
		}},
	},
}

// checkBody compares a body with its type: everything in it is known, built
// and in its place.
func checkBody(body *hclsyntax.Body, t *blockType, what string) hcl.Diagnostics {
	if t.free {
		return nil
	}
	var diags hcl.Diagnostics
	known := slices.Concat(t.attrs, slices.Collect(maps.Keys(t.blocks)), slices.Collect(maps.Keys(t.unbuilt)))
	for _, name := range attrOrder(body) {
		at := body.Attributes[name].NameRange
		if slices.Contains(t.attrs, name) {
			continue
		}
		if _, ok := t.blocks[name]; ok {
			diags = append(diags, errorAt(at, "A block is needed", "%s is a block in %s: write %s { … }, without the equals sign.", name, what, name))
			continue
		}
		diags = append(diags, unknownName(at, "attribute", name, what, t.unbuilt, known))
	}
	seen := map[string]*hclsyntax.Block{}
	for _, b := range body.Blocks {
		inner, ok := t.blocks[b.Type]
		switch {
		case ok:
			diags = append(diags, checkHeader(b, inner, seen)...)
			diags = append(diags, checkBody(b.Body, inner, b.Type)...)
		case slices.Contains(t.attrs, b.Type):
			diags = append(diags, errorAt(b.TypeRange, "A value is needed", "%s is an attribute of %s: write %s = …", b.Type, what, b.Type))
		default:
			diags = append(diags, unknownName(b.TypeRange, "block", b.Type, what, t.unbuilt, known))
		}
	}
	return diags
}

// unknownName is the error for a name that may not stand where it does.
func unknownName(at hcl.Range, kind, name, what string, unbuilt map[string]string, known []string) *hcl.Diagnostic {
	if instead, ok := unbuilt[name]; ok {
		d := errorAt(at, name+" is not built yet", "The %s %s of %s is part of the language but not built yet, so it is refused rather than ignored.", kind, name, what)
		if what == "" {
			d.Detail = "The block " + name + " is part of the language but not built yet, so it is refused rather than ignored."
		}
		if instead != "" {
			d.Detail += " " + instead
		}
		return d
	}
	if what == "" {
		return errorAt(at, "Unknown block", "There is no block %s.%s", name, Suggest(name, known))
	}
	return errorAt(at, "Unknown "+kind, "There is no %s %s in %s.%s", kind, name, what, Suggest(name, known))
}

// checkHeader checks a block's labels, and that a block that may stand only
// once does. seen holds those that stood before.
func checkHeader(b *hclsyntax.Block, t *blockType, seen map[string]*hclsyntax.Block) hcl.Diagnostics {
	var diags hcl.Diagnostics
	switch {
	case len(b.Labels) < t.labels:
		diags = append(diags, errorAt(b.DefRange(), "A name is missing", "Each %s has a name: write %s \"name\" { … }.", b.Type, b.Type))
	case len(b.Labels) > t.labels && t.labels == 0:
		diags = append(diags, errorAt(b.LabelRanges[0], "A name too many", "%s has no name: write %s { … }.", b.Type, b.Type))
	case len(b.Labels) > t.labels:
		diags = append(diags, errorAt(b.LabelRanges[t.labels], "A name too many", "Each %s has one name.", b.Type))
	case t.labels == 1 && !hclsyntax.ValidIdentifier(b.Labels[0]):
		diags = append(diags, errorAt(b.LabelRanges[0], "Not a name", "%s cannot be written in a reference (%s.NAME): a name begins with a letter, then letters, digits, - and _.", quote(b.Labels[0]), b.Type))
	}
	if first, ok := seen[b.Type]; ok && t.once {
		diags = append(diags, errorAt(b.DefRange(), "Twice the same block", "%s may stand once; it stands already at %s. Put both together.", b.Type, place(first.DefRange())))
	} else if !ok {
		seen[b.Type] = b
	}
	return diags
}

// attrOrder lists a body's attributes in the order of the file.
func attrOrder(body *hclsyntax.Body) []string {
	return slices.SortedFunc(maps.Keys(body.Attributes), func(a, b string) int {
		return body.Attributes[a].SrcRange.Start.Byte - body.Attributes[b].SrcRange.Start.Byte
	})
}
