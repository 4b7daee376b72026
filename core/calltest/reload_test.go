package calltest

import (
	"context"
	"fmt"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/calltest/raw"
)

// reloadable is an office that the tests below change piece by piece.
const reloadable = `
extension "desk" {
  for_each = { a = "101", b = "102", c = "103", d = "104" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
extension "guest" {
  number    = "110"
  secret    = "k9-Vq2-hTw"
  ring      = "5s"
  no_answer = extension.desk["b"]
}
trunk "east" { peer = "sip:10.0.0.50:5060" }

dialplan "inbound" {
  from = [trunk.east]
  route "direct" {
    match = "+4930555{ext:1XX}"
    to    = extension_number(match.ext)
  }
}
dialplan "internal" {
  from = [extension.desk, extension.guest]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "night" {
    match = "9"
    to    = extension.desk["b"]
  }
  route "out" {
    match = "+."
    to    = trunk.east
  }
}
`

// edited is reloadable with pieces replaced.
func edited(t *testing.T, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(reloadable, pairs[i]) {
			t.Fatalf("there is no %q", pairs[i])
		}
	}
	return strings.NewReplacer(pairs...).Replace(reloadable)
}

// A call goes on while the configuration is exchanged under it again and again:
// no packet is missing on either side, it is held and resumed, and ends as any
// other.
func TestReloadUnderACall(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		was, _ := w.PBX.Revision()
		heard := call.Packets() + ring.Packets()
		for i := range 10 {
			p := w.Reload(edited(t, `"5s"`, fmt.Sprintf(`"%ds"`, 10+i)))
			time.Sleep(time.Second)
			if p.Calls != 1 || p.Running == p.Revision || p.Applied == nil {
				t.Errorf("reload %d: %+v", i, p)
			}
		}
		if n := call.Packets() + ring.Packets() - heard; n < 996 || n > 1004 {
			t.Errorf("%d packets in 10 s, want 50 a second each way", n)
		}
		w.nothingLost(call, ring)
		if now, _ := w.PBX.Revision(); now == was {
			t.Errorf("revision %s is in force still", now)
		}
		call.Hold()
		call.Resume()
		call.Hears(b)
		ring.Hears(a)
		ring.Hangup()
		call.Expect("BYE")
		w.Golden("reload under a call")
	})
}

// nothingLost fails the test if a packet is missing, at a phone or at the PBX.
func (w *World) nothingLost(calls ...*Call) {
	w.t.Helper()
	for _, c := range calls {
		if n := c.Missed(); n > 0 {
			w.t.Errorf("phone %s misses %d packets", c.Phone.Number, n)
		}
	}
	for _, c := range w.Calls() {
		for _, l := range c.Legs {
			if s := l.Stats; s == nil || s.PacketsIn == 0 || s.Lost > 0 || s.Late > 0 {
				w.t.Errorf("the PBX hears leg %s with %+v", l.Number, s)
			}
		}
	}
}

// A call that rings when the files change goes on as it began: what follows its
// extension is that of its own revision. The next call follows the new one.
func TestReloadChangesWhereCallsGo(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		a, b, c, guest := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("110")
		old := a.Dial("110")
		guest.Incoming().Ring()
		old.Expect("180")
		p := w.Reload(edited(t, `no_answer = extension.desk["b"]`, `no_answer = extension.desk["c"]`, `to    = extension.desk["b"]`, `to    = extension.desk["c"]`))
		wantChange(t, p, "extension.guest", `holds for new calls; its phones stay registered`)
		wantChange(t, p, "dialplan.internal.route.night", `holds for new calls`)
		if len(p.Changes) != 2 {
			t.Errorf("changes: %+v", p.Changes)
		}
		// 5 s later: the old plan's no_answer.
		ring := b.Incoming()
		ring.Ring()
		ring.Answer()
		old.Expect("200")
		old.Hears(b)
		// The new plan's route, beside it.
		young := a.Dial("9")
		other := c.Incoming()
		other.Ring()
		young.Expect("180")
		other.Answer()
		young.Expect("200")
		young.Hangup()
		other.Expect("BYE")
		old.Hangup()
		ring.Expect("BYE")
		time.Sleep(time.Second)
		for _, r := range w.Records() { // each tells what it was routed by
			if want := map[string]string{"110": p.Running, "9": p.Revision}[r.To]; r.Revision != want || want == "" {
				t.Errorf("the call to %s was routed by revision %s, want %s", r.To, r.Revision, want)
			}
		}
		w.Golden("reload changes where calls go")
	})
}

