package cli_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/api/apitest"
	"github.com/plugboard/plugboard/core/call"
)

// acts notes what is done.
type acts struct{ apitest.Acts }

func conferences() []call.Conference {
	began := now.Add(-90 * time.Second)
	return []call.Conference{
		{Name: "daily", Locked: true, Most: 4, Started: &began, Members: []call.Member{
			{Call: "C7", LegInfo: call.LegInfo{ID: "L7", Number: "101", State: "up", Codec: "pcmu", Speaking: true}},
			{Call: "C8", LegInfo: call.LegInfo{ID: "L8", Number: "102", State: "up", Codec: "opus", Muted: true, Held: true}}}},
		{Name: "empty", Members: []call.Member{}},
	}
}

func TestActs(t *testing.T) {
	o := &office{calls: []call.Info{aCall()}}
	path := daemon(t, o)
	for _, tt := range []struct{ command, says string }{
		{"hold 01J8 101", "101 holds call 01J8.\n"},
		{"resume 01J8 101", "101 is back in call 01J8.\n"},
		{"mute 01J8 101", "101 is muted in call 01J8.\n"},
		{"unmute 01J8 101", "101 is heard again in call 01J8.\n"},
		{"dtmf 01J8 101 12#", "3 digits are sent to 101.\n"},
		{"hangup 01J8 101 --cause busy", "101 is out of call 01J8.\n"},
		{"add 01J8 103 --for 101", "Calling 103 for call 01J8. Call NEW\n"},
		{"add 01J8 103 --json", "{\n  \"id\": \"NEW\"\n}\n"},
		{"join 01J8 01J9", "Call 01J9 is joined to 01J8.\n"},
		{"transfer 01J8 103 --leg 101", "Call 01J8 is transferred to 103.\n"},
		{"transfer 01J8 --into 01J9", "Call 01J8 is transferred to call 01J9.\n"},
		{"lock daily", "Conference daily lets nobody else in.\n"},
		{"unlock daily", "Conference daily lets others in again.\n"},
		{"kick daily 101", "101 is out of conference daily.\n"},
		{"conferences", "NAME   MEMBERS  FOR   LOCKED  WHO\ndaily  2 of 4   1:30  locked  101 pcmu speaks, 102 opus held muted\nempty  0        -     -       -\n"},
	} {
		if code, out, errs := run(t, append(strings.Fields(tt.command), "-c", path)...); code != 0 || out != tt.says {
			t.Errorf("%s: %d, %q%s; want %q", tt.command, code, out, errs, tt.says)
		}
	}
	for _, tt := range []struct {
		command string
		code    int
		says    string
	}{
		{"hold 01J8 999", 2, "refused: the call is not up: it is routing"},
		{"hold 01J9 999", 1, "there is no call 01J9"},
		{"dtmf 01J8 101 x", 1, "1 to 32 of 0-9 * # A-D"},
		{"lock empty", 2, "nobody is in conference empty"},
		{"lock none", 1, "there is no conference none"},
		{"kick daily 998", 1, "there is no party 998"},
		{"hold 01J8", 1, "expected"},
	} {
		if code, _, errs := run(t, append(strings.Fields(tt.command), "-c", path)...); code != tt.code || !strings.Contains(errs, tt.says) {
			t.Errorf("%s: %d, %q; want %d, %q", tt.command, code, errs, tt.code, tt.says)
		}
	}
	want := []string{
		"hold 01J8 101 by admin", "resume 01J8 101 by admin", "mute 01J8 101 true by admin", "mute 01J8 101 false by admin", "dtmf 01J8 101 12# by admin",
		"hangup 01J8 101 busy by admin", "add 01J8 103 for 101 by admin", "add 01J8 103 for  by admin", "join 01J8 01J9 by admin",
		"transfer 01J8 101 to 103 into  by admin", "transfer 01J8  to  into 01J9 by admin",
		"lock daily true by admin", "lock daily false by admin", "kick C7 101 normal by admin",
	}
	if d := cmp.Diff(want, o.control.Done()); d != "" {
		t.Error(d)
	}
}
