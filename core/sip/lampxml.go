package sip

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/plugboard/plugboard/core/presence"
)

// The bodies of NOTIFY. Each is written once for a snapshot and a host, and
// shared by all who watch; what is a subscription's own is put in between.
// The URIs in them have the host that the subscriber wrote: a phone that knows
// us by an address may not find our domain, and calls them.

// xmlHead begins each document.
const xmlHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

// parts is a document with a gap for its version.
type parts struct{ head, tail []byte }

func (p parts) with(version uint32) []byte {
	out := make([]byte, 0, len(p.head)+10+len(p.tail))
	out = append(out, p.head...)
	out = strconv.AppendUint(out, uint64(version), 10)
	return append(out, p.tail...)
}

func (p parts) len() int { return len(p.head) + len(p.tail) }

// dialogInfo is a document of RFC 4235: whole, or only what changed, if the
// subscriber has all before that and it is shorter. Most are whole: phones get those
// right.
func dialogInfo(v view, now, told *presence.Snapshot) []byte {
	whole := now.Once("dialog "+v.user+"@"+v.host, func() any { return dialogsWhole(v, now) }).(parts)
	if told != nil && told.Number == now.Before && len(now.Changed) > 0 && len(now.Dialogs) > 0 {
		some := now.Once("dialog changes "+v.user+"@"+v.host, func() any { return dialogs(v, "partial", now.Changed) }).(parts)
		if some.len() < whole.len() {
			return some.with(v.version)
		}
	}
	return whole.with(v.version)
}

// dialogsWhole lists the dialogs that live. Where there is none, it is one that is
// over that says so: many phones wait for it to darken a lamp.
func dialogsWhole(v view, now *presence.Snapshot) parts {
	list := now.Dialogs
	if len(list) == 0 {
		list = []presence.Dialog{{ID: "none", Phase: presence.Terminated}}
		if len(now.Changed) > 0 {
			list = now.Changed
		}
	}
	p := dialogs(v, "full", list)
	if now.Reachable || len(now.Dialogs) > 0 {
		return p
	}
	// Nobody is there: a call would get what this says.
	p.tail = bytes.ReplaceAll(p.tail, []byte("<state>terminated</state>"), []byte(`<state event="error" code="480">terminated</state>`))
	return p
}

func dialogs(v view, state string, list []presence.Dialog) parts {
	var b bytes.Buffer
	b.WriteString(xmlHead + `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="`)
	p := parts{head: bytes.Clone(b.Bytes())}
	b.Reset()
	fmt.Fprintf(&b, `" state="%s" entity="%s">`+"\n", state, uriText(v.user, v.host))
	for _, d := range list {
		writeDialog(&b, v, d)
	}
	b.WriteString("</dialog-info>\n")
	p.tail = b.Bytes()
	return p
}

func writeDialog(b *bytes.Buffer, v view, d presence.Dialog) {
	fmt.Fprintf(b, `<dialog id="%s"`, text(d.ID))
	if d.CallID != "" {
		fmt.Fprintf(b, ` call-id="%s"`, text(d.CallID))
		if d.LocalTag != "" {
			fmt.Fprintf(b, ` local-tag="%s"`, text(d.LocalTag))
		}
		if d.RemoteTag != "" {
			fmt.Fprintf(b, ` remote-tag="%s"`, text(d.RemoteTag))
		}
		direction := "recipient"
		if d.Initiator {
			direction = "initiator"
		}
		fmt.Fprintf(b, ` direction="%s"`, direction)
	}
	fmt.Fprintf(b, ">\n<state>%s</state>\n", d.Phase)
	if d.Phase != presence.Terminated {
		own := uriText(v.user, v.host)
		fmt.Fprintf(b, `<local><identity>%s</identity><target uri="%s">`, own, own)
		if d.Held {
			// RFC 4235 writes pvalue in its text and pval in its schema.
			b.WriteString(`<param pname="+sip.rendering" pval="no" pvalue="no"/>`)
		}
		b.WriteString("</target></local>\n")
		writeRemote(b, v, d.Remote)
	}
	b.WriteString("</dialog>\n")
}

func writeRemote(b *bytes.Buffer, v view, r presence.Party) {
	uri, name := uriText(r.Number, v.host), r.Name
	switch {
	case r.Hidden:
		uri, name = uriText("anonymous", anonymousHost), "Anonymous"
	case r.Number == "" && name == "":
		return
	case r.Number == "":
		uri = uriText("unknown", anonymousHost)
	}
	b.WriteString("<remote><identity")
	if name != "" {
		fmt.Fprintf(b, ` display="%s"`, text(name))
	}
	fmt.Fprintf(b, `>%s</identity><target uri="%s"/></remote>`+"\n", uri, uri)
}

// pidf is a document of RFC 3863, with what of RFC 4480 a phone shows.
func pidf(v view, now, _ *presence.Snapshot) []byte {
	return now.Once("presence "+v.user+"@"+v.host, func() any {
		basic, note, activity := "open", "", ""
		switch {
		case now.Entity.Kind != presence.Extension && len(now.Dialogs) > 0:
			note, activity = "In use", "busy"
		case !now.Reachable:
			basic, note = "closed", "Not registered"
		case now.Talking():
			note, activity = "On the phone", "on-the-phone"
		case now.DoNotDisturb:
			note, activity = "Do not disturb", "busy"
		case now.Ringing():
			note = "Ringing"
		}
		own := uriText(v.user, v.host)
		var b bytes.Buffer
		fmt.Fprintf(&b, xmlHead+`<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"`+
			` xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="%s">`+"\n", own)
		fmt.Fprintf(&b, `<tuple id="phone"><status><basic>%s</basic></status><contact>%s</contact>`, basic, own)
		if note != "" {
			fmt.Fprintf(&b, "<note>%s</note>", note)
		}
		b.WriteString("</tuple>\n")
		if note != "" {
			fmt.Fprintf(&b, "<note>%s</note>\n", note)
		}
		if activity != "" {
			fmt.Fprintf(&b, `<dm:person id="person"><rpid:activities><rpid:%s/></rpid:activities></dm:person>`+"\n", activity)
		}
		b.WriteString("</presence>\n")
		return b.Bytes()
	}).([]byte)
}

// messageSummary is a document of RFC 3842.
func messageSummary(v view, now, _ *presence.Snapshot) []byte {
	n := now.Messages
	waiting := "no"
	if n.New > 0 {
		waiting = "yes"
	}
	account := v.user
	if now.Account != "" {
		account = now.Account // where the messages are heard
	}
	return fmt.Appendf(nil, "Messages-Waiting: %s\r\nMessage-Account: sip:%s@%s\r\nVoice-Message: %d/%d (%d/%d)\r\n",
		waiting, escaped(account), v.host, n.New, n.Heard, n.NewUrgent, n.HeardUrgent)
}

// uriText is a SIP URI as a document holds it.
func uriText(user, host string) string { return text("sip:" + escaped(user) + "@" + host) }

// text is a string as a document holds it.
func text(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c >= ' ' && c < utf8.RuneSelf && c != '<' && c != '>' && c != '&' && c != '"' && c != '\''
	}
	if plain {
		return s
	}
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes everything
	return b.String()
}
