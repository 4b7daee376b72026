//go:build e2e

package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// pictured is an office in which there is something to see on every page.
var pictured = strings.NewReplacer(
	"  secret   = local.secret\n", `  secret   = local.secret
  name      = { "101" = "Anna Berg", "102" = "Ben Okafor", "103" = "Cem Yildiz", "104" = "Dora Lund" }[each.value]
  voicemail = voicemail.office
`,
	"to    = extension_number(match.ext)\n", "to    = extension_number(match.ext)\n    record {}\n",
).Replace(pbx.Office) + `
plugin "recorder" { path = "recorder" }
trunk "provider" { peer = "sip:127.0.210.9" }
voicemail "office" {}
schedule "office" { open = ["Mon-Fri 08:30-18:00"] }
queue "help" {
  number  = "850"
  members = [extension.desk["a"], extension.desk["b"]]
}
dialplan "inbound" {
  from = [trunk.provider]
  route "open" {
    match = ["+4930555100", "+4930555101"]
    when  = schedule.office.open
    to    = queue.help
  }
  route "nuisance" {
    when = call.from.number == "anonymous"
    deny = "Call with your number, please"
  }
  route "closed" { to = voicemail.office }
}
`

// TestScreenshots makes a picture of every page, at the sizes of a desk and of a
// phone, light and dark, in the folder that SCREENSHOTS names ("make screenshots").
// They are for eyes: what it asserts is that no page complains.
func TestScreenshots(t *testing.T) {
	into := os.Getenv("SCREENSHOTS")
	if into == "" {
		t.Skip("SCREENSHOTS names no folder")
	}
	p := pbx.Start(t, "127.0.210.1", pictured)
	ben, _ := p.Phone(2, "udp", "pcmu", false)
	cem, _ := p.Phone(3, "udp", "pcmu", false)
	p.Phone(4, "udp", "pcmu", true)
	cem.Dial("104")
	cem.Wait("CALL_ESTABLISHED")
	cem.Hangup()
	cem.Wait("CALL_CLOSED")
	var records []struct{ ID string }
	pbx.Eventually(t, "the call has a record", func() error {
		p.Get("/cdr", &records)
		if len(records) == 0 {
			return os.ErrNotExist
		}
		return nil
	})
	live := ""

	b := start(t, p, options{microphone: microphone(210)})
	shoot := func(g *page, of, size string, paths ...string) {
		for _, path := range paths {
			g.evaluate(`async (hash) => {
				if (hash !== '#') location.hash = hash
				do await new Promise((done) => setTimeout(done, 400))
				while (document.querySelector('.wait'))
			}`, "#"+path, nil)
			if path == "/dialplan" {
				g.see("textbox", "Text of config.hcl")
			}
			name := strings.NewReplacer(live, "one", records[0].ID, "one", "/", "-").Replace(strings.TrimSuffix(path, "/"))
			g.screenshot(filepath.Join(into, of+name+"-"+size+".png"))
		}
	}
	for size, at := range map[string]place{"desk": {}, "desk-dark": {Dark: true}, "phone": {Narrow: true}, "phone-dark": {Narrow: true, Dark: true}} {
		cem.Dial("104")
		cem.Wait("CALL_ESTABLISHED")
		live = p.Calls(1)[0].ID
		ben.Dial("800")
		ben.Wait("CALL_ESTABLISHED")

		g := b.open("door "+size, at)
		g.see("button", "Sign in")
		shoot(g, "sign-in", size, "/")
		g.close()

		person := b.signIn("anna "+size, "101", at)
		shoot(person, "person", size, "/calls", "/history", "/voicemail", "/settings", "/calls")
		person.fill("Name or number", "*43")
		person.press("Enter")
		person.see("meter", "How loud you are")
		person.screenshot(filepath.Join(into, "person-call-"+size+".png"))
		person.click("button", "Hang up")
		person.close()

		admin := b.signIn("admin "+size, "admin", at)
		shoot(admin, "admin", size, "/start", "/calls", "/calls/"+live, "/extensions", "/extensions/101", "/history", "/history/"+records[0].ID,
			"/conferences", "/queues", "/recordings", "/trunks", "/plugins", "/logs", "/dialplan")
		for _, tab := range []string{"Explain", "Graph", "Plan", "Routes"} {
			admin.click("tab", tab)
			shoot(admin, "admin-dialplan-"+strings.ToLower(tab), size, "")
		}
		admin.click("button", "Add a route to inbound")
		admin.see("button", "Look at the change")
		shoot(admin, "admin-dialplan-route", size, "")
		admin.close()

		cem.Hangup()
		cem.Wait("CALL_CLOSED")
		ben.Hangup()
		ben.Wait("CALL_CLOSED")
		p.Calls(0)
	}
}
