package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

func (f *fields) pickupGroup(into *string) {
	if at, ok := f.text("pickup_group", "the name of a group of extensions", into); ok && !hclsyntax.ValidIdentifier(*into) {
		f.errorAt(at, "Not a name", "pickup_group takes a name of letters, digits, - and _, the same for all who pick up each other's calls; this is %s.", quote(*into))
	}
}

// conference reads what a room does besides mixing.
func (f *fields) conference(d *Conference) {
	f.pin(&d.PIN)
	f.announces(d)
	f.music("music", &d.Music)
	f.boolean("record", &d.Record)
	f.cfg.speaks = f.cfg.speaks || d.PIN != "" // it is asked for
	f.prompt("record_announce", &d.RecordAnnounce)
	if d.RecordAnnounce != nil && !d.Record {
		f.errorAt(f.place.Range("record_announce"), "Without effect", "%s is not recorded, so record_announce would do nothing: write record = true.", d.Path())
	}
}

// announces reads how a conference tells who comes and goes.
func (f *fields) announces(d *Conference) {
	v, at, ok := f.get("announce")
	switch {
	case !ok:
	case v.Type() == cty.Bool:
		d.Announce = v.True()
	case v.Type() == cty.String && v.AsString() == "names":
		d.Announce, d.Names, f.cfg.speaks = true, true, true
	default:
		f.wrong(at, "announce", `true, false or "names"`, v)
	}
}

// mailbox reads whose lamp an extension has.
func (f *fields) mailbox(into **Voicemail) {
	v, at, ok := f.get("voicemail")
	if !ok {
		return
	}
	box, ok := DestinationOf(v).(*Voicemail)
	switch {
	case ok:
		*into = box
	case v.Type() == cty.String && f.nodes["voicemail"][v.AsString()] != nil:
		f.errorAt(at, "Wrong type", "voicemail takes a mailbox; this is a text. Write voicemail.%s, without quotes.", v.AsString())
	default:
		f.wrong(at, "voicemail", "a mailbox, such as voicemail.office", v)
	}
}

// members reads who rings for a group or a queue.
func (l *loader) members(of Destination, what string, f *fields) (out []Destination) {
	expr := f.attr("members")
	if expr == nil {
		l.errorAt(f.place.Block, "Members are missing", "%s rings nobody: write members = [extension.NAME, …].", of.Path())
		return nil
	}
	seen := map[Destination]bool{}
	elements, whole := f.elements(expr)
	for _, e := range elements {
		d := DestinationOf(e.value)
		switch d.(type) {
		case *Extension, *Group:
		case nil:
			l.note(hcl.Diagnostics{l.notDestination(e.at, "members", e.value)})
			continue
		default:
			l.errorAt(e.at, "Cannot be a member", "%s rings extensions and groups; %s is neither.", what, d.Path())
			continue
		}
		if seen[d] {
			l.note(hcl.Diagnostics{warningAt(e.at, "Twice the same member", "%s is a member already; it rings once.", d.Path())})
			continue
		}
		seen[d] = true
		out = append(out, d)
	}
	if len(elements) == 0 && whole {
		l.note(hcl.Diagnostics{warningAt(expr.Range(), "No members", "%s has no members, so nobody rings.", of.Path())})
	}
	return out
}
