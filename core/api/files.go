package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
)

// ConfigFiles are the files that the configuration is loaded from, for who edits
// them. They are named as in their folder, and no other file can be named. An
// error is a [*ConfigError], or a [*call.Error] if there is no such file.
type ConfigFiles struct {
	// List are the files as they are on the disk.
	List func(context.Context) ([]ConfigFile, error)
	// Check says what the configuration would be with drafts in place of files. With
	// plugins each plugin is asked what it minds in its config {}, too.
	Check func(ctx context.Context, drafts []ConfigDraft, plugins bool) (ConfigCheck, error)
	// Write puts drafts into their files: all of them, or none if the configuration
	// would be wrong then, or a file is not what it was when it was read.
	Write func(ctx context.Context, drafts []ConfigDraft, by call.Actor) ([]ConfigFile, error)
	// Edit makes a change to one block, in a text that is not written.
	Edit func(ctx context.Context, e ConfigEdit) (ConfigEdited, error)
	// Blocks are those of a kind, "" for all.
	Blocks func(ctx context.Context, kind string) ([]ConfigBlock, error)
	// Graph is where calls can go by the configuration in force.
	Graph func() dialplan.Graph
}

// ConfigFile is a file of the configuration.
type ConfigFile struct {
	Name      string `json:"name" example:"config.hcl"`
	Variables bool   `json:"variables" doc:"it sets variables (*.vars.hcl)"`
	Size      int    `json:"size" doc:"bytes"`
	Hash      string `json:"hash" doc:"of what it holds; who writes it says what they have read"`
	Text      string `json:"text,omitempty" doc:"what it holds, secrets too; left out in lists"`
}

// ConfigDraft is what a file shall hold.
type ConfigDraft struct {
	Name string `json:"name" minLength:"1" maxLength:"255" doc:"as the list of files has it" example:"config.hcl"`
	Text string `json:"text"`
	Hash string `json:"hash,omitempty" maxLength:"64" doc:"that of the file when it was read; needed to write it"`
}

// ConfigCheck is what a configuration would be.
type ConfigCheck struct {
	Diagnostics []ConfigDiagnostic `json:"diagnostics" nullable:"false" doc:"errors and warnings; with an error, what follows is empty"`
	Source      string             `json:"source,omitempty" doc:"the same for people: each with its lines"`
	Plan        *ConfigPlan        `json:"plan,omitempty" doc:"what applying it would do"`
	Tests       []ConfigTest       `json:"tests" nullable:"false" doc:"what came of its test blocks"`
	Graph       *dialplan.Graph    `json:"graph,omitempty" doc:"where calls can go"`
}

// ConfigTest is what came of a test block.
type ConfigTest struct {
	Name        string                `json:"name"`
	File        string                `json:"file"`
	Line        int                   `json:"line"`
	Passed      bool                  `json:"passed"`
	Diagnostics []ConfigDiagnostic    `json:"diagnostics" nullable:"false" doc:"what is not as it is expected"`
	Explanation *dialplan.Explanation `json:"explanation,omitempty" doc:"the way that the call took, if the test failed"`
}

// ConfigEdit is a change to one block.
type ConfigEdit struct {
	Do     string `json:"do" enum:"add,change,move,remove"`
	Kind   string `json:"kind" maxLength:"64" example:"extension"`
	Label  string `json:"label,omitempty" maxLength:"128" doc:"its name; empty of a block that has none" example:"anna"`
	Within string `json:"within,omitempty" maxLength:"128" doc:"of a route: its dialplan"`
	Before string `json:"before,omitempty" maxLength:"128" doc:"of a route that is added or moved: the route that it comes before; else it comes last"`
	// Attributes and Expressions name an attribute once, in one of them.
	Attributes  map[string]any    `json:"attributes,omitempty" doc:"as JSON values; null takes one away. Those that are not named stay"`
	Expressions map[string]string `json:"expressions,omitempty" doc:"attributes as the files write them: voicemail.office"`
	Blocks      map[string]bool   `json:"blocks,omitempty" doc:"kinds of blocks without a name in it, such as record: true puts an empty one there if there is none, false takes it away"`
	// Drafts are changes that are not written yet, on which this one is made.
	Drafts []ConfigDraft `json:"drafts,omitempty" maxItems:"100" doc:"files that were changed and not written yet"`
}

