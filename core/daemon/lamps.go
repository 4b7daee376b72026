package daemon

import (
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/sdk/event"
)

// Watched implements [sip.Directory]. An extension may watch every other, the
// schedules that are switched by a code and its own settings that are, by that
// code, and its own mailbox.
func (r directory) Watched(by *dialplan.Extension, pack, user string) (presence.Entity, call.Cause) {
	plan := r.d.now().plan
	of := plan.ExtensionByNumber(user)
	if pack == "message-summary" {
		switch {
		case of != nil && of != by:
			return presence.Entity{}, call.Denied
		case of == nil || by.Voicemail == nil:
			return presence.Entity{}, call.NotFound
		}
		return presence.Entity{Kind: presence.Mailbox, Name: by.Voicemail.Path()}, ""
	}
	if of != nil {
		return presence.Entity{Kind: presence.Extension, Name: of.Number}, ""
	}
	for _, s := range plan.Schedules() {
		if s.Override != "" && s.Override == user {
			return presence.Entity{Kind: presence.Schedule, Name: s.Name}, ""
		}
	}
	if s := plan.SettingOf(user); s != "" {
		return presence.Entity{Kind: presence.Feature, Name: s, Of: by.Number}, ""
	}
	return presence.Entity{}, call.NotFound
}

// lamps tells those who watch what an event says.
func (d *Daemon) lamps(e event.Event) {
	switch x := e.Data.(type) {
	case registrar.Registered:
		d.board.Reachable(x.Number, true)
	case registrar.Unregistered:
		d.board.Reachable(x.Number, len(d.registrar.Bindings(x.Number)) > 0)
	case event.Schedule:
		d.scheduleLamp(x.Name, x.Override)
	case event.Extension:
		d.settingLamps(x.Number, dialplan.Standing{
			DoNotDisturb: x.DoNotDisturb, CallWaiting: x.CallWaiting,
			ForwardAlways: x.ForwardAlways, ForwardBusy: x.ForwardBusy, ForwardNoAnswer: x.ForwardNoAnswer,
		})
	}
}

// lightUp tells how things stand at the start, and after a reload.
func (d *Daemon) lightUp() {
	set := d.store.Settings()
	for _, e := range d.now().plan.Extensions() {
		d.settingLamps(e.Number, e.Standing(set[e.Name]))
		d.board.Reachable(e.Number, len(d.registrar.Bindings(e.Number)) > 0)
	}
	for name, open := range d.store.Overrides() {
		d.scheduleLamp(name, &open)
	}
}

// scheduleLamp lights the lamp of a schedule while it is switched by hand.
func (d *Daemon) scheduleLamp(name string, override *bool) {
	var as presence.Party
	if override != nil {
		if as.Name = "Closed by hand"; *override {
			as.Name = "Open by hand"
		}
	}
	d.board.Lamp(presence.Entity{Kind: presence.Schedule, Name: name}, override != nil, as)
}

// settingLamps lights the lamps of what an extension has set, on its own phones.
// A forward's shows where to.
func (d *Daemon) settingLamps(number string, is dialplan.Standing) {
	d.board.DoNotDisturb(number, is.DoNotDisturb)
	lamp := func(setting string, lit bool, to string) {
		d.board.Lamp(presence.Entity{Kind: presence.Feature, Name: setting, Of: number}, lit, presence.Party{Number: to})
	}
	lamp(dialplan.DoNotDisturbSetting, is.DoNotDisturb, "")
	lamp(dialplan.CallWaitingSetting, is.CallWaiting, "")
	lamp(dialplan.ForwardAlwaysSetting, is.ForwardAlways != "", is.ForwardAlways)
	lamp(dialplan.ForwardBusySetting, is.ForwardBusy != "", is.ForwardBusy)
	lamp(dialplan.ForwardNoAnswerSetting, is.ForwardNoAnswer != "", is.ForwardNoAnswer)
}