// wantChange checks what a plan says of a block.
func wantChange(t *testing.T, p api.ConfigPlan, block, effect string) {
	t.Helper()
	for _, c := range p.Changes {
		if c.Block == block {
			if c.Effect != effect {
				t.Errorf("%s: %q, want %q", block, c.Effect, effect)
			}
			return
		}
	}
	t.Errorf("the plan does not name %s: %+v", block, p.Changes)
}

// An extension that is removed while it talks is let go when it hangs up. Until
// then its call is held, resumed and ended as any other, and nobody new reaches
// it.
func TestReloadRemovesABusyExtension(t *testing.T) {
	const gone = "extension \"guest\" {\n  number    = \"110\"\n  secret    = \"k9-Vq2-hTw\"\n  ring      = \"5s\"\n  no_answer = extension.desk[\"b\"]\n}\n"
	Run(t, reloadable, func(w *World) {
		a, c, guest := w.Phone("101"), w.Phone("103"), w.Phone("110")
		call, ring := talk(w, a, guest)
		p := w.Reload(edited(t, gone, "", ", extension.guest", "", `, d = "104"`, ""))
		wantChange(t, p, "extension.guest", "its phones are let go, when its 1 call has ended; new calls do not find it")
		wantChange(t, p, `extension.desk["d"]`, "its phones are let go; new calls do not find it")
		ring.Hold()
		ring.Resume()
		call.Hears(guest)
		ring.Hears(a)
		c.Dial("110").Expect("404")
		if n := w.registered("110"); n != 1 {
			t.Errorf("%d devices of 110 while it talks, want 1", n)
		}
		if s := guest.TryRegister(600); s != 401 {
			t.Errorf("a removed extension registered: %d", s)
		}
		ring.Hangup()
		call.Expect("BYE")
		synctest.Wait()
		if n := w.registered("110"); n != 0 {
			t.Errorf("%d devices of 110 after it hung up", n)
		}
		// It comes back, and is who it was.
		w.Reload(reloadable)
		guest.Register()
		call, ring = talk(w, a, guest)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("reload removes a busy extension")
	})
}

// registered counts the devices of a number.
func (w *World) registered(number string) int {
	n := 0
	for _, d := range w.PBX.Devices(number) {
		if d.Expires.After(time.Now()) {
			n++
		}
	}
	return n
}

