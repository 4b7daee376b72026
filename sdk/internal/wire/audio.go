package wire

import (
	"time"

	"github.com/plugboard/plugboard/sdk/bus"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// ToHeard returns the message of what a plugin's lines hear.
func ToHeard(h bus.Heard) *pb.Heard {
	return &pb.Heard{Tick: h.Tick, Due: h.Due.UnixNano(), Missed: h.Missed, Sounds: toSounds(h.Sounds)}
}

// FromHeard is the inverse of [ToHeard].
func FromHeard(m *pb.Heard) bus.Heard {
	return bus.Heard{Tick: m.GetTick(), Due: time.Unix(0, m.GetDue()), Missed: m.GetMissed(), Sounds: fromSounds(m.GetSounds())}
}

// ToSaid returns the message of what they say.
func ToSaid(s bus.Said) *pb.Said {
	return &pb.Said{
		Answered: s.Answered, Latency: uint32(min(s.Latency.Microseconds(), 1<<32-1)),
		Tick: s.Tick, Sounds: toSounds(s.Sounds),
	}
}

// FromSaid is the inverse of [ToSaid].
func FromSaid(m *pb.Said) bus.Said {
	return bus.Said{
		Answered: m.GetAnswered(), Latency: time.Duration(m.GetLatency()) * time.Microsecond,
		Tick: m.GetTick(), Sounds: fromSounds(m.GetSounds()),
	}
}

func toSounds(list []bus.Sound) []*pb.Sound {
	if len(list) == 0 {
		return nil
	}
	all := make([]*pb.Sound, len(list))
	for i, s := range list {
		all[i] = &pb.Sound{Lines: s.Lines, Samples: s.Samples, Share: s.Share}
	}
	return all
}

func fromSounds(list []*pb.Sound) []bus.Sound {
	if len(list) == 0 {
		return nil
	}
	all := make([]bus.Sound, len(list))
	for i, m := range list {
		all[i] = bus.Sound{Lines: m.GetLines(), Samples: m.GetSamples(), Share: m.GetShare()}
	}
	return all
}
