package call

import (
	"maps"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// Settings keeps what extensions have set by phone or by the API. core/store
// keeps it over restarts. Its methods are safe from any goroutine.
type Settings interface {
	// Settings are all that are set, by the names of the extension and of the
	// setting. Nothing in it changes any more.
	Settings() map[string]map[string]string
	// SetSetting sets one, or with "" gives it back to the configuration.
	SetSetting(extension, name, value string) error
}

// Settings implements [Settings].
func (r *Remembered) Settings() map[string]map[string]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.settings
}

// SetSetting implements [Settings].
func (r *Remembered) SetSetting(extension, name, value string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.settings = With(r.settings, extension, name, value)
	return nil
}

// With is settings with one more, or with "" one less; what it was made of stays as
// it is.
func With(all map[string]map[string]string, extension, name, value string) map[string]map[string]string {
	all = maps.Clone(all)
	if all == nil {
		all = map[string]map[string]string{}
	}
	of := maps.Clone(all[extension])
	switch {
	case value != "" && of == nil:
		of = map[string]string{name: value}
	case value != "":
		of[name] = value
	default:
		delete(of, name)
	}
	if all[extension] = of; len(of) == 0 {
		delete(all, extension)
	}
	return all
}

// Set keeps a setting of an extension, as [dialplan.Plan.Setting] gives it. by
// is who does it, and call by which call, "" for none. Calls that live keep what they began with.
func (s *Switch) Set(e *dialplan.Extension, name, value string, by Actor, call string) error {
	if err := s.opt.Settings.SetSetting(e.Name, name, value); err != nil {
		return err
	}
	is := e.Standing(s.opt.Settings.Settings()[e.Name])
	s.queues.set(e)
	s.opt.Log.Info("extension set by hand", "extension", e.Path(), "setting", name, "value", value, "by", by.String())
	s.emit(event.ExtensionChanged, event.Extension{
		Number: e.Number, Name: e.Name,
		DoNotDisturb: is.DoNotDisturb, CallWaiting: is.CallWaiting,
		ForwardAlways: is.ForwardAlways, ForwardBusy: is.ForwardBusy, ForwardNoAnswer: is.ForwardNoAnswer,
		QueuePause: is.QueuePause, LoggedOut: is.LoggedOut,
		By: by, Call: call,
	})
	return nil
}

// set keeps what the caller has set of their extension. They hear one tone if
// something is on now, two if it is off.
func (c *Call) set(s *dialplan.Set) {
	if err := c.sw.Set(s.Of, s.Name, s.Value, c.caller.actor(), c.facts.ID); err != nil {
		c.log.Error("a setting cannot be kept", "extension", s.Of.Path(), "setting", s.Name, "error", err)
		c.end(Failed, "the setting could not be kept", bySwitch)
		return
	}
	tones := 2
	if s.On {
		tones = 1
	}
	c.confirm(tones)
}
