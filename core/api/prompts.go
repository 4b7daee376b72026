package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Prompts are what is spoken, as the API acts on it.
type Prompts struct {
	// List tells what was spoken and is kept, what was used last first.
	List func() ([]Prompt, error)
	// Voices lists those of all plugins that speak. The error names the plugins that
	// cannot tell theirs, beside what the others told.
	Voices func(context.Context) ([]Voice, error)
	// Warm prepares what the configuration has to say. It returns how many texts are
	// ready, and an error that names those that cannot be spoken.
	Warm func(context.Context) (int, error)
	// Clear forgets all that is kept, and says how many texts these were.
	Clear func() (int, error)
}

// Prompt is a text that was spoken and is kept.
type Prompt struct {
	ID       string    `json:"id"`
	Text     string    `json:"text"`
	Voice    string    `json:"voice,omitempty"`
	Language string    `json:"language,omitempty"`
	Engine   string    `json:"engine" doc:"the plugin that spoke it"`
	Version  string    `json:"version" doc:"of the plugin"`
	Bytes    int64     `json:"bytes"`
	Used     time.Time `json:"used" doc:"when it was last read from the disk"`
}

// Voice is one that a plugin has.
type Voice struct {
	Engine   string `json:"engine" doc:"the plugin"`
	Name     string `json:"name" doc:"for say(\"…\", { voice = … })"`
	Language string `json:"language,omitempty"`
	Default  bool   `json:"default" doc:"it is taken where none is named"`
}

// PromptStats are the counters of prompts since the start.
type PromptStats struct {
	Plays, FromMemory, FromDisk, Spoken, Failed int64
	Missed                                      time.Duration // silence in their middle, as the sound did not come in time
	Firsts                                      int64         // that were heard
	FirstsTook                                  time.Duration // until they were, all together
	MemoryBytes                                 int64
}

// PromptsReady is what preparing came to.
type PromptsReady struct {
	Ready   int    `json:"ready" doc:"texts that are spoken and kept"`
	Problem string `json:"problem,omitempty" doc:"what cannot be spoken, and why: a line each"`
}

// PromptsCleared is what was forgotten.
type PromptsCleared struct {
	Cleared int `json:"cleared"`
}

func (a *API) registerPrompts(h huma.API) {
	const prompts = "/api/v1/prompts"

	huma.Register(h, huma.Operation{
		OperationID: "list-prompts", Method: http.MethodGet, Path: prompts, Summary: "Texts that were spoken and are kept", Tags: []string{"prompts"},
		Errors: []int{http.StatusInternalServerError},
	}, func(_ context.Context, in *paging) (*list[Prompt], error) {
		all, err := a.opt.Prompts.List()
		if err != nil {
			return nil, huma.Error500InternalServerError("the kept prompts cannot be listed: " + err.Error())
		}
		return page(prompts, *in, orEmpty(all), func(p Prompt) string { return p.ID }), nil
	})

	const voices = prompts + "/voices"
	huma.Register(h, huma.Operation{
		OperationID: "list-voices", Method: http.MethodGet, Path: voices, Summary: "The voices of the plugins that speak", Tags: []string{"prompts"},
		Errors: []int{http.StatusBadGateway},
	}, func(ctx context.Context, in *paging) (*list[Voice], error) {
		all, err := a.opt.Prompts.Voices(ctx)
		if err != nil && len(all) == 0 {
			return nil, huma.Error502BadGateway(err.Error())
		}
		return page(voices, *in, orEmpty(all), func(v Voice) string { return v.Engine + "/" + v.Name }), nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "warm-prompts", Method: http.MethodPost, Path: prompts + "/warm", Summary: "Prepare what the configuration has to say",
		Description: "Texts that are known before any call are spoken and kept, so that the first who hears them does not wait. This is done in any case when a configuration comes into force.",
		Tags:        []string{"prompts"},
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body PromptsReady }, error) {
		n, err := a.opt.Prompts.Warm(ctx)
		out := PromptsReady{Ready: n}
		if err != nil {
			out.Problem = err.Error()
		}
		return &struct{ Body PromptsReady }{out}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "clear-prompts", Method: http.MethodDelete, Path: prompts, Summary: "Forget all that was spoken",
		Description: "Each text is spoken anew when it is next needed. Who listens hears on.",
		Tags:        []string{"prompts"}, DefaultStatus: http.StatusOK, Errors: []int{http.StatusInternalServerError},
	}, func(context.Context, *struct{}) (*struct{ Body PromptsCleared }, error) {
		n, err := a.opt.Prompts.Clear()
		if err != nil {
			return nil, huma.Error500InternalServerError("not all of it could be forgotten: " + err.Error())
		}
		return &struct{ Body PromptsCleared }{PromptsCleared{n}}, nil
	})
}
