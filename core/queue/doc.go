// Package queue is who waits, and who serves them: lines of callers, agents
// with states, and which agent is offered which caller. It is pure: it rings
// nobody, plays nothing and has no clock. Whoever holds a [Hall] tells it what
// happens, with the time; it says what is to be done ([Order]) and what became
// of it ([News]), and when it wants to be woken ([Hall.Next]).
//
//	Enter ─▶ waits ──Offer──▶ waits, and agents ring ──Answered──▶ served
//	           │   ◀─Withdraw─┘  (nobody answers in time, or Refused)
//	           └──── Leave (hung up, waited too long) ────▶ gone
//
//	an agent:
//
//	            ┌──────────── Refused, or the ring time is over ─────────────┐
//	            ▼                                                            │
//	(away) ──▶ idle ──Offer──▶ ringing ──Answered──▶ talking ──calls end──▶ wrap-up ──▶ idle
//	            └─ rest: a short while after each offer that came to nothing
//
// Callers come first who came first; of several queues that share an agent, the
// one whose caller has waited longest has them. An agent is offered one caller
// at a time, and none while they have any call, are logged out, paused, not to
// be disturbed, or without a phone. Whoever did not answer is passed over: for
// that caller they come last, behind all who have not been asked as often.
package queue
