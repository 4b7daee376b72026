package jitter

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

const (
	ms   = time.Millisecond
	tick = 20 * ms
)

// arrival is one packet on its way.
type arrival struct {
	at time.Duration
	p  Packet
}

// player drives a buffer at the tick, as a leg does, and writes down what it
// was told to play.
type player struct {
	b      *Buffer
	clock  int
	now    time.Duration
	queued int // units in hand
	way    []arrival
	missed int // ticks that never were, up to now

	played            []int64 // sequence numbers
	lost, quiet, from int     // units; from: of packets, played from within
	recovered         int
	delays            []time.Duration // of each packet, from arrival to its first sound
	runs              []string
}

func newPlayer(clock int) *player {
	return &player{b: New(Config{Clock: clock, Guard: 2 * ms, Max: 200 * ms}), clock: clock}
}

// run lets time pass until the given end.
func (p *player) run(t *testing.T, end time.Duration) {
	t.Helper()
	slices.SortStableFunc(p.way, func(a, b arrival) int { return int(a.at - b.at) })
	frame := p.clock / 50
	arrived := map[int64]time.Duration{}
	for ; p.now < end; p.now += tick {
		p.b.Tick(1+p.missed, p.queued)
		p.missed = 0
		for len(p.way) > 0 && p.way[0].at <= p.now {
			a := p.way[0]
			p.way = p.way[1:]
			arrived[a.p.Sequence] = a.at
			p.b.Put(a.p, p.now-a.at)
		}
		for rounds := 0; p.queued < frame; rounds++ {
			if rounds > 200 {
				t.Fatal("the buffer goes round in circles")
			}
			s := p.b.Next(frame - p.queued)
			if s.Units < 0 || s.Kind != Play && s.Units == 0 {
				t.Fatalf("a step of nothing: %+v", s)
			}
			switch s.Kind {
			case Play:
				due := p.now + time.Duration(p.queued)*time.Second/time.Duration(p.clock)
				p.delays = append(p.delays, due-arrived[s.Packet.Sequence])
				p.played = append(p.played, s.Packet.Sequence)
				if string(s.Packet.Payload) != fmt.Sprint(s.Packet.Sequence) {
					t.Errorf("packet %d has the payload of %s", s.Packet.Sequence, s.Packet.Payload)
				}
				p.from += s.Units
				units := s.Packet.Duration - s.Units
				x := p.b.Excess() // as if all were faint
				if x = min(max(x, -units/2), units/2); x != 0 {
					p.b.Scaled(-x)
					units -= x
				}
				p.queued += units
			case Recover:
				p.recovered++
				p.lost += s.Units
				p.queued += s.Units
			case Lost:
				p.lost += s.Units
				p.queued += s.Units
			case Quiet:
				p.quiet += s.Units
				p.queued += s.Units
			}
			p.runs = append(p.runs, fmt.Sprintf("%d:%d", s.Kind, s.Units))
		}
		p.queued -= frame
	}
}

// send puts n packets of the given length on their way, from sequence and
// timestamp 1000 on; travel says how long each takes, negative: for ever.
func (p *player) send(n int, ptime time.Duration, travel func(i int) time.Duration) {
	units := int(ptime * time.Duration(p.clock) / time.Second)
	for i := range n {
		d := travel(i)
		if d < 0 {
			continue
		}
		seq := int64(1000 + i)
		p.way = append(p.way, arrival{time.Duration(i)*ptime + d, Packet{
			Sequence: seq, Timestamp: 1000 + int64(i*units), Duration: units, Payload: []byte(fmt.Sprint(seq)),
		}})
	}
}

// ordered says that packets were played in order and each once.
func (p *player) ordered(t *testing.T) {
	t.Helper()
	for i := 1; i < len(p.played); i++ {
		if p.played[i] <= p.played[i-1] {
			t.Fatalf("packet %d is played after %d", p.played[i], p.played[i-1])
		}
	}
}

