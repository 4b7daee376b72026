package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/plugboard/plugboard/core/call"
)

// PluginLog is what a plugin logs, line by line, until it is closed.
type PluginLog interface {
	Lines() <-chan string
	Close()
}

// upgradeTime is how long another process of a plugin may take to come up: less than
// a request.
const upgradeTime = 20 * time.Second

// registerDevelopment is for who writes plugins. No program can be named here: what
// runs is what the configuration says, and only this machine may have it run anew.
func (a *API) registerDevelopment(h huma.API) {
	const plugins = "/api/v1/plugins"
	type named struct {
		Name string `path:"name" maxLength:"64" doc:"of its block"`
	}
	huma.Register(h, huma.Operation{
		OperationID: "upgrade-plugin", Method: http.MethodPost, Path: plugins + "/{name}/upgrade", Summary: "Start a plugin's file anew, as it is now",
		Description: "New calls are the new process's; the old one goes when its last call ends. If the new one does not come up, nothing has changed. Only this machine itself may ask for it, and not through a proxy.",
		Tags:        []string{"plugins"}, DefaultStatus: http.StatusOK, Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *named) (*struct{ Body Plugin }, error) {
		if err := local(ctx); err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(ctx, upgradeTime)
		defer cancel()
		p, err := a.opt.UpgradePlugin(ctx, in.Name)
		var e *call.Error
		var busy *ConfigError
		switch {
		case errors.As(err, &e):
			return nil, refused(err)
		case errors.As(err, &busy) && busy.Busy:
			return nil, huma.Error409Conflict(busy.Text)
		case err != nil:
			return nil, huma.Error422UnprocessableEntity("the new process did not come up, and the old one goes on: " + err.Error())
		}
		return &struct{ Body Plugin }{p}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "follow-plugin-log", Method: http.MethodGet, Path: plugins + "/{name}/log", Summary: "What a plugin logs, from now on",
		Description: "As text, line by line, until the client goes. Only this machine itself may ask for it, and not through a proxy.",
		Tags:        []string{"plugins"}, Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusServiceUnavailable},
		Responses: map[string]*huma.Response{"200": {Description: "The log", Content: map[string]*huma.MediaType{
			"text/plain": {Schema: &huma.Schema{Type: huma.TypeString}},
		}}},
	}, func(ctx context.Context, in *named) (*huma.StreamResponse, error) {
		if err := local(ctx); err != nil {
			return nil, err
		}
		l, err := a.opt.PluginLog(in.Name)
		if err != nil {
			return nil, huma.Error404NotFound(err.Error())
		}
		if !a.stream() {
			l.Close()
			return nil, huma.Error503ServiceUnavailable("the switch is shutting down")
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			defer a.streams.Done()
			defer l.Close()
			a.followLog(ctx, l)
		}}, nil
	})
}

// localKey is the key in the context of a request that came from this machine itself.
type localKey struct{}

// local refuses who is not on this machine.
func local(ctx context.Context) error {
	if is, _ := ctx.Value(localKey{}).(bool); !is {
		return huma.Error403Forbidden("only this machine itself may do that: ask at 127.0.0.1, and not through a proxy")
	}
	return nil
}

// followLog writes a log as it goes on, until the client goes or the API closes.
func (a *API) followLog(ctx huma.Context, l PluginLog) {
	_, w := humago.Unwrap(ctx)
	rc := http.NewResponseController(w)
	// As in follow.
	if rc.SetReadDeadline(time.Time{}) != nil {
		return
	}
	stop := context.AfterFunc(a.alive, func() { _ = rc.SetWriteDeadline(time.Unix(1, 0)) }) // gone already: nothing to cut
	defer stop()
	ctx.SetHeader("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	for rc.Flush() == nil {
		select {
		case line := <-l.Lines():
			if rc.SetWriteDeadline(time.Now().Add(requestTime)) != nil || a.alive.Err() != nil {
				return
			}
			if _, err := io.WriteString(w, line); err != nil {
				return
			}
		case <-ctx.Context().Done():
			return
		case <-a.closing:
			return
		}
	}
}
