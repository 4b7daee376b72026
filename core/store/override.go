package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"time"
)

// Overrides are the schedules that somebody has switched by hand, by name:
// true is open. The map is the caller's own.
func (s *Store) Overrides() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.override)
}

// SetOverride switches a schedule: open or closed, or with nil back to its
// hours. It holds at once, and is on the disk soon after. It never waits.
func (s *Store) SetOverride(schedule string, open *bool) error {
	s.mu.Lock()
	if open == nil {
		delete(s.override, schedule)
	} else {
		s.override[schedule] = *open
	}
	s.switched[schedule] = struct{}{}
	s.mu.Unlock()
	s.look()
	return nil
}

func (s *Store) readOverrides(ctx context.Context) error {
	rows, err := s.db.QueryContext(ctx, "SELECT name, value FROM state WHERE kind = 'schedule'")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return err
		}
		if value != "open" && value != "closed" {
			return fmt.Errorf("the override of schedule %q is %q, not open or closed", name, value)
		}
		s.mu.Lock()
		if _, newer := s.switched[name]; !newer {
			s.override[name] = value == "open"
		}
		s.mu.Unlock()
	}
	return rows.Err()
}

// switches is what is to be written: nil is back to the hours.
func (s *Store) takeSwitches() map[string]*bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]*bool, len(s.switched))
	for name := range s.switched {
		out[name] = nil
		if open, ok := s.override[name]; ok {
			out[name] = &open
		}
	}
	clear(s.switched)
	return out
}

// giveSwitches takes back what could not be written.
func (s *Store) giveSwitches(old map[string]*bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range old {
		s.switched[name] = struct{}{}
	}
}

func writeSwitches(ctx context.Context, tx *sql.Tx, changes map[string]*bool) error {
	for name, open := range changes {
		var err error
		switch {
		case open == nil:
			_, err = tx.ExecContext(ctx, "DELETE FROM state WHERE kind = 'schedule' AND name = ?", name)
		default:
			value := "closed"
			if *open {
				value = "open"
			}
			_, err = tx.ExecContext(ctx, "INSERT OR REPLACE INTO state (kind, name, value, updated) VALUES ('schedule', ?, ?, ?)", name, value, micros(time.Now()))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
