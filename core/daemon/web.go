package daemon

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/certificate"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/signin"
)

// webSettings is what the HTTP listener shows, by one configuration.
type webSettings struct {
	certificate *tls.Certificate  // from files; nil: none
	acme        *certificate.ACME // nil: none
}

// webSettings reads the certificate. A domain's that is asked for by ACME stays
// the same through reloads.
func (d *Daemon) webSettings(cfg *config.Config) (w webSettings, diags hcl.Diagnostics) {
	if cfg.Web.Cert != "" {
		w.certificate, diags = d.loadCertificate("web", cfg.Web.Cert, cfg.Web.Key, cfg.Web.Range("cert"))
	}
	if domain := cfg.Web.ACME; domain != "" {
		if last := d.inForce.Load(); last != nil && last.web.acme != nil && last.web.acme.Domain == domain && last.web.acme.Directory == cfg.Web.ACMEDirectory {
			w.acme = last.web.acme
		} else {
			w.acme = certificate.NewACME(domain, cfg.Web.ACMEDirectory, cfg.PBX.DataDir, d.opt.World.Roots)
		}
	}
	return w, diags
}

// loadCertificate reads the files of a block, and warns of an end that is near.
func (d *Daemon) loadCertificate(block, cert, key string, at hcl.Range) (*tls.Certificate, hcl.Diagnostics) {
	c, err := certificate.Load(block, cert, key, time.Now())
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Not a certificate that can be used", Detail: err.Error() + ".", Subject: &at}}
	}
	if until := c.Leaf.NotAfter; time.Until(until) < renewal {
		d.log.Warn("the certificate of "+block+" expires soon: renew it, and reload", "file", cert, "expires", until.UTC())
	}
	return c, nil
}

// startWeb serves HTTP from here on.
func (d *Daemon) startWeb() error {
	token, err := api.LoadOrCreateToken(d.cfg().PBX.DataDir)
	if err != nil {
		return err
	}
	l, err := d.listenWeb(d.cfg())
	if err != nil {
		return err
	}
	opt := d.apiOptions(token)
	opt.Trusted = trusted(d.cfg())
	if d.signIn, err = signin.New(context.Background(), d.store, func(number string) bool { return d.now().plan.ExtensionByNumber(number) != nil }); err == nil {
		opt.SignIn = d.signIn
		d.api, err = api.New(opt)
	}
	if err != nil {
		l.close()
		return err
	}
	d.later(d.api.Close)
	d.serveWeb(l)
	return nil
}

// trusted is who is believed by a configuration.
func trusted(c *config.Config) api.Trusted {
	return api.Trusted{Origins: c.Web.Origins, Proxies: c.Web.TrustedProxies}
}

// webListeners are those of HTTP; nil are those that stay as they are.
type webListeners struct{ page, redirect net.Listener }

func (l webListeners) close() {
	for _, one := range []net.Listener{l.page, l.redirect} {
		if one != nil {
			one.Close()
		}
	}
}

// listenWeb opens what a configuration has and the one in force does not have open.
func (d *Daemon) listenWeb(c *config.Config) (l webListeners, err error) {
	var was config.Web // nothing is open yet
	if d.stopPage != nil {
		was = d.cfg().Web
	}
	if c.Web.Listen != was.Listen {
		if l.page, err = d.listenHTTP(c.Web.Listen, "listen"); err != nil {
			return webListeners{}, err
		}
		l.page = webListener{l.page, d}
	}
	if c.Web.Redirect != was.Redirect && c.Web.Redirect.IsValid() {
		if l.redirect, err = d.listenHTTP(c.Web.Redirect, "redirect"); err != nil {
			l.close()
			return webListeners{}, err
		}
	}
	return l, nil
}

func (d *Daemon) listenHTTP(at netip.AddrPort, attribute string) (net.Listener, error) {
	l, err := net.Listen("tcp", at.String())
	if err != nil {
		return nil, fmt.Errorf("cannot listen for HTTP on %s: %w; is another Plugboard running? Else name another address in web { %s }", at, err, attribute)
	}
	return api.Bounded(l, d.standsForMany), nil
}

