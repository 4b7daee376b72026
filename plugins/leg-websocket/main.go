// Command leg-websocket is the plugin that carries calls over WebSockets, for bots
// and bridges; package wsleg says how.
package main

import (
	"github.com/plugboard/plugboard/plugins/leg-websocket/wsleg"
	"github.com/plugboard/plugboard/sdk"
)

// version is set by the linker.
var version = "0.0.0-dev"

func main() {
	s := wsleg.New()
	sdk.Serve(sdk.Plugin{
		Name: "leg-websocket", Version: version, Station: s, Config: wsleg.Attributes(), Configure: s.Configure,
	})
}
