package api_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/api"
)

func TestConfigIsPlannedAndApplied(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	want := `{"running":"9c1e5f0a7b21","revision":"3f2ad4c5e6b7","applied":null,"calls":2,"changes":[{"what":"added","block":"trunk.next","kind":"trunk",` +
		`"file":"config.hcl","line":17,"attributes":[],"effect":"it registers","calls":0}],"refused":[],"warnings":[]}` + "\n"
	for _, method := range []string{"GET", "POST"} {
		res, body := ask(t, s, method, "/api/v1/config/plan", "")
		if d := cmp.Diff(want, body); d != "" || res.StatusCode != 200 {
			t.Errorf("%s: %d (-want +got):\n%s", method, res.StatusCode, d)
		}
	}
	res, body := ask(t, s, "POST", "/api/v1/config/apply", "")
	if d := cmp.Diff(strings.Replace(want, "null", `"2026-03-01T12:00:00Z"`, 1), body); d != "" || res.StatusCode != 200 {
		t.Errorf("apply: %d (-want +got):\n%s", res.StatusCode, d)
	}
	// What acts is asked for with POST, and by whom has the token.
	if res, _ := ask(t, s, "GET", "/api/v1/config/apply", ""); res.StatusCode != 405 {
		t.Errorf("GET apply: %d", res.StatusCode)
	}
	if res, _ := ask(t, s, "POST", "/api/v1/config/apply", "", "Authorization: "); res.StatusCode != 401 {
		t.Errorf("without the token: %d", res.StatusCode)
	}
	if want := []string{"plan", "plan", "apply"}; !slices.Equal(o.reloads, want) {
		t.Errorf("asked for %v, want %v", o.reloads, want)
	}
}

func TestConfigIsRefused(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	for _, c := range []struct {
		err    error
		status int
		detail string
	}{
		{&api.ConfigError{Text: "the configuration has an error", Source: "Error: Unknown group\n", Diagnostics: []api.ConfigDiagnostic{{
			Severity: "error", Summary: "Unknown group", Range: &api.ConfigRange{File: "config.hcl", Start: api.ConfigPosition{Line: 3, Column: 9, Byte: 40}},
		}}}, 422, "the configuration has an error"},
		{&api.ConfigError{Text: "pbx.data_dir needs a restart"}, 409, "pbx.data_dir needs a restart"},
		{&api.ConfigError{Text: "the daemon stops", Busy: true}, 503, "the daemon stops"},
		{errors.New("a bug"), 500, "this is a bug of the switch; its log says more"},
	} {
		o.refusal = c.err
		res, body := ask(t, s, "POST", "/api/v1/config/apply", "")
		if detail := problem(t, res, body, c.status); !strings.Contains(detail, c.detail) && c.status != 500 {
			t.Errorf("%v: detail %q", c.err, detail)
		}
		var p api.ConfigProblem
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
		if wrong := c.status == 422; (len(p.Diagnostics) == 1 && p.Diagnostics[0].Range.Start.Line == 3 && p.Source == "Error: Unknown group\n") != wrong {
			t.Errorf("%d: %s", c.status, body)
		}
	}
}
