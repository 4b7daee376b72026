package main

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/icholy/digest"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// agent plays phones, all on one socket: each registers, places calls and
// answers those that come.
type agent struct {
	conn  *net.UDPConn
	addr  netip.AddrPort
	pbx   netip.AddrPort
	media *media

	calling, answering *sound // of the calls that it places, and takes

	mu    sync.Mutex
	calls map[string]*dialog           // by Call-ID
	bs    map[string]*dialog           // answered calls, by number
	asked map[string]chan *raw.Message // by Call-ID and CSeq, until the final response
	ready sync.Cond
	wg    sync.WaitGroup
}

// dialog is one leg as the agent sees it.
type dialog struct {
	id, number    string
	local, remote string // From and To of what we send
	target        string
	cseq          int
	port          netip.AddrPort // Plugboard's media
	stream        *stream
	kind          byte // payload type, both ways
}

func newAgent(ip netip.Addr, pbx netip.AddrPort, m *media) (*agent, error) {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 5060)))
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(8 << 20)
	a := &agent{
		conn: conn, addr: conn.LocalAddr().(*net.UDPAddr).AddrPort(), pbx: pbx, media: m,
		calls: make(map[string]*dialog), bs: make(map[string]*dialog), asked: make(map[string]chan *raw.Message),
	}
	a.ready.L = &a.mu
	a.wg.Add(1)
	go a.read()
	return a, nil
}

func (a *agent) close() {
	a.conn.Close()
	a.wg.Wait()
}

func (a *agent) write(m *raw.Message) {
	_, _ = a.conn.WriteToUDPAddrPort(m.Bytes(), a.pbx)
}

func (a *agent) request(d *dialog, method, target string, cseq int) *raw.Message {
	m := &raw.Message{Start: method + " " + target + " SIP/2.0"}
	m.Add("Via", fmt.Sprintf("SIP/2.0/UDP %s;rport;branch=z9hG4bK-%s-%s-%d", a.addr, d.id, method, cseq))
	m.Add("Max-Forwards", "70")
	m.Add("From", d.local)
	m.Add("To", d.remote)
	m.Add("Call-ID", d.id)
	m.Add("CSeq", fmt.Sprintf("%d %s", cseq, method))
	m.Add("Contact", fmt.Sprintf("<sip:%s@%s>", d.number, a.addr))
	return m
}

func (a *agent) sdp(m *raw.Message, s *sound) {
	ip := a.media.addr.Addr()
	m.Add("Content-Type", "application/sdp")
	m.Body = fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %d RTP/AVP %d %d\r\n%sa=sendrecv\r\n",
		ip, ip, a.media.addr.Port(), s.payload, digits, s.attributes())
}

// ask sends a request, again and again as UDP needs it, and returns its final
// response.
func (a *agent) ask(m *raw.Message) (*raw.Message, error) {
	key := m.Get("Call-ID") + " " + m.Get("CSeq")
	answer := make(chan *raw.Message, 1)
	a.mu.Lock()
	a.asked[key] = answer
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		delete(a.asked, key)
		a.mu.Unlock()
	}()
	for range 20 {
		a.write(m)
		select {
		case r := <-answer:
			return r, nil
		case <-time.After(500 * time.Millisecond):
		}
	}
	return nil, fmt.Errorf("%s: no answer within 10 s", m.Start)
}

// insist is ask with the answer to one challenge. It acknowledges the refusals
// of an INVITE. next makes the request with a CSeq of one more.
func (a *agent) insist(number, target string, next func() *raw.Message) (*raw.Message, error) {
	m := next()
	r, err := a.ask(m)
	if err != nil {
		return nil, err
	}
	if r.Status() == 401 {
		a.refused(m, r)
		chal, err := digest.ParseChallenge(r.Get("WWW-Authenticate"))
		if err != nil {
			return nil, err
		}
		cred, err := digest.Digest(chal, digest.Options{Method: m.Method(), URI: target, Username: number, Password: secret, Count: 1})
		if err != nil {
			return nil, err
		}
		m = next()
		m.Add("Authorization", cred.String())
		if r, err = a.ask(m); err != nil {
			return nil, err
		}
	}
	if r.Status() >= 300 {
		a.refused(m, r)
		return nil, fmt.Errorf("%s of %s: %s", m.Start, number, r.Label())
	}
	return r, nil
}

