//go:build e2e

package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// house is an office in which there is something to see on every page: also names as
// they are in the world, and longer than they fit.
const house = `
locals { secret = "k9-Vq2-hTw" }
extension "desk" {
  for_each = {
    "101" = "Anna Berg", "102" = "Ben Okafor", "103" = "Cem Yıldız",
    "104" = "Maximiliane-Theresia von Hohenberg-Schönfeldt zu Bruck (Lab)"
    "105" = "محمد عبد الله الحسيني", "106" = "Zoë 🚀👩🏽‍🚀 Løvstrøm", "107" = "Help desk"
  }
  number    = each.key
  name      = each.value
  secret    = local.secret
  voicemail = voicemail.office
}
extension "reception" {
  number = "110"
  name   = "Reception"
  secret = local.secret
}
plugin "recorder" {
  path = "recorder"
  config { min_free_mb = 1 }
}
trunk "provider" { peer = "sip:127.0.210.9" }
trunk "a_trunk_whose_name_is_as_long_as_somebody_once_thought_it_should_be" { peer = "sip:a-host-with-a-very-long-name.in-a-far-away-country.voice.example.net;transport=tcp" }
voicemail "office" { greeting = say("Please leave a message.") }
schedule "office" { open = ["Mon-Fri 08:30-18:00"] }
conference "daily" { number = "800" }
queue "help" {
  number  = "850"
  members = [extension.desk["107"], extension.reception]
}
dialplan "internal" {
  from = [extension.desk, extension.reception]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
    record {}
  }
  route "daily" {
    match = "800"
    to    = conference.daily
  }
  route "help" {
    match = "850"
    to    = queue.help
  }
  route "echo" {
    match = "*43"
    to    = echo()
  }
  route "leave" {
    match = "*96"
    to    = voicemail.office
  }
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

// sight is a way to look at pages.
type sight struct {
	name string
	at   place
}

// tour leads through all pages of a house, once for each sight, and has each looked
// at: by its name, such as "admin-calls".
func tour(t *testing.T, ip string, sights []sight, look func(g *page, name string)) {
	p := pbx.Start(t, ip, house)
	ben, _ := p.Phone(2, "udp", "pcmu", false)
	cem, _ := p.Phone(3, "udp", "pcmu", false)
	p.Phone(4, "udp", "pcmu", true)
	mohammed, _ := p.Phone(5, "udp", "pcmu", false)
	p.Phone(6, "udp", "pcmu", false) // so that a page that is late to say that it rings rings still
	p.Phone(7, "udp", "pcmu", false) // at which the queue's callers ring

	// What has been.
	ben.Dial("*96")
	cem.Dial("104")
	cem.Wait("CALL_ESTABLISHED")
	ben.Wait("CALL_ESTABLISHED")
	mohammed.Dial("110") // where nobody is
	mohammed.Wait("CALL_CLOSED")
	pbx.Eventually(t, "some of a message is there", func() error {
		files, err := filepath.Glob(filepath.Join(p.Dir, "data", "voicemail", "office", "*"))
		for _, f := range files {
			if i, err := os.Stat(f); err == nil && i.Size() > 60_000 {
				return nil
			}
		}
		return fmt.Errorf("there is %v, %v", files, err)
	})
	for _, phone := range []*pbx.Baresip{cem, ben} {
		phone.Hangup()
		phone.Wait("CALL_CLOSED")
	}
	var records []struct {
		ID    string
		Tools []any
	}
	var recordings []struct{ Ended *time.Time }
	pbx.Eventually(t, "the calls have records, and one a recording", func() error {
		p.Get("/cdr?number=104", &records)
		if p.Get("/recordings", &recordings); len(records) != 1 || len(recordings) == 0 || recordings[0].Ended == nil {
			return fmt.Errorf("there are %d records, recordings %+v", len(records), recordings)
		}
		return nil
	})

	b := start(t, p, options{microphone: microphone(210), script: "tour.mjs"})
	live := ""
	visit := func(g *page, of string, paths ...string) {
		for _, path := range paths {
			g.evaluate(`async (hash) => {
				if (hash !== '#') location.hash = hash
				const wait = (ms) => new Promise((done) => setTimeout(done, ms))
				do await wait(150)
				while (document.querySelector('.wait, [aria-busy="true"]'))
				await Promise.race([wait(500), Promise.allSettled(document.getAnimations().map((a) => a.finished))])
			}`, "#"+path, nil)
			if path == "/dialplan" {
				g.see("textbox", "Text of config.hcl")
			}
			look(g, of+strings.NewReplacer(live, "one", records[0].ID, "one", "/", "-").Replace(strings.TrimSuffix(path, "/")))
		}
	}
	for _, s := range sights {
		cem.Dial("104")
		cem.Wait("CALL_ESTABLISHED")
		live = connected(p, "104")
		ben.Dial("800")
		ben.Wait("CALL_ESTABLISHED")
		mohammed.Dial("850")
		mohammed.Wait("CALL_ESTABLISHED")

		g := b.open("door "+s.name, s.at)
		g.see("button", "Sign in")
		visit(g, "sign-in", "/")
		g.close()

		person := b.signIn("anna "+s.name, "101", s.at)
		visit(person, "person", "/calls", "/history", "/settings", "/password", "/voicemail")
		person.do("click", map[string]any{"role": "button", "name": "essage from Ben Okafor", "exact": false}, nil)
		person.drawn()
		visit(person, "person-message", "")
		visit(person, "person", "/calls")
		person.dial("*43")
		person.see("meter", "How loud you are")
		visit(person, "person-call", "")
		person.click("button", "Keypad")
		visit(person, "person-keypad", "")
		person.click("button", "Add")
		visit(person, "person-add", "")
		person.click("button", "Hang up")
		person.close()
		if person = b.signIn("ring "+s.name, "106", s.at); s.at.Narrow {
			person.see("link", "Calls")
		}
		person.see("button", "Call Anna Berg")
		ben.Hangup()
		ben.Wait("CALL_CLOSED")
		ben.Dial("106")
		person.see("region", "Incoming call from Ben Okafor")
		visit(person, "person-ring", "")
		person.click("button", "Decline")
		ben.Hangup() // it rings on at the phone
		ben.Wait("CALL_CLOSED")
		person.close()
		ben.Dial("800")
		ben.Wait("CALL_ESTABLISHED")
		// What they say may be at its end.
		cem.Hangup()
		cem.Wait("CALL_CLOSED")
		cem.Dial("104")
		cem.Wait("CALL_ESTABLISHED")
		live = connected(p, "104")

		admin := b.signIn("admin "+s.name, "admin", s.at)
		visit(admin, "admin", "/start", "/calls", "/calls/"+live, "/extensions", "/extensions/104", "/extensions/110", "/history", "/history/"+records[0].ID,
			"/conferences", "/queues", "/recordings")
		admin.do("click", map[string]any{"role": "button", "name": "Cem Yıldız → Maxi", "exact": false, "nth": 1}, nil)
		admin.drawn()
		visit(admin, "admin-recording", "")
		visit(admin, "admin", "/trunks", "/plugins", "/logs", "/dialplan")
		for _, tab := range []string{"Explain", "Graph", "Plan", "Routes"} {
			admin.click("tab", tab)
			visit(admin, "admin-dialplan-"+strings.ToLower(tab), "")
		}
		admin.click("button", "Add a route to inbound")
		admin.see("button", "Look at the change")
		visit(admin, "admin-dialplan-route", "")
		admin.close()

		for _, phone := range []*pbx.Baresip{cem, ben, mohammed} {
			phone.Hangup()
			phone.Wait("CALL_CLOSED")
		}
		p.Calls(0)
	}
}

// connected is the id of the call with a number, when it is up.
func connected(p *pbx.PBX, number string) (id string) {
	pbx.Eventually(p.T, "a call with "+number+" is up", func() error {
		var calls []struct{ ID, To, State string }
		p.Get("/calls", &calls)
		for _, c := range calls {
			if c.To == number && c.State == "up" {
				id = c.ID
				return nil
			}
		}
		return fmt.Errorf("calls are %+v", calls)
	})
	return id
}

var sights = []sight{
	{"desk", place{}}, {"phone-dark", place{Narrow: true, Dark: true}}, {"desk-dark", place{Dark: true}}, {"phone", place{Narrow: true}},
}

// Nothing on any page keeps out who uses the keyboard or a screen reader, or sees little,
// and whatever names are, all buttons are there; on a desk and on a phone.
func TestPagesAreForAll(t *testing.T) {
	t.Parallel()
	tour(t, "127.0.204.1", sights[:2], inspect)
}

// inspect tells what is wrong with a page.
func inspect(g *page, name string) {
	for _, step := range []string{"faults", "cut"} {
		var found []string
		g.do(step, nil, &found)
		for _, what := range found {
			g.b.t.Errorf("%s: %s: %s", g.name, name, what)
		}
	}
}

// TestScreenshots makes a picture of every page, at the sizes of a desk and of a phone,
// light and dark, in the folder that SCREENSHOTS names ("make screenshots"), for eyes to
// look at.
func TestScreenshots(t *testing.T) {
	into := os.Getenv("SCREENSHOTS")
	if into == "" {
		t.Skip("SCREENSHOTS names no folder")
	}
	tour(t, "127.0.205.1", sights, func(g *page, name string) {
		_, size, _ := strings.Cut(g.name, " ")
		g.screenshot(filepath.Join(into, name+"-"+size+".png"))
		inspect(g, name)
	})
}
