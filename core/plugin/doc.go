// Package plugin runs the plugins: it finds and verifies their files, starts
// their processes, shakes hands, watches them, starts them again when they
// end, and opens in them what they are for.
//
//	Host ── keeper (one a plugin: states, back-off) ── instance (one life)
//	            │                                        │      │
//	         Launcher: Processes, Memory               parts  watch: exit, bus, health, bell
//	                                                 (legs, …)
//
// All of that is the same for every kind of plugin. What one life has of a kind
// is a part: the legs of a leg plugin, with their stream of news and their
// counters. A plugin says in the handshake which kinds it is, and has a part for
// each. To add a kind:
//
//   - sdk: the contract (sdk/KIND), its service in sdk/proto and its conversions
//     in sdk/internal/wire, its two ends in sdk/KIND/remote, a field of
//     [sdk.Plugin] and a line in sdk's kinds;
//   - here: its part, a line in take, and a method of [Host] that opens something
//     of it: it begins with use, which finds the life and counts in, and what it
//     opened ends with exit. Control calls go through instance.call, which
//     knows a hang; a line of the bus in use is counted in lines, and is rung for.
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
// signal has stopped it. It is killed then. One that would run, but has no
// processor because the machine is overloaded, is not to blame: only a control call
// is not waited for longer then, all else up to ten seconds (hang.go). The first
// end, and any after three good seconds, is made good at once; others cost 100 ms
// and more, doubled with each up to 30 s, and a healthy minute forgets them. From
// the sixth in a row on the plugin is "failed", which [Host.Ready] and the API show.
//
// # Promises
//
// What is promised of plugins, and the tests that try to break it:
//
//	a plugin harms its own calls alone   TestAPluginThatScribblesInTheMemory, TestAPluginThatFloods, TestAMessageOfAGigabyte,
//	                                     TestAPanicCostsOneLeg, TestAToolThatFails, TestAnAppEndsInEachWay; sdk/bus: TestGuestIsHostile;
//	                                     sdk/bus/remote: TestNonsenseEndsTheRoad, TestGarbageIsNotHeard
//	kill -9 and SIGSTOP stop no tick     TestLegsOutliveTheirProcess, TestAToolsProcessIsKilledOrStopped, TestAppsInAProcess;
//	                                     core/calltest: TestEnginesThatFail
//	the mixer never waits                TestASlowToolLosesItsOwnFrames; sdk/bus: TestGuestIsStopped; sdk/bus/remote: TestASlowGuestLosesItsOwnFrames
//	a frame is there within a tick       sdk/bus: TestLatencyP99; BenchmarkRoads, and core/e2e/load for the figures
//	what is dead or hangs comes back     TestBackOffDoublesAndTheBreakerOpens, TestASlowCallIsAHang, TestAPluginWithoutAProcessorIsWaitedFor, TestLegsAreLostAndThePluginIsBack
//	a leg outlives its process           TestALegOutlivesItsPlugin, TestLegsOutliveTheirProcess, TestTheLineChangesUnderTheTick
//	an upgrade loses no call             TestAnUpgrade, TestAChangedPluginIsReplacedAndItsLegsEndInTheOldOne; core/e2e: TestAToolInPython
//	what was verified is what runs       TestTheVerifiedFileIsTheOneThatRuns, TestAPluginThatCannotRun (wrong hash)
//	another protocol is refused kindly   TestAPluginThatCannotRun (the version before, the version after)
//	least authority                      TestAProcessGetsNothingThatIsNotDeclared, TestAPluginEndsWithItsCore, TestWhatAPluginLeavesBehindEndsWithIt
//	log lines name call, leg, plugin     TestLogLinesNamePluginVersionCallAndLeg
package plugin
