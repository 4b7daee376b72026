package trunk

import (
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// asking is a trunk without registration whose health is watched.
var asking = Config{Name: "gw", Peer: "sip:192.0.2.1", OptionsPing: 30 * time.Second}

func TestOptions(t *testing.T) {
	live(t, with(404, "Not Found"), func(h *house) { // any answer will do
		time.Sleep(time.Second)
		h.is(Up, "")
		q := h.p.take("OPTIONS")[0]
		if q.URI != "sip:192.0.2.1" || q.AoR != "sip:192.0.2.1" || q.Contact != "" || q.Credentials != nil {
			t.Errorf("asked %+v", q.Request)
		}
		time.Sleep(5 * time.Minute)
		if n := len(h.p.take("OPTIONS")); n != 10 {
			t.Errorf("asked %d times in 5 min", n)
		}
		h.p.say(silent)
		time.Sleep(30*time.Second + patience)
		h.is(Down, "no answer to OPTIONS from 192.0.2.1:5060 over udp")
		h.p.say(with(503, "Service Unavailable"))
		time.Sleep(30*time.Second + patience)
		h.is(Down, "192.0.2.1:5060 over udp answered OPTIONS with 503 Service Unavailable")
		h.p.say(ok)
		time.Sleep(30 * time.Second)
		h.is(Up, "")
		want := []string{"gw up ", "gw down no answer to OPTIONS from 192.0.2.1:5060 over udp", "gw down 192.0.2.1:5060 over udp answered OPTIONS with 503 Service Unavailable", "gw up "}
		if !slices.Equal(h.told, want) {
			t.Errorf("told %q", h.told)
		}
	}, asking)
	live(t, silent, func(h *house) {
		if err := h.d.Usable("gw"); err != nil { // nothing speaks against it yet
			t.Error(err)
		}
		time.Sleep(patience + time.Second)
		h.is(Down, `no answer to OPTIONS from 192.0.2.1:5060 over udp; if it never answers OPTIONS, write options_ping = "off"`)
	}, asking)
	off := asking
	off.OptionsPing = 0
	live(t, silent, func(h *house) {
		time.Sleep(time.Hour)
		h.is(Up, "")
		if n := len(h.p.take("OPTIONS")); n > 0 {
			t.Errorf("asked %d times", n)
		}
	}, off)
}

// both registers and is watched, at two servers.
var both = Config{Name: "first", Peer: "sip:sip.example.net", Register: true, Username: "1234567", Secret: secret, OptionsPing: 30 * time.Second}

// twoServers is a domain with a main server and one in reserve.
func twoServers(h *house) {
	h.n.mu.Lock()
	defer h.n.mu.Unlock()
	h.n.hosts["a.example.net"], h.n.hosts["b.example.net"] = []string{"192.0.2.1"}, []string{"192.0.2.2"}
	h.n.srv["_sip._udp.sip.example.net"] = []*net.SRV{{Target: "a.example.net.", Port: 5060, Priority: 10}, {Target: "b.example.net.", Port: 5070, Priority: 20}}
}

const mainServer, reserve = "192.0.2.1:5060 over udp", "192.0.2.2:5070 over udp"

// dead are servers that say nothing.
func dead(servers ...string) func(Request) (Answer, error) {
	return func(q Request) (Answer, error) {
		if slices.Contains(servers, q.To.String()) {
			return silent(q)
		}
		return ok(q)
	}
}

func (h *house) at(want string) {
	h.t.Helper()
	if at, err := first(h.d, h.d.States()[0].Name); at != want {
		h.t.Errorf("it is used at %s (%v), want %s", at, err, want)
	}
}

// RFC 3263, section 4.3: the next record, when one fails.
func TestNextServer(t *testing.T) {
	for name, first := range map[string]func(Request) (Answer, error){
		"silent":  silent,
		"503":     with(503, "Service Unavailable"),
		"timeout": with(408, "Request Timeout"),
		"loop":    func(q Request) (Answer, error) { return to("sip:sip.example.net"), nil },
	} {
		t.Run(name, func(t *testing.T) {
			live(t, func(q Request) (Answer, error) {
				if q.To.String() == mainServer {
					return first(q)
				}
				return ok(q)
			}, func(h *house) {
				twoServers(h)
				time.Sleep(retry + patience + time.Second)
				h.is(Registered, "")
				h.at(reserve)
				w, err := h.d.Way("first")
				if err != nil || len(w.Targets) != 2 || w.Host != "sip.example.net" || w.Username != "1234567" || w.Credentials == nil || w.Contact == "" {
					t.Errorf("%+v, %v", w, err)
				}
				for _, from := range []string{"192.0.2.1:5060", "192.0.2.2:5070", "192.0.2.2:61000"} {
					if name, _ := h.d.Match(Source{Addr: netip.MustParseAddrPort(from), Transport: "udp"}); name != "first" {
						t.Errorf("a call from %s is %q's", from, name)
					}
				}
			}, both)
		})
	}
	live(t, dead(mainServer, reserve), func(h *house) {
		twoServers(h)
		time.Sleep(time.Minute)
		h.is(Failed, "no answer to REGISTER from "+mainServer+"; no answer to REGISTER from "+reserve)
	}, both)
}

// A server that dies loses the registration to the next, and gets it back.
func TestMovesToTheNextServer(t *testing.T) {
	live(t, ok, func(h *house) {
		twoServers(h)
		time.Sleep(10 * time.Second)
		h.is(Registered, "")
		h.at(mainServer)
		h.p.say(dead(mainServer))
		time.Sleep(30*time.Second + patience)
		h.is(Registered, "")
		h.at(reserve)
		h.p.say(ok)
		time.Sleep(improve + DefaultExpires)
		h.at(mainServer)
		h.p.say(dead(mainServer, reserve))
		time.Sleep(30*time.Second + 2*patience)
		h.is(Down, "no answer to OPTIONS")
		h.p.take("REGISTER")
		h.p.say(ok)
		time.Sleep(time.Minute)
		h.is(Registered, "")
		if len(h.p.take("REGISTER")) == 0 {
			t.Error("it may have forgotten us, and was not asked to register us again")
		}
	}, both)
}

// A trunk that has one server only is down while that is, and back at once.
func TestOneServerIsDown(t *testing.T) {
	one := both
	one.Peer, one.Expires = "sip:192.0.2.1", time.Hour
	live(t, ok, func(h *house) {
		time.Sleep(time.Second)
		h.is(Registered, "")
		h.p.say(silent)
		time.Sleep(30*time.Second + patience)
		h.is(Down, "no answer to OPTIONS from "+mainServer)
		if h.d.States()[0].Until == nil {
			t.Error("it is registered still")
		}
		h.p.take("REGISTER")
		h.p.say(ok)
		time.Sleep(30 * time.Second)
		h.is(Registered, "")
		if n := len(h.p.take("REGISTER")); n != 1 {
			t.Errorf("registered %d times when it came back", n)
		}
	}, one)
	// One that cannot register is asked by OPTIONS too, so that it is not
	// left alone for minutes when it comes back.
	live(t, silent, func(h *house) {
		time.Sleep(2 * time.Hour)
		h.is(Failed, "no answer to REGISTER")
		h.p.say(ok)
		time.Sleep(31 * time.Second)
		h.is(Registered, "")
	}, one)
}

// Calls and questions of a trunk without registration go to the server that
// answers.
func TestOptionsFindsTheNextServer(t *testing.T) {
	plainTwo := Config{Name: "gw", Peer: "sip:sip.example.net", OptionsPing: 30 * time.Second}
	live(t, dead(mainServer), func(h *house) {
		twoServers(h)
		time.Sleep(retry + patience + time.Second)
		h.is(Up, "")
		h.at(reserve)
		h.p.take("OPTIONS")
		time.Sleep(4 * time.Minute)
		if list := h.p.take("OPTIONS"); slices.ContainsFunc(list, func(a asked) bool { return a.To.String() == mainServer }) {
			t.Error("the dead server is asked each time")
		}
		h.p.say(ok)
		time.Sleep(improve)
		h.at(mainServer)
	}, plainTwo)
}

// A server that leaves the records leaves the trunk.
func TestServerLeavesTheRecords(t *testing.T) {
	live(t, ok, func(h *house) {
		twoServers(h)
		time.Sleep(10 * time.Second)
		h.at(mainServer)
		h.n.mu.Lock()
		h.n.srv["_sip._udp.sip.example.net"] = h.n.srv["_sip._udp.sip.example.net"][1:]
		h.n.mu.Unlock()
		time.Sleep(refresh + time.Second)
		h.is(Registered, "")
		h.at(reserve)
		list := h.p.take("REGISTER")
		if last := list[len(list)-1]; last.To.String() != reserve {
			t.Errorf("registered at %v", last.To)
		}
	}, both)
}
