//go:build e2e

package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// TestScreenshots makes a picture of every page, at the sizes of a desk and of a
// phone, light and dark, in the folder that SCREENSHOTS names ("make screenshots").
// They are for eyes: what it asserts is that no page complains.
func TestScreenshots(t *testing.T) {
	into := os.Getenv("SCREENSHOTS")
	if into == "" {
		t.Skip("SCREENSHOTS names no folder")
	}
	p := pbx.Start(t, "127.0.210.1", pbx.Office)
	b := start(t, p, options{microphone: microphone(210)})
	shoot := func(g *page, of, size string, paths ...string) {
		for _, path := range paths {
			g.evaluate(`async (hash) => {
				location.hash = hash
				do await new Promise((done) => setTimeout(done, 100))
				while (document.querySelector('.wait'))
			}`, "#"+path, nil)
			g.screenshot(filepath.Join(into, of+strings.ReplaceAll(strings.TrimSuffix(path, "/"), "/", "-")+"-"+size+".png"))
		}
	}
	for size, at := range map[string]place{"desk": {}, "desk-dark": {Dark: true}, "phone": {Narrow: true}, "phone-dark": {Narrow: true, Dark: true}} {
		g := b.open("door "+size, at)
		g.see("button", "Sign in")
		shoot(g, "sign-in", size, "/")
		g.close()
		person := b.signIn("anna "+size, "101", at)
		shoot(person, "person", size, "/calls", "/history", "/voicemail", "/settings")
		person.close()
		admin := b.signIn("admin "+size, "admin", at)
		shoot(admin, "admin", size, "/start", "/calls", "/extensions", "/extensions/101", "/history", "/dialplan", "/conferences", "/queues", "/recordings", "/trunks", "/plugins", "/logs")
		admin.close()
	}
}
