package webleg

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pion/turn/v5"
	"github.com/pion/webrtc/v4"

	"github.com/plugboard/plugboard/sdk/leg"
)

const turnSecret = "a secret of tests, long enough"

func turnConfig(t *testing.T) (config map[string]any, at string) {
	t.Helper()
	at = free(t, "127.0.0.137") // of UDP and of TCP: nobody else uses that address
	return map[string]any{"turn_listen": []any{"udp://" + at, "tcp://" + at}, "turn_relay_ports": "20000-60000", "turn_secret": turnSecret}, at
}

// free is a port of an address that is free now.
func free(t *testing.T, ip string) string {
	c, err := net.ListenPacket("udp", ip+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.LocalAddr().String()
}

// behind is a browser that gets through to a TURN server alone.
func behind(t *testing.T, at, transport string) *browser {
	name, password, err := turn.GenerateLongTermTURNRESTCredentials(turnSecret, "101", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return newBrowser(t, wants{ice: &webrtc.Configuration{
		ICETransportPolicy: webrtc.ICETransportPolicyRelay,
		ICEServers:         []webrtc.ICEServer{{URLs: []string{"turn:" + at + "?transport=" + transport}, Username: name, Credential: password}},
	}})
}

// A browser that gets through to the TURN server alone talks by it.
func TestABrowserBehindTURN(t *testing.T) {
	config, at := turnConfig(t)
	for _, transport := range []string{"udp", "tcp"} {
		h := newHouse(t, config)
		b := behind(t, at, transport)
		offer := b.offer(nil)
		if !strings.Contains(offer, "typ relay") {
			t.Fatalf("no relayed address in\n%s", offer)
		}
		g := h.answerTo(b, offer)
		g.hears(theirs)
		b.hears(ours)
		stats, err := g.Stats(t.Context())
		if said := strings.Join(stats.Notes, " "); err != nil || !strings.Contains(said, "by a TURN server, as 127.0.0.137:") {
			t.Errorf("noted is %q, %v", said, err)
		}
		b.close()
		g.close()
		h.close()
	}
}

// While two processes have calls, the TURN server of the first relays to both. When it has
// ended, that of the other begins, and a browser that begins ICE anew goes on by it.
func TestTURNOfTwoProcesses(t *testing.T) {
	config, at := turnConfig(t)
	config["listen"] = []any{"udp://" + free(t, "127.0.0.1")}
	before, after := newHouse(t, config), newHouse(t, config)
	relays := func() bool {
		after.term.mu.Lock()
		defer after.term.mu.Unlock()
		return after.term.relay != nil
	}
	if relays() {
		t.Error("two processes have the port")
	}
	b := behind(t, at, "udp")
	g := after.call(b)
	g.hears(theirs)
	b.hears(ours)
	before.close()
	for began := time.Now(); !relays(); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			t.Fatal("the TURN server did not begin")
		}
	}
	answer, err := g.Answer(t.Context(), []byte(b.offer(&webrtc.OfferOptions{ICERestart: true})), leg.SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	b.accept(string(answer))
	eventually(t, func() bool { return b.pc.ICEConnectionState() == webrtc.ICEConnectionStateConnected }, "the browser is connected")
	g.forget()
	b.deaf()
	g.hears(theirs)
	b.hears(ours)
	b.close()
	g.close()
}

// The TURN server is no open door: it knows names of its own secret, for a time, and
// relays to the legs' sockets alone.
func TestTURNRelaysToLegsAlone(t *testing.T) {
	config, at := turnConfig(t)
	config["turn_peers"] = []any{"192.0.2.0/24"}
	h := newHouse(t, config)
	allocate := func(name, password string) (*turn.Client, net.PacketConn, error) {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		client, err := turn.NewClient(&turn.ClientConfig{STUNServerAddr: at, TURNServerAddr: at, Conn: c, Username: name, Password: password, Realm: realm, LoggerFactory: quietly()})
		if err != nil {
			t.Fatal(err)
		}
		if err := client.Listen(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close(); _ = c.Close() })
		relayed, err := client.Allocate()
		return client, relayed, err
	}
	name, password, _ := turn.GenerateLongTermTURNRESTCredentials(turnSecret, "101", time.Minute)
	late, old, _ := turn.GenerateLongTermTURNRESTCredentials(turnSecret, "101", -time.Minute)
	other, wrong, _ := turn.GenerateLongTermTURNRESTCredentials("another secret", "101", time.Minute)
	for _, c := range [][2]string{{late, old}, {other, wrong}, {name, "x"}, {"", ""}} {
		if _, _, err := allocate(c[0], c[1]); err == nil {
			t.Errorf("%q may relay", c[0])
		}
	}
	client, relayed, err := allocate(name, password)
	if err != nil {
		t.Fatal(err)
	}
	legs := net.UDPAddrFromAddrPort(h.term.mux.ports[0].at)
	for _, c := range []struct {
		peer net.Addr
		may  bool
	}{
		{legs, true},
		{&net.UDPAddr{IP: net.IPv4(192, 0, 2, 9), Port: 9}, true},
		{&net.UDPAddr{IP: net.IPv4(127, 0, 0, 2), Port: legs.Port}, false},
		{&net.UDPAddr{IP: net.IPv4(10, 1, 2, 3), Port: 9}, false},
		{&net.UDPAddr{IP: net.IPv4(203, 0, 113, 9), Port: 9}, false},
	} {
		if err := client.CreatePermission(c.peer); (err == nil) != c.may {
			t.Errorf("to %s: %v", c.peer, err)
		}
	}
	// The same host, but another socket: nothing comes there.
	secret, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer secret.Close()
	_, _ = relayed.WriteTo([]byte("open, sesame"), secret.LocalAddr())
	_ = secret.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	if n, _, err := secret.ReadFrom(make([]byte, 100)); err == nil {
		t.Errorf("%d bytes were relayed to another socket of the machine", n)
	}
	_ = relayed.Close()
}

