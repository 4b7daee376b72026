package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"github.com/coder/websocket"

	"github.com/plugboard/plugboard/core/api"
)

type logsCmd struct {
	forms
	Follow   bool   `short:"f" help:"Go on with what comes."`
	Level    string `enum:"trace,debug,info,warn,error" default:"trace" help:"Lines of this level and above: ${enum}."`
	Contains string `placeholder:"TEXT" help:"Lines in which this stands, whatever its case."`
	Limit    int    `default:"50" placeholder:"N" help:"How many, the latest (${default}); 2000 at most."`
}

// Run implements the command. With --follow, an interrupt is an ordinary end.
func (c *logsCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(a.ctx, os.Interrupt)
	defer stop()
	query := url.Values{"level": {c.Level}, "limit": {strconv.Itoa(c.Limit)}}
	if c.Contains != "" {
		query.Set("contains", c.Contains)
	}
	var lines []api.LogLine
	if err := daemon.get(ctx, "/api/v1/logs?"+query.Encode(), &lines); err != nil {
		return err
	}
	if c.JSON && !c.Follow {
		return a.writeJSON(lines)
	}
	var last uint64
	for _, line := range lines {
		if err := c.print(a, line); err != nil {
			return err
		}
		last = line.Seq
	}
	if !c.Follow {
		return nil
	}
	follows, err := c.follow(ctx, daemon, last)
	if err != nil {
		return err
	}
	defer follows.CloseNow()
	for {
		line, err := logLine(ctx, follows)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return fail(Refused, "the daemon has gone while its log was followed: %w", err)
		case !contains(line, c.Contains):
			continue
		}
		if err := c.print(a, line); err != nil {
			return err
		}
	}
}

// follow asks for the lines that come after one.
func (c *logsCmd) follow(ctx context.Context, daemon *client, last uint64) (*websocket.Conn, error) {
	header := http.Header{"Authorization": {"Bearer " + daemon.token}}
	conn, res, err := websocket.Dial(ctx, daemon.url+"/api/v1/events", &websocket.DialOptions{HTTPClient: daemon.http, HTTPHeader: header})
	switch {
	case err != nil && res != nil:
		return nil, daemon.refusal(res)
	case err != nil:
		return nil, daemon.unreached(err)
	}
	conn.SetReadLimit(-1) // the first message has all calls in it
	ask, err := json.Marshal(map[string]any{"type": "log.follow", "level": c.Level, "after": last})
	if err == nil {
		err = conn.Write(ctx, websocket.MessageText, ask)
	}
	if err != nil {
		conn.CloseNow()
		return nil, fail(Refused, "the daemon has gone: %w", err)
	}
	return conn, nil
}

// logLine is the next line among the messages of a stream.
func logLine(ctx context.Context, conn *websocket.Conn) (line api.LogLine, err error) {
	for {
		_, b, err := conn.Read(ctx)
		if err != nil {
			return line, err
		}
		var m struct {
			Type string
			Data json.RawMessage
		}
		if err := json.Unmarshal(b, &m); err != nil {
			return line, err
		}
		if m.Type == api.EventLog {
			return line, json.Unmarshal(m.Data, &line)
		}
	}
}

// contains is what the API does with the lines that are kept.
func contains(line api.LogLine, text string) bool {
	all := []string{line.Text, line.Part}
	for _, f := range line.Fields {
		all = append(all, f.Value)
	}
	for _, s := range all {
		if strings.Contains(strings.ToLower(s), strings.ToLower(text)) {
			return true
		}
	}
	return false
}

func (c *logsCmd) print(a *app, line api.LogLine) error {
	if c.JSON {
		return written(json.NewEncoder(a.Stdout).Encode(line)) // one a line, as they come
	}
	var b strings.Builder
	if line.Missed > 0 {
		fmt.Fprintf(&b, "… %s left out: they came too fast\n", plural(line.Missed, "line"))
	}
	fmt.Fprintf(&b, "%s  %-5s  %s: %s", line.Time.Local().Format("2006-01-02 15:04:05.000"), line.Level, strings.TrimPrefix(line.Part, "plugboard."), clean(line.Text))
	for _, f := range line.Fields {
		value := clean(f.Value)
		if value == "" || strings.ContainsAny(value, " \"=") {
			value = strconv.Quote(value)
		}
		fmt.Fprintf(&b, "  %s=%s", clean(f.Name), value)
	}
	_, err := fmt.Fprintln(a.Stdout, b.String())
	return written(err)
}
