package store

import (
	"context"
	"errors"

	"github.com/plugboard/plugboard/sdk/event"
)

// ErrUnknownTranscript says that nothing that was said in a call is written down.
var ErrUnknownTranscript = errors.New("there is no transcript of this call")

const utteranceColumns = `call, plugin, leg, name, number, began, ended, text, missing, lag`

// PutUtterance puts what somebody has said into its call's transcript. It has ended.
func (s *Store) PutUtterance(ctx context.Context, u event.Utterance) error {
	_, err := s.change(ctx, "INSERT OR REPLACE INTO utterances ("+utteranceColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		u.Call, u.Plugin, u.Leg, u.Name, u.Number, micros(u.Began), micros(*u.Ended), u.Text, u.Missing, u.LagSeconds)
	return err
}

// Transcript is what was said in a call, in the order in which each began to say
// it, or [ErrUnknownTranscript].
func (s *Store) Transcript(ctx context.Context, call string) ([]event.Utterance, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT "+utteranceColumns+" FROM utterances WHERE call = ? ORDER BY began, leg, plugin", call)
	if err != nil {
		return nil, s.explain("read", err)
	}
	defer rows.Close()
	var found []event.Utterance
	for rows.Next() {
		var u event.Utterance
		var began, ended int64
		if err := rows.Scan(&u.Call, &u.Plugin, &u.Leg, &u.Name, &u.Number, &began, &ended, &u.Text, &u.Missing, &u.LagSeconds); err != nil {
			return nil, s.explain("read", err)
		}
		over := instant(ended)
		u.Began, u.Ended = instant(began), &over
		found = append(found, u)
	}
	if err := rows.Err(); err != nil {
		return nil, s.explain("read", err)
	}
	if len(found) == 0 {
		return nil, ErrUnknownTranscript
	}
	return found, nil
}

// DropTranscript deletes what was said in a call. The error is
// [ErrUnknownTranscript] if nothing of it is there.
func (s *Store) DropTranscript(ctx context.Context, call string) error {
	n, err := s.change(ctx, "DELETE FROM utterances WHERE call = ?", call)
	if err == nil && n == 0 {
		err = ErrUnknownTranscript
	}
	return err
}
