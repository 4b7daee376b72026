package config

import (
	"fmt"
	stdmail "net/mail"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/plugboard/plugboard/core/mail"
)

// voicemail reads a mailbox.
func (l *loader) voicemail(v *Voicemail, f *fields, number string) {
	v.Place, v.Number, v.MaxLength, v.Keep = f.place, number, 3*time.Minute, 90*24*time.Hour
	l.cfg.speaks = true // to whoever calls there
	f.pin(&v.PIN)
	f.prompt("greeting", &v.Greeting)
	f.duration("max_length", time.Second, time.Hour, &v.MaxLength)
	f.duration("keep", 24*time.Hour, 3650*24*time.Hour, &v.Keep)
	if at, ok := f.text("email", "an address", &v.Email); ok {
		l.checkMail(at, "email", v.Email)
	}
	if value, at, ok := f.get("transcribe"); ok {
		switch name, isPlugin := pluginOf(value); {
		case isPlugin:
			v.Transcribe, v.Transcriber = true, name
		case value.Type() == cty.Bool:
			v.Transcribe = value.True()
		default:
			f.wrong(at, "transcribe", "true, false or a plugin", value)
		}
	}
	l.cfg.Voicemails = append(l.cfg.Voicemails, v)
}

// pin reads what a caller has to enter.
func (f *fields) pin(into *Secret) {
	var pin string
	at, ok := f.text("pin", "digits in quotes", &pin)
	switch {
	case !ok:
	case pin == "" || len(pin) > 16 || strings.Trim(pin, "0123456789") != "":
		f.errorAt(at, "Not a PIN", "pin takes 1 to 16 digits in quotes, as the caller enters them.")
	default:
		*into = Secret(pin)
	}
}

func (l *loader) checkMail(at hcl.Range, name, s string) {
	if a, err := stdmail.ParseAddress(s); err != nil || a.Address != s {
		l.errorAt(at, "Not an address", `%s takes an address such as "anna@example.net"; this is %s.`, name, quote(s))
	}
}

// queue reads what of a queue leads nowhere.
func (l *loader) queue(q *Queue, f *fields, number string) {
	q.Place, q.Number, q.Ring, q.Strategy, q.Display = f.place, number, defaultRing, "race", q.Name
	f.text("name", "a text", &q.Display)
	f.word("strategy", &q.Strategy, append(slices.Clone(strategies), "longest_idle"))
	f.music("music", &q.Music)
	f.announcePosition(&q.AnnouncePosition)
	f.duration("ring", time.Second, time.Hour, &q.Ring)
	f.duration("wrap_up", 0, time.Hour, &q.WrapUp)
	f.integer("max_misses", 1, 100, &q.MaxMisses)
	f.duration("max_wait", time.Second, 24*time.Hour, &q.MaxWait)
	f.integer("max_callers", 1, 10000, &q.MaxCallers)
	for _, never := range []struct{ attr, without string }{{"on_max_wait", "max_wait"}, {"busy", "max_callers"}} {
		if f.place.Has(never.attr) && !f.place.Has(never.without) {
			l.errorAt(f.place.Range(never.attr), "Without effect", "%s has no %s, so %s would never follow.", q.Path(), never.without, never.attr)
		}
	}
	l.cfg.Queues = append(l.cfg.Queues, q)
}

// positionEvery is how often a caller hears where they stand, if it is not said.
const positionEvery = time.Minute

// announcePosition reads whether, or how often, callers hear where they stand.
func (f *fields) announcePosition(into *time.Duration) {
	const name = "announce_position"
	v, at, ok := f.get(name)
	switch {
	case !ok:
		return
	case v.Type() == cty.Bool && v.True():
		*into = positionEvery
	case v.Type() == cty.Bool:
	case v.Type() == cty.String:
		f.checkDuration(at, name, v.AsString(), 10*time.Second, time.Hour, into)
	default:
		f.wrong(at, name, `true, false, or how often, such as "30s"`, v)
	}
	if *into > 0 {
		f.cfg.speaks = true
	}
}

// mostSlots is how many slots a park can have.
const mostSlots = 1000

// park reads what of a park leads nowhere.
func (l *loader) park(p *Park, f *fields) {
	p.Place, p.Timeout = f.place, 2*time.Minute
	f.duration("timeout", 5*time.Second, 24*time.Hour, &p.Timeout)
	var slots string
	if at, ok := f.text("slots", `numbers such as "71-79"`, &slots); ok {
		var err error
		if p.Slots, err = parseSlots(slots); err != nil {
			l.errorAt(at, "Not slots", `slots takes the first and the last number, such as "71-79"; in %s %s.`, quote(slots), err)
		}
		for _, n := range p.Slots {
			if !l.checkNumber(at, "slots", n) {
				break
			}
		}
	} else if !f.place.Has("slots") {
		l.errorAt(f.place.Block, "Slots are missing", `%s has nowhere to park: write slots = "71-79".`, p.Path())
	}
	l.cfg.Parks = append(l.cfg.Parks, p)
}

