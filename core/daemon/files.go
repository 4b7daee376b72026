package daemon

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/aymanbagabas/go-udiff"
	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/dialplan"
)

// backups is the folder in data_dir for what files of the configuration held
// before somebody wrote them over the API.
const backups = "config"

func (d *Daemon) filesAPI() api.ConfigFiles {
	return api.ConfigFiles{
		List: d.files, Check: d.checkDrafts, Write: d.writeFiles, Edit: d.editBlock, Blocks: d.blocks,
		Graph: func() dialplan.Graph { return d.now().plan.Graph() },
	}
}

// drafted loads the configuration with drafts in place of its files. Each has to
// be a draft of one of them.
func (d *Daemon) drafted(drafts []api.ConfigDraft) (*config.Config, hcl.Diagnostics, error) {
	if d.opt.Load == nil {
		return nil, nil, &api.ConfigError{Text: "this daemon was started without files that could be read again"}
	}
	texts := map[string][]byte{}
	for _, f := range drafts {
		texts[f.Name] = []byte(f.Text)
	}
	cfg, diags := d.opt.Load(texts)
	for _, f := range drafts {
		if !slices.ContainsFunc(cfg.Files(), func(o config.File) bool { return o.Name == f.Name }) {
			return nil, nil, &call.Error{Cause: call.NotFound, Text: "the configuration has no file " + f.Name}
		}
	}
	return cfg, diags, nil
}

// files are the configuration's files as they are on the disk.
func (d *Daemon) files(context.Context) ([]api.ConfigFile, error) {
	cfg, _, err := d.drafted(nil)
	if err != nil {
		return nil, err
	}
	var list []api.ConfigFile
	for _, f := range cfg.Files() {
		list = append(list, apiFile(f.Name, f.Text))
	}
	return list, nil
}

func apiFile(name string, text []byte) api.ConfigFile {
	return api.ConfigFile{Name: name, Variables: strings.HasSuffix(name, ".vars.hcl"), Size: len(text), Hash: config.Hash(text), Text: string(text)}
}

// checkDrafts says what the configuration would be with drafts.
func (d *Daemon) checkDrafts(ctx context.Context, drafts []api.ConfigDraft, plugins bool) (api.ConfigCheck, error) {
	release, err := d.takeTurn(ctx)
	if err != nil {
		return api.ConfigCheck{}, err
	}
	defer release()
	return d.check(ctx, drafts, plugins)
}

// check is that, for who has the turn.
func (d *Daemon) check(ctx context.Context, drafts []api.ConfigDraft, plugins bool) (api.ConfigCheck, error) {
	cfg, diags, err := d.drafted(drafts)
	if err != nil {
		return api.ConfigCheck{}, err
	}
	r, err := d.compare(cfg, diags)
	if err == nil && plugins && d.opt.CheckPlugins != nil {
		if more := d.opt.CheckPlugins(ctx, cfg); more.HasErrors() {
			err = wrong(cfg, more)
		} else {
			r.plan.Warnings = append(r.plan.Warnings, diagnostics(cfg, more)...)
		}
	}
	var e *api.ConfigError
	if errors.As(err, &e) && len(e.Diagnostics) > 0 {
		return api.ConfigCheck{Diagnostics: e.Diagnostics, Source: e.Source}, nil
	} else if err != nil {
		return api.ConfigCheck{}, err
	}
	graph := r.next.plan.Graph()
	c := api.ConfigCheck{Diagnostics: r.plan.Warnings, Plan: &r.plan, Graph: &graph}
	for _, block := range cfg.Tests {
		t := r.next.plan.Test(block)
		one := api.ConfigTest{
			Name: t.Name, File: filepath.Base(t.At.Filename), Line: t.At.Start.Line,
			Passed: len(t.Diags) == 0, Diagnostics: diagnostics(cfg, t.Diags),
		}
		if !one.Passed {
			one.Explanation = &t.Trial.Explanation
		}
		c.Tests = append(c.Tests, one)
	}
	return c, nil
}

