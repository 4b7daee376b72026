package config

import (
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Features are the codes that extensions dial to act. "" is one that is
// switched off.
type Features struct {
	Place
	DoNotDisturbOn     string
	DoNotDisturbOff    string
	ForwardAlways      string
	ForwardAlwaysOff   string
	ForwardBusy        string
	ForwardBusyOff     string
	ForwardNoAnswer    string
	ForwardNoAnswerOff string
	CallWaitingOn      string
	CallWaitingOff     string
	Intercom           string
	Park               string
	Pickup             string
	Join               string
}

// FeatureCode is one of [Features].
type FeatureCode struct {
	Name    string // the attribute: "do_not_disturb_on"
	Default string // "*78"
	Takes   string // what is dialled after it: "NUMBER"; "[NUMBER]" if it may be left out; "" for nothing
	Does    string // for people
	field   func(*Features) *string
}

// FeatureCodes are all of them, in the order in which they are shown.
func FeatureCodes() []FeatureCode {
	const n = "NUMBER"
	return []FeatureCode{
		{"do_not_disturb_on", "*78", "", "My phones do not ring.", func(f *Features) *string { return &f.DoNotDisturbOn }},
		{"do_not_disturb_off", "*79", "", "They ring again.", func(f *Features) *string { return &f.DoNotDisturbOff }},
		{"forward_always", "*72", n, "My calls go to NUMBER, at once.", func(f *Features) *string { return &f.ForwardAlways }},
		{"forward_always_off", "*73", "", "They no longer do.", func(f *Features) *string { return &f.ForwardAlwaysOff }},
		{"forward_busy", "*90", n, "My calls go to NUMBER while I am busy, or decline.", func(f *Features) *string { return &f.ForwardBusy }},
		{"forward_busy_off", "*91", "", "They go again where the configuration says.", func(f *Features) *string { return &f.ForwardBusyOff }},
		{"forward_no_answer", "*92", n, "My calls go to NUMBER if I do not answer, or no phone of mine is there.", func(f *Features) *string { return &f.ForwardNoAnswer }},
		{"forward_no_answer_off", "*93", "", "They go again where the configuration says.", func(f *Features) *string { return &f.ForwardNoAnswerOff }},
		{"call_waiting_on", "*70", "", "A second call rings while I talk.", func(f *Features) *string { return &f.CallWaitingOn }},
		{"call_waiting_off", "*71", "", "It finds me busy.", func(f *Features) *string { return &f.CallWaitingOff }},
		{"intercom", "*80", n, "The phone of the extension NUMBER answers by itself, and we talk.", func(f *Features) *string { return &f.Intercom }},
		{"park", "*68", "", "My other call, which I have put on hold, is parked; my phone shows in which slot.", func(f *Features) *string { return &f.Park }},
		{"pickup", "*8", "[NUMBER]", "I take the call that rings longest in my pickup_group, or that of the extension or group NUMBER.", func(f *Features) *string { return &f.Pickup }},
		{"join", "*33", "", "My calls, which I have put on hold, become one, with me in it.", func(f *Features) *string { return &f.Join }},
	}
}

// Code is what is dialled for a feature, "" if it is switched off.
func (f Features) Code(c FeatureCode) string { return *c.field(&f) }

// featureNames are the attributes of a features block.
func featureNames() (out []string) {
	for _, c := range FeatureCodes() {
		out = append(out, c.Name)
	}
	return out
}

// features reads the block; b is nil if there is none.
func (l *loader) features(b *hclsyntax.Block) {
	f := l.fields(b, scope{})
	out := Features{Place: f.place}
	names := map[string]string{} // by code
	for _, c := range FeatureCodes() {
		into := c.field(&out)
		*into = c.Default
		at, ok := f.text(c.Name, `a code such as "`+c.Default+`", or "" for none`, into)
		switch {
		case !ok || *into == "":
		case (*into)[0] != '*' && (*into)[0] != '#':
			l.errorAt(at, "Not a code", `%s takes a code that begins with * or #, such as %s: everything else may be somebody's number; this is %s.`, c.Name, quote(c.Default), quote(*into))
		default:
			l.checkNumber(at, c.Name, *into)
		}
		if *into == "" {
			continue
		}
		if first, taken := names[*into]; taken {
			at = f.place.Range(c.Name)
			if !f.place.Has(c.Name) { // its default is; the other was written
				at = f.place.Range(first)
			}
			l.errorAt(at, "Twice the same code", `%s is the code of %s and of %s. Give one of them another, or "" for none.`, quote(*into), first, c.Name)
			continue
		}
		names[*into] = c.Name
	}
	l.cfg.Features = out
}
