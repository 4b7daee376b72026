//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// providers is a PBX between two providers: calls of one go to the other.
const providers = `
trunk "east" {
  peer         = "sip:EAST:5060"
  options_ping = "off" # sipp's scenarios know calls only
}
trunk "west" {
  peer         = "sip:WEST:5060"
  options_ping = "off"
}
dialplan "transit" {
  from = [trunk.east, trunk.west]
  route "impatient" {
    match = "200"
    to    = trunk.west
    ring  = "2s"
  }
  route "barred" {
    match = "300"
    deny  = "not from here"
  }
  route "through" {
    match = "1XX"
    to    = trunk.west
  }
}
`

func transit(t *testing.T, ip string) (p *pbx.PBX, east, west string) {
	t.Helper()
	east, west = pbx.Sibling(ip, 2), pbx.Sibling(ip, 3)
	return pbx.Start(t, ip, strings.NewReplacer("EAST", east, "WEST", west).Replace(providers)), east, west
}

// sipp is one run of it, in the background.
type sipp struct {
	t    *testing.T
	name string
	cmd  *exec.Cmd
	out  bytes.Buffer
	dir  string
}

func startSipp(t *testing.T, name string, args ...string) *sipp {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 60*time.Second)
	t.Cleanup(stop)
	s := &sipp{t: t, name: name, dir: t.TempDir()}
	s.cmd = exec.CommandContext(ctx, "sipp", append(args, "-nostdin", "-trace_err", "-trace_msg", "-timeout", "30", "-timeout_error")...)
	s.cmd.Dir = s.dir // its logs
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.out
	if err := pbx.StartUrgent(s.cmd); err != nil {
		t.Fatalf("sipp: %v (is it installed? `make e2e` does it)", err)
	}
	return s
}

// listens waits until the scenario's socket is bound. The kernel is asked: to try to
// bind it would be in sipp's way.
func (s *sipp) listens(transport, ip string) {
	s.t.Helper()
	a := netip.MustParseAddr(ip).As4()
	want := fmt.Sprintf(" %08X:%04X ", binary.NativeEndian.Uint32(a[:]), 5060)
	pbx.Eventually(s.t, "sipp "+s.name+" listens", func() error {
		sockets, err := os.ReadFile("/proc/net/" + transport)
		if err == nil && !strings.Contains(string(sockets), want) {
			err = errors.New("not yet")
		}
		return err
	})
}

// done waits for the scenario to end well.
func (s *sipp) done() {
	s.t.Helper()
	if err := s.cmd.Wait(); err != nil {
		logs, _ := filepath.Glob(filepath.Join(s.dir, "*.log"))
		for _, l := range logs {
			text, _ := os.ReadFile(l)
			s.t.Logf("%s\n%s", filepath.Base(l), text[max(0, len(text)-6000):])
		}
		s.t.Fatalf("sipp %s: %v\n%s", s.name, err, s.out.Bytes()[max(0, s.out.Len()-3000):])
	}
}

func scenario(t *testing.T, name string, replace ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name)
	pbx.Write(t, file, strings.NewReplacer(replace...).Replace(string(text)))
	return file
}

// sipp's own uac through us to its own uas, with RTP echoed, over UDP and TCP.
func TestSippThroughTrunk(t *testing.T) {
	t.Parallel()
	for transport, ip := range map[string]string{"udp": "127.0.40.1", "tcp": "127.0.47.1"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			east, west := pbx.Sibling(ip, 2), pbx.Sibling(ip, 3)
			p := pbx.Start(t, ip, strings.NewReplacer("EAST:5060", east+":5060;transport="+transport, "WEST:5060", west+":5060;transport="+transport).Replace(providers))
			mode := transport[:1] + "1" // one socket
			uas := startSipp(t, "uas", "-sn", "uas", "-t", mode, "-i", west, "-p", "5060", "-mi", west, "-rtp_echo", "-m", "30")
			uas.listens(transport, west)
			uac := startSipp(t, "uac", "-sn", "uac", "-t", mode, "-i", east, "-p", "5060", "-mi", east, "-s", "101", "-m", "30", "-r", "15", "-d", "1000", p.IP+":5060")
			uac.done()
			uas.done()
			p.Calls(0)
		})
	}
}

