package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/host"
)

// Digits is how a caller enters digits. The zero value waits six seconds for one.
type Digits struct {
	Prompts  []host.Prompt // are said first
	Min, Max int           // digits: 0 and 1
	End      string        // keys that end the input, and are no part of it: "#"
	// First is how long to wait for the first digit once the prompts were heard,
	// Next for each one after it: 6 s and 3 s.
	First, Next time.Duration
	// Whole has the prompts heard to their end. Else a key ends them.
	Whole bool
	// More says whether another digit may follow these. Nil: until there are
	// Max.
	More func(digits string) bool
}

// Digits lets the caller enter digits, and returns them: fewer than Max if a key
// of End ended it, or none came in time. With fewer than Min the error is
// [ErrFew]. Keys that were pressed before count, and a prompt is not said then.
func (c *Call) Digits(ctx context.Context, d Digits) (string, error) {
	d = d.orUsual()
	barge := whole
	if !d.Whole {
		barge = c.port.barge()
	}
	if _, _, err := c.play(ctx, barge, d.Prompts); err != nil {
		return "", err
	}
	var got strings.Builder
	wait := d.First
	for d.more(got.String()) {
		alarm := time.NewTimer(wait)
		key, ok, err := c.port.take(ctx, alarm.C)
		alarm.Stop()
		if err != nil {
			return got.String(), err
		}
		if !ok || strings.IndexByte(d.End, key) >= 0 {
			break
		}
		got.WriteByte(key)
		wait = d.Next
	}
	if got.Len() < d.Min {
		return got.String(), fmt.Errorf("%w: %d of %d", ErrFew, got.Len(), d.Min)
	}
	return got.String(), nil
}

func (d Digits) orUsual() Digits {
	if d.Max == 0 {
		d.Max = max(1, d.Min)
	}
	if d.First == 0 {
		d.First = 6 * time.Second
	}
	if d.Next == 0 {
		d.Next = 3 * time.Second
	}
	return d
}

func (d Digits) more(got string) bool {
	if got != "" && d.More != nil {
		return d.More(got)
	}
	return len(got) < d.Max
}

// Forget forgets the keys that were pressed and not asked for.
func (c *Call) Forget() {
	c.port.mu.Lock()
	defer c.port.mu.Unlock()
	c.port.digits = c.port.digits[:0]
}
