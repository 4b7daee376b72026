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
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
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
	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/audio/alarm"
	"github.com/plugboard/plugboard/sdk/tts"
)

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

// idle fails the test if anything is left of its calls.
func (w *World) idle() {
	w.t.Helper()
	time.Sleep(40 * time.Second) // past Timer H, and each transaction's last wait
	if left := w.PBX.Calls.Calls(); len(left) > 0 {
		w.t.Errorf("%d calls are left at the end of the test: %+v", len(left), left)
	}
}

// Calls are the live calls.
func (w *World) Calls() []call.Info { return w.PBX.Calls.Calls() }
