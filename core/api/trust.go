package api

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Trusted is who is believed besides our own pages.
type Trusted struct {
	// Origins are those of browser pages that may ask as our own do:
	// "https://desk.example.net".
	Origins []string
	// Proxies are believed when they say for whom they ask, and whether that came
	// over TLS.
	Proxies []netip.Prefix
}

// trust is [Trusted] in force.
type trust struct {
	Trusted
	crossOrigin *http.CrossOriginProtection
}

// Trust changes who is believed, from the next request on.
func (a *API) Trust(t Trusted) error {
	now := &trust{Trusted{Proxies: t.Proxies}, http.NewCrossOriginProtection()}
	for _, o := range t.Origins {
		o = strings.ToLower(strings.TrimSuffix(o, "/"))
		if err := now.crossOrigin.AddTrustedOrigin(o); err != nil {
			return fmt.Errorf("the origin %q of pages that may ask: %w", o, err)
		}
		now.Origins = append(now.Origins, o)
	}
	a.trust.Store(now)
	return nil
}

// overTLSKey marks a request that reached us, or a proxy that is believed, over
// TLS.
type overTLSKey struct{}

func overTLS(r *http.Request) bool {
	is, _ := r.Context().Value(overTLSKey{}).(bool)
	return is
}

// arrived is a request as if its client had sent it to us: what a proxy that is
// believed says of it is its RemoteAddr, and whether it came over TLS. What
// anybody else says in these headers is nothing.
func (t *trust) arrived(r *http.Request) *http.Request {
	secure, remote := r.TLS != nil, r.RemoteAddr
	if from, err := netip.ParseAddrPort(remote); err == nil && t.proxy(from.Addr()) {
		secure = secure || strings.EqualFold(last(r.Header.Values("X-Forwarded-Proto")), "https")
		if client, ok := t.client(r.Header.Values("X-Forwarded-For")); ok {
			remote = netip.AddrPortFrom(client, from.Port()).String()
		}
	}
	if !secure && remote == r.RemoteAddr {
		return r
	}
	r = r.WithContext(context.WithValue(r.Context(), overTLSKey{}, secure))
	r.RemoteAddr = remote
	return r
}

func (t *trust) proxy(a netip.Addr) bool {
	return slices.ContainsFunc(t.Proxies, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) })
}

// client is the last address of X-Forwarded-For that is no proxy of ours: those
// before it are what the client itself has said.
func (t *trust) client(headers []string) (netip.Addr, bool) {
	hops := strings.Split(strings.Join(headers, ","), ",")
	var client netip.Addr
	for _, hop := range slices.Backward(hops) {
		a, err := netip.ParseAddr(strings.Trim(strings.TrimSpace(hop), "[]"))
		if err != nil {
			break
		}
		if client = a.Unmap().WithZone(""); !t.proxy(client) {
			break
		}
	}
	return client, client.IsValid()
}

// last is what the nearest proxy has added to a header.
func last(headers []string) string {
	all := strings.Split(strings.Join(headers, ","), ",")
	return strings.TrimSpace(all[len(all)-1])
}

// crossed answers a page of an origin that is believed as browsers want it (the
// Fetch standard's CORS); true if that was all: a preflight.
func (t *trust) crossed(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || !slices.Contains(t.Origins, strings.ToLower(origin)) {
		return false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Expose-Headers", "Link, Location, Retry-After")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE")
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Range")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}
