package plugin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/tts"
)

// Speak has a plugin of kind tts speak a text, as [tts.Engine] does. A plugin
// that is not up and will not be in a second, and one that ends meanwhile, is
// [tts.ErrGone]. How long a text may take is for the caller to say.
func (h *Host) Speak(ctx context.Context, plugin string, r tts.Request, out tts.Out) error {
	return h.speaks(ctx, plugin, func(ctx context.Context, i *instance) error { return i.tts.Speak(ctx, r, out) })
}

// Voices lists the voices of a plugin of kind tts, if it knows them. Its errors
// are those of Speak.
func (h *Host) Voices(ctx context.Context, plugin string) (list []tts.Voice, err error) {
	err = h.speaks(ctx, plugin, func(ctx context.Context, i *instance) error {
		list, err = i.tts.Voices(ctx)
		return err
	})
	return list, err
}

// speaks does something by an engine, as long as its life lasts.
func (h *Host) speaks(ctx context.Context, plugin string, do func(context.Context, *instance) error) error {
	k, i, err := h.use(ctx, plugin, sdk.KindTTS)
	if errors.Is(err, leg.ErrGone) {
		return fmt.Errorf("%w: %w", tts.ErrGone, err)
	}
	if err != nil {
		return err
	}
	defer k.exit()
	bounded, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(i.condemned, cancel)()
	err = do(bounded, i)
	if err != nil && ctx.Err() == nil && (i.ended() || errors.Is(err, tts.ErrGone)) { // its connection may break first
		return fmt.Errorf("%w: plugin %s %w", tts.ErrGone, plugin, errEnded)
	}
	return err
}

var errEnded = errors.New("ended")

// Engines are the plugins of the configuration that are of kind tts, as far as
// they have come up once, and what each is: its name and version, which decide
// with the configuration how a text sounds.
func (h *Host) Engines() []Engine {
	var list []Engine
	for _, k := range h.all() {
		k.mu.Lock()
		state := k.state
		k.mu.Unlock()
		if slices.Contains(strings.Split(state.Kind, ","), sdk.KindTTS) {
			list = append(list, Engine{Plugin: k.spec.Name, Version: state.Version, Spec: k.spec})
		}
	}
	return list
}

// Engine is a plugin that speaks.
type Engine struct {
	Plugin  string // the name of its block
	Version string
	Spec    Spec
}
