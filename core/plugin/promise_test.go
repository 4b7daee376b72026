package plugin

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/audio"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
	"github.com/plugboard/plugboard/sdk/tool"
	"github.com/plugboard/plugboard/sdk/tts"
)

// scribble overwrites all memory that this process shares with the core, for ever:
// stamps, flags, numbers of lines, answers, samples.
func scribble() {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(maps)) {
		var from, to uintptr
		var access string
		if n, _ := fmt.Sscanf(line, "%x-%x %s", &from, &to, &access); n != 3 || access != "rw-s" || !strings.Contains(line, "memfd:") {
			continue
		}
		// A line's block is some pages: the first few hundred are those in use.
		memory := unsafe.Slice((*uint64)(unsafe.Add(nil, from)), min(to-from, 1<<22)/8)
		fmt.Fprintln(os.Stderr, "scribbling")
		for {
			for range 1 << 12 {
				memory[rand.IntN(len(memory))] = rand.Uint64()
			}
			// And what looks right: the stamps of a first use, in all places.
			at := rand.IntN(len(memory) / 2)
			for i := range 64 {
				memory[at+i] = 1<<48 | rand.Uint64N(1<<12)
			}
			time.Sleep(time.Millisecond)
		}
	}
	panic("there is no memory to scribble in")
}

// scribbler is a plugin of each kind that has lines, or none, and scribbles.
func scribbler() sdk.Plugin {
	return sdk.Plugin{
		Name: "scribbler", Version: "1.0.0", Tool: new(meter), App: app.Func(villain), TTS: wordless{},
		Configure: func(map[string]any) error { // it has the memory by then
			go scribble() // ends with the process
			return nil
		},
	}
}

// wordless is an engine that says garbage, more than anybody asked for.
type wordless struct{}

func (wordless) Speak(_ context.Context, _ tts.Request, out tts.Out) error {
	pcm := make([]float32, 4800)
	for i := range pcm {
		pcm[i] = float32(rand.NormFloat64()) * 1e30
	}
	for {
		if err := out(48000, pcm); err != nil {
			return err
		}
	}
}

// chatter is a tool that tells and logs without end.
type chatter struct{ meter }

func (c *chatter) Attach(ctx context.Context, call tool.Call, tell func(tool.Event)) (tool.Session, error) {
	log := hclog.FromContext(ctx)
	go func() { // ends with the process
		for n := 0; ; n++ {
			tell(tool.Event{Kind: tool.Note, Text: strings.Repeat("x", 1000)})
			log.Warn("so much to say", "n", n)
		}
	}()
	return c.meter.Attach(ctx, call, tell)
}

// giant serves a Hello of a gigabyte.
type giant struct {
	otherPlugin
	pb.UnimplementedPluginServer
}

func (g *giant) GRPCServer(_ *goplugin.GRPCBroker, s *grpc.Server) error {
	pb.RegisterPluginServer(s, g)
	return nil
}

func (*giant) Hello(context.Context, *pb.HelloRequest) (*pb.HelloReply, error) {
	return &pb.HelloReply{}, nil
}

// gigabytes makes a gigabyte of each Hello, of one megabyte of memory.
type gigabytes struct{ encoding.CodecV2 }

func (g gigabytes) Marshal(v any) (mem.BufferSlice, error) {
	if _, ok := v.(*pb.HelloReply); !ok {
		return g.CodecV2.Marshal(v)
	}
	all, one := make(mem.BufferSlice, 1<<10), mem.SliceBuffer(make([]byte, 1<<20))
	for i := range all {
		all[i] = one
	}
	return all, nil
}

func serveGiant() {
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig:  goplugin.HandshakeConfig{MagicCookieKey: sdk.CookieKey, MagicCookieValue: sdk.CookieValue},
		VersionedPlugins: map[int]goplugin.PluginSet{sdk.Protocol: {"x": &giant{}}},
		GRPCServer: func(opts []grpc.ServerOption) *grpc.Server {
			return grpc.NewServer(append(opts, grpc.MaxSendMsgSize(1<<31-1),
				grpc.ForceServerCodecV2(gigabytes{encoding.GetCodecV2("proto")}))...)
		},
	})
}

