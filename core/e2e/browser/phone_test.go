//go:build e2e

package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// staff are Anna and Ben, who have browsers, and desk phones.
const staff = `
locals { secret = "k9-Vq2-hTw" }
extension "anna" {
  number    = "101"
  name      = "Anna"
  secret    = local.secret
  voicemail = voicemail.anna
}
extension "ben" {
  number = "102"
  name   = "Ben"
  secret = local.secret
}
extension "desk" {
  for_each = { c = "103", d = "104" }
  number   = each.value
  secret   = local.secret
}
voicemail "anna" {
  greeting = say("Hello.")
}
dialplan "internal" {
  from = [extension.anna, extension.ben, extension.desk]
  route "people" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "leave" {
    match = "*96"
    to    = voicemail.anna
  }
}
`

// dial calls somebody by what is typed into the field, as people do.
func (g *page) dial(who string) {
	g.b.t.Helper()
	g.fill("Name or number", who)
	g.press("Enter")
}

// answer takes a call that rings.
func (g *page) answer(from string) {
	g.b.t.Helper()
	g.see("region", "Incoming call from "+from)
	g.click("button", "Answer")
	g.see("region", "Call with "+from)
}

// talk waits until pages have heard so much, and returns what each of them has.
func talk(d time.Duration, pages ...*page) []sound.Sound {
	for _, g := range pages {
		g.b.t.Helper()
		g.record()
	}
	var heard []sound.Sound
	for _, g := range pages {
		heard = append(heard, g.heard(d))
	}
	return heard
}

// choose names somebody in a field of a call.
func (g *page) choose(field, who string) {
	g.b.t.Helper()
	g.fill(field, who)
	g.press("Enter")
}

// Two pages and a desk phone talk: they hold, one is loaded anew, they become three,
// and send calls on to each other.
func TestPagesAndDeskPhonesTalk(t *testing.T) {
	p := pbx.Start(t, "127.0.180.1", staff)
	saidAnna, saidBen := microphone(11), microphone(12)
	// To compare sounds takes its time, and who talks does not wait.
	var later []func()
	heardAs := func(who string, said, heard sound.Sound) func() {
		busy := p.Pace.Disturbed(10 * time.Second)
		return func() {
			got := sound.Judged(said.From(heard), heard, busy)
			t.Logf("%s: likeness %.4f, while the machine was late for %.0f %%", who, got, 100*busy)
			if got < 0.9 {
				t.Errorf("%s: what was heard is not what was said: correlation %.4f, wanted 0.9", who, got)
			}
		}
	}
	first := start(t, p, options{microphone: saidAnna})
	second := start(t, p, options{microphone: saidBen, script: "phone.mjs"})
	began := time.Now()
	anna := first.signIn("anna", "101", place{})
	anna.see("button", "Call Ben")
	t.Logf("from sign-in to a page that is ready: %v; the target is 1 s", time.Since(began).Round(time.Millisecond))
	ben := second.signIn("ben", "102", place{})
	ben.see("button", "Call Anna")
	p.Registered("101")
	p.Registered("102")

	ben.do("watchPeers", nil, nil)
	anna.dial("Ben")
	ben.see("region", "Incoming call from Anna")
	var took float64
	ben.do("answerTime", nil, &took)
	t.Logf("from the click to the other's sound: %.0f ms; the target is 300 ms", took)
	anna.see("region", "Call with Ben")
	heard := talk(4*time.Second, anna, ben)
	later = append(later, heardAs("Anna", saidBen, heard[0]))
	later = append(later, heardAs("Ben", saidAnna, heard[1]))

	anna.click("button", "Hold")
	ben.see("", "You are on hold.")
	anna.click("button", "Resume Ben")
	ben.miss("", "You are on hold.")
	later = append(later, heardAs("Ben, after the hold", saidAnna, talk(4*time.Second, ben)[0]))

	anna.reload()
	anna.see("region", "Call with Ben")
	anna.see("button", "Hold")
	anna.see("meter", "How loud you are")
	heard = talk(5*time.Second, anna, ben)
	later = append(later, heardAs("Anna, whose page was loaded anew", saidBen, heard[0]))
	later = append(later, heardAs("Ben, after that", saidAnna, heard[1]))

	desk, saidDesk := p.Phone(3, "udp", "opus/48000/2", true)
	anna.click("button", "Add")
	anna.choose("Add: name or number", "103")
	desk.Wait("CALL_ESTABLISHED")
	anna.see("", "3 in this call")
	heard = talk(5*time.Second, anna, ben)
	said := []sound.Sound{saidAnna, saidBen, saidDesk}
	names := []string{"Anna", "Ben", "the desk phone"}
	for i, h := range heard {
		h = h.Part(time.Second, 5*time.Second)
		later = append(later, func() {
			var then []sound.Sound
			for _, s := range said {
				then = append(then, s.From(h))
			}
			if err := sound.Mixed(h, then, i); err != nil {
				t.Errorf("%s %v", names[i], err)
			}
		})
	}

	ben.click("button", "Hang up")
	anna.see("region", "Call with 103")
	anna.click("button", "Hang up")
	desk.Wait("CALL_CLOSED")
	p.Calls(0)

	desk.Dial("101")
	anna.answer("103")
	anna.click("button", "Transfer")
	anna.choose("Transfer to: name or number", "Ben")
	ben.answer("103")
	anna.miss("region", "Call with 103")
	later = append(later, heardAs("Ben, to whom the desk phone was transferred", saidDesk, talk(4*time.Second, ben)[0]))
	ben.click("button", "Hang up")
	desk.Wait("CALL_CLOSED")
	p.Calls(0)

	desk.Dial("101")
	anna.answer("103")
	anna.click("button", "Transfer")
	anna.click("button", "Speak first")
	anna.choose("Transfer to: name or number", "Ben")
	ben.answer("Anna")
	anna.click("button", "Transfer 103 to Ben")
	anna.miss("button", "Hang up")
	ben.see("region", "Call with 103")
	later = append(later, heardAs("Ben, after Anna has spoken with him", saidDesk, talk(4*time.Second, ben)[0]))
	ben.click("button", "Hang up")
	desk.Wait("CALL_CLOSED")
	heardDesk := desk.Heard()
	last := heardDesk.Part(time.Duration(len(heardDesk.PCM)/heardDesk.Rate-3)*time.Second, time.Hour)
	later = append(later, heardAs("the desk phone", saidBen, last))
	for _, check := range later {
		check()
	}
}

