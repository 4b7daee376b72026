// Package dtls agrees on SRTP keys by a DTLS handshake in the media's own
// packets (DTLS-SRTP, RFC 5763 and RFC 5764), on pion/dtls.
//
// The handshake runs beside the tick. The audio goroutine tells its datagrams
// by their first byte ([Is]), hands them over with [Association.Feed], which
// never waits, and looks for [Association.Keys] when it needs them:
//
//	socket ─▶ Gather ─ Feed ─▶ queue ─▶ handshake ─▶ Keys ─▶ srtp
//	socket ◀──────────────────────────── Config.Send
//
// Who the far side is, its description says: the fingerprint of its
// certificate. Ours is made anew for each process and never leaves it.
package dtls

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/logging"

	"github.com/plugboard/plugboard/sdk/media/srtp"
)

// Is says that a datagram is one of DTLS, by its first byte (RFC 7983, 7).
func Is(b []byte) bool { return len(b) > 0 && b[0] >= 20 && b[0] <= 63 }

// Identity is a certificate with its key.
type Identity struct {
	certificate tls.Certificate
	fingerprint string
}

// NewIdentity makes a key (ECDSA, P-256) and signs a certificate that says
// nothing with it.
func NewIdentity() (*Identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("dtls: no key: %w", err)
	}
	now := time.Now()
	c := &x509.Certificate{
		SerialNumber: new(big.Int).SetUint64(uint64(now.UnixNano())),
		Subject:      pkix.Name{CommonName: "media"},
		NotBefore:    now.AddDate(0, 0, -1), // clocks differ
		NotAfter:     now.AddDate(1, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("dtls: no certificate: %w", err)
	}
	sum := sha256.Sum256(der)
	return &Identity{
		certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key},
		fingerprint: "sha-256 " + colons(sum[:]),
	}, nil
}

// Fingerprint is the certificate's, as a=fingerprint writes it (RFC 8122, 5).
func (i *Identity) Fingerprint() string { return i.fingerprint }

func colons(sum []byte) string {
	return strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":")
}

// ErrFingerprint: the far side's certificate is not that of its description.
var ErrFingerprint = errors.New("dtls: the certificate is not the one that the description announces")

// check compares a certificate with what a description announced.
func check(der []byte, announced []string) error {
	for _, a := range announced {
		name, want, _ := strings.Cut(a, " ")
		var got string
		switch strings.ToLower(name) {
		case "sha-1":
			sum := sha1.Sum(der)
			got = colons(sum[:])
		case "sha-256":
			sum := sha256.Sum256(der)
			got = colons(sum[:])
		case "sha-384":
			sum := sha512.Sum384(der)
			got = colons(sum[:])
		case "sha-512":
			sum := sha512.Sum512(der)
			got = colons(sum[:])
		default:
			continue // MD5 and MD2 prove nothing
		}
		if strings.EqualFold(got, want) {
			return nil
		}
	}
	return ErrFingerprint
}

// Config is what an association begins with.
type Config struct {
	// Active begins the handshake (a=setup:active); else the far side does.
	Active bool
	// Fingerprints of the far side, "sha-256 AB:CD…": one must fit.
	Fingerprints []string
	// Ready is closed when there is a way to the far side, where one is looked for
	// first (ICE): the handshake begins then. Nil: at once.
	Ready <-chan struct{}
	// Send sends a datagram to the far side. It is called on the
	// association's own goroutines.
	Send func(b []byte)
	// Done is told once the keys are there, or why they never will be, on
	// the association's own goroutine. It may be nil.
	Done func(error)
}

// Bounds of a handshake.
const (
	// patience is how long it may take.
	patience = 20 * time.Second
	// again is how long a lost flight is waited for at first; it doubles.
	again = 200 * time.Millisecond
	// linger is how long repetitions of the far side's last flight are
	// answered. After that the association costs nothing any more.
	linger = 10 * time.Second
	// waiting is how many datagrams wait at most.
	waiting = 16
)

// Keys are the outcome: one direction each.
type Keys struct {
	Send, Receive srtp.Key
}

// Association is one handshake and what comes of it.
type Association struct {
	link   *link
	keys   atomic.Pointer[Keys]
	failed atomic.Pointer[error]
	cancel context.CancelFunc
	over   chan struct{}
}

// Start begins an association. It ends by Close.
func (i *Identity) Start(c Config) *Association {
	ctx, cancel := context.WithCancel(context.Background())
	a := &Association{link: newLink(c.Send), cancel: cancel, over: make(chan struct{})}
	go func() {
		defer close(a.over)
		a.run(ctx, i, c)
	}()
	return a
}

// Feed takes a datagram of the far side. It copies, and never waits: what is
// too much is lost, and repeated by the far side.
func (a *Association) Feed(b []byte) { a.link.feed(b) }

// Keys are nil until the handshake is over.
func (a *Association) Keys() *Keys { return a.keys.Load() }

