package sdp

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/plugboard/plugboard/sdk/leg"
)

// Bounds of what is read: more is a bad description, not more work.
const (
	maxSize   = 64 << 10
	maxMedias = 64
	maxKeys   = 16 // crypto lines, or fingerprints, of one m= line
)

// description is what matters to us of a session description.
type description struct {
	medias []media
	bundle []string // the mids of the first a=group:BUNDLE
}

// media is one m= line with what belongs to it.
type media struct {
	kind      string // "audio"
	port      int
	proto     string   // "RTP/AVP"
	formats   []string // as written
	address   string   // of c=, "" if there is none
	direction leg.Direction
	ptime     int
	maxptime  int
	mid       string
	maps      map[int]rtpmap
	fmtps     map[int]string

	cryptos      []crypto // that we could use, in the far side's order
	fingerprints []string // "sha-256 AB:CD…"
	setup        string   // "actpass"
	mux          bool
	control      uint16 // port of a=rtcp, 0 if there is none
	xr           bool

	ice        ICE
	bundleOnly bool // port 0 does not decline it
	grouped    bool // it is in the bundle
}

type rtpmap struct {
	encoding string
	clock    int
	channels int
}

// static are the payload types that need no rtpmap (RFC 3551, table 4).
func static(payload int) (rtpmap, bool) {
	names := map[int]string{0: "PCMU", 3: "GSM", 4: "G723", 8: "PCMA", 9: "G722", 13: "CN", 18: "G729"}
	name, ok := names[payload]
	return rtpmap{encoding: name, clock: 8000, channels: 1}, ok
}

func bad(format string, a ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{leg.ErrBadSDP}, a...)...)
}

// read reads a description. It refuses only what leaves no sense at all.
func read(b []byte) (*description, error) {
	if len(b) > maxSize {
		return nil, bad("%d bytes long, at most %d are read", len(b), maxSize)
	}
	d := &description{}
	session := media{}
	at := &session
	version := false
	for line := range strings.FieldsFuncSeq(string(b), func(r rune) bool { return r == '\r' || r == '\n' }) {
		line = strings.Trim(line, " \t\x00")
		if len(line) < 2 || line[1] != '=' {
			if line == "" {
				continue
			}
			return nil, bad("a line that is not type=value: %.40q", line)
		}
		value := strings.TrimSpace(line[2:])
		switch line[0] {
		case 'v':
			if value != "0" {
				return nil, bad("version %.20q, only 0 exists", value)
			}
			version = true
		case 'm':
			m, err := readMedia(value)
			if err != nil {
				return nil, err
			}
			if len(d.medias) == maxMedias {
				return nil, bad("more than %d m= lines", maxMedias)
			}
			// What the session says holds where the line says nothing.
			m.address, m.direction, m.ptime, m.maxptime = session.address, session.direction, session.ptime, session.maxptime
			m.fingerprints, m.setup, m.xr = slices.Clone(session.fingerprints), session.setup, session.xr
			m.ice = ICE{Ufrag: session.ice.Ufrag, Password: session.ice.Password, Lite: session.ice.Lite}
			d.medias = append(d.medias, m)
			at = &d.medias[len(d.medias)-1]
		case 'c':
			fields := strings.Fields(value)
			if len(fields) < 3 {
				return nil, bad("c=%.60s has no address", value)
			}
			at.address = fields[2]
		case 'a':
			if mids, ok := strings.CutPrefix(value, "group:BUNDLE "); ok && d.bundle == nil {
				d.bundle = strings.Fields(mids)
			}
			at.attribute(value)
		}
	}
	if !version && len(d.medias) == 0 {
		return nil, bad("neither v= nor m=")
	}
	d.bundled()
	return d, nil
}

// readMedia reads "audio 49170 RTP/AVP 0 8".
func readMedia(value string) (media, error) {
	f := strings.Fields(value)
	if len(f) < 3 {
		return media{}, bad("m=%.60s has no port or transport", value)
	}
	port, _, _ := strings.Cut(f[1], "/")
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return media{}, bad("m=%.60s: port %.20q", value, port)
	}
	return media{
		kind: strings.ToLower(f[0]), port: int(n), proto: f[2], formats: f[3:],
		maps: map[int]rtpmap{}, fmtps: map[int]string{},
	}, nil
}

