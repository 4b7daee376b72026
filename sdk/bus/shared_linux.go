package bus

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk/audio/alarm"
)

// The bell is a pair of stream sockets and no eventfd: the flags of an eventfd
// are the guest's as much as the host's, so a guest could make it a blocking
// one, fill it, and stop the core's tick. The host's end of a pair is its own.

// NewShared makes a bus with a plugin process. The file is what the process
// gets as descriptor 3; the caller closes its own copy once the process has
// started (or did not), or [Host.Done] never tells of its death. lines is 1 to
// [MaxLines]; a line that was never open takes no memory.
func NewShared(lines int) (*Host, *os.File, error) {
	if err := checkLines(lines); err != nil {
		return nil, nil, err
	}
	mine, its, err := control()
	if err != nil {
		return nil, nil, err
	}
	fail := func(err error) (*Host, *os.File, error) {
		_ = mine.Close()
		_ = its.Close()
		return nil, nil, fmt.Errorf("media bus: %w", err)
	}
	memory, err := newMemfd(lines)
	if err != nil {
		return fail(err)
	}
	defer unix.Close(memory)
	s, err := mapSegment(memory, lines)
	if err != nil {
		return fail(err)
	}
	s.head.version, s.head.lines = layoutVersion, uint32(lines)
	bell, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return fail(os.NewSyscallError("socketpair", err))
	}
	defer unix.Close(bell[1])
	link := &sharedHost{conn: mine, ended: make(chan struct{}), watched: make(chan struct{})}
	link.bell.fd = bell[0]
	hello := message{kind: kindHello, value: uint64(lines), files: 2}
	if err := link.send(hello, memory, bell[1]); err != nil {
		link.bell.close()
		return fail(err)
	}
	go link.watch()
	return newHost(s, link), its, nil
}

// control makes the pair that is descriptor 3 at its other end.
func control() (*net.UnixConn, *os.File, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	its := os.NewFile(uintptr(pair[1]), "media bus")
	conn, err := unixConn(uintptr(pair[0]))
	if err != nil {
		_ = its.Close()
		return nil, nil, err
	}
	return conn, its, nil
}

// unixConn takes over a descriptor.
func unixConn(fd uintptr) (*net.UnixConn, error) {
	f := os.NewFile(fd, "media bus")
	if f == nil {
		return nil, os.ErrInvalid
	}
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil, err
	}
	u, ok := c.(*net.UnixConn)
	if !ok {
		_ = c.Close()
		return nil, errors.New("not a Unix socket")
	}
	return u, nil
}

type sharedHost struct {
	conn    *net.UnixConn
	bell    descriptor
	once    sync.Once
	ended   chan struct{}
	watched chan struct{}
}

// watch waits for the guest's end. A guest has nothing to say here: one that
// does is out of its mind, and taken for gone.
func (l *sharedHost) watch() {
	defer close(l.watched)
	var b [1]byte
	_, _ = l.conn.Read(b[:])
	l.end()
}

func (l *sharedHost) end() { l.once.Do(func() { close(l.ended) }) }

func (l *sharedHost) done() <-chan struct{} { return l.ended }

func (l *sharedHost) ring() {
	if !l.bell.acquire() {
		return
	}
	defer l.bell.release()
	one := byte(1)
	// A full buffer is a guest that has been rung already, and a broken pipe
	// one that is dead: neither is news here.
	_, _, _ = unix.RawSyscall6(unix.SYS_SENDTO, uintptr(l.bell.fd), uintptr(unsafe.Pointer(&one)), 1,
		unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0)
}

// passTime is how long the guest may leave its descriptor 3 unread.
const passTime = time.Second

func (l *sharedHost) send(m message, fds ...int) error {
	if err := l.conn.SetWriteDeadline(time.Now().Add(passTime)); err != nil {
		return err
	}
	raw, err := l.conn.SyscallConn()
	if err != nil {
		return err
	}
	return sendMessage(raw, m.append(make([]byte, 0, messageSize)), unix.UnixRights(fds...))
}

func (l *sharedHost) pass(token uint64, socks []Socket) error {
	if len(socks) > maxFiles {
		return fmt.Errorf("%d sockets for one leg: at most %d can be passed", len(socks), maxFiles)
	}
	fds := make([]int, 0, len(socks))
	for _, s := range socks {
		u, ok := s.(*udpSocket)
		if !ok {
			return fmt.Errorf("a %T cannot be passed to a process: ListenUDP makes one that can", s)
		}
		if !u.acquire() {
			return net.ErrClosed
		}
		defer u.release()
		fds = append(fds, u.fd)
	}
	err := l.send(message{kind: kindSockets, value: token, files: uint16(len(fds))}, fds...)
	if err != nil {
		return fmt.Errorf("passing sockets to the plugin: %w", err)
	}
	return nil
}

func (l *sharedHost) close() error {
	err := l.conn.Close()
	<-l.watched
	l.bell.close()
	return err
}

// helloTime is how long Attach waits: the core has sent the hello before the
// process began.
const helloTime = 5 * time.Second

// Attach takes over descriptor 3 (or another that the core's file became) and
// is the plugin's end of the bus.
func Attach(fd uintptr) (*Guest, error) {
	conn, err := unixConn(fd)
	if err != nil {
		return nil, fmt.Errorf("descriptor %d is no media bus (%w): was this program started by Plugboard?", fd, err)
	}
	g, err := attach(conn)
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("media bus on descriptor %d: %w", fd, err)
	}
	return g, nil
}

