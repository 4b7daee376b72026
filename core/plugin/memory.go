package plugin

import (
	"context"
	"fmt"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
)

// Memory is a [Launcher] that runs plugins inside this process, by the names
// of their specs, so that whole calls run in virtual time (testing/synctest).
type Memory map[string]sdk.Plugin

// memoryLines is the number of legs of a plugin in memory.
const memoryLines = 64

// Launch implements [Launcher].
func (m Memory) Launch(_ context.Context, s Spec, log hclog.Logger) (Process, error) {
	p, ok := m[s.Name]
	if !ok {
		return nil, &Misfit{Text: fmt.Sprintf("plugin %q is not among those in memory", s.Name)}
	}
	return sdk.Start(p, memoryLines, log)
}
