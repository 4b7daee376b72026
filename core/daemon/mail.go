package daemon

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/mail"
)

// openMail finds the mail of the last run that waits.
func (d *Daemon) openMail() (err error) {
	d.mail, err = mail.Open(mail.Options{
		Dir: filepath.Join(d.cfg().PBX.DataDir, "mail"), Log: d.log.Named("mail"), Dial: d.opt.World.DialMail, Roots: d.opt.World.Roots,
	})
	if err != nil {
		return err
	}
	d.later(d.mail.Close)
	d.mail.Use(mailServer(d.cfg()))
	return nil
}

// mailServer is who takes a configuration's mail, nil if nobody does.
func mailServer(c *config.Config) *mail.Server {
	if c.Mail == nil {
		return nil
	}
	s, err := mail.ParseServer(c.Mail.SMTP)
	if err != nil {
		return nil // config has read it before
	}
	s.Encryption, s.From, s.Username, s.Secret = c.Mail.Encryption, c.Mail.From, c.Mail.Username, c.Mail.Secret.Reveal()
	return &s
}

// tryMail sends a test to an address.
func (d *Daemon) tryMail(ctx context.Context, to string) (api.MailTried, error) {
	c := d.cfg().Mail
	if c == nil {
		return api.MailTried{}, errors.New("there is no mail {} in the configuration, so no server to send by")
	}
	answer, err := d.mail.Try(ctx, to)
	return api.MailTried{Server: c.SMTP, Answer: answer}, err
}

// mailStats are the counters of mail.
func (d *Daemon) mailStats() api.MailStats { return api.MailStats(d.mail.Stats()) }
