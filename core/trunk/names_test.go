package trunk

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// nameServer answers with records, over UDP with less than they are if they
// are many, and returns its port.
func nameServer(t *testing.T, ip string, records map[string][]string) string {
	t.Helper()
	pc, err := net.ListenPacket("udp", ip+":0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(pc.LocalAddr().String())
	l, err := net.Listen("tcp", ip+":"+port)
	if err != nil {
		t.Fatal(err)
	}
	handler := func(truncate bool) dns.HandlerFunc {
		return func(w dns.ResponseWriter, q *dns.Msg) {
			m := new(dns.Msg)
			m.SetReply(q)
			name := q.Question[0].Name
			lines, ok := records[name]
			switch {
			case strings.HasPrefix(name, "broken"):
				m.Rcode = dns.RcodeServerFailure
			case !ok:
				m.Rcode = dns.RcodeNameError
			}
			for _, line := range lines {
				rr, err := dns.NewRR(name + " 60 IN NAPTR " + line)
				if err != nil {
					t.Error(err)
				}
				m.Answer = append(m.Answer, rr)
			}
			if truncate && len(m.Answer) > 3 {
				m.Answer, m.Truncated = nil, true
			}
			_ = w.WriteMsg(m)
		}
	}
	for _, s := range []*dns.Server{{PacketConn: pc, Handler: handler(true)}, {Listener: l, Handler: handler(false)}} {
		ready, done := make(chan struct{}), make(chan struct{})
		s.NotifyStartedFunc = func() { close(ready) }
		go func() {
			defer close(done)
			_ = s.ActivateAndServe()
		}()
		<-ready
		t.Cleanup(func() {
			_ = s.Shutdown()
			<-done
		})
	}
	return port
}

// resolvConf is a resolv.conf for servers at one port.
func resolvConf(t *testing.T, port string, servers ...string) *Names {
	t.Helper()
	n := &Names{File: filepath.Join(t.TempDir(), "resolv.conf")}
	text := ""
	for _, s := range servers {
		text += "nameserver " + s + "\n"
	}
	if err := os.WriteFile(n.File, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	n.port = port
	return n
}

// NAPTR records as a real name server sends them (RFC 3403, RFC 3263 §4.1).
func TestNAPTR(t *testing.T) {
	many := []string{}
	for i := range 20 {
		many = append(many, fmt.Sprintf(`%d 1 "s" "SIP+D2U" "" _sip._udp.many%d.example.`, i, i))
	}
	const ip = "127.0.0.53"
	port := nameServer(t, ip, map[string][]string{
		"sip.example.":   {`50 50 "s" "SIP+D2T" "" _sip._tcp.sip.example.`, `90 50 "s" "SIP+D2U" "" _sip._udp.sip.example.`},
		"many.example.":  many,
		"empty.example.": nil,
	})
	n := resolvConf(t, port, ip)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	got, err := n.LookupNAPTR(ctx, "sip.example")
	want := []NAPTR{
		{Order: 50, Preference: 50, Flags: "s", Service: "SIP+D2T", Replacement: "_sip._tcp.sip.example."},
		{Order: 90, Preference: 50, Flags: "s", Service: "SIP+D2U", Replacement: "_sip._udp.sip.example."},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := n.LookupNAPTR(ctx, "many.example"); err != nil || len(got) != 20 { // by TCP
		t.Errorf("%d records, %v", len(got), err)
	}
	for _, none := range []string{"empty.example", "nowhere.example"} {
		if got, err := n.LookupNAPTR(ctx, none); err != nil || len(got) != 0 {
			t.Errorf("%s: %v, %v", none, got, err)
		}
	}
	if _, err := n.LookupNAPTR(ctx, "broken.example"); err == nil || !strings.Contains(err.Error(), "SERVFAIL") {
		t.Errorf("%v", err)
	}
	// The first server is not there; the second is asked.
	n = resolvConf(t, port, "127.0.0.54", ip)
	if got, err := n.LookupNAPTR(ctx, "sip.example"); err != nil || len(got) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
}
