package trunk

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"time"
)

const (
	// Names are looked up again after refresh, after a failure after retry,
	// which doubles up to refresh. One run takes lookPatience at most.
	refresh      = time.Minute
	retry        = 2 * time.Second
	lookPatience = 5 * time.Second
	// patience is how long one target may take to answer: enough for five
	// transmissions over UDP.
	patience = 10 * time.Second
	// A registration that failed is tried again after firstWait, which
	// doubles up to lastWait; one that was refused, and is so again most likely,
	// after slowWait up to slowestWait. All with jitter, so that a provider that comes
	// back is not met by all its customers at once.
	firstWait   = 2 * time.Second
	lastWait    = 5 * time.Minute
	slowWait    = 5 * time.Minute
	slowestWait = time.Hour
	// improve is how often a trunk on a target of lower preference tries
	// the better ones.
	improve = 5 * time.Minute
	// leaving is how long taking a registration away may hold up the end.
	leaving = 2 * time.Second
)

// keeper is a trunk's goroutine. It does one thing after another, each when it
// is due:
//
//	look      where is the peer          each minute
//	register  at its registrar           ahead of expiry, after a failure with back-off (register.go)
//	ping      is it still there          each options_ping
//
// and shows after each what is known now.
type keeper struct {
	d   *Directory
	t   *trunk
	cfg Config // what of it the keeper reads never changes

	lookAt, registerAt, pingAt time.Time // zero: not at all
	lookWait, pingWait         time.Duration
	lookErr                    error     // of the last look
	improvedAt                 time.Time // when better targets were tried last

	registration
	pinged  bool   // it has been asked once
	heard   bool   // and has answered once
	silence string // why it seems to be down, "" if it answers
}

// newKeeper makes the keeper of a trunk. The caller holds the directory's lock.
func newKeeper(d *Directory, t *trunk) *keeper {
	k := &keeper{d: d, t: t, cfg: t.cfg, lookWait: retry, pingWait: firstWait}
	k.callID = strings.ToLower(rand.Text())
	if k.asked = t.cfg.Expires; k.asked <= 0 {
		k.asked = DefaultExpires
	}
	if len(t.targets) == 0 {
		k.lookAt = time.Now()
	} else {
		k.begin()
	}
	return k
}

// begin is for when the first target is known.
func (k *keeper) begin() {
	if k.d.opts.Client == nil {
		return
	}
	now := time.Now()
	k.improvedAt = now
	if k.cfg.OptionsPing > 0 {
		k.pingAt = now
	}
	if k.cfg.Register {
		k.registerAt = now
		if k.cfg.OptionsPing > 0 { // until then REGISTER says enough
			k.pingAt = now.Add(k.cfg.OptionsPing)
		}
	}
}

// run keeps the trunk until ctx ends.
func (k *keeper) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	k.show()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-timer.C:
			k.step(ctx)
			timer.Reset(k.wait())
		}
	}
	k.leave()
}

// step does what is due first in the order of need.
func (k *keeper) step(ctx context.Context) {
	now := time.Now()
	due := func(at time.Time) bool { return !at.IsZero() && !at.After(now) }
	switch {
	case due(k.lookAt):
		k.look(ctx)
	case due(k.registerAt):
		k.register(ctx)
	case due(k.pingAt):
		k.ping(ctx)
	}
	if ctx.Err() == nil {
		k.expire()
		k.show()
	}
}

// wait is how long nothing is due.
func (k *keeper) wait() time.Duration {
	var next time.Time
	for _, at := range []time.Time{k.lookAt, k.registerAt, k.pingAt, k.until} {
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if next.IsZero() {
		return math.MaxInt64 // a peer by address that is asked nothing
	}
	return max(0, time.Until(next))
}

// show shows what is known of the trunk now: the picture above [Unknown].
func (k *keeper) show() {
	state, reason := k.standing()
	k.d.set(k.t, func() {
		k.t.shown.State, k.t.shown.Reason, k.t.shown.Until = state, reason, nil
		if !k.until.IsZero() {
			until := k.until
			k.t.shown.Until = &until
		}
	})
}

func (k *keeper) standing() (state, reason string) {
	known, note := len(k.t.targets) > 0, "" // only the keeper writes them
	if k.lookErr != nil {
		note = "cannot resolve " + k.t.peer.Host + ": " + k.lookErr.Error()
	}
	asks := k.d.opts.Client != nil
	switch {
	case !known && note == "":
		return Unknown, ""
	case !known:
		return Failed, note
	case k.cfg.Register && !k.registered() && k.trouble == "":
		return Registering, ""
	case k.cfg.Register && !k.registered():
		return Failed, k.trouble
	case k.silence != "":
		return Down, k.silence
	case k.cfg.Register && k.trouble != "":
		return Registered, "it cannot be refreshed: " + k.trouble
	case !k.cfg.Register && asks && k.cfg.OptionsPing > 0 && !k.pinged:
		return Unknown, ""
	}
	if note != "" {
		note += "; its last addresses are used on"
	}
	if k.cfg.Register {
		return Registered, note
	}
	return Up, note
}

// look finds out where the peer is.
func (k *keeper) look(ctx context.Context) {
	asking, cancel := context.WithTimeout(ctx, lookPatience)
	targets, err := locate(asking, k.d.opts.Resolver, k.t.peer)
	cancel()
	if ctx.Err() != nil {
		return
	}
	first := len(k.t.targets) == 0
	k.lookErr = err
	if err != nil {
		k.lookAt = time.Now().Add(k.lookWait)
		k.lookWait = min(2*k.lookWait, refresh)
		if len(targets) == 0 || !first {
			return // what is known is better than half an answer
		}
	} else {
		k.lookAt, k.lookWait = time.Now().Add(refresh), retry
	}
	k.found(targets)
	if first {
		k.begin()
	}
}

// found takes a new answer of the name servers.
func (k *keeper) found(targets []Target) {
	t, d := k.t, k.d
	d.mu.Lock()
	moved := !sameTargets(t.targets, targets)
	// Name servers turn the order with each answer, so the target in use
	// stays, and calls keep going to one place. If its record is gone, it goes.
	left := t.in && !slices.ContainsFunc(targets, t.at.same) && !slices.ContainsFunc(t.lent, t.at.same)
	if left {
		t.in = false
	}
	if i := slices.IndexFunc(targets, t.at.same); t.in && i >= 0 {
		t.at = targets[i]
	}
	t.targets = targets
	if !t.in {
		t.at, t.in = targets[0], true
	}
	var clash string
	for _, o := range d.trunks {
		if o == t || t.contact != "" && o.contact != "" {
			continue
		}
		for _, target := range targets {
			if _, exact := o.is(target.Addr.Addr(), target.Addr.Port()); exact {
				clash = o.name
			}
		}
	}
	d.mu.Unlock()

	if left {
		now := time.Now()
		if !k.registerAt.IsZero() {
			k.registerAt = now
		}
		if !k.pingAt.IsZero() {
			k.pingAt = now
		}
	}
	if !moved {
		return
	}
	d.opts.Log.Info("peer of trunk found", "trunk", t.name, "host", t.peer.Host, "targets", targets)
	if clash != "" {
		d.opts.Log.Error("two trunks have the same address and port, so calls from there belong to neither; give one another port, let both register, or make them one trunk",
			"trunk", t.name, "other", clash)
	}
}

// sameTargets says whether two answers hold the same targets in any order.
func sameTargets(a, b []Target) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x Target) bool { return !slices.ContainsFunc(b, x.same) })
}

