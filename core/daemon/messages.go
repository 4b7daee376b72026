package daemon

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/mail"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

// What follows a message that was left in a mailbox:
//
//	left ─▶ a mail with its sound, which waits for its text ─▶ the text, into the mailbox and the mail ─▶ the mail goes
//	                                     └── no text in time, or a restart ──▶ it goes without

// TranscriptPlugin writes down messages where no other plugin does. It runs
// without a block in the configuration if a mailbox wants that.
const TranscriptPlugin = "transcriber"

const (
	// transcribeTime is how long the mail of a message waits for its text.
	transcribeTime = 5 * time.Minute
	// transcribeAgain is after how long a plugin that has ended is asked again.
	transcribeAgain = 5 * time.Second
	// longestWAV is how long the sound of a message may be to go as it is, which
	// every program plays; a longer one goes as Opus.
	longestWAV = 2 * time.Minute
)

// transcriberOf is the plugin that writes down the messages of a mailbox: the one
// that it names, else that which is configured, else the bundled one.
func transcriberOf(c *config.Config, v *config.Voicemail) string {
	if v.Transcriber != "" {
		return v.Transcriber
	}
	for _, p := range c.Plugins {
		if p.Path == TranscriptPlugin {
			return p.Name
		}
	}
	return TranscriptPlugin
}

// transcribes says whether a mailbox needs the bundled transcriber.
func transcribes(c *config.Config) bool {
	return slices.ContainsFunc(c.Voicemails, func(v *config.Voicemail) bool { return v.Transcribe && transcriberOf(c, v) == TranscriptPlugin })
}

// messageLeft does what the configuration has follow a message. It does not wait.
func (d *Daemon) messageLeft(m event.Message) {
	c := d.cfg()
	i := slices.IndexFunc(c.Voicemails, func(v *config.Voicemail) bool { return v.Name == m.Mailbox })
	if i < 0 || c.Voicemails[i].Email == "" && !c.Voicemails[i].Transcribe {
		return
	}
	d.wg.Go(func() { d.followMessage(c, c.Voicemails[i], m) })
}

func (d *Daemon) followMessage(c *config.Config, v *config.Voicemail, m event.Message) {
	letter := mail.Voicemail{
		Mailbox: m.Mailbox, From: m.From, Name: m.Name, When: m.Began.In(c.PBX.Timezone),
		Length: time.Duration(m.Seconds * float64(time.Second)), Urgent: m.Urgent, Incomplete: m.Incomplete,
	}
	held := ""
	if v.Email != "" {
		wait := time.Duration(0)
		if v.Transcribe {
			wait = transcribeTime
		}
		var err error
		if held, err = d.mail.Hold(letter.Message(v.Email, c.PBX.Language, d.attach(m)), wait); err != nil {
			d.log.Error("a message is in its mailbox, and is not sent by mail", "mailbox", m.Mailbox, "message", m.ID, "call", m.Call, "error", err)
		}
	}
	if !v.Transcribe {
		return
	}
	text, err := d.transcribe(transcriberOf(c, v), m)
	if err == nil && text != "" {
		ctx, cancel := context.WithTimeout(context.Background(), keepTime)
		defer cancel()
		err = d.Mailboxes.SetTranscript(ctx, m.Mailbox, m.ID, text)
	}
	if err != nil {
		d.log.Warn("a message is not written down", "mailbox", m.Mailbox, "message", m.ID, "call", m.Call, "error", err)
	}
	if held == "" {
		return
	}
	letter.Transcript = text
	if err := d.mail.Release(held, letter.Message(v.Email, c.PBX.Language, d.attach(m))); err != nil {
		d.log.Error("a message is sent by mail without what was said in it", "mailbox", m.Mailbox, "message", m.ID, "call", m.Call, "error", err)
	}
}

// transcribe has a message written down.
func (d *Daemon) transcribe(plugin string, m event.Message) (text string, err error) {
	ctx, cancel := context.WithTimeout(d.run, transcribeTime)
	defer cancel()
	for {
		text, err = d.transcribeOnce(ctx, plugin, m)
		if !errors.Is(err, leg.ErrGone) {
			return text, err
		}
		select {
		case <-time.After(transcribeAgain):
		case <-ctx.Done():
			return "", err
		}
	}
}

func (d *Daemon) transcribeOnce(ctx context.Context, plugin string, m event.Message) (string, error) {
	f, err := d.Mailboxes.Open(m)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if _, err := f.Seek(sound.WAVHead, io.SeekStart); err != nil {
		return "", err
	}
	return d.plugins.Transcribe(ctx, plugin, f)
}

// attach is a message's sound as it goes with a mail, nil if that cannot be.
func (d *Daemon) attach(m event.Message) *mail.Attachment {
	a, err := d.attachment(m)
	if err != nil {
		d.log.Warn("the mail of a message goes without its sound", "mailbox", m.Mailbox, "message", m.ID, "error", err)
	}
	return a
}

func (d *Daemon) attachment(m event.Message) (*mail.Attachment, error) {
	f, err := d.Mailboxes.Open(m)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	name := "message-" + m.Began.In(d.cfg().PBX.Timezone).Format("2006-01-02-1504")
	if m.Seconds <= longestWAV.Seconds() {
		data, err := io.ReadAll(io.LimitReader(f, mail.MaxAttachment))
		return &mail.Attachment{Name: name + ".wav", Type: "audio/wav", Data: data}, err
	}
	if _, err := f.Seek(sound.WAVHead, io.SeekStart); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	ogg, err := sound.NewOgg(&out, host.MailboxRate, 1)
	if err != nil {
		return nil, err
	}
	raw, pcm := make([]byte, 2*host.MailboxRate), make([]int16, host.MailboxRate)
	for {
		n, err := io.ReadFull(f, raw)
		for i := range n / 2 {
			pcm[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
		}
		if err := ogg.Write(pcm[:n/2]); err != nil {
			return nil, err
		}
		switch {
		case err == nil && out.Len() > mail.MaxAttachment:
			return nil, fmt.Errorf("it takes more than %d MB", mail.MaxAttachment>>20)
		case err == nil:
			continue
		case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return nil, err
		}
		if err := ogg.Close(); err != nil {
			return nil, err
		}
		return &mail.Attachment{Name: name + ".ogg", Type: "audio/ogg", Data: out.Bytes()}, nil
	}
}
