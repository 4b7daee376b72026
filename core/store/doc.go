// Package store keeps what has to outlive the process: a record of every call
// and of each of its legs, the bindings of phones, and what somebody has
// switched by hand; the lists of recordings, transcripts and messages of
// mailboxes; who may sign in, and where browsers take pushes. It is one SQLite file
// in the data directory, made and brought up to date by the migrations in this
// package.
//
//	events of calls ─ Observe ─▶ queue ─┐
//	bindings ─ KeepBindings ────────────┼─▶ the writer: folds them, and every
//	schedules ─ SetOverride ────────────┘   moment writes all of it in one transaction
//	API ── Calls, Call ──▶ asks the writer to write what waits, and reads beside it
//	all else ────────────▶ a transaction of its own, which whoever asked for it waits for
//
// # Never on a call's path
//
// What comes in is put into memory and returns. One goroutine writes: soon
// after something has happened, and while calls live also at intervals, so
// that a row of a live call is never older than [Options.Every]. If the disk
// is full or the file broken, that is logged and said by [Store.Trouble];
// calls go on, and what could not be written waits in memory and is written
// when it can be. What memory has no room for goes to the log, as JSON.
//
// # What a crash loses
//
// Every transaction is on the disk when it ends (WAL with synchronous=FULL), so
// the end of the process at any moment, or of the power, loses no row that was
// written: at most the last moments of a call's duration. [Open] finds the calls
// that nobody ended, and ends them with cause "failed" at the time at which
// they were last written.
package store
