package sip

import (
	"bytes"
	"maps"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/presence"
)

// lamps are phones on one socket of the kernel's that watch an extension and
// answer each NOTIFY at once.
type lamps struct {
	*shop
	conn  *net.UDPConn
	link  *packetLink
	heard atomic.Int64
	spent atomic.Int64 // by the phones' own thread
}

// newLamps subscribes so many phones to extension 102.
func newLamps(b *testing.B, watchers int) *lamps {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		b.Fatal(err)
	}
	_ = conn.SetReadBuffer(4 << 20)
	l := &lamps{shop: newShop(b, netip.MustParseAddrPort("127.0.0.1:9")), conn: conn}
	clear(l.trunks)
	l.exts["102"] = &dialplan.Extension{Name: "102", Number: "102"}
	socket := l.server.links.sockets[0]
	_ = socket.Packet.(*net.UDPConn).SetReadBuffer(4 << 20)
	l.link = &packetLink{socket, addrPort(conn.LocalAddr())}
	done := make(chan struct{})
	go func() { defer close(done); l.answer() }()
	b.Cleanup(func() { conn.Close(); <-done })
	p := &phone{t: b, name: "101", via: "UDP", addr: l.link.remote, secret: "secret-101"}
	for range watchers {
		m := p.request("SUBSCRIBE", "sip:102@127.0.0.1", "Event: dialog", "Expires: 900")
		challenge := message{}
		challenge.set("WWW-Authenticate", l.server.opts.Settings().Digest.Challenges("", false)[0])
		l.server.datagram(l.link, p.authorised(m, challenge).bytes())
	}
	l.hears(b, watchers)
	return l
}

// answer answers until the socket is closed.
func (l *lamps) answer() {
	runtime.LockOSThread() // what it costs is told apart
	defer runtime.UnlockOSThread()
	buf := make([]byte, 65536)
	for {
		n, from, err := l.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		if !bytes.HasPrefix(buf[:n], []byte("NOTIFY ")) {
			continue
		}
		reply := []byte("SIP/2.0 200 OK\r\n")
		for line := range bytes.Lines(buf[:n]) {
			switch line[0] {
			case 'V', 'F', 'T', 'C':
				if !bytes.HasPrefix(line, []byte("Cont")) {
					reply = append(reply, line...)
				}
			}
			if len(line) == 2 {
				break
			}
		}
		reply = append(reply, "Content-Length: 0\r\n\r\n"...)
		_, _ = l.conn.WriteToUDPAddrPort(reply, from)
		var u syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_THREAD, &u)
		l.spent.Store(u.Utime.Nano() + u.Stime.Nano())
		l.heard.Add(1)
	}
}

// hears waits until the phones were notified so often, and the answers are through.
func (l *lamps) hears(b *testing.B, n int) {
	b.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		if l.heard.Load() >= int64(n) && !l.server.txs.unanswered() {
			break
		}
		if time.Now().After(deadline) {
			b.Fatalf("%d NOTIFYs, want %d", l.heard.Load(), n)
		}
	}
	l.heard.Store(0)
}

// BenchmarkLamps is a change of an extension that a thousand phones watch, on real
// sockets: a NOTIFY to each, and its 200. What the phones themselves cost is not
// counted.
func BenchmarkLamps(b *testing.B) {
	const watchers = 1000
	l := newLamps(b, watchers)
	d := presence.Dialog{ID: "01JABCDEFGHJKMNPQRSTVWXYZ0", CallID: newTag() + newTag(), LocalTag: newTag(), RemoteTag: newTag(), Remote: presence.Party{Number: "103", Name: "Anna"}}
	phases := []presence.Phase{presence.Early, presence.Confirmed, presence.Terminated}
	var used time.Duration
	for i := range b.N {
		for _, n := range l.server.subs.all() {
			n.mu.Lock()
			n.pace = pace{} // as if it had been still for a while
			n.mu.Unlock()
		}
		runtime.GC()
		start, far := cpu(), l.spent.Load()
		d.Phase = phases[i%len(phases)]
		l.server.opts.Lamps.Dialog("102", d)
		l.hears(b, watchers)
		used += cpu() - start - time.Duration(l.spent.Load()-far)
	}
	b.ReportMetric(float64(used)/float64(b.N)/1e6, "CPU-ms/change")
	b.ReportMetric(50, "target-CPU-ms")
}

// BenchmarkSubscription is what a subscription keeps.
func BenchmarkSubscription(b *testing.B) {
	var before, after runtime.MemStats
	count := min(b.N, maxSubscriptions)
	runtime.GC()
	runtime.ReadMemStats(&before)
	l := newLamps(b, count)
	b.StopTimer()
	t := l.server.txs
	t.mu.Lock()
	clients, servers := slices.Collect(maps.Values(t.clients)), slices.Collect(maps.Values(t.servers))
	t.mu.Unlock()
	for _, tx := range clients { // they stay for half a minute
		tx.finish()
	}
	for _, tx := range servers {
		tx.finish()
	}
	clients, servers = nil, nil
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(count), "B/subscription")
}