func TestSippCallerCancels(t *testing.T) {
	t.Parallel()
	p, east, west := transit(t, "127.0.41.1")
	uas := startSipp(t, "callee", "-sf", scenario(t, "callee_cancelled.xml"), "-i", west, "-p", "5060", "-m", "1")
	uas.listens("udp", west)
	startSipp(t, "caller", "-sf", scenario(t, "caller_cancels.xml"), "-i", east, "-p", "5060", "-s", "101", "-m", "1", p.IP+":5060").done()
	uas.done()
	p.Calls(0)
}

func TestSippBusy(t *testing.T) {
	t.Parallel()
	p, east, west := transit(t, "127.0.42.1")
	uas := startSipp(t, "callee", "-sf", scenario(t, "callee_busy.xml"), "-i", west, "-p", "5060", "-m", "1")
	uas.listens("udp", west)
	startSipp(t, "caller", "-sf", scenario(t, "caller_refused.xml", "STATUS", "486"), "-i", east, "-p", "5060", "-s", "101", "-m", "1", p.IP+":5060").done()
	uas.done()
	p.Calls(0)
}

func TestSippNoAnswer(t *testing.T) {
	t.Parallel()
	p, east, west := transit(t, "127.0.43.1")
	uas := startSipp(t, "callee", "-sf", scenario(t, "callee_cancelled.xml"), "-i", west, "-p", "5060", "-m", "1")
	uas.listens("udp", west)
	startSipp(t, "caller", "-sf", scenario(t, "caller_refused.xml", "STATUS", "480"), "-i", east, "-p", "5060", "-s", "200", "-m", "1", p.IP+":5060").done()
	uas.done()
	p.Calls(0)
}

func TestSippRefused(t *testing.T) {
	t.Parallel()
	p, east, _ := transit(t, "127.0.44.1")
	for number, status := range map[string]string{"300": "403", "999": "404"} {
		startSipp(t, number, "-sf", scenario(t, "caller_refused.xml", "STATUS", status), "-i", east, "-p", "5060", "-s", number, "-m", "1", p.IP+":5060").done()
	}
	p.Calls(0)
}

// A phone that registers and calls, each time through the 401.
func TestSippAsPhone(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"u1", "t1"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			ip := map[string]string{"u1": "127.0.45.1", "t1": "127.0.46.1"}[transport]
			p := pbx.Start(t, ip, pbx.Office)
			startSipp(t, "register", "-sf", scenario(t, "phone_registers.xml"), "-t", transport, "-i", pbx.Sibling(ip, 11), "-p", "5060", "-m", "1", ip+":5060").done()
			startSipp(t, "call", "-sf", scenario(t, "phone_calls.xml"), "-t", transport, "-i", pbx.Sibling(ip, 11), "-p", "5060", "-m", "1",
				"-auth_uri", "*43@"+ip+":5060", ip+":5060").done()
			p.Calls(0)
		})
	}
}

// A 183 that both sides acknowledge: the callee sends it reliably, the caller
// demands that (RFC 3262).
func TestSippPRACK(t *testing.T) {
	t.Parallel()
	p, east, west := transit(t, "127.0.48.1")
	uas := startSipp(t, "callee", "-sf", scenario(t, "callee_reliable.xml"), "-i", west, "-p", "5060", "-m", "1")
	uas.listens("udp", west)
	startSipp(t, "caller", "-sf", scenario(t, "caller_pracks.xml"), "-i", east, "-p", "5060", "-s", "101", "-m", "1", p.IP+":5060").done()
	uas.done()
	p.Calls(0)
}
