package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"github.com/plugboard/plugboard/core/subnet"
)

// Admin is who signs in as the admin of the switch. All others are the numbers of extensions.
const Admin = "admin"

// The bounds of a password, in characters and in bytes. There is no rule
// about what is in it (NIST SP 800-63B, section 5.1.1.2).
const (
	MinPassword = 10
	maxPassword = 256
)

// InvitationTime is for how long an invitation holds.
const InvitationTime = 7 * 24 * time.Hour

// Failures that the caller tells apart.
var (
	// ErrWrong: there is nobody of this name, or they have another password, or none.
	ErrWrong = errors.New("the name or the password is wrong")
	// ErrInvitation: the code is none, was used, or is too old.
	ErrInvitation = errors.New("this invitation is not valid any more: ask for a new one")
	// ErrUnknown: no extension has this number.
	ErrUnknown = errors.New("no extension has this number")
)

// Wait is the error of a try that comes too soon after others that failed.
type Wait time.Duration

// Error implements error.
func (w Wait) Error() string {
	return fmt.Sprintf("there were too many wrong passwords: try again in %s", time.Duration(w).Round(time.Second))
}

// BadPassword is the error of a password that cannot be one; it says why.
type BadPassword string

// Error implements error.
func (b BadPassword) Error() string { return string(b) }

// Account is what is kept of somebody.
type Account struct {
	Hash string // of the password, "" if there is none
	// Since tells one password from the next; sessions carry it.
	Since time.Time
	// Invitation is the SHA-256 of the code, in hex; "" if there is none.
	Invitation string
	Until      time.Time // of the invitation
}

// Store keeps accounts and sessions.
type Store interface {
	// Accounts are all that are kept, by [Admin] or number.
	Accounts(ctx context.Context) (map[string]Account, error)
	// PutAccount keeps one. It returns when it is on the disk.
	PutAccount(ctx context.Context, who string, a Account) error

	// Session is what was put under a key. found is false if there is nothing, or
	// it has expired.
	Session(ctx context.Context, key string) (data []byte, found bool, err error)
	PutSession(ctx context.Context, key string, data []byte, expires time.Time) error
	// DropSession is no error if there is none.
	DropSession(ctx context.Context, key string) error
}

// Session is what a session says of itself.
type Session struct {
	Who   string
	Since time.Time // [Account].Since at its beginning
}

// Desk checks who comes. It is safe for use by many goroutines.
type Desk struct {
	exists func(number string) bool
	store  Store

	cost    *argon2id.Params
	nobody  func() (hash string, err error) // of who is not there
	hashing chan struct{}                   // hashes at one time: each needs 19 MiB

	mu       sync.Mutex
	accounts map[string]Account
	tries    tries
}

// New makes a desk. exists says whether an extension of the configuration in
// force has a number, and people may sign in as it.
func New(ctx context.Context, store Store, exists func(number string) bool) (*Desk, error) {
	// Some 30 ms (OWASP's second choice).
	return newDesk(ctx, store, exists, &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32})
}

func newDesk(ctx context.Context, store Store, exists func(string) bool, cost *argon2id.Params) (*Desk, error) {
	accounts, err := store.Accounts(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading who may sign in: %w", err)
	}
	return &Desk{
		exists: exists, store: store, cost: cost, accounts: accounts,
		nobody:  sync.OnceValues(func() (string, error) { return argon2id.CreateHash(rand.Text(), cost) }),
		hashing: make(chan struct{}, 2), tries: tries{},
	}, nil
}

// SignIn checks a password that comes from an address. The error is [ErrWrong], a
// [Wait], or the context's.
func (d *Desk) SignIn(ctx context.Context, who, password string, from netip.Addr) (Session, error) {
	places := d.places(who, from)
	if err := d.try(places); err != nil {
		return Session{}, err
	}
	account, known := d.account(who)
	hash := account.Hash
	if !known || hash == "" || len(password) > maxPassword {
		nobody, err := d.nobody()
		if err != nil {
			return Session{}, fmt.Errorf("hashing: %w", err)
		}
		known, hash, password = false, nobody, "x"
	}
	same, err := d.compare(ctx, password, hash)
	switch {
	case err != nil:
		return Session{}, err
	case !same || !known:
		return Session{}, ErrWrong
	}
	d.forgive(places)
	return Session{Who: who, Since: account.Since}, nil
}

