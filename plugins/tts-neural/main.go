// Command tts-neural is the plugin that speaks by neural models; package neural
// says how.
package main

import (
	"github.com/plugboard/plugboard/plugins/tts-neural/neural"
	"github.com/plugboard/plugboard/sdk"
)

// version is set by the linker.
var version = "0.0.0-dev"

func main() {
	e := neural.New()
	sdk.Serve(sdk.Plugin{Name: "tts-neural", Version: version, TTS: e, Config: neural.Schema(), Configure: e.Configure})
}
