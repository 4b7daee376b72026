package plugin

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/hashicorp/go-hclog"
)

// taps are those who follow what a plugin logs, beside the core's own log.
type taps struct {
	mu  sync.Mutex
	all map[*Tap]bool
}

// Tap is a plugin's log as it is written, line by line.
type Tap struct {
	plugin string
	log    hclog.Logger // that makes lines of it
	lines  chan string
	missed int // guarded by the taps' mu
	taps   *taps
}

// tapped is how many lines wait for a reader that is slow; what is over is lost to it.
const tapped = 1000

// Follow has the log of the named plugin told from now on, whichever process of it
// writes it. Who follows closes the tap.
func (h *Host) Follow(plugin string) (*Tap, error) {
	if _, err := h.find(plugin); err != nil {
		return nil, err
	}
	t := &Tap{plugin: plugin, lines: make(chan string, tapped), taps: &h.taps}
	t.log = hclog.New(&hclog.LoggerOptions{Level: hclog.Trace, Output: t, TimeFormat: "15:04:05.000"})
	h.taps.mu.Lock()
	defer h.taps.mu.Unlock()
	if h.taps.all == nil {
		h.taps.all = make(map[*Tap]bool)
	}
	h.taps.all[t] = true
	return t, nil
}

// Lines are what is logged, each with its end of line.
func (t *Tap) Lines() <-chan string { return t.lines }

// Close ends it.
func (t *Tap) Close() {
	t.taps.mu.Lock()
	defer t.taps.mu.Unlock()
	delete(t.taps.all, t)
}

// Write takes a line of its logger. The taps' mu is held.
func (t *Tap) Write(line []byte) (int, error) {
	text := string(line)
	if t.missed > 0 {
		text = fmt.Sprintf("(%d lines were missed: this reader is too slow)\n%s", t.missed, text)
	}
	select {
	case t.lines <- text:
		t.missed = 0
	default:
		t.missed++
	}
	return len(line), nil
}

func (t *taps) tell(plugin string, level hclog.Level, msg string, args []any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for tap := range t.all {
		if tap.plugin == plugin {
			tap.log.Log(level, msg, args...)
		}
	}
}

// tappedLog is a plugin's log, which those who follow it are told too.
type tappedLog struct {
	hclog.Logger
	taps   *taps
	plugin string
	with   []any // as With was given
}

// Log implements [hclog.Logger], and so do those below.
func (l tappedLog) Log(level hclog.Level, msg string, args ...any) {
	l.Logger.Log(level, msg, args...)
	if level >= l.GetLevel() {
		l.taps.tell(l.plugin, level, msg, append(l.with[:len(l.with):len(l.with)], args...))
	}
}

func (l tappedLog) Trace(msg string, args ...any) { l.Log(hclog.Trace, msg, args...) }
func (l tappedLog) Debug(msg string, args ...any) { l.Log(hclog.Debug, msg, args...) }
func (l tappedLog) Info(msg string, args ...any)  { l.Log(hclog.Info, msg, args...) }
func (l tappedLog) Warn(msg string, args ...any)  { l.Log(hclog.Warn, msg, args...) }
func (l tappedLog) Error(msg string, args ...any) { l.Log(hclog.Error, msg, args...) }

func (l tappedLog) With(args ...any) hclog.Logger {
	l.Logger, l.with = l.Logger.With(args...), append(l.with[:len(l.with):len(l.with)], args...)
	return l
}

func (l tappedLog) Named(name string) hclog.Logger {
	l.Logger = l.Logger.Named(name)
	return l
}

func (l tappedLog) ResetNamed(name string) hclog.Logger {
	l.Logger = l.Logger.ResetNamed(name)
	return l
}

// StandardWriter takes what the plugin writes to its standard output.
func (l tappedLog) StandardWriter(o *hclog.StandardLoggerOptions) io.Writer {
	return outputLines{l, o.ForceLevel}
}

// outputLines logs each line that is written to it.
type outputLines struct {
	log   tappedLog
	level hclog.Level
}

func (w outputLines) Write(b []byte) (int, error) {
	for line := range bytes.Lines(b) {
		if text := strings.TrimRight(string(line), " \t\r\n"); text != "" {
			w.log.Log(w.level, text)
		}
	}
	return len(b), nil
}