func attach(conn *net.UnixConn) (*Guest, error) {
	if err := conn.SetReadDeadline(time.Now().Add(helloTime)); err != nil {
		return nil, err
	}
	l := &sharedGuest{conn: conn, ended: make(chan struct{}), received: make(chan struct{}), arrivals: newArrivals()}
	m, fds, err := l.receive()
	if err != nil {
		return nil, err
	}
	if m.kind != kindHello {
		closeFDs(fds)
		return nil, errors.New("the first message is not the hello")
	}
	defer unix.Close(fds[0])
	s, err := mapSegment(fds[0], int(m.value))
	if err == nil {
		err = unix.SetNonblock(fds[1], true)
	}
	if err == nil {
		err = conn.SetReadDeadline(time.Time{})
	}
	if err != nil {
		_ = unix.Close(fds[1])
		return nil, err
	}
	l.bells = fds[1]
	go l.watch()
	return &Guest{segment: s, link: l, arrivals: l.arrivals}, nil
}

type sharedGuest struct {
	conn     *net.UnixConn
	bells    int
	ringing  [256]byte // what is read of the bell, and forgotten
	arrivals *arrivals
	desks    deskDepot
	once     sync.Once
	ended    chan struct{}
	received chan struct{}

	runs   sync.Mutex // held by Run
	closed bool       // guarded by runs

	mu     sync.Mutex
	thread *alarm.Thread // of the present Run
}

// receive takes the next message, with its descriptors.
func (l *sharedGuest) receive() (message, []int, error) {
	var b [messageSize + 1]byte
	oob := make([]byte, unix.CmsgSpace(4*maxFiles))
	raw, err := l.conn.SyscallConn()
	if err != nil {
		return message{}, nil, err
	}
	n, oobn, err := receiveMessage(raw, b[:], oob)
	if err != nil {
		return message{}, nil, err
	}
	fds, err := rights(oob[:oobn])
	var m message
	if err == nil {
		m, err = parse(b[:n])
	}
	if err == nil && len(fds) != int(m.files) {
		err = fmt.Errorf("%d descriptors came, %d were sent: are there too many open files?", len(fds), m.files)
	}
	if err != nil {
		closeFDs(fds)
		return message{}, nil, err
	}
	return m, fds, nil
}

// rights returns all descriptors among control messages, also with an error.
func rights(oob []byte) (fds []int, err error) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return nil, err
	}
	for i := range messages {
		some, bad := unix.ParseUnixRights(&messages[i])
		fds = append(fds, some...)
		if bad != nil {
			err = bad
		}
	}
	return fds, err
}

func closeFDs(fds []int) {
	for _, fd := range fds {
		_ = unix.Close(fd)
	}
}

// watch takes what the core sends, until its end. A message that makes no
// sense ends the bus as well: no later one would.
func (l *sharedGuest) watch() {
	defer close(l.received)
	defer l.end()
	for {
		m, fds, err := l.receive()
		if err != nil {
			return
		}
		if m.kind != kindSockets {
			closeFDs(fds)
			return
		}
		socks, err := l.sockets(fds)
		if err != nil {
			return
		}
		l.arrivals.put(m.value, socks)
	}
}

// sockets takes over descriptors; with an error all are closed.
func (l *sharedGuest) sockets(fds []int) ([]Socket, error) {
	socks := make([]Socket, 0, len(fds))
	for i, fd := range fds {
		s, err := udpFrom(fd, &l.desks)
		if err != nil {
			closeAll(socks)
			closeFDs(fds[i+1:])
			return nil, err
		}
		socks = append(socks, s)
	}
	return socks, nil
}

func (l *sharedGuest) gone() <-chan struct{} { return l.ended }

func (l *sharedGuest) end() {
	l.once.Do(func() { close(l.ended) })
	l.interrupt()
}

// interrupt ends the waits of the present Run.
func (l *sharedGuest) interrupt() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.thread != nil {
		l.thread.Stop()
	}
}

func (l *sharedGuest) start(ctx context.Context) (func(), error) {
	l.runs.Lock()
	thread, err := alarm.NewThread()
	if err != nil {
		l.runs.Unlock()
		return nil, fmt.Errorf("media bus: %w", os.NewSyscallError("eventfd", err))
	}
	l.mu.Lock()
	l.thread = thread
	l.mu.Unlock()
	select {
	case <-l.ended:
		thread.Stop()
	default:
	}
	stop := context.AfterFunc(ctx, thread.Stop)
	ordinary := alarm.Urgent()
	return func() {
		stop()
		ordinary()
		thread.Stop()
		thread.Wait(time.Time{}) // closes its descriptor
		l.runs.Unlock()
	}, nil
}

func (l *sharedGuest) bell() bool {
	for l.thread.Await(l.bells) {
		n, _, e := unix.RawSyscall(unix.SYS_READ, uintptr(l.bells), uintptr(unsafe.Pointer(&l.ringing)), uintptr(len(l.ringing)))
		switch {
		case e == 0 && n > 0:
			return true
		case e != unix.EAGAIN && e != unix.EINTR:
			return false // the host's end is gone
		}
	}
	return false
}

func (l *sharedGuest) sleep(until time.Time) bool { return l.thread.Wait(until) }

func (l *sharedGuest) close() error {
	err := l.conn.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	<-l.received // by then Run is told
	l.runs.Lock()
	defer l.runs.Unlock()
	if !l.closed {
		l.closed = true
		_ = unix.Close(l.bells)
	}
	return err
}
