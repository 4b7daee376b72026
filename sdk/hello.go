package sdk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/plugboard/plugboard/sdk/internal/wire"
	"github.com/plugboard/plugboard/sdk/leg"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// Info is what a plugin tells of itself.
type Info = wire.Info

// Hello greets a plugin over its connection, as the core does first. plugin is
// the name of its block in the configuration.
func Hello(ctx context.Context, conn grpc.ClientConnInterface, coreVersion, plugin string) (Info, error) {
	m, err := pb.NewPluginClient(conn).Hello(ctx, &pb.HelloRequest{CoreVersion: coreVersion, Plugin: plugin})
	if err != nil {
		return Info{}, fmt.Errorf("hello: %w", err)
	}
	return wire.FromHello(m), nil
}

// ErrConfig is why a plugin does not take its config {} block.
var ErrConfig = errors.New("the plugin refuses its config")

// Configure hands a plugin its config {} block.
func Configure(ctx context.Context, conn grpc.ClientConnInterface, config map[string]any) error {
	b, err := json.Marshal(config)
	if err != nil {
		return fmt.Errorf("configure: %w", err)
	}
	_, err = pb.NewPluginClient(conn).Configure(ctx, &pb.ConfigureRequest{Config: b})
	if s, ok := status.FromError(err); ok && s.Code() == codes.InvalidArgument {
		return fmt.Errorf("%w: %s", ErrConfig, s.Message())
	}
	return err
}

// hello serves both.
type hello struct {
	pb.UnimplementedPluginServer
	*server
}

func registerHello(g *grpc.Server, s *server) { pb.RegisterPluginServer(g, hello{server: s}) }

// Hello implements the protocol.
func (h hello) Hello(_ context.Context, m *pb.HelloRequest) (*pb.HelloReply, error) {
	h.log.Debug("the core says hello", "core_version", m.GetCoreVersion(), "as", m.GetPlugin())
	i := Info{Name: h.p.Name, Version: h.p.Version, Protocols: []int{Protocol}, Config: h.p.Config, Archives: h.archive != nil, Road: string(h.p.Road)}
	i.Terminates, i.Dials = h.p.Leg != nil, h.p.Station != nil
	_, i.Accepts = h.p.Station.(leg.Acceptor)
	_, i.Binds = h.p.Leg.(leg.Binder)
	for _, k := range h.kinds {
		i.Kinds = append(i.Kinds, k.name)
	}
	return wire.ToHello(i), nil
}

// Configure implements the protocol.
func (h hello) Configure(_ context.Context, m *pb.ConfigureRequest) (_ *pb.ConfigureReply, err error) {
	var config map[string]any
	if err := json.Unmarshal(m.GetConfig(), &config); err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "config is no JSON object: %v", err)
	}
	if h.p.Configure == nil {
		return &pb.ConfigureReply{}, nil
	}
	defer func() {
		if r := recover(); r != nil {
			err = status.Errorf(codes.InvalidArgument, "the plugin panicked: %v", r)
		}
	}()
	if err := h.p.Configure(config); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return &pb.ConfigureReply{}, nil
}
