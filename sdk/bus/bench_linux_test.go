package bus

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/audio/alarm"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/resample"
)

const (
	benchRounds = 3  // of each kind, in turn, so that both meet the same machine
	benchWarm   = 10 // ticks
	benchTicks  = 45
)

// BenchmarkBus is what carrying sound to a plugin and back costs, in CPU-ms
// for each second of a leg, all processes together. Both kinds run in turn:
// "bus" is this package with a plugin process, "worker" is one goroutine
// inside the process that is handed the same frames. The legs copy only
// ("echo"), or resample to 8 kHz, encode as PCMU, and come back ("codec").
func BenchmarkBus(b *testing.B) {
	for _, c := range []struct {
		legs   int
		work   string
		target float64 // of bus/worker, at most; 0: none
	}{{200, "echo", 0}, {1000, "echo", 1.25}, {200, "codec", 1.1}} {
		b.Run(fmt.Sprintf("legs=%d/%s", c.legs, c.work), func(b *testing.B) {
			legs := c.legs
			h, lines, cmd := startGuest(b, c.work, legs)
			var phones []*phone
			if c.work == "codec" {
				phones = newPhones(legs)
			}
			w := newInside(legs, phones)
			defer w.close()
			k := &pacer{alarm: alarm.New(), in: make([]audio.Frame, legs), out: full(0.5)}
			defer k.alarm.Stop()
			shared := busLines{h, lines}
			child := func() time.Duration { return processCPU(b, cmd.Process.Pid) }
			none := func() time.Duration { return 0 }
			for range 10 { // until the process is up, and its memory mapped
				if _, _, missed := k.run(b, shared, none); missed == 0 {
					break
				}
			}
			b.ResetTimer()
			for range b.N {
				var bus, worker, plugin time.Duration
				var missed int
				for range benchRounds {
					core, guest, m := k.run(b, shared, child)
					bus, plugin, missed = bus+core+guest, plugin+guest, missed+m
					core, _, _ = k.run(b, w, none)
					worker += core
				}
				seconds := float64(legs) * benchRounds * benchTicks * audio.Tick.Seconds()
				ms := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 / seconds }
				b.ReportMetric(ms(bus), "bus-cpu-ms/leg-s")
				b.ReportMetric(ms(plugin), "plugin-cpu-ms/leg-s")
				b.ReportMetric(ms(worker), "worker-cpu-ms/leg-s")
				b.ReportMetric(float64(bus)/float64(worker), "bus/worker")
				if c.target > 0 {
					b.ReportMetric(c.target, "bus/worker-target")
				}
				b.ReportMetric(100*float64(missed)/float64(legs*benchRounds*benchTicks), "%missed")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// carrier is a way to hand frames to the legs and to have theirs.
type carrier interface {
	read(leg int, tick uint64, f *audio.Frame) bool
	write(leg int, tick uint64, f *audio.Frame)
	ring(tick uint64, at time.Time)
}

// pacer is the core's tick.
type pacer struct {
	alarm alarm.Alarm
	tick  uint64
	in    []audio.Frame // one for each leg, as a port of a room has
	out   *audio.Frame  // one for all, as a room's step has
}

// run does some ticks and returns the CPU that they took, here and there, and
// how many frames did not come.
func (k *pacer) run(b *testing.B, c carrier, child func() time.Duration) (here, there time.Duration, missed int) {
	at := time.Now()
	for i := range benchWarm + benchTicks {
		at = at.Add(audio.Tick)
		k.alarm.Wait(at)
		if i == benchWarm {
			here, there, missed = ownCPU(b), child(), 0
		}
		k.tick++
		for leg := range k.in {
			if !c.read(leg, k.tick, &k.in[leg]) {
				missed++
			}
		}
		for leg := range k.in {
			c.write(leg, k.tick, k.out)
		}
		c.ring(k.tick, at)
	}
	k.alarm.Wait(at.Add(audio.Tick))
	return ownCPU(b) - here, child() - there, missed
}

type busLines struct {
	host  *Host
	lines []*Line
}

func (l busLines) read(leg int, tick uint64, f *audio.Frame) bool { return l.lines[leg].Read(tick, f) }
func (l busLines) write(leg int, tick uint64, f *audio.Frame)     { l.lines[leg].Write(tick, f) }
func (l busLines) ring(tick uint64, at time.Time)                 { l.host.Ring(tick, at) }

// inside is one worker goroutine, rung by a channel, with as many frames each
// way as the bus has slots.
type inside struct {
	up, down [][slots]audio.Frame
	own      []audio.Frame
	ticks    chan uint64
	ended    chan struct{}
}

func newInside(legs int, phones []*phone) *inside {
	w := &inside{
		up: make([][slots]audio.Frame, legs), down: make([][slots]audio.Frame, legs), own: make([]audio.Frame, legs),
		ticks: make(chan uint64, 1), ended: make(chan struct{}),
	}
	go func() {
		defer close(w.ended)
		for tick := range w.ticks {
			for i := range w.own {
				w.own[i] = w.down[i][tick%slots]
				if phones != nil {
					phones[i].talk(&w.own[i])
				}
			}
			for i := range w.own {
				w.up[i][(tick+1)%slots] = w.own[i]
			}
		}
	}()
	return w
}

func (w *inside) read(leg int, tick uint64, f *audio.Frame) bool {
	*f = w.up[leg][tick%slots]
	return true
}
func (w *inside) write(leg int, tick uint64, f *audio.Frame) { w.down[leg][tick%slots] = *f }
func (w *inside) ring(tick uint64, _ time.Time)              { w.ticks <- tick }
func (w *inside) close()                                     { close(w.ticks); <-w.ended }

// phone is the work of a leg of PCMU without its packets.
type phone struct {
	down    *resample.Down
	up      *resample.Up
	enc     codec.Encoder
	dec     codec.Decoder
	low     [8 * codec.MaxDuration]float32
	payload []byte
}

func newPhones(n int) []*phone {
	phones := make([]*phone, n)
	for i := range phones {
		p := &phone{payload: make([]byte, 0, 160)}
		var errs [4]error
		p.down, errs[0] = resample.NewDown(audio.Rate, 8000)
		p.up, errs[1] = resample.NewUp(8000, audio.Rate)
		p.enc, errs[2] = codec.PCMU().NewEncoder("")
		p.dec, errs[3] = codec.PCMU().NewDecoder()
		if err := errors.Join(errs[:]...); err != nil {
			panic(err)
		}
		phones[i] = p
	}
	return phones
}

// talk makes of a frame what is left of it after the telephone.
func (p *phone) talk(f *audio.Frame) {
	n := p.down.Process(p.low[:], f[:])
	p.payload, _ = p.enc.Encode(p.payload[:0], p.low[:n])
	n, _ = p.dec.Decode(p.low[:], p.payload)
	p.up.Process(f[:], p.low[:n])
}

// BenchmarkMemory is one line's work for a tick, both ends, without the clock.
func BenchmarkMemory(b *testing.B) {
	h, g := NewMemory(1)
	defer h.Close()
	defer g.Close()
	l, err := h.Open()
	if err != nil {
		b.Fatal(err)
	}
	gl, err := g.Line(l.ID())
	if err != nil {
		b.Fatal(err)
	}
	f := full(0.5)
	tick := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		gl.Write(tick, f)
		l.Read(tick, f)
		l.Write(tick, f)
		gl.Read(tick, f)
		tick++
	}
}

// BenchmarkOpen is what a line costs a call.
func BenchmarkOpen(b *testing.B) {
	h, f, err := NewShared(1000)
	if err != nil {
		b.Fatal(err)
	}
	defer h.Close()
	defer f.Close()
	for b.Loop() {
		l, err := h.Open()
		if err != nil {
			b.Fatal(err)
		}
		l.Write(0, full(1))
		l.Close()
	}
}

func ownCPU(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// processCPU is the processor time of another process, as of
// clock_getcpuclockid(3).
func processCPU(b *testing.B, pid int) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|2), &t); err != nil {
		b.Fatal(err)
	}
	return time.Duration(t.Nano())
}
