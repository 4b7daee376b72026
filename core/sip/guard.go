package sip

import (
	"bytes"
	"errors"
	"io"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// allow are the methods that are understood.
const allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, MESSAGE, SUBSCRIBE, REFER, NOTIFY, REGISTER"

// supported are the option tags of the extensions that are built, as a list.
const supported = "timer, replaces, " + reliableTag

// looksLikeSIP tells SIP from keep-alives (CRLF, RFC 5626 §3.5.1), STUN and
// noise: a message begins with a token.
func looksLikeSIP(raw []byte) bool {
	if len(raw) < len("X a:b SIP/2.0") {
		return false
	}
	c := raw[0]
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == '\r' || c == '\n' || isTokenMark(c)
}

func isTokenMark(c byte) bool {
	return '0' <= c && c <= '9' || bytes.IndexByte([]byte("-.!%*_+`'~"), c) >= 0
}

// looksLikeRequest says whether raw begins with a request line.
func looksLikeRequest(raw []byte) bool {
	line, _, ok := bytes.Cut(raw, []byte("\r\n"))
	return ok && bytes.HasSuffix(line, []byte(" SIP/2.0"))
}

func isPartial(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }

// refusal is why a request is not served.
type refusal struct {
	code    int
	reason  string
	headers []sip.Header
}

func refuse(code int, reason string, headers ...sip.Header) *refusal {
	return &refusal{code, reason, headers}
}

// validHeaders checks what a request must have before it can have a
// transaction (RFC 3261 §8.1.1, §7.3.1): each mandatory header once.
func validHeaders(req *sip.Request) *refusal {
	var vias, from, to, callID, cseq, maxForwards, length, contentType int
	for _, h := range req.Headers() {
		switch h.(type) {
		case *sip.ViaHeader:
			vias++
		case *sip.FromHeader:
			from++
		case *sip.ToHeader:
			to++
		case *sip.CallIDHeader:
			callID++
		case *sip.CSeqHeader:
			cseq++
		case *sip.MaxForwardsHeader:
			maxForwards++
		case *sip.ContentLengthHeader:
			length++
		case *sip.ContentTypeHeader:
			contentType++
		}
	}
	switch {
	case vias == 0:
		return refuse(400, "No Via")
	case from != 1:
		return refuse(400, oneOf("From", from))
	case to != 1:
		return refuse(400, oneOf("To", to))
	case callID != 1:
		return refuse(400, oneOf("Call-ID", callID))
	case cseq != 1:
		return refuse(400, oneOf("CSeq", cseq))
	case maxForwards > 1:
		return refuse(400, oneOf("Max-Forwards", maxForwards))
	case length > 1:
		return refuse(400, oneOf("Content-Length", length))
	case contentType > 1:
		return refuse(400, oneOf("Content-Type", contentType))
	case !strings.EqualFold(string(req.CSeq().MethodName), string(req.Method)):
		return refuse(400, "CSeq Names Another Method")
	}
	return nil
}

func oneOf(name string, n int) string {
	if n == 0 {
		return "No " + name
	}
	return "More Than One " + name
}

// validRequest checks the rest of what every request must obey
// (RFC 3261 §8.2, §16.3).
func validRequest(req *sip.Request) *refusal {
	uri := &req.Recipient
	switch {
	case req.SipVersion != "SIP/2.0":
		return refuse(505, "")
	case !isSIP(uri) && uri.Scheme != "tel", uri.Scheme == "sips" && req.Via() != nil && !isSecure(req.Via().Transport):
		return refuse(416, "") // the last hop of a sips URI is TLS (RFC 5630 §3.1.3)
	case len(uri.Headers) > 0 || strings.ContainsAny(uri.Host, "<> \t\"") || strings.ContainsAny(uri.User, "<>\""):
		return refuse(400, "Bad Request-URI")
	case isSIP(uri) && uri.Host == "":
		return refuse(400, "No Host in Request-URI")
	case !balanced(req.From().DisplayName) || !balanced(req.To().DisplayName):
		return refuse(400, "Unbalanced Quotes")
	case req.From().Address.Scheme == "" || req.To().Address.Scheme == "":
		return refuse(400, "Bad From or To")
	}
	if mf := req.MaxForwards(); mf != nil {
		if mf.Val() > 255 {
			return refuse(400, "Bad Max-Forwards")
		}
		if mf.Val() == 0 && req.Method != sip.OPTIONS && req.Method != sip.REGISTER {
			return refuse(483, "")
		}
	}
	switch req.Method {
	case sip.ACK, sip.CANCEL:
		return nil // Require does not apply: RFC 3261 §8.2.2.3
	case sip.INVITE, sip.BYE, sip.OPTIONS, sip.INFO, sip.UPDATE, sip.PRACK, sip.REGISTER, sip.MESSAGE, sip.SUBSCRIBE, sip.REFER, sip.NOTIFY:
	case sip.PUBLISH:
		return refuse(405, "", sip.NewHeader("Allow", allow))
	default:
		return refuse(501, "", sip.NewHeader("Allow", allow))
	}
	if unknown := unsupported(header(req, "Require", "Proxy-Require")); unknown != "" {
		return refuse(420, "", sip.NewHeader("Unsupported", unknown))
	}
	return validBody(req)
}

// validBody checks that what a request carries can be understood
// (RFC 3261 §8.2.3).
func validBody(req *sip.Request) *refusal {
	if req.Method != sip.INVITE && req.Method != sip.UPDATE && req.Method != sip.PRACK {
		return nil
	}
	if req.Method == sip.INVITE {
		if accept := header(req, "Accept"); accept != "" && !accepts(accept) {
			return refuse(406, "")
		}
		contacts := 0
		for _, h := range req.Headers() {
			if _, ok := h.(*sip.ContactHeader); ok {
				contacts++
			}
		}
		if contacts > 1 || contacts == 0 && !isOld(req) {
			return refuse(400, oneOf("Contact", contacts))
		}
		if c := req.Contact(); c != nil && (c.Address.Wildcard || !isSIP(&c.Address) || c.Address.Host == "") {
			return refuse(400, "Bad Contact")
		}
	}
	if len(req.Body()) == 0 {
		return nil
	}
	ct := req.ContentType()
	if ct == nil {
		return refuse(400, "No Content-Type")
	}
	if !isSDP(string(*ct)) {
		return refuse(415, "", sip.NewHeader("Accept", sdpType))
	}
	if enc := header(req, "Content-Encoding", "e"); enc != "" && !strings.EqualFold(enc, "identity") {
		return refuse(415, "", sip.NewHeader("Accept-Encoding", "identity"))
	}
	return nil
}

// isSecure says whether a transport, as in Via, is over TLS.
func isSecure(transport string) bool {
	return strings.EqualFold(transport, "TLS") || strings.EqualFold(transport, "WSS")
}

// isSIP says whether a URI is one of SIP.
func isSIP(uri *sip.Uri) bool { return uri.Scheme == "sip" || uri.Scheme == "sips" }

// isOld says whether a request is of an RFC 2543 client, which needs neither
// Contact nor branch.
func isOld(req *sip.Request) bool {
	branch, _ := req.Via().Params.Get("branch")
	return !strings.HasPrefix(branch, sip.RFC3261BranchMagicCookie)
}

// accepts says whether an Accept header takes session descriptions.
func accepts(list string) bool {
	for kind := range strings.SplitSeq(list, ",") {
		kind, _, _ = strings.Cut(kind, ";")
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case sdpType, "application/*", "*/*":
			return true
		}
	}
	return false
}

