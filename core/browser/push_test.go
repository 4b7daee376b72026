package browser

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
)

// shelf keeps subscriptions in memory.
type shelf struct {
	mu   sync.Mutex
	list []Subscription
}

func (s *shelf) Subscriptions(context.Context) ([]Subscription, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list), nil
}

func (s *shelf) PutSubscription(_ context.Context, b Subscription) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = append(slices.DeleteFunc(s.list, func(o Subscription) bool { return o.Number == b.Number && o.Device == b.Device }), b)
	return nil
}

func (s *shelf) DropSubscription(_ context.Context, number, device string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = slices.DeleteFunc(s.list, func(o Subscription) bool { return o.Number == number && o.Device == device })
	return nil
}

func (s *shelf) devices() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, b := range s.list {
		all = append(all, b.Device)
	}
	return strings.Join(all, " ")
}

// page is a browser's end of a subscription: it can read what is pushed.
type page struct {
	key  *ecdh.PrivateKey
	auth [16]byte
}

func newPage(t *testing.T) *page {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{key: key}
	rand.Read(p.auth[:])
	return p
}

func (p *page) endpoint(url string) Endpoint {
	return Endpoint{Endpoint: url, Keys: Keys{
		P256dh: base64.RawURLEncoding.EncodeToString(p.key.PublicKey().Bytes()),
		Auth:   base64.RawURLEncoding.EncodeToString(p.auth[:]),
	}}
}

// read decrypts a push by the words of RFC 8291 §3.4 and RFC 8188 §2.
func (p *page) read(t *testing.T, b []byte) []byte {
	t.Helper()
	if len(b) < 86 || b[20] != 65 {
		t.Fatalf("a push of %d bytes", len(b))
	}
	salt, theirs, sealed := b[:16], b[21:86], b[86:]
	public, err := ecdh.P256().NewPublicKey(theirs)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := p.key.ECDH(public)
	if err != nil {
		t.Fatal(err)
	}
	derive := func(secret, salt []byte, info string, n int) []byte {
		out, err := hkdf.Key(sha256.New, secret, salt, info, n)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	ikm := derive(secret, p.auth[:], "WebPush: info\x00"+string(p.key.PublicKey().Bytes())+string(theirs), 32)
	block, err := aes.NewCipher(derive(ikm, salt, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := gcm.Open(nil, derive(ikm, salt, "Content-Encoding: nonce\x00", 12), sealed, nil)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(plain), "\x02")
	return []byte(text)
}

// claims are what a switch says of itself to a push service.
type claims struct {
	Aud, Sub string
	Exp      int64
}

// vouched checks who sends a push, as its service does by the words of RFC 8292 §2 and 3:
// the header has a token, and the key with which it is signed, which is that of the subscription.
func vouched(t *testing.T, header, key string) (c claims) {
	t.Helper()
	token, k, ok := strings.Cut(strings.TrimPrefix(header, "vapid t="), ", k=")
	parts := strings.Split(token, ".")
	if !ok || k != key || len(parts) != 3 {
		t.Fatalf("it says %q", header)
	}
	var raw [3][]byte
	for i, part := range parts {
		var err error
		if raw[i], err = base64.RawURLEncoding.DecodeString(part); err != nil {
			t.Fatal(err)
		}
	}
	point, err := base64.RawURLEncoding.DecodeString(k)
	if err != nil {
		t.Fatal(err)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if sig := raw[2]; len(sig) != 64 || !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])) {
		t.Error("it is not signed with the key")
	}
	if err := json.Unmarshal(raw[1], &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// A push comes in a way that its browser can read and its service cannot, and
// says whose it is; a browser that has gone is forgotten.
func TestPush(t *testing.T) {
	dir := t.TempDir()
	type sent struct {
		head http.Header
		body []byte
	}
	got := make(chan sent, 8)
	status := make(chan int, 8)
	service := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got <- sent{r.Header, b}
		w.WriteHeader(<-status)
	}))
	defer service.Close()
	kept := &shelf{}
	contact := "mailto:pbx@example.net"
	open := func() *Pusher {
		p, err := newPusher(dir, kept, func() string { return contact }, hclog.NewNullLogger(), func(netip.Addr) bool { return true })
		if err != nil {
			t.Fatal(err)
		}
		p.client.Transport.(*http.Transport).TLSClientConfig = service.Client().Transport.(*http.Transport).TLSClientConfig
		return p
	}
	p := open()
	key := p.Key()
	anna := newPage(t)
	// The address of the test's service is none of the internet: it is put where one was.
	if err := p.Subscribe(t.Context(), "101", "page-of-anna", anna.endpoint("https://push.example.net/secret")); err != nil {
		t.Fatal(err)
	}
	p.Close()
	kept.mu.Lock()
	kept.list[0].Endpoint.Endpoint = service.URL + "/secret"
	kept.mu.Unlock()
	p = open() // after a restart
	defer p.Close()
	if p.Key() != key || len(key) != 87 {
		t.Errorf("the key is %q, and was %q", p.Key(), key)
	}
	if info, err := os.Stat(filepath.Join(dir, pushKeyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v %v", info, err)
	}
	status <- http.StatusCreated
	p.Push("102", "C0", Message{Type: "phone.ring"}) // has no browser
	p.Push("101", "C1", Message{Type: "phone.ring", Data: Ring{Call: "C1", From: Party{Number: "102"}}})
	x := <-got
	var m struct {
		Type string
		Data Ring
	}
	if err := json.Unmarshal(anna.read(t, x.body), &m); err != nil || m.Type != "phone.ring" || m.Data.Call != "C1" || m.Data.From.Number != "102" {
		t.Errorf("pushed was %+v, %v", m, err)
	}
	if h := x.head; h.Get("Ttl") != "30" || h.Get("Urgency") != "high" || h.Get("Topic") != "C1" || h.Get("Content-Encoding") != "aes128gcm" || !strings.HasPrefix(h.Get("Authorization"), "vapid t=") {
		t.Errorf("with %v", h)
	}
	if c := vouched(t, x.head.Get("Authorization"), key); c.Sub != "mailto:pbx@example.net" || c.Aud != service.URL || time.Until(time.Unix(c.Exp, 0)) > 24*time.Hour {
		t.Errorf("it claims %+v", c)
	}

	status <- http.StatusGone
	p.Push("101", "C2", Message{Type: "phone.ring"})
	<-got
	for end := time.Now().Add(10 * time.Second); kept.devices() != "" && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if left := kept.devices(); left != "" {
		t.Errorf("kept are %q", left)
	}
	contact = ""
	if p.Key() != "" || p.Subscribe(t.Context(), "101", "page-of-anna", anna.endpoint("https://push.example.net/")) == nil {
		t.Error("it pushes without a contact")
	}
}

