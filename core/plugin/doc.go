// Package plugin runs the plugins: it finds and verifies their files, starts
// their processes, shakes hands, watches them, starts them again when they
// end, and opens legs in them.
//
//	Host ── keeper (one a plugin: states, back-off) ── instance (one life)
//	            │                                        │      │
//	         Launcher: Processes, Memory               legs   watch: exit, bus, health, bell
//
// What a plugin does cannot hurt the core. Every control call has a deadline
// and every message a size; a process that dies or hangs is replaced, and
// costs its own legs alone: each is told [leg.Lost], with the reason. RTP
// sockets and lines of the media bus belong to the core, and are given back
// when the leg is closed, whatever became of the plugin.
//
// A process counts as hung when it leaves a control call or a health check
// unanswered for two seconds, or a second of ticks. It is killed then, and
// comes back 100 ms later; each further failure doubles that, up to 30 s, and
// a healthy minute forgets them. From the sixth in a row on the plugin is
// "failed", which [Host.Ready] and the API show.
package plugin
