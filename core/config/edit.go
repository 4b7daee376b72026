package config

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// What an [Edit] does.
const (
	EditAdd    = "add"
	EditChange = "change"
	EditMove   = "move"
	EditRemove = "remove"
)

// Edit is a change to one block, as a form makes it. What stands around it, its
// comments too, stays as it is.
type Edit struct {
	Do     string
	Kind   string // "extension"
	Label  string // "" of a block without one
	Within string // of a route: its dialplan
	// Before is the route that one that is added or moved comes before; "": it
	// comes last.
	Before string
	// Attributes are expressions as files write them; "" takes one away. Those
	// that are not named stay.
	Attributes map[string]string
	// Blocks are kinds of blocks without a label in it: true puts an empty one
	// there if there is none, false takes it away.
	Blocks map[string]bool
}

// Stand is a block as it stands in the files.
type Stand struct {
	Kind, Label, Within string
	File                string
	Line                int
	// Attributes are its expressions as they are written.
	Attributes map[string]string
	// Blocks are the kinds of the blocks in it.
	Blocks []string
	// Numbers are those of an extension: several with for_each.
	Numbers []string
}

// Stands lists the blocks of a kind in the order of the files; "" is all.
func (c *Config) Stands(kind string) []Stand {
	var list []Stand
	note := func(b *hclsyntax.Block, src []byte, within string) {
		if kind != "" && b.Type != kind {
			return
		}
		s := Stand{Kind: b.Type, Within: within, File: filepath.Base(b.TypeRange.Filename), Line: b.TypeRange.Start.Line, Attributes: map[string]string{}}
		if len(b.Labels) > 0 {
			s.Label = b.Labels[0]
		}
		for name, a := range b.Body.Attributes {
			s.Attributes[name] = string(a.Expr.Range().SliceBytes(src))
		}
		for _, inner := range b.Body.Blocks {
			s.Blocks = append(s.Blocks, inner.Type)
		}
		if b.Type == "extension" {
			for _, e := range c.Extensions {
				if e.Label == s.Label {
					s.Numbers = append(s.Numbers, e.Number)
				}
			}
		}
		list = append(list, s)
	}
	for _, name := range sortedKeys(c.sources) {
		body, ok := c.sources[name].Body.(*hclsyntax.Body)
		if !ok {
			continue
		}
		for _, b := range body.Blocks {
			note(b, c.sources[name].Bytes, "")
			if b.Type == "dialplan" && len(b.Labels) == 1 {
				for _, r := range b.Body.Blocks {
					note(r, c.sources[name].Bytes, b.Labels[0])
				}
			}
		}
	}
	return list
}

// Literal writes a JSON value as an expression.
func Literal(value []byte) (string, error) {
	t, err := ctyjson.ImpliedType(value)
	if err != nil {
		return "", err
	}
	v, err := ctyjson.Unmarshal(value, t)
	if err != nil {
		return "", err
	}
	return string(hclwrite.TokensForValue(v).Bytes()), nil
}

