package browser

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
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
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/SherClockHolmes/webpush-go"
	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/call"
)

// Subscription is where a browser takes pushes: the maker's service passes on
// what is sent to the endpoint, and cannot read it (RFC 8030, 8291).
type Subscription struct {
	Number string // of whose browser it is
	Device string // its page
	Endpoint
}

// Endpoint is what a page knows of its subscription (PushSubscription.toJSON).
type Endpoint struct {
	Endpoint string `json:"endpoint" maxLength:"1024" example:"https://push.example.net/1f2e3d"`
	Keys     Keys   `json:"keys"`
}

// Keys encrypt what is pushed.
type Keys struct {
	P256dh string `json:"p256dh" maxLength:"128" doc:"the page's public key, in base64url"`
	Auth   string `json:"auth" maxLength:"64" doc:"its secret, in base64url"`
}

// BadEndpoint is the error of an endpoint that cannot be one; it says why.
type BadEndpoint string

// Error implements error.
func (b BadEndpoint) Error() string { return string(b) }

// Shelf keeps subscriptions.
type Shelf interface {
	Subscriptions(context.Context) ([]Subscription, error)
	PutSubscription(context.Context, Subscription) error
	DropSubscription(ctx context.Context, number, device string) error
}

const (
	pushTime     = 10 * time.Second // for a push service to take one
	ringLife     = 30               // seconds that it is worth something
	pushWorkers  = 4
	maxPushes    = 256 // that wait to be sent
	maxPersonal  = 8   // subscriptions of a person
	pushKeyFile  = "push.key"
	maxPushReply = 4 << 10
)

// Pusher wakes people whose page nobody looks at, by Web Push. It is safe for
// concurrent use.
type Pusher struct {
	shelf   Shelf
	log     hclog.Logger
	contact func() string // whom services may ask, "": nothing is pushed
	key     vapid
	client  *http.Client
	queue   chan push
	wg      sync.WaitGroup
	stop    context.CancelFunc

	mu     sync.Mutex
	all    map[string][]Subscription // by number, the oldest first
	closed bool
}

// vapid is the key by which services know this switch (RFC 8292).
type vapid struct {
	Private string `json:"private"`
	Public  string `json:"public"`
}

type push struct {
	to    Subscription
	topic string
	body  []byte
}

// NewPusher reads the subscriptions, and the key in dir, which it makes if there is
// none. contact is whom the services of browsers' makers may ask, such as
// "mailto:pbx@example.net"; while it is "", nothing is pushed.
func NewPusher(dir string, shelf Shelf, contact func() string, log hclog.Logger) (*Pusher, error) {
	return newPusher(dir, shelf, contact, log, outside)
}

