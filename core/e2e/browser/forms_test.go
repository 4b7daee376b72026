//go:build e2e

package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// commented is a configuration with remarks at each place where one may stand.
const commented = `
locals { secret = "k9-Vq2-hTw" } # of all phones

# People.
extension "anna" {
  number = "101" # by the window
  name   = "Anna"
  secret = local.secret
}
extension "front" {
  # Nobody sits here any more.
  number = "110" # as on the door
  name   = "Front desk"
  secret = local.secret
}

# Lines to the world.

# The slow one.
trunk "old" {
  peer = "sip:127.0.206.9" # paid until June
}
trunk "new" { peer = "sip:127.0.206.8" }

dialplan "internal" {
  from = [extension.anna, extension.front] # and nobody else
  # Each other.
  route "people" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext) # whoever it is
  }
  route "gone" {
    match = "555"
    deny  = "This number was given away" # in 2024
  }
  route "echo" {
    match = "*43"
    to    = echo()
  }
}
`

// The admin changes an extension, a trunk and a route by their forms, moves a route, and
// removes all three: what they do not touch stays in the file as it was written, but for
// a remark right above what is removed; each step is in force at once.
func TestDeskForms(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.206.1", commented)
	b := start(t, p, options{})
	g := b.signIn("desk", "admin", place{Path: "/#/extensions/110"})
	file := filepath.Join(p.Dir, "config.hcl")
	read := func() string {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	want := read()
	// apply agrees with what is shown, and compares the file with what it should be: as
	// before, but for pairs of what was and what is.
	apply := func(changes ...string) {
		t.Helper()
		g.see("list", "What changes")
		g.click("button", "Write and apply")
		g.miss("dialog", "What this changes")
		want = strings.NewReplacer(changes...).Replace(want)
		if got := read(); got != want {
			t.Fatalf("the file holds\n%s\n\nit should hold\n%s", got, want)
		}
	}
	choose := func(what, act string) {
		t.Helper()
		g.click("button", "What to do with "+what)
		g.click("menuitem", act)
	}

	g.fill("Name", "Reception")
	g.click("button", "Look at the change")
	apply(`"Front desk"`, `"Reception"`)
	g.see("heading", "Reception 110")
	g.click("button", "Remove")
	apply(`extension "front" {
  # Nobody sits here any more.
  number = "110" # as on the door
  name   = "Reception"
  secret = local.secret
}

`, "", ", extension.front", "")
	g.miss("link", "110")

	g.do("go", map[string]any{"path": "/#/trunks"}, nil)
	choose("trunk old", "Change")
	g.fill("Peer", "sip:127.0.206.7")
	g.click("button", "Look at the change")
	apply("sip:127.0.206.9", "sip:127.0.206.7")
	choose("trunk old", "Remove")
	apply(`# The slow one.
trunk "old" {
  peer = "sip:127.0.206.7" # paid until June
}
`, "")
	g.miss("button", "What to do with trunk old")

	g.click("link", "Dialplan")
	g.click("tab", "Routes")
	choose("route gone", "Change")
	g.fill("Why", "Ask the reception")
	g.click("button", "Look at the change")
	apply("This number was given away", "Ask the reception")
	gone := `  route "gone" {
    match = "555"
    deny  = "Ask the reception" # in 2024
  }
`
	echo := `  route "echo" {
    match = "*43"
    to    = echo()
  }
`
	g.click("button", "Move echo up")
	apply(gone+echo, echo+gone)
	choose("route gone", "Remove")
	apply(gone, "")
	g.see("list", "Routes of internal")
	g.miss("button", "Move gone up")
}
