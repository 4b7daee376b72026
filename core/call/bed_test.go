package call

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

const (
	ms  = time.Millisecond
	sec = time.Second
)

var (
	_ Rooms = (*mix.Clock)(nil)
)

// bed is a switch between scripted phones, in virtual time. What the switch
// does to the phones and what they do is written down as a story.
type bed struct {
	t     *testing.T
	sw    *Switch
	start time.Time
	rooms *stepper
	to    map[string]dialplan.Decision // by dialled number
	// devices of an extension or trunk, by its name. None: unavailable.
	devices   map[string][]script
	park      *dialplan.Park
	extension *dialplan.Extension // that has the number 102
	music     *dialplan.Prompt    // the site's: its tone is a level
	pickup    string              // the pickup_group of who calls
	panics    string              // where the switch shall meet a panic
	refuse    map[string]error    // of Dial, by name
	paths     map[string]dialplan.Destination
	runs      func(*actor) // what an app does, from when it has the call

	mu     sync.Mutex
	lines  []string
	events []event.Event
	legs   []*phone
	dials  []Dial
	log    bytes.Buffer
}

// script is what a device does once it is dialled, at times from then on.
type script []act

type act struct {
	at     time.Duration
	what   What
	cause  Cause // Ended
	status int   // Ended
	text   string
	reason string // Ended
}

func rings(at time.Duration) act             { return act{at: at, what: Ringing} }
func sends(at time.Duration) act             { return act{at: at, what: Early} }
func answers(at time.Duration) act           { return act{at: at, what: Answered} }
func ends(at time.Duration, cause Cause) act { return act{at: at, what: Ended, cause: cause} }

// within runs a test in virtual time, with a switch that must be empty at the
// end: no call, no occupied room, no goroutine (synctest sees to that), and
// every leg ended as the contract says.
func within(t *testing.T, f func(*bed)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t)
		f(b)
		b.sw.Close()
		b.checkEnd()
		if bytes.Contains(b.log.Bytes(), []byte("[ERROR]")) {
			t.Errorf("errors in the log:\n%s", b.log.Bytes())
		}
	})
}

func newBed(t *testing.T) *bed {
	b := &bed{
		t: t, start: time.Now(), rooms: &stepper{rooms: map[*mix.Room]bool{}},
		to: map[string]dialplan.Decision{}, devices: map[string][]script{}, refuse: map[string]error{},
	}
	b.sw = New(Options{
		Log:    hclog.New(&hclog.LoggerOptions{Output: &b.log, Level: hclog.Info, Mutex: &b.mu}),
		Dialer: b, Rooms: b.rooms,
		Plan: func() Plan { return b },
		Emit: b.emit, Apps: b,
	})
	return b
}

// Route implements Plan.
func (b *bed) Route(f dialplan.Facts) dialplan.Decision {
	d, ok := b.to[f.To.Number]
	if !ok && f.To.Number == "102" {
		panic("on purpose")
	}
	return d
}

// trap panics where a test wants it.
func (b *bed) trap(at string) {
	b.mu.Lock()
	hit := at == b.panics
	b.mu.Unlock()
	if hit {
		panic("on purpose")
	}
}

// ExtensionByNumber implements Plan.
func (b *bed) ExtensionByNumber(n string) *dialplan.Extension {
	if n != "102" {
		return nil
	}
	return b.extension
}

// ExtensionByName implements Plan.
func (b *bed) ExtensionByName(name string) *dialplan.Extension {
	for _, d := range b.to {
		if e, ok := d.To.(*dialplan.Extension); ok && e.Name == name {
			return e
		}
	}
	if b.extension != nil && b.extension.Name == name {
		return b.extension
	}
	return nil
}

// TrunkByName implements Plan.
func (b *bed) TrunkByName(name string) *dialplan.Trunk {
	for _, d := range b.to {
		if t, ok := d.To.(*dialplan.Trunk); ok && t.Name == name {
			return t
		}
	}
	return nil
}

// Music implements Plan: as a tone's frequency says, a constant.
func (b *bed) Music(p *dialplan.Prompt) Music {
	if p == nil {
		p = b.music
	}
	switch {
	case p == nil || p.Silent():
		return Music{}
	case p.Text != "":
		return Music{Text: &dialplan.Play{Prompt: p, Shown: p.String()}}
	}
	level, err := strconv.ParseFloat(p.Tone, 32)
	if err != nil {
		b.t.Error(err)
	}
	pcm := make([]float32, audio.Samples)
	for i := range pcm {
		pcm[i] = float32(level)
	}
	return Music{Sound: sound.New(pcm)}
}

