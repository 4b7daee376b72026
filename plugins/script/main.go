// Command script is a plugin of every kind that does what its configuration
// says, above all what a plugin should not: the double for every failure.
package main

import (
	"os"

	"github.com/plugboard/plugboard/plugins/script/double"
	"github.com/plugboard/plugboard/sdk"
)

// version is set by the linker.
var version = "0.0.0-dev"

// crashed is the exit status of a crash that was ordered.
const crashed = 70

func main() {
	sdk.Serve(double.New(version, func() { os.Exit(crashed) }))
}
