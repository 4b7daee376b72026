// Package signin is who may use the pages. People sign in as an extension, with a
// password for the web that is theirs alone (a phone's SIP secret opens no page), or
// as the admin of the switch.
//
//	Invite ─▶ a code, for one use ─▶ Redeem chooses a password
//	password ─ SignIn ─▶ a session's facts ─▶ Valid, at each request
//
// Nobody has a password that they did not choose. The first one comes of an
// invitation, which the admin makes and hands over.
//
// # What is kept
//
// Of a password its argon2id hash, of an invitation the hash of its code, of a
// session the hash of its token: who reads the database can sign in as nobody.
// A new password ends all sessions that began with the old one.
//
// # Guessing
//
// Failures are counted for who is tried from where, for where, and for who. Beyond
// a few of them each further try has to wait twice as long as the one before, up to a
// quarter of an hour, and is refused unseen until then. Somebody who is not there is refused
// like a wrong password is, at the same cost.
package signin