// DestinationFor implements Plan.
func (b *bed) DestinationFor(_ *dialplan.Extension, path string) (dialplan.Destination, error) {
	if d := b.paths[path]; d != nil {
		return d, nil
	}
	return nil, fmt.Errorf("there is no %s", path)
}

// Revision implements Plan.
func (b *bed) Revision() string { return "4f1c" }

// Park implements Plan.
func (b *bed) Park(string) *dialplan.Park { return b.park }

// Pressed implements Plan.
func (b *bed) Pressed(keys string) (name string, more bool) {
	return map[string]string{"*1": dialplan.RecordCode, "*2": dialplan.RecordPauseCode}[keys], keys == "*"
}

// Announcement implements Plan.
func (b *bed) Announcement() *dialplan.Play {
	return &dialplan.Play{Prompt: &dialplan.Prompt{Text: "We record"}, Times: 1, Shown: `say("We record")`}
}

// Normalize implements Plan.
func (b *bed) Normalize(n string) string { return strings.ReplaceAll(n, " ", "") }

// Dial implements Dialer.
func (b *bed) Dial(_ context.Context, d Dial, inbox Inbox) ([]Leg, error) {
	name, kind := "", KindExtension
	if d.Extension != nil {
		name = d.Extension.Name
	} else {
		name, kind = d.Trunk.Name, KindTrunk
	}
	b.trap("dial " + name)
	b.mu.Lock()
	b.dials = append(b.dials, d)
	devices, err := b.devices[name], b.refuse[name]
	b.mu.Unlock()
	if err != nil {
		b.tell("dial %s: %v", name, err)
		return nil, err
	}
	if len(devices) == 0 {
		b.tell("dial %s: nobody", name)
		return nil, &Error{Unavailable, "no device"}
	}
	var legs []Leg
	for i, s := range devices {
		p := b.phone(name, kind, inbox)
		if len(devices) > 1 {
			p.label = fmt.Sprintf("%s/%d", name, i+1)
		}
		b.tell("dial %s", p.label)
		for _, a := range s {
			p.timers = append(p.timers, time.AfterFunc(a.at, func() { p.acts(a) }))
		}
		legs = append(legs, p)
	}
	return legs, nil
}

func (b *bed) phone(name string, kind Kind, inbox Inbox) *phone {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := &phone{bed: b, name: name, label: name, kind: kind, inbox: inbox, id: fmt.Sprintf("leg%d", len(b.legs)+1), line: &voice{}}
	p.line.gone = func() bool { p.mu.Lock(); defer p.mu.Unlock(); return p.ended }
	b.legs = append(b.legs, p)
	return p
}

// calls makes a call from a phone of the named extension.
func (b *bed) calls(name, number string) *phone { return b.replaces(name, number, nil, false) }

// replaces makes a call that wants the place of a leg, nil: none.
func (b *bed) replaces(name, number string, of Leg, early bool) *phone {
	p := b.phone(name, KindExtension, nil)
	p.incoming = true
	b.tell("%s calls %s", name, number)
	p.call = NewID()
	f := facts(name, number)
	f.From.Extension.PickupGroup = b.pickup
	inbox := b.sw.Incoming(Incoming{ID: p.call, Leg: p, MaxForwards: 70, Facts: f, Replaces: of, EarlyOnly: early})
	p.mu.Lock()
	p.inbox = inbox
	p.mu.Unlock()
	synctest.Wait()
	return p
}

func facts(name, number string) dialplan.Facts {
	return dialplan.Facts{
		From: dialplan.Party{Number: name, Extension: &dialplan.Extension{Name: name, CallerID: "+49" + name}},
		To:   dialplan.Callee{Number: number, Raw: number},
	}
}

func (b *bed) after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (b *bed) tell(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, fmt.Sprintf("%v "+format, append([]any{time.Since(b.start)}, args...)...))
}

func (b *bed) emit(e event.Event) {
	b.mu.Lock()
	b.events = append(b.events, e)
	b.mu.Unlock()
	b.trap(e.Type)
	if r, ok := e.Data.(event.CDR); ok {
		b.tell("over: %s by %s, rang %gs, talked %gs", r.Cause, r.EndedBy, r.RingSeconds, r.TalkSeconds)
	}
}

