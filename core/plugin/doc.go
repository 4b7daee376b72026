// Package plugin runs the plugins: it finds and verifies their files, starts
// their processes, shakes hands, watches them, starts them again when they
// end, and opens legs in them.
//
//	Host ── keeper (one a plugin: states, back-off) ── instance (one life)
//	            │                                        │      │
//	         Launcher: Processes, Memory               legs   watch: exit, bus, health, bell
//
// Another set of plugins takes the place of the one in force by a [Change]: what
// is new comes up first, what is the same goes on undisturbed, and what is gone
// stays for the legs that it has, until the last of them is closed.
//
// What a plugin does cannot hurt the core. Every control call has a deadline
// and every message a size; a process that dies or hangs is replaced. RTP
// sockets belong to the core, and are given back when the leg is closed,
// whatever became of the plugin.
//
// A leg outlives its process. The plugin tells checkpoints ([leg.Checkpoint]):
// what another process needs to go on with the leg. When a process ends, its
// legs wait; the next one is given their sockets, a new line of its bus each,
// and the last checkpoint, and the party hears a gap of some tenths of a second
// (resume.go). The leg's [mix.Line] stays the same, so that the room hears of
// nothing. A leg without a checkpoint, one that is refused, one whose plugin
// is not back within five seconds, and one whose checkpoint ends two processes
// in a row, is told [leg.Lost] with the reason. No other leg is.
//
// A process counts as hung when it leaves a control call or a health check
// unanswered for two seconds, or a second of ticks, or a tenth of one when a
// signal has stopped it. It is killed then. The first end, and any after three
// good seconds, is made good at once; others cost 100 ms and more, doubled
// with each up to 30 s, and a healthy minute forgets them. From the sixth in a
// row on the plugin is "failed", which [Host.Ready] and the API show.
package plugin
