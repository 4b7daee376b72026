package cli

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/daemon"
)

type pluginDevCmd struct {
	Path  string `arg:"" help:"The program, which a plugin block of the daemon's configuration names."`
	As    string `placeholder:"NAME" help:"The plugin block; else the one whose path is the program."`
	Build string `placeholder:"COMMAND" help:"Run this whenever the sources change, by sh: 'make -C meter'."`
	Watch string `placeholder:"DIR" help:"Where the sources are, with --build; else the folder of the program."`
}

// look is how often files are looked at. What has changed is taken when it has been
// the same for two looks: it is written by then.
const look = 200 * time.Millisecond

// Run implements the command. It names no program to the daemon: it has the daemon
// start again what its configuration says. An interrupt is an ordinary end.
func (c *pluginDevCmd) Run(a *app) error {
	block, err := c.block(a)
	if err != nil {
		return err
	}
	daemon, err := a.client()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(a.ctx, os.Interrupt)
	defer stop()
	log, err := daemon.do(ctx, http.MethodGet, "/api/v1/plugins/"+url.PathEscape(block)+"/log", "text/plain", nil)
	if err != nil {
		return err
	}
	out := &mouth{w: a.Stdout}
	over := make(chan error, 1)
	go func() { // ends with the body, which ctx closes
		defer log.Body.Close()
		_, err := io.Copy(out, log.Body)
		over <- err
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err = c.follow(ctx, daemon, block, out, over)
	stop()
	return err
}

// mouth writes what several have to say, each line whole.
type mouth struct {
	mu sync.Mutex
	w  io.Writer
}

// Write implements [io.Writer].
func (m *mouth) Write(b []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, err := io.WriteString(m.w, shown(string(b))); err != nil {
		return 0, written(err)
	}
	return len(b), nil
}

func (m *mouth) say(format string, args ...any) {
	_, _ = fmt.Fprintf(m, "--- "+format+"\n", args...) // who does not read is told by the log's copy
}

// shown is text of a plugin without what would drive a terminal.
func shown(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\t", "    "), "\n")
	for i, l := range lines {
		lines[i] = clean(l)
	}
	return strings.Join(lines, "\n")
}

// follow looks for changes until ctx ends or the daemon goes.
func (c *pluginDevCmd) follow(ctx context.Context, daemon *client, block string, out *mouth, over <-chan error) error {
	t := time.NewTicker(look)
	defer t.Stop()
	program := watched{print: func() string { return stamp(c.Path) }}
	sources := watched{print: func() string { return stamps(c.sources(), c.Path) }}
	program.begin()
	sources.begin()
	out.say("Plugin %s runs %s. Each change of it is taken to the daemon; its log follows. Stop with Ctrl-C.", block, c.Path)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-over:
			if ctx.Err() != nil {
				return nil
			}
			if err == nil {
				err = io.EOF
			}
			return fail(Refused, "the daemon has gone, and its log with it: %w", err)
		case <-t.C:
		}
		if c.Build != "" && sources.changed() {
			err := c.build(ctx, out)
			sources.begin() // what the build has made is no source
			if err != nil && ctx.Err() == nil {
				out.say("%s: %v. The plugin goes on as it is.", c.Build, err)
			}
		}
		if !program.changed() {
			continue
		}
		var p api.Plugin
		began := time.Now()
		_, err := daemon.fetch(ctx, http.MethodPost, "/api/v1/plugins/"+url.PathEscape(block)+"/upgrade", nil, &p)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			out.say("%v", err)
		default:
			out.say("%s %s takes new calls (pid %d, after %v); the process before ends with its last call.", block, p.Version, p.PID, time.Since(began).Round(time.Millisecond))
		}
	}
}

// build runs the command of --build.
func (c *pluginDevCmd) build(ctx context.Context, out *mouth) error {
	out.say("%s", c.Build)
	cmd := exec.CommandContext(ctx, "sh", "-c", c.Build)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = time.Second
	return cmd.Run()
}

func (c *pluginDevCmd) sources() string {
	if c.Watch != "" {
		return c.Watch
	}
	return filepath.Dir(c.Path)
}

// block is the name of the plugin block whose program it is.
func (c *pluginDevCmd) block(a *app) (string, error) {
	mine, err := os.Stat(c.Path)
	if err != nil {
		return "", fail(Wrong, "%w: build it first", err)
	}
	if c.As != "" {
		return c.As, nil
	}
	cfg, err := a.optionalConfig()
	if err != nil {
		return "", err
	}
	for _, p := range cfg.Plugins {
		info, err := os.Stat(programOf(cfg, p))
		if err != nil || !os.SameFile(mine, info) {
			continue
		}
		if p.SHA256 != "" {
			return "", fail(Wrong, "plugin %q is pinned to what it is by sha256, and would be refused once it has changed: take that out while you work on it", p.Name)
		}
		return p.Name, nil
	}
	path, err := filepath.Abs(c.Path)
	if err != nil {
		return "", fail(Wrong, "%w", err)
	}
	return "", fail(Wrong, "no plugin block of %s runs this program. Only what the configuration names is run. Put it there, apply it, and try again:\n\n  plugin %q {\n    path = %q\n  }",
		a.Config, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), path)
}

// programOf is the file that a plugin block runs.
func programOf(cfg *config.Config, p *config.Plugin) string {
	if strings.ContainsRune(p.Path, filepath.Separator) {
		return p.Path
	}
	for _, dir := range []string{daemon.Bundled(), cfg.PBX.PluginDir} {
		if file := filepath.Join(dir, p.Path); dir != "" {
			if _, err := os.Stat(file); err == nil {
				return file
			}
		}
	}
	return ""
}

// watched is something that changes now and then. What print returns is the same as
// long as it is.
type watched struct {
	print func() string
	taken string // as of the last change that was told
	seen  string // as of the last look
}

// begin takes it as it is.
func (w *watched) begin() { w.taken = w.print(); w.seen = w.taken }

// changed says whether it is another than when that was last told, and has been the
// same for two looks.
func (w *watched) changed() bool {
	now := w.print()
	steady := now == w.seen
	w.seen = now
	if !steady || now == w.taken || now == "" {
		return false
	}
	w.taken = now
	return true
}

// stamp tells one state of a file from another; "" if there is none at the moment.
func stamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprint(info.Size(), " ", info.ModTime().UnixNano())
}

// stamps are the names, sizes and times of the files below a folder, without hidden
// ones and the program itself.
func stamps(dir, program string) string {
	var all strings.Builder
	_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil // it has gone meanwhile
		case strings.HasPrefix(e.Name(), ".") && path != dir:
			if e.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case e.IsDir() || filepath.Clean(path) == filepath.Clean(program):
			return nil
		}
		fmt.Fprintln(&all, path, stamp(path))
		return nil
	})
	return all.String()
}
