package api_test

import (
	"slices"
	"strings"
	"testing"
)

func TestFeaturesAreListed(t *testing.T) {
	_, s := serve(t, newOffice())
	res, body := ask(t, s, "GET", "/api/v1/features", "")
	want := `[{"name":"features.forward_always","code":"*72","takes":"NUMBER","does":"…"},{"name":"schedule.office","code":"*28","takes":"","does":""}]`
	if res.StatusCode != 200 || strings.TrimSpace(body) != want {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	res, body = ask(t, s, "GET", "/api/v1/schedules", "")
	if want := `[{"name":"office","open":true,"override":null,"code":"*28"}]`; res.StatusCode != 200 || strings.TrimSpace(body) != want {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

func TestExtensionsAndSchedulesAreSet(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	for _, c := range []struct {
		path, body string
		status     int
		want       string // in the answer, or what was done
	}{
		{"/extensions/101", `{"do_not_disturb":"on","forward_busy":"102"}`, 200, `"do_not_disturb":true,"forward_always":""`},
		{"/extensions/101", `{"forward_always":"default"}`, 200, `"set":["do_not_disturb"]`},
		{"/extensions/101", `{"forward_always":"0049"}`, 403, "may_dial does not allow"},
		{"/extensions/999", `{"call_waiting":"off"}`, 404, "no extension with the number 999"},
		{"/extensions/101", `{"do_not_disturb":"yes"}`, 422, "on"},
		{"/extensions/101", `{"dnd":"on"}`, 422, "unexpected property"},
		{"/schedules/office", `{"state":"closed"}`, 200, `"override":false`},
		{"/schedules/office", `{"state":"hours"}`, 200, `"override":null`},
		{"/schedules/office", `{"state":"night"}`, 422, "open"},
		{"/schedules/lunch", `{"state":"open"}`, 404, "no schedule lunch"},
	} {
		res, body := ask(t, s, "PATCH", "/api/v1"+c.path, c.body)
		if res.StatusCode != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s %s: %d %s", c.path, c.body, res.StatusCode, body)
		}
	}
	want := []string{"101 map[do_not_disturb:on forward_busy:102] admin", "101 map[forward_always:] admin", "office true false admin", "office false false admin"}
	if !slices.Equal(o.acts, want) {
		t.Errorf("done: %q", o.acts)
	}
	if res, _ := ask(t, s, "PATCH", "/api/v1/extensions/101", `{"do_not_disturb":"on"}`, "Authorization: "); res.StatusCode != 401 {
		t.Errorf("without a token: %d", res.StatusCode)
	}
}

func TestCallsAreParked(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string
	}{
		{"GET", "/park", "", 200, `[{"park":"lot","slot":"71","call":"C1","number":"101","name":"","by":"102","until":"2026-03-01T12:00:00Z"}]`},
		{"POST", "/calls/C1/park", `{}`, 200, `{"slot":"71"}`},
		{"POST", "/calls/C1/park", `{"leg":"L1","park":"lot","slot":"71"}`, 200, `{"slot":"71"}`},
		{"POST", "/calls/C1/park", `{"slot":"72"}`, 409, "slot 72 is taken"},
		{"POST", "/calls/C9/park", `{}`, 404, "no call C9"},
		{"POST", "/calls/C1/park", `{"place":"72"}`, 422, "unexpected property"},
	} {
		if res, body := ask(t, s, c.method, "/api/v1"+c.path, c.body); res.StatusCode != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, res.StatusCode, body)
		}
	}
	if want := []string{"park {Leg: Park: Slot:} admin", "park {Leg:L1 Park:lot Slot:71} admin"}; !slices.Equal(o.acts, want) {
		t.Errorf("done: %q", o.acts)
	}
}
