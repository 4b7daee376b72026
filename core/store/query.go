package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// Query picks records of finished calls. A zero field picks all; those that
// are set have to hold together.
type Query struct {
	// From and To are the caller's number and what was dialled, Number is
	// either of them or the number of any leg. Each is a list of forms of one
	// number, any of which may be meant.
	From, To, Number []string
	// Extension is the number or the name of an extension that was rung or
	// called, Trunk the name of a trunk.
	Extension, Trunk string
	Cause            []string  // any of them
	Since, Until     time.Time // of the call's start: from since to before until
	Answered         *bool
	Emergency        *bool
	MinTalk          time.Duration
	// After is the id of the last call that the reader has.
	After string
	Limit int // of the calls returned; 0: 100
}

// ErrUnknownCall says that there is no record of a call.
var ErrUnknownCall = errors.New("there is no record of this call")

const columns = `id, "from", "to", revision, dialplan, route, path, emergency, cause, text, ended_by, started, ringing, answered, ended, ring_seconds, talk_seconds, tools, queues, listeners`

// Calls returns the records that a query picks, the call that started last
// first. Calls that start or end meanwhile do not move those after q.After.
// What happened before is in it, unless there is [Store.Trouble]. The error is
// [ErrUnknownCall] if q.After is none.
func (s *Store) Calls(ctx context.Context, q Query) ([]event.CDR, error) {
	s.sync(ctx)
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, s.explain("read", err)
	}
	defer tx.Rollback()
	where, args, err := q.where(ctx, tx)
	if err != nil {
		return nil, s.explain("read", err)
	}
	if q.After != "" {
		var started int64
		switch err := tx.QueryRowContext(ctx, "SELECT started FROM calls WHERE id = ?", q.After).Scan(&started); {
		case errors.Is(err, sql.ErrNoRows):
			return nil, ErrUnknownCall
		case err != nil:
			return nil, s.explain("read", err)
		}
		where, args = append(where, "(started, id) < (?, ?)"), append(args, started, q.After)
	}
	if q.Limit == 0 {
		q.Limit = 100
	}
	rows, err := tx.QueryContext(ctx, "SELECT "+columns+" FROM calls WHERE "+strings.Join(where, " AND ")+" ORDER BY started DESC, id DESC LIMIT ?", append(args, q.Limit)...)
	if err != nil {
		return nil, s.explain("read", err)
	}
	list, err := scanCalls(rows)
	if err == nil {
		err = addLegs(ctx, tx, list)
	}
	if err != nil {
		return nil, s.explain("read", err)
	}
	return list, nil
}

// Call returns the record of a finished call, or [ErrUnknownCall].
func (s *Store) Call(ctx context.Context, id string) (event.CDR, error) {
	s.sync(ctx)
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return event.CDR{}, s.explain("read", err)
	}
	defer tx.Rollback()
	rows, err := tx.QueryContext(ctx, "SELECT "+columns+" FROM calls WHERE id = ? AND ended IS NOT NULL", id)
	if err != nil {
		return event.CDR{}, s.explain("read", err)
	}
	list, err := scanCalls(rows)
	if err == nil {
		err = addLegs(ctx, tx, list)
	}
	switch {
	case err != nil:
		return event.CDR{}, s.explain("read", err)
	case len(list) == 0:
		return event.CDR{}, ErrUnknownCall
	}
	return list[0], nil
}

// where is the conditions of a query, and their arguments.
func (q *Query) where(ctx context.Context, tx *sql.Tx) (where []string, args []any, err error) {
	add := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	add("ended IS NOT NULL")
	if len(q.From) > 0 {
		in, values := among(q.From)
		add(`"from" `+in, values...)
	}
	if len(q.To) > 0 {
		in, values := among(q.To)
		add(`"to" `+in, values...)
	}
	if len(q.Cause) > 0 {
		in, values := among(q.Cause)
		add("cause "+in, values...)
	}
	if !q.Since.IsZero() {
		add("started >= ?", micros(q.Since))
	}
	if !q.Until.IsZero() {
		add("started < ?", micros(q.Until))
	}
	if q.Answered != nil {
		add("(answered IS NOT NULL) = ?", *q.Answered)
	}
	if q.Emergency != nil {
		add("emergency = ?", *q.Emergency)
	}
	if q.MinTalk > 0 {
		add("talk_seconds >= ?", q.MinTalk.Seconds())
	}
	for _, p := range q.parties() {
		condition, err := p.condition(ctx, tx)
		if err != nil {
			return nil, nil, err
		}
		add(condition, p.args...)
	}
	return where, args, nil
}

// among is "one of these", and their arguments.
func among(values []string) (string, []any) {
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	return "IN (?" + strings.Repeat(", ?", len(values)-1) + ")", list
}

// party is somebody who was in a call: by a condition on a leg, or also, with
// calls, on the call. args are those of both, calls' first.
type party struct {
	calls, legs string
	args        []any
}