// Edit is what a file holds after a change, and which file. It checks that the
// change can be made; whether the whole is right then is what [Load] says of
// it. Nothing is written.
func (c *Config) Edit(e Edit) (name string, text []byte, err error) {
	t, where := blockTypes[e.Kind], "at the top of a file"
	if e.Within != "" {
		t, where = blockTypes["dialplan"].blocks[e.Kind], "in a dialplan"
	}
	switch {
	case t == nil:
		return "", nil, fmt.Errorf("no block %s can stand %s", quote(e.Kind), where)
	case (t.labels == 0) != (e.Label == ""):
		return "", nil, fmt.Errorf("a block %s has %d labels", e.Kind, t.labels)
	case e.Label != "" && !t.anyLabel && !hclsyntax.ValidIdentifier(e.Label):
		return "", nil, fmt.Errorf("%s is no name for a block: it begins with a letter, then letters, digits, - and _", quote(e.Label))
	case e.Do == EditMove && e.Within == "":
		return "", nil, fmt.Errorf("the order of %s does not matter: routes are moved, within their dialplan", blockName(e.Kind, e.Label))
	case e.Do == EditMove && e.Before == e.Label:
		return "", nil, fmt.Errorf("%s cannot come before itself", blockName(e.Kind, e.Label))
	case (e.Do == EditMove || e.Do == EditRemove) && len(e.Attributes)+len(e.Blocks) > 0:
		return "", nil, fmt.Errorf("to %s a block changes nothing in it: make that a change of its own", e.Do)
	}
	for kind := range e.Blocks {
		if inner := t.blocks[kind]; inner == nil || inner.labels > 0 {
			return "", nil, fmt.Errorf("no block %s without a name can stand in %s", quote(kind), e.Kind)
		}
	}
	for attr, expr := range e.Attributes {
		if !hclsyntax.ValidIdentifier(attr) {
			return "", nil, fmt.Errorf("%s is no name of an attribute", quote(attr))
		}
		if expr == "" {
			continue
		}
		if d := tooDeep([]byte(expr), attr); d != nil {
			return "", nil, fmt.Errorf("%s: %s", attr, d.Detail)
		}
		if _, diags := hclsyntax.ParseExpression([]byte(expr), attr, hcl.InitialPos); diags.HasErrors() {
			return "", nil, fmt.Errorf("%s = %s is no expression: %s", attr, expr, diags[0].Detail)
		}
	}
	name, src, edited, err := c.edited(e, t)
	if err != nil {
		return "", nil, err
	}
	if _, diags := hclsyntax.ParseConfig(edited, name, hcl.InitialPos); diags.HasErrors() {
		if _, before := hclsyntax.ParseConfig(src, name, hcl.InitialPos); !before.HasErrors() {
			return "", nil, fmt.Errorf("the change cannot be written: %s", diags[0].Detail)
		}
		return "", nil, fmt.Errorf("%s has a syntax error: correct it first", filepath.Base(name))
	}
	return filepath.Base(name), edited, nil
}

// edited makes the change in the file where it belongs.
func (c *Config) edited(e Edit, t *blockType) (name string, src, text []byte, err error) {
	outer, kind, label := e, e.Kind, e.Label
	if e.Within != "" {
		kind, label = "dialplan", e.Within
	}
	name, b := c.block(kind, label)
	switch {
	case b == nil && (e.Do != EditAdd || e.Within != ""):
		return "", nil, nil, fmt.Errorf("there is no %s", blockName(kind, label))
	case b != nil && e.Do == EditAdd && e.Within == "":
		return "", nil, nil, fmt.Errorf("%s stands already at %s", blockName(kind, label), place(b.DefRange()))
	case b == nil: // a new one comes after the last of its kind
		name, at := c.after(kind)
		if name == "" {
			return "", nil, nil, fmt.Errorf("the configuration has no file that a block can be added to")
		}
		src := c.sources[name].Bytes
		return name, src, splice(src, at, at, glue(src[:at], newBlock(outer, t))), nil
	}
	src = c.sources[name].Bytes
	r := b.Range()
	if e.Within == "" && e.Do == EditRemove {
		start, end := whole(src, b)
		return name, src, splice(src, start, end, nil), nil
	}
	within := opened(src, b)
	if e.Within == "" {
		if within, err = change(within, nil, e); err != nil {
			return "", nil, nil, err
		}
	} else if within, err = route(within, e, t); err != nil {
		return "", nil, nil, err
	}
	return name, src, splice(src, r.Start.Byte, r.End.Byte, hclwrite.Format(within)), nil
}

func blockName(kind, label string) string {
	if label == "" {
		return kind
	}
	return kind + " " + quote(label)
}

// block finds a block of the top level.
func (c *Config) block(kind, label string) (string, *hclsyntax.Block) {
	for _, name := range sortedKeys(c.sources) {
		if body, ok := c.sources[name].Body.(*hclsyntax.Body); ok {
			if b := in(body, kind, label); b != nil {
				return name, b
			}
		}
	}
	return "", nil
}

func in(body *hclsyntax.Body, kind, label string) *hclsyntax.Block {
	for _, b := range body.Blocks {
		if b.Type == kind && (label == "" || len(b.Labels) > 0 && b.Labels[0] == label) {
			return b
		}
	}
	return nil
}

