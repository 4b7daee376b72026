package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/number"
	"github.com/plugboard/plugboard/sdk/event"
)

// legID is a party of a call in a path.
type legID struct {
	ID  string `path:"id" maxLength:"64" doc:"the call's id"`
	Leg string `path:"leg" maxLength:"64" doc:"the leg's id, or the number or name of its party, if that is in the call once"`
}

// registerActs serves what is done to live calls.
func (a *API) registerActs(h huma.API) {
	a.registerTransfer(h)
	const leg = callsPath + "/{id}/legs/{leg}"
	for _, act := range []struct {
		word, summary, description string
		do                         func(in *legID, by call.Actor) error
	}{
		{event.ActHold, "Hold a call for a party", "As if it had pressed its phone's key: it neither speaks nor hears, and the other one hears music. Its phone does not know of it.",
			func(in *legID, by call.Actor) error { return a.opt.Acts.Hold(in.ID, in.Leg, by) }},
		{event.ActResume, "End a hold", "What a phone holds by its own key, that alone can resume.",
			func(in *legID, by call.Actor) error { return a.opt.Acts.Resume(in.ID, in.Leg, by) }},
		{event.ActMute, "Mute a party", "Nobody hears it; it hears all others.",
			func(in *legID, by call.Actor) error { return a.opt.Acts.Mute(in.ID, in.Leg, true, by) }},
		{event.ActUnmute, "End a mute", "",
			func(in *legID, by call.Actor) error { return a.opt.Acts.Mute(in.ID, in.Leg, false, by) }},
	} {
		huma.Register(h, huma.Operation{
			OperationID: act.word + "-leg", Method: http.MethodPost, Path: leg + "/" + act.word, Summary: act.summary, Description: act.description,
			Tags: []string{"calls"}, DefaultStatus: http.StatusNoContent, Errors: []int{http.StatusNotFound, http.StatusConflict},
		}, func(ctx context.Context, in *legID) (*struct{}, error) {
			return a.acted(in.ID, act.do(in, actor(ctx)))
		})
	}

	huma.Register(h, huma.Operation{
		OperationID: "send-dtmf", Method: http.MethodPost, Path: leg + "/dtmf", Summary: "Send digits to a party",
		Tags: []string{"calls"}, DefaultStatus: http.StatusNoContent, MaxBodyBytes: 4 << 10, Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"the call's id"`
		Leg  string `path:"leg" maxLength:"64" doc:"the leg's id, or the number or name of its party, if that is in the call once"`
		Body struct {
			Digits string `json:"digits" pattern:"^[0-9*#A-D]{1,32}$" patternDescription:"1 to 32 of 0-9 * # A-D" example:"1234#"`
		}
	}) (*struct{}, error) {
		return a.acted(in.ID, a.opt.Acts.DTMF(in.ID, in.Leg, in.Body.Digits, actor(ctx)))
	})

	huma.Register(h, huma.Operation{
		OperationID: "hang-up-leg", Method: http.MethodDelete, Path: leg, Summary: "End one party of a call",
		Description: "If two or more others are left, they talk on; else the call ends.",
		Tags:        []string{"calls"}, Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, func(ctx context.Context, in *struct {
		ID    string   `path:"id" maxLength:"64" doc:"the call's id"`
		Leg   string   `path:"leg" maxLength:"64" doc:"the leg's id, or the number or name of its party, if that is in the call once"`
		Cause endCause `query:"cause" default:"normal" doc:"why; the parties' phones may show it"`
	}) (*struct{}, error) {
		return a.acted(in.ID, a.opt.Acts.Kick(in.ID, in.Leg, event.ActHangup, call.Cause(in.Cause), actor(ctx)))
	})

	type added struct {
		Location string `header:"Location"`
		Body     struct {
			ID string `json:"id" doc:"the call that rings"`
		}
	}
	huma.Register(h, huma.Operation{
		OperationID: "add-to-call", Method: http.MethodPost, Path: callsPath + "/{id}/legs", Summary: "Ring somebody for a live call",
		Description: "That is a call of its own, as if the extension had dialled it; who answers comes into the live call as one more. If the live call ends before, it is cancelled.",
		Tags:        []string{"calls"}, DefaultStatus: http.StatusCreated, MaxBodyBytes: 4 << 10,
		Errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"the call's id"`
		Body struct {
			To  string `json:"to" minLength:"1" maxLength:"128" doc:"what to dial" example:"103"`
			For string `json:"for,omitempty" maxLength:"64" doc:"on whose behalf: a leg of the call, as above; needed if several extensions are in it" example:"101"`
		}
	}) (*added, error) {
		if number, ok := person(ctx); ok {
			in.Body.For = number
		}
		id, err := a.opt.Acts.Add(in.ID, call.Addition{To: number.Plain(in.Body.To), For: in.Body.For}, actor(ctx))
		if err != nil {
			_, err := a.acted(in.ID, err)
			return nil, err
		}
		out := &added{Location: callsPath + "/" + id}
		out.Body.ID = id
		return out, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "join-calls", Method: http.MethodPost, Path: callsPath + "/{id}/join", Summary: "Bring everybody of another call into this one",
		Description: "Both have to be up. An extension that is in both, and holds one of them, is there once.",
		Tags:        []string{"calls"}, DefaultStatus: http.StatusNoContent, MaxBodyBytes: 4 << 10,
		Errors: []int{http.StatusNotFound, http.StatusConflict},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"the call's id"`
		Body struct {
			Call string `json:"call" minLength:"1" maxLength:"64" doc:"the id of the other call, which then ends"`
		}
	}) (*struct{}, error) {
		if number, ok := person(ctx); ok && !a.takesPart(number, in.Body.Call) {
			return nil, a.noCall(in.Body.Call)
		}
		if err := a.opt.Acts.Join(in.ID, in.Body.Call, actor(ctx)); err != nil {
			return nil, refused(err)
		}
		return nil, nil
	})
}

// registerListen has somebody listen to a live call.
func (a *API) registerListen(h huma.API) {
	type ringing struct {
		Location string `header:"Location"`
		Body     struct {
			ID string `json:"id" doc:"the call that rings"`
		}
	}
	huma.Register(h, huma.Operation{
		OperationID: "listen-to-call", Method: http.MethodPost, Path: callsPath + "/{id}/listen", Summary: "Listen to a live call, unheard",
		Description: "The extension's phones ring; who answers hears all parties, and nobody hears them. Only where the configuration allows it (pbx.listen_in). " +
			"Who had whom listen, and when, stands in the call's story and in its record.",
		Tags: []string{"calls"}, DefaultStatus: http.StatusCreated, MaxBodyBytes: 4 << 10,
		Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"the call's id"`
		Body struct {
			Extension string `json:"extension" minLength:"1" maxLength:"64" doc:"whose phones ring: the number" example:"101"`
		}
	}) (*ringing, error) {
		id, err := a.opt.Listen(in.ID, in.Body.Extension, actor(ctx))
		if err != nil {
			return nil, refused(err)
		}
		out := &ringing{Location: callsPath + "/" + id}
		out.Body.ID = id
		return out, nil
	})
}