func parseSlots(s string) ([]string, error) {
	first, last, ok := strings.Cut(s, "-")
	if !ok {
		last = first
	}
	from, errFrom := strconv.ParseUint(first, 10, 32)
	until, errUntil := strconv.ParseUint(last, 10, 32)
	switch {
	case errFrom != nil || errUntil != nil:
		return nil, fmt.Errorf("there are not two numbers")
	case len(first) != len(last):
		return nil, fmt.Errorf("one has more digits than the other")
	case until < from:
		return nil, fmt.Errorf("the range runs backwards")
	case until-from >= mostSlots:
		return nil, fmt.Errorf("there are more than %d", mostSlots)
	}
	var out []string
	for n := from; n <= until; n++ {
		out = append(out, fmt.Sprintf("%0*d", len(first), n))
	}
	return out, nil
}

// menu reads what of a menu leads nowhere.
func (l *loader) menu(m *Menu, f *fields, number string) {
	m.Place, m.Number, m.Wait, m.BargeIn, m.Tries = f.place, number, 6*time.Second, true, 3
	f.prompt("prompt", &m.Prompt)
	f.duration("wait", time.Second, time.Minute, &m.Wait)
	f.boolean("dial_extensions", &m.DialExtensions)
	f.boolean("barge_in", &m.BargeIn)
	if !f.place.Has("prompt") {
		l.errorAt(f.place.Block, "A prompt is missing", `%s says nothing: write prompt = say("…").`, m.Path())
	}
	l.cfg.Menus = append(l.cfg.Menus, m)
}

// menuKeys reads where a menu leads to.
func (l *loader) menuKeys(m *Menu, f *fields) {
	seen := map[string]Place{}
	for _, b := range f.body.Blocks {
		if b.Type != "key" || len(b.Labels) != 1 {
			continue
		}
		inner := f.within(b)
		k := Key{Place: inner.place, Key: b.Labels[0]}
		if len(k.Key) != 1 || !strings.Contains("0123456789*#", k.Key) {
			l.errorAt(b.LabelRanges[0], "Not a key", `A key is one of 0 to 9, * and #; this is %s.`, quote(k.Key))
		}
		if first, ok := seen[k.Key]; ok {
			l.errorAt(b.DefRange(), "Twice the same key", "key %s stands already at %s.", quote(k.Key), place(first.Block))
		}
		seen[k.Key] = k.Place
		inner.destination("to", &k.To)
		if !inner.place.Has("to") {
			l.errorAt(b.DefRange(), "No destination", "key %s leads nowhere: write to = DESTINATION.", quote(k.Key))
		}
		m.Keys = append(m.Keys, k)
	}
	if len(m.Keys) == 0 && !m.DialExtensions {
		l.errorAt(f.place.Block, "No keys", `%s has nothing to choose: write key "1" { to = … }, or dial_extensions = true.`, m.Path())
	}
	l.otherwise(m, f)
}

// otherwise reads otherwise = { tries, to }.
func (l *loader) otherwise(m *Menu, f *fields) {
	o, ok := f.object("otherwise", "tries", "to")
	if !ok {
		return
	}
	f.integerIn(o["tries"], "tries", 1, 10, &m.Tries)
	if to, ok := o["to"]; ok {
		f.destinationIn(to, "to", &m.Otherwise)
	}
}

// mail reads who takes outgoing mail.
func (l *loader) mail(f *fields) {
	m := &Mail{Place: f.place, Encryption: "required"}
	var server mail.Server
	if at, ok := f.text("smtp", `a server such as "mail.example.net:587"`, &m.SMTP); ok {
		var err error
		server, err = mail.ParseServer(m.SMTP)
		if err != nil {
			l.errorAt(at, "Not a server", `smtp takes a server such as "mail.example.net:587", or "smtps://mail.example.net:465" where the connection begins with TLS; in %s %s.`, quote(m.SMTP), err)
		}
		m.SMTP = server.String()
	}
	if at, ok := f.text("from", "an address", &m.From); ok {
		l.checkMail(at, "from", m.From)
	}
	for _, need := range []string{"smtp", "from"} {
		if !f.place.Has(need) {
			l.errorAt(f.place.Block, "A setting is missing", "mail needs %s.", need)
		}
	}
	if server.Loopback() {
		m.Encryption = "optional"
	}
	f.word("encryption", &m.Encryption, encryptions)
	if server.TLS && m.Encryption != "required" && f.place.Has("encryption") {
		l.errorAt(f.place.Range("encryption"), "Without effect", "A connection to smtps:// is always encrypted. Leave encryption out.")
	}
	if f.text("username", "a text", &m.Username); strings.ContainsFunc(m.Username, isControl) {
		l.errorAt(f.place.Range("username"), "Not a user name", "username has no line breaks or other control characters.")
	}
	var secret string
	f.text("secret", "a text", &secret)
	m.Secret = Secret(secret)
	switch {
	case f.place.Has("username") != f.place.Has("secret"):
		l.errorAt(f.place.Block, "Half a proof", "username and secret stand together: who we are at the mail server, and the proof.")
	case m.Username != "" && !server.TLS && m.Encryption != "required" && !server.Loopback():
		l.errorAt(f.place.Range("encryption"), "A secret in the clear", `The secret would go over the network for everyone to read: leave encryption out ("required"), or username and secret.`)
	}
	l.cfg.Mail = m
}
