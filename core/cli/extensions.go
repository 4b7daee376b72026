package cli

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/registrar"
)

type extensionsCmd struct{ forms }

// Run implements the command.
func (c *extensionsCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	extensions, err := all[api.Extension](a.ctx, daemon, "/api/v1/extensions")
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(extensions)
	}
	rows := [][]string{{"NUMBER", "NAME", "STATE", "CALLS", "DEVICES"}}
	for _, e := range extensions {
		var devices []string
		for _, d := range e.Devices {
			devices = append(devices, device(d))
		}
		rows = append(rows, []string{e.Number, e.Name, e.State, marks(e), strings.Join(devices, ", ")})
	}
	return table(a.Stdout, rows)
}

// device is a device in a few words: "udp 192.0.2.1:5060 (baresip)".
func device(d registrar.Device) string {
	text := d.Transport + " " + d.Address
	if d.Contact == registrar.Browser {
		text = "browser " + d.Address
	}
	if d.UserAgent != "" {
		text += " (" + d.UserAgent + ")"
	}
	return text
}

type extensionShowCmd struct {
	forms
	Number string `arg:"" help:"The extension's number."`
}

// Run implements the command.
func (c *extensionShowCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	var acc api.Account
	if err := daemon.get(a.ctx, "/api/v1/extensions/"+url.PathEscape(c.Number), &acc); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(acc)
	}
	rows := [][]string{{"number", acc.Number}, {"name", acc.Name}, {"state", acc.State}}
	for _, d := range acc.Devices {
		text := device(d)
		if !d.Expires.IsZero() {
			text += " until " + d.Expires.Local().Format("15:04:05")
		}
		rows = append(rows, []string{"device", text})
	}
	if err := table(a.Stdout, rows); err != nil {
		return err
	}
	if _, err := fmt.Fprint(a.Stdout, "\nTo register a phone:\n"); err != nil {
		return written(err)
	}
	rows = [][]string{{"  user name", acc.Username}, {"  secret", acc.Secret}, {"  domain", acc.Domain}}
	for _, s := range acc.Servers {
		rows = append(rows, []string{"  server", s})
	}
	return table(a.Stdout, rows)
}
