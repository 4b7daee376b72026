package cli

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/certificate"
	"github.com/plugboard/plugboard/core/config"
)

// client speaks to the daemon's API.
type client struct {
	http  *http.Client
	url   string // without a slash at the end
	token string
	start string // the command that would start the daemon
	page  string // its address for people
}

// answerTime is how long the daemon may take for an answer that is not a
// stream. It bounds the wait for the headers only.
const answerTime = 15 * time.Second

// client finds the daemon and its token.
func (a *app) client() (*client, error) {
	c := &client{url: strings.TrimRight(a.URL, "/"), token: os.Getenv("PLUGBOARD_TOKEN"), start: "plugboard run --config " + a.Config}
	var own *tls.Config
	if c.page = c.url; c.url == "" || c.token == "" {
		site, err := a.site()
		if err != nil {
			return nil, err
		}
		if c.url == "" {
			c.url, c.page, own = site.find()
		}
		if c.token == "" {
			if c.token, err = api.ReadToken(site.dataDir); errors.Is(err, fs.ErrNotExist) {
				return nil, fail(Refused, "no admin token: there is no %s in %s. Start the daemon (%s), which makes it, or set PLUGBOARD_TOKEN", api.TokenFile, site.dataDir, c.start)
			} else if err != nil {
				return nil, fail(Refused, "no admin token: %w. PLUGBOARD_TOKEN can hold it, too", err)
			}
		}
	}
	if u, err := url.Parse(c.url); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fail(Wrong, "the daemon's address is an http or https URL such as http://127.0.0.1:8080, not %q (--url or PLUGBOARD_URL)", c.url)
	}
	c.http = &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		ResponseHeaderTimeout: answerTime,
		DialContext:           (&net.Dialer{Timeout: answerTime}).DialContext,
		TLSClientConfig:       own,
	}}
	return c, nil
}

// site is what a client needs of the configuration.
type site struct {
	web     config.Web
	dataDir string
}

// find is where the daemon of this machine answers: for us, and for people. Over
// TLS it is known by the very certificate that it has in its files, for whatever
// name that is.
func (s site) find() (url, page string, own *tls.Config) {
	at := reachable(s.web.Listen).String()
	if !s.web.Secure() {
		return "http://" + at, "http://" + at, nil
	}
	url, page = "https://"+at, "https://"+at
	if s.web.ACME != "" {
		page = "https://" + s.web.ACME
	}
	return url, page, &tls.Config{ServerName: s.web.ACME, InsecureSkipVerify: true, VerifyConnection: func(c tls.ConnectionState) error {
		kept, err := certificate.Kept(s.web.ACME, s.dataDir)
		if s.web.Cert != "" {
			var pair *tls.Certificate
			if pair, err = certificate.Load("web", s.web.Cert, s.web.Key, time.Now()); err == nil {
				kept = pair.Leaf
			}
		}
		switch {
		case err != nil:
			return fmt.Errorf("its certificate cannot be compared with the one that is kept: %w", err)
		case !kept.Equal(c.PeerCertificates[0]):
			return errors.New("it shows another certificate than the one in its files: was it renewed? Then send the daemon SIGHUP, so that it reads it")
		}
		return nil
	}}
}

// site reads the configuration. Without one, at the default place, it is that
// of a daemon that runs on defaults.
func (a *app) site() (site, error) {
	if _, err := os.Stat(a.Config); errors.Is(err, fs.ErrNotExist) {
		return site{}, fail(Wrong, "there is no configuration %s to find the daemon by: give --config or PLUGBOARD_CONFIG, or --url and PLUGBOARD_TOKEN", a.Config)
	}
	cfg, diags := config.Load(a.Config, a.configOptions())
	if diags.HasErrors() {
		if err := config.WriteText(a.Stderr, cfg, diags, false); err != nil {
			return site{}, fail(Refused, "%w", err)
		}
		return site{}, fail(Wrong, "the configuration %s has errors, so it cannot tell where the daemon is: --url and PLUGBOARD_TOKEN can", a.Config)
	}
	return site{web: cfg.Web, dataDir: cfg.PBX.DataDir}, nil
}

func (a *app) configOptions() config.Options {
	return config.Options{Vars: a.Var, Environ: os.Environ()}
}

// reachable is where a listener on this machine is reached: a wildcard by
// loopback.
func reachable(listen netip.AddrPort) netip.AddrPort {
	switch {
	case !listen.Addr().IsUnspecified():
		return listen
	case listen.Addr().Is4():
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), listen.Port())
	}
	return netip.AddrPortFrom(netip.IPv6Loopback(), listen.Port())
}

// do sends a request; the answer's body must be closed. An answer that is not
// a success is an error with what the daemon said.
func (c *client) do(ctx context.Context, method, path, accept string, body any) (*http.Response, error) {
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		r = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, r)
	if err != nil {
		return nil, fail(Wrong, "%w", err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept", accept)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, c.unreached(err)
	}
	if res.StatusCode >= 300 {
		defer res.Body.Close()
		return nil, c.refusal(res)
	}
	return res, nil
}

// unreached says why the daemon did not answer, and what to do.
func (c *client) unreached(err error) error {
	var where *url.Error
	if errors.As(err, &where) {
		err = where.Err
	}
	return fail(Refused, "the daemon cannot be reached at %s: %w.\nIs it running? Start it with: %s\nIs it elsewhere? Name it with --url or PLUGBOARD_URL", c.url, err, c.start)
}

// refusal is what the daemon said, from its problem document (RFC 9457).
func (c *client) refusal(res *http.Response) error {
	var p api.ConfigProblem // or the plain one
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil || json.Unmarshal(body, &p) != nil || p.Detail == "" {
		return fail(Refused, "%s answered %s, and not as a Plugboard daemon does. Is the address right?", c.url, res.Status)
	}
	text := p.Detail
	for _, e := range p.Errors {
		text += fmt.Sprintf("\n  %s: %s", e.Location, e.Message)
	}
	if len(p.Diagnostics) > 0 {
		return &Error{Code: Wrong, Err: &wrongFiles{p}}
	}
	switch res.StatusCode {
	case http.StatusUnauthorized:
		return fail(Refused, "the daemon at %s does not take this admin token. Is it the daemon of this configuration? Else set PLUGBOARD_TOKEN", c.url)
	case http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity:
		return fail(Wrong, "%s", text)
	case http.StatusInternalServerError:
		return fail(Bug, "the daemon failed: %s", text)
	}
	return fail(Refused, "refused: %s", text)
}

// get reads a JSON answer into v.
func (c *client) get(ctx context.Context, path string, v any) error {
	_, err := c.fetch(ctx, http.MethodGet, path, nil, v)
	return err
}

// fetch sends body and reads a JSON answer into v. It returns the rest of a
// list, "" if that was all.
func (c *client) fetch(ctx context.Context, method, path string, body, v any) (next string, err error) {
	res, err := c.do(ctx, method, path, "application/json", body)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(v); err != nil {
		return "", fail(Refused, "the answer of %s to %s %s is broken: %w", c.url, method, path, err)
	}
	link, rel, _ := strings.Cut(res.Header.Get("Link"), ";")
	if strings.TrimSpace(rel) != `rel="next"` {
		return "", nil
	}
	return strings.Trim(link, "<>"), nil
}

// all reads a list, page by page.
func all[T any](ctx context.Context, c *client, path string) ([]T, error) {
	list := []T{}
	for path != "" {
		var page []T
		next, err := c.fetch(ctx, http.MethodGet, path, nil, &page)
		if err != nil {
			return nil, err
		}
		list = append(list, page...)
		path = next
	}
	return list, nil
}