// Change gives somebody who is signed in another password. The sessions of the
// old one are over; the new session's facts are returned.
func (d *Desk) Change(ctx context.Context, s Session, old, password string, from netip.Addr) (Session, error) {
	if err := check(password); err != nil {
		return Session{}, err
	}
	if _, err := d.SignIn(ctx, s.Who, old, from); err != nil {
		return Session{}, err
	}
	return d.set(ctx, s.Who, password)
}

// Valid reports whether a session may go on: its password is still the one in
// force, and its extension is there.
func (d *Desk) Valid(s Session) bool {
	account, known := d.account(s.Who)
	return known && account.Hash != "" && account.Since.Equal(s.Since)
}

// HasPassword reports whether somebody can sign in.
func (d *Desk) HasPassword(who string) bool {
	account, known := d.account(who)
	return known && account.Hash != ""
}

// Invite makes an invitation for somebody; one that was made before holds no
// more. Their password, if there is one, holds until the invitation is taken up.
func (d *Desk) Invite(ctx context.Context, who string) (code string, until time.Time, err error) {
	account, known := d.account(who)
	if !known {
		return "", time.Time{}, ErrUnknown
	}
	var secret [20]byte
	rand.Read(secret[:]) // never fails, by its documentation
	code = strings.ToLower(base32.StdEncoding.EncodeToString(secret[:]))
	account.Invitation, account.Until = digest(code), time.Now().Add(InvitationTime)
	if err := d.put(ctx, who, account); err != nil {
		return "", time.Time{}, err
	}
	return code, account.Until, nil
}

// Invited is whom an invitation is for. The error is [ErrInvitation] or a [Wait].
func (d *Desk) Invited(code string, from netip.Addr) (who string, err error) {
	places := []place{{addr: subnet.Of(from)}}
	if err := d.try(places); err != nil {
		return "", err
	}
	hash := digest(strings.ToLower(strings.TrimSpace(code)))
	d.mu.Lock()
	for name, a := range d.accounts {
		if a.Invitation == hash && time.Now().Before(a.Until) {
			who = name
		}
	}
	d.mu.Unlock()
	if who == "" || who != Admin && !d.exists(who) {
		return "", ErrInvitation
	}
	d.forgive(places)
	return who, nil
}

// Redeem takes up an invitation: who holds it chooses a password, and is signed in.
func (d *Desk) Redeem(ctx context.Context, code, password string, from netip.Addr) (Session, error) {
	if err := check(password); err != nil {
		return Session{}, err
	}
	who, err := d.Invited(code, from)
	if err != nil {
		return Session{}, err
	}
	return d.set(ctx, who, password)
}

// check is nil for a password that may be one.
func check(password string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return BadPassword(fmt.Sprintf("a password needs %d characters at least; this one has %d", MinPassword, n))
	case len(password) > maxPassword:
		return BadPassword(fmt.Sprintf("a password has at most %d bytes; this one has %d", maxPassword, len(password)))
	}
	return nil
}

// set keeps a password, which uses up an invitation.
func (d *Desk) set(ctx context.Context, who, password string) (Session, error) {
	if err := d.enter(ctx); err != nil {
		return Session{}, err
	}
	hash, err := argon2id.CreateHash(password, d.cost)
	<-d.hashing
	if err != nil {
		return Session{}, fmt.Errorf("hashing the password: %w", err)
	}
	// What the database keeps is whole microseconds.
	account := Account{Hash: hash, Since: time.Now().UTC().Truncate(time.Microsecond)}
	if err := d.put(ctx, who, account); err != nil {
		return Session{}, err
	}
	return Session{Who: who, Since: account.Since}, nil
}

func (d *Desk) put(ctx context.Context, who string, a Account) error {
	if err := d.store.PutAccount(ctx, who, a); err != nil {
		return fmt.Errorf("keeping how %s signs in: %w", who, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.accounts[who] = a
	return nil
}

// account is somebody's, and whether there is somebody of that name.
func (d *Desk) account(who string) (a Account, known bool) {
	d.mu.Lock()
	a = d.accounts[who]
	d.mu.Unlock()
	return a, who == Admin || d.exists(who)
}

func (d *Desk) compare(ctx context.Context, password, hash string) (bool, error) {
	if err := d.enter(ctx); err != nil {
		return false, err
	}
	defer func() { <-d.hashing }()
	return argon2id.ComparePasswordAndHash(password, hash)
}

// enter waits for a turn to hash.
func (d *Desk) enter(ctx context.Context) error {
	select {
	case d.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func digest(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}
