// Package app is the contract between the core and a plugin that runs calls
// step by step: menus, announcements, voice agents. An author writes
// straight-line code over one call, and hands it to sdk.Serve:
//
//	app.Func(func(ctx context.Context, c *app.Call) error {
//		if err := c.Say(ctx, "For the office press one."); err != nil {
//			return err
//		}
//		key, err := c.Digits(ctx, app.Digits{Max: 1})
//		if err != nil || key != "1" {
//			return err
//		}
//		return c.To(ctx, "group.office")
//	})
//
// Each call has a goroutine of its own. When Run returns nil the call goes on
// to what follows the app in the dialplan, or ends; with an error it goes to
// on_plugin_lost. An error of a [Call]'s method is best returned: [ErrOver] and
// [ErrLost] are no failure of the app.
//
// The methods that speak or listen answer a call that was not answered yet.
// An app that wants to be heard before that, as announcements are that cost the
// caller nothing, says so first by [Call.Early].
package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/plugboard/plugboard/sdk/host"
)

// App runs calls.
type App interface {
	// Run has the call until it returns. ctx ends with the call, and carries a
	// logger that names it (hclog.FromContext).
	Run(ctx context.Context, c *Call) error
}

// Func is a function as an [App].
type Func func(ctx context.Context, c *Call) error

// Run implements [App].
func (f Func) Run(ctx context.Context, c *Call) error { return f(ctx, c) }

// Facts are what is known of a call when it comes to the app.
type Facts struct {
	ID   string // the call's
	Leg  string // the id of the app's place in it
	At   string // what led here: "app(plugin.agent)", "menu.welcome"
	From string // the caller's number
	// FromName is what the caller is shown as, FromExtension and FromTrunk the
	// names of where the call comes from: one of them is "".
	FromName, FromExtension, FromTrunk string
	To                                 string // what was dialled
	Route                              string // that it took
	Language                           string // the site's: "en"
	Started                            time.Time
	Answered                           bool              // already, when the app got it
	Headers                            map[string]string // X-… headers, by lower-case name
	// Config is a JSON object: what app(plugin.x, {…}) holds.
	Config []byte
}

// Error is a failure that a call's methods return as it is.
type Error string

// Error implements error.
func (e Error) Error() string { return string(e) }

// The failures that an app may want to tell apart.
const (
	// ErrOver: the call has ended, or is no longer the app's: the caller hung
	// up, or somebody else took it.
	ErrOver = Error("the call is over")
	// ErrLost: the core is gone, and the call with it as far as the app knows.
	ErrLost = Error("the core is gone")
	// ErrFew: the caller did not enter as many digits as are needed.
	ErrFew = Error("too few digits were entered")
	// ErrRefused: the core did not do what was wished; the error says why.
	ErrRefused = Error("refused")
)

// Link is the way from a [Call] to the core. Package remote has it over the
// wire; a test can stand in for the core.
type Link interface {
	// Ask wishes, and returns when that was done or refused.
	Ask(ctx context.Context, w Wish) (Answer, error)
	// Prompts turns prompts into sound.
	host.Prompts
	// Mailboxes are those to which calls are sent.
	host.Mailboxes
}

// Wish is something that an app wants of the core.
type Wish struct {
	Kind  WishKind
	To    string            // Dial, To: a destination, as the configuration writes it, or a number
	Ring  time.Duration     // Dial: 0 for the destination's own
	Name  string            // Set
	Value string            // Set
	Cause string            // Hangup
	Found map[string]string // Next
}

// WishKind says what is wished.
type WishKind int

// The wishes, which the methods of [Call] of the same names make.
const (
	WishAnswer WishKind = iota + 1
	WishEarly
	WishDial
	WishTo
	WishSet
	WishHangup
	WishNext
	// WishStop gives up a Dial, which is answered then. It has no answer.
	WishStop
)

// String is the wish's name, for logs.
func (k WishKind) String() string {
	names := [...]string{"?", "answer", "early", "dial", "to", "set", "hangup", "next", "stop"}
	if k < 0 || int(k) >= len(names) {
		k = 0
	}
	return names[k]
}

