package cli_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/call"
)

// queues are one in which two wait, and one that nobody has called yet.
func queues() []call.QueueInfo {
	level := 0.75
	return []call.QueueInfo{
		{
			Name: "sales", Number: "600", Strategy: "race", Entered: 6, Answered: 3, Abandoned: 1, AverageWaitSeconds: 9.4, ServiceLevel: &level, LongestWaitSeconds: 75,
			Waiting: []call.QueuedCaller{
				{Position: 1, Call: "C1", Number: "+4930555", Name: "Eva\x1b[31m", Since: now.Add(-75 * time.Second), WaitSeconds: 75, Ringing: []string{"101", "102"}},
				{Position: 2, Call: "C2", Number: "anonymous", Since: now.Add(-5 * time.Second), WaitSeconds: 5, Ringing: []string{}},
			},
			Agents: []call.QueueAgent{
				{Number: "101", Name: "Anna", State: "ringing", Answered: 3}, {Number: "102", State: "idle"},
				{Number: "103", State: "paused"}, {Number: "104", State: "do_not_disturb"},
			},
		},
		{Name: "support", Strategy: "in_order", Waiting: []call.QueuedCaller{}, Agents: []call.QueueAgent{{Number: "101", Name: "Anna", State: "logged_out"}}},
	}
}

// agent notes what is done for an agent. 109 is none.
func (a *acts) agent(queue, number, act string, by call.Actor) error {
	if number == "109" {
		return &call.Error{Cause: call.NotFound, Text: "109 is no member of queue." + queue}
	}
	return a.Do(by, "", act, number, queue)
}

func TestQueues(t *testing.T) {
	o := &office{}
	path := daemon(t, o)
	for _, tt := range []struct{ command, says string }{
		{"queues", "NAME     NUMBER  WAITING  LONGEST  AGENTS          ANSWERED  ABANDONED  AVERAGE WAIT  IN 20 S\n" +
			"sales    600     2        1:15     2 of 4, 1 idle  3         1          0:09          75 %\n" +
			"support  -       0        -        0 of 1, 0 idle  0         0          -             -\n"},
		{"queues sales", "AGENT  NAME  STATE           ANSWERED\n" +
			"101    Anna  ringing         3\n" +
			"102    -     idle            0\n" +
			"103    -     paused          0\n" +
			"104    -     do not disturb  0\n" +
			"\n" +
			"PLACE  NUMBER     NAME      FOR   RINGS AT  CALL\n" +
			"1      +4930555   Eva?[31m  1:15  101, 102  C1\n" +
			"2      anonymous  -         0:05  -         C2\n"},
		{"queues support", "AGENT  NAME  STATE       ANSWERED\n" +
			"101    Anna  logged out  0\n" +
			"\n" +
			"Nobody waits.\n"},
		{"agent pause 101 sales", "101 has a break from sales and all other queues.\n"},
		{"agent resume 101 sales", "The break of 101 is over, in sales and all other queues.\n"},
		{"agent logout 101 sales", "101 takes no callers of sales any more.\n"},
		{"agent login 101 sales", "101 takes callers of sales.\n"},
	} {
		if code, out, errs := run(t, append(strings.Fields(tt.command), "-c", path)...); code != 0 || out != tt.says {
			t.Errorf("%s: %d, %s\n(-want +got)\n%s", tt.command, code, errs, cmp.Diff(tt.says, out))
		}
	}
	for command, want := range map[string]string{
		"queues --json":       `"service_level": 0.75`,
		"queues sales --json": `"number": "anonymous"`,
	} {
		if code, out, errs := run(t, append(strings.Fields(command), "-c", path)...); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: %d, %s%s", command, code, out, errs)
		}
	}
	for _, tt := range []struct {
		command string
		code    int
		says    string
	}{
		{"queues other", 1, "there is no queue other"},
		{"agent pause 109 sales", 1, "109 is no member of queue.sales"},
		{"agent pause 101", 1, "expected"},
	} {
		if code, _, errs := run(t, append(strings.Fields(tt.command), "-c", path)...); code != tt.code || !strings.Contains(errs, tt.says) {
			t.Errorf("%s: %d, %q; want %d, %q", tt.command, code, errs, tt.code, tt.says)
		}
	}
	want := []string{"pause 101 sales by admin", "resume 101 sales by admin", "logout 101 sales by admin", "login 101 sales by admin"}
	if d := cmp.Diff(want, o.control.Done()); d != "" {
		t.Error(d)
	}
}
