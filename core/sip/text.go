package sip

import (
	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
)

// Text implements [call.Options.Text]: a MESSAGE (RFC 3428) to each phone of an
// extension. Many phones show it at once, others refuse it, which is logged.
func (s *Server) Text(t call.Text) {
	phones := 0
	for _, b := range s.opts.Registrar.Bindings(t.To.Number) {
		to := s.links.find(b.Flow)
		var target sip.Uri
		if to == nil || !to.alive() || sip.ParseUri(b.Contact, &target) != nil {
			continue
		}
		s.mu.Lock()
		if !s.closed {
			phones++
			s.wg.Go(func() { s.text(t, to, target) })
		}
		s.mu.Unlock()
	}
	if phones == 0 {
		s.log.Warn("a text has no phone to be shown on", "call", t.Call, "extension", t.To.Path(), "text", t.Text)
	}
}

// text sends one MESSAGE. It is of no dialog, and has no Contact.
func (s *Server) text(t call.Text, to link, target sip.Uri) {
	host, _ := s.hostOf(to)
	if domain := s.opts.Settings().Domain; domain != "" {
		host = domain
	}
	g := dialog{callID: newTag() + newTag(), localTag: newTag(), target: target}
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
	ct := sip.ContentTypeHeader("text/plain;charset=utf-8")
	req.AppendHeader(&ct)
	req.SetBody([]byte(t.Text))
	s.via(req, to)
	log := s.log.With("call", t.Call, "extension", t.To.Path(), "phone", flowName(to.flow()))
	s.txs.request(to, req, t.Call, func(res *sip.Response) {
		if res.StatusCode >= 300 {
			log.Warn("a phone does not show a text", "status", res.StatusCode, "reason", res.Reason)
		}
	}, func(err error) { log.Warn("a phone does not show a text", "error", err) })
}
