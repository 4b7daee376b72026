package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// promptFunctions are say, sound and tone.
func (l *loader) promptFunctions() map[string]function.Function {
	prompt := func(p *Prompt) (cty.Value, error) { return cty.CapsuleVal(promptType, p), nil }
	return map[string]function.Function{
		"say": function.New(&function.Spec{
			Description: "A text that is spoken.",
			Params:      []function.Parameter{{Name: "text", Type: cty.String}},
			VarParam:    &function.Parameter{Name: "options", Type: cty.DynamicPseudoType},
			Type:        function.StaticReturnType(promptType),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				p := &Prompt{Text: args[0].AsString()}
				if strings.TrimSpace(p.Text) == "" {
					return cty.NilVal, function.NewArgErrorf(0, "the text is empty")
				}
				if len(args) > 2 {
					return cty.NilVal, function.NewArgErrorf(2, "say takes a text and its options")
				}
				if len(args) == 2 {
					if err := p.options(args[1]); err != nil {
						return cty.NilVal, function.NewArgError(1, err)
					}
				}
				return prompt(p)
			},
		}),
		"sound": function.New(&function.Spec{
			Description: "A sound file.",
			Params:      []function.Parameter{{Name: "file", Type: cty.String}},
			Type:        function.StaticReturnType(promptType),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				file := args[0].AsString()
				if lower := strings.ToLower(file); !strings.HasSuffix(lower, ".wav") && !strings.HasSuffix(lower, ".flac") {
					return cty.NilVal, function.NewArgErrorf(0, "%s is not a sound file: name a .wav or .flac", quote(file))
				}
				return prompt(&Prompt{File: l.absolute(file)})
			},
		}),
		"tone": function.New(&function.Spec{
			Description: "A tone, or several after each other: Hz/ms, two frequencies at once with +, 0 for silence.",
			Params:      []function.Parameter{{Name: "tone", Type: cty.String}},
			Type:        function.StaticReturnType(promptType),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				p := &Prompt{Tone: args[0].AsString()}
				if err := checkTone(p.Tone); err != nil {
					return cty.NilVal, function.NewArgError(0, err)
				}
				return prompt(p)
			},
		}),
	}
}

// playFunction is play(prompt) and play(prompt, { … }).
func playFunction() function.Function {
	return function.New(&function.Spec{
		Description: "Plays a prompt, then ends the call.",
		Params:      []function.Parameter{{Name: "prompt", Type: cty.DynamicPseudoType}},
		VarParam:    &function.Parameter{Name: "options", Type: cty.DynamicPseudoType},
		Type:        function.StaticReturnType(DestinationType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !args[0].Type().Equals(promptType) {
				return cty.NilVal, function.NewArgErrorf(0, "play takes a prompt, such as say(\"…\") or sound(\"….wav\"); this is %s", Describe(args[0]))
			}
			p := &Play{Prompt: args[0].EncapsulatedValue().(*Prompt), Times: 1}
			switch {
			case len(args) > 2:
				return cty.NilVal, function.NewArgErrorf(2, "play takes a prompt and its options")
			case len(args) == 2:
				if err := p.options(args[1]); err != nil {
					return cty.NilVal, function.NewArgError(1, err)
				}
			}
			return ValueOf(p), nil
		},
	})
}

// maxTimes is how often a prompt plays at most, if that is counted.
const maxTimes = 1000

// options reads { times = 3, answer = false, cause = "not_found" }.
func (p *Play) options(v cty.Value) error {
	if v.IsNull() || !v.Type().IsObjectType() && !v.Type().IsMapType() || v.Type().Equals(DestinationType) {
		return fmt.Errorf("the options of play are { times = …, answer = …, cause = … }; this is %s", Describe(v))
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		switch name := k.AsString(); {
		case name == "times" && e.Type() == cty.String && !e.IsNull() && e.AsString() == "forever":
			p.Times = 0
		case name == "times":
			if e.IsNull() || e.Type() != cty.Number {
				return fmt.Errorf(`times is a number, or "forever"; this is %s`, Describe(e))
			}
			n, exact := e.AsBigFloat().Int64()
			if exact != 0 || n < 1 || n > maxTimes {
				return fmt.Errorf("times is a whole number from 1 to %d, or \"forever\"", maxTimes)
			}
			p.Times = int(n)
		case name == "answer":
			if e.IsNull() || e.Type() != cty.Bool {
				return fmt.Errorf("answer is true or false; this is %s", Describe(e))
			}
			p.Early = e.False()
		case name == "cause":
			switch {
			case e.IsNull() || e.Type() != cty.String:
				return fmt.Errorf("cause takes a text; this is %s", Describe(e))
			case !slices.Contains(Causes, e.AsString()):
				return fmt.Errorf("%s is not a cause; causes are %s%s", quote(e.AsString()), oneOf(Causes...), aside(Suggest(e.AsString(), Causes)))
			}
			p.Cause = e.AsString()
		default:
			return fmt.Errorf("play has no option %s%s", name, aside(Suggest(name, []string{"times", "answer", "cause"})))
		}
	}
	switch {
	case p.Early && p.Cause == "":
		return errors.New(`a call that is not answered ends with a cause: answer = false needs one, such as cause = "not_found"`)
	case p.Early && p.Times == 0:
		return errors.New(`a call that is not answered cannot go on forever: say how many times`)
	case !p.Early && p.Cause != "":
		return errors.New("cause is for answer = false: a call that was answered ends as any other")
	}
	return nil
}

