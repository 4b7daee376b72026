package remote

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/internal/news"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
	"github.com/plugboard/plugboard/sdk/tool"
)

const (
	// patience is how long after its end an attachment may still work through
	// the frames that it has, and closing is how long its Close may take.
	patience = 10 * time.Second
	closing  = time.Minute
	// grace is how long a session may take to heed the end of its context, when
	// the plugin ends.
	grace = 500 * time.Millisecond
)

// Server is a plugin's end: it runs the sessions of its [tool.Tool], and fetches
// their frames as the [bus.Worker] of the plugin's bus.
//
// Authors' code is kept from hurting its neighbours: it runs on goroutines of
// its own, which the tick never waits for, and a session that panics or returns
// an error is closed and told [tool.Lost]; the others go on.
type Server struct {
	tool  tool.Tool
	guest *bus.Guest
	log   hclog.Logger
	news  *news.Queue[told]
	busy  sync.WaitGroup // goroutines of sessions

	run    context.Context // of all sessions
	cancel context.CancelFunc

	mu    sync.Mutex
	open  map[string]*attached // nil once closed
	heard atomic.Pointer[[]*heard]
	frame audio.Frame // of the audio goroutine
}

// told is news of an attachment.
type told struct {
	attachment string
	event      tool.Event
}

// attached is one session.
type attached struct {
	call    tool.Call
	log     hclog.Logger
	session tool.Session
	rate    int             // of its frames
	run     context.Context // of its Listen calls
	cancel  context.CancelFunc
	listens sync.WaitGroup
	ending  sync.Once

	// Guarded by the server's mu.
	sources map[string]*heard
	all     []*tool.Feed // also of those that have ended
	gone    bool
}

// heard is one source.
type heard struct {
	line *bus.GuestLine
	from uint64 // the tick from which on there may be frames

	mu    sync.Mutex // held while frames are fetched: briefly
	feed  *tool.Feed
	next  uint64 // the tick that is fetched next; 0: none was yet
	ended bool
}

// NewServer returns a server for t, whose frames come over guest.
func NewServer(t tool.Tool, guest *bus.Guest, log hclog.Logger) *Server {
	s := &Server{tool: t, guest: guest, log: log, news: news.New[told](), open: make(map[string]*attached)}
	s.heard.Store(new([]*heard))
	s.run, s.cancel = context.WithCancel(context.Background())
	return s
}

// Register makes r serve the tool.
func (s *Server) Register(r grpc.ServiceRegistrar) { pb.RegisterToolServer(r, service{Server: s}) }

// Close ends every session and waits for them, until ctx ends.
func (s *Server) Close(ctx context.Context) {
	s.mu.Lock()
	open := s.open
	s.open = nil
	s.mu.Unlock()
	for _, a := range open {
		s.detach(a)
	}
	defer s.cancel()
	defer context.AfterFunc(ctx, s.cancel)()
	done := make(chan struct{})
	go func() { // ends with the last session, or with the process
		defer close(done)
		s.busy.Wait()
	}()
	select {
	case <-done:
	case <-s.run.Done():
		select {
		case <-done:
		case <-time.After(grace):
			s.log.Error("a tool goes on after its context has ended; it is left behind")
		}
	}
}

// Deliver implements [bus.Worker]: it fetches what each source has.
func (s *Server) Deliver(tick uint64) {
	for _, h := range *s.heard.Load() {
		h.fetch(tick, &s.frame)
	}
}

// Gather implements [bus.Worker]. A tool says nothing.
func (s *Server) Gather(uint64) {}

// fetch takes the source's frames up to the given tick. The bus keeps four: what
// is older is lost, and so is what was overwritten meanwhile.
func (h *heard) fetch(tick uint64, f *audio.Frame) {
	const kept = 3 // the fourth is about to be overwritten
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended {
		return
	}
	oldest := max(tick, kept) - kept + 1
	if h.next == 0 {
		h.next = h.from
	}
	if h.next < oldest {
		h.feed.Miss(int(oldest - h.next))
		h.next = oldest
	}
	for ; h.next <= tick; h.next++ {
		switch there, sound := h.line.Fetch(h.next, f); {
		case sound:
			h.feed.Put(h.next, f)
		case there:
			h.feed.Put(h.next, nil)
		}
	}
}

