package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/cli"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/core/trace"
	"github.com/plugboard/plugboard/sdk/event"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// office is the switch that the daemon under test has.
type office struct {
	calls   []call.Info
	hungUp  []string
	control acts
	unready []string
	book    *trace.Book
	logs    *api.Logs
	records []event.CDR // the latest first
	asked   []store.Query
	plan    api.ConfigPlan
	refusal error
}

// records answer from the office's list.
type records struct{ *office }

// Calls implements api.Records.
func (r records) Calls(_ context.Context, q store.Query) ([]event.CDR, error) {
	r.asked = append(r.asked, q)
	i := slices.IndexFunc(r.office.records, func(c event.CDR) bool { return c.ID == q.After })
	list := r.office.records[i+1:]
	return list[:min(len(list), q.Limit)], nil
}

// Call implements api.Records.
func (r records) Call(_ context.Context, id string) (event.CDR, error) {
	for _, c := range r.office.records {
		if c.ID == id {
			return c, nil
		}
	}
	return event.CDR{}, store.ErrUnknownCall
}

func (o *office) Calls() []call.Info { return append([]call.Info(nil), o.calls...) }

func (o *office) Call(id string) (call.Info, bool) {
	for _, c := range o.calls {
		if c.ID == id {
			return c, true
		}
	}
	return call.Info{}, false
}

func (o *office) Hangup(id string, cause call.Cause, _ call.Actor) error {
	o.hungUp = append(o.hungUp, id+" "+string(cause))
	return nil
}

const token = "a-token-for-the-tests"

