//go:build e2e

package browser

import (
	"fmt"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// In a call the headset is unplugged: the browser's own devices take its place, which the
// page says, and the headset is used again when it is back.
func TestHeadsetIsUnplugged(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.202.1", staff)
	b := start(t, p, options{microphone: microphone(20), script: "phone.mjs"})
	ben := b.signIn("ben", "102", place{Path: "/#/settings"})
	ben.do("watchPeers", nil, nil)
	ben.do("watchSinks", nil, nil)
	desk, _ := p.Phone(3, "udp", "pcmu", true)
	ben.see("heading", "Settings")
	for field, device := range map[string]string{"Microphone": "Fake Audio Input 1", "Speaker": "Fake Audio Output 1", "Ring on": "Fake Audio Output 1"} {
		ben.do("choose", map[string]any{"label": field, "option": device}, nil)
	}
	uses := func(microphone, speaker string) {
		t.Helper()
		pbx.Eventually(t, "the page uses "+microphone+" and "+speaker, func() error {
			var now struct{ Microphone, Speaker string }
			if ben.do("devicesInUse", nil, &now); now.Microphone != microphone || now.Speaker != speaker {
				return fmt.Errorf("it uses %+v", now)
			}
			return nil
		})
	}
	for _, what := range []string{"Try the speaker", "Hear it"} {
		ben.click("button", what)
		ben.click("button", "Enough")
	}
	ben.click("button", "Try the microphone")
	ben.see("meter", "How loud you are")
	ben.click("button", "Enough")
	ben.click("link", "Calls")
	ben.dial("103")
	ben.see("region", "Call with 103")
	ben.see("meter", "How loud you are")
	uses("Fake Audio Input 1", "Fake Audio Output 1")

	ben.do("unplug", map[string]any{"names": []string{"Fake Audio Input 1", "Fake Audio Output 1"}}, nil)
	ben.see("", "“Fake Audio Input 1”, “Fake Audio Output 1”: no longer there. The browser's choice is used until it is back.")
	uses("Fake Default Audio Input", "")
	ben.click("link", "Settings")
	var chosen string
	if ben.do("chosen", map[string]any{"label": "Microphone"}, &chosen); chosen != "The chosen one, which is not there" {
		t.Errorf("the settings show the microphone %q", chosen)
	}

	ben.do("plug", nil, nil)
	ben.see("", "“Fake Audio Input 1”, “Fake Audio Output 1”: used again.")
	uses("Fake Audio Input 1", "Fake Audio Output 1")
	pbx.Eventually(t, "the headset is heard", func() error {
		var calls []struct {
			Legs []struct {
				Kind  string
				Stats struct {
					LevelIn float64 `json:"level_in"`
				}
			}
		}
		p.Get("/calls", &calls)
		for _, c := range calls {
			for _, l := range c.Legs {
				if l.Kind == "browser" && l.Stats.LevelIn < 0 && l.Stats.LevelIn > -40 {
					return nil
				}
			}
		}
		return fmt.Errorf("calls are %+v", calls)
	})
	ben.click("button", "Hang up")
	desk.Wait("CALL_CLOSED")
}