// options reads { voice = …, engine = plugin.x }.
func (p *Prompt) options(v cty.Value) error {
	if v.IsNull() || !v.Type().IsObjectType() && !v.Type().IsMapType() || v.Type().Equals(DestinationType) {
		return fmt.Errorf("the options of say are { voice = …, engine = plugin.x }; this is %s", Describe(v))
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		switch name := k.AsString(); name {
		case "voice":
			if e.IsNull() || e.Type() != cty.String {
				return fmt.Errorf("voice takes a text; this is %s", Describe(e))
			}
			p.Voice = e.AsString()
		case "engine":
			var ok bool
			if p.Engine, ok = pluginOf(e); !ok {
				return fmt.Errorf("engine takes a plugin, such as plugin.voice; this is %s", Describe(e))
			}
		default:
			return fmt.Errorf("say has no option %s%s", name, aside(Suggest(name, []string{"voice", "engine"})))
		}
	}
	return nil
}

// checkTone checks "425/1000,0/4000": frequencies in Hz and lengths in ms.
func checkTone(s string) error {
	for part := range strings.SplitSeq(s, ",") {
		hz, ms, ok := strings.Cut(strings.TrimSpace(part), "/")
		if !ok {
			return fmt.Errorf(`a tone is written Hz/ms, such as "425/1000,0/4000"; this is %s`, quote(part))
		}
		for f := range strings.SplitSeq(hz, "+") {
			if n, err := strconv.Atoi(f); err != nil || n < 0 || n > 20000 {
				return fmt.Errorf("a frequency is 0 to 20000 Hz, two at once with +; this is %s", quote(f))
			}
		}
		if n, err := strconv.Atoi(ms); err != nil || n < 1 || n > 60000 {
			return fmt.Errorf("a length is 1 to 60000 ms; this is %s", quote(ms))
		}
	}
	return nil
}

// pluginOf is the name of the plugin that a value means.
func pluginOf(v cty.Value) (string, bool) {
	r := refOf(v)
	if r == nil || r.kind != "plugin" {
		return "", false
	}
	return strings.TrimPrefix(r.path, "plugin."), true
}

// prompt reads a prompt.
func (f *fields) prompt(name string, into **Prompt) {
	v, at, ok := f.get(name)
	switch {
	case !ok:
	case v.Type().Equals(promptType):
		*into = v.EncapsulatedValue().(*Prompt)
		f.hears(*into, at)
	case v.Type() == cty.String:
		f.errorAt(at, "A prompt is needed", "%s takes a prompt; this is a text. To have it spoken, write say(%s).", name, quote(v.AsString()))
	default:
		f.wrong(at, name, `a prompt, such as say("Welcome") or sound("welcome.wav")`, v)
	}
}

// plugin reads a reference to a plugin: its name.
func (f *fields) plugin(name string, into *string) {
	v, at, ok := f.get(name)
	if !ok {
		return
	}
	p, ok := pluginOf(v)
	switch {
	case ok:
		*into = p
	case v.Type() == cty.String && f.nodes["plugin"][v.AsString()] != nil:
		f.errorAt(at, "Wrong type", "%s takes a plugin; this is a text. Write plugin.%s, without quotes.", name, v.AsString())
	default:
		f.wrong(at, name, "a plugin, such as plugin.scribe", v)
	}
}

// music reads what they hear who wait: a prompt, or "none".
func (f *fields) music(name string, into **Prompt) {
	v, at, ok := f.get(name)
	switch {
	case !ok:
	case v.Type() == cty.String && (v.AsString() == "none" || v.AsString() == ""):
		*into = &Prompt{At: at}
	case v.Type().Equals(promptType):
		p := *v.EncapsulatedValue().(*Prompt)
		p.At = at
		*into = &p
		if p.Text != "" {
			f.hears(&p, at)
		}
	case v.Type() == cty.String:
		f.errorAt(at, "A sound is needed", `%s takes a sound, such as sound(%s), or "none" for silence; this is a text.`, name, quote(v.AsString()))
	default:
		f.wrong(at, name, `a sound, such as sound("hold.wav"), or "none" for silence`, v)
	}
}
