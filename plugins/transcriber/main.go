// Command transcriber is the plugin that writes down what is said in calls.
// Plugboard starts it; package transcribing is what it does. It starts itself
// again for each of its engines.
package main

import (
	"fmt"
	"os"

	"github.com/plugboard/plugboard/plugins/transcriber/transcribing"
	"github.com/plugboard/plugboard/sdk"
)

// version is set by the linker.
var version = "0.0.0-dev"

func main() {
	if len(os.Args) == 2 && os.Args[1] == transcribing.EngineArgument {
		if err := transcribing.ServeEngine(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	t := transcribing.New()
	sdk.Serve(sdk.Plugin{
		Name: "transcriber", Version: version, Tool: t, Run: t.Run,
		Config: transcribing.Attributes(), Configure: t.Configure,
	})
}
