package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/danielgtaylor/huma/v2"
	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

// Types of the messages on the event stream that are not events of the switch.
const (
	EventSnapshot = "snapshot" // data: [Snapshot]; seq: the last event before it
	EventMissed   = "missed"   // data: [Missed]; the stream is then closed
)

// Snapshot is how things stood at a moment. An event that comes after it may
// already be in it.
type Snapshot struct {
	Calls      []call.Info `json:"calls" nullable:"false"`
	Extensions []Extension `json:"extensions" nullable:"false"`
	Trunks     []Trunk     `json:"trunks" nullable:"false"`
	Plugins    []Plugin    `json:"plugins" nullable:"false"`
}

// Missed tells a client that did not keep up where to go on.
type Missed struct {
	After uint64 `json:"after" doc:"the last event that it got: connect again with ?after="`
}

const (
	pingEvery = 30 * time.Second
	writeTime = 10 * time.Second // for one message, and for the answer to a ping
)

// events serves the WebSocket. A snapshot comes first, except to a client that
// comes back in time: it gets what it missed.
func (a *API) events(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		w.Header().Set("Upgrade", "websocket")
		w.Header().Set("Connection", "Upgrade")
		writeProblem(w, http.StatusUpgradeRequired, "the events come over a WebSocket (RFC 6455)")
		return
	}
	if origin := r.Header.Get("Origin"); origin != "" && !a.knows(origin, r.Host) {
		writeProblem(w, http.StatusForbidden, "pages of "+origin+" may not listen here: only our own may")
		return
	}
	var after uint64
	if text := r.URL.Query().Get("after"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			writeProblem(w, http.StatusUnprocessableEntity, "after is the number (seq) of an event, not "+strconv.Quote(text))
			return
		}
		after = n
	}
	if !a.stream() {
		writeProblem(w, http.StatusServiceUnavailable, "the switch is shutting down")
		return
	}
	defer a.streams.Done()
	// The origin was checked above.
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return // Accept has answered
	}
	defer c.CloseNow()
	// The end of the reader's context closes the connection, whatever waits.
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	stop := context.AfterFunc(a.alive, cancel)
	defer stop()
	wishes := make(chan wish)
	var reader sync.WaitGroup
	reader.Go(func() {
		defer cancel()
		hear(ctx, c, wishes)
	})
	_, personal := person(r.Context())
	code, reason := a.push(ctx, c, after, wishes, !personal)
	c.Close(code, reason) // an error is a client that has gone
	cancel()
	reader.Wait()
}

// wish is a message that a client sends.
type wish struct {
	Type  string `json:"type"`
	Level string `json:"level"` // log.follow
}

// What clients send.
const (
	wishFollowLog = "log.follow"
	wishLeaveLog  = "log.leave"
)

// maxWish is how long a client's message may be.
const maxWish = 4 << 10

// hear reads what the client sends, until it goes. What it cannot make out is
// from a newer page, and means nothing.
func hear(ctx context.Context, c *websocket.Conn, wishes chan<- wish) {
	c.SetReadLimit(maxWish)
	for {
		_, b, err := c.Read(ctx)
		if err != nil {
			return
		}
		var w wish
		if json.Unmarshal(b, &w) != nil {
			continue
		}
		select {
		case wishes <- w:
		case <-ctx.Done():
			return
		}
	}
}

// knows says whether pages of an origin may open the stream: our own, and
// those that are configured.
func (a *API) knows(origin, host string) bool {
	u, err := url.Parse(origin)
	if err == nil && u.Host != "" && strings.EqualFold(u.Host, host) {
		return true
	}
	for _, o := range a.opt.Origins {
		if strings.EqualFold(strings.TrimSuffix(o, "/"), origin) {
			return true
		}
	}
	return false
}

