package plugin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Found is a plugin that lies in a directory.
type Found struct {
	Name string // of the file
	Path string
	// Problem is why it cannot run as it lies there, "" if nothing is seen.
	Problem string
}

// Discover lists the plugins in a directory, by name. A directory that does
// not exist holds none.
func Discover(dir string) ([]Found, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("plugin directory: %w", err)
	}
	var list []Found
	for _, e := range entries {
		f := Found{Name: e.Name(), Path: filepath.Join(dir, e.Name())}
		if e.IsDir() || strings.HasPrefix(f.Name, ".") {
			continue
		}
		if err := executable(f.Path); err != nil {
			f.Problem = err.Error()
		}
		list = append(list, f)
	}
	return list, nil
}

// find returns the file of a plugin: a bundled name, a name in the plugin
// directory, or a path.
func (l *Processes) find(s Spec) (string, error) {
	name := s.Path
	if name == "" {
		name = s.Name
	}
	if strings.ContainsRune(name, filepath.Separator) {
		return name, executable(name)
	}
	var looked []string
	for _, dir := range []string{l.Bundled, s.Dir} {
		if dir == "" || len(looked) > 0 && looked[0] == dir {
			continue
		}
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil {
			return path, executable(path)
		}
		looked = append(looked, dir)
	}
	return "", &Misfit{Text: fmt.Sprintf("there is no plugin %q in %s (there is %s): build it, put it there, or set path to its file",
		name, strings.Join(looked, " or "), l.there(looked))}
}

// there names what lies in the directories.
func (l *Processes) there(dirs []string) string {
	var names []string
	for _, dir := range dirs {
		list, err := Discover(dir)
		if err != nil {
			return err.Error()
		}
		for _, f := range list {
			names = append(names, f.Name)
		}
	}
	if len(names) == 0 {
		return "none at all"
	}
	return strings.Join(names, ", ")
}

// executable returns a [*Misfit] if the file cannot be run.
func executable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return &Misfit{Text: fmt.Sprintf("%v: build the plugin, or set path to its file", err)}
	case !info.Mode().IsRegular():
		return &Misfit{Text: path + " is not a file: set path to the plugin's program"}
	case info.Mode()&0o111 == 0:
		return &Misfit{Text: fmt.Sprintf("%s is not executable (mode %v): chmod +x it", path, info.Mode().Perm())}
	}
	return nil
}

// verify compares a file with its hash and returns what was compared: a
// private copy in memory that nobody can change any more, so that what was
// verified is what runs. The caller closes it.
func verify(path, want string) (*os.File, error) {
	sum, err := hex.DecodeString(want)
	if err != nil || len(sum) != sha256.Size {
		return nil, &Misfit{Text: fmt.Sprintf("sha256 = %q is not the 64 hexadecimal digits that sha256sum prints", want)}
	}
	from, err := os.Open(path)
	if err != nil {
		return nil, &Misfit{Text: fmt.Sprintf("%v: the file must be readable to be verified", err)}
	}
	defer from.Close()
	// Whoever forks now would hand the writable descriptor to its child, and
	// a file that somebody may write to cannot be executed.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := unix.MemfdCreate(filepath.Base(path), unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, fmt.Errorf("%s: no memory file for the verified copy: %w", path, err)
	}
	to := os.NewFile(uintptr(fd), path)
	defer to.Close()
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(to, hash), from); err != nil {
		return nil, fmt.Errorf("%s: verified copy: %w", path, err)
	}
	if found := hash.Sum(nil); !bytes.Equal(found, sum) {
		return nil, &Misfit{Text: fmt.Sprintf("%s is not the file that was meant: its SHA-256 is %x, the configuration says %x. "+
			"If the plugin was updated on purpose, set sha256 to the new value", path, found, sum)}
	}
	seals := unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
	if _, err := unix.FcntlInt(to.Fd(), unix.F_ADD_SEALS, seals); err != nil {
		return nil, fmt.Errorf("%s: seal the verified copy: %w", path, err)
	}
	return os.Open(fmt.Sprintf("/proc/self/fd/%d", fd)) // for reading alone
}
