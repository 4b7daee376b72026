package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"

	"github.com/plugboard/plugboard/core/api"
)

type traceCmd struct {
	forms
	ID       string `arg:"" help:"A live or finished call."`
	Follow   bool   `short:"f" help:"Go on until the call ends."`
	Messages bool   `short:"m" help:"Show each SIP message as a whole."`
	Pcap     string `placeholder:"FILE" help:"Write the SIP messages as a capture file, for Wireshark; - is standard output."`
}

// Run implements the command. With --follow, an interrupt is an ordinary end.
func (c *traceCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	if c.Pcap != "" {
		return c.capture(a, daemon)
	}
	ctx, stop := signal.NotifyContext(a.ctx, os.Interrupt)
	defer stop()
	query := url.Values{}
	if c.Follow {
		query.Set("follow", "true")
	}
	if c.Messages {
		query.Set("messages", "true")
	}
	accept := "text/plain"
	if c.JSON {
		accept = "application/json"
	}
	res, err := daemon.do(ctx, http.MethodGet, "/api/v1/calls/"+url.PathEscape(c.ID)+"/trace?"+query.Encode(), accept, nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if c.JSON && !c.Follow {
		var entries []api.TraceEntry
		if err := json.NewDecoder(res.Body).Decode(&entries); err != nil {
			return fail(Refused, "the story did not arrive whole: %w", err)
		}
		return a.writeJSON(entries)
	}
	if _, err := io.Copy(a.Stdout, res.Body); err != nil && ctx.Err() == nil {
		var broken *os.PathError
		if errors.As(err, &broken) {
			return written(err)
		}
		return fail(Refused, "the daemon has gone while the call was followed: %w", err)
	}
	return nil
}

// capture writes the capture file.
func (c *traceCmd) capture(a *app, daemon *client) (err error) {
	res, err := daemon.do(a.ctx, http.MethodGet, "/api/v1/calls/"+url.PathEscape(c.ID)+"/pcap", "*/*", nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if c.Pcap == "-" {
		_, err := io.Copy(a.Stdout, res.Body)
		return written(err)
	}
	// What people said to whom is nobody else's to read.
	f, err := os.OpenFile(c.Pcap, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fail(Wrong, "%w", err)
	}
	_, err = io.Copy(f, res.Body)
	if err := errors.Join(err, f.Close()); err != nil {
		return fail(Refused, "the capture did not arrive whole: %w", err)
	}
	_, err = fmt.Fprintf(a.Stdout, "The SIP messages of call %s are in %s.\n", c.ID, c.Pcap)
	return written(err)
}
