package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/plugboard/plugboard/core/signin"
)

// Accounts implements [signin.Store].
func (s *Store) Accounts(ctx context.Context) (map[string]signin.Account, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT who, hash, since, invitation, until FROM accounts")
	if err != nil {
		return nil, s.explain("read", err)
	}
	defer rows.Close()
	all := map[string]signin.Account{}
	for rows.Next() {
		var who string
		var a signin.Account
		var since, until int64
		if err := rows.Scan(&who, &a.Hash, &since, &a.Invitation, &until); err != nil {
			return nil, s.explain("read", err)
		}
		a.Since, a.Until = instant(since), instant(until)
		all[who] = a
	}
	if err := rows.Err(); err != nil {
		return nil, s.explain("read", err)
	}
	return all, nil
}

// PutAccount implements [signin.Store].
func (s *Store) PutAccount(ctx context.Context, who string, a signin.Account) error {
	_, err := s.change(ctx, "INSERT OR REPLACE INTO accounts (who, hash, since, invitation, until) VALUES (?, ?, ?, ?, ?)",
		who, a.Hash, micros(a.Since), a.Invitation, micros(a.Until))
	return err
}

// Session implements [signin.Store].
func (s *Store) Session(ctx context.Context, key string) (data []byte, found bool, err error) {
	switch err := s.read.QueryRowContext(ctx, "SELECT data FROM sessions WHERE key = ? AND expires > ?", key, micros(time.Now())).Scan(&data); {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, s.explain("read", err)
	}
	return data, true, nil
}

// PutSession implements [signin.Store]. Those that have expired go.
func (s *Store) PutSession(ctx context.Context, key string, data []byte, expires time.Time) error {
	if _, err := s.change(ctx, "DELETE FROM sessions WHERE expires <= ?", micros(time.Now())); err != nil {
		return err
	}
	_, err := s.change(ctx, "INSERT OR REPLACE INTO sessions (key, data, expires) VALUES (?, ?, ?)", key, data, micros(expires))
	return err
}

// DropSession implements [signin.Store].
func (s *Store) DropSession(ctx context.Context, key string) error {
	_, err := s.change(ctx, "DELETE FROM sessions WHERE key = ?", key)
	return err
}
