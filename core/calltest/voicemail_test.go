package calltest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mailbox"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/tts"
)

// voicemails are three desks: Anna's has a mailbox with a PIN, and one without.
const voicemails = `
extension "anna" {
  number    = "101"
  name      = "Anna"
  secret    = "k9-Vq2-hTw"
  ring      = "2s"
  voicemail = voicemail.anna
  no_answer = voicemail.anna
}
extension "ben" {
  number = "102"
  name   = "Ben"
  secret = "k9-Vq2-hTw"
}
extension "cem" {
  number    = "103"
  secret    = "k9-Vq2-hTw"
  voicemail = voicemail.open
}
voicemail "anna" {
  number     = "*97"
  pin        = "4711"
  max_length = "10s"
}
voicemail "open" { greeting = tone("555/1000") }
dialplan "internal" {
  from = [extension.anna, extension.ben, extension.cem]
  route "listen" {
    match = "*97"
    to    = voicemail.anna.access
  }
  route "open" {
    match          = "*98"
    to             = voicemail.open.access
    on_plugin_lost = echo()
  }
  route "leave" {
    match          = "*99"
    to             = voicemail.open
    on_plugin_lost = extension.anna
  }
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
}
`

// withMailboxes plays a test with mailboxes.
func withMailboxes(t *testing.T, play func(w *World, h *hum)) {
	t.Helper()
	h := &hum{}
	RunAt(t, Site{Voices: map[string]tts.Engine{"tts-command": h}}, voicemails, func(w *World) { play(w, h) })
}

