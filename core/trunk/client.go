package trunk

import (
	"context"
	"errors"
	"time"

	"github.com/plugboard/plugboard/core/sip/auth"
)

// ErrSilent says that a request was sent and nothing final came back in time.
var ErrSilent = errors.New("no answer")

// Client asks a far side something outside of any call; core/sip does. Its
// methods are safe for concurrent use.
type Client interface {
	// Ask sends a request and waits for the final answer, also to the
	// challenges that come first. The errors are [ErrSilent] for one that does
	// not come while ctx lasts, and others for a request that cannot be sent.
	Ask(ctx context.Context, q Request) (Answer, error)
}

// Request is a REGISTER or an OPTIONS.
type Request struct {
	Method string
	To     Target
	Host   string // whom the certificate of a TLS connection must name
	URI    string // the Request-URI: "sip:sip.example.net"
	// AoR is the URI of both From and To: "sip:1234567@sip.example.net".
	AoR string
	// Contact is the user part of our Contact, "": there is none.
	Contact string
	// Expires are the seconds that a REGISTER asks for; 0 takes the Contact away.
	Expires int
	CallID  string
	// Seq is the number of the first CSeq; the answer tells the last.
	Seq uint32
	// Credentials answer challenges; nil: nothing does.
	Credentials *auth.Client
}

// Answer is the final one.
type Answer struct {
	Status int
	Reason string // its phrase
	Seq    uint32 // the CSeq that it answers
	// Contacts are those of the answer: what is registered, or where a
	// redirect leads.
	Contacts []Contact
	// Expires and MinExpires are headers in seconds, -1 if there are none.
	Expires, MinExpires int
	RetryAfter          time.Duration // 0: it does not say
	// Denied is why a 401 or 407 is the end of it: auth.ErrRefused, or that the
	// challenge cannot be answered.
	Denied error
	// Sent is the host and port of our Contact in the request, Self what they
	// would be in the next one: the answer may show that the far side sees
	// us elsewhere (RFC 3581).
	Sent, Self string
	// Conn names the connection that it came over, "" over UDP. The far side
	// may reach us over that alone.
	Conn string
}

// Contact is one of an answer.
type Contact struct {
	User    string
	Peer    Peer
	Expires int // seconds, -1: not said
}
