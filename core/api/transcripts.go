package api

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// Transcripts are what was said in calls: a [*store.Store].
type Transcripts interface {
	// Transcript is what was said in a call, in its order, or
	// [store.ErrUnknownTranscript].
	Transcript(ctx context.Context, call string) ([]event.Utterance, error)
	// DropTranscript deletes it, or is [store.ErrUnknownTranscript].
	DropTranscript(ctx context.Context, call string) error
}

const transcriptsPath = "/api/v1/transcripts"

// transcribed is a call in a path.
type transcribed struct {
	Call string `path:"call" maxLength:"64" doc:"the call's id"`
}

func (a *API) registerTranscripts(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "get-transcript", Method: http.MethodGet, Path: transcriptsPath + "/{call}", Summary: "What was said in a call, live or finished",
		Tags: []string{"transcripts"}, Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *transcribed) (*list[event.Utterance], error) {
		found, err := a.opt.Transcripts.Transcript(ctx, in.Call)
		if err != nil {
			return nil, transcriptProblem(in.Call, err)
		}
		if number, ok := person(ctx); ok {
			heard := a.heard(ctx, number, in.Call)
			found = slices.DeleteFunc(found, func(u event.Utterance) bool { return !heard(u.Began, u.Began) })
			if len(found) == 0 {
				return nil, transcriptProblem(in.Call, store.ErrUnknownTranscript)
			}
		}
		return &list[event.Utterance]{Body: found}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "delete-transcript", Method: http.MethodDelete, Path: transcriptsPath + "/{call}", Summary: "Delete the transcript of a call for good",
		Tags: []string{"transcripts"}, Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *transcribed) (*struct{}, error) {
		if err := a.opt.Transcripts.DropTranscript(ctx, in.Call); err != nil {
			return nil, transcriptProblem(in.Call, err)
		}
		return nil, nil
	})
}

// transcriptProblem is what the API answers.
func transcriptProblem(call string, err error) error {
	if errors.Is(err, store.ErrUnknownTranscript) {
		return huma.Error404NotFound("there is no transcript of call " + call)
	}
	return huma.Error503ServiceUnavailable(err.Error())
}