// A new secret lets go who knows the old one; everybody else stays registered.
func TestReloadChangesASecret(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		a, b, guest := w.Phone("101"), w.Phone("102"), w.Phone("110")
		p := w.Reload(edited(t, "number    = \"110\"\n  secret    = \"k9-Vq2-hTw\"", "number    = \"110\"\n  secret    = \"tZ4-another\""))
		wantChange(t, p, "extension.guest", "its phones are let go, and register again with the new secret")
		for _, at := range p.Changes[0].Attributes {
			if strings.Contains(at.Old+at.New, "k9-") || strings.Contains(at.Old+at.New, "tZ4-") {
				t.Errorf("a secret is shown: %+v", at)
			}
		}
		synctest.Wait()
		if n := w.registered("110"); n != 0 {
			t.Errorf("%d devices know the old secret", n)
		}
		if s := guest.TryRegister(600); s != 401 {
			t.Errorf("the old secret was taken: %d", s)
		}
		call, ring := talk(w, a, b)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// A file that is wrong changes nothing, whatever is wrong with it.
func TestReloadIsRefused(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		for _, c := range []struct{ name, text, says, at string }{
			{"syntax", reloadable + "extension \"x\" {", "the configuration has an error; the one in force goes on", "config.hcl"},
			{"a reference", edited(t, `to    = trunk.east`, `to    = trunk.eats`), "Did you mean trunk.east?", "config.hcl"},
			{"a pattern", edited(t, `match = "9"`, `match = "[9"`), "", "config.hcl"},
			{"not built", reloadable + "extension \"x\" {\n  number = \"199\"\n  media { rtp_ports = \"30000-30999\" }\n}\n", "is not built yet", "config.hcl"},
		} {
			w.Write(c.text)
			err := w.Refused()
			placed := slices.ContainsFunc(err.Diagnostics, func(d api.ConfigDiagnostic) bool {
				return d.Severity == "error" && d.Range != nil && d.Range.File == c.at
			})
			if !strings.Contains(err.Text+err.Source, c.says) || !placed {
				t.Errorf("%s: %q\n%s", c.name, err.Text, err.Source)
			}
			if _, perr := w.PBX.Plan(context.Background()); perr == nil || perr.Error() != err.Text {
				t.Errorf("%s: plan says %v, apply %v", c.name, perr, err)
			}
		}
		w.WriteSite(func(s string) string { return strings.Replace(s, "data_dir = \"", "data_dir = \"/nowhere", 1) }, reloadable)
		if err := w.Refused(); !strings.Contains(err.Text, "pbx.data_dir cannot change while the daemon runs") || len(err.Diagnostics) > 0 {
			t.Errorf("data_dir: %+v", err)
		}
		if p, err := w.PBX.Plan(context.Background()); err != nil || len(p.Refused) != 1 {
			t.Errorf("data_dir: plan says %+v, %v", p.Refused, err)
		}
		call.Hears(b)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// Listeners come and go, and those that stay keep their sockets: a phone on them
// does not notice. A call on one that goes is ended there.
func TestReloadMovesListeners(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		tcp := w.TCPPhone("103")
		call, ring := talk(w, a, tcp)
		move := func(s string) string {
			return strings.Replace(s, `"tcp://10.0.0.1:5060"`, `"udp://10.0.0.1:5080"`, 1)
		}
		w.WriteSite(move, reloadable)
		p := w.Apply()
		wantChange(t, p, "sip", "udp://10.0.0.1:5080 opened; tcp://10.0.0.1:5060 closed, each when the calls on it have ended; their phones register elsewhere")
		// New calls come by the new one, as by the one that stayed.
		c := w.Device("104", Secret)
		c.pbx = netip.MustParseAddrPort("10.0.0.1:5080")
		c.Register()
		other, rung := talk(w, c, b)
		other.Hangup()
		rung.Expect("BYE")
		// The call over TCP is held and ended over its connection.
		ring.Hold()
		ring.Resume()
		call.Hears(tcp)
		ring.Hangup()
		call.Expect("BYE")
		time.Sleep(time.Minute)
		if n := w.registered("103"); n != 0 {
			t.Errorf("%d devices are on a connection that was to be closed", n)
		}
		w.Reload(reloadable) // and back
		again := w.TCPPhone("103")
		call, ring = talk(w, a, again)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// An address that cannot be had is why all of it is refused; what was opened
// before it is closed again.
func TestReloadThatCannotListenIsRefused(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		a := w.Phone("101")
		taken, err := w.Net.ListenPacket(netip.MustParseAddrPort("10.0.0.1:5090"))
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Close()
		w.WriteSite(func(s string) string {
			return strings.Replace(s, `"tcp://10.0.0.1:5060"`, `"udp://10.0.0.1:5080", "tcp://10.0.0.1:5070", "udp://10.0.0.1:5090"`, 1)
		}, edited(t, `"5s"`, `"6s"`))
		if err := w.Refused(); !strings.Contains(err.Text, "cannot listen on udp://10.0.0.1:5090") {
			t.Errorf("refused with %q", err.Text)
		}
		free, err := w.Net.ListenPacket(netip.MustParseAddrPort("10.0.0.1:5080"))
		if err != nil {
			t.Errorf("a socket of a refused configuration is open: %v", err)
		} else {
			free.Close()
		}
		w.TCPPhone("102")
		a.Register()
	})
}

// A trunk whose block did not change, or only in what is ours alone, stays
// registered: its provider hears nothing of reloads. One whose account changed
// takes its registration away and registers anew.
func TestReloadKeepsTrunksRegistered(t *testing.T) {
	const provider = "trunk \"west\" {\n  peer         = \"sip:10.0.0.70\"\n  register     = true\n  username     = \"office\"\n  secret       = \"k9-Vq2-hTw\"\n  options_ping = \"off\"\n}\n"
	Run(t, reloadable+provider, func(w *World) {
		heard := w.registrar("10.0.0.70:5060")
		time.Sleep(time.Minute) // it was there later than the PBX
		if got := heard(); !strings.HasSuffix(got, "office 300") {
			t.Fatalf("the provider heard %q", got)
		}
		for i := range 20 {
			text := provider
			if i%2 == 0 {
				text = strings.Replace(provider, "options_ping", "max_calls    = 4\n  options_ping", 1)
			}
			p := w.Reload(edited(t, `"5s"`, fmt.Sprintf(`"%ds"`, 10+i)) + text)
			wantChange(t, p, "trunk.west", "holds for new calls; it stays registered")
			w.Write("group \"g\" { members = [extension.nobody] }\n")
			w.Refused()
		}
		time.Sleep(time.Second)
		if got := heard(); got != "" {
			t.Errorf("reloads that do not concern it told the provider %q", got)
		}
		p := w.Reload(reloadable + strings.Replace(provider, `"office"`, `"branch"`, 1))
		wantChange(t, p, "trunk.west", "it registers anew")
		time.Sleep(time.Second)
		if got := heard(); got != "office 0, branch 300" {
			t.Errorf("with another account the provider heard %q", got)
		}
		p = w.Reload(reloadable)
		wantChange(t, p, "trunk.west", "its registration is taken away")
		time.Sleep(time.Second)
		if got := heard(); got != "branch 0" {
			t.Errorf("of a trunk that is gone the provider heard %q", got)
		}
	})
}

// registrar answers every request at an address with 200. What it returns tells
// the registrations since it was last asked: "office 300" for so many seconds.
func (w *World) registrar(addr string) (heard func() string) {
	w.t.Helper()
	conn, err := w.Net.ListenPacket(netip.MustParseAddrPort(addr))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { conn.Close() })
	var mu sync.Mutex
	var list []string
	go func() {
		buf := make([]byte, 65536)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			m, err := raw.ParseMessage(buf[:n])
			if err != nil || m.Method() == "" {
				continue
			}
			ok := m.Reply(200, "OK", "provider")
			if expires := m.Get("Expires"); m.Method() == "REGISTER" {
				mu.Lock()
				user, _, _ := strings.Cut(strings.TrimPrefix(raw.URI(m.Get("To")), "sip:"), "@")
				list = append(list, user+" "+expires)
				mu.Unlock()
				ok.Add("Contact", m.Get("Contact")+";expires="+expires)
			}
			_, _ = conn.WriteTo(ok.Bytes(), from)
		}
	}()
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		s := strings.Join(list, ", ")
		list = nil
		return s
	}
}

