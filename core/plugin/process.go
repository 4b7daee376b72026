package plugin

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/go-plugin/runner"
	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/bus"
)

// Processes is the [Launcher] for plugins that are processes of their own,
// by HashiCorp go-plugin. A process gets nothing of the core's environment,
// files or terminal: only what its [Spec] declares, the socket in a directory
// of its own (0700), and descriptor 3, its end of the media bus.
type Processes struct {
	Bundled string // directory of the plugins that come with Plugboard
	Runtime string // where socket directories are made; "": os.TempDir
	Lines   int    // of each plugin's media bus: how many legs it can have
}

// process is a plugin's process.
type process struct {
	client *plugin.Client
	conn   *grpc.ClientConn
	bus    *bus.Host
	child  *child
}

// Launch implements [Launcher].
func (l *Processes) Launch(ctx context.Context, s Spec, log hclog.Logger) (Process, error) {
	path, err := l.find(s)
	if err != nil {
		return nil, err
	}
	if dir := l.runtime(); len(dir) > longestRuntime {
		return nil, &Misfit{Text: fmt.Sprintf("the runtime directory %s is too long for the name of a Unix socket in it: "+
			"choose one of %d characters or less (TMPDIR)", dir, longestRuntime)}
	}
	files := make([]*os.File, 0, 2)
	defer func() {
		for _, f := range files {
			_ = f.Close() // the child has its own
		}
	}()
	host, guest, err := bus.NewShared(l.Lines)
	if err != nil {
		return nil, fmt.Errorf("media bus: %w", err)
	}
	files = append(files, guest)
	exe := path
	if s.SHA256 != "" {
		verified, err := verify(path, s.SHA256)
		if err != nil {
			return nil, errors.Join(err, host.Close())
		}
		files = append(files, verified)
		exe = fmt.Sprintf("/proc/self/fd/%d", 2+len(files))
	}
	p := &process{bus: host, child: newChild(s, exe, files, log.GetLevel())}
	p.client = plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: sdk.CookieKey, MagicCookieValue: sdk.CookieValue},
		VersionedPlugins: map[int]plugin.PluginSet{sdk.Protocol: {}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		RunnerFunc: func(_ hclog.Logger, cmd *exec.Cmd, dir string) (runner.Runner, error) {
			p.child.prepare(cmd.Env, dir)
			return p.child, nil
		},
		UnixSocketConfig: &plugin.UnixSocketConfig{TempDir: l.runtime()},
		SkipHostEnv:      true,
		StartTimeout:     startTimeout,
		Logger:           relay{log},
		Stderr:           &p.child.words,
		SyncStdout:       log.StandardWriter(&hclog.StandardLoggerOptions{ForceLevel: hclog.Info}),
		SyncStderr:       log.StandardWriter(&hclog.StandardLoggerOptions{ForceLevel: hclog.Warn}),
		GRPCDialOptions:  append(sdk.DialOptions(), grpc.WithContextDialer(p.child.dial)),
	})
	if err := p.connect(ctx); err != nil {
		now, cancel := context.WithCancel(ctx)
		cancel()
		p.Stop(now)
		return nil, p.child.explain(ctx, path, err)
	}
	return p, nil
}

// longestRuntime is what the longest name of a Unix socket (unix(7): 107
// characters) leaves when go-plugin has put its directory and file below.
const longestRuntime = 107 - len("/plugin-dir4294967295/plugin4294967295")

func (l *Processes) runtime() string {
	if l.Runtime == "" {
		return os.TempDir()
	}
	return l.Runtime
}

// connect starts the process and shakes hands. go-plugin takes no context:
// what is under way when ctx ends is cut short by killing the process.
func (p *process) connect(ctx context.Context) error {
	stop := context.AfterFunc(ctx, p.child.kill)
	defer stop()
	addr, err := p.client.Start()
	if err != nil {
		return err
	}
	if err := p.child.setAddr(addr); err != nil {
		return err
	}
	c, err := p.client.Client()
	if err != nil {
		return err
	}
	p.conn = c.(*plugin.GRPCClient).Conn // AllowedProtocols has no other
	return nil
}

func (p *process) Conn() *grpc.ClientConn           { return p.conn }
func (p *process) Bus() *bus.Host                   { return p.bus }
func (p *process) PID() int                         { return p.child.pid() }
func (p *process) Stopped() bool                    { return p.child.stopped() }
func (p *process) Starved(ctx context.Context) bool { return p.child.starved(ctx) }
func (p *process) Done() <-chan struct{}            { return p.child.done }
func (p *process) Cause() string                    { return p.child.cause() }

// Stop implements [Process]. A plugin ends when its bus does; go-plugin's own
// Shutdown call is not used, because it has no deadline.
func (p *process) Stop(ctx context.Context) {
	if ctx.Err() != nil && p.child.started() {
		// Not told before: it would take leave of parties that are to hear on.
		p.child.kill()
		<-p.child.done
	}
	_ = p.bus.Close() // the process is told, or gone already
	if p.child.started() {
		select {
		case <-p.child.done:
		case <-ctx.Done():
			p.child.kill()
			<-p.child.done
		}
	}
	if p.conn != nil {
		_ = p.conn.Close() // nobody is at its other end
	}
	p.client.Kill() // waits for what reads its output
	p.child.clean()
}

