package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"

	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// revisionLength is how many hexadecimal digits name a revision: enough that
// no two configurations of one site share a name.
const revisionLength = 12

// revise names the configuration after what it says: the files, and the values
// of the variables, wherever they come from. The same contents have the same
// name in every run, so that a call's record tells what it was routed by.
func (l *loader) revise() {
	h := sha256.New()
	for _, name := range sortedKeys(l.cfg.sources) {
		// Where the folder stands, and how it was named, does not matter.
		fmt.Fprintf(h, "%q %q\n", filepath.Base(name), l.cfg.sources[name].Bytes)
	}
	for _, name := range sortedKeys(l.variables) {
		value, _ := l.made["var."+name].value.UnmarkDeep()
		text, err := ctyjson.Marshal(value, value.Type())
		if err != nil {
			continue // it has no value, and so the configuration has an error
		}
		fmt.Fprintf(h, "%q %q\n", name, text)
	}
	l.cfg.Revision = hex.EncodeToString(h.Sum(nil))[:revisionLength]
}
