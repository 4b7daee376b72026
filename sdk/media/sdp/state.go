package sdp

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/srtp"
)

// State is a session with what it agreed on last, in a form that encoding/json
// carries to another process. It holds keys: it is not for logs.
type State struct {
	ID          uint64
	Version     uint64
	Written     string
	Fingerprint string `json:",omitempty"`
	Exchange    exchangeState
	Before      *exchangeState `json:",omitempty"`
	Offer       *offerState    `json:",omitempty"`
	Agreed      agreedState    `json:",omitzero"`
}

type exchangeState struct {
	Lines    []lineState
	Numbers  map[string]uint8
	Mapped   map[uint8]string
	Security Security      `json:",omitzero"`
	Offered  []cryptoState `json:",omitempty"`
	Tag      int           `json:",omitempty"`
	Mux, XR  bool          `json:",omitempty"`
}

type lineState struct {
	Kind, Proto string
	Formats     []string `json:",omitempty"`
	MID         string   `json:",omitempty"`
	Grouped     bool     `json:",omitempty"`
	Ours        bool     `json:",omitempty"`
}

type cryptoState struct {
	Tag int
	Key srtp.Key
}

type offerState struct {
	Payloads  []payloadState
	Events    []Event
	Direction leg.Direction
}

// payloadState names the codec instead of holding it.
type payloadState struct {
	Type  uint8
	Codec string `json:",omitempty"`
	Fmtp  string `json:",omitempty"`
}

type agreedState struct {
	Send          payloadState   `json:",omitzero"`
	Receive       []payloadState `json:",omitempty"`
	SendEvent     Event          `json:",omitzero"`
	ReceiveEvents []Event        `json:",omitempty"`
	Remote        netip.AddrPort `json:",omitzero"`
	Direction     leg.Direction  `json:",omitempty"`
	Ptime         int
	Security      Security       `json:",omitzero"`
	Mux           bool           `json:",omitempty"`
	RemoteControl netip.AddrPort `json:",omitzero"`
	XR            bool           `json:",omitempty"`
	Noise         uint8          `json:",omitempty"`
}

// State returns the session's state, with what it agreed on last.
func (s *Session) State(a Agreed) State {
	st := State{
		ID: s.id, Version: s.version, Written: s.written, Fingerprint: s.config.Fingerprint,
		Exchange: s.exchange.state(),
		Agreed: agreedState{
			Send: savePayload(a.Send), Receive: savePayloads(a.Receive),
			SendEvent: a.SendEvent, ReceiveEvents: a.ReceiveEvents,
			Remote: a.Remote, Direction: a.Direction, Ptime: a.Ptime,
			Security: a.Security, Mux: a.Mux, RemoteControl: a.RemoteControl, XR: a.XR, Noise: a.Noise,
		},
	}
	if s.before != nil {
		before := s.before.state()
		st.Before = &before
	}
	if o := s.offer; o != nil {
		st.Offer = &offerState{Payloads: savePayloads(o.payloads), Events: o.events, Direction: o.direction}
	}
	return st
}

func (e *exchange) state() exchangeState {
	st := exchangeState{
		Numbers: e.numbers, Mapped: e.mapped, Security: e.security.Security, Tag: e.tag, Mux: e.mux, XR: e.xr,
	}
	for _, l := range e.lines {
		st.Lines = append(st.Lines, lineState{Kind: l.kind, Proto: l.proto, Formats: l.formats, MID: l.mid, Grouped: l.grouped, Ours: l.ours})
	}
	for _, c := range e.security.offered {
		st.Offered = append(st.Offered, cryptoState{Tag: c.tag, Key: c.key})
	}
	return st
}

func savePayload(p Payload) payloadState {
	st := payloadState{Type: p.Type, Fmtp: p.Fmtp}
	if p.Codec != nil {
		st.Codec = p.Codec.Format().Name
	}
	return st
}

func savePayloads(list []Payload) (st []payloadState) {
	for _, p := range list {
		st = append(st, savePayload(p))
	}
	return st
}

// Resume makes the session anew that a state tells of, under the same
// configuration but for the fingerprint, which is the state's. The error says
// what in the state cannot be.
func Resume(c Config, st State) (*Session, Agreed, error) {
	r := resumer{codecs: c.Codecs}
	c.Fingerprint = st.Fingerprint
	s := &Session{config: c, id: st.ID, version: st.Version, written: st.Written, exchange: *st.Exchange.resume()}
	if st.Before != nil {
		s.before = st.Before.resume()
	}
	if o := st.Offer; o != nil {
		s.offer = &offer{payloads: r.payloads(o.Payloads), events: o.Events, direction: o.Direction}
	}
	a := st.Agreed
	agreed := Agreed{
		Send: r.payload(a.Send), Receive: r.payloads(a.Receive),
		SendEvent: a.SendEvent, ReceiveEvents: a.ReceiveEvents,
		Remote: a.Remote, Direction: a.Direction, Ptime: a.Ptime,
		Security: a.Security, Mux: a.Mux, RemoteControl: a.RemoteControl, XR: a.XR, Noise: a.Noise & 0x7f,
	}
	for _, p := range agreed.Receive {
		if p.Type > 127 || p.Codec == nil {
			r.bad = true
		}
	}
	for _, e := range agreed.ReceiveEvents {
		if e.Type > 127 {
			r.bad = true
		}
	}
	if r.bad {
		return nil, Agreed{}, fmt.Errorf("%w: the state speaks of payloads or codecs that this leg may not use", leg.ErrState)
	}
	return s, agreed, nil
}

func (st *exchangeState) resume() *exchange {
	e := &exchange{
		numbers: st.Numbers, mapped: st.Mapped, security: security{Security: st.Security}, tag: st.Tag, mux: st.Mux, xr: st.XR,
	}
	if e.numbers == nil {
		e.numbers = map[string]uint8{}
	}
	if e.mapped == nil {
		e.mapped = map[uint8]string{}
	}
	for _, l := range st.Lines {
		e.lines = append(e.lines, line{kind: l.Kind, proto: l.Proto, formats: l.Formats, mid: l.MID, grouped: l.Grouped, ours: l.Ours})
	}
	for _, c := range st.Offered {
		e.security.offered = append(e.security.offered, crypto{tag: c.Tag, key: c.Key})
	}
	return e
}

// resumer finds codecs by name, and remembers if one was not there.
type resumer struct {
	codecs []codec.Codec
	bad    bool
}

func (r *resumer) payload(st payloadState) Payload {
	p := Payload{Type: st.Type, Fmtp: st.Fmtp}
	if st.Codec == "" {
		return p
	}
	i := slices.IndexFunc(r.codecs, func(c codec.Codec) bool { return c.Format().Name == st.Codec })
	if i < 0 {
		r.bad = true
		return p
	}
	p.Codec = r.codecs[i]
	return p
}

func (r *resumer) payloads(list []payloadState) (all []Payload) {
	for _, st := range list {
		all = append(all, r.payload(st))
	}
	return all
}
