package plugin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/rawio"
)

// child is the operating system's side of a plugin's process. It implements
// go-plugin's runner.Runner.
//
// The process leads a process group of its own: a terminal's Ctrl-C does not
// reach it, and what it started and left behind ends with it.
type child struct {
	name  string
	cmd   *exec.Cmd
	words words
	hello firstLine

	stdout, stderr *os.File
	dir            string        // its socket directory
	startErr       error         // why it could not be executed
	done           chan struct{} // closed when it is gone
	exit           error         // how, once done
	spoken         chan struct{} // closed when its standard error has been read to the end

	mu     sync.Mutex
	killed bool // also: shall not start any more
	addr   *net.UnixAddr
}

// newChild prepares the process. files become its descriptors from 3 on.
func newChild(s Spec, exe string, files []*os.File, level hclog.Level) *child {
	c := &child{name: s.Name, done: make(chan struct{}), spoken: make(chan struct{})}
	c.cmd = &exec.Cmd{
		Path:        exe,
		Args:        append([]string{s.Name}, s.Args...),
		ExtraFiles:  files,
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
		Env:         []string{sdk.LogKey + "=" + level.String()},
	}
	for k, v := range s.Env {
		c.cmd.Env = append(c.cmd.Env, k+"="+v)
	}
	slices.Sort(c.cmd.Env)
	return c
}

// prepare takes what go-plugin adds: variables of the handshake, and the
// directory that it made.
func (c *child) prepare(env []string, dir string) {
	c.cmd.Env = append(c.cmd.Env, env...)
	c.dir = dir
}

// Start implements runner.Runner.
func (c *child) Start(context.Context) (err error) {
	defer func() { c.startErr = err }()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.killed {
		return context.Canceled
	}
	outRead, outWrite, err := os.Pipe()
	if err != nil {
		return err
	}
	errRead, errWrite, err := os.Pipe()
	if err != nil {
		return errors.Join(err, outRead.Close(), outWrite.Close())
	}
	c.stdout, c.stderr = outRead, errRead
	c.cmd.Stdout, c.cmd.Stderr = outWrite, errWrite
	err = c.cmd.Start()
	closed := errors.Join(outWrite.Close(), errWrite.Close())
	if err != nil {
		return errors.Join(err, outRead.Close(), errRead.Close())
	}
	// A plugin holds secrets of its configuration: no core dumps.
	limit := unix.Rlimit{}
	limited := unix.Prlimit(c.cmd.Process.Pid, unix.RLIMIT_CORE, &limit, nil)
	go c.reap() // ends with the process
	if err := errors.Join(closed, limited); err != nil {
		_ = c.cmd.Process.Kill()
		return err
	}
	return nil
}

// reap waits for the process, ends what it left behind, and lets go of it.
func (c *child) reap() {
	defer close(c.done)
	pid := c.cmd.Process.Pid
	// Not yet reaped its number, and so its group's, is nobody else's.
	for errors.Is(unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil), unix.EINTR) {
	}
	_ = unix.Kill(-pid, unix.SIGKILL) // fails if nobody is left
	c.exit = c.cmd.Wait()
	limit := time.Now().Add(outputGrace)
	_ = c.stdout.SetReadDeadline(limit)
	_ = c.stderr.SetReadDeadline(limit)
	// Its last words say why it ended.
	select {
	case <-c.spoken:
	case <-time.After(outputGrace):
	}
}

// kill ends the process by force, or keeps it from starting. It does not wait.
func (c *child) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.killed = true
	if c.cmd.Process != nil {
		_ = c.cmd.Process.Kill() // fails if it is gone
	}
}

// started reports whether there is, or was, a process.
func (c *child) started() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cmd.Process != nil
}

func (c *child) pid() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cmd.Process == nil {
		return 0
	}
	return c.cmd.Process.Pid
}

// cause tells how the process ended.
func (c *child) cause() string {
	select {
	case <-c.done:
	default:
		return "it runs"
	}
	how := "exit status 0"
	if c.exit != nil {
		how = c.exit.Error()
	}
	if p := c.words.crashed(); p != "" {
		return how + ", " + p
	}
	return how
}