// daemon serves the real API on an office, and writes a configuration and a
// token file that lead to it. It returns the configuration's path.
func daemon(t *testing.T, o *office) string {
	t.Helper()
	o.book = trace.NewBook(trace.Limits{})
	o.logs = api.NewLogs(hclog.Info, func(s string) string { return s })
	latency, until, soon := 21.5, now.Add(4*time.Minute), now.Add(75*time.Second)
	a, err := api.New(api.Options{
		Token: token, Version: "1.2.3", Started: now.Add(-90 * time.Minute), Calls: o, Acts: &o.control, Tools: &o.control, Recorder: "recorder", Recordings: shelf{}, OpenRecording: openRecording, DeleteRecording: o.control.deleteRecording, Meetings: &o.control, Conferences: conferences, Trace: o.book, Logs: o.logs, Events: api.NewBroadcaster(0, 10),
		Originate: func(c call.Origination, _ call.Actor) (string, error) {
			switch c.From {
			case "101":
				return "NEW", nil
			case "102":
				return "", &call.Error{Cause: call.Unavailable, Text: "102 has no registered device"}
			}
			return "", &call.Error{Cause: call.NotFound, Text: "there is no extension " + c.From}
		},
		Dump: func(call, leg string, d time.Duration) (string, error) {
			return "/data/dumps/" + call + "-" + leg + ".wav", nil
		},
		Explain: explainOffice,
		SetExtension: func(number string, settings map[string]string, _ call.Actor) (api.Extension, error) {
			if number != "101" {
				return api.Extension{}, &call.Error{Cause: call.NotFound, Text: "there is no extension with the number " + number}
			}
			return api.Extension{Number: number, Standing: dialplan.Standing{DoNotDisturb: settings["do_not_disturb"] == "on", ForwardBusy: settings["forward_busy"], CallWaiting: true}}, nil
		},
		TryMail: func(context.Context, string) (api.MailTried, error) {
			return api.MailTried{Server: "smtp://mail.example.net:587", Answer: "2.0.0 queued"}, nil
		},
		Prompts: api.Prompts{
			List: func() ([]api.Prompt, error) {
				return []api.Prompt{{ID: "1f", Text: "Our office is closed today, and tomorrow, and the day after", Voice: "slt", Language: "en", Engine: "tts-command", Bytes: 12345}}, nil
			},
			Voices: func(context.Context) ([]api.Voice, error) {
				return []api.Voice{{Engine: "tts-command", Name: "rms", Language: "en", Default: true}, {Engine: "tts-command", Name: "slt"}}, nil
			},
			Warm:  func(context.Context) (int, error) { return 1, errors.New("say(\"b\"): flite is not installed") },
			Clear: func() (int, error) { return 2, nil },
		},
		Parked: func() []event.Park {
			return []event.Park{{Park: "lot", Slot: "71", Call: "01J8", Number: "+12125550100", By: "102", Until: &soon}}
		},
		Park: func(id string, w call.Park, _ call.Actor) (string, error) {
			if w.Slot == "72" {
				return "", &call.Error{Cause: call.Busy, Text: "slot 72 is taken"}
			}
			return "71", nil
		},
		Queues: queues, Agent: o.control.agent,
		Features: func() []api.Feature {
			return []api.Feature{{Name: "features.forward_always", Code: "*72", Takes: "NUMBER", Does: "Away."}, {Name: "schedule.office", Code: "*28", Does: "Night."}}
		},
		Schedules: func() []api.Schedule {
			no := false
			return []api.Schedule{{Name: "office", Code: "*28", Override: &no}, {Name: "lunch", Open: true}}
		},
		SwitchSchedule: func(name string, open *bool, _ call.Actor) (api.Schedule, error) {
			return api.Schedule{Name: name, Open: open == nil || *open, Override: open}, nil
		},
		Extensions: func() []api.Extension {
			return []api.Extension{
				{Number: "101", Name: "Anna", State: api.Registered, Devices: []registrar.Device{
					{Contact: "sip:101@192.0.2.1", UserAgent: "baresip\x1b[31m", Address: "192.0.2.1:5060", Transport: "udp", Expires: now}}},
				{Number: "102", Name: "Ben", State: api.Unregistered, Standing: dialplan.Standing{
					DoNotDisturb: true, ForwardAlways: "group.office", ForwardBusy: "103", ForwardNoAnswer: "voicemail.office", Set: []string{"forward_busy"}}},
			}
		},
		Account: func(number string) (api.Account, bool) {
			return api.Account{Number: "101", Name: "Anna", Username: "101", Secret: "5ecret", Domain: "plugboard", State: api.Unregistered,
				Servers: []string{"sip:192.0.2.9:5060;transport=udp", "sip:192.0.2.9:5060;transport=tcp"}}, number == "101"
		},
		Trunks: func() []api.Trunk {
			return []api.Trunk{{Name: "first", State: "failed", Reason: "no answer to OPTIONS", Since: now.Add(-26 * time.Hour)}, {Name: "second", State: api.Up},
				{Name: "third", State: api.Registered, Since: now.Add(-time.Minute), Until: &until}}
		},
		Plugins: func() []api.Plugin {
			return []api.Plugin{{Name: "leg-rtp", Kind: "leg", Version: "1.0.0", PID: 42, State: api.Up, Restarts: 1, FrameLatencyP99Ms: &latency},
				{Name: "scribe", Kind: "tool", State: "failed", Legs: 3, Reason: "no such file"}}
		},
		Unready: func() []string { return o.unready }, Warnings: func() []string { return []string{"call records are not written"} },
		Records: records{o}, Normalize: func(n string) string { return n },
		Reloads: api.Reloads{
			Plan:     func(context.Context) (api.ConfigPlan, error) { return o.plan, o.refusal },
			Apply:    func(context.Context) (api.ConfigPlan, error) { p := o.plan; p.Applied = &now; return p, o.refusal },
			Revision: func() (string, time.Time) { return "9c1e5f0a7b21", now.Add(-time.Hour) },
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a)
	t.Cleanup(func() { a.Close(); s.Close() })

	dir := t.TempDir()
	write(t, filepath.Join(dir, "data", api.TokenFile), token+"\n")
	path := filepath.Join(dir, "config.hcl")
	write(t, path, fmt.Sprintf("web {\n  listen = %q\n}\n", strings.TrimPrefix(s.URL, "http://")))
	return path
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a command line.
func run(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("PLUGBOARD_CONFIG", "config.hcl")
	t.Setenv("PLUGBOARD_URL", "")
	t.Setenv("PLUGBOARD_TOKEN", "")
	var out, errs bytes.Buffer
	p := cli.Program{Version: "1.2.3", Stdout: &out, Stderr: &errs, Now: func() time.Time { return now },
		Daemon: func(context.Context, cli.RunOptions) error { return nil }}
	code = p.Run(t.Context(), args)
	return code, out.String(), errs.String()
}

func aCall() call.Info {
	answered := now.Add(-75 * time.Second)
	return call.Info{ID: "01J8", From: "101", To: "*43", Route: "echo", State: "up", Started: now.Add(-2 * time.Minute), Answered: &answered,
		Legs: []call.LegInfo{{ID: "L", Kind: call.KindExtension, Number: "101", State: "up", Codec: "pcmu", Held: true}, {ID: "M", Name: "first", State: "ringing"}}}
}

func TestPromptWarmNamesWhatCannotBeSpoken(t *testing.T) {
	code, stdout, stderr := run(t, "prompt", "warm", "--config", daemon(t, &office{}))
	if code != cli.Refused || stdout != "1 text is ready.\n" || !strings.Contains(stderr, "say(\"b\"): flite is not installed") {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
}

func TestTables(t *testing.T) {
	o := &office{calls: []call.Info{aCall()}}
	path := daemon(t, o)
	o.book.Record("01J8", false, trace.Way{Remote: "192.0.2.1:5060"}, []byte("INVITE sip:*43@pbx SIP/2.0\r\nFrom: <sip:101@pbx>\r\nCall-ID: x\r\n\r\n"))
	for command, want := range map[string]string{
		"calls": "ID    FROM  TO   ROUTE  STATE  FOR   LEGS\n" +
			"01J8  101   *43  echo   up     1:15  101 pcmu held, first ringing\n",
		"extensions": "NUMBER  NAME  STATE         CALLS                                         DEVICES\n" +
			"101     Anna  registered    -                                             udp 192.0.2.1:5060 (baresip?[31m)\n" +
			"102     Ben   unregistered  do not disturb, to group.office, busy to 103  -\n",
		"prompt":                            "TEXT                                                VOICE  LANGUAGE  ENGINE       KB\nOur office is closed today, and tomorrow, and the…  slt    en        tts-command  13\n",
		"prompt voices":                     "ENGINE       VOICE  LANGUAGE  DEFAULT\ntts-command  rms    en        yes\ntts-command  slt    -         -\n",
		"mail test anna@example.net":        "smtp://mail.example.net:587 took it: 2.0.0 queued\n",
		"prompt clear":                      "2 texts are forgotten.\n",
		"features":                          "CODE       NAME                     DOES\n*72NUMBER  features.forward_always  Away.\n*28        schedule.office          Night.\n",
		"schedules":                         "NAME    STATE   BY     CODE\nlunch   open    hours  -\noffice  closed  hand   *28\n",
		"parked":                            "SLOT  PARK  NUMBER        NAME  BY   FOR ANOTHER  CALL\n71    lot   +12125550100  -     102  1:15         01J8\n",
		"park 01J8 --slot=71":               "Call 01J8 is parked: dial 71 to take it up.\n",
		"schedule set schedule.office open": "schedule.office is open by hand.\n",
		"schedule set office hours":         "schedule.office is open by hours.\n",
		"extension set 101 --do-not-disturb=on --forward-busy=103": "number             101\ndo not disturb     on\ncall waiting       on\nforward always     -\n" +
			"forward busy       103\nforward no answer  -\n",
		"extension show 101": "number  101\nname    Anna\nstate   unregistered\n\nTo register a phone:\n" +
			"  user name  101\n  secret     5ecret\n  domain     plugboard\n" +
			"  server     sip:192.0.2.9:5060;transport=udp\n  server     sip:192.0.2.9:5060;transport=tcp\n",
		"trunks": "NAME    STATE       FOR    UNTIL     REASON\nfirst   failed      1d 2h  -         no answer to OPTIONS\nsecond  up          -      -         -\n" +
			"third   registered  1:00   " + now.Add(4*time.Minute).Local().Format("15:04:05") + "  -\n",
		"plugins": "NAME     KIND  VERSION  STATE   PID  RESTARTS  LEGS  FRAMES P99  REASON\n" +
			"leg-rtp  leg   1.0.0    up      42   1         0     21.5 ms     -\n" +
			"scribe   tool  -        failed  -    0         3     -           no such file\n",
		"call 101 102":            "Calling 101; 102 is dialled when it answers. Call NEW\n",
		"hangup 01J8":             "Call 01J8 is ended.\n",
		"dump 01J8 101 --for 30s": "What 101 says (left) and hears (right) is written to /data/dumps/01J8-L.wav on the daemon's machine, for 30s at most.\n",
		"trace 01J8": "           101             plugboard\n" +
			"            │                   │\n" +
			"    0.000   │───── INVITE ─────▶│\n",
	} {
		code, stdout, stderr := run(t, append(strings.Fields(command), "--config", path)...)
		if command == "trace 01J8" { // the ladder's own form is tested with it
			if !strings.Contains(stdout, " INVITE ") || !strings.Contains(stdout, "0.000") {
				t.Errorf("trace: %s", stdout)
			}
			want = stdout
		}
		if d := cmp.Diff(want, stdout); d != "" || code != cli.Done || stderr != "" {
			t.Errorf("%s: exit code %d, %s\n(-want +got)\n%s", command, code, stderr, d)
		}
	}
	if d := cmp.Diff([]string{"01J8 normal"}, o.hungUp); d != "" {
		t.Error(d)
	}
}

// What is wrong stands below the table, and in short beside the leg.
func TestVerdictsOfCalls(t *testing.T) {
	c := aCall()
	c.Legs[0].Verdicts = []event.Verdict{{Code: "silent", Where: "in", Since: now, Text: "101 sends silence\x1b[31m since 12:00:00"}}
	path := daemon(t, &office{calls: []call.Info{c}})
	_, stdout, _ := run(t, "calls", "-c", path)
	want := "101 pcmu held !silent, first ringing\n\nWhat is wrong:\n  " + now.Local().Format("15:04:05") + "  101 sends silence?[31m since 12:00:00\n"
	if !strings.HasSuffix(stdout, want) {
		t.Errorf("got\n%s", stdout)
	}
}

func TestTracePcap(t *testing.T) {
	o := &office{calls: []call.Info{aCall()}}
	path := daemon(t, o)
	o.book.Record("01J8", false, trace.Way{Transport: "udp", Local: "0.0.0.0:5060", Remote: "192.0.2.1:5060"},
		[]byte("INVITE sip:*43@pbx SIP/2.0\r\nFrom: <sip:101@pbx>\r\nCall-ID: x\r\n\r\n"))
	file := filepath.Join(t.TempDir(), "call.pcap")
	code, stdout, stderr := run(t, "trace", "01J8", "--pcap", file, "-c", path)
	if code != cli.Done || stdout != "The SIP messages of call 01J8 are in "+file+".\n" {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	got, err := os.ReadFile(file)
	if err != nil || !bytes.HasPrefix(got, []byte("\xa1\xb2\xc3\xd4")) || !bytes.Contains(got, []byte("INVITE sip:*43@pbx")) {
		t.Errorf("%v, % x", err, got)
	}
	if s, err := os.Stat(file); err != nil || s.Mode().Perm() != 0o600 {
		t.Errorf("%v, mode %v: others can read it", err, s.Mode())
	}
	if code, _, stderr := run(t, "trace", "NOPE", "--pcap", file, "-c", path); code != cli.Wrong || !strings.Contains(stderr, "there is no call NOPE") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestStatus(t *testing.T) {
	o := &office{unready: []string{"plugin leg-rtp is starting"}}
	path := daemon(t, o)
	_, stdout, _ := run(t, "status", "-c", path)
	for _, want := range []string{"Plugboard 1.2.3 at http://127.0.0.1:", " is NOT ready, up 1:30:00\n", "  configuration 9c1e5f0a7b21, in force for 1:00:00\n", "  ! plugin leg-rtp is starting\n", "  ! call records are not written\n",
		"  extensions  2, 1 registered\n", "  trunks      3, 2 up\n", "  plugins     2, 1 up\n"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	_, stdout, _ = run(t, "calls", "-c", path)
	if stdout != "No calls.\n" {
		t.Errorf("calls: %q", stdout)
	}
}

func TestJSONIsWhatTheAPIAnswers(t *testing.T) {
	o := &office{}
	path := daemon(t, o)
	if _, stdout, _ := run(t, "calls", "--json", "-c", path); stdout != "[]\n" {
		t.Errorf("no calls: %q", stdout)
	}
	for i := range 2500 { // more than one page
		o.calls = append(o.calls, call.Info{ID: fmt.Sprintf("C%04d", i), State: "up", Started: now, Legs: []call.LegInfo{}})
	}
	_, stdout, _ := run(t, "calls", "--json", "-c", path)
	var got []map[string]any
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || len(got) != 2500 || got[2499]["id"] != "C2499" {
		t.Fatalf("%v, %d calls", err, len(got))
	}
	for name := range map[string]bool{"from": true, "to": true, "route": true, "state": true, "started": true, "answered": true, "legs": true} {
		if _, ok := got[0][name]; !ok {
			t.Errorf("no %q in %v", name, got[0])
		}
	}
	for _, command := range []string{"status", "extensions", "extension show 101", "extension set 101 --call-waiting=off", "park 01J8", "parked", "features", "schedules", "schedule set office open", "prompt", "prompt voices", "prompt clear", "mail test a@b", "trunks", "plugins", "call 101 102"} {
		code, stdout, _ := run(t, append(strings.Fields(command), "--json", "-c", path)...)
		if !json.Valid([]byte(stdout)) || code != cli.Done {
			t.Errorf("%s: %d %q", command, code, stdout)
		}
	}
	o.book.Note("01J8", "", "rings")
	_, stdout, _ = run(t, "trace", "01J8", "--json", "-c", path)
	var entries []api.TraceEntry
	if err := json.Unmarshal([]byte(stdout), &entries); err != nil || len(entries) != 1 || entries[0].Note != "rings" {
		t.Errorf("trace: %v %q", err, stdout)
	}
}

func TestTraceFollowsToTheEnd(t *testing.T) {
	o := &office{}
	path := daemon(t, o)
	o.book.Note("01J8", "", "rings")
	o.book.End("01J8")
	code, stdout, stderr := run(t, "trace", "01J8", "--follow", "-c", path)
	if code != cli.Done || !strings.Contains(stdout, "rings") {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
}

func TestFailuresSayWhatToDo(t *testing.T) {
	t.Chdir(t.TempDir())
	path := daemon(t, &office{})
	dead := filepath.Join(t.TempDir(), "config.hcl")
	write(t, dead, "web { listen = \"127.0.0.1:1\" }\n")
	noToken := filepath.Join(t.TempDir(), "config.hcl")
	write(t, noToken, "web { listen = \"127.0.0.1:1\" }\n")
	write(t, filepath.Join(filepath.Dir(dead), "data", api.TokenFile), token)
	otherToken := filepath.Join(t.TempDir(), "config.hcl")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, otherToken, string(b))
	write(t, filepath.Join(filepath.Dir(otherToken), "data", api.TokenFile), "another-token-than-theirs")
	broken := filepath.Join(t.TempDir(), "config.hcl")
	write(t, broken, "web {\n")
	other := httptest.NewServer(http.NotFoundHandler())
	defer other.Close()
	otherServer := filepath.Join(t.TempDir(), "config.hcl")
	write(t, otherServer, fmt.Sprintf("web { listen = %q }\n", strings.TrimPrefix(other.URL, "http://")))
	write(t, filepath.Join(filepath.Dir(otherServer), "data", api.TokenFile), token)

	for _, c := range []struct {
		name, command string
		code          int
		want          []string
	}{
		{"no daemon", "calls -c " + dead, cli.Refused, []string{"cannot be reached at http://127.0.0.1:1", "connection refused", "plugboard run --config " + dead, "--url"}},
		{"no token file", "calls -c " + noToken, cli.Refused, []string{"no admin token", filepath.Join(filepath.Dir(noToken), "data"), "PLUGBOARD_TOKEN"}},
		{"another daemon's token", "calls -c " + otherToken, cli.Refused, []string{"does not take this admin token"}},
		{"another server", "calls -c " + otherServer, cli.Refused, []string{"404", "not as a Plugboard daemon"}},
		{"no configuration", "calls", cli.Wrong, []string{"there is no configuration config.hcl", "--config", "--url"}},
		{"a broken configuration", "calls -c " + broken, cli.Wrong, []string{"has errors", "config.hcl:"}},
		{"no such URL", "calls --url 127.0.0.1:8080 -c " + path, cli.Wrong, []string{"http://127.0.0.1:8080"}},
		{"no such call", "hangup X -c " + path, cli.Wrong, []string{"there is no call X"}},
		{"no such trace", "trace X -c " + path, cli.Wrong, []string{"there is no call X"}},
		{"no such extension", "extension show 999 -c " + path, cli.Wrong, []string{"there is no extension with the number 999"}},
		{"no such caller", "call 999 101 -c " + path, cli.Wrong, []string{"there is no extension 999"}},
		{"nobody there", "call 102 101 -c " + path, cli.Refused, []string{"102 has no registered device"}},
		{"no free slot", "park 01J8 --slot 72 -c " + path, cli.Refused, []string{"slot 72 is taken"}},
		{"nothing to set", "extension set 101 -c " + path, cli.Wrong, []string{"--do-not-disturb=on"}},
		{"no such state", "schedule set office night -c " + path, cli.Wrong, []string{"open", "closed", "hours"}},
		{"no such command", "cals", cli.Wrong, []string{"did you mean", "--help"}},
		{"no such flag", "calls --jason", cli.Wrong, []string{"unknown flag --jason"}},
		{"too few words", "call 101", cli.Wrong, []string{"<to>"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := run(t, strings.Fields(c.command)...)
			if code != c.code || stdout != "" {
				t.Errorf("exit code %d, want %d; stdout %q", code, c.code, stdout)
			}
			for _, want := range c.want {
				if !strings.Contains(stderr, want) {
					t.Errorf("no %q in: %s", want, stderr)
				}
			}
			if strings.Contains(stderr, token) {
				t.Error("the token is shown")
			}
		})
	}
}

func TestEnvironmentNamesTheDaemon(t *testing.T) {
	path := daemon(t, &office{})
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + strings.Split(string(b), `"`)[1]
	t.Chdir(t.TempDir()) // no configuration here
	t.Setenv("PLUGBOARD_URL", url+"/")
	t.Setenv("PLUGBOARD_TOKEN", token)
	var out, errs bytes.Buffer
	code := cli.Program{Stdout: &out, Stderr: &errs}.Run(t.Context(), []string{"calls", "--json"})
	if code != cli.Done || out.String() != "[]\n" {
		t.Errorf("%d %q %q", code, out.String(), errs.String())
	}
}

// A daemon that listens on all addresses is reached by loopback.
func TestWildcardIsReachedByLoopback(t *testing.T) {
	path := daemon(t, &office{})
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, strings.Replace(string(b), "127.0.0.1", "0.0.0.0", 1))
	if code, stdout, stderr := run(t, "status", "-c", path); code != cli.Done || !strings.Contains(stdout, "http://127.0.0.1:") {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
}

func TestValidate(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.hcl"), filepath.Join(dir, "bad.hcl")
	write(t, good, "extension \"anna\" { number = \"101\" }\ndialplan \"internal\" {\n  from = [extension.anna]\n  route \"echo\" {\n    match = \"*43\"\n    to    = echo()\n  }\n  route \"desk\" {\n    match = \"101\"\n    to    = extension.anna\n  }\n}\n")
	write(t, bad, "extension \"anna\" { numbr = \"101\" }\n")
	code, stdout, stderr := run(t, "validate", good)
	if code != cli.Done || !strings.Contains(stdout, "good.hcl is valid: 1 extension, 0 trunks, 1 dialplan.") {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
	code, stdout, stderr = run(t, "validate", good, bad)
	if code != cli.Wrong || !strings.Contains(stdout, "good.hcl is valid") || strings.Contains(stdout, "bad.hcl") ||
		!strings.Contains(stderr, "numbr") || !strings.Contains(stderr, "bad.hcl:1:") {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
	code, stdout, _ = run(t, "validate", "--json", bad, bad)
	var list []struct {
		Severity string
		Range    struct{ File string }
	}
	if err := json.Unmarshal([]byte(stdout), &list); err != nil || len(list) < 2 || list[0].Severity != "error" || !strings.HasSuffix(list[0].Range.File, "bad.hcl") || code != cli.Wrong {
		t.Errorf("%d %v %s", code, err, stdout)
	}
	if code, stdout, _ = run(t, "validate", "--json", good); code != cli.Done || stdout != "[]\n" {
		t.Errorf("%d %q", code, stdout)
	}
	if code, _, _ = run(t, "validate", filepath.Join(dir, "none.hcl")); code != cli.Wrong {
		t.Errorf("a missing file: %d", code)
	}
}

// What waits for a plugin is refused where it would run, and only there.
func TestPlanned(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.hcl")
	write(t, path, "extension \"anna\" {\n  number = \"101\"\n  media { rtp_ports = \"30000-30999\" }\n}\ndialplan \"internal\" {\n  from = [extension.anna]\n  route \"desk\" { to = extension.anna }\n}\n")
	const place, why = "config.hcl:3:23", "rtp_ports of one party is not built yet"
	code, stdout, stderr := run(t, "validate", path)
	if code != cli.Wrong || stdout != "" || !strings.Contains(stderr, place) || !strings.Contains(stderr, why) {
		t.Errorf("validate: %d %q %q", code, stdout, stderr)
	}
	if code, stdout, stderr = run(t, "validate", "--planned", path); code != cli.Done || !strings.Contains(stdout, "is valid") || stderr != "" {
		t.Errorf("validate --planned: %d %q %q", code, stdout, stderr)
	}
	if code, stdout, _ = run(t, "validate", "--json", path); code != cli.Wrong || !strings.Contains(stdout, why) {
		t.Errorf("validate --json: %d %q", code, stdout)
	}
	if code, stdout, _ = run(t, "validate", "--json", "--planned", path); code != cli.Done || stdout != "[]\n" {
		t.Errorf("validate --json --planned: %d %q", code, stdout)
	}
	ran := false
	var errs bytes.Buffer
	p := cli.Program{Version: "1.2.3", Stdout: &bytes.Buffer{}, Stderr: &errs, Daemon: func(context.Context, cli.RunOptions) error {
		ran = true
		return nil
	}}
	if code := p.Run(t.Context(), []string{"run", "--config", path}); code != cli.Wrong || ran || !strings.Contains(errs.String(), place) || !strings.Contains(errs.String(), why) {
		t.Errorf("run: %d, ran %v, %q", code, ran, errs.String())
	}
	if code, stdout, stderr = run(t, "graph", path); code != cli.Done || !strings.Contains(stdout, "extension.anna") {
		t.Errorf("graph: %d %q %q", code, stdout, stderr)
	}
}

func TestRunHandsTheConfigurationOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.hcl")
	write(t, path, "variable \"n\" { default = \"101\" }\nextension \"anna\" { number = var.n }\n")
	var got cli.RunOptions
	var fails error
	p := cli.Program{Version: "1.2.3", Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Daemon: func(_ context.Context, o cli.RunOptions) error {
		got = o
		o.Log.Info("hello")
		return fails
	}}
	args := []string{"run", "--config", path, "--var", "n=102", "--drain-timeout", "5s"}
	if code := p.Run(t.Context(), args); code != cli.Done {
		t.Fatal(code, p.Stderr)
	}
	if got.Config.Extensions[0].Number != "102" || got.Path != path || got.DrainTimeout != 5*time.Second || got.Version != "1.2.3" {
		t.Errorf("%+v", got)
	}
	if !strings.Contains(p.Stderr.(*bytes.Buffer).String(), "hello") {
		t.Error("the log does not go to stderr")
	}
	for _, c := range []struct {
		err  error
		code int
	}{
		{errors.New("cannot listen on udp://127.0.0.1:5060"), cli.Refused},
		{hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "x"}}, cli.Wrong},
		{&cli.Error{Code: cli.Bug, Err: errors.New("x")}, cli.Bug},
	} {
		fails = c.err
		if code := p.Run(t.Context(), args); code != c.code {
			t.Errorf("%v: exit code %d, want %d", c.err, code, c.code)
		}
	}
	write(t, path, "nonsense {}\n")
	if code := p.Run(t.Context(), args); code != cli.Wrong {
		t.Errorf("a broken configuration: %d", code)
	}
}

func TestHelpAndVersion(t *testing.T) {
	if code, stdout, _ := run(t, "--version"); code != cli.Done || stdout != "plugboard 1.2.3\n" {
		t.Errorf("%d %q", code, stdout)
	}
	for _, args := range [][]string{{}, {"--help"}} {
		if code, stdout, _ := run(t, args...); code != cli.Done || !strings.Contains(stdout, "extension show") {
			t.Errorf("%v: %d %q", args, code, stdout)
		}
	}
}

func TestAPanicIsABug(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.hcl")
	write(t, path, "extension \"anna\" { number = \"101\" }\n")
	var errs bytes.Buffer
	p := cli.Program{Stdout: &bytes.Buffer{}, Stderr: &errs, Daemon: func(context.Context, cli.RunOptions) error { panic("oh") }}
	if code := p.Run(t.Context(), []string{"run", "-c", path}); code != cli.Bug || !strings.Contains(errs.String(), "please report") {
		t.Errorf("%d %s", code, errs.String())
	}
}