// after is the place behind the last block of a kind, else the end of the last
// file.
func (c *Config) after(kind string) (name string, at int) {
	for _, n := range sortedKeys(c.sources) {
		body, ok := c.sources[n].Body.(*hclsyntax.Body)
		if !ok || strings.HasSuffix(n, ".vars.hcl") {
			continue
		}
		for _, b := range body.Blocks {
			if b.Type == kind {
				name, at = n, lineEnd(c.sources[n].Bytes, b.Range().End.Byte)
			}
		}
	}
	if name != "" {
		return name, at
	}
	for _, n := range sortedKeys(c.sources) {
		if !strings.HasSuffix(n, ".vars.hcl") {
			name, at = n, len(c.sources[n].Bytes)
		}
	}
	return name, at
}

// newBlock is the text of an added block, its attributes in the order in which
// the language has them.
func newBlock(e Edit, t *blockType) []byte {
	var labels []string
	if e.Label != "" {
		labels = []string{e.Label}
	}
	f := hclwrite.NewEmptyFile()
	body := f.Body().AppendNewBlock(e.Kind, labels).Body()
	for _, name := range inOrder(e.Attributes, t) {
		if e.Attributes[name] != "" {
			body.SetAttributeRaw(name, tokens(e.Attributes[name]))
		}
	}
	setBlocks(body, e.Blocks)
	return hclwrite.Format(f.Bytes())
}

// setBlocks puts empty blocks into a body, or takes blocks away.
func setBlocks(body *hclwrite.Body, blocks map[string]bool) {
	for _, kind := range sortedKeys(blocks) {
		switch was := body.FirstMatchingBlock(kind, nil); {
		case blocks[kind] && was == nil:
			// One line, as people write it.
			if f, diags := hclwrite.ParseConfig([]byte(kind+" {}\n"), "", hcl.InitialPos); !diags.HasErrors() {
				body.AppendBlock(f.Body().Blocks()[0])
			}
		case !blocks[kind] && was != nil:
			body.RemoveBlock(was)
		}
	}
}

// inOrder are the names of attributes: those that the language has first, in
// its order.
func inOrder(attributes map[string]string, t *blockType) []string {
	names := sortedKeys(attributes)
	rank := func(n string) int {
		if i := slices.Index(t.attrs, n); i >= 0 {
			return i
		}
		return len(t.attrs)
	}
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	return names
}

// tokens are those of an expression, which was parsed before.
func tokens(expr string) hclwrite.Tokens {
	f, diags := hclwrite.ParseConfig([]byte("x = "+expr+"\n"), "", hcl.InitialPos)
	if diags.HasErrors() || f.Body().GetAttribute("x") == nil { // lines that only stand in brackets
		if f, diags = hclwrite.ParseConfig([]byte("x = ("+expr+"\n)\n"), "", hcl.InitialPos); diags.HasErrors() {
			return hclwrite.Tokens{{Type: hclsyntax.TokenIdent, Bytes: []byte(expr)}} // what comes of it is parsed once more
		}
	}
	return f.Body().GetAttribute("x").Expr().BuildTokens(nil)
}

// change sets and takes away what is in the block that a text holds, or, with
// within, in a block in that.
func change(text []byte, within []string, e Edit) ([]byte, error) {
	f, diags := hclwrite.ParseConfig(text, "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, fmt.Errorf("the block cannot be read: %s", diags[0].Detail)
	}
	b := f.Body().Blocks()[0]
	if within != nil {
		b = b.Body().FirstMatchingBlock(within[0], within[1:])
	}
	t := blockTypes[e.Kind]
	if within != nil {
		t = blockTypes["dialplan"].blocks[e.Kind]
	}
	for _, name := range inOrder(e.Attributes, t) {
		if e.Attributes[name] == "" {
			b.Body().RemoveAttribute(name)
			continue
		}
		b.Body().SetAttributeRaw(name, tokens(e.Attributes[name]))
	}
	setBlocks(b.Body(), e.Blocks)
	return f.Bytes(), nil
}

// only is the one block that a text holds.
func only(text []byte) (*hclsyntax.Block, error) {
	f, diags := hclsyntax.ParseConfig(text, "", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, fmt.Errorf("the dialplan cannot be read: %s", diags[0].Detail)
	}
	return f.Body.(*hclsyntax.Body).Blocks[0], nil
}