// relay is the logger that go-plugin gets. What the plugin says goes to the
// log; what go-plugin has to tell about itself is for tracing only.
type relay struct{ hclog.Logger }

func (r relay) Debug(msg string, args ...any) { r.Trace(msg, args...) }
func (r relay) Info(msg string, args ...any)  { r.Trace(msg, args...) }
func (r relay) Warn(msg string, args ...any)  { r.Trace(msg, args...) }
func (r relay) Error(msg string, args ...any) { r.Trace(msg, args...) }

// Named is how go-plugin makes the logger for the plugin's own lines.
func (r relay) Named(name string) hclog.Logger {
	if name == "stdio" {
		return r
	}
	return ordered(r)
}

// ordered logs the pairs of a line in the order of their names: go-plugin tells
// them in another one each time. It adds the time of a line that has none, which is
// left out.
type ordered struct{ hclog.Logger }

func (o ordered) Trace(msg string, args ...any) { o.Logger.Trace(msg, inOrder(args)...) }
func (o ordered) Debug(msg string, args ...any) { o.Logger.Debug(msg, inOrder(args)...) }
func (o ordered) Info(msg string, args ...any)  { o.Logger.Info(msg, inOrder(args)...) }
func (o ordered) Warn(msg string, args ...any)  { o.Logger.Warn(msg, inOrder(args)...) }
func (o ordered) Error(msg string, args ...any) { o.Logger.Error(msg, inOrder(args)...) }

func inOrder(args []any) []any {
	pairs := slices.SortedFunc(slices.Chunk(args, 2), func(a, b []any) int {
		return cmp.Compare(fmt.Sprint(a[0]), fmt.Sprint(b[0]))
	})
	none := time.Time{}.Format(hclog.TimeFormat)
	return slices.Concat(slices.DeleteFunc(pairs, func(p []any) bool {
		return p[0] == "timestamp" && p[len(p)-1] == none
	})...)
}

// words keeps the last of what a process wrote to standard error, and the
// line that a crash of the Go runtime began with. go-plugin writes it line by
// line.
type words struct {
	mu    sync.Mutex
	text  []byte
	crash string
}

// lastWords is how much of it is kept, in octets.
const lastWords = 2048

func (w *words) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, begin := range []string{"panic: ", "fatal error: ", "SIG"} {
		if w.crash == "" && bytes.HasPrefix(b, []byte(begin)) {
			w.crash = string(b[:min(len(b), lastWords)])
		}
	}
	w.text = append(w.text, b...)
	if over := len(w.text) - lastWords; over > 0 {
		w.text = append(w.text[:0], w.text[over:]...)
	}
	return len(b), nil
}

// String returns what is kept, without blank ends.
func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.TrimSpace(string(w.text))
}

// crashed returns the line that a crash began with, or "".
func (w *words) crashed() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.crash
}

// explain turns a failed start into words that say what was seen, where, and
// what to do.
func (c *child) explain(ctx context.Context, path string, err error) error {
	if c.startErr != nil {
		return unfit(path, c.startErr)
	}
	line, spoke := c.hello.line()
	switch {
	case spoke && c.theirs(line) != nil:
		return mismatch(path, c.theirs(line))
	case spoke && !strings.Contains(line, "|"):
		return &Misfit{Text: fmt.Sprintf("%s wrote %q to standard output where the handshake belongs: "+
			"is it a Plugboard plugin? It must not print before sdk.Serve", path, line)}
	case ctx.Err() != nil && !spoke:
		return fmt.Errorf("%s did not say hello within %v; is it a Plugboard plugin?", path, startTimeout)
	case !spoke:
		return fmt.Errorf("%s ended before it said hello (%s); is it a Plugboard plugin? Its last words: %q",
			path, c.cause(), c.words.String())
	}
	return fmt.Errorf("%s: %w", path, err)
}

// theirs returns the protocol version in a handshake line if it is not ours.
func (c *child) theirs(line string) []int {
	var core, version int
	if n, _ := fmt.Sscanf(line, "%d|%d|", &core, &version); n != 2 || version == sdk.Protocol {
		return nil
	}
	return []int{version}
}

// unfit is the failure to execute a file.
func unfit(path string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOEXEC):
		return &Misfit{Text: path + " is no program for this machine (exec format error): get the build for its system and processor"}
	case errors.Is(err, syscall.EACCES):
		return &Misfit{Text: fmt.Sprintf("%s cannot be executed (%v): make it executable (chmod +x), and check that its file system is not mounted noexec", path, err)}
	}
	return &Misfit{Text: fmt.Sprintf("%s cannot be executed: %v", path, err)}
}

// outputGrace is how long the output of a process that is gone is still read:
// something that it started may hold the pipe open.
const outputGrace = time.Second
