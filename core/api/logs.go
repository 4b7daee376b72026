package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/hashicorp/go-hclog"
)

// EventLog is the type of the messages on the event stream of who follows the
// log; data: [LogLine]. They have no number.
const EventLog = "log"

// Bounds of what is kept of the log.
const (
	logLines     = 2000
	maxLogText   = 4 << 10 // bytes of a line's text, and of each of its fields
	maxLogFields = 32
	logQueue     = 256 // lines that a follower may be behind
)

// LogLine is one line of the daemon's log.
type LogLine struct {
	Seq    uint64     `json:"seq" doc:"counts up by one from line to line"`
	Time   time.Time  `json:"time"`
	Level  string     `json:"level" enum:"trace,debug,info,warn,error"`
	Part   string     `json:"part" doc:"of the daemon, from which it comes" example:"plugboard.sip"`
	Text   string     `json:"text"`
	Fields []LogField `json:"fields" nullable:"false"`
	// Missed are lines that this follower did not get before this one.
	Missed int `json:"missed,omitempty" doc:"lines before this one that a follower did not get because it was slow"`
}

// LogField says more of a line.
type LogField struct {
	Name  string `json:"name" example:"call"`
	Value string `json:"value"`
}

// Logs keeps the last lines of a log, and hands them to who follows it. It never
// waits for one of them. Secrets have no place in a log; what looks like one all
// the same is hidden.
type Logs struct {
	least hclog.Level
	// scrub hides what must not be seen.
	scrub func(string) string

	mu        sync.Mutex
	seq       uint64
	lines     []LogLine // at most logLines, the oldest first
	followers map[*follower]struct{}
}

var _ hclog.SinkAdapter = (*Logs)(nil)

// follower is somebody who gets lines as they come.
type follower struct {
	least  hclog.Level
	lines  chan LogLine
	missed int
}

// NewLogs keeps lines of a level and above. scrub hides secrets in a text.
func NewLogs(least hclog.Level, scrub func(string) string) *Logs {
	return &Logs{least: least, scrub: scrub, followers: map[*follower]struct{}{}}
}

// Accept implements [hclog.SinkAdapter].
func (l *Logs) Accept(name string, level hclog.Level, text string, args ...any) {
	if level < l.least {
		return
	}
	line := LogLine{Time: time.Now().UTC(), Level: level.String(), Part: name, Text: l.shown(text), Fields: []LogField{}}
	for i := 0; i < len(args) && len(line.Fields) < maxLogFields; i += 2 {
		f := LogField{Name: fmt.Sprint(args[i])}
		switch {
		case i+1 == len(args): // a value without a name
			f = LogField{Name: "and", Value: l.shown(fmt.Sprint(args[i]))}
		case secret(f.Name):
			f.Value = "(hidden)"
		default:
			f.Value = l.shown(fmt.Sprint(args[i+1]))
		}
		line.Fields = append(line.Fields, f)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	line.Seq = l.seq
	if len(l.lines) >= logLines {
		l.lines = slices.Delete(l.lines, 0, logLines/10)
	}
	l.lines = append(l.lines, line)
	for f := range l.followers {
		if level < f.least {
			continue
		}
		line.Missed = f.missed
		select {
		case f.lines <- line:
			f.missed = 0
		default:
			f.missed++
		}
	}
}

// shown is a text in its bounds, without what must not be seen.
func (l *Logs) shown(text string) string {
	if len(text) > maxLogText {
		cut := maxLogText
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "…"
	}
	return strings.ToValidUTF8(l.scrub(text), "\uFFFD")
}

// secret reports whether a field's name says that its value is one.
func secret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"secret", "password", "token", "authorization", "cookie"}, func(s string) bool { return strings.Contains(name, s) }) || name == "pin"
}

// follow has somebody get lines of a level and above. past are those that are kept
// after a number, so that none is lost on the way here; after nil: none.
func (l *Logs) follow(least hclog.Level, after *uint64) (f *follower, past []LogLine) {
	f = &follower{least: least, lines: make(chan LogLine, logQueue)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if after != nil {
		past = l.lastHeld(*after, least, "", logLines)
	}
	l.followers[f] = struct{}{}
	return f, past
}

// leave ends that. Nil is nobody.
func (l *Logs) leave(f *follower) {
	if f != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.followers, f)
	}
}

// Followers counts them.
func (l *Logs) Followers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.followers)
}

// last are kept lines, the oldest first: those after a number, of a level and
// above, that hold a text; of too many the newest.
func (l *Logs) last(after uint64, least hclog.Level, contains string, limit int) []LogLine {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lastHeld(after, least, contains, limit)
}

func (l *Logs) lastHeld(after uint64, least hclog.Level, contains string, limit int) []LogLine {
	out := []LogLine{}
	for _, line := range slices.Backward(l.lines) {
		if line.Seq <= after || len(out) >= limit {
			break
		}
		if hclog.LevelFromString(line.Level) >= least && line.has(contains) {
			out = append(out, line)
		}
	}
	slices.Reverse(out)
	return out
}

// has reports whether a text stands in the line, whatever its case.
func (l LogLine) has(text string) bool {
	text = strings.ToLower(text)
	in := func(s string) bool { return strings.Contains(strings.ToLower(s), text) }
	return text == "" || in(l.Text) || in(l.Part) || slices.ContainsFunc(l.Fields, func(f LogField) bool { return in(f.Value) })
}

func (a *API) registerLogs(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-log", Method: http.MethodGet, Path: "/api/v1/logs", Summary: "The last lines of the daemon's log, the oldest first", Tags: []string{"switch"},
		Description: "As many as are kept, of the level at which the daemon logs. Who wants them as they come sends {\"type\": \"log.follow\", \"level\": \"info\"} on the event stream.",
	}, func(_ context.Context, in *struct {
		Level    string `query:"level" enum:"trace,debug,info,warn,error" default:"trace" doc:"only those of this level and above"`
		After    uint64 `query:"after" doc:"only those after this number (seq)"`
		Contains string `query:"contains" maxLength:"128" doc:"only those in which this stands, whatever its case"`
		Limit    int    `query:"limit" minimum:"1" maximum:"2000" default:"500" doc:"how many at most, the newest"`
	}) (*struct {
		Body []LogLine `nullable:"false"`
	}, error) {
		return &struct {
			Body []LogLine `nullable:"false"`
		}{a.opt.Logs.last(in.After, hclog.LevelFromString(in.Level), in.Contains, in.Limit)}, nil
	})
}
