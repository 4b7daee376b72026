// Command tts-command is the plugin that speaks by programs such as flite and
// espeak-ng; package command says how.
package main

import (
	"github.com/plugboard/plugboard/plugins/tts-command/command"
	"github.com/plugboard/plugboard/sdk"
)

// version is set by the linker.
var version = "0.0.0-dev"

func main() {
	e := command.New()
	sdk.Serve(sdk.Plugin{Name: "tts-command", Version: version, TTS: e, Config: command.Schema(), Configure: e.Configure})
}
