// Command leg-rtp is the plugin that carries the media of SIP phones and
// trunks; package rtpleg says how.
package main

import (
	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/leg/rtpleg"
)

// version is set by the linker.
var version = "0.0.0-dev"

func main() {
	sdk.Serve(sdk.Plugin{Name: "leg-rtp", Version: version, Leg: rtpleg.New()})
}
