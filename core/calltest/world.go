// Package calltest runs whole calls in virtual time: real phones' messages and
// packets on a network in memory, the daemon as it is, and the real leg
// plugin behind the real protocol and media bus, both in their in-memory
// forms. A minute of ringing takes no time, and nothing is ever flaky: time
// stands still while anybody works.
//
//	calltest.Run(t, office, func(w *calltest.World) {
//		a, b := w.Phone("101"), w.Phone("102")
//		call := a.Dial("102")
//		ring := b.Incoming()
//		ring.Ring()
//		call.Expect("180")
//		ring.Answer()
//		call.Expect("200")
//		call.Hears(b)
//		ring.Hears(a)
//		call.Hangup()
//		ring.Expect("BYE")
//		w.Golden("two phones")
//	})
//
// The phones are deliberately not made of the core's parts: two sides that
// share a mistake agree.
package calltest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc/test/bufconn"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/daemon"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/core/trace"
	"github.com/plugboard/plugboard/plugins/ivr/steps"
	"github.com/plugboard/plugboard/plugins/recorder/recording"
	"github.com/plugboard/plugboard/plugins/script/double"
	"github.com/plugboard/plugboard/plugins/transcriber/transcribing"
	"github.com/plugboard/plugboard/plugins/voicemail/answering"
	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/audio/alarm"
	"github.com/plugboard/plugboard/sdk/leg/rtpleg"
	"github.com/plugboard/plugboard/sdk/tts"
)

var update = flag.Bool("update", false, "write the golden ladders anew")

// World is a PBX and its phones, on a network of their own.
type World struct {
	Net   *Net
	Names *Names
	PBX   *daemon.Daemon
	// All says that ladders show registrations, and OPTIONS outside of calls.
	All bool
	// Broken plugins do not come back once they have ended.
	Broken atomic.Bool

	t       *testing.T
	cfg     *config.Config
	addr    netip.AddrPort
	addrs   []netip.AddrPort // all that the PBX listens on over UDP
	ca      *raw.Authority   // nil: nobody speaks TLS
	phones  []*Phone
	workers *workers
	untidy  bool                      // what is left at the end is told elsewhere
	others  map[netip.AddrPort]string // names of what is no Phone
	log     bytes.Buffer
	strays  chan struct{} // ends what stray sends
	site    string        // the head of its configuration
	voices  map[string]tts.Engine
	apps    map[string]app.App
	own     map[string]func(*World) sdk.Plugin
	disk    atomic.Pointer[fstest.MapFS]
	post    atomic.Pointer[bufconn.Listener] // of the mail server, nil: it is down
	web     *http.Server                     // where WebSockets are opened, nil: nowhere yet
}

// Secret is every phone's in these tests.
const Secret = "k9-Vq2-hTw"

// Site is a PBX and where it stands. The zero value is that of [Run].
type Site struct {
	Addr netip.Addr // of the PBX: 10.0.0.1
	// Listen is where it listens: UDP and TCP on port 5060 of Addr.
	Listen []string
	// TLS makes it listen for TLS as well, on port 5061 of Addr, with a
	// certificate for Addr by the world's authority.
	TLS bool
	// PBX, SIP and Media are further attributes of these blocks.
	PBX, SIP, Media string
	// Voices are the plugins that speak, by name.
	Voices map[string]tts.Engine
	// NATs are boxes on the network.
	NATs []*NAT
	// Apps are plugins besides the bundled ones, by the names of their blocks.
	Apps map[string]app.App
	// Stations make plugins with signalling of their own, by the names of their
	// blocks.
	Stations map[string]func(*World) sdk.Plugin
}