// push writes events until the client goes, is too slow, or the API closes. It
// returns with what the stream shall be closed.
func (a *API) push(ctx context.Context, c *websocket.Conn, after uint64, wishes <-chan wish, admin bool) (websocket.StatusCode, string) {
	// First listen, then look: what happens in between is in both.
	s := a.opt.Events.subscribe(after)
	defer a.opt.Events.unsubscribe(s)
	last := s.from
	if s.whole {
		last = after
	} else {
		s.past = []*item{newItem(event.Event{Seq: s.from, Time: time.Now().UTC(), Type: EventSnapshot, Data: a.snapshot()})}
	}
	write := func(it *item) error {
		b, err := it.encode()
		if err != nil {
			return fmt.Errorf("event %s: %w", it.Type, err)
		}
		ctx, cancel := context.WithTimeout(ctx, writeTime)
		defer cancel()
		return c.Write(ctx, websocket.MessageText, b)
	}
	for _, it := range s.past {
		if err := write(it); err != nil {
			return a.lost(err)
		}
		last = it.Seq
	}
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	var log *follower
	defer func() { a.opt.Logs.leave(log) }()
	var lines <-chan LogLine // of log
	for {
		select {
		case it, ok := <-s.queue:
			if !ok {
				missed := newItem(event.Event{Seq: last, Time: time.Now().UTC(), Type: EventMissed, Data: Missed{After: last}})
				if err := write(missed); err != nil {
					return a.lost(err)
				}
				return websocket.StatusTryAgainLater, fmt.Sprintf("too slow: events after %d were missed; connect again with ?after=%d", last, last)
			}
			if err := write(it); err != nil {
				return a.lost(err)
			}
			last = it.Seq
		case line := <-lines:
			if err := write(newItem(event.Event{Time: line.Time, Type: EventLog, Data: line})); err != nil {
				return a.lost(err)
			}
		case w := <-wishes:
			if !admin || w.Type != wishFollowLog && w.Type != wishLeaveLog {
				continue
			}
			a.opt.Logs.leave(log)
			log, lines = nil, nil
			if w.Type == wishFollowLog {
				log = a.opt.Logs.follow(hclog.LevelFromString(w.Level))
				lines = log.lines
			}
		case <-ping.C:
			ctx, cancel := context.WithTimeout(ctx, writeTime)
			err := c.Ping(ctx)
			cancel()
			if err != nil {
				return a.lost(err)
			}
		case <-ctx.Done():
			return websocket.StatusNormalClosure, ""
		case <-a.closing:
			return websocket.StatusGoingAway, "the switch is shutting down"
		}
	}
}

// lost is a write that failed: mostly a client that has gone.
func (a *API) lost(err error) (websocket.StatusCode, string) {
	a.opt.Log.Debug("an event client was lost", "error", err)
	return websocket.StatusInternalError, "the event could not be sent"
}

func (a *API) snapshot() Snapshot {
	return Snapshot{
		Calls:      a.calls(),
		Extensions: a.extensions(),
		Trunks:     orEmpty(a.opt.Trunks()),
		Plugins:    a.plugins(),
	}
}

// describeEvents puts the stream, which is not huma's, into the OpenAPI document.
func describeEvents(h huma.API) {
	schemas := h.OpenAPI().Components.Schemas
	schemas.Schema(reflect.TypeFor[Snapshot](), true, "")
	schemas.Schema(reflect.TypeFor[Missed](), true, "")
	h.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "listen-to-events", Method: http.MethodGet, Path: "/api/v1/events", Summary: "Events over a WebSocket", Tags: []string{"events"},
		Description: "Each message is {seq, time, type, data}. The first is of type snapshot (data: #/components/schemas/Snapshot); its seq is that of the last event before it. " +
			"With after, a client that comes back soon gets what it missed instead. A client that is too slow gets a message of type missed, and the stream is closed with code 1013. " +
			"The admin gets the daemon's log, too, after sending {type: log.follow, level}: messages of type log (data: #/components/schemas/LogLine), which have no seq, until {type: log.leave}.",
		Parameters: []*huma.Param{{Name: "after", In: "query", Description: "the seq of the last event that you have", Schema: &huma.Schema{Type: huma.TypeInteger, Format: "int64"}}},
		Responses: map[string]*huma.Response{
			"101": {Description: "Switching to the WebSocket protocol"},
			"426": {Description: "Not a WebSocket request"},
			"403": {Description: "A browser page of another origin"},
		},
	})
}
