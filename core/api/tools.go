package api

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
)

// Tools attaches tools to live calls: a [*call.Switch]. A refusal is a
// [*call.Error].
type Tools interface {
	// AttachTool has a tool of a plugin listen to a call.
	AttachTool(id string, w call.ToolWish, by call.Actor) (call.ToolInfo, error)
	// DetachTool ends that.
	DetachTool(id, name string, by call.Actor) error
	// ControlTool tells it something.
	ControlTool(ctx context.Context, id, name, verb string, by call.Actor) error
}

// toolName is a tool on a call in a path.
type toolName struct {
	ID   string `path:"id" maxLength:"64" doc:"the call's id"`
	Name string `path:"name" maxLength:"64" doc:"the tool's name on the call, such as record"`
}

func (a *API) registerTools(h huma.API) {
	const path = callsPath + "/{id}/tools"
	type tools struct {
		Body []call.ToolInfo `nullable:"false"`
	}
	huma.Register(h, huma.Operation{
		OperationID: "list-tools", Method: http.MethodGet, Path: path, Summary: "What listens to a call", Tags: []string{"calls"},
		Errors: []int{http.StatusNotFound},
	}, func(_ context.Context, in *callID) (*tools, error) {
		c, ok := a.opt.Calls.Call(in.ID)
		if !ok {
			return nil, a.noCall(in.ID)
		}
		return &tools{Body: orEmpty(c.Tools)}, nil
	})

	type one struct{ Body call.ToolInfo }
	huma.Register(h, huma.Operation{
		OperationID: "attach-tool", Method: http.MethodPost, Path: path, Summary: "Have a plugin listen to a call, or record it",
		Description: "From now on, until it is taken away or the call ends. Without use, the call is recorded. The parties are told if you ask for it with announce: mind the law.",
		Tags:        []string{"calls"}, DefaultStatus: http.StatusCreated, MaxBodyBytes: 4 << 10,
		Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"the call's id"`
		Body struct {
			Use  string `json:"use,omitempty" maxLength:"64" doc:"a plugin of kind tool, by its name in the configuration; without it, the recorder"`
			Name string `json:"name,omitempty" pattern:"^[A-Za-z0-9_-]{1,64}$" doc:"what it is called on the call: record for the recorder, else as the plugin"`
			// Announce is for what keeps what people say.
			Announce bool `json:"announce,omitempty" doc:"all who talk hear the site's announcement first (features.record_announce); if it cannot be heard, nothing listens"`
		}
	}) (*one, error) {
		plugin := cmp.Or(in.Body.Use, a.opt.Recorder)
		name := in.Body.Name
		if name == "" {
			if name = plugin; plugin == a.opt.Recorder {
				name = dialplan.RecordTool
			}
		}
		t, err := a.opt.Tools.AttachTool(in.ID, call.ToolWish{Name: name, Plugin: plugin, Announce: in.Body.Announce}, actor(ctx))
		if err != nil {
			return nil, refused(err)
		}
		return &one{Body: t}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "control-tool", Method: http.MethodPatch, Path: path + "/{name}", Summary: "Have a tool pause, or go on", Tags: []string{"calls"},
		MaxBodyBytes: 4 << 10, Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"the call's id"`
		Name string `path:"name" maxLength:"64" doc:"the tool's name on the call, such as record"`
		Body struct {
			Do string `json:"do" pattern:"^[a-z_]{1,32}$" doc:"pause, resume, or a word of the tool's own"`
		}
	}) (*struct{}, error) {
		if err := a.opt.Tools.ControlTool(ctx, in.ID, in.Name, in.Body.Do, actor(ctx)); err != nil {
			return nil, refused(err)
		}
		return nil, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "detach-tool", Method: http.MethodDelete, Path: path + "/{name}", Summary: "Have a tool cease to listen", Tags: []string{"calls"},
		Errors: []int{http.StatusNotFound},
	}, func(ctx context.Context, in *toolName) (*struct{}, error) {
		if err := a.opt.Tools.DetachTool(in.ID, in.Name, actor(ctx)); err != nil {
			return nil, refused(err)
		}
		return nil, nil
	})
}
