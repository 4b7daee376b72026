package plugin

import (
	"context"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk/bus"
)

// Spec says which plugin to run, and how: a plugin block of the
// configuration.
type Spec struct {
	Name   string            // of the block
	Path   string            // a bundled name, a name in Dir, or a file; "": Name
	Dir    string            // plugin_dir, "": none
	SHA256 string            // of the file, in hexadecimal; "": not checked
	Args   []string          // of the command line
	Env    map[string]string // the whole environment
	Config map[string]any    // for the plugin; as JSON has it
	// Delay is the first wait before a plugin that failed is started again,
	// MaxDelay the longest; 0: 100 ms, 30 s.
	Delay, MaxDelay time.Duration
}

// Launcher brings a plugin to life. [Processes] is the one that is used;
// [Memory] runs plugins inside a test.
type Launcher interface {
	// Launch starts the plugin and connects to it. It returns when the
	// plugin can be called, or when ctx ends. An error that no further try
	// will heal is a [*Misfit].
	Launch(ctx context.Context, s Spec, log hclog.Logger) (Process, error)
}

// Process is a plugin that runs.
type Process interface {
	Conn() *grpc.ClientConn
	Bus() *bus.Host
	// PID is the process id, 0 if it is no process of its own.
	PID() int
	// Stopped reports whether a signal has stopped the process (SIGSTOP).
	Stopped() bool
	// Starved reports whether the process would run, but the machine has no
	// processor for it. It takes a moment, unless ctx ends.
	Starved(ctx context.Context) bool
	// Done is closed when the process is gone.
	Done() <-chan struct{}
	// Cause tells how it ended, once Done is closed.
	Cause() string
	// Stop ends the process: kindly until ctx ends, then by force. It
	// returns when nothing of it is left but the bus's memory, which legs
	// may still look at.
	Stop(ctx context.Context)
}

// Misfit is a plugin that cannot run as it is: somebody has to change
// something first.
type Misfit struct {
	Text string // what was seen, where, and what to do
}

// Error implements error.
func (m *Misfit) Error() string { return m.Text }