// block is the beginning of each test's configuration.
func (s Site) block(dir string) string {
	certificate := ""
	if s.TLS {
		s.Listen = append(s.Listen, "tls://"+netip.AddrPortFrom(s.Addr, 5061).String())
		certificate = fmt.Sprintf("cert = %q\n  key = %q", filepath.Join(dir, "pbx.crt"), filepath.Join(dir, "pbx.key"))
	}
	if !strings.Contains(s.Media, "music") {
		s.Media += "\n  music = \"none\"" // its notes are too near to the phones'
	}
	return fmt.Sprintf(`
pbx {
  data_dir = %q
  %s
}
sip {
  listen = ["%s"]
  %s
  %s
}
media {
  rtp_ports = "20000-20199"
  codecs    = ["pcmu"]
  %s
}
`, dir, s.PBX, strings.Join(s.Listen, `", "`), s.SIP, certificate, s.Media)
}

// Run plays a test in a bubble of virtual time. The configuration has what is
// particular to the test: extensions, groups, dialplans.
func Run(t *testing.T, blocks string, play func(w *World)) {
	t.Helper()
	RunAt(t, Site{}, blocks, play)
}

// RunMedia is [Run] with further attributes of the media block.
func RunMedia(t *testing.T, media, blocks string, play func(w *World)) {
	t.Helper()
	RunAt(t, Site{Media: media}, blocks, play)
}

// RunAt is [Run] at another site.
func RunAt(t *testing.T, s Site, blocks string, play func(w *World)) {
	t.Helper()
	dir := t.TempDir()
	if !s.Addr.IsValid() {
		s.Addr = netip.MustParseAddr("10.0.0.1")
	}
	if len(s.Listen) == 0 {
		at := netip.AddrPortFrom(s.Addr, 5060).String()
		s.Listen = []string{"udp://" + at, "tcp://" + at}
	}
	synctest.Test(t, func(t *testing.T) {
		w := &World{apps: s.Apps, own: s.Stations, Net: NewNet(), Names: &Names{hosts: make(map[string][]netip.Addr), srv: make(map[string][]*net.SRV)}, workers: &workers{all: make(map[string]*Worker)}, t: t, addr: netip.AddrPortFrom(s.Addr, 5060)}
		for _, at := range s.Listen {
			if at, ok := strings.CutPrefix(at, "udp://"); ok {
				w.addrs = append(w.addrs, netip.MustParseAddrPort(at))
			}
		}
		for _, box := range s.NATs {
			w.Net.AddNAT(box)
		}
		if s.TLS {
			w.certify(filepath.Join(dir, "pbx"), s.Addr.String())
		}
		w.site, w.voices = s.block(dir), s.Voices
		w.Write(blocks)
		cfg, diags := w.load(nil)
		if diags.HasErrors() {
			t.Fatalf("configuration: %v", diags)
		}
		if err := w.start(cfg); err != nil {
			t.Fatal(err)
		}
		defer func() {
			for _, p := range w.phones {
				p.Close()
			}
			w.PBX.Close()
			w.stopWeb()
			if t.Failed() {
				t.Logf("the ladder so far:\n%s\nthe log:\n%s", w.Ladder(), w.log.Bytes())
			}
		}()
		play(w)
		if !t.Failed() && !w.untidy {
			w.idle()
		}
	})
}

// start starts the PBX.
func (w *World) start(cfg *config.Config) error {
	w.cfg = cfg
	var roots *x509.CertPool
	if w.ca != nil {
		roots = w.ca.Roots()
	}
	var err error
	w.PBX, err = daemon.New(daemon.Options{
		Config: cfg, Load: w.load, Version: "test", Log: hclog.New(&hclog.LoggerOptions{Output: &w.log, Level: hclog.Debug}),
		World: daemon.World{
			ListenPacket: w.Net.ListenPacket,
			Listen:       w.Net.Listen,
			Dial: func(ctx context.Context, to netip.AddrPort) (net.Conn, error) {
				return w.Net.Dial(ctx, netip.AddrPortFrom(w.addr.Addr(), 0), to)
			},
			DialMail:  w.dialMail,
			Roots:     roots,
			Resolver:  w.Names,
			ListenRTP: w.Net.ListenRTP,
			Launcher:  launcher{w},
			Ticks:     alarm.Plain(),
			NoWeb:     true,
			Waker:     w.workers,
		},
	})
	if err != nil {
		return err
	}
	return w.PBX.Start(context.Background())
}

