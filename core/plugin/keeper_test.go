package plugin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/leg"
)

// moody is a launcher whose plugins fail as often as it is told.
type moody struct {
	Memory
	mu     sync.Mutex
	fails  int   // so many launches more
	with   error // the failure
	starts []time.Time
}

func (m *moody) Launch(ctx context.Context, s Spec, log hclog.Logger) (Process, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.starts = append(m.starts, time.Now())
	if m.fails > 0 {
		m.fails--
		return nil, m.with
	}
	return m.Memory.Launch(ctx, s, log)
}

// gaps are the times between the starts.
func (m *moody) gaps() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []string
	for i := 1; i < len(m.starts); i++ {
		list = append(list, m.starts[i].Sub(m.starts[i-1]).String())
	}
	return strings.Join(list, " ")
}

func newMoodyHost(m *moody, changed func(Info)) *Host {
	m.Memory = Memory{"loop": {Name: "loop", Version: "1.0.0", Leg: new(loop)}}
	return New(Options{
		Log: hclog.NewNullLogger(), Launch: m, Changed: changed,
		Ports: PortRange{20000, 20019}, Listen: new(sockets).listen,
	})
}

func TestBackOffDoublesAndTheBreakerOpens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &moody{fails: 11, with: errors.New("no luck")}
		var states []string
		h := newMoodyHost(m, func(i Info) {
			if s := string(i.State); len(states) == 0 || states[len(states)-1] != s {
				states = append(states, s)
			}
		})
		defer h.Close(t.Context())
		err := h.Start(t.Context(), []Spec{{Name: "loop"}})
		if err == nil || err.Error() != "plugin loop: no luck" {
			t.Errorf("Start: %v", err)
		}
		time.Sleep(time.Second)
		if err := h.Ready(); err == nil || err.Error() != "plugin loop is waiting: no luck" {
			t.Errorf("Ready: %v", err)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if got, want := m.gaps(), "100ms 200ms 400ms 800ms 1.6s 3.2s 6.4s 12.8s 25.6s 30s 30s"; got != want {
			t.Errorf("started again after %s\nwant                %s", got, want)
		}
		want := strings.Repeat("waiting starting ", 5) + strings.Repeat("failed starting ", 6) + "up"
		if got := strings.Join(states, " "); got != want {
			t.Errorf("states %s\nwant   %s", got, want)
		}
		if i := h.List()[0]; i.Restarts != 11 || h.Ready() != nil {
			t.Errorf("listed as %+v", i)
		}
	})
}

func TestBackOffAsConfigured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &moody{fails: 6, with: errors.New("no luck")}
		h := newMoodyHost(m, nil)
		defer h.Close(t.Context())
		if err := h.Start(t.Context(), []Spec{{Name: "loop", Delay: time.Second, MaxDelay: 3 * time.Second}}); err == nil {
			t.Error("started")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if got, want := m.gaps(), "1s 2s 3s 3s 3s 3s"; got != want {
			t.Errorf("started again after %s, want %s", got, want)
		}
	})
}

func TestAHealthyMinuteForgetsTheCrashes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := new(moody)
		h := newMoodyHost(m, nil)
		defer h.Close(t.Context())
		if err := h.Start(t.Context(), []Spec{{Name: "loop"}}); err != nil {
			t.Fatal(err)
		}
		for _, life := range []time.Duration{time.Second, time.Second, healthy, time.Second} {
			time.Sleep(life)
			if err := h.Kill("loop"); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			time.Sleep(time.Second) // less than the delays that follow
			synctest.Wait()
		}
		// After lives of 1, 2, 60.8 and 2 s it waited 0, 200, 0 (not 400) and
		// 200 ms.
		if got, want := m.gaps(), "1s 2.2s 1m0.8s 2.2s"; got != want {
			t.Errorf("started after %s, want %s", got, want)
		}
	})
}

func TestAMisfitIsTriedSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &moody{fails: 1, with: fmt.Errorf("wrapped: %w", &Misfit{Text: "no such file"})}
		h := newMoodyHost(m, nil)
		defer h.Close(t.Context())
		if err := h.Start(t.Context(), []Spec{{Name: "loop"}}); err == nil {
			t.Error("started")
		}
		time.Sleep(29 * time.Second)
		if i := h.List()[0]; i.State != Failed {
			t.Errorf("listed as %+v, want it failed", i)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if err := h.Ready(); err != nil {
			t.Errorf("the file is there now, and still %v", err)
		}
	})
}

func TestStartIsBoundedByItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Options{Log: hclog.NewNullLogger(), Launch: stuck{}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := h.Start(ctx, []Spec{{Name: "slow"}}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Start: %v", err)
		}
		h.Close(t.Context())
		if i := h.List()[0]; i.State != Stopped {
			t.Errorf("listed as %+v", i)
		}
	})
}

// stuck is a launcher that never gets anywhere.
type stuck struct{}

func (stuck) Launch(ctx context.Context, _ Spec, _ hclog.Logger) (Process, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestASlowCallIsAHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.Close(t.Context())
		var one, other news
		l, _, err := b.OpenLeg(t.Context(), "loop", params("a"), one.tell)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close(t.Context())
		bystander, _, err := b.OpenLeg(t.Context(), "loop", params("b"), other.tell)
		if err != nil {
			t.Fatal(err)
		}
		defer bystander.Close(t.Context())

		// The caller's own patience is not the plugin's fault.
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := l.Answer(short, []byte("wait"), leg.SendRecv); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Answer: %v", err)
		}
		if b.Ready() != nil {
			t.Error("a caller that gave up counts as a hang")
		}
		began := time.Now()
		_, err = l.Answer(t.Context(), []byte("wait"), leg.SendRecv)
		if took := time.Since(began); took != callTimeout || err == nil {
			t.Errorf("Answer: %v after %v", err, took)
		}
		synctest.Wait()
		for _, n := range []*news{&one, &other} {
			if e := n.last(); e.Kind != leg.Lost || !strings.Contains(e.Reason, "it hangs: no answer to Answer within 2s") {
				t.Errorf("told %+v", e)
			}
		}
	})
}

func TestAPanicCostsOneLeg(t *testing.T) {
	for _, where := range []string{"Answer", "Deliver"} {
		t.Run(where, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				defer b.Close(t.Context())
				var legs []*Leg
				var heard [3]news
				for i := range heard {
					l, _, err := b.OpenLeg(t.Context(), "loop", params(fmt.Sprint(i)), heard[i].tell)
					if err != nil {
						t.Fatal(err)
					}
					defer l.Close(t.Context())
					legs = append(legs, l)
				}
				if where == "Answer" {
					if _, err := legs[1].Answer(t.Context(), []byte("panic"), leg.SendRecv); !errors.Is(err, leg.ErrGone) {
						t.Errorf("Answer: %v, want leg.ErrGone", err)
					}
				} else {
					b.step(nil, legs...)
					legs[1].Line().Write(b.tick, unbearable)
					b.Ring(b.tick, time.Now())
					b.tick++
					time.Sleep(20 * time.Millisecond)
				}
				var said []float32
				for range 5 {
					said = b.step(bearable, legs...)
				}
				if said[0] != 0.25 || said[1] != 0 || said[2] != 0.25 {
					t.Errorf("the legs said %v, want 0.25, nothing, 0.25", said)
				}
				if e := heard[1].last(); e.Kind != leg.Lost || !strings.Contains(e.Reason, "panicked") {
					t.Errorf("the second was told %+v", e)
				}
				if heard[0].last().Kind != 0 || heard[2].last().Kind != 0 || b.Ready() != nil {
					t.Error("the others were told something")
				}
				if _, err := legs[1].Stats(t.Context()); err != leg.ErrGone {
					t.Errorf("Stats of the lost leg: %v", err)
				}
				if _, err := legs[0].Stats(t.Context()); err != nil {
					t.Errorf("Stats of its neighbour: %v", err)
				}
				if err := legs[1].Close(t.Context()); err != nil {
					t.Error(err)
				}
				if n := b.loop.count(); n != 2 {
					t.Errorf("%d legs are left in the plugin, want 2", n)
				}
				// Its id can be used again.
				if l, _, err := b.OpenLeg(t.Context(), "loop", params("1"), heard[1].tell); err != nil {
					t.Error(err)
				} else if err := l.Close(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
