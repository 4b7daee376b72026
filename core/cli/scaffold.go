package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/plugboard/plugboard/sdk/examples"
)

// sdkModule is the module that the SDK is in.
const sdkModule = "github.com/plugboard/plugboard"

type pluginNewCmd struct {
	Kind string `arg:"" enum:"leg,tool,tts,app" help:"What it is: leg (calls by signalling of its own), tool (listens to calls), tts (speaks texts) or app (runs calls)."`
	Name string `arg:"" help:"Of the plugin, its program and its folder."`
	SDK  string `name:"sdk" placeholder:"DIR" help:"The sources of Plugboard; else those that this program lies in, or the release that it is."`
}

var pluginName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// Run implements the command: the kind's example, as a module of its own.
func (c *pluginNewCmd) Run(a *app) error {
	if !pluginName.MatchString(c.Name) {
		return fail(Wrong, "%q is no name for a plugin: it takes lower-case letters, digits and -, and begins with a letter", c.Name)
	}
	mod, sum, err := c.module(a.Version)
	if err != nil {
		return fail(Wrong, "%w", err)
	}
	files := map[string][]byte{"go.mod": mod, "go.sum": sum, "Makefile": []byte(makefile(c.Name)), ".gitignore": []byte("/" + c.Name + "\n")}
	from := examples.Of(c.Kind)
	entries, err := fs.ReadDir(examples.Files, from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		text, err := fs.ReadFile(examples.Files, from+"/"+e.Name())
		if err != nil {
			return err
		}
		files[e.Name()] = []byte(strings.ReplaceAll(string(text), from, c.Name))
	}
	if err := os.Mkdir(c.Name, 0o755); err != nil {
		return fail(Wrong, "%w: choose another name, or another folder to stand in", err)
	}
	for name, text := range files {
		if len(text) == 0 {
			continue
		}
		if err := os.WriteFile(filepath.Join(c.Name, name), text, 0o644); err != nil {
			return fail(Refused, "%w", err)
		}
	}
	_, err = fmt.Fprintf(a.Stdout, `%[1]s is a plugin of kind %[2]s, which does something already: see %[1]s/main.go.

  make -C %[1]s test                    its tests, and the rules that each %[2]s keeps
  make -C %[1]s                         build the program
  plugboard plugin test %[1]s/%[1]s     the same rules, against the program
`, c.Name, c.Kind)
	return written(err)
}

func makefile(name string) string {
	return fmt.Sprintf(`.PHONY: build test

build:
	go build -o %s .

test:
	go test ./...
`, name)
}

// module returns go.mod and go.sum. With the sources of Plugboard the plugin is
// built against those and what they need, so that nothing has to be fetched.
func (c *pluginNewCmd) module(version string) (mod, sum []byte, err error) {
	dir := c.SDK
	if dir == "" {
		dir = sources()
	}
	f := new(modfile.File)
	if err := f.AddModuleStmt(c.Name); err != nil {
		return nil, nil, err
	}
	if dir == "" {
		if !strings.HasPrefix(version, "v") || strings.Contains(version, "-") {
			return nil, nil, fmt.Errorf("this Plugboard (%s) is no release: say where its sources are, by --sdk DIR", version)
		}
		mod, err = finish(f, version, "")
		return mod, nil, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return nil, nil, fmt.Errorf("%s has no sources of Plugboard: %w", dir, err)
	}
	theirs, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return nil, nil, err
	}
	if theirs.Module.Mod.Path != sdkModule {
		return nil, nil, fmt.Errorf("%s has the sources of %s, not of Plugboard", dir, theirs.Module.Mod.Path)
	}
	if err := f.AddGoStmt(theirs.Go.Version); err != nil {
		return nil, nil, err
	}
	for _, r := range theirs.Require {
		f.AddNewRequire(r.Mod.Path, r.Mod.Version, true)
	}
	if mod, err = finish(f, "v0.0.0", dir); err != nil {
		return nil, nil, err
	}
	sum, err = os.ReadFile(filepath.Join(dir, "go.sum"))
	return mod, sum, err
}

// finish adds the SDK itself.
func finish(f *modfile.File, version, dir string) ([]byte, error) {
	f.AddNewRequire(sdkModule, version, false)
	if dir != "" {
		if err := f.AddReplace(sdkModule, "", dir, ""); err != nil {
			return nil, err
		}
	}
	f.Cleanup()
	return f.Format()
}

// sources is the folder of Plugboard's sources that this program lies in, or that
// it was started in; "" if there is none.
func sources() string {
	var from []string
	if exe, err := os.Executable(); err == nil {
		from = append(from, filepath.Dir(exe))
	}
	if wd, err := os.Getwd(); err == nil {
		from = append(from, wd)
	}
	for _, dir := range from {
		for ; ; dir = filepath.Dir(dir) {
			text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
			if err == nil && modfile.ModulePath(text) == sdkModule {
				return dir
			}
			if err != nil && !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return ""
}
