package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

func (a *API) registerLists(h huma.API) {
	const extensions, trunks, plugins = "/api/v1/extensions", "/api/v1/trunks", "/api/v1/plugins"

	huma.Register(h, huma.Operation{
		OperationID: "get-status", Method: http.MethodGet, Path: "/api/v1/status", Summary: "The switch at a glance", Tags: []string{"switch"},
	}, func(context.Context, *struct{}) (*struct{ Body Status }, error) {
		return &struct{ Body Status }{a.status()}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "list-extensions", Method: http.MethodGet, Path: extensions, Summary: "Extensions and their devices", Tags: []string{"extensions"},
	}, func(ctx context.Context, in *paging) (*list[Extension], error) {
		return page(extensions, *in, a.directory(ctx), func(e Extension) string { return e.Number }), nil
	})

	type account struct {
		CacheControl string `header:"Cache-Control"`
		Body         Account
	}
	huma.Register(h, huma.Operation{
		OperationID: "get-extension", Method: http.MethodGet, Path: extensions + "/{number}", Summary: "How a phone registers as an extension, with the secret",
		Tags: []string{"extensions"}, Errors: []int{http.StatusNotFound},
	}, func(_ context.Context, in *struct {
		Number string `path:"number" maxLength:"64"`
	}) (*account, error) {
		acc, ok := a.opt.Account(in.Number)
		if !ok {
			return nil, huma.Error404NotFound("there is no extension with the number " + in.Number)
		}
		acc.Servers, acc.Devices = orEmpty(acc.Servers), orEmpty(acc.Devices)
		return &account{CacheControl: "no-store", Body: acc}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "list-trunks", Method: http.MethodGet, Path: trunks, Summary: "Trunks and their state", Tags: []string{"trunks"},
	}, func(_ context.Context, in *paging) (*list[Trunk], error) {
		return page(trunks, *in, a.opt.Trunks(), func(t Trunk) string { return t.Name }), nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "list-plugins", Method: http.MethodGet, Path: plugins, Summary: "Plugins and their processes", Tags: []string{"plugins"},
	}, func(_ context.Context, in *paging) (*list[Plugin], error) {
		return page(plugins, *in, a.plugins(), func(p Plugin) string { return p.Name }), nil
	})
}

// extensions are the daemon's, with lists that are never null.
func (a *API) extensions() []Extension {
	all := a.opt.Extensions()
	for i := range all {
		all[i].Devices, all[i].Set, all[i].LoggedOut = orEmpty(all[i].Devices), orEmpty(all[i].Set), orEmpty(all[i].LoggedOut)
	}
	return orEmpty(all)
}

// plugins are the daemon's; a latency of 0 is one that was not measured.
func (a *API) plugins() []Plugin {
	all := a.opt.Plugins()
	for i := range all {
		if l := all[i].FrameLatencyP99Ms; l != nil && *l == 0 {
			all[i].FrameLatencyP99Ms = nil
		}
	}
	return orEmpty(all)
}

func (a *API) status() Status {
	s := Status{Version: a.opt.Version, Started: a.opt.Started.UTC().Truncate(time.Millisecond), Reasons: orEmpty(a.opt.Unready()), Warnings: orEmpty(a.opt.Warnings()), Calls: len(a.opt.Calls.Calls())}
	s.Ready = len(s.Reasons) == 0
	s.Revision, s.Applied = a.opt.Reloads.Revision()
	s.Applied = s.Applied.UTC().Truncate(time.Millisecond)
	for _, e := range a.opt.Extensions() {
		s.Extensions++
		if len(e.Devices) > 0 {
			s.Registered++
		}
	}
	for _, t := range a.opt.Trunks() {
		s.Trunks++
		if t.State == Registered || t.State == Up {
			s.TrunksUp++
		}
	}
	for _, p := range a.opt.Plugins() {
		if p.State == Leaving {
			continue // another has its place, or none has
		}
		s.Plugins++
		if p.State == Up {
			s.PluginsUp++
		}
	}
	return s
}
