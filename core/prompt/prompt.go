package prompt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/tts"
)

// Options are what [Prompts] are made of.
type Options struct {
	Dir    string // where what was spoken is kept; "": nowhere
	Speech Speech
	Log    hclog.Logger
	// Redact hides in a text what must not be logged. Nil: nothing must be hidden.
	Redact func(string) string
}

// Speech is who speaks: the plugins of kind tts.
type Speech interface {
	// Engine is the plugin that speaks for a prompt that names this one, or
	// none.
	Engine(named string) (Engine, error)
	// Speak is [tts.Engine]'s, by the named plugin.
	Speak(ctx context.Context, plugin string, r tts.Request, out tts.Out) error
}

// Engine is a plugin that speaks.
type Engine struct {
	Plugin  string // the name of its block
	Version string
	// Form is a hash of all else that decides how it sounds: its configuration.
	Form string
}

const (
	memoryLimit = 64 << 20  // octets of tracks that nobody listens to
	diskLimit   = 256 << 20 // octets of files
	// stall is how long an engine may say nothing until it is given up.
	stall = 5 * time.Second
)

// Prompts are the sounds that a core plays. Its methods are safe from any
// goroutine.
type Prompts struct {
	opt  Options
	log  hclog.Logger
	disk *disk
	life context.Context
	end  context.CancelFunc
	idle int64          // octets of tracks that are kept while nobody listens to them
	all  sync.WaitGroup // the fillers

	mu     sync.Mutex
	tracks map[string]*track
	closed bool

	counts counts
}

// counts are what Stats tells of.
type counts struct {
	plays, fromMemory, fromDisk, spoken, failed, missed, firsts, firstsNs atomic.Int64
}

// Stats are the counters of prompts since the start.
type Stats struct {
	Plays      int64 // prompts that were opened
	FromMemory int64 // of these, whose sound was there, or being made
	FromDisk   int64 // files of the cache that were read
	Spoken     int64 // texts that engines began to speak
	Failed     int64 // sounds that broke off, or never came
	// Missed is the silence in the middle of prompts whose sound was not there
	// yet.
	Missed time.Duration
	// Firsts is how many prompts were heard, and FirstsTook how long it took, from
	// opening to the first frame, for all of them together.
	Firsts     int64
	FirstsTook time.Duration
	Memory     int64 // octets
}

// New returns prompts that keep what is spoken in a directory, which is made.
// What an earlier core left unfinished in it is removed. Without a directory that can
// be written to, prompts are heard all the same.
func New(o Options) *Prompts {
	if o.Redact == nil {
		o.Redact = func(text string) string { return text }
	}
	p := &Prompts{opt: o, log: o.Log, idle: memoryLimit, tracks: map[string]*track{}}
	p.life, p.end = context.WithCancel(context.Background())
	if o.Dir != "" {
		d, err := openDisk(o.Dir)
		if err != nil {
			p.log.Error("what is spoken cannot be kept, and is spoken anew each time", "dir", o.Dir, "error", err)
		}
		p.disk = d
	}
	return p
}

// Close ends all that is still made, and waits for it. Streams end.
func (p *Prompts) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.end()
	p.all.Wait()
}

// Play says how a prompt is played.
type Play struct {
	Call     string // the call's id, for logs
	Language string // of texts, if the prompt does not say it
	Times    int    // how often, 0: until it is stopped
	// Pause is for how long it is silent before it begins anew.
	Pause time.Duration
}

// Open begins a prompt. It does not wait: whatever is wrong shows when the
// stream is done.
func (p *Prompts) Open(what *config.Prompt, how Play) *Stream {
	p.counts.plays.Add(1)
	return &Stream{
		prompts: p, track: p.track(what, how), times: how.Times, pause: int(how.Pause / audio.Tick),
		opened: time.Now(), done: make(chan struct{}),
	}
}

