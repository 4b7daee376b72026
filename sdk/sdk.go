package sdk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/experimental"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/mem"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/archive"
	archiveremote "github.com/plugboard/plugboard/sdk/archive/remote"
	"github.com/plugboard/plugboard/sdk/bus"
	busremote "github.com/plugboard/plugboard/sdk/bus/remote"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/rawio"
	"github.com/plugboard/plugboard/sdk/schema"
	"github.com/plugboard/plugboard/sdk/tool"
	"github.com/plugboard/plugboard/sdk/tts"
)

// Protocol is the version of the protocol that this SDK speaks.
const Protocol = 1

// How the core makes itself known to a process that it starts. It is no
// secret and protects nothing: it tells a person who runs a plugin by hand
// that this is not how it is done.
const (
	CookieKey   = "PLUGBOARD_PLUGIN"
	CookieValue = "4c1a90d2-started-by-plugboard"
)

// LogKey is the variable of the environment in which the core tells a plugin
// the level from which on it wants to hear: "trace", "debug", "info", "warn",
// "error".
const LogKey = "PLUGBOARD_LOG"

// RoadKey is the variable of the environment that overrides [Plugin.Road], for
// trying a plugin out on another one.
const RoadKey = "PLUGBOARD_ROAD"

// Road is a way by which a plugin's audio goes.
type Road string

// The roads.
const (
	// RoadBus is the media bus, memory that the core and the plugin share. It is the
	// one that is taken if a plugin says nothing.
	RoadBus Road = "bus"
	// RoadGRPC is one gRPC stream for all audio of the process, for plugins that
	// cannot map memory. It costs several times as much, and no sockets can be
	// passed over it: a leg that terminates RTP needs the bus.
	RoadGRPC Road = "grpc"
)

// attach is a plugin's end of the road, as far as the core has laid it when the
// process begins. gone is closed with the core's end.
func (r Road) attach() (guest *bus.Guest, gone <-chan struct{}, err error) {
	switch r {
	case "", RoadBus:
		if guest, err = bus.Attach(busDescriptor); err != nil {
			return nil, nil, err
		}
		return guest, guest.Done(), nil
	case RoadGRPC:
		return nil, bus.Notice(busDescriptor), nil
	}
	return nil, nil, fmt.Errorf("there is no road %q for audio: there are %q and %q", r, RoadBus, RoadGRPC)
}

// busDescriptor is the file descriptor of a plugin's end of the media bus.
const busDescriptor = 3

// A frame makes no garbage, so what a leg needs is mostly what it keeps, and the
// usual 100 % of garbage would double that for little. With a few legs there is
// little in use, and collecting after each fifth of it would cost a fifth of a
// call's set-up: so ballast counts as in use. It is never written, and takes
// no memory but addresses. GOGC in the environment puts both out of force.
const (
	garbage = 20 // percent of what is in use, before it is collected
	ballast = 16 << 20
)

// MaxMessage bounds one message of the protocol, in octets, both ways.
const MaxMessage = 4 << 20

// closeTimeout bounds how long what a plugin serves may take to close when the
// core is gone.
const closeTimeout = time.Second

// Plugin is a plugin: its name, and what it can be. A field of a kind that is
// nil is a kind that it is not.
type Plugin struct {
	Name    string // as its binary: "leg-rtp"
	Version string // semantic, "1.2.3"

	// Config declares what the plugin's config {} block may hold. The core
	// checks the block against it before Configure sees it.
	Config []schema.Attribute
	// Configure takes the config {} block, once, before any call, or says what is
	// wrong with it. `plugboard validate` asks a process that no call comes to: so it
	// takes no port, and writes no file. Nil where there is no Config.
	Configure func(config map[string]any) error

	// Run is what a plugin that makes recordings does beside its calls: it is
	// called once, after Configure, and returns soon after ctx has ended.
	Run func(ctx context.Context, a archive.Archive)

	// Road is the way by which its audio goes, "": [RoadBus].
	Road Road

	// Leg terminates parties' media (kind "leg").
	Leg leg.Terminator
	// Station calls, and is called, by signalling of its own (kind "leg", too).
	Station leg.Station
	// Tool listens to calls (kind "tool").
	Tool tool.Tool
	// TTS speaks texts (kind "tts").
	TTS tts.Engine
	// App runs calls step by step (kind "app").
	App app.App
}

