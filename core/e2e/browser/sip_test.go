//go:build e2e

package browser

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// admits is the web block of a daemon to which pages of an origin may connect, and the plugin that
// carries their media.
func admits(ip, origin string) string {
	return fmt.Sprintf(`
web {
  listen  = "%[1]s:8080"
  origins = [%[2]q]
}
plugin "leg-webrtc" {
  path = "leg-webrtc"
  config { listen = ["udp://%[1]s:8189"] }
}
`, ip, origin)
}

// softphone serves a page with a phone of a library: what docs/sip-websocket.md shows, in the
// n-th of its parts, and what drives it in pages/. It comes by HTTPS if there is a certificate.
func softphone(t *testing.T, ip string, part int, driver string, c *pbx.Certificate) (origin string) {
	t.Helper()
	text, err := os.ReadFile("../../../docs/sip-websocket.md")
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "```js\n")
	shown, _, _ := strings.Cut(parts[part], "```")
	dir := t.TempDir()
	pbx.Write(t, filepath.Join(dir, "document.js"), shown)
	modules, err := filepath.Abs("node_modules")
	if err != nil {
		t.Fatal(err)
	}
	build := exec.Command("node_modules/.bin/esbuild", "pages/"+driver, "--bundle", "--format=iife", "--outfile="+filepath.Join(dir, "phone.js"),
		"--alias:document="+filepath.Join(dir, "document.js"), "--log-level=warning")
	build.Env = append(os.Environ(), "NODE_PATH="+modules)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("esbuild: %v\n%s", err, out)
	}
	pbx.Write(t, filepath.Join(dir, "index.html"), "<!doctype html><title>phone</title><audio autoplay></audio><script src=\"/phone.js\"></script>")
	l, err := net.Listen("tcp", pbx.Sibling(ip, 2)+":0")
	if err != nil {
		t.Fatal(err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.FileServer(http.Dir(dir))}}
	if c != nil {
		s.TLS = &tls.Config{Certificates: []tls.Certificate{c.Pair(t)}}
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s.URL
}

// act has the page's phone do something.
func (g *page) act(what string, args ...any) {
	g.b.t.Helper()
	g.evaluate("([what, ...args]) => Promise.resolve(act[what](...args)).then(() => {})", append([]any{what}, args...), nil)
}

// register opens a page with a phone of an extension.
func (b *browser) register(origin, number string) *page {
	b.t.Helper()
	g := b.open(number, place{Path: origin})
	g.evaluate("(settings) => start(settings)", map[string]string{
		"url": strings.Replace(b.pbx.URL(), "http", "ws", 1) + "/sip", "number": number, "secret": "k9-Vq2-hTw",
	}, nil)
	g.wait("registered")
	return g
}

// Pages with the SIP phones of others call desk phones and are called by them: each hears
// the other, holds, resumes, presses keys in both ways, is transferred, and hangs up.
func TestSIPPhonesInPages(t *testing.T) {
	for i, driver := range []string{"jssip.js", "sipjs.js"} {
		t.Run(driver, func(t *testing.T) {
			ip := fmt.Sprintf("127.0.%d.1", 172+i)
			origin := softphone(t, ip, 1+i, driver, nil)
			p := pbx.Start(t, ip, pbx.Office+admits(ip, origin))
			said := microphone(uint64(50 + i))
			b := start(t, p, options{microphone: said})
			a := b.register(origin, "101")
			desk, saidDesk := p.Phone(2, "udp", "pcmu", true)
			third, _ := p.Phone(3, "udp", "pcmu", true)

			a.act("call", "102")
			a.wait("up")
			desk.Wait("CALL_ESTABLISHED")
			p.Calls(1)
			a.hears(saidDesk)
			for how, key := range map[string]string{"press": "5", "inform": "6"} {
				a.act(how, key)
				if e := desk.Wait("CALL_DTMF_START"); e.Param != key {
					t.Errorf("%s: the key is %q", how, e.Param)
				}
			}
			a.act("hold")
			held(p, "101", true)
			a.act("resume")
			held(p, "101", false)
			a.act("hangup")
			desk.Wait("CALL_CLOSED")
			a.wait("over")
			p.Calls(0)
			b.heardBy(desk, said)

			desk.Dial("101")
			if n := a.wait("incoming"); n.Text != "102" {
				t.Errorf("it is called by %q", n.Text)
			}
			a.act("answer")
			a.wait("up")
			desk.Wait("CALL_ESTABLISHED")
			a.hears(saidDesk)
			a.act("transfer", "103")
			third.Wait("CALL_ESTABLISHED")
			a.act("hangup")
			a.wait("over")
			p.Calls(1)
			third.Hangup()
			desk.Wait("CALL_CLOSED")
			p.Calls(0)

			desk.Dial("101")
			a.wait("incoming")
			a.act("answer")
			a.wait("up")
			desk.Wait("CALL_ESTABLISHED")
			desk.Hangup()
			a.wait("over")
			p.Calls(0)
		})
	}
}

// held waits until a party's leg is held, or no more.
func held(p *pbx.PBX, number string, want bool) {
	p.T.Helper()
	pbx.Eventually(p.T, fmt.Sprintf("%s is held: %v", number, want), func() error {
		var calls []struct {
			Legs []struct {
				Number string
				Held   bool
			}
		}
		p.Get("/calls", &calls)
		for _, c := range calls {
			for _, l := range c.Legs {
				if l.Number == number && l.Held == want {
					return nil
				}
			}
		}
		return fmt.Errorf("calls are %+v", calls)
	})
}

// Two pages with each other: no desk phone is about.
func TestTwoSIPPages(t *testing.T) {
	ip := "127.0.174.1"
	origin := softphone(t, ip, 1, "jssip.js", nil)
	p := pbx.Start(t, ip, pbx.Office+admits(ip, origin))
	var pages []*page
	var said []sound.Sound
	for i, number := range []string{"101", "102"} {
		said = append(said, microphone(uint64(60+i)))
		pages = append(pages, start(t, p, options{microphone: said[i]}).register(origin, number))
	}
	a, b := pages[0], pages[1]
	a.act("call", "102")
	b.wait("incoming")
	a.wait("rings")
	b.act("answer")
	a.wait("up")
	b.wait("up")
	a.hears(said[1])
	b.hears(said[0])
	b.act("hangup")
	a.wait("over")
	p.Calls(0)
}
