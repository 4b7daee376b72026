package plugin

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/leg"
)

// A plugin that is no leg comes up and stays, is listed with its kinds, and is
// not taken for what it is not.
func TestAPluginThatIsNoLeg(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Options{
			Log: hclog.NewNullLogger(), Launch: Memory{"quiet": {Name: "quiet", Version: "2.0.0"}},
			Ports: PortRange{20000, 20019}, Listen: new(sockets).listen,
		})
		defer h.Close(t.Context())
		if err := h.Start(t.Context(), []Spec{{Name: "quiet"}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		i := h.List()[0]
		if i.State != Up || i.Restarts != 0 || i.Kind != "" {
			t.Errorf("listed as %+v", i)
		}
		_, _, err := h.OpenLeg(t.Context(), "quiet", params("a"), func(leg.Event) {})
		if !errors.Is(err, ErrKind) || !strings.Contains(err.Error(), "plugin quiet (quiet 2.0.0) is of no kind, and leg is needed here") {
			t.Errorf("a leg was opened in it: %v", err)
		}
		// Nothing is left that would keep it from leaving.
		c, err := h.Prepare(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		c.Commit()
		synctest.Wait()
		if list := h.List(); len(list) != 0 {
			t.Errorf("still there: %+v", list)
		}
	})
}

// ledger keeps what a plugin says of its recordings.
type ledger struct {
	mu    sync.Mutex
	lines []string
}

func (a *ledger) Recording(_ string, r archive.Recording) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r.ID == "" {
		return errors.New("it has no id")
	}
	a.lines = append(a.lines, r.ID+" "+r.File)
	return nil
}

func (a *ledger) RecordingGone(_, id string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines = append(a.lines, id+" gone")
	return nil
}

func (a *ledger) Utterance(plugin string, u archive.Utterance) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lines = append(a.lines, plugin+" heard "+u.Text)
	return nil
}

// A plugin asks the core, which keeps what it is told; each life of the plugin
// does so anew, and ends when it is told to.
func TestThePluginsRecordingsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept, ended := new(ledger), 0
		h := New(Options{
			Log: hclog.NewNullLogger(), Ports: PortRange{20000, 20019}, Listen: new(sockets).listen,
			Keeper: kept, Recordings: "/data/recordings",
			Launch: Memory{"quiet": {Name: "quiet", Version: "2.0.0", Run: func(ctx context.Context, h archive.Archive) {
				if err := h.Recording(ctx, archive.Recording{}); err == nil || err.Error() != "it has no id" {
					t.Errorf("a recording without an id: %v", err)
				}
				if err := h.Recording(ctx, archive.Recording{ID: "a", File: h.Recordings() + "/a.wav"}); err != nil {
					t.Error(err)
				}
				if err := h.RecordingGone(ctx, "b"); err != nil {
					t.Error(err)
				}
				if err := h.Utterance(ctx, archive.Utterance{Text: "good morning"}); err != nil {
					t.Error(err)
				}
				<-ctx.Done()
				ended++
				if err := h.RecordingGone(context.Background(), "c"); err == nil {
					t.Error("the core answers after its end")
				}
			}}},
		})
		if err := h.Start(t.Context(), []Spec{{Name: "quiet"}}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := h.Kill("quiet"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if i := h.List()[0]; i.State != Up || i.Restarts != 1 {
			t.Errorf("listed as %+v", i)
		}
		h.Close(t.Context())
		once := []string{"a /data/recordings/a.wav", "b gone", "quiet heard good morning"}
		want := slices.Concat(once, once)
		if !slices.Equal(kept.lines, want) || ended != 2 {
			t.Errorf("kept %q, ended %d times", kept.lines, ended)
		}
	})
}
