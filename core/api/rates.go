package api

import (
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/subnet"
	"github.com/plugboard/plugboard/sdk/event"
)

// How often may be asked under /api/v1: by one address (an office behind one
// counts as one), and by one person with all their pages. A page asks for some ten
// things when it opens, and then for what somebody clicks. Tries to sign in are
// counted by core/signin, too. The admin token is not counted: programs have it.
const (
	addressRate, addressBurst   = 100, 1000
	somebodyRate, somebodyBurst = 30, 300
	maxBuckets                  = 20_000
	retryAfter                  = time.Second
)

// rates are token buckets. One that is full again is as one that never was.
type rates struct {
	mu      sync.Mutex
	buckets map[any]*bucket
}

type bucket struct {
	*rate.Limiter
	full time.Time // when it is
}

// address counts a request for where it came from; false if that is too much.
func (r *rates) address(req *http.Request) bool {
	from, err := netip.ParseAddrPort(req.RemoteAddr)
	if err != nil {
		return true // a socket of a test
	}
	return r.take(subnet.Of(from.Addr()), addressRate, addressBurst)
}

// somebody counts a request for who has signed in.
func (r *rates) somebody(by call.Actor) bool {
	who := "admin"
	if by.Kind == event.ByExtension {
		who = by.Number
	}
	return r.take(who, somebodyRate, somebodyBurst)
}

func (r *rates) take(key any, each rate.Limit, burst int) bool {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.buckets[key]
	if b == nil {
		r.makeRoom(now)
		b = &bucket{Limiter: rate.NewLimiter(each, burst)}
		r.buckets[key] = b
	}
	ok := b.AllowN(now, 1)
	b.full = now.Add(time.Duration((float64(burst) - b.TokensAt(now)) / float64(each) * float64(time.Second)))
	return ok
}

// makeRoom forgets what is full, and if that is not enough, what comes first.
func (r *rates) makeRoom(now time.Time) {
	if r.buckets == nil {
		r.buckets = map[any]*bucket{}
	}
	if len(r.buckets) < maxBuckets {
		return
	}
	for key, b := range r.buckets {
		if !now.Before(b.full) {
			delete(r.buckets, key)
		}
	}
	for key := range r.buckets {
		if len(r.buckets) <= maxBuckets*9/10 {
			return
		}
		delete(r.buckets, key)
	}
}

func tooMany(w http.ResponseWriter) {
	w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
	writeProblem(w, http.StatusTooManyRequests, "too much is asked at once: wait a second")
}
