//go:build e2e

package browser

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

var beginning = regexp.MustCompile(`Begin here\s+(http\S+)`)

// A stranger sets up a new switch, with what the page and the terminal tell: the admin's
// password, somebody's phone in the browser, one on the desk, and a call. Each step turns
// green by itself.
func TestFirstStart(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.225.1", pbx.Office)
	b := start(t, p, options{microphone: microphone(85)})
	boss := b.open("boss", place{})
	boss.see("heading", "Nobody has set up this switch yet")
	link := beginning.FindStringSubmatch(p.Log())
	if link == nil {
		t.Fatal("the terminal does not say where to begin")
	}
	choose := func(g *page, who string) {
		t.Helper()
		g.see("heading", "Welcome"+who)
		g.fill("New password", password)
		g.fill("Once more", password)
		g.click("button", "Choose it, and sign in")
	}
	boss.do("go", map[string]any{"path": link[1]}, nil)
	choose(boss, "")
	done := func(steps int) {
		t.Helper()
		pbx.Eventually(t, fmt.Sprintf("%d steps are done", steps), func() error {
			var n int
			if boss.do("count", map[string]any{"text": "done"}, &n); n != steps {
				return fmt.Errorf("%d are", n)
			}
			return nil
		})
	}
	boss.see("heading", "First steps")
	done(1)

	boss.click("button", "Invite 101")
	boss.see("img", "The invitation as a QR code")
	var invited string
	boss.evaluate(`() => document.querySelector('a[href*="#invitation="]').href`, nil, &invited)
	anna := b.open("anna", place{Path: invited})
	choose(anna, "")
	boss.see("", "101 is signed in.")
	done(2)

	boss.click("button", "Show it")
	var told map[string]string
	boss.evaluate(`() => Object.fromEntries([...document.querySelectorAll('dt')].map((dt) => [dt.innerText, dt.nextElementSibling.innerText]))`, nil, &told)
	server := told["Server"]
	if server == "" { // there are several to choose from
		boss.evaluate(`() => [...document.querySelectorAll('select')].at(-1).value`, nil, &server)
	}
	address, transport, _ := strings.Cut(strings.TrimPrefix(server, "sip:"), ";transport=")
	said := filepath.Join(p.Dir, "said.wav")
	sound.Babble(1, 40, 8000).WriteWAV(t, said, 1)

	boss.click("button", "Show a code for Linphone")
	boss.see("img", "The settings as a QR code")
	var code string
	boss.evaluate(`() => [...document.querySelectorAll('code')].find((c) => c.innerText.includes('/provisioning/')).innerText`, nil, &code)
	pbx.StartBaresip(t, pbx.BaresipOptions{
		Number: told["User"], Secret: told["Secret"], Server: address, Transport: transport, IP: pbx.Sibling(p.IP, 11), Codec: "pcmu", Source: said,
	})
	boss.see("", "A phone of 101 is registered.")
	boss.see("button", "Show a code for Linphone") // it has one
	done(3)

	anna.dial("*43")
	boss.see("", "All of it works.")
	done(4)
	anna.click("button", "Hang up")
	p.Calls(0)

	visitor := b.open("visitor", place{})
	visitor.see("heading", "Sign in")
	visitor.miss("heading", "Nobody has set up this switch yet")

	r, err := http.Get(code)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if text, _ := io.ReadAll(r.Body); r.StatusCode != 200 || !strings.Contains(string(text), "<entry name=\"passwd\" overwrite=\"true\">"+told["Secret"]+"<") {
		t.Errorf("the code leads to %s: %s", r.Status, text)
	}
	if path := code[strings.LastIndexByte(code, '/')+1:]; strings.Contains(p.Log(), path) || strings.Contains(p.Log(), told["Secret"]) {
		t.Error("the log holds a secret")
	}
}