// beside has a good tool listen for a while beside another plugin that is up to no
// good, and fails the test unless it is well afterwards: it heard one frame after
// another, and nothing that nobody said.
func beside(t *testing.T, h *Host, bad func(tick uint64), meanwhile func()) {
	t.Helper()
	var good gossip
	g, err := h.OpenTool("good", tool.Call{Attachment: "good", Tool: "well", ID: "c"}, good.tell)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "it listens", func() bool { return good.has("listens") })
	s := g.Source(tool.Speaker{Leg: "a"})
	f := new(audio.Frame)
	for i := range f {
		f[i] = 0.5
	}
	var mu sync.Mutex
	ticks := 0
	stop := clockWith(h, func(tick uint64) {
		s.Hear(tick, f)
		bad(tick)
		mu.Lock()
		ticks++
		mu.Unlock()
	})
	meanwhile()
	until(t, "a second of ticks", func() bool { mu.Lock(); defer mu.Unlock(); return ticks > 50 })
	s.Leave()
	stop()
	g.Close()
	until(t, "its end", func() bool { return good.has("closed") })
	last := good.all[len(good.all)-1]
	if good.has("away") || last.Frames+last.Missed == 0 || last.Frames == 0 || !strings.Contains(strings.Join(good.words(), "\n"), "level 0.5") {
		t.Errorf("the good one was told %q, counted %+v", good.words(), last)
	}
}

// A plugin that overwrites the shared memory harms its own calls alone (promise 1):
// what the core reads of it is a frame within bounds, or none, and another plugin's
// frames are whole.
func TestAPluginThatScribblesInTheMemory(t *testing.T) {
	h := realHost(t, new(safe))
	if err := start(t, h, role(t, "good", "tool"), role(t, "villain", "scribbler")); err != nil {
		t.Fatal(err)
	}
	var told gossip
	bad, err := h.OpenTool("villain", tool.Call{Attachment: "bad", Tool: "well", ID: "c"}, told.tell)
	if err != nil {
		t.Fatal(err)
	}
	w := openApp(t, h, "stays")
	until(t, "it listens", func() bool { return told.has("listens") })
	source := bad.Source(tool.Speaker{Leg: "a"})
	f, in := audio.Frame{0: 0.25}, new(audio.Frame)
	beside(t, h, func(tick uint64) {
		source.Hear(tick, &f)
		if w.app.Line().Read(tick, in) {
			for _, v := range in {
				if !(v >= -4 && v <= 4) {
					t.Errorf("the app said %v", v)
					return
				}
			}
		}
		w.app.Line().Write(tick, &f)
	}, func() { time.Sleep(2 * time.Second) })

	// An engine's sound comes by gRPC, and ends when nobody listens.
	n := 0
	err = h.Speak(t.Context(), "villain", tts.Request{Text: "hello"}, func(_ int, pcm []float32) error {
		for _, v := range pcm {
			if !(v >= -4 && v <= 4) {
				t.Errorf("the engine said %v", v)
				break
			}
		}
		if n++; n > 10 {
			return context.Canceled
		}
		return nil
	})
	if n != 11 {
		t.Errorf("it spoke %d times, and ended with %v", n, err)
	}
	w.app.Close("normal")
	bad.Close()
}

// A plugin that talks and logs without end is heard as far as there is time for it:
// no other misses anything (promises 1 and 2).
func TestAPluginThatFloods(t *testing.T) {
	h := realHost(t, new(safe))
	h.opt.Log.SetLevel(hclog.Error) // what it says would fill the memory of the test
	if err := start(t, h, role(t, "good", "tool"), role(t, "bad", "chatter")); err != nil {
		t.Fatal(err)
	}
	var told gossip
	bad, err := h.OpenTool("bad", tool.Call{Attachment: "bad", Tool: "well", ID: "c"}, func(n ToolNews) {
		if n.Kind != ToolNote {
			told.tell(n)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	until(t, "it listens", func() bool { return told.has("listens") })
	beside(t, h, func(uint64) {}, func() { time.Sleep(2 * time.Second) })
	bad.Close()
}

// A message of a gigabyte is refused by its length, before anything of it is kept,
// and costs its plugin alone. The core sends none that are too large.
func TestAMessageOfAGigabyte(t *testing.T) {
	h := realHost(t, new(safe))
	err := start(t, h, role(t, "good", "tool"), role(t, "giant", "giant"))
	if err == nil || !strings.Contains(err.Error(), "larger than max (1073741824 vs. ") {
		t.Errorf("started: %v", err)
	}
	beside(t, h, func(uint64) {}, func() {
		var told gossip
		tl, err := h.OpenTool("good", tool.Call{Attachment: "1", Tool: "well", ID: "c"}, told.tell)
		if err != nil {
			t.Fatal(err)
		}
		until(t, "it listens", func() bool { return told.has("listens") })
		if err := tl.Control(t.Context(), strings.Repeat("x", 2*sdk.MaxMessage)); err == nil || !strings.Contains(err.Error(), "larger than max") {
			t.Errorf("sent: %v", err)
		}
		tl.Close()
		until(t, "it ends", func() bool { return told.has("closed") })
	})
}
