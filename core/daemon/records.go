package daemon

import (
	"context"
	"slices"

	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// openStore opens the database. It is there before all that has news.
func (d *Daemon) openStore() error {
	s, err := store.Open(store.Options{Dir: d.cfg().PBX.DataDir, Log: d.log.Named("store")})
	if err != nil {
		return err
	}
	d.store = s
	d.later(s.Close)
	return nil
}

// restoreBindings makes the phones of the last run reachable: those whose
// extension is still there, and whose road is.
func (d *Daemon) restoreBindings() {
	kept, err := d.store.Bindings(context.Background())
	if err != nil {
		d.log.Error("phones of the last run are reachable only once they register again", "error", err)
		return
	}
	n := d.registrar.Restore(slices.DeleteFunc(kept, func(b registrar.Binding) bool {
		return d.now().plan.ExtensionByNumber(b.AOR) == nil || !d.sip.CanReach(b)
	}))
	if len(kept) > 0 {
		d.log.Info("phones of the last run are registered as they were", "devices", n)
	}
}

// Records are those of finished calls that a query picks, the latest first.
func (d *Daemon) Records(ctx context.Context, q store.Query) ([]event.CDR, error) {
	return d.store.Calls(ctx, q)
}

// warnings say what is wrong although calls are served.
func (d *Daemon) warnings() []string {
	var list []string
	for _, trouble := range []string{d.store.Trouble(), d.mail.Trouble()} {
		if trouble != "" {
			list = append(list, trouble)
		}
	}
	return list
}

// waiting counts the records that are not written yet.
func (d *Daemon) waiting() int { return d.store.Waiting() }
