package plugin

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
)

func TestAPluginRunByHandSaysWhatItIs(t *testing.T) {
	cmd := exec.Command(self(t))
	cmd.Env = []string{"ROLE=loop"}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("ended with %v, want exit status 1", err)
	}
	for _, want := range []string{"Plugboard plugin loop 1.2.3", "plugin_dir"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("output does not say %q:\n%s", want, out)
		}
	}
}

func TestAProcessGetsNothingThatIsNotDeclared(t *testing.T) {
	t.Setenv("SECRET", "of the core")
	h := realHost(t, new(safe))
	if err := start(t, h, role(t, "loop", "loop")); err != nil {
		t.Fatal(err)
	}
	proc := fmt.Sprintf("/proc/%d/", h.List()[0].PID)
	env, err := os.ReadFile(proc + "environ")
	if err != nil {
		t.Fatal(err)
	}
	for v := range strings.SplitSeq(strings.TrimRight(string(env), "\x00"), "\x00") {
		name, value, _ := strings.Cut(v, "=")
		switch {
		case name == "ROLE", name == "GORACE", name == sdk.CookieKey, name == sdk.LogKey:
		case name == "PLUGIN_UNIX_SOCKET_DIR":
			if info, err := os.Stat(value); err != nil || info.Mode() != os.ModeDir|0o700 {
				t.Errorf("the socket directory: %v, %v", info, err)
			}
		case strings.HasPrefix(name, "PLUGIN_"):
		default:
			t.Errorf("it sees %s", v)
		}
	}
	limits, err := os.ReadFile(proc + "limits")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(limits)) {
		if f := strings.Fields(line); strings.HasPrefix(line, "Max core file size") && f[4] != "0" {
			t.Errorf("it may leave a core dump: %s", line)
		}
	}
	if in, err := os.Readlink(proc + "fd/0"); err != nil || in != os.DevNull {
		t.Errorf("its standard input is %s, %v", in, err)
	}
}

func TestSignalsOfATerminalDoNotEndAPlugin(t *testing.T) {
	h := realHost(t, new(safe))
	if err := start(t, h, role(t, "loop", "loop")); err != nil {
		t.Fatal(err)
	}
	pid := h.List()[0].PID
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		if err := syscall.Kill(pid, s); err != nil {
			t.Fatal(err)
		}
	}
	l, _, err := h.OpenLeg(t.Context(), "loop", params("a"), func(leg.Event) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if group, err := syscall.Getpgid(pid); err != nil || group != pid {
		t.Errorf("it is in process group %d, %v", group, err)
	}
	if i := h.List()[0]; i.PID != pid || i.Restarts != 0 {
		t.Errorf("listed as %+v", i)
	}
}

// beCore is a core that starts a plugin, tells its process id, and waits to be
// killed.
func beCore() {
	path, err := os.Executable()
	if err != nil {
		panic(err)
	}
	h := New(Options{
		Log:    hclog.NewNullLogger(),
		Launch: &Processes{Lines: 4},
		Ports:  PortRange{20000, 59999},
		Listen: bus.ListenUDP,
	})
	err = h.Start(context.Background(), []Spec{{Name: "loop", Path: path, Env: map[string]string{"ROLE": "loop"}}})
	if err != nil {
		panic(err)
	}
	fmt.Println(h.List()[0].PID)
	select {}
}

func TestAPluginEndsWithItsCore(t *testing.T) {
	core := exec.Command(self(t))
	core.Env = []string{"ROLE=core", "TMPDIR=" + os.TempDir()}
	out, err := core.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := core.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Fscan(out, &pid); err != nil {
		t.Fatal(err)
	}
	env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, dir, _ := strings.Cut(string(env), "PLUGIN_UNIX_SOCKET_DIR=")
	dir, _, _ = strings.Cut(dir, "\x00")
	defer os.RemoveAll(dir) // a core that was killed could not
	if err := core.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = core.Wait()
	took := until(t, "the orphan is gone", func() bool {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err != nil || strings.Contains(string(state), ") Z ")
	})
	t.Logf("gone after %v", took)
}

// leaveChild starts a process that holds the plugin's output, and ends.
func leaveChild() {
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = []string{"ROLE=silent"}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	fmt.Fprintf(os.Stderr, "child %d\n", cmd.Process.Pid)
	os.Exit(4)
}

func TestWhatAPluginLeavesBehindEndsWithIt(t *testing.T) {
	h := realHost(t, new(safe))
	err := start(t, h, role(t, "p", "parent"))
	if err == nil || !strings.Contains(err.Error(), "exit status 4") {
		t.Fatalf("started: %v", err)
	}
	var pid int
	if _, words, ok := strings.Cut(err.Error(), "child "); !ok {
		t.Fatal(err)
	} else if _, err := fmt.Sscan(words, &pid); err != nil {
		t.Fatal(err)
	}
	until(t, "the child is gone", func() bool {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err != nil || strings.Contains(string(state), ") Z ")
	})
}

func TestAWrapperScriptMustExecThePlugin(t *testing.T) {
	script := func(line string) Spec {
		path := filepath.Join(t.TempDir(), "wrapper")
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+line+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		s := role(t, "loop", "loop")
		s.Path, s.Args = path, []string{self(t)}
		return s
	}
	t.Run("exec", func(t *testing.T) {
		s := script(`exec "$1"`)
		text, err := os.ReadFile(s.Path)
		if err != nil {
			t.Fatal(err)
		}
		s.SHA256 = fmt.Sprintf("%x", sha256.Sum256(text)) // a script can be verified, too
		if err := start(t, realHost(t, new(safe)), s); err != nil {
			t.Error(err)
		}
	})
	t.Run("child", func(t *testing.T) {
		err := start(t, realHost(t, new(safe)), script(`"$1"; exit $?`))
		if err == nil || !strings.Contains(err.Error(), "a wrapper script must exec the plugin") {
			t.Errorf("error %v", err)
		}
	})
}
