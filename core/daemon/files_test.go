package daemon

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/plugin"
)

const fileText = `pbx { data_dir = "data" }

# Anna sits at the door.
extension "anna" {
  number = "101"
  secret = "anna's long secret"
}

dialplan "internal" {
  from = [extension.anna]
  route "echo" {
    match = "*43"
    to    = echo()
  }
}

test "the echo answers" {
  call   = { on = extension.anna, to = "*43" }
  expect = { path = [echo()] }
}
`

// house starts a daemon on a folder with files, without plugins.
func house(t *testing.T, files map[string]string) (*Daemon, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	load := func(drafts map[string][]byte) (*config.Config, hcl.Diagnostics) {
		return config.Load(dir, config.Options{Drafts: drafts})
	}
	cfg, diags := load(nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	d, err := New(Options{
		Config: cfg, Load: load, Version: "test", Log: hclog.NewInterceptLogger(&hclog.LoggerOptions{Output: t.Output()}),
		World: World{
			ListenPacket: func(netip.AddrPort) (net.PacketConn, error) { return net.ListenPacket("udp", "127.0.0.1:0") },
			Listen:       func(netip.AddrPort) (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") },
			Launcher:     plugin.Memory{}, NoWeb: true,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d, dir
}

var admin = call.Actor{Kind: "operator", Name: "admin"}

func TestFilesAreListedAndWritten(t *testing.T) {
	d, dir := house(t, map[string]string{"config.hcl": fileText, "site.vars.hcl": ""})
	ctx := t.Context()
	list, err := d.files(ctx)
	if err != nil || len(list) != 2 || list[0].Name != "config.hcl" || list[0].Text != fileText || !list[1].Variables {
		t.Fatalf("%v %+v", err, list)
	}
	now := strings.Replace(fileText, "*43", "*44", 1)
	now = strings.Replace(now, `to = "*43"`, `to = "*44"`, 1)
	if _, err := d.writeFiles(ctx, []api.ConfigDraft{{Name: "config.hcl", Text: now, Hash: list[0].Hash}}, admin); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "config.hcl")); err != nil || string(got) != now {
		t.Errorf("%v\n%s", err, got)
	}
	kept, err := filepath.Glob(filepath.Join(dir, "data", "config", "config.hcl.*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("%v %v", kept, err)
	}
	if before, err := os.ReadFile(kept[0]); err != nil || string(before) != fileText {
		t.Errorf("kept: %v\n%s", err, before)
	}
	if p, err := d.Plan(ctx); err != nil || len(p.Changes) == 0 || p.Applied != nil {
		t.Errorf("%v %+v", err, p) // what is written is not in force
	}

	// Who read it before does not undo it.
	var conflict *api.ConfigError
	if _, err := d.writeFiles(ctx, []api.ConfigDraft{{Name: "config.hcl", Text: fileText, Hash: list[0].Hash}}, admin); !errors.As(err, &conflict) || len(conflict.Diagnostics) != 0 {
		t.Errorf("%v", err)
	}
}

// Of several who write at once what they have all read, one does.
func TestOneOfManyWrites(t *testing.T) {
	d, _ := house(t, map[string]string{"config.hcl": fileText})
	list, err := d.files(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	written := 0
	for i := range 8 {
		wg.Go(func() {
			text := fileText + "# " + strings.Repeat("x", i) + "\n"
			if _, err := d.writeFiles(context.Background(), []api.ConfigDraft{{Name: "config.hcl", Text: text, Hash: list[0].Hash}}, admin); err == nil {
				mu.Lock()
				written++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if written != 1 {
		t.Errorf("%d have written", written)
	}
}

// Only the configuration's files can be named, and what would be wrong is not
// written.
func TestFilesThatAreNotWritten(t *testing.T) {
	d, dir := house(t, map[string]string{"config.hcl": fileText})
	outside := filepath.Join(filepath.Dir(dir), "outside.hcl")
	for _, name := range []string{"../outside.hcl", outside, "data/admin.token", "new.hcl", "./config.hcl", "", "config.hcl/", "CONFIG.HCL"} {
		var no *call.Error
		drafts := []api.ConfigDraft{{Name: name, Text: "", Hash: config.Hash(nil)}}
		if _, err := d.writeFiles(t.Context(), drafts, admin); !errors.As(err, &no) || no.Cause != call.NotFound {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := d.checkDrafts(t.Context(), drafts, false); !errors.As(err, &no) || no.Cause != call.NotFound {
			t.Errorf("check %q: %v", name, err)
		}
	}
	if _, err := os.Stat(outside); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	var wrong *api.ConfigError
	broken := strings.Replace(fileText, "echo()", "eco()", 1)
	if _, err := d.writeFiles(t.Context(), []api.ConfigDraft{{Name: "config.hcl", Text: broken, Hash: config.Hash([]byte(fileText))}}, admin); !errors.As(err, &wrong) || len(wrong.Diagnostics) == 0 {
		t.Fatalf("%v", err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "config.hcl")); err != nil || string(got) != fileText {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestDraftsAreChecked(t *testing.T) {
	d, _ := house(t, map[string]string{"config.hcl": fileText})
	c, err := d.checkDrafts(t.Context(), []api.ConfigDraft{{Name: "config.hcl", Text: strings.Replace(fileText, "echo()", "eco()", 1)}}, false)
	if err != nil || len(c.Diagnostics) == 0 || c.Diagnostics[0].Range == nil || c.Diagnostics[0].Range.Start.Line != 13 || c.Plan != nil || c.Graph != nil {
		t.Fatalf("%v %+v", err, c)
	}
	c, err = d.checkDrafts(t.Context(), []api.ConfigDraft{{Name: "config.hcl", Text: strings.Replace(fileText, `match = "*43"`, `match = "*44"`, 1)}}, false)
	if err != nil || c.Plan == nil || len(c.Plan.Changes) != 1 || c.Plan.Changes[0].Block != "dialplan.internal.route.echo" && c.Plan.Changes[0].Block == "" {
		t.Fatalf("%v %+v", err, c)
	}
	if len(c.Tests) != 1 || c.Tests[0].Passed || len(c.Tests[0].Diagnostics) == 0 || c.Tests[0].Explanation == nil || c.Tests[0].Line != 17 {
		t.Errorf("%+v", c.Tests)
	}
	if c.Graph == nil || len(c.Graph.Nodes) < 3 || len(c.Graph.Edges) < 2 {
		t.Errorf("%+v", c.Graph)
	}
}

func TestBlocksAreEdited(t *testing.T) {
	d, dir := house(t, map[string]string{"config.hcl": fileText})
	e, err := d.editBlock(t.Context(), api.ConfigEdit{
		Do: "add", Kind: "extension", Label: "ben", Attributes: map[string]any{"number": "102", "name": "Ben ${x}"}, Expressions: map[string]string{"busy": "extension.anna"},
	})
	if err != nil || errorsIn(e.Check.Diagnostics) != 0 || e.Check.Plan == nil || e.Name != "config.hcl" || e.Hash != config.Hash([]byte(fileText)) {
		t.Fatalf("%v %+v", err, e)
	}
	for _, want := range []string{"+extension \"ben\" {\n+  number = \"102\"\n+  name   = \"Ben $${x}\"\n+  busy   = extension.anna\n+}\n", "   secret = \"anna's long secret\"\n", "# Anna sits"} {
		if !strings.Contains(e.Diff+e.Text, want) {
			t.Errorf("%q is not in\n%s", want, e.Diff)
		}
	}
	if got, err := os.ReadFile(filepath.Join(dir, "config.hcl")); err != nil || string(got) != fileText {
		t.Errorf("it was written: %v", err)
	}
	// One change on another.
	e, err = d.editBlock(t.Context(), api.ConfigEdit{
		Do: "change", Kind: "extension", Label: "ben", Attributes: map[string]any{"busy": nil, "max_calls": 2},
		Drafts: []api.ConfigDraft{{Name: e.Name, Text: e.Text}},
	})
	if err != nil || !strings.Contains(e.Text, "  max_calls = 2\n") || strings.Contains(e.Text, "busy") || strings.Contains(e.Diff, `+extension "ben"`) {
		t.Errorf("%v\n%s\n%s", err, e.Text, e.Diff)
	}
	e, err = d.editBlock(t.Context(), api.ConfigEdit{Do: "change", Kind: "route", Label: "echo", Within: "internal", Blocks: map[string]bool{"record": true}})
	if err != nil || !strings.Contains(e.Text, "    to    = echo()\n    record {}\n  }\n") {
		t.Errorf("%v\n%s", err, e.Text)
	}
	if blocks, err := d.blocks(t.Context(), "route"); err != nil || len(blocks) != 1 || blocks[0].Within != "internal" {
		t.Errorf("%v %+v", err, blocks)
	}
	var no *api.ConfigError
	if _, err := d.editBlock(t.Context(), api.ConfigEdit{Do: "remove", Kind: "extension", Label: "nobody"}); !errors.As(err, &no) || !no.Mistaken {
		t.Error(err)
	}
}

// A secret that comes into the log all the same is not handed on.
func TestLogHidesSecrets(t *testing.T) {
	d, _ := house(t, map[string]string{"config.hcl": fileText})
	if got := d.scrub("a phone sent anna's long secret"); strings.Contains(got, "long secret") {
		t.Error(got)
	}
}
