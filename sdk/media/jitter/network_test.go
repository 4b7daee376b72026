package jitter

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// network is how a network treats packets.
type network struct {
	loss    float64 // of packets
	burst   float64 // mean length of a loss, packets; 0: each by itself
	jitter  time.Duration
	reorder float64 // of packets, that are overtaken by the next one or two
	seed    uint64
}

func (n network) travel() func(int) time.Duration {
	r := rand.New(rand.NewPCG(n.seed, 11))
	bad := false
	return func(int) time.Duration {
		if n.burst > 0 { // two states (Gilbert), that lose the given part in all
			leave := 1 / n.burst
			if enter := leave * n.loss / (1 - n.loss); bad {
				bad = r.Float64() >= leave
			} else {
				bad = r.Float64() < enter
			}
		} else {
			bad = r.Float64() < n.loss
		}
		d := 40*ms + time.Duration(r.Float64()*float64(n.jitter))
		if r.Float64() < n.reorder {
			d += 25*ms + time.Duration(r.IntN(20))*ms
		}
		if bad {
			return -1
		}
		return d
	}
}

func (n network) String() string {
	s := fmt.Sprintf("loss %2.0f %%", 100*n.loss)
	if n.burst > 0 {
		s += fmt.Sprintf(" in bursts of %.0f", n.burst)
	}
	s = fmt.Sprintf("%-24s jitter %2d ms", s, n.jitter/ms)
	if n.reorder > 0 {
		s += fmt.Sprintf(", %.0f %% overtaken", 100*n.reorder)
	}
	return s
}

// What networks of all kinds do to ten seconds of speech. wait is from a
// packet's arrival to its play, the mean; the tick alone makes that 10 ms.
// distance is that of bands in dB: 0 is as it was said, and what is
// unintelligible is beyond 10.
func TestNetworks(t *testing.T) {
	const seconds = 10
	var b strings.Builder
	fmt.Fprintf(&b, "%-60s %8s %5s %12s %12s %12s\n", "", "wait ms", "late", "concealed ms", "stretched ms", "distance dB")
	for _, c := range []string{"pcmu", "opus"} {
		rate := map[string]int{"pcmu": 8000, "opus": 48000}[c]
		said := babble(3, seconds, rate)
		payloads := encode(t, c, said)
		row := func(n network) {
			r := newRoom(t, c)
			r.send(payloads, 7*ms, 0, n.travel())
			sent := slices.Clone(r.way)
			r.run(seconds*time.Second, nil)
			s := r.Stats()
			fmt.Fprintf(&b, "%-5s %-54s %8.1f %5d %12d %12d %12.2f\n", c, n, r.meanWait(sent), s.Late, s.Concealed/ms, s.Stretched/ms, r.distance(said))
		}
		for _, loss := range []network{{}, {loss: 0.01}, {loss: 0.05}, {loss: 0.1}, {loss: 0.05, burst: 3}, {loss: 0.1, burst: 3}} {
			for _, jitter := range []time.Duration{0, 20 * ms, 40 * ms, 80 * ms} {
				if loss.burst > 0 && jitter != 0 && jitter != 40*ms {
					continue
				}
				n := loss
				n.jitter, n.seed = jitter, 5
				row(n)
			}
		}
		row(network{reorder: 0.02, seed: 6})
		row(network{reorder: 0.1, jitter: 20 * ms, seed: 6})
	}
	golden := filepath.Join("testdata", "networks.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !alike(string(want), b.String()) {
		t.Errorf("%s is not what comes out (-update writes it):\n%s", golden, b.String())
	}
}

// alike compares word by word; figures may differ a little, as libopus does
// between kinds of processors.
func alike(want, got string) bool {
	w, g := strings.Fields(want), strings.Fields(got)
	return slices.EqualFunc(w, g, func(w, g string) bool {
		x, err1 := strconv.ParseFloat(w, 64)
		y, err2 := strconv.ParseFloat(g, 64)
		return w == g || err1 == nil && err2 == nil && math.Abs(x-y) <= 0.1+0.05*x
	})
}

// meanWait is how long packets wait from arrival to their play, in ms, from
// the delay in force two ticks after.
func (r *room) meanWait(sent []arrival) float64 {
	var sum, n float64
	for _, a := range sent {
		k := int(a.at/tick) + 2
		if k >= len(r.delays) {
			continue
		}
		// The first tick, at 0, is at 20 ms of playing.
		due := float64(a.p.Timestamp+r.delays[k]-int64(r.clock/50)) / float64(r.clock) * 1000
		sum += due - float64(a.at)/1e6
		n++
	}
	return sum / max(1, n)
}
