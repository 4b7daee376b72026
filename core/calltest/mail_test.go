package calltest

import (
	"context"
	"encoding/binary"
	"math"
	"mime"
	"net/mail"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/core/calltest/postbox"
	"github.com/plugboard/plugboard/core/mailbox"
	"github.com/plugboard/plugboard/sdk/host"
)

const mailed = `
mail {
  smtp = "127.0.0.1:2525"
  from = "pbx@example.net"
}
extension "anna" {
  number    = "101"
  secret    = "k9-Vq2-hTw"
  voicemail = voicemail.anna
}
voicemail "anna" {
  email      = "anna@example.net"
  transcribe = true
}
`

// hums leaves a message in which somebody hums a phone's tone.
func (w *World) hums(box, name string, tone float64, seconds int) string {
	w.t.Helper()
	l := &mailbox.Loan{Plugin: "voicemail", Leg: "leg-" + box, Call: "call", Box: box, From: "+493055501", FromName: name}
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
	id := ask(host.MailboxWish{Kind: host.MailboxBegin}).ID
	var second []byte
	for i := range host.MailboxRate {
		second = binary.LittleEndian.AppendUint16(second, uint16(int16(8000*math.Sin(2*math.Pi*tone*float64(i)/host.MailboxRate))))
	}
	for range seconds {
		ask(host.MailboxWish{Kind: host.MailboxWrite, ID: id, Sound: second})
	}
	ask(host.MailboxWish{Kind: host.MailboxFinish, ID: id})
	return id
}

// text is what a message of Anna's says.
func (w *World) text(id string) string {
	w.t.Helper()
	m, err := w.PBX.Mailboxes.Message(context.Background(), "anna", id)
	if err != nil {
		w.t.Fatal(err)
	}
	return m.Transcript
}

// letter is a mail as people read it: its subject, then the rest as it came.
func letter(t *testing.T, m postbox.Mail) string {
	t.Helper()
	read, err := mail.ReadMessage(strings.NewReader(string(m.Data)))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return subject + "\n" + string(m.Data)
}

// A message is written down and sent by mail, with its sound and its text; what
// the caller calls itself makes no header.
func TestAMessageIsSentByMail(t *testing.T) {
	Run(t, mailed, func(w *World) {
		box := w.post2525(nil)
		defer box.Close()
		id := w.hums("anna", "Eve\r\nBcc: all@example.net", Tones[1], 3)
		time.Sleep(30 * time.Second)
		got := box.Mails()
		if len(got) != 1 || got[0].To != "anna@example.net" || got[0].From != "pbx@example.net" {
			t.Fatalf("%d mails: %+v", len(got), got)
		}
		text := letter(t, got[0])
		said := w.text(id)
		for _, want := range []string{"Message from Eve Bcc: all@example.net (+493055501), 0:03\n", "What was said", said, "message-2000-01-01-", ".wav", "audio/wav"} {
			if want == "" || !strings.Contains(text, want) {
				t.Errorf("no %q in the mail:\n%.1500s", want, text)
			}
		}
		if strings.Contains(text, "\nBcc:") {
			t.Errorf("the caller wrote a header:\n%.1000s", text)
		}
	})
}

// A long message goes as Opus; a mail waits for the server, over a restart too.
func TestALongMessageWaitsForTheServer(t *testing.T) {
	Run(t, strings.Replace(mailed, "transcribe = true", "", 1), func(w *World) {
		w.hums("anna", "Ben", Tones[1], 150)
		time.Sleep(time.Hour)
		w.Restart()
		box := w.post2525(nil)
		defer box.Close()
		time.Sleep(time.Hour)
		got := box.Mails()
		if len(got) != 1 {
			t.Fatalf("%d mails", len(got))
		}
		text := letter(t, got[0])
		for _, want := range []string{"Message from Ben (+493055501), 2:30\n", ".ogg", "audio/ogg"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in the mail:\n%.1500s", want, text)
			}
		}
		if len(text) > 2<<20 {
			t.Errorf("it has %d octets", len(text))
		}
	})
}

// Where the transcriber cannot run, mail goes without a text, and says nothing of
// one.
func TestAMailDoesNotWaitForEverForItsText(t *testing.T) {
	Run(t, strings.Replace(mailed, "transcribe = true", "transcribe = plugin.scribe", 1)+`
plugin "scribe" { path = "script" }
`, func(w *World) {
		box := w.post2525(nil)
		defer box.Close()
		w.hums("anna", "", Tones[1], 2)
		time.Sleep(10 * time.Minute)
		got := box.Mails()
		if len(got) != 1 || strings.Contains(letter(t, got[0]), "What was said") {
			t.Errorf("%d mails", len(got))
		}
		synctest.Wait()
		if !strings.Contains(w.log.String(), "a message is not written down") {
			t.Error("nobody is told")
		}
	})
}
