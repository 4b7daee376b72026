package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/daemon"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/music"
	"github.com/plugboard/plugboard/sdk"
)

type validateCmd struct {
	Files   []string `arg:"" optional:"" name:"file" help:"Files or folders of *.hcl; else that of --config."`
	JSON    bool     `name:"json" help:"Print the diagnostics as JSON, for editors."`
	Planned bool     `help:"Let pass what is part of the language but not built yet; run refuses it."`
}

// Run implements the command: everything that is wrong in every file, exit
// code 1 if there is an error among it.
func (c *validateCmd) Run(a *app) error {
	files := c.Files
	if len(files) == 0 {
		files = []string{a.Config}
	}
	good := true
	found := []json.RawMessage{} // of all files
	for _, file := range files {
		cfg, diags := check(file, a.configOptions(), c.Planned)
		if !diags.HasErrors() {
			diags = append(diags, checkPlugins(a.ctx, cfg, c.Planned)...)
			config.Sort(diags)
		}
		ok := !diags.HasErrors()
		good = good && ok
		if !c.JSON {
			if err := a.tell(cfg, diags); err != nil {
				return err
			}
			if ok {
				if _, err := fmt.Fprintf(a.Stdout, "%s is valid: %s, %s, %s.\n", file,
					plural(len(cfg.Extensions), "extension"), plural(len(cfg.Trunks), "trunk"), plural(len(cfg.Dialplans), "dialplan")); err != nil {
					return written(err)
				}
			}
			continue
		}
		var one bytes.Buffer
		var list []json.RawMessage
		if err := config.WriteJSON(&one, cfg, diags); err != nil {
			return err
		}
		if err := json.Unmarshal(one.Bytes(), &list); err != nil {
			return err
		}
		found = append(found, list...)
	}
	if c.JSON {
		if err := a.writeJSON(found); err != nil {
			return err
		}
	}
	if !good {
		return &Error{Code: Wrong}
	}
	return nil
}

// check loads a configuration and compiles its dialplan. What is not built
// yet passes if planned.
func check(file string, opt config.Options, planned bool) (*config.Config, hcl.Diagnostics) {
	cfg, diags := config.Load(file, opt)
	if diags.HasErrors() {
		return cfg, diags
	}
	plan, more := dialplan.Compile(cfg)
	diags = append(diags, more...)
	if plan != nil && !planned {
		diags = append(diags, plan.Planned()...)
	}
	if !diags.HasErrors() {
		_, wrong := music.Load(cfg, nil)
		diags = append(diags, wrong...)
	}
	config.Sort(diags)
	return cfg, diags
}

// load checks a configuration and prints what is wrong with it. It reports
// whether there was no error; the error is a failure to print.
func (a *app) load(file string, planned bool) (cfg *config.Config, ok bool, err error) {
	cfg, diags := check(file, a.configOptions(), planned)
	return cfg, !diags.HasErrors(), a.tell(cfg, diags)
}

// tell prints diagnostics, if there are any.
func (a *app) tell(cfg *config.Config, diags hcl.Diagnostics) error {
	if len(diags) == 0 {
		return nil
	}
	return written(config.WriteText(a.Stderr, cfg, diags, a.color()))
}

// checkPlugins has each plugin that is used or has a config {} block say what it
// is, what the block may hold, and whether it takes it. It is started for that; no
// call comes to it. One that does not start is a warning, because the file may be
// for another machine, or not even that, if it may be planned or has nothing to check.
func checkPlugins(ctx context.Context, cfg *config.Config, planned bool) (diags hcl.Diagnostics) {
	specs, err := daemon.Specs(cfg)
	if err != nil {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Plugin configuration", Detail: err.Error()}}
	}
	kinds := map[string][]string{}
	for i, p := range cfg.Plugins { // the first of specs, in this order
		configured := p.ConfigPlace.Block.Filename != ""
		if !configured && !slices.ContainsFunc(cfg.Uses(), func(u config.Use) bool { return u.Plugin == p.Name }) {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, asking)
		info, wrong, err := suiteOf(specs[i], io.Discard).Configure(ctx)
		cancel()
		if info.Name != "" {
			kinds[p.Name] = info.Kinds
		}
		at := p.Block
		if configured {
			at = p.ConfigPlace.Block
		}
		add := func(severity hcl.DiagnosticSeverity, summary string, at hcl.Range, detail any) {
			diags = append(diags, &hcl.Diagnostic{Severity: severity, Summary: summary, Subject: &at, Detail: fmt.Sprintf("plugin.%s: %v.", p.Name, detail)})
		}
		for _, m := range wrong {
			r := at
			if p.ConfigPlace.Has(m.Attribute) {
				r = p.ConfigPlace.Range(m.Attribute)
			}
			add(hcl.DiagError, "Wrong plugin configuration", r, m.Text)
		}
		switch {
		case errors.Is(err, sdk.ErrConfig):
			add(hcl.DiagError, "Wrong plugin configuration", at, err)
		case err != nil && configured && !planned:
			add(hcl.DiagWarning, "Plugin configuration not checked", at, err)
		}
	}
	return append(diags, cfg.Misused(kinds)...)
}

// plan compiles a configuration, by default that of --config. What is not
// built yet passes, and only errors are printed.
func (a *app) plan(file string) (*config.Config, *dialplan.Plan, error) {
	if file == "" {
		file = a.Config
	}
	cfg, diags := config.Load(file, a.configOptions())
	var plan *dialplan.Plan
	if !diags.HasErrors() {
		plan, diags = dialplan.Compile(cfg)
	}
	if !diags.HasErrors() {
		return cfg, plan, nil
	}
	diags = slices.DeleteFunc(diags, func(d *hcl.Diagnostic) bool { return d.Severity != hcl.DiagError })
	if err := config.WriteText(a.Stderr, cfg, diags, a.color()); err != nil {
		return nil, nil, written(err)
	}
	return nil, nil, &Error{Code: Wrong}
}

// color says whether errors go to a terminal that may be painted
// (https://no-color.org).
func (a *app) color() bool {
	f, ok := a.Stderr.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
