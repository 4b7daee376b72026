package app

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

// Call is one call in the hands of an app. Its methods may be called by several
// goroutines: while one plays, another may listen. Who plays while another does
// waits for its turn.
type Call struct {
	Facts
	link     Link
	port     *Port
	answered atomic.Bool
	open     atomic.Bool // the caller's media is
}

// New makes a call, and the port by which the tick and the core's news reach it.
func New(f Facts, link Link) (*Call, *Port) {
	p := &Port{
		taken: make(chan struct{}, 1), pressed: make(chan struct{}, 1), ended: make(chan struct{}),
		turn: make(chan struct{}, 1), away: lost,
	}
	p.turn <- struct{}{}
	c := &Call{Facts: f, link: link, port: p}
	c.answered.Store(f.Answered)
	c.open.Store(f.Answered)
	return c, p
}

const (
	// queued is how much an app can be ahead of what is heard: 400 ms.
	queued = 20
	// typed is how many digits are kept that nobody has asked for yet.
	typed = 64
	// lost is how many ticks in a row without a frame from the core it takes
	// until the app counts as out of the call. One alone is a hiccup.
	lost = 3
)

// Port is the other side of a [Call]: what drives it. Gather and Deliver are
// the tick's, and neither wait nor allocate.
type Port struct {
	taken   chan struct{} // a token: the tick took a frame, or threw the queue away
	pressed chan struct{} // a token: a digit came
	ended   chan struct{} // closed by End
	turn    chan struct{} // a token: who has it plays

	mu      sync.Mutex
	why     error // of ended
	voice   [queued]audio.Frame
	first   int // of voice
	count   int
	rest    int // samples of the frame after those that are not a whole one yet
	away    int // ticks since the core last gave a frame
	heard   int // samples that were given since the last Flush
	digits  []byte
	presses int // of keys, ever
	ears    []*ear
}

// Gather fills f with what the app says, and reports whether there is anything.
// An app that is in no room says nothing, and keeps it.
func (p *Port) Gather(_ uint64, f *audio.Frame) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away >= lost || p.count == 0 && p.rest == 0 {
		return false
	}
	at := &p.voice[p.first]
	if p.count == 0 { // what there is of a frame, as the rest is late
		clear(at[p.rest:])
		p.heard += p.rest
		p.rest = 0
	} else {
		p.heard += audio.Samples
		p.count--
	}
	*f = *at
	p.first = (p.first + 1) % queued
	signal(p.taken)
	return true
}

// Deliver takes what the caller says; nil: the app is in no room.
func (p *Port) Deliver(_ uint64, f *audio.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f == nil {
		p.away = min(p.away+1, lost)
		return
	}
	p.away = 0
	for _, e := range p.ears {
		e.put(f)
	}
}

// Pressed says that the caller presses a key, which Digit tells at its end. What
// a key ends is over then.
func (p *Port) Pressed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.presses++
	signal(p.pressed)
}

// Digit takes a key that the caller pressed. What nobody asks for is kept for
// whoever asks next, up to a bound.
func (p *Port) Digit(d byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.digits) < typed {
		p.digits = append(p.digits, d)
	}
	signal(p.pressed)
}

// End says that the call is the app's no more: its methods return err from now
// on. The first one counts.
func (p *Port) End(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.why == nil {
		p.why = err
		close(p.ended)
	}
}

func (p *Port) over() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.why
}

// stopped is why one who waited for ctx, too, waits no more: a call that is over
// takes its context with it, and its end is what counts.
func (p *Port) stopped(ctx context.Context) error {
	if err := p.over(); err != nil {
		return err
	}
	return ctx.Err()
}

func signal(token chan struct{}) {
	select {
	case token <- struct{}{}:
	default:
	}
}

// begin waits for one's turn to play. Who begins finishes.
func (p *Port) begin(ctx context.Context) error {
	select {
	case <-p.turn:
		return p.over()
	case <-p.ended:
		return p.over()
	case <-ctx.Done():
		return p.stopped(ctx)
	}
}

func (p *Port) finish() { p.turn <- struct{}{} }

// whole is who plays to the end, whatever is pressed.
const whole = -1

// barge is what put and drain need to know which keys end it: those from now on,
// and those that wait.
func (p *Port) barge() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.presses
}

func (p *Port) barges(barge int) bool {
	return barge != whole && (len(p.digits) > 0 || p.presses != barge)
}