// story compares what happened with what is wanted, line by line.
func (b *bed) story(want string) {
	b.t.Helper()
	b.after(50 * ms) // for what ends now
	b.mu.Lock()
	defer b.mu.Unlock()
	var lines []string
	for l := range strings.Lines(want) {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	if d := cmp.Diff(lines, b.lines); d != "" {
		b.t.Errorf("another story (- want, + got):\n%s\n%s", d, b.log.String())
	}
}

func (b *bed) cdrs() []event.CDR {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []event.CDR
	for _, e := range b.events {
		if r, ok := e.Data.(event.CDR); ok {
			out = append(out, r)
		}
	}
	return out
}

func (b *bed) types() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, e := range b.events {
		out = append(out, e.Type)
	}
	return strings.Join(out, " ")
}

// checkEnd checks what holds after every test.
func (b *bed) checkEnd() {
	if n := len(b.sw.parks.calls); n > 0 || len(b.sw.Parked()) > 0 {
		b.t.Errorf("%d slots are taken at the end", n)
	}
	b.t.Helper()
	if n := len(b.sw.Calls()); n != 0 {
		b.t.Errorf("%d calls are left", n)
	}
	if n := len(b.rooms.rooms); n != 0 {
		b.t.Errorf("%d rooms are left", n)
	}
	if n := len(b.sw.lines.calls); n != 0 {
		b.t.Errorf("calls are counted that are over: %v", b.sw.lines.calls)
	}
	records := map[string]int{}
	for _, r := range b.cdrs() {
		records[r.ID]++
	}
	if s := b.sw.Stats(); int(s.Started) != len(records) {
		b.t.Errorf("%d calls made %d records", s.Started, len(records))
	}
	for id, n := range records {
		if n != 1 {
			b.t.Errorf("call %s has %d records", id, n)
		}
	}
	for _, p := range b.legs {
		switch {
		case p.late:
			b.t.Errorf("%s was hung up after it had ended", p.label)
		case p.hangups > 1:
			b.t.Errorf("%s was hung up %d times", p.label, p.hangups)
		case !p.ended && !p.stuck:
			b.t.Errorf("%s was never ended", p.label)
		}
	}
}

// phone is a scripted leg.
type phone struct {
	bed         *bed
	id          string
	call        string
	name, label string
	kind        Kind
	incoming    bool
	line        *voice
	timers      []*time.Timer
	stuck       bool // it never tells its end
	slow        bool // its line does not open with Answer or Progress

	mu      sync.Mutex
	inbox   Inbox
	open    bool // the line is
	held    bool
	ended   bool
	hangups int
	late    bool  // the leg was used after its end
	cause   Cause // of the hangup
	text    string
}

// does lets the phone do something by itself, as its script says.
func (p *phone) does(what What, cause Cause) { p.acts(act{what: what, cause: cause}) }

func (p *phone) acts(a act) {
	what, cause := a.what, a.cause
	p.mu.Lock()
	if p.ended || p.hangups > 0 && what != Ended {
		p.mu.Unlock()
		return
	}
	p.ended = what == Ended
	p.open = (p.open || !p.slow && (what == Early || what == Answered)) && !p.ended
	inbox := p.inbox
	p.mu.Unlock()
	if what == Ended && p.hangups == 0 {
		p.bed.tell("%s ended: %s", p.label, cause)
	} else if what != Ended && !(p.incoming && what == Answered) && what != Changed {
		p.bed.tell("%s %s", p.label, what)
	}
	inbox(News{Leg: p, What: what, Cause: cause, Status: a.status, Text: a.text, Reason: a.reason})
}

