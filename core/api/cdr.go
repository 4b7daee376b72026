package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// Records are those of finished calls: a [*store.Store].
type Records interface {
	// Calls are those that a query picks, the latest first.
	Calls(context.Context, store.Query) ([]event.CDR, error)
	// Call is one of them, or [store.ErrUnknownCall].
	Call(ctx context.Context, id string) (event.CDR, error)
}

const cdrPath = "/api/v1/cdr"

// cdrQuery is how records are asked for.
type cdrQuery struct {
	Limit     int       `query:"limit" minimum:"1" maximum:"1000" doc:"how many at most: 100, or as CSV all, if it is left out"`
	After     string    `query:"after" maxLength:"64" doc:"the id of the last one that you have"`
	From      string    `query:"from" maxLength:"128" doc:"the caller's number"`
	To        string    `query:"to" maxLength:"128" doc:"the number that was dialled"`
	Number    string    `query:"number" maxLength:"128" doc:"the number of anybody in the call: who called, what was dialled, or a leg"`
	Extension string    `query:"extension" maxLength:"128" doc:"an extension that called or was rung, by its number or its name"`
	Trunk     string    `query:"trunk" maxLength:"128" doc:"a trunk that the call came from or was sent to, by its name"`
	Cause     []string  `query:"cause" maxItems:"20" enum:"normal,not_found,denied,busy,no_answer,unavailable,do_not_disturb,declined,no_codec,congestion,plugin_lost,loop,cancelled,failed" doc:"how it ended: one of these causes, separated by commas"`
	Since     time.Time `query:"since" doc:"started then or later (RFC 3339)"`
	Until     time.Time `query:"until" doc:"started before then (RFC 3339)"`
	Answered  string    `query:"answered" enum:"true,false" doc:"whether somebody answered"`
	Emergency string    `query:"emergency" enum:"true,false" doc:"whether an emergency number was called"`
	MinTalk   float64   `query:"min_talk" minimum:"0" maximum:"1000000000" doc:"seconds that it was answered for, at least"`
	Format    string    `query:"format" enum:"json,csv" doc:"the form of the answer; else the header Accept says it"`
	Accept    string    `header:"Accept" hidden:"true"`
}

func (q *cdrQuery) csv() bool {
	return q.Format == "csv" || q.Format == "" && strings.Contains(q.Accept, "text/csv")
}

// query is what the store is asked. A number may be written as it is dialled.
func (a *API) query(q *cdrQuery) store.Query {
	forms := func(number string) []string {
		switch other := a.opt.Normalize(number); {
		case number == "":
			return nil
		case other == "" || other == number:
			return []string{number}
		default:
			return []string{number, other}
		}
	}
	truth := func(word string) *bool {
		if word == "" {
			return nil
		}
		yes := word == "true"
		return &yes
	}
	return store.Query{
		From: forms(q.From), To: forms(q.To), Number: forms(q.Number), Extension: q.Extension, Trunk: q.Trunk, Cause: q.Cause,
		Since: q.Since, Until: q.Until, Answered: truth(q.Answered), Emergency: truth(q.Emergency),
		MinTalk: time.Duration(q.MinTalk * float64(time.Second)), After: q.After,
	}
}

