package suite

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/schema"
	"github.com/plugboard/plugboard/sdk/tool"
	"github.com/plugboard/plugboard/sdk/tts"
)

// engine, ears' tool and app of the tests are functions.
type (
	engine  func(context.Context, tts.Request, tts.Out) error
	engine2 struct{ engine }
	session struct {
		tool.Tool
		attach  func(tool.Call) error
		listen  func(*tool.Source) error
		close   func()
		control func(string) error
	}
)

func (e engine) Speak(ctx context.Context, r tts.Request, out tts.Out) error { return e(ctx, r, out) }

func (engine2) Voices(context.Context) ([]tts.Voice, error) {
	return []tts.Voice{{Name: "anna", Default: true}}, nil
}

func (s session) Rate() int { return 8000 }
func (s session) Attach(_ context.Context, c tool.Call, _ func(tool.Event)) (tool.Session, error) {
	if s.attach != nil {
		if err := s.attach(c); err != nil {
			return nil, err
		}
	}
	return s, nil
}
func (s session) Listen(_ context.Context, src *tool.Source) error {
	if s.listen != nil {
		return s.listen(src)
	}
	for range src.Frames() {
	}
	return nil
}
func (s session) Close(context.Context) error {
	if s.close != nil {
		s.close()
	}
	return nil
}
func (s session) Control(_ context.Context, verb string) error {
	if s.control != nil {
		return s.control(verb)
	}
	return errors.New("no")
}

// hum says so much for each letter, at the given level.
func hum(out tts.Out, text string, level float32) error {
	pcm := make([]float32, 800)
	for i := range pcm {
		pcm[i] = level
	}
	for range text {
		if err := out(8000, pcm); err != nil {
			return err
		}
	}
	return nil
}

func good(_ context.Context, r tts.Request, out tts.Out) error {
	if r.Voice != "" && r.Voice != "anna" {
		return tts.ErrVoice
	}
	return hum(out, r.Text, 0.2)
}

// reception is an app as it should be.
func reception(ctx context.Context, c *app.Call) error {
	if err := c.Say(ctx, "hello"); err != nil {
		return err
	}
	key, err := c.Digits(ctx, app.Digits{})
	if err != nil {
		return err
	}
	return c.To(ctx, "extension.desk"+key)
}

// writer finds something said in every recording.
type writer struct{ session }

func (writer) Transcribe(context.Context, io.Reader) (string, error) { return "hello", nil }

// deaf is a process that does not heed the end of its bus.
type deaf struct {
	*sdk.Local
	done chan struct{}
}

func (d deaf) Done() <-chan struct{} { return d.done }

