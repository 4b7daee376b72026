// Package recording records calls, as a tool of Plugboard.
//
//	sources ── Listen ──▶ ID.part/1.wav, 2.wav, …     while the call goes on
//	                      ID.part/journal              who, when, paused
//	              Close ──▶ finish ──▶ ID.wav, ID.json when it is over
//
// While a call goes on, what each party says is written as it comes: pieces of
// sound (WAV, mono) that are valid wherever they are cut off, and a journal with
// the tick at which each begins. Nothing is mixed, nothing is encoded, and
// silence is not written at all. When the call is over the pieces are put in
// their places by their ticks, one channel for each party and one with all, and
// written in the format that was asked for; the finished file appears under its
// name as a whole. So the parties are aligned to the tick, whoever joins, leaves,
// holds or is lost in between; and a process that is killed costs what was said
// while it was gone: the next one goes on with the same journal, or finishes
// what nobody goes on with.
//
// Time that is paused is silence, so that times in the file are those of the
// call.
//
// A disk that is nearly full stops recordings, never calls. Names of files are
// made of letters, digits, "-", "_" and "." alone, below one directory that
// nothing can lead out of ([os.Root]); only the owner can read them.
package recording
