package daemon

import (
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/sdk/tool"
)

// tools attaches tools of plugins to calls.
type tools struct{ d *Daemon }

// Attach implements [call.Tools].
func (t tools) Attach(name string, c tool.Call, tell func(call.ToolNews)) (call.Tool, error) {
	one, err := t.d.plugins.OpenTool(name, c, func(n plugin.ToolNews) {
		if what := toolWhat(n.Kind); what != 0 {
			tell(call.ToolNews{What: what, Text: n.Text, Frames: n.Frames, Missed: n.Missed})
			return
		}
		t.d.log.Warn("a tool has something to say", "call", c.ID, "tool", c.Tool, "plugin", name, "note", n.Text)
	})
	if err != nil {
		return nil, err
	}
	return onCall{one}, nil
}

// toolWhat says in the words of a call what a plugin's tool tells; 0 for what is
// for people only.
func toolWhat(k plugin.ToolNewsKind) call.ToolWhat {
	switch k {
	case plugin.ToolListens:
		return call.ToolListens
	case plugin.ToolChanged:
		return call.ToolDoes
	case plugin.ToolAway:
		return call.ToolAway
	case plugin.ToolLost:
		return call.ToolLost
	case plugin.ToolClosed:
		return call.ToolEnded
	}
	return 0
}

// onCall is a plugin's tool as a call has it.
type onCall struct{ *plugin.Tool }

// Source implements [call.Tool].
func (o onCall) Source(s tool.Speaker) call.ToolSource { return o.Tool.Source(s) }
