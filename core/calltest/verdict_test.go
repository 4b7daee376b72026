package calltest

import (
	"encoding/binary"
	"fmt"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/daemon"
	"github.com/plugboard/plugboard/core/golden"
	"github.com/plugboard/plugboard/sdk/event"
)

// verdicts are those that hold on the leg of a phone.
func (w *World) verdicts(number string) []event.Verdict {
	w.t.Helper()
	calls := w.Calls()
	if len(calls) != 1 {
		w.t.Fatalf("%d calls", len(calls))
	}
	for _, l := range calls[0].Legs {
		if l.Number == number {
			return l.Verdicts
		}
	}
	w.t.Fatalf("no leg of %s: %+v", number, calls[0].Legs)
	return nil
}

func codes(list []event.Verdict) []string {
	out := []string{}
	for _, v := range list {
		out = append(out, v.Code)
	}
	return out
}

// sick is one thing that goes wrong, on the leg of 102.
type sick struct {
	name string
	want string // the verdict's code
	// What is to be done, nil where nothing is: to the site's media block, to
	// the phones before the call, so that it goes wrong, and to heal it.
	media  string
	before func(w *World, a, b *Phone)
	breaks func(w *World, call, ring *Call)
	heals  func(w *World, call, ring *Call)
}

func manner(m Manner) func(*World, *Call, *Call) {
	return func(_ *World, _, ring *Call) { ring.Behave(m) }
}

func speech(loud, faint float64) func(uint32) float64 {
	return func(ts uint32) float64 {
		if ts/8000%3 == 0 {
			return faint
		}
		return loud
	}
}

// reports is a receiver report (RFC 3550, section 6.4.2) with a fraction lost in
// 256ths.
func reports(lost byte) func(uint32) []byte {
	return func(ssrc uint32) []byte {
		b := make([]byte, 32)
		b[0], b[1], b[3] = 0x81, 201, 7
		binary.BigEndian.PutUint32(b[4:], 0x1234)
		binary.BigEndian.PutUint32(b[8:], ssrc)
		b[12] = lost
		return b
	}
}

func sicknesses() []sick {
	well := manner(Manner{})
	return []sick{
		{name: "nothing from a private address", want: "nothing_received",
			before: func(_ *World, _, b *Phone) { b.MediaNamed = netip.MustParseAddr("192.168.7.5") },
			breaks: manner(Manner{Mute: true}), heals: well},
		{name: "nothing at all", want: "nothing_received", breaks: manner(Manner{Mute: true}), heals: well},
		{name: "stops", want: "stopped",
			breaks: func(_ *World, _, ring *Call) {
				time.Sleep(6 * time.Second)
				ring.Behave(Manner{Mute: true})
			}, heals: well},
		{name: "silence", want: "silent", breaks: manner(Manner{Silent: true}), heals: well},
		{name: "another source", want: "refused",
			breaks: func(w *World, _, ring *Call) { w.stray(ring, netip.MustParseAddr("10.0.0.99")) },
			heals:  func(w *World, _, _ *Call) { w.quietStray() }},
		{name: "another payload type", want: "unagreed", breaks: manner(Manner{Type: 8}), heals: well},
		{name: "late", want: "late",
			breaks: manner(Manner{Delay: func(seq uint16) time.Duration {
				if seq%3 == 0 {
					return 400 * time.Millisecond
				}
				return 0
			}}), heals: well},
		{name: "loss", want: "loss_in", breaks: manner(Manner{Lose: func(seq uint16) bool { return seq%10 == 0 }}), heals: well},
		{name: "poor", want: "poor_in", breaks: manner(Manner{Lose: func(seq uint16) bool { return seq%3 == 0 }}), heals: well},
		{name: "clipped", want: "clipping", breaks: manner(Manner{Loudness: func(uint32) float64 { return 3 }}), heals: well},
		{name: "faint speech", want: "too_quiet", breaks: manner(Manner{Loudness: speech(0.004, 0.0008)}), heals: well},
		{name: "it reports loss", want: "loss_out", breaks: manner(Manner{Report: reports(20)}), heals: manner(Manner{Report: reports(0)})},
		{name: "it reports that it hears nothing", want: "not_heard", breaks: manner(Manner{Report: reports(255)}), heals: manner(Manner{Report: reports(0)})},
		{name: "it reports much loss", want: "poor_out", breaks: manner(Manner{Report: reports(90)}), heals: manner(Manner{Report: reports(0)})},
		{name: "no route to it", want: "nothing_sent",
			breaks: func(w *World, _, ring *Call) { w.Net.Unroute(ring.Phone.Addr.Addr(), true) },
			heals:  func(w *World, _, ring *Call) { w.Net.Unroute(ring.Phone.Addr.Addr(), false) }},
		{name: "hold", want: "held",
			breaks: func(_ *World, _, ring *Call) { ring.Hold() },
			heals:  func(_ *World, _, ring *Call) { ring.Resume() }},
		{name: "not symmetric", want: "wrong_address", media: "symmetric = false",
			before: func(_ *World, _, b *Phone) {
				b.MediaFrom, b.MediaNamed = netip.MustParseAddr("203.0.113.9"), netip.MustParseAddr("192.168.7.5")
			}},
	}
}

