package api_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/call"
)

func conferences() []call.Conference {
	return []call.Conference{
		{Name: "daily", Locked: true, Most: 4, Started: &started, Members: []call.Member{{Call: "C7", LegInfo: call.LegInfo{ID: "L7", Number: "101", Speaking: true}}}},
		{Name: "empty", Members: []call.Member{}},
	}
}

func TestActs(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	for _, tt := range []struct {
		request, body string
		status        int
		says          string
	}{
		{"POST /calls/C1/legs/101/hold", "", 204, ""},
		{"POST /calls/C1/legs/101/resume", "", 204, ""},
		{"POST /calls/C1/legs/101/mute", "", 204, ""},
		{"POST /calls/C1/legs/101/unmute", "", 204, ""},
		{"POST /calls/C1/legs/101/dtmf", `{"digits": "12#"}`, 204, ""},
		{"POST /calls/C1/legs/101/dtmf", `{"digits": "x"}`, 422, "1 to 32 of 0-9 * # A-D"},
		{"POST /calls/C1/legs/999/hold", "", 409, "the call is not up: it is routing"},
		{"POST /calls/C9/legs/999/hold", "", 404, "there is no call C9"},
		{"DELETE /calls/C1/legs/101?cause=busy", "", 204, ""},
		{"DELETE /calls/C1/legs/101?cause=tired", "", 422, "cause"},
		{"POST /calls/C1/legs", `{"to": "103", "for": "101"}`, 201, `{"id":"NEW"}`},
		{"POST /calls/C1/legs", `{"to": "999"}`, 409, "the call is not up"},
		{"POST /calls/C1/legs", `{}`, 422, "to"},
		{"POST /calls/C1/join", `{"call": "C2"}`, 204, ""},
		{"POST /calls/C1/join", `{"call": "999"}`, 409, "the call is not up"},
		{"POST /calls/C1/transfer", `{"to": "103", "leg": "101"}`, 204, ""},
		{"POST /calls/C1/transfer", `{"into": "C2"}`, 204, ""},
		{"POST /calls/C1/transfer", `{"to": "103", "into": "C2"}`, 422, "either to, a number, or into"},
		{"POST /calls/C1/transfer", `{}`, 422, "either to, a number, or into"},
		{"POST /calls/C1/transfer", `{"to": "103", "leg": "999"}`, 409, "the call is not up"},
		{"GET /conferences", "", 200, `"max_members":4`},
		{"GET /conferences/daily", "", 200, `"members":[{"call":"C7","id":"L7"`},
		{"GET /conferences/empty", "", 200, `"started":null,"members":[]`},
		{"GET /conferences/none", "", 404, "there is no conference none"},
		{"POST /conferences/daily/lock", "", 204, ""},
		{"POST /conferences/daily/unlock", "", 204, ""},
		{"POST /conferences/empty/lock", "", 409, "nobody is in conference empty"},
		{"POST /conferences/none/lock", "", 404, "there is no conference none"},
		{"POST /conferences/daily/members/101/mute", "", 204, ""},
		{"POST /conferences/daily/members/101/unmute", "", 204, ""},
		{"DELETE /conferences/daily/members/101", "", 204, ""},
		{"DELETE /conferences/daily/members/998", "", 404, "there is no party 998"},
		{"DELETE /conferences/none/members/101", "", 404, "there is no conference none"},
	} {
		method, path, _ := strings.Cut(tt.request, " ")
		res, body := ask(t, s, method, "/api/v1"+path, tt.body)
		if res.StatusCode != tt.status || !strings.Contains(body, tt.says) {
			t.Errorf("%s %s: %d %s; want %d …%s…", tt.request, tt.body, res.StatusCode, body, tt.status, tt.says)
		}
		if tt.status >= 400 && !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %s", tt.request, res.Header.Get("Content-Type"))
		}
	}
	want := []string{
		"hold C1 101 by admin", "resume C1 101 by admin", "mute C1 101 true by admin", "mute C1 101 false by admin", "dtmf C1 101 12# by admin",
		"hangup C1 101 busy by admin", "add C1 103 for 101 by admin", "join C1 C2 by admin",
		"transfer C1 101 to 103 into  by admin", "transfer C1  to  into C2 by admin",
		"lock daily true by admin", "lock daily false by admin", "mute C7 101 true by admin", "mute C7 101 false by admin", "kick C7 101 normal by admin",
	}
	if d := cmp.Diff(want, o.control.Done()); d != "" {
		t.Error(d)
	}
}
