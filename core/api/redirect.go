package api

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strconv"
)

// Redirection is where plain HTTP leads.
type Redirection struct {
	Port uint16 // of HTTPS
	// Challenge answers who asks whether a domain is ours; nil: nobody does.
	Challenge func(next http.Handler) http.Handler
}

// Redirect sends browsers that ask for plain HTTP on l, which it closes, to the
// same host by HTTPS, until ctx ends. to is asked for each request.
func (a *API) Redirect(ctx context.Context, l net.Listener, to func() Redirection) error {
	return a.serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := to()
		var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { redirect(w, r, now.Port) })
		if now.Challenge != nil {
			h = now.Challenge(h)
		}
		h.ServeHTTP(w, r)
	}))
}

// redirect answers with the way to HTTPS. What was posted has travelled in plain
// text already: a program that does so shall not get used to it.
func redirect(w http.ResponseWriter, r *http.Request, port uint16) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		writeProblem(w, http.StatusForbidden, "ask by HTTPS")
		return
	}
	host := (&url.URL{Host: r.Host}).Hostname()
	if host == "" {
		writeProblem(w, http.StatusBadRequest, "the request does not say which host it is for")
		return
	}
	at := host
	if port != 443 {
		at = net.JoinHostPort(host, strconv.Itoa(int(port)))
	} else if net.ParseIP(host).To4() == nil && net.ParseIP(host) != nil {
		at = "[" + host + "]"
	}
	to := url.URL{Scheme: "https", Host: at, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to.String(), http.StatusTemporaryRedirect)
}
