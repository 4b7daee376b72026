package sip

import (
	"bytes"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/presence"
)

// letter is what is the same in each NOTIFY of a subscription, as it is on the
// wire: a thousand lamps change at once, and writing headers anew is half of what
// that costs.
type letter struct {
	to   link
	host string // where we are for the phone
	port int
	head []byte // to the branch of Via
	rest []byte // from behind it to the CSeq's number
	tail []byte // from behind that
}

// numbered is before the CSeq's number, and nowhere else.
const numbered = "\r\nCSeq: "

// letterTo is the subscription's letter over a link. The caller holds mu.
func (n *subscription) letterTo(to link) *letter {
	host, port := n.srv.hostOf(to)
	if l := n.letter; l != nil && l.to == to && l.host == host && l.port == port {
		return l
	}
	const mark = "z9hG4bK-here"
	req := n.dlg.request(sip.NOTIFY, 0)
	n.dlg.localSeq--
	n.srv.via(req, to)
	req.Via().Params.Add("branch", mark)
	req.RemoveHeader("CSeq")
	req.AppendHeader(&sip.CSeqHeader{MethodName: sip.NOTIFY})
	req.AppendHeader(n.srv.contact(n.view.user, to))
	req.AppendHeader(sip.NewHeader("Event", n.event))
	if ua := n.srv.opts.Settings().UserAgent; ua != "" {
		req.AppendHeader(sip.NewHeader("User-Agent", ua))
	}
	ct := sip.ContentTypeHeader(n.pack.kind)
	req.AppendHeader(&ct)
	raw := bytes.TrimSuffix(bytesOf(req), []byte("\r\n"))
	l := &letter{to: to, host: host, port: port}
	l.head, l.rest, _ = bytes.Cut(raw, []byte(mark))
	l.rest, l.tail, _ = bytes.Cut(l.rest, []byte(numbered+"0 NOTIFY"))
	n.letter = l
	return l
}

// notify makes a NOTIFY (RFC 6665 §4.2.2). The caller holds mu.
func (n *subscription) notify(to link, state *presence.Snapshot, now time.Time) *clientTx {
	told := n.told
	if n.forced || n.why != "" {
		told = nil
	}
	body := n.pack.body(n.view, state, told)
	n.view.version++
	n.dlg.localSeq++
	l, branch := n.letterTo(to), newBranch()
	raw := make([]byte, 0, len(l.head)+len(l.rest)+len(l.tail)+len(body)+170)
	raw = append(append(raw, l.head...), branch...)
	raw = strconv.AppendUint(append(append(raw, l.rest...), numbered...), uint64(n.dlg.localSeq), 10)
	raw = append(append(raw, " NOTIFY"...), l.tail...)
	raw = append(raw, "Subscription-State: "...)
	switch n.why {
	case "":
		raw = append(raw, "active;expires="...)
		raw = append(raw, seconds(max(n.until.Sub(now), 0))...)
	case probation:
		raw = append(raw, "terminated;reason=probation;retry-after="...)
		raw = append(raw, seconds(jitter(5*time.Second, 20*time.Second))...)
	default:
		raw = append(append(raw, "terminated;reason="...), n.why...)
	}
	raw = append(raw, "\r\nContent-Length: "...)
	raw = append(strconv.AppendInt(raw, int64(len(body)), 10), "\r\n\r\n"...)
	raw = append(raw, body...)
	return &clientTx{
		all: n.srv.txs, key: clientKey{branch, sip.NOTIFY}, raw: raw, link: to, wait: t1,
		heard: n.heard, failed: func(err error) { n.lost(err.Error()) },
	}
}