// An endpoint leads to the internet, by what it says and by where its name leads;
// of a person only so many are kept.
func TestPushEndpoints(t *testing.T) {
	kept := &shelf{}
	p, err := NewPusher(t.TempDir(), kept, func() string { return "mailto:x@example.net" }, hclog.NewNullLogger())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	good := newPage(t)
	for _, url := range []string{
		"http://push.example.net/1", "https://127.0.0.1/1", "https://[::1]/1", "https://10.1.2.3/", "https://192.168.1.1/", "https://169.254.169.254/latest",
		"https://100.64.0.1/", "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://0.0.0.0/", "https://me@push.example.net/", "https:///1", "push", "",
	} {
		var refusal BadEndpoint
		if err := p.Subscribe(t.Context(), "101", "page-of-anna", good.endpoint(url)); !errors.As(err, &refusal) {
			t.Errorf("%s: %v", url, err)
		}
	}
	bad := good.endpoint("https://push.example.net/1")
	bad.Keys.P256dh = base64.RawURLEncoding.EncodeToString(make([]byte, 65))
	short := good.endpoint("https://push.example.net/1")
	short.Keys.Auth = "AAAA"
	for _, e := range []Endpoint{bad, short, {Endpoint: "https://push.example.net/1"}} {
		if err := p.Subscribe(t.Context(), "101", "page-of-anna", e); err == nil {
			t.Errorf("%+v", e)
		}
	}
	if err := p.Subscribe(t.Context(), "101", "../..", good.endpoint("https://push.example.net/1")); err == nil {
		t.Error("a device that is none")
	}
	for i := range 10 {
		n := string(rune('0' + i))
		if err := p.Subscribe(t.Context(), "101", "page-number-"+n, good.endpoint("https://push.example.net/"+n)); err != nil {
			t.Fatal(err)
		}
	}
	if got := kept.devices(); strings.Count(got, "page") != maxPersonal || strings.Contains(got, "number-1") || !strings.Contains(got, "number-9") {
		t.Errorf("kept are %s", got)
	}
	if err := p.Unsubscribe(t.Context(), "101", "page-number-9"); err != nil || strings.Contains(kept.devices(), "number-9") {
		t.Errorf("kept are %s, %v", kept.devices(), err)
	}
	// Who signs in after them in a browser has its pushes.
	if err := p.Subscribe(t.Context(), "102", "page-of-ben", good.endpoint("https://push.example.net/8")); err != nil {
		t.Fatal(err)
	}
	if got := kept.devices(); strings.Contains(got, "number-8") || !strings.Contains(got, "page-of-ben") || !p.Wakes("102") || p.Wakes("103") {
		t.Errorf("kept are %s", got)
	}
	// A name that leads home.
	service := httptest.NewTLSServer(http.NotFoundHandler())
	defer service.Close()
	if _, err := p.client.Get(service.URL); err == nil || !strings.Contains(err.Error(), "not on the internet") {
		t.Errorf("it asks its own network: %v", err)
	}
}