func (p *phone) hangsUp()         { p.does(Ended, Normal) }
func (p *phone) presses(key byte) { p.inbox(News{Leg: p, What: Digit, Digit: key, Duration: 100 * ms}) }
func (p *phone) holds(on bool)    { p.set(func() { p.held = on }); p.does(Changed, "") }
func (p *phone) set(f func())     { p.mu.Lock(); f(); p.mu.Unlock() }
func (p *phone) ID() string       { return p.id }
func (p *phone) Kind() Kind       { return p.kind }
func (p *phone) Name() string     { return p.name }
func (p *phone) wish(name string) {
	p.bed.tell("%s: %s", p.label, name)
	p.bed.trap(p.label + ": " + name)
}
func (p *phone) Ring() { p.wish("Ring") }
func (p *phone) Proceed(how What, text string) {
	p.wish(strings.TrimSpace("Proceed " + how.String() + " " + text))
}
func (p *phone) Text(text string) { p.wish("Text " + text) }
func (p *phone) Progress()        { p.set(func() { p.open = !p.slow }); p.wish("Progress") }
func (p *phone) Answer() {
	p.set(func() { p.open = !p.slow })
	p.wish("Answer")
	p.timers = append(p.timers, time.AfterFunc(20*ms, func() { p.does(Answered, "") }))
}

// Referral implements Referrer.
func (p *phone) Referral(what What, cause Cause, _ string) {
	p.wish(strings.TrimSpace("told that the transfer is " + what.String() + " " + string(cause)))
}

// refers asks for a transfer.
func (p *phone) refers(r Refer) {
	p.inbox(News{Leg: p, What: Referred, Refer: &r})
}

// Moved implements Mover.
func (p *phone) Moved(call string) {
	which := "the first"
	for _, l := range p.bed.legs {
		if l.call == call && l != p.bed.legs[0] {
			which = "the second"
		}
	}
	p.wish("Moved to " + which + " call")
}

func (p *phone) Digit(key byte, _ time.Duration) { p.wish("Digit " + string(key)) }

func (p *phone) Line() mix.Line {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.open {
		return nil
	}
	return p.line
}

func (p *phone) Hangup(e End) {
	cause, text := e.Cause, e.Text
	stuck := false
	p.set(func() {
		p.late = p.late || p.ended
		p.hangups++
		p.cause, p.text = cause, text
		stuck = p.stuck
	})
	for _, t := range p.timers {
		t.Stop()
	}
	if !stuck {
		time.AfterFunc(10*ms, func() { p.does(Ended, cause) })
	}
	if e.Reason != "" {
		text += " (" + e.Reason + ")"
	}
	p.wish(strings.Join(strings.Fields("Hangup "+string(cause)+" "+text), " "))
}

func (p *phone) Info() LegInfo {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := LegInfo{ID: p.id, Kind: p.kind, Name: p.name, Number: p.name, State: "ringing", Held: p.held}
	if p.open {
		i.State, i.Codec, i.Stats = "up", "pcmu", &LegStats{PacketsIn: 7}
	}
	if p.ended {
		i.State = "ended"
	}
	return i
}

// voice is a phone's line: it says one value, and keeps the last frame heard.
type voice struct {
	mu    sync.Mutex
	says  float32 // 0: silence
	tone  func(tick uint64, f *audio.Frame)
	heard audio.Frame
	at    uint64      // the tick at which
	gone  func() bool // the leg has ended
	late  bool        // and the line was still used
}

func (v *voice) Read(tick uint64, f *audio.Frame) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.late = v.late || v.gone != nil && v.gone()
	if v.tone != nil {
		v.tone(tick, f)
		return true
	}
	for i := range f {
		f[i] = v.says
	}
	return v.says != 0
}

func (v *voice) Write(tick uint64, f *audio.Frame) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.heard, v.at = *f, tick
}

// says sets what the phone's party says.
func (p *phone) says(v float32) { p.line.mu.Lock(); p.line.says = v; p.line.mu.Unlock() }

// hears is the loudest sample of the frame that the party heard at the last
// tick, 0 if none came.
func (p *phone) hears() float32 {
	p.line.mu.Lock()
	defer p.line.mu.Unlock()
	if p.line.at != p.bed.rooms.tick {
		return 0
	}
	return slices.Max(p.line.heard[:])
}

// stepper is a clock without a tick of its own.
type stepper struct {
	mu    sync.Mutex
	rooms map[*mix.Room]bool
	tick  uint64
}

func (s *stepper) Add(r *mix.Room)    { s.mu.Lock(); s.rooms[r] = true; s.mu.Unlock() }
func (s *stepper) Remove(r *mix.Room) { s.mu.Lock(); delete(s.rooms, r); s.mu.Unlock() }

// step lets n ticks go by.
func (s *stepper) step(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.tick++
		for r := range s.rooms {
			r.Step(s.tick)
		}
	}
}

// operator is who acts in these tests.
var operator = Actor{Kind: event.ByOperator, Name: "admin"}
