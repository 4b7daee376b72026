package sdk

import (
	"context"
	"net"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/experimental"
	"google.golang.org/grpc/test/bufconn"

	"github.com/plugboard/plugboard/sdk/bus"
)

// Local is a plugin that runs inside this process, seen from the core: the same
// protocol, over a connection and a bus in memory, so that tests run in virtual
// time (testing/synctest).
type Local struct {
	conn   *grpc.ClientConn
	host   *bus.Host
	cancel context.CancelFunc
	done   chan struct{}
	err    error // of ServeOn, once done
}

// Start runs a plugin inside this process, with a bus of so many lines, until
// [Local.Stop].
func Start(p Plugin, lines int, log hclog.Logger) (*Local, error) {
	l := bufconn.Listen(64 << 10)
	conn, err := grpc.NewClient("passthrough:///memory", append(DialOptions(),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }),
	)...)
	if err != nil {
		return nil, err
	}
	host, guest := bus.NewMemory(lines)
	ctx, cancel := context.WithCancel(context.Background())
	run := &Local{conn: conn, host: host, cancel: cancel, done: make(chan struct{})}
	go func() { // ends by cancel; Stop waits for it
		defer close(run.done)
		run.err = ServeOn(ctx, l, guest, log, p)
	}()
	return run, nil
}

// DialOptions are the bounds of a connection to a plugin, seen from the core.
func DialOptions() []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(MaxMessage), grpc.MaxCallSendMsgSize(MaxMessage)),
		grpc.WithStaticStreamWindowSize(1 << 20),
		grpc.WithStaticConnWindowSize(1 << 22),
		experimental.WithBufferPool(Buffers()),
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
	}
}

// Conn is the connection to the plugin.
func (l *Local) Conn() *grpc.ClientConn { return l.conn }

// Bus is the core's end of its media bus.
func (l *Local) Bus() *bus.Host { return l.host }

// PID is 0: it is no process of its own.
func (l *Local) PID() int { return 0 }

// Stopped is false: no signal stops it.
func (l *Local) Stopped() bool { return false }

// Starved is false: it has what the core has.
func (l *Local) Starved(context.Context) bool { return false }

// Done is closed when nothing of the plugin runs any more.
func (l *Local) Done() <-chan struct{} { return l.done }

// Cause tells how it ended, once Done is closed.
func (l *Local) Cause() string {
	if l.err != nil {
		return l.err.Error()
	}
	return "it ended"
}

// Stop ends the plugin and waits for its end.
func (l *Local) Stop(context.Context) {
	l.cancel()
	<-l.done
	_ = l.conn.Close() // nothing is under way on it any more
	_ = l.host.Close() // in memory it cannot fail
}
