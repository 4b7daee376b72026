package call

import (
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/verdict"
	"github.com/plugboard/plugboard/sdk/event"
)

// party is a leg as its call sees it.
//
//	a caller:  fresh ──Ring()──▶ ringing ──Progress()──▶ early ──Answer()──▶ answering ──Answered──▶ up
//	           (each may be left out; Proceed() in ringing leads back to fresh)
//	a callee:  fresh ──Ringing──▶ ringing ──Early──▶ early ──Answered──▶ up
//	           (each may be left out, or come again)
//	either:    ──Hangup()──▶ leaving ──Ended──▶ gone
//	           ──Ended─────────────────────────▶ gone
type party struct {
	leg      Leg
	road     *road // its news come by
	who      dialplan.Party
	incoming bool                // it called us; else we dialled it
	of       *dialplan.Extension // whose device we dialled, nil if it is none
	state    partyState
	held     bool // the party itself has put us on hold
	kept     bool // or somebody has done that for it
	muted    bool // nobody hears it
	guest    bool // it came to a call that was up
	listener bool // it hears the others, and no more
	app      bool // it is no party, but an app
	rang     bool // a callee that has sent Ringing

	port          *mix.Port // its seat in the room, nil if it has none
	line          mix.Line  // what sits there
	speaks, hears bool      // the seat does
	tap           Tap       // who listens to it, nil if nobody does

	pressing pressing // of a code

	ears     []mix.Ear // of tools, that its seat has
	listened *mix.Port // the seat that has them

	cause    Cause // why it ended, once it is leaving or gone
	status   int
	text     string
	added    time.Time
	answered time.Time
	ended    time.Time
	sentBy   Actor // of a listener: who had it listen
	// movedFrom is the call that it was in before, "" if none.
	movedFrom string
	last      LegInfo // its last picture, taken before it ended

	judge    *verdict.Judge  // of its media, nil before that is open
	verdicts []event.Verdict // that hold
}

// partyState is a state of the picture above.
type partyState int

const (
	fresh partyState = iota
	ringing
	early
	answering
	up
	leaving
	gone
)

func (s partyState) String() string {
	return [...]string{"fresh", "ringing", "early", "answering", "up", "leaving", "gone"}[s]
}

// take moves the party by news of its leg. It reports false for a transition
// that the picture does not have, and then changes nothing.
func (p *party) take(n News) bool {
	switch {
	case p.state == gone:
		return false
	case n.What == Ended:
		p.state = gone
	case p.state == leaving: // crossed our Hangup
	case n.What == Changed, n.What == Digit, n.What == Texted, n.What == Pressed, n.What == Wished, n.What == Referred:
	case n.What == Answered && p.incoming && p.state == answering:
		p.state = up
	case n.What == Answered && !p.incoming && p.state < answering:
		p.state = up
	case n.What == Ringing && !p.incoming && p.state < answering:
		p.rang = true
		p.state = max(p.state, ringing)
	case n.What == Early && !p.incoming && p.state < answering:
		p.state = early
	case n.What == Proceeding && !p.incoming && p.state < answering:
	case (n.What == Forwarded || n.What == Queued) && !p.incoming && p.state < answering:
		p.rang = false // it may ring again, elsewhere
	default:
		return false
	}
	return true
}

// in reports whether it is a device of one of the extensions.
func (p *party) in(some []*dialplan.Extension) bool {
	return p.of != nil && slices.Contains(some, p.of)
}

// live reports whether the leg was not told to end, and has not.
func (p *party) live() bool { return p.state < leaving }

// open reports whether the party's media may be open.
func (p *party) open() bool { return p.state >= early && p.state <= up }

// holds reports whether the party is away: it neither speaks nor hears.
func (p *party) holds() bool { return p.held || p.kept }

// info is a picture of its leg, with what the call does to it.
func (p *party) info() LegInfo { return p.marks().on(p.leg.Info()) }

// marks are what the call knows of a leg and the leg does not.
type marks struct {
	kept, muted, listener bool
	verdicts              []event.Verdict
}

func (p *party) marks() marks { return marks{p.kept, p.muted, p.listener, p.verdicts} }

// on adds the marks to a leg's picture.
func (m marks) on(i LegInfo) LegInfo {
	i.Held, i.Muted, i.Listens, i.Verdicts = i.Held || m.kept, m.muted, m.listener, m.verdicts
	return i
}

// keep takes the last picture of a leg. What a leg no longer knows once its
// media is closed stays as it was before.
func (p *party) keep(now LegInfo) {
	before := p.last
	p.last = now
	if now.Codec == "" {
		p.last.Codec = before.Codec
	}
	if now.Stats == nil {
		p.last.Stats = before.Stats
	}
}
