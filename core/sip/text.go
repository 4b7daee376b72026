package sip

import (
	"mime"
	"strings"
	"sync"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
)

// plainText is what our own texts are, and the one type that is passed on.
const plainText = "text/plain"

// maxText is how many bytes a text may have (RFC 3428 §8): it must fit into one
// datagram.
const maxText = 1300

// textable is a phone that a text can be sent to: where it is, and its Contact.
type textable struct {
	link   link
	target sip.Uri
}

// textables are the phones of an extension that are there.
func (s *Server) textables(number string) (phones []textable) {
	for _, b := range s.opts.Registrar.Bindings(number) {
		p := textable{link: s.links.find(b.Flow)}
		if p.link != nil && p.link.alive() && sip.ParseUri(b.Contact, &p.target) == nil {
			phones = append(phones, p)
		}
	}
	return phones
}

// Text implements [call.Options.Text]: a MESSAGE (RFC 3428) to each phone of an
// extension. Many phones show it at once, others refuse it, which is logged.
func (s *Server) Text(t call.Text) {
	phones := s.textables(t.To.Number)
	for _, p := range phones {
		log := s.log.With("call", t.Call, "extension", t.To.Path(), "phone", flowName(p.link.flow()))
		s.text(t, p, func(status int) {
			if status >= 300 {
				log.Warn("a phone does not show a text", "status", status)
			}
		})
	}
	if len(phones) == 0 {
		s.log.Warn("a text has no phone to be shown on", "call", t.Call, "extension", t.To.Path(), "text", t.Text)
	}
}

// text sends one MESSAGE, of no dialog and without Contact. heard gets the final
// status, 408 if none came; any goroutine calls it, once.
func (s *Server) text(t call.Text, p textable, heard func(status int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.wg.Go(func() {
		host, _ := s.hostOf(p.link)
		if domain := s.opts.Settings().Domain; domain != "" {
			host = domain
		}
		g := dialog{callID: newTag() + newTag(), localTag: newTag(), target: p.target}
		g.local = sip.FromHeader{
			DisplayName: quoted(t.FromName),
			Address:     sip.Uri{Scheme: "sip", User: escaped(t.From), Host: host},
			Params:      sip.HeaderParams{{K: "tag", V: g.localTag}},
		}
		g.remote = sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: t.To.Number, Host: host}}
		req := g.request(sip.MESSAGE, 0)
		if ua := s.opts.Settings().UserAgent; ua != "" {
			req.AppendHeader(sip.NewHeader("User-Agent", ua))
		}
		ct := sip.ContentTypeHeader(plainText + ";charset=utf-8")
		req.AppendHeader(&ct)
		req.SetBody([]byte(t.Text))
		s.via(req, p.link)
		s.txs.request(p.link, req, t.Call, func(res *sip.Response) {
			if res.StatusCode >= 200 {
				heard(res.StatusCode)
			}
		}, func(error) { heard(408) })
	})
}

// message takes a MESSAGE from one extension to another and sends it to each of
// its phones. The first that shows it answers for all. Nothing is kept for
// later: where no phone is registered, the sender hears so.
func (s *Server) message(l link, tx *serverTx) {
	req := tx.req
	if s.trunkOf(l, req) != nil {
		s.answer(tx, 403, "Texts Go Between Extensions Only")
		return
	}
	from := s.authenticate(tx)
	if from == nil {
		return
	}
	if no := refusedText(req); no != nil {
		s.answer(tx, no.code, no.reason, no.headers...)
		return
	}
	to, _, ok := s.opts.Directory.Extension(unescaped(req.Recipient.User))
	if !ok {
		s.answer(tx, 404, "")
		return
	}
	s.deliver(tx, from, to)
}

// refusedText is why a MESSAGE holds nothing that can be passed on, nil if it does.
func refusedText(req *sip.Request) *refusal {
	kind := ""
	if ct := req.ContentType(); ct != nil {
		kind = string(*ct)
	}
	bare, params, err := mime.ParseMediaType(kind)
	if err != nil || bare != plainText {
		return refuse(415, "", sip.NewHeader("Accept", plainText))
	}
	switch strings.ToLower(params["charset"]) {
	case "", "utf-8", "us-ascii":
	default:
		return refuse(415, "", sip.NewHeader("Accept", plainText+";charset=utf-8"))
	}
	if enc := header(req, "Content-Encoding", "e"); enc != "" && !strings.EqualFold(enc, "identity") {
		return refuse(415, "", sip.NewHeader("Accept-Encoding", "identity"))
	}
	if len(req.Body()) > maxText {
		return refuse(413, "A Text Has 1300 Bytes at Most")
	}
	return nil
}

// deliver sends what a MESSAGE holds to the phones of an extension, and answers
// the sender.
func (s *Server) deliver(tx *serverTx, from, to *dialplan.Extension) {
	phones := s.textables(to.Number)
	if len(phones) == 0 {
		s.answer(tx, 480, "")
		return
	}
	t := call.Text{To: to, From: from.Number, FromName: from.Display, Text: string(tx.req.Body())}
	d := delivery{left: len(phones)}
	for _, p := range phones {
		s.text(t, p, func(status int) {
			if status := d.heard(status); status != 0 {
				s.answer(tx, status, "")
			}
		})
	}
}

// delivery is a text on its way to several phones.
type delivery struct {
	mu   sync.Mutex
	left int // phones that have not answered; 0: the sender was answered
	why  int // what a phone refused with that tells the sender something
}

// heard takes the status of one phone, and returns the one for the sender as
// soon as it is known, else 0.
func (d *delivery) heard(status int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.left == 0:
		return 0
	case status < 300:
		d.left = 0
		return sip.StatusOK
	}
	switch status {
	case 413, 415, 486, 488, 603:
		d.why = status
	}
	if d.left--; d.left > 0 {
		return 0
	}
	if d.why != 0 {
		return d.why
	}
	return sip.StatusTemporarilyUnavailable
}
