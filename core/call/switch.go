package call

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/inbox"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

// Options are what a switch is made of.
type Options struct {
	Log    hclog.Logger
	Dialer Dialer
	Rooms  Rooms
	// Plan returns the dialplan now in force. Each call asks once, at its
	// start, and keeps what it got.
	Plan func() Plan
	// Emit takes the calls' events. It must not block, and is called by many
	// goroutines. Nil: nobody listens.
	Emit func(event.Event)
	// Overrides keeps the schedules that are switched by hand. Nil: they last
	// as long as the switch.
	Overrides Overrides
	// Settings keeps what extensions have set. Nil: as Overrides.
	Settings Settings
	// Apps gives calls to apps. Nil: there are none.
	Apps Apps
	// Tools attaches tools. Nil: there are none.
	Tools Tools
	// Prompts makes prompts heard. Nil: none can be.
	Prompts Prompts
	// Text shows a text on the phones of an extension, as far as they can. It
	// must not block. Nil: nobody can.
	Text func(Text)
}

// Text is a text for the phones of an extension.
type Text struct {
	To             *dialplan.Extension
	Call           string // the call that it is about
	From, FromName string // whom to call back
	Text           string // one line
}

// Plan is what a call asks the dialplan: a [*dialplan.Plan], with its music.
type Plan interface {
	Route(dialplan.Facts) dialplan.Decision
	// ExtensionByNumber is nil if nobody has the number.
	ExtensionByNumber(string) *dialplan.Extension
	// ExtensionByName and TrunkByName are nil if there is none.
	ExtensionByName(string) *dialplan.Extension
	TrunkByName(string) *dialplan.Trunk
	// DestinationFor is what an app calls: a destination as the configuration
	// writes it, or a number that by, who calls, dials. The error is for people.
	DestinationFor(by *dialplan.Extension, to string) (dialplan.Destination, error)
	// Pressed is the code that an extension has pressed within a call, "" if none;
	// more says that it may become one.
	Pressed(keys string) (name string, more bool)
	// Announcement is what all who talk hear before somebody has a call recorded.
	Announcement() *dialplan.Play
	// Park is nil if there is none with that name; "" is the first.
	Park(string) *dialplan.Park
	// Normalize is a number as dialled, in the form that routes match.
	Normalize(string) string
	// Revision names the configuration, for the call's record.
	Revision() string
	// Music is what a prompt sounds like to who waits; of nil it is the site's
	// music.
	Music(*dialplan.Prompt) Music
}

// Music is what who waits hears: a sound over and over, or a text; of neither,
// silence.
type Music struct {
	Sound *sound.Sound
	Text  *dialplan.Play // spoken anew after a pause, as long as somebody waits
}

// Rooms steps rooms at the tick: [*mix.Clock].
type Rooms interface {
	Add(*mix.Room)
	Remove(*mix.Room)
}

// Switch holds the calls that live.
type Switch struct {
	opt      Options
	meetings meetings
	lines    *lines
	parks    parking
	queues   *queues
	// background is what calls have begun and do not wait for themselves.
	background sync.WaitGroup

	mu       sync.Mutex
	calls    map[string]*Call
	draining bool
	closed   bool
	started  uint64
	ended    map[Cause]uint64
}

// New makes a switch without calls. Close ends it.
func New(opt Options) *Switch {
	remembered := &Remembered{}
	if opt.Overrides == nil {
		opt.Overrides = remembered
	}
	if opt.Settings == nil {
		opt.Settings = remembered
	}
	s := &Switch{
		opt:      opt,
		lines:    newLines(),
		parks:    parking{taken: map[slot]event.Park{}, calls: map[slot]*Call{}},
		meetings: meetings{open: map[string]*meeting{}},
		calls:    map[string]*Call{},
		ended:    map[Cause]uint64{},
	}
	s.queues = newQueues(s)
	s.meetings.sw = s
	return s
}

// Incoming starts a call for a caller and returns the inbox for the caller
// leg's news. It never blocks. A switch that drains, unless it is an emergency
// call, or is closed refuses the call with [Congestion].
func (s *Switch) Incoming(in Incoming) Inbox {
	in.Facts.ID = in.ID
	c := s.newCall(in.Facts, s.opt.Plan(), stateRouting, in.MaxForwards)
	c.caller = &party{leg: in.Leg, road: c.road, who: c.facts.From, incoming: true, added: now()}
	c.parties = []*party{c.caller}
	if in.Replaces != nil {
		c.first = func() { c.replace(in.Replaces, in.EarlyOnly) }
	}
	if err := s.start(c); err != nil {
		c.log.Error("call refused", "error", err)
		in.Leg.Hangup(End{Cause: err.Cause})
		return func(News) {}
	}
	return c.news
}

// Origination is a call that somebody other than a phone begins.
type Origination struct {
	From string // the number of the extension that is rung first
	To   string // what it then dials
	// AutoAnswer asks its phones to answer by themselves.
	AutoAnswer bool
}

