package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Reloads reads the configuration's files anew.
type Reloads struct {
	// Plan says what Apply would do, and changes nothing. Apply does it whole
	// or, with an error, not at all. Errors are [*ConfigError]s.
	Plan, Apply func(context.Context) (ConfigPlan, error)
	// Revision is what is in force, and since when.
	Revision func() (revision string, applied time.Time)
}

// ConfigPlan is what it means, or meant, to put the configuration's files in
// force.
type ConfigPlan struct {
	Running  string         `json:"running" doc:"the revision that was in force"`
	Revision string         `json:"revision" doc:"that of the files"`
	Applied  *time.Time     `json:"applied" doc:"when the files came into force; null: they did not"`
	Calls    int            `json:"calls" doc:"live calls: each goes on, on the revision that it began with"`
	Changes  []ConfigChange `json:"changes" nullable:"false"`
	// Refused is why the files, which are right, cannot come into force.
	Refused  []string           `json:"refused" nullable:"false" doc:"why apply refuses them; empty: it does not"`
	Warnings []ConfigDiagnostic `json:"warnings" nullable:"false"`
}

// ConfigChange is a block that changes.
type ConfigChange struct {
	What  string `json:"what" enum:"added,removed,changed"`
	Block string `json:"block" doc:"as expressions name it" example:"extension.anna"`
	Kind  string `json:"kind" example:"extension"`
	File  string `json:"file" doc:"where it stands; of one that is removed, where it stood"`
	Line  int    `json:"line"`
	// Attributes are those that differ, if the block changes.
	Attributes []ConfigAttribute `json:"attributes" nullable:"false"`
	Effect     string            `json:"effect" doc:"what comes of it, for people"`
	Calls      int               `json:"calls" doc:"live calls that it concerns"`
}

// ConfigAttribute is an attribute that changes. Secrets and the values of
// sensitive variables are hidden.
type ConfigAttribute struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// ConfigDiagnostic is an error or a warning about a configuration, as validate
// --json prints it.
type ConfigDiagnostic struct {
	Severity string       `json:"severity" enum:"error,warning"`
	Summary  string       `json:"summary"`
	Detail   string       `json:"detail"`
	Block    string       `json:"block,omitempty" doc:"the outermost block around it"`
	Range    *ConfigRange `json:"range,omitempty"`
}

// ConfigRange is a place in a file; the end is not in it.
type ConfigRange struct {
	File  string         `json:"file"`
	Start ConfigPosition `json:"start"`
	End   ConfigPosition `json:"end"`
}

// ConfigPosition is a place in a file.
type ConfigPosition struct {
	Line   int `json:"line" doc:"from 1"`
	Column int `json:"column" doc:"from 1"`
	Byte   int `json:"byte" doc:"from 0"`
}

// ConfigApplied is the data of "config.applied".
type ConfigApplied struct {
	Revision string `json:"revision"`
	Previous string `json:"previous"`
	Changes  int    `json:"changes" doc:"blocks that were added, removed or changed"`
	Calls    int    `json:"calls" doc:"live calls, which go on with the previous revision"`
}

// ConfigError is why a configuration does not come into force; the one that was
// goes on.
type ConfigError struct {
	Text string
	// Diagnostics are what is wrong in the files, and Source shows it beside
	// their lines. None: the files are right, but the switch cannot do it.
	Diagnostics []ConfigDiagnostic
	Source      string
	// Busy: it takes no changes now, for it starts, or stops.
	Busy bool
	// Mistaken: what is asked for cannot be, whatever the switch does.
	Mistaken bool
}

// Error implements error.
func (e *ConfigError) Error() string { return e.Text }

// ConfigProblem is the problem document of a configuration that is wrong.
type ConfigProblem struct {
	huma.ErrorModel
	Diagnostics []ConfigDiagnostic `json:"diagnostics" nullable:"false"`
	Source      string             `json:"source" doc:"the same for people: each with its lines"`
}

func (a *API) registerConfig(h huma.API) {
	const plan, apply = "/api/v1/config/plan", "/api/v1/config/apply"
	type answer struct{ Body ConfigPlan }
	do := func(f func(context.Context) (ConfigPlan, error)) func(context.Context, *struct{}) (*answer, error) {
		return func(ctx context.Context, _ *struct{}) (*answer, error) {
			p, err := f(ctx)
			if err != nil {
				return nil, notApplied(err)
			}
			return &answer{p.filled()}, nil
		}
	}
	h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[ConfigApplied](), true, "")
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		huma.Register(h, huma.Operation{
			OperationID: strings.ToLower(method) + "-config-plan", Method: method, Path: plan, Summary: "What applying the configuration's files would do",
			Description: "The daemon reads its files anew and compares them with what is in force. Nothing changes.",
			Tags:        []string{"configuration"}, Responses: wrongFiles(h), Errors: []int{http.StatusServiceUnavailable},
		}, do(a.opt.Reloads.Plan))
	}
	huma.Register(h, huma.Operation{
		OperationID: "apply-config", Method: http.MethodPost, Path: apply, Summary: "Put the configuration's files in force",
		Description: "The daemon reads its files anew. All of it comes into force, or nothing: files that are wrong (422), and what the running daemon cannot do (409), leave everything as it is. " +
			"Live calls go on, on the revision that they began with.",
		Tags: []string{"configuration"}, Responses: wrongFiles(h), Errors: []int{http.StatusConflict, http.StatusServiceUnavailable},
	}, do(a.opt.Reloads.Apply))
}

// wrongFiles describes the answer that files are wrong.
func wrongFiles(h huma.API) map[string]*huma.Response {
	return map[string]*huma.Response{"422": {
		Description: "The files are wrong",
		Content: map[string]*huma.MediaType{
			"application/problem+json": {Schema: h.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[ConfigProblem](), true, "")},
		},
	}}
}

// filled has lists that are never null.
func (p ConfigPlan) filled() ConfigPlan {
	p.Changes, p.Refused, p.Warnings = orEmpty(p.Changes), orEmpty(p.Refused), orEmpty(p.Warnings)
	for i := range p.Changes {
		p.Changes[i].Attributes = orEmpty(p.Changes[i].Attributes)
	}
	return p
}

// notApplied is the problem of a configuration that does not come into force.
func notApplied(err error) error {
	var e *ConfigError
	if !errors.As(err, &e) {
		return refused(err)
	}
	switch {
	case e.Busy:
		return huma.NewError(http.StatusServiceUnavailable, e.Text)
	case e.Mistaken:
		return huma.Error422UnprocessableEntity(e.Text)
	case len(e.Diagnostics) == 0:
		return huma.NewError(http.StatusConflict, e.Text)
	}
	const status = http.StatusUnprocessableEntity
	return &ConfigProblem{
		ErrorModel:  huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: e.Text},
		Diagnostics: e.Diagnostics, Source: e.Source,
	}
}
