package api_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/api/apitest"
	phones "github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/core/trace"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/leg"
)

const token = "a-token-for-the-tests"

// office is a switch made of values.
type office struct {
	mu      sync.Mutex
	calls   []call.Info
	hungUp  []string
	acts    []string // what was set and switched
	unready []string
	reloads []string // "plan" and "apply", as asked for
	refusal error

	browsers *phones.Phones
	came     []call.Incoming // by browsers
	control  apitest.Acts
	book     *trace.Book
	events   *api.Broadcaster
	records  fakeRecords
	wrong    []string
	shelf    cabinet
	sounds   shelf
	logs     *api.Logs
}

// fakeRecords answer from a list, the latest first, and note what was asked.
type fakeRecords struct {
	mu    sync.Mutex
	list  []event.CDR
	asked []store.Query
	fails error
}

// Calls implements api.Records.
func (f *fakeRecords) Calls(_ context.Context, q store.Query) ([]event.CDR, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, q)
	list := f.list
	if q.After != "" {
		i := slices.IndexFunc(list, func(c event.CDR) bool { return c.ID == q.After })
		if i < 0 {
			return nil, store.ErrUnknownCall
		}
		list = list[i+1:]
	}
	return list[:min(len(list), q.Limit)], f.fails
}

// Call implements api.Records.
func (f *fakeRecords) Call(_ context.Context, id string) (event.CDR, error) {
	for _, c := range f.list {
		if c.ID == id {
			return c, nil
		}
	}
	return event.CDR{}, cmp.Or(f.fails, store.ErrUnknownCall)
}

func (o *office) Calls() []call.Info {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]call.Info(nil), o.calls...)
}

func (o *office) Call(id string) (call.Info, bool) {
	for _, c := range o.Calls() {
		if c.ID == id {
			return c, true
		}
	}
	return call.Info{}, false
}

func (o *office) Hangup(id string, cause call.Cause, by call.Actor) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.hungUp = append(o.hungUp, id+" "+string(cause)+" by "+by.String())
	return nil
}

func (o *office) originate(c call.Origination, _ call.Actor) (string, error) {
	switch c.From {
	case "101":
		if c.To != "102" {
			return "", &call.Error{Cause: call.NotFound, Text: "nobody has the number " + c.To}
		}
		return "NEW", nil
	case "102":
		return "", &call.Error{Cause: call.Unavailable, Text: "102 has no device"}
	case "103":
		return "", &call.Error{Cause: call.Congestion, Text: "the switch drains"}
	case "panic":
		panic("a bug")
	}
	return "", &call.Error{Cause: call.NotFound, Text: "there is no extension " + c.From}
}

