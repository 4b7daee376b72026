package store

import (
	"context"

	"github.com/plugboard/plugboard/core/browser"
)

// Subscriptions implements [browser.Shelf].
func (s *Store) Subscriptions(ctx context.Context) ([]browser.Subscription, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT number, device, endpoint, p256dh, auth FROM pushes ORDER BY number, device")
	if err != nil {
		return nil, s.explain("read", err)
	}
	defer rows.Close()
	var all []browser.Subscription
	for rows.Next() {
		var b browser.Subscription
		if err := rows.Scan(&b.Number, &b.Device, &b.Endpoint.Endpoint, &b.Keys.P256dh, &b.Keys.Auth); err != nil {
			return nil, s.explain("read", err)
		}
		all = append(all, b)
	}
	if err := rows.Err(); err != nil {
		return nil, s.explain("read", err)
	}
	return all, nil
}

// PutSubscription implements [browser.Shelf].
func (s *Store) PutSubscription(ctx context.Context, b browser.Subscription) error {
	_, err := s.change(ctx, "INSERT OR REPLACE INTO pushes (number, device, endpoint, p256dh, auth) VALUES (?, ?, ?, ?, ?)",
		b.Number, b.Device, b.Endpoint.Endpoint, b.Keys.P256dh, b.Keys.Auth)
	return err
}

// DropSubscription implements [browser.Shelf].
func (s *Store) DropSubscription(ctx context.Context, number, device string) error {
	_, err := s.change(ctx, "DELETE FROM pushes WHERE number = ? AND device = ?", number, device)
	return err
}