// Each rule lets a good plugin pass, and names one that breaks it. A plugin that
// is made by the SDK cannot break tool/gone.
func TestRulesAreEnforced(t *testing.T) {
	fine := sdk.Plugin{Name: "p", Version: "1.0.0", TTS: engine2{good}, App: app.Func(reception), Tool: session{}}
	speaker := func(f engine) sdk.Plugin { return sdk.Plugin{Name: "p", Version: "1.0.0", TTS: f} }
	listener := func(s session) sdk.Plugin { return sdk.Plugin{Name: "p", Version: "1.0.0", Tool: s} }
	caller := func(f app.Func) sdk.Plugin { return sdk.Plugin{Name: "p", Version: "1.0.0", App: f} }

	var leaked atomic.Int32
	var busy, desk sync.Mutex
	var spoilt, parted atomic.Bool
	var visits atomic.Int32
	breaks := []struct {
		rule, says string
		plugin     sdk.Plugin
	}{
		{"plugin/hello", `its version is "one"`, sdk.Plugin{Name: "p", Version: "one", App: app.Func(reception)}},
		{"plugin/hello", "of no kind", sdk.Plugin{Name: "p", Version: "1.0.0"}},
		{"plugin/schema", "no sentence", sdk.Plugin{Name: "p", Config: []schema.Attribute{{Name: "x", Type: schema.String}}}},
		{"plugin/schema", "which there is not", sdk.Plugin{Name: "p", Config: []schema.Attribute{{Name: "x", Type: "text", Doc: "x"}}}},
		{"plugin/config", "no longer answers", sdk.Plugin{Name: "p", Configure: func(c map[string]any) error {
			if len(c) > 0 {
				time.Sleep(2 * limit)
			}
			return nil
		}}},
		{"plugin/ends", "still runs", fine},
		{"tts/speaks", "it is silence", speaker(func(_ context.Context, r tts.Request, out tts.Out) error { return hum(out, r.Text, 0) })},
		{"tts/speaks", "0 samples", speaker(func(context.Context, tts.Request, tts.Out) error { return nil })},
		{"tts/whole", "four of them", speaker(func(_ context.Context, _ tts.Request, out tts.Out) error { return hum(out, "always", 0.2) })},
		{"tts/stops", "no engine is free", speaker(func(_ context.Context, r tts.Request, out tts.Out) error {
			if leaked.Load() > 10 {
				return errors.New("no engine is free")
			}
			err := hum(out, r.Text, 0.2)
			if err != nil {
				leaked.Add(1)
			}
			return err
		})},
		{"tts/together", "busy", speaker(func(_ context.Context, r tts.Request, out tts.Out) error {
			if !busy.TryLock() {
				return errors.New("busy")
			}
			defer busy.Unlock()
			time.Sleep(time.Second)
			return hum(out, r.Text, 0.2)
		})},
		{"tts/odd", "after odd texts", speaker(func(_ context.Context, r tts.Request, out tts.Out) error {
			if spoilt.Load() || strings.HasPrefix(r.Text, "--") {
				spoilt.Store(true)
				return errors.New("unknown option")
			}
			return hum(out, r.Text, 0.2)
		})},
		{"tts/voices", "a voice that it does not have", sdk.Plugin{TTS: engine2{func(_ context.Context, r tts.Request, out tts.Out) error {
			return hum(out, r.Text, 0.2)
		}}}},
		{"tool/listens", "is not done", listener(session{listen: func(*tool.Source) error { time.Sleep(30 * time.Second); return nil }})},
		{"tool/listens", "gives the call up", listener(session{listen: func(s *tool.Source) error {
			for range s.Frames() {
				panic("I")
			}
			return nil
		}})},
		{"tool/nobody", "is not done", listener(session{close: func() { time.Sleep(30 * time.Second) }})},
		{"tool/leaves", "she again", listener(session{listen: func(s *tool.Source) error {
			if s.Speaker.Leg == "leg-b" && visits.Add(1) > 1 {
				return errors.New("she again")
			}
			for range s.Frames() {
			}
			return nil
		}})},
		{"tool/together", "after others ended", listener(session{close: func() { parted.Store(true) }, listen: func(s *tool.Source) error {
			if parted.Load() {
				return errors.New("all is closed")
			}
			return nil
		}})},
		{"tool/resumed", "refuses it", listener(session{attach: func(c tool.Call) error {
			if c.Resumed {
				return errors.New("that was another")
			}
			return nil
		}})},
		{"tool/wishes", "it takes the wish", listener(session{control: func(string) error { return nil }})},
		{"tool/recording", "in silence it finds", sdk.Plugin{Name: "p", Version: "1.0.0", Tool: writer{}}},
		{"app/hangup", "Run did not return", caller(func(context.Context, *app.Call) error { time.Sleep(10 * time.Second); return nil })},
		{"app/keys", "panicked", caller(func(ctx context.Context, c *app.Call) error {
			for {
				key, err := c.Digits(ctx, app.Digits{})
				if err != nil {
					return err
				}
				if strings.ContainsAny(key, "ABCD") {
					panic("that is no key")
				}
			}
		})},
		{"app/refused", "panicked", caller(func(ctx context.Context, c *app.Call) error { panic(c.Answer(ctx)) })},
		{"app/mute", "panicked", caller(func(ctx context.Context, c *app.Call) error { panic(c.Say(ctx, "hello")) })},
		{"app/together", "Run did not return", caller(func(ctx context.Context, c *app.Call) error {
			for !desk.TryLock() { // waiting for a lock is no waiting in virtual time
				time.Sleep(audio.Tick)
			}
			defer desk.Unlock()
			time.Sleep(2 * time.Second)
			return nil
		})},
	}
	all := Cases([]string{sdk.KindTool, sdk.KindTTS, sdk.KindApp})
	for _, c := range all {
		if !strings.HasSuffix(c.Rule, ".") {
			t.Errorf("%s: its rule is no sentence: %s", c.Name, c.Rule)
		}
		for _, road := range []sdk.Road{sdk.RoadBus, sdk.RoadGRPC} {
			fine := fine
			fine.Road = road
			synctest.Test(t, func(t *testing.T) {
				s := Suite{Launch: func(context.Context) (Process, error) { return sdk.Start(fine, 64, hclog.NewNullLogger()) }}
				if err := s.Try(t.Context(), c); err != nil {
					t.Errorf("%s over %s: of a good plugin it says: %v", c.Name, road, err)
				}
			})
		}
	}
	tried := map[string]bool{"tool/gone": true}
	for _, b := range breaks {
		tried[b.rule] = true
		i := slices.IndexFunc(all, func(c Case) bool { return c.Name == b.rule })
		if i < 0 {
			t.Fatalf("there is no rule %s", b.rule)
		}
		t.Run(b.rule+" "+b.says, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := Suite{Launch: func(context.Context) (Process, error) {
					p, err := sdk.Start(b.plugin, 64, hclog.NewNullLogger())
					if err == nil && b.rule == "plugin/ends" {
						return deaf{p, make(chan struct{})}, nil
					}
					return p, err
				}}
				if err := s.Try(t.Context(), all[i]); err == nil || !strings.Contains(err.Error(), b.says) {
					t.Errorf("it says %v, want %q", err, b.says)
				}
				time.Sleep(3 * limit) // what the plugin left behind ends
			})
		})
	}
	for _, c := range all {
		if !tried[c.Name] {
			t.Errorf("nothing breaks %s", c.Name)
		}
	}
}
