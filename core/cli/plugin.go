package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/daemon"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/plugtest/suite"
	"github.com/plugboard/plugboard/sdk/schema"
)

// testedLines is how many parties a plugin has that a command starts.
const testedLines = 64

// asking bounds how long a plugin may take to say what it is.
const asking = 10 * time.Second

// suiteOf is a plugin that is started for a command, apart from any daemon.
func suiteOf(s plugin.Spec, log io.Writer) suite.Suite {
	l := &plugin.Processes{Bundled: daemon.Bundled(), Lines: testedLines}
	logger := hclog.New(&hclog.LoggerOptions{Name: s.Name, Level: hclog.Warn, Output: log})
	return suite.Suite{Config: s.Config, Launch: func(ctx context.Context) (suite.Process, error) {
		p, err := l.Launch(ctx, s, logger)
		if err != nil {
			return nil, err // a nil Process is no nil suite.Process
		}
		return p, nil
	}}
}

type pluginListCmd struct{ forms }

// listed is one plugin of the list.
type listed struct {
	Name       string   `json:"name"`
	Where      string   `json:"where"` // "bundled", "plugin_dir", "configured"
	Path       string   `json:"path"`
	Configured []string `json:"configured"` // the names of its blocks
	Kinds      []string `json:"kinds"`
	Version    string   `json:"version"`
	Protocols  []int    `json:"protocols"`
	SHA256     string   `json:"sha256"`
	Problem    string   `json:"problem,omitempty"`
}

// Run implements the command: each plugin is started to ask it what it is.
func (c *pluginListCmd) Run(a *app) error {
	cfg, err := a.optionalConfig()
	if err != nil {
		return err
	}
	list, err := found(cfg)
	if err != nil {
		return fail(Wrong, "%w", err)
	}
	for i := range list {
		list[i].ask(a.ctx)
	}
	if c.JSON {
		return a.writeJSON(list)
	}
	rows := [][]string{{"NAME", "WHERE", "CONFIGURED AS", "KIND", "VERSION", "PROTOCOL", "SHA256", "PROBLEM"}}
	for _, p := range list {
		rows = append(rows, []string{p.Name, p.Where, strings.Join(p.Configured, ", "), strings.Join(p.Kinds, ", "), p.Version,
			strings.Trim(fmt.Sprint(p.Protocols), "[]"), p.SHA256, p.Problem})
	}
	return table(a.Stdout, rows)
}

// optionalConfig is the configuration of --config, or an empty one if there is no
// such file.
func (a *app) optionalConfig() (*config.Config, error) {
	if _, err := os.Stat(a.Config); errors.Is(err, fs.ErrNotExist) {
		return &config.Config{}, nil
	}
	cfg, good, err := a.load(a.Config, true)
	if err == nil && !good {
		err = &Error{Code: Wrong}
	}
	return cfg, err
}

// found lists the files of plugins: those that come with Plugboard, those in
// plugin_dir, and those that the configuration names by their path.
func found(cfg *config.Config) (list []listed, err error) {
	list = []listed{}
	dirs := [][2]string{{"bundled", daemon.Bundled()}}
	if d := cfg.PBX.PluginDir; d != "" && d != daemon.Bundled() {
		dirs = append(dirs, [2]string{"plugin_dir", d})
	}
	for _, d := range dirs {
		files, err := plugin.Discover(d[1])
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			list = append(list, listed{Name: f.Name, Where: d[0], Path: f.Path, Problem: f.Problem})
		}
	}
	for _, p := range cfg.Plugins {
		i := slices.IndexFunc(list, func(l listed) bool { return l.Path == p.Path || l.Name == p.Path })
		if i < 0 {
			i = len(list)
			list = append(list, listed{Name: filepath.Base(p.Path), Where: "configured", Path: p.Path})
			if _, err := os.Stat(p.Path); err != nil {
				list[i].Problem = fmt.Sprintf("%v: build it, or correct path of plugin.%s", err, p.Name)
			}
		}
		list[i].Configured = append(list[i].Configured, p.Name)
	}
	return list, nil
}

// ask fills in what the file says of itself.
func (l *listed) ask(ctx context.Context) {
	if l.Problem != "" {
		return
	}
	sum, err := checksum(l.Path)
	if err != nil {
		l.Problem = err.Error()
		return
	}
	l.SHA256 = sum
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	info, err := suiteOf(plugin.Spec{Name: l.Name, Path: l.Path}, io.Discard).Hello(ctx)
	if err != nil {
		l.Problem = err.Error()
	}
	l.Kinds, l.Version, l.Protocols = info.Kinds, info.Version, info.Protocols
}

// checksum is what sha256sum prints, and sha256 of a plugin block takes.
func checksum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

type pluginTestCmd struct {
	Path    string            `arg:"" help:"The program: a file, or the name of a bundled plugin."`
	Set     map[string]string `placeholder:"NAME=VALUE" mapsep:"none" help:"Set an attribute of its config {} block; VALUE as JSON, or text."`
	Address string            `placeholder:"ADDRESS" help:"What a leg plugin with signalling of its own shall call, if it does not answer at every address."`
	Logs    bool              `help:"Show what the plugin logs (warnings and errors)."`
}

// Run implements the command: every rule of the plugin's kinds, exit code 1 if it
// breaks one.
func (c *pluginTestCmd) Run(a *app) error {
	path := c.Path
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		if path, err = filepath.Abs(path); err != nil {
			return fail(Wrong, "%w", err)
		}
	}
	spec := plugin.Spec{Name: filepath.Base(path), Path: path, Config: settings(c.Set)}
	log := io.Discard
	if c.Logs {
		log = a.Stderr
	}
	s := suiteOf(spec, log)
	s.Address = c.Address
	info, err := s.Hello(a.ctx)
	if err != nil {
		return fail(Wrong, "%s: %w", c.Path, err)
	}
	if err := schema.Check(info.Config, spec.Config); err != nil {
		return fail(Wrong, "--set: %w", err)
	}
	return c.try(a, s, info)
}

// try runs the rules and prints how each went.
func (c *pluginTestCmd) try(a *app, s suite.Suite, info sdk.Info) error {
	if _, err := fmt.Fprintf(a.Stdout, "%s %s (%s)\n\n", info.Name, info.Version, strings.Join(info.Kinds, ", ")); err != nil {
		return written(err)
	}
	broken := 0
	cases := suite.Cases(info.Kinds)
	for _, rule := range cases {
		err := s.Try(a.ctx, rule)
		if a.ctx.Err() != nil {
			return fail(Refused, "interrupted")
		}
		var skip suite.Skip
		result, more := "ok", ""
		switch {
		case errors.As(err, &skip):
			result, more = "skip", string(skip)
		case err != nil:
			result, more = "FAIL", err.Error()
			broken++
		}
		if more != "" {
			more = "\n                      → " + clean(more)
		}
		if _, err := fmt.Fprintf(a.Stdout, "%-4s  %-14s  %s%s\n", result, rule.Name, rule.Rule, more); err != nil {
			return written(err)
		}
	}
	if broken > 0 {
		return fail(Wrong, "%s breaks %s of %d", info.Name, plural(broken, "rule"), len(cases))
	}
	_, err := fmt.Fprintf(a.Stdout, "\n%s keeps all %d rules.\n", info.Name, len(cases))
	return written(err)
}

// settings are those of --set. What is no JSON is text.
func settings(set map[string]string) map[string]any {
	config := map[string]any{}
	for name, text := range set {
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			v = text
		}
		config[name] = v
	}
	return config
}