// Serve runs the plugin until the core ends it, and returns when it is to
// exit. It is the last thing a main function does.
func Serve(p Plugin) {
	if os.Getenv(CookieKey) != CookieValue {
		fmt.Fprintf(os.Stderr, `This is the Plugboard plugin %s %s, and only Plugboard can run it.
Put it into plugin_dir and name it in the configuration:

    plugin %q {
      path = %q
    }
`, p.Name, p.Version, p.Name, filepath.Base(os.Args[0]))
		os.Exit(1)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
		defer runtime.KeepAlive(make([]byte, ballast))
	}
	// The audio of legs is one goroutine's, with a processor that is added for it.
	// Beside it there are short answers alone: with as many processors as the
	// machine has, more time goes into threads that wake each other.
	if p.Leg != nil && os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS((runtime.GOMAXPROCS(0) + 1) / 2)
	}
	// The core decides when a plugin ends: it drains its calls first. They
	// are caught and not read, because an ignored signal would stay ignored
	// in programs that the plugin starts.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)

	log := hclog.New(&hclog.LoggerOptions{
		Level:      hclog.LevelFromString(os.Getenv(LogKey)),
		Output:     os.Stderr,
		JSONFormat: true,
	}).With("version", p.Version)
	hclog.SetDefault(log)

	if r := os.Getenv(RoadKey); r != "" {
		p.Road = Road(r)
	}
	guest, gone, err := p.Road.attach()
	if err != nil {
		log.Error("the core is not on file descriptor 3; was this process started by Plugboard?", "error", err)
		os.Exit(1)
	}
	s := newServer(p, guest, gone, log)
	served := make(chan struct{})
	go func() { // ends with the process: go-plugin's Serve has no way to be told
		defer close(served)
		plugin.Serve(&plugin.ServeConfig{
			HandshakeConfig:  plugin.HandshakeConfig{MagicCookieKey: CookieKey, MagicCookieValue: CookieValue},
			VersionedPlugins: map[int]plugin.PluginSet{Protocol: {p.Name: s}},
			GRPCServer: func(opts []grpc.ServerOption) *grpc.Server {
				return grpc.NewServer(append(append(opts, serverOptions()...), grpc.Creds(plain{insecure.NewCredentials()}))...)
			},
			Logger: hclog.New(&hclog.LoggerOptions{Level: hclog.Error, Output: os.Stderr, JSONFormat: true}),
		})
	}()

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ran := make(chan error, 1)
	go func() { ran <- s.ride(ctx) }()
	select {
	case <-served: // the core said so
		cancel()
		<-ran
	case err := <-ran:
		// The bus is at its end: the core has ended, or wants this process
		// to. There is no second core that could take its legs over, so it
		// does not wait for one.
		log.Debug("the core closed the media bus; this plugin ends", "reason", err)
	}
	s.close()
}

// ServeOn runs the plugin inside this process, on a listener and a bus in
// memory, until ctx ends or the bus does. Tests in virtual time use it. It
// returns when every goroutine has ended.
func ServeOn(ctx context.Context, l net.Listener, guest *bus.Guest, log hclog.Logger, p Plugin) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newServer(p, guest, guest.Done(), log.With("version", p.Version))
	g := grpc.NewServer(append(serverOptions(), grpc.WaitForHandlers(true))...)
	alive := health.NewServer()
	alive.SetServingStatus(plugin.GRPCServiceName, grpc_health_v1.HealthCheckResponse_SERVING)
	grpc_health_v1.RegisterHealthServer(g, alive)
	s.register(g)

	served := make(chan error, 1)
	go func() { served <- g.Serve(l) }()
	ran := s.ride(ctx)
	g.Stop()
	err := <-served
	s.close()
	err = errors.Join(err, guest.Close())
	if ctx.Err() != nil {
		return nil
	}
	return errors.Join(ran, err)
}

