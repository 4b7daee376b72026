package sdp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/srtp"
)

// Encryption is how much of it a session wants.
type Encryption int

// The wishes. Optional takes and offers SRTP beside plain RTP, in the same
// line (RFC 8643); Required speaks SRTP or nothing.
const (
	Off Encryption = iota
	Optional
	Required
)

// EncryptionNamed reads "off" (also ""), "optional" and "required".
func EncryptionNamed(s string) (Encryption, error) {
	switch s {
	case "", "off":
		return Off, nil
	case "optional":
		return Optional, nil
	case "required":
		return Required, nil
	}
	return Off, fmt.Errorf("encryption is %q; there are off, optional and required", s)
}

// Protection is how packets are protected.
type Protection int

// The protections.
const (
	Plain Protection = iota
	// Undecided: keys were offered, and only the answer tells whether they
	// are used. Nothing that comes before it can be understood.
	Undecided
	SDES // RFC 4568
	DTLS // RFC 5763
)

// Security is what was agreed on the protection of packets.
type Security struct {
	Protection Protection
	// SDES: the key of each direction.
	Send, Receive srtp.Key
	// DTLS: the far side's certificate is one of these, as "sha-256 AB:CD…".
	Fingerprints []string
	// DTLS: this side begins the handshake (a=setup:active).
	Active bool
}

// security is what an exchange leaves behind for the next.
type security struct {
	Security
	offered []crypto // of our last offer
}

// offerSuites are the suites that we offer, best first: AEAD costs least and
// protects most. An optional offer has the two that nearly everybody knows one
// of, so that the INVITE still fits into a datagram; a required one has all.
func (e Encryption) offerSuites() []srtp.Suite {
	switch e {
	case Optional:
		return []srtp.Suite{srtp.AES128GCM, srtp.AES128SHA80}
	case Required:
		return []srtp.Suite{srtp.AES256GCM, srtp.AES128GCM, srtp.AES256SHA80, srtp.AES128SHA80, srtp.AES128SHA32}
	case Off:
	}
	return nil
}

// transports are those that a wish allows, for errors.
func (e Encryption) transports() string {
	return [...]string{"RTP/AVP", "RTP/AVP, RTP/SAVP or UDP/TLS/RTP/SAVP", "RTP/SAVP or UDP/TLS/RTP/SAVP, with keys"}[e]
}

// browsers is the transport of browsers.
const browsers = "UDP/TLS/RTP/SAVPF"

// profile takes a transport apart: "RTP/SAVPF" is RTP, secure.
func (m *media) profile() (rtp, secure, dtls bool) {
	p, dtls := strings.CutPrefix(strings.ToUpper(m.proto), "UDP/TLS/")
	switch p {
	case "RTP/AVP", "RTP/AVPF":
		return !dtls, false, false
	case "RTP/SAVP", "RTP/SAVPF":
		return true, true, dtls
	}
	return false, false, false
}

// canDTLS says that a DTLS handshake could come about on the line.
func (s *Session) canDTLS(m *media) bool {
	return s.config.Fingerprint != "" && len(m.fingerprints) > 0 && m.setup != "holdconn"
}

// protection decides how an offered line is protected, if it can be served at
// all: the rules of RFC 8643, where plain and secure share a line.
func (s *Session) protection(m *media) (Protection, bool) {
	rtp, secure, dtls := m.profile()
	switch {
	case !rtp:
		return Plain, false
	case s.config.Agent != nil:
		return DTLS, s.canDTLS(m)
	case s.config.Encryption == Off:
		return Plain, !secure
	case dtls:
		return DTLS, s.canDTLS(m)
	case secure && len(m.cryptos) > 0:
		return SDES, true
	case s.canDTLS(m):
		return DTLS, true
	case len(m.cryptos) > 0:
		return SDES, true
	}
	return Plain, !secure && s.config.Encryption == Optional
}

