package api

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// Recordings is the list of recordings: a [*store.Store].
type Recordings interface {
	// Recordings are those that a query picks, the latest first.
	Recordings(context.Context, store.RecordingQuery) ([]event.Recording, error)
	// Recording is one of them, or [store.ErrUnknownRecording].
	Recording(ctx context.Context, id string) (event.Recording, error)
}

const recordingsPath = "/api/v1/recordings"

// recordingID is a recording in a path.
type recordingID struct {
	ID string `path:"id" maxLength:"128" doc:"the recording's id"`
}

func (a *API) registerRecordings(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-recordings", Method: http.MethodGet, Path: recordingsPath, Summary: "Recordings, the latest first", Tags: []string{"recordings"},
		Errors: []int{http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		Limit int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"how many at most"`
		After string `query:"after" maxLength:"128" doc:"the id of the last one that you have"`
		Call  string `query:"call" maxLength:"64" doc:"those of this call"`
	}) (*list[event.Recording], error) {
		if _, ok := person(ctx); ok && in.Call == "" {
			return nil, huma.Error422UnprocessableEntity("call: say of which of your calls")
		}
		found, err := a.opt.Recordings.Recordings(ctx, store.RecordingQuery{Call: in.Call, After: in.After, Limit: in.Limit + 1})
		switch {
		case errors.Is(err, store.ErrUnknownRecording):
			return nil, huma.Error422UnprocessableEntity("after: there is no recording " + in.After)
		case err != nil:
			return nil, huma.Error503ServiceUnavailable(err.Error())
		}
		if _, ok := person(ctx); ok {
			found = slices.DeleteFunc(found, func(r event.Recording) bool { return !a.mayHear(ctx, r) })
		}
		out := &list[event.Recording]{Body: orEmpty(found)}
		if len(found) > in.Limit {
			out.Body = found[:in.Limit]
			next := url.Values{"limit": {fmt.Sprint(in.Limit)}, "after": {found[in.Limit-1].ID}}
			if in.Call != "" {
				next.Set("call", in.Call)
			}
			out.Link = fmt.Sprintf(`<%s?%s>; rel="next"`, recordingsPath, next.Encode())
		}
		return out, nil
	})

	type one struct{ Body event.Recording }
	huma.Register(h, huma.Operation{
		OperationID: "get-recording", Method: http.MethodGet, Path: recordingsPath + "/{id}", Summary: "One recording", Tags: []string{"recordings"},
		Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *recordingID) (*one, error) {
		r, err := a.recording(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &one{Body: r}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "delete-recording", Method: http.MethodDelete, Path: recordingsPath + "/{id}", Summary: "Delete a recording for good", Tags: []string{"recordings"},
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *recordingID) (*struct{}, error) {
		r, err := a.recording(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		if r.Ended == nil {
			return nil, huma.Error409Conflict("recording " + in.ID + " goes on; stop it first")
		}
		if err := a.opt.DeleteRecording(ctx, r); err != nil && !errors.Is(err, store.ErrUnknownRecording) {
			return nil, huma.Error503ServiceUnavailable("it could not be deleted: " + err.Error())
		}
		return nil, nil
	})

	// Served by recordingAudio, because of ranges.
	h.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "get-recording-audio", Method: http.MethodGet, Path: recordingsPath + "/{id}/audio", Summary: "The sound of a recording",
		Description: "As a file: WAV, FLAC or Ogg/Opus. Parts of it can be asked for (Range, RFC 9110, section 14).",
		Tags:        []string{"recordings"},
		Parameters:  []*huma.Param{{Name: "id", In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}},
		Responses: map[string]*huma.Response{
			"200": {Description: "The file"}, "206": {Description: "A part of it"}, "404": {Description: "There is no such recording, or it goes on"},
			"416": {Description: "It has no such part"},
		},
	})
}

// recording is one of the list, or what the API answers.
func (a *API) recording(ctx context.Context, id string) (event.Recording, error) {
	r, err := a.opt.Recordings.Recording(ctx, id)
	if err == nil && !a.mayHear(ctx, r) {
		err = store.ErrUnknownRecording
	}
	switch {
	case errors.Is(err, store.ErrUnknownRecording):
		return r, huma.Error404NotFound("there is no recording " + id)
	case err != nil:
		return r, huma.Error503ServiceUnavailable(err.Error())
	}
	return r, nil
}

// recordingAudio serves the file of a recording.
func (a *API) recordingAudio(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	one, err := a.recording(r.Context(), id)
	if err != nil {
		status := http.StatusServiceUnavailable
		if e := huma.StatusError(nil); errors.As(err, &e) {
			status = e.GetStatus()
		}
		writeProblem(w, status, err.Error())
		return
	}
	if one.File == "" {
		writeProblem(w, http.StatusNotFound, "recording "+id+" goes on; its file is there when it has ended")
		return
	}
	ended := one.Began
	if one.Ended != nil {
		ended = *one.Ended
	}
	f, err := a.opt.OpenRecording(one)
	serveSound(w, r, f, err, "the file of recording "+id+" is gone: somebody has removed "+one.File, sound{
		kind: map[string]string{"wav": "audio/wav", "flac": "audio/flac", "opus": "audio/ogg"}[one.Format],
		name: strings.NewReplacer(`"`, "", `\\`, "").Replace(one.File), at: ended,
	})
}

// sound is a file as a browser is told of it.
type sound struct {
	kind string // its media type
	name string // without quotes
	at   time.Time
}

// serveSound sends what was opened, or the parts of it that are asked for, and
// closes it. gone is what to say if there is no such file.
func serveSound(w http.ResponseWriter, r *http.Request, f *os.File, err error, gone string, s sound) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		writeProblem(w, http.StatusNotFound, gone)
		return
	case err != nil:
		writeProblem(w, http.StatusServiceUnavailable, err.Error())
		return
	}
	defer f.Close()
	// It takes as long as the network does.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", s.kind)
	w.Header().Set("Content-Disposition", `inline; filename="`+s.name+`"`)
	http.ServeContent(w, r, "", s.at, f)
}
