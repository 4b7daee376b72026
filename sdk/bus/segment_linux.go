package bus

import (
	"fmt"
	"os"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// newMemfd makes the shared memory for a number of lines, which nobody can
// make smaller or larger: a host whose memory shrinks dies of SIGBUS.
func newMemfd(lines int) (fd int, err error) {
	fd, err = unix.MemfdCreate("plugboard-bus", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING|unix.MFD_NOEXEC_SEAL)
	if err == unix.EINVAL { // before Linux 6.3
		fd, err = unix.MemfdCreate("plugboard-bus", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	}
	if err != nil {
		return -1, os.NewSyscallError("memfd_create", err)
	}
	if err := unix.Ftruncate(fd, segmentSize(lines)); err != nil {
		_ = unix.Close(fd)
		return -1, os.NewSyscallError("ftruncate", err)
	}
	const seals = unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_SEAL
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, seals); err != nil {
		_ = unix.Close(fd)
		return -1, os.NewSyscallError("F_ADD_SEALS", err)
	}
	return fd, nil
}

func segmentSize(lines int) int64 { return pageSize + int64(lines)*blockSize }

// mapSegment maps the memory. The mapping lasts as long as anything that can
// reach the segment: a line that is read after its bus was closed finds
// silence, and not a hole. (Punching holes instead, when a line is closed,
// costs 0.3 ms of CPU for its 8 pages.)
func mapSegment(fd, lines int) (*segment, error) {
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return nil, os.NewSyscallError("fstat", err)
	}
	if stat.Size != segmentSize(lines) {
		return nil, fmt.Errorf("the media bus's memory has %d bytes; %d lines take %d", stat.Size, lines, segmentSize(lines))
	}
	mem, err := unix.Mmap(fd, 0, int(stat.Size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		_ = unix.Munmap(mem)
		return nil, os.NewSyscallError("clock_gettime", err)
	}
	s := &segment{
		head:   (*header)(unsafe.Pointer(&mem[0])),
		blocks: unsafe.Slice((*block)(unsafe.Pointer(&mem[pageSize])), lines),
		base:   time.Now(),
		mono:   now.Nano(),
	}
	runtime.AddCleanup(s, func(mem []byte) { _ = unix.Munmap(mem) }, mem)
	return s, nil
}
