package api_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// record is of an answered call with a bad leg.
func record(id string) event.CDR {
	at := func(s float64) time.Time { return started.Add(time.Duration(s * float64(time.Second))) }
	ringing, answered := at(0.25), at(4)
	return event.CDR{
		ID: id, From: "+4930123456", To: "101", Revision: "4f1c", Dialplan: "inbound", Route: "desk", Path: []string{`extension.staff["anna"]`, "group.office"},
		Cause: "normal", EndedBy: "caller", Started: started, Ringing: &ringing, Answered: &answered, Ended: at(64.5), RingSeconds: 3.75, TalkSeconds: 60.5,
		Legs: []event.CDRLeg{
			{ID: "L1", Kind: "trunk", Name: "east", Number: "+4930123456", Cause: "normal", Codec: "pcma", Added: started, Answered: &answered, Ended: at(64.5),
				Stats: &event.LegStats{PacketsIn: 3000, MOSIn: 3.114, MOSOut: 4.3}, Verdicts: []event.Verdict{{Code: "loss", Text: "…", Where: "in", Since: at(9)}}},
			{ID: "L2", Kind: "extension", Name: "staff/anna", Number: "101", Cause: "normal", Codec: "opus", Added: started, Answered: &answered, Ended: at(64.5)},
			{ID: "L3", Kind: "extension", Name: "staff/ben", Number: "102", Cause: "answered_elsewhere", Added: started, Ended: at(4)},
		},
	}
}

