package rtpleg

import (
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/rtp"
)

var (
	described = netip.MustParseAddrPort("192.0.2.1:4000")
	behindNAT = netip.MustParseAddrPort("198.51.100.9:61000")
	attacker  = netip.MustParseAddrPort("203.0.113.66:5555")
)

// feed sends n packets in sequence from an address, 20 ms apart, and says how
// many were admitted.
type feed struct {
	s   source
	now time.Time
	seq map[netip.AddrPort]uint16
}

func newFeed() *feed {
	f := &feed{now: time.Unix(1000, 0), seq: map[netip.AddrPort]uint16{}}
	f.s.describe(described)
	return f
}

func (f *feed) send(n int, from ...netip.AddrPort) (admitted int) {
	for range n {
		f.now = f.now.Add(20 * time.Millisecond)
		for _, a := range from {
			f.seq[a]++
			if ok, _ := f.s.admit(a, rtp.Header{Sequence: f.seq[a], SSRC: uint32(a.Port())}, f.now); ok {
				admitted++
			}
		}
	}
	return admitted
}

func (f *feed) expect(t *testing.T, what string, got, want int, locked netip.AddrPort) {
	t.Helper()
	if got != want || f.s.locked != locked {
		t.Errorf("%s: %d admitted, want %d; locked to %v, want %v", what, got, want, f.s.locked, locked)
	}
}

func TestSource_DescribedAddressAtOnce(t *testing.T) {
	f := newFeed()
	f.expect(t, "from the described address", f.send(10, described), 10, described)
	f.expect(t, "an attacker beside it", f.send(500, described, attacker), 500, described)
}

func TestSource_BehindNAT(t *testing.T) {
	f := newFeed()
	f.expect(t, "from another address", f.send(10, behindNAT), 9, behindNAT)
	f.expect(t, "an attacker later", f.send(500, behindNAT, attacker), 500, behindNAT)
}

// An attacker who is quicker than the party loses the lock to the described
// address within the learning time.
func TestSource_AttackerWasQuicker(t *testing.T) {
	f := newFeed()
	f.send(5, attacker)
	f.expect(t, "the party comes", f.send(10, described), 10, described)
	f.expect(t, "the attacker goes on", f.send(200, attacker, described), 200, described)
}

func TestSource_SilentPartyIsReplacedBySteadyOneOnly(t *testing.T) {
	f := newFeed()
	f.send(200, described)
	// One or two packets here and there move nothing.
	f.now = f.now.Add(5 * time.Second)
	for range 20 {
		f.seq[attacker] += 7
		f.expect(t, "stray packets", f.send(1, attacker), 0, described)
	}
	f.expect(t, "a party that moved", f.send(steady+10, behindNAT), 11, behindNAT)
	f.expect(t, "the described address, back within the learning time", f.send(10, behindNAT, described), 11, described)
}

func TestSource_ShortSilenceIsNoChance(t *testing.T) {
	f := newFeed()
	f.send(200, described)
	f.expect(t, "an attacker in a pause of 2.8 s", f.send(140, attacker), 0, described)
	f.expect(t, "the party goes on", f.send(10, described), 10, described)
}

func TestSource_NewDescription(t *testing.T) {
	f := newFeed()
	f.send(200, behindNAT)
	f.s.describe(described)
	f.expect(t, "the same description again", f.send(10, attacker), 0, behindNAT)
	f.s.describe(netip.AddrPort{})
	f.expect(t, "on hold", f.send(10, attacker), 0, behindNAT)
	moved := netip.MustParseAddrPort("192.0.2.44:6000")
	f.s.describe(moved)
	f.expect(t, "a new one", f.send(10, moved), 10, moved)
}

// The whole leg under attack: the party is heard, and hears.
func TestAttackOnALeg(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		sent := map[netip.AddrPort]int{}
		n.rule = func(from, to netip.AddrPort, _ []byte) []time.Duration {
			if from.Port() == 4000 {
				sent[to]++
			}
			return []time.Duration{0}
		}
		a, _ := open(t, n, "127.0.0.1:4000", "pcmu", []byte(pcmuOffer))
		a.says = tone(700)
		party := newFar(n, "10.0.0.5:40000", a.sock.addr) // behind NAT: not as described
		bad := newFar(n, "10.6.6.6:666", a.sock.addr)
		party.talk(50, a, 500)
		for range 300 {
			party.speak(0, 20, 500)
			bad.speak(0, 20, 900)
			bad.speak(0, 20, 900)
			run(1, a)
		}
		a.hears(t, "A", 100, 500, 33)
		// The party's own first packet proved nothing yet.
		if s := a.stats(t); s.Refused != 601 || s.Remote != party.sock.addr {
			t.Errorf("%+v", s)
		}
		if sent[bad.sock.addr] != 0 || sent[party.sock.addr] < 340 {
			t.Errorf("packets by receiver: %v", sent)
		}
		if e := a.told(leg.Source); len(e) != 1 || e[0].Remote != party.sock.addr {
			t.Errorf("told %+v", e)
		}
	})
}

// Without symmetric, packets go where the description says.
func TestNotSymmetric(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		sent := map[netip.AddrPort]int{}
		n.rule = func(from, to netip.AddrPort, _ []byte) []time.Duration {
			if from.Port() == 4000 {
				sent[to]++
			}
			return []time.Duration{0}
		}
		a, _ := openWith(t, n, "127.0.0.1:4000", leg.Params{Codecs: []string{"pcmu"}, Remote: []byte(pcmuOffer)})
		n.socket("127.0.0.2:5000")
		a.says = tone(700)
		newFar(n, "127.0.0.2:6000", a.sock.addr).talk(50, a, 500)
		a.hears(t, "A", 25, 500, 33)
		if sent[netip.MustParseAddrPort("127.0.0.2:5000")] != 50 || len(sent) != 1 {
			t.Errorf("packets by receiver: %v", sent)
		}
	})
}
