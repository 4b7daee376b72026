package sdp

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
)

// Config is what a session describes itself with.
type Config struct {
	Address netip.Addr // of o= and c=
	Port    uint16
	Codecs  []codec.Codec // best first

	Encryption Encryption
	// Fingerprint is that of our certificate, "sha-256 AB:CD…". Without one,
	// there is no DTLS-SRTP.
	Fingerprint string
	// Mux offers, and takes, RTCP on the port of RTP (RFC 5761).
	Mux bool
	// Agent makes the descriptions those of browsers. Encryption is Required then,
	// Fingerprint there, and Mux true.
	Agent Agent
}

// Session is one side of the offers and answers of one leg. It is not safe
// for concurrent use.
//
//	      Offer            Accept (again for a later answer to the same offer)
//	idle ──────▶ offered ──────────▶ agreed
//	                │ Rollback: as before the offer
//	 any ──Answer──▶ agreed
type Session struct {
	config  Config
	id      uint64
	version uint64
	written string // the last description, from s= on

	exchange
	before *exchange // what Rollback returns to; nil: no offer is open
	offer  *offer    // our last offer, until the far side makes one
}

// exchange is what one offer and answer leave behind for the next.
type exchange struct {
	lines   []line
	numbers map[string]uint8 // payload types in use, by name and clock
	mapped  map[uint8]string // what a number ever meant in this session

	security security
	tag      int  // of the crypto line that we answer
	mux      bool // RTCP shares the port, as far as is known
	xr       bool // the far side takes the reports of RFC 3611
}

type offer struct {
	payloads  []Payload
	events    []Event
	direction leg.Direction
}

// New returns a session that has agreed on nothing.
func New(c Config) *Session {
	return &Session{
		config: c,
		id:     rand.Uint64() >> 2, // within what a signed 64-bit number holds
		exchange: exchange{
			numbers: map[string]uint8{}, mapped: map[uint8]string{},
		},
	}
}

func (e *exchange) clone() *exchange {
	c := &exchange{
		lines: slices.Clone(e.lines), numbers: map[string]uint8{}, mapped: map[uint8]string{},
		security: e.security, tag: e.tag, mux: e.mux, xr: e.xr,
	}
	for k, v := range e.numbers {
		c.numbers[k] = v
	}
	for k, v := range e.mapped {
		c.mapped[k] = v
	}
	return c
}

func key(encoding string, clock int) string {
	return fmt.Sprintf("%s/%d", strings.ToLower(encoding), clock)
}

const event = "telephone-event"

// number is the payload type of a codec in this session: what it ever was, or
// want, or a free dynamic one. A number never changes its meaning
// (RFC 3264, 8.3.2).
func (e *exchange) number(k string, want uint8, static bool) uint8 {
	if n, ok := e.numbers[k]; ok {
		return n
	}
	for n := uint8(96); !static && n < 128 && e.mapped[want] != "" && e.mapped[want] != k; n++ {
		want = n
	}
	e.use(k, want)
	return want
}

func (e *exchange) use(k string, n uint8) { e.numbers[k], e.mapped[n] = n, k }

// Offer makes an offer. What comes until it is answered comes as Agreed says;
// nothing can be sent on it yet.
func (s *Session) Offer(dir leg.Direction) ([]byte, Agreed) {
	if s.before == nil {
		s.before = s.clone()
	}
	if !slices.ContainsFunc(s.lines, func(l line) bool { return l.ours }) {
		proto := "RTP/AVP"
		mid := ""
		switch {
		case s.config.Agent != nil:
			proto, mid = browsers, "0"
		case s.config.Encryption == Required:
			proto = "RTP/SAVP"
		}
		s.lines = append(s.lines, line{kind: "audio", proto: proto, mid: mid, grouped: mid != "", ours: true})
	}
	o := &offer{direction: dir}
	wide := false
	for _, c := range s.config.Codecs {
		f := c.Format()
		n := s.number(key(f.Encoding, f.ClockRate), uint8(f.PayloadType), f.Static)
		o.payloads = append(o.payloads, Payload{Type: n, Codec: c, Fmtp: f.Fmtp})
		wide = wide || f.ClockRate == 48000
	}
	o.events = []Event{{Type: s.number(key(event, 8000), 101, false), Clock: 8000}}
	if wide {
		o.events = append(o.events, Event{Type: s.number(key(event, 48000), 102, false), Clock: 48000})
	}
	s.offer = o
	s.security.offered = s.secureOffer()
	a := Agreed{Receive: o.payloads, ReceiveEvents: o.events, Direction: dir, Ptime: defaultPtime, Security: s.security.Security}
	if (len(s.security.offered) > 0 || s.config.Agent != nil) && a.Security.Protection == Plain {
		a.Security.Protection = Undecided
	}
	return s.describe(o.payloads, o.events, 0, dir, true), a
}

