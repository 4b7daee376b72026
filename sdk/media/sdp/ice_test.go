package sdp

import (
	"errors"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/sdk/leg"
)

// scribe is an agent that writes down what it is told.
type scribe struct {
	local ICE
	told  []ICE
	err   error
}

func (s *scribe) Local() ICE { return s.local }

func (s *scribe) Remote(r ICE) error {
	s.told = append(s.told, r)
	return s.err
}

// browserSession is one with an agent.
func browserSession(name string) (*Session, *scribe) {
	s := secureSession(Required)
	a := &scribe{local: ICE{Ufrag: name, Password: name + "password", Candidates: []string{"candidate:1 1 udp 1 192.0.2.1 8189 typ host"}, End: true}}
	s.config.Agent = a
	return s, a
}

// RFC 8829: an offer that a browser would make, with the sound bundled behind a
// picture whose line alone describes the transport (RFC 8843, 7.2).
const bundled = `v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE v a
m=video 9 UDP/TLS/RTP/SAVPF 96
c=IN IP4 0.0.0.0
a=mid:v
a=ice-ufrag:theirs
a=ice-pwd:secret
a=candidate:1 1 udp 2 198.51.100.7 4000 typ host
a=fingerprint:` + prints + `
a=setup:actpass
a=rtcp-mux
a=rtpmap:96 VP8/90000
m=audio 0 UDP/TLS/RTP/SAVPF 0
c=IN IP4 0.0.0.0
a=mid:a
a=bundle-only
a=sendrecv
`

func TestRFC8829_ABrowsersOffer(t *testing.T) {
	s, agent := browserSession("ours")
	answer, a, err := s.Answer([]byte(bundled), leg.SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"a=group:BUNDLE a\r\n", "m=video 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:v\r\na=inactive\r\n", "UDP/TLS/RTP/SAVPF 0\r\na=mid:a\r\n",
		"a=ice-ufrag:ours\r\na=ice-pwd:ourspassword\r\na=candidate:1 1 udp 1 192.0.2.1 8189 typ host\r\na=end-of-candidates\r\n",
		"a=setup:passive\r\n", "a=fingerprint:sha-256 00:11\r\n", "a=rtcp-mux\r\n", "a=sendrecv\r\n",
	} {
		if !strings.Contains(string(answer), line) {
			t.Errorf("no %q in\n%s", line, answer)
		}
	}
	if strings.Contains(string(answer), "ice-lite") || strings.Contains(string(answer), "a=crypto") {
		t.Errorf("too much is in\n%s", answer)
	}
	// What c= says is no hold, and nowhere to send to.
	if a.Direction != leg.SendRecv || a.Remote.IsValid() || a.Security.Protection != DTLS || a.Security.Active || !a.Mux {
		t.Errorf("agreed is %+v", a)
	}
	if len(agent.told) != 1 || agent.told[0].Ufrag != "theirs" || agent.told[0].Password != "secret" || len(agent.told[0].Candidates) != 1 {
		t.Errorf("the agent was told %+v", agent.told)
	}
}

func TestRFC8829_TwoSessionsAgree(t *testing.T) {
	one, a := browserSession("one")
	other, b := browserSession("other")
	b.local.Lite = true
	offer, first := one.Offer(leg.SendRecv)
	if first.Security.Protection != Undecided || !strings.Contains(string(offer), "m=audio 20000 UDP/TLS/RTP/SAVPF") || !strings.Contains(string(offer), "a=setup:actpass\r\n") {
		t.Errorf("before the answer %+v is agreed, by\n%s", first, offer)
	}
	answer, _, err := other.Answer(offer, leg.SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	agreed, err := one.Accept(answer)
	if err != nil {
		t.Fatal(err)
	}
	if !agreed.Security.Active || agreed.Security.Protection != DTLS || len(a.told) != 1 || !a.told[0].Lite || a.told[0].Ufrag != "other" || len(b.told) != 1 {
		t.Errorf("agreed is %+v; told were %+v and %+v", agreed, a.told, b.told)
	}
	// A further offer keeps the keys, and one that is refused changes nothing.
	one.Offer(leg.Inactive)
	one.Rollback()
	again, _ := one.Offer(leg.SendOnly)
	if !strings.Contains(string(again), "a=sendonly") {
		t.Errorf("offered is\n%s", again)
	}
	held, second, err := other.Answer(again, leg.SendRecv)
	if err != nil || second.Direction != leg.RecvOnly {
		t.Fatal(second.Direction, err)
	}
	if third, err := one.Accept(held); err != nil || !same(third.Security, agreed.Security) {
		t.Errorf("after the hold %+v is agreed, %v", third.Security, err)
	}
}

func same(a, b Security) bool {
	return a.Protection == b.Protection && a.Active == b.Active && strings.Join(a.Fingerprints, " ") == strings.Join(b.Fingerprints, " ")
}

func TestWhatABrowserMustSay(t *testing.T) {
	for name, c := range map[string]struct{ without, says string }{
		"no name":        {"a=ice-ufrag:theirs\n", "a=ice-ufrag"},
		"no fingerprint": {"a=fingerprint:" + prints + "\n", "a=fingerprint"},
	} {
		s, agent := browserSession("ours")
		_, _, err := s.Answer([]byte(strings.Replace(bundled, c.without, "", 1)), leg.SendRecv)
		if !errors.Is(err, leg.ErrNoCodec) || !strings.Contains(err.Error(), c.says) || len(agent.told) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	s, agent := browserSession("ours")
	agent.err = leg.ErrBadSDP
	if _, _, err := s.Answer([]byte(bundled), leg.SendRecv); !errors.Is(err, leg.ErrBadSDP) {
		t.Errorf("what the agent refuses: %v", err)
	}
}

// Whatever a browser offers: it is refused, or the answer is one that the browser's
// side could read, with our name in it and no line more than the offer has.
func FuzzBrowsersOffer(f *testing.F) {
	f.Add([]byte(bundled))
	f.Fuzz(func(t *testing.T, offer []byte) {
		s, agent := browserSession("ours")
		answer, a, err := s.Answer(offer, leg.SendRecv)
		if err != nil {
			if !errors.Is(err, leg.ErrBadSDP) && !errors.Is(err, leg.ErrNoCodec) {
				t.Error(err)
			}
			return
		}
		d, err := read(answer)
		if err != nil {
			t.Fatalf("the answer cannot be read: %v\n%s", err, answer)
		}
		asked, _ := read(offer)
		if len(d.medias) != len(asked.medias) || a.Security.Protection != DTLS || len(agent.told) != 1 || agent.told[0].Ufrag == "" {
			t.Errorf("%d lines for %d, protected %v\n%s", len(d.medias), len(asked.medias), a.Security.Protection, answer)
		}
	})
}
