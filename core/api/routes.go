package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/dialplan"
)

const explainPath = "/api/v1/routes/explain"

// questionQuery is a [dialplan.Question] in a URL.
type questionQuery struct {
	Number string   `query:"number" required:"true" minLength:"1" maxLength:"256" doc:"what is dialled, as a phone or a provider sends it"`
	From   string   `query:"from" required:"true" minLength:"1" maxLength:"256" doc:"where the call comes from: trunk.NAME, extension.NAME, plugin.NAME, or the number of an extension"`
	Caller string   `query:"caller" maxLength:"256" doc:"the caller's number as received; else the extension's, or anonymous"`
	At     string   `query:"at" maxLength:"64" doc:"when the call is made, such as 2026-03-10 10:00 in the site's timezone; else now"`
	Given  []string `query:"given,explode" maxItems:"100" doc:"what the world does, as in a test block: NAME=WHAT, once for each"`
}

type explained struct{ Body dialplan.Explanation }

func (a *API) registerRoutes(h huma.API) {
	const summary, description = "Where a call would go, and why",
		"Nothing rings. The call is walked as a live one would be, by the configuration in force, with the schedules that are switched by hand. A call of now finds who is registered now; else whoever is not given answers."

	huma.Register(h, huma.Operation{
		OperationID: "explain-call", Method: http.MethodPost, Path: explainPath, Summary: summary, Description: description,
		Tags: []string{"routes"}, MaxBodyBytes: 64 << 10, Errors: []int{http.StatusUnprocessableEntity},
	}, func(_ context.Context, in *struct{ Body dialplan.Question }) (*explained, error) {
		return a.explain(in.Body)
	})

	huma.Register(h, huma.Operation{
		OperationID: "get-explained-call", Method: http.MethodGet, Path: explainPath, Summary: summary, Description: description,
		Tags: []string{"routes"}, Errors: []int{http.StatusUnprocessableEntity},
	}, func(_ context.Context, in *questionQuery) (*explained, error) {
		q := dialplan.Question{Number: in.Number, From: in.From, Caller: in.Caller, At: in.At, Given: map[string]string{}}
		for _, g := range in.Given {
			name, what, ok := strings.Cut(g, "=")
			if !ok {
				return nil, huma.Error422UnprocessableEntity("given takes NAME=WHAT, such as trunk.first=503; " + g + " has no =")
			}
			q.Given[name] = what
		}
		return a.explain(q)
	})
}

func (a *API) explain(q dialplan.Question) (*explained, error) {
	x, err := a.opt.Explain(q)
	if err != nil {
		return nil, huma.Error422UnprocessableEntity(err.Error())
	}
	return &explained{x}, nil
}