// route adds, changes, moves or removes a route of the dialplan that a text holds.
func route(text []byte, e Edit, t *blockType) ([]byte, error) {
	plan, err := only(text)
	if err != nil {
		return nil, err
	}
	was := in(plan.Body, e.Kind, e.Label)
	switch {
	case was == nil && e.Do != EditAdd:
		return nil, fmt.Errorf("there is no %s in dialplan %s", blockName(e.Kind, e.Label), quote(e.Within))
	case was != nil && e.Do == EditAdd:
		return nil, fmt.Errorf("%s stands already in dialplan %s", blockName(e.Kind, e.Label), quote(e.Within))
	case e.Do == EditRemove:
		start, end := whole(text, was)
		return splice(text, start, end, nil), nil
	case e.Do == EditChange:
		r := was.Range()
		text = splice(text, r.Start.Byte, r.End.Byte, opened(text, was))
		return change(text, []string{e.Kind, e.Label}, e)
	}
	block, spaced := newBlock(e, t), true
	if e.Do == EditMove {
		start, end := commented(text, was)
		from, to := whole(text, was)
		block, spaced = bytes.Clone(text[start:end]), to-from > end-start
		text = splice(text, from, to, nil)
		if plan, err = only(text); err != nil {
			return nil, err
		}
	}
	if e.Before != "" {
		next := in(plan.Body, "route", e.Before)
		if next == nil {
			return nil, fmt.Errorf("there is no route %s in dialplan %s to come before", quote(e.Before), quote(e.Within))
		}
		at, _ := commented(text, next)
		if spaced {
			block = append(block, '\n')
		}
		return splice(text, at, at, block), nil
	}
	at := lineStartAt(text, plan.CloseBraceRange.Start.Byte)
	if blocks := plan.Body.Blocks; len(blocks) > 0 {
		at = lineEnd(text, blocks[len(blocks)-1].Range().End.Byte)
	}
	if spaced {
		block = glue(text[:at], block)
	}
	return splice(text, at, at, block), nil
}

// opened is the text of a block, with room for lines between its braces.
func opened(src []byte, b *hclsyntax.Block) []byte {
	r, open, shut := b.Range(), b.OpenBraceRange.End.Byte, b.CloseBraceRange.Start.Byte
	if bytes.ContainsRune(src[open:shut], '\n') {
		return bytes.Clone(r.SliceBytes(src))
	}
	return slices.Concat(src[r.Start.Byte:open], []byte("\n"), src[open:shut], []byte("\n"), src[shut:r.End.Byte])
}

// commented is a block with the comment right above it, to the end of its line.
func commented(src []byte, b *hclsyntax.Block) (start, end int) {
	r := b.Range()
	start, end = lineStartAt(src, r.Start.Byte), lineEnd(src, r.End.Byte)
	for start > 0 {
		above := lineStartAt(src, start-1)
		if line := bytes.TrimSpace(src[above:start]); !bytes.HasPrefix(line, []byte("#")) && !bytes.HasPrefix(line, []byte("//")) {
			break
		}
		start = above
	}
	return start, end
}

// whole is that with one of the empty lines around it: that below, or, of the
// last one, that above.
func whole(src []byte, b *hclsyntax.Block) (start, end int) {
	start, end = commented(src, b)
	empty := func(from, to int) bool { return from < to && len(bytes.TrimSpace(src[from:to])) == 0 }
	if empty(end, lineEnd(src, end)) {
		return start, lineEnd(src, end)
	}
	rest := bytes.TrimSpace(src[end:])
	if above := lineStartAt(src, max(start-1, 0)); (len(rest) == 0 || rest[0] == '}') && empty(above, start) {
		start = above
	}
	return start, end
}

// lineStartAt is where the line of a byte begins, lineEnd where the next one does.
func lineStartAt(src []byte, at int) int { return bytes.LastIndexByte(src[:at], '\n') + 1 }

func lineEnd(src []byte, at int) int {
	if n := bytes.IndexByte(src[at:], '\n'); n >= 0 {
		return at + n + 1
	}
	return len(src)
}

// glue puts an empty line between what is before and a block.
func glue(before, block []byte) []byte {
	switch {
	case len(bytes.TrimSpace(before)) == 0:
		return block
	case before[len(before)-1] != '\n':
		return append([]byte("\n\n"), block...)
	}
	return append([]byte("\n"), block...)
}

func splice(src []byte, start, end int, text []byte) []byte {
	return slices.Concat(src[:start], text, src[end:])
}
