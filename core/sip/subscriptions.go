package sip

import (
	"runtime/debug"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/presence"
)

// subscriptions are those that live, and the queue of those to be looked at.
// One goroutine looks at them, one after the other: a thousand lamps cost no
// call its time.
type subscriptions struct {
	packages []*eventPackage
	board    *presence.Board

	mu     sync.Mutex
	byTag  map[string]*subscription // by the local tag of their dialog
	counts map[string]int           // of each extension
	closed bool

	qmu   sync.Mutex
	queue []*subscription
	token chan struct{} // while something is in the queue
	done  chan struct{} // closed when nobody looks any more
}

func newSubscriptions(b *presence.Board) *subscriptions {
	return &subscriptions{
		packages: packages(), board: b, byTag: map[string]*subscription{}, counts: map[string]int{},
		token: make(chan struct{}, 1), done: make(chan struct{}),
	}
}

type adding int

const (
	added adding = iota
	tooMany
	noRoom
)

// add takes a subscription in, which watches from then on.
func (a *subscriptions) add(n *subscription) adding {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.closed, len(a.byTag) >= allSubscriptions:
		return noRoom
	case a.counts[n.by] >= maxSubscriptions:
		return tooMany
	}
	a.counts[n.by]++
	a.byTag[n.dlg.localTag] = n
	n.watch = a.board.Watch(n.of, n.wake)
	return added
}

func (a *subscriptions) remove(n *subscription) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.byTag[n.dlg.localTag] != n {
		return
	}
	delete(a.byTag, n.dlg.localTag)
	if a.counts[n.by]--; a.counts[n.by] == 0 {
		delete(a.counts, n.by)
	}
}

func (a *subscriptions) by(tag string) *subscription {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.byTag[tag]
}

func (a *subscriptions) all() []*subscription {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := make([]*subscription, 0, len(a.byTag))
	for _, n := range a.byTag {
		list = append(list, n)
	}
	return list
}

// wake queues a subscription, once.
func (a *subscriptions) wake(n *subscription) {
	a.qmu.Lock()
	defer a.qmu.Unlock()
	if n.queued {
		return
	}
	n.queued = true
	a.queue = append(a.queue, n)
	select {
	case a.token <- struct{}{}:
	default:
	}
}

// take empties the queue, and lends it spare.
func (a *subscriptions) take(spare []*subscription) []*subscription {
	a.qmu.Lock()
	defer a.qmu.Unlock()
	got := a.queue
	for _, n := range got {
		n.queued = false
	}
	clear(spare)
	a.queue = spare[:0]
	return got
}

// notifier sends what is due, until the server closes.
func (s *Server) notifier() {
	defer close(s.subs.done)
	var spare []*subscription
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.subs.token:
		}
		spare = s.subs.take(spare)
		for _, n := range spare {
			s.attend(n)
		}
	}
}

// attend sends what a subscription has to say now. A panic ends this one alone.
func (s *Server) attend(n *subscription) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("panic in a subscription", "error", r, "stack", string(debug.Stack()))
			n.lost("internal error")
		}
	}()
	tx := n.look(time.Now())
	if tx == nil {
		return
	}
	if n.ended() {
		n.drop()
	}
	if tx.link.reliable() {
		s.wg.Go(func() { s.txs.begin(tx) }) // a connection may take its time
		return
	}
	s.txs.begin(tx)
}

func (n *subscription) ended() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.over
}

// farewell ends every subscription, and asks to come back in a while: another run
// of ours knows nothing of it.
func (s *Server) farewell() {
	<-s.subs.done
	s.subs.mu.Lock()
	s.subs.closed = true
	s.subs.mu.Unlock()
	for _, n := range s.subs.all() {
		n.part(probation)
	}
}

// on says whether a subscription came over a socket.
func (n *subscription) on(p *socket) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return socketOf(n.dlg.link) == p
}

// part ends a subscription at once, also while a NOTIFY of it is unanswered.
func (n *subscription) part(why ending) {
	n.mu.Lock()
	n.busy = false
	if n.why == "" {
		n.why = why
	}
	n.mu.Unlock()
	n.srv.attend(n)
}
