package cli_test

import (
	"bufio"
	"context"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/cli"
)

// times stand at the beginning of a line.
var times = regexp.MustCompile(`(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} `)

func TestLogs(t *testing.T) {
	o := &office{}
	path := daemon(t, o)
	o.logs.Accept("plugboard.sip", hclog.Info, "credentials refused", "user", "\x1b[2J 101", "reason", "")
	o.logs.Accept("plugboard.trunk", hclog.Warn, "a trunk\nis down", "trunk", "first")
	const first, second = "T  info   sip: credentials refused  user=\"?[2J 101\"  reason=\"\"\n", "T  warn   trunk: a trunk?is down  trunk=first\n"
	for command, want := range map[string]string{
		"logs":                     first + second,
		"logs --level warn":        second,
		"logs --limit 1":           second,
		"logs --contains REFUSED":  first,
		"logs --contains nowhere":  "",
		"logs --json --level warn": `"level": "warn"`,
	} {
		code, stdout, stderr := run(t, append(strings.Fields(command), "-c", path)...)
		got := times.ReplaceAllString(stdout, "T ")
		if code != cli.Done || got != want && !(strings.HasPrefix(want, `"`) && strings.Contains(got, want)) {
			t.Errorf("%s: exit code %d\n%s%s", command, code, got, stderr)
		}
	}
	if code, _, stderr := run(t, "logs", "--limit", "0", "-c", path); code != cli.Wrong || !strings.Contains(stderr, "limit") {
		t.Errorf("no limit: %d %s", code, stderr)
	}
}

// What comes after the last lines is shown as it comes, each line once, until an
// interrupt.
func TestLogsThatCome(t *testing.T) {
	o := &office{}
	path := daemon(t, o)
	o.logs.Accept("plugboard.sip", hclog.Info, "one before")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	out, in := io.Pipe()
	p := cli.Program{Stdout: in, Stderr: io.Discard}
	t.Setenv("PLUGBOARD_URL", "")
	t.Setenv("PLUGBOARD_TOKEN", "")
	done := make(chan int, 1)
	go func() {
		done <- p.Run(ctx, []string{"logs", "-f", "--contains", "ONE", "-c", path})
		in.Close()
	}()
	lines := bufio.NewScanner(out)
	next := func(want string) {
		t.Helper()
		if !lines.Scan() {
			t.Fatal("there is no line more")
		}
		if got := times.ReplaceAllString(lines.Text(), ""); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	next(" info   sip: one before") // now it follows
	o.logs.Accept("plugboard.sip", hclog.Info, "what is left aside")
	o.logs.Accept("plugboard.sip", hclog.Error, "one", "more", "x y")
	next(` error  sip: one  more="x y"`)
	interrupt()
	if lines.Scan() {
		t.Error(lines.Text())
	}
	if code := <-done; code != cli.Done {
		t.Errorf("exit code %d", code)
	}
}
