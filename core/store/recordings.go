package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/plugboard/plugboard/sdk/event"
)

// RecordingQuery picks recordings. A zero field picks all.
type RecordingQuery struct {
	Call  string // of this call
	After string // the id of the last one that the reader has
	Limit int    // 0: 100
}

// ErrUnknownRecording says that there is no such recording.
var ErrUnknownRecording = errors.New("there is no such recording")

const recordingColumns = `id, plugin, call, "from", "to", route, began, ended, seconds, file, format, bytes, channels, incomplete`

// PutRecording puts a recording into the list, or changes what is known of it.
// It reports whether that is news: one that has begun, or has ended.
func (s *Store) PutRecording(ctx context.Context, r event.Recording) (news bool, err error) {
	channels := list(r.Channels)
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		var ended sql.NullInt64
		switch err := tx.QueryRowContext(ctx, "SELECT ended FROM recordings WHERE id = ?", r.ID).Scan(&ended); {
		case errors.Is(err, sql.ErrNoRows):
			news = true
		case err != nil:
			return err
		default:
			news = ended.Valid != (r.Ended != nil)
		}
		_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO recordings ("+recordingColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			r.ID, r.Plugin, r.Call, r.From, r.To, r.Route, micros(r.Began), maybe(r.Ended), r.Seconds, r.File, r.Format, r.Bytes, channels, r.Incomplete)
		return err
	})
	if err != nil {
		return false, s.explain("write", err)
	}
	return news, nil
}

// DropRecording takes a recording out of the list. The error is
// [ErrUnknownRecording] if it is not there.
func (s *Store) DropRecording(ctx context.Context, id string) error {
	n, err := s.change(ctx, "DELETE FROM recordings WHERE id = ?", id)
	if err == nil && n == 0 {
		err = ErrUnknownRecording
	}
	return err
}

// Recording is one of the list, or [ErrUnknownRecording].
func (s *Store) Recording(ctx context.Context, id string) (event.Recording, error) {
	found, err := s.recordings(ctx, "id = ?", []any{id}, 1)
	if err == nil && len(found) == 0 {
		err = ErrUnknownRecording
	}
	if err != nil {
		return event.Recording{}, err
	}
	return found[0], nil
}

// Recordings are those that a query picks, the one that began last first. The
// error is [ErrUnknownRecording] if q.After is none.
func (s *Store) Recordings(ctx context.Context, q RecordingQuery) ([]event.Recording, error) {
	where, args := []string{"TRUE"}, []any{}
	if q.Call != "" {
		where, args = append(where, "call = ?"), append(args, q.Call)
	}
	if q.After != "" {
		after, err := s.Recording(ctx, q.After)
		if err != nil {
			return nil, err
		}
		where, args = append(where, "(began, id) < (?, ?)"), append(args, micros(after.Began), after.ID)
	}
	if q.Limit == 0 {
		q.Limit = 100
	}
	return s.recordings(ctx, strings.Join(where, " AND "), args, q.Limit)
}

func (s *Store) recordings(ctx context.Context, where string, args []any, limit int) ([]event.Recording, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+recordingColumns+" FROM recordings WHERE "+where+" ORDER BY began DESC, id DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, s.explain("read", err)
	}
	defer rows.Close()
	found := []event.Recording{}
	for rows.Next() {
		var r event.Recording
		var began int64
		var ended sql.NullInt64
		var channels string
		if err := rows.Scan(&r.ID, &r.Plugin, &r.Call, &r.From, &r.To, &r.Route, &began, &ended, &r.Seconds, &r.File, &r.Format, &r.Bytes, &channels, &r.Incomplete); err != nil {
			return nil, s.explain("read", err)
		}
		if err := json.Unmarshal([]byte(channels), &r.Channels); err != nil {
			return nil, fmt.Errorf("recording %s: its channels: %w", r.ID, err)
		}
		r.Began, r.Ended = instant(began), when(ended)
		found = append(found, r)
	}
	if err := rows.Err(); err != nil {
		return nil, s.explain("read", err)
	}
	return found, nil
}

// tools is what listened to a call as JSON, NULL if nothing did.
func tools(t []event.CDRTool) sql.NullString {
	if len(t) == 0 {
		return sql.NullString{}
	}
	b, err := json.Marshal(t)
	return sql.NullString{String: string(b), Valid: err == nil}
}