func mean(d []time.Duration) time.Duration {
	var sum time.Duration
	for _, v := range d {
		sum += v
	}
	return sum / time.Duration(max(1, len(d)))
}

func TestCleanStreamOfEveryLength(t *testing.T) {
	for _, clock := range []int{8000, 16000, 48000} {
		for _, ptime := range []time.Duration{10 * ms, 20 * ms, 30 * ms, 40 * ms, 60 * ms} {
			for _, phase := range []time.Duration{0, 1 * ms, 7 * ms, 19 * ms} {
				p := newPlayer(clock)
				n := int(6 * time.Second / ptime)
				p.send(n, ptime, func(int) time.Duration { return 30*ms + phase })
				p.run(t, 6*time.Second)
				p.ordered(t)
				// The first packets may show that the next come just after the tick.
				if len(p.played) < n-7 || p.lost > clock/100 || p.from != 0 {
					t.Errorf("%d Hz, %v, phase %v: played %d of %d, %d units lost, %d cut off", clock, ptime, phase, len(p.played), n, p.lost, p.from)
				}
				if d := slices.Max(p.delays); d > tick+4*ms {
					t.Errorf("%d Hz, %v, phase %v: delays of up to %v", clock, ptime, phase, d)
				}
			}
		}
	}
}

func TestReorderedPacketsArePutRight(t *testing.T) {
	p := newPlayer(8000)
	p.send(100, 10*ms, func(i int) time.Duration { return []time.Duration{12 * ms, 1 * ms}[i%2] })
	p.run(t, time.Second)
	p.ordered(t)
	if len(p.played) < 97 || p.lost > 80 {
		t.Errorf("played %d of 100, %d units lost", len(p.played), p.lost)
	}
}

func TestLossIsConcealedForItsLength(t *testing.T) {
	for _, c := range []struct {
		name      string
		lost      []int
		recovered int
	}{{"one", []int{12}, 1}, {"three in a row", []int{12, 13, 14}, 1}, {"two apart", []int{11, 14}, 2}} {
		p := newPlayer(8000)
		p.send(60, 20*ms, func(i int) time.Duration {
			if slices.Contains(c.lost, i) {
				return -1
			}
			return 5 * ms // the next packet has not come when one is missed
		})
		p.run(t, time.Second)
		p.ordered(t)
		if want := len(c.lost) * 160; p.lost != want {
			t.Errorf("%s: %d units concealed, want %d", c.name, p.lost, want)
		}
		if s := p.b.Stats(); s.Concealed != time.Duration(len(c.lost))*tick || s.Late != 0 {
			t.Errorf("%s: %+v", c.name, s)
		}

		// With packets in hand the next one may tell of the missing one.
		p = newPlayer(8000)
		p.send(60, 20*ms, func(i int) time.Duration {
			if slices.Contains(c.lost, i) {
				return -1
			}
			if i < 10 {
				return 70 * ms // delay to begin with
			}
			return 5 * ms
		})
		p.run(t, time.Second)
		p.ordered(t)
		if p.recovered != c.recovered {
			t.Errorf("%s: %d recovered, want %d (%v)", c.name, p.recovered, c.recovered, p.runs)
		}
	}
}

// Where loss goes on and packets tell of the one before, one more is waited
// for: nearly all is recovered. When the loss is over, the delay is given back.
func TestDelayForRecovery(t *testing.T) {
	for _, able := range []bool{false, true} {
		p := newPlayer(48000)
		p.b.Configure(Config{Clock: 48000, Guard: 2 * ms, Max: 200 * ms, Recover: able})
		p.send(3000, 20*ms, func(i int) time.Duration {
			if i < 1000 && i%10 == 5 {
				return -1
			}
			return 5 * ms
		})
		p.run(t, time.Minute)
		p.ordered(t)
		if able != (p.recovered > 90) {
			t.Errorf("recovery %v: %d of 100 recovered", able, p.recovered)
		}
		if d := slices.Max(p.delays); d > 45*ms {
			t.Errorf("recovery %v: delays of up to %v", able, d)
		}
		if d := mean(p.delays[len(p.delays)-500:]); d > 24*ms {
			t.Errorf("recovery %v: when the loss is over, a delay of %v", able, d)
		}
	}
}

