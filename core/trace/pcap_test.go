package trace_test

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/trace"
)

func own(netip.Addr) netip.Addr { return netip.MustParseAddr("198.51.100.1") }

// aStory is a call in four messages and a note, over IPv4 and IPv6.
func aStory() []trace.Entry {
	at := time.Date(2026, 5, 4, 12, 0, 0, 123456000, time.UTC)
	invite := []byte("INVITE sip:102@x SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7:5060\r\nCall-ID: a\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n")
	return []trace.Entry{
		{Seq: 1, Time: at, From: "101", To: trace.Self, Way: trace.Way{Transport: "udp", Local: "192.0.2.1:5060", Remote: "192.0.2.7:5070"}, Message: invite},
		{Seq: 2, Time: at, Note: "a call from 101 to 102"},
		{Seq: 3, Time: at.Add(time.Second), From: trace.Self, To: "101", Way: trace.Way{Transport: "tcp", Local: "0.0.0.0:5061", Remote: "192.0.2.7:5070"}, Message: []byte("SIP/2.0 100 Trying\r\nCSeq: 1 INVITE\r\n\r\n")},
		{Seq: 4, Time: at.Add(2 * time.Second), From: trace.Self, To: "102", Way: trace.Way{Transport: "udp", Local: "[2001:db8::1]:5060", Remote: "[2001:db8::2]:5060"}, Message: invite, Cut: 1000},
	}
}

// A reader finds in the file what the story has.
func TestPcap(t *testing.T) {
	var file bytes.Buffer
	if err := trace.Pcap(&file, aStory(), own); err != nil {
		t.Fatal(err)
	}
	b := file.Bytes()
	u32 := func(b []byte) int { return int(binary.BigEndian.Uint32(b)) }
	u16 := func(b []byte) int { return int(binary.BigEndian.Uint16(b)) }
	if u32(b) != 0xa1b2c3d4 || u16(b[4:]) != 2 || u16(b[6:]) != 4 || u32(b[20:]) != 101 {
		t.Fatalf("head % x", b[:24])
	}
	b = b[24:]
	var found []string
	for len(b) > 0 {
		at := time.Unix(int64(u32(b)), int64(u32(b[4:]))*1000).UTC()
		kept, whole := u32(b[8:]), u32(b[12:])
		p := b[16 : 16+kept]
		b = b[16+kept:]
		var from, to netip.Addr
		var udp []byte
		switch p[0] >> 4 {
		case 4:
			sum := 0
			for i := 0; i < 20; i += 2 {
				sum += u16(p[i:])
			}
			if sum = sum>>16 + sum&0xffff; sum != 0xffff || u16(p[2:]) != whole || p[9] != 17 {
				t.Errorf("IPv4 header % x of %d bytes, checksum %x", p[:20], whole, sum)
			}
			from, _ = netip.AddrFromSlice(p[12:16])
			to, _ = netip.AddrFromSlice(p[16:20])
			udp = p[20:]
		case 6:
			if u16(p[4:]) != whole-40 || p[6] != 17 {
				t.Errorf("IPv6 header % x of %d bytes", p[:40], whole)
			}
			from, _ = netip.AddrFromSlice(p[8:24])
			to, _ = netip.AddrFromSlice(p[24:40])
			udp = p[40:]
		}
		if u16(udp[4:]) != len(udp)+whole-kept {
			t.Errorf("UDP length %d of %d bytes", u16(udp[4:]), len(udp))
		}
		line, _, _ := strings.Cut(string(udp[8:]), "\r\n")
		found = append(found, at.Format("15:04:05.000000 ")+netip.AddrPortFrom(from, uint16(u16(udp))).String()+" > "+
			netip.AddrPortFrom(to, uint16(u16(udp[2:]))).String()+" "+line)
	}
	want := "12:00:00.123456 192.0.2.7:5070 > 192.0.2.1:5060 INVITE sip:102@x SIP/2.0\n" +
		"12:00:01.123456 198.51.100.1:5061 > 192.0.2.7:5070 SIP/2.0 100 Trying\n" +
		"12:00:02.123456 [2001:db8::1]:5060 > [2001:db8::2]:5060 INVITE sip:102@x SIP/2.0"
	if got := strings.Join(found, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// tcpdump reads it, where there is one.
func TestPcapIsReadByTcpdump(t *testing.T) {
	tcpdump, err := exec.LookPath("tcpdump")
	if err != nil {
		t.Skip("no tcpdump here")
	}
	var file bytes.Buffer
	if err := trace.Pcap(&file, aStory(), own); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "call.pcap")
	if err := os.WriteFile(name, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tcpdump, "-nvr", name).CombinedOutput()
	for _, want := range []string{"192.0.2.7.5070 > 192.0.2.1.5060: SIP", "198.51.100.1.5061 > 192.0.2.7.5070: UDP, length 38", "2001:db8::1.5060 > 2001:db8::2.5060"} {
		if err != nil || !strings.Contains(string(out), want) || strings.Contains(string(out), "bad cksum") {
			t.Fatalf("%v: no %q in\n%s", err, want, out)
		}
	}
}