func TestRecordsAreAskedForAsTheFiltersSay(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	since, until := time.Date(2026, 3, 1, 11, 0, 0, 0, time.UTC), time.Date(2026, 3, 2, 0, 0, 0, 500_000_000, time.UTC)
	yes, no := true, false
	q := url.Values{
		"limit": {"5"}, "from": {"030123"}, "to": {"101"}, "number": {"102"}, "extension": {"staff/anna"}, "trunk": {"east"}, "cause": {"busy,no_answer"},
		"since": {"2026-03-01T12:00:00+01:00"}, "until": {"2026-03-02T00:00:00.5Z"}, "answered": {"true"}, "emergency": {"false"}, "min_talk": {"1.5"},
	}
	if res, body := ask(t, s, "GET", "/api/v1/cdr?"+q.Encode(), ""); res.StatusCode != 200 || strings.TrimSpace(body) != "[]" {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	want := store.Query{
		From: []string{"030123", "+4930123"}, To: []string{"101"}, Number: []string{"102"}, Extension: "staff/anna", Trunk: "east", Cause: []string{"busy", "no_answer"},
		Since: since, Until: until, Answered: &yes, Emergency: &no, MinTalk: 1500 * time.Millisecond, Limit: 6,
	}
	if d := cmp.Diff(want, o.records.asked[0]); d != "" {
		t.Error(d)
	}
	for i := range reflect.TypeFor[store.Query]().NumField() {
		if f := reflect.TypeFor[store.Query]().Field(i); f.Name != "After" && reflect.ValueOf(o.records.asked[0]).Field(i).IsZero() {
			t.Errorf("no filter of the API sets %s", f.Name)
		}
	}
	for query, says := range map[string]string{
		"since=yesterday": "since", "answered=maybe": "answered", "limit=0": "limit", "limit=1001": "limit", "min_talk=-1": "min_talk",
		"form=csv": "form", "format=xml": "format", "after=NOPE": "no record of a call NOPE",
	} {
		if res, body := ask(t, s, "GET", "/api/v1/cdr?"+query, ""); res.StatusCode != 422 || !strings.Contains(body, says) {
			t.Errorf("%s: %d %s", query, res.StatusCode, body)
		}
	}
}

// Whoever follows the links gets all records, each once, whatever the form.
func TestRecordsPage(t *testing.T) {
	o := newOffice()
	for n := range 1203 {
		o.records.list = append(o.records.list, record(fmt.Sprintf("C%04d", 9999-n)))
	}
	_, s := serve(t, o)
	for _, first := range []string{"/api/v1/cdr?limit=500&from=101", "/api/v1/cdr?format=csv&limit=500", "/api/v1/cdr"} {
		var got []string
		pages := 0
		for next := first; next != ""; pages++ {
			res, body := ask(t, s, "GET", next, "")
			if res.StatusCode != 200 {
				t.Fatalf("%s: %d %s", next, res.StatusCode, body)
			}
			if strings.Contains(first, "csv") {
				lines, err := csv.NewReader(strings.NewReader(body)).ReadAll()
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range lines[1:] {
					got = append(got, l[0])
				}
			} else {
				var list []event.CDR
				if err := json.Unmarshal([]byte(body), &list); err != nil {
					t.Fatal(err)
				}
				for _, c := range list {
					got = append(got, c.ID)
				}
			}
			next, _, _ = strings.Cut(strings.TrimPrefix(res.Header.Get("Link"), "<"), ">")
			if pages == 0 && strings.Contains(first, "from") && !strings.Contains(next, "from=101") {
				t.Errorf("the next page %q has other filters", next)
			}
		}
		if len(got) != 1203 || got[0] != "C9999" || got[1202] != "C8797" || pages != map[bool]int{true: 3, false: 13}[strings.Contains(first, "500")] {
			t.Errorf("%s: %d records on %d pages", first, len(got), pages)
		}
	}
	res, body := ask(t, s, "GET", "/api/v1/cdr", "", "Accept: text/csv")
	if n := strings.Count(body, "\r\n"); n != 1204 || res.Header.Get("Link") != "" {
		t.Errorf("an export without a limit has %d lines", n)
	}
}

func TestRecordsAsCSV(t *testing.T) {
	o := newOffice()
	odd := record("C1")
	odd.From, odd.Text, odd.To, odd.Legs, odd.Ringing, odd.Answered = "=HYPERLINK(\"http://evil\")", "@a, \"b\"\nc", "+1+2", nil, nil, nil
	o.records.list = []event.CDR{record("C2"), odd}
	_, s := serve(t, o)
	res, body := ask(t, s, "GET", "/api/v1/cdr?format=csv", "")
	want := "id,started,from,to,dialplan,route,path,cause,text,ended_by,ringing,answered,ended,ring_seconds,talk_seconds,emergency,revision,legs,codecs,mos,verdicts\r\n" +
		`C2,2026-03-01T12:00:00Z,+4930123456,101,inbound,desk,"extension.staff[""anna""]; group.office",normal,,caller,2026-03-01T12:00:00.25Z,2026-03-01T12:00:04Z,2026-03-01T12:01:04.5Z,3.75,60.5,false,4f1c,` +
		"trunk east normal; extension 101 normal; extension 102 answered_elsewhere,pcma; opus,3.11,loss\r\n" +
		`C1,2026-03-01T12:00:00Z,"'=HYPERLINK(""http://evil"")",'+1+2,inbound,desk,"extension.staff[""anna""]; group.office",normal,"'@a, ""b""` + "\r\n" + `c",caller,,,2026-03-01T12:01:04.5Z,3.75,60.5,false,4f1c,,,,` + "\r\n"
	if d := cmp.Diff(want, body); d != "" {
		t.Error(d)
	}
	if got := res.Header.Get("Content-Type"); got != "text/csv; charset=utf-8; header=present" {
		t.Errorf("Content-Type %q", got)
	}
	if res, body = ask(t, s, "GET", "/api/v1/cdr?format=json", "", "Accept: text/csv"); res.Header.Get("Content-Type") != "application/json" || !strings.HasPrefix(body, "[") {
		t.Errorf("format=json: %q", res.Header.Get("Content-Type"))
	}
}

func TestOneRecord(t *testing.T) {
	o := newOffice()
	o.records.list = []event.CDR{record("C9")}
	_, s := serve(t, o)
	_, body := ask(t, s, "GET", "/api/v1/cdr/C9", "")
	var got event.CDR
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(record("C9"), got); d != "" {
		t.Error(d)
	}
	for id, says := range map[string]string{"NOPE": "there is no record of a call NOPE", "C1": "call C1 has not ended; it is at /api/v1/calls/C1"} {
		res, body := ask(t, s, "GET", "/api/v1/cdr/"+id, "")
		if got := problem(t, res, body, 404); got != says {
			t.Errorf("%s: %q", id, got)
		}
	}
	o.records.fails = errors.New("cannot read the database /data/plugboard.db: the disk failed")
	for _, path := range []string{"/api/v1/cdr", "/api/v1/cdr/C8", "/api/v1/cdr?format=csv"} {
		res, body := ask(t, s, "GET", path, "")
		if got := problem(t, res, body, 503); !strings.Contains(got, "the disk failed") {
			t.Errorf("%s: %q", path, got)
		}
	}
}

// What does not keep calls from being served is said, and changes no status.
func TestWarnings(t *testing.T) {
	o := newOffice()
	o.wrong = []string{"call records are not written since noon"}
	_, s := serve(t, o)
	for _, path := range []string{"/healthz", "/api/v1/status"} {
		res, body := ask(t, s, "GET", path, "")
		var got struct {
			Status   string
			Ready    bool
			Warnings []string
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil || res.StatusCode != http.StatusOK || got.Status != "ready" && !got.Ready || !cmp.Equal(got.Warnings, o.wrong) {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
}
