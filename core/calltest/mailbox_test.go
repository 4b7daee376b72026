package calltest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/mailbox"
	"github.com/plugboard/plugboard/sdk/host"
)

// mailboxes are a desk with a mailbox of its own, and two that share one.
const mailboxes = `
extension "anna" {
  number    = "101"
  secret    = "k9-Vq2-hTw"
  voicemail = voicemail.anna
}
extension "ben" {
  number    = "102"
  secret    = "k9-Vq2-hTw"
  voicemail = voicemail.office
}
extension "cem" {
  number    = "103"
  secret    = "k9-Vq2-hTw"
  voicemail = voicemail.office
}
voicemail "anna" { number = "*98" }
voicemail "office" {
  number = "*97"
  pin    = "4711"
}
`

// counted is what the lamp of a mailbox shows.
func counted(box, counts string) string {
	account := "*97"
	if box == "anna" {
		account = "*98"
	}
	waiting := "yes"
	if strings.HasPrefix(counts, "0/") {
		waiting = "no"
	}
	return "Messages-Waiting: " + waiting + "\r\nMessage-Account: sip:" + account + "@plugboard\r\nVoice-Message: " + counts + "\r\n"
}

// left leaves a message of two seconds in a mailbox.
func (w *World) left(box string, urgent bool) (id string) {
	w.t.Helper()
	l := &mailbox.Loan{Plugin: "voicemail", Leg: "leg-" + box, Call: "call", Box: box, From: "+493055501"}
	if err := w.PBX.Mailboxes.Lend(l); err != nil {
		w.t.Fatal(err)
	}
	defer l.Return()
	ask := func(wish host.MailboxWish) host.MailboxAnswer {
		w.t.Helper()
		a, err := w.PBX.Mailboxes.For("voicemail").Mailbox(context.Background(), l.Leg, wish)
		if err != nil {
			w.t.Fatal(err)
		}
		return a
	}
	id = ask(host.MailboxWish{Kind: host.MailboxBegin}).ID
	for range 2 {
		ask(host.MailboxWish{Kind: host.MailboxWrite, ID: id, Sound: make([]byte, 2*host.MailboxRate)})
	}
	ask(host.MailboxWish{Kind: host.MailboxFinish, ID: id, Urgent: urgent})
	return id
}

// The lamp of messages (RFC 3842): it is lit while one is new, and says how many.
func TestRFC3842LampOfAMailbox(t *testing.T) {
	Run(t, mailboxes, func(w *World) {
		a := w.Phone("101")
		lamp, n := a.Watch("101", "message-summary")
		if got := LampOf(n); got != counted("anna", "0/0 (0/0)") {
			t.Errorf("at first it shows %q", got)
		}
		first := w.left("anna", false)
		lamp.Shows(counted("anna", "1/0 (0/0)"))
		time.Sleep(5 * time.Second)
		second := w.left("anna", true)
		lamp.Shows(counted("anna", "2/0 (1/0)"))
		time.Sleep(5 * time.Second)
		for _, id := range []string{first, second} {
			if err := w.PBX.Mailboxes.Mark(context.Background(), "anna", id, true); err != nil {
				t.Error(err)
			}
			time.Sleep(5 * time.Second)
		}
		lamp.Shows(counted("anna", "1/1 (1/0)"))
		lamp.Shows(counted("anna", "0/2 (0/1)"))
		if err := w.PBX.Mailboxes.Delete(context.Background(), "anna", second); err != nil {
			t.Error(err)
		}
		lamp.Shows(counted("anna", "0/1 (0/0)"))
		w.Golden("lamp of a mailbox")
	})
}

// The lamps of all whose mailbox it is, and of nobody else; a restart forgets
// nothing.
func TestALampOfSeveralPhones(t *testing.T) {
	Run(t, mailboxes, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		other, _ := a.Watch("101", "message-summary")
		one, n := b.Watch("102", "message-summary")
		if n.Body != counted("office", "0/0 (0/0)") {
			t.Errorf("%s", n.Body)
		}
		two, _ := c.Watch("*97", "message-summary") // some ask for the mailbox by its number
		if r := b.Lamp("101", "message-summary").Subscribe(60); r.Status() != 403 {
			t.Errorf("the mailbox of another: %s", r.Label())
		}
		w.left("office", false)
		one.Shows(counted("office", "1/0 (0/0)"))
		two.Shows(counted("office", "1/0 (0/0)"))
		other.Still(time.Second)
		w.Restart()
		again := w.Phone("102")
		if _, n := again.Watch("102", "message-summary"); LampOf(n) != counted("office", "1/0 (0/0)") {
			t.Errorf("after a restart it shows %q", LampOf(n))
		}
	})
}
