package browser

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Message is what a page is told of its phone, beside the events.
type Message struct {
	Type string `json:"type"`
	Data any    `json:"data"`
}

// Types of messages to a page.
const (
	MessageRing = "phone.ring" // [Ring]
	MessageStop = "phone.stop" // [Stop]
	MessageLost = "phone.lost" // [Lost]
	MessageText = "phone.text" // [Text]
)

// Ring is a call that rings.
type Ring struct {
	Call string `json:"call"`
	Leg  string `json:"leg"`
	From Party  `json:"from"`
	To   string `json:"to" doc:"the extension's number"`
	// Sound is for one page of a person; the others show the call, and are silent.
	Sound bool `json:"sound" doc:"this page rings loudly"`
	// Auto is for that page, too.
	Auto  bool      `json:"auto,omitempty" doc:"this page shall answer by itself"`
	Since time.Time `json:"since"`
}

// Party is who calls.
type Party struct {
	Number string `json:"number" doc:"anonymous if they do not want to be known"`
	Name   string `json:"name"`
}

// Stop is the end of the ringing.
type Stop struct {
	Call  string `json:"call"`
	Leg   string `json:"leg"`
	From  Party  `json:"from"`
	Cause string `json:"cause" doc:"answered (by this page), answered_elsewhere, cancelled, declined, no_answer"`
}

// Lost says that a leg has no session any more.
type Lost struct {
	Call    string `json:"call"`
	Leg     string `json:"leg"`
	Session string `json:"session"`
	Reason  string `json:"reason" doc:"for people"`
}

// Text is a text for the person.
type Text struct {
	Call     string `json:"call" doc:"that it is about"`
	From     string `json:"from" doc:"whom to call back; empty: who talks to them"`
	FromName string `json:"from_name"`
	Text     string `json:"text"`
}

// Phone is how a page's phone stands when it begins to listen.
type Phone struct {
	Device string `json:"device"`
	// Refused says why the page is no phone.
	Refused string `json:"refused,omitempty" doc:"why the page is no phone; empty: it is"`
	Ringing []Ring `json:"ringing" nullable:"false" doc:"what rings; the page has to say so as after phone.ring"`
	Legs    []Talk `json:"legs" nullable:"false" doc:"calls that the person is in by a browser"`
}

// Talk is a call that a person is in by a browser.
type Talk struct {
	Call   string `json:"call"`
	Leg    string `json:"leg"`
	Device string `json:"device" doc:"of the page that has it"`
	// Session is empty while the leg is away.
	Session string `json:"session" doc:"empty: the leg waits for one to be linked"`
}

// pageQueue is how many messages a page may be behind.
const pageQueue = 64

// maxUserAgent is how much of what a browser says that it is is kept, in bytes.
const maxUserAgent = 200

// Page is a page that is connected. Its methods are safe for concurrent use.
type Page struct {
	// Out are the messages for it. It is closed when the page was let go.
	Out   <-chan Message
	Phone Phone // at the beginning

	p      *Phones
	person *person
	device *device
	out    chan Message

	// Guarded by the lock of the phones.
	gone                  bool
	visible, ready, audio bool
	seen                  time.Time // it was visible last
	missed                string    // the last leg for which it did not say in time that it rings
}

// Connect takes a page in. A page that may be no phone gets a [Page] that is
// told nothing; [Phone].Refused says why. [Page.Close] is its end.
func (p *Phones) Connect(number, id string, about Device) *Page {
	p.mu.Lock()
	defer p.leave()
	pg := &Page{p: p, out: make(chan Message, pageQueue), Phone: Phone{Device: id, Ringing: []Ring{}, Legs: []Talk{}}}
	pg.Out = pg.out
	e, err := p.extension(number)
	switch {
	case err != nil:
		pg.Phone.Refused = err.Error()
	case p.closed:
		pg.Phone.Refused = "the switch is about to stop"
	case !validDevice.MatchString(id):
		pg.Phone.Refused = badDevice
	}
	if pg.Phone.Refused != "" {
		pg.gone = true
		return pg
	}
	x := p.person(number)
	d := x.devices[id]
	others, pages := 0, 0
	for _, o := range x.devices {
		pages += len(o.pages)
		if o != d {
			others++
		}
	}
	if pages >= maxPages || d == nil && e.MaxDevices > 0 && others+p.opt.Registered(number) >= e.MaxDevices {
		pg.Phone.Refused = fmt.Sprintf("%s has its max_devices of %d", e.Path(), e.MaxDevices)
		if pages >= maxPages {
			pg.Phone.Refused = fmt.Sprintf("%d pages of %s are open", pages, e.Path())
		}
		pg.gone = true
		p.tidy(x)
		return pg
	}
	if d == nil {
		d = &device{id: id}
		x.devices[id] = d
	}
	d.parts.stop()
	about.UserAgent = strings.ToValidUTF8(about.UserAgent[:min(len(about.UserAgent), maxUserAgent)], "")
	d.about = about
	pg.person, pg.device, pg.seen = x, d, time.Now()
	d.pages = append(d.pages, pg)
	for _, l := range x.legs {
		switch {
		case l.rings():
			pg.Phone.Ringing = append(pg.Phone.Ringing, l.tells(pg))
		default:
			t := Talk{Call: l.call, Leg: l.id, Device: l.device}
			if l.session != nil {
				t.Session = l.session.id
			}
			pg.Phone.Legs = append(pg.Phone.Legs, t)
			if l.device == id {
				l.missing.stop() // here it is again
			}
		}
	}
	return pg
}

