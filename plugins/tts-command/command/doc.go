// Package command speaks texts by programs that write sound: flite, espeak-ng,
// piper, or any other.
//
//	text ──▶ sentences ──▶ a process each, bounded in number, time and output ──▶ WAV or raw sound ──▶ pieces
//
// A program is run for each sentence of a long text, so that the first is heard
// while the second is made. No shell is between: the words of a command are what
// the program gets, with what stands in braces filled in. A process leads a
// group of its own, which is killed when nobody listens any more, and with the
// plugin.
package command
