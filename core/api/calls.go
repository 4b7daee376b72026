package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/number"
)

// paging is how a list is asked for.
type paging struct {
	Limit int    `query:"limit" default:"1000" minimum:"1" maximum:"1000" doc:"how many at most"`
	After string `query:"after" maxLength:"200" doc:"the last one that you have: its id, number or name"`
}

// list is a page of a list.
type list[T any] struct {
	Link string `header:"Link" doc:"where it goes on (RFC 8288), if it does"`
	Body []T    `nullable:"false"`
}

// page cuts a page out of all and names the next one. The order is that of
// the keys, so a page after one that has gone meanwhile is still right. Keys
// of digits are in the order of numbers.
func page[T any](path string, p paging, all []T, key func(T) string) *list[T] {
	byKey := func(a, b string) int {
		if isNumber(a) && isNumber(b) {
			return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
		}
		return cmp.Compare(a, b)
	}
	all = slices.SortedStableFunc(slices.Values(all), func(a, b T) int { return byKey(key(a), key(b)) })
	if p.After != "" {
		all = slices.DeleteFunc(all, func(t T) bool { return byKey(key(t), p.After) <= 0 })
	}
	out := &list[T]{Body: orEmpty(all)}
	if len(all) > p.Limit {
		out.Body = all[:p.Limit]
		next := url.Values{"limit": {fmt.Sprint(p.Limit)}, "after": {key(all[p.Limit-1])}}
		out.Link = fmt.Sprintf(`<%s?%s>; rel="next"`, path, next.Encode())
	}
	return out
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// callID is a call in a path.
type callID struct {
	ID string `path:"id" maxLength:"64" doc:"the call's id"`
}

const callsPath = "/api/v1/calls"

func (a *API) registerCalls(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-calls", Method: http.MethodGet, Path: callsPath, Summary: "Live calls, the oldest first", Tags: []string{"calls"},
	}, func(ctx context.Context, in *paging) (*list[call.Info], error) {
		return page(callsPath, *in, a.theirs(ctx), func(c call.Info) string { return c.ID }), nil
	})

	type originated struct {
		Location string `header:"Location"`
		Body     struct {
			ID string `json:"id" doc:"the new call's id"`
		}
	}
	huma.Register(h, huma.Operation{
		OperationID: "originate-call", Method: http.MethodPost, Path: callsPath, Summary: "Call an extension, then dial a number for it; or dial from a browser",
		Description: "With from alone the extension's devices ring first; when one answers, the number is dialled through the dialplan as if the extension had dialled it. " +
			"With session the browser that has it dials, now. With device it does when it links a session to the call, within 10 seconds.",
		Tags: []string{"calls"}, DefaultStatus: http.StatusCreated, MaxBodyBytes: 4 << 10,
		Errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		Body struct {
			From string `json:"from,omitempty" maxLength:"64" doc:"an extension's number; who is signed in as one calls for it alone" example:"101"`
			To   string `json:"to" minLength:"1" maxLength:"128" doc:"what to dial" example:"102"`
			Auto bool   `json:"auto_answer,omitempty" doc:"the extension's phones shall answer by themselves, if they can"`

			Session string `json:"session,omitempty" maxLength:"64" doc:"a session of the browser that dials"`
			Device  string `json:"device,omitempty" maxLength:"64" doc:"the page that dials, and makes its session meanwhile"`
		}
	}) (*originated, error) {
		var id string
		by, somebody := person(ctx)
		from, err := a.whose(ctx, in.Body.From)
		to := number.Plain(in.Body.To)
		switch {
		case in.Body.Session != "" && in.Body.Device != "":
			return nil, huma.Error422UnprocessableEntity("a call is made with either session or device")
		case in.Body.Session != "":
			if somebody && err != nil {
				return nil, err
			}
			id, err = a.opt.Browsers.Call(by, to, in.Body.Session)
		case err != nil:
			return nil, err
		case in.Body.Device != "":
			id, err = a.opt.Browsers.CallBy(from, to, in.Body.Device)
		case somebody && in.Body.From == "":
			return nil, huma.Error422UnprocessableEntity("a call needs from, session or device")
		default:
			id, err = a.opt.Originate(call.Origination{From: from, To: to, AutoAnswer: in.Body.Auto}, actor(ctx))
		}
		if err != nil {
			return nil, refused(err)
		}
		out := &originated{Location: callsPath + "/" + id}
		out.Body.ID = id
		return out, nil
	})

	type one struct{ Body call.Info }
	huma.Register(h, huma.Operation{
		OperationID: "get-call", Method: http.MethodGet, Path: callsPath + "/{id}", Summary: "One live call", Tags: []string{"calls"},
		Errors: []int{http.StatusNotFound},
	}, func(ctx context.Context, in *callID) (*one, error) {
		c, ok := a.opt.Calls.Call(in.ID)
		if !ok {
			return nil, a.noCall(in.ID)
		}
		if _, ok := person(ctx); ok {
			return &one{Body: theirsAlone(c)}, nil
		}
		return &one{Body: callUTC(c)}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "hang-up-call", Method: http.MethodDelete, Path: callsPath + "/{id}", Summary: "End a call", Tags: []string{"calls"},
		Errors: []int{http.StatusNotFound},
	}, func(ctx context.Context, in *struct {
		ID    string   `path:"id" maxLength:"64" doc:"the call's id"`
		Cause endCause `query:"cause" default:"normal" doc:"why; the parties' phones may show it"`
	}) (*struct{}, error) {
		if _, ok := a.opt.Calls.Call(in.ID); !ok {
			return nil, a.noCall(in.ID)
		}
		if err := a.opt.Calls.Hangup(in.ID, call.Cause(in.Cause), actor(ctx)); err != nil {
			return nil, refused(err)
		}
		return nil, nil
	})
}

