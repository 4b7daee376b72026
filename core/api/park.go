package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

func (a *API) registerPark(h huma.API) {
	const parked = "/api/v1/park"

	huma.Register(h, huma.Operation{
		OperationID: "list-parked", Method: http.MethodGet, Path: parked, Summary: "Parked calls, by their slots", Tags: []string{"calls"},
	}, func(_ context.Context, in *paging) (*list[event.Park], error) {
		return page(parked, *in, orEmpty(a.opt.Parked()), func(p event.Park) string { return p.Park + "/" + p.Slot }), nil
	})

	type done struct {
		Body struct {
			Slot string `json:"slot" doc:"what to dial to take the call up"`
		}
	}
	huma.Register(h, huma.Operation{
		OperationID: "park-call", Method: http.MethodPost, Path: callsPath + "/{id}/park", Summary: "Park a party of a call",
		Description: "The party waits in a slot, with music, until somebody dials that; the other one is released. After the park's timeout the call goes to its on_timeout, or back to who was left.",
		Tags:        []string{"calls"}, MaxBodyBytes: 4 << 10,
		Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"the call's id"`
		Body struct {
			Leg  string `json:"leg,omitempty" maxLength:"64" doc:"the party; else the one that is no extension's"`
			Park string `json:"park,omitempty" maxLength:"64" doc:"the park's name; else the first"`
			Slot string `json:"slot,omitempty" maxLength:"32" doc:"else the first that is free"`
		}
	}) (*done, error) {
		slot, err := a.opt.Park(in.ID, call.Park{Leg: in.Body.Leg, Park: in.Body.Park, Slot: in.Body.Slot}, actor(ctx))
		if err != nil {
			return nil, refused(err)
		}
		out := &done{}
		out.Body.Slot = slot
		return out, nil
	})
}
