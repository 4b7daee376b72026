package calltest

import (
	"os"
	"path/filepath"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// Restart ends the PBX as an operator does, and starts it again.
func (w *World) Restart() {
	w.t.Helper()
	w.PBX.Close()
	if err := w.start(w.cfg); err != nil {
		w.t.Fatal(err)
	}
}

// Records are those of the calls that have ended, the latest first.
func (w *World) Records() []event.CDR {
	w.t.Helper()
	list, err := w.PBX.Records(w.t.Context(), store.Query{})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

// Crashed is what would be found if the PBX were gone this moment: the records
// that another one makes of what is on the disk.
func (w *World) Crashed() []event.CDR {
	w.t.Helper()
	dir := w.t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(filepath.Join(w.cfg.PBX.DataDir, store.File+suffix))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, store.File+suffix), b, 0o600)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	s, err := store.Open(store.Options{Dir: dir, Log: hclog.NewNullLogger()})
	if err != nil {
		w.t.Fatal(err)
	}
	defer s.Close()
	s.Start(func() []call.Info { return nil })
	list, err := s.Calls(w.t.Context(), store.Query{})
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}