// writeFiles puts drafts into their files, if they are what they were when they
// were read, and all of it is right then.
func (d *Daemon) writeFiles(ctx context.Context, drafts []api.ConfigDraft, by call.Actor) ([]api.ConfigFile, error) {
	release, err := d.takeTurn(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	onDisk, _, err := d.drafted(nil)
	if err != nil {
		return nil, err
	}
	files := map[string]config.File{}
	for _, f := range onDisk.Files() {
		files[f.Name] = f
	}
	for i, draft := range drafts {
		f, ok := files[draft.Name]
		switch {
		case !ok:
			return nil, &call.Error{Cause: call.NotFound, Text: "the configuration has no file " + draft.Name}
		case slices.ContainsFunc(drafts[:i], func(o api.ConfigDraft) bool { return o.Name == draft.Name }):
			return nil, &api.ConfigError{Text: draft.Name + " is there twice"}
		case draft.Hash != config.Hash(f.Text):
			return nil, &api.ConfigError{Text: draft.Name + " is not what it was when you read it: somebody has written it meanwhile. Read it again, and make your change in that"}
		}
	}
	c, err := d.check(ctx, drafts, true)
	if err != nil {
		return nil, err
	}
	if errs := errorsIn(c.Diagnostics); errs > 0 {
		return nil, &api.ConfigError{Text: "nothing is written: the configuration would have " + plural(errs, "error"), Diagnostics: c.Diagnostics, Source: c.Source}
	}
	var written []api.ConfigFile
	for _, draft := range drafts {
		if err := files[draft.Name].Write([]byte(draft.Text), filepath.Join(d.cfg().PBX.DataDir, backups), time.Now()); err != nil {
			text := err.Error()
			if len(written) > 0 { // each file is whole, and what they were is kept
				text += fmt.Sprintf("; written were before: %s", names(written))
			}
			return nil, &api.ConfigError{Text: text}
		}
		d.log.Info("a file of the configuration is written", "file", draft.Name, "by", by.String())
		written = append(written, apiFile(draft.Name, []byte(draft.Text)))
	}
	return written, nil
}

func names(files []api.ConfigFile) string {
	var list []string
	for _, f := range files {
		list = append(list, f.Name)
	}
	return strings.Join(list, ", ")
}

// errorsIn counts the errors.
func errorsIn(list []api.ConfigDiagnostic) (errs int) {
	for _, d := range list {
		if d.Severity == "error" {
			errs++
		}
	}
	return errs
}

// editBlock makes a change to one block of the files, or of drafts of them.
func (d *Daemon) editBlock(ctx context.Context, e api.ConfigEdit) (api.ConfigEdited, error) {
	release, err := d.takeTurn(ctx)
	if err != nil {
		return api.ConfigEdited{}, err
	}
	defer release()
	onDisk, _, err := d.drafted(nil)
	if err != nil {
		return api.ConfigEdited{}, err
	}
	cfg, _, err := d.drafted(e.Drafts)
	if err != nil {
		return api.ConfigEdited{}, err
	}
	edit := config.Edit{Do: e.Do, Kind: e.Kind, Label: e.Label, Within: e.Within, Before: e.Before, Attributes: map[string]string{}, Blocks: e.Blocks}
	for name, value := range e.Attributes {
		if value == nil {
			edit.Attributes[name] = ""
			continue
		}
		text, err := json.Marshal(value)
		if err == nil {
			edit.Attributes[name], err = config.Literal(text)
		}
		if err != nil {
			return api.ConfigEdited{}, &api.ConfigError{Mistaken: true, Text: fmt.Sprintf("%s cannot be written: %v", name, err)}
		}
	}
	for name, expr := range e.Expressions {
		if _, twice := edit.Attributes[name]; twice || strings.TrimSpace(expr) == "" {
			return api.ConfigEdited{}, &api.ConfigError{Mistaken: true, Text: name + " stands in attributes and in expressions, or is empty: null among the attributes takes one away"}
		}
		edit.Attributes[name] = expr
	}
	name, text, err := cfg.Edit(edit)
	if err != nil {
		return api.ConfigEdited{}, &api.ConfigError{Mistaken: true, Text: err.Error()}
	}
	drafts := slices.DeleteFunc(slices.Clone(e.Drafts), func(f api.ConfigDraft) bool { return f.Name == name })
	c, err := d.check(ctx, append(drafts, api.ConfigDraft{Name: name, Text: string(text)}), false)
	if err != nil {
		return api.ConfigEdited{}, err
	}
	was, before := "", ""
	for _, f := range onDisk.Files() {
		if f.Name == name {
			was = config.Hash(f.Text)
		}
	}
	for _, f := range cfg.Files() {
		if f.Name == name {
			before = string(f.Text)
		}
	}
	diff, err := udiff.ToUnified(name, name, before, difference(before, string(text)), udiff.DefaultContextLines)
	if err != nil {
		return api.ConfigEdited{}, err // edits of our own always fit
	}
	out := api.ConfigEdited{ConfigFile: apiFile(name, text), Diff: diff, Check: c}
	out.Hash = was // of what is to be replaced
	return out, nil
}

// difference is the one part in which two texts differ, in whole lines.
func difference(before, after string) []udiff.Edit {
	begins := func(s string, at int) bool { return at == 0 || s[at-1] == '\n' }
	head := 0
	for head < min(len(before), len(after)) && before[head] == after[head] {
		head++
	}
	for !begins(before, head) {
		head--
	}
	end, now := len(before), len(after)
	for end > head && now > head && before[end-1] == after[now-1] {
		end, now = end-1, now-1
	}
	for end < len(before) && (!begins(before, end) || !begins(after, now)) {
		end, now = end+1, now+1
	}
	return []udiff.Edit{{Start: head, End: end, New: after[head:now]}}
}

// blocks are the blocks in the files.
func (d *Daemon) blocks(_ context.Context, kind string) ([]api.ConfigBlock, error) {
	cfg, _, err := d.drafted(nil)
	if err != nil {
		return nil, err
	}
	var list []api.ConfigBlock
	for _, s := range cfg.Stands(kind) {
		list = append(list, api.ConfigBlock{
			Kind: s.Kind, Label: s.Label, Within: s.Within, File: s.File, Line: s.Line,
			Expressions: s.Attributes, Blocks: s.Blocks, Numbers: s.Numbers,
		})
	}
	return list, nil
}

// leastScrubbed is how long a secret is at least that is looked for in the log:
// a shorter one stands in half of all words.
const leastScrubbed = 6

// scrub hides secrets of the configuration in force in a text for the log's
// readers. They have no place there; this is for what slips in.
func (d *Daemon) scrub(text string) string {
	now := d.inForce.Load()
	if now == nil {
		return text
	}
	return now.scrubber().Replace(now.cfg.Redact(text))
}

// scrubber replaces the secrets of a snapshot.
func (s *snapshot) scrubber() *strings.Replacer {
	s.scrubOnce.Do(func() {
		var pairs []string
		add := func(secret string) {
			if len(secret) >= leastScrubbed {
				pairs = append(pairs, secret, config.Sensitive)
			}
		}
		for _, secret := range s.secrets {
			add(secret)
		}
		for _, t := range s.cfg.Trunks {
			add(t.Secret.Reveal())
		}
		if s.cfg.Mail != nil {
			add(s.cfg.Mail.Secret.Reveal())
		}
		s.scrubs = strings.NewReplacer(pairs...)
	})
	return cmp.Or(s.scrubs, strings.NewReplacer())
}
