package plugin

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
)

// villain is an app that does what the call's headers say.
func villain(ctx context.Context, c *app.Call) error {
	switch c.Headers["x-does"] {
	case "panics":
		panic("a bug")
	case "fails":
		return errors.New("no idea")
	case "too much":
		return c.Set(ctx, "X-A", strings.Repeat("x", sdk.MaxMessage))
	case "floods":
		for {
			if err := c.Set(ctx, "X-A", "b"); err != nil {
				return err
			}
		}
	case "garbage": // in the shared memory
		s, err := c.Stream(ctx, 48000)
		for err == nil {
			err = s.Play(ctx, []int16{math.MaxInt16, math.MinInt16})
		}
		return err
	case "deaf": // whatever it is told
		time.Sleep(4 * time.Second)
	case "passes":
		return nil
	}
	<-ctx.Done()
	return app.ErrOver
}

var villains = sdk.Plugin{Name: "villain", Version: "1.0.0", App: app.Func(villain)}

// ward is what is told of one app.
type ward struct {
	mu     sync.Mutex
	wishes int
	ends   []error
	app    *App
	ready  chan struct{}
}

func (w *ward) wish(app.Wish) {
	<-w.ready
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wishes++
	w.app.Answer(app.Answer{})
}

func (w *ward) over(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends = append(w.ends, err)
}

func (w *ward) ended() (err error, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.ends) == 0 {
		return nil, false
	}
	return w.ends[0], true
}

// counts are how often it ended, and how many wishes it had.
func (w *ward) counts() (ends, wishes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.ends), w.wishes
}

func openApp(t *testing.T, h *Host, does string) *ward {
	t.Helper()
	w := &ward{ready: make(chan struct{})}
	var err error
	w.app, err = h.OpenApp(t.Context(), "villain", app.Facts{ID: "c", Leg: does, Headers: map[string]string{"x-does": does}}, w.wish, w.over)
	if err != nil {
		t.Fatal(err)
	}
	close(w.ready)
	return w
}

func TestAnAppEndsInEachWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Options{Log: hclog.NewNullLogger(), Launch: Memory{"villain": villains, "loop": {Name: "loop", Version: "1.0.0", Leg: new(loop)}}})
		defer h.Close(t.Context())
		if err := h.Start(t.Context(), []Spec{{Name: "villain"}, {Name: "loop"}}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ does, want string }{
			{"passes", ""}, {"panics", "the app panicked: a bug"}, {"fails", "no idea"},
			{"too much", "larger than max"}, {"stays", ""}, {"deaf", "the call is over"},
		} {
			w := openApp(t, h, c.does)
			if c.does == "stays" || c.does == "deaf" {
				time.Sleep(time.Second)
				w.app.Close("normal")
			}
			time.Sleep(5 * time.Second)
			err, _ := w.ended()
			ends, _ := w.counts()
			switch {
			case ends != 1:
				t.Errorf("%s: it ended %d times", c.does, ends)
			case c.want == "" && err != nil, c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%s: it ended with %v", c.does, err)
			}
			w.app.Close("normal") // twice is fine
		}
		flood := openApp(t, h, "floods")
		time.Sleep(10 * time.Second)
		if _, n := flood.counts(); n < 2000 || n > 2200 {
			t.Errorf("%d wishes in 10 s", n)
		}
		flood.app.Close("normal")
		time.Sleep(time.Second)
		if i := h.List()[0]; i.Kind != "app" || i.State != Up || i.Restarts != 0 {
			t.Errorf("listed as %+v", i)
		}
		if _, err := h.OpenApp(t.Context(), "loop", app.Facts{}, nil, nil); !errors.Is(err, ErrKind) {
			t.Errorf("a leg plugin as an app: %v", err)
		}
		w := openApp(t, h, "stays")
		if err := h.Kill("villain"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if err, ok := w.ended(); !ok || err == nil || !strings.Contains(err.Error(), "plugin villain ended: it was killed on request") {
			t.Errorf("killed: %v, %v", ok, err)
		}
		openApp(t, h, "passes") // in its next life
		time.Sleep(10 * time.Second)
		if i := h.List()[0]; i.Restarts != 1 || i.State != Up {
			t.Errorf("listed as %+v", i)
		}
	})
}

// Whatever becomes of an app's process, who has its call is told within a
// moment, and what it says meanwhile hurts nobody.
func TestAppsInAProcess(t *testing.T) {
	for name, c := range map[string]struct {
		signal syscall.Signal
		road   sdk.Road
		why    string
	}{
		"SIGKILL":           {syscall.SIGKILL, sdk.RoadBus, "plugin villain ended: signal: killed"},
		"SIGSTOP":           {syscall.SIGSTOP, sdk.RoadBus, "plugin villain ended: it hangs"},
		"SIGKILL over gRPC": {syscall.SIGKILL, sdk.RoadGRPC, "plugin villain ended: "},
		"SIGSTOP over gRPC": {syscall.SIGSTOP, sdk.RoadGRPC, "plugin villain ended: it hangs"},
	} {
		t.Run(name, func(t *testing.T) {
			h := realHost(t, new(safe))
			s := on(c.road, role(t, "villain", "app"))
			if err := start(t, h, s); err != nil {
				t.Fatal(err)
			}
			w := openApp(t, h, "garbage")
			heard := make(chan float32, 1)
			stop := clockWith(h, func(tick uint64) {
				var f audio.Frame
				if w.app.Line().Read(tick, &f) {
					select {
					case heard <- f[0]:
					default:
					}
				}
				w.app.Line().Write(tick, &f)
			})
			defer stop()
			if v := <-heard; v > 4 || v < -4 || v != v {
				t.Errorf("it said %v", v)
			}
			if err := syscall.Kill(h.List()[0].PID, c.signal); err != nil {
				t.Fatal(err)
			}
			until(t, "the end of the app", func() bool { _, ok := w.ended(); return ok })
			if err, _ := w.ended(); err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("it ended with %v", err)
			}
			until(t, "another life", func() bool { i := h.List()[0]; return i.State == Up && i.Restarts == 1 })
			again := openApp(t, h, "passes")
			until(t, "an app that passes", func() bool { err, ok := again.ended(); return ok && err == nil })
		})
	}
}

func TestNoAppInAPluginThatIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Options{Log: hclog.NewNullLogger(), Launch: Memory{}})
		defer h.Close(t.Context())
		_ = h.Start(t.Context(), []Spec{{Name: "villain"}})
		if _, err := h.OpenApp(t.Context(), "villain", app.Facts{}, nil, nil); !errors.Is(err, leg.ErrGone) {
			t.Errorf("opened: %v", err)
		}
	})
}
