package browser

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/leg"
)

// session is a peer connection of a page, and its media: the second picture of
// the package's comment.
type session struct {
	p      *Phones
	id     string
	person *person
	device string // "": of a page that does not listen
	media  Media  // nil until it is open

	// Guarded by the lock of the phones.
	leg    *Leg // nil: it stands alone
	info   call.LegInfo
	alone  alarm
	lost   string // why, while it is being opened
	closed bool
	work   []func() // of the goroutine
	wake   chan struct{}
}

// maxWork is how much may wait for a leg plugin.
const maxWork = 64

// Open makes a session from a page's offer, and returns its id and the answer.
// Errors are those of [leg.Terminator], or a [*call.Error].
func (p *Phones) Open(ctx context.Context, number, device string, offer []byte) (id string, answer []byte, err error) {
	e, err := p.extension(number)
	if err != nil {
		return "", nil, err
	}
	if device != "" && !validDevice.MatchString(device) {
		return "", nil, &call.Error{Cause: call.NotFound, Text: badDevice}
	}
	s := &session{p: p, id: call.NewID(), device: device, wake: make(chan struct{}, 1)}
	if err := p.reserve(s, number); err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, mediaTime)
	defer cancel()
	m, answer, err := p.opt.Open(ctx, e, s.id, offer, s.hear)
	p.mu.Lock()
	defer p.leave()
	switch {
	case err != nil:
	case s.lost != "":
		err = fmt.Errorf("%w: %s", leg.ErrGone, s.lost)
	case p.closed:
		err = &call.Error{Cause: call.Congestion, Text: "the switch is about to stop"}
	}
	s.media = m
	if err != nil {
		s.closed = true
		s.person.sessions--
		p.tidy(s.person)
		if m != nil {
			p.wg.Go(s.end)
		}
		return "", nil, err
	}
	p.sessions[s.id] = s
	p.wg.Go(s.run)
	s.alone.set(p, aloneTime, func() {
		p.opt.Log.Info("a session is closed: it was not linked to a call in time", "extension", number, "session", s.id)
		s.close()
	})
	return s.id, answer, nil
}

// reserve counts a session in.
func (p *Phones) reserve(s *session, number string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return &call.Error{Cause: call.Congestion, Text: "the switch is about to stop"}
	}
	s.person = p.person(number)
	if s.person.sessions >= maxSessions {
		return &call.Error{Cause: call.Busy, Text: fmt.Sprintf("extension %s has %d sessions: close one first", number, maxSessions)}
	}
	s.person.sessions++
	return nil
}

// session finds a session of a person's, or with the number "" of anybody's.
func (p *Phones) session(number, id string) (*session, error) {
	s := p.sessions[id]
	if s == nil || number != "" && s.person.number != number {
		return nil, &call.Error{Cause: call.NotFound, Text: fmt.Sprintf("there is no session %q", id)}
	}
	return s, nil
}

// Trickle takes candidates of a page, and with end that there are no more.
func (p *Phones) Trickle(ctx context.Context, number, id string, candidates []string, end bool) error {
	return p.ask(ctx, number, id, func(ctx context.Context, m Media) error {
		if len(candidates) > 0 {
			if err := m.Trickle(ctx, candidates); err != nil {
				return err
			}
		}
		if end {
			return m.Trickle(ctx, nil)
		}
		return nil
	})
}

// Renegotiate answers a page's next offer in a session: an ICE restart, another device.
func (p *Phones) Renegotiate(ctx context.Context, number, id string, offer []byte) (answer []byte, err error) {
	err = p.ask(ctx, number, id, func(ctx context.Context, m Media) (err error) {
		answer, err = m.Answer(ctx, offer, leg.SendRecv)
		return err
	})
	return answer, err
}

// ask has a session's goroutine ask its media, and waits for it.
func (p *Phones) ask(ctx context.Context, number, id string, f func(context.Context, Media) error) error {
	said := make(chan error, 1)
	p.mu.Lock()
	s, err := p.session(number, id)
	if err == nil && !s.do(func() {
		ctx, cancel := context.WithTimeout(ctx, mediaTime)
		defer cancel()
		said <- f(ctx, s.media)
	}) {
		err = &call.Error{Cause: call.Congestion, Text: "the session has too much to do"}
	}
	p.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case err := <-said:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-p.ctx.Done():
		return leg.ErrGone
	}
}

// do gives the goroutine something to do; false: it has too much, or has ended.
func (s *session) do(f func()) bool {
	if s.closed || len(s.work) >= maxWork {
		return false
	}
	s.work = append(s.work, f)
	s.stir()
	return true
}

func (s *session) stir() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run is the session's goroutine: what its media is asked, one after the other.
func (s *session) run() {
	for {
		<-s.wake
		s.p.mu.Lock()
		work, closed := s.work, s.closed
		s.work = nil
		s.p.mu.Unlock()
		for _, f := range work {
			f()
		}
		if closed {
			s.end()
			return
		}
	}
}

// end closes the media, after the hub has taken its line out of the room.
func (s *session) end() {
	select {
	case <-time.After(parting):
	case <-s.p.ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), mediaTime)
	defer cancel()
	if err := s.media.Close(ctx); err != nil && !errors.Is(err, leg.ErrGone) {
		s.p.opt.Log.Warn("a session's media did not close", "session", s.id, "error", err)
	}
}

// close ends the session. Its leg, if it has one, is told by who closes it.
func (s *session) close() {
	if s.closed {
		return
	}
	s.closed, s.leg = true, nil
	s.alone.stop()
	s.stir()
	delete(s.p.sessions, s.id)
	s.person.sessions--
	s.p.tidy(s.person)
}

// hear takes the news of the plugin.
func (s *session) hear(e leg.Event) {
	s.p.mu.Lock()
	defer s.p.leave()
	if s.closed {
		return
	}
	if e.Kind == leg.Lost {
		s.lose(e.Reason)
		return
	}
	n, ok := s.info.Hear(e)
	if l := s.leg; ok && l != nil {
		l.takes(s)
		l.news(n)
		l.lamp()
	}
}

// lose is the end of a session that nobody wanted.
func (s *session) lose(reason string) {
	s.lost = reason
	if s.media == nil { // it is being opened
		return
	}
	l := s.leg
	s.p.opt.Log.Info("a session was lost", "extension", s.person.number, "session", s.id, "reason", reason)
	s.close()
	if l != nil {
		l.away(s, reason)
	}
}

// CloseSession closes a session of a person, and hangs up the leg that has it.
func (p *Phones) CloseSession(number, id string) error {
	p.mu.Lock()
	defer p.leave()
	s, err := p.session(number, id)
	if err != nil {
		return err
	}
	if l := s.leg; l != nil {
		l.end(call.Normal, "")
	}
	s.close()
	return nil
}
