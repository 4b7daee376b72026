package sip

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/sip/auth"
	"github.com/plugboard/plugboard/core/trunk"
)

var _ trunk.Client = (*Server)(nil)

// Ask implements [trunk.Client]: a request outside of any dialog (RFC 3261
// §10.2, §11.1), over the sockets that calls use.
func (s *Server) Ask(ctx context.Context, q trunk.Request) (trunk.Answer, error) {
	to, err := s.connect(ctx, q.To.Transport, q.To.Addr, q.Host)
	if err != nil {
		return trunk.Answer{}, err
	}
	var uri, aor sip.Uri
	if err := errors.Join(sip.ParseUri(q.URI, &uri), sip.ParseUri(q.AoR, &aor)); err != nil {
		return trunk.Answer{}, fmt.Errorf("asking %s as %s: %w", q.URI, q.AoR, err)
	}
	var attempt *auth.Attempt
	if q.Credentials != nil {
		attempt = q.Credentials.Begin()
	}
	tag := newTag()
	for seq := q.Seq; ; seq++ {
		req := s.outside(q, uri, aor, tag, seq, to)
		prove(req, attempt)
		res, err := s.await(ctx, to, req)
		if err != nil {
			return trunk.Answer{Seq: seq}, err
		}
		a := s.answerOf(res)
		a.Seq, a.Conn = seq, to.flow().Conn
		a.Sent, a.Self = hostPort(req.Contact()), hostPort(s.contact(q.Contact, to))
		if !challenges(res) || attempt == nil {
			return a, nil
		}
		if a.Denied = attempt.Challenged(challenged(res)); a.Denied != nil {
			return a, nil
		}
	}
}

// outside makes a REGISTER or an OPTIONS.
func (s *Server) outside(q trunk.Request, uri, aor sip.Uri, tag string, seq uint32, to link) *sip.Request {
	method := sip.RequestMethod(q.Method)
	req := sip.NewRequest(method, uri)
	mf := sip.MaxForwardsHeader(maxForwards)
	id := sip.CallIDHeader(q.CallID)
	req.AppendHeader(&mf)
	req.AppendHeader(&sip.FromHeader{Address: aor, Params: sip.HeaderParams{{K: "tag", V: tag}}})
	req.AppendHeader(&sip.ToHeader{Address: aor})
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	if q.Contact != "" {
		req.AppendHeader(s.contact(q.Contact, to))
	}
	if method == sip.REGISTER {
		req.AppendHeader(sip.NewHeader("Expires", itoa(q.Expires)))
	} else {
		req.AppendHeader(sip.NewHeader("Accept", sdpType))
	}
	req.AppendHeader(sip.NewHeader("Allow", allow))
	req.AppendHeader(sip.NewHeader("Supported", supported))
	if ua := s.opts.Settings().UserAgent; ua != "" {
		req.AppendHeader(sip.NewHeader("User-Agent", ua))
	}
	req.SetBody(nil)
	s.via(req, to)
	return req
}

// await sends a request and waits for its final response.
func (s *Server) await(ctx context.Context, to link, req *sip.Request) (*sip.Response, error) {
	answered := make(chan *sip.Response, 1)
	failed := make(chan error, 1)
	tx := s.txs.request(to, req, "", func(res *sip.Response) {
		if res.StatusCode >= 200 {
			answered <- res // one is all that a transaction hands up
		}
	}, func(err error) { failed <- err })
	select {
	case res := <-answered:
		return res, nil
	case err := <-failed:
		if errors.Is(err, errTimeout) {
			return nil, trunk.ErrSilent
		}
		return nil, errors.New(strings.ReplaceAll(err.Error(), "\n", ": "))
	case <-ctx.Done():
		tx.finish()
		return nil, trunk.ErrSilent
	}
}

// answerOf reads a final response.
func (s *Server) answerOf(res *sip.Response) trunk.Answer {
	a := trunk.Answer{
		Status: res.StatusCode, Reason: oneLine(res.Reason, 100),
		Expires: count(header(res, "Expires")), MinExpires: count(header(res, "Min-Expires")),
		RetryAfter: time.Duration(max(0, count(header(res, "Retry-After")))) * time.Second,
	}
	for _, h := range res.Headers() {
		c, ok := h.(*sip.ContactHeader)
		if !ok || c.Address.Wildcard {
			continue
		}
		contact := trunk.Contact{User: unescaped(c.Address.User), Expires: -1}
		if v, ok := c.Params.Get("expires"); ok {
			contact.Expires = count(v)
		}
		contact.Peer, _ = trunk.ParsePeer(peerOf(c.Address)) // of a redirect; else nobody asks
		a.Contacts = append(a.Contacts, contact)
	}
	return a
}

// peerOf writes where a URI leads as a peer is configured.
func peerOf(u sip.Uri) string {
	s := u.Scheme + ":" + u.Host
	if u.Port > 0 {
		s += ":" + itoa(u.Port)
	}
	if t, ok := u.UriParams.Get("transport"); ok {
		s += ";transport=" + t
	}
	return s
}

// count reads a number of seconds, whatever follows it; -1 if there is none. More than
// a day is a day.
func count(v string) int {
	v = strings.TrimSpace(v)
	if i := strings.IndexFunc(v, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		v = v[:i]
	}
	const day = 24 * 60 * 60
	n, err := strconv.Atoi(v)
	switch {
	case v == "":
		return -1
	case err != nil: // too large for an int
		return day
	}
	return min(n, day)
}

// hostPort is where a Contact leads, "" if there is none.
func hostPort(c *sip.ContactHeader) string {
	if c == nil {
		return ""
	}
	return c.Address.Host + ":" + itoa(c.Address.Port)
}
