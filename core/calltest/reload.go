package calltest

import (
	"context"
	"errors"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/config"
)

// files is the configuration as it lies on the PBX's disk.
func files(text string) *fstest.MapFS {
	return &fstest.MapFS{"config.hcl": {Data: []byte(text)}}
}

// load reads it.
func (w *World) load(drafts map[string][]byte) (*config.Config, hcl.Diagnostics) {
	return config.Load("config.hcl", config.Options{FS: *w.disk.Load(), Drafts: drafts})
}

// Write puts other blocks into the PBX's configuration file, behind those of the
// site.
func (w *World) Write(blocks string) { w.disk.Store(files(w.site + blocks)) }

// WriteSite changes what precedes the blocks, and the blocks.
func (w *World) WriteSite(edit func(string) string, blocks string) {
	w.disk.Store(files(edit(w.site) + blocks))
}

// Reload writes other blocks and lets the PBX read them. It fails the test if
// they are refused.
func (w *World) Reload(blocks string) api.ConfigPlan {
	w.t.Helper()
	w.Write(blocks)
	return w.Apply()
}

// Apply lets the PBX read its file.
func (w *World) Apply() api.ConfigPlan {
	w.t.Helper()
	p, err := w.PBX.Reload(context.Background())
	if err != nil {
		w.t.Fatalf("reload: %v", err)
	}
	return p
}

// Refused lets the PBX read its file, and fails the test unless it refuses it
// and keeps what it has. It returns why.
func (w *World) Refused() *api.ConfigError {
	w.t.Helper()
	before, since := w.PBX.Revision()
	p, err := w.PBX.Reload(context.Background())
	var refused *api.ConfigError
	if !errors.As(err, &refused) {
		w.t.Fatalf("the file was not refused: %v, %+v", err, p)
	}
	if now, at := w.PBX.Revision(); now != before || !at.Equal(since) {
		w.t.Errorf("revision %s is in force after a refusal, not %s", now, before)
	}
	return refused
}