// A plugin whose block changed is replaced: its legs stay in the old process
// until they end, new ones come into the new one. Sockets for RTP come from the
// new range.
func TestReloadReplacesAPlugin(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		a, b, c, d := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104")
		call, ring := talk(w, a, b)
		w.WriteSite(func(s string) string { return strings.Replace(s, "20000-20199", "30000-30199", 1) },
			reloadable+"plugin \"leg-rtp\" {\n  path = \"leg-rtp\"\n  args = [\"-v\"]\n}\n")
		p := w.Apply()
		wantChange(t, p, "plugin.leg-rtp", "it is started before anything else changes")
		wantChange(t, p, "media", "holds for new legs")
		other, rung := talk(w, c, d)
		call.Hears(b)
		ring.Hears(a)
		other.Hears(d)
		var list []string
		for _, i := range w.PBX.Plugins() {
			list = append(list, fmt.Sprintf("%s %s %d", i.Name, i.State, i.Legs))
		}
		if got := strings.Join(list, ", "); got != "leg-rtp up 2, leg-rtp#1 leaving 2" {
			t.Errorf("plugins: %s", got)
		}
		for _, info := range w.Calls() {
			for _, l := range info.Legs {
				young := info.From == "103"
				if got := strings.Contains(l.Local, ":30"); got != young {
					t.Errorf("leg of %s is at %s", l.Number, l.Local)
				}
			}
		}
		call.Hangup()
		ring.Expect("BYE")
		time.Sleep(time.Second)
		if got := w.PBX.Plugins(); len(got) != 1 {
			t.Errorf("plugins: %+v", got)
		}
		other.Hears(d)
		other.Hangup()
		rung.Expect("BYE")
	})
}

// A plugin that does not come up is why all of it is refused.
func TestReloadWithABrokenPluginIsRefused(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		w.Broken.Store(true)
		w.Write(edited(t, `"5s"`, `"6s"`) + "plugin \"leg-rtp\" {\n  path = \"leg-rtp\"\n  args = [\"-v\"]\n}\n")
		if err := w.Refused(); err.Text != "plugin leg-rtp: broken by the test" {
			t.Errorf("refused with %q", err.Text)
		}
		call.Hears(b)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// So is a plugin that is something else than a route needs.
func TestReloadWithAnotherKindOfPluginIsRefused(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		w.Write(edited(t, `to    = extension.desk["b"]`, `to    = app(plugin.leg-rtp)`) + "plugin \"leg-rtp\" {\n  path = \"leg-rtp\"\n  args = [\"-v\"]\n}\n")
		err := w.Refused()
		if d := err.Diagnostics; len(d) != 1 || d[0].Detail != "app() needs a plugin of kind app; plugin.leg-rtp is of kind leg." || d[0].Range == nil {
			t.Errorf("refused with %q, %+v", err.Text, d)
		}
		if got := w.PBX.Plugins(); len(got) != 1 {
			t.Errorf("plugins: %+v", got)
		}
	})
}

