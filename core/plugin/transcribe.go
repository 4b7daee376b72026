package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/leg"
)

// Transcribe has a plugin of kind tool write down what is said in a recording, as
// [tool.Transcriber] does. A plugin that is not up and will not be in a second,
// and one that ends meanwhile, is [leg.ErrGone]. How long it may take is for the
// caller to say.
func (h *Host) Transcribe(ctx context.Context, plugin string, sound io.Reader) (string, error) {
	k, i, err := h.use(ctx, plugin, sdk.KindTool)
	if err != nil {
		return "", err
	}
	defer k.exit()
	bounded, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(i.condemned, cancel)()
	text, err := i.tools.client.Transcribe(bounded, sound)
	if err != nil && ctx.Err() == nil && (i.ended() || errors.Is(err, leg.ErrGone)) { // its connection may break first
		return "", fmt.Errorf("%w: plugin %s %w", leg.ErrGone, plugin, errEnded)
	}
	return text, err
}
