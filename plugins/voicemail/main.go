// Command voicemail is the bundled app that takes messages, and lets their owners
// hear them.
package main

import (
	"github.com/plugboard/plugboard/plugins/voicemail/answering"
	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
)

// version is set by the linker.
var version = "0.0.0-dev"

func main() {
	sdk.Serve(sdk.Plugin{Name: "voicemail", Version: version, App: app.Func(answering.Run)})
}
