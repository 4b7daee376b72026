package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// Options say where values and files come from.
type Options struct {
	// Vars are the variables set by --var; they go before everything else.
	Vars map[string]string
	// Environ is an environment as os.Environ gives it; of it, only
	// PLUGBOARD_VAR_name is read.
	Environ []string
	// FS holds the files; nil is the machine's own file system.
	FS fs.FS
	// Drafts are read in place of what is in the files with these names: a
	// change is checked whole before anything of it is written.
	Drafts map[string][]byte
}

// envPrefix begins the environment variables that set a variable.
const envPrefix = "PLUGBOARD_VAR_"

// Load reads a configuration: a file, or every *.hcl in a folder in the order
// of their names. Variables come from opt.Vars, else the environment, else
// the *.vars.hcl beside the configuration, else their default.
//
// The result is never nil, so that [WriteText] can show the source; if the
// diagnostics have errors it is good for nothing else.
func Load(name string, opt Options) (*Config, hcl.Diagnostics) {
	l := &loader{
		cfg:       &Config{sources: map[string]*hcl.File{}, numbers: map[string]Destination{}, onDisk: opt.FS == nil},
		opt:       opt,
		variables: map[string]*variable{},
		locals:    map[string]*hclsyntax.Attribute{},
		nodes:     map[string]map[string]*node{},
		made:      map[string]made{},
	}
	for _, kind := range referable {
		l.nodes[kind] = map[string]*node{}
	}
	l.funcs = l.functions()
	files, vars := l.find(name)
	bodies := l.parse(files)
	given := l.parse(vars)
	if l.diags.HasErrors() {
		return l.cfg, l.diags // a syntax error makes the rest guesswork
	}
	blocks := l.collect(bodies)
	l.setVariables(given)
	l.decode(blocks)
	if !l.diags.HasErrors() {
		l.check()
	}
	l.revise()
	Sort(l.diags)
	return l.cfg, l.diags
}

// loader is the state of one Load.
type loader struct {
	cfg   *Config
	opt   Options
	diags hcl.Diagnostics
	funcs map[string]function.Function

	variables map[string]*variable
	locals    map[string]*hclsyntax.Attribute
	nodes     map[string]map[string]*node // by type and label
	order     []*node                     // in file order

	numbered bool                         // cfg.numbers is complete
	live     map[string]function.Function // see liveFunctions

	made   map[string]made // by name: "local.x", `extension.a["k"].number`
	making []string        // what is being made, outermost first
}

// referable are the types of blocks that an expression can name.
var referable = []string{
	"extension", "group", "conference", "trunk", "failover", "voicemail", "menu", "flow", "queue", "park", "schedule", "plugin",
}

// note keeps diagnostics; for_each finds the same one for each key.
func (l *loader) note(diags hcl.Diagnostics) {
	for _, d := range diags {
		same := func(o *hcl.Diagnostic) bool {
			return o.Summary == d.Summary && o.Detail == d.Detail && (o.Subject == d.Subject || o.Subject != nil && d.Subject != nil && *o.Subject == *d.Subject)
		}
		if !slices.ContainsFunc(l.diags, same) {
			l.diags = append(l.diags, d)
		}
	}
}

func (l *loader) errorAt(at hcl.Range, summary, format string, args ...any) {
	l.note(hcl.Diagnostics{errorAt(at, summary, format, args...)})
}

