package main

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// agent plays the provider behind Plugboard's static trunk: it places calls
// and answers those that come back to it.
type agent struct {
	conn  *net.UDPConn
	addr  netip.AddrPort
	pbx   netip.AddrPort
	media *media

	calling, answering *sound // of the calls that it places, and takes

	mu    sync.Mutex
	calls map[string]*dialog // by Call-ID
	bs    map[string]*dialog // answered calls, by number
	ready sync.Cond
	wg    sync.WaitGroup
}

// dialog is one leg as the agent sees it.
type dialog struct {
	id, number       string
	local, remote    string // From and To of what we send
	target           string
	invite           *raw.Message
	port             netip.AddrPort // Plugboard's media
	up, ended, wrong bool
	status           string
	stream           *stream
	kind             byte // payload type, both ways
}

func newAgent(ip netip.Addr, pbx netip.AddrPort, m *media) (*agent, error) {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 5060)))
	if err != nil {
		return nil, err
	}
	_ = conn.SetReadBuffer(8 << 20)
	a := &agent{
		conn: conn, addr: conn.LocalAddr().(*net.UDPAddr).AddrPort(), pbx: pbx, media: m,
		calls: make(map[string]*dialog), bs: make(map[string]*dialog),
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
	m.Add("Contact", fmt.Sprintf("<sip:load@%s>", a.addr))
	return m
}

func (a *agent) sdp(m *raw.Message, s *sound) {
	ip := a.media.addr.Addr()
	m.Add("Content-Type", "application/sdp")
	m.Body = fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio %d RTP/AVP %d %d\r\n%sa=sendrecv\r\n",
		ip, ip, a.media.addr.Port(), s.payload, digits, s.attributes())
}

// dial places a call and waits until it is answered.
func (a *agent) dial(number string) (*dialog, error) {
	target := fmt.Sprintf("sip:%s@%s", number, a.pbx)
	d := &dialog{
		id: fmt.Sprintf("load-%s-%d", number, time.Now().UnixNano()), number: number,
		local: fmt.Sprintf("<sip:%s@%s>;tag=a%s", number, a.addr, number), remote: "<" + target + ">", target: target,
	}
	d.invite = a.request(d, "INVITE", target, 1)
	a.sdp(d.invite, a.calling)
	d.kind = a.calling.payload
	a.mu.Lock()
	a.calls[d.id] = d
	a.mu.Unlock()
	a.write(d.invite)
	timeout := time.AfterFunc(10*time.Second, func() {
		a.mu.Lock()
		d.wrong, d.status = true, "no answer within 10 s"
		a.mu.Unlock()
		a.ready.Broadcast()
	})
	defer timeout.Stop()
	a.mu.Lock()
	defer a.mu.Unlock()
	for !d.up && !d.wrong {
		a.ready.Wait()
	}
	if d.wrong {
		return nil, fmt.Errorf("call to %s: %s", number, d.status)
	}
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

func (a *agent) hangup(d *dialog) { a.write(a.request(d, "BYE", d.target, 2)) }

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
	case status != 0 && d != nil && m.Method() == "INVITE" && status >= 200:
		d.remote, d.status = m.Get("To"), m.Label()
		if status >= 300 {
			ack := a.request(d, "ACK", d.target, 1)
			ack.Header[0] = d.invite.Header[0] // same transaction
			a.write(ack)
			d.wrong = true
			return
		}
		d.target = raw.URI(m.Get("Contact"))
		d.port = mediaAddr(m.Body)
		a.write(a.request(d, "ACK", d.target, 1))
		d.up = true
	case status != 0:
	case m.Method() == "INVITE":
		if d == nil {
			d = &dialog{id: m.Get("Call-ID"), invite: m, number: user(m.Start), port: mediaAddr(m.Body)}
			d.local, d.remote, d.target = m.Get("To")+";tag=b", m.Get("From"), raw.URI(m.Get("Contact"))
			a.calls[d.id] = d
		}
		r := reply(m, "200 OK")
		r.Add("Contact", fmt.Sprintf("<sip:load@%s>", a.addr))
		answer := *a.answering
		answer.payload, _ = answer.payloadOf(m.Body)
		d.kind = answer.payload
		a.sdp(r, &answer)
		a.write(r)
		a.bs[d.number] = d
	case m.Method() == "BYE" && d != nil:
		d.ended = true
		a.write(reply(m, "200 OK"))
	case m.Method() != "ACK":
		a.write(reply(m, "200 OK"))
	}
}

func reply(req *raw.Message, status string) *raw.Message {
	m := &raw.Message{Start: "SIP/2.0 " + status}
	for _, f := range req.Header {
		switch strings.ToLower(f.Name) {
		case "via", "from", "call-id", "cseq", "record-route":
			m.Add(f.Name, f.Value)
		case "to":
			if !strings.Contains(f.Value, ";tag=") {
				f.Value += ";tag=b"
			}
			m.Add("To", f.Value)
		}
	}
	return m
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