// authority is who vouches for the certificates of this world.
func (w *World) authority() *raw.Authority {
	w.t.Helper()
	if w.ca == nil {
		var err error
		if w.ca, err = raw.NewAuthority(time.Now()); err != nil {
			w.t.Fatal(err)
		}
	}
	return w.ca
}

// certify writes a certificate for names into FILE.crt, and its key into
// FILE.key.
func (w *World) certify(file string, names ...string) tls.Certificate {
	w.t.Helper()
	cert, key, err := w.authority().Issue(time.Now().Add(-time.Hour), time.Now().Add(90*24*time.Hour), names...)
	if err == nil {
		err = errors.Join(os.WriteFile(file+".crt", cert, 0o600), os.WriteFile(file+".key", key, 0o600))
	}
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := tls.X509KeyPair(cert, key)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// launcher starts plugins, unless they are broken.
type launcher struct{ w *World }

// Launch implements plugin.Launcher.
func (l launcher) Launch(ctx context.Context, s plugin.Spec, log hclog.Logger) (plugin.Process, error) {
	if l.w.Broken.Load() {
		return nil, &plugin.Misfit{Text: "broken by the test"}
	}
	// As with processes, two lives have nothing in common.
	m := plugin.Memory{
		daemon.LegPlugin:    sdk.Plugin{Name: daemon.LegPlugin, Version: "test", Leg: rtpleg.New()},
		daemon.WebRTCPlugin: sdk.Plugin{Name: daemon.WebRTCPlugin, Version: "test", Leg: webLegs{rtpleg.New()}},
	}
	m[dialplan.VoicemailPlugin] = sdk.Plugin{Name: dialplan.VoicemailPlugin, Version: "test", App: app.Func(answering.Run)}
	if len(l.w.voices) == 0 {
		m[daemon.SpeechPlugin] = sdk.Plugin{Name: daemon.SpeechPlugin, Version: "test", TTS: mute{}}
	}
	for name, a := range l.w.apps {
		m[name] = sdk.Plugin{Name: name, Version: "test", App: a}
	}
	for name, make := range l.w.own {
		m[name] = make(l.w)
	}
	if s.Name == dialplan.Recorder {
		r := recording.New()
		m[s.Name] = sdk.Plugin{Name: s.Name, Version: "test", Tool: r, Run: r.Run, Config: recording.Attributes(), Configure: r.Configure}
	}
	if s.Name == "transcriber" {
		t := transcribing.New()
		t.Open = func(context.Context) (transcribing.Engine, error) { return new(toneEngine), nil }
		m[s.Name] = sdk.Plugin{Name: s.Name, Version: "test", Tool: t, Run: t.Run, Config: transcribing.Attributes(), Configure: t.Configure}
	}
	i := new(steps.IVR)
	m[dialplan.StepPlugin] = sdk.Plugin{Name: dialplan.StepPlugin, Version: "test", App: app.Func(i.Serve), Run: i.Run}
	if s.Path == "script" {
		m[s.Name] = double.New("1.0.0", func() { _ = l.w.PBX.KillPlugin(s.Name) }) // it may have ended already
	}
	for name, e := range l.w.voices {
		m[name] = sdk.Plugin{Name: name, Version: "test", TTS: e}
	}
	return m.Launch(ctx, s, log)
}

// mute is the voice of a test that does not listen to any.
type mute struct{}

// Speak implements [tts.Engine].
func (mute) Speak(context.Context, tts.Request, tts.Out) error {
	return errors.New("nobody speaks in this test")
}

// idle fails the test if anything is left of its calls.
func (w *World) idle() {
	w.t.Helper()
	time.Sleep(40 * time.Second) // past Timer H, and each transaction's last wait
	if left := w.PBX.Calls.Calls(); len(left) > 0 {
		w.t.Errorf("%d calls are left at the end of the test: %+v", len(left), left)
	}
}

// Phone plugs in a phone of an extension and registers it. Phones with the
// same number are several devices of it.
func (w *World) Phone(number string) *Phone {
	w.t.Helper()
	p := w.Device(number, Secret)
	p.Register()
	return p
}

// Device is a phone that has not registered.
func (w *World) Device(number, secret string) *Phone {
	w.t.Helper()
	return w.at(number, secret, w.place()).listenUDP()
}

// TCPPhone is a phone over TCP. It registers.
func (w *World) TCPPhone(number string) *Phone {
	w.t.Helper()
	p := w.at(number, Secret, w.place())
	p.Connect()
	p.Register()
	return p
}

// TLSPhone is a phone over TLS. It registers.
func (w *World) TLSPhone(number string) *Phone {
	w.t.Helper()
	p := w.at(number, Secret, w.place())
	p.pbx = netip.AddrPortFrom(w.addr.Addr(), 5061)
	p.secure = &tls.Config{ServerName: w.addr.Addr().String(), RootCAs: w.authority().Roots()}
	p.Connect()
	p.Register()
	return p
}

// HiddenPhone is a phone behind NAT: what it says of where it is means nothing
// to anybody else. It registers.
func (w *World) HiddenPhone(number string) *Phone {
	w.t.Helper()
	p := w.at(number, Secret, w.place()).listenUDP()
	p.Claims = netip.MustParseAddrPort("192.168.7.7:5062")
	p.Register()
	return p
}

// place is a free address.
func (w *World) place() netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(11 + len(w.phones))}), 5060)
}

