package rtcp

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pion/rtcp"
)

var at = time.Unix(1_800_000_000, 250_000_000)

func TestNTP(t *testing.T) {
	if got := ntp(time.Unix(0, 500_000_000)); got != 2208988800<<32|1<<31 {
		t.Errorf("%x", got)
	}
}

// What we write, another implementation reads as the same.
func TestRFC3550_6_4_CompoundPacket(t *testing.T) {
	s := NewSession("0a1b2c@plugboard")
	// An SR of the far side came 1.5 s ago.
	sr := appendReport(nil, &News{From: 9, Sender: true, NTP: ntp(at) - 3<<31}, nil)
	if _, err := s.Receive(sr, 7, at.Add(-1500*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	m := &Metrics{SSRC: 9, LossRate: 5, RoundTrip: 30, RFactor: 90, MOSListening: 42, MOSQuality: 41, SignalLevel: -20, NoiseLevel: 127, BufferNominal: 20, BufferMaximum: 200}
	b := s.Append(nil, Local{
		SSRC: 7, Sending: true, RTPTime: 160, Packets: 50, Octets: 8000,
		Heard: true, Remote: 9, Highest: 65536 + 300, Expected: 200, Received: 150, Jitter: 12, Metrics: m,
	}, at, true)
	list, err := rtcp.Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	want := &rtcp.SenderReport{
		SSRC: 7, NTPTime: ntp(at), RTPTime: 160, PacketCount: 50, OctetCount: 8000,
		Reports: []rtcp.ReceptionReport{{
			SSRC: 9, FractionLost: 64, TotalLost: 50, LastSequenceNumber: 65836, Jitter: 12,
			LastSenderReport: middle(ntp(at) - 3<<31), Delay: 98304,
		}},
	}
	if len(list) != 4 {
		t.Fatalf("%d packets: %v", len(list), list)
	}
	if d := cmp.Diff(want, list[0]); d != "" {
		t.Error(d)
	}
	if d := list[1].(*rtcp.SourceDescription); len(d.Chunks) != 1 || d.Chunks[0].Source != 7 || d.Chunks[0].Items[0].Text != "0a1b2c@plugboard" {
		t.Errorf("%+v", d)
	}
	x := list[2].(*rtcp.ExtendedReport)
	v, ok := x.Reports[0].(*rtcp.VoIPMetricsReportBlock)
	if !ok || v.SSRC != 9 || v.LossRate != 5 || v.RoundTripDelay != 30 || v.RFactor != 90 || v.MOSLQ != 42 || v.MOSCQ != 41 || v.JBNominal != 20 || v.JBMaximum != 200 {
		t.Errorf("%+v", x)
	}
	if d := list[3].(*rtcp.Goodbye); len(d.Sources) != 1 || d.Sources[0] != 7 {
		t.Errorf("%+v", d)
	}
}

// What another implementation writes, we read.
func TestReadsWhatOthersWrite(t *testing.T) {
	b, err := rtcp.Marshal([]rtcp.Packet{
		&rtcp.SenderReport{SSRC: 5, NTPTime: 1 << 40, RTPTime: 3, PacketCount: 4, OctetCount: 6, Reports: []rtcp.ReceptionReport{
			{SSRC: 1, FractionLost: 9}, {SSRC: 7, FractionLost: 128, TotalLost: 10, LastSequenceNumber: 11, Jitter: 12, LastSenderReport: 13, Delay: 14},
		}},
		rtcp.NewCNAMESourceDescription(5, "x"),
		&rtcp.ExtendedReport{SenderSSRC: 5, Reports: []rtcp.ReportBlock{
			&rtcp.ReceiverReferenceTimeReportBlock{NTPTimestamp: 77},
			&rtcp.VoIPMetricsReportBlock{SSRC: 7, LossRate: 3, RoundTripDelay: 4, MOSLQ: 40, MOSCQ: 39, RFactor: 88, SignalLevel: 235},
		}},
		&rtcp.Goodbye{Sources: []uint32{4, 5}},
	})
	if err != nil {
		t.Fatal(err)
	}
	n, err := Read(b, 7)
	want := News{
		From: 5, Sender: true, NTP: 1 << 40, RTPTime: 3, Packets: 4, Octets: 6,
		HasReport: true, Report: Report{SSRC: 7, Fraction: 128, Lost: 10, Highest: 11, Jitter: 12, LastSR: 13, Delay: 14},
		HasMetrics: true, Metrics: Metrics{SSRC: 7, LossRate: 3, RoundTrip: 4, MOSListening: 40, MOSQuality: 39, RFactor: 88, SignalLevel: -21},
		Reference: 77, Bye: true,
	}
	if d := cmp.Diff(want, n); d != "" || err != nil {
		t.Error(err, d)
	}
}

func TestRFC3550_A2_Refused(t *testing.T) {
	good := NewSession("x").Append(nil, Local{SSRC: 1}, at, false)
	for name, b := range map[string][]byte{
		"empty":                      {},
		"SDES first":                 good[8:],
		"cut":                        good[:len(good)-1],
		"a count that is not met":    append([]byte{0x81}, good[1:]...),
		"version 1":                  append([]byte{0x40}, good[1:]...),
		"padding, not at the end":    append([]byte{0xa0}, good[1:]...),
		"a length beyond the end":    append([]byte{0x80, 201, 0, 200}, good[4:]...),
		"an extended block too long": append(bytes.Clone(good), 0x80, 207, 0, 2, 0, 0, 0, 1, 7, 0, 0, 8),
	} {
		if n, err := Read(b, 1); err == nil {
			t.Errorf("%s: read as %+v", name, n)
		}
	}
	padded := append(bytes.Clone(good), 0xa0, 203, 0, 1, 0, 0, 0, 4)
	if _, err := Read(padded, 1); err != nil {
		t.Errorf("padding at the end: %v", err)
	}
}

// RFC 3550, 6.4.1: two sides that report to each other know the round trip and
// what is lost.
func TestRFC3550_6_4_1_RoundTripAndLoss(t *testing.T) {
	a, b := NewSession("a"), NewSession("b")
	const there, back = 30 * time.Millisecond, 50 * time.Millisecond
	now := at
	for i := range uint64(4) {
		sent := a.Append(nil, Local{SSRC: 1, Sending: true, Packets: uint32(100 * i), Heard: true, Remote: 2, Expected: 100 * (i + 1), Received: 100 * (i + 1)}, now, false)
		if _, err := b.Receive(sent, 2, now.Add(there)); err != nil {
			t.Fatal(err)
		}
		now = now.Add(3 * time.Second)
		answer := b.Append(nil, Local{SSRC: 2, Heard: true, Remote: 1, Expected: 100 * (i + 1), Received: 90 * (i + 1), Jitter: 80}, now, false)
		about, err := a.Receive(answer, 1, now.Add(back))
		if err != nil || !about {
			t.Fatal(about, err)
		}
		now = now.Add(time.Second)
	}
	r := a.Remote()
	if d := (r.RTT - there - back).Abs(); d > time.Millisecond || math.Abs(r.Lost-0.1) > 0.005 || r.Total != 40 || r.Jitter != 80 || r.Bye {
		t.Errorf("%+v", r)
	}
	if r := b.Remote(); r.RTT != 0 || r.Lost != 0 || r.At.IsZero() {
		t.Errorf("%+v", r)
	}
	// About another stream.
	if about, err := a.Receive(b.Append(nil, Local{SSRC: 2, Heard: true, Remote: 99}, now, true), 1, now); about || err != nil || !a.Remote().Bye {
		t.Error(about, err, a.Remote())
	}
}

// Duplicates make the loss negative; another stream begins anew.
func TestLossOfAnotherStream(t *testing.T) {
	s := NewSession("x")
	for _, c := range []struct {
		remote             uint32
		expected, received uint64
		fraction           uint8
		lost               int32
	}{
		{1, 100, 50, 128, 50},
		{1, 200, 150, 0, 50},
		{1, 300, 301, 0, -1},
		{2, 10, 5, 128, 5},
		{2, 1 << 40, 5, 255, 1<<23 - 1},
	} {
		r := s.report(Local{Remote: c.remote, Expected: c.expected, Received: c.received}, at)
		if r.Fraction != c.fraction || r.Lost != c.lost {
			t.Errorf("%+v: %+v", c, r)
		}
		b := appendReport(nil, &News{From: 3}, &r)
		if n, err := Read(b, c.remote); err != nil || n.Report != r {
			t.Errorf("%+v read as %+v, %v", r, n, err)
		}
	}
}

func TestRFC3550_6_2_Wait(t *testing.T) {
	var sum, first time.Duration
	const n = 2000
	for range n {
		w := Wait(false)
		if w < 2*time.Second || w > 6200*time.Millisecond {
			t.Fatalf("waits %v", w)
		}
		sum += w
		first += Wait(true)
	}
	if mean := sum / n; mean < 3900*time.Millisecond || mean > 4300*time.Millisecond || (first*2-sum).Abs() > sum/20 {
		t.Errorf("mean %v, at first %v", mean, first/n)
	}
}

func TestReadAllocatesNothing(t *testing.T) {
	s := NewSession("somebody")
	room := make([]byte, 0, 512)
	b := s.Append(nil, Local{SSRC: 1, Sending: true, Heard: true, Remote: 2, Metrics: &Metrics{SSRC: 2}}, at, false)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := s.Receive(b, 2, at); err != nil {
			t.Fatal(err)
		}
		room = s.Append(room[:0], Local{SSRC: 1, Sending: true, Heard: true, Remote: 2}, at, false)
	}); n != 0 {
		t.Errorf("%.1f allocations", n)
	}
}

// FuzzRead: what is read and is one report of ours alone, is written again the
// same.
func FuzzRead(f *testing.F) {
	s := NewSession("a@b")
	f.Add(s.Append(nil, Local{SSRC: 1, Sending: true, Heard: true, Remote: 2, Expected: 5, Received: 4, Metrics: &Metrics{SSRC: 2}}, at, true))
	f.Add(s.Append(nil, Local{SSRC: 1}, at, false))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) >= 1500 {
			return
		}
		n, err := Read(b, 2)
		if err != nil {
			if n != (News{}) {
				t.Fatalf("refused, but told %+v", n)
			}
			return
		}
		var r *Report
		if n.HasReport {
			r = &n.Report
		}
		again, err := Read(appendReport(nil, &n, r), 2)
		if err != nil || again.From != n.From || again.Sender != n.Sender || again.Report != n.Report || again.NTP != n.NTP || again.Packets != n.Packets {
			t.Fatalf("%+v is read again as %+v, %v", n, again, err)
		}
		if size := 4 + 4*int(binary.BigEndian.Uint16(b[2:])); size > len(b) {
			t.Fatalf("a length of %d in %d bytes was read", size, len(b))
		}
	})
}
