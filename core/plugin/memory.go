package plugin

import (
	"context"
	"fmt"
	"net"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/bus"
)

// Memory is a [Launcher] that runs plugins inside this process, by the names
// of their specs: the same protocol, over connections and a bus in memory, so
// that whole calls run in virtual time (testing/synctest).
type Memory map[string]sdk.Plugin

// memoryLines is the number of legs of a plugin in memory.
const memoryLines = 64

// Launch implements [Launcher].
func (m Memory) Launch(_ context.Context, s Spec, log hclog.Logger) (Process, error) {
	p, ok := m[s.Name]
	if !ok {
		return nil, &Misfit{Text: fmt.Sprintf("plugin %q is not among those in memory", s.Name)}
	}
	host, guest := bus.NewMemory(memoryLines)
	l := bufconn.Listen(64 << 10)
	conn, err := grpc.NewClient("passthrough:///memory", append(dialOptions(),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }),
	)...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	run := &memoryProcess{conn: conn, host: host, cancel: cancel, done: make(chan struct{})}
	go func() { // ends by cancel; Stop waits for it
		defer close(run.done)
		run.err = sdk.ServeOn(ctx, l, guest, log, p)
	}()
	return run, nil
}

// memoryProcess is a plugin inside this process.
type memoryProcess struct {
	conn   *grpc.ClientConn
	host   *bus.Host
	cancel context.CancelFunc
	done   chan struct{}
	err    error // of ServeOn, once done
}

func (p *memoryProcess) Conn() *grpc.ClientConn { return p.conn }
func (p *memoryProcess) Bus() *bus.Host         { return p.host }
func (p *memoryProcess) PID() int               { return 0 }
func (p *memoryProcess) Stopped() bool          { return false }
func (p *memoryProcess) Done() <-chan struct{}  { return p.done }

func (p *memoryProcess) Cause() string {
	if p.err != nil {
		return p.err.Error()
	}
	return "it ended"
}

func (p *memoryProcess) Stop(context.Context) {
	p.cancel()
	<-p.done
	_ = p.conn.Close() // nothing is under way on it any more
	_ = p.host.Close() // in memory it cannot fail
}
