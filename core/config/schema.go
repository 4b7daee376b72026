package config

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// blockType is what may stand in a block.
type blockType struct {
	labels   int  // how many labels its header has
	anyLabel bool // the label is a text, not a name
	once     bool
	free     bool // any attribute and any block
	attrs    []string
	blocks   map[string]*blockType
}

var followAttrs = []string{"ring", "no_answer", "busy", "unavailable"}

// ownMedia is the media {} of an extension or a trunk.
var ownMedia = &blockType{
	once:  true,
	attrs: []string{"address", "rtp_ports", "codecs", "encryption", "denoise", "gain", "symmetric", "music"},
}

// verbTypes are the steps of a flow. An if holds steps again.
var verbTypes = func() map[string]*blockType {
	verbs := map[string]*blockType{
		"answer": {},
		"say":    {attrs: []string{"text", "voice", "engine"}},
		"play":   {attrs: []string{"prompt"}},
		"gather": {attrs: []string{"into", "prompt", "digits", "end", "wait"}},
		"record": {attrs: []string{"into", "max_length", "silence", "end"}},
		"dial":   {attrs: []string{"to", "ring"}},
		"set":    {free: true},
		"wait":   {attrs: []string{"time"}},
		"hangup": {attrs: []string{"cause"}},
	}
	verbs["if"] = &blockType{attrs: []string{"when"}, blocks: verbs}
	return verbs
}()

// blockTypes are the blocks of the top level.
var blockTypes = map[string]*blockType{
	"pbx": {
		once:  true,
		attrs: []string{"timezone", "country", "short_digits", "data_dir", "plugin_dir", "language", "listen_in"},
	},
	"sip": {
		once:  true,
		attrs: []string{"listen", "domain", "external_address", "local_networks", "cert", "key", "user_agent"},
	},
	"media": {
		once:  true,
		attrs: []string{"address", "rtp_ports", "codecs", "encryption", "denoise", "gain", "symmetric", "music"},
	},
	"web": {
		once:   true,
		attrs:  []string{"listen", "cert", "key", "acme", "acme_directory", "redirect", "origins", "trusted_proxies", "ice_listen", "ice_servers", "push"},
		blocks: map[string]*blockType{"turn": {once: true, attrs: []string{"listen", "external_address", "relay_ports", "allow"}}},
	},
	"store":    {once: true, attrs: []string{"url"}},
	"features": {once: true, attrs: featureNames()},
	"mail":     {once: true, attrs: []string{"smtp", "encryption", "from", "username", "secret"}},
	"variable": {labels: 1, attrs: []string{"default", "sensitive", "description"}},
	"locals":   {free: true},
	"plugin": {
		labels: 1,
		attrs:  []string{"path", "sha256", "args", "env"},
		blocks: map[string]*blockType{"config": {once: true, free: true}, "restart": {once: true, attrs: []string{"delay", "max_delay"}}},
	},
	"trunk": {
		labels: 1,
		attrs: []string{"peer", "register", "username", "secret", "auth_username", "expires", "options_ping",
			"allow", "max_calls", "format", "caller_id"},
		blocks: map[string]*blockType{"media": ownMedia},
	},
	"failover": {labels: 1, attrs: []string{"order", "next_on"}},
	"extension": {
		labels: 1,
		attrs: append([]string{"for_each", "number", "name", "secret", "caller_id", "voicemail", "max_devices", "browser",
			"forward_always", "do_not_disturb", "call_waiting", "may_dial", "max_calls", "pickup_group", "record_on_demand"}, followAttrs...),
		blocks: map[string]*blockType{"media": ownMedia},
	},
	"group":      {labels: 1, attrs: append([]string{"members", "strategy", "number"}, followAttrs...)},
	"conference": {labels: 1, attrs: []string{"number", "pin", "max_members", "announce", "music", "record", "record_announce"}},
	"voicemail":  {labels: 1, attrs: []string{"number", "pin", "greeting", "max_length", "email", "transcribe", "keep"}},
	"queue": {
		labels: 1,
		attrs: []string{"number", "name", "members", "strategy", "music", "announce_position", "ring", "wrap_up", "max_misses",
			"max_wait", "on_max_wait", "max_callers", "busy", "unavailable"},
	},
	"park":     {labels: 1, attrs: []string{"slots", "timeout", "on_timeout"}},
	"schedule": {labels: 1, attrs: []string{"open", "closed", "override", "timezone"}},
	"menu": {
		labels: 1,
		attrs:  []string{"prompt", "wait", "dial_extensions", "otherwise", "barge_in", "number"},
		blocks: map[string]*blockType{"key": {labels: 1, anyLabel: true, attrs: []string{"to"}}},
	},
	"flow":      {labels: 1, attrs: []string{"to"}, blocks: verbTypes},
	"emergency": {once: true, attrs: []string{"numbers", "via", "caller_id", "notify"}},
	"dialplan": {
		labels: 1,
		attrs:  []string{"from"},
		blocks: map[string]*blockType{"route": {
			labels: 1,
			attrs:  append([]string{"match", "when", "to", "deny", "set_caller_id", "set_to", "on_plugin_lost"}, followAttrs...),
			blocks: map[string]*blockType{
				"record": {once: true, attrs: []string{"announce", "use"}},
				"tool":   {labels: 1, attrs: []string{"use"}},
			},
		}},
	},
	"test": {labels: 1, anyLabel: true, attrs: []string{"call", "given", "expect"}},
}

// checkBody compares a body with its type: everything in it is known and in
// its place.
func checkBody(body *hclsyntax.Body, t *blockType, what string) hcl.Diagnostics {
	if t.free {
		return nil
	}
	var diags hcl.Diagnostics
	known := slices.Concat(t.attrs, slices.Collect(maps.Keys(t.blocks)))
	for _, name := range attrOrder(body) {
		at := body.Attributes[name].NameRange
		if slices.Contains(t.attrs, name) {
			continue
		}
		if _, ok := t.blocks[name]; ok {
			diags = append(diags, errorAt(at, "A block is needed", "%s is a block in %s: write %s { … }, without the equals sign.", name, what, name))
			continue
		}
		diags = append(diags, unknownName(at, "attribute", name, what, known))
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
			diags = append(diags, unknownName(b.TypeRange, "block", b.Type, what, known))
		}
	}
	return diags
}

// unknownName is the error for a name that may not stand where it does.
func unknownName(at hcl.Range, kind, name, what string, known []string) *hcl.Diagnostic {
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
	case t.labels == 1 && !t.anyLabel && !hclsyntax.ValidIdentifier(b.Labels[0]):
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