// Answer is what came of a [Wish].
type Answer struct {
	Refused string        // why it was not done, "" if it was
	Cause   string        // Dial: how it ended
	Talked  time.Duration // Dial: 0 if nobody answered
	Step    []byte        // Next: a JSON object
}

// Dialled is what came of a [Call.Dial].
type Dialled struct {
	// Cause is "normal" if it was answered, else why not: "busy", "no_answer",
	// "unavailable", …
	Cause string
	// Talked is how long they talked, 0 if nobody answered.
	Talked time.Duration
}

// Decode fills v, as package json does, from [Facts].Config.
func (c *Call) Decode(v any) error {
	if len(c.Config) == 0 {
		return nil
	}
	if err := json.Unmarshal(c.Config, v); err != nil {
		return fmt.Errorf("the configuration of %s: %w", c.At, err)
	}
	return nil
}

// Answer answers the caller, if nobody has.
func (c *Call) Answer(ctx context.Context) error {
	if c.answered.Load() {
		return nil
	}
	_, err := c.ask(ctx, Wish{Kind: WishAnswer})
	if err == nil {
		c.answered.Store(true)
		c.open.Store(true)
	}
	return err
}

// Early lets a caller hear the app without being answered, from now on until
// [Call.Answer]. Not every phone and network passes that on.
func (c *Call) Early(ctx context.Context) error {
	if c.open.Load() {
		return nil
	}
	_, err := c.ask(ctx, Wish{Kind: WishEarly})
	if err == nil {
		c.open.Store(true)
	}
	return err
}

// Dial calls a destination, written as in the configuration ("group.office"),
// for the caller, who hears it ring. It can be a number, if the caller is an
// extension: then the call goes where the extension's own would, if it may dial
// that. While they talk the app is not in the call.
// It returns once the callee has hung up or nobody answered; ring is for how long
// it may ring, 0 for as long as the destination says. When ctx ends it gives up.
func (c *Call) Dial(ctx context.Context, destination string, ring time.Duration) (Dialled, error) {
	a, err := c.ask(ctx, Wish{Kind: WishDial, To: destination, Ring: ring})
	if a.Talked > 0 {
		c.answered.Store(true)
		c.open.Store(true)
	}
	return Dialled{Cause: a.Cause, Talked: a.Talked}, err
}

// To sends the call on to a destination, for good: it is the last that the app
// does. An error says that there is no such destination.
func (c *Call) To(ctx context.Context, destination string) error {
	_, err := c.ask(ctx, Wish{Kind: WishTo, To: destination})
	return err
}

// Set gives the call a header, whose name begins with "X-": the routes see it
// as call.headers, and the phones that are rung from now on as a header of SIP.
func (c *Call) Set(ctx context.Context, name, value string) error {
	_, err := c.ask(ctx, Wish{Kind: WishSet, Name: name, Value: value})
	return err
}

// Hangup ends the call with a cause of the dialplan ("normal", "busy", …): the
// caller's phone gets it as a status if the call was not answered. It is the
// last that the app does.
func (c *Call) Hangup(ctx context.Context, cause string) error {
	_, err := c.ask(ctx, Wish{Kind: WishHangup, Cause: cause})
	return err
}

// Next tells what came of a step, by names, and returns the next one, a JSON
// object. It is for apps that do the steps of what the core leads, as the
// bundled one does those of menus and flows: [Facts].Config is the first step.
// For others there is none, and it fails.
func (c *Call) Next(ctx context.Context, found map[string]string) ([]byte, error) {
	a, err := c.ask(ctx, Wish{Kind: WishNext, Found: found})
	return a.Step, err
}

func (c *Call) ask(ctx context.Context, w Wish) (Answer, error) {
	if err := c.port.over(); err != nil {
		return Answer{}, err
	}
	a, err := c.link.Ask(ctx, w)
	switch {
	case c.port.over() != nil:
		return Answer{}, c.port.over()
	case err != nil:
		return Answer{}, err
	case a.Refused != "":
		return Answer{}, fmt.Errorf("%s %s: %w: %s", w.Kind, w.To, ErrRefused, a.Refused)
	}
	return a, nil
}