// attribute reads one a= line. What cannot be read is passed over.
func (m *media) attribute(a string) {
	name, value, _ := strings.Cut(a, ":")
	value, name = strings.TrimSpace(value), strings.ToLower(strings.TrimSpace(name))
	if m.ice.attribute(name, value) {
		return
	}
	switch name {
	case "sendrecv":
		m.direction = leg.SendRecv
	case "sendonly":
		m.direction = leg.SendOnly
	case "recvonly":
		m.direction = leg.RecvOnly
	case "inactive":
		m.direction = leg.Inactive
	case "ptime":
		m.ptime = milliseconds(value)
	case "maxptime":
		m.maxptime = milliseconds(value)
	case "mid":
		m.mid = value
	case "crypto":
		if c, ok := readCrypto(value); ok && len(m.cryptos) < maxKeys {
			m.cryptos = append(m.cryptos, c)
		}
	case "fingerprint":
		if f := strings.Fields(value); len(f) == 2 && len(m.fingerprints) < maxKeys {
			m.fingerprints = append(m.fingerprints, strings.ToLower(f[0])+" "+strings.ToUpper(f[1]))
		}
	case "setup":
		m.setup = strings.ToLower(value)
	case "rtcp-mux":
		m.mux = true
	case "bundle-only":
		m.bundleOnly = true
	case "rtcp":
		m.control = readControl(value)
	case "rtcp-xr":
		m.xr = slices.ContainsFunc(strings.Fields(value), func(f string) bool { return strings.EqualFold(f, "voip-metrics") })
	case "rtpmap":
		if payload, rest, ok := payloadOf(value); ok && m.maps != nil {
			if r, ok := readMap(rest); ok {
				m.maps[payload] = r
			}
		}
	case "fmtp":
		if payload, rest, ok := payloadOf(value); ok && m.fmtps != nil {
			m.fmtps[payload] = rest
		}
	}
}

func milliseconds(s string) int {
	v, err := strconv.ParseFloat(s, 32)
	if err != nil || !(v > 0 && v <= 1000) {
		return 0
	}
	return int(v)
}

// payloadOf splits "96 opus/48000/2".
func payloadOf(s string) (payload int, rest string, ok bool) {
	number, rest, _ := strings.Cut(s, " ")
	n, err := strconv.ParseUint(number, 10, 7)
	return int(n), strings.TrimSpace(rest), err == nil
}

// readMap reads "opus/48000/2".
func readMap(s string) (rtpmap, bool) {
	f := strings.Split(s, "/")
	if len(f) < 2 {
		return rtpmap{}, false
	}
	clock, err := strconv.ParseUint(strings.TrimSpace(f[1]), 10, 31)
	if err != nil || clock == 0 {
		return rtpmap{}, false
	}
	r := rtpmap{encoding: strings.TrimSpace(f[0]), clock: int(clock), channels: 1}
	if len(f) > 2 {
		if n, err := strconv.ParseUint(strings.TrimSpace(f[2]), 10, 8); err == nil {
			r.channels = int(n)
		}
	}
	return r, true
}

// audio says that the line is one that this package can serve, if its
// transport is.
func (m *media) audio() bool { return m.kind == "audio" && m.port != 0 }

// readControl reads the port of RTCP (RFC 3605) in "53020 IN IP4 126.16.64.4".
// The host is not taken: nobody is to be sent packets whom the media does not
// name.
func readControl(value string) uint16 {
	number, _, _ := strings.Cut(value, " ")
	port, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return 0
	}
	return uint16(port)
}

// remoteControl is where the line wants RTCP, if not on the port of RTP: one
// port higher, unless it says otherwise.
func (m *media) remoteControl(rtp netip.AddrPort) netip.AddrPort {
	switch {
	case !rtp.IsValid():
		return netip.AddrPort{}
	case m.control != 0:
		return netip.AddrPortFrom(rtp.Addr(), m.control)
	case rtp.Port() == 65535:
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(rtp.Addr(), rtp.Port()+1)
}

// payloads are the line's formats that are payload types, with their maps.
func (m *media) payloads() (numbers []int, maps []rtpmap) {
	for _, f := range m.formats {
		n, err := strconv.ParseUint(f, 10, 7)
		if err != nil || slices.Contains(numbers, int(n)) {
			continue
		}
		r, ok := m.maps[int(n)]
		if !ok {
			r, ok = static(int(n))
		}
		if ok {
			numbers, maps = append(numbers, int(n)), append(maps, r)
		}
	}
	return numbers, maps
}

// remote is where the line wants its packets. Not valid: nowhere (the old way
// to hold, RFC 3264, 8.4), or a host name, which is not looked up.
func (m *media) remote() (a netip.AddrPort, held bool, err error) {
	if m.address == "" {
		return a, false, bad("the audio line has no c= line, nor has the session")
	}
	host, _, _ := strings.Cut(m.address, "/")
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return a, false, nil
	}
	addr = addr.Unmap().WithZone("")
	if addr.IsUnspecified() {
		return a, true, nil
	}
	if addr.IsMulticast() || addr == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return a, false, bad("c= is %s: only one receiver is served", addr)
	}
	return netip.AddrPortFrom(addr, uint16(m.port)), false, nil
}

// offers tells, for an error, what the line has.
func (m *media) offers() string {
	var names []string
	_, maps := m.payloads()
	for _, r := range maps {
		names = append(names, r.encoding+"/"+strconv.Itoa(r.clock))
	}
	return strings.Join(names, " ")
}
