package cli_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/cli"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// finished are records, the latest first.
func finished(n int) []event.CDR {
	var list []event.CDR
	for i := range n {
		begun := now.Add(-time.Duration(i) * time.Minute)
		answered := begun.Add(3 * time.Second)
		list = append(list, event.CDR{
			ID: fmt.Sprintf("C%d", n-i), From: "101", To: "102", Dialplan: "internal", Route: "desk", Path: []string{"extension.b"}, Revision: "4f1c",
			Cause: "normal", EndedBy: "callee", Started: begun, Answered: &answered, Ended: begun.Add(68 * time.Second), RingSeconds: 3, TalkSeconds: 65,
			Legs: []event.CDRLeg{
				{ID: "L1", Kind: "extension", Name: "a", Number: "101", Cause: "normal", Codec: "opus", Added: begun, Ended: begun,
					Stats:    &event.LegStats{PacketsIn: 3250, PacketsOut: 3249, Lost: 12, JitterMs: 4.25, RTTMs: 18.6, MOSIn: 3.94},
					Verdicts: []event.Verdict{{Code: "loss", Text: "101 lost\x1b[31m 4 %", Since: begun}}},
				{ID: "L2", Kind: "trunk", Name: "east", Cause: "busy", Status: 486, Text: "Busy Here", Added: begun, Ended: begun},
			},
		})
	}
	return list
}

func TestCDR(t *testing.T) {
	o := &office{records: finished(2)}
	o.records[1].Answered, o.records[1].TalkSeconds, o.records[1].Cause = nil, 0, "no_answer"
	path := daemon(t, o)
	local := func(t time.Time) string { return t.Local().Format(time.DateTime) }
	for command, want := range map[string]string{
		"cdr": "STARTED              FROM  TO   ROUTE  RANG  TALKED  CAUSE      BY      ID\n" +
			local(now) + "  101   102  desk   0:03  1:05    normal     callee  C2\n" +
			local(now.Add(-time.Minute)) + "  101   102  desk   0:03  -       no_answer  callee  C1\n",
		"cdr --limit 1": "STARTED              FROM  TO   ROUTE  RANG  TALKED  CAUSE   BY      ID\n" +
			local(now) + "  101   102  desk   0:03  1:05    normal  callee  C2\n\nThese are the latest 1; --limit 0 shows all.\n",
		"cdr C2": "call      C2\nfrom      101\nto        102\nroute     internal, desk\npath      extension.b\n" +
			"started   " + local(now) + ".000\nringing   -\nanswered  " + local(now.Add(3*time.Second)) + ".000\nended     " + local(now.Add(68*time.Second)) + ".000\n" +
			"rang      0:03\ntalked    1:05\ncause     normal\nended by  callee\nrevision  4f1c\n\n" +
			"LEG        NAME  NUMBER  CAUSE   STATUS         CODEC  PACKETS IN/OUT  LOST  JITTER  RTT    MOS IN/OUT\n" +
			"extension  a     101     normal  -              opus   3250/3249       12    4.2 ms  19 ms  3.9/-\n" +
			"trunk      east  -       busy    486 Busy Here  -      -               -     -       -      -\n\n" +
			"What was wrong:\n  " + now.Local().Format(time.TimeOnly) + "  101 lost?[31m 4 %\n",
	} {
		code, stdout, stderr := run(t, append(strings.Fields(command), "-c", path)...)
		if d := cmp.Diff(want, stdout); d != "" || code != cli.Done || stderr != "" {
			t.Errorf("%s: exit code %d, %s\n(-want +got)\n%s", command, code, stderr, d)
		}
	}
	o.records = nil
	for command, want := range map[string]string{"cdr": "No calls yet.\n", "cdr --missed": "No such calls.\n", "cdr --json": "[]\n"} {
		if _, stdout, _ := run(t, append(strings.Fields(command), "-c", path)...); stdout != want {
			t.Errorf("%s: %q", command, stdout)
		}
	}
}

