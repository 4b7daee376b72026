package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/mailbox"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// Voicemail is the mailboxes: a [*mailbox.Boxes]. Errors are [mailbox.ErrUnknown]
// and [store.ErrUnknownMessage].
type Voicemail interface {
	// List are all mailboxes, and what is in each.
	List(context.Context) ([]event.Mailbox, error)
	// Messages are those of one, the latest first: up to limit that follow after.
	Messages(ctx context.Context, box, after string, limit int) ([]event.Message, error)
	Message(ctx context.Context, box, id string) (event.Message, error)
	Mark(ctx context.Context, box, id string, heard bool) error
	Delete(ctx context.Context, box, id string) error
	Open(event.Message) (*os.File, error)
	// Of is the mailbox of an extension, by its number; "" if it has none.
	Of(number string) string
}

const voicemailPath = "/api/v1/voicemail"

// messageID is a message in a path.
type messageID struct {
	Box string `path:"box" maxLength:"128" doc:"the mailbox's name in the configuration"`
	ID  string `path:"id" maxLength:"128" doc:"the message's id"`
}

func (a *API) registerVoicemail(h huma.API) {
	tags := []string{"voicemail"}
	huma.Register(h, huma.Operation{
		OperationID: "list-mailboxes", Method: http.MethodGet, Path: voicemailPath, Summary: "Mailboxes, and how many messages are in each", Tags: tags,
		Errors: []int{http.StatusServiceUnavailable},
	}, func(ctx context.Context, _ *struct{}) (*list[event.Mailbox], error) {
		found, err := a.opt.Voicemail.List(ctx)
		if err != nil {
			return nil, huma.Error503ServiceUnavailable(err.Error())
		}
		number, somebody := person(ctx)
		var theirs []event.Mailbox
		for _, m := range found {
			if !somebody || m.Name == a.opt.Voicemail.Of(number) {
				theirs = append(theirs, m)
			}
		}
		return &list[event.Mailbox]{Body: orEmpty(theirs)}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "list-messages", Method: http.MethodGet, Path: voicemailPath + "/{box}", Summary: "The messages in a mailbox, the latest first", Tags: tags,
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		Box   string `path:"box" maxLength:"128" doc:"the mailbox's name in the configuration"`
		Limit int    `query:"limit" default:"100" minimum:"1" maximum:"1000" doc:"how many at most"`
		After string `query:"after" maxLength:"128" doc:"the id of the last one that you have"`
	}) (*list[event.Message], error) {
		found, err := a.opt.Voicemail.Messages(ctx, in.Box, in.After, in.Limit+1)
		switch {
		case errors.Is(err, store.ErrUnknownMessage):
			return nil, huma.Error422UnprocessableEntity("after: there is no message " + in.After)
		case err != nil:
			return nil, voicemailProblem(in.Box, "", err)
		}
		out := &list[event.Message]{Body: orEmpty(found)}
		if len(found) > in.Limit {
			out.Body = found[:in.Limit]
			next := url.Values{"limit": {fmt.Sprint(in.Limit)}, "after": {found[in.Limit-1].ID}}
			out.Link = fmt.Sprintf(`<%s/%s?%s>; rel="next"`, voicemailPath, url.PathEscape(in.Box), next.Encode())
		}
		return out, nil
	})

	type one struct{ Body event.Message }
	get := func(ctx context.Context, in *messageID) (*one, error) {
		m, err := a.opt.Voicemail.Message(ctx, in.Box, in.ID)
		if err != nil {
			return nil, voicemailProblem(in.Box, in.ID, err)
		}
		return &one{Body: m}, nil
	}
	huma.Register(h, huma.Operation{
		OperationID: "get-message", Method: http.MethodGet, Path: voicemailPath + "/{box}/{id}", Summary: "One message", Tags: tags,
		Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, get)

	huma.Register(h, huma.Operation{
		OperationID: "mark-message", Method: http.MethodPatch, Path: voicemailPath + "/{box}/{id}", Summary: "Say whether a message is heard: then it is no longer new",
		Tags: tags, Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		Box  string `path:"box" maxLength:"128" doc:"the mailbox's name in the configuration"`
		ID   string `path:"id" maxLength:"128" doc:"the message's id"`
		Body struct {
			Heard bool `json:"heard"`
		}
	}) (*one, error) {
		if err := a.opt.Voicemail.Mark(ctx, in.Box, in.ID, in.Body.Heard); err != nil {
			return nil, voicemailProblem(in.Box, in.ID, err)
		}
		return get(ctx, &messageID{in.Box, in.ID})
	})

	huma.Register(h, huma.Operation{
		OperationID: "delete-message", Method: http.MethodDelete, Path: voicemailPath + "/{box}/{id}", Summary: "Delete a message for good", Tags: tags,
		Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *messageID) (*struct{}, error) {
		if err := a.opt.Voicemail.Delete(ctx, in.Box, in.ID); err != nil {
			return nil, voicemailProblem(in.Box, in.ID, err)
		}
		return nil, nil
	})

	// Served by messageAudio, because of ranges.
	param := func(name string) *huma.Param {
		return &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	h.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "get-message-audio", Method: http.MethodGet, Path: voicemailPath + "/{box}/{id}/audio", Summary: "The sound of a message",
		Description: "A WAV file. Parts of it can be asked for (Range, RFC 9110, section 14). It does not make the message heard.",
		Tags:        tags, Parameters: []*huma.Param{param("box"), param("id")},
		Responses: map[string]*huma.Response{
			"200": {Description: "The file"}, "206": {Description: "A part of it"}, "404": {Description: "There is no such message"},
			"416": {Description: "It has no such part"},
		},
	})
}

// voicemailProblem is what the API answers.
func voicemailProblem(box, id string, err error) error {
	switch {
	case errors.Is(err, mailbox.ErrUnknown):
		return huma.Error404NotFound("there is no mailbox " + box)
	case errors.Is(err, store.ErrUnknownMessage):
		return huma.Error404NotFound("mailbox " + box + " has no message " + id)
	}
	return huma.Error503ServiceUnavailable(err.Error())
}

// messageAudio serves the file of a message.
func (a *API) messageAudio(w http.ResponseWriter, r *http.Request) {
	box, id := r.PathValue("box"), r.PathValue("id")
	m, err := a.opt.Voicemail.Message(r.Context(), box, id)
	if err != nil {
		status := http.StatusServiceUnavailable
		err = voicemailProblem(box, id, err)
		if e := huma.StatusError(nil); errors.As(err, &e) {
			status = e.GetStatus()
		}
		writeProblem(w, status, err.Error())
		return
	}
	f, err := a.opt.Voicemail.Open(m)
	serveSound(w, r, f, err, "the file of message "+id+" is gone: somebody has removed it", sound{kind: "audio/wav", name: m.ID + ".wav", at: m.Began})
}
