package transcribing

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

// recorded is a recording of ticks at levels.
func recorded(parts ...any) io.Reader {
	var b bytes.Buffer
	for i := 0; i < len(parts); i += 2 {
		for range parts[i].(int) * perTick {
			_ = binary.Write(&b, binary.LittleEndian, int16(parts[i+1].(float64)*32767))
		}
	}
	return &b
}

// set has engines from now on be so slow, and end so often.
func (d *desk) set(slow float64, crashes int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.slow, d.crashes = slow, crashes
}

// A recording is written down faster than it was spoken, a line for each thing
// that was said; nothing of it is told as what was said in a call.
func TestRecording(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, nil)
		defer d.stop()
		d.set(0.1, 0)
		began := time.Now()
		text, err := d.Transcribe(t.Context(), recorded(50, 0., 100, 0.25, 100, 0., 75, 0.5))
		if err != nil || text != "25 25 25 25 25 25 25\n50 50 50" && text != "25 25 25 25 25\n50 50 50 50" {
			t.Errorf("%q, %v", text, err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("it took %v", took)
		}
		if text, err := d.Transcribe(t.Context(), recorded(100, 0.)); err != nil || text != "" {
			t.Errorf("of silence %q, %v", text, err)
		}
		if text, err := d.Transcribe(t.Context(), recorded()); err != nil || text != "" {
			t.Errorf("of nothing %q, %v", text, err)
		}
		if text, err := d.Transcribe(t.Context(), io.MultiReader(recorded(50, 0.5), iotest.ErrReader(errors.New("the line broke")))); err == nil || !strings.Contains(err.Error(), "the line broke") {
			t.Errorf("of half %q, %v", text, err)
		}
		d.want()
	})
}

// A recording waits for engines that are slow, without being left out, as long as
// somebody waits for it; where an engine dies twice at something, the text has a
// gap that is seen.
func TestRecordingOfSlowAndDyingEngines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, map[string]any{"engines": 1.})
		defer d.stop()
		d.set(60, 0)
		if text, err := d.Transcribe(t.Context(), recorded(50, 0.5, 50, 0.)); err != nil || !strings.HasPrefix(text, "50 50") {
			t.Errorf("%q, %v", text, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if text, err := d.Transcribe(ctx, recorded(50, 0.5, 50, 0.)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("nobody waits for it, and it is %q, %v", text, err)
		}
		time.Sleep(5 * time.Minute)
		d.set(0, 2)
		if text, err := d.Transcribe(t.Context(), recorded(50, 0.5, 50, 0., 50, 0.25)); err != nil || !strings.HasPrefix(text, "[…]\n25 25") {
			t.Errorf("%q, %v", text, err)
		}
	})
}

// Without an engine that could run it is said why, at once.
func TestRecordingWithoutAnEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{Transcriber: New(), t: t, missing: errors.New("the model is not there")}
		d.Open = d.start
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			d.Run(ctx, d)
		}()
		synctest.Wait()
		if _, err := d.Transcribe(t.Context(), recorded(50, 0.5)); err == nil || !strings.Contains(err.Error(), "the model is not there") {
			t.Errorf("%v", err)
		}
		cancel()
		<-done
	})
}
