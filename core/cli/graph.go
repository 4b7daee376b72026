package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/plugboard/plugboard/core/dialplan"
)

type graphCmd struct {
	Format string `default:"mermaid" enum:"mermaid,dot" help:"How it is written (${default}): ${enum}."`
	File   string `arg:"" optional:"" name:"file" help:"A file or a folder of *.hcl; else that of --config."`
}

// Run implements the command.
func (c *graphCmd) Run(a *app) error {
	_, plan, err := a.plan(c.File)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if c.Format == "dot" {
		writeDOT(&out, plan.Graph())
	} else {
		writeMermaid(&out, plan.Graph())
	}
	_, err = a.Stdout.Write(out.Bytes())
	return written(err)
}

// frame is the brackets around a node's text in Mermaid, and its shape in
// DOT, by kind.
func frame(kind string) (left, right, shape string) {
	switch kind {
	case "dialplan":
		return "[/", "/]", "parallelogram"
	case "route":
		return "[", "]", "box"
	case "emergency":
		return "{{", "}}", "hexagon"
	case "trunk", "failover":
		return "[[", "]]", "component"
	case "reject":
		return "((", "))", "circle"
	case "voicemail":
		return "[(", ")]", "cylinder"
	default:
		return "(", ")", `box" style="rounded`
	}
}

// writeMermaid writes a flowchart (https://mermaid.js.org/syntax/flowchart.html).
func writeMermaid(w io.Writer, g dialplan.Graph) {
	fmt.Fprintln(w, "flowchart LR")
	for _, n := range g.Nodes {
		left, right, _ := frame(n.Kind)
		fmt.Fprintf(w, "  %s%s\"%s\"%s\n", n.ID, left, mermaidText(n.Lines...), right)
	}
	for _, e := range g.Edges {
		arrow := "-->"
		if e.Aside {
			arrow = "-.->"
		}
		if e.Label != "" {
			arrow += "|\"" + mermaidText(e.Label) + "\"|"
		}
		fmt.Fprintf(w, "  %s %s %s\n", e.From, arrow, e.To)
	}
}

// mermaidText is a text in quotes. What means something to Mermaid, to its
// Markdown or to HTML is written as an entity.
func mermaidText(lines ...string) string {
	var out strings.Builder
	for i, line := range lines {
		if i > 0 {
			out.WriteString("<br>")
		}
		for _, r := range clean(line) {
			if strings.ContainsRune("\"#&<>`*~|{}[]\\;%$", r) {
				fmt.Fprintf(&out, "#%d;", r)
			} else {
				out.WriteRune(r)
			}
		}
	}
	return out.String()
}

// writeDOT writes a graph for Graphviz (https://graphviz.org/doc/info/lang.html).
func writeDOT(w io.Writer, g dialplan.Graph) {
	fmt.Fprintln(w, "digraph plugboard {\n  rankdir=LR\n  node [fontname=\"sans-serif\"]\n  edge [fontname=\"sans-serif\"]")
	for _, n := range g.Nodes {
		_, _, shape := frame(n.Kind)
		fmt.Fprintf(w, "  %s [label=\"%s\" shape=\"%s\"]\n", n.ID, dotText(n.Lines...), shape)
	}
	for _, e := range g.Edges {
		var attrs []string
		if e.Label != "" {
			attrs = append(attrs, `label="`+dotText(e.Label)+`"`)
		}
		if e.Aside {
			attrs = append(attrs, "style=dashed")
		}
		more := ""
		if attrs != nil {
			more = " [" + strings.Join(attrs, " ") + "]"
		}
		fmt.Fprintf(w, "  %s -> %s%s\n", e.From, e.To, more)
	}
	fmt.Fprintln(w, "}")
}

// dotText is a text in quotes, its lines centred.
func dotText(lines ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	var out []string
	for _, line := range lines {
		out = append(out, escape.Replace(clean(line)))
	}
	return strings.Join(out, `\n`)
}