// clean removes what is left once the process is gone.
func (c *child) clean() {
	if c.dir != "" {
		_ = os.RemoveAll(c.dir) // go-plugin does, unless the start failed
	}
	if c.stdout != nil {
		_ = c.stdout.Close()
		_ = c.stderr.Close()
	}
}

// setAddr takes the address that the plugin told. Only a socket in the
// directory that was made for it will do.
func (c *child) setAddr(addr net.Addr) error {
	u, ok := addr.(*net.UnixAddr)
	if !ok || filepath.Dir(u.Name) != c.dir {
		return fmt.Errorf("it listens on %s %s, not in its socket directory %s", addr.Network(), addr, c.dir)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.addr = u
	return nil
}

// dial connects to the plugin, and to nobody else: the kernel is asked who
// listens there.
func (c *child) dial(ctx context.Context, _ string) (net.Conn, error) {
	c.mu.Lock()
	addr := c.addr
	c.mu.Unlock()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", addr.Name)
	if err != nil {
		return nil, err
	}
	if err := c.recognise(conn.(*net.UnixConn)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return rawio.Conn(conn), nil
}

func (c *child) recognise(conn *net.UnixConn) error {
	raw, err := conn.SyscallConn()
	if err != nil {
		return err
	}
	var peer *unix.Ucred
	var credErr error
	if err := raw.Control(func(fd uintptr) {
		peer, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	}); err != nil {
		return err
	}
	switch {
	case credErr != nil:
		return fmt.Errorf("who listens there: %w", credErr)
	case int(peer.Pid) != c.pid():
		return fmt.Errorf("process %d listens on the plugin's socket, not the plugin's own %d; a wrapper script must exec the plugin", peer.Pid, c.pid())
	}
	return nil
}

// Stdout implements runner.Runner.
func (c *child) Stdout() io.ReadCloser { return &heard{File: c.stdout, first: &c.hello} }

// Stderr implements runner.Runner.
func (c *child) Stderr() io.ReadCloser { return &whole{File: c.stderr, read: c.spoken} }

// Wait implements runner.Runner. How the process ended is told by cause.
func (c *child) Wait(context.Context) error { <-c.done; return nil }

// Kill implements runner.Runner.
func (c *child) Kill(context.Context) error { c.kill(); return nil }

// Name implements runner.Runner.
func (c *child) Name() string { return c.name }

// ID implements runner.Runner.
func (c *child) ID() string {
	if n := c.pid(); n != 0 {
		return strconv.Itoa(n)
	}
	return ""
}

// Diagnose implements runner.Runner. explain knows better.
func (c *child) Diagnose(context.Context) string { return "" }

// PluginToHost implements runner.Runner: the plugin sees the same files.
func (c *child) PluginToHost(network, addr string) (string, string, error) {
	return network, addr, nil
}

// HostToPlugin implements runner.Runner.
func (c *child) HostToPlugin(network, addr string) (string, string, error) {
	return network, addr, nil
}

// firstLine keeps the first line of a stream, for messages.
type firstLine struct {
	mu   sync.Mutex
	text []byte
	full bool
}

// firstLineLimit bounds it, in octets.
const firstLineLimit = 200

func (f *firstLine) add(b []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full {
		return
	}
	b, _, f.full = bytes.Cut(b, []byte("\n"))
	f.text = append(f.text, b[:min(len(b), firstLineLimit-len(f.text))]...)
	f.full = f.full || len(f.text) == firstLineLimit
}

// line returns it, and whether there was anything.
func (f *firstLine) line() (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.TrimSpace(string(f.text)), len(f.text) > 0 || f.full
}

// whole passes a stream on, and tells when it has been read to its end.
type whole struct {
	*os.File
	once sync.Once
	read chan struct{}
}

func (w *whole) Read(b []byte) (int, error) {
	n, err := w.File.Read(b)
	if err != nil {
		w.once.Do(func() { close(w.read) })
	}
	return n, err
}

// heard passes a stream on and keeps its first line.
type heard struct {
	*os.File
	first *firstLine
}

func (h *heard) Read(b []byte) (int, error) {
	n, err := h.File.Read(b)
	h.first.add(b[:n])
	return n, err
}
