package config

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Every message that this package and core/dialplan can give has a golden: the
// constant parts of each format stand in one of them, in their order.
func TestEveryMessageHasAGolden(t *testing.T) {
	var goldens strings.Builder
	for _, glob := range []string{"testdata/*.txt", "../dialplan/testdata/*.txt"} {
		files, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			goldens.Write(b)
		}
	}
	// Messages without a place in a file are checked in TestVariables; those of
	// a *.vars.hcl and of --var too.
	elsewhere := []string{"--var", "*.vars.hcl", "No variable %s", "The default of var.%s is %s"}
	verb := regexp.MustCompile(`%[a-z]`)
	formats := 0
	for _, glob := range []string{"*.go", "../dialplan/*.go"} {
		files, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			tree, err := parser.ParseFile(set, file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) < 3 || !regexp.MustCompile(`^(errorAt|warningAt|warnAt)$`).MatchString(calledName(call.Fun)) {
					return true
				}
				lit, ok := call.Args[2].(*ast.BasicLit)
				if !ok {
					return true // a constant, or handed on
				}
				format, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				formats++
				for _, e := range elsewhere {
					if strings.Contains(format, e) {
						return true
					}
				}
				parts := verb.Split(format, -1)
				for i := range parts {
					parts[i] = regexp.QuoteMeta(strings.ReplaceAll(parts[i], "%%", "%"))
				}
				if !regexp.MustCompile(strings.Join(parts, ".*")).MatchString(goldens.String()) {
					t.Errorf("%s: no golden shows %q", set.Position(call.Pos()), format)
				}
				return true
			})
		}
	}
	if formats < 60 {
		t.Errorf("found %d messages only: the test looks in the wrong place", formats)
	}
}

func calledName(e ast.Expr) string {
	switch f := e.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}
