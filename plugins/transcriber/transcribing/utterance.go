package transcribing

import (
	"context"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/tool"
)

// utterance is something that a party says, from when it is noticed until its text
// is told. Listen adds to it, one worker at a time reads it.
type utterance struct {
	s    *session
	who  tool.Speaker
	tick uint64 // of its first sample
	// written takes the text of something that was said in a recording, once:
	// nobody waits for it at the other end of a line, and it is not told to the
	// archive. Nil: it is said in a call.
	written func(text, missing string)

	mu      sync.Mutex
	pcm     []int16
	read    int  // samples that an engine has
	over    bool // no more comes
	missing string
	tries   int
	n       int           // samples in all, also when pcm is let go
	more    chan struct{} // holds a token when something was added
}

func newUtterance(s *session, who tool.Speaker, tick uint64) *utterance {
	return &utterance{s: s, who: who, tick: tick, more: make(chan struct{}, 1)}
}

// add adds sound.
func (u *utterance) add(pcm []int16) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.n += len(pcm)
	if u.missing == "" {
		u.pcm = append(u.pcm, pcm...)
	}
	u.signal()
}

// finish says that no more comes.
func (u *utterance) finish() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.over = true
	u.signal()
}

func (u *utterance) signal() {
	select {
	case u.more <- struct{}{}:
	default:
	}
}

// ticks is how long it is.
func (u *utterance) ticks() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.n / perTick
}

// state says whether it is over, and why it is left out, "" if it is not.
func (u *utterance) state() (over bool, missing string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.over, u.missing
}

// leaveOut has it left out, and lets its sound go.
func (u *utterance) leaveOut(why string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.missing == "" {
		u.missing, u.pcm = why, nil
	}
}

// again begins it anew with another engine, unless it has been the last of two.
func (u *utterance) again(why string) {
	u.mu.Lock()
	u.read = 0
	u.tries++
	give := u.tries >= 2
	u.mu.Unlock()
	if give {
		u.leaveOut(why)
	}
}

// chunk waits for the next n samples, or what is left of them; none is the end.
func (u *utterance) chunk(ctx context.Context, n int) ([]int16, error) {
	for {
		u.mu.Lock()
		left := u.pcm[min(u.read, len(u.pcm)):]
		if len(left) >= n || u.over {
			left = left[:min(n, len(left))]
			u.read += len(left)
			u.mu.Unlock()
			return left, nil // what was added is never written to again
		}
		u.mu.Unlock()
		select {
		case <-u.more:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// at is when one of its samples was said.
func (u *utterance) at(sample int) time.Time {
	return u.s.call.Time(u.tick - 1).Add(time.Duration(sample/perTick) * audio.Tick)
}

// late is for how long what no engine has yet has waited: of an utterance that is
// over since its end, of another since that was said.
func (u *utterance) late(now time.Time) time.Duration {
	if u.written != nil {
		return 0
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	from := u.n
	if !u.over {
		if u.read == 0 || u.missing != "" {
			return 0 // until it is over it may still come in time
		}
		from = u.read
	}
	return max(0, now.Sub(u.at(from)))
}

// told is what the archive is told of it.
func (u *utterance) told(text string, final bool, now time.Time) archive.Utterance {
	u.mu.Lock()
	defer u.mu.Unlock()
	out := archive.Utterance{
		Call: u.s.call.ID, Leg: u.who.Leg, Name: u.who.Name, Number: u.who.Number,
		Began: u.at(0), Text: text, Final: final,
	}
	said := u.at(u.read)
	if u.over && final {
		out.Ended, out.Missing = u.at(u.n), u.missing
		said = out.Ended
	}
	out.Lag = max(0, now.Sub(said))
	return out
}
