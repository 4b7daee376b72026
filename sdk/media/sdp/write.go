package sdp

import (
	"fmt"
	"strings"

	"github.com/plugboard/plugboard/sdk/leg"
)

// line is one m= line as we write it.
type line struct {
	kind, proto string
	formats     []string // of a declined line
	mid         string
	grouped     bool // in the bundle
	ours        bool
}

// describe writes a description: every line in its place, ours with what is
// given, the others declined (RFC 3264, 6).
func (s *Session) describe(payloads []Payload, events []Event, noise uint8, dir leg.Direction, offer bool) []byte {
	family := "IP4"
	if s.config.Address.Is6() {
		family = "IP6"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "s=-\r\nc=IN %s %s\r\nt=0 0\r\n", family, s.config.Address)
	var ice ICE
	if s.config.Agent != nil {
		ice = s.config.Agent.Local()
		s.describeBundle(&b, ice)
	}
	for _, l := range s.lines {
		if !l.ours {
			formats := l.formats
			// Some that are like browsers look for the rtpmap of each format, also of a
			// line that is declined.
			if len(formats) == 0 || s.config.Agent != nil && l.proto == browsers {
				formats = []string{"0"}
			}
			fmt.Fprintf(&b, "m=%s 0 %s %s\r\n", l.kind, l.proto, strings.Join(formats, " "))
			if l.mid != "" {
				fmt.Fprintf(&b, "a=mid:%s\r\n", l.mid)
			}
			if s.config.Agent != nil {
				b.WriteString("a=inactive\r\n")
			}
			continue
		}
		fmt.Fprintf(&b, "m=audio %d %s", s.config.Port, l.proto)
		for _, p := range payloads {
			fmt.Fprintf(&b, " %d", p.Type)
		}
		if noise != 0 {
			fmt.Fprintf(&b, " %d", noise)
		}
		for _, e := range events {
			fmt.Fprintf(&b, " %d", e.Type)
		}
		b.WriteString("\r\n")
		if l.mid != "" {
			fmt.Fprintf(&b, "a=mid:%s\r\n", l.mid)
		}
		for _, p := range payloads {
			f := p.Codec.Format()
			fmt.Fprintf(&b, "a=rtpmap:%d %s/%d", p.Type, f.Encoding, f.ClockRate)
			if f.Channels > 1 {
				fmt.Fprintf(&b, "/%d", f.Channels)
			}
			b.WriteString("\r\n")
			if f.Fmtp != "" {
				fmt.Fprintf(&b, "a=fmtp:%d %s\r\n", p.Type, f.Fmtp)
			}
		}
		for _, e := range events {
			fmt.Fprintf(&b, "a=rtpmap:%d telephone-event/%d\r\na=fmtp:%d 0-16\r\n", e.Type, e.Clock, e.Type)
		}
		if noise != 0 {
			fmt.Fprintf(&b, "a=rtpmap:%d CN/%d\r\n", noise, noiseRate)
		}
		if s.config.Agent != nil {
			ice.describe(&b)
			b.WriteString("a=msid:plugboard voice\r\n")
		}
		s.describeSecurity(&b, offer)
		if s.config.Mux && (offer || s.mux) {
			b.WriteString("a=rtcp-mux\r\n")
		}
		if !offer && s.xr {
			b.WriteString("a=rtcp-xr:voip-metrics\r\n")
		}
		fmt.Fprintf(&b, "a=ptime:%d\r\na=%s\r\n", defaultPtime, dir)
	}
	// The version counts the descriptions that differ (RFC 3264, 8).
	if rest := b.String(); rest != s.written {
		s.version++
		s.written = rest
	}
	return fmt.Appendf(nil, "v=0\r\no=- %d %d IN %s %s\r\n%s", s.id, s.version, family, s.config.Address, s.written)
}

// describeBundle writes what the session says to a browser: the bundle that our line
// alone is left of, and whether our agent is lite.
func (s *Session) describeBundle(b *strings.Builder, ice ICE) {
	for _, l := range s.lines {
		if l.ours && l.grouped {
			fmt.Fprintf(b, "a=group:BUNDLE %s\r\n", l.mid)
		}
	}
	if ice.Lite {
		b.WriteString("a=ice-lite\r\n")
	}
}
