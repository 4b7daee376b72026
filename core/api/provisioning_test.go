package api_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/core/api"
)

// as is a request of who holds the token.
func as(a *api.API, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	return w
}

// Settings are fetched once, by who has the code, and for ten minutes.
func TestSettingsAreFetchedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, err := api.New(newOffice().options())
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		offer := func(body string) api.Provisioning {
			t.Helper()
			w := as(a, "POST", "/api/v1/extensions/101/provisioning", body)
			var p api.Provisioning
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusCreated || len(p.Path) < 40 || time.Until(p.Until) != 10*time.Minute {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			return p
		}
		fetch := func(p api.Provisioning, want int) string {
			t.Helper()
			w := from(a, nil, "GET", p.Path, "")
			if w.Code != want || strings.Contains(w.Body.String(), "5ecret") != (want == 200) {
				t.Fatalf("%d %s, want %d", w.Code, w.Body, want)
			}
			if got := w.Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("it may be kept: %q", got)
			}
			return w.Body.String()
		}
		p := offer(`{}`)
		if w := from(a, nil, "HEAD", p.Path, ""); w.Code != http.StatusMethodNotAllowed {
			t.Errorf("a look is answered by %d", w.Code)
		}
		if text := fetch(p, 200); !strings.Contains(text, "&lt;sip:192.0.2.9:5060;transport=udp&gt;") {
			t.Errorf("it is %s", text)
		}
		fetch(p, 404)

		p = offer(`{"server":"sip:192.0.2.9:5060;transport=udp"}`)
		again := offer(`{}`)
		fetch(p, 404)
		time.Sleep(10*time.Minute - time.Second)
		fetch(again, 200)

		late := offer(`{}`)
		time.Sleep(10 * time.Minute)
		fetch(late, 404)

		for _, x := range []struct {
			path, body string
			want       int
		}{
			{"/api/v1/extensions/102/provisioning", `{}`, 404},
			{"/api/v1/extensions/101/provisioning", `{"server":"sip:198.51.100.1"}`, 422},
		} {
			if w := as(a, "POST", x.path, x.body); w.Code != x.want {
				t.Errorf("%s %s: %d %s", x.path, x.body, w.Code, w.Body)
			}
		}
	})
}

// What people call themselves, and what a secret may hold, does not break the form.
func TestAccountForLinphone(t *testing.T) {
	text, err := api.Linphone(api.Account{Name: `Anna "A" <&>`, Username: "101", Secret: `<&"'>`, Domain: "plugboard"}, "sip:192.0.2.1:5061;transport=tls")
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		XMLName xml.Name `xml:"http://www.linphone.org/xsds/lpconfig.xsd config"`
		Section []struct {
			Name  string `xml:"name,attr"`
			Entry []struct {
				Name      string `xml:"name,attr"`
				Overwrite bool   `xml:"overwrite,attr"`
				Value     string `xml:",chardata"`
			} `xml:"entry"`
		} `xml:"section"`
	}
	if err := xml.Unmarshal(text, &c); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	got := map[string]string{}
	for _, s := range c.Section {
		for _, e := range s.Entry {
			if got[s.Name+" "+e.Name] = e.Value; !e.Overwrite {
				t.Errorf("%s %s may stay as it was", s.Name, e.Name)
			}
		}
	}
	for name, want := range map[string]string{
		"proxy_0 reg_proxy": "<sip:192.0.2.1:5061;transport=tls>", "proxy_0 reg_identity": `"Anna \"A\" <&>" <sip:101@plugboard>`,
		"auth_info_0 username": "101", "auth_info_0 passwd": `<&"'>`, "auth_info_0 realm": "plugboard", "misc config-uri": "",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}