// Reloads that come at once come one after the other, and a stop lets none in.
func TestReloadsAreOneAfterTheOther(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		var all sync.WaitGroup
		var mu sync.Mutex
		var chain []string
		for i := range 20 {
			w.Write(edited(t, `"5s"`, fmt.Sprintf(`"%ds"`, 10+i)))
			all.Go(func() {
				p, err := w.PBX.Reload(context.Background())
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				chain = append(chain, p.Running, p.Revision)
			})
			all.Go(func() {
				if _, err := w.PBX.Plan(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		now, _ := w.PBX.Revision()
		if cfg, _ := w.load(nil); cfg.Revision != now {
			t.Errorf("revision %s is in force, not that of the file, %s", now, cfg.Revision)
		}
		drain, stop := context.WithCancel(context.Background())
		kill, end := context.WithCancel(context.Background())
		defer end()
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		over := make(chan error)
		go func() { over <- w.PBX.Run(drain, kill, time.Minute) }()
		stop()
		synctest.Wait()
		if err := w.Refused(); !err.Busy || !strings.Contains(err.Text, "about to stop") {
			t.Errorf("refused with %+v", err)
		}
		call.Hangup()
		ring.Expect("BYE")
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
}

// A thousand reloads, half of them broken, leave nothing behind: no goroutine,
// no socket, no plugin, no memory.
func TestAThousandReloads(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		site := func(i int) func(string) string {
			return func(s string) string {
				if i%4 == 0 {
					s = strings.Replace(s, `"tcp://10.0.0.1:5060"`, `"tcp://10.0.0.1:5060", "udp://10.0.0.1:5080", "tcp://10.0.0.1:5080"`, 1)
				}
				return s
			}
		}
		broken := []string{"extension \"x\" {", "group \"g\" { members = [extension.nobody] }\n", "plugin \"absent\" { path = \"absent\" }\n"}
		step := func(i int) {
			text := edited(t, `"5s"`, fmt.Sprintf(`"%ds"`, 5+i%50), `, d = "104"`, []string{"", `, d = "104"`}[i/2%2])
			if i%3 == 0 {
				text += "plugin \"leg-rtp\" {\n  path = \"leg-rtp\"\n  args = [\"-v\"]\n}\n"
			}
			if i%2 == 1 {
				w.WriteSite(site(i), text+broken[i/2%3])
				w.Refused()
				return
			}
			w.WriteSite(site(i), text)
			w.Apply()
			if i%10 == 0 {
				one, two := talk(w, w.phones[0], w.phones[1])
				one.Hangup()
				two.Expect("BYE")
				time.Sleep(2 * time.Second) // what is still under way to a phone's port is not of its next call
			}
		}
		settle := func() (goroutines, sockets int, heap uint64) {
			w.Reload(reloadable)
			time.Sleep(time.Minute)
			synctest.Wait()
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return runtime.NumGoroutine(), w.Net.Open(), m.HeapAlloc
		}
		for i := range 24 {
			step(i)
		}
		goroutines, sockets, heap := settle()
		for i := range 1000 {
			step(i)
		}
		w.nothingLost(call, ring)
		g, s, h := settle()
		if g != goroutines || s != sockets {
			t.Errorf("%d goroutines and %d sockets after 1,000 reloads, %d and %d before", g, s, goroutines, sockets)
		}
		if grown := int64(h) - int64(heap); grown > 16<<20 {
			t.Errorf("%d KiB of memory more than before 1,000 reloads", grown>>10)
		}
		call.Hears(b)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// Phones on a NAT's mapping, and their nonces, outlive a reload: nobody is
// challenged for nothing.
func TestReloadKeepsNonces(t *testing.T) {
	Run(t, reloadable, func(w *World) {
		a := w.Phone("101")
		stale := 0
		for range 3 {
			w.Reload(edited(t, `"5s"`, `"6s"`))
			a.Register()
			w.Reload(reloadable)
		}
		for _, d := range w.Net.SIP() {
			if m, err := raw.ParseMessage(d.Data); err == nil && strings.Contains(m.Get("WWW-Authenticate"), "stale=true") {
				stale++
			}
		}
		if stale > 0 {
			t.Errorf("%d times a nonce was stale after a reload", stale)
		}
	})
}
