package api

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// TokenFile is the admin token's name in the data directory.
const TokenFile = "admin.token"

// LoadOrCreateToken reads the admin token from dataDir, and makes one (256
// random bits) if there is none. The file is only for its owner (0600) and is
// there as a whole or not at all.
func LoadOrCreateToken(dataDir string) (string, error) {
	path := filepath.Join(dataDir, TokenFile)
	token, err := ReadToken(dataDir)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return token, err
	}
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return "", fmt.Errorf("making the data directory: %w", err)
	}
	var raw [32]byte
	rand.Read(raw[:]) // never fails, by its documentation
	token = base64.RawURLEncoding.EncodeToString(raw[:])

	f, err := os.CreateTemp(dataDir, "."+TokenFile+"-*") // made with mode 0600
	if err != nil {
		return "", fmt.Errorf("writing the admin token: %w", err)
	}
	_, err = f.WriteString(token + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		// Link, unlike Rename, does not replace what another daemon wrote
		// in the meantime.
		err = os.Link(f.Name(), path)
	}
	os.Remove(f.Name())
	if errors.Is(err, fs.ErrExist) {
		return ReadToken(dataDir)
	}
	if err != nil {
		return "", fmt.Errorf("writing the admin token: %w", err)
	}
	return token, nil
}

// ReadToken reads the admin token from dataDir. It refuses a file that others
// may read. A missing one is [fs.ErrNotExist].
func ReadToken(dataDir string) (string, error) {
	path := filepath.Join(dataDir, TokenFile)
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return "", fmt.Errorf("%s may be read by others (mode %04o): chmod 600 %s, or delete it for a new one if others had it", path, mode, path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(b))
	if len(token) < 16 || strings.ContainsAny(token, " \t\r\n") {
		return "", fmt.Errorf("%s holds no token (one word of 16 characters or more): delete it for a new one", path)
	}
	return token, nil
}