// ConfigEdited is what came of a change. Nothing is written.
type ConfigEdited struct {
	ConfigFile
	Diff  string      `json:"diff" doc:"what differs from the text before (unified)"`
	Check ConfigCheck `json:"check"`
}

// ConfigBlock is a block as it stands in the files.
type ConfigBlock struct {
	Kind        string            `json:"kind"`
	Label       string            `json:"label"`
	Within      string            `json:"within,omitempty" doc:"of a route: its dialplan"`
	File        string            `json:"file"`
	Line        int               `json:"line"`
	Expressions map[string]string `json:"expressions" nullable:"false" doc:"its attributes, as they are written"`
	Blocks      []string          `json:"blocks,omitempty" doc:"the kinds of the blocks in it"`
	Numbers     []string          `json:"numbers,omitempty" doc:"of an extension: its numbers, several with for_each"`
}

const filesPath = "/api/v1/config/files"

func (a *API) registerFiles(h huma.API) {
	tags := []string{"configuration"}
	type files struct {
		Body []ConfigFile `nullable:"false"`
	}
	huma.Register(h, huma.Operation{
		OperationID: "list-config-files", Method: http.MethodGet, Path: filesPath, Summary: "The files that the configuration is loaded from", Tags: tags,
		Errors: []int{http.StatusServiceUnavailable},
	}, func(ctx context.Context, _ *struct{}) (*files, error) {
		list, err := a.opt.Files.List(ctx)
		if err != nil {
			return nil, notApplied(err)
		}
		for i := range list {
			list[i].Text = ""
		}
		return &files{orEmpty(list)}, nil
	})

	type one struct{ Body ConfigFile }
	huma.Register(h, huma.Operation{
		OperationID: "get-config-file", Method: http.MethodGet, Path: filesPath + "/{name}", Summary: "One of them, with what it holds", Tags: tags,
		Description: "As it is on the disk, secrets too: they are the admin's.",
		Errors:      []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		Name string `path:"name" maxLength:"255"`
	}) (*one, error) {
		list, err := a.opt.Files.List(ctx)
		if err != nil {
			return nil, notApplied(err)
		}
		for _, f := range list {
			if f.Name == in.Name {
				return &one{f}, nil
			}
		}
		return nil, huma.Error404NotFound("the configuration has no file " + in.Name)
	})

	const writes = "All of it is checked first: a file is written only if the configuration is right then (422 says what is not), and if it still is what was read (409). " +
		"What it held before is kept in data_dir. It comes into force by apply."
	conflicts := []int{http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable}
	huma.Register(h, huma.Operation{
		OperationID: "put-config-file", Method: http.MethodPut, Path: filesPath + "/{name}", Summary: "Write one of them", Tags: tags, Description: writes,
		Responses: wrongFiles(h), Errors: conflicts,
	}, func(ctx context.Context, in *struct {
		Name string `path:"name" maxLength:"255"`
		Body struct {
			Text string `json:"text"`
			Hash string `json:"hash" minLength:"1" maxLength:"64" doc:"that of the file when it was read"`
		}
	}) (*one, error) {
		list, err := a.opt.Files.Write(ctx, []ConfigDraft{{Name: in.Name, Text: in.Body.Text, Hash: in.Body.Hash}}, actor(ctx))
		if err != nil {
			return nil, notApplied(err)
		}
		return &one{list[0]}, nil
	})
	huma.Register(h, huma.Operation{
		OperationID: "put-config-files", Method: http.MethodPut, Path: filesPath, Summary: "Write several of them", Tags: tags, Description: writes,
		Responses: wrongFiles(h), Errors: conflicts,
	}, func(ctx context.Context, in *struct {
		Body []ConfigDraft `nullable:"false" minItems:"1" maxItems:"100"`
	}) (*files, error) {
		list, err := a.opt.Files.Write(ctx, in.Body, actor(ctx))
		if err != nil {
			return nil, notApplied(err)
		}
		return &files{list}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "check-config", Method: http.MethodPost, Path: "/api/v1/config/check", Summary: "What drafts would be: what is wrong, what they change, and what their tests say",
		Description: "The same that plugboard validate, plan, test and graph say, of files that are not written. What is wrong is no refusal, but in the answer.",
		Tags:        tags, Errors: []int{http.StatusNotFound, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		Body struct {
			Files   []ConfigDraft `json:"files,omitempty" maxItems:"100" doc:"what files shall hold; the others are read"`
			Plugins bool          `json:"plugins,omitempty" doc:"have each plugin say, too, what it minds in its config {}: each is started for that"`
		}
	}) (*struct{ Body ConfigCheck }, error) {
		c, err := a.opt.Files.Check(ctx, in.Body.Files, in.Body.Plugins)
		if err != nil {
			return nil, notApplied(err)
		}
		return &struct{ Body ConfigCheck }{c.filled()}, nil
	})

	const blocks = "/api/v1/config/blocks"
	huma.Register(h, huma.Operation{
		OperationID: "list-config-blocks", Method: http.MethodGet, Path: blocks, Summary: "The blocks in the files", Tags: tags,
		Errors: []int{http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct {
		Kind string `query:"kind" maxLength:"64" doc:"only those of a kind" example:"extension"`
	}) (*struct {
		Body []ConfigBlock `nullable:"false"`
	}, error) {
		list, err := a.opt.Files.Blocks(ctx, in.Kind)
		if err != nil {
			return nil, notApplied(err)
		}
		return &struct {
			Body []ConfigBlock `nullable:"false"`
		}{orEmpty(list)}, nil
	})
	huma.Register(h, huma.Operation{
		OperationID: "edit-config-block", Method: http.MethodPost, Path: blocks, Summary: "Add, change, move or remove a block", Tags: tags,
		Description: "What stands around it and its comments stay. The answer is the text that the file would hold, and what that would be; nothing is written until it is put into the file.",
		Errors:      []int{http.StatusNotFound, http.StatusConflict, http.StatusServiceUnavailable},
	}, func(ctx context.Context, in *struct{ Body ConfigEdit }) (*struct{ Body ConfigEdited }, error) {
		e, err := a.opt.Files.Edit(ctx, in.Body)
		if err != nil {
			return nil, notApplied(err)
		}
		e.Check = e.Check.filled()
		return &struct{ Body ConfigEdited }{e}, nil
	})

	huma.Register(h, huma.Operation{
		OperationID: "get-call-graph", Method: http.MethodGet, Path: "/api/v1/routes/graph", Summary: "Where calls can go, as a graph", Tags: []string{"routes"},
		Description: "Of the configuration in force: what plugboard graph draws.",
	}, func(context.Context, *struct{}) (*struct{ Body dialplan.Graph }, error) {
		return &struct{ Body dialplan.Graph }{a.opt.Files.Graph()}, nil
	})
}

// filled has lists that are never null.
func (c ConfigCheck) filled() ConfigCheck {
	c.Diagnostics, c.Tests = orEmpty(c.Diagnostics), orEmpty(c.Tests)
	if c.Plan != nil {
		p := c.Plan.filled()
		c.Plan = &p
	}
	for i := range c.Tests {
		c.Tests[i].Diagnostics = orEmpty(c.Tests[i].Diagnostics)
	}
	return c
}
