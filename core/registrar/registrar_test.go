package registrar

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

var (
	home   = Flow{Transport: "udp", Local: netip.MustParseAddrPort("192.0.2.1:5060"), Remote: netip.MustParseAddrPort("198.51.100.7:5060")}
	mapped = Flow{Transport: "udp", Local: home.Local, Remote: netip.MustParseAddrPort("198.51.100.7:40001")}
	wire   = Flow{Transport: "tcp", Local: home.Local, Remote: netip.MustParseAddrPort("198.51.100.8:50000"), Conn: "1"}
)

// desk is a phone that registers: its Call-ID is its name, its CSeq counts up.
type desk struct {
	name  string
	cseq  uint32
	flow  Flow
	limit int
}

func (d *desk) ask(expires int, contacts ...Contact) Update {
	d.cseq++
	if d.flow == (Flow{}) {
		d.flow = home
	}
	return Update{CallID: d.name, CSeq: d.cseq, Contacts: contacts, Expires: expires, Flow: d.flow, UserAgent: d.name, MaxDevices: d.limit}
}

func at(uri string) Contact { return Contact{URI: uri, Q: 1, Expires: Unset} }

func named(uri, instance string) Contact {
	return Contact{URI: uri, Q: 1, Expires: Unset, Instance: instance, RegID: 1}
}

// log keeps what a registrar tells, one line an event.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) emit(e event.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch d := e.Data.(type) {
	case Registered:
		l.lines = append(l.lines, fmt.Sprintf("%s %s %s %s", e.Type, d.Number, d.Contact, d.Address))
	case Unregistered:
		l.lines = append(l.lines, fmt.Sprintf("%s %s %s %s", e.Type, d.Number, d.Contact, d.Reason))
	default:
		l.lines = append(l.lines, fmt.Sprintf("%s %T", e.Type, d))
	}
}

// heard waits for the news and compares it with what is expected since last time.
func (l *log) heard(t *testing.T, want ...string) {
	t.Helper()
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Equal(l.lines, want) {
		t.Errorf("told:\n  %s\nwant:\n  %s", strings.Join(l.lines, "\n  "), strings.Join(want, "\n  "))
	}
	l.lines = nil
}

// bubble runs a test with a registrar in virtual time.
func bubble(t *testing.T, o Options, f func(t *testing.T, r *Registrar, l *log)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &log{}
		o.Emit = l.emit
		r := New(o)
		defer r.Close()
		f(t, r, l)
	})
}

func must(t *testing.T, r *Registrar, u Update) Result {
	t.Helper()
	res, err := r.Register("101", u)
	if err != nil {
		t.Fatalf("REGISTER: %v", err)
	}
	return res
}

func contacts(bindings []Binding) string {
	var out []string
	for _, b := range bindings {
		out = append(out, b.Contact)
	}
	return strings.Join(out, " ")
}

func TestExpiryRFC3261Section10_3(t *testing.T) {
	bubble(t, Options{}, func(t *testing.T, r *Registrar, l *log) {
		a := &desk{name: "a"}
		res := must(t, r, a.ask(60, at("sip:101@a")))
		if len(res.Bindings) != 1 || res.Bindings[0].Remaining(time.Now()) != 60 {
			t.Errorf("granted %+v", res.Bindings)
		}
		l.heard(t, "device.registered 101 sip:101@a 198.51.100.7:5060")

		time.Sleep(50 * time.Second)
		must(t, r, a.ask(60, at("sip:101@a")))
		time.Sleep(59 * time.Second)
		l.heard(t) // a refresh is no news
		if got := contacts(r.Bindings("101")); got != "sip:101@a" {
			t.Errorf("refreshed, and it has %q", got)
		}
		time.Sleep(time.Second)
		if got := contacts(r.Bindings("101")); got != "" {
			t.Errorf("expired, and it has %q", got)
		}
		l.heard(t, "device.unregistered 101 sip:101@a expired")
		if len(r.bindings) != 0 || len(r.due) != 0 || len(r.flows) != 0 {
			t.Error("something is left in the tables")
		}
	})
}

func TestTermRFC3261Section10_3Step7(t *testing.T) {
	r := New(Options{})
	defer r.Close()
	for _, c := range []struct {
		contact, header int
		want            time.Duration
		brief           bool
	}{
		{Unset, Unset, time.Hour, false},
		{Unset, 120, 2 * time.Minute, false},
		{60, 120, time.Minute, false}, // the contact's own wins
		{0, 120, 0, false},
		{Unset, 30, 30 * time.Second, false},
		{Unset, 29, 0, true},
		{1, 3600, 0, true},
		{Unset, 86400, time.Hour, false},
		{Unset, 1<<32 - 1, time.Hour, false},
	} {
		got, err := r.term(c.contact, c.header)
		var brief *TooBriefError
		if got != c.want || errors.As(err, &brief) != c.brief {
			t.Errorf("contact %d, header %d: %v, %v", c.contact, c.header, got, err)
		}
		if c.brief && brief.Min != 30*time.Second {
			t.Errorf("Min-Expires would be %v", brief.Min)
		}
	}
}

