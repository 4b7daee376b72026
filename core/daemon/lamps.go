package daemon

import (
	"slices"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/sdk/event"
)

// Watched implements [sip.Directory]. An extension may watch every other, the
// conferences, the slots of parks, the schedules that are switched by a code and its own settings that are, by that
// code, and its own mailbox.
func (r directory) Watched(by *dialplan.Extension, pack, user string) (presence.Entity, call.Cause) {
	plan := r.d.now().plan
	of := plan.ExtensionByNumber(user)
	if pack == "message-summary" {
		box := by.Voicemail
		switch {
		case of != nil && of != by:
			return presence.Entity{}, call.Denied
		case box == nil, of == nil && user != box.Number && user != plan.MailboxCode(by):
			return presence.Entity{}, call.NotFound
		}
		return presence.Entity{Kind: presence.Mailbox, Name: box.Path()}, ""
	}
	if of != nil {
		return presence.Entity{Kind: presence.Extension, Name: of.Number}, ""
	}
	for _, c := range plan.Conferences() {
		if c.Number != "" && c.Number == user {
			return presence.Entity{Kind: presence.Conference, Name: c.Name}, ""
		}
	}
	for _, s := range plan.Schedules() {
		if s.Override != "" && s.Override == user {
			return presence.Entity{Kind: presence.Schedule, Name: s.Name}, ""
		}
	}
	if plan.ParkOf(user) != nil {
		return presence.Entity{Kind: presence.Slot, Name: user}, ""
	}
	if s := plan.SettingOf(user); s != "" {
		return presence.Entity{Kind: presence.Feature, Name: s, Of: by.Number}, ""
	}
	return presence.Entity{}, call.NotFound
}

// lamps tells those who watch what an event is about. Two of one thing may come
// at once, so what holds is how it stands now.
func (d *Daemon) lamps(e event.Event) {
	switch e.Data.(type) {
	case registrar.Registered, registrar.Unregistered, event.Conference, event.Schedule, event.Extension, event.Park, event.Mailbox:
	default:
		return
	}
	d.lampMu.Lock()
	defer d.lampMu.Unlock()
	switch x := e.Data.(type) {
	case registrar.Registered:
		d.reachLamp(x.Number)
	case registrar.Unregistered:
		d.reachLamp(x.Number)
	case event.Conference:
		d.board.Lamp(presence.Entity{Kind: presence.Conference, Name: x.Name}, d.Calls.Members(x.Name) > 0, presence.Party{})
	case event.Schedule:
		d.scheduleLamp(x.Name)
	case event.Park:
		d.board.Lamp(presence.Entity{Kind: presence.Slot, Name: x.Slot}, x.Call != "", presence.Party{Number: x.Number, Name: x.Name})
	case event.Mailbox:
		d.mailboxLamps(x.Name)
	case event.Extension:
		if e := d.now().plan.ExtensionByName(x.Name); e != nil {
			d.settingLamps(e)
		}
	}
}

// lightUp tells how things stand at the start, and after a reload.
func (d *Daemon) lightUp() {
	d.lampMu.Lock()
	defer d.lampMu.Unlock()
	for _, e := range d.now().plan.Extensions() {
		d.settingLamps(e)
		d.reachLamp(e.Number)
	}
	for _, x := range d.now().plan.Schedules() {
		d.scheduleLamp(x.Name)
	}
	d.mailboxLamps("")
}

func (d *Daemon) reachLamp(number string) {
	can := d.reachable(number)
	d.board.Reachable(number, can)
	if e := d.now().plan.ExtensionByNumber(number); e != nil {
		d.Calls.Reachable(e.Name, can)
	}
}

// scheduleLamp lights the lamp of a schedule while it is switched by hand.
func (d *Daemon) scheduleLamp(name string) {
	open, by := d.store.Overrides()[name]
	var as presence.Party
	switch {
	case by && open:
		as.Name = "Open by hand"
	case by:
		as.Name = "Closed by hand"
	}
	d.board.Lamp(presence.Entity{Kind: presence.Schedule, Name: name}, by, as)
}

// settingLamps lights the lamps of what an extension has set, on its own phones.
// A forward's shows where to.
func (d *Daemon) settingLamps(e *dialplan.Extension) {
	is := e.Standing(d.store.Settings()[e.Name])
	d.board.DoNotDisturb(e.Number, is.DoNotDisturb)
	lamp := func(setting string, lit bool, to string) {
		d.board.Lamp(presence.Entity{Kind: presence.Feature, Name: setting, Of: e.Number}, lit, presence.Party{Number: to})
	}
	lamp(dialplan.DoNotDisturbSetting, is.DoNotDisturb, "")
	lamp(dialplan.CallWaitingSetting, is.CallWaiting, "")
	lamp(dialplan.ForwardAlwaysSetting, is.ForwardAlways != "", is.ForwardAlways)
	lamp(dialplan.ForwardBusySetting, is.ForwardBusy != "", is.ForwardBusy)
	lamp(dialplan.ForwardNoAnswerSetting, is.ForwardNoAnswer != "", is.ForwardNoAnswer)
	lamp(dialplan.QueuePauseSetting, is.QueuePause, "")
	any := false
	for _, q := range d.now().plan.QueuesOf(e) {
		in := !slices.Contains(is.LoggedOut, q.Name)
		any = any || in
		lamp(dialplan.QueueLogin+":"+q.Number, in, "")
	}
	lamp(dialplan.QueueLogin, any, "")
}