// set notes what shall be set.
func (o *office) set(number string, settings map[string]string, by call.Actor) (api.Extension, error) {
	if number != "101" {
		return api.Extension{}, &call.Error{Cause: call.NotFound, Text: "there is no extension with the number " + number}
	}
	if settings["forward_always"] == "0049" {
		return api.Extension{}, &call.Error{Cause: call.Denied, Text: "forward_always: may_dial does not allow 0049"}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.acts = append(o.acts, fmt.Sprintf("%s %v %s", number, settings, by.Name))
	return api.Extension{Number: "101", State: api.Registered, Standing: dialplan.Standing{DoNotDisturb: true, Set: []string{"do_not_disturb"}}}, nil
}

func (o *office) flip(name string, open *bool, by call.Actor) (api.Schedule, error) {
	if name != "office" {
		return api.Schedule{}, &call.Error{Cause: call.NotFound, Text: "there is no schedule " + name}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.acts = append(o.acts, fmt.Sprintf("%s %t %t %s", name, open != nil, open != nil && *open, by.Name))
	return api.Schedule{Name: name, Open: open != nil && *open, Override: open}, nil
}

func (o *office) reload(what string) (api.ConfigPlan, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.reloads = append(o.reloads, what)
	p := api.ConfigPlan{Running: "9c1e5f0a7b21", Revision: "3f2ad4c5e6b7", Calls: 2, Changes: []api.ConfigChange{
		{What: "added", Block: "trunk.next", Kind: "trunk", File: "config.hcl", Line: 17, Effect: "it registers"},
	}}
	if what == "apply" {
		p.Applied = &started
	}
	return p, o.refusal
}

var started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newOffice() *office {
	one := call.LegInfo{ID: "L1", Kind: call.KindExtension, Name: "anna", Number: "101", State: "up", Codec: "pcmu"}
	o := &office{
		calls: []call.Info{
			{ID: "C2", From: "103", To: "104", State: "ringing", Started: started, Legs: []call.LegInfo{}},
			{ID: "C1", From: "101", To: "102", Route: "desk", State: "up", Started: started, Answered: &started, Legs: []call.LegInfo{one}},
		},
		book:   trace.NewBook(trace.Limits{}),
		events: api.NewBroadcaster(1000, 100),
		logs:   api.NewLogs(hclog.Info, func(s string) string { return strings.ReplaceAll(s, "hunter2", "(sensitive)") }),
	}
	o.browsers = phones.New(phones.Options{
		Log: hclog.NewNullLogger(),
		Extension: func(number string) *dialplan.Extension {
			if !strings.HasPrefix(number, "10") {
				return nil
			}
			return &dialplan.Extension{Name: "n" + number, Number: number, Browser: number != "109", MaxDevices: 2}
		},
		Normalize: func(n string) string { return n }, Registered: func(string) int { return 0 },
		Open: func(_ context.Context, _ *dialplan.Extension, _ string, offer []byte, _ func(leg.Event)) (phones.Media, []byte, error) {
			switch string(offer) {
			case "gone":
				return nil, nil, leg.ErrGone
			case "codec":
				return nil, nil, leg.ErrNoCodec
			case "nonsense":
				return nil, nil, leg.ErrBadSDP
			}
			return new(silent), []byte("answer to " + string(offer)), nil
		},
		Counters: func(leg.Stats, time.Time) *call.LegStats { return nil },
		Incoming: func(in call.Incoming) call.Inbox {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.came = append(o.came, in)
			return func(call.News) {}
		},
		Changed: func(string, phones.Device, string) {}, Lamp: func(string, presence.Dialog) {},
		Arrived: func(_, id string) error {
			if id == "" {
				return nil
			}
			return &call.Error{Cause: call.NotFound, Text: "it does not ring there"}
		},
	})
	return o
}

// silent is the media of a browser.
type silent struct{}

func (*silent) Offer(context.Context, leg.Direction) ([]byte, error) { return nil, nil }
func (*silent) Accept(context.Context, []byte) error                 { return nil }
func (*silent) Rollback(context.Context) error                       { return nil }
func (*silent) Digit(context.Context, byte, time.Duration) error     { return nil }
func (*silent) Stats(context.Context) (leg.Stats, error)             { return leg.Stats{}, nil }
func (*silent) Close(context.Context) error                          { return nil }
func (*silent) Line() mix.Line                                       { return nil }
func (*silent) Latest() (leg.Stats, time.Time)                       { return leg.Stats{}, time.Time{} }
func (*silent) Answer(_ context.Context, o []byte, _ leg.Direction) ([]byte, error) {
	return append([]byte("again "), o...), nil
}

// Trickle implements [leg.Trickler].
func (*silent) Trickle(_ context.Context, candidates []string) error {
	if len(candidates) > 0 && candidates[0] == "nonsense" {
		return leg.ErrBadSDP
	}
	return nil
}

func (o *office) options() api.Options {
	extensions := func() []api.Extension {
		return []api.Extension{
			{Number: "1000", Name: "Lobby", State: api.Unregistered},
			{Number: "101", Name: "Anna", State: api.Registered, Devices: []registrar.Device{{
				Contact: "sip:101@192.0.2.1", Address: "192.0.2.1:5060", Transport: "udp", UserAgent: "baresip", Expires: started}}},
		}
	}
	trunks := func() []api.Trunk {
		return []api.Trunk{{Name: "first", State: api.Up, Since: started}}
	}
	plugins := func() []api.Plugin {
		var unmeasured float64
		return []api.Plugin{{Name: "leg-rtp", Kind: "leg", Version: "1.0.0", PID: 42, State: api.Up, Restarts: 1, Legs: 2, FrameLatencyP99Ms: &unmeasured}}
	}
	return api.Options{
		Browsers: o.browsers, ICEServers: func(string) []api.ICEServer {
			return []api.ICEServer{{URLs: []string{"stun:stun.example.net"}}}
		},
		Voicemail: &boxes{list: []event.Message{{ID: "a", Mailbox: "office"}}},
		Token:     token, Version: "1.2.3", Started: started, Trusted: api.Trusted{Origins: []string{"https://desk.example.net"}},
		SIP:   http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }),
		Calls: o, Acts: &o.control, Meetings: &o.control, Conferences: conferences, Originate: o.originate, Extensions: extensions, Trunks: trunks, Plugins: plugins,
		Account: func(number string) (api.Account, bool) {
			return api.Account{Number: "101", Name: "Anna", Username: "101", Secret: "5ecret", Domain: "plugboard", State: api.Registered,
				Servers: []string{"sip:192.0.2.9:5060;transport=udp"}}, number == "101"
		},
		Reloads: api.Reloads{
			Plan:     func(context.Context) (api.ConfigPlan, error) { return o.reload("plan") },
			Apply:    func(context.Context) (api.ConfigPlan, error) { return o.reload("apply") },
			Revision: func() (string, time.Time) { return "9c1e5f0a7b21", started },
		},
		Unready: func() []string { o.mu.Lock(); defer o.mu.Unlock(); return o.unready }, Warnings: func() []string { return o.wrong },
		SetExtension: o.set, SwitchSchedule: o.flip,
		Prompts: api.Prompts{
			List: func() ([]api.Prompt, error) {
				return []api.Prompt{{ID: "1f", Text: "Good morning", Engine: "tts-command", Version: "1", Bytes: 12345}}, o.refusal
			},
			Voices: func(context.Context) ([]api.Voice, error) {
				if err := o.refusal; err != nil {
					return nil, err
				}
				return []api.Voice{{Engine: "tts-command", Name: "rms", Language: "en", Default: true}, {Engine: "tts-command", Name: "slt"}}, nil
			},
			Warm:  func(context.Context) (int, error) { return 3, o.refusal },
			Clear: func() (int, error) { return 2, o.refusal },
		},
		Listen: func(id, extension string, by call.Actor) (string, error) {
			if extension != "101" {
				return "", &call.Error{Cause: call.Denied, Text: "nobody may listen in here"}
			}
			return id + "L by " + by.Name, nil
		},
		UpgradePlugin: func(_ context.Context, name string) (api.Plugin, error) {
			if name != "leg-rtp" {
				return api.Plugin{}, &call.Error{Cause: call.NotFound, Text: "no plugin " + name + " is configured"}
			}
			return api.Plugin{Name: name, State: "up", Version: "2.0.0", PID: 4712}, o.refusal
		},
		PluginLog: func(name string) (api.PluginLog, error) {
			if name != "leg-rtp" {
				return nil, errors.New("no plugin " + name + " is configured")
			}
			lines := make(spoken, 1)
			lines <- "it says something\n"
			return lines, nil
		},
		TryMail: func(_ context.Context, to string) (api.MailTried, error) {
			return api.MailTried{Server: "smtp://mail.example.net:587", Answer: "queued for " + to}, o.refusal
		},
		Queues: queues,
		Agent: func(queue, number, act string, by call.Actor) error {
			if queue != "sales" || number != "101" {
				return &call.Error{Cause: call.NotFound, Text: number + " is no member of queue." + queue}
			}
			o.mu.Lock()
			defer o.mu.Unlock()
			o.acts = append(o.acts, act+" "+number+" "+queue+" "+by.Name)
			return nil
		},
		Parked: func() []event.Park {
			return []event.Park{{Park: "lot", Slot: "71", Call: "C1", Number: "101", By: "102", Until: &started}}
		},
		Park: func(id string, w call.Park, by call.Actor) (string, error) {
			switch {
			case id != "C1":
				return "", &call.Error{Cause: call.NotFound, Text: "there is no call " + id}
			case w.Slot == "72":
				return "", &call.Error{Cause: call.Busy, Text: "slot 72 is taken"}
			}
			o.mu.Lock()
			defer o.mu.Unlock()
			o.acts = append(o.acts, fmt.Sprintf("park %+v %s", w, by.Name))
			return "71", nil
		},
		Features: func() []api.Feature {
			return []api.Feature{{Name: "features.forward_always", Code: "*72", Takes: "NUMBER", Does: "…"}, {Name: "schedule.office", Code: "*28"}}
		},
		Schedules: func() []api.Schedule { return []api.Schedule{{Name: "office", Open: true, Code: "*28"}} },
		Explain:   explain, Records: &o.records, Normalize: func(n string) string { return strings.Replace(n, "030", "+4930", 1) },
		Files: o.shelf.api(), Logs: o.logs,
		Trace: o.book, Events: o.events,
		Metrics: api.NewMetrics(api.MetricsOptions{Version: "1.2.3", Queues: queues, Calls: o.Calls, Extensions: extensions, Trunks: trunks, Plugins: plugins,
			Prompts: func() api.PromptStats {
				return api.PromptStats{Plays: 7, FromDisk: 3, Spoken: 2, Missed: 40 * time.Millisecond}
			},
			Mail: func() api.MailStats { return api.MailStats{Sent: 4, GivenUp: 1, Refused: 2, Waiting: 3} },
			Media: func() api.MediaStats {
				return api.MediaStats{Ticks: 500, LateTicks: 2, LatenessP99: 3 * time.Millisecond, Rooms: 1, Ports: 2}
			}, Events: o.events, Waiting: func() int { return 7 }, Subscriptions: func() map[string]int { return map[string]int{"dialog": 12} }}),
		Page: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "the page") }),
	}
}

