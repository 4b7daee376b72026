package transcribing

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/tool"
)

const (
	// lookEvery is how often it is looked how long utterances wait, and lagging
	// is from when on people are told.
	lookEvery = time.Second
	lagging   = 3 * time.Second
	// tellTime is how long the core may take to keep a text.
	tellTime = 5 * time.Second
)

// Transcriber is the tool. Make it with New; Configure is called before it is used.
type Transcriber struct {
	cfg Config
	// Open starts an engine. Nil: that of the config, as [Processes] has it.
	Open Open

	mu       sync.Mutex
	log      hclog.Logger
	archive  archive.Archive // nil before Run
	queue    []*utterance    // that no engine has, the oldest first
	working  map[*utterance]bool
	sessions map[*session]bool
	wake     chan struct{} // closed, and made anew, when there is something for workers
	engines  int           // that run
	broken   string        // why the last one could not be started, "" if it could
}

// New returns a transcriber that writes nothing down before Run.
func New() *Transcriber {
	return &Transcriber{
		cfg: defaults(), log: hclog.NewNullLogger(),
		working: make(map[*utterance]bool), sessions: make(map[*session]bool), wake: make(chan struct{}),
	}
}

// Configure takes the config {} block.
func (t *Transcriber) Configure(c map[string]any) (err error) {
	t.cfg, err = parse(c)
	return err
}

// Rate implements [tool.Tool].
func (t *Transcriber) Rate() int { return Rate }

// Attach implements [tool.Tool]. It refuses if it is known that no engine can run.
func (t *Transcriber) Attach(ctx context.Context, c tool.Call, tell func(tool.Event)) (tool.Session, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.engines == 0 && t.broken != "" {
		return nil, errors.New(t.broken)
	}
	s := &session{t: t, call: c, tell: tell, log: hclog.FromContext(ctx)}
	s.say(wordWrites)
	t.sessions[s] = true
	return s, nil
}

// Run is what the transcriber does beside the calls: its engines work. It returns
// when they have ended.
func (t *Transcriber) Run(ctx context.Context, a archive.Archive) {
	t.mu.Lock()
	t.archive, t.log = a, hclog.FromContext(ctx)
	t.mu.Unlock()
	open := t.Open
	if open == nil {
		open = Processes(t.cfg.Model)
	}
	var workers sync.WaitGroup
	for range t.cfg.Engines {
		workers.Go(func() { (&worker{t: t, open: open}).run(ctx) })
	}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for ctx.Err() == nil {
		select {
		case <-look.C:
			t.look(ctx)
		case <-ctx.Done():
		}
	}
	workers.Wait()
}

// add puts an utterance that has begun into the queue.
func (t *Transcriber) add(u *utterance) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.queue = append(t.queue, u)
	t.rouse()
}

// rouse has the workers look for something to do. mu is held.
func (t *Transcriber) rouse() {
	close(t.wake)
	t.wake = make(chan struct{})
}

// next takes an utterance for a worker: the oldest of those that are over, or,
// when none waits, of those that are still spoken. It is nil when ctx ends.
func (t *Transcriber) next(ctx context.Context) *utterance {
	for {
		t.mu.Lock()
		best := -1
		for i, u := range t.queue {
			over, why := u.state()
			if why != "" {
				continue // left out
			}
			if best < 0 || over {
				best = i
			}
			if over {
				break
			}
		}
		wake := t.wake
		if best >= 0 {
			u := t.queue[best]
			t.queue = append(t.queue[:best:best], t.queue[best+1:]...)
			t.working[u] = true
			t.mu.Unlock()
			return u
		}
		t.mu.Unlock()
		select {
		case <-wake:
		case <-ctx.Done():
			return nil
		}
	}
}

// done takes an utterance from the worker that had it. If it is to be tried again,
// or is left out, it goes back into the queue.
func (t *Transcriber) done(u *utterance, back bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.working, u)
	if back {
		t.queue = append([]*utterance{u}, t.queue...)
		t.rouse()
	}
}

// look leaves out what waits for too long, and has each call told whether its
// texts lag.
func (t *Transcriber) look(ctx context.Context) {
	now := time.Now()
	lag := map[*session]time.Duration{}
	var out []*utterance
	t.mu.Lock()
	why := "no engine had the time within max_lag"
	if t.engines == 0 && t.broken != "" {
		why = t.broken
	}
	kept := t.queue[:0]
	for _, u := range t.queue {
		if late := u.late(now); late > t.cfg.MaxLag {
			u.leaveOut(why)
		}
		over, missing := u.state()
		if over && missing != "" {
			out = append(out, u)
			continue
		}
		lag[u.s] = max(lag[u.s], u.late(now))
		kept = append(kept, u)
	}
	clear(t.queue[len(kept):])
	t.queue = kept
	for u := range t.working {
		lag[u.s] = max(lag[u.s], u.late(now))
	}
	sessions := make([]*session, 0, len(t.sessions))
	for s := range t.sessions {
		sessions = append(sessions, s)
	}
	t.mu.Unlock()
	for _, s := range sessions {
		s.lags(lag[s])
	}
	for _, u := range out {
		_, missing := u.state()
		u.s.log.Warn("something that was said is missing in the transcript", "leg", u.who.Leg, "reason", missing)
		t.tell(ctx, u, "", true)
	}
}

// tell has the core told of a text.
func (t *Transcriber) tell(ctx context.Context, u *utterance, text string, final bool) {
	if u.written != nil {
		if _, missing := u.state(); final {
			u.written(text, missing)
		}
		return
	}
	ctx, cancel := context.WithTimeout(ctx, tellTime)
	defer cancel()
	if err := t.archive.Utterance(ctx, u.told(text, final, time.Now())); err != nil && ctx.Err() == nil {
		u.s.log.Warn("the core was not told what somebody said", "leg", u.who.Leg, "error", err)
	}
}

// opened says that an engine runs, or why not.
func (t *Transcriber) opened(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		t.engines++
		t.broken = ""
		return
	}
	if t.broken != err.Error() {
		t.log.Error("an engine cannot be started; it is tried again", "error", err)
	}
	t.broken = err.Error()
}

// closed says that an engine runs no more.
func (t *Transcriber) closed() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.engines--
}
