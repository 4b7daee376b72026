package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// postDial places n calls, rate in a second, each 200 ms long, from a caller
// to a callee behind the switch, and returns the times from INVITE to 180,
// sorted. sipp cannot: its clock is the kernel's coarse one, of 4 ms.
func postDial(ctx context.Context, n, rate int) ([]time.Duration, error) {
	pbx, err := net.ResolveUDPAddr("udp4", host+":5060")
	if err != nil {
		return nil, err
	}
	ip := net.ParseIP(other)
	callee, err := net.ListenUDP("udp4", &net.UDPAddr{IP: ip, Port: 5060})
	if err != nil {
		return nil, err
	}
	caller, err := net.ListenUDP("udp4", &net.UDPAddr{IP: ip, Port: 5070})
	if err != nil {
		callee.Close()
		return nil, err
	}
	p := &prober{pbx: pbx, callee: callee, caller: caller, began: make(map[string]time.Time)}
	p.readers.Go(func() { p.read(callee, p.called) })
	p.readers.Go(func() { p.read(caller, p.calling) })
	next := time.Now()
	for i := range n {
		p.invite(i)
		next = next.Add(time.Second / time.Duration(rate))
		wait(ctx, time.Until(next))
	}
	wait(ctx, time.Second) // the last ones hang up
	callee.Close()
	caller.Close()
	p.readers.Wait()
	slices.Sort(p.delays)
	if len(p.delays) < n {
		return p.delays, fmt.Errorf("%d of %d calls did not ring", n-len(p.delays), n)
	}
	return p.delays, nil
}

type prober struct {
	pbx            *net.UDPAddr
	caller, callee *net.UDPConn
	readers        sync.WaitGroup

	mu     sync.Mutex
	began  map[string]time.Time // by Call-ID, until it rings
	delays []time.Duration
}

func (p *prober) read(conn *net.UDPConn, take func(*raw.Message)) {
	buf := make([]byte, 65536)
	for {
		n, _, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		if m, err := raw.ParseMessage(buf[:n]); err == nil {
			take(m)
		}
	}
}

func (p *prober) send(conn *net.UDPConn, m *raw.Message) { _, _ = conn.WriteToUDP(m.Bytes(), p.pbx) }

// called is the callee: it rings and answers at once.
func (p *prober) called(m *raw.Message) {
	switch m.Method() {
	case "INVITE":
		if m.Status() != 0 {
			return
		}
		rings, answers := m.Reply(180, "Ringing", "b"), m.Reply(200, "OK", "b")
		p.describe(answers)
		for _, r := range []*raw.Message{rings, answers} {
			r.Add("Contact", fmt.Sprintf("<sip:load@%s>", p.callee.LocalAddr()))
			p.send(p.callee, r)
		}
	case "BYE":
		p.send(p.callee, m.Reply(200, "OK", "b"))
	}
}

// calling is the caller.
func (p *prober) calling(m *raw.Message) {
	if m.Method() != "INVITE" {
		return
	}
	switch id := m.Get("Call-ID"); m.Status() {
	case 180:
		p.mu.Lock()
		if at, ok := p.began[id]; ok {
			p.delays = append(p.delays, time.Since(at))
			delete(p.began, id)
		}
		p.mu.Unlock()
	case 200:
		ack, bye := p.follow(m, id, "ACK", 1), p.follow(m, id, "BYE", 2)
		p.send(p.caller, ack)
		time.AfterFunc(200*time.Millisecond, func() { p.send(p.caller, bye) })
	}
}

func (p *prober) invite(i int) {
	m := &raw.Message{Start: fmt.Sprintf("INVITE sip:100001@%s SIP/2.0", p.pbx)}
	id := fmt.Sprintf("probe-%d-%d", i, time.Now().UnixNano())
	m.Add("Via", fmt.Sprintf("SIP/2.0/UDP %s;branch=z9hG4bK%s-1", p.caller.LocalAddr(), id))
	m.Add("Max-Forwards", "70")
	m.Add("From", fmt.Sprintf("<sip:+4930123@%s>;tag=a%d", p.caller.LocalAddr(), i))
	m.Add("To", fmt.Sprintf("<sip:100001@%s>", p.pbx))
	m.Add("Call-ID", id)
	m.Add("CSeq", "1 INVITE")
	m.Add("Contact", fmt.Sprintf("<sip:load@%s>", p.caller.LocalAddr()))
	p.describe(m)
	b := m.Bytes()
	p.mu.Lock()
	p.began[id] = time.Now()
	p.mu.Unlock()
	_, _ = p.caller.WriteToUDP(b, p.pbx)
}

// follow makes a request in the dialog of a 200.
func (p *prober) follow(ok *raw.Message, id, method string, seq int) *raw.Message {
	m := &raw.Message{Start: method + " " + raw.URI(ok.Get("Contact")) + " SIP/2.0"}
	m.Add("Via", fmt.Sprintf("SIP/2.0/UDP %s;branch=z9hG4bK%s-%s", p.caller.LocalAddr(), id, method))
	for _, route := range ok.All("Record-Route") {
		m.Add("Route", route)
	}
	m.Add("Max-Forwards", "70")
	m.Add("From", ok.Get("From"))
	m.Add("To", ok.Get("To"))
	m.Add("Call-ID", id)
	m.Add("CSeq", fmt.Sprintf("%d %s", seq, method))
	return m
}

// describe adds a description of media that nobody listens to.
func (p *prober) describe(m *raw.Message) {
	m.Add("Content-Type", "application/sdp")
	m.Body = fmt.Sprintf("v=0\r\no=- 1 1 IN IP4 %[1]s\r\ns=-\r\nc=IN IP4 %[1]s\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n", other)
}
