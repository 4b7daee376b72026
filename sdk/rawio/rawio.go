// Package rawio reads and writes sockets with system calls that the Go
// scheduler does not hear of.
//
// Around each system call of package net the runtime prepares for a thread
// that may block, and wakes its monitor thread if the process was idle. The
// sockets here do not block: the runtime's poller waits for them. At the
// pace of signalling, where nearly every packet finds an idle process, the
// monitor's wake-ups were half of all that a call cost.
//
// Deadlines and Close work as in package net. Where a system is not Linux, or
// a connection is not a socket, everything goes through package net.
package rawio