// endCause is why something is ended.
type endCause string

// Schema implements [huma.SchemaProvider].
func (endCause) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, c := range []call.Cause{
		call.Normal, call.NotFound, call.Denied, call.Busy, call.NoAnswer, call.Unavailable, call.DoNotDisturb, call.Declined,
		call.NoCodec, call.Congestion, call.PluginLost, call.Loop, call.Cancelled, call.Failed,
	} {
		s.Enum = append(s.Enum, string(c))
	}
	return s
}

// registerDump begins dumps of legs.
func (a *API) registerDump(h huma.API) {
	type begun struct {
		Body struct {
			File    string `json:"file" doc:"where it is written, on the daemon's machine"`
			Seconds int    `json:"seconds"`
		}
	}
	huma.Register(h, huma.Operation{
		OperationID: "dump-leg", Method: http.MethodPost, Path: callsPath + "/{id}/legs/{leg}/dump", Summary: "Write what a leg says and hears into a WAV file",
		Description: "To look for the cause of bad sound. Left is what the party says, right what it hears. It ends with the leg, or after so many seconds. Nobody is told: mind the law.",
		Tags:        []string{"calls"}, DefaultStatus: http.StatusCreated, MaxBodyBytes: 4 << 10,
		Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, func(_ context.Context, in *struct {
		ID   string `path:"id" maxLength:"64" doc:"the call's id"`
		Leg  string `path:"leg" maxLength:"64" doc:"the leg's id"`
		Body struct {
			Seconds int `json:"seconds,omitempty" default:"60" minimum:"1" maximum:"300" doc:"for how long at most"`
		}
	}) (*begun, error) {
		path, err := a.opt.Dump(in.ID, in.Leg, time.Duration(in.Body.Seconds)*time.Second)
		if err != nil {
			return nil, refused(err)
		}
		out := &begun{}
		out.Body.File, out.Body.Seconds = path, in.Body.Seconds
		return out, nil
	})
}

// calls are the live calls, their times in UTC.
func (a *API) calls() []call.Info {
	list := orEmpty(a.opt.Calls.Calls())
	for i := range list {
		list[i] = callUTC(list[i])
	}
	return list
}

// callUTC is a call with its times in UTC, as all times of the API are.
func callUTC(c call.Info) call.Info {
	c.Started, c.Answered = c.Started.UTC(), utc(c.Answered)
	c.Legs = append([]call.LegInfo{}, c.Legs...)
	c.Tools = append([]call.ToolInfo{}, c.Tools...)
	for i := range c.Legs {
		c.Legs[i].Since = utc(c.Legs[i].Since)
	}
	return c
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// noCall says that a call is not live, and what is left of it.
func (a *API) noCall(id string) error {
	if a.opt.Trace != nil {
		if _, ok := a.opt.Trace.Entries(id); ok {
			return huma.Error404NotFound("call " + id + " has ended; its story is at " + callsPath + "/" + id + "/trace")
		}
	}
	return huma.Error404NotFound("there is no call " + id)
}