// use makes a target the one in use.
func (k *keeper) use(at Target) {
	k.d.mu.Lock()
	defer k.d.mu.Unlock()
	k.t.at, k.t.in = at, true
}

// list are the targets in the order to try them: the one in use first, unless
// it is time to try better ones.
func (k *keeper) list() []Target {
	k.d.mu.RLock()
	defer k.d.mu.RUnlock()
	t := k.t
	list := t.order()
	now := time.Now()
	if t.in && now.Sub(k.improvedAt) >= improve && len(t.targets) > 0 && t.targets[0].rank < t.at.rank {
		k.improvedAt = now
		slices.SortStableFunc(list, func(a, b Target) int { return a.rank - b.rank })
	}
	return list
}

// ask sends a request to one target.
func (k *keeper) ask(ctx context.Context, q Request) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return k.d.opts.Client.Ask(ctx, q)
}

// ping asks the peer whether it is there: any final answer but 503 says so.
func (k *keeper) ping(ctx context.Context) {
	began := time.Now()
	was := k.silence
	var silent []string
	mute := false // it takes OPTIONS and says nothing
	list := k.list()
	if k.registered() {
		list = list[:1] // it calls us there
	}
	for i, target := range list {
		a, err := k.ask(ctx, Request{
			Method: "OPTIONS", To: target, Host: k.t.peer.Host, URI: "sip:" + k.t.peer.HostPort(), AoR: k.aor(),
			Contact: k.t.contact, CallID: strings.ToLower(rand.Text()), Seq: 1, Credentials: k.t.credentials,
		})
		if ctx.Err() != nil {
			return
		}
		switch {
		case err != nil:
			mute = mute || errors.Is(err, ErrSilent)
			silent = append(silent, unanswered("OPTIONS", target, err))
			continue
		case a.Status == 503:
			silent = append(silent, fmt.Sprintf("%v answered OPTIONS with 503 %s", target, a.Reason))
			continue
		}
		silent, k.heard = nil, true
		if !k.registered() || i == 0 {
			k.use(target)
		}
		k.moved(a.Self)
		k.reconnected(a.Conn)
		break
	}
	if mute && len(silent) > 0 && !k.heard {
		silent = append(silent, `if it never answers OPTIONS, write options_ping = "off"`)
	}
	k.pinged, k.silence = true, strings.Join(silent, "; ")
	wait := k.cfg.OptionsPing
	if k.silence == "" {
		k.pingWait = firstWait
	} else { // it may be back soon
		wait = min(wait, k.pingWait)
		k.pingWait *= 2
	}
	k.pingAt = began.Add(wait)
	if now := time.Now(); k.pingAt.Before(now) {
		k.pingAt = now
	}
	if !k.cfg.Register {
		return
	}
	switch {
	case was != "" && k.silence == "":
		k.registerSoon() // it may have forgotten us
	case was == "" && k.silence != "" && k.registered():
		k.elsewhere()
	}
}

// unanswered says why there is no answer.
func unanswered(method string, target Target, err error) string {
	if errors.Is(err, ErrSilent) {
		return fmt.Sprintf("no answer to %s from %v", method, target)
	}
	return fmt.Sprintf("cannot send %s to %v: %v", method, target, err)
}

// aor is what we are called at the peer.
func (k *keeper) aor() string {
	p := k.t.peer
	p.Port = 0
	if k.cfg.Username == "" {
		return "sip:" + p.HostPort()
	}
	return "sip:" + escaped(k.cfg.Username) + "@" + p.HostPort()
}

// escaped is a user as a URI may hold it (RFC 3261 §25.1).
func escaped(user string) string {
	var b strings.Builder
	for _, c := range []byte(user) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.!~*'()&=+$,;?/", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// jitter is a time between three quarters and five quarters of d.
func jitter(d time.Duration) time.Duration {
	return d*3/4 + time.Duration(mathrand.Int64N(int64(d/2)+1))
}