// Each thing that can be wrong is provoked, seen on the leg that it is about
// and on no other, told once, and taken back when it is over.
func TestVerdicts(t *testing.T) {
	var texts strings.Builder
	for _, s := range sicknesses() {
		t.Run(s.name, func(t *testing.T) {
			RunMedia(t, s.media, office, func(w *World) {
				a, b := w.Phone("101"), w.Phone("102")
				if s.before != nil {
					s.before(w, a, b)
				}
				call := a.Dial("102")
				ring := b.Incoming()
				ring.AnswerNow()
				if s.want == "nothing_received" {
					s.breaks(w, call, ring) // before the first packet
				}
				call.Expect("200")
				ring.Expect("ACK")
				if s.breaks != nil {
					s.breaks(w, call, ring)
				}
				time.Sleep(16 * time.Second)
				got := w.verdicts("102")
				i := slices.IndexFunc(got, func(v event.Verdict) bool { return v.Code == s.want })
				if i < 0 {
					t.Fatalf("verdicts on 102: %+v, wanted %s\n%+v", got, s.want, w.Calls()[0].Legs)
				}
				if other := w.verdicts("101"); len(other) > 0 {
					t.Errorf("verdicts on 101: %+v", other)
				}
				fmt.Fprintf(&texts, "%s\n  %s: %s\n", s.name, got[i].Where, mask(got[i].Text))
				id := w.Calls()[0].ID
				if s.heals != nil {
					s.heals(w, call, ring)
					time.Sleep(14 * time.Second)
					if left := codes(w.verdicts("102")); slices.Contains(left, s.want) {
						t.Errorf("%s is still given after it was healed: %v", s.want, left)
					}
				}
				call.Hangup()
				ring.Expect("BYE")
				if s.want != "held" { // which the ladder tells as "holds"
					w.toldOnce(id, got[i])
				}
			})
		})
	}
	if !t.Failed() {
		golden.Check(t, "testdata/verdicts.txt", texts.String())
	}
}

// figures are what may differ from run to run, and with every improvement of
// what is measured.
var figures = regexp.MustCompile(`\d\d:\d\d:\d\d|10\.0\.0\.1:\d+|\d+(\.\d)? %|\d+ ms|MOS \d\.\d|-\d+ dBov`)

// mask leaves the units of figures.
func mask(text string) string {
	return figures.ReplaceAllStringFunc(text, func(f string) string {
		switch {
		case strings.HasPrefix(f, "10.0.0.1:"):
			return "10.0.0.1:port"
		case strings.Contains(f, ":"):
			return "hh:mm:ss"
		case strings.HasPrefix(f, "MOS"):
			return "MOS n"
		}
		return "n " + f[strings.IndexByte(f, ' ')+1:]
	})
}

// toldOnce checks the ladder: a verdict is in it once.
func (w *World) toldOnce(call string, v event.Verdict) {
	w.t.Helper()
	entries, _ := w.PBX.Trace.Entries(call)
	n := 0
	for _, e := range entries {
		if strings.HasPrefix(e.Note, "! ") && e.From == "102" && strings.Contains(e.Note, v.Text[:min(20, len(v.Text))]) {
			n++
		}
	}
	if n != 1 {
		w.t.Errorf("the ladder tells of %q %d times:\n%+v", v.Code, n, entries)
	}
}

