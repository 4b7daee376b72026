//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// Real phones watch another: one its presence, one its dialogs.
func TestLamps(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.112.1", pbx.Office)
	c, _ := p.PhoneWith(3, pbx.BaresipOptions{Transport: "udp", Codec: "pcmu", Watches: "102"})
	c.Shows("Offline")
	b, _ := p.Phone(2, "udp", "pcmu", false)
	c.Shows("Online")

	lamp := startSipp(t, "lamp", "-sf", scenario(t, "phone_watches.xml"), "-i", pbx.Sibling(p.IP, 11), "-p", "5060", "-m", "1",
		"-auth_uri", "102@"+p.IP+":5060", p.IP+":5060")
	lamp.listens("udp", pbx.Sibling(p.IP, 11))
	subscriptions(p, "dialog", 1)
	b.Dial("*43")
	b.Wait("CALL_ESTABLISHED")
	c.Shows("Busy")
	b.Hangup()
	c.Shows("Online")
	lamp.done()
	subscriptions(p, "dialog", 0)
}

// subscriptions waits until there are so many, by the metrics.
func subscriptions(p *pbx.PBX, event string, n int) {
	p.T.Helper()
	want := fmt.Sprintf("plugboard_sip_subscriptions{event=%q} %d\n", event, n)
	pbx.Eventually(p.T, want, func() error {
		req, err := http.NewRequest("GET", "http://"+p.IP+":8080/metrics", nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+p.Token)
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