func TestDuplicates(t *testing.T) {
	p := newPlayer(8000)
	p.send(50, 20*ms, func(int) time.Duration { return 30 * ms })
	p.send(50, 20*ms, func(int) time.Duration { return 31 * ms })
	p.send(50, 20*ms, func(int) time.Duration { return 400 * ms })
	p.run(t, 1500*ms)
	p.ordered(t)
	if len(p.played) != 50 {
		t.Errorf("played %d of 50", len(p.played))
	}
}

// Jitter as on a home network: the delay grows to what it takes, then hardly
// anything is lost.
func TestDelayAdaptsToJitter(t *testing.T) {
	for _, c := range []struct {
		jitter  time.Duration
		mean    time.Duration
		conceal time.Duration // bound of what is made up in a minute
	}{{5 * ms, 24 * ms, 100 * ms}, {20 * ms, 40 * ms, 300 * ms}, {40 * ms, 70 * ms, 500 * ms}, {80 * ms, 120 * ms, 900 * ms}} {
		for seed := range uint64(5) {
			r := rand.New(rand.NewPCG(seed, 7))
			p := newPlayer(8000)
			p.send(3000, 20*ms, func(int) time.Duration { return 20*ms + time.Duration(r.Float64()*float64(c.jitter)) })
			p.run(t, time.Minute)
			p.ordered(t)
			s := p.b.Stats()
			t.Logf("jitter %v: mean delay %v, made up %v, late %d, at the end %v", c.jitter, mean(p.delays), s.Concealed, s.Late, s.Delay)
			if m := mean(p.delays); m > c.mean {
				t.Errorf("jitter %v: mean delay %v, want at most %v", c.jitter, m, c.mean)
			}
			if s.Concealed > c.conceal || s.Late > 30 {
				t.Errorf("jitter %v: %v made up, %d packets late", c.jitter, s.Concealed, s.Late)
			}
		}
	}
}

func TestDelayShrinksAgain(t *testing.T) {
	p := newPlayer(8000)
	p.send(3000, 20*ms, func(i int) time.Duration {
		if i > 100 && i < 200 {
			return 120*ms + time.Duration(i%3)*20*ms
		}
		return 10 * ms
	})
	p.run(t, time.Minute)
	p.ordered(t)
	if d := mean(p.delays[120:190]); d > 70*ms {
		t.Errorf("in the bad time the delay is %v", d)
	}
	if d := mean(p.delays[len(p.delays)-500:]); d > 25*ms {
		t.Errorf("long after it the delay is still %v", d)
	}
}

// A sender whose clock is off by 200 ppm is followed both ways.
func TestClockSkew(t *testing.T) {
	for _, ppm := range []int{-200, 200} {
		p := newPlayer(8000)
		p.send(15000, 20*ms, func(i int) time.Duration {
			return 50*ms + time.Duration(i)*20*ms*time.Duration(ppm)/1e6
		})
		p.run(t, 5*time.Minute)
		p.ordered(t)
		s := p.b.Stats()
		t.Logf("%d ppm: mean delay %v, made up %v, late %d", ppm, mean(p.delays), s.Concealed, s.Late)
		if d := slices.Max(p.delays); d > 60*ms || s.Late > 3 || s.Concealed > 150*ms {
			t.Errorf("%d ppm: delays up to %v, %d late, %v made up", ppm, d, s.Late, s.Concealed)
		}
	}
}

