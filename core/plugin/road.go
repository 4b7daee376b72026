package plugin

import (
	"context"
	"fmt"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/bus/remote"
)

// road is the part of a life whose audio goes over gRPC. Its lines are those of the
// bus, as any other's: who writes and reads them knows of no road.
type road struct {
	*instance
	road *bus.HostRoad
}

// run implements [part].
func (i road) run(ctx context.Context) {
	if err := remote.Carry(ctx, i.process.Conn(), i.road); err != nil && ctx.Err() == nil {
		i.condemnSoon(ctx, err.Error())
	}
}

// vacate implements [part].
func (road) vacate(string) {}

// wayless is the refusal of a plugin whose audio goes by a road that there is not;
// nil if there is one.
func wayless(info sdk.Info) error {
	switch sdk.Road(info.Road) {
	case "", sdk.RoadBus, sdk.RoadGRPC:
		return nil
	}
	return &Misfit{Text: fmt.Sprintf("the plugin %s %s says that its audio goes by the road %q, this core knows %q and %q: "+
		"upgrade Plugboard, or get an older release of the plugin", info.Name, info.Version, info.Road, sdk.RoadBus, sdk.RoadGRPC)}
}
