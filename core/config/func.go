package config

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/plugboard/plugboard/core/number"
)

// Causes are the names that reject(cause) takes.
var Causes = []string{
	"not_found", "denied", "busy", "no_answer", "unavailable", "do_not_disturb",
	"declined", "no_codec", "congestion", "plugin_lost", "loop", "cancelled",
}

// aside puts a suggestion in brackets: HCL ends a function's error with a full
// stop of its own.
func aside(suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return " (" + strings.Replace(strings.TrimSpace(suggestion), "Did", "did", 1) + ")"
}

// functions are the functions of an expression at load.
func (l *loader) functions() map[string]function.Function {
	f := standardFunctions()
	f["e164"] = numberFunction("A number in any form becomes E.164.", func(n string) (string, error) {
		return number.E164(l.cfg.PBX.Country, n)
	})
	f["national"] = numberFunction("A number becomes national, as people dial it in pbx.country.", func(n string) (string, error) {
		return number.National(l.cfg.PBX.Country, n)
	})
	f["re"] = function.New(&function.Spec{
		Description: "A regular expression as a pattern.",
		Params:      []function.Parameter{{Name: "expression", Type: cty.String}},
		Type:        function.StaticReturnType(patternType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			re, err := regexp.Compile(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgErrorf(0, "not a regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
			}
			return cty.CapsuleVal(patternType, re), nil
		},
	})
	f["echo"] = function.New(&function.Spec{
		Description: "Sends back what the caller says.",
		Type:        function.StaticReturnType(DestinationType),
		Impl: func([]cty.Value, cty.Type) (cty.Value, error) {
			return ValueOf(Echo{}), nil
		},
	})
	f["reject"] = function.New(&function.Spec{
		Description: "Ends the call with a cause.",
		Params:      []function.Parameter{{Name: "cause", Type: cty.String}},
		Type:        function.StaticReturnType(DestinationType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			cause := args[0].AsString()
			if !slices.Contains(Causes, cause) {
				return cty.NilVal, function.NewArgErrorf(0, "%s is not a cause; causes are %s%s", quote(cause), oneOf(Causes...), aside(Suggest(cause, Causes)))
			}
			return ValueOf(&Reject{Cause: cause}), nil
		},
	})
	f["extension_number"] = extensionNumber(func(n string) (cty.Value, error) {
		if !l.numbered {
			return cty.NilVal, function.NewArgErrorf(0, "extension_number is for destinations; here the numbers are not known yet")
		}
		if e, ok := l.cfg.numbers[n].(*Extension); ok {
			return ValueOf(e), nil
		}
		var have []string
		for _, e := range l.cfg.Extensions {
			have = append(have, e.Number)
		}
		return cty.NilVal, function.NewArgErrorf(0, "no extension has the number %s%s", quote(n), aside(Suggest(n, have)))
	})
	maps.Copy(f, l.promptFunctions())
	maps.Copy(f, pluginFunctions())
	f["page"] = pageFunction()
	return f
}

// maxAddress is how long the address of a leg may be.
const maxAddress = 1024

// pluginFunctions are app, leg and play: what a call is handed to.
func pluginFunctions() map[string]function.Function {
	ofPlugin := func(name string, v cty.Value) (string, error) {
		p, ok := pluginOf(v)
		if !ok {
			return "", function.NewArgErrorf(0, "%s takes a plugin first, such as plugin.agent; this is %s", name, Describe(v))
		}
		return p, nil
	}
	plugin := function.Parameter{Name: "plugin", Type: cty.DynamicPseudoType}
	return map[string]function.Function{
		"app": function.New(&function.Spec{
			Description: "Hands the call to a plugin.",
			Params:      []function.Parameter{plugin},
			VarParam:    &function.Parameter{Name: "config", Type: cty.DynamicPseudoType},
			Type:        function.StaticReturnType(DestinationType),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				p, err := ofPlugin("app", args[0])
				if err != nil {
					return cty.NilVal, err
				}
				app := &App{Plugin: p, Config: cty.EmptyObjectVal}
				switch {
				case len(args) > 2:
					return cty.NilVal, function.NewArgErrorf(2, "app takes a plugin and an object")
				case len(args) == 2 && !args[1].Type().IsObjectType() && !args[1].Type().IsMapType():
					return cty.NilVal, function.NewArgErrorf(1, "app takes an object for its plugin, such as { language = \"de\" }; this is %s", Describe(args[1]))
				case len(args) == 2 && holdsReference(args[1]):
					return cty.NilVal, function.NewArgErrorf(1, "a reference to a block means nothing outside of Plugboard: write a text, such as a number or a name")
				case len(args) == 2:
					app.Config = args[1]
				}
				return ValueOf(app), nil
			},
		}),
		"leg": function.New(&function.Spec{
			Description: "Calls an address by a plugin's own signalling.",
			Params:      []function.Parameter{plugin, {Name: "address", Type: cty.String}},
			Type:        function.StaticReturnType(DestinationType),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				p, err := ofPlugin("leg", args[0])
				if err != nil {
					return cty.NilVal, err
				}
				address := args[1].AsString()
				if address == "" || len(address) > maxAddress || strings.ContainsFunc(address, isControl) {
					return cty.NilVal, function.NewArgErrorf(1, "the address is one line of 1 to %d characters, as the plugin has them", maxAddress)
				}
				return ValueOf(&Leg{Plugin: p, Address: address}), nil
			},
		}),
		"play": playFunction(),
	}
}

