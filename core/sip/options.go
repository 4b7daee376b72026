package sip

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/sip/auth"
	"github.com/plugboard/plugboard/core/trunk"
	"github.com/plugboard/plugboard/sdk/leg"
)

// Media is one leg's media: its control and its line.
type Media interface {
	leg.Media
	Line() mix.Line
	// Latest is what its counters were at a moment about a second ago. It
	// asks nobody. The zero time: not measured yet.
	Latest() (leg.Stats, time.Time)
}

// OpenMedia opens a leg's media in a plugin and returns its first description.
// tell may be called from any goroutine until Close returns.
type OpenMedia func(ctx context.Context, p leg.Params, tell func(leg.Event)) (Media, []byte, error)

// Tracer keeps the messages of calls; those of no call come with callID "". raw
// is only lent.
type Tracer interface {
	Record(callID string, sent bool, flow registrar.Flow, raw []byte)
}

// Directory says who is who. Its methods but Peer are called where messages
// are read and must not wait; all are called from many goroutines.
type Directory interface {
	// Extension finds an extension and its secret by its SIP user name.
	Extension(user string) (e *dialplan.Extension, secret string, ok bool)
	// Trunk says whose call a request from a source is, nil if no trunk's.
	Trunk(from Source) *dialplan.Trunk
	// Peer says where a trunk is reached. It may wait for names to resolve.
	Peer(ctx context.Context, t *dialplan.Trunk) (Peer, error)
	// Ours says whether a trunk calls us by a user part, and no number: it is
	// that of our registered Contact, or of our account.
	Ours(t *dialplan.Trunk, user string) bool
	// Normalize turns a number as dialled into one as routed (E.164).
	Normalize(raw string) string
	// Emergency says whether an extension that dials this calls for help.
	Emergency(raw string) bool
	// Watched is what an extension means that watches a user part by an event
	// package: [call.NotFound] if there is nothing, [call.Denied] if it may not.
	Watched(by *dialplan.Extension, event, user string) (presence.Entity, call.Cause)
	// Format turns a number as routed into one as the trunk wants it.
	Format(t *dialplan.Trunk, number string) string
}

// Source is where an INVITE came from.
type Source struct {
	Transport string // "udp", "tcp", "tls", "ws", "wss"
	Remote    netip.AddrPort
	// SentBy is the port in the topmost Via, 0 if there is none. Over TCP and TLS it
	// tells trunks of one address apart.
	SentBy int
	// User is the user part of the Request-URI.
	User string
}

// Peer is where a trunk is reached.
type Peer struct {
	Transport string // "udp", "tcp", "tls"
	Addr      netip.AddrPort
	// Host is what the trunk's URIs name: "sip.example.net" or
	// "192.0.2.1:5070". Over TLS the far side's certificate must be for it.
	Host string
	// Then are further places where it may be, to be tried in this order.
	Then []trunk.Target
	// Credentials answer its challenges; nil: it knows us otherwise. With
	// them, From names its domain: the account is there.
	Credentials *auth.Client
}

// Settings are what a reload of the configuration can change. One value of them
// never changes: others take its place.
type Settings struct {
	Domain    string // of our URIs
	UserAgent string // "": none is sent
	// Codecs that may be used, the most preferred first.
	Codecs []string
	// Encryption of the media: "off" (also ""), "optional", "required".
	Encryption string
	// Symmetric: see [leg.Params]. A leg keeps what it began with.
	Symmetric bool
	// Digest challenges in the realm of the domain.
	Digest *auth.Digest
	// Certificate is what is shown over TLS, nil where there is none.
	Certificate *tls.Certificate
}

// Options configure a [Server]. One socket is needed, and all
// other fields but Roots, DialStream, Seen, OpenWebMedia, Lamps, Trace and Log.
type Options struct {
	// Sockets are what it listens on from the beginning. New takes them over;
	// Close closes them.
	Sockets []Socket
	// Roots vouch for the certificates of trunks; nil: the system's.
	Roots *x509.CertPool
	// DialStream opens a TCP connection; nil: from the host's network.
	DialStream func(ctx context.Context, remote netip.AddrPort) (net.Conn, error)
	// Advertise is our address as a far side reaches it.
	Advertise func(remote netip.Addr) Self
	// Seen is told where a trunk sees us, when it is learned and when it
	// changes. It must not wait. Nil: nobody wants to know.
	Seen func(t *dialplan.Trunk, at netip.AddrPort)

	// Settings are those in force. They are asked for wherever they are
	// needed, and never nil.
	Settings func() *Settings

	Registrar *registrar.Registrar
	Directory Directory
	// Incoming takes a call, and returns the inbox for news of the caller. It
	// must not wait.
	Incoming  func(call.Incoming) call.Inbox
	OpenMedia OpenMedia
	// OpenWebMedia is OpenMedia for far sides that speak WebRTC (RFC 8827): those that
	// offer it, and those that are reached over a WebSocket. Nil: there is none, and they
	// are told so.
	OpenWebMedia OpenMedia
	// Lamps is told of the calls of extensions, and tells those who have
	// subscribed. Nil: the server has one of its own.
	Lamps *presence.Board
	Trace Tracer
	Log   hclog.Logger
}
