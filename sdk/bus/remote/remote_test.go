package remote

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// connect returns a connection to a server that serves what register says, in memory.
func connect(tb testing.TB, register func(*grpc.Server)) (conn *grpc.ClientConn, closed func()) {
	tb.Helper()
	l := bufconn.Listen(64 << 10)
	g := grpc.NewServer(grpc.WaitForHandlers(true))
	register(g)
	var served sync.WaitGroup
	served.Go(func() { _ = g.Serve(l) })
	conn, err := grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
	if err != nil {
		tb.Fatal(err)
	}
	return conn, func() {
		g.Stop()
		served.Wait()
		_ = conn.Close()
	}
}

// worker is a guest's, made of functions.
type worker struct{ deliver, gather func(tick uint64) }

func (w worker) Deliver(tick uint64) {
	if w.deliver != nil {
		w.deliver(tick)
	}
}

func (w worker) Gather(tick uint64) {
	if w.gather != nil {
		w.gather(tick)
	}
}

// road is a bus whose guest is at the other end of a connection.
type road struct {
	host  *bus.Host
	guest *bus.Guest
	tick  uint64
	ends  []func()
	err   error // of Carry, once closed
}

func lay(tb testing.TB, w bus.Worker) *road {
	r := new(road)
	var end *bus.GuestRoad
	r.guest, end = bus.NewRoad()
	conn, closed := connect(tb, func(g *grpc.Server) { NewServer(end).Register(g) })
	r.host, _ = bus.NewMemory(64)
	laid := r.host.Road()
	var all sync.WaitGroup
	all.Go(func() { r.err = Carry(context.Background(), conn, laid) })
	all.Go(func() { _ = r.guest.Run(context.Background(), w) })
	r.ends = []func(){func() { _ = r.host.Close() }, all.Wait, closed, func() { _ = r.guest.Close() }}
	return r
}

func (r *road) close() {
	for _, end := range r.ends {
		end()
	}
}

// ring passes n ticks, at which do happens first.
func (r *road) ring(n int, do func(tick uint64)) {
	for range n {
		r.tick++
		if do != nil {
			do(r.tick)
		}
		r.host.Ring(r.tick, time.Now())
		time.Sleep(audio.Tick)
	}
}

func full(v float32) *audio.Frame {
	f := new(audio.Frame)
	for i := range f {
		f[i] = v
	}
	return f
}

func TestFramesGoBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var line *bus.GuestLine
		var mu sync.Mutex
		heard := map[uint64]float32{}
		r := lay(t, worker{
			func(tick uint64) {
				var f audio.Frame
				mu.Lock()
				defer mu.Unlock()
				if there, loud := line.Fetch(tick, &f); there {
					heard[tick] = -1
					if loud {
						heard[tick] = f[0]
					}
				}
			},
			func(tick uint64) { line.Write(tick, full(float32(tick)/1000)) },
		})
		defer r.close()
		l, err := r.host.Open()
		if err != nil {
			t.Fatal(err)
		}
		if line, err = r.guest.Line(l.ID()); err != nil {
			t.Fatal(err)
		}
		var f audio.Frame
		r.ring(100, func(tick uint64) {
			if tick > 1 && (!l.Read(tick, &f) || f != *full(float32(tick) / 1000)) {
				t.Errorf("tick %d: the host read %v…", tick, f[:2])
			}
			switch tick % 3 {
			case 0:
				l.Write(tick, full(0.5))
			case 1:
				l.Write(tick, nil)
			}
		})
		mu.Lock()
		defer mu.Unlock()
		for tick := uint64(1); tick <= 100; tick++ {
			v, there := heard[tick]
			if want := []float32{0.5, -1, 0}[tick%3]; v != want || there != (tick%3 != 2) {
				t.Errorf("tick %d: the guest heard %v, %v", tick, v, there)
			}
		}
		if r.host.Answered() != 100 || r.host.Latency() == 0 {
			t.Errorf("answered %d, latency %v", r.host.Answered(), r.host.Latency())
		}
		if err := r.host.Pass(1, make([]bus.Socket, 1)); !errors.Is(err, bus.ErrNoSockets) {
			t.Errorf("a socket was passed: %v", err)
		}
	})
}

// What many hear goes over once, and they know that it is the same.
func TestSharedFramesGoOverOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, _ := bus.NewMemory(8)
		defer host.Close()
		laid := host.Road()
		var share audio.Share
		guest, end := bus.NewRoad()
		defer guest.Close()
		var lines []*bus.Line
		for range 3 {
			l, err := host.Open()
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, l)
		}
		for _, l := range lines {
			l.WriteShared(1, full(0.25), &share)
		}
		host.Ring(1, time.Now())
		h, err := laid.Next(t.Context())
		if err != nil || len(h.Sounds) != 1 || len(h.Sounds[0].Lines) != 3 || h.Sounds[0].Share == 0 {
			t.Fatalf("sent %+v, %v", h, err)
		}
		if err := end.Take(h); err != nil {
			t.Fatal(err)
		}
		var f audio.Frame
		for _, l := range lines {
			gl, err := guest.Line(l.ID())
			if err != nil {
				t.Fatal(err)
			}
			if !gl.Read(1, &f) || f != *full(0.25) || gl.Share(1) != h.Sounds[0].Share {
				t.Errorf("line %x heard %v…, share %d", l.ID(), f[:2], gl.Share(1))
			}
		}
	})
}

