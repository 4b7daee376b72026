package sip

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
)

// from changes From of a message, but for its tag.
func (m *message) from(value string) {
	_, tag, _ := strings.Cut(m.get("From"), ";tag=")
	m.set("From", value+";tag="+tag)
}

// Who calls over a trunk, by what its INVITE says (RFC 3323, RFC 3325,
// draft-ietf-sip-privacy-04).
func TestWhoCallsOverATrunk(t *testing.T) {
	const named = `"Anna" <sip:004930111@sip.first.example>`
	const anonymous = `"Anonymous" <sip:anonymous@anonymous.invalid>`
	for _, c := range []struct {
		name, from string
		headers    []string
		want       dialplan.Party
	}{
		{"From", named, nil, dialplan.Party{Number: "+4930111", Name: "Anna", Raw: "004930111"}},
		{"From with tel", `"Anna" <tel:+4930111>`, nil, dialplan.Party{Number: "+4930111", Name: "Anna", Raw: "+4930111"}},
		{"P-Asserted-Identity", named, []string{`P-Asserted-Identity: "Ben" <sip:004930222@x.example>`},
			dialplan.Party{Number: "+4930222", Name: "Ben", Raw: "004930222"}},
		{"the name of From, the number of P-Asserted-Identity", named, []string{`P-Asserted-Identity: <tel:+4930222;phone-context=x>`},
			dialplan.Party{Number: "+4930222", Name: "Anna", Raw: "+4930222"}},
		{"two identities, commas in names", named, []string{`P-Asserted-Identity: "B, C" <sip:unavailable@x.example>, "D, E" <sip:+4930333@x.example>`},
			dialplan.Party{Number: "+4930333", Name: "D, E", Raw: "+4930333"}},
		{"an identity that is none", named, []string{`P-Asserted-Identity: <<>>`}, dialplan.Party{Number: "+4930111", Name: "Anna", Raw: "004930111"}},
		{"Remote-Party-ID", named, []string{`Remote-Party-ID: "X" <sip:1@x>;party=called`, `Remote-Party-ID: "Ben" <sip:+4930222@x>;party=calling;screen=yes;privacy=off`},
			dialplan.Party{Number: "+4930222", Name: "Ben", Raw: "+4930222"}},
		{"P-Asserted-Identity before Remote-Party-ID", named, []string{`Remote-Party-ID: <sip:+4930222@x>;privacy=full`, `P-Asserted-Identity: <sip:+4930333@x>`},
			dialplan.Party{Number: "+4930333", Name: "Anna", Raw: "+4930333"}},
		{"Privacy", named, []string{`Privacy: id`}, dialplan.Party{Number: "+4930111", Name: "Anna", Raw: "004930111", Private: true}},
		{"Privacy of several", named, []string{`Privacy: header;user;critical`}, dialplan.Party{Number: "+4930111", Name: "Anna", Raw: "004930111", Private: true}},
		{"Privacy of the media alone", named, []string{`Privacy: session`}, dialplan.Party{Number: "+4930111", Name: "Anna", Raw: "004930111"}},
		{"Privacy in Remote-Party-ID", named, []string{`Remote-Party-ID: "Ben" <sip:+4930222@x>;privacy=full`},
			dialplan.Party{Number: "+4930222", Name: "Ben", Raw: "+4930222", Private: true}},
		{"anonymous", anonymous, nil, dialplan.Party{Number: "anonymous", Raw: "anonymous", Private: true}},
		{"anonymous, told in confidence", anonymous, []string{`P-Asserted-Identity: "Ben" <sip:+4930222@x>`, `Privacy: id`},
			dialplan.Party{Number: "+4930222", Name: "Ben", Raw: "+4930222", Private: true}},
		{"anonymous in From alone", anonymous, []string{`P-Asserted-Identity: <sip:+4930222@x>`}, dialplan.Party{Number: "+4930222", Raw: "+4930222", Private: true}},
		{"anonymous, but nothing is to hide", anonymous, []string{`P-Asserted-Identity: <sip:+4930222@x>`, `Privacy: none`}, dialplan.Party{Number: "+4930222", Raw: "+4930222"}},
		{"unknown to the network", `<sip:unavailable@sip.first.example>`, nil, dialplan.Party{Number: "anonymous", Raw: "unavailable"}},
		{"restricted by the network", `"" <sip:Restricted@sip.first.example>`, nil, dialplan.Party{Number: "anonymous", Raw: "Restricted", Private: true}},
		{"a name that plays tricks", "\"\u202eAnna \\\"\\\\ \t\u200b  B\" <sip:+4930111@x>", nil, dialplan.Party{Number: "+4930111", Name: `Anna "\ B`, Raw: "+4930111"}},
		{"a number that plays tricks", `<sip:%1b%5b2J+4930111%0d%0a%e2%80%ae%ff@x>`, nil, dialplan.Party{Number: "[2J+4930111", Raw: "[2J+4930111"}},
		{"a long number", `<sip:` + strings.Repeat("1", 300) + `@x>`, nil, dialplan.Party{Number: strings.Repeat("1", 255), Raw: strings.Repeat("1", 255)}},
		{"a long name", `"` + strings.Repeat("ä", 100) + `" <sip:+4930111@x>`, nil, dialplan.Party{Number: "+4930111", Name: strings.Repeat("ä", 80), Raw: "+4930111"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			virtual(t, func(b *bed) {
				p := b.phone("prov", trunkAddr)
				p.secret = ""
				p.dial("0049301000", func(m *message) {
					m.from(c.from)
					for _, h := range c.headers {
						m.add(h)
					}
				})
				in := b.incoming()
				got := in.Facts.From
				if got.Trunk == nil || got.Trunk.Name != "first" {
					t.Errorf("trunk %v", got.Trunk)
				}
				got.Trunk = nil
				if got != c.want {
					t.Errorf("got:  %+v\nwant: %+v", got, c.want)
				}
			})
		})
	}
}