// Err says why there will never be keys; nil while there is hope.
func (a *Association) Err() error {
	if e := a.failed.Load(); e != nil {
		return *e
	}
	return nil
}

// Close ends the association without a word to the far side, and waits for its
// goroutines. Closing twice is fine.
func (a *Association) Close() {
	a.link.shut()
	a.cancel()
	<-a.over
}

// run makes the handshake and waits until nothing is owed to the far side.
func (a *Association) run(ctx context.Context, i *Identity, c Config) {
	if c.Ready != nil {
		select {
		case <-c.Ready:
		case <-ctx.Done():
			return
		}
	}
	conn, keys, err := a.handshake(ctx, i, c)
	if err == nil {
		a.keys.Store(keys)
	} else if ctx.Err() == nil {
		a.failed.Store(&err)
	}
	if c.Done != nil && ctx.Err() == nil {
		c.Done(err)
	}
	if conn == nil {
		return
	}
	if err == nil {
		end := time.NewTimer(linger)
		defer end.Stop()
		select {
		case <-ctx.Done():
		case <-end.C:
		}
		// Not a word more: an alert would end the far side's call.
		a.link.shut()
	}
	_ = conn.Close()
	a.link.shut()
}

// profiles are the SRTP suites that are offered and taken, best first.
var profiles = map[dtls.SRTPProtectionProfile]srtp.Suite{
	dtls.SRTP_AEAD_AES_128_GCM:       srtp.AES128GCM,
	dtls.SRTP_AEAD_AES_256_GCM:       srtp.AES256GCM,
	dtls.SRTP_AES128_CM_HMAC_SHA1_80: srtp.AES128SHA80,
	dtls.SRTP_AES128_CM_HMAC_SHA1_32: srtp.AES128SHA32,
}

func (a *Association) handshake(ctx context.Context, i *Identity, c Config) (*dtls.Conn, *Keys, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	verify := func(raw [][]byte, _ [][]*x509.Certificate) error {
		if len(raw) == 0 {
			return ErrFingerprint
		}
		return check(raw[0], c.Fingerprints)
	}
	quiet := logging.NewDefaultLoggerFactory()
	quiet.DefaultLogLevel = logging.LogLevelDisabled
	options := []dtls.Option{
		dtls.WithCertificates(i.certificate),
		dtls.WithSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AEAD_AES_256_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80, dtls.SRTP_AES128_CM_HMAC_SHA1_32),
		dtls.WithExtendedMasterSecret(dtls.RequestExtendedMasterSecret),
		dtls.WithInsecureSkipVerify(true), // the fingerprint is what is verified
		dtls.WithVerifyPeerCertificate(verify),
		dtls.WithFlightInterval(again),
		dtls.WithLoggerFactory(quiet),
	}
	var conn *dtls.Conn
	var err error
	if c.Active {
		var all []dtls.ClientOption
		for _, o := range options {
			all = append(all, o)
		}
		conn, err = dtls.ClientWithOptions(a.link, a.link.LocalAddr(), all...)
	} else {
		all := []dtls.ServerOption{dtls.WithClientAuth(dtls.RequireAnyClientCert), dtls.WithInsecureSkipVerifyHello(true)}
		for _, o := range options {
			all = append(all, o)
		}
		conn, err = dtls.ServerWithOptions(a.link, a.link.LocalAddr(), all...)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("dtls: %w", err)
	}
	if err := conn.HandshakeContext(ctx); err != nil {
		if ctx.Err() == context.DeadlineExceeded {
			err = fmt.Errorf("no end after %v; %s", patience, a.link.heard())
		}
		return conn, nil, fmt.Errorf("dtls: the handshake failed: %w", err)
	}
	keys, err := export(conn, c.Active)
	return conn, keys, err
}

// export takes the keys from a handshake (RFC 5764, 4.2): client's key, server's
// key, client's salt, server's salt.
func export(conn *dtls.Conn, client bool) (*Keys, error) {
	p, ok := conn.SelectedSRTPProtectionProfile()
	suite := profiles[p]
	if !ok || suite == srtp.None {
		return nil, errors.New("dtls: the far side agrees on no SRTP profile")
	}
	state, ok := conn.ConnectionState()
	if !ok {
		return nil, errors.New("dtls: no state after the handshake")
	}
	k, s := suite.KeySize(), suite.SaltSize()
	b, err := state.ExportKeyingMaterial("EXTRACTOR-dtls_srtp", nil, 2*(k+s))
	if err != nil {
		return nil, fmt.Errorf("dtls: %w", err)
	}
	ours := srtp.Key{Suite: suite, Master: b[:k], Salt: b[2*k : 2*k+s]}
	theirs := srtp.Key{Suite: suite, Master: b[k : 2*k], Salt: b[2*k+s:]}
	if !client {
		ours, theirs = theirs, ours
	}
	return &Keys{Send: ours, Receive: theirs}, nil
}
