// Command leg-webrtc is the plugin that carries the media of browsers; package webleg
// says how.
package main

import (
	"github.com/plugboard/plugboard/plugins/leg-webrtc/webleg"
	"github.com/plugboard/plugboard/sdk"
)

// version is set by the linker.
var version = "0.0.0-dev"

func main() { sdk.Serve(webleg.Plugin(version)) }
