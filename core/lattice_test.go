package main

import (
	"os/exec"
	"path"
	"strings"
	"testing"
)

const module = "github.com/plugboard/plugboard/"

// lattice says who may not import whom, and why: "who -> whom: because". A
// name ends in /... for all below it; an edge that a line with "!" allows is
// taken out of those that come after it. Test code is held to it like the rest, except core/calltest and
// core/e2e, which put a whole house together.
const lattice = `
sdk/...       -> core/...       : an author builds against the SDK alone
sdk/...       -> plugins/...    : the SDK serves plugins, it does not know them
plugins/...   -> core/...       : a plugin is a process of its own and sees the SDK only
! core/calltest -> plugins/...
core/...      -> plugins/...    : the core starts plugins as processes
sdk/audio/... -> sdk/bus        : audio is the lowest room: the standard library and x/sys only
sdk/audio/... -> sdk/leg        : audio is the lowest room
sdk/bus       -> sdk/leg        : the bus carries frames and knows no legs
! sdk/media/sdp -> sdk/leg
sdk/media/... -> sdk/leg        : the toolbox serves any author, also one without legs

core/mix/...  -> sdk/bus        : the mixer sees lines, not where they lead
core/mix/...  -> sdk/leg        : the mixer sees lines, not where they lead
core/mix/...  -> core/...       : the mixer is a stepper without a world

core/call     -> core/sip/...   : the hub wishes and is told; it never speaks a protocol
core/call     -> core/plugin    : media comes with a leg, from whoever made it
core/call     -> core/config    : the hub follows decisions, not files
core/call     -> core/api       : nothing calls upwards
core/call     -> core/registrar : devices are the dialer's affair

core/sip/...  -> core/plugin    : media is opened through a function that the daemon gives
core/sip/...  -> core/config    : the daemon hands over what sip needs
core/sip/...  -> core/api       : nothing calls upwards

core/dialplan -> core/call      : deciding is pure, and below
core/dialplan -> core/sip/...   : deciding is pure
core/dialplan -> core/registrar : deciding is pure
core/config   -> core/call      : files are read before anything runs
core/config   -> core/sip/...   : files are read before anything runs
core/config   -> core/dialplan  : the dialplan is compiled from the configuration, not the other way
core/browser  -> core/sip/...   : it is a signalling of its own
core/browser  -> core/plugin    : media is opened through a function that the daemon gives
core/browser  -> core/config    : the daemon hands over what it needs
core/browser  -> core/store     : subscriptions are handed over, and handed back
core/browser  -> core/registrar : its devices are values; the daemon lists them with the phones
core/call     -> core/browser   : the hub wishes and is told; it never speaks a protocol
core/sip/...  -> core/browser   : one signalling knows nothing of the other
core/registrar -> core/call     : bindings know no calls
core/registrar -> core/sip/...  : bindings are values; sip brings them
core/presence -> core/call      : it is told how things stand
core/presence -> core/sip/...   : it is told how things stand
core/presence -> core/dialplan  : it knows what is watched by name alone
core/queue    -> core/...       : lines of callers are counted, not called
core/queue    -> sdk/...        : lines of callers are counted, not called
core/trunk    -> core/call      : a trunk is an address and a state
! core/trunk  -> core/sip/auth
core/trunk    -> core/sip       : it asks through an interface, and proves itself by core/sip/auth
core/plugin   -> core/call      : a plugin host opens legs for whoever asks
core/plugin   -> core/sip/...   : a plugin host opens legs for whoever asks
core/mailbox  -> core/call      : it is lent to apps by whoever knows calls
core/mailbox  -> core/sip/...   : it tells what changed; lamps are others' affair
core/mailbox  -> core/presence  : it tells what changed; lamps are others' affair
core/mailbox  -> core/plugin    : plugins ask it through the SDK's interface
core/mailbox  -> core/config    : the daemon hands over what mailboxes need
core/mailbox  -> core/dialplan  : the daemon hands over what mailboxes need
core/call     -> core/mailbox   : a mailbox is the app's affair
core/sip/...  -> core/mailbox   : lamps come by core/presence
core/store    -> core/mailbox   : it keeps values, from whoever made them
core/call     -> core/store     : a call tells its events; who keeps them is not its affair
core/registrar -> core/store    : bindings are handed over, and handed back
core/sip/...  -> core/store     : the daemon hands over what sip needs
core/dialplan -> core/store     : deciding is pure
core/config   -> core/store     : files are read before anything runs
core/store    -> core/sip/...   : it keeps events and values, from whoever made them
core/store    -> core/config    : the daemon says where the file is
core/store    -> core/dialplan  : it keeps what was decided, as words
core/trace    -> core/store     : stories are told, not kept
core/trace    -> core/sip/...   : the story is told to it
core/trace    -> core/call      : the story is told to it

! core/certificate -> core/calltest/raw
core/certificate -> core/...    : certificates come from files and from ACME servers
core/config   -> core/certificate : files are read before anything runs

! core/daemon -> core/api
! core/cli    -> core/api
! core/calltest -> core/api
core/...      -> core/api       : only the daemon serves it, only the command line speaks it, and whole-house tests look at its values
! core        -> core/daemon
! core/cli    -> core/daemon
! core/calltest -> core/daemon
core/...      -> core/daemon    : it imports all; only main, the command line and whole-house tests import it
! core        -> core/cli
core/...      -> core/cli       : the command line is the outermost room
`

type edge struct {
	from, to, because string
	allow             bool
}

func TestImportLattice(t *testing.T) {
	edges := parseLattice(t)
	out, err := exec.Command("go", "list", "-f",
		`{{.ImportPath}}{{range .Imports}} {{.}}{{end}}{{range .TestImports}} {{.}}{{end}}{{range .XTestImports}} {{.}}{{end}}`, "../...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		from, ok := strings.CutPrefix(fields[0], module)
		if !ok {
			continue
		}
		packages++
		for _, imported := range fields[1:] {
			to, ok := strings.CutPrefix(imported, module)
			if !ok || to == from {
				continue
			}
			if e := forbidden(edges, from, to); e != nil {
				t.Errorf("%s imports %s: %s", from, to, e.because)
			}
			if strings.HasPrefix(from, "core/e2e") {
				continue
			}
			if last := path.Base(to); last == "util" || last == "common" || last == "helper" || last == "manager" {
				t.Errorf("%s imports %s: a room is named for what is in it", from, to)
			}
		}
	}
	if packages < 10 {
		t.Fatalf("go list named only %d packages", packages)
	}
}

// forbidden returns the first line that speaks of the edge, unless it allows it.
func forbidden(edges []edge, from, to string) *edge {
	for i, e := range edges {
		if matches(e.from, from) && matches(e.to, to) {
			if e.allow {
				return nil
			}
			return &edges[i]
		}
	}
	return nil
}

func matches(pattern, name string) bool {
	if p, ok := strings.CutSuffix(pattern, "/..."); ok {
		return name == p || strings.HasPrefix(name, p+"/")
	}
	return name == pattern
}

func parseLattice(t *testing.T) []edge {
	var edges []edge
	for line := range strings.Lines(lattice) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		line, allow := strings.CutPrefix(line, "!")
		arrow, because, _ := strings.Cut(line, ":")
		from, to, ok := strings.Cut(arrow, "->")
		if !ok || (because == "" && !allow) {
			t.Fatalf("lattice: not an edge with a reason: %q", line)
		}
		edges = append(edges, edge{strings.TrimSpace(from), strings.TrimSpace(to), strings.TrimSpace(because), allow})
	}
	return edges
}