// unsupported is which of the option tags are not understood, as a list.
func unsupported(list string) string {
	if list == "" {
		return ""
	}
	var out []string
	for tag := range strings.SplitSeq(list, ",") {
		if tag = strings.TrimSpace(tag); tag != "" && !listed(supported, tag) {
			out = append(out, tag)
		}
	}
	return strings.Join(out, ", ")
}

// balanced says whether a display name can stand between quotes.
func balanced(name string) bool {
	for i := 0; i < len(name); i++ {
		switch name[i] {
		case '\\':
			i++
		case '"':
			return false
		}
	}
	return true
}

// validResponse says whether a response can be believed (RFC 3261 §18.1.2,
// §16.7 step 3).
func validResponse(res *sip.Response) bool {
	return res.SipVersion == "SIP/2.0" && res.StatusCode >= 100 && res.StatusCode <= 699 &&
		res.Via() != nil && res.CSeq() != nil && res.From() != nil && res.To() != nil && res.CallID() != nil
}

// unparsable answers 400 (or 416, 505) to a request that the parser refuses, where it can be
// read who sent it (RFC 3261 §18.3, §21.4.1). A response, an ACK and what is
// no SIP at all are dropped. How often that happens is bounded for each
// source, so that nobody makes us a mirror of noise.
func (s *Server) unparsable(l link, raw []byte, cause error) {
	if s.log.IsDebug() {
		s.log.Debug("message that cannot be parsed", "flow", flowName(l.flow()), "bytes", len(raw), "error", cause)
	}
	res, ok := badRequest(raw, l.flow().Remote)
	if ok && s.mirror.allow(l.flow().Remote.Addr(), time.Now()) {
		_ = l.send(res) // the sender repeats its request if it is lost
	}
}