// end ends a source, after its frame of the given tick.
func (h *heard) end(tick uint64) {
	if tick != 0 {
		h.fetch(tick, new(audio.Frame))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended {
		h.ended = true
		h.feed.End()
	}
}

// relist publishes the sources that the tick fetches. mu is held.
func (s *Server) relist() {
	var list []*heard
	for _, a := range s.open {
		for _, h := range a.sources {
			list = append(list, h)
		}
	}
	s.heard.Store(&list)
}

// find returns the attachment with the given id, or nil.
func (s *Server) find(id string) *attached {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[id]
}

// tell queues what an author's session says.
func (s *Server) tell(id string, e tool.Event) {
	if e.Kind == tool.Lost {
		if a := s.find(id); a != nil {
			s.lose(a, e.Text)
		}
		return
	}
	if e.Kind != tool.Ended { // that is told by finish
		s.news.Put(told{id, e})
	}
}

// listen runs the author's Listen for a source.
func (s *Server) listen(a *attached, src *tool.Source) {
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("the plugin panicked in Listen; its work on this call is over, the others go on",
				"leg", src.Speaker.Leg, "panic", r, "stack", string(debug.Stack()))
			s.lose(a, fmt.Sprintf("the plugin panicked: %v", r))
		}
	}()
	err := a.session.Listen(hclog.WithContext(a.run, a.log.With("leg", src.Speaker.Leg)), src)
	if err != nil && a.run.Err() == nil {
		s.lose(a, err.Error())
	}
}

// lose ends a session that cannot go on, and says so.
func (s *Server) lose(a *attached, why string) {
	s.mu.Lock()
	was := a.gone
	a.gone = true
	s.mu.Unlock()
	if !was {
		s.news.Put(told{a.call.Attachment, tool.Event{Kind: tool.Lost, Text: why}})
		s.detach(a)
	}
}

// detach ends a session's sources, and the session when they are worked through.
func (s *Server) detach(a *attached) {
	a.ending.Do(func() {
		s.mu.Lock()
		sources := a.sources
		a.sources, a.gone = nil, true
		if s.open != nil {
			s.relist()
		}
		s.mu.Unlock()
		for _, h := range sources {
			h.end(0)
		}
		s.busy.Go(func() { s.finish(a) })
	})
}

// finish waits for a session's Listens, closes it, and tells that it has ended.
func (s *Server) finish(a *attached) {
	limit := time.AfterFunc(patience, a.cancel)
	a.listens.Wait()
	limit.Stop()
	a.cancel()
	if err := s.closeSession(a); err != nil {
		a.log.Error("the tool did not end its work on the call well", "error", err)
		s.news.Put(told{a.call.Attachment, tool.Event{Kind: tool.Note, Text: err.Error()}})
	}
	e := tool.Event{Kind: tool.Ended}
	s.mu.Lock()
	e.Frames, e.Missed = a.counts()
	delete(s.open, a.call.Attachment)
	s.mu.Unlock()
	s.news.Put(told{a.call.Attachment, e})
}

func (s *Server) closeSession(a *attached) (err error) {
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("the plugin panicked in Close", "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("the plugin panicked while it ended: %v", r)
		}
	}()
	ctx, cancel := context.WithTimeout(s.run, closing)
	defer cancel()
	return a.session.Close(hclog.WithContext(ctx, a.log))
}

// counts are the attachment's so far. The server's mu is held.
func (a *attached) counts() (frames, missed uint64) {
	for _, f := range a.all {
		n, m := f.Counts()
		frames, missed = frames+n, missed+m
	}
	return frames, missed
}

// errTwice and errGone are mistakes of the core.
var (
	errTwice = errors.New("it is there already")
	errGone  = errors.New("there is no such attachment")
)