// track finds or begins the sound of a prompt, and counts a user in.
func (p *Prompts) track(what *config.Prompt, how Play) *track {
	key, fill, err := p.source(what, how)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed && err == nil {
		err = errors.New("the core is stopping")
	}
	if err != nil {
		t := newTrack()
		p.counts.failed.Add(1)
		t.end(err)
		return t
	}
	if t := p.tracks[key]; t != nil && (t.ended.Load() || t.ctx.Err() == nil) {
		t.users++
		p.counts.fromMemory.Add(1)
		return t
	}
	t := newTrack()
	t.ctx, t.stop = context.WithCancelCause(p.life)
	p.tracks[key] = t
	p.all.Go(func() {
		defer t.stop(nil)
		err := fill(t)
		if err != nil {
			p.drop(key, t)
			if !errors.Is(err, errNobody) && p.life.Err() == nil {
				p.counts.failed.Add(1)
				p.log.Error("a prompt cannot be heard, or not to its end", "prompt", p.opt.Redact(what.String()), "call", how.Call, "error", err)
			}
		}
		t.end(err)
	})
	return t
}

func newTrack() *track {
	return &track{ready: make(chan struct{}), over: make(chan struct{}), users: 1}
}

// errNobody ends a synthesis that nobody listens to any more.
var errNobody = errors.New("nobody listens any more")

// drop forgets a track that is no good.
func (p *Prompts) drop(key string, t *track) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tracks[key] == t {
		delete(p.tracks, key)
	}
}

// release counts a user of a track out.
func (p *Prompts) release(s *Stream) {
	p.counts.missed.Add(int64(s.Missed()))
	p.leave(s.track)
}

func (p *Prompts) leave(t *track) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t.users--
	t.used = time.Now()
	if t.users == 0 && !t.ended.Load() {
		t.stop(errNobody)
	}
	p.trim()
}

// trim forgets the sounds that nobody has listened to for longest, until what is
// kept fits. mu is held.
func (p *Prompts) trim() {
	type idle struct {
		key string
		*track
	}
	var all []idle
	var size int64
	for key, t := range p.tracks {
		if t.users == 0 && t.ended.Load() {
			all = append(all, idle{key, t})
			size += t.size()
		}
	}
	slices.SortFunc(all, func(a, b idle) int { return a.used.Compare(b.used) })
	for _, t := range all {
		if size <= p.idle {
			return
		}
		size -= t.size()
		delete(p.tracks, t.key)
	}
}

// first takes how long it was until a stream was heard. The tick calls it.
func (p *Prompts) first(took time.Duration) {
	p.counts.firsts.Add(1)
	p.counts.firstsNs.Add(int64(took))
}

// Stats counts.
func (p *Prompts) Stats() Stats {
	c := &p.counts
	s := Stats{
		Plays: c.plays.Load(), FromMemory: c.fromMemory.Load(), FromDisk: c.fromDisk.Load(), Spoken: c.spoken.Load(), Failed: c.failed.Load(),
		Missed: time.Duration(c.missed.Load()), Firsts: c.firsts.Load(), FirstsTook: time.Duration(c.firstsNs.Load()),
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.tracks {
		s.Memory += t.size()
	}
	return s
}

// Warm prepares prompts ahead, one after the other, so that the first who plays
// them does not wait. It returns how many are ready, and an error that names
// those that cannot be.
func (p *Prompts) Warm(ctx context.Context, list []*config.Prompt, language string) (ready int, err error) {
	var failed []error
	for _, what := range list {
		t := p.track(what, Play{Language: language})
		select {
		case <-t.over:
		case <-ctx.Done():
			p.leave(t)
			return ready, ctx.Err()
		}
		if t.err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", what, t.err))
		} else {
			ready++
		}
		p.leave(t)
	}
	return ready, errors.Join(failed...)
}

// Check says whether a prompt can be heard, as far as that is known before it
// is: a sound file must be there.
func Check(what *config.Prompt) error {
	if what.File == "" {
		return nil
	}
	info, err := os.Stat(what.File)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no file", what.File)
	}
	return nil
}
