package cli

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/plugboard/plugboard/core/api"
)

type promptCmd struct {
	List   promptListCmd   `cmd:"" default:"withargs" help:"List the texts that were spoken and are kept."`
	Voices promptVoicesCmd `cmd:"" help:"List the voices of the plugins that speak."`
	Warm   promptWarmCmd   `cmd:"" help:"Speak what the configuration says ahead, so that nobody waits for it."`
	Clear  promptClearCmd  `cmd:"" help:"Forget all that was spoken."`
}

const promptsPath = "/api/v1/prompts"

type promptListCmd struct{ forms }

// Run implements the command.
func (c *promptListCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	prompts, err := all[api.Prompt](a.ctx, daemon, promptsPath)
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(prompts)
	}
	if len(prompts) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "Nothing was spoken yet.")
		return written(err)
	}
	rows := [][]string{{"TEXT", "VOICE", "LANGUAGE", "ENGINE", "KB"}}
	for _, p := range prompts {
		text := strings.Join(strings.Fields(p.Text), " ")
		if r := []rune(text); len(r) > 50 {
			text = string(r[:49]) + "…"
		}
		rows = append(rows, []string{text, p.Voice, p.Language, p.Engine, strconv.FormatInt((p.Bytes+999)/1000, 10)})
	}
	return table(a.Stdout, rows)
}

type promptVoicesCmd struct{ forms }

// Run implements the command.
func (c *promptVoicesCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	voices, err := all[api.Voice](a.ctx, daemon, promptsPath+"/voices")
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(voices)
	}
	if len(voices) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "No plugin that knows its voices is up.")
		return written(err)
	}
	rows := [][]string{{"ENGINE", "VOICE", "LANGUAGE", "DEFAULT"}}
	for _, v := range voices {
		usual := ""
		if v.Default {
			usual = "yes"
		}
		rows = append(rows, []string{v.Engine, v.Name, v.Language, usual})
	}
	return table(a.Stdout, rows)
}

type promptWarmCmd struct{ forms }

// Run implements the command.
func (c *promptWarmCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	var r api.PromptsReady
	if _, err := daemon.fetch(a.ctx, http.MethodPost, promptsPath+"/warm", nil, &r); err != nil {
		return err
	}
	switch {
	case c.JSON:
		err = a.writeJSON(r)
	case r.Ready == 1:
		_, err = fmt.Fprintln(a.Stdout, "1 text is ready.")
	default:
		_, err = fmt.Fprintf(a.Stdout, "%d texts are ready.\n", r.Ready)
	}
	if err == nil && r.Problem != "" {
		return fail(Refused, "%s", r.Problem)
	}
	return written(err)
}

type promptClearCmd struct{ forms }

// Run implements the command.
func (c *promptClearCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	var r api.PromptsCleared
	if _, err := daemon.fetch(a.ctx, http.MethodDelete, promptsPath, nil, &r); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(r)
	}
	if r.Cleared == 1 {
		_, err = fmt.Fprintln(a.Stdout, "1 text is forgotten.")
	} else {
		_, err = fmt.Fprintf(a.Stdout, "%d texts are forgotten.\n", r.Cleared)
	}
	return written(err)
}