// Provider is what a trunk leads to: a phone at an address that never
// registers.
func (w *World) Provider(addr string) *Phone {
	w.t.Helper()
	return w.provider(addr).listenUDP()
}

// Registrar is a provider as those on the internet are: the trunk registers with it, it
// calls the Contact that it has, and sends its sound to where that of others
// comes from.
func (w *World) Registrar(addr string) *Phone {
	w.t.Helper()
	p := w.provider(addr)
	p.Registrar, p.Follows = true, true
	return p.listenUDP()
}

// ConnectedRegistrar is a [World.Registrar] over TCP, or over TLS.
func (w *World) ConnectedRegistrar(addr string, secure bool) *Phone {
	w.t.Helper()
	p := w.provider(addr)
	p.Registrar, p.Follows = true, true
	if secure {
		w.shows(p, addr)
	}
	return p.listenTCP()
}

// PhoneAt is a phone at an address of its own that finds the PBX at another, as
// seen from there. It registers.
func (w *World) PhoneAt(number, addr, pbx string) *Phone {
	w.t.Helper()
	p := w.at(number, Secret, netip.AddrPortFrom(netip.MustParseAddr(addr), 5060))
	p.pbx = netip.AddrPortFrom(netip.MustParseAddr(pbx), 5060)
	p.listenUDP().Register()
	return p
}

// TCPProvider is a provider that is reached over TCP.
func (w *World) TCPProvider(addr string) *Phone {
	w.t.Helper()
	return w.provider(addr).listenTCP()
}

// TLSProvider is a provider that is reached over TLS, on port 5061, and shows a
// certificate for a name or address.
func (w *World) TLSProvider(addr, name string) *Phone {
	w.t.Helper()
	p := w.provider(addr)
	w.shows(p, name)
	return p.listenTCP()
}

// shows makes a provider one over TLS.
func (w *World) shows(p *Phone, name string) {
	p.Addr = netip.AddrPortFrom(p.Addr.Addr(), 5061)
	p.Claims = p.Addr
	cert := w.certify(filepath.Join(w.t.TempDir(), "provider"), name)
	p.secure = &tls.Config{Certificates: []tls.Certificate{cert}}
}

func (w *World) provider(addr string) *Phone {
	return w.at("+4930"+addr[strings.LastIndexAny(addr, ".:")+1:], "", netip.AddrPortFrom(netip.MustParseAddr(addr), 5060))
}

func (w *World) at(number, secret string, addr netip.AddrPort) *Phone {
	w.t.Helper()
	pbx := w.addr
	for _, own := range w.addrs {
		if own.Addr().Is4() == addr.Addr().Is4() {
			pbx = own
			break
		}
	}
	p := newPhone(w.t, w.Net, number, secret, addr, pbx, Tones[len(w.phones)])
	w.phones = append(w.phones, p)
	return p
}

