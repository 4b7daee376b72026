package wsleg

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/leg"
)

const (
	// introduction is how long a program that comes in may take for its start, and
	// waiting how long its call waits to be taken.
	introduction = 5 * time.Second
	waiting      = 10 * time.Second
)

// Station calls programs, and has programs call in. It implements [leg.Station] and
// [leg.Acceptor].
type Station struct {
	// Connect opens a TCP connection, Listen listens for them. Tests set them.
	Connect func(ctx context.Context, network, address string) (net.Conn, error)
	Listen  func(at netip.AddrPort) (net.Listener, error)

	set    settings
	client *http.Client
	calls  chan *leg.Arrival
	room   chan struct{} // holds a token for each program that is in

	mu     sync.Mutex
	server *http.Server // nil: nobody comes in now
	gone   chan struct{}
	failed error // of the server, once gone is closed
}

var (
	_ leg.Station  = (*Station)(nil)
	_ leg.Acceptor = (*Station)(nil)
)

// New returns a station that has no configuration yet.
func New() *Station {
	s := &Station{
		Connect: (&net.Dialer{Timeout: reach}).DialContext,
		Listen:  func(at netip.AddrPort) (net.Listener, error) { return net.Listen("tcp", at.String()) },
		calls:   make(chan *leg.Arrival),
	}
	_ = s.Configure(nil) // the defaults fit
	return s
}

// Configure takes its config {} block.
func (s *Station) Configure(c map[string]any) error {
	set, err := read(c)
	if err != nil {
		return err
	}
	s.set, s.room = set, make(chan struct{}, set.calls)
	s.client = &http.Client{
		Transport: &http.Transport{
			DialContext:     func(ctx context.Context, network, at string) (net.Conn, error) { return s.Connect(ctx, network, at) },
			TLSClientConfig: &tls.Config{RootCAs: set.roots, MinVersion: tls.VersionTLS12},
			// Each leg has a connection of its own.
			DisableKeepAlives: true,
		},
		// Where to is only the configuration's to say.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return nil
}

// target checks an address. What is said of it in errors and logs is shown.
func (s *Station) target(address string) (u *url.URL, shown string, err error) {
	u, err = url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "ws" && u.Scheme != "wss":
		return nil, "", errors.New("the address of a leg of leg-websocket is ws://HOST/PATH or wss://HOST/PATH")
	case u.User != nil:
		return nil, "", errors.New("the address of a leg holds a user and a password: write dial_token into config {} instead")
	case u.Scheme == "ws" && s.set.dialToken != "" && !isLoopback(u.Hostname()):
		return nil, "", fmt.Errorf("dial_token is not sent to %s without TLS: write wss://", u.Host)
	}
	return u, u.Scheme + "://" + u.Host + u.EscapedPath(), nil
}

func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// Dial implements [leg.Station].
func (s *Station) Dial(ctx context.Context, d leg.Dial, tell func(leg.Event)) (leg.Party, error) {
	u, shown, err := s.target(d.Address)
	if err != nil {
		return nil, err
	}
	p, err := newParty(hclog.FromContext(ctx), s.set.rate)
	if err != nil {
		return nil, err
	}
	p.tell = tell
	p.send(message{
		Type: "start", Call: d.Call, Leg: d.Leg, Direction: "out",
		From: d.From, FromName: d.FromName, To: d.To, Headers: d.Headers, Rate: p.rate,
	})
	go func() { // ends with p.ctx, which Close cancels; nobody waits for a program
		defer p.cancel()
		ws, remote, err := s.connect(p.ctx, u)
		if err != nil {
			p.end("unavailable", fmt.Sprintf("%s cannot be reached: %v", shown, err))
			return
		}
		p.run(ws, remote)
	}()
	return p, nil
}

// connect opens a WebSocket. Its errors do not hold the address, which may hold what
// is nobody's business.
func (s *Station) connect(ctx context.Context, u *url.URL) (*websocket.Conn, netip.AddrPort, error) {
	ctx, cancel := context.WithTimeout(ctx, reach)
	defer cancel()
	h := http.Header{}
	if s.set.dialToken != "" {
		h.Set("Authorization", "Bearer "+s.set.dialToken)
	}
	ws, res, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{
		HTTPClient: s.client, HTTPHeader: h, CompressionMode: websocket.CompressionDisabled,
	})
	if err == nil {
		return ws, netip.AddrPort{}, nil
	}
	var inner *url.Error
	switch {
	case res != nil && res.StatusCode != http.StatusSwitchingProtocols:
		err = fmt.Errorf("it answers with %s, and not with a WebSocket", res.Status)
	case errors.As(err, &inner):
		err = inner.Err
	}
	return nil, netip.AddrPort{}, err
}

