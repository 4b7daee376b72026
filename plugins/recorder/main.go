// Command recorder is the plugin that records calls: each party on a channel of
// its own, and one with all of them. Plugboard starts it; package recording is
// what it does.
package main

import (
	"github.com/plugboard/plugboard/plugins/recorder/recording"
	"github.com/plugboard/plugboard/sdk"
)

// version is set by the linker.
var version = "0.0.0-dev"

func main() {
	r := recording.New()
	sdk.Serve(sdk.Plugin{
		Name: "recorder", Version: version, Tool: r, Run: r.Run,
		Config: recording.Attributes(), Configure: r.Configure,
	})
}