// find lists the configuration's files and the variables' files.
func (l *loader) find(name string) (files, vars []string) {
	fail := func(err error) {
		d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Cannot read the configuration", Detail: err.Error()}
		if errors.Is(err, fs.ErrNotExist) {
			d.Detail = fmt.Sprintf("There is no %s. Copy config.hcl.example there, or name another file or folder.", name)
		}
		l.note(hcl.Diagnostics{d})
	}
	info, err := l.stat(name)
	if err != nil {
		fail(err)
		return nil, nil
	}
	dir := name
	if !info.IsDir() {
		dir = l.parent(name)
		files = []string{name}
	}
	if l.cfg.Dir, err = filepath.Abs(dir); err != nil {
		fail(err)
		return nil, nil
	}
	entries, err := l.readDir(dir)
	if err != nil {
		fail(err)
		return nil, nil
	}
	for _, e := range entries {
		switch n := e.Name(); {
		case e.IsDir() || strings.HasPrefix(n, "."):
		case strings.HasSuffix(n, ".vars.hcl"):
			vars = append(vars, l.join(dir, n))
		case strings.HasSuffix(n, ".hcl") && info.IsDir():
			files = append(files, l.join(dir, n))
		}
	}
	if len(files) == 0 {
		fail(fmt.Errorf("the folder %s holds no *.hcl file", name))
	}
	return files, vars
}

func (l *loader) stat(name string) (fs.FileInfo, error) {
	if l.opt.FS != nil {
		return fs.Stat(l.opt.FS, name)
	}
	return os.Stat(name)
}

func (l *loader) readDir(name string) ([]fs.DirEntry, error) {
	if l.opt.FS != nil {
		return fs.ReadDir(l.opt.FS, name)
	}
	return os.ReadDir(name)
}

func (l *loader) readFile(name string) ([]byte, error) {
	if draft, ok := l.opt.Drafts[filepath.Base(name)]; ok {
		return draft, nil
	}
	if l.opt.FS != nil {
		return fs.ReadFile(l.opt.FS, name)
	}
	return os.ReadFile(name)
}

func (l *loader) parent(name string) string {
	if l.opt.FS != nil {
		return path.Dir(name)
	}
	return filepath.Dir(name)
}

func (l *loader) join(dir, name string) string {
	if l.opt.FS != nil {
		return path.Join(dir, name)
	}
	return filepath.Join(dir, name)
}

