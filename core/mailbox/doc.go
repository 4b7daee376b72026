// Package mailbox keeps what callers leave: the messages of each mailbox, its
// greeting and its PIN. The app that talks to callers asks for them through
// [host.Mailboxes]; people do through the API.
//
//	core/daemon ─ Lend ─▶ Loan: this app has this call, at this mailbox ─▶ Return
//	app ─ Mailbox, Kept ─▶ answered from the loan alone
//	         Begin ─▶ draft ─ Write… ─▶ Finish ─▶ message ─▶ Changed, Left
//	                    └─ the loan ends, or we die ──▶ a message, too
//	API ── List, Messages, Mark, Delete, Open
//
// # Who may what
//
// An app names a call; what it may there is decided here, by the mailbox to which
// the core sent that call and by whether its PIN was told. An app that is broken,
// or not ours, gets at no other mailbox, and tries no more PINs than a caller
// could: five wrong ones in a row lock a mailbox for a quarter of an hour, over
// all calls, and a restart changes nothing of that.
//
// A PIN that the owner sets by phone counts in place of the configured one for as
// long as that stays as it was: who writes another into the configuration, because
// the owner forgot it, gives out that one. It is kept as an Argon2id hash.
//
// # Files
//
// The sound of a message is BOX/ID.wav in the directory of mailboxes, 16 kHz,
// mono, 16 bits; the list of them is in core/store. A greeting is
// BOX/greeting.wav. While something is recorded its file ends in .part, and what
// the app writes goes into it at once: at the death of the app, or of the core,
// all that was written is there, and [Boxes.Repair] makes a message of it. A power
// cut can cost what the kernel had not put on the disk, as a draft is synced when
// it is finished.
//
// A message is deleted when the mailbox's keep is over. A mailbox takes
// [MaxMessages], and none if the disk has less than [MinFree].
package mailbox