// A pause that the timestamps show (DTX) is silence, not loss.
func TestPauseIsNoLoss(t *testing.T) {
	p := newPlayer(8000)
	for i := range 100 {
		at := time.Duration(i) * tick
		ts := int64(i * 160)
		if i >= 50 {
			at, ts = at+3*time.Second, ts+3*8000
		}
		p.way = append(p.way, arrival{at + 5*ms, Packet{Sequence: int64(1000 + i), Timestamp: 5000 + ts, Duration: 160, Payload: []byte(fmt.Sprint(1000 + i))}})
	}
	p.run(t, 6*time.Second)
	p.ordered(t)
	if s := p.b.Stats(); len(p.played) != 100 || s.Concealed != 0 || s.Late != 0 {
		t.Errorf("played %d, %+v", len(p.played), s)
	}
	if d := slices.Max(p.delays); d > 24*ms {
		t.Errorf("delays of up to %v", d)
	}
}

// A network that stands still for a while: what comes late all at once is not
// added to the delay for ever.
func TestBurstAfterStandstill(t *testing.T) {
	for _, stand := range []time.Duration{100 * ms, 300 * ms, 600 * ms, 1500 * ms, 5 * time.Second} {
		p := newPlayer(8000)
		p.send(1500, 20*ms, func(i int) time.Duration {
			if at := time.Duration(i) * tick; at > time.Second && at < time.Second+stand {
				return time.Second + stand - at + 5*ms
			}
			return 5 * ms
		})
		p.run(t, 30*time.Second)
		p.ordered(t)
		if d := mean(p.delays[len(p.delays)-300:]); d > 30*ms {
			t.Errorf("stood still for %v: in the end the delay is %v", stand, d)
		}
		if d := slices.Max(p.delays); d > 250*ms {
			t.Errorf("stood still for %v: a delay of %v", stand, d)
		}
		if n := 1500 - int(stand/tick) - 20; len(p.played) < n {
			t.Errorf("stood still for %v: played %d, want at least %d", stand, len(p.played), n)
		}
	}
}

// A far side that begins its timestamps anew, sequence going on.
func TestTimestampJump(t *testing.T) {
	for _, jump := range []int64{1 << 30, -(1 << 30), 8000 * 10, -8000 * 10} {
		p := newPlayer(8000)
		for i := range 100 {
			ts := int64(1<<40 + i*160)
			if i >= 50 {
				ts += jump
			}
			p.way = append(p.way, arrival{time.Duration(i)*tick + 5*ms, Packet{Sequence: int64(1000 + i), Timestamp: ts, Duration: 160, Payload: []byte(fmt.Sprint(1000 + i))}})
		}
		p.run(t, 3*time.Second)
		p.ordered(t)
		if len(p.played) != 100 {
			t.Errorf("jump by %d: played %d of 100", jump, len(p.played))
		}
		if d := slices.Max(p.delays); d > 24*ms {
			t.Errorf("jump by %d: delays of up to %v", jump, d)
		}
	}
}

// Ticks that never were are passed over, with what was due at them.
func TestMissedTicksDoNotBecomeDelay(t *testing.T) {
	p := newPlayer(8000)
	p.send(200, 20*ms, func(int) time.Duration { return 5 * ms })
	p.run(t, time.Second)
	p.now += 5 * tick // the process slept
	p.missed = 5
	p.run(t, 3*time.Second)
	p.ordered(t)
	if s := p.b.Stats(); s.Late > 5 || s.Concealed > 0 || len(p.played) < 140 {
		t.Errorf("played %d, %+v", len(p.played), s)
	}
	if d := slices.Max(p.delays[60:]); d > 24*ms {
		t.Errorf("delays of up to %v", d)
	}
}