// What a phone says of itself is not believed, but that it wants to be private.
func TestWhatAPhoneSaysOfItself(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("101", "203.0.113.2:5060")
		for _, c := range []struct {
			headers []string
			private bool
		}{
			{[]string{`P-Asserted-Identity: "Boss" <sip:+4930999@x>`, `Remote-Party-ID: "Boss" <sip:+4930999@x>`}, false},
			{[]string{`Privacy: id`}, true},
		} {
			p.dial("102", func(m *message) {
				m.from(`"Boss" <sip:100@pbx>`)
				for _, h := range c.headers {
					m.add(h)
				}
				m.add(`Diversion: <sip:+4930999@x>;reason=user-busy`)
			})
			in := b.incoming()
			if f := in.Facts.From; f.Number != "101" || f.Name != "Phone 101" || f.Private != c.private {
				t.Errorf("%q: %+v", c.headers, f)
			}
			if p := b.server.paths[in.ID]; len(p.diversion) > 0 {
				t.Errorf("a phone's diversions are kept: %q", p.diversion)
			}
			in.Leg.Hangup(call.End{Cause: call.Busy})
			p.expect("486")
		}
	})
}

// The number dialled: where a trunk calls us by our account, it is elsewhere.
func TestTheNumberThatATrunkDialled(t *testing.T) {
	for _, c := range []struct {
		target, to string
		headers    []string
		want       string
	}{
		{"sip:0049301000@pbx", "<sip:0049301999@pbx>", nil, "0049301000"},
		{"tel:+49301000;phone-context=x", "<sip:0049301999@pbx>", nil, "+49301000"},
		{"sip:+49301000;npdi=yes@pbx", "<sip:0049301999@pbx>", nil, "+49301000"},
		{"sip:account@pbx", "<sip:0049301000@pbx>", nil, "0049301000"},
		{"sip:account@pbx", "<sip:0049301999@pbx>", []string{"P-Called-Party-ID: <sip:0049301000@pbx>"}, "0049301000"},
		{"sip:account@pbx", "<sip:0049301000@pbx>", []string{"P-Called-Party-ID: <sip:account@pbx>"}, "0049301000"},
		{"sip:account@pbx", "<sip:account@pbx>", nil, "account"},
		{"sip:pbx", "<tel:+49301000>", nil, "+49301000"},
		{"sip:0049301%0d%0a000%00@pbx", "<sip:0049301999@pbx>", nil, "0049301000"},
	} {
		virtual(t, func(b *bed) {
			p := b.phone("prov", trunkAddr)
			p.secret = ""
			p.dial("x", func(m *message) {
				m.start = "INVITE " + c.target + " SIP/2.0"
				m.set("To", c.to)
				for _, h := range c.headers {
					m.add(h)
				}
			})
			if got := b.incoming().Facts.To.Raw; got != c.want {
				t.Errorf("%s, To %s, %q: %s, want %s", c.target, c.to, c.headers, got, c.want)
			}
		})
	}
}