// serverOptions are the bounds of the plugin's gRPC server. Fixed windows keep
// gRPC from probing the bandwidth of a Unix socket with pings.
func serverOptions() []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.MaxRecvMsgSize(MaxMessage),
		grpc.MaxSendMsgSize(MaxMessage),
		grpc.StaticStreamWindowSize(1 << 20),
		grpc.StaticConnWindowSize(1 << 22),
		experimental.BufferPool(Buffers()),
	}
}

// Buffers is the room that messages of the protocol are put together in. gRPC's
// own takes 1 MB for each message above 32 KB, which is what the figures of some
// hundred legs are, and holds several.
func Buffers() mem.BufferPool {
	return mem.NewTieredBufferPool(256, 1<<10, 4<<10, 16<<10, 32<<10, 64<<10, 128<<10, 256<<10, 512<<10, 1<<20)
}

// plain are no credentials: the socket's directory is only the core's. What
// they are here for is that every connection passes through their hands.
type plain struct {
	credentials.TransportCredentials
}

// ServerHandshake implements [credentials.TransportCredentials].
func (p plain) ServerHandshake(c net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return p.TransportCredentials.ServerHandshake(rawio.Conn(c))
}

// server is one plugin, served.
type server struct {
	plugin.NetRPCUnsupportedPlugin
	p       Plugin
	log     hclog.Logger
	kinds   []kind
	archive *archiveremote.Server // nil: it makes nothing that is kept
	gone    <-chan struct{}       // closed with the core's end
	guest   *bus.Guest            // by which frames come
	road    *bus.GuestRoad        // nil: they come over the media bus
}

// newServer serves p, whose guest of the media bus is given, if it is on it.
func newServer(p Plugin, guest *bus.Guest, gone <-chan struct{}, log hclog.Logger) *server {
	s := &server{p: p, log: log, gone: gone, guest: guest}
	if p.Road == RoadGRPC {
		s.guest, s.road = bus.NewRoad()
	}
	s.kinds = kinds(p, s.guest, log)
	if p.Run != nil {
		s.archive = archiveremote.NewServer(func(ctx context.Context, a archive.Archive) { p.Run(hclog.WithContext(ctx, log), a) })
	}
	return s
}

// register serves the plugin's kinds on g.
func (s *server) register(g *grpc.Server) {
	registerHello(g, s)
	for _, k := range s.kinds {
		k.server.Register(g)
	}
	if s.archive != nil {
		s.archive.Register(g)
	}
	if s.road != nil {
		busremote.NewServer(s.road).Register(g)
	}
}

// ride works on ticks until ctx ends or the core is gone.
func (s *server) ride(ctx context.Context) error {
	if s.road != nil {
		over, cancel := context.WithCancel(ctx)
		var watch sync.WaitGroup
		watch.Go(func() {
			select {
			case <-s.gone:
				s.road.Close()
			case <-over.Done():
			}
		})
		defer watch.Wait()
		defer cancel()
	}
	return s.guest.Run(ctx, s.worker())
}

// worker is what the tick drives.
func (s *server) worker() bus.Worker {
	var all workers
	for _, k := range s.kinds {
		if w, ok := k.server.(bus.Worker); ok {
			all = append(all, w)
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

// close ends what the plugin serves; the bus has ended before.
func (s *server) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	var all sync.WaitGroup
	for _, k := range s.kinds {
		all.Go(func() { k.server.Close(ctx) })
	}
	all.Wait()
	if s.archive != nil {
		s.archive.Close(ctx)
	}
}

// GRPCServer implements go-plugin's GRPCPlugin.
func (s *server) GRPCServer(_ *plugin.GRPCBroker, g *grpc.Server) error {
	s.register(g)
	return nil
}

// GRPCClient implements go-plugin's GRPCPlugin; a plugin's process has no use
// for it.
func (s *server) GRPCClient(context.Context, *plugin.GRPCBroker, *grpc.ClientConn) (any, error) {
	return nil, errors.ErrUnsupported
}