// says waits until a text is spoken that begins so, for the first time: then it is
// kept, and nobody is asked for it.
func (h *hum) says(t *testing.T, text string) {
	t.Helper()
	for range 1500 {
		if slices.ContainsFunc(h.spoke(), func(r tts.Request) bool { return strings.HasPrefix(r.Text, text) }) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	var all []string
	for _, r := range h.spoke() {
		all = append(all, r.Text)
	}
	t.Fatalf("not said within 30s: %q; what was said is %q", text, all)
}

// beeps waits for the tone, and its end.
func (c *Call) beeps(t *testing.T) {
	t.Helper()
	c.until(t, 1000, true, 20*time.Second)
	c.until(t, 1000, false, time.Second)
}

// presses presses keys, slowly enough to be told apart.
func (c *Call) presses(keys string) {
	for _, k := range []byte(keys) {
		c.Press(k)
		time.Sleep(300 * time.Millisecond)
	}
}

// has waits until a mailbox has so many messages, and returns them, the latest
// first.
func (w *World) has(box string, n int) []event.Message {
	w.t.Helper()
	var list []event.Message
	for range 100 {
		var err error
		if list, err = w.PBX.Mailboxes.Messages(context.Background(), box, "", 100); err != nil {
			w.t.Fatal(err)
		}
		if len(list) == n {
			return list
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.t.Fatalf("%s has %+v, not %d messages", box, list, n)
	return nil
}

// lasts checks how long a message is, to half a second.
func lasts(t *testing.T, m event.Message, want float64) {
	t.Helper()
	if off := m.Seconds - want; off < -0.5 || off > 0.5 {
		t.Errorf("a message lasts %.2fs, not %.2fs", m.Seconds, want)
	}
}

// leaves leaves a message of some seconds in Anna's mailbox.
func (w *World) leaves(p *Phone, d time.Duration) {
	w.t.Helper()
	call := p.Dial("101")
	call.Expect("200")
	call.beeps(w.t)
	time.Sleep(d)
	call.Hangup()
}

// Nobody answers, so a message is left; the lamp is lit; its owner hears who it
// is from, and then the message itself; the lamp goes out.
func TestVoicemail(t *testing.T) {
	withMailboxes(t, func(w *World, h *hum) {
		a, b := w.Phone("101"), w.Phone("102")
		lamp, _ := a.Watch("101", "message-summary")
		call := b.Dial("101")
		ring := a.Incoming()
		ring.Ring()
		call.Expect("180")
		ring.Expect("CANCEL")
		call.Expect("200")
		h.says(t, "Anna cannot take your call.")
		call.beeps(t)
		time.Sleep(4 * time.Second)
		call.Hangup()
		m := w.has("anna", 1)[0]
		if m.From != "102" || m.Name != "Ben" || m.Urgent || m.Heard {
			t.Errorf("it is %+v", m)
		}
		lasts(t, m, 4)
		const box = "\r\nMessage-Account: sip:*97@plugboard\r\nVoice-Message: "
		lamp.Shows("Messages-Waiting: yes" + box + "1/0 (0/0)\r\n")

		call = a.Dial("*97")
		call.Expect("200")
		h.says(t, "Please enter the PIN")
		call.presses("4711#")
		h.says(t, "You have one new message.")
		call.presses("1")
		h.says(t, "Message 1 of 1. From Ben, today at ")
		call.until(t, b.Tone, true, 5*time.Second)
		call.Hears(b)
		h.says(t, "To hear it again press 1.")
		lamp.Shows("Messages-Waiting: no" + box + "0/1 (0/0)\r\n")
		call.presses("3") // it is deleted, once they end
		h.says(t, "There are no more messages.")
		w.has("anna", 1)
		call.presses("*")
		h.says(t, "Goodbye.")
		call.Expect("BYE")
		w.has("anna", 0)
		lamp.Shows("Messages-Waiting: no" + box + "0/0 (0/0)\r\n")
	})
}

// What a caller does besides speaking.
func TestVoicemailIsReviewed(t *testing.T) {
	for _, tt := range []struct {
		name string
		play func(w *World, h *hum, call *Call, b *Phone)
		want float64 // seconds; 0: there is none
	}{
		{"heard, and sent", func(w *World, h *hum, call *Call, b *Phone) {
			time.Sleep(3 * time.Second)
			call.presses("#")
			h.says(w.t, "To send your message press 1")
			call.presses("2")
			call.until(w.t, b.Tone, true, time.Second)
			call.until(w.t, b.Tone, false, 4*time.Second)
			call.presses("1")
			h.says(w.t, "Your message was sent.")
			call.Expect("BYE")
		}, 3},
		{"urgent, and hung up", func(w *World, h *hum, call *Call, _ *Phone) {
			time.Sleep(3 * time.Second)
			call.presses("#4")
			h.says(w.t, "It is marked urgent.")
			call.Hangup()
		}, 3},
		{"spoken again", func(w *World, h *hum, call *Call, _ *Phone) {
			time.Sleep(3 * time.Second)
			call.presses("#3")
			call.beeps(w.t)
			time.Sleep(6 * time.Second)
			call.Hangup()
		}, 6},
		{"as long as it can be", func(w *World, h *hum, call *Call, _ *Phone) {
			time.Sleep(10 * time.Second)
			h.says(w.t, "A message cannot be longer.")
			call.Hangup()
		}, 10},
		{"silence ends it", func(w *World, h *hum, call *Call, _ *Phone) {
			time.Sleep(3 * time.Second)
			call.Behave(Manner{Silent: true})
			time.Sleep(9 * time.Second)
			h.says(w.t, "To send your message press 1")
			call.Hangup()
		}, 4},
		{"nothing is said", func(w *World, h *hum, call *Call, _ *Phone) {
			call.Behave(Manner{Silent: true})
			h.says(w.t, "I did not hear you.")
			call.Hangup()
		}, 0},
		{"gone at once", func(w *World, h *hum, call *Call, _ *Phone) {
			time.Sleep(400 * time.Millisecond)
			call.Hangup()
			time.Sleep(time.Second)
		}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			withMailboxes(t, func(w *World, h *hum) {
				w.Phone("101")
				b := w.Phone("102")
				call := b.Dial("101")
				call.Expect("200")
				call.beeps(t)
				tt.play(w, h, call, b)
				if tt.want == 0 {
					w.has("anna", 0)
					return
				}
				m := w.has("anna", 1)[0]
				if lasts(t, m, tt.want); m.Urgent != strings.Contains(tt.name, "urgent") {
					t.Errorf("it is %+v", m)
				}
			})
		})
	}
}

// The plugin is killed in the middle of a message: what was said is kept, and the
// caller goes where the route says.
func TestVoicemailPluginIsKilled(t *testing.T) {
	withMailboxes(t, func(w *World, h *hum) {
		a, b := w.Phone("101"), w.Phone("102")
		call := b.Dial("*99")
		call.Expect("200")
		call.beeps(t)
		time.Sleep(4 * time.Second)
		if err := w.PBX.KillPlugin(dialplan.VoicemailPlugin); err != nil {
			t.Fatal(err)
		}
		lasts(t, w.has("open", 1)[0], 4)
		ring := a.Incoming()
		ring.Answer()
		call.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// A mailbox without a PIN opens to the phones whose it is, and to nobody else.
func TestVoicemailWithoutAPIN(t *testing.T) {
	withMailboxes(t, func(w *World, h *hum) {
		call := w.Phone("103").Dial("*98")
		call.Expect("200")
		h.says(t, "You have no messages.")
		call.Hangup()
		call = w.Phone("102").Dial("*98")
		call.Expect("200")
		h.says(t, "This mailbox has no PIN")
		call.Expect("BYE")
	})
}

// A code leads each to their own mailbox, and who has none is told so.
func TestVoicemailByCode(t *testing.T) {
	h := &hum{}
	RunAt(t, Site{Voices: map[string]tts.Engine{"tts-command": h}}, `
extension "anna" {
  number    = "101"
  secret    = "k9-Vq2-hTw"
  voicemail = voicemail.anna
}
extension "ben" {
  number    = "102"
  secret    = "k9-Vq2-hTw"
  voicemail = voicemail.ben
}
extension "cem" {
  number = "103"
  secret = "k9-Vq2-hTw"
}
voicemail "anna" {}
voicemail "ben" { pin = "4711" }
dialplan "internal" {
  from = [extension.anna, extension.ben, extension.cem]
  route "all" { to = echo() }
}
`, func(w *World) {
		a := w.Phone("101")
		w.left("anna", false)
		call := a.Dial("*97")
		call.Expect("200")
		h.says(t, "You have one new message.")
		call.Hangup()
		call = w.Phone("102").Dial("*97")
		call.Expect("200")
		h.says(t, "Please enter the PIN")
		call.presses("4711#")
		h.says(t, "You have no messages.")
		call.Hangup()
		if m := w.Phone("103").Dial("*97").Expect("404"); !strings.Contains(m.Label(), "You have no mailbox") {
			t.Errorf("who has no mailbox gets %s", m.Label())
		}
		if _, n := a.Watch("*97", "message-summary"); LampOf(n) != "Messages-Waiting: yes\r\nMessage-Account: sip:*97@plugboard\r\nVoice-Message: 1/0 (0/0)\r\n" {
			t.Errorf("the lamp shows %q", LampOf(n))
		}
	})
}

// A full mailbox says so, before anybody speaks in vain.
func TestVoicemailIsFull(t *testing.T) {
	withMailboxes(t, func(w *World, h *hum) {
		w.Phone("101")
		for range mailbox.MaxMessages {
			w.left("anna", false)
		}
		call := w.Phone("102").Dial("101")
		call.Expect("200")
		h.says(t, "This mailbox is full.")
		call.Expect("BYE")
		list, err := w.PBX.Mailboxes.Messages(context.Background(), "anna", "", 2*mailbox.MaxMessages)
		if err != nil || len(list) != mailbox.MaxMessages {
			t.Errorf("it has %d messages, %v", len(list), err)
		}
	})
}

// Who guesses is shut out, in this call and in the next ones.
func TestVoicemailIsLocked(t *testing.T) {
	withMailboxes(t, func(w *World, h *hum) {
		b := w.Phone("102")
		call := b.Dial("*97")
		call.Expect("200")
		h.says(t, "Please enter the PIN")
		call.presses("1#")
		h.says(t, "This PIN is not right.")
		call.presses("2#")
		time.Sleep(3 * time.Second)
		call.presses("3#")
		h.says(t, "Goodbye.")
		call.Expect("BYE")
		call = b.Dial("*97")
		call.Expect("200")
		time.Sleep(time.Second)
		call.presses("4#")
		time.Sleep(3 * time.Second)
		call.presses("5#")
		h.says(t, "There were too many wrong PINs.")
		call.Expect("BYE")
		call = w.Phone("101").Dial("*97")
		call.Expect("200")
		call.Expect("BYE")
		time.Sleep(16 * time.Minute)
		call = w.Phone("101").Dial("*97")
		call.Expect("200")
		time.Sleep(time.Second)
		call.presses("4711#")
		h.says(t, "You have no messages.")
		call.Hangup()
	})
}

// From a message to whom it is from, and back.
func TestVoicemailCallsBack(t *testing.T) {
	withMailboxes(t, func(w *World, h *hum) {
		a, b := w.Phone("101"), w.Phone("102")
		w.leaves(b, 3*time.Second)
		w.has("anna", 1)
		call := a.Dial("*97")
		call.Expect("200")
		call.presses("4711#1")
		h.says(t, "Message 1 of 1.")
		call.presses("8")
		ring := b.Incoming()
		ring.Ring()
		ring.Answer()
		call.Hears(b)
		ring.Hears(a)
		ring.Hangup()
		h.says(t, "To hear it again press 1.")
		call.presses("2") // after all
		h.says(t, "There are no more messages.")
		call.Hangup()
		if m := w.has("anna", 1)[0]; !m.Heard {
			t.Errorf("it is %+v", m)
		}
	})
}

// A greeting that its owner records is what callers hear, until it is dropped.
func TestVoicemailGreeting(t *testing.T) {
	withMailboxes(t, func(w *World, h *hum) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("*97")
		call.Expect("200")
		time.Sleep(time.Second)
		call.presses("4711#")
		call.presses("32")
		call.beeps(t)
		time.Sleep(4 * time.Second)
		call.presses("#1")
		h.says(t, "Callers hear your new greeting now.")
		call.Hangup()

		call = b.Dial("101")
		call.Expect("200")
		call.until(t, a.Tone, true, 5*time.Second)
		call.Hears(a)
		call.presses("5") // it is ended by a key
		call.until(t, 1000, true, time.Second)
		call.Hangup()

		call = a.Dial("*97")
		call.Expect("200")
		time.Sleep(time.Second)
		call.presses("4711#33")
		h.says(t, "Callers hear the usual greeting now.")
		call.Hangup()
		call = b.Dial("101")
		call.Expect("200")
		h.says(t, "Anna cannot take your call.")
		call.Hangup()
	})
}

// The owner changes the PIN, and comes in from somebody else's phone.
func TestVoicemailPIN(t *testing.T) {
	withMailboxes(t, func(w *World, h *hum) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("*97")
		call.Expect("200")
		time.Sleep(time.Second)
		call.presses("4711#4")
		h.says(t, "Please enter a new PIN")
		call.presses("86420#86420#")
		h.says(t, "Your PIN was changed.")
		call.Hangup()

		call = b.Dial("101")
		call.Expect("200")
		h.says(t, "Anna cannot take your call.")
		call.presses("*")
		time.Sleep(2 * time.Second)
		call.presses("4711#")
		h.says(t, "This PIN is not right.")
		call.presses("86420#")
		time.Sleep(2 * time.Second)
		call.presses("1")
		h.says(t, "There are no new messages.")
		call.Hangup()
	})
}