// What an INVITE of ours says of who calls: to a phone, and to a trunk.
func TestWhoCallsAsWeTellIt(t *testing.T) {
	for _, c := range []struct {
		name                 string
		dial                 call.Dial
		from, identity, priv string // to the trunk
		phone, phonePriv     string
		contact              string // of the trunk's
	}{
		{"shown", call.Dial{CallerNumber: "+4930101", CallerName: `Anna "A"`},
			`"Anna \"A\"" <sip:004930101@192.0.2.1>`, `"Anna \"A\"" <sip:004930101@192.0.2.1>`, "",
			`"Anna \"A\"" <sip:+4930101@pbx>`, "", "004930101"},
		{"private", call.Dial{CallerNumber: "+4930101", CallerName: "Anna", Private: true},
			`"Anonymous" <sip:anonymous@anonymous.invalid>`, `"Anna" <sip:004930101@192.0.2.1>`, "id",
			`"Anonymous" <sip:anonymous@anonymous.invalid>`, "id", "anonymous"},
		{"private and unknown", call.Dial{Private: true},
			`"Anonymous" <sip:anonymous@anonymous.invalid>`, "", "id",
			`"Anonymous" <sip:anonymous@anonymous.invalid>`, "id", "anonymous"},
		{"unknown", call.Dial{CallerNumber: "anonymous"},
			`"Anonymous" <sip:anonymous@anonymous.invalid>`, "", "",
			`"Anonymous" <sip:anonymous@anonymous.invalid>`, "", "anonymous"},
		{"a name alone", call.Dial{CallerName: "Pay phone\r\nX: y\u202e"},
			`"Pay phone X: y" <sip:anonymous@anonymous.invalid>`, "", "",
			`"Pay phone X: y" <sip:anonymous@anonymous.invalid>`, "", "anonymous"},
	} {
		t.Run(c.name, func(t *testing.T) {
			virtual(t, func(b *bed) {
				prov, p := b.phone("prov", trunkAddr), b.phone("102", "203.0.113.2:5060")
				p.register()
				d := c.dial
				d.Call, d.MaxForwards, d.Number, d.Trunk = "call-1", 70, "+4930999", b.trunks[prov.addr.Addr()]
				check := func(p *phone, d call.Dial, from, identity, priv string) message {
					t.Helper()
					legs, err := b.server.Dial(context.Background(), d, b.inbox)
					if err != nil {
						t.Fatal(err)
					}
					m := p.rung()
					got, _, _ := strings.Cut(m.get("From"), ";tag=")
					if got != from || m.get("P-Asserted-Identity") != identity || m.get("Privacy") != priv {
						t.Errorf("From: %s\nP-Asserted-Identity: %s\nPrivacy: %s", got, m.get("P-Asserted-Identity"), m.get("Privacy"))
					}
					p.respond(m, "486 Busy Here")
					p.expect("ACK")
					b.hears(legs[0], call.Ended)
					return m
				}
				if m := check(prov, d, c.from, c.identity, c.priv); !strings.HasPrefix(m.get("Contact"), "<sip:"+c.contact+"@") {
					t.Errorf("Contact: %s", m.get("Contact"))
				}
				d.Trunk, d.Extension = nil, b.exts["102"]
				check(p, d, c.phone, "", c.phonePriv)
			})
		})
	}
}

