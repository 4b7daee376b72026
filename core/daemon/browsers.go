package daemon

import (
	"context"
	"fmt"
	"time"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/sip"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/leg"
)

// WebRTCPlugin carries the media of browsers.
const WebRTCPlugin = "leg-webrtc"

// makeBrowsers makes the phones in people's browsers. They are there once the
// web page is.
func (d *Daemon) makeBrowsers() error {
	waker := d.opt.World.Waker
	if !d.opt.World.NoWeb {
		var err error
		d.pushes, err = browser.NewPusher(d.cfg().PBX.DataDir, d.store, func() string { return d.cfg().Web.Push }, d.log.Named("push"))
		if err != nil {
			return err
		}
		d.later(d.pushes.Close)
		waker = d.pushes
	}
	d.Browsers = browser.New(browser.Options{
		Log:       d.log.Named("browser"),
		Extension: func(number string) *dialplan.Extension { return d.now().plan.ExtensionByNumber(number) },
		Normalize: directory{d}.Normalize,
		Registered: func(number string) int {
			return len(d.registrar.Bindings(number))
		},
		Open: d.openBrowser, Counters: sip.StatsOf, Incoming: d.incoming, Changed: d.browserChanged,
		Lamp: d.board.Dialog, Arrived: d.browserArrived, Waker: waker,
	})
	d.later(d.Browsers.Close)
	return nil
}

// openBrowser opens the media of a browser's session. It is always encrypted, and the plugin
// has sockets of its own.
func (d *Daemon) openBrowser(ctx context.Context, e *dialplan.Extension, id string, offer []byte, tell func(leg.Event)) (browser.Media, []byte, error) {
	m, answer, err := d.plugins.OpenLeg(ctx, WebRTCPlugin, leg.Params{
		Leg: id, Address: mediaAddress(d.cfg()).V4, Remote: offer,
		Codecs: e.Media.Codecs, Denoise: e.Media.Denoise, Gain: e.Media.Gain,
	}, tell)
	if err != nil {
		return nil, nil, err
	}
	return m, answer, nil
}

// browserArrived has a browser that was not there when its extension began to ring join the call.
func (d *Daemon) browserArrived(number, id string) error {
	e := d.now().plan.ExtensionByNumber(number)
	if e == nil {
		return &call.Error{Cause: call.NotFound, Text: fmt.Sprintf("no extension has the number %q", number)}
	}
	return d.Calls.Arrived(e.Name, id)
}

// browserDevice is a browser as the API lists it.
func browserDevice(b browser.Device) registrar.Device {
	return registrar.Device{Contact: registrar.Browser, UserAgent: b.UserAgent, Address: b.Address, Transport: "ws"}
}

// browserChanged tells that a browser came, or why it went.
func (d *Daemon) browserChanged(number string, b browser.Device, gone string) {
	e := event.Event{Time: time.Now(), Type: "device.registered", Data: registrar.Registered{Number: number, Device: browserDevice(b)}}
	if gone != "" {
		e.Type, e.Data = "device.unregistered", registrar.Unregistered{Number: number, Device: browserDevice(b), Reason: gone}
	}
	d.emit(e)
}

// devices are all that ring for a number: phones, and browsers.
func (d *Daemon) devices(number string) []registrar.Device {
	list := d.registrar.Devices(number)
	for _, b := range d.Browsers.Devices(number) {
		list = append(list, browserDevice(b))
	}
	return list
}

// reachable says whether anything rings for a number.
func (d *Daemon) reachable(number string) bool {
	return len(d.registrar.Bindings(number)) > 0 || d.Browsers.Reachable(number)
}

// present tells how an extension stands from now on.
func (d *Daemon) present(s *presence.Snapshot) {
	if s.Entity.Kind != presence.Extension {
		return
	}
	number := s.Entity.Name
	d.presentMu.Lock()
	defer d.presentMu.Unlock()
	// Two changes may be told in another order than they happened in.
	state := presenceOf(d.board.Now(s.Entity))
	if before, ok := d.presentAs[number]; before == state || !ok && state == api.Unregistered {
		return
	}
	d.presentAs[number] = state
	d.emit(event.Event{Time: time.Now(), Type: event.PresenceChanged, Data: event.Presence{Number: number, State: state}})
}

// text shows a text on the phones of an extension, and in its browsers.
func (d *Daemon) text(t call.Text) {
	if len(d.registrar.Bindings(t.To.Number)) > 0 || !d.Browsers.Reachable(t.To.Number) {
		d.sip.Text(t)
	}
	d.Browsers.Text(t.To.Number, browser.Text{Call: t.Call, From: t.From, FromName: t.FromName, Text: t.Text})
}

// dialExtension rings the phones of an extension, and its browsers.
func (x dialer) dialExtension(ctx context.Context, d call.Dial, inbox call.Inbox) (legs []call.Leg, err error) {
	if !d.Late { // else they ring already
		legs, err = x.d.sip.Dial(ctx, d, inbox)
	}
	if refusal, ok := err.(*call.Error); ok && refusal.Cause != call.Unavailable {
		return legs, err
	}
	if l := x.d.Browsers.Dial(d, inbox); l != nil {
		legs, err = append(legs, l), nil
	}
	return legs, err
}
