package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

const cdrPath = "/api/v1/cdr"

type cdrCmd struct {
	ID        string        `arg:"" optional:"" help:"One call, with its legs."`
	From      string        `placeholder:"NUMBER" help:"Of calls from this number."`
	To        string        `placeholder:"NUMBER" help:"Of calls to this number."`
	Number    string        `placeholder:"NUMBER" help:"Of calls that anybody with this number was in."`
	Extension string        `placeholder:"NUMBER" help:"Of calls of an extension, by its number or name."`
	Trunk     string        `placeholder:"NAME" help:"Of calls over a trunk."`
	Cause     []string      `placeholder:"CAUSE" help:"Of calls that ended so: normal, busy, no_answer, …; several with commas."`
	Since     string        `placeholder:"TIME" help:"Of calls that started then or later: 2h, 7d, today, yesterday, 2026-03-01, \"2026-03-01 14:00\" or RFC 3339."`
	Until     string        `placeholder:"TIME" help:"Of calls that started before then."`
	Answered  bool          `xor:"answered" help:"Of calls that were answered."`
	Missed    bool          `xor:"answered" help:"Of calls that nobody answered."`
	Emergency bool          `help:"Of calls to an emergency number."`
	MinTalk   time.Duration `placeholder:"TIME" help:"Of calls that were answered for as long at least: 30s, 5m."`
	Limit     int           `default:"-1" placeholder:"N" help:"How many, the latest first (20, or with --csv all); 0: all."`
	JSON      bool          `name:"json" xor:"form" help:"Print JSON, as the API answers."`
	CSV       bool          `name:"csv" xor:"form" help:"Print CSV, a line for each call."`
}

// Run implements the command.
func (c *cdrCmd) Run(a *app) error {
	query, err := c.query(a.Now())
	if err != nil {
		return err
	}
	daemon, err := a.client()
	if err != nil {
		return err
	}
	switch {
	case c.ID != "" && (len(query) > 0 || c.CSV || c.Limit >= 0):
		return fail(Wrong, "a call and filters do not go together: give one or the other")
	case c.ID != "":
		return c.one(a, daemon)
	case c.CSV:
		return c.csv(a, daemon, query)
	}
	limit, filtered := c.Limit, len(query) > 0
	if limit < 0 {
		limit = 20
	}
	list, more, err := c.list(a, daemon, query, limit)
	if err != nil {
		return err
	}
	switch {
	case c.JSON:
		return a.writeJSON(list)
	case len(list) == 0 && filtered:
		_, err = fmt.Fprintln(a.Stdout, "No such calls.")
		return written(err)
	case len(list) == 0:
		_, err = fmt.Fprintln(a.Stdout, "No calls yet.")
		return written(err)
	}
	rows := [][]string{{"STARTED", "FROM", "TO", "ROUTE", "RANG", "TALKED", "CAUSE", "BY", "ID"}}
	for _, r := range list {
		talked := ""
		if r.Answered != nil {
			talked = lasted(r.TalkSeconds)
		}
		rows = append(rows, []string{r.Started.Local().Format(time.DateTime), r.From, r.To, r.Route, lasted(r.RingSeconds), talked, r.Cause, r.EndedBy, r.ID})
	}
	if err := table(a.Stdout, rows); err != nil || !more {
		return err
	}
	_, err = fmt.Fprintf(a.Stdout, "\nThese are the latest %d; --limit 0 shows all.\n", len(list))
	return written(err)
}

func lasted(seconds float64) string { return age(time.Duration(seconds * float64(time.Second))) }

