package api_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
)

// cabinet holds the files of a switch made of values.
type cabinet struct {
	asked []string
	err   error
}

func (f *cabinet) api() api.ConfigFiles {
	file := api.ConfigFile{Name: "config.hcl", Size: 3, Hash: "h1", Text: "a=1"}
	note := func(what string) { f.asked = append(f.asked, what) }
	return api.ConfigFiles{
		List: func(context.Context) ([]api.ConfigFile, error) { return []api.ConfigFile{file}, f.err },
		Check: func(_ context.Context, d []api.ConfigDraft, plugins bool) (api.ConfigCheck, error) {
			for _, one := range d {
				note("check " + one.Name + " " + one.Text)
			}
			return api.ConfigCheck{Plan: &api.ConfigPlan{Revision: "r"}, Tests: []api.ConfigTest{{Name: "t", Passed: plugins}}}, f.err
		},
		Write: func(_ context.Context, d []api.ConfigDraft, by call.Actor) ([]api.ConfigFile, error) {
			for _, one := range d {
				note("write " + one.Name + " " + one.Text + " " + one.Hash + " by " + by.Name)
			}
			return []api.ConfigFile{file}, f.err
		},
		Edit: func(_ context.Context, e api.ConfigEdit) (api.ConfigEdited, error) {
			note(strings.TrimSpace(e.Do + " " + e.Kind + "." + e.Label + " " + e.Before))
			return api.ConfigEdited{ConfigFile: file, Diff: "+"}, f.err
		},
		Blocks: func(_ context.Context, kind string) ([]api.ConfigBlock, error) {
			return []api.ConfigBlock{{Kind: kind, Label: "anna", Expressions: map[string]string{"number": `"101"`}}}, f.err
		},
		Graph: func() dialplan.Graph { return dialplan.Graph{Nodes: []dialplan.Node{}, Edges: []dialplan.Edge{}} },
	}
}

func TestConfigFiles(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	for _, c := range []struct{ method, path, body, want string }{
		{"GET", "/files", "", `[{"name":"config.hcl","variables":false,"size":3,"hash":"h1"}]`},
		{"GET", "/files/config.hcl", "", `{"name":"config.hcl","variables":false,"size":3,"hash":"h1","text":"a=1"}`},
		{"PUT", "/files/config.hcl", `{"text": "a=2", "hash": "h1"}`, `{"name":"config.hcl","variables":false,"size":3,"hash":"h1","text":"a=1"}`},
		{"PUT", "/files", `[{"name": "config.hcl", "text": "a=3", "hash": "h1"}]`, `[{"name":"config.hcl","variables":false,"size":3,"hash":"h1","text":"a=1"}]`},
		{"POST", "/check", `{"files": [{"name": "config.hcl", "text": "a=4"}], "plugins": true}`,
			`{"diagnostics":[],"plan":{"running":"","revision":"r","applied":null,"calls":0,"changes":[],"refused":[],"warnings":[]},"tests":[{"name":"t","file":"","line":0,"passed":true,"diagnostics":[]}]}`},
		{"GET", "/blocks?kind=extension", "", `[{"kind":"extension","label":"anna","file":"","line":0,"expressions":{"number":"\"101\""}}]`},
		{"POST", "/blocks", `{"do": "change", "kind": "extension", "label": "anna", "attributes": {"name": null, "ring": "20s", "codecs": ["opus"]}, "expressions": {"busy": "group.office"}}`,
			`{"name":"config.hcl","variables":false,"size":3,"hash":"h1","text":"a=1","diff":"+","check":{"diagnostics":[],"tests":[]}}`},
		{"POST", "/blocks", `{"do": "move", "kind": "route", "label": "b", "within": "internal", "before": "a", "blocks": {"record": true}}`,
			`{"name":"config.hcl","variables":false,"size":3,"hash":"h1","text":"a=1","diff":"+","check":{"diagnostics":[],"tests":[]}}`},
	} {
		res, body := ask(t, s, c.method, "/api/v1/config"+c.path, c.body)
		if res.StatusCode != 200 || strings.TrimSpace(body) != c.want {
			t.Errorf("%s %s: %d %s", c.method, c.path, res.StatusCode, body)
		}
	}
	if res, body := ask(t, s, "GET", "/api/v1/routes/graph", ""); res.StatusCode != 200 || strings.TrimSpace(body) != `{"nodes":[],"edges":[]}` {
		t.Errorf("graph: %d %s", res.StatusCode, body)
	}
	want := []string{"write config.hcl a=2 h1 by admin", "write config.hcl a=3 h1 by admin", "check config.hcl a=4", "change extension.anna", "move route.b a"}
	if !slices.Equal(o.shelf.asked, want) {
		t.Errorf("%q", o.shelf.asked)
	}
}

// A name in a path is that of a file of the configuration, or of none.
func TestConfigFilesByName(t *testing.T) {
	_, s := serve(t, newOffice())
	for _, name := range []string{"..%2f..%2fetc%2fpasswd", "%2fetc%2fpasswd", "other.hcl", "..%2fconfig.hcl", "config.hcl%00"} {
		if res, body := ask(t, s, "GET", "/api/v1/config/files/"+name, ""); res.StatusCode == 200 {
			t.Errorf("%s: %s", name, body)
		}
	}
}

func TestConfigFilesAreRefused(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	for _, c := range []struct {
		err    error
		status int
	}{
		{&api.ConfigError{Text: "config.hcl is not what it was"}, 409},
		{&api.ConfigError{Text: "an error", Diagnostics: []api.ConfigDiagnostic{{Severity: "error", Summary: "x"}}}, 422},
		{&api.ConfigError{Text: "there is no extension", Mistaken: true}, 422},
		{&api.ConfigError{Text: "the daemon stops", Busy: true}, 503},
		{&call.Error{Cause: call.NotFound, Text: "no such file"}, 404},
	} {
		o.shelf.err = c.err
		for _, ask1 := range [][3]string{
			{"PUT", "/files/config.hcl", `{"text": "", "hash": "h"}`}, {"PUT", "/files", `[{"name": "config.hcl", "text": "", "hash": "h"}]`},
			{"POST", "/check", `{}`}, {"POST", "/blocks", `{"do": "remove", "kind": "extension", "label": "x"}`}, {"GET", "/files", ""}, {"GET", "/blocks", ""},
		} {
			res, body := ask(t, s, ask1[0], "/api/v1/config"+ask1[1], ask1[2])
			problem(t, res, body, c.status)
			var p api.ConfigProblem
			if err := json.Unmarshal([]byte(body), &p); err != nil || (len(p.Diagnostics) > 0) != (c.status == 422 && !strings.Contains(body, "no extension")) {
				t.Errorf("%s %s: %v %s", ask1[0], ask1[1], err, body)
			}
		}
	}
	o.shelf.err = nil
	for _, bad := range [][3]string{
		{"PUT", "/files/config.hcl", `{"text": "x"}`}, {"PUT", "/files", `[]`}, {"POST", "/blocks", `{"do": "burn", "kind": "extension"}`},
	} {
		if res, body := ask(t, s, bad[0], "/api/v1/config"+bad[1], bad[2]); res.StatusCode != 422 {
			t.Errorf("%v: %d %s", bad, res.StatusCode, body)
		}
	}
	if res, _ := ask(t, s, "GET", "/api/v1/config/files", "", "Authorization: "); res.StatusCode != 401 {
		t.Errorf("without a token: %d", res.StatusCode)
	}
}