func TestOrderRFC3261Section10_3Step7(t *testing.T) {
	bubble(t, Options{}, func(t *testing.T, r *Registrar, l *log) {
		a := &desk{name: "a", cseq: 10}
		first := a.ask(60, at("sip:101@a"))
		must(t, r, first)
		for _, late := range []uint32{first.CSeq, first.CSeq - 1} {
			u := first
			u.CSeq, u.Expires = late, 0
			if _, err := r.Register("101", u); !errors.Is(err, ErrOutOfOrder) {
				t.Errorf("CSeq %d after %d: %v", late, first.CSeq, err)
			}
		}
		rebooted := first
		rebooted.CallID, rebooted.CSeq = "a after a reboot", 1
		must(t, r, rebooted)
		if got := r.Bindings("101"); len(got) != 1 || got[0].CSeq != 1 {
			t.Errorf("%+v", got)
		}
	})
}

func TestAllOrNothing(t *testing.T) {
	bubble(t, Options{}, func(t *testing.T, r *Registrar, l *log) {
		a := &desk{name: "a"}
		must(t, r, a.ask(60, at("sip:101@a")))
		before := r.Bindings("101")
		l.heard(t, "device.registered 101 sip:101@a 198.51.100.7:5060")

		short := at("sip:101@c")
		short.Expires = 5
		if _, err := r.Register("101", a.ask(60, at("sip:101@b"), short)); err == nil {
			t.Error("a too short one was taken")
		}
		old := a.ask(60, at("sip:101@b"), at("sip:101@a"))
		old.CSeq = 1
		if _, err := r.Register("101", old); !errors.Is(err, ErrOutOfOrder) {
			t.Errorf("%v", err)
		}
		if after := r.Bindings("101"); !slices.Equal(before, after) {
			t.Errorf("%+v became %+v", before, after)
		}
		l.heard(t)
	})
}

func TestWildcardRFC3261Section10_3Step6(t *testing.T) {
	bubble(t, Options{}, func(t *testing.T, r *Registrar, l *log) {
		a, b := &desk{name: "a"}, &desk{name: "b", flow: wire}
		must(t, r, a.ask(60, at("sip:101@a")))
		must(t, r, b.ask(60, at("sip:101@b")))
		l.heard(t, "device.registered 101 sip:101@a 198.51.100.7:5060", "device.registered 101 sip:101@b 198.51.100.8:50000")

		for _, bad := range []Update{
			{CallID: "x", Wildcard: true, Expires: 60},
			{CallID: "x", Wildcard: true, Expires: Unset},
			{CallID: "x", Wildcard: true, Expires: 0, Contacts: []Contact{at("sip:101@a")}},
		} {
			if _, err := r.Register("101", bad); !errors.Is(err, ErrWildcard) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if _, err := r.Register("101", Update{CallID: "a", CSeq: 1, Wildcard: true}); !errors.Is(err, ErrOutOfOrder) {
			t.Errorf("out of order: %v", err)
		}
		all := a.ask(0)
		all.Wildcard = true
		if res := must(t, r, all); len(res.Bindings) != 0 {
			t.Errorf("left: %v", contacts(res.Bindings))
		}
		l.heard(t, "device.unregistered 101 sip:101@a unregistered", "device.unregistered 101 sip:101@b unregistered")
	})
}

func TestQueryChangesNothing(t *testing.T) {
	bubble(t, Options{}, func(t *testing.T, r *Registrar, l *log) {
		a := &desk{name: "a"}
		must(t, r, a.ask(60, at("sip:101@a")))
		res := must(t, r, Update{CallID: "a", CSeq: 1, Expires: 0})
		if contacts(res.Bindings) != "sip:101@a" {
			t.Errorf("query: %v", contacts(res.Bindings))
		}
	})
}

// RFC 5626 §6: the same instance and reg-id is the same device, whatever its
// contact; a NAT that forgot the mapping gives it another flow.
func TestSameDeviceComesBack(t *testing.T) {
	bubble(t, Options{}, func(t *testing.T, r *Registrar, l *log) {
		a := &desk{name: "a"}
		must(t, r, a.ask(60, named("sip:101@10.0.0.5:5060", "<urn:uuid:1>")))
		since := time.Now()
		time.Sleep(10 * time.Second)
		a.flow = mapped
		must(t, r, a.ask(60, named("sip:101@10.0.0.5:5060", "<urn:uuid:1>")))
		got := r.Bindings("101")
		if len(got) != 1 || got[0].Flow != mapped || !got[0].Since.Equal(since) {
			t.Errorf("rebound: %+v", got)
		}
		must(t, r, a.ask(60, named("sip:101@10.0.0.6:5060", "<urn:uuid:1>")))
		must(t, r, a.ask(60, named("sip:101@10.0.0.7:5060", "<urn:uuid:2>")))
		l.heard(t,
			"device.registered 101 sip:101@10.0.0.5:5060 198.51.100.7:5060",
			"device.registered 101 sip:101@10.0.0.5:5060 198.51.100.7:40001",
			"device.unregistered 101 sip:101@10.0.0.5:5060 replaced",
			"device.registered 101 sip:101@10.0.0.6:5060 198.51.100.7:40001",
			"device.registered 101 sip:101@10.0.0.7:5060 198.51.100.7:40001")
		// It may leave by its contact alone.
		must(t, r, a.ask(0, at("sip:101@10.0.0.6:5060")))
		l.heard(t, "device.unregistered 101 sip:101@10.0.0.6:5060 unregistered")
	})
}

// RFC 3261 §19.1.4
func TestContactsThatAreOne(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"sip:101@Host:5060;transport=TCP;ob", "SIP:101@host:5060;ob;transport=tcp", true},
		{"sip:anna@host", "sip:Anna@host", false},
		{"sip:101@host", "sip:101@host:5060", false},
		{"sip:101@host;rinstance=1", "sip:101@host;rinstance=2", false},
		{"sip:host", "sip:host", true},
	} {
		if same := contactKey(c.a) == contactKey(c.b); same != c.same {
			t.Errorf("%q and %q: %v", c.a, c.b, same)
		}
	}
}

