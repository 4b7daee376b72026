package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"net/netip"
	"time"

	"github.com/plugboard/plugboard/core/registrar"
)

// bindingKey names a device.
type bindingKey struct{ aor, device string }

// kept is a binding to be written, or to be forgotten.
type kept struct {
	registrar.Binding
	gone bool
}

// KeepBindings takes news of the registrar's table, to be written soon. Of
// several about one device only the last is. It never waits.
func (s *Store) KeepBindings(changes []registrar.Change) {
	s.mu.Lock()
	for _, c := range changes {
		s.bindings[bindingKey{c.AOR, c.Device}] = kept{c.Binding, c.Gone}
	}
	s.mu.Unlock()
	s.look()
}

// Bindings are those that were kept and have not expired.
func (s *Store) Bindings(ctx context.Context) ([]registrar.Binding, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT aor, contact, instance, reg_id, transport, local, remote, user_agent, call_id, cseq, q, since, updated, expires
		FROM bindings WHERE expires > ? ORDER BY aor, since`, micros(time.Now()))
	if err != nil {
		return nil, s.explain("read", err)
	}
	defer rows.Close()
	var list []registrar.Binding
	for rows.Next() {
		var b registrar.Binding
		var local, remote string
		var since, updated, expires int64
		if err := rows.Scan(&b.AOR, &b.Contact, &b.Instance, &b.RegID, &b.Flow.Transport, &local, &remote, &b.UserAgent,
			&b.CallID, &b.CSeq, &b.Q, &since, &updated, &expires); err != nil {
			return nil, s.explain("read", err)
		}
		if b.Flow.Local, err = netip.ParseAddrPort(local); err == nil {
			b.Flow.Remote, err = netip.ParseAddrPort(remote)
		}
		if err != nil {
			return nil, fmt.Errorf("the database %s: a binding of %s: %w", s.path, b.AOR, err)
		}
		b.Since, b.Updated, b.Expires = instant(since), instant(updated), instant(expires)
		list = append(list, b)
	}
	if err := rows.Err(); err != nil {
		return nil, s.explain("read", err)
	}
	return list, nil
}

// writeBindings writes changes.
func writeBindings(ctx context.Context, tx *sql.Tx, changes map[bindingKey]kept) error {
	put, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO bindings
		(aor, device, contact, instance, reg_id, transport, local, remote, user_agent, call_id, cseq, q, since, updated, expires)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer put.Close()
	for k, b := range changes {
		if b.gone {
			_, err = tx.ExecContext(ctx, "DELETE FROM bindings WHERE aor = ? AND device = ?", k.aor, k.device)
		} else {
			_, err = put.ExecContext(ctx, k.aor, k.device, b.Contact, b.Instance, b.RegID, b.Flow.Transport, b.Flow.Local.String(), b.Flow.Remote.String(),
				b.UserAgent, b.CallID, b.CSeq, b.Q, micros(b.Since), micros(b.Updated), micros(b.Expires))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takeBindings hands over what is to be written.
func (s *Store) takeBindings() map[bindingKey]kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.bindings
	s.bindings = map[bindingKey]kept{}
	return out
}

// giveBindings takes back what could not be written; what has come since is
// newer.
func (s *Store) giveBindings(old map[bindingKey]kept) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.Copy(old, s.bindings)
	s.bindings = old
}