// standsForMany says whether an address is no single client's: a proxy's, or a
// program's on this machine.
func (d *Daemon) standsForMany(a netip.Addr) bool {
	return a.IsLoopback() || slices.ContainsFunc(d.cfg().Web.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// serveWeb serves HTTP on new listeners, and from then on no longer where it did
// before, by the configuration in force.
func (d *Daemon) serveWeb(l webListeners) {
	serve := func(stop *func(), serve func(context.Context) error) {
		if *stop != nil {
			(*stop)()
		}
		*stop = nil
		if serve != nil {
			ctx, cancel := context.WithCancel(d.run)
			d.goes("http", func() error { return serve(ctx) })
			*stop = cancel
		}
	}
	if l.page != nil {
		serve(&d.stopPage, func(ctx context.Context) error { return d.api.Serve(ctx, l.page) })
	}
	switch {
	case l.redirect != nil:
		serve(&d.stopRedirect, func(ctx context.Context) error { return d.api.Redirect(ctx, l.redirect, d.redirection) })
	case !d.cfg().Web.Redirect.IsValid():
		serve(&d.stopRedirect, nil)
	}
}

// redirection is where plain HTTP leads, by the configuration in force.
func (d *Daemon) redirection() api.Redirection {
	now := d.now()
	r := api.Redirection{Port: now.cfg.Web.Listen.Port()}
	if now.web.acme != nil {
		r.Port, r.Challenge = 443, now.web.acme.Challenge // it is known to the world by this port
	}
	return r
}

// webListener takes connections by TLS if the configuration in force has a
// certificate.
type webListener struct {
	net.Listener
	d *Daemon
}

// Accept implements [net.Listener].
func (l webListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil || !l.d.cfg().Web.Secure() {
		return conn, err
	}
	protocols := []string{"h2", "http/1.1"}
	if l.d.now().web.acme != nil {
		protocols = append(protocols, certificate.Protocol)
	}
	return tls.Server(conn, &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: protocols, GetCertificate: l.d.webCertificate}), nil
}

// webCertificate is what the HTTP listener shows.
func (d *Daemon) webCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	switch w := d.now().web; {
	case w.acme != nil:
		return w.acme.Certificate(hello)
	case w.certificate != nil:
		return w.certificate, nil
	}
	return nil, fmt.Errorf("there is no certificate any more")
}

// address is where people find the page.
func (d *Daemon) address() string {
	w := &d.cfg().Web
	listen := w.Listen
	if listen.Addr().IsUnspecified() {
		listen = netip.AddrPortFrom(outward(listen.Addr().Is4()), listen.Port())
	}
	host, port := listen.Addr().String(), strconv.Itoa(int(listen.Port()))
	switch c := d.now().web.certificate; {
	case w.ACME != "":
		return "https://" + w.ACME
	case c == nil:
		return "http://" + listen.String()
	case len(c.Leaf.DNSNames) > 0 && !strings.HasPrefix(c.Leaf.DNSNames[0], "*"):
		host = c.Leaf.DNSNames[0]
	}
	if port == "443" {
		return "https://" + host
	}
	return "https://" + net.JoinHostPort(host, port)
}

// relayTime is for how long a page may use the relay with what it was told: a
// call that lasts longer asks for it anew.
const relayTime = 12 * time.Hour

// iceServers are told to a page of an extension, or with "" of the admin: those
// of the configuration, and our own relay, with a name and a password that hold for
// a while.
func (d *Daemon) iceServers(number string) []api.ICEServer {
	now := d.now()
	var list []api.ICEServer
	for _, s := range now.cfg.Web.ICEServers {
		list = append(list, api.ICEServer{URLs: s.URLs, Username: s.Username, Credential: s.Credential.Reveal()})
	}
	t := now.cfg.Web.Turn
	if t == nil {
		return list
	}
	if number == "" {
		number = signin.Admin
	}
	relay := api.ICEServer{}
	for _, l := range t.Listen {
		host := l.Addr.Addr()
		if t.External.IsValid() {
			host = t.External
		}
		relay.URLs = append(relay.URLs, fmt.Sprintf("turn:%s?transport=%s", netip.AddrPortFrom(host, l.Addr.Port()), l.Transport))
	}
	relay.Username, relay.Credential = relayCredential(now.relay, number, time.Now().Add(relayTime))
	return append(list, relay)
}

// relayCredential makes a name and a password that the relay believes until a
// moment, without being told of them (draft-uberti-behave-turn-rest).
func relayCredential(secret, who string, until time.Time) (username, credential string) {
	username = fmt.Sprintf("%d:%s", until.Unix(), who)
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(username))
	return username, base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// webRTCConfig is the configuration of [WebRTCPlugin], from web {}.
func webRTCConfig(c *config.Config, relay string) map[string]any {
	w := &c.Web
	var listen []any
	for _, l := range w.ICEListen {
		listen = append(listen, l.String())
	}
	if len(listen) == 0 {
		bind := mediaAddress(c)
		for _, a := range []netip.Addr{bind.V4, bind.V6} {
			if a.IsValid() {
				at := netip.AddrPortFrom(a, config.ICEPort)
				listen = append(listen, "udp://"+at.String(), "tcp://"+at.String())
			}
		}
	}
	out := map[string]any{"listen": listen}
	if a := c.SIP.External.Addr; a.IsValid() {
		out["external_address"] = a.String()
	}
	var servers []any
	for _, s := range w.ICEServers {
		for _, u := range s.URLs {
			if s.Username != "" {
				u += " " + s.Username + " " + s.Credential.Reveal()
			}
			servers = append(servers, u)
		}
	}
	if len(servers) > 0 {
		out["ice_servers"] = servers
	}
	if t := w.Turn; t != nil {
		var at []any
		for _, l := range t.Listen {
			at = append(at, l.String())
		}
		out["turn_listen"], out["turn_secret"] = at, relay
		out["turn_relay_ports"] = fmt.Sprintf("%d-%d", t.RelayPorts.First, t.RelayPorts.Last)
		if t.External.IsValid() {
			out["turn_external_address"] = t.External.String()
		}
		var peers []any
		for _, p := range t.Allow {
			peers = append(peers, p.String())
		}
		if len(peers) > 0 {
			out["turn_peers"] = peers
		}
	}
	return out
}