// query is the filters as the API takes them.
func (c *cdrCmd) query(now time.Time) (url.Values, error) {
	q := url.Values{}
	for name, value := range map[string]string{
		"from": c.From, "to": c.To, "number": c.Number, "extension": c.Extension, "trunk": c.Trunk, "cause": strings.Join(c.Cause, ","),
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for name, value := range map[string]string{"since": c.Since, "until": c.Until} {
		if value == "" {
			continue
		}
		at, err := moment(value, now)
		if err != nil {
			return nil, fail(Wrong, "--%s: %w", name, err)
		}
		q.Set(name, at.UTC().Format(time.RFC3339Nano))
	}
	if c.Answered || c.Missed {
		q.Set("answered", strconv.FormatBool(c.Answered))
	}
	if c.Emergency {
		q.Set("emergency", "true")
	}
	if c.MinTalk > 0 {
		q.Set("min_talk", strconv.FormatFloat(c.MinTalk.Seconds(), 'f', -1, 64))
	}
	return q, nil
}

// maxPage is how many records the API gives at once.
const maxPage = 1000

// list reads records, page by page, limit at most (0: all), and says whether
// there are more.
func (c *cdrCmd) list(a *app, daemon *client, query url.Values, limit int) (list []event.CDR, more bool, err error) {
	list = []event.CDR{}
	for {
		size := maxPage
		if limit > 0 {
			size = min(size, limit-len(list))
		}
		query.Set("limit", strconv.Itoa(size))
		var page []event.CDR
		next, err := daemon.fetch(a.ctx, http.MethodGet, cdrPath+"?"+query.Encode(), nil, &page)
		if err != nil {
			return nil, false, err
		}
		list = append(list, page...)
		if next == "" || limit > 0 && len(list) >= limit {
			return list, next != "", nil
		}
		query.Set("after", page[len(page)-1].ID)
	}
}

// csv copies what the API writes.
func (c *cdrCmd) csv(a *app, daemon *client, query url.Values) error {
	if c.Limit > maxPage {
		return fail(Wrong, "--limit with --csv is %d at most, or 0 for all", maxPage)
	}
	if c.Limit > 0 {
		query.Set("limit", strconv.Itoa(c.Limit))
	}
	query.Set("format", "csv")
	res, err := daemon.do(a.ctx, http.MethodGet, cdrPath+"?"+query.Encode(), "text/csv", nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(a.Stdout, res.Body); err != nil {
		return fail(Refused, "the export broke off: %w", err)
	}
	return nil
}

// one shows a call and its legs.
func (c *cdrCmd) one(a *app, daemon *client) error {
	var raw json.RawMessage
	if err := daemon.get(a.ctx, cdrPath+"/"+url.PathEscape(c.ID), &raw); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(raw)
	}
	var r event.CDR
	if err := json.Unmarshal(raw, &r); err != nil {
		return fail(Refused, "the answer of %s is broken: %w", daemon.url, err)
	}
	clock := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.Local().Format("2006-01-02 15:04:05.000")
	}
	cause := r.Cause
	if r.Text != "" {
		cause += ": " + r.Text
	}
	rows := [][]string{
		{"call", r.ID}, {"from", r.From}, {"to", r.To}, {"route", strings.Trim(r.Dialplan+", "+r.Route, ", ")}, {"path", strings.Join(r.Path, " → ")},
		{"started", clock(&r.Started)}, {"ringing", clock(r.Ringing)}, {"answered", clock(r.Answered)}, {"ended", clock(&r.Ended)},
		{"rang", lasted(r.RingSeconds)}, {"talked", lasted(r.TalkSeconds)}, {"cause", cause}, {"ended by", r.EndedBy}, {"revision", r.Revision},
	}
	for _, q := range r.Queues {
		text := fmt.Sprintf("%s, waited %s: %s", q.Queue, lasted(q.WaitSeconds), q.Result)
		if q.Agent != "" {
			text += " by " + q.Agent
		}
		rows = append(rows, []string{"queue", text})
	}
	if r.Emergency {
		rows = append(rows, []string{"emergency", "yes"})
	}
	if err := table(a.Stdout, rows); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(a.Stdout); err != nil {
		return written(err)
	}
	return c.legs(a, r)
}

func (c *cdrCmd) legs(a *app, r event.CDR) error {
	var wrong []string
	rows := [][]string{{"LEG", "NAME", "NUMBER", "CAUSE", "STATUS", "CODEC", "PACKETS IN/OUT", "LOST", "JITTER", "RTT", "MOS IN/OUT"}}
	for _, l := range r.Legs {
		row := []string{l.Kind, l.Name, l.Number, l.Cause, "", l.Codec, "", "", "", "", ""}
		if l.Status > 0 {
			row[4] = strings.TrimSpace(fmt.Sprintf("%d %s", l.Status, l.Text))
		}
		switch {
		case l.MovedTo != "":
			row[4] = "to " + l.MovedTo
		case l.MovedFrom != "" && row[4] == "":
			row[4] = "from " + l.MovedFrom
		}
		if s := l.Stats; s != nil {
			row[6], row[7], row[8] = fmt.Sprintf("%d/%d", s.PacketsIn, s.PacketsOut), fmt.Sprint(s.Lost), fmt.Sprintf("%.1f ms", s.JitterMs)
			if s.RTTMs > 0 {
				row[9] = fmt.Sprintf("%.0f ms", s.RTTMs)
			}
			if s.MOSIn > 0 || s.MOSOut > 0 {
				row[10] = figure(s.MOSIn) + "/" + figure(s.MOSOut)
			}
		}
		rows = append(rows, row)
		for _, v := range l.Verdicts {
			wrong = append(wrong, fmt.Sprintf("  %s  %s", v.Since.Local().Format(time.TimeOnly), clean(v.Text)))
		}
	}
	if err := table(a.Stdout, rows); err != nil || len(wrong) == 0 {
		return err
	}
	_, err := fmt.Fprintf(a.Stdout, "\nWhat was wrong:\n%s\n", strings.Join(wrong, "\n"))
	return written(err)
}

func figure(f float64) string {
	if f == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", f)
}