// badRequest makes the 400 to an unparsable request, from its raw lines.
func badRequest(raw []byte, remote netip.AddrPort) ([]byte, bool) {
	head := string(raw[:min(len(raw), 16<<10)])
	head = strings.ReplaceAll(strings.TrimLeft(head, "\r\n"), "\r\n", "\n")
	head, _, _ = strings.Cut(head, "\n\n")
	lines := strings.Split(head, "\n")
	method, rest, ok := strings.Cut(lines[0], " ")
	if !ok || strings.HasPrefix(method, "SIP/") || method == "ACK" || !strings.Contains(rest, "SIP/") {
		return nil, false
	}
	var vias []string
	one := map[string]string{}
	for i := 1; i < len(lines); i++ {
		line := lines[i]
		for i+1 < len(lines) && lines[i+1] != "" && (lines[i+1][0] == ' ' || lines[i+1][0] == '\t') {
			i++
			line += " " + strings.TrimSpace(lines[i])
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.ContainsRune(value, '\r') {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "via", "v":
			vias = append(vias, value)
		case "from", "f":
			one["From"] = value
		case "to", "t":
			one["To"] = value
		case "call-id", "i":
			one["Call-ID"] = value
		case "cseq":
			one["CSeq"] = value
		}
	}
	if len(vias) == 0 || len(one) != 4 {
		return nil, false
	}
	uri, version, _ := strings.Cut(rest, " ")
	scheme, _, _ := strings.Cut(uri, ":")
	code := "400 Bad Request"
	switch {
	case strings.HasPrefix(version, "SIP/") && strings.TrimSpace(version) != "SIP/2.0":
		code = "505 Version Not Supported"
	case isToken(scheme) && !strings.EqualFold(scheme, "sip") && !strings.EqualFold(scheme, "sips") && !strings.EqualFold(scheme, "tel"):
		code = "416 Unsupported URI Scheme"
	}
	first, more, many := strings.Cut(vias[0], ",")
	first += ";received=" + remote.Addr().String()
	if before, after, ok := strings.Cut(first, ";rport;"); ok {
		first = before + ";rport=" + itoa(int(remote.Port())) + ";" + after
	}
	if many {
		first += "," + more
	}
	vias[0] = first
	if !strings.Contains(one["To"], "tag=") {
		one["To"] += ";tag=" + newTag()
	}
	var b bytes.Buffer
	b.WriteString("SIP/2.0 " + code + "\r\n")
	for _, v := range vias {
		b.WriteString("Via: " + v + "\r\n")
	}
	for _, name := range []string{"From", "To", "Call-ID", "CSeq"} {
		b.WriteString(name + ": " + one[name] + "\r\n")
	}
	b.WriteString("Content-Length: 0\r\n\r\n")
	return b.Bytes(), true
}

// mirror bounds how often something is done about a source that asks for no
// good: an answer to a message that has no transaction, a line of the log. Each
// source has a bucket of so many, refilled one an interval.
type mirror struct {
	mu      sync.Mutex
	buckets map[netip.Addr]bucket
	swept   time.Time
}

type bucket struct {
	left float64
	at   time.Time
}

const (
	mirrorBurst   = 10
	mirrorEach    = time.Second // one more answer
	mirrorSources = 4096        // beyond, nobody new is answered until some are idle
)

// allow takes one answer from a source's bucket.
func (m *mirror) allow(from netip.Addr, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, known := m.buckets[from]
	if !known {
		if len(m.buckets) >= mirrorSources && !m.forget(now) {
			return false
		}
		b = bucket{mirrorBurst, now}
	}
	b.left = min(mirrorBurst, b.left+float64(now.Sub(b.at))/float64(mirrorEach))
	b.at = now
	ok := b.left >= 1
	if ok {
		b.left--
	}
	m.buckets[from] = b
	return ok
}

// forget drops the buckets that are full again; looking at all of them is
// worth it once in a while only.
func (m *mirror) forget(now time.Time) bool {
	if now.Sub(m.swept) < mirrorEach {
		return false
	}
	m.swept = now
	for a, b := range m.buckets {
		if now.Sub(b.at) > mirrorBurst*mirrorEach {
			delete(m.buckets, a)
		}
	}
	return len(m.buckets) < mirrorSources
}