// When the leg plugin is started again in the middle of a call, both legs tell
// of the gap, for a while.
func TestVerdictOnAGap(t *testing.T) {
	Run(t, office, func(w *World) {
		call, ring := talk(w, w.Phone("101"), w.Phone("102"))
		time.Sleep(10 * time.Second)
		if err := w.PBX.KillPlugin(daemon.LegPlugin); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		for _, number := range []string{"101", "102"} {
			v := w.verdicts(number)
			if len(v) != 1 || v[0].Code != "media" || v[0].Where != "switch" || !strings.Contains(v[0].Text, number+": its plugin ended and was started again: ") {
				t.Errorf("%+v", v)
			}
		}
		time.Sleep(35 * time.Second)
		if v := append(w.verdicts("101"), w.verdicts("102")...); len(v) != 0 {
			t.Errorf("%+v", v)
		}
		call.Hangup()
		ring.Expect("BYE")
	})
}

// A call in which nothing is wrong gets no verdict.
func TestNoVerdictOnAGoodCall(t *testing.T) {
	Run(t, office, func(w *World) {
		call, ring := talk(w, w.Phone("101"), w.Phone("102"))
		for range 30 {
			time.Sleep(time.Second)
			if v := append(w.verdicts("101"), w.verdicts("102")...); len(v) > 0 {
				t.Fatalf("%+v", v)
			}
		}
		for _, l := range w.Calls()[0].Legs {
			s := l.Stats
			if s == nil || s.MOSIn < 4 || math.Abs(s.LevelIn+15) > 0.5 || math.Abs(s.LevelOut+15) > 1 || s.Source != l.Remote || s.RemoteSDP != l.Remote ||
				l.Local == "" || l.Peer == "" || s.Direction != "sendrecv" || s.LastIn == nil || s.LastOut == nil {
				t.Errorf("%+v %+v", l, s)
			}
		}
		call.Hangup()
		ring.Expect("BYE")
	})
}

// Counters are fresh also for who asks once after a long pause.
func TestCountersAreFresh(t *testing.T) {
	Run(t, office, func(w *World) {
		call, ring := talk(w, w.Phone("101"), w.Phone("102"))
		time.Sleep(time.Minute)
		for _, l := range w.Calls()[0].Legs {
			if age := time.Since(*l.Stats.At); age > 1100*time.Millisecond || l.Stats.PacketsIn < 59*50 {
				t.Errorf("%s: %d packets, %v ago", l.Number, l.Stats.PacketsIn, age)
			}
		}
		call.Hangup()
		ring.Expect("BYE")
	})
}

// What a party says is on the left of its dump, what it hears on the right.
func TestDump(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		c := w.Calls()[0]
		path, err := w.PBX.Dump(c.ID, c.Legs[0].ID, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		call.Hears(b) // as before
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		time.Sleep(time.Second)
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var said, heard []float64
		for i := 44 + 4*48000; i < 44+4*2*48000; i += 4 * 6 { // a second of it, at 8 kHz
			said = append(said, float64(int16(binary.LittleEndian.Uint16(got[i:])))/32768)
			heard = append(heard, float64(int16(binary.LittleEndian.Uint16(got[i+2:])))/32768)
		}
		own, other := a.Tone, b.Tone
		if c.Legs[0].Number != "101" {
			own, other = other, own
		}
		if raw.Goertzel(said, own) < 0.2 || raw.Goertzel(said, other) > 0.01 || raw.Goertzel(heard, other) < 0.2 || raw.Goertzel(heard, own) > 0.01 {
			t.Errorf("says %.3f of its own and %.3f of the other's, hears %.3f and %.3f",
				raw.Goertzel(said, own), raw.Goertzel(said, other), raw.Goertzel(heard, own), raw.Goertzel(heard, other))
		}
		if _, err := w.PBX.Dump(c.ID, c.Legs[0].ID, time.Second); err == nil {
			t.Error("a leg that has gone is dumped")
		}
		if files, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(files) != 1 {
			t.Errorf("%v", files)
		}
	})
}

// stray sends packets to a call's port from a host that is nobody's.
func (w *World) stray(c *Call, from netip.Addr) {
	w.t.Helper()
	s, err := w.Net.listenFree(from)
	if err != nil {
		w.t.Fatal(err)
	}
	c.mu.Lock()
	c.media.mu.Lock()
	to := c.media.to
	c.media.mu.Unlock()
	c.mu.Unlock()
	w.strays = make(chan struct{})
	go func() {
		defer s.Close()
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		b := make([]byte, 172)
		b[0] = 0x80
		for {
			select {
			case <-w.strays:
				return
			case <-tick.C:
			}
			b[3]++
			_ = s.Send(b, to)
		}
	}()
}

func (w *World) quietStray() { close(w.strays) }