func newPusher(dir string, shelf Shelf, contact func() string, log hclog.Logger, may func(netip.Addr) bool) (*Pusher, error) {
	p := &Pusher{shelf: shelf, log: log, contact: contact, queue: make(chan push, maxPushes), all: map[string][]Subscription{}}
	var err error
	if p.key, err = readKey(dir); err != nil {
		return nil, err
	}
	list, err := shelf.Subscriptions(context.Background())
	if err != nil {
		return nil, fmt.Errorf("reading where browsers take pushes: %w", err)
	}
	for _, s := range list {
		p.all[s.Number] = append(p.all[s.Number], s)
	}
	// An endpoint is what a page says that it is: the switch must not be led to
	// ask something on its own network.
	dial := &net.Dialer{Timeout: pushTime, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !may(at.Addr().Unmap()) {
			return fmt.Errorf("%s is no push service: it is not on the internet", address)
		}
		return nil
	}}
	p.client = &http.Client{
		Timeout:       pushTime,
		Transport:     &http.Transport{DialContext: dial.DialContext, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: pushWorkers, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	for range pushWorkers {
		p.wg.Go(func() { p.run(ctx) })
	}
	return p, nil
}

// outside says whether an address is on the internet.
func outside(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() && !shared.Contains(a) && !embedded.Contains(a) && !relayed.Contains(a)
}

// Addresses that look like those of the internet, and lead elsewhere: those behind a
// carrier's NAT (RFC 6598), and of IPv6 those that have one of IPv4 in them (RFC 6052, 3056).
var (
	shared   = netip.MustParsePrefix("100.64.0.0/10")
	embedded = netip.MustParsePrefix("64:ff9b::/16")
	relayed  = netip.MustParsePrefix("2002::/16")
)

// Close lets go what has not been sent.
func (p *Pusher) Close() {
	p.mu.Lock()
	closed := p.closed
	p.closed = true
	p.mu.Unlock()
	if !closed {
		p.stop()
		p.wg.Wait()
		p.client.CloseIdleConnections()
	}
}

// Key is the applicationServerKey of subscriptions, "" while nothing is pushed.
func (p *Pusher) Key() string {
	if p.contact() == "" {
		return ""
	}
	return p.key.Public
}

// Subscribe keeps where a page takes pushes, in place of what was kept of that page and of
// that endpoint: a browser has one, and it is for who is signed in there now. A
// [BadEndpoint] is none, a [*call.Error] that nothing is pushed.
func (p *Pusher) Subscribe(ctx context.Context, number, device string, e Endpoint) error {
	if p.contact() == "" {
		return &call.Error{Cause: call.NotFound, Text: `nothing is pushed: the configuration has no web { push = "mailto:…" }`}
	}
	if !validDevice.MatchString(device) {
		return BadEndpoint(badDevice)
	}
	if why := e.wrong(); why != "" {
		return BadEndpoint(why)
	}
	s := Subscription{Number: number, Device: device, Endpoint: e}
	p.mu.Lock()
	dropped := p.drop(func(o Subscription) bool {
		return o.Endpoint.Endpoint == e.Endpoint || o.Number == number && o.Device == device
	})
	list := p.all[number]
	if over := len(list) + 1 - maxPersonal; over > 0 {
		dropped, list = append(dropped, list[:over]...), list[over:]
	}
	p.all[number] = append(list, s)
	p.mu.Unlock()
	for _, o := range dropped {
		if err := p.shelf.DropSubscription(ctx, o.Number, o.Device); err != nil {
			return err
		}
	}
	return p.shelf.PutSubscription(ctx, s)
}

// drop forgets some subscriptions, and returns them.
func (p *Pusher) drop(which func(Subscription) bool) (dropped []Subscription) {
	for number, list := range p.all {
		var left []Subscription
		for _, s := range list {
			if which(s) {
				dropped = append(dropped, s)
			} else {
				left = append(left, s)
			}
		}
		if p.all[number] = left; len(left) == 0 {
			delete(p.all, number)
		}
	}
	return dropped
}

// wrong says why an endpoint cannot be one.
func (e Endpoint) wrong() string {
	u, err := url.Parse(e.Endpoint)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "endpoint takes the https:// address of a push service"
	}
	if a, err := netip.ParseAddr(strings.Trim(u.Hostname(), "[]")); err == nil && !outside(a.Unmap()) {
		return "endpoint is not on the internet"
	}
	key, err := unpadded(e.Keys.P256dh)
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(key)
	}
	if err != nil {
		return "p256dh is no public key of P-256 in base64url"
	}
	if secret, err := unpadded(e.Keys.Auth); err != nil || len(secret) != 16 {
		return "auth takes 16 bytes in base64url"
	}
	return ""
}

func unpadded(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
}

// Unsubscribe forgets where a page takes pushes.
func (p *Pusher) Unsubscribe(ctx context.Context, number, device string) error {
	p.mu.Lock()
	p.drop(func(o Subscription) bool { return o.Number == number && o.Device == device })
	p.mu.Unlock()
	return p.shelf.DropSubscription(ctx, number, device)
}

