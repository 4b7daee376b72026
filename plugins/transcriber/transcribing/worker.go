package transcribing

import (
	"context"
	"errors"
	"time"
)

const (
	// chunk is how much sound an engine gets at once, and how often a text
	// that is still spoken can change.
	chunk = 12 * perTick
	// openTime is how long an engine may take to start, and hearTime for one
	// chunk or the end of an utterance.
	openTime = time.Minute
	hearTime = 20 * time.Second
	// An engine that ended is started again after backOff, which doubles up to
	// maxBackOff.
	backOff    = 100 * time.Millisecond
	maxBackOff = 30 * time.Second
)

// worker has one engine after another, and gives it utterances.
type worker struct {
	t      *Transcriber
	open   Open
	engine Engine // nil: it has ended
	wait   time.Duration
}

// run works until ctx ends.
func (w *worker) run(ctx context.Context) {
	defer w.close()
	for {
		if !w.start(ctx) {
			return
		}
		u := w.t.next(ctx)
		if u == nil {
			return
		}
		text, err := w.write(ctx, u)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, errLate):
			u.leaveOut(err.Error())
			w.t.done(u, true)
		case err != nil:
			w.close()
			u.again("the engine ended twice at it")
			u.s.log.Warn("an engine has ended, and is started again", "error", err)
			w.t.done(u, true)
		default:
			w.wait = 0
			w.t.tell(ctx, u, text, true)
			w.t.done(u, false)
		}
	}
}

// start starts the engine if it does not run, until it does, or ctx ends.
func (w *worker) start(ctx context.Context) bool {
	for w.engine == nil {
		if w.wait > 0 {
			select {
			case <-time.After(w.wait):
			case <-ctx.Done():
				return false
			}
		}
		w.wait = min(max(2*w.wait, backOff), maxBackOff)
		limit, cancel := context.WithTimeout(ctx, openTime)
		e, err := w.open(limit)
		cancel()
		switch {
		case err == nil:
			w.engine = e
			w.t.opened(nil)
		case ctx.Err() != nil:
			return false
		default:
			w.t.opened(err)
		}
	}
	return true
}

// close ends the engine.
func (w *worker) close() {
	if w.engine != nil {
		w.engine.Close()
		w.engine = nil
		w.t.closed()
	}
}

// errLate is why an utterance in work is left out.
var errLate = errors.New("the engine was too slow for max_lag")

// write has the engine write down an utterance.
func (w *worker) write(ctx context.Context, u *utterance) (string, error) {
	last := ""
	for {
		pcm, err := u.chunk(ctx, chunk)
		if err != nil {
			return "", err
		}
		if len(pcm) == 0 {
			return w.ask(ctx, w.engine.End)
		}
		text, err := w.ask(ctx, func(ctx context.Context) (string, error) { return w.engine.Hear(ctx, pcm) })
		if err != nil {
			return "", err
		}
		if u.late(time.Now()) > w.t.cfg.MaxLag {
			if _, err := w.ask(ctx, w.engine.End); err != nil {
				w.close()
			}
			return "", errLate
		}
		if over, _ := u.state(); text != last && !over && w.t.cfg.Partial {
			last = text
			w.t.tell(ctx, u, text, false)
		}
	}
}

func (w *worker) ask(ctx context.Context, what func(context.Context) (string, error)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, hearTime)
	defer cancel()
	return what(ctx)
}
