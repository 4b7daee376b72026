package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/plugboard/plugboard/core/config"
)

type fmtCmd struct {
	Check bool     `help:"Change nothing: list the files that are not in the canonical form, exit code 1 if there are any."`
	Files []string `arg:"" optional:"" name:"file" help:"Files or folders of *.hcl, - for standard input to standard output; else that of --config."`
}

// standard is the name of standard input and output.
const standard = "-"

// Run implements the command. Each file stands for itself: one that does not
// parse is told, and the others are written all the same.
func (c *fmtCmd) Run(a *app) error {
	files, err := c.list(a)
	if err != nil {
		return err
	}
	good := true
	changed := 0
	for _, file := range files {
		done, ok, err := c.format(a, file)
		if err != nil {
			return err
		}
		good = good && ok
		if !done {
			continue
		}
		changed++
		if file == standard && !c.Check {
			continue // its output is the file
		}
		if _, err := fmt.Fprintln(a.Stdout, file); err != nil {
			return written(err)
		}
	}
	switch {
	case !good:
		return &Error{Code: Wrong}
	case c.Check && changed > 0:
		return fail(Wrong, "%s not in the canonical form; plugboard fmt writes it", isAre(changed, "file"))
	}
	return nil
}

// list is which files are meant: a folder is all its *.hcl, those of variables
// too.
func (c *fmtCmd) list(a *app) ([]string, error) {
	names := c.Files
	if len(names) == 0 {
		names = []string{a.Config}
	}
	var files []string
	for _, name := range names {
		if name == standard {
			files = append(files, name)
			continue
		}
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fail(Wrong, "there is no %s: name another file or folder", name)
		case err != nil:
			return nil, fail(Wrong, "%w", err)
		}
		if !info.IsDir() {
			files = append(files, name)
			continue
		}
		entries, err := os.ReadDir(name)
		if err != nil {
			return nil, fail(Wrong, "%w", err)
		}
		before := len(files)
		for _, e := range entries {
			if n := e.Name(); !e.IsDir() && !strings.HasPrefix(n, ".") && strings.HasSuffix(n, ".hcl") {
				files = append(files, filepath.Join(name, n))
			}
		}
		if len(files) == before {
			return nil, fail(Wrong, "the folder %s holds no *.hcl file", name)
		}
	}
	return files, nil
}

// format formats one file. changed says that it was not in the canonical
// form, ok that it could be read.
func (c *fmtCmd) format(a *app, file string) (changed, ok bool, err error) {
	src, err := a.read(file)
	if err != nil {
		return false, false, fail(Wrong, "%w", err)
	}
	out, cfg, diags := config.Format(file, src)
	if diags.HasErrors() {
		return false, false, written(config.WriteText(a.Stderr, cfg, diags, a.color()))
	}
	changed = !bytes.Equal(src, out)
	switch {
	case c.Check:
	case file == standard:
		if _, err := a.Stdout.Write(out); err != nil {
			return false, false, written(err)
		}
	case changed:
		if err := replace(file, out); err != nil {
			return false, false, fail(Wrong, "cannot write %s: %w", file, err)
		}
	}
	return changed, true, nil
}

func (a *app) read(file string) ([]byte, error) {
	if file != standard {
		return os.ReadFile(file)
	}
	if a.Stdin == nil {
		return nil, nil
	}
	return io.ReadAll(a.Stdin)
}

// replace writes a file that exists: whoever reads it meanwhile, or after a
// crash, sees the old one or the new one. Its mode stays, and a link to it
// stays a link.
func replace(file string, content []byte) error {
	target, err := filepath.EvalSymlinks(file)
	if err != nil {
		return err
	}
	return renameio.WriteFile(target, content, 0o600, renameio.WithTempDir(filepath.Dir(target)))
}

// isAre prints "1 file is", "2 files are".
func isAre(n int, one string) string {
	if n == 1 {
		return "1 " + one + " is"
	}
	return fmt.Sprintf("%d %ss are", n, one)
}