// A page is a device of its extension: it races a desk phone, its second tab is silent,
// and one that sleeps does not make a caller wait. What a caller leaves is heard and
// deleted in the page.
func TestPageRings(t *testing.T) {
	p := pbx.Start(t, "127.0.181.1", staff)
	b := start(t, p, options{microphone: microphone(13)})
	anna := b.signIn("anna", "101", place{})
	anna.see("button", "Call Ben")
	own, _ := p.Phone(1, "udp", "pcmu", false)
	desk, _ := p.Phone(3, "udp", "pcmu", false)

	desk.Dial("101")
	own.Wait("CALL_INCOMING")
	anna.see("region", "Incoming call from 103")
	own.Accept()
	desk.Wait("CALL_ESTABLISHED")
	anna.miss("region", "Incoming call from 103")
	anna.see("region", "On another device: 103")
	desk.Hangup()
	own.Wait("CALL_CLOSED")
	p.Calls(0)

	desk.Dial("101")
	own.Wait("CALL_INCOMING")
	anna.answer("103")
	own.Wait("CALL_CLOSED")
	desk.Wait("CALL_ESTABLISHED")
	anna.click("button", "Hang up")
	desk.Wait("CALL_CLOSED")
	p.Calls(0)

	// The tab that was opened last is looked at.
	tab := b.open("tab", place{Same: "anna"})
	tab.see("button", "Call Ben")
	desk.Dial("101")
	anna.see("region", "Incoming call from 103")
	tab.see("region", "Incoming call from 103")
	loud := 0
	for _, g := range []*page{anna, tab} {
		var n int
		g.do("count", map[string]any{"role": "button", "name": "Silence"}, &n)
		loud += n
	}
	if loud != 1 {
		t.Errorf("%d of two tabs ring aloud", loud)
	}
	tab.answer("103")
	anna.miss("region", "Incoming call from 103")
	tab.click("button", "Hang up")
	desk.Wait("CALL_CLOSED")
	p.Calls(0)

	// Ben has nothing but a page, and that sleeps.
	ben := b.signIn("ben", "102", place{})
	ben.see("button", "Call Anna")
	p.Registered("102")
	// All pages of the browser do.
	ben.do("freeze", map[string]any{"frozen": true}, nil)
	desk.Dial("102")
	if e := desk.Wait("CALL_CLOSED"); e.Param == "" {
		t.Error("the caller is not told why nobody rings")
	}
	var records []struct {
		To, Cause   string
		RingSeconds float64 `json:"ring_seconds"`
	}
	pbx.Eventually(t, "the call is in the records", func() error {
		p.Get("/cdr?to=102", &records)
		if len(records) != 1 {
			return fmt.Errorf("there are %d", len(records))
		}
		return nil
	})
	if r := records[0]; r.Cause != "unavailable" || r.RingSeconds != 0 {
		t.Errorf("a page that sleeps: %+v", r)
	}
	// With a desk phone, he is called by that, and his page joins it when it wakes.
	bens, _ := p.Phone(2, "udp", "pcmu", false)
	desk.Dial("102")
	bens.Wait("CALL_INCOMING")
	pbx.Eventually(t, "the page was given up", func() error {
		var calls []pbx.Call
		if p.Get("/calls", &calls); len(calls) != 1 || len(calls[0].Legs) != 2 {
			return fmt.Errorf("there are %+v", calls)
		}
		return nil
	})
	ben.do("freeze", map[string]any{"frozen": false}, nil)
	ben.answer("103")
	bens.Wait("CALL_CLOSED")
	desk.Hangup()
	ben.miss("button", "Hang up")

	desk.Dial("*96")
	desk.Wait("CALL_ESTABLISHED")
	pbx.Eventually(t, "some of the message is there", func() error {
		files, err := filepath.Glob(filepath.Join(p.Dir, "data", "voicemail", "anna", "*"))
		for _, f := range files {
			if i, err := os.Stat(f); err == nil && i.Size() > 100_000 {
				return nil
			}
		}
		return fmt.Errorf("there is %v, %v", files, err)
	})
	desk.Hangup()
	anna.see("link", "Voicemail 1")
	anna.click("link", "Voicemail 1")
	anna.click("button", "New message from 103")
	anna.click("button", "Play")
	anna.see("button", "Mark as new")
	anna.see("link", "Voicemail")
	anna.drawn()
	anna.click("button", "Delete the message")
	anna.click("button", "Delete")
	anna.see("", "No messages")
	var kept []struct{ ID string }
	if p.Get("/voicemail/anna", &kept); len(kept) != 0 {
		t.Errorf("there are %d messages", len(kept))
	}
}