// Rollback forgets an offer that was refused.
func (s *Session) Rollback() {
	if s.before != nil {
		s.exchange, s.before, s.offer = *s.before, nil, nil
	}
}

// Accept takes an answer to our last offer. [leg.ErrState]: there is none.
func (s *Session) Accept(answer []byte) (Agreed, error) {
	if s.offer == nil {
		return Agreed{}, fmt.Errorf("%w: an answer, but no offer was made", leg.ErrState)
	}
	d, err := read(answer)
	if err != nil {
		return Agreed{}, err
	}
	ours := slices.IndexFunc(s.lines, func(l line) bool { return l.ours })
	if ours >= len(d.medias) {
		return Agreed{}, bad("the answer has %d m= lines, the offer had %d", len(d.medias), len(s.lines))
	}
	m := &d.medias[ours]
	if rtp, _, _ := m.profile(); !rtp || !m.audio() {
		return Agreed{}, fmt.Errorf("%w: the answer declines the audio (m=%s %d %.40s)", leg.ErrNoCodec, m.kind, m.port, m.proto)
	}
	send, events := s.match(m)
	if len(send) == 0 {
		return Agreed{}, fmt.Errorf("%w: the answer has %.200s", leg.ErrNoCodec, m.offers())
	}
	// The far side's first is what it likes best (RFC 3264, 7).
	numbers, _ := m.payloads()
	slices.SortStableFunc(send, func(a, b Payload) int {
		return slices.Index(numbers, int(a.Type)) - slices.Index(numbers, int(b.Type))
	})
	a, err := s.agree(m, send, events, s.offer.direction)
	if err != nil {
		return Agreed{}, err
	}
	if a.Security, err = s.secureAccept(m); err != nil {
		return Agreed{}, err
	}
	if err := s.meet(m); err != nil {
		return Agreed{}, err
	}
	s.security.Security = a.Security
	s.mux, s.xr = a.Mux, a.XR
	// Only what the answer took up may come (RFC 3264, 6.1 and 7).
	for _, p := range s.offer.payloads {
		if slices.ContainsFunc(send, func(q Payload) bool { return q.Codec == p.Codec }) {
			a.Receive = append(a.Receive, p)
		}
	}
	a.ReceiveEvents = s.offer.events
	a.Noise = 0 // it was not offered
	s.before = nil
	return a, nil
}

// Answer takes an offer and answers it. dir is what this side would like. An
// offer of our own that is still open is forgotten.
func (s *Session) Answer(remote []byte, dir leg.Direction) ([]byte, Agreed, error) {
	d, err := read(remote)
	if err != nil {
		return nil, Agreed{}, err
	}
	ours, err := s.choose(d)
	if err != nil {
		return nil, Agreed{}, err
	}
	m := &d.medias[ours]
	payloads, events := s.match(m)
	a, err := s.agree(m, payloads, events, dir)
	if err != nil {
		return nil, Agreed{}, err
	}
	if err := s.meet(m); err != nil {
		return nil, Agreed{}, err
	}
	s.Rollback()
	s.offer = nil
	a.Security = s.secureAnswer(m)
	s.security = security{Security: a.Security}
	if a.Security.Protection == SDES {
		s.tag = m.cryptos[0].tag
	}
	s.mux, s.xr = a.Mux, a.XR
	s.lines = s.lines[:0:0]
	for i, m := range d.medias {
		s.lines = append(s.lines, line{kind: m.kind, proto: m.proto, formats: m.formats, mid: m.mid, grouped: m.grouped, ours: i == ours})
	}
	for i, p := range payloads {
		f := p.Codec.Format()
		s.use(key(f.Encoding, f.ClockRate), p.Type)
		payloads[i].Fmtp = f.Fmtp
	}
	for _, e := range events {
		s.use(key(event, e.Clock), e.Type)
	}
	a.Receive, a.ReceiveEvents = payloads, events
	return s.describe(payloads, events, a.Noise, a.Direction, false), a, nil
}

