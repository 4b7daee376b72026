package wire

import (
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
	"github.com/plugboard/plugboard/sdk/schema"
)

// Info is what a plugin tells of itself.
type Info struct {
	Name      string
	Version   string
	Kinds     []string // "leg", "tts"
	Protocols []int    // versions of the protocol that it can speak
	Config    []schema.Attribute
	Archives  bool   // it makes what the core keeps: it serves Archive
	Road      string // by which its audio goes: "bus" (also ""), "grpc"

	// Of a leg plugin: its legs have signalling of their own, and calls come in; it
	// reads and writes session descriptions, on sockets of its own.
	Dials, Accepts, Terminates, Binds bool
}

// ToHello returns the message that tells it.
func ToHello(i Info) *pb.HelloReply {
	m := &pb.HelloReply{
		Name: i.Name, Version: i.Version, Kinds: i.Kinds, Archives: i.Archives,
		Road: i.Road, Dials: i.Dials, Accepts: i.Accepts, Terminates: i.Terminates, Binds: i.Binds,
	}
	for _, v := range i.Protocols {
		m.Protocols = append(m.Protocols, int32(v))
	}
	for _, a := range i.Config {
		m.Config = append(m.Config, &pb.Attribute{Name: a.Name, Type: string(a.Type), Required: a.Required, Doc: a.Doc})
	}
	return m
}

// FromHello is the inverse of [ToHello].
func FromHello(m *pb.HelloReply) Info {
	i := Info{
		Name: m.GetName(), Version: m.GetVersion(), Kinds: m.GetKinds(), Archives: m.GetArchives(),
		Road: m.GetRoad(), Dials: m.GetDials(), Accepts: m.GetAccepts(), Terminates: m.GetTerminates(), Binds: m.GetBinds(),
	}
	for _, v := range m.GetProtocols() {
		i.Protocols = append(i.Protocols, int(v))
	}
	for _, a := range m.GetConfig() {
		i.Config = append(i.Config, schema.Attribute{
			Name: a.GetName(), Type: schema.Type(a.GetType()), Required: a.GetRequired(), Doc: a.GetDoc(),
		})
	}
	return i
}