// Originate rings the devices of an extension and then, as if it had dialled
// that itself, calls a number (click to call). It returns the id of the call,
// which goes on by itself. The error is an [*Error]: [NotFound] if nobody has
// the number from.
func (s *Switch) Originate(o Origination, by Actor) (string, error) {
	plan := s.opt.Plan()
	e := plan.ExtensionByNumber(o.From)
	if e == nil {
		return "", &Error{NotFound, fmt.Sprintf("no extension has the number %q", o.From)}
	}
	c := s.newCall(dialplan.Facts{
		ID:   NewID(),
		From: dialplan.Party{Number: e.Number, Name: e.Display, Raw: e.Number, Extension: e},
		To:   dialplan.Callee{Number: plan.Normalize(o.To), Raw: o.To},
	}, plan, stateCalling, maxForwards)
	c.by, c.auto = by, o.AutoAnswer
	if err := s.start(c); err != nil {
		return "", err
	}
	return c.facts.ID, nil
}

// maxForwards is what a call of our own begins with (RFC 3261, section
// 8.1.1.6).
const maxForwards = 70

func (s *Switch) newCall(facts dialplan.Facts, plan Plan, begin state, forwards int) *Call {
	if facts.Start.IsZero() {
		facts.Start = now()
	}
	if facts.Overrides == nil {
		facts.Overrides = s.opt.Overrides.Overrides()
	}
	if facts.Settings == nil {
		facts.Settings = s.opt.Settings.Settings()
	}
	c := &Call{
		sw:    s,
		log:   s.opt.Log.With("call", facts.ID),
		facts: facts,
		plan:  plan,
		inbox: inbox.New[message](),
		done:  make(chan struct{}),
		state: begin,

		changed:  true,
		forwards: forwards,
		held:     map[string]bool{},
	}
	c.road = &road{home: c}
	c.record.started = now()
	return c
}

// start lets a call run, if the switch takes it.
func (s *Switch) start(c *Call) *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return &Error{Congestion, "the switch is closed"}
	case s.calls[c.facts.ID] != nil:
		return &Error{Failed, fmt.Sprintf("there is a call %q already", c.facts.ID)}
	case s.draining && c.caller == nil:
		return &Error{Congestion, "the switch takes no new calls: it is about to stop"}
	}
	s.started++
	s.calls[c.facts.ID] = c
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.timer = time.NewTimer(endTime)
	c.timer.Stop()
	c.refused = s.draining
	c.show()
	c.inbox.Put(message{kind: gotStart})
	go c.run()
	return nil
}

// forget is the end of a call's goroutine.
func (s *Switch) forget(c *Call) {
	for _, m := range c.inbox.Close() {
		switch m.kind {
		case gotParcel:
			c.sendBack(m.parcel, &Error{NotFound, "the call is over"})
		case gotBack:
			m.parcel.dismiss(s)
		}
	}
	c.cancel()
	s.mu.Lock()
	delete(s.calls, c.facts.ID)
	s.ended[c.record.cause]++
	s.mu.Unlock()
	close(c.done)
}

// Calls lists the calls that ring or are up, in the order in which they
// started.
func (s *Switch) Calls() []Info {
	out := []Info{}
	for _, c := range s.all() {
		if i, ok := c.info(); ok {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b Info) int {
		if d := a.Started.Compare(b.Started); d != 0 {
			return d
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

// Call is one of [Switch.Calls]. It reports false if there is no such call.
func (s *Switch) Call(id string) (Info, bool) {
	s.mu.Lock()
	c := s.calls[id]
	s.mu.Unlock()
	if c == nil {
		return Info{}, false
	}
	return c.info()
}

// Hangup ends a call and all its legs with a cause. The error is an [*Error]
// with [NotFound] if there is no such call.
func (s *Switch) Hangup(id string, cause Cause, by Actor) error {
	return s.act(id, func(c *Call) *Error {
		c.tellAct(event.ActHangup, by, nil, func(e *event.Act) { e.Text = string(cause) })
		ended := byOperator
		if by.Kind == event.BySwitch {
			ended = bySwitch
		}
		c.end(cause, "", ended)
		return nil
	})
}

// Stats are a switch's counters.
type Stats struct {
	Ringing, Up int              // now
	Started     uint64           // calls since the start
	Ended       map[Cause]uint64 // of these, by cause
}

// Stats counts the calls.
func (s *Switch) Stats() Stats {
	var out Stats
	for _, c := range s.all() {
		switch g := c.shown.Load(); {
		case g.over:
		case g.answered.IsZero():
			out.Ringing++
		default:
			out.Up++
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out.Started, out.Ended = s.started, maps.Clone(s.ended)
	return out
}

// Drain refuses new calls with [Congestion], but for emergency calls, and waits
// for the live ones to end. Those that are left when ctx ends are hung up, and their number is
// returned once they have ended, too.
func (s *Switch) Drain(ctx context.Context) int {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
	for calls := s.all(); len(calls) > 0; calls = s.all() {
		for _, c := range calls {
			select {
			case <-c.done:
			case <-ctx.Done():
				return s.endAll()
			}
		}
	}
	return 0
}

// Close hangs up every call, refuses new ones and waits until all have ended.
func (s *Switch) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.endAll()
	s.queues.close()
	s.background.Wait()
}

// endAll hangs up all calls, waits for them and says how many they were.
func (s *Switch) endAll() int {
	calls := s.all()
	for _, c := range calls {
		cause := Normal
		if c.shown.Load().answered.IsZero() {
			cause = Congestion
		}
		c.inbox.Put(message{kind: gotHangup, cause: cause, text: "the switch stops", by: bySwitch})
	}
	for _, c := range calls {
		<-c.done
	}
	return len(calls)
}

func (s *Switch) all() []*Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.calls))
}
