package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/danielgtaylor/huma/v2"
	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

// Types of the messages on the event stream that are not events of the switch.
const (
	EventSnapshot = "snapshot" // data: [Snapshot]; seq: the last event before it
	EventMissed   = "missed"   // data: [Missed]; the stream is then closed
	// EventCallStats comes each second to who follows a call, without a number;
	// data: the call, as in the list of calls.
	EventCallStats = "call.stats"
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
	// statsEvery is how often who follows a call gets its counters.
	statsEvery = time.Second
	writeTime  = 10 * time.Second // for one message, and for the answer to a ping
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
	if a.foreign(w, r) {
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
	device := r.URL.Query().Get("device")
	number, somebody := person(r.Context())
	if device != "" && !somebody {
		writeProblem(w, http.StatusUnprocessableEntity, "a device is a page of who has signed in as an extension")
		return
	}
	if !a.stream() {
		writeProblem(w, http.StatusServiceUnavailable, "the switch is shutting down")
		return
	}
	defer a.streams.Done()
	leave, ok := a.come(r)
	if !ok {
		w.Header().Set("Retry-After", "30")
		writeProblem(w, http.StatusTooManyRequests, fmt.Sprintf("%d of these streams are open: close one first", maxStreams))
		return
	}
	defer leave()
	var v *view // nil: of all
	if somebody {
		v = &view{a: a, number: number, box: a.opt.Voicemail.Of(number), request: r.Context()}
	}
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
	if device != "" {
		v.page = a.opt.Browsers.Connect(number, device, browser.Device{UserAgent: r.UserAgent(), Address: r.RemoteAddr})
		defer v.page.Close()
	}
	code, reason := a.push(ctx, c, after, wishes, v, a.stays(r))
	c.Close(code, reason) // an error is a client that has gone
	cancel()
	reader.Wait()
}

// wish is a message that a client sends.
type wish struct {
	Type  string  `json:"type" enum:"log.follow,log.leave,call.follow,call.leave,phone.ringing,phone.state"`
	Level string  `json:"level,omitempty" doc:"log.follow: the lowest"`
	After *uint64 `json:"after,omitempty" doc:"log.follow: the lines that are kept after this number (seq) come first; without it none"`
	Call  string  `json:"call,omitempty" doc:"call.follow: its id; phone.ringing: the call that rings"`

	Leg     string `json:"leg,omitempty" doc:"phone.ringing: the leg that this page rings for"`
	Visible bool   `json:"visible,omitempty" doc:"phone.state: somebody looks at the page"`
	Ready   bool   `json:"ready,omitempty" doc:"phone.state: it can take calls"`
	Audio   bool   `json:"audio,omitempty" doc:"phone.state: it may make a sound without being asked"`
}

// What clients send: the admin's about the log, a page of a person's about its phone.
const (
	wishFollowLog = "log.follow"
	wishLeaveLog  = "log.leave"
	wishFollow    = "call.follow"
	wishLeave     = "call.leave"
	wishRinging   = "phone.ringing"
	wishState     = "phone.state"
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

// foreign refuses a WebSocket that a page of an origin wants that may not have
// one: browsers let any page open one. Programs have no origin.
func (a *API) foreign(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || a.knows(origin, r.Host) {
		return false
	}
	writeProblem(w, http.StatusForbidden, "pages of "+origin+" may not connect here: only our own may, and those that web { origins } names")
	return true
}

// signalling is SIP over WebSocket. Who calls is proven by SIP's own means, whatever the browser is
// signed in as.
func (a *API) signalling(w http.ResponseWriter, r *http.Request) {
	if !a.foreign(w, r) {
		a.opt.SIP.ServeHTTP(w, r)
	}
}

// knows says whether pages of an origin may open the stream: our own, and
// those that are configured.
func (a *API) knows(origin, host string) bool {
	u, err := url.Parse(origin)
	if err == nil && u.Host != "" && strings.EqualFold(u.Host, host) {
		return true
	}
	return slices.Contains(a.trust.Load().Origins, strings.ToLower(origin))
}

// maxStreams is how many streams somebody may have open, with all their pages.
const maxStreams = 64

// come counts a stream for who has signed in; false if they have too many. Its end
// is leave. The admin token is not counted.
func (a *API) come(r *http.Request) (leave func(), ok bool) {
	if a.authorized(r) {
		return func() {}, true
	}
	who, _ := person(r.Context()) // "": the admin
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open[who] >= maxStreams {
		return nil, false
	}
	a.open[who]++
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.open[who]--; a.open[who] == 0 {
			delete(a.open, who)
		}
	}, true
}

// stays says whether who asked may go on: a password that is changed, or a
// sign-out, ends what is open, too.
func (a *API) stays(r *http.Request) func() bool {
	if a.authorized(r) {
		return func() bool { return true }
	}
	return func() bool { return a.sessions.Still(r.Context()) }
}

// push writes events until the client goes, may not stay, is too slow, or the API
// closes. It returns with what the stream shall be closed.
func (a *API) push(ctx context.Context, c *websocket.Conn, after uint64, wishes <-chan wish, v *view, stays func() bool) (websocket.StatusCode, string) {
	// First listen, then look: what happens in between is in both.
	s := a.opt.Events.subscribe(after)
	defer a.opt.Events.unsubscribe(s)
	last := s.from
	switch {
	case s.whole:
		last = after
		v.resumes(s.past)
	case v != nil:
		s.past = []*item{newItem(event.Event{Seq: s.from, Time: time.Now().UTC(), Type: EventSnapshot, Data: v.snapshot(ctx)})}
	default:
		s.past = []*item{newItem(event.Event{Seq: s.from, Time: time.Now().UTC(), Type: EventSnapshot, Data: a.snapshot()})}
	}
	send := func(what string, b []byte, err error) error {
		if err != nil {
			return fmt.Errorf("event %s: %w", what, err)
		}
		ctx, cancel := context.WithTimeout(ctx, writeTime)
		defer cancel()
		return c.Write(ctx, websocket.MessageText, b)
	}
	write := func(it *item) error {
		for _, it := range v.of(it) {
			b, err := it.encode()
			if err := send(it.Type, b, err); err != nil {
				return err
			}
		}
		return nil
	}
	for _, it := range s.past {
		if err := write(it); err != nil {
			return a.lost(err)
		}
		last = it.Seq
	}
	if s.whole {
		for _, m := range v.again() {
			b, err := json.Marshal(m)
			if err := send(m.Type, b, err); err != nil {
				return a.lost(err)
			}
		}
	}
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	tell := func(line LogLine) error {
		return write(newItem(event.Event{Time: line.Time, Type: EventLog, Data: line}))
	}
	var log *follower
	defer func() { a.opt.Logs.leave(log) }()
	var lines <-chan LogLine // of log
	followed := ""           // the id of a call
	var second <-chan time.Time
	every := time.NewTicker(statsEvery)
	defer every.Stop()
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
			if err := tell(line); err != nil {
				return a.lost(err)
			}
		case w := <-wishes:
			switch {
			case v != nil:
				v.wishes(w)
			case w.Type == wishFollowLog, w.Type == wishLeaveLog:
				a.opt.Logs.leave(log)
				log, lines = nil, nil
				if w.Type == wishFollowLog {
					var past []LogLine
					log, past = a.opt.Logs.follow(hclog.LevelFromString(w.Level), w.After)
					lines = log.lines
					for _, line := range past {
						if err := tell(line); err != nil {
							return a.lost(err)
						}
					}
				}
			case w.Type == wishFollow:
				followed, second = w.Call, every.C
			case w.Type == wishLeave:
				second = nil
			}
		case <-second:
			c, ok := a.opt.Calls.Call(followed)
			if !ok {
				second = nil // it is over, which its events have told
				continue
			}
			if err := write(newItem(event.Event{Time: time.Now().UTC(), Type: EventCallStats, Data: callUTC(c)})); err != nil {
				return a.lost(err)
			}
		case m, ok := <-v.phone():
			if !ok {
				return websocket.StatusPolicyViolation, "this page is no phone any more: connect again"
			}
			b, err := json.Marshal(m)
			if err := send(m.Type, b, err); err != nil {
				return a.lost(err)
			}
		case <-ping.C:
			if !stays() {
				return websocket.StatusPolicyViolation, "signed out"
			}
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
	for _, t := range []reflect.Type{
		reflect.TypeFor[Snapshot](), reflect.TypeFor[PersonSnapshot](), reflect.TypeFor[Missed](), reflect.TypeFor[Joined](), reflect.TypeFor[wish](),
		reflect.TypeFor[browser.Ring](), reflect.TypeFor[browser.Stop](), reflect.TypeFor[browser.Lost](), reflect.TypeFor[browser.Text](),
	} {
		schemas.Schema(t, true, "")
	}
	h.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "listen-to-events", Method: http.MethodGet, Path: "/api/v1/events", Summary: "Events over a WebSocket", Tags: []string{"events"},
		Description: "Each message is {seq, time, type, data}. The first is of type snapshot (data: #/components/schemas/Snapshot); its seq is that of the last event before it. " +
			"With after, a client that comes back soon gets what it missed instead. A client that is too slow gets a message of type missed, and the stream is closed with code 1013. " +
			"The admin gets the daemon's log, too, after sending {type: log.follow, level, after}: messages of type log (data: #/components/schemas/LogLine), which have no seq, until {type: log.leave}; and after {type: call.follow, call} each second a message of type call.stats (data: #/components/schemas/Call), until {type: call.leave}.\n\n" +
			"Who is signed in as an extension gets a snapshot of what is theirs (#/components/schemas/PersonSnapshot), and the events of the calls that they are in; call.joined (Joined) comes before the first of a call. " +
			"With device the page is a phone: it gets messages {type, data} without a seq, phone.ring (PhoneRing), phone.stop (PhoneStop), phone.lost (PhoneLost) and phone.text (PhoneText), and says phone.ringing and phone.state (Wish).",
		Parameters: []*huma.Param{
			{Name: "after", In: "query", Description: "the seq of the last event that you have", Schema: &huma.Schema{Type: huma.TypeInteger, Format: "int64"}},
			{Name: "device", In: "query", Description: "the page is a phone with this id, of its own choice: 8 to 64 letters, digits and -", Schema: &huma.Schema{Type: huma.TypeString}},
		},
		Responses: map[string]*huma.Response{
			"101": {Description: "Switching to the WebSocket protocol"},
			"426": {Description: "Not a WebSocket request"},
			"403": {Description: "A browser page of another origin"},
			"429": {Description: "Too many streams of who has signed in"},
			"422": {Description: "A parameter that cannot be"},
		},
	})
}
