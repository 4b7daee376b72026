// Package steps does the steps of menus and flows: the core says what is next,
// by package step, and knows where the call goes.
package steps

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/app/step"
	"github.com/plugboard/plugboard/sdk/archive"
)

// between is how long to wait for another digit of a number. It is also how long
// a key waits that could be the first of one.
const between = 2 * time.Second

// IVR does steps. The zero value is ready; it records nothing before Run.
type IVR struct {
	mu      sync.Mutex
	root    *os.Root // the directory of recordings, nil before Run
	archive archive.Archive
}

// Serve does steps until the core has another use for the call.
func (i *IVR) Serve(ctx context.Context, c *app.Call) error {
	for next := c.Config; ; {
		var s step.Step
		if err := json.Unmarshal(next, &s); err != nil {
			return fmt.Errorf("a step of %s: %w", c.At, err)
		}
		found, err := i.do(ctx, c, &s)
		if err != nil {
			return err
		}
		if next, err = c.Next(ctx, found); err != nil {
			return err
		}
	}
}

// do does one step and returns what came of it.
func (i *IVR) do(ctx context.Context, c *app.Call, s *step.Step) (found map[string]string, err error) {
	if s.Early {
		err = c.Early(ctx)
	} else {
		err = c.Answer(ctx)
	}
	if err != nil {
		return nil, err
	}
	switch s.Kind {
	case step.Menu:
		return digits(ctx, c, app.Digits{Prompts: s.Prompts, First: s.Wait, Next: between, Whole: s.Whole, More: more(s)})
	case step.Gather:
		return digits(ctx, c, app.Digits{Prompts: s.Prompts, First: s.Wait, Max: s.Max, End: s.End})
	case step.Play:
		return nil, c.Play(ctx, s.Prompts...)
	case step.Record:
		return i.record(ctx, c, s)
	case step.Wait:
		return nil, c.Wait(ctx, s.Wait)
	}
	return nil, fmt.Errorf("%s has a step %q, which this ivr cannot do: it is older than the core", c.At, s.Kind)
}

func digits(ctx context.Context, c *app.Call, d app.Digits) (map[string]string, error) {
	got, err := c.Digits(ctx, d)
	if err != nil {
		return nil, err
	}
	return map[string]string{step.Digits: got}, nil
}

// more says whether what was entered in a menu can go on: as a number, which a
// longer one goes before.
func more(s *step.Step) func(string) bool {
	return func(got string) bool {
		for _, n := range s.Dial {
			if len(n) > len(got) && strings.HasPrefix(n, got) {
				return true
			}
		}
		return false
	}
}
