package neural

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/plugins/internal/sherpa"
	"github.com/plugboard/plugboard/sdk/tts"
)

// Engine speaks by a neural model. It implements [tts.Lister].
type Engine struct {
	cfg   config
	slots chan struct{} // holds a token for each text that is spoken
	most  time.Duration // of sound that one text makes

	mu   sync.Mutex
	last *loading
}

var _ tts.Lister = (*Engine)(nil)

// New returns an engine; [Engine.Configure] comes before the first text.
func New() *Engine { return &Engine{most: longestSound} }

// longestSound bounds what is made of one text.
const longestSound = 20 * time.Minute

// Configure takes the config {} block, and begins to load the model.
func (e *Engine) Configure(block map[string]any) error {
	c, err := read(block)
	if err != nil {
		return err
	}
	e.cfg, e.slots = c, make(chan struct{}, c.texts)
	e.load()
	return nil
}

// loading is a try to load the model.
type loading struct {
	done  chan struct{} // closed when it is over
	voice *sherpa.Voice
	err   error
}

// failed reports whether it is over and came to nothing.
func (l *loading) failed() bool {
	select {
	case <-l.done:
		return l.err != nil
	default:
		return false
	}
}

// load returns the last try to load the model. If that has failed it is tried
// again: what was missing may have come.
func (e *Engine) load() *loading {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.last != nil && !e.last.failed() {
		return e.last
	}
	l := &loading{done: make(chan struct{})}
	e.last = l
	go func() { // ends when the model is there, or cannot be
		defer close(l.done)
		began := time.Now()
		if l.voice, l.err = e.open(); l.err != nil {
			hclog.Default().Warn("texts cannot be spoken yet", "error", l.err)
			return
		}
		hclog.Default().Info("the voice is loaded", "model", e.cfg.voice.Model, "speakers", l.voice.Speakers, "rate", l.voice.Rate, "took", time.Since(began).Round(time.Millisecond))
	}()
	return l
}

func (e *Engine) open() (*sherpa.Voice, error) {
	standBack()
	lib, err := sherpa.Open(e.cfg.library)
	if err != nil {
		return nil, err
	}
	v, err := lib.NewVoice(e.cfg.voice)
	if err == nil && e.cfg.speaker >= v.Speakers {
		err = fmt.Errorf("speaker is %d, and the model has %d, from 0 on", e.cfg.speaker, v.Speakers)
		v.Close()
	}
	return v, err
}

// niceness is how much speaking stands back behind calls.
const niceness = 5

// standBack lowers the priority of all threads of the process, and so of those that
// they will begin.
func standBack() {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		hclog.Default().Warn("the priority cannot be lowered", "error", err)
	}
	for _, t := range threads {
		id, _ := strconv.Atoi(t.Name())
		// One that has ended meanwhile is none of ours.
		if err := syscall.Setpriority(syscall.PRIO_PROCESS, id, niceness); err != nil && !errors.Is(err, syscall.ESRCH) {
			hclog.Default().Warn("the priority cannot be lowered", "error", err)
			return
		}
	}
}

// voice waits for the model.
func (e *Engine) voice(ctx context.Context) (*sherpa.Voice, error) {
	l := e.load()
	select {
	case <-l.done:
		return l.voice, l.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// Voices implements [tts.Lister]: the numbers of the model's speakers.
func (e *Engine) Voices(ctx context.Context) (list []tts.Voice, err error) {
	v, err := e.voice(ctx)
	if err != nil {
		return nil, err
	}
	for n := range v.Speakers {
		list = append(list, tts.Voice{Name: strconv.Itoa(n), Default: n == e.cfg.speaker})
	}
	return list, nil
}

// speaker is who speaks a text.
func (e *Engine) speaker(r tts.Request, v *sherpa.Voice) (int, error) {
	if r.Voice == "" {
		return e.cfg.speaker, nil
	}
	n, err := strconv.Atoi(r.Voice)
	if err != nil || n < 0 || n >= v.Speakers {
		return 0, fmt.Errorf("%w: %q; voices of this model are the numbers from 0 to %d", tts.ErrVoice, r.Voice, v.Speakers-1)
	}
	return n, nil
}

// Speak implements [tts.Engine].
func (e *Engine) Speak(ctx context.Context, r tts.Request, out tts.Out) error {
	v, err := e.voice(ctx)
	if err != nil {
		return err
	}
	who, err := e.speaker(r, v)
	if err != nil {
		return err
	}
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	heard := 0 // samples
	for _, sentence := range tts.Sentences(r.Text) {
		var stopped error
		err := v.Speak(sentence, who, e.cfg.speed, func(pcm []float32) bool {
			switch heard += len(pcm); {
			case ctx.Err() != nil:
				stopped = context.Cause(ctx)
			case heard > int(e.most.Seconds()*float64(v.Rate)):
				stopped = fmt.Errorf("the text makes more than %v of sound: cut it in parts", e.most)
			case len(pcm) > 0:
				stopped = out(v.Rate, pcm)
			}
			return stopped == nil
		})
		switch {
		case stopped != nil:
			return stopped
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && !errors.Is(err, sherpa.ErrNothing):
			return err
		}
	}
	if heard == 0 {
		return sherpa.ErrNothing
	}
	return nil
}
