//go:build e2e

package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// A page listens in to a call of two desk phones, is loaded anew, hears both, and is told
// when it is over. Then it calls both, has a call recorded, each party apart, and joins the two.
func TestPageAmongSeveral(t *testing.T) {
	p := pbx.Start(t, "127.0.183.1", staff+`
plugin "recorder" {
  path = "recorder"
  config { min_free_mb = 1 }
}
`)
	file := filepath.Join(p.Dir, "config.hcl")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pbx.Write(t, file, strings.Replace(string(text), `data_dir = "data"`, "\n  data_dir  = \"data\"\n  listen_in = true\n", 1))
	if out, err := p.Command("apply"); err != nil {
		t.Fatalf("apply: %v\n%s", err, out)
	}
	b := start(t, p, options{microphone: microphone(15)})
	ben := b.signIn("ben", "102", place{})
	ben.see("button", "Call Anna")
	p.Registered("102")
	c, saidC := p.Phone(3, "udp", "pcmu", true)
	d, saidD := p.Phone(4, "udp", "pcmu", true)

	c.Dial("104")
	c.Wait("CALL_ESTABLISHED")
	p.Ask("POST", "/calls/"+p.Calls(1)[0].ID+"/listen", map[string]string{"extension": "102"}, nil)
	ben.click("button", "Answer")
	ben.see("region", "You listen in")
	ben.reload()
	ben.see("region", "You listen in")
	ben.see("meter", "How loud the other side is")
	heard := talk(4*time.Second, ben)[0].Part(time.Second, 4*time.Second)
	c.Hangup()
	d.Wait("CALL_CLOSED")
	ben.miss("region", "You listen in")
	p.Calls(0)
	for i, said := range []sound.Sound{saidC, saidD} {
		// Two babbles have up to 0.2 in common.
		if got := sound.Presence(said.From(heard), heard); got < 0.22 {
			t.Errorf("who listens in hears phone %d at %.2f", 103+i, got)
		}
	}

	ben.dial("103")
	ben.see("region", "Call with 103")
	c.Wait("CALL_ESTABLISHED")
	first := p.Calls(1)[0].ID
	p.Ask("POST", "/calls/"+first+"/tools", map[string]any{}, nil)
	ben.see("", "Recorded")
	ben.dial("104")
	ben.see("region", "Call with 104")
	d.Wait("CALL_ESTABLISHED")
	ben.click("button", "Join all in one call")
	ben.see("", "3 in this call")
	ben.click("button", "Hang up")
	c.Hangup()
	d.Wait("CALL_CLOSED")
	p.Calls(0)
	pbx.Eventually(t, "the recording is finished", func() error {
		var list []struct {
			Ended    *time.Time
			Seconds  float64
			Channels []string
		}
		p.Get("/recordings?call="+first, &list)
		if len(list) != 1 || list[0].Ended == nil || list[0].Seconds == 0 || fmt.Sprint(list[0].Channels) != "[102 103 mixed]" {
			return fmt.Errorf("recordings are %+v", list)
		}
		return nil
	})
}
