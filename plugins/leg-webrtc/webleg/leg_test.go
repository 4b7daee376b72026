package webleg

import (
	"strings"
	"testing"

	"github.com/plugboard/plugboard/sdk/leg"
)

func TestABrowserCalls(t *testing.T) {
	for _, c := range []struct {
		name   string
		config map[string]any
		wants  wants
		codec  string
	}{
		{"opus", nil, wants{}, "opus"},
		{"only G.711", nil, wants{codec: "pcmu"}, "pcmu"},
		{"a lite agent", map[string]any{"lite": true}, wants{}, "opus"},
		{"TCP alone", map[string]any{"listen": []any{"udp://127.0.0.1:0", "tcp://127.0.0.1:0"}}, wants{tcp: true}, "opus"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t, c.config)
			b := newBrowser(t, c.wants)
			g := h.call(b)
			g.hears(theirs)
			b.hears(ours)
			s, err := g.Stats(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if s.Codec != c.codec || !strings.HasPrefix(s.Secure, "DTLS-SRTP AEAD_AES_") || !s.Source.IsValid() || s.Remote != s.Source || s.PacketsIn == 0 || s.PacketsOut == 0 {
				t.Errorf("counters are %+v", s)
			}
			if tcp := strings.Contains(strings.Join(s.Notes, " "), "TCP"); tcp != c.wants.tcp {
				t.Errorf("noted is %q", s.Notes)
			}
		})
	}
}

func TestABrowserIsCalled(t *testing.T) {
	for _, lite := range []bool{false, true} {
		h := newHouse(t, map[string]any{"lite": lite})
		g, offer, err := h.open(leg.Params{})
		if err != nil {
			t.Fatal(err)
		}
		b := newBrowser(t, wants{})
		if err := g.Accept(t.Context(), []byte(b.answer(offer))); err != nil {
			t.Fatal(err)
		}
		g.hears(theirs)
		b.hears(ours)
		g.close()
		b.close()
	}
}
