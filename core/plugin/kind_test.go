package plugin

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

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