// registerTransfer sends a party of a live call elsewhere.
func (a *API) registerTransfer(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "transfer-call", Method: http.MethodPost, Path: callsPath + "/{id}/transfer", Summary: "Send a party of a call elsewhere",
		Description: "To a number (blind): as the party that is left could dial it; that one is released when somebody answers, and gets the call back if nobody does. " +
			"Or into another live call (attended), in the place of the extension that is in both.",
		Tags: []string{"calls"}, DefaultStatus: http.StatusNoContent, MaxBodyBytes: 4 << 10,
		Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"the call's id"`
		Body struct {
			To   string `json:"to,omitempty" maxLength:"128" doc:"what to dial" example:"103"`
			Into string `json:"into,omitempty" maxLength:"64" doc:"the id of another live call; either this or to"`
			Leg  string `json:"leg,omitempty" maxLength:"64" doc:"who is transferred: a leg's id, or the number or name of its party, if that is in the call once; else the caller, or with into the one that is not in both calls"`
		}
	}) (*struct{}, error) {
		if (in.Body.To == "") == (in.Body.Into == "") {
			return nil, huma.Error422UnprocessableEntity("a transfer needs either to, a number, or into, the id of another call")
		}
		if number, ok := person(ctx); ok && in.Body.Into != "" && !a.takesPart(number, in.Body.Into) {
			return nil, a.noCall(in.Body.Into)
		}
		return a.acted(in.ID, a.opt.Acts.Transfer(in.ID, call.Transfer{Leg: in.Body.Leg, To: number.Plain(in.Body.To), Into: in.Body.Into}, actor(ctx)))
	})
}

// acted is the answer to an act on a call. If that has ended, it says what is
// left of it.
func (a *API) acted(id string, err error) (*struct{}, error) {
	if err == nil {
		return nil, nil
	}
	if _, ok := a.opt.Calls.Call(id); !ok {
		return nil, a.noCall(id)
	}
	return nil, refused(err)
}

// conferenceName is a conference in a path.
type conferenceName struct {
	Name string `path:"name" maxLength:"64" doc:"as the configuration names it"`
}

const conferencesPath = "/api/v1/conferences"

// registerConferences serves the conferences, and what is done to them.
func (a *API) registerConferences(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-conferences", Method: http.MethodGet, Path: conferencesPath, Summary: "Conferences, and who is in them and speaks", Tags: []string{"conferences"},
	}, func(_ context.Context, in *paging) (*list[call.Conference], error) {
		return page(conferencesPath, *in, a.opt.Conferences(), func(c call.Conference) string { return c.Name }), nil
	})

	type one struct{ Body call.Conference }
	huma.Register(h, huma.Operation{
		OperationID: "get-conference", Method: http.MethodGet, Path: conferencesPath + "/{name}", Summary: "One conference", Tags: []string{"conferences"},
		Errors: []int{http.StatusNotFound},
	}, func(_ context.Context, in *conferenceName) (*one, error) {
		c, err := a.conference(in.Name)
		if err != nil {
			return nil, err
		}
		return &one{c}, nil
	})

	for act, lock := range map[string]bool{event.ActLock: true, event.ActUnlock: false} {
		summary := "Let others into a conference again"
		if lock {
			summary = "Let nobody else into a conference, until it is unlocked or its last member leaves"
		}
		huma.Register(h, huma.Operation{
			OperationID: act + "-conference", Method: http.MethodPost, Path: conferencesPath + "/{name}/" + act, Summary: summary, Tags: []string{"conferences"},
			DefaultStatus: http.StatusNoContent, Errors: []int{http.StatusNotFound, http.StatusConflict},
		}, func(ctx context.Context, in *conferenceName) (*struct{}, error) {
			if _, err := a.conference(in.Name); err != nil {
				return nil, err
			}
			if err := a.opt.Meetings.Lock(in.Name, lock, actor(ctx)); err != nil {
				return nil, refused(err)
			}
			return nil, nil
		})
	}

	type member struct {
		Name string `path:"name" maxLength:"64" doc:"as the configuration names it"`
		Leg  string `path:"leg" maxLength:"64" doc:"the member's leg, or its number or name, if that is there once"`
	}
	acts := func(id, method, path, summary string, do func(call, leg string, by call.Actor) error) {
		huma.Register(h, huma.Operation{
			OperationID: id, Method: method, Path: conferencesPath + "/{name}/members/{leg}" + path, Summary: summary, Tags: []string{"conferences"},
			DefaultStatus: http.StatusNoContent, Errors: []int{http.StatusNotFound, http.StatusConflict},
		}, func(ctx context.Context, in *member) (*struct{}, error) {
			if _, err := a.conference(in.Name); err != nil {
				return nil, err
			}
			call, leg, err := a.opt.Meetings.InConference(in.Name, in.Leg)
			if err == nil {
				err = do(call, leg, actor(ctx))
			}
			if err != nil {
				return nil, refused(err)
			}
			return nil, nil
		})
	}
	acts("mute-member", http.MethodPost, "/mute", "Mute a member", func(c, leg string, by call.Actor) error { return a.opt.Acts.Mute(c, leg, true, by) })
	acts("unmute-member", http.MethodPost, "/unmute", "End a member's mute", func(c, leg string, by call.Actor) error { return a.opt.Acts.Mute(c, leg, false, by) })
	acts("kick-member", http.MethodDelete, "", "Kick a member out", func(c, leg string, by call.Actor) error {
		return a.opt.Acts.Kick(c, leg, event.ActKick, call.Normal, by)
	})
}

// conference finds a conference of the configuration.
func (a *API) conference(name string) (call.Conference, error) {
	for _, c := range a.opt.Conferences() {
		if c.Name == name {
			return c, nil
		}
	}
	return call.Conference{}, huma.Error404NotFound("there is no conference " + name)
}