// Calls are the live calls.
func (w *World) Calls() []call.Info { return w.PBX.Calls.Calls() }

// Ladder draws every message since the start; without [World.All],
// registrations and the questions whether a trunk is there are left out.
func (w *World) Ladder() string { return w.ladder(true) }

func (w *World) ladder(times bool) string {
	return w.draw(times, func(*raw.Message) bool { return true })
}

// draw draws the messages that are wanted.
func (w *World) draw(times bool, wanted func(*raw.Message) bool) string {
	var entries []trace.Entry
	for _, d := range inOrder(w.Net.SIP()) {
		if m, err := raw.ParseMessage(d.Data); err == nil && (!w.All && beside(m) || !wanted(m)) {
			continue
		}
		if !d.Stopped {
			d.To = w.Net.behind(d.To)
		}
		entries = append(entries, trace.Entry{Time: d.At, From: w.name(w.Net.behind(d.From)), To: w.name(d.To), Message: d.Data})
	}
	var b strings.Builder
	if err := trace.Render(&b, entries, trace.Options{Times: times}); err != nil {
		w.t.Fatal(err)
	}
	return b.String()
}

// inOrder gives an order to what happens at one instant, which has none of its
// own: by sender and receiver, and between these the calls by what comes first in
// each of them.
func inOrder(sent []Datagram) []Datagram {
	type talk struct {
		at       time.Time
		from, to netip.AddrPort
		call     string
	}
	type keyed struct {
		Datagram
		key string
	}
	first := map[talk]string{}
	all := make([]keyed, len(sent))
	for i, d := range sent {
		all[i].Datagram = d
		m, err := raw.ParseMessage(d.Data)
		if err != nil {
			continue
		}
		t := talk{d.At, d.From, d.To, m.Get("Call-ID")}
		if _, ok := first[t]; !ok {
			first[t] = m.Label()
		}
		all[i].key = first[t]
	}
	slices.SortStableFunc(all, func(a, b keyed) int {
		return cmp.Or(a.At.Compare(b.At), a.From.Compare(b.From), a.To.Compare(b.To), cmp.Compare(a.key, b.key))
	})
	for i, k := range all {
		sent[i] = k.Datagram
	}
	return sent
}

// beside says whether a message is a registration's, or asks whether a trunk is
// there, or the answer to that.
func beside(m *raw.Message) bool {
	_, method, _ := strings.Cut(m.Get("CSeq"), " ")
	return m.Method() == "REGISTER" || method == "OPTIONS" && (m.Status() != 0 || raw.Param(m.Get("To"), "tag") == "")
}

func (w *World) name(a netip.AddrPort) string {
	if a.Addr() == w.addr.Addr() || slices.ContainsFunc(w.addrs, func(own netip.AddrPort) bool { return own.Addr() == a.Addr() }) {
		return trace.Self
	}
	for i, p := range w.phones {
		if p.Addr != a {
			continue
		}
		for j, q := range w.phones {
			if q.Number == p.Number && i != j {
				return fmt.Sprintf("%s at .%d", p.Number, lastByte(a.Addr()))
			}
		}
		return p.Number
	}
	if name := w.others[a]; name != "" {
		return name
	}
	return a.String()
}

// Golden compares the ladder so far with testdata/NAME.ladder; -update writes
// it anew.
func (w *World) Golden(name string) {
	w.t.Helper()
	w.golden(name, w.Ladder())
}

// GoldenOrder is [World.Golden] without the times, for a flow in which
// somebody waits for a random time (RFC 3261, section 14.1).
func (w *World) GoldenOrder(name string) {
	w.t.Helper()
	w.golden(name, w.ladder(false))
}

func (w *World) golden(name, got string) {
	w.t.Helper()
	file := filepath.Join("testdata", strings.ReplaceAll(name, " ", "_")+".ladder")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			w.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatalf("%v; go test -update writes it", err)
	}
	if got != string(want) {
		w.t.Errorf("the ladder is not that of %s.\ngot:\n%s\nwant:\n%s", file, got, want)
	}
}
