package plugin

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
)

// crowded launches plugins on a machine that may have no processor for them.
type crowded struct {
	Memory
	full bool
}

func (c *crowded) Launch(ctx context.Context, s Spec, log hclog.Logger) (Process, error) {
	p, err := c.Memory.Launch(ctx, s, log)
	return starving{p, c}, err
}

type starving struct {
	Process
	on *crowded
}

// Starved implements [Process].
func (s starving) Starved(context.Context) bool { return s.on.full }

// A plugin that does not work on its ticks hangs, unless the machine does not let it;
// but it is not waited for for ever.
func TestAPluginWithoutAProcessorIsWaitedFor(t *testing.T) {
	for _, c := range []struct {
		name  string
		full  bool
		stops time.Duration
		ends  string // "": it does not
		after time.Duration
	}{
		{"it hangs", false, time.Minute, "it hangs: 51 ticks", time.Second},
		{"it is late", true, 5 * time.Second, "", 0},
		{"for ever", true, time.Minute, "it hangs: 500 ticks", patience},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				on, loop := &crowded{full: c.full}, new(loop)
				on.Memory = Memory{"loop": {Name: "loop", Version: "1.0.0", Leg: loop}}
				h := New(Options{Log: hclog.NewNullLogger(), Launch: on, Ports: PortRange{20000, 20019}, Listen: new(sockets).listen})
				defer h.Close(t.Context())
				if err := h.Start(t.Context(), []Spec{{Name: "loop"}}); err != nil {
					t.Fatal(err)
				}
				left, leave := context.WithCancel(t.Context())
				began := time.Now()
				loop.slow = func() {
					select {
					case <-left.Done():
					case <-time.After(time.Until(began.Add(c.stops))):
					}
				}
				var heard news
				l, _, err := h.OpenLeg(t.Context(), "loop", params("a"), heard.tell)
				if err != nil {
					t.Fatal(err)
				}
				stop := clockWith(h, func(tick uint64) { l.Line().Write(tick, new(audio.Frame)) })
				for range 15 * 50 {
					time.Sleep(audio.Tick)
					synctest.Wait()
					if i := h.List()[0]; heard.last().Kind == leg.Lost || i.Restarts > 0 {
						break
					}
					if h.Ready() != nil { // it ends, and can
						leave()
					}
				}
				took := time.Since(began)
				leave()
				stop()
				reason := heard.last().Reason
				switch {
				case c.ends == "":
					if reason != "" {
						t.Errorf("lost after %v: %s", took, reason)
					}
				case !strings.Contains(reason, c.ends) || took < c.after || took > c.after+time.Second:
					t.Errorf("lost after %v: %q, want %q after %v", took, reason, c.ends, c.after)
				}
			})
		})
	}
}

// Of many that share a processor each is starved; one that sleeps is not.
func TestStarved(t *testing.T) {
	run := func(script string) *child {
		cmd := exec.Command("/bin/sh", "-c", script)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
		return &child{cmd: cmd}
	}
	var one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &one); err != nil {
		t.Fatal(err)
	}
	for n := 0; one.Count() > 1; n++ {
		one.Clear(n)
	}
	var busy *child
	for range 4 {
		busy = run("while :; do :; done")
		if err := unix.SchedSetaffinity(busy.pid(), &one); err != nil {
			t.Fatal(err)
		}
	}
	if !busy.starved(t.Context()) {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", busy.pid()))
		t.Errorf("one of four on a processor is not starved: %s", b)
	}
	idle := run("sleep 60")
	for tries := 0; idle.starved(t.Context()); tries++ { // until it has begun to sleep
		if tries == 50 {
			t.Fatal("one that sleeps is starved")
		}
	}
	if state, ran := standing(fmt.Sprintf("/proc/%d/stat", os.Getpid())); state == 0 || ran < 0 {
		t.Errorf("the test itself is %q, and ran %v", state, ran)
	}
	if state, _ := standing("/proc/none/stat"); state != 0 {
		t.Errorf("what is not there is %q", state)
	}
}