func TestCDRFilters(t *testing.T) {
	o := &office{}
	path := daemon(t, o)
	code, _, stderr := run(t, "cdr", "--from", "101", "--to", "102", "--number", "103", "--extension", "a", "--trunk", "east", "--cause", "busy,no_answer",
		"--since", "2h", "--until", "2026-03-01T11:30:00Z", "--missed", "--emergency", "--min-talk", "90s", "--limit", "7", "-c", path)
	no, yes := false, true
	want := []store.Query{{From: []string{"101"}, To: []string{"102"}, Number: []string{"103"}, Extension: "a", Trunk: "east", Cause: []string{"busy", "no_answer"},
		Since: now.Add(-2 * time.Hour), Until: now.Add(-30 * time.Minute), Answered: &no, Emergency: &yes, MinTalk: 90 * time.Second, Limit: 8}}
	if d := cmp.Diff(want, o.asked); d != "" || code != cli.Done {
		t.Errorf("%d %s %s", code, stderr, d)
	}
	year, month, day := now.Local().Date()
	for text, want := range map[string]time.Time{
		"today": time.Date(year, month, day, 0, 0, 0, 0, time.Local), "yesterday": time.Date(year, month, day-1, 0, 0, 0, 0, time.Local),
		"7d": now.Local().AddDate(0, 0, -7), "2026-02-27": time.Date(2026, 2, 27, 0, 0, 0, 0, time.Local),
		"2026-02-27 14:05": time.Date(2026, 2, 27, 14, 5, 0, 0, time.Local), "2026-02-27T14:05:06": time.Date(2026, 2, 27, 14, 5, 6, 0, time.Local),
	} {
		o.asked = nil
		if code, _, stderr := run(t, "cdr", "--since", text, "-c", path); code != cli.Done || !o.asked[0].Since.Equal(want) {
			t.Errorf("%s: %d %s %v, want %v", text, code, stderr, o.asked, want)
		}
	}
	for command, says := range map[string]string{
		"cdr --since noon":        "\"noon\" is no time: write how long ago",
		"cdr --until -3h":         "--until",
		"cdr C1 --from 101":       "do not go together",
		"cdr NOPE":                "there is no record of a call NOPE",
		"cdr --csv --limit 2000":  "is 1000 at most, or 0 for all",
		"cdr --answered --missed": "--answered and --missed can't be used together",
		"cdr --csv --json":        "can't be used together",
		"cdr --cause busy,bussy":  "no_answer",
	} {
		o.asked = nil
		code, stdout, stderr := run(t, append(strings.Fields(command), "-c", path)...)
		if code != cli.Wrong || stdout != "" || !strings.Contains(stderr, says) {
			t.Errorf("%s: %d %q %q", command, code, stdout, stderr)
		}
	}
}

func TestCDRExports(t *testing.T) {
	o := &office{records: finished(2500)}
	path := daemon(t, o)
	_, stdout, _ := run(t, "cdr", "--json", "--limit", "0", "-c", path)
	var got []event.CDR
	if err := json.Unmarshal([]byte(stdout), &got); err != nil || len(got) != 2500 {
		t.Fatalf("%v, %d records", err, len(got))
	}
	if d := cmp.Diff(o.records[2499], got[2499]); d != "" {
		t.Error(d)
	}
	_, stdout, _ = run(t, "cdr", "--csv", "-c", path)
	if n := strings.Count(stdout, "\r\n"); n != 2501 || !strings.HasPrefix(stdout, "id,started,from,to,") {
		t.Errorf("%d lines of CSV", n)
	}
	_, stdout, _ = run(t, "cdr", "--csv", "--limit", "3", "-c", path)
	if n := strings.Count(stdout, "\r\n"); n != 4 {
		t.Errorf("%d lines of CSV with --limit 3", n)
	}
	_, stdout, _ = run(t, "cdr", "C7", "--json", "-c", path)
	var one event.CDR
	if err := json.Unmarshal([]byte(stdout), &one); err != nil || one.ID != "C7" {
		t.Errorf("%v: %s", err, stdout)
	}
}
