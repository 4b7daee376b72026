package transcribing

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// EngineArgument is what the plugin's program is started with to be an engine
// instead; see [ServeEngine].
const EngineArgument = "--engine"

// The protocol between the plugin and its engine, over the engine's standard
// input and output: a request is a letter, the length of what follows in four
// octets (little-endian), and that; so is its answer, whose letter says whether
// it was done.
const (
	askOpen = 'o' // with the Model, as JSON
	askHear = 'h' // with samples of 16 bits, little-endian
	askEnd  = 'e'

	didIt  = 'y' // with a text
	failed = 'n' // with why

	maxMessage = 1 << 20
)

// process is an engine in a process of its own.
type process struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	buf []byte
}

// Processes opens engines with a model, each in a process that runs this very
// program.
func Processes(m Model) Open {
	return func(ctx context.Context) (Engine, error) {
		if m.Engine == enginePocketsphinx {
			for _, path := range []string{m.Acoustic, m.Language, m.Dictionary} {
				if _, err := os.Stat(path); err != nil {
					return nil, fmt.Errorf("the model of pocketsphinx is not there (%w); install it (Debian: pocketsphinx-en-us), or name another in config {}", err)
				}
			}
		}
		return start(ctx, exec.Command("/proc/self/exe", EngineArgument), m)
	}
}

// start starts the process, and waits until it has its model.
func start(ctx context.Context, cmd *exec.Cmd, m Model) (Engine, error) {
	p := &process{cmd: cmd}
	cmd.Env = []string{} // it needs none
	last := new(lastWords)
	cmd.Stderr = last
	var err error
	if p.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.out = bufio.NewReader(out)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	text, err := json.Marshal(m)
	if err == nil {
		_, err = p.ask(ctx, askOpen, text)
	}
	if err != nil {
		p.Close()
		if said := last.String(); said != "" && ctx.Err() == nil {
			err = fmt.Errorf("%w: %s", err, said)
		}
		return nil, err
	}
	return p, nil
}

// lastWords keeps the beginning of what a process says on its standard error: why
// a library has ended it. It is looked at before the engine has heard anything, and
// never after.
type lastWords struct{ b []byte }

const mostWords = 2000

// Write implements [io.Writer].
func (l *lastWords) Write(b []byte) (int, error) {
	l.b = append(l.b, b[:min(len(b), mostWords-len(l.b))]...)
	return len(b), nil
}

// String is the last line, before what Go says of a signal.
func (l *lastWords) String() string {
	said, _, _ := bytes.Cut(l.b, []byte("\nSIGABRT"))
	said = bytes.TrimSpace(said)
	return string(bytes.TrimSpace(said[bytes.LastIndexByte(said, '\n')+1:]))
}

// Hear implements [Engine].
func (p *process) Hear(ctx context.Context, pcm []int16) (string, error) {
	p.buf = p.buf[:0]
	for _, x := range pcm {
		p.buf = binary.LittleEndian.AppendUint16(p.buf, uint16(x))
	}
	return p.ask(ctx, askHear, p.buf)
}

// End implements [Engine].
func (p *process) End(ctx context.Context) (string, error) { return p.ask(ctx, askEnd, nil) }

// Close implements [Engine].
func (p *process) Close() {
	_ = p.in.Close() // it ends by itself, unless it hangs
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// ask asks the process for something. A context that ends kills it.
func (p *process) ask(ctx context.Context, what byte, with []byte) (string, error) {
	stop := context.AfterFunc(ctx, func() { _ = p.cmd.Process.Kill() })
	defer stop()
	err := put(p.in, what, with)
	var said byte
	var text []byte
	if err == nil {
		said, text, err = take(p.out)
	}
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("the engine does not answer: %w", ctx.Err())
	case err != nil:
		return "", fmt.Errorf("the engine's process has ended: %w", err)
	case said != didIt:
		return "", errors.New(string(text))
	}
	return string(text), nil
}

// put writes a message.
func put(w io.Writer, what byte, with []byte) error {
	m := binary.LittleEndian.AppendUint32([]byte{what}, uint32(len(with)))
	_, err := w.Write(append(m, with...))
	return err
}

// take reads one.
func take(r io.Reader) (what byte, with []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > maxMessage {
		return 0, nil, fmt.Errorf("a message of %d octets", n)
	}
	with = make([]byte, n)
	_, err = io.ReadFull(r, with)
	return head[0], with, err
}

// recognizer is a library that recognizes speech, as [Engine] has it.
type recognizer interface {
	hear(pcm []int16) (string, error)
	end() (string, error)
}

// recognize loads a library and a model.
func recognize(m Model) (recognizer, error) {
	if m.Engine == engineSherpa {
		return newSherpa(m)
	}
	return newSphinx(m)
}

// niceness is how much the engine stands back behind calls.
const niceness = 10

// ServeEngine is what main does in the process of an engine: it does what it is
// asked for until its input ends.
func ServeEngine(in io.Reader, out io.Writer) error {
	// The priority is the thread's, and that of those which it begins.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := syscall.Setpriority(syscall.PRIO_PROCESS, 0, niceness); err != nil {
		return os.NewSyscallError("setpriority", err)
	}
	var s recognizer
	for {
		what, with, err := take(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		text := ""
		switch {
		case what == askOpen && s == nil:
			var m Model
			if err = json.Unmarshal(with, &m); err == nil {
				s, err = recognize(m)
			}
		case what == askHear && s != nil:
			pcm := make([]int16, len(with)/2)
			for i := range pcm {
				pcm[i] = int16(binary.LittleEndian.Uint16(with[2*i:]))
			}
			text, err = s.hear(pcm)
		case what == askEnd && s != nil:
			text, err = s.end()
		default:
			err = fmt.Errorf("the engine was asked for %q, which cannot be now", what)
		}
		answer := byte(didIt)
		if err != nil {
			answer, text = failed, err.Error()
		}
		if err := put(out, answer, []byte(text)); err != nil {
			return err
		}
	}
}