func (a *API) registerCDR(h huma.API) {
	records := h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[[]event.CDR](), true, "")
	huma.Register(h, huma.Operation{
		OperationID: "list-cdr", Method: http.MethodGet, Path: cdrPath, Summary: "Records of finished calls, the latest first",
		Description: "Each as in the event call.ended, with its legs. All filters that are given hold together. A page begins after the call that after names; calls that end meanwhile do not move it. " +
			"As CSV (RFC 4180) there is one line for each call, after a line of names.",
		Tags: []string{"cdr"}, Errors: []int{http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
		Responses: map[string]*huma.Response{"200": {
			Description: "The records",
			Headers: map[string]*huma.Param{
				"Link": {Description: "where it goes on (RFC 8288), if it does", Schema: &huma.Schema{Type: huma.TypeString}},
			},
			Content: map[string]*huma.MediaType{
				"application/json": {Schema: records},
				"text/csv":         {Schema: &huma.Schema{Type: huma.TypeString}},
			},
		}},
	}, a.listCDR)

	huma.Register(h, huma.Operation{
		OperationID: "get-cdr", Method: http.MethodGet, Path: cdrPath + "/{id}", Summary: "The record of a finished call", Tags: []string{"cdr"},
		Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *callID) (*struct{ Body event.CDR }, error) {
		c, err := a.opt.Records.Call(ctx, in.ID)
		if number, ok := person(ctx); ok && err == nil && !tookPart(c, number) {
			err = store.ErrUnknownCall
		}
		if errors.Is(err, store.ErrUnknownCall) {
			if _, live := a.opt.Calls.Call(in.ID); live {
				return nil, huma.Error404NotFound("call " + in.ID + " has not ended; it is at " + callsPath + "/" + in.ID)
			}
			return nil, huma.Error404NotFound("there is no record of a call " + in.ID)
		} else if err != nil {
			return nil, huma.Error503ServiceUnavailable(err.Error())
		}
		if _, ok := person(ctx); ok {
			c = unheard(c)
		}
		return &struct{ Body event.CDR }{c}, nil
	})
}

// csvPage is how many records are read at once for CSV without a limit.
const csvPage = 500

func (a *API) listCDR(ctx context.Context, in *cdrQuery) (*huma.StreamResponse, error) {
	csv := in.csv()
	q := a.query(in)
	shown := func(page []event.CDR) []event.CDR { return page }
	if number, ok := person(ctx); ok {
		q.Extension = number
		// It may be another's name.
		shown = func(page []event.CDR) []event.CDR {
			theirs := slices.DeleteFunc(slices.Clone(page), func(c event.CDR) bool { return !tookPart(c, number) })
			for i, c := range theirs {
				theirs[i] = unheard(c)
			}
			return theirs
		}
	}
	limit := in.Limit
	switch {
	case limit == 0 && csv:
		limit = csvPage
	case limit == 0:
		limit = 100
	}
	q.Limit = limit + 1 // one more tells whether it goes on
	page, err := a.opt.Records.Calls(ctx, q)
	switch {
	case errors.Is(err, store.ErrUnknownCall):
		return nil, huma.Error422UnprocessableEntity("there is no record of a call " + in.After + " to go on after")
	case err != nil:
		return nil, huma.Error503ServiceUnavailable(err.Error())
	}
	more := len(page) > limit
	page = page[:min(len(page), limit)]
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		if more && (!csv || in.Limit > 0) {
			at := hc.URL()
			next := at.Query()
			next.Set("limit", fmt.Sprint(limit))
			next.Set("after", page[len(page)-1].ID)
			hc.SetHeader("Link", fmt.Sprintf(`<%s?%s>; rel="next"`, cdrPath, url.Values(next).Encode()))
		}
		if !csv {
			hc.SetHeader("Content-Type", "application/json")
			_ = json.NewEncoder(hc.BodyWriter()).Encode(orEmpty(shown(page))) // an error is a client that has gone
			return
		}
		hc.SetHeader("Content-Type", "text/csv; charset=utf-8; header=present")
		hc.SetHeader("Content-Disposition", `attachment; filename="calls.csv"`)
		w := newCSV(hc.BodyWriter())
		w.write(shown(page))
		for more && in.Limit == 0 && w.err() == nil {
			q.After = page[len(page)-1].ID
			if page, more, err = a.moreCSV(hc, q); err != nil {
				a.opt.Log.Error("an export of call records was broken off", "error", err)
				panic(http.ErrAbortHandler) // the client shall not take it for the whole
			}
			w.write(shown(page))
		}
	}}, nil
}

// moreCSV reads the next page of an export, which may take longer than other
// answers.
func (a *API) moreCSV(hc huma.Context, q store.Query) (page []event.CDR, more bool, err error) {
	_, w := humago.Unwrap(hc)
	if err := http.NewResponseController(w).SetWriteDeadline(time.Now().Add(requestTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return nil, false, err
	}
	page, err = a.opt.Records.Calls(hc.Context(), q)
	if err == nil && len(page) == q.Limit {
		return page[:q.Limit-1], true, nil
	}
	return page, false, err
}
