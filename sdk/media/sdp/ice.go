package sdp

import (
	"slices"
	"strings"
)

// Agent is an ICE agent (RFC 8445) whose words the session's descriptions carry
// (RFC 8839). With one, the descriptions are those that browsers make and take
// (RFC 8829): UDP/TLS/RTP/SAVPF, one transport for all lines of a bundle, RTCP on it,
// and addresses that only the agent knows.
type Agent interface {
	// Local is what the next description says of our side.
	Local() ICE
	// Remote takes what a description of the far side says: an answer's, or an
	// offer's before Local is asked for the answer. An error refuses it.
	Remote(ICE) error
}

// ICE is what a description says of one side's ICE agent.
type ICE struct {
	Ufrag, Password string
	Lite            bool     // it makes no checks of its own
	Candidates      []string // "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host"
	End             bool     // it will have no more
}

// maxCandidates bounds what one description may have.
const maxCandidates = 64

// attribute reads an a= line of ICE, and says whether it was one.
func (i *ICE) attribute(name, value string) bool {
	switch name {
	case "ice-ufrag":
		i.Ufrag = value
	case "ice-pwd":
		i.Password = value
	case "ice-lite":
		i.Lite = true
	case "candidate":
		if len(i.Candidates) < maxCandidates {
			i.Candidates = append(i.Candidates, "candidate:"+value)
		}
	case "end-of-candidates":
		i.End = true
	default:
		return false
	}
	return true
}

// bundled gives each line of the first bundle (RFC 8843) what its first one says of
// the transport they share, where it says nothing itself: it need not.
func (d *description) bundled() {
	first := slices.IndexFunc(d.medias, func(m media) bool { return m.mid != "" && slices.Contains(d.bundle, m.mid) })
	if first < 0 {
		return
	}
	of := d.medias[first]
	for i := range d.medias {
		m := &d.medias[i]
		if !slices.Contains(d.bundle, m.mid) {
			continue
		}
		m.grouped = true
		if m.ice.Ufrag == "" {
			m.ice = of.ice
		}
		if len(m.fingerprints) == 0 {
			m.fingerprints, m.setup = of.fingerprints, of.setup
		}
		m.mux = m.mux || of.mux
		if m.port == 0 && m.bundleOnly {
			m.port = of.port
		}
	}
}

// describe writes our line's a= lines about ICE.
func (i *ICE) describe(b *strings.Builder) {
	b.WriteString("a=ice-ufrag:" + i.Ufrag + "\r\na=ice-pwd:" + i.Password + "\r\n")
	for _, c := range i.Candidates {
		b.WriteString("a=" + c + "\r\n")
	}
	if i.End {
		b.WriteString("a=end-of-candidates\r\n")
	}
}
