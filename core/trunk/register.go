package trunk

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/sip/auth"
)

// registration is what a keeper knows of it.
//
//	   ┌──────────── again after a wait with jitter ────────────┐
//	   ▼                                                        │
//	asking ──200──▶ registered ──ahead of expiry──▶ asking ─────┤
//	   │                └── expired: not registered any more    │
//	   ├── 423: asking for longer, once                         │
//	   ├── 301, 302: asking there, maxHops times at most        │
//	   ├── silence, 408, 5xx: asking the next target, if any ───┤ 2 s, doubling to 5 min
//	   └── 401 and 407 with our proof, 403, 404, others ────────┘ 5 min, doubling to 1 h
type registration struct {
	callID string
	seq    uint32        // of the last REGISTER
	asked  time.Duration // the expiry that we ask for

	until   time.Time     // when it ends, zero: not registered
	place   place         // where, or where it may be
	open    bool          // a REGISTER is under way
	self    string        // host and port of the Contact there
	conn    string        // the connection that it was made over
	movedAt time.Time     // when it last followed our address
	trouble string        // why the last attempt failed, "" if it did not
	refused bool          // and it will, until somebody changes something
	pause   time.Duration // after the next failure
}

// place is where a REGISTER goes.
type place struct {
	target Target
	peer   Peer // that its URI names
}

func (p place) host() string { return p.peer.HostPort() }

const (
	// maxHops is how many redirects in a row are followed.
	maxHops = 5
	// maxExpires is the longest expiry that a registrar can make us ask for.
	maxExpires = 24 * time.Hour
	// minGranted is the shortest that is believed: rubbish must not make
	// us ask all the time.
	minGranted = 10 * time.Second
)

func (r *registration) registered() bool { return !r.until.IsZero() }

// expire notices that a registration has ended.
func (k *keeper) expire() {
	if k.registered() && !time.Now().Before(k.until) {
		k.until = time.Time{}
		if k.trouble == "" {
			k.trouble = "the registration expired"
		}
	}
}

// registerSoon registers at once, as if nothing had failed.
func (k *keeper) registerSoon() { k.registerAt, k.pause = time.Now(), 0 }

// elsewhere moves the registration off a target that does not answer, if there
// is another.
func (k *keeper) elsewhere() {
	k.d.mu.Lock()
	list := k.t.order()
	other := len(list) > 1
	if other {
		k.t.at = list[1]
	}
	k.d.mu.Unlock()
	if other {
		k.registerSoon()
	}
}

// moved follows our own address: the registration must name the one that we
// can be reached at.
func (k *keeper) moved(self string) {
	now := time.Now()
	if !k.registered() || self == "" || self == k.self || !k.movedAt.IsZero() && now.Sub(k.movedAt) < refresh {
		return
	}
	k.movedAt = now
	k.registerSoon()
}

// reconnected registers anew where the connection is another: behind NAT the
// registrar reaches us over the one that it heard us on.
func (k *keeper) reconnected(conn string) {
	if k.registered() && conn != k.conn {
		k.registerSoon()
	}
}

// register asks the targets, one after another, until one registers us or
// refuses to.
func (k *keeper) register(ctx context.Context) {
	o := k.attempt(ctx, k.list(), k.t.peer, []string{k.t.peer.HostPort()})
	if ctx.Err() != nil {
		return
	}
	now := time.Now()
	if o.accepted {
		k.until = now.Add(o.granted)
		k.place, k.self, k.conn = o.place, o.sent, o.conn
		k.trouble, k.refused, k.silence, k.pause = "", false, "", 0
		k.use(o.place.target)
		k.d.mu.Lock()
		k.t.lent = o.lent
		k.d.mu.Unlock()
		// Between half and three quarters of the time: enough is left to try
		// again, and many do not come at once.
		k.registerAt = now.Add(o.granted/2 + time.Duration(mathrand.Int64N(int64(o.granted/4))))
		if k.cfg.OptionsPing > 0 {
			k.pingAt = now.Add(k.cfg.OptionsPing)
		}
		k.moved(o.self)
		return
	}
	first, last := firstWait, lastWait
	if o.refused {
		first, last = slowWait, slowestWait
		k.until = time.Time{}
	}
	if o.refused != k.refused {
		k.pause = 0
	}
	k.trouble, k.refused = o.reason, o.refused
	k.pause = min(max(2*k.pause, first), last)
	k.registerAt = now.Add(max(jitter(k.pause), min(o.retryAfter, slowestWait)))
}

// outcome is what came of asking.
type outcome struct {
	accepted, refused bool // neither: it may be better later, or elsewhere

	place      place         // accepted: where
	granted    time.Duration // accepted: for how long
	sent, self string        // accepted: as in [Answer]
	conn       string        // accepted: over which connection
	lent       []Target      // accepted: targets that a redirect led to

	reason     string // not accepted: why
	retryAfter time.Duration
}

// attempt asks targets in their order. names are the hosts that led there.
func (k *keeper) attempt(ctx context.Context, targets []Target, peer Peer, names []string) outcome {
	var all outcome
	var reasons []string
	for _, target := range targets {
		at := place{target, peer}
		a, err := k.askRegister(ctx, at)
		if ctx.Err() != nil {
			return outcome{}
		}
		o := k.judge(at, a, err)
		if err == nil && (a.Status == 301 || a.Status == 302) {
			o = k.follow(ctx, at, a, names)
		}
		if o.accepted || o.refused || ctx.Err() != nil {
			return o
		}
		reasons = append(reasons, o.reason)
		all.retryAfter = max(all.retryAfter, o.retryAfter)
	}
	all.reason = strings.Join(reasons, "; ")
	return all
}

