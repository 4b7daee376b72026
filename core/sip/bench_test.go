package sip

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/sip/auth"
	"github.com/plugboard/plugboard/sdk/leg"
)

// shop is a server on real sockets whose hub is a few lines: it dials the
// trunk for each call, answers when that answers, and hangs up with it.
type shop struct {
	*bed
	server *Server
	stop   context.CancelFunc
	done   chan error
}

// cpu is the time that this process has used so far.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func newShop(b *testing.B, peer netip.AddrPort) *shop {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		b.Fatal(err)
	}
	s := &shop{bed: &bed{
		exts:   map[string]*dialplan.Extension{"101": {Name: "101", Number: "101", MaxDevices: 5}},
		trunks: map[netip.Addr]*dialplan.Trunk{}, peers: map[string]Peer{"far": {Transport: "udp", Addr: peer, Host: peer.String()}},
		reg: registrar.New(registrar.Options{}),
	}, done: make(chan error, 1)}
	s.trunks[netip.MustParseAddr("127.0.0.1")] = &dialplan.Trunk{Name: "far"}
	settings := &Settings{Domain: "pbx", UserAgent: "Plugboard", Codecs: []string{"pcmu"}, Digest: auth.New("pbx")}
	s.server, err = New(Options{
		Sockets: []Socket{{Name: "udp", Packet: conn}}, Advertise: func(netip.Addr) Self { return at("127.0.0.1") },
		Settings: func() *Settings { return settings }, Registrar: s.reg, Directory: s.bed,
		OpenMedia: func(_ context.Context, p leg.Params, tell func(leg.Event)) (Media, []byte, error) {
			return &fakeMedia{p: p}, []byte(offerSDP), nil
		},
		Incoming: s.incoming,
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	go func() { s.done <- s.server.Serve(ctx) }()
	b.Cleanup(func() {
		stop()
		if err := <-s.done; err != nil {
			b.Error(err)
		}
		s.reg.Close()
	})
	return s
}

func (s *shop) incoming(in call.Incoming) call.Inbox {
	trunk := s.trunks[netip.MustParseAddr("127.0.0.1")]
	legs, err := s.server.Dial(context.Background(), call.Dial{
		Call: in.ID, Trunk: trunk, Number: in.Facts.To.Number, CallerNumber: "1", MaxForwards: in.MaxForwards,
	}, func(n call.News) {
		switch n.What {
		case call.Ringing:
			in.Leg.Ring()
		case call.Answered:
			in.Leg.Answer()
		case call.Ended:
			in.Leg.Hangup(call.End{Cause: n.Cause})
		default:
		}
	})
	if err != nil {
		in.Leg.Hangup(call.End{Cause: call.Failed})
		return func(call.News) {}
	}
	return func(n call.News) {
		if n.What == call.Ended {
			legs[0].Hangup(call.End{Cause: n.Cause})
		}
	}
}

// BenchmarkCall is a whole call between two far sides on real sockets: INVITE,
// 100, 180, 200, ACK on both sides, BYE on both. The far sides are in this
// process too and cost about a quarter of what is shown: bare strings.
func BenchmarkCall(b *testing.B) {
	a, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	local := addrPort(a.LocalAddr())
	s := newShop(b, local)
	to := s.server.links.sockets[0].local

	buf := make([]byte, 65536)
	read := func() message {
		_ = a.SetReadDeadline(time.Now().Add(5 * time.Second))
		n, _, err := a.ReadFromUDPAddrPort(buf)
		if err != nil {
			b.Fatal(err)
		}
		return parse(string(buf[:n]))
	}
	write := func(raw []byte) { _, _ = a.WriteToUDPAddrPort(raw, to) }
	caller := &phone{t: b, name: "a", via: "UDP", addr: local, send: write}
	callee := &phone{t: b, name: "b", via: "UDP", addr: local, send: write}
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b.ResetTimer()
	start := cpu()
	for i := range b.N {
		m := caller.request("INVITE", fmt.Sprintf("sip:%d@pbx", i), "sdp:"+offerSDP)
		caller.callID, caller.local, caller.seq = m.get("Call-ID"), m.get("From"), 1
		write(m.bytes())
		byes := 0
		for byes < 2 {
			m := read()
			switch m.what() {
			case "INVITE":
				callee.invite, callee.local = m, m.get("To")+";tag="+callee.id("t")
				callee.respond(m, "180 Ringing")
				callee.respond(m, "200 OK", "sdp:"+answerSDP)
			case "200":
				if strings.HasSuffix(m.get("CSeq"), "INVITE") {
					caller.took(m)
					caller.ack()
					write(caller.inside("BYE").bytes())
				} else {
					byes++
				}
			case "BYE":
				callee.respond(m, "200 OK")
				byes++
			}
		}
	}
	b.StopTimer()
	b.ReportMetric(float64(cpu()-start)/float64(b.N)/1e6, "CPU-ms/call")
	// What is kept for half a minute after a call, for retransmissions.
	runtime.GC()
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(b.N), "B-kept/call")
}

// BenchmarkRegister is a REGISTER with credentials, after its challenge: two
// requests, as a phone that keeps no nonce does it.
func BenchmarkRegister(b *testing.B) {
	s := newShop(b, netip.MustParseAddrPort("127.0.0.1:9"))
	c := &capture{}
	p := &phone{t: b, name: "101", via: "UDP", addr: netip.MustParseAddrPort("203.0.113.66:5060"), secret: "secret-101"}
	first := p.registration("Expires: 3600").bytes()
	s.server.datagram(c, first)
	challenge := c.sent[0]
	requests := make([][]byte, b.N)
	for i := range requests {
		// Each has a nonce of its own, made here.
		m := p.registration("Expires: 3600")
		challenge.set("WWW-Authenticate", s.server.opts.Settings().Digest.Challenges("", false)[0])
		requests[i] = p.authorised(m, challenge).bytes()
	}
	runtime.GC()
	start := cpu()
	b.ResetTimer()
	for _, r := range requests {
		c.sent = c.sent[:0]
		s.server.datagram(c, r)
	}
	b.StopTimer()
	b.ReportMetric(float64(cpu()-start)/float64(b.N)/1e6, "CPU-ms/REGISTER")
	if got := c.first(); got != "200" {
		b.Fatalf("got %s", got)
	}
}
