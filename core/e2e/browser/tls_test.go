//go:build e2e

package browser

import (
	"net/http"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// All of it over TLS, with a certificate from files: somebody signs in by the page and talks
// with a desk phone; a phone of JsSIP in the page of another origin, too.
func TestOverTLS(t *testing.T) {
	t.Parallel()
	ip := "127.0.220.1"
	c := pbx.Certify(t, ip)
	origin := softphone(t, ip, 1, "jssip.js", &c)
	p := pbx.StartSecure(t, ip, c, `origins = ["`+origin+`"]`, staff)
	leads(t, p)
	said := microphone(80)
	b := start(t, p, options{microphone: said})
	desk, saidDesk := p.Phone(3, "udp", "pcmu", true)

	g := b.open("anna", place{Path: "/#invitation=" + p.Invite("101")})
	g.see("heading", "Welcome, Anna")
	g.fill("New password", password)
	g.fill("Once more", password)
	g.click("button", "Choose it, and sign in")
	g.see("button", "Call Ben")
	p.Registered("101") // by the events' socket
	var page struct {
		Secure bool
		Cookie string
	}
	g.evaluate("() => ({ secure: isSecureContext && location.protocol === 'https:', cookie: document.cookie })", nil, &page)
	if !page.Secure || page.Cookie != "" {
		t.Errorf("the page is %+v", page)
	}
	g.dial("103")
	desk.Wait("CALL_ESTABLISHED")
	g.see("region", "Call with 103")
	g.hears(saidDesk)
	g.click("button", "Hang up")
	desk.Wait("CALL_CLOSED")
	p.Calls(0)
	b.heardBy(desk, said)

	crm := b.register(origin, "104")
	var devices []struct {
		Number  string
		Devices []struct{ Transport string }
	}
	p.Get("/extensions", &devices)
	for _, e := range devices {
		if e.Number == "104" && (len(e.Devices) != 1 || e.Devices[0].Transport != "wss") {
			t.Errorf("104 has %+v", e.Devices)
		}
	}
	crm.act("call", "103")
	crm.wait("up")
	desk.Wait("CALL_ESTABLISHED")
	crm.hears(saidDesk)
	crm.act("hangup")
	desk.Wait("CALL_CLOSED")
	crm.wait("over")
	p.Calls(0)
	b.heardBy(desk, said)
}

// leads checks what only HTTP shows: where plain HTTP leads, that browsers are told to stay
// with TLS, and that a cookie goes over TLS alone.
func leads(t *testing.T, p *pbx.PBX) {
	t.Helper()
	still := &http.Client{
		Transport:     p.Client.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ask := func(method, url, body string) *http.Response {
		t.Helper()
		req, err := http.NewRequest(method, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		r, err := still.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		return r
	}
	r := ask("GET", "http://"+p.IP+":8080/api/v1/me?x=1", "")
	if to := r.Header.Get("Location"); r.StatusCode < 300 || r.StatusCode > 399 || to != p.URL()+"/api/v1/me?x=1" {
		t.Errorf("plain HTTP leads to %q: %s", to, r.Status)
	}
	r = ask("GET", p.URL()+"/", "")
	if !strings.HasPrefix(r.Header.Get("Strict-Transport-Security"), "max-age=") {
		t.Errorf("the page comes with %v", r.Header)
	}
	r = ask("POST", p.URL()+"/api/v1/invitations/take", `{"code": "`+p.Invite("102")+`", "password": "`+password+`"}`)
	if n := len(r.Cookies()); n != 1 {
		t.Fatalf("there are %d cookies: %s", n, r.Status)
	}
	if c := r.Cookies()[0]; !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode && c.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %+v", c)
	}
}
