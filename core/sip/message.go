package sip

import (
	"crypto/rand"
	"net/netip"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

func itoa(n int) string { return strconv.Itoa(n) }

// newTag makes a tag: 13 letters and digits, 65 random bits (RFC 3261 §19.3
// asks for 32).
func newTag() string { return strings.ToLower(rand.Text()[:13]) }

func newBranch() string { return sip.RFC3261BranchMagicCookie + strings.ToLower(rand.Text()[:16]) }

// received completes the top Via of a request with where it came from
// (RFC 3261 §18.2.1, RFC 3581 §4).
func received(via *sip.ViaHeader, remote netip.AddrPort) {
	host := strings.Trim(via.Host, "[]")
	_, rport := via.Params.Get("rport")
	if rport {
		via.Params.Add("rport", itoa(int(remote.Port())))
	}
	if ip, err := netip.ParseAddr(host); rport || err != nil || ip.Unmap() != remote.Addr() {
		via.Params.Add("received", remote.Addr().String())
	}
}

// replyLink is the way that responses to a request go (RFC 3261 §18.2.2,
// RFC 3581 §4): back over a connection; over UDP to where it came from, to the port that Via names
// unless it asks for the source port.
func replyLink(l link, via *sip.ViaHeader) link {
	p, ok := l.(*packetLink)
	if !ok || via.Params.Has("rport") {
		return l
	}
	port := via.Port
	if port <= 0 || port > 65535 {
		port = sip.DefaultUdpPort
	}
	if uint16(port) == p.remote.Port() {
		return l
	}
	return &packetLink{p.socket, netip.AddrPortFrom(p.remote.Addr(), uint16(port))}
}

// reply makes a response (RFC 3261 §8.2.6). It shares the request's headers,
// which nobody changes from here on.
func (s *Server) reply(req *sip.Request, tag string, code int, reason string) *sip.Response {
	if reason == "" {
		reason = reasonOf(code)
	}
	res := sip.NewResponse(code, reason)
	record := code > 100 && code < 300 && req.Method != sip.REGISTER
	for _, h := range req.Headers() {
		switch h := h.(type) {
		case *sip.ViaHeader, *sip.FromHeader, *sip.CallIDHeader, *sip.CSeqHeader:
			res.AppendHeader(h)
		case *sip.RecordRouteHeader:
			if record {
				res.AppendHeader(h)
			}
		case *sip.ToHeader:
			if code == sip.StatusTrying || h.Params.Has("tag") {
				res.AppendHeader(h)
				break
			}
			to := &sip.ToHeader{DisplayName: h.DisplayName, Address: h.Address, Params: h.Params.Clone()}
			to.Params.Add("tag", tag)
			res.AppendHeader(to)
		default:
			if code == sip.StatusTrying && strings.EqualFold(h.Name(), "Timestamp") {
				res.AppendHeader(h)
			}
		}
	}
	if ua := s.opts.Settings().UserAgent; code != sip.StatusTrying && ua != "" {
		res.AppendHeader(sip.NewHeader("Server", ua))
	}
	return res
}

// answer sends a response without a body. A request is answered finally once.
func (s *Server) answer(tx *serverTx, code int, reason string, headers ...sip.Header) {
	if tx.req == nil {
		return
	}
	res := s.reply(tx.req, tx.tag, code, reason)
	for _, h := range headers {
		res.AppendHeader(h)
	}
	res.SetBody(nil)
	tx.respond(res)
}

// ackTo makes the ACK to a response that refuses an INVITE: part of the same
// transaction (RFC 3261 §17.1.1.3).
func ackTo(invite *sip.Request, res *sip.Response) *sip.Request {
	ack := sip.NewRequest(sip.ACK, invite.Recipient)
	ack.AppendHeader(invite.Via())
	for _, h := range invite.Headers() {
		switch h := h.(type) {
		case *sip.RouteHeader, *sip.FromHeader, *sip.CallIDHeader, *sip.MaxForwardsHeader:
			ack.AppendHeader(h)
		}
	}
	if to := res.To(); to != nil {
		ack.AppendHeader(to)
	}
	ack.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.ACK})
	ack.SetBody(nil)
	return ack
}

// cancelOf makes the CANCEL of an INVITE (RFC 3261 §9.1).
func cancelOf(invite *sip.Request, reason string) *sip.Request {
	c := sip.NewRequest(sip.CANCEL, invite.Recipient)
	c.AppendHeader(invite.Via())
	for _, h := range invite.Headers() {
		switch h := h.(type) {
		case *sip.RouteHeader, *sip.FromHeader, *sip.ToHeader, *sip.CallIDHeader, *sip.MaxForwardsHeader:
			c.AppendHeader(h)
		}
	}
	c.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.CANCEL})
	if reason != "" {
		c.AppendHeader(sip.NewHeader("Reason", reason))
	}
	c.SetBody(nil)
	return c
}

// header returns a header's value, "" if there is none. Several of one name
// are one list (RFC 3261 §7.3.1).
func header(msg interface{ Headers() []sip.Header }, names ...string) string {
	value := ""
	for _, h := range msg.Headers() {
		for _, name := range names {
			if strings.EqualFold(h.Name(), name) {
				if value != "" {
					value += ", "
				}
				value += h.Value()
			}
		}
	}
	return value
}

// listed says whether a list of tokens holds one.
func listed(list, token string) bool {
	for t := range strings.SplitSeq(list, ",") {
		if strings.EqualFold(strings.TrimSpace(t), token) {
			return true
		}
	}
	return false
}

// isSDP says whether a Content-Type is that of a session description.
func isSDP(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/sdp")
}

const sdpType = "application/sdp"

// setSDP gives a message a session description.
func setSDP(msg sip.Message, sdp []byte) {
	if len(sdp) == 0 {
		msg.SetBody(nil)
		return
	}
	ct := sip.ContentTypeHeader(sdpType)
	msg.AppendHeader(&ct)
	msg.SetBody(sdp)
}

// sdpOf is the session description in a message, nil if it has none.
func sdpOf(msg sip.Message) []byte {
	body := msg.Body()
	if len(body) == 0 {
		return nil
	}
	var ct *sip.ContentTypeHeader
	switch m := msg.(type) {
	case *sip.Request:
		ct = m.ContentType()
	case *sip.Response:
		ct = m.ContentType()
	}
	if ct == nil || !isSDP(string(*ct)) {
		return nil
	}
	return body
}

// tagOf is the tag of From or To, "" if it has none.
func tagOf(params sip.HeaderParams) string {
	tag, _ := params.Get("tag")
	return tag
}

// unescaped is the user part of a URI without its escapes (RFC 3261 §19.1.4).
func unescaped(user string) string {
	if !strings.Contains(user, "%") {
		return user
	}
	var b strings.Builder
	for i := 0; i < len(user); i++ {
		if user[i] == '%' && i+2 < len(user) {
			hi, lo := unhex(user[i+1]), unhex(user[i+2])
			if hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(user[i])
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
