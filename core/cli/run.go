package cli

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/config"
)

// RunOptions are what the daemon is started with.
type RunOptions struct {
	// Config is free of errors; Path is where it came from, and Load reads it
	// anew, with drafts in place of files.
	Config *config.Config
	Path   string
	Load   func(drafts map[string][]byte) (*config.Config, hcl.Diagnostics)
	// CheckPlugins has each plugin say what it minds in its config {}.
	CheckPlugins func(context.Context, *config.Config) hcl.Diagnostics
	// DrainTimeout is how long live calls may go on after SIGTERM.
	DrainTimeout time.Duration
	Version      string
	Log          hclog.Logger
}

type runCmd struct {
	DrainTimeout time.Duration `default:"60s" help:"After SIGTERM, how long live calls may go on (${default})."`
	LogLevel     string        `default:"info" enum:"trace,debug,info,warn,error" help:"What is logged (${default}): ${enum}."`
	LogJSON      bool          `name:"log-json" help:"Log JSON, one object a line."`
}

// Run implements the command.
func (c *runCmd) Run(a *app) error {
	cfg, ok, err := a.load(a.Config, false)
	if err != nil {
		return err
	}
	if !ok {
		return &Error{Code: Wrong}
	}
	err = a.Daemon(a.ctx, RunOptions{
		Config: cfg, Path: a.Config, Load: func(drafts map[string][]byte) (*config.Config, hcl.Diagnostics) {
			opt := a.configOptions()
			opt.Drafts = drafts
			return config.Load(a.Config, opt)
		},
		CheckPlugins: func(ctx context.Context, cfg *config.Config) hcl.Diagnostics { return checkPlugins(ctx, cfg, false) },
		DrainTimeout: c.DrainTimeout, Version: a.Version,
		Log: hclog.NewInterceptLogger(&hclog.LoggerOptions{
			Name: "plugboard", Level: hclog.LevelFromString(c.LogLevel), Output: a.Stderr, JSONFormat: c.LogJSON}),
	})
	var known *Error
	var diags hcl.Diagnostics
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.As(err, &diags):
		return fail(Wrong, "%w", err)
	}
	return fail(Refused, "%w", err)
}
