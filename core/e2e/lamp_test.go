//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Real phones watch another: one its presence, one its dialogs.
func TestLamps(t *testing.T) {
	p := startPBX(t, "127.0.112.1", office)
	c, _ := p.phoneWith(3, baresipOptions{transport: "udp", codec: "pcmu", watches: "102"})
	c.shows("Offline")
	b, _ := p.phone(2, "udp", "pcmu", false)
	c.shows("Online")

	lamp := startSipp(t, "lamp", "-sf", scenario(t, "phone_watches.xml"), "-i", sibling(p.ip, 11), "-p", "5060", "-m", "1",
		"-auth_uri", "102@"+p.ip+":5060", p.ip+":5060")
	lamp.listens("udp", sibling(p.ip, 11))
	p.subscriptions("dialog", 1)
	b.dial("*43")
	b.wait("CALL_ESTABLISHED")
	c.shows("Busy")
	b.hangup()
	c.shows("Online")
	lamp.done()
	p.subscriptions("dialog", 0)
}

// subscriptions waits until there are so many, by the metrics.
func (p *pbx) subscriptions(event string, n int) {
	p.t.Helper()
	want := fmt.Sprintf("plugboard_sip_subscriptions{event=%q} %d\n", event, n)
	eventually(p.t, want, func() error {
		req, err := http.NewRequest("GET", "http://"+p.ip+":8080/metrics", nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+p.token)
		r, err := http.DefaultClient.Do(req)
		if err != nil {
			return err
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		if err == nil && !strings.Contains(string(text), want) {
			err = fmt.Errorf("%s", r.Status)
		}
		return err
	})
}
