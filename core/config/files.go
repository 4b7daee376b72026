package config

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// File is one of the files that a configuration was loaded from.
type File struct {
	Name string // in its folder: "config.hcl"
	Text []byte // as it was read; that of a draft, if there was one
	// Variables: it sets variables (*.vars.hcl).
	Variables bool

	path string // "": it is not a file of this machine
}

// Files are those that a configuration was loaded from, in the order of their
// names. They stand in one folder, so that the name alone says which is meant:
// nobody who names a file can come to another one.
func (c *Config) Files() []File {
	var list []File
	for _, name := range sortedKeys(c.sources) {
		f := File{Name: filepath.Base(name), Text: c.sources[name].Bytes, Variables: strings.HasSuffix(name, ".vars.hcl")}
		if c.onDisk {
			f.path = name
		}
		list = append(list, f)
	}
	return list
}

// Hash names a text: what somebody has read, and whether it is still the same.
func Hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Write replaces what is in the file, whole or not at all; its mode stays. What
// was in it before is kept in backups, a folder that is made.
func (f File) Write(text []byte, backups string, at time.Time) error {
	if f.path == "" {
		return fmt.Errorf("%s is not a file of this machine", f.Name)
	}
	path, err := filepath.EvalSymlinks(f.path) // a link stays one
	if err != nil {
		return fmt.Errorf("cannot write the configuration: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("cannot write the configuration: %w", err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("cannot write the configuration: %w", err)
	}
	if err := keepBackup(backups, f.Name, before, at); err != nil {
		return fmt.Errorf("cannot keep what %s held before, so it is not written: %w", f.Name, err)
	}
	if err := replaceFile(path, info.Mode().Perm(), text); err != nil {
		return fmt.Errorf("cannot write the configuration: %w; the daemon's user needs to be allowed to write in its folder", err)
	}
	return nil
}

// mostBackups is how many former texts of each file are kept.
const mostBackups = 50

// keepBackup puts a former text of a file into a folder, and drops the oldest.
func keepBackup(folder, name string, text []byte, at time.Time) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	prefix := name + "."
	if err := replaceFile(filepath.Join(folder, prefix+at.UTC().Format("20060102T150405.000000")), 0o600, text); err != nil {
		return err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !strings.HasPrefix(e.Name(), prefix) })
	for len(entries) > mostBackups { // by name, so the oldest first
		if err := os.Remove(filepath.Join(folder, entries[0].Name())); err != nil {
			return err
		}
		entries = entries[1:]
	}
	return nil
}

// replaceFile puts a text into a file: whatever happens, that holds what it held
// before or what it shall hold.
func replaceFile(path string, mode fs.FileMode, text []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(dir)
}
