package recording

import (
	"os"
	"strings"
	"testing"
)

// The dialplan's document has each attribute, and no other.
func TestTheDocumentHasEachAttribute(t *testing.T) {
	text, err := os.ReadFile("../../../docs/dialplan.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| in `config {}` | meaning |\n| --- | --- |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := strings.Split(table, "\n")
	if len(rows) != len(Attributes()) {
		t.Errorf("%d rows for %d attributes", len(rows), len(Attributes()))
	}
	for i, a := range Attributes() {
		if i < len(rows) && !strings.HasPrefix(rows[i], "| `"+a.Name+"` | ") {
			t.Errorf("row %d is %q, want %s", i, rows[i], a.Name)
		}
	}
}