// meet tells our agent of the far side's.
func (s *Session) meet(m *media) error {
	if s.config.Agent == nil {
		return nil
	}
	if m.ice.Ufrag == "" || m.ice.Password == "" {
		return fmt.Errorf("%w: the audio line has no ICE user name and password (a=ice-ufrag, a=ice-pwd)", leg.ErrNoCodec)
	}
	return s.config.Agent.Remote(m.ice)
}

// noiseRate is the sampling rate, in Hz, of the codecs that comfort noise
// belongs to here: G.711.
const noiseRate = 8000

// noise is the payload type of comfort noise in the line, 0 if it has none.
func (m *media) noise() uint8 {
	numbers, maps := m.payloads()
	for i, r := range maps {
		if strings.EqualFold(r.encoding, "CN") && r.clock == noiseRate {
			return uint8(numbers[i])
		}
	}
	return 0
}

// choose finds the line that is ours: the one that was, if it still can be,
// else one that is protected, else the first.
func (s *Session) choose(d *description) (int, error) {
	fits := func(i int) bool {
		if i < 0 || i >= len(d.medias) || !d.medias[i].audio() {
			return false
		}
		_, ok := s.protection(&d.medias[i])
		payloads, _ := s.match(&d.medias[i])
		return ok && len(payloads) > 0
	}
	if i := slices.IndexFunc(s.lines, func(l line) bool { return l.ours }); fits(i) {
		return i, nil
	}
	var seen []string
	plain := -1
	for i, m := range d.medias {
		if fits(i) {
			if p, _ := s.protection(&m); p != Plain {
				return i, nil
			}
			if plain < 0 {
				plain = i
			}
		}
		seen = append(seen, fmt.Sprintf("m=%s %d %s [%s]", m.kind, m.port, m.proto, m.offers()))
	}
	if plain >= 0 {
		return plain, nil
	}
	transports := s.config.Encryption.transports()
	if s.config.Agent != nil {
		transports = browsers + ", with a fingerprint (a=fingerprint)"
	}
	return 0, fmt.Errorf("%w: offered is %.400s; we have %s over %s", leg.ErrNoCodec, strings.Join(seen, ", "), s.names(), transports)
}

func (s *Session) names() string {
	var n []string
	for _, c := range s.config.Codecs {
		n = append(n, c.Format().Name)
	}
	return strings.Join(n, " ")
}

// match finds what we and the line have in common: codecs in our order, under
// the line's numbers and with its parameters, and telephone-events.
func (s *Session) match(m *media) (payloads []Payload, events []Event) {
	numbers, maps := m.payloads()
	for _, c := range s.config.Codecs {
		f := c.Format()
		for i, r := range maps {
			if strings.EqualFold(r.encoding, f.Encoding) && r.clock == f.ClockRate && r.channels <= f.Channels {
				payloads = append(payloads, Payload{Type: uint8(numbers[i]), Codec: c, Fmtp: m.fmtps[numbers[i]]})
				break
			}
		}
	}
	for i, r := range maps {
		if strings.EqualFold(r.encoding, event) && (r.clock == 8000 || r.clock == 48000) &&
			!slices.ContainsFunc(events, func(e Event) bool { return e.Clock == r.clock }) {
			events = append(events, Event{Type: uint8(numbers[i]), Clock: r.clock})
		}
	}
	return payloads, events
}

// agree works out what we send on a line, and which ways are open.
func (s *Session) agree(m *media, send []Payload, events []Event, dir leg.Direction) (Agreed, error) {
	var remote netip.AddrPort
	var held bool
	if s.config.Agent == nil { // else the way is the agent's affair, and c= says nothing
		var err error
		if remote, held, err = m.remote(); err != nil {
			return Agreed{}, err
		}
	}
	a := Agreed{
		Send: send[0], Remote: remote, Ptime: defaultPtime,
		Mux: s.config.Mux && m.mux, RemoteControl: m.remoteControl(remote), XR: m.xr,
	}
	a.Direction = direction(
		sends(dir) && receives(m.direction) && !held,
		receives(dir) && sends(m.direction),
	)
	if m.ptime > 0 {
		a.Ptime = m.ptime
	}
	if m.maxptime > 0 {
		a.Ptime = min(a.Ptime, m.maxptime)
	}
	if send[0].Codec.Format().SampleRate == noiseRate {
		a.Noise = m.noise()
	}
	// Events share the clock of the audio (RFC 4733, 2.1). Phones that offer
	// Opus and events at 8000 Hz only still understand them at that.
	for _, e := range events {
		if a.SendEvent.Type == 0 || e.Clock == send[0].Codec.Format().ClockRate {
			a.SendEvent = e
		}
	}
	return a, nil
}