// Wakes implements [Waker].
func (p *Pusher) Wakes(number string) bool {
	if p.contact() == "" {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.all[number]) > 0
}

// Push sends a message to all browsers of a person. It never waits. Of two
// about one call that a browser was not there for, it gets the last.
func (p *Pusher) Push(number, call string, m Message) {
	if p.contact() == "" {
		return
	}
	body, err := json.Marshal(m)
	if err != nil {
		p.log.Error("a message cannot be pushed", "type", m.Type, "error", err)
		return
	}
	p.mu.Lock()
	list := p.all[number]
	p.mu.Unlock()
	for _, s := range list {
		select {
		case p.queue <- push{to: s, topic: call, body: body}:
		default:
			p.log.Warn("a push is left out: too many wait", "extension", number)
		}
	}
}

func (p *Pusher) run(ctx context.Context) {
	for {
		select {
		case x := <-p.queue:
			p.send(ctx, x)
		case <-ctx.Done():
			return
		}
	}
}

// send sends one push. A browser that takes none any more is forgotten.
func (p *Pusher) send(ctx context.Context, x push) {
	ctx, cancel := context.WithTimeout(ctx, pushTime)
	defer cancel()
	to := &webpush.Subscription{Endpoint: x.to.Endpoint.Endpoint, Keys: webpush.Keys{P256dh: x.to.Keys.P256dh, Auth: x.to.Keys.Auth}}
	res, err := webpush.SendNotificationWithContext(ctx, x.body, to, &webpush.Options{
		HTTPClient: p.client, Subscriber: strings.TrimPrefix(p.contact(), "mailto:"), Topic: x.topic, TTL: ringLife, Urgency: webpush.UrgencyHigh,
		VAPIDPublicKey: p.key.Public, VAPIDPrivateKey: p.key.Private,
	})
	if err != nil {
		p.log.Warn("a push was not sent", "extension", x.to.Number, "service", host(x.to.Endpoint.Endpoint), "error", withoutURL(err))
		return
	}
	said, _ := io.ReadAll(io.LimitReader(res.Body, maxPushReply))
	res.Body.Close()
	switch {
	case res.StatusCode < 300:
	case res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusGone:
		p.log.Info("a browser takes no pushes any more", "extension", x.to.Number, "device", x.to.Device)
		if err := p.Unsubscribe(ctx, x.to.Number, x.to.Device); err != nil {
			p.log.Warn("it is not forgotten", "error", err)
		}
	default:
		p.log.Warn("a push service refuses", "extension", x.to.Number, "service", host(x.to.Endpoint.Endpoint), "status", res.StatusCode, "says", string(said))
	}
}

// host is whose service it is: the rest of an endpoint is a secret.
func host(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Host
}

// withoutURL is an error of the client without the address that it asked.
func withoutURL(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// readKey reads the key of this switch, and makes it the first time. Its file is for its
// owner alone.
func readKey(dir string) (k vapid, err error) {
	path := filepath.Join(dir, pushKeyFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(path)
	}
	if err == nil {
		err = json.Unmarshal(b, &k)
	}
	if err == nil && (k.Private == "" || k.Public == "") {
		err = errors.New("it has no private and public")
	}
	if err != nil {
		return k, fmt.Errorf("%s: %w; without that file another key is made, and people have to allow notifications anew", path, err)
	}
	return k, nil
}

func makeKey(path string) (k vapid, err error) {
	if k.Private, k.Public, err = webpush.GenerateVAPIDKeys(); err != nil {
		return k, fmt.Errorf("making the key for pushes: %w", err)
	}
	b, err := json.Marshal(k)
	if err != nil {
		return k, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+pushKeyFile+"-*") // made with mode 0600
	if err != nil {
		return k, fmt.Errorf("writing the key for pushes: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return k, fmt.Errorf("writing the key for pushes: %w", err)
	}
	return k, nil
}
