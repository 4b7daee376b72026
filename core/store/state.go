package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/call"
)

// stateKey is one thing that somebody has switched by hand, as the table state
// has it: the override of a schedule ("schedule", "office": "open" or "closed"), or a
// setting of an extension ("extension.forward_always", "staff/anna": "102").
type stateKey struct{ kind, name string }

const (
	scheduleKind    = "schedule"
	extensionPrefix = "extension."
)

// Overrides are the schedules that somebody has switched by hand, by name:
// true is open. The map is the caller's own.
func (s *Store) Overrides() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]bool{}
	for key, value := range s.state {
		if key.kind == scheduleKind {
			out[key.name] = value == "open"
		}
	}
	return out
}

// SetOverride switches a schedule: open or closed, or with nil back to its
// hours. It holds at once, and is on the disk soon after. It never waits.
func (s *Store) SetOverride(schedule string, open *bool) error {
	value := ""
	if open != nil {
		if value = "closed"; *open {
			value = "open"
		}
	}
	s.mu.Lock()
	s.setState(stateKey{scheduleKind, schedule}, value)
	s.mu.Unlock()
	s.look()
	return nil
}

// Settings are what extensions have set, by the names of the extension and of
// the setting. Nothing in it changes any more.
func (s *Store) Settings() map[string]map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings
}

// SetSetting sets one, or with "" gives it back to the configuration. It holds at
// once, and is on the disk soon after. It never waits.
func (s *Store) SetSetting(extension, name, value string) error {
	s.mu.Lock()
	s.setState(stateKey{extensionPrefix + name, extension}, value)
	s.settings = call.With(s.settings, extension, name, value)
	s.mu.Unlock()
	s.look()
	return nil
}

// setState keeps a value, "" for none, and has it written. s.mu is held.
func (s *Store) setState(key stateKey, value string) {
	if s.state[key] = value; value == "" {
		delete(s.state, key)
	}
	s.switched[key] = struct{}{}
}

func (s *Store) readState(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT kind, name, value FROM state")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key stateKey
		var value string
		if err := rows.Scan(&key.kind, &key.name, &value); err != nil {
			return err
		}
		if key.kind == scheduleKind && value != "open" && value != "closed" {
			return fmt.Errorf("the override of schedule %q is %q, not open or closed", key.name, value)
		}
		s.mu.Lock()
		if _, newer := s.switched[key]; !newer {
			s.state[key] = value
			if setting, ok := strings.CutPrefix(key.kind, extensionPrefix); ok {
				s.settings = call.With(s.settings, key.name, setting, value)
			}
		}
		s.mu.Unlock()
	}
	return rows.Err()
}

// takeState is what is to be written: "" is no longer there.
func (s *Store) takeState() map[stateKey]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[stateKey]string, len(s.switched))
	for key := range s.switched {
		out[key] = s.state[key]
	}
	clear(s.switched)
	return out
}

// giveState takes back what could not be written.
func (s *Store) giveState(old map[stateKey]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range old {
		s.switched[key] = struct{}{}
	}
}

func writeState(ctx context.Context, tx *sql.Tx, changes map[stateKey]string) error {
	for key, value := range changes {
		var err error
		if value == "" {
			_, err = tx.ExecContext(ctx, "DELETE FROM state WHERE kind = ? AND name = ?", key.kind, key.name)
		} else {
			_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO state (kind, name, value, updated) VALUES (?, ?, ?, ?)", key.kind, key.name, value, micros(time.Now()))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
