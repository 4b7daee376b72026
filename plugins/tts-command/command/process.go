package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk/tts"
)

// process is one run of the program.
type process struct {
	args  []string
	in    string             // on standard input
	take  func([]byte) error // takes standard output
	limit int64              // of that, in octets
}

const (
	// soundLimit bounds what one process may write, to standard output and to
	// each file, in octets: 20 minutes at 48 kHz.
	soundLimit = 120 << 20
	// words is how much of what it says on standard error goes into a message.
	lastWords = 400
	// grace is how long its output is read after it has ended.
	grace = time.Second
)

var errTooMuch = errors.New("it writes more than is taken")

// run runs the program until it has ended, or ctx has. Its group never outlives
// the call.
func (e *Engine) run(ctx context.Context, p process) error {
	program, err := e.program()
	if err != nil {
		return err
	}
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	bounded, cancel := context.WithTimeoutCause(ctx, e.cfg.timeout, fmt.Errorf("%s took longer than %v (timeout in the plugin's config), and was ended", e.cfg.engine, e.cfg.timeout))
	defer cancel()
	// The kernel ends the process when the thread that started it ends: so this
	// one stays until the process has ended, and then ends with the plugin at
	// the latest.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	read, write, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("no pipe to %s: %w", e.cfg.engine, err)
	}
	defer read.Close()
	says := &tail{}
	cmd := &exec.Cmd{
		Path: program, Args: append([]string{e.cfg.command[0]}, p.args...),
		Env: os.Environ(), Dir: os.TempDir(), Stdin: strings.NewReader(p.in), Stdout: write, Stderr: says,
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL},
		WaitDelay:   grace,
	}
	if err := cmd.Start(); err != nil {
		write.Close()
		return fmt.Errorf("%s cannot be run: %w: %s", program, err, e.cfg.install)
	}
	write.Close()
	g := group{pid: cmd.Process.Pid}
	defer context.AfterFunc(bounded, func() {
		g.kill()
		_ = read.SetReadDeadline(time.Now()) // who has left the group may hold the pipe
	})()
	most := unix.Rlimit{Cur: soundLimit, Max: soundLimit}
	_ = unix.Prlimit(g.pid, unix.RLIMIT_FSIZE, &most, nil) // fails if it has ended

	pumped := make(chan error, 1)
	go func() { // ends with the pipe, whose writers are the group
		err := pump(read, p)
		if err != nil {
			g.kill()
		}
		pumped <- err
	}()
	exit := g.wait(cmd)
	return e.outcome(ctx, bounded, <-pumped, exit, says)
}

// group is a process and what it has started.
type group struct {
	pid int

	mu   sync.Mutex
	gone bool // pid may be another's by now
}

func (g *group) kill() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.gone {
		_ = unix.Kill(-g.pid, unix.SIGKILL) // fails if nobody is left
	}
}

// wait waits for the process, ends what it has left behind, and says how it
// ended.
func (g *group) wait(cmd *exec.Cmd) error {
	// Not yet reaped its number, and so its group's, is nobody else's.
	for errors.Is(unix.Waitid(unix.P_PID, g.pid, nil, unix.WEXITED|unix.WNOWAIT, nil), unix.EINTR) {
	}
	g.kill()
	g.mu.Lock()
	g.gone = true
	g.mu.Unlock()
	return cmd.Wait()
}

// outcome says what came of a run.
func (e *Engine) outcome(ctx, bounded context.Context, taken, exit error, says *tail) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case bounded.Err() != nil:
		return context.Cause(bounded)
	case errors.Is(taken, errTooMuch):
		return fmt.Errorf("%s was ended: %w", e.cfg.engine, taken)
	case taken != nil:
		return taken
	case exit != nil && e.cfg.noVoice != "" && strings.Contains(says.String(), e.cfg.noVoice):
		return tts.ErrVoice
	case exit != nil && !errors.Is(exit, exec.ErrWaitDelay):
		return fmt.Errorf("%s failed (%w): %s", e.cfg.engine, exit, says)
	}
	return nil
}

// pump takes what the process writes.
func pump(r io.Reader, p process) error {
	buf := make([]byte, 16<<10)
	var all int64
	for {
		n, err := r.Read(buf)
		if all += int64(n); all > p.limit {
			return errTooMuch
		}
		if n > 0 {
			if err := p.take(buf[:n]); err != nil {
				return err
			}
		}
		if err != nil {
			return nil // its end, or that of our patience
		}
	}
}

// tail keeps the end of what is written.
type tail struct{ text []byte }

func (t *tail) Write(b []byte) (int, error) {
	t.text = append(t.text, b...)
	if over := len(t.text) - lastWords; over > 0 {
		t.text = append(t.text[:0], t.text[over:]...)
	}
	return len(b), nil
}

// String is what is kept, on one line.
func (t *tail) String() string {
	if s := strings.Join(strings.Fields(string(bytes.ToValidUTF8(t.text, []byte("?")))), " "); s != "" {
		return s
	}
	return "it says nothing"
}