// Packets that are no sound (events, comfort noise) leave no hole.
func TestSilentPacketsLeaveNoHole(t *testing.T) {
	p := newPlayer(8000)
	seq := int64(1000)
	for i := range 100 {
		p.way = append(p.way, arrival{time.Duration(i)*tick + 5*ms, Packet{Sequence: seq, Timestamp: int64(5000 + i*160), Duration: 160, Payload: []byte(fmt.Sprint(seq))}})
		seq++
		if i%10 == 5 {
			p.way = append(p.way, arrival{time.Duration(i)*tick + 6*ms, Packet{Sequence: seq, Timestamp: int64(5000 + i*160)}})
			seq++
		}
	}
	p.run(t, 2*time.Second)
	p.ordered(t)
	if s := p.b.Stats(); len(p.played) < 99 || s.Concealed != 0 || s.Late != 0 {
		t.Errorf("played %d, %+v", len(p.played), s)
	}
}

func TestLengthChangesInTheStream(t *testing.T) {
	p := newPlayer(8000)
	at, ts := 5*ms, int64(1000)
	for i := range 150 {
		d := []int{80, 160, 240, 320, 480}[i/30]
		p.way = append(p.way, arrival{at + time.Duration(d)*time.Second/8000, Packet{Sequence: int64(1000 + i), Timestamp: ts, Duration: d, Payload: []byte(fmt.Sprint(1000 + i))}})
		at, ts = at+time.Duration(d)*time.Second/8000, ts+int64(d)
	}
	p.run(t, 4800*ms)
	p.ordered(t)
	// Each longer packet is waited for once more: 10 to 60 ms in four steps.
	if s := p.b.Stats(); len(p.played) < 149 || s.Concealed > 100*ms {
		t.Errorf("played %d, %+v", len(p.played), s)
	}
}

// Whatever comes, the buffer stays bounded, ends each question, and plays
// nothing twice.
func FuzzBuffer(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 1, 0, 2, 2, 20, 9, 9, 9})
	f.Fuzz(func(t *testing.T, b []byte) {
		buf := New(Config{Clock: 8000, Guard: 2 * ms, Max: 100 * ms})
		seq, ts := int64(1000), int64(1000)
		for ; len(b) >= 3; b = b[3:] {
			seq += int64(int8(b[0])) / 8
			ts += int64(int8(b[1])) * 40
			buf.Tick(1+int(b[0]&1), int(b[0]))
			buf.Put(Packet{Sequence: seq, Timestamp: ts, Duration: int(b[2]) * 4, Payload: b[:3]}, time.Duration(b[2])*ms)
			if buf.count < 0 || buf.count > Slots {
				t.Fatalf("%d packets", buf.count)
			}
			got := 0
			for rounds := 0; got < 160; rounds++ {
				if rounds > 400 {
					t.Fatal("no end")
				}
				s := buf.Next(160 - got)
				if s.Kind == Play {
					if s.Units < 0 || s.Units >= s.Packet.Duration {
						t.Fatalf("%+v of %+v", s, s.Packet)
					}
					got += s.Packet.Duration - s.Units
					continue
				}
				if s.Units <= 0 {
					t.Fatalf("%+v", s)
				}
				got += s.Units
			}
		}
	})
}

func TestNothingIsAllocated(t *testing.T) {
	b := New(Config{Clock: 8000, Guard: 2 * ms, Max: 200 * ms})
	payload := make([]byte, 480)
	i := int64(0)
	if n := testing.AllocsPerRun(1000, func() {
		b.Tick(1, 0)
		b.Put(Packet{Sequence: i, Timestamp: i * 160, Duration: 160, Payload: payload}, 0)
		b.Next(160)
		i++
	}); n != 0 {
		t.Errorf("%.0f allocations a packet", n)
	}
}

func BenchmarkPacket(b *testing.B) {
	buf := New(Config{Clock: 8000, Guard: 2 * ms, Max: 200 * ms})
	payload := make([]byte, 160)
	for i := int64(0); b.Loop(); i++ {
		buf.Tick(1, 0)
		buf.Put(Packet{Sequence: i, Timestamp: i * 160, Duration: 160, Payload: payload}, 0)
		buf.Next(160)
	}
}
