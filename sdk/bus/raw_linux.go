package bus

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Opening and closing a leg is raw as well: each system call that the runtime
// hears of wakes its monitor thread if the process was idle, and a leg that
// is set up finds it so.

// setOption is setsockopt of an int.
func setOption(fd, level, name int, value int32) error {
	_, _, e := unix.RawSyscall6(unix.SYS_SETSOCKOPT, uintptr(fd), uintptr(level), uintptr(name), uintptr(unsafe.Pointer(&value)), unsafe.Sizeof(value), 0)
	if e != 0 {
		return e
	}
	return nil
}

// option is getsockopt of an int.
func option(fd, level, name int) (int, error) {
	var value int32
	size := uint32(unsafe.Sizeof(value))
	_, _, e := unix.RawSyscall6(unix.SYS_GETSOCKOPT, uintptr(fd), uintptr(level), uintptr(name), uintptr(unsafe.Pointer(&value)), uintptr(unsafe.Pointer(&size)), 0)
	if e != 0 {
		return 0, e
	}
	return int(value), nil
}

// sendMessage sends octets with control messages; there are some of each.
func sendMessage(conn syscall.RawConn, b, control []byte) error {
	_, _, err := transfer(conn.Write, unix.SYS_SENDMSG, unix.MSG_NOSIGNAL, b, control)
	return err
}

// receiveMessage receives octets and control messages. 0 octets are the end.
func receiveMessage(conn syscall.RawConn, b, control []byte) (n, controls int, err error) {
	return transfer(conn.Read, unix.SYS_RECVMSG, unix.MSG_CMSG_CLOEXEC, b, control)
}

func transfer(wait func(func(uintptr) bool) error, call, flags uintptr, b, control []byte) (n, controls int, err error) {
	vector := unix.Iovec{Base: &b[0]}
	vector.SetLen(len(b))
	msg := unix.Msghdr{Iov: &vector, Control: &control[0]}
	msg.SetIovlen(1)
	var failed unix.Errno
	err = wait(func(fd uintptr) bool {
		for {
			msg.SetControllen(len(control))
			var done uintptr
			done, _, failed = unix.RawSyscall(call, fd, uintptr(unsafe.Pointer(&msg)), flags)
			if failed != unix.EINTR {
				n = int(done)
				return failed != unix.EAGAIN
			}
		}
	})
	switch {
	case err != nil:
		return 0, 0, err
	case failed != 0:
		return 0, 0, failed
	}
	return n, int(msg.Controllen), nil
}