func TestWhatConfigurationCannotBe(t *testing.T) {
	for _, c := range []struct {
		config map[string]any
		says   string
	}{
		{map[string]any{"listen": []any{"192.0.2.1:8189"}}, "listen is \"192.0.2.1:8189\"; it must be like"},
		{map[string]any{"listen": []any{"tcp://192.0.2.1:8189"}}, "without a udp:// address"},
		{map[string]any{"external_address": "pbx.example.com"}, "must be an IP address"},
		{map[string]any{"ice_servers": []any{"turn:a.example.com"}}, "without a name and a password"},
		{map[string]any{"ice_servers": []any{"http://a.example.com"}}, "no stun: or turn: address"},
		{map[string]any{"ice_servers": []any{"stun:a.example.com"}, "lite": true}, "of no use with lite"},
		{map[string]any{"turn_secret": turnSecret}, "no turn_listen"},
		{map[string]any{"turn_listen": []any{"udp://192.0.2.1:3478"}, "turn_secret": "short", "turn_relay_ports": "2000-3000"}, "shorter than 16"},
		{map[string]any{"turn_listen": []any{"udp://0.0.0.0:3478"}, "turn_secret": turnSecret, "turn_relay_ports": "2000-3000"}, "there is no turn_external_address"},
		{map[string]any{"turn_listen": []any{"udp://192.0.2.1:3478"}, "turn_secret": turnSecret, "turn_relay_ports": "3000"}, "turn_relay_ports"},
		{map[string]any{"turn_listen": []any{"udp://192.0.2.1:3478"}, "turn_secret": turnSecret, "turn_relay_ports": "3000-3100", "turn_peers": []any{"everybody"}}, "turn_peers"},
	} {
		if _, err := read(c.config); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), turnSecret) {
			t.Errorf("%v: %v, want %q", c.config, err, c.says)
		}
	}
	s, err := read(map[string]any{"listen": []any{"udp://[2001:db8::1]:" + strconv.Itoa(8189)}, "ice_servers": []any{"stun:a.example.com:3478", "turn:b.example.com?transport=tcp n p"}})
	if err != nil || len(s.servers) != 2 || s.servers[1].Password != "p" {
		t.Errorf("%+v, %v", s, err)
	}
}
