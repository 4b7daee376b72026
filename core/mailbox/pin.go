package mailbox

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/host"
)

const (
	// Tries is how many wrong PINs in a row lock a mailbox, for LockTime.
	Tries    = 5
	LockTime = 15 * time.Minute
	// A PIN that is set by phone has so many digits.
	minPIN, maxPIN = 4, 10
)

// hashed is a PIN as it is kept: Argon2id (RFC 9106) with 19 MiB in two passes,
// written as its reference program does. One of "" is "".
func hashed(pin string) string {
	if pin == "" {
		return ""
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // it never fails
	return form + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(key(pin, salt))
}

const form = "$argon2id$v=19$m=19456,t=2,p=1$"

func key(pin string, salt []byte) []byte { return argon2.IDKey([]byte(pin), salt, 2, 19456, 1, 32) }

// matches says whether a PIN is that of a hash.
func matches(hash, pin string) bool {
	if hash == "" || pin == "" {
		return hash == pin
	}
	rest, ok := strings.CutPrefix(hash, form)
	salt, sum, _ := strings.Cut(rest, "$")
	s, err := base64.RawStdEncoding.DecodeString(salt)
	k, err2 := base64.RawStdEncoding.DecodeString(sum)
	return ok && err == nil && err2 == nil && subtle.ConstantTimeCompare(k, key(pin, s)) == 1
}

// withState lends what was set and tried at a mailbox, to one at a time.
func (b *Boxes) withState(ctx context.Context, box string, f func(*store.MailboxState) error) error {
	select {
	case b.pins <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-b.pins }()
	s, known := b.states[box]
	if !known {
		var err error
		if s, err = b.opt.Store.MailboxState(ctx, box); err != nil {
			return err
		}
	}
	defer func() { b.states[box] = s }()
	return f(&s)
}

// unlock checks a PIN that a caller told.
func (l *Loan) unlock(ctx context.Context, pin string) error {
	log := l.b.opt.Log.With("mailbox", l.box.Name, "call", l.Call, "from", l.From)
	return l.b.withState(ctx, l.box.Name, func(s *store.MailboxState) error {
		now := time.Now()
		if s.PIN != "" && !matches(s.InsteadOf, l.box.PIN) {
			log.Info("the configuration has another PIN: the one that was set by phone is forgotten")
			*s = store.MailboxState{}
		}
		before := *s
		switch {
		case s.Locked != nil && now.Before(*s.Locked):
			return host.ErrLocked
		case s.PIN == "" && l.box.PIN == "":
			if !l.ownPhone() {
				return fmt.Errorf("%w: it has no PIN, so it opens to its own phones alone", host.ErrShut)
			}
			return nil
		case s.PIN != "" && pin != "" && matches(s.PIN, pin),
			s.PIN == "" && subtle.ConstantTimeCompare([]byte(pin), []byte(l.box.PIN)) == 1:
			s.Wrong, s.Locked = 0, nil
			if before.Wrong != 0 || before.Locked != nil {
				l.keep(ctx, s)
			}
			return nil
		}
		if s.Wrong, s.Locked = s.Wrong+1, nil; s.Wrong >= Tries {
			until := now.Add(LockTime).UTC()
			s.Wrong, s.Locked = 0, &until
			log.Warn("too many wrong PINs: the mailbox is locked", "until", until)
		}
		l.keep(ctx, s)
		if s.Locked != nil {
			return host.ErrLocked
		}
		return fmt.Errorf("%w: %d more tries", host.ErrPIN, Tries-s.Wrong)
	})
}

// keep writes what was tried. A database that does not take it is told; it holds
// for this run.
func (l *Loan) keep(ctx context.Context, s *store.MailboxState) {
	if err := l.b.opt.Store.SetMailboxState(ctx, l.box.Name, *s); err != nil {
		l.b.opt.Log.Error("what was tried at a mailbox is forgotten at the next start", "mailbox", l.box.Name, "error", err)
	}
}

// setPIN gives the mailbox another.
func (l *Loan) setPIN(ctx context.Context, pin string) error {
	if len(pin) < minPIN || len(pin) > maxPIN || strings.Trim(pin, "0123456789") != "" {
		return fmt.Errorf("%w: one that is set by phone has %d to %d digits", host.ErrPIN, minPIN, maxPIN)
	}
	return l.b.withState(ctx, l.box.Name, func(s *store.MailboxState) error {
		next := store.MailboxState{PIN: hashed(pin), InsteadOf: hashed(l.box.PIN)}
		if err := l.b.opt.Store.SetMailboxState(ctx, l.box.Name, next); err != nil {
			return err
		}
		*s = next
		l.b.opt.Log.Info("the PIN of a mailbox was changed by phone", "mailbox", l.box.Name, "call", l.Call, "from", l.From)
		return nil
	})
}