func (q *Query) parties() (list []party) {
	if len(q.Number) > 0 {
		in, values := among(q.Number)
		list = append(list, party{
			calls: fmt.Sprintf(`"from" %[1]s OR "to" %[1]s`, in), legs: "number " + in, args: slices.Concat(values, values, values),
		})
	}
	if q.Extension != "" {
		list = append(list, party{legs: "kind IN ('extension', 'browser') AND (name = ? OR number = ?)", args: []any{q.Extension, q.Extension}})
	}
	if q.Trunk != "" {
		list = append(list, party{legs: "kind = 'trunk' AND name = ?", args: []any{q.Trunk}})
	}
	return list
}

// many is from how many calls or legs on a party's are not all collected: the
// latest of so many are found sooner by looking at each call, from the latest
// back.
const many = 5000

// condition is on a call in which the party was.
func (p party) condition(ctx context.Context, tx *sql.Tx) (string, error) {
	split := strings.Count(p.calls, "?")
	frequent, err := has(ctx, tx, "legs WHERE "+p.legs, p.args[split:])
	if err == nil && !frequent && p.calls != "" {
		frequent, err = has(ctx, tx, "calls WHERE "+p.calls, p.args[:split])
	}
	if err != nil {
		return "", err
	}
	condition := "id IN (SELECT call FROM legs WHERE " + p.legs + ")"
	if frequent {
		condition = "EXISTS (SELECT 1 FROM legs WHERE call = calls.id AND " + p.legs + ")"
	}
	if p.calls != "" {
		condition = "(" + p.calls + " OR " + condition + ")"
	}
	return condition, nil
}

// has says whether there are many rows.
func has(ctx context.Context, tx *sql.Tx, rows string, args []any) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM (SELECT 1 FROM %s LIMIT %d)", rows, many), args...).Scan(&n)
	return n == many, err
}

func scanCalls(rows *sql.Rows) ([]event.CDR, error) {
	defer rows.Close()
	list := []event.CDR{}
	for rows.Next() {
		c := event.CDR{Legs: []event.CDRLeg{}}
		var path string
		var started, ended int64
		var ringing, answered sql.NullInt64
		var tools, queues, listeners sql.NullString
		if err := rows.Scan(&c.ID, &c.From, &c.To, &c.Revision, &c.Dialplan, &c.Route, &path, &c.Emergency, &c.Cause, &c.Text, &c.EndedBy,
			&started, &ringing, &answered, &ended, &c.RingSeconds, &c.TalkSeconds, &tools, &queues, &listeners); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(path), &c.Path); err != nil {
			return nil, fmt.Errorf("call %s: its path: %w", c.ID, err)
		}
		if queues.Valid {
			if err := json.Unmarshal([]byte(queues.String), &c.Queues); err != nil {
				return nil, fmt.Errorf("call %s: its queues: %w", c.ID, err)
			}
		}
		if listeners.Valid {
			if err := json.Unmarshal([]byte(listeners.String), &c.Listeners); err != nil {
				return nil, fmt.Errorf("call %s: its listeners: %w", c.ID, err)
			}
		}
		if tools.Valid {
			if err := json.Unmarshal([]byte(tools.String), &c.Tools); err != nil {
				return nil, fmt.Errorf("call %s: its tools: %w", c.ID, err)
			}
		}
		c.Started, c.Ringing, c.Answered, c.Ended = instant(started), when(ringing), when(answered), instant(ended)
		list = append(list, c)
	}
	return list, rows.Err()
}

// addLegs reads the legs of calls.
func addLegs(ctx context.Context, tx *sql.Tx, calls []event.CDR) error {
	if len(calls) == 0 {
		return nil
	}
	at := make(map[string]*event.CDR, len(calls))
	ids := make([]string, len(calls))
	for i := range calls {
		at[calls[i].ID], ids[i] = &calls[i], calls[i].ID
	}
	rows, err := tx.QueryContext(ctx, "SELECT call, id, kind, name, number, cause, text, status, codec, added, answered, ended, stats, verdicts, coalesce(moved_to, ''), coalesce(moved_from, ''), coalesce(user_agent, '') FROM legs WHERE call IN (SELECT value FROM json_each(?)) ORDER BY call, place", list(ids))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var l event.CDRLeg
		var call string
		var added int64
		var answered, ended sql.NullInt64
		var stats, verdicts sql.NullString
		if err := rows.Scan(&call, &l.ID, &l.Kind, &l.Name, &l.Number, &l.Cause, &l.Text, &l.Status, &l.Codec, &added, &answered, &ended, &stats, &verdicts, &l.MovedTo, &l.MovedFrom, &l.UserAgent); err != nil {
			return err
		}
		l.Added, l.Answered, l.Ended = instant(added), when(answered), instant(ended.Int64)
		if stats.Valid {
			if err := json.Unmarshal([]byte(stats.String), &l.Stats); err != nil {
				return fmt.Errorf("call %s: figures of leg %s: %w", call, l.ID, err)
			}
		}
		if verdicts.Valid {
			if err := json.Unmarshal([]byte(verdicts.String), &l.Verdicts); err != nil {
				return fmt.Errorf("call %s: verdicts on leg %s: %w", call, l.ID, err)
			}
		}
		c := at[call]
		c.Legs = append(c.Legs, l)
	}
	return rows.Err()
}
