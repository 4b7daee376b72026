package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"sync"
	"time"
)

// nonceID is what a nonce carries: when it was made, in nanoseconds of Unix
// time, and random bits.
type nonceID struct {
	made   int64
	random uint64
}

// age returns how old the nonce is.
func (id nonceID) age(now time.Time) time.Duration {
	return time.Duration(now.UnixNano() - id.made)
}

const (
	macSize   = 16
	nonceSize = 16 + macSize
)

// mint makes nonces and knows its own. A nonce is base64url of 8 bytes time,
// 8 bytes random and 16 bytes of HMAC-SHA-256 over these and the realm.
type mint struct {
	macs  sync.Pool // of hash.Hash, keyed: setting up an HMAC costs as much as using it
	realm []byte
}

func newMint(realm string) mint {
	key := make([]byte, sha256.Size)
	rand.Read(key) // never fails: crypto/rand ends the program instead
	return mint{
		macs:  sync.Pool{New: func() any { return hmac.New(sha256.New, key) }},
		realm: []byte(realm),
	}
}

// issue returns a new nonce.
func (m *mint) issue(now time.Time) string {
	var raw [nonceSize]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(now.UnixNano()))
	rand.Read(raw[8:16])
	m.mac(raw[16:], raw[:16])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// open returns what is in a nonce, and whether it is one of this mint.
func (m *mint) open(nonce string) (nonceID, bool) {
	var raw [nonceSize]byte
	if len(nonce) != base64.RawURLEncoding.EncodedLen(nonceSize) {
		return nonceID{}, false
	}
	// Strict: each nonce has one spelling.
	n, err := base64.RawURLEncoding.Strict().Decode(raw[:], []byte(nonce))
	if err != nil || n != nonceSize {
		return nonceID{}, false
	}
	var mac [macSize]byte
	m.mac(mac[:], raw[:16])
	return nonceID{
		made:   int64(binary.BigEndian.Uint64(raw[:8])),
		random: binary.BigEndian.Uint64(raw[8:16]),
	}, hmac.Equal(mac[:], raw[16:])
}

// mac writes the MAC of data and realm to dst.
func (m *mint) mac(dst, data []byte) {
	h := m.macs.Get().(hash.Hash)
	h.Reset()
	h.Write(data)
	h.Write(m.realm)
	var sum [sha256.Size]byte
	copy(dst, h.Sum(sum[:0]))
	m.macs.Put(h)
}

// maxUsed is how many nonces in use are remembered, about 5 MB at most. At 1,000 requests a
// second, each with a nonce of its own, it is about a minute; beyond that
// phones that keep a nonce are told once more that it is stale.
const maxUsed = 1 << 16

// used remembers which nonce counts have been taken.
type used struct {
	mu     sync.Mutex
	counts map[nonceID]window
	// order holds the nonces as they came in, to forget the first first: a
	// ring that grows up to max.
	order []nonceID
	next  int
	max   int
	// horizon is when the youngest forgotten nonce was made.
	horizon int64
}

func newUsed(max int) used {
	return used{counts: make(map[nonceID]window), max: max}
}

// take marks a nonce count as used. It returns false if it was used before, or
// if that cannot be known any more.
func (u *used) take(id nonceID, count uint32) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	w, known := u.counts[id]
	if !known && id.made <= u.horizon {
		return false
	}
	if !w.take(count) {
		return false
	}
	if !known {
		u.remember(id)
	}
	u.counts[id] = w
	return true
}

// remember puts a nonce in order, and forgets the oldest if there are too many.
func (u *used) remember(id nonceID) {
	if len(u.order) < u.max {
		u.order = append(u.order, id)
		return
	}
	old := u.order[u.next]
	delete(u.counts, old)
	u.horizon = max(u.horizon, old.made)
	u.order[u.next] = id
	u.next = (u.next + 1) % len(u.order)
}

// window is a set of nonce counts: the highest, and which of the 63 below it
// are taken (bit n is highest-n). What lies further below counts as taken.
type window struct {
	highest uint32
	taken   uint64
}

// take adds a count, false if it was there.
func (w *window) take(count uint32) bool {
	switch {
	case count > w.highest:
		w.taken = w.taken<<(count-w.highest) | 1 // a shift by 64 or more gives 0
		w.highest = count
		return true
	case w.highest-count >= 64:
		return false
	default:
		bit := uint64(1) << (w.highest - count)
		if w.taken&bit != 0 {
			return false
		}
		w.taken |= bit
		return true
	}
}
