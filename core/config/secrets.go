package config

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

// Secrets are the passwords that were made for extensions without one. They
// are kept in the file "secrets" of the data directory, a JSON object of
// passwords by extension name, readable by its owner only. One process at a
// time has them open; in it, any goroutine may ask, and never waits for the disk
// once [Secrets.Prepare] has made them all.
type Secrets struct {
	file string

	writing sync.Mutex // one writer of the file
	byName  atomic.Pointer[map[string]string]
}

// secretsFile is the name of the file in the data directory.
const secretsFile = "secrets"

// OpenSecrets reads the secrets of a data directory, which is made (mode
// 0700) if it does not exist. A file that others can read is refused.
func OpenSecrets(dataDir string) (*Secrets, error) {
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the data directory: %w; name one that can be written in pbx { data_dir }", err)
	}
	s := &Secrets{file: filepath.Join(dataDir, secretsFile)}
	byName := map[string]string{}
	s.byName.Store(&byName)
	f, err := os.Open(s.file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, nil
	case err != nil:
		return nil, fmt.Errorf("cannot read the secrets of extensions: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("cannot read the secrets of extensions: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others (mode %04o): it holds passwords; change them if somebody may have, then chmod 600 it", s.file, mode)
	}
	if err := json.NewDecoder(f).Decode(&byName); err != nil || byName == nil {
		return nil, fmt.Errorf("%s is damaged (%v): restore it, or remove it and enter new secrets into the phones", s.file, err)
	}
	return s, nil
}

// Extension is the secret of an extension ("anna", "staff/anna"). The first
// time, one of 128 random bits is made and is on disk before it is returned.
func (s *Secrets) Extension(name string) (string, error) {
	if secret, ok := (*s.byName.Load())[name]; ok {
		return secret, nil
	}
	if err := s.Prepare(name); err != nil {
		return "", err
	}
	return (*s.byName.Load())[name], nil
}

// trunkKey stands among the extensions' names, where no label can be like it.
const trunkKey = "the contacts of trunks"

// TrunkKey is a secret that is the same after each start: what trunks are known
// by where they register is made with it. It is made as an extension's is.
func (s *Secrets) TrunkKey() (string, error) { return s.Extension(trunkKey) }

// relayKey stands there as [trunkKey] does.
const relayKey = "the relay for browsers"

// RelayKey is a secret that is the same after each start: what browsers show to
// the relay is made with it. It is made as an extension's is.
func (s *Secrets) RelayKey() (string, error) { return s.Extension(relayKey) }

// Prepare makes the secrets of many extensions with one write.
func (s *Secrets) Prepare(names ...string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	all := maps.Clone(*s.byName.Load())
	before := len(all)
	for _, name := range names {
		if _, ok := all[name]; !ok {
			// Lower case and digits, 26 of them: to be typed on a phone's keys.
			all[name] = strings.ToLower(rand.Text())
		}
	}
	if len(all) == before {
		return nil
	}
	// None is given out before it is kept.
	if err := s.write(all); err != nil {
		return fmt.Errorf("cannot keep the new secrets of extensions: %w", err)
	}
	s.byName.Store(&all)
	return nil
}

// write replaces the file: whatever happens, it is the old one or the new one.
func (s *Secrets) write(all map[string]string) error {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	return replaceFile(s.file, 0o600, out.Bytes())
}

// syncDir makes a rename last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
