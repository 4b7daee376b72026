package api_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// heard is the transcript of call C1; that of BROKEN cannot be read.
type heard struct{ gone bool }

func (h *heard) Transcript(_ context.Context, call string) ([]event.Utterance, error) {
	switch {
	case call == "BROKEN":
		return nil, errors.New("the disk is full")
	case call != "C1" || h.gone:
		return nil, store.ErrUnknownTranscript
	}
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	return []event.Utterance{{Plugin: "transcriber", Call: "C1", Leg: "L1", Number: "101", Began: at, Ended: &at, Text: "good morning"}}, nil
}

func (h *heard) DropTranscript(ctx context.Context, call string) error {
	_, err := h.Transcript(ctx, call)
	h.gone = err == nil || h.gone
	return err
}

func TestTranscripts(t *testing.T) {
	opt := newOffice().options()
	opt.Transcripts = new(heard)
	s := serveOptions(t, opt)
	for _, c := range []struct {
		method, call string
		status       int
		says         string
	}{
		{"GET", "C1", 200, `"number":"101","began":"2026-03-01T09:00:00Z","ended":"2026-03-01T09:00:00Z","text":"good morning","lag_seconds":0`},
		{"GET", "C2", 404, "no transcript of call C2"},
		{"GET", "BROKEN", 503, "the disk is full"},
		{"DELETE", "C2", 404, "no transcript of call C2"},
		{"DELETE", "BROKEN", 503, "the disk is full"},
		{"DELETE", "C1", 204, ""},
		{"GET", "C1", 404, "no transcript"},
	} {
		res, body := ask(t, s, c.method, "/api/v1/transcripts/"+c.call, "")
		if res.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s: %d %s", c.method, c.call, res.StatusCode, body)
		}
	}
}

func TestTranscriptsAreCounted(t *testing.T) {
	o := newOffice().options()
	m := o.Metrics.(*api.Metrics)
	m.Observe(event.Event{Type: event.TranscriptPartial, Data: event.Utterance{Plugin: "t"}})
	m.Observe(event.Event{Type: event.TranscriptFinal, Data: event.Utterance{Plugin: "t", Text: "yes", LagSeconds: 0.3}})
	m.Observe(event.Event{Type: event.TranscriptFinal, Data: event.Utterance{Plugin: "t", Missing: "too slow", LagSeconds: 20}})
	s := serveOptions(t, o)
	_, text := ask(t, s, "GET", "/metrics", "")
	for _, want := range []string{
		`plugboard_utterances_total{plugin="t",result="text"} 1`, `plugboard_utterances_total{plugin="t",result="missing"} 1`,
		`plugboard_transcript_lag_seconds_bucket{plugin="t",le="0.5"} 1`, `plugboard_transcript_lag_seconds_count{plugin="t"} 2`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in the metrics", want)
		}
	}
}
