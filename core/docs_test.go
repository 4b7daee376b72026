package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/plugboard/plugboard/core/cli"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/dialplan"
)

// What the documents say is what the program does. In a document, a comment
// before a code block says how it is tested:
//
//	<!-- with: office -->         the block stands beside a fixture, below
//	<!-- with: routes -->         the same, inside a dialplan
//	<!-- with: office, fails -->  it is refused; the next text block is what is printed
//	<!-- prints: FILE with `A` as `B` -->  what FILE prints with its first A replaced
//	<!-- runs -->                 what commands print where config.hcl is the whole configuration above
//
// A block of HCL without a comment is a whole configuration, without warnings;
// all HCL is in the canonical form.
// A block of Go is a package.

// fixtures are the configurations that fragments stand in. The fragment goes
// where it says FRAGMENT, or into a file of its own.
var fixtures = map[string]string{
	"office": office,
	"routes": office + `
		dialplan "outside" {
			from = [trunk.provider]
			FRAGMENT
		}`,
}

const office = `
	extension "desk" {
		for_each = { anna = "101", ben = "102" }
		number   = each.value
	}
	group "office" {
		members = extension.desk
		number  = "700"
	}
	trunk "provider" { peer = "sip:192.0.2.1" }
	dialplan "internal" {
		from = [extension.desk]
		route "office" {
			match = group.office.number
			to    = group.office
		}
	}`

// block is one fenced block of a document.
type block struct {
	file, lang string
	line       int
	comment    string // of the HTML comment above it
	text       string
}

func (b block) at() string { return fmt.Sprintf("%s:%d", b.file, b.line) }

// documents are what is tested, by path from the root of the sources.
func documents(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string]string{}
	for _, f := range append(files, "../README.md") {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		docs[strings.TrimPrefix(f, "../")] = string(text)
	}
	return docs
}