// secureAnswer makes the security of an answer to a line. What the far side
// left as it was goes on as it was; where it changed its key, we change ours:
// it may have begun to count anew.
func (s *Session) secureAnswer(m *media) Security {
	old := s.security.Security
	p, _ := s.protection(m)
	switch p {
	case SDES:
		c := m.cryptos[0] // the offerer's order is its preference (RFC 4568, 7.1.2)
		if old.Protection == SDES && old.Receive.Equal(c.key) {
			return old
		}
		return Security{Protection: SDES, Send: srtp.NewKey(c.key.Suite), Receive: c.key}
	case DTLS:
		// Whoever waits chooses the suite, and browsers would not choose the one that
		// costs least.
		active := m.setup == "passive" || m.setup == "actpass" && s.config.Agent == nil
		if old.Protection == DTLS && slices.Equal(old.Fingerprints, m.fingerprints) && (m.setup == "actpass" || active == old.Active) {
			return old
		}
		return Security{Protection: DTLS, Fingerprints: m.fingerprints, Active: active}
	case Plain, Undecided:
	}
	return Security{}
}

// secureOffer makes the keys of an offer: the key in use stays, others are new.
// A key is offered under one suite alone.
func (s *Session) secureOffer() (offered []crypto) {
	if s.security.Protection == DTLS || s.config.Agent != nil {
		return nil
	}
	suites := s.config.Encryption.offerSuites()
	if in := s.security.Send.Suite; in != srtp.None {
		suites = append([]srtp.Suite{in}, slices.DeleteFunc(suites, func(o srtp.Suite) bool { return o == in })...)
	}
	for i, suite := range suites {
		c := crypto{tag: i + 1, key: srtp.NewKey(suite)}
		if suite == s.security.Send.Suite {
			c.key = s.security.Send
		}
		offered = append(offered, c)
	}
	return offered
}

// secureAccept reads the security of an answer to our offer.
func (s *Session) secureAccept(m *media) (Security, error) {
	old := s.security.Security
	_, secure, _ := m.profile()
	if old.Protection == DTLS || s.config.Agent != nil {
		if !s.canDTLS(m) {
			return Security{}, fmt.Errorf("%w: the answer has no DTLS fingerprint", leg.ErrNoCodec)
		}
		if old.Protection == DTLS && slices.Equal(old.Fingerprints, m.fingerprints) {
			return old, nil
		}
		return Security{Protection: DTLS, Fingerprints: m.fingerprints, Active: m.setup == "passive"}, nil
	}
	for _, c := range m.cryptos {
		i := slices.IndexFunc(s.security.offered, func(o crypto) bool { return o.tag == c.tag && o.key.Suite == c.key.Suite })
		if i >= 0 {
			return Security{Protection: SDES, Send: s.security.offered[i].key, Receive: c.key}, nil
		}
	}
	switch {
	case s.config.Encryption == Required:
		return Security{}, fmt.Errorf("%w: the answer takes up none of the keys, and encryption is required", leg.ErrNoCodec)
	case secure:
		return Security{}, fmt.Errorf("%w: the answer is %s without a key that was offered", leg.ErrNoCodec, m.proto)
	}
	return Security{}, nil
}

// describeSecurity writes our line's a= lines about keys, for an offer or an
// answer.
func (s *Session) describeSecurity(b *strings.Builder, offer bool) {
	switch {
	case s.security.Protection == DTLS || s.config.Agent != nil:
		setup := "passive"
		switch {
		case offer:
			setup = "actpass"
		case s.security.Active:
			setup = "active"
		}
		fmt.Fprintf(b, "a=setup:%s\r\na=fingerprint:%s\r\n", setup, s.config.Fingerprint)
	case offer:
		for _, c := range s.security.offered {
			b.WriteString(c.line())
		}
	case s.security.Protection == SDES:
		b.WriteString(crypto{tag: s.tag, key: s.security.Send}.line())
	}
}
