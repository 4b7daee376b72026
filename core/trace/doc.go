// Package trace keeps one call's story and draws it: every SIP message that
// was sent or received for it, and notes of what the switch did meanwhile.
//
// A [Book] holds the stories of the live calls and of the last finished ones
// in bounded memory. Secrets are taken out before anything is kept: the digest
// responses of (Proxy-)Authorization, other credentials whole, and the SRTP
// and ICE keys of session descriptions. A trace may be mailed to a provider.
//
// [Render] draws entries as the ladder diagram of the field, one column for
// each party:
//
//	      101                plugboard                102
//	       │                     │                     │
//	0.000  │────── INVITE (sdp) ▶│                     │
//
// The same renderer draws the goldens of the tests on in-memory networks,
// which leave out the times.
package trace