// parse reads and parses files; their sources are kept for the diagnostics.
func (l *loader) parse(names []string) []*hclsyntax.Body {
	var bodies []*hclsyntax.Body
	for _, name := range names {
		src, err := l.readFile(name)
		if err != nil {
			l.note(hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Cannot read the configuration", Detail: err.Error()}})
			continue
		}
		if d := tooDeep(src, name); d != nil {
			l.cfg.sources[name] = &hcl.File{Bytes: src}
			l.note(hcl.Diagnostics{d})
			continue
		}
		file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
		if file != nil {
			l.cfg.sources[name] = file
			if body, ok := file.Body.(*hclsyntax.Body); ok {
				joinAccess(body)
				bodies = append(bodies, body)
			}
		}
		l.note(diags)
	}
	return bodies
}

// collect checks every block against its type and notes what can be named.
func (l *loader) collect(bodies []*hclsyntax.Body) []*hclsyntax.Block {
	all := &hclsyntax.Body{}
	for _, b := range bodies {
		all.Blocks = append(all.Blocks, b.Blocks...)
		for _, name := range attrOrder(b) {
			l.errorAt(b.Attributes[name].NameRange, "Not in a block", "Only blocks stand at the top of a file. A value of your own goes into locals { %s = … }.", name)
		}
	}
	l.note(checkBody(all, &blockType{blocks: blockTypes}, ""))
	var good []*hclsyntax.Block
	for _, b := range all.Blocks {
		t, ok := blockTypes[b.Type]
		if !ok || len(b.Labels) != t.labels {
			continue
		}
		switch {
		case b.Type == "locals":
			l.collectLocals(b)
		case b.Type == "variable":
			l.collectVariable(b)
		case readable[b.Type] != nil:
			l.collectNode(b)
		}
		good = append(good, b)
	}
	return good
}

func (l *loader) collectLocals(b *hclsyntax.Block) {
	for _, inner := range b.Body.Blocks {
		l.errorAt(inner.TypeRange, "A value is needed", "locals holds values: write %s = …", inner.Type)
	}
	for _, name := range attrOrder(b.Body) {
		attr := b.Body.Attributes[name]
		if first, ok := l.locals[name]; ok {
			l.errorAt(attr.NameRange, "Twice the same name", "local.%s stands already at %s.", name, place(first.NameRange))
			continue
		}
		l.locals[name] = attr
	}
}

func (l *loader) collectNode(b *hclsyntax.Block) {
	label := b.Labels[0]
	if first, ok := l.nodes[b.Type][label]; ok {
		l.errorAt(b.DefRange(), "Twice the same name", "%s.%s stands already at %s.", b.Type, label, place(first.block.DefRange()))
		return
	}
	n := &node{kind: b.Type, label: label, block: b}
	l.nodes[b.Type][label] = n
	l.order = append(l.order, n)
}

// decode makes the typed configuration. Plain values come first: what a
// destination's number is, is asked by those that lead to it.
func (l *loader) decode(blocks []*hclsyntax.Block) {
	first := map[string]*hclsyntax.Block{}
	for _, b := range blocks {
		if first[b.Type] == nil {
			first[b.Type] = b
		}
	}
	l.pbx(first["pbx"])
	l.sip(first["sip"])
	l.media(first["media"])
	l.web(first["web"])
	l.store(first["store"])
	l.features(first["features"])
	if b := first["mail"]; b != nil {
		l.mail(l.fields(b, scope{}))
	}
	for _, name := range sortedKeys(l.locals) {
		l.local(name, l.locals[name].NameRange)
	}
	for _, n := range l.order {
		if !l.expand(n, n.block.DefRange()) {
			continue
		}
		for _, i := range n.instances {
			l.instance(i)
		}
	}
	emergency := l.fields(first["emergency"], scope{})
	if first["emergency"] != nil {
		l.emergencyBlock(emergency)
	}
	l.indexNumbers()
	for _, n := range l.order {
		for _, i := range n.instances {
			l.destinations(i)
		}
	}
	if first["emergency"] != nil {
		l.emergency(emergency)
	}
	names := map[string]*hclsyntax.Block{}
	for _, b := range blocks {
		if b.Type == "dialplan" {
			l.dialplan(b, names)
		}
	}
	l.tests(blocks)
}

// variable is one variable block.
type variable struct {
	block     *hclsyntax.Block
	sensitive bool
}

func (l *loader) collectVariable(b *hclsyntax.Block) {
	name := b.Labels[0]
	if first, ok := l.variables[name]; ok {
		l.errorAt(b.DefRange(), "Twice the same name", "var.%s stands already at %s.", name, place(first.block.DefRange()))
		return
	}
	v := &variable{block: b}
	l.variables[name] = v
	for _, attr := range []string{"sensitive", "description"} {
		a := b.Body.Attributes[attr]
		if a == nil {
			continue
		}
		value, diags := a.Expr.Value(nil)
		switch {
		case diags.HasErrors():
			l.errorAt(a.Expr.Range(), "Not a constant", "%s of a variable is written out: nothing else is known yet.", attr)
			v.sensitive = attr == "sensitive" || v.sensitive // rather hide too much
		case attr == "sensitive" && (value.IsNull() || value.Type() != cty.Bool):
			l.errorAt(a.Expr.Range(), "Wrong type", "sensitive takes true or false; this is %s.", Describe(value))
			v.sensitive = true
		case attr == "sensitive":
			v.sensitive = value.True()
		case value.IsNull() || value.Type() != cty.String:
			l.errorAt(a.Expr.Range(), "Wrong type", "description takes a text; this is %s.", Describe(value))
		}
	}
}

func (l *loader) variable(name string, at hcl.Range) (cty.Value, bool) {
	if l.variables[name] == nil {
		var names []string
		for n := range l.variables {
			names = append(names, "var."+n)
		}
		l.errorAt(at, "Unknown variable", "There is no var.%s: declare it with variable %s { … }.%s", name, quote(name), Suggest("var."+name, names))
		return cty.DynamicVal, false
	}
	m, ok := l.made["var."+name]
	return m.value, ok && m.ok
}
