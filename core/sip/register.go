package sip

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/registrar"
)

// register takes a REGISTER (RFC 3261 §10.3). The contacts are of the
// extension whose credentials it has; for another it is forbidden, and that
// says nothing about whether there is one.
func (s *Server) register(l link, tx *serverTx) {
	req := tx.req
	ext := s.authenticate(tx)
	if ext == nil {
		return
	}
	if unescaped(req.To().Address.User) != ext.Number {
		s.answer(tx, 403, "Not Your Number")
		return
	}
	update, bad := updateOf(req)
	if bad != "" {
		s.answer(tx, 400, bad)
		return
	}
	update.Flow = l.flow()
	update.MaxDevices = ext.MaxDevices
	result, err := s.opts.Registrar.Register(ext.Number, update)
	if err != nil {
		s.refuseRegister(tx, err)
		return
	}
	res := s.reply(req, tx.tag, 200, "")
	now := time.Now()
	for _, b := range result.Bindings {
		c := "<" + b.Contact + ">;expires=" + strconv.Itoa(b.Remaining(now))
		if b.Q != 1 {
			c += ";q=" + strconv.FormatFloat(b.Q, 'g', 3, 64)
		}
		if b.Instance != "" {
			c += `;+sip.instance="` + b.Instance + `"`
		}
		if b.RegID != 0 {
			c += ";reg-id=" + itoa(b.RegID)
		}
		res.AppendHeader(sip.NewHeader("Contact", c))
	}
	// A phone without a clock sets it by this (§10.3 step 8).
	res.AppendHeader(sip.NewHeader("Date", now.UTC().Format(http.TimeFormat)))
	res.SetBody(nil)
	tx.respond(res)
}

func (s *Server) refuseRegister(tx *serverTx, err error) {
	var brief *registrar.TooBriefError
	var limit *registrar.LimitError
	switch {
	case errors.As(err, &brief):
		s.answer(tx, 423, "", sip.NewHeader("Min-Expires", seconds(brief.Min)))
	case errors.As(err, &limit):
		s.log.Warn("a device too many", "error", err, "from", tx.link.flow().Remote.String())
		s.answer(tx, 403, "Too Many Devices")
	case errors.Is(err, registrar.ErrOutOfOrder):
		s.answer(tx, 500, "CSeq Too Low")
	case errors.Is(err, registrar.ErrWildcard):
		s.answer(tx, 400, "Bad Contact")
	default:
		s.log.Error("cannot register", "error", err)
		s.answer(tx, 500, "")
	}
}

// updateOf reads what a REGISTER asks for, or says what is wrong with it.
func updateOf(req *sip.Request) (u registrar.Update, bad string) {
	u = registrar.Update{
		CallID: req.CallID().Value(), CSeq: req.CSeq().SeqNo, Expires: registrar.Unset,
		UserAgent: header(req, "User-Agent"),
	}
	if v := header(req, "Expires"); v != "" {
		u.Expires = expiresOf(v)
	}
	for _, h := range req.Headers() {
		c, ok := h.(*sip.ContactHeader)
		switch {
		case !ok:
			continue
		case c.Address.Wildcard:
			u.Wildcard = true
			continue
		case !isSIP(&c.Address) || c.Address.Host == "" || strings.ContainsAny(c.Address.Host, "<>\" \t?"):
			return u, "Bad Contact"
		case len(c.Address.Headers) > 0:
			return u, "Bad Contact" // its header part would be in each request to it
		}
		contact := registrar.Contact{URI: c.Address.String(), Q: 1, Expires: registrar.Unset}
		for _, p := range c.Params {
			switch strings.ToLower(p.K) {
			case "expires":
				contact.Expires = expiresOf(p.V)
			case "q":
				q, err := strconv.ParseFloat(p.V, 64)
				if err != nil || q < 0 || q > 1 {
					return u, "Bad q in Contact"
				}
				contact.Q = q
			case "+sip.instance":
				contact.Instance = strings.Trim(p.V, `"`)
			case "reg-id":
				contact.RegID, _ = strconv.Atoi(p.V)
			}
		}
		u.Contacts = append(u.Contacts, contact)
	}
	return u, ""
}

// expiresOf reads an expiry in seconds. One that is malformed or too large
// counts as an hour (RFC 3261 §20.19 and §10.2.1.1).
func expiresOf(v string) int {
	n, err := strconv.ParseUint(strings.TrimSpace(v), 10, 32)
	if err != nil {
		return 3600
	}
	return int(n)
}
