// Package browser makes the browsers of people who are signed in devices of
// their extensions: it owns their signalling, as core/sip owns that of desk
// phones. [Phones] are all of them; core/api translates HTTP and WebSocket
// messages into its calls, and knows no more.
//
//	device   one page of one person, by an id that it has chosen. It is there
//	         while its socket is, and for a moment after it, so that a page
//	         that is loaded anew is no other device
//	session  one peer connection (ICE, DTLS) of a page; its media lives in a
//	         leg plugin
//	Leg      a party of a call: a [call.Leg] of kind "browser"
//
// A session and a leg come into being apart and are joined by a link: what a
// page offers takes its time, and a call must not wait for it. Either may be
// first, and what waits for the other in vain ends by itself.
//
//	offer ──▶ alone ──link──▶ linked ──the leg ends, DELETE──▶ closed
//	            │ 30 s, lost      │ lost, another takes its place ──▶ closed
//	            └──▶ closed
//
// A leg that is rung is one for all pages of a person. A socket that is open
// proves nothing: browsers freeze pages that nobody looks at, and keep their
// sockets. So every page has to say that it rings, and the leg does when the
// first has.
//
//	asked ──a page rings──▶ ringing ──link──▶ up ──hangup──▶ over
//	  │ 1.5 s, nobody        │ declined, hangup, all pages are gone
//	  └──▶ over              └──▶ over
//
// Where a push reaches a browser, its service worker has 4 s more to say that it shows the
// call ([Phones.Shows]): that is ringing, too, and the page that is opened by it answers.
// A page that comes or wakes when its leg is over, or never was, has a new one if other
// devices of the person ring still ([Options].Arrived): nobody waits for it, and it is not
// late for anything.
//
// One that calls is there from the beginning, or from the link on for which
// the page had asked the time:
//
//	(to be linked) ──link──▶ calling ──Answer──▶ up ──hangup──▶ over
//	      │ 10 s                │ hangup
//	      └──▶ nothing was      └──▶ over
//
// A leg whose session is lost is away: it says and hears nothing, and its
// page is asked for another session. The link of that, also by the same page
// after it was loaded anew, brings it back; after 10 s it ends.
//
// All of this is guarded by one lock, under which nothing waits: what a leg
// plugin is asked is asked by the session's own goroutine, news of a leg goes
// into the inbox of its call, and what others are told is told after the lock
// was given back, in order.
package browser