// Ringing takes that the page rings: the proof that it lives.
func (pg *Page) Ringing(leg string) {
	p := pg.p
	p.mu.Lock()
	defer p.leave()
	if pg.gone {
		return
	}
	for _, l := range pg.person.legs {
		if l.id == leg && l.rings() {
			l.rung(pg)
			return
		}
	}
	pg.send(Message{MessageStop, Stop{Leg: leg, Cause: "cancelled"}}) // it came too late
	if pg.missed == leg {
		pg.missed = ""
		pg.arrives()
	}
}

// arrives has the page ring where its person's other devices ring.
func (pg *Page) arrives() {
	p, number := pg.p, pg.person.number
	p.tell(func() { p.opt.Arrived(number, "") })
}

// State takes how the page stands: whether somebody looks at it, whether it can
// take calls, and whether it may make a sound.
func (pg *Page) State(visible, ready, audio bool) {
	p := pg.p
	p.mu.Lock()
	defer p.leave()
	if pg.gone {
		return
	}
	if visible || pg.visible {
		pg.seen = time.Now()
	}
	came := ready && !pg.ready
	pg.visible, pg.ready, pg.audio = visible, ready, audio
	d := pg.device
	if !slices.ContainsFunc(d.pages, func(o *Page) bool { return o.ready }) {
		if d.registered {
			d.registered = false
			number, about := pg.person.number, d.about
			p.tell(func() { p.opt.Changed(number, about, "not ready") })
		}
		return
	}
	p.register(pg.person, d)
	for _, l := range pg.person.legs {
		if l.rings() {
			l.ringAt(pg)
		}
	}
	if came {
		pg.arrives()
	}
}

// Close is the end of the page's socket.
func (pg *Page) Close() {
	pg.p.mu.Lock()
	defer pg.p.leave()
	pg.drop()
}

// drop lets the page go. Its device stays for a moment.
func (pg *Page) drop() {
	if pg.gone {
		return
	}
	p, x, d := pg.p, pg.person, pg.device
	pg.gone = true
	close(pg.out)
	d.pages = slices.DeleteFunc(d.pages, func(o *Page) bool { return o == pg })
	for _, l := range slices.Clone(x.legs) {
		l.pageGone(pg)
	}
	if len(d.pages) > 0 || x.devices[d.id] != d {
		return
	}
	d.parts.set(p, returnTime, func() {
		p.unregister(x, d, "connection lost")
		p.tidy(x)
	})
}

// send tells the page something. One that does not keep up is let go.
func (pg *Page) send(m Message) {
	if pg.gone {
		return
	}
	select {
	case pg.out <- m:
	default:
		pg.p.opt.Log.Warn("a page does not take its messages, and is let go", "extension", pg.person.number, "device", pg.device.id)
		pg.drop()
	}
}

// pages are those of a person.
func (x *person) pages() []*Page {
	var all []*Page
	for _, d := range x.devices {
		all = append(all, d.pages...)
	}
	return all
}

// loudest is which of some pages shall sound: the one that somebody looks at, or
// did last.
func loudest(pages []*Page) *Page {
	if len(pages) == 0 {
		return nil
	}
	return slices.MaxFunc(pages, func(a, b *Page) int {
		return cmp.Or(rank(a.audio)-rank(b.audio), rank(a.visible)-rank(b.visible), a.seen.Compare(b.seen))
	})
}

func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Text shows a text on all pages of a person.
func (p *Phones) Text(number string, t Text) {
	p.mu.Lock()
	defer p.leave()
	if x := p.people[number]; x != nil {
		for _, pg := range x.pages() {
			pg.send(Message{MessageText, t})
		}
	}
}