func serve(t *testing.T, o *office) (*api.API, *httptest.Server) {
	t.Helper()
	a, err := api.New(o.options())
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a)
	t.Cleanup(func() { a.Close(); s.Close() })
	return a, s
}

// ask sends a request with the token; headers are "Name: value".
// spoken is what a plugin logs.
type spoken chan string

func (l spoken) Lines() <-chan string { return l }
func (l spoken) Close()               {}

func ask(t *testing.T, s *httptest.Server, method, path, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// problem checks that an answer is a problem document (RFC 9457) and returns
// its detail.
func problem(t *testing.T, res *http.Response, body string, status int) string {
	t.Helper()
	var p struct {
		Title, Detail string
		Status        int
	}
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatalf("not a problem document: %q", body)
	}
	if res.StatusCode != status || p.Status != status || p.Title != http.StatusText(status) || p.Detail == "" {
		t.Errorf("status %d, document %+v, want %d", res.StatusCode, p, status)
	}
	if got := res.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type %q", got)
	}
	return p.Detail
}

func background() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 20*time.Second)
}

// explain answers with what was asked.
func explain(q dialplan.Question) (dialplan.Explanation, error) {
	if q.From != "101" {
		return dialplan.Explanation{}, fmt.Errorf("from: there is no %s", q.From)
	}
	given := fmt.Sprint(q.Given)
	return dialplan.Explanation{Call: dialplan.Summary{On: q.From, From: q.Caller, To: q.Number, ToRaw: q.At}, Route: given}, nil
}
