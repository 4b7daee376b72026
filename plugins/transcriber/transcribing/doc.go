// Package transcribing writes down what is said in calls, as a tool of Plugboard.
//
//	source ── Listen ──▶ utterance ──▶ queue ──▶ worker ──▶ Engine (a process)
//	          (voice          │                    │
//	          activity)       └── waits too long ──┴──▶ archive: partial, final
//
// Each party is heard apart. Where it begins to speak, an utterance begins, and
// where it is quiet for a while, or has spoken for half a minute, it ends. An
// utterance goes as a whole to one of a few engines, which have it while it is
// still spoken if they have the time. An engine is a process of its own, of a low
// priority: one that crashes or hangs is started again, and the utterance is tried
// once more.
//
// Nothing here is waited for by a call. If the engines are too slow, utterances
// wait and the tool says that it lags; one that waits for longer than max_lag is
// left out as a whole, and the transcript says that it is missing, and why. So the
// text that comes is always of late, and a transcript has no gaps that nobody
// knows of.
//
// What was still spoken when a call ends is written down after it. What was in
// work when the process itself is killed is lost; the call's record has the gap.
//
// Neither sound nor text is written to any log.
package transcribing
