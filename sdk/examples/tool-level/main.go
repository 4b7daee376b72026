// Command tool-level is a tool: it writes into Plugboard's log how loud each
// party of a call is, once a second.
package main

import (
	"context"
	"math"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/tool"
)

func main() {
	sdk.Serve(sdk.Plugin{Name: "tool-level", Version: "0.1.0", Tool: tool.Each(8000, listen)})
}

func listen(ctx context.Context, s *tool.Source) error {
	log, energy := hclog.FromContext(ctx), 0.0
	for f := range s.Frames() {
		for _, x := range f.Samples {
			energy += float64(x * x)
		}
		if f.Tick%50 == 0 {
			log.Info("level", "of", s.Speaker.Number, "dBov", 10*math.Log10(energy/8000+1e-12), "missed", f.Missed)
			energy = 0
		}
	}
	return nil
}