// Whom a call was for is told on, and what is sent on here is added (RFC 5806
// §4, RFC 7044 §10, RFC 4458).
func TestDiversions(t *testing.T) {
	virtual(t, func(b *bed) {
		prov, p := b.phone("prov", trunkAddr), b.phone("102", "203.0.113.2:5060")
		prov.secret = ""
		p.register()
		prov.dial("0049301000", func(m *message) {
			m.add(`Diversion: "A, B" <sip:111@x>;reason=user-busy;counter=1, <sip:222@x>;privacy=full;reason=no-answer`)
			m.add(`History-Info: <sip:222@x>;index=1`)
			m.add(`History-Info: <sip:111@x;cause=486>;index=1.1;mp=1, <sip:333@x?Privacy=history>;index=1.2`)
		})
		in := b.incoming()
		ring := func(p *phone, d call.Dial, diversion, history []string) {
			t.Helper()
			d.Call, d.MaxForwards, d.CallerNumber = in.ID, 70, "+4930101"
			legs, err := b.server.Dial(context.Background(), d, b.inbox)
			if err != nil {
				t.Fatal(err)
			}
			m := p.rung()
			if got := m.all("Diversion"); !slices.Equal(got, diversion) {
				t.Errorf("Diversion:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(diversion, "\n"))
			}
			if got := m.all("History-Info"); !slices.Equal(got, history) {
				t.Errorf("History-Info:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(history, "\n"))
			}
			p.respond(m, "486 Busy Here")
			p.expect("ACK")
			b.hears(legs[0], call.Ended)
		}
		trunk := b.trunks[prov.addr.Addr()]
		first, second := `"A, B" <sip:111@x>;reason=user-busy;counter=1`, `<sip:222@x>;privacy=full;reason=no-answer`
		history := []string{`<sip:222@x>;index=1`, `<sip:111@x;cause=486>;index=1.1;mp=1`, `<sip:333@x?Privacy=history>;index=1.2`}
		// To a phone without what is private, to a trunk whole, and with our own.
		ring(p, call.Dial{Extension: b.exts["102"]}, []string{first}, history[:2])
		ring(prov, call.Dial{Trunk: trunk, Number: "+4930999"}, []string{first, second}, history)
		ring(prov, call.Dial{Trunk: trunk, Number: "+4930999", Diverted: []dialplan.Diversion{{Number: "+49301000", Name: "Anna"}}},
			[]string{`"Anna" <sip:0049301000@192.0.2.1>;reason=unconditional;counter=1`, first, second},
			append(slices.Clip(history), `<sip:004930999@192.0.2.1;cause=302>;index=1.2.1;mp=1.2`))
		in.ID = "another" // that came with no story
		ring(prov, call.Dial{Trunk: trunk, Number: "+4930999", Diverted: []dialplan.Diversion{{Number: "+49301000", Cause: call.Busy}, {Number: "101", Cause: call.NoAnswer}}},
			[]string{`<sip:101@192.0.2.1>;reason=no-answer;counter=1`, `<sip:0049301000@192.0.2.1>;reason=user-busy;counter=1`},
			[]string{
				`<sip:0049301000@192.0.2.1>;index=1`, `<sip:101@192.0.2.1;cause=486>;index=1.1;mp=1`,
				`<sip:004930999@192.0.2.1;cause=408>;index=1.1.1;mp=1.1`,
			})
	})
}

// What is cut at its commas, joined again, is the same but for space.
func FuzzSplitList(f *testing.F) {
	f.Add(`"A, B" <sip:a@x>;q=1, <sip:b,c@x>`)
	f.Add(`"\", <`)
	f.Fuzz(func(t *testing.T, s string) {
		bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := strings.Join(splitList(s), ","); bare(got) != bare(s) {
			t.Errorf("%q is cut into %q", s, splitList(s))
		}
	})
}
