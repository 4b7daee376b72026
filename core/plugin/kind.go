package plugin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/plugboard/plugboard/sdk"
	archiveremote "github.com/plugboard/plugboard/sdk/archive/remote"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/tts/remote"
)

// part is what one life of a plugin has of one of its kinds: who is in it, and
// what is asked of the plugin for them. It is made before the life begins, and
// run and vacate are called once each.
type part interface {
	// run does what the kind needs all the time (its stream of news, its
	// counters) until ctx ends. What shows that the plugin hangs or broke
	// condemns the instance.
	run(ctx context.Context)
	// vacate is told when the life has ended: whoever is in it waits for the
	// next one, or is lost.
	vacate(reason string)
}

// take gives this life its part of a kind. A kind that is not known here is a
// newer plugin's, and does no harm.
func (i *instance) take(kind string) {
	switch kind {
	case sdk.KindLeg:
		i.legs = newLegs(i)
		i.parts = append(i.parts, i.legs)
	case sdk.KindTool:
		i.tools = newTools(i)
		i.parts = append(i.parts, i.tools)
	case sdk.KindTTS:
		i.tts = remote.NewClient(i.process.Conn())
	case sdk.KindApp:
		i.apps = newApps(i)
		i.parts = append(i.parts, i.apps)
	}
}

// archiving is the part of a life that keeps what the plugin makes.
type archiving struct{ *instance }

// run implements [part].
func (i archiving) run(ctx context.Context) {
	err := archiveremote.Serve(ctx, i.process.Conn(), i.name, i.host.opt.Recordings, i.host.opt.Keeper)
	if ctx.Err() == nil {
		i.condemnSoon(ctx, fmt.Sprintf("the stream of what it has the core keep broke: %v", err))
	}
}

// vacate implements [part].
func (archiving) vacate(string) {}

// use finds the life in which something of the named plugin is opened, which
// lasts until [keeper.exit]; kind is what it has to be. A plugin that has just
// ended is waited for; one that is not up and will not be in a second is
// [leg.ErrGone].
func (h *Host) use(ctx context.Context, plugin, kind string) (*keeper, *instance, error) {
	k, err := h.enter(plugin)
	if err != nil {
		return nil, nil, err
	}
	i := k.await(ctx)
	switch {
	case i == nil:
		info := k.info()
		err = fmt.Errorf("plugin %s is %s (%s): %w", plugin, info.State, info.Reason, leg.ErrGone)
	case !slices.Contains(i.info.Kinds, kind):
		err = fmt.Errorf("plugin %s (%s %s) is %s, and %s is needed here: %w",
			plugin, i.info.Name, i.info.Version, kindsOf(i.info), kind, ErrKind)
	default:
		return k, i, nil
	}
	k.exit()
	return nil, nil, err
}

// kindsOf says what a plugin is, for people.
func kindsOf(info sdk.Info) string {
	if len(info.Kinds) == 0 {
		return "of no kind"
	}
	return "of kind " + strings.Join(info.Kinds, " and ")
}

// ErrKind is the failure to use a plugin as what it is not.
var ErrKind = errors.New("it cannot do that")