// askRegister asks one target, and again if it wants to be asked for longer.
func (k *keeper) askRegister(ctx context.Context, at place) (Answer, error) {
	k.place, k.open = at, true
	a, err := k.send(ctx, at, k.asked)
	if err == nil && a.Status == 423 {
		least := time.Duration(a.MinExpires) * time.Second
		if least > k.asked && least <= maxExpires {
			k.asked = least
			a, err = k.send(ctx, at, k.asked)
		}
	}
	if ctx.Err() == nil {
		k.open = false
	}
	return a, err
}

// send sends a REGISTER.
func (k *keeper) send(ctx context.Context, at place, expires time.Duration) (Answer, error) {
	k.seq++
	a, err := k.ask(ctx, Request{
		Method: "REGISTER", To: at.target, Host: at.peer.Host, URI: "sip:" + at.host(), AoR: k.aor(), Contact: k.t.contact,
		Expires: int(expires / time.Second), CallID: k.callID, Seq: k.seq, Credentials: k.t.credentials,
	})
	k.seq = max(k.seq, a.Seq)
	if err != nil {
		k.seq += 4 // it may have been challenged before it fell silent
	}
	return a, err
}

// judge says what an answer means. Each reason names who said what, and what
// can be done.
func (k *keeper) judge(at place, a Answer, err error) outcome {
	user := k.cfg.Username
	said := fmt.Sprintf("%d %s", a.Status, a.Reason)
	switch {
	case err != nil:
		return outcome{reason: unanswered("REGISTER", at.target, err)}
	case a.Status >= 200 && a.Status < 300:
		return k.granted(at, a)
	case a.Status == 401 || a.Status == 407:
		if errors.Is(a.Denied, auth.ErrRefused) || a.Denied == nil {
			return outcome{refused: true, reason: fmt.Sprintf("the provider refused user %s at %s (%s to our proof): check username, auth_username and secret", k.who(), at.host(), said)}
		}
		return outcome{refused: true, reason: fmt.Sprintf("the challenge of %s (%s) cannot be answered: %v", at.host(), said, a.Denied)}
	case a.Status == 403:
		return outcome{refused: true, reason: fmt.Sprintf("the provider refused user %s at %s (%s): check username and secret", k.who(), at.host(), said)}
	case a.Status == 404 || a.Status == 410 || a.Status == 604:
		return outcome{refused: true, reason: fmt.Sprintf("the provider knows no user %s at %s (%s): check username", user, at.host(), said)}
	case a.Status == 423:
		return outcome{refused: true, reason: fmt.Sprintf("%s finds %v too brief (%s) and names no longer time that can be asked for: set expires", at.host(), k.asked, said)}
	case a.Status == 408 || a.Status == 480 || a.Status >= 500 && a.Status < 600:
		return outcome{reason: fmt.Sprintf("%v answered REGISTER with %s", at.target, said), retryAfter: a.RetryAfter}
	}
	return outcome{refused: true, reason: fmt.Sprintf("the provider did not register user %s at %s (%s)", k.who(), at.host(), said), retryAfter: a.RetryAfter}
}

// who is the user that was tried.
func (k *keeper) who() string {
	if a := k.cfg.AuthUsername; a != "" && a != k.cfg.Username {
		return k.cfg.Username + " (auth_username " + a + ")"
	}
	return k.cfg.Username
}

// granted reads for how long a 200 registers us: by our Contact in it, else by
// its Expires, else it is what we asked for (RFC 3261 §10.2.4).
func (k *keeper) granted(at place, a Answer) outcome {
	seconds := a.Expires
	for _, c := range a.Contacts {
		if c.User == k.t.contact && c.Expires >= 0 {
			seconds = c.Expires
		}
	}
	o := outcome{accepted: true, place: at, granted: k.asked, sent: a.Sent, self: a.Self, conn: a.Conn}
	switch {
	case seconds == 0:
		return outcome{reason: fmt.Sprintf("%v answered REGISTER with %d, but keeps the registration for 0 seconds", at.target, a.Status)}
	case seconds > 0:
		o.granted = max(minGranted, min(time.Duration(seconds)*time.Second, k.asked))
	}
	return o
}

// follow asks where a redirect leads (RFC 3261 §8.1.3.4). names are the hosts
// that were asked already.
func (k *keeper) follow(ctx context.Context, at place, a Answer, names []string) outcome {
	said := fmt.Sprintf("%v redirected REGISTER (%d %s)", at.target, a.Status, a.Reason)
	if len(a.Contacts) == 0 {
		return outcome{reason: said + " without saying where"}
	}
	next := a.Contacts[0].Peer
	name := next.HostPort()
	trail := strings.Join(append(slices.Clip(names), name), " → ")
	for _, n := range names {
		if n == name {
			return outcome{reason: said + " in a loop: " + trail}
		}
	}
	if len(names) > maxHops {
		return outcome{reason: said + " too often: " + trail}
	}
	asking, cancel := context.WithTimeout(ctx, lookPatience)
	defer cancel()
	targets, err := locate(asking, k.d.opts.Resolver, next)
	if len(targets) == 0 {
		return outcome{reason: fmt.Sprintf("%s to %s, which has no address: %v", said, name, err)}
	}
	o := k.attempt(ctx, targets, next, append(slices.Clip(names), name))
	if o.accepted && o.lent == nil {
		o.lent = targets
	}
	return o
}

// leave takes the registration away.
func (k *keeper) leave() {
	if !k.registered() && !k.open {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(k.d.ctx), leaving)
	defer cancel()
	if a, err := k.send(ctx, k.place, 0); err != nil || a.Status >= 300 {
		k.d.opts.Log.Warn("a trunk's registration could not be taken away; it ends by itself", "trunk", k.t.name, "at", k.place.target, "status", a.Status, "error", err)
	}
	k.until = time.Time{}
}
