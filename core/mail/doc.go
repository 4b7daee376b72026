// Package mail sends the house's mail, which is new messages of mailboxes. It
// speaks to one server, the operator's, by SMTP submission (RFC 6409).
//
//	Put ─▶ a file in data_dir/mail ─▶ the worker ─▶ the server ─▶ the file goes
//	                                      │
//	                         not now: back-off; never, or after three days: given up
//
// A mail that was put is on the disk, so it outlives a restart and a server that
// is down for hours. If the process ends between the server's answer and the
// removal of the file, the mail is sent once more, with the Message-ID that it
// had. The queue is bounded; what does not fit is refused, and whoever puts a
// mail is told.
//
// Two kinds of failure are told apart. If there is no talking to the server (it
// is down, its certificate is wrong, it takes neither the user nor the sender),
// all mail waits. If it refuses one mail, that one waits (4xx) or is given up
// (5xx), and the others go on.
//
// Texts may come from strangers, such as the name of a caller. They are made
// printable before they go into a header, and a header is written by a library
// that encodes what could end it.
package mail
