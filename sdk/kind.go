package sdk

import (
	"context"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"

	appremote "github.com/plugboard/plugboard/sdk/app/remote"
	"github.com/plugboard/plugboard/sdk/bus"
	legremote "github.com/plugboard/plugboard/sdk/leg/remote"
	toolremote "github.com/plugboard/plugboard/sdk/tool/remote"
	ttsremote "github.com/plugboard/plugboard/sdk/tts/remote"
)

// The kinds of plugins, as a plugin says them to the core.
const (
	KindLeg  = "leg"
	KindTool = "tool"
	KindTTS  = "tts"
	KindApp  = "app"
)

// kind is one of the things that a plugin can be, served.
type kind struct {
	name   string
	server serves
}

// serves is a plugin's end of a kind. One that is also a [bus.Worker] is driven
// by the tick.
type serves interface {
	// Register makes r serve it, before the first call.
	Register(r grpc.ServiceRegistrar)
	// Close ends all that is open, and waits for it until ctx ends. The bus
	// has ended before.
	Close(ctx context.Context)
}

// kinds are those of a plugin: its fields that are set. A kind is added by a
// constant above, a field of [Plugin] and a line here.
func kinds(p Plugin, guest *bus.Guest, log hclog.Logger) (all []kind) {
	if p.Leg != nil || p.Station != nil {
		all = append(all, kind{KindLeg, legremote.NewServer(p.Leg, p.Station, guest, log)})
	}
	if p.Tool != nil {
		all = append(all, kind{KindTool, toolremote.NewServer(p.Tool, guest, log)})
	}
	if p.TTS != nil {
		all = append(all, kind{KindTTS, ttsremote.NewServer(p.TTS, log)})
	}
	if p.App != nil {
		all = append(all, kind{KindApp, appremote.NewServer(p.App, guest, log)})
	}
	return all
}

// workers are those of a plugin that is of several kinds, or of none with
// audio.
type workers []bus.Worker

// Deliver implements [bus.Worker].
func (all workers) Deliver(tick uint64) {
	for _, w := range all {
		w.Deliver(tick)
	}
}

// Gather implements [bus.Worker].
func (all workers) Gather(tick uint64) {
	for _, w := range all {
		w.Gather(tick)
	}
}
