package suite

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
)

// mime is a leg that says nothing, and takes every description.
type mime struct{ leg.Plain }

func (mime) Gather(uint64, *audio.Frame) bool                              { return false }
func (mime) Deliver(uint64, *audio.Frame)                                  {}
func (mime) Offer(context.Context, leg.Direction) ([]byte, error)          { return []byte("v"), nil }
func (mime) Accept(context.Context, []byte) error                          { return nil }
func (mime) Rollback(context.Context) error                                { return nil }
func (mime) Answer(context.Context, []byte, leg.Direction) ([]byte, error) { return []byte("v"), nil }

func (m mime) Open(context.Context, leg.Params, []bus.Socket, func(leg.Event)) (leg.Endpoint, []byte, error) {
	return m, []byte("v"), nil
}

// fellow is a leg with signalling of its own whose faults are functions.
type fellow struct {
	mime
	signal func(leg.Signal) error
	close  func()
	stats  func() error
}

func (f fellow) Signal(_ context.Context, s leg.Signal) error {
	if f.signal != nil {
		return f.signal(s)
	}
	return nil
}

func (f fellow) Close(context.Context) error {
	if f.close != nil {
		f.close()
	}
	return nil
}

func (f fellow) Stats(context.Context) (leg.Stats, error) {
	if f.stats != nil {
		return leg.Stats{}, f.stats()
	}
	return leg.Stats{}, nil
}

// at is a station where a leg answers.
func (f fellow) at() sdk.Plugin {
	return sdk.Plugin{Name: "p", Version: "1.0.0", Station: leg.DialFunc(func(_ context.Context, _ leg.Dial, tell func(leg.Event)) (leg.Party, error) {
		tell(leg.Event{Kind: leg.Answered})
		return f, nil
	})}
}

// As [TestRulesAreEnforced], of legs. A plugin that is made by the SDK says what it is
// able to; leg-rtp is the good one of session descriptions, in its own tests.
func TestLegRulesAreEnforced(t *testing.T) {
	described := sdk.Plugin{Name: "p", Version: "1.0.0", Leg: mime{}}
	var closed atomic.Bool
	breaks := []struct {
		rule, says string
		plugin     sdk.Plugin
	}{
		{"leg/garbage", "it answers", described},
		{"leg/talk", "nothing was heard", described},
		{"leg/rollback", "nothing was heard", described},
		{"leg/address", "neither answered nor ended", sdk.Plugin{Name: "p", Station: leg.DialFunc(func(context.Context, leg.Dial, func(leg.Event)) (leg.Party, error) {
			return mime{}, nil
		})}},
		{"leg/address", "told more", sdk.Plugin{Name: "p", Station: leg.DialFunc(func(_ context.Context, _ leg.Dial, tell func(leg.Event)) (leg.Party, error) {
			tell(leg.Event{Kind: leg.Ended})
			tell(leg.Event{Kind: leg.Ringing})
			return mime{}, nil
		})}},
		{"leg/signals", "it does not take that its leg is hung up", fellow{signal: func(s leg.Signal) error {
			if s.Kind == leg.SignalHangup {
				return errors.New("no")
			}
			return nil
		}}.at()},
		{"leg/closes", "Close took 3s", fellow{close: func() { time.Sleep(3 * time.Second) }}.at()},
		{"leg/together", "another was lost", fellow{close: func() { closed.Store(true) }, stats: func() error {
			if closed.Load() {
				return errors.New("all is closed")
			}
			return nil
		}}.at()},
	}
	tried := map[string]bool{"leg/able": true}
	all := slices.DeleteFunc(Cases([]string{sdk.KindLeg}), func(c Case) bool { return c.kind == "" })
	good := fellow{}.at()
	for _, c := range all {
		synctest.Test(t, func(t *testing.T) {
			s := Suite{Launch: func(context.Context) (Process, error) { return sdk.Start(good, 64, hclog.NewNullLogger()) }}
			var skip Skip
			if err := s.Try(t.Context(), c); err != nil && !errors.As(err, &skip) {
				t.Errorf("%s: of a good plugin it says: %v", c.Name, err)
			}
		})
	}
	for _, b := range breaks {
		tried[b.rule] = true
		i := slices.IndexFunc(all, func(c Case) bool { return c.Name == b.rule })
		t.Run(b.rule+" "+b.says, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := Suite{Launch: func(context.Context) (Process, error) { return sdk.Start(b.plugin, 64, hclog.NewNullLogger()) }}
				if err := s.Try(t.Context(), all[i]); err == nil || !strings.Contains(err.Error(), b.says) {
					t.Errorf("it says %v, want %q", err, b.says)
				}
			})
		})
	}
	for _, c := range all {
		if !tried[c.Name] {
			t.Errorf("nothing breaks the rule %s", c.Name)
		}
	}
}
