package call

import (
	"crypto/rand"
	"time"
)

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewID makes a call's id: 26 characters of Crockford's base 32 (a ULID), 48
// bits of time in ms and 80 random bits. Ids sort by the time they were made
// (not within one ms) and cannot be guessed.
func NewID() string {
	var raw [16]byte
	ms := uint64(time.Now().UnixMilli())
	for i := range 6 {
		raw[i] = byte(ms >> (40 - 8*i))
	}
	rand.Read(raw[6:]) // never fails, by its documentation

	// 128 bits in 26 digits of 5 bits: the first holds the top 3.
	var id [26]byte
	var acc, bits uint
	bits = 2 // leading zeros, so that 130 bits are 26 digits
	n := 0
	for _, b := range raw {
		acc = acc<<8 | uint(b)
		bits += 8
		for bits >= 5 {
			bits -= 5
			id[n] = crockford[acc>>bits&31]
			n++
		}
	}
	return string(id[:])
}
