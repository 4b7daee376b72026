package registrar

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// keeper is a table that learns of every change.
type keeper struct {
	mu   sync.Mutex
	rows map[[2]string]Binding
}

func (k *keeper) keep(changes []Change) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range changes {
		if c.Gone {
			delete(k.rows, [2]string{c.AOR, c.Device})
		} else {
			k.rows[[2]string{c.AOR, c.Device}] = c.Binding
		}
	}
}

func (k *keeper) list() (list []Binding) {
	synctest.Wait()
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, b := range k.rows {
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b Binding) int { return strings.Compare(a.Contact, b.Contact) })
	return list
}

// Whoever keeps the changes has the table, whatever happens to it; and a new
// registrar has it again.
func TestKeepAndRestore(t *testing.T) {
	k := &keeper{rows: map[[2]string]Binding{}}
	bubble(t, Options{Keep: k.keep}, func(t *testing.T, r *Registrar, l *log) {
		phone, soft, tcp, gone := &desk{name: "phone"}, &desk{name: "soft"}, &desk{name: "tcp", flow: wire}, &desk{name: "gone"}
		must(t, r, phone.ask(3600, at("sip:101@phone")))
		must(t, r, soft.ask(3600, named("sip:101@soft", "urn:uuid:1")))
		soft.flow = mapped // the same device over another flow
		must(t, r, soft.ask(3600, named("sip:101@soft2", "urn:uuid:1")))
		time.Sleep(time.Second)
		must(t, r, tcp.ask(3600, at("sip:101@198.51.100.8:5060;transport=tcp")))
		must(t, r, gone.ask(3600, at("sip:101@gone")))
		must(t, r, gone.ask(0, at("sip:101@gone")))
		must(t, r, (&desk{name: "brief"}).ask(60, at("sip:101@brief")))
		time.Sleep(20 * time.Minute)
		must(t, r, phone.ask(3600, at("sip:101@phone"))) // a refresh is kept, too
		want := r.Bindings("101")
		have := k.list()
		if len(want) != 3 || len(have) != 3 {
			t.Fatalf("%d bindings, %d kept", len(want), len(have))
		}
		// Connections that are lost while all ends are no news.
		r.Close()
		r.Drop(wire)
		if n := len(k.list()); n != 3 {
			t.Fatalf("after Close, %d kept", n)
		}

		next := &log{}
		again := New(Options{Emit: next.emit, Keep: k.keep})
		defer again.Close()
		if n := again.Restore(append(have, have...)); n != 3 {
			t.Errorf("%d restored", n)
		}
		got := again.Bindings("101")
		for i, b := range want {
			b.Flow.Conn = ""
			if got[i] != b {
				t.Errorf("restored %+v, want %+v", got[i], b)
			}
		}
		next.heard(t) // nothing
		if _, err := again.Register("101", Update{CallID: "phone", CSeq: phone.cseq, Contacts: []Contact{at("sip:101@phone")}, Expires: 60, Flow: home}); err != ErrOutOfOrder {
			t.Errorf("an old REGISTER of a restored device: %v", err)
		}
		time.Sleep(2 * time.Hour)
		if n := len(again.Bindings("101")) + len(k.list()); n != 0 {
			t.Errorf("%d left when all had expired", n)
		}
		if n := again.Restore(have); n != 0 {
			t.Errorf("%d restored that had expired", n)
		}
	})
}