// pageFunction is page(extension.NAME, group.NAME, …).
func pageFunction() function.Function {
	return function.New(&function.Spec{
		Description: "Speaks to phones that answer by themselves.",
		VarParam:    &function.Parameter{Name: "members", Type: cty.DynamicPseudoType},
		Type:        function.StaticReturnType(DestinationType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			page := &Page{}
			for i, arg := range args {
				for _, e := range flat(arg, hcl.Range{}) {
					switch d := DestinationOf(e.value).(type) {
					case *Extension, *Group:
						if !slices.Contains(page.Members, d) {
							page.Members = append(page.Members, d)
						}
					case nil:
						return cty.NilVal, function.NewArgErrorf(i, "page takes extensions and groups; this is %s", Describe(e.value))
					default:
						return cty.NilVal, function.NewArgErrorf(i, "page takes extensions and groups; %s is neither", d.Path())
					}
				}
			}
			if len(page.Members) == 0 {
				return cty.NilVal, fmt.Errorf("page needs somebody to speak to: page(group.NAME), or page(extension.NAME, …)")
			}
			return ValueOf(page), nil
		},
	})
}

// extensionNumber is extension_number(n) with a way to look a number up.
func extensionNumber(find func(number string) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Description: "The extension with this number; a number that nobody has ends the call with not_found.",
		Params:      []function.Parameter{{Name: "number", Type: cty.String}},
		Type:        function.StaticReturnType(DestinationType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return find(args[0].AsString())
		},
	})
}

func numberFunction(description string, do func(string) (string, error)) function.Function {
	return textFunction(description, do)
}

// textFunction takes one text and returns one.
func textFunction(description string, do func(string) (string, error)) function.Function {
	return function.New(&function.Spec{
		Description: description,
		Params:      []function.Parameter{{Name: "text", Type: cty.String}},
		Type:        function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			out, err := do(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			return cty.StringVal(out), nil
		},
	})
}

// testFunction takes two texts and says yes or no.
func testFunction(description string, do func(text, part string) bool) function.Function {
	return function.New(&function.Spec{
		Description: description,
		Params:      []function.Parameter{{Name: "text", Type: cty.String}, {Name: "part", Type: cty.String}},
		Type:        function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(do(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

// standardFunctions is HCL's usual standard library.
func standardFunctions() map[string]function.Function {
	f := map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "int": stdlib.IntFunc,
		"log": stdlib.LogFunc, "max": stdlib.MaxFunc, "min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc,
		"pow": stdlib.PowFunc, "signum": stdlib.SignumFunc,

		"chomp": stdlib.ChompFunc, "format": stdlib.FormatFunc, "formatlist": stdlib.FormatListFunc,
		"indent": stdlib.IndentFunc, "join": stdlib.JoinFunc, "lower": stdlib.LowerFunc, "regex": stdlib.RegexFunc,
		"regexall": stdlib.RegexAllFunc, "regexreplace": stdlib.RegexReplaceFunc, "replace": stdlib.ReplaceFunc,
		"split": stdlib.SplitFunc, "strlen": stdlib.StrlenFunc, "strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc,
		"title": stdlib.TitleFunc, "trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc,
		"trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc, "upper": stdlib.UpperFunc,
		"startswith":  testFunction("Whether a text begins with another.", strings.HasPrefix),
		"endswith":    testFunction("Whether a text ends with another.", strings.HasSuffix),
		"strcontains": testFunction("Whether a text holds another.", strings.Contains),

		"chunklist": stdlib.ChunklistFunc, "coalesce": stdlib.CoalesceFunc, "coalescelist": stdlib.CoalesceListFunc,
		"compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc,
		"distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc,
		"hasindex": stdlib.HasIndexFunc, "keys": stdlib.KeysFunc, "length": stdlib.LengthFunc, "lookup": stdlib.LookupFunc,
		"merge": stdlib.MergeFunc, "range": stdlib.RangeFunc, "reverse": stdlib.ReverseListFunc,
		"setintersection": stdlib.SetIntersectionFunc, "setproduct": stdlib.SetProductFunc,
		"setsubtract": stdlib.SetSubtractFunc, "setunion": stdlib.SetUnionFunc, "slice": stdlib.SliceFunc,
		"sort": stdlib.SortFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,

		"csvdecode": stdlib.CSVDecodeFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc,
		"base64encode": textFunction("Text as base64.", func(s string) (string, error) {
			return base64.StdEncoding.EncodeToString([]byte(s)), nil
		}),
		"base64decode": textFunction("Base64 as text.", func(s string) (string, error) {
			b, err := base64.StdEncoding.DecodeString(s)
			return string(b), err
		}),
		"urlencode": textFunction("Text for a URL's query.", func(s string) (string, error) {
			return url.QueryEscape(s), nil
		}),

		"formatdate": stdlib.FormatDateFunc, "timeadd": stdlib.TimeAddFunc,
		"can": tryfunc.CanFunc, "try": tryfunc.TryFunc,
	}
	maps.Copy(f, map[string]function.Function{
		"tostring": stdlib.MakeToFunc(cty.String),
		"tonumber": stdlib.MakeToFunc(cty.Number),
		"tobool":   stdlib.MakeToFunc(cty.Bool),
		"tolist":   stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)),
		"toset":    stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
		"tomap":    stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
	})
	return f
}