// A guest that is busy for 15 ticks finds the newest three, as in shared memory: the
// core queues nothing for it, and waits for nobody.
func TestASlowGuestLosesItsOwnFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var line *bus.GuestLine
		var heard []uint64
		slow := true
		r := lay(t, worker{deliver: func(tick uint64) {
			var f audio.Frame
			if line.Read(tick, &f) {
				heard = append(heard, tick)
			}
			if tick >= 10 && slow {
				slow = false
				time.Sleep(15*audio.Tick + audio.Tick/2)
			}
		}})
		l, err := r.host.Open()
		if err != nil {
			t.Fatal(err)
		}
		if line, err = r.guest.Line(l.ID()); err != nil {
			t.Fatal(err)
		}
		r.ring(50, func(tick uint64) { l.Write(tick, full(0.1)) })
		missed := r.guest.Stats().Missed
		r.close()
		// Tick 10 took until 25.5: what the window let through of it was 11 and 12,
		// and then came the newest three of the core's.
		if n := len(heard); n < 35 || n > 41 || heard[n-1] != 50 || missed < 9 {
			t.Errorf("heard %v, missed %d", heard, missed)
		}
		for i := 1; i < len(heard); i++ {
			if heard[i] <= heard[i-1] {
				t.Errorf("out of order or twice: %v", heard)
			}
		}
		if r.err != nil {
			t.Errorf("the road ended with %v", r.err)
		}
	})
}

// rude is a plugin that says what it likes, as answers to what it hears.
type rude struct {
	pb.UnimplementedAudioServer
	say func(*pb.Heard) *pb.Said
}

func (r rude) Carry(stream pb.Audio_CarryServer) error {
	for {
		h, err := stream.Recv()
		if err != nil {
			return nil
		}
		said := r.say(h)
		if said == nil {
			return nil
		}
		if err := stream.Send(said); err != nil {
			return err
		}
	}
}

// What a plugin says that makes no sense ends its road, with a word on why, and
// harms nobody.
func TestNonsenseEndsTheRoad(t *testing.T) {
	lines := make([]uint32, 70)
	for name, c := range map[string]struct {
		say  func(*pb.Heard) *pb.Said
		want string
	}{
		"a short frame": {func(h *pb.Heard) *pb.Said {
			return &pb.Said{Answered: h.Tick, Sounds: []*pb.Sound{{Lines: h.Sounds[0].Lines, Samples: make([]byte, 5)}}}
		}, "a frame of 5 octets"},
		"a long frame": {func(h *pb.Heard) *pb.Said {
			return &pb.Said{Answered: h.Tick, Sounds: []*pb.Sound{{Lines: h.Sounds[0].Lines, Samples: make([]byte, 1<<20)}}}
		}, "a frame of 1048576 octets"},
		"too many lines": {func(h *pb.Heard) *pb.Said { return &pb.Said{Answered: h.Tick, Sounds: []*pb.Sound{{Lines: lines}}} }, "frames of 70 lines"},
		"another tick":   {func(*pb.Heard) *pb.Said { return &pb.Said{Answered: 1 << 63} }, "which it was not asked"},
		"a huge message": {func(h *pb.Heard) *pb.Said {
			return &pb.Said{Answered: h.Tick, Sounds: []*pb.Sound{{Samples: make([]byte, 16<<20)}}}
		}, "larger than max"},
		"it ends":           {func(*pb.Heard) *pb.Said { return nil }, "ended the stream"},
		"it serves no such": {nil, "unknown service"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn, closed := connect(t, func(g *grpc.Server) {
					if c.say != nil {
						pb.RegisterAudioServer(g, rude{say: c.say})
					}
				})
				defer closed()
				host, _ := bus.NewMemory(64)
				defer host.Close()
				laid := host.Road()
				l, err := host.Open()
				if err != nil {
					t.Fatal(err)
				}
				l.Write(1, full(0.1))
				host.Ring(1, time.Now())
				if err := Carry(t.Context(), conn, laid); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("the road ended with %v, want %q", err, c.want)
				}
			})
		})
	}
}

// What is said for lines of others, of nobody, or of another time is passed over, and
// what is no number is cleaned.
func TestGarbageIsNotHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, _ := bus.NewMemory(8)
		defer host.Close()
		laid := host.Road()
		was, _ := host.Open()
		was.Close()
		l, err := host.Open()
		if err != nil {
			t.Fatal(err)
		}
		loud := make([]byte, bus.SoundSize)
		for i := range loud {
			loud[i] = 0xff // each sample is NaN
		}
		for tick := uint64(1); tick < 50; tick++ {
			host.Ring(tick, time.Now())
			if _, err := laid.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
			said := bus.Said{Answered: tick, Latency: -time.Hour, Tick: tick + 1, Sounds: []bus.Sound{
				{Lines: []uint32{0, was.ID(), 0xffffffff, l.ID() + 1<<16}, Samples: loud},
			}}
			if tick%2 == 0 {
				said.Sounds = append(said.Sounds, bus.Sound{Lines: []uint32{l.ID()}, Samples: loud})
			}
			if err := laid.Take(said); err != nil {
				t.Fatal(err)
			}
			var f audio.Frame
			if heard := l.Read(tick+1, &f); heard != (tick%2 == 0) || heard && f != (audio.Frame{}) {
				t.Fatalf("tick %d: heard %v, %v…", tick, heard, f[:2])
			}
		}
	})
}