// Accept implements [leg.Acceptor]: programs come in while somebody waits for their
// calls.
func (s *Station) Accept(ctx context.Context) (*leg.Arrival, error) {
	if !s.set.listen.IsValid() {
		<-ctx.Done() // nobody comes in
		return nil, ctx.Err()
	}
	gone, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	select {
	case a := <-s.calls:
		return a, nil
	case <-gone:
		s.mu.Lock()
		defer s.mu.Unlock()
		return nil, s.failed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// open listens, unless it does. It listens until ctx ends, which is that of all calls
// of Accept.
func (s *Station) open(ctx context.Context) (gone chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return s.gone, nil
	}
	l, err := s.Listen(s.set.listen)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; does another process, or another block of this plugin, listen there?", s.set.listen, err)
	}
	if s.set.tls != nil {
		l = tls.NewListener(l, s.set.tls)
	}
	log := hclog.FromContext(ctx)
	server := &http.Server{
		Handler:           http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.serve(ctx, log, w, r) }),
		ReadHeaderTimeout: introduction,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          log.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Debug}),
	}
	gone = make(chan struct{})
	s.server, s.gone = server, gone
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // its legs live on: they are hijacked
	go func() {                                                   // ends when server is closed, by ctx
		err := server.Serve(l)
		stop()
		s.mu.Lock()
		s.server, s.failed = nil, err
		s.mu.Unlock()
		close(gone)
	}()
	log.Info("programs come in with calls", "at", s.set.listen.String(), "tls", s.set.tls != nil)
	return gone, nil
}

// serve has a program in, if it knows the token.
func (s *Station) serve(ctx context.Context, log hclog.Logger, w http.ResponseWriter, r *http.Request) {
	shown, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || subtle.ConstantTimeCompare([]byte(shown), []byte(s.set.token)) != 1 {
		log.Warn("a program without the token is refused", "from", r.RemoteAddr)
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "show the token of the plugin's config {} as Authorization: Bearer", http.StatusUnauthorized)
		return
	}
	select {
	case s.room <- struct{}{}:
	default:
		http.Error(w, "max_calls programs are in already", http.StatusServiceUnavailable)
		return
	}
	leave := sync.OnceFunc(func() { <-s.room })
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil { // it is answered
		log.Info("what came in is no WebSocket", "from", r.RemoteAddr, "error", err)
		leave()
		return
	}
	remote, _ := netip.ParseAddrPort(r.RemoteAddr) // else it is not shown
	if err := s.introduce(ctx, log, ws, remote, leave); err != nil {
		log.Info("a program that came in makes no call", "from", r.RemoteAddr, "error", err)
		brief, cancel := context.WithTimeout(ctx, grace)
		_ = ws.Write(brief, websocket.MessageText, message{Type: "error", Text: err.Error()}.encode()) // if it reads still
		cancel()
		_ = ws.CloseNow()
		leave()
	}
}

// introduce hears what a program wants, and hands its call over.
func (s *Station) introduce(ctx context.Context, log hclog.Logger, ws *websocket.Conn, remote netip.AddrPort, leave func()) error {
	ws.SetReadLimit(largest)
	first, cancel := context.WithTimeout(ctx, introduction)
	kind, b, err := ws.Read(first)
	cancel()
	if err != nil {
		return fmt.Errorf("no start came: %w", err)
	}
	if kind != websocket.MessageText {
		return errors.New("the first message is start, a text")
	}
	m, err := parse(b)
	if err == nil && m.Type != "start" {
		err = fmt.Errorf("the first message is start; this is %s", m.Type)
	}
	if err != nil {
		return err
	}
	rate := s.set.rate
	if m.Rate != 0 {
		rate = m.Rate
	}
	a := &leg.Arrival{From: m.From, FromName: m.FromName, To: m.To, Headers: m.Headers}
	a.Open = func(call, id string, tell func(leg.Event)) (leg.Party, error) {
		p, err := newParty(log.With("call", call, "leg", id), rate)
		if err != nil {
			return nil, err
		}
		p.came, p.tell = true, tell
		p.send(message{Type: "start", Call: call, Leg: id, Direction: "in", From: m.From, To: m.To, Rate: rate})
		go func() { // ends with the connection, or with p.ctx, which Close cancels
			defer leave()
			p.run(ws, remote)
		}()
		return p, nil
	}
	a.Refuse = func(cause string) {
		brief, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		_ = ws.Write(brief, websocket.MessageText, message{Type: "hangup", Cause: cause}.encode()) // if it reads still
		_ = ws.CloseNow()
		leave()
	}
	limit := time.NewTimer(waiting)
	defer limit.Stop()
	select {
	case s.calls <- a:
		return nil
	case <-limit.C:
		return errors.New("nobody takes calls now")
	case <-ctx.Done():
		return errors.New("no more calls are taken here")
	}
}