func TestLimit(t *testing.T) {
	bubble(t, Options{}, func(t *testing.T, r *Registrar, l *log) {
		a, b, c := &desk{name: "a", limit: 2}, &desk{name: "b", limit: 2}, &desk{name: "c", limit: 2}
		must(t, r, a.ask(60, at("sip:101@a")))
		must(t, r, b.ask(90, at("sip:101@b")))
		_, err := r.Register("101", c.ask(60, at("sip:101@c")))
		var limit *LimitError
		if !errors.As(err, &limit) || limit.Max != 2 || limit.AOR != "101" {
			t.Fatalf("third device: %v", err)
		}
		must(t, r, a.ask(60, at("sip:101@a"))) // who is here may refresh
		leaving := at("sip:101@a")
		leaving.Expires = 0
		must(t, r, a.ask(60, leaving, at("sip:101@d"))) // and be exchanged
		b.limit = 1
		must(t, r, b.ask(90, at("sip:101@b"))) // also above a lowered limit
		time.Sleep(60 * time.Second)           // d expires, now
		must(t, r, c.ask(60, at("sip:101@c")))
		if got := contacts(r.Bindings("101")); got != "sip:101@c sip:101@b" {
			t.Errorf("has %q", got)
		}
	})
}

// What one REGISTER says twice counts once, in every mix.
func TestSameDeviceTwiceInOneRegister(t *testing.T) {
	bubble(t, Options{}, func(t *testing.T, r *Registrar, l *log) {
		a := &desk{name: "a"}
		gone := at("sip:101@a")
		gone.Expires = 0
		instance := named("sip:101@a", "<urn:uuid:1>")
		for _, mix := range [][]Contact{
			{at("sip:101@a"), at("sip:101@A")}, {gone, gone}, {gone, instance}, {instance, gone}, {instance, gone}, {gone, instance},
		} {
			must(t, r, a.ask(60, mix...))
		}
		if len(r.due) != len(r.bindings["101"]) {
			t.Errorf("%d due, %d bound", len(r.due), len(r.bindings["101"]))
		}
	})
}

func TestOrderOfBindings(t *testing.T) {
	bubble(t, Options{}, func(t *testing.T, r *Registrar, l *log) {
		for i, q := range []float64{0.5, 1, 0.5, 1} {
			d := &desk{name: fmt.Sprint(i)}
			c := at(fmt.Sprintf("sip:101@%d", i))
			c.Q = q
			must(t, r, d.ask(600, c))
			time.Sleep(time.Second)
		}
		if got := contacts(r.Bindings("101")); got != "sip:101@3 sip:101@1 sip:101@2 sip:101@0" {
			t.Errorf("order %q", got)
		}
	})
}

