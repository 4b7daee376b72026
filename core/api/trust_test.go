package api_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

// What a page may do is said with each answer.
func TestHeadersForBrowsers(t *testing.T) {
	_, s := serve(t, newOffice())
	for _, path := range []string{"/", "/assets/x.js", "/api/v1/me", "/nothing", "/healthz"} {
		res, _ := ask(t, s, "GET", path, "")
		h := res.Header
		csp := h.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'self'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "worker-src 'self'", "media-src 'self' blob:",
			"object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
			if !strings.Contains(csp, part) {
				t.Errorf("%s: the policy lacks %s: %s", path, part, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(csp, "http") {
			t.Errorf("%s: %s", path, csp)
		}
		if p := h.Get("Permissions-Policy"); !strings.Contains(p, "microphone=(self)") || !strings.Contains(p, "camera=()") || !strings.Contains(p, "display-capture=()") {
			t.Errorf("%s: %s", path, p)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Frame-Options") != "DENY" || h.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// A proxy that is believed says for whom it asks; anybody else's word is nothing.
func TestProxies(t *testing.T) {
	a, _ := serveSignIn(t, newOffice())
	if err := a.Trust(api.Trusted{Proxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}); err != nil {
		t.Fatal(err)
	}
	try := func(remote string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/api/v1/invitations/look", strings.NewReader(`{"code":"wrong"}`)) // it is counted as a password is
		r.RemoteAddr = remote
		r.Header.Set("Content-Type", "application/json")
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			r.Header.Add(name, value)
		}
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		return w
	}
	// Each client behind the proxy has its own tries, also if it says that it is
	// another each time.
	locked := func(n int, remote string, headers func(i int) []string) bool {
		for i := range n {
			if try(remote, headers(i)...).Code == http.StatusTooManyRequests {
				return true
			}
		}
		return false
	}
	if locked(60, "192.0.2.9:1", func(i int) []string { return []string{fmt.Sprintf("X-Forwarded-For: 198.51.100.%d", i+1)} }) {
		t.Error("sixty people behind a proxy are one")
	}
	if !locked(60, "192.0.2.9:1", func(i int) []string {
		return []string{fmt.Sprintf("X-Forwarded-For: 203.0.113.%d, 198.51.100.200, 192.0.2.8", i+1)}
	}) {
		t.Error("what a client says of itself is believed")
	}
	if !locked(60, "198.51.100.201:1", func(i int) []string { return []string{fmt.Sprintf("X-Forwarded-For: 203.0.113.%d", i+1)} }) {
		t.Error("somebody who is no proxy is believed")
	}
	if !locked(60, "192.0.2.9:1", func(int) []string { return []string{"X-Forwarded-For: unknown"} }) {
		t.Error("a proxy that says nothing has endless tries")
	}

	for _, x := range []struct {
		remote, proto string
		want          bool
	}{
		{"192.0.2.9:1", "https", true},
		{"192.0.2.9:1", "http, https", true},
		{"192.0.2.9:1", "https, http", false},
		{"192.0.2.9:1", "", false},
		{"198.51.100.7:1", "https", false},
	} {
		w := try(x.remote, "X-Forwarded-Proto: "+x.proto)
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != x.want {
			t.Errorf("%s, %q: over TLS is %t", x.remote, x.proto, got)
		}
	}
}

// Over TLS, of our own or of a proxy, the cookie goes over TLS alone.
func TestCookieOverTLS(t *testing.T) {
	a, s := serveSignIn(t, newOffice())
	if err := a.Trust(api.Trusted{Proxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}}); err != nil {
		t.Fatal(err)
	}
	anna := newBrowser(t, s)
	anna.signUp("101")
	for name, prepare := range map[string]func(*http.Request){
		"plain": func(*http.Request) {},
		"TLS":   func(r *http.Request) { r.TLS = &tls.ConnectionState{} },
		"proxy": func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1"; r.Header.Set("X-Forwarded-Proto", "https") },
	} {
		r := httptest.NewRequest("POST", "/api/v1/login", strings.NewReader(`{"name":"101","password":"`+password+`"}`))
		r.Header.Set("Content-Type", "application/json")
		prepare(r)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		cookies := w.Result().Cookies()
		if len(cookies) != 1 {
			t.Fatal(name, w.Code, w.Body)
		}
		c := cookies[0]
		if secure := name != "plain"; c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || strings.HasPrefix(c.Name, "__Host-") != secure {
			t.Errorf("%s: %v", name, c)
		}
	}
}

// A page of an origin that is trusted may ask from there; no other may.
func TestTrustedOrigin(t *testing.T) {
	_, s := serveSignIn(t, newOffice())
	for origin, want := range map[string]string{"https://desk.example.net": "https://desk.example.net", "https://evil.example.net": "", "null": ""} {
		res, _ := ask(t, s, "OPTIONS", "/api/v1/calls", "", "Origin: "+origin, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization")
		if got := res.Header.Get("Access-Control-Allow-Origin"); got != want || (res.StatusCode == 204) != (want != "") {
			t.Errorf("preflight of %s: %d, allowed is %q", origin, res.StatusCode, got)
		}
		res, _ = ask(t, s, "GET", "/api/v1/calls", "", "Origin: "+origin)
		if got := res.Header.Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: allowed is %q", origin, got)
		}
	}
}

// Who asks too much is told to wait, and nobody else with them.
func TestRates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, err := api.New(newOffice().options())
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		get := func(remote, authorization string) *httptest.ResponseRecorder {
			r := httptest.NewRequest("GET", "/api/v1/calls", nil)
			r.RemoteAddr = remote
			r.Header.Set("Authorization", authorization)
			w := httptest.NewRecorder()
			a.ServeHTTP(w, r)
			return w
		}
		// All in one instant: the bucket does not fill.
		for i := range 1000 {
			if w := get("198.51.100.7:1", ""); w.Code != http.StatusUnauthorized {
				t.Fatal(i, w.Code)
			}
		}
		if w := get("198.51.100.7:2", ""); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" || !strings.Contains(w.Body.String(), "wait") {
			t.Error(w.Code, w.Header(), w.Body)
		}
		if w := get("198.51.100.8:1", ""); w.Code != http.StatusUnauthorized {
			t.Error("another address:", w.Code)
		}
		if w := get("198.51.100.7:1", "Bearer "+token); w.Code != http.StatusOK {
			t.Error("the admin token:", w.Code)
		}
		for i := range 1000 {
			get(fmt.Sprintf("[2001:db8:1:1::%x]:1", i+1), "")
		}
		if w := get("[2001:db8:1:1::ffff]:1", ""); w.Code != http.StatusTooManyRequests {
			t.Error("each address of a network of IPv6 has a bucket of its own:", w.Code)
		}
		time.Sleep(time.Second)
		if w := get("198.51.100.7:1", ""); w.Code != http.StatusUnauthorized {
			t.Error("a second later:", w.Code)
		}
	})
}

