package config

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Features are the codes that extensions dial to act, and those that they press
// within a call. "" is one that is switched off.
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
	QueueLogin         string
	QueuePause         string
	Voicemail          string

	Record      string
	RecordPause string
	// RecordAnnounce is what all who talk hear before a recording that somebody
	// wishes begins; nil: a tone.
	RecordAnnounce *Prompt
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
		{"queue_login", "*45", "[NUMBER]", "I leave the queues that I am a member of, or that with the NUMBER, and come back the next time.", func(f *Features) *string { return &f.QueueLogin }},
		{"queue_pause", "*46", "", "I have a break from all queues, and am back the next time.", func(f *Features) *string { return &f.QueuePause }},
		{"voicemail", "*97", "", "I listen to the messages in my mailbox.", func(f *Features) *string { return &f.Voicemail }},
	}
}

// CallCodes are those that are pressed within a call, by extensions that may have
// their calls recorded.
func CallCodes() []FeatureCode {
	return []FeatureCode{
		{"record", "*1", "", "Pressed in a call, if I have record_on_demand: the call is recorded from now on, or no longer.", func(f *Features) *string { return &f.Record }},
		{"record_pause", "*2", "", "Pressed in a call, if I have record_on_demand: the recording pauses, or goes on.", func(f *Features) *string { return &f.RecordPause }},
	}
}

// Code is what is dialled for a feature, "" if it is switched off.
func (f Features) Code(c FeatureCode) string { return *c.field(&f) }

// featureNames are the attributes of a features block.
func featureNames() (out []string) {
	for _, c := range slices.Concat(FeatureCodes(), CallCodes()) {
		out = append(out, c.Name)
	}
	return append(out, "record_announce")
}

// features reads the block; b is nil if there is none.
func (l *loader) features(b *hclsyntax.Block) {
	f := l.fields(b, scope{})
	out := Features{Place: f.place}
	f.codes(FeatureCodes(), &out)
	f.codes(CallCodes(), &out)
	for _, name := range [][2]string{{"record", "record_pause"}, {"record_pause", "record"}} {
		a, b := out.callCode(name[0]), out.callCode(name[1])
		if a != "" && b != a && strings.HasPrefix(b, a) {
			f.errorAt(f.writtenOf(name[1], name[0]), "A code that begins another", "%s is the code of %s and begins with %s, that of %s, which would always come first. Give one of them another.", quote(b), name[1], quote(a), name[0])
		}
	}
	f.prompt("record_announce", &out.RecordAnnounce)
	l.cfg.Features = out
}

// callCode is one of those that are pressed within a call, by its name.
func (f Features) callCode(name string) string {
	for _, c := range CallCodes() {
		if c.Name == name {
			return f.Code(c)
		}
	}
	return ""
}

// writtenOf is where one of two attributes is written.
func (f *fields) writtenOf(name, other string) hcl.Range {
	if f.place.Has(name) {
		return f.place.Range(name)
	}
	return f.place.Range(other)
}

// codes reads codes no two of which may be the same.
func (f *fields) codes(list []FeatureCode, out *Features) {
	names := map[string]string{} // by code
	for _, c := range list {
		into := c.field(out)
		*into = c.Default
		at, ok := f.text(c.Name, `a code such as "`+c.Default+`", or "" for none`, into)
		switch {
		case !ok || *into == "":
		case (*into)[0] != '*' && (*into)[0] != '#':
			f.errorAt(at, "Not a code", `%s takes a code that begins with * or #, such as %s: everything else may be somebody's number; this is %s.`, c.Name, quote(c.Default), quote(*into))
		default:
			f.checkNumber(at, c.Name, *into)
		}
		if *into == "" {
			continue
		}
		if first, taken := names[*into]; taken {
			f.errorAt(f.writtenOf(c.Name, first), "Twice the same code", `%s is the code of %s and of %s. Give one of them another, or "" for none.`, quote(*into), first, c.Name)
			continue
		}
		names[*into] = c.Name
	}
}