func blocks(t *testing.T, lang string) []block {
	t.Helper()
	var out []block
	for file, text := range documents(t) {
		for _, b := range fenced(file, text) {
			if b.lang == lang {
				out = append(out, b)
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("no %s in the documents: does this test read them right?", lang)
	}
	return out
}

var comment = regexp.MustCompile(`^<!-- (.*) -->$`)

func fenced(file, text string) []block {
	var out []block
	var open *block
	above := ""
	for i, line := range strings.Split(text, "\n") {
		switch {
		case open != nil && line == "```":
			out, open = append(out, *open), nil
		case open != nil:
			open.text += line + "\n"
		case strings.HasPrefix(line, "```"):
			open = &block{file: file, lang: strings.TrimPrefix(line, "```"), line: i + 1, comment: above}
			above = ""
		case line != "":
			above = ""
			if m := comment.FindStringSubmatch(line); m != nil {
				above = m[1]
			}
		}
	}
	return out
}

// validate is what `plugboard validate` says of files in a folder.
func validate(files map[string]string) (text string, failed bool) {
	folder := fstest.MapFS{}
	for name, src := range files {
		folder[name] = &fstest.MapFile{Data: []byte(src)}
	}
	cfg, diags := config.Load(".", config.Options{FS: folder})
	if !diags.HasErrors() {
		_, more := dialplan.Compile(cfg)
		diags = append(diags, more...)
	}
	var out bytes.Buffer
	if err := config.WriteText(&out, cfg, diags, false); err != nil {
		return err.Error(), true
	}
	return out.String(), diags.HasErrors()
}

func TestDocumentsHCL(t *testing.T) {
	for file, text := range documents(t) {
		all := fenced(file, text)
		for i, b := range all {
			if b.lang != "hcl" {
				continue
			}
			if said := string(hclwrite.Format([]byte(b.text))); said != b.text {
				t.Errorf("%s is not in the canonical form, which is\n%s", b.at(), said)
			}
			name, fails := strings.CutSuffix(b.comment, ", fails")
			if b.comment == "" {
				if said, _ := validate(map[string]string{"config.hcl": b.text}); said != "" {
					t.Errorf("%s: a whole configuration prints\n%s", b.at(), said)
				}
				continue
			}
			fixture, ok := fixtures[strings.TrimPrefix(name, "with: ")]
			if !ok {
				t.Errorf("%s: there is no fixture %q", b.at(), b.comment)
				continue
			}
			files := map[string]string{"config.hcl": b.text, "fixture.hcl": fixture}
			if strings.Contains(fixture, "FRAGMENT") {
				files = map[string]string{"config.hcl": strings.Replace(fixture, "FRAGMENT", b.text, 1)}
			}
			said, failed := validate(files)
			switch {
			case failed != fails:
				t.Errorf("%s prints\n%s", b.at(), said)
			case fails && (i+1 == len(all) || all[i+1].lang != "text" || all[i+1].text != said):
				t.Errorf("%s is followed by something else than it prints, which is\n%s", b.at(), said)
			}
		}
	}
}

var prints = regexp.MustCompile("^prints: (\\S+) with `(.*)` as `(.*)`$")

func TestDocumentsMessages(t *testing.T) {
	for _, b := range blocks(t, "text") {
		m := prints.FindStringSubmatch(b.comment)
		if m == nil {
			continue
		}
		src, err := os.ReadFile("../" + m[1])
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(src, []byte(m[2])) {
			t.Errorf("%s: there is no %q in %s", b.at(), m[2], m[1])
		}
		if said, _ := validate(map[string]string{"config.hcl": strings.Replace(string(src), m[2], m[3], 1)}); said != b.text {
			t.Errorf("%s: it prints\n%s", b.at(), said)
		}
	}
}

// What stands behind "$ plugboard" is run, and prints what follows.
func TestDocumentsSessions(t *testing.T) {
	ran := 0
	for file, text := range documents(t) {
		whole := ""
		for _, b := range fenced(file, text) {
			switch {
			case b.lang == "hcl" && b.comment == "":
				whole = b.text
			case b.lang == "console" && b.comment == "runs":
				ran++
				t.Run(b.at(), func(t *testing.T) { runSession(t, whole, b.text) })
			}
		}
	}
	if ran == 0 {
		t.Error("no document shows a session: does this test read them right?")
	}
}

var word = regexp.MustCompile(`"[^"]*"|\S+`)

// words are those of a command line, as a shell would part them.
func words(line string) (out []string) {
	for _, w := range word.FindAllString(line, -1) {
		out = append(out, strings.Trim(w, `"`))
	}
	return out
}

func runSession(t *testing.T, configuration, text string) {
	t.Setenv("TZ", "UTC")
	t.Chdir(t.TempDir())
	if err := os.WriteFile("config.hcl", []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split("\n"+text, "\n$ plugboard ")[1:] {
		line, want, _ := strings.Cut(part, "\n")
		var out bytes.Buffer
		cli.Program{Version: "1.2.3", Stdout: &out, Stderr: &out}.Run(context.Background(), words(line))
		if got := strings.TrimSuffix(out.String(), "\n"); got != strings.TrimSuffix(want, "\n") {
			t.Errorf("plugboard %s prints\n%s", line, got)
		}
	}
}

// The office that is shown is in its canonical form, clean, and passes its tests.
func TestOffice(t *testing.T) {
	for _, args := range [][]string{{"fmt", "--check", "../docs/office.hcl"}, {"validate", "--planned", "../docs/office.hcl"}, {"test", "../docs/office.hcl", "../config.hcl.example"}} {
		var out, errs bytes.Buffer
		if code := (cli.Program{Stdout: &out, Stderr: &errs}).Run(context.Background(), args); code != cli.Done || errs.Len() > 0 {
			t.Errorf("%v: exit code %d\n%s%s", args, code, out.String(), errs.String())
		}
	}
}

// What the example says of a provider in comments is good, too.
func TestExampleGrows(t *testing.T) {
	src, err := os.ReadFile("../config.hcl.example")
	if err != nil {
		t.Fatal(err)
	}
	text, more, ok := strings.Cut(string(src), "\n# To call the world")
	_, more, ok2 := strings.Cut(more, "\n#\n")
	blocks, route, ok3 := strings.Cut(more, "\n# and in \"internal\"")
	_, route, ok4 := strings.Cut(route, "\n#\n")
	const last = `route "echo" {`
	if !ok || !ok2 || !ok3 || !ok4 || !strings.Contains(text, last) {
		t.Fatal("the comments of config.hcl.example are not as this test knows them")
	}
	code := func(s string) string { return regexp.MustCompile(`(?m)^# ?`).ReplaceAllString(s, "") }
	at := strings.Index(text, last)
	end := at + strings.Index(text[at:], "\n  }\n") + len("\n  }\n")
	grown := text[:end] + "\n" + code(route) + text[end:] + "\n" + code(blocks) + "\n"
	t.Chdir(t.TempDir())
	t.Setenv("PLUGBOARD_VAR_provider_secret", "k9-Vq2-hTw-Bx7")
	if err := os.WriteFile("config.hcl", []byte(grown), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"fmt", "validate", "test"} {
		var out, errs bytes.Buffer
		args := []string{command}
		if command == "fmt" {
			args = append(args, "--check")
		}
		if got := (cli.Program{Stdout: &out, Stderr: &errs}).Run(context.Background(), args); got != cli.Done || errs.Len() > 0 {
			t.Errorf("%v: exit code %d\n%s%s", args, got, out.String(), errs.String())
		}
	}
}

func TestExampleIsValid(t *testing.T) {
	src, err := os.ReadFile("../config.hcl.example")
	if err != nil {
		t.Fatal(err)
	}
	if said, _ := validate(map[string]string{"config.hcl": string(src)}); said != "" {
		t.Errorf("config.hcl.example prints\n%s", said)
	}
}

// Each block of Go compiles as a plugin would. The packages exist in an
// overlay only; go list -export compiles them without linking.
func TestDocumentsGo(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay := map[string]string{}
	args := []string{"list", "-export", "-tags=nolibopusfile", "-overlay=" + filepath.Join(dir, "overlay.json")}
	for i, b := range blocks(t, "go") {
		real := filepath.Join(dir, fmt.Sprintf("%d.go", i))
		// The compiler names the document and its line.
		src := fmt.Sprintf("//line %s:%d\n%s", filepath.Join(root, b.file), b.line+1, b.text)
		if err := os.WriteFile(real, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("snippet%d", i)
		overlay[filepath.Join(root, "plugins", name, "main.go")] = real
		args = append(args, "./plugins/"+name)
	}
	text, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestDocumentsLinks(t *testing.T) {
	docs := documents(t)
	for file, text := range docs {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			path, anchor, _ := strings.Cut(m[1], "#")
			target := file
			if path != "" {
				target = filepath.Join(filepath.Dir(file), path)
			}
			if _, err := os.Stat(filepath.Join("..", target)); err != nil {
				t.Errorf("%s links to %s: %v", file, m[1], err)
			}
			if anchor != "" && !slices.Contains(anchors(docs[target]), anchor) {
				t.Errorf("%s links to %s, which has no such heading", file, m[1])
			}
		}
	}
}

var (
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	outside = regexp.MustCompile(`[^\pL\pN -]`)
)

// anchors are the names of a document's headings, as web pages make them.
func anchors(text string) []string {
	var out []string
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		out = append(out, strings.ReplaceAll(strings.ToLower(outside.ReplaceAllString(m[1], "")), " ", "-"))
	}
	return out
}

// A command stands in backquotes or at the beginning of a line of an example.
var command = regexp.MustCompile("(?m)(?:`|^(?:    )?(?:\\$ )?)(?:bin/)?plugboard ([a-z][^`\n]*)")

func TestDocumentsCommands(t *testing.T) {
	seen := map[string]bool{}
	for file, text := range documents(t) {
		for _, m := range command.FindAllStringSubmatch(text, -1) {
			line, _, _ := strings.Cut(m[1], "#")
			words := words(line)
			seen[words[0]] = true
			var out, errs bytes.Buffer
			p := cli.Program{Version: "1.2.3", Stdout: &out, Stderr: &errs}
			if code := p.Run(context.Background(), append(words, "--help")); code != cli.Done {
				t.Errorf("%s: plugboard %s: %s", file, line, errs.String())
			}
		}
	}
	for _, name := range []string{"run", "validate", "fmt", "test", "explain", "graph", "status", "calls", "extensions", "extension", "trunks", "plugins", "cdr", "plan", "apply", "call", "hangup", "trace"} {
		if !seen[name] {
			t.Errorf("no document shows plugboard %s", name)
		}
	}
}

var metric = regexp.MustCompile(`\bplugboard_[a-z0-9_]+`)

func TestDocumentsMetrics(t *testing.T) {
	names := literals(t, "api/metrics.go", func(n ast.Node) bool { return true })
	names = slices.DeleteFunc(names, func(s string) bool { return !metric.MatchString(s) })
	told := metric.FindAllString(documents(t)["docs/operating.md"], -1)
	for _, name := range told {
		if base := strings.TrimSuffix(name, "_bucket"); !slices.Contains(names, base) {
			t.Errorf("docs/operating.md: there is no metric %s", name)
		}
	}
	for _, name := range names {
		if !slices.Contains(told, name) {
			t.Errorf("docs/operating.md does not tell of the metric %s", name)
		}
	}
}

var verdictRule = regexp.MustCompile("(?m)^\t\\{\"([a-z_]+)\", ")

// Every verdict is told of.
func TestDocumentsVerdicts(t *testing.T) {
	rules, err := os.ReadFile("verdict/rules.go")
	if err != nil {
		t.Fatal(err)
	}
	found := verdictRule.FindAllStringSubmatch(string(rules), -1)
	if len(found) < 10 {
		t.Fatalf("%d rules", len(found))
	}
	for _, m := range found {
		if !strings.Contains(documents(t)["docs/operating.md"], "`"+m[1]+"`") {
			t.Errorf("docs/operating.md does not tell of the verdict %s", m[1])
		}
	}
}

var apiPath = regexp.MustCompile(`/api/v1/[a-z./{}]*[a-z}]`)

func TestDocumentsPaths(t *testing.T) {
	have, err := os.ReadFile("api/doc.go")
	if err != nil {
		t.Fatal(err)
	}
	known := append(apiPath.FindAllString(string(have), -1), "/api/v1/plugins")
	for file, text := range documents(t) {
		for _, p := range apiPath.FindAllString(text, -1) {
			if !slices.Contains(known, p) {
				t.Errorf("%s: the API has no %s", file, p)
			}
		}
	}
}

// The table of the codes is the program's.
func TestFeaturesAreTold(t *testing.T) {
	want := "| code | name | what it does |\n| --- | --- | --- |\n"
	for _, c := range config.FeatureCodes() {
		want += fmt.Sprintf("| `%s%s` | `%s` | %s |\n", c.Default, c.Takes, c.Name, c.Does)
	}
	if !strings.Contains(documents(t)["docs/features.md"], want+"\n") {
		t.Errorf("docs/features.md has another table of codes than the program:\n%s", want)
	}
}

// The plan of the house has every room, and no other.
func TestThePlanHasEveryRoom(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rooms, _ := strings.Cut(string(text), "The rooms, from the outside in:")
	rooms, _, _ = strings.Cut(rooms, "Three roads")
	planned := []string{}
	for _, m := range regexp.MustCompile(`(?m)^//\t(\w+) +|; (\w+): `).FindAllStringSubmatch(rooms, -1) {
		planned = append(planned, m[1]+m[2])
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	built := []string{}
	for _, e := range entries {
		if e.IsDir() {
			built = append(built, e.Name())
		}
	}
	slices.Sort(planned)
	if !slices.Equal(planned, built) {
		t.Errorf("doc.go has the rooms\n%v, there are\n%v", planned, built)
	}
}

// Every attribute and function that the configuration takes is told of.
func TestDialplanIsWhole(t *testing.T) {
	text := documents(t)["docs/dialplan.md"]
	under := func(key string) func(ast.Node) bool {
		return func(n ast.Node) bool {
			pair, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return false
			}
			id, ok := pair.Key.(*ast.Ident)
			return ok && id.Name == key
		}
	}
	attrs := literals(t, "config/schema.go", under("attrs"))
	if len(attrs) < 40 {
		t.Fatalf("only %d attributes in config/schema.go: does this test read it right?", len(attrs))
	}
	for _, name := range attrs {
		if !regexp.MustCompile(`(?m)[\x60.]` + name + `\x60|^ *` + name + ` +=`).MatchString(text) {
			t.Errorf("docs/dialplan.md does not tell of the attribute %s", name)
		}
	}
	for _, name := range functionNames(t) {
		if !strings.Contains(text, "`"+name+"`") && !strings.Contains(text, "`"+name+"(") {
			t.Errorf("docs/dialplan.md does not tell of the function %s", name)
		}
	}
	for _, cause := range config.Causes {
		if !strings.Contains(text, "`"+cause+"`") {
			t.Errorf("docs/dialplan.md does not tell of the cause %s", cause)
		}
	}
}

func parse(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func unquote(t *testing.T, e ast.Expr) (string, bool) {
	t.Helper()
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		t.Fatal(err)
	}
	return s, true
}

// literals are the texts in the parts of a source file that in picks.
func literals(t *testing.T, file string, in func(ast.Node) bool) []string {
	t.Helper()
	var out []string
	ast.Inspect(parse(t, file), func(n ast.Node) bool {
		if n == nil || !in(n) {
			return true
		}
		ast.Inspect(n, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if s, ok := unquote(t, e); ok && !slices.Contains(out, s) {
					out = append(out, s)
				}
			}
			return true
		})
		return false
	})
	return out
}

// functionNames are the keys of the maps of functions, and what is put into them.
func functionNames(t *testing.T) []string {
	t.Helper()
	var out []string
	ast.Inspect(parse(t, "config/func.go"), func(n ast.Node) bool {
		var key ast.Expr
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			key = n.Key
		case *ast.IndexExpr:
			key = n.Index
		default:
			return true
		}
		if s, ok := unquote(t, key); ok {
			out = append(out, s)
		}
		return true
	})
	if len(out) < 50 {
		t.Fatalf("only %d functions in config/func.go: does this test read it right?", len(out))
	}
	return out
}