// A person has one bucket, from wherever they ask, and for all their pages.
func TestRatesOfAPerson(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, err := api.New(newOffice().options())
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		anna, bert := call.Actor{Kind: event.ByExtension, Number: "101"}, call.Actor{Kind: event.ByExtension, Number: "102"}
		for i := range 300 {
			if !a.Count(anna) {
				t.Fatal(i)
			}
		}
		if a.Count(anna) {
			t.Error("301 requests of one person in one instant")
		}
		if !a.Count(bert) || !a.Count(call.Actor{Kind: event.ByOperator}) {
			t.Error("another person waits, too")
		}
		time.Sleep(time.Second)
		if !a.Count(anna) {
			t.Error("a second later")
		}
	})
}

// A body that is too large is refused before it is read whole.
func TestBodiesAreBounded(t *testing.T) {
	a, s := serveSignIn(t, newOffice())
	boss := newBrowser(t, s)
	boss.signUp("admin")
	body := `{"name":"` + strings.Repeat("x", 2<<20) + `"}`
	for _, pattern := range a.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if method != http.MethodPost && method != http.MethodPut && method != http.MethodPatch || pattern == "POST /api/v1/logout" {
			continue
		}
		w := from(a, boss, method, named.ReplaceAllString(path, "101"), body)
		if w.Code < 400 && w.Body.Len() > 0 && !strings.HasSuffix(path, "/plan") && !strings.HasSuffix(path, "/apply") && !strings.HasSuffix(path, "/warm") {
			t.Errorf("%s took two megabytes: %d %.80s", pattern, w.Code, w.Body)
		}
	}
}

// Plain HTTP leads to the same page by HTTPS, and nowhere else.
func TestRedirect(t *testing.T) {
	a, _ := serve(t, newOffice())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	port := uint16(8443)
	go func() {
		served <- a.Redirect(ctx, l, func() api.Redirection {
			return api.Redirection{Port: port, Challenge: func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/.well-known/acme-challenge/x" {
						io.WriteString(w, "proof")
						return
					}
					next.ServeHTTP(w, r)
				})
			}}
		})
	}()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, x := range []struct {
		method, host, path, want string
		port                     uint16
	}{
		{"GET", "pbx.example.net", "/a/b?c=d%20e", "307 https://pbx.example.net:8443/a/b?c=d%20e", 8443},
		{"GET", "pbx.example.net:8080", "/", "307 https://pbx.example.net/", 443},
		{"GET", "[2001:db8::1]:80", "/", "307 https://[2001:db8::1]/", 443},
		{"HEAD", "192.0.2.1", "//evil.example.net/", "307 https://192.0.2.1//evil.example.net/", 443},
		{"POST", "pbx.example.net", "/api/v1/login", "403 ", 443},
		{"GET", "pbx.example.net", "/.well-known/acme-challenge/x", "200 ", 443},
	} {
		port = x.port
		r, err := http.NewRequest(x.method, "http://"+l.Addr().String()+x.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = x.host
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := fmt.Sprint(res.StatusCode, " ", res.Header.Get("Location")); got != x.want {
			t.Errorf("%s %s%s: %s, want %s", x.method, x.host, x.path, got, x.want)
		}
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}
