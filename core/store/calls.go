package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// A finished call's record is never written over by an earlier picture of it.
const putCall = `INSERT INTO calls
	(id, "from", "to", revision, dialplan, route, path, emergency, cause, text, ended_by, started, ringing, answered, ended, ring_seconds, talk_seconds, written, tools, queues, listeners)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (id) DO UPDATE SET "from" = excluded."from", "to" = excluded."to", revision = excluded.revision, dialplan = excluded.dialplan,
	route = excluded.route, path = excluded.path, emergency = excluded.emergency, cause = excluded.cause, text = excluded.text, ended_by = excluded.ended_by,
	started = excluded.started, ringing = excluded.ringing, answered = excluded.answered, ended = excluded.ended,
	ring_seconds = excluded.ring_seconds, talk_seconds = excluded.talk_seconds, written = excluded.written, tools = excluded.tools, queues = excluded.queues, listeners = excluded.listeners
	WHERE calls.ended IS NULL OR excluded.ended IS NOT NULL`

const putLeg = `INSERT OR REPLACE INTO legs
	(call, id, place, kind, name, number, cause, text, status, codec, added, answered, ended, stats, verdicts, moved_to, moved_from, user_agent)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// writeCalls writes records in one transaction. A record that the database
// refuses by itself is logged and counts as written: it would keep back all
// that come after it.
func (s *Store) writeCalls(ctx context.Context, list []*record) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		call, err := tx.PrepareContext(ctx, putCall)
		if err != nil {
			return err
		}
		defer call.Close()
		leg, err := tx.PrepareContext(ctx, putLeg)
		if err != nil {
			return err
		}
		defer leg.Close()
		for _, r := range list {
			if err := r.write(ctx, call, leg); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err == nil:
		for _, r := range list {
			r.dirty = false
		}
	case poison(err) && len(list) == 1:
		s.opt.Log.Error("the database refuses a record", "call", list[0].ID, "error", err)
		s.shed(list[0].CDR)
		list[0].dirty = false
		return nil
	case poison(err):
		for i := range list {
			if err := s.writeCalls(ctx, list[i:i+1]); err != nil {
				return err
			}
		}
		return nil
	}
	return err
}

// write writes one record and its legs.
func (r *record) write(ctx context.Context, call, leg *sql.Stmt) error {
	ended := sql.NullInt64{}
	if r.over {
		ended = sql.NullInt64{Int64: micros(r.Ended), Valid: true}
	}
	if _, err := call.ExecContext(ctx, r.ID, r.From, r.To, r.Revision, r.Dialplan, r.Route, list(r.Path), r.Emergency, r.Cause, r.Text, r.EndedBy,
		micros(r.Started), maybe(r.Ringing), maybe(r.Answered), ended, r.RingSeconds, r.TalkSeconds, micros(time.Now()), tools(r.Tools), queues(r.Queues), listeners(r.Listeners)); err != nil {
		return err
	}
	for place, l := range r.Legs {
		ended := sql.NullInt64{Int64: micros(l.Ended), Valid: !l.Ended.IsZero()}
		if _, err := leg.ExecContext(ctx, r.ID, l.ID, place, l.Kind, l.Name, l.Number, l.Cause, l.Text, l.Status, l.Codec,
			micros(l.Added), maybe(l.Answered), ended, object(l.Stats), verdicts(l.Verdicts), unlessEmpty(l.MovedTo), unlessEmpty(l.MovedFrom), unlessEmpty(l.UserAgent)); err != nil {
			return err
		}
	}
	return nil
}

// unlessEmpty is NULL for no text.
func unlessEmpty(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// micros is a time as the database has it.
func micros(t time.Time) int64 { return t.UnixMicro() }

func instant(us int64) time.Time { return time.UnixMicro(us).UTC() }

func maybe(t *time.Time) sql.NullInt64 {
	if t == nil {
		return sql.NullInt64{}
	}
	return sql.NullInt64{Int64: micros(*t), Valid: true}
}

func when(n sql.NullInt64) *time.Time {
	if !n.Valid {
		return nil
	}
	t := instant(n.Int64)
	return &t
}

// list is texts as JSON.
func list(texts []string) string {
	if len(texts) == 0 {
		return "[]"
	}
	b, _ := json.Marshal(texts) // texts always have a form
	return string(b)
}

// object is a leg's figures as JSON, NULL if there are none, or one of them is
// no number.
func object(stats *event.LegStats) sql.NullString {
	if stats == nil {
		return sql.NullString{}
	}
	b, err := json.Marshal(stats)
	return sql.NullString{String: string(b), Valid: err == nil}
}

// queues is where a caller has waited as JSON, NULL if nowhere.
func queues(q []event.CDRQueue) sql.NullString {
	if len(q) == 0 {
		return sql.NullString{}
	}
	b, err := json.Marshal(q)
	return sql.NullString{String: string(b), Valid: err == nil}
}

// listeners is who listened as JSON, NULL if nobody.
func listeners(l []event.CDRListener) sql.NullString {
	if len(l) == 0 {
		return sql.NullString{}
	}
	b, err := json.Marshal(l)
	return sql.NullString{String: string(b), Valid: err == nil}
}

func verdicts(v []event.Verdict) sql.NullString {
	if len(v) == 0 {
		return sql.NullString{}
	}
	b, err := json.Marshal(v)
	return sql.NullString{String: string(b), Valid: err == nil}
}