// refused acknowledges a refusal: part of the INVITE's transaction.
func (a *agent) refused(m, r *raw.Message) {
	if m.Method() != "INVITE" {
		return
	}
	_, rest, _ := strings.Cut(m.Start, " ")
	seq, _, _ := strings.Cut(m.Get("CSeq"), " ")
	ack := &raw.Message{Start: "ACK " + rest}
	for _, f := range m.Header {
		switch f.Name {
		case "Via", "Max-Forwards", "From", "Call-ID":
			ack.Add(f.Name, f.Value)
		}
	}
	ack.Add("To", r.Get("To"))
	ack.Add("CSeq", seq+" ACK")
	a.write(ack)
}

// register registers a phone.
func (a *agent) register(number string) error {
	target := "sip:" + a.pbx.String()
	d := &dialog{id: fmt.Sprintf("reg-%s-%s", number, a.addr), number: number}
	d.local = fmt.Sprintf("<sip:%s@%s>;tag=r%s", number, a.pbx, number)
	d.remote = fmt.Sprintf("<sip:%s@%s>", number, a.pbx)
	_, err := a.insist(number, target, func() *raw.Message {
		d.cseq++
		m := a.request(d, "REGISTER", target, d.cseq)
		m.Add("Expires", "3600")
		return m
	})
	return err
}

// dial has a phone place a call, and waits until it is answered.
func (a *agent) dial(from, number string) (*dialog, error) {
	target := fmt.Sprintf("sip:%s@%s", number, a.pbx)
	d := &dialog{
		id: fmt.Sprintf("load-%s-%d", from, time.Now().UnixNano()), number: from,
		local: fmt.Sprintf("<sip:%s@%s>;tag=a%s", from, a.addr, from), remote: "<" + target + ">", target: target,
		kind: a.calling.payload,
	}
	a.mu.Lock()
	a.calls[d.id] = d
	a.mu.Unlock()
	ok, err := a.insist(from, target, func() *raw.Message {
		d.cseq++
		m := a.request(d, "INVITE", target, d.cseq)
		a.sdp(m, a.calling)
		return m
	})
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	d.remote, d.target, d.port = ok.Get("To"), raw.URI(ok.Get("Contact")), mediaAddr(ok.Body)
	a.write(a.request(d, "ACK", d.target, d.cseq))
	return d, nil
}

// answered waits for the leg that Plugboard dialled for a number.
func (a *agent) answered(number string) *dialog {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.bs[number] == nil {
		a.ready.Wait()
	}
	return a.bs[number]
}

func (a *agent) hangup(d *dialog) { a.write(a.request(d, "BYE", d.target, d.cseq+1)) }

func (a *agent) read() {
	defer a.wg.Done()
	buf := make([]byte, 65536)
	for {
		n, _, err := a.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		m, err := raw.ParseMessage(buf[:n])
		if err != nil {
			continue
		}
		a.mu.Lock()
		a.take(m)
		a.mu.Unlock()
		a.ready.Broadcast()
	}
}

func (a *agent) take(m *raw.Message) {
	d := a.calls[m.Get("Call-ID")]
	switch status := m.Status(); {
	case status >= 200:
		if answer := a.asked[m.Get("Call-ID")+" "+m.Get("CSeq")]; answer != nil {
			select {
			case answer <- m:
			default: // it came twice
			}
		} else if status < 300 && m.Method() == "INVITE" && d != nil {
			a.write(a.request(d, "ACK", d.target, d.cseq)) // the ACK was lost
		}
	case status != 0:
	case m.Method() == "INVITE":
		if d == nil {
			d = &dialog{id: m.Get("Call-ID"), number: user(m.Start), port: mediaAddr(m.Body)}
			d.local, d.remote, d.target = m.Get("To")+";tag=b", m.Get("From"), raw.URI(m.Get("Contact"))
			a.calls[d.id] = d
		}
		r := m.Reply(200, "OK", "b")
		r.Add("Contact", fmt.Sprintf("<sip:%s@%s>", d.number, a.addr))
		answer := *a.answering
		answer.payload, _ = answer.payloadOf(m.Body)
		d.kind = answer.payload
		a.sdp(r, &answer)
		a.write(r)
		a.bs[d.number] = d
	case m.Method() != "ACK":
		a.write(m.Reply(200, "OK", "b"))
	}
}

func user(start string) string {
	_, after, _ := strings.Cut(start, "sip:")
	u, _, _ := strings.Cut(after, "@")
	return u
}

func mediaAddr(sdp string) netip.AddrPort {
	var ip netip.Addr
	var port int
	for line := range strings.SplitSeq(sdp, "\r\n") {
		if v, ok := strings.CutPrefix(line, "c=IN IP4 "); ok {
			ip, _ = netip.ParseAddr(v)
		}
		if v, ok := strings.CutPrefix(line, "m=audio "); ok {
			port, _ = strconv.Atoi(strings.Fields(v)[0])
		}
	}
	return netip.AddrPortFrom(ip, uint16(port))
}
