// Command ivr is the bundled app that speaks and listens for menus and flows.
package main

import (
	"github.com/plugboard/plugboard/plugins/ivr/steps"
	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
)

// version is set by the linker.
var version = "0.0.0-dev"

func main() {
	i := new(steps.IVR)
	sdk.Serve(sdk.Plugin{Name: "ivr", Version: version, App: app.Func(i.Serve), Run: i.Run})
}
