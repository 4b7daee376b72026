package double

import (
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg/rtpleg"
	"github.com/plugboard/plugboard/sdk/schema"
)

// New returns the plugin. crash ends its process at once.
func New(version string, crash func()) sdk.Plugin {
	d := &double{crash: crash}
	return sdk.Plugin{
		Name: "script", Version: version, Config: orders, Configure: d.configure,
		App: app.Func(d.run), Leg: legs{d, rtpleg.New()}, Tool: tools{d}, TTS: voice{d},
	}
}

// orders are what the config {} block may hold.
var orders = []schema.Attribute{
	{Name: "answer_after", Type: schema.Duration, Doc: "how long it waits before it does what it is there for"},
	{Name: "reject_cause", Type: schema.String, Doc: "why it refuses: for an app a cause of the dialplan"},
	{Name: "tone", Type: schema.Number, Doc: "what it says, in Hz; 0 for nothing"},
	{Name: "hangup_after", Type: schema.Duration, Doc: "after how long it leaves a call that it has taken"},
	{Name: "crash_after", Type: schema.Duration, Doc: "after how long its process ends, from the first call on"},
	{Name: "stall", Type: schema.Duration, Doc: "how long it does nothing and heeds nobody"},
}

// double is one process of the plugin.
type double struct {
	crash func()
	first sync.Once

	// Set before any call.
	answerAfter, hangupAfter, stall time.Duration
	crashAfter                      *time.Duration
	rejectCause                     string
	tone                            float64
}

// configure takes the orders.
func (d *double) configure(config map[string]any) error {
	var wrong []error
	span := func(name string) (v time.Duration) {
		if s, ok := config[name].(string); ok {
			var err error
			if v, err = time.ParseDuration(s); err != nil || v < 0 {
				wrong = append(wrong, fmt.Errorf("%s = %q: it takes a time such as \"2s\"", name, s))
			}
		}
		return v
	}
	d.answerAfter, d.hangupAfter, d.stall = span("answer_after"), span("hangup_after"), span("stall")
	if after := span("crash_after"); config["crash_after"] != nil {
		d.crashAfter = &after
	}
	d.rejectCause, _ = config["reject_cause"].(string)
	d.tone, _ = config["tone"].(float64)
	if d.tone < 0 || d.tone > highest {
		wrong = append(wrong, fmt.Errorf("tone = %v: it takes 0 to %d Hz", d.tone, highest))
	}
	return errors.Join(wrong...)
}

// highest is the highest tone, in Hz, that a narrow-band call carries.
const highest = 3400

// begin is where every call comes by, of any kind.
func (d *double) begin() {
	d.first.Do(func() {
		if d.crashAfter != nil {
			time.AfterFunc(*d.crashAfter, d.crash)
		}
	})
	time.Sleep(d.stall)
}

// level is that of the tone: −12 dBov and a little.
const level = 0.25

// sine writes the tone, from the given sample on.
func (d *double) sine(pcm []float32, from, rate int) {
	for i := range pcm {
		pcm[i] = level * float32(math.Sin(2*math.Pi*d.tone*float64(from+i)/float64(rate)))
	}
}

// frame writes the tone of a tick; false if it is to say nothing.
func (d *double) frame(tick uint64, f *audio.Frame) bool {
	if d.tone == 0 {
		return false
	}
	d.sine(f[:], int(tick%50)*audio.Samples, audio.Rate) // a whole number of Hz repeats every second
	return true
}