// put queues samples, and waits while 400 ms are queued. It stops early, and
// says so, if a key ends it.
func (p *Port) put(ctx context.Context, pcm []float32, barge int) (barged bool, err error) {
	for {
		var n int
		p.mu.Lock()
		barged, err = p.barges(barge), p.why
		if err == nil && !barged {
			n = p.add(pcm)
		}
		p.mu.Unlock()
		if pcm = pcm[n:]; err != nil || barged || len(pcm) == 0 {
			return barged, err
		}
		if err := p.wait(ctx, barge != whole); err != nil {
			return false, err
		}
	}
}

// add queues as many samples as there is room for. mu is held.
func (p *Port) add(pcm []float32) (n int) {
	for len(pcm) > 0 && p.count < queued {
		at := &p.voice[(p.first+p.count)%queued]
		k := copy(at[p.rest:], pcm)
		pcm = pcm[k:]
		n += k
		if p.rest += k; p.rest == audio.Samples {
			p.rest = 0
			p.count++
		}
	}
	return n
}

// drain waits until all that is queued was given to the caller.
func (p *Port) drain(ctx context.Context, barge int) (barged bool, err error) {
	for {
		p.mu.Lock()
		barged, err = p.barges(barge), p.why
		done := p.count == 0 && p.rest == 0
		p.mu.Unlock()
		if err != nil || barged || done {
			return barged, err
		}
		if err := p.wait(ctx, barge != whole); err != nil {
			return false, err
		}
	}
}

// wait waits until the queue has moved, or with keys a key came.
func (p *Port) wait(ctx context.Context, keys bool) error {
	pressed := p.pressed
	if !keys {
		pressed = nil
	}
	select {
	case <-p.taken:
	case <-pressed:
	case <-p.ended:
		return p.over()
	case <-ctx.Done():
		return p.stopped(ctx)
	}
	return nil
}

// flush throws away what is queued. It returns how much was given to the caller
// since the last time, and how much was thrown away, in samples.
func (p *Port) flush() (heard, dropped int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	heard, dropped = p.heard, p.count*audio.Samples+p.rest
	p.count, p.rest, p.heard = 0, 0, 0
	signal(p.taken)
	return heard, dropped
}

// given is how much was given to the caller since the last flush, in samples.
func (p *Port) given() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.heard
}

// take returns the next digit that was pressed. It waits for it until the
// alarm; ok is false then.
func (p *Port) take(ctx context.Context, alarm <-chan time.Time) (d byte, ok bool, err error) {
	for {
		p.mu.Lock()
		err = p.why
		if ok = len(p.digits) > 0; ok {
			d = p.digits[0]
			p.digits = append(p.digits[:0], p.digits[1:]...)
		}
		p.mu.Unlock()
		if err != nil || ok {
			return d, ok, err
		}
		select {
		case <-p.pressed:
		case <-alarm:
			return 0, false, nil
		case <-p.ended:
			return 0, false, p.over()
		case <-ctx.Done():
			return 0, false, p.stopped(ctx)
		}
	}
}

// ear keeps the last of what the caller says, for one listener.
type ear struct {
	woken  chan struct{} // a token: a frame came
	frames [hearing]audio.Frame
	first  int
	count  int
	missed int
}

// hearing is how much of what the caller says is kept for a slow listener:
// 500 ms.
const hearing = 25

// put keeps a frame, if need be in place of the oldest. The port's mu is held.
func (e *ear) put(f *audio.Frame) {
	if e.count == hearing {
		e.first = (e.first + 1) % hearing
		e.count--
		e.missed++
	}
	e.frames[(e.first+e.count)%hearing] = *f
	e.count++
	signal(e.woken)
}

// listen opens an ear; close closes it.
func (p *Port) listen() *ear {
	e := &ear{woken: make(chan struct{}, 1)}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ears = append(p.ears, e)
	return e
}

func (p *Port) close(e *ear) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var left []*ear
	for _, other := range p.ears {
		if other != e {
			left = append(left, other)
		}
	}
	p.ears = left
}

// next waits for what the caller says next.
func (p *Port) next(ctx context.Context, e *ear, f *audio.Frame) error {
	for {
		p.mu.Lock()
		ok := e.count > 0
		if ok {
			*f = e.frames[e.first]
			e.first = (e.first + 1) % hearing
			e.count--
		}
		p.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-e.woken:
		case <-p.ended:
			return p.over()
		case <-ctx.Done():
			return p.stopped(ctx)
		}
	}
}

// Ended is closed by [Port.End].
func (p *Port) Ended() <-chan struct{} { return p.ended }
