package sip

import (
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// loopHeader carries marks of the switches that a call went through on its way,
// each with the number that it was for there. A call that comes back for the
// same number would go round for ever (RFC 3261 §16.3 step 4 for a proxy; we
// are two user agents, and Via ends at us); one that comes back for another
// number is forwarded, and well.
const loopHeader = "X-Plugboard-Path"

// maxPath bounds the marks that are carried on.
const maxPath = 512

// path is how a call came to us.
type path struct {
	marks  string // as received
	number string // as dialled
	story
}

// mark is ours for a number.
func (s *Server) mark(number string) string {
	h := fnv.New32a()
	h.Write([]byte(number))
	return s.instance + "." + strconv.FormatUint(uint64(h.Sum32()), 36)
}

// loops says whether a call has been here before: it carries our mark, or it
// is an INVITE of our own that was sent back as it is.
func (s *Server) loops(req *sip.Request, number string) bool {
	if listed(header(req, loopHeader), s.mark(number)) {
		return true
	}
	own := s.legOf(tagOf(req.From().Params), req)
	return own != nil && !own.incoming && own.asked == unescaped(req.Recipient.User)
}

// marks is what an INVITE of a call carries on.
func (s *Server) marks(callID string) string {
	s.mu.Lock()
	p, ok := s.paths[callID]
	s.mu.Unlock()
	if !ok {
		return ""
	}
	own := s.mark(p.number)
	if p.marks == "" {
		return own
	}
	if len(p.marks) > maxPath {
		p.marks = p.marks[:strings.LastIndexByte(p.marks[:maxPath], ',')+1]
	}
	return own + ", " + p.marks
}