func TestDrop(t *testing.T) {
	bubble(t, Options{}, func(t *testing.T, r *Registrar, l *log) {
		a, b := &desk{name: "a", flow: wire}, &desk{name: "b"}
		must(t, r, a.ask(60, at("sip:101@a"), at("sip:101@a2")))
		must(t, r, b.ask(60, at("sip:101@b")))
		r.Drop(home) // UDP has no connection to lose
		if len(r.Devices("101")) != 3 {
			t.Error("a UDP flow was dropped")
		}
		// It comes back over a new connection before the old one is seen to end.
		a.flow.Conn = "2"
		must(t, r, a.ask(60, at("sip:101@a")))
		synctest.Wait()
		l.lines = nil
		r.Drop(wire)
		l.heard(t, "device.unregistered 101 sip:101@a2 connection lost")
		r.Drop(a.flow)
		l.heard(t, "device.unregistered 101 sip:101@a connection lost")
		if len(r.flows) != 0 {
			t.Error("a flow is left")
		}
	})
}

func TestDevices(t *testing.T) {
	bubble(t, Options{}, func(t *testing.T, r *Registrar, l *log) {
		if d := r.Devices("101"); d == nil || len(d) != 0 {
			t.Errorf("nobody: %#v", d)
		}
		a := &desk{name: "Phone/1.0", flow: wire}
		must(t, r, a.ask(60, at("sip:101@a")))
		want := Device{"sip:101@a", "Phone/1.0", "198.51.100.8:50000", "tcp", time.Now().Add(time.Minute).UTC()}
		if d := r.Devices("101"); len(d) != 1 || d[0] != want {
			t.Errorf("%+v", d)
		}
	})
}

// Close waits for the goroutine, may come twice, and after it nothing is told.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &log{}
		r := New(Options{Emit: l.emit})
		r.Close()
		r.Close()
		if _, err := r.Register("101", (&desk{name: "a"}).ask(60, at("sip:101@a"))); err != nil {
			t.Error(err)
		}
		l.heard(t)
	})
}

// Who listens may ask the registrar at once.
func TestEmitMayCallBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r *Registrar
		seen := make(chan int, 1)
		r = New(Options{Emit: func(event.Event) { seen <- len(r.Devices("101")) }})
		defer r.Close()
		must(t, r, (&desk{name: "a"}).ask(60, at("sip:101@a")))
		if n := <-seen; n != 1 {
			t.Errorf("%d devices", n)
		}
	})
}

// Any URI is equal to itself, and stays so when its host changes case.
func FuzzContactKey(f *testing.F) {
	f.Add("sip:101@host:5060;transport=tcp;ob")
	f.Add("sip:@;")
	f.Add("")
	f.Fuzz(func(t *testing.T, uri string) {
		key := contactKey(uri)
		if again := contactKey(key); again != key {
			t.Errorf("%q: %q, then %q", uri, key, again)
		}
	})
}

func BenchmarkRegister(b *testing.B) {
	for _, devices := range []int{1, 10000} {
		b.Run(fmt.Sprint(devices), func(b *testing.B) {
			r := New(Options{Emit: func(event.Event) {}})
			defer r.Close()
			aors := make([]string, devices)
			for i := range aors {
				aors[i] = fmt.Sprint(i)
			}
			u := Update{CallID: "a", Expires: 3600, Flow: home, UserAgent: "phone", MaxDevices: 5, Contacts: []Contact{named("sip:101@10.0.0.5:5060", "<urn:uuid:1>")}}
			b.ReportAllocs()
			for b.Loop() {
				u.CSeq++
				if _, err := r.Register(aors[int(u.CSeq)%devices], u); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestForget(t *testing.T) {
	var l log
	synctest.Test(t, func(t *testing.T) {
		r := New(Options{Emit: l.emit})
		defer r.Close()
		for _, number := range []string{"101", "102"} {
			for _, flow := range []Flow{home, wire} {
				d := &desk{name: number + flow.Transport, flow: flow}
				if _, err := r.Register(number, d.ask(60, at("sip:"+number+"@"+flow.Remote.String()))); err != nil {
					t.Fatal(err)
				}
			}
		}
		synctest.Wait()
		l.lines = nil
		r.Forget("extension removed", func(b Binding) bool { return b.AOR == "102" && b.Flow == home })
		l.heard(t, "device.unregistered 102 sip:102@198.51.100.7:5060 extension removed")
		r.Forget("extension removed", func(b Binding) bool { return b.AOR == "102" })
		l.heard(t, "device.unregistered 102 sip:102@198.51.100.8:50000 extension removed")
		if n, m := len(r.Bindings("101")), len(r.Bindings("102")); n != 2 || m != 0 {
			t.Errorf("%d and %d bindings are left, want 2 and 0", n, m)
		}
		r.Drop(wire) // of 101 alone
		l.heard(t, "device.unregistered 101 sip:101@198.51.100.8:50000 connection lost")
	})
}
