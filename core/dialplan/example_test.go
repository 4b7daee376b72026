package dialplan

import (
	"bytes"
	"os"
	"testing"

	"github.com/plugboard/plugboard/core/config"
)

// The file that `make run` starts is good, to the last warning, and does what
// its comments say.
func TestExampleIsClean(t *testing.T) {
	src, err := os.ReadFile("../../config.hcl.example")
	if err != nil {
		t.Fatal(err)
	}
	p, cfg, diags := tryLoad(string(src))
	if len(diags) > 0 {
		var out bytes.Buffer
		if err := config.WriteText(&out, cfg, diags, false); err != nil {
			t.Fatal(err)
		}
		t.Fatalf("config.hcl.example is not clean:\n%s", out.String())
	}
	anna := p.ExtensionByNumber("101")
	for number, want := range map[string]string{
		"101": `extension.desk["anna"]`, "104": `extension.desk["dora"]`, "105": `reject("not_found")`,
		"*43": "echo()", "700": "group.all", "800": "conference.meeting", "911": `reject("not_found")`,
	} {
		if got := p.Route(Facts{From: Party{Number: "101", Extension: anna}, To: Callee{Raw: number}}).To.Path(); got != want {
			t.Errorf("%s leads to %s, want %s", number, got, want)
		}
	}
	if n := len(p.Groups()[0].Members); n != 4 {
		t.Errorf("700 rings %d extensions, want 4", n)
	}
}
