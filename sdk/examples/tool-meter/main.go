// Command tool-meter is a plugin that listens: it logs how loud each party of a call was.
package main

import (
	"context"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/tool"
)

func main() {
	sdk.Serve(sdk.Plugin{Name: "tool-meter", Version: "1.0.0", Tool: tool.Each(8000, meter)})
}

// meter is called once for each party, and ranges over what that party says.
func meter(ctx context.Context, s *tool.Source) error {
	var peak float32
	for f := range s.Frames() {
		for _, v := range f.Samples {
			peak = max(peak, v, -v)
		}
	}
	hclog.FromContext(ctx).Info("a party has left", "number", s.Speaker.Number, "peak", peak)
	return nil
}
