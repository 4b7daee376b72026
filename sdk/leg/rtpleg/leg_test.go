package rtpleg

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/jitter"
	"github.com/plugboard/plugboard/sdk/media/rtp"
)

const ms = time.Millisecond

// hears fails the test unless the last n frames that p heard are a clear tone.
func (p *party) hears(t *testing.T, name string, frames int, hz, snr float64) {
	t.Helper()
	pcm := p.heard[len(p.heard)-frames*audio.Samples:]
	got, level := tones(pcm, hz)
	if got < snr || level < -7 || level > -5 {
		t.Errorf("%s hears %.0f Hz with SNR %.1f dB at %.1f dB; want at least %.0f dB, at -6 dB", name, hz, got, level, snr)
	}
}

func (p *party) hearsNothing(t *testing.T, name string, frames int) {
	t.Helper()
	for _, s := range p.heard[len(p.heard)-frames*audio.Samples:] {
		if s != 0 {
			t.Errorf("%s hears something", name)
			return
		}
	}
}

func (p *party) stats(t *testing.T) leg.Stats {
	t.Helper()
	s, err := p.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestToneBothWays(t *testing.T) {
	for _, c := range []struct {
		a, b string
		snr  float64
	}{{"pcmu", "pcmu", 33}, {"pcma", "pcma", 33}, {"opus", "opus", 25}, {"opus pcmu", "pcmu opus", 33}} {
		t.Run(c.a, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := connect(t, newNetwork(), c.a, c.b)
				a.says, b.says = tone(440), tone(1000)
				run(100, a, b)
				a.hears(t, "A", 50, 1000, c.snr)
				b.hears(t, "B", 50, 440, c.snr)
				s := a.stats(t)
				if s.PacketsOut != 100 || s.PacketsIn < 99 || s.Lost+s.Late+s.Concealed+s.Refused != 0 || s.Codec != fields(c.b)[0] {
					t.Errorf("stats of a clean call: %+v", s)
				}
				if s.Remote != b.sock.addr || s.Direction != leg.SendRecv || s.BufferMs > 24 {
					t.Errorf("stats: %+v", s)
				}
				if e := a.told(leg.Changed); len(e) != 1 || e[0].Codec != s.Codec || e[0].Remote != b.sock.addr {
					t.Errorf("told %+v", e)
				}
				if e := a.told(leg.Source); len(e) != 1 || e[0].Remote != b.sock.addr {
					t.Errorf("told %+v", e)
				}
			})
		})
	}
}

// Each side may send what it likes best of what was agreed.
func TestCodecsDifferEachWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, offer := open(t, n, "127.0.0.1:4000", "pcmu opus", nil)
		b, answer := open(t, n, "127.0.0.2:5000", "opus pcmu", offer)
		// The answer says opus first; this offerer's far side says PCMU first.
		answer = []byte(strings.Replace(string(answer), "RTP/AVP 107 0", "RTP/AVP 0 107", 1))
		if err := a.Accept(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		a.says, b.says = tone(440), tone(1000)
		run(100, a, b)
		if x, y := a.stats(t).Codec, b.stats(t).Codec; x != "pcmu" || y != "opus" {
			t.Errorf("A sends %s, B %s", x, y)
		}
		a.hears(t, "A", 50, 1000, 25)
		b.hears(t, "B", 50, 440, 33)
	})
}

func TestDigitsBothWaysExactlyOnce(t *testing.T) {
	for _, codecs := range []string{"pcmu", "opus"} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork()
			r := rand.New(rand.NewPCG(1, 1))
			n.media = func(_, _ netip.AddrPort, b []byte) []time.Duration {
				switch r.IntN(10) {
				case 0:
					return nil
				case 1:
					return []time.Duration{0, 10 * ms}
				case 2:
					return []time.Duration{25 * ms}
				}
				return []time.Duration{0}
			}
			a, b := connect(t, n, codecs, codecs)
			a.says, b.says = tone(440), tone(440)
			run(10, a, b)
			for _, d := range []byte("0123456789*#ABCD") {
				if err := a.Digit(t.Context(), d, 100*ms); err != nil {
					t.Fatal(err)
				}
			}
			for _, d := range []byte("8899") {
				if err := b.Digit(t.Context(), d, 400*ms); err != nil {
					t.Fatal(err)
				}
			}
			run(220, a, b)
			var atA, atB string
			for _, e := range a.told(leg.Digit) {
				atA += string(e.Digit)
				if e.Duration < 360*ms || e.Duration > 400*ms {
					t.Errorf("a digit of 400 ms lasted %v", e.Duration)
				}
			}
			for _, e := range b.told(leg.Digit) {
				atB += string(e.Digit)
			}
			if atA != "8899" || atB != "0123456789*#ABCD" {
				t.Errorf("%s: B got %q, A got %q", codecs, atB, atA)
			}
		})
	}
}

// RFC 4733, 2.5.1.2: while an event runs, no audio is sent; the stream's time
// goes on.
func TestNoAudioWhileADigitRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		var got []rtp.Header
		n.media = func(from, _ netip.AddrPort, b []byte) []time.Duration {
			if from.Port() == 4000 {
				h, _, _ := rtp.Parse(b)
				got = append(got, h)
			}
			return []time.Duration{0}
		}
		a, b := connect(t, n, "pcmu", "pcmu")
		run(5, a, b)
		a.Digit(t.Context(), '5', 100*ms)
		run(20, a, b)
		if len(got) != 25 {
			t.Fatalf("%d packets in 25 ticks", len(got))
		}
		events := 0
		for i, h := range got {
			if i > 0 && h.Sequence != got[i-1].Sequence+1 {
				t.Errorf("packet %d: sequence %d after %d", i, h.Sequence, got[i-1].Sequence)
			}
			if h.PayloadType == 101 {
				events++
				if h.Timestamp != got[5].Timestamp || h.Marker != (i == 5) {
					t.Errorf("packet %d: %+v", i, h)
				}
			} else if h.Timestamp != got[0].Timestamp+uint32(i)*160 || h.Marker != (i == 0 || i == 12) {
				t.Errorf("packet %d: %+v", i, h)
			}
		}
		if events != 7 {
			t.Errorf("%d event packets for 100 ms, want 7", events)
		}
	})
}

func TestDigitIsRefused(t *testing.T) {
	n := newNetwork()
	a, _ := open(t, n, "127.0.0.1:4000", "pcmu", []byte("v=0\nc=IN IP4 127.0.0.2\nm=audio 5000 RTP/AVP 0\n"))
	if err := a.Digit(t.Context(), '1', 100*ms); err != nil {
		t.Errorf("to a far side without telephone-event, as sound: %v", err)
	}
	b, _ := open(t, n, "127.0.0.1:4002", "pcmu", []byte("v=0\nc=IN IP4 127.0.0.2\nm=audio 5000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\n"))
	if err := b.Digit(t.Context(), 'x', 100*ms); err == nil {
		t.Error("x is taken for a digit")
	}
	for range maxDigits {
		if err := b.Digit(t.Context(), '1', 100*ms); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Digit(t.Context(), '1', 100*ms); err == nil {
		t.Error("there is no end to the digits that wait")
	}
}

func TestLossIsConcealedAndCounted(t *testing.T) {
	for _, c := range []struct {
		codec string
		snr   float64
	}{{"pcmu", 12}, {"opus", 8}} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork()
			count := 0
			n.media = func(from, _ netip.AddrPort, b []byte) []time.Duration {
				if from.Port() != 4000 {
					return []time.Duration{0}
				}
				if count++; count%10 == 5 {
					return nil
				}
				return []time.Duration{0}
			}
			a, b := connect(t, n, c.codec, c.codec)
			a.says = tone(250)
			run(200, a, b)
			b.hears(t, c.codec+": B", 100, 250, c.snr)
			if s := b.stats(t); s.Lost != 20 || s.Concealed < 19 || s.Concealed > 22 || s.Late != 0 {
				t.Errorf("%s: %+v", c.codec, s)
			}
		})
	}
}

func TestReorderedAndDoubledPackets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		count := 0
		n.media = func(from, _ netip.AddrPort, b []byte) []time.Duration {
			if from.Port() != 4000 {
				return []time.Duration{0}
			}
			if count++; count%2 == 0 {
				return []time.Duration{30 * ms, 32 * ms}
			}
			return []time.Duration{5 * ms}
		}
		a, b := connect(t, n, "pcmu", "pcmu")
		a.says, b.says = tone(440), nil
		run(300, a, b)
		b.hears(t, "B", 100, 440, 33)
		if s := b.stats(t); s.Lost > 2 || s.Duplicate < 100 || s.Late > 5 {
			t.Errorf("%+v", s)
		}
	})
}

func TestJitterIsEvenedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		r := rand.New(rand.NewPCG(5, 5))
		n.media = func(_, _ netip.AddrPort, b []byte) []time.Duration {
			return []time.Duration{time.Duration(r.IntN(50)) * ms}
		}
		a, b := connect(t, n, "pcmu", "pcmu")
		a.says = tone(440)
		run(500, a, b)
		b.hears(t, "B", 100, 440, 33)
		if s := b.stats(t); s.Lost > 1 || s.Concealed > 6 || s.JitterMs < 5 || s.JitterMs > 30 || s.BufferMs < 20 || s.BufferMs > 60 {
			t.Errorf("%+v", s)
		}
	})
}

// A bad minute is followed by a good one: the delay comes back down, without
// a click in what is heard.
func TestDelayComesBackDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		r := rand.New(rand.NewPCG(5, 5))
		bad := true
		n.media = func(_, _ netip.AddrPort, b []byte) []time.Duration {
			if bad {
				return []time.Duration{time.Duration(r.IntN(80)) * ms}
			}
			return []time.Duration{5 * ms}
		}
		a, b := connect(t, n, "pcmu", "pcmu")
		// Words and pauses, softly begun and ended.
		a.says = func(i int) float32 {
			return tone(440)(i) * max(0, tone(0.7)(i)*2)
		}
		run(200, a, b)
		before := b.stats(t)
		bad = false
		run(1500, a, b)
		if after := b.stats(t); before.BufferMs < 50 || after.BufferMs > 25 || after.Concealed != before.Concealed {
			t.Errorf("before %+v, after %+v", before, after)
		}
		steepest := float32(0.5 * 2 * 3.1416 * 440 / audio.Rate)
		pcm := b.heard[300*audio.Samples:]
		for i := 1; i < len(pcm); i++ {
			if step := pcm[i] - pcm[i-1]; step > 2*steepest || step < -2*steepest {
				t.Errorf("a step of %.3f at %d ms", step, i/48)
			}
		}
	})
}

func TestOpusIsRecovered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		count := 0
		n.media = func(from, _ netip.AddrPort, b []byte) []time.Duration {
			if from.Port() == 4000 {
				if count++; count%10 == 5 {
					return nil
				}
			}
			return []time.Duration{0}
		}
		a, b := connect(t, n, "opus", "opus")
		a.says = tone(250)
		d := b.plan.Load().of(107)
		if err := d.prepare(); err != nil {
			t.Fatal(err)
		}
		counts := &counted{Decoder: d.voice.Decoder()}
		d.voice = jitter.NewVoice(counts, 48000, 48000)
		run(300, a, b)
		if counts.recovered < 20 || counts.concealed > 6 {
			t.Errorf("of 30 lost packets %d were recovered, %d concealed", counts.recovered, counts.concealed)
		}
		if s := b.stats(t); s.BufferMs < 25 || s.BufferMs > 45 {
			t.Errorf("the delay is not one packet longer: %+v", s)
		}
	})
}

// counted is a decoder that counts what it makes up.
type counted struct {
	codec.Decoder
	recovered, concealed int
}

func (c *counted) Recover(pcm []float32, next []byte) {
	c.recovered++
	c.Decoder.(codec.Recoverer).Recover(pcm, next)
}

func (c *counted) Conceal(pcm []float32) {
	c.concealed++
	c.Decoder.Conceal(pcm)
}

// far is a far side made of bare packets.
type far struct {
	sock    *socket
	to      netip.AddrPort
	send    *rtp.Sender
	encoder codec.Encoder
	at      int
}

func newFar(n *network, addr string, to netip.AddrPort) *far {
	e, _ := codec.PCMU().NewEncoder("")
	return &far{sock: n.socket(addr), to: to, send: rtp.NewSender(), encoder: e}
}

// speak sends one packet of ptime ms of a tone at 8 kHz.
func (f *far) speak(payloadType uint8, ptime int, hz float64) {
	pcm := make([]float32, 8*ptime)
	wave := tone(hz)
	for i := range pcm {
		pcm[i] = wave((f.at + i) * 6)
	}
	f.at += len(pcm)
	b, _ := f.encoder.Encode(f.send.Next(payloadType).Append(nil), pcm)
	f.send.Advance(len(pcm))
	f.sock.Send(b, f.to)
}

// talk lets ticks pass while the far side speaks PCMU.
func (f *far) talk(ticks int, p *party, hz float64) {
	for range ticks {
		f.speak(0, 20, hz)
		run(1, p)
	}
}

const pcmuOffer = "v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0 8 13 101\r\na=rtpmap:101 telephone-event/8000\r\n"

func TestSSRCChangesInMidCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, _ := open(t, n, "127.0.0.1:4000", "pcmu", []byte(pcmuOffer))
		f := newFar(n, "127.0.0.2:5000", a.sock.addr)
		f.talk(60, a, 500)
		a.hears(t, "A", 50, 500, 33)
		f.send = rtp.NewSender()
		f.talk(60, a, 500)
		a.hears(t, "A, after the change,", 50, 500, 33)
		if s := a.stats(t); s.Lost != 0 || s.Refused != 0 || s.PacketsIn != 120 {
			t.Errorf("%+v", s)
		}
	})
}

func TestPayloadTypeChangesInMidCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, _ := open(t, n, "127.0.0.1:4000", "pcmu pcma opus", []byte(strings.Replace(pcmuOffer, "0 8 13", "0 8 96 13", 1)+"a=rtpmap:96 opus/48000/2\r\n"))
		f := newFar(n, "127.0.0.2:5000", a.sock.addr)
		f.talk(60, a, 500)
		alaw, _ := codec.PCMA().NewEncoder("")
		f.encoder = alaw
		for range 60 {
			f.speak(8, 20, 500)
			run(1, a)
		}
		// One clock: the change itself is not heard.
		a.hears(t, "A, around the change,", 100, 500, 25)
		wide, _ := codec.Opus().NewEncoder("")
		for i := range 100 {
			pcm := make([]float32, 960)
			for k := range pcm {
				pcm[k] = tone(700)(i*960 + k)
			}
			b, _ := wide.Encode(f.send.Next(96).Append(nil), pcm)
			f.send.Advance(960)
			f.sock.Send(b, f.to)
			run(1, a)
		}
		a.hears(t, "A, in Opus,", 50, 700, 25)
		if s := a.stats(t); s.Lost != 0 || s.Refused != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestFarSidesPtime(t *testing.T) {
	for _, ptime := range []int{10, 20, 30, 40, 60} {
		synctest.Test(t, func(t *testing.T) {
			n := newNetwork()
			sizes := map[int]int{}
			n.media = func(from, _ netip.AddrPort, b []byte) []time.Duration {
				if from.Port() == 4000 {
					sizes[len(b)-rtp.HeaderSize]++
				}
				return []time.Duration{2 * ms}
			}
			a, _ := open(t, n, "127.0.0.1:4000", "pcmu", []byte(pcmuOffer+"a=ptime:"+string(rune('0'+ptime/10))+"0\r\n"))
			f := newFar(n, "127.0.0.2:5000", a.sock.addr)
			a.says = tone(300)
			for at := 0; at < 3000; at += 10 { // 10 ms steps of the far side
				if at%ptime == 0 {
					f.speak(0, ptime, 500)
				}
				if at%20 == 0 {
					a.deliver()
				}
				time.Sleep(10 * ms)
				if at%20 == 10 {
					a.gather()
				}
			}
			a.hears(t, "A", 75, 500, 33)
			if len(sizes) != 1 || sizes[ptime*8] != 3000/ptime {
				t.Errorf("ptime %d: payloads by size: %v", ptime, sizes)
			}
			if s := a.stats(t); s.Lost != 0 || s.Concealed > 1 || s.Late != 0 {
				t.Errorf("ptime %d: %+v", ptime, s)
			}
		})
	}
}

func TestGarbageIsCountedAndIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, _ := open(t, n, "127.0.0.1:4000", "pcmu opus", []byte(strings.Replace(pcmuOffer, "0 8 13", "0 96 13", 1)+"a=rtpmap:96 opus/48000/2\r\n"))
		f := newFar(n, "127.0.0.2:5000", a.sock.addr)
		r := rand.New(rand.NewPCG(9, 9))
		for i := range 100 {
			f.speak(0, 20, 500)
			junk := make([]byte, r.IntN(1400))
			for k := range junk {
				junk[k] = byte(r.Uint32())
			}
			if len(junk) > 0 {
				junk[0] &= 0x3f // not RTP
			}
			f.sock.Send(junk, f.to)
			f.sock.Send(rtp.Header{PayloadType: 77, Sequence: uint16(i)}.Append(nil), f.to) // RTCP, or not agreed
			f.sock.Send(rtp.Header{PayloadType: 33, Sequence: uint16(i)}.Append(nil), f.to) // not agreed
			run(1, a)
		}
		a.hears(t, "A", 50, 500, 33)
		if s := a.stats(t); s.Refused+s.Unagreed != 300 || s.PacketsIn != 100 || s.Concealed != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// Opus that cannot be decoded, empty payloads, and every payload type.
func TestHostilePayloadsDoNotHarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, _ := open(t, n, "127.0.0.1:4000", "pcmu opus", []byte(strings.Replace(pcmuOffer, "0 8 13", "0 96 13", 1)+"a=rtpmap:96 opus/48000/2\r\n"))
		f := newFar(n, "127.0.0.2:5000", a.sock.addr)
		r := rand.New(rand.NewPCG(9, 9))
		for range 2000 {
			h := f.send.Next([]uint8{0, 96, 101, 13}[r.IntN(4)])
			h.Sequence += uint16(r.IntN(5))
			h.Timestamp += r.Uint32() >> r.IntN(32)
			b := h.Append(nil)
			for range r.IntN(1500 - len(b)) {
				b = append(b, byte(r.Uint32()))
			}
			f.send.Advance(160)
			f.sock.Send(b, f.to)
			if r.IntN(3) == 0 {
				run(1, a)
			}
		}
		f.send = rtp.NewSender()
		f.talk(200, a, 500)
		a.hears(t, "A, when it is over,", 50, 500, 33)
	})
}

func TestComfortNoiseIsNoLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, _ := open(t, n, "127.0.0.1:4000", "pcmu", []byte(pcmuOffer))
		f := newFar(n, "127.0.0.2:5000", a.sock.addr)
		f.talk(50, a, 500)
		// RFC 3389: one packet, then nothing while there is silence.
		f.sock.Send(append(f.send.Next(comfortNoise).Append(nil), 70), f.to)
		for range 100 {
			f.send.Advance(160)
			run(1, a)
		}
		f.at = 0
		f.talk(50, a, 500)
		a.hears(t, "A, after the pause,", 25, 500, 33)
		if s := a.stats(t); s.Lost != 0 || s.Concealed > 1 || s.Late != 0 || s.Refused != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestHoldAndResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := connect(t, newNetwork(), "pcmu opus", "pcmu opus")
		a.says, b.says = tone(440), tone(1000)
		reinvite := func(from, to *party, dir, back leg.Direction) {
			t.Helper()
			offer, err := from.Offer(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := to.Answer(t.Context(), offer, back)
			if err != nil {
				t.Fatal(err)
			}
			if err := from.Accept(t.Context(), answer); err != nil {
				t.Fatal(err)
			}
		}
		run(50, a, b)
		reinvite(a, b, leg.SendOnly, leg.SendRecv)
		run(50, a, b)
		a.hearsNothing(t, "A, that holds,", 40)
		b.hears(t, "B, on hold,", 40, 440, 33)
		if d := b.stats(t).Direction; d != leg.RecvOnly {
			t.Errorf("B is %s", d)
		}
		reinvite(a, b, leg.Inactive, leg.SendRecv)
		sent := a.stats(t).PacketsOut
		run(200, a, b)
		a.hearsNothing(t, "A", 40)
		b.hearsNothing(t, "B", 40)
		if n := a.stats(t).PacketsOut - sent; n != 0 {
			t.Errorf("A sent %d packets while inactive", n)
		}
		// A refused offer changes nothing.
		if _, err := a.Offer(t.Context(), leg.SendRecv); err != nil {
			t.Fatal(err)
		}
		if err := a.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		run(20, a, b)
		b.hearsNothing(t, "B, after a refused offer,", 10)

		reinvite(b, a, leg.SendRecv, leg.SendRecv)
		run(60, a, b)
		a.hears(t, "A, after the hold,", 40, 1000, 33)
		b.hears(t, "B, after the hold,", 40, 440, 33)
		if s := a.stats(t); s.Lost+s.Late != 0 || s.Concealed > 2 {
			t.Errorf("A: %+v", s)
		}
		if s := b.stats(t); s.Lost+s.Late != 0 || s.Concealed > 2 {
			t.Errorf("B: %+v", s)
		}
	})
}

// A far side that speaks before its answer is there is heard (RFC 3264, 5.1).
func TestMediaBeforeTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, _ := open(t, n, "127.0.0.1:4000", "pcmu", nil)
		f := newFar(n, "127.0.0.2:5000", a.sock.addr)
		f.talk(50, a, 500)
		a.hears(t, "A", 25, 500, 33)
		if s := a.stats(t); s.PacketsOut != 0 {
			t.Errorf("sent %d packets to nobody", s.PacketsOut)
		}
		if err := a.Accept(t.Context(), []byte(strings.Replace(pcmuOffer, "0 8", "0", 1))); err != nil {
			t.Fatal(err)
		}
		f.talk(50, a, 500)
		a.hears(t, "A", 45, 500, 33)
		if s := a.stats(t); s.PacketsOut != 50 {
			t.Errorf("sent %d packets after the answer, want 50", s.PacketsOut)
		}
	})
}

// What the system says of packets that it does not send is told while it holds.
func TestPacketsThatCannotBeSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, _ := open(t, n, "127.0.0.1:4000", "pcmu", []byte(pcmuOffer))
		var frame audio.Frame
		for i := range frame {
			frame[i] = 0.2 * tone(400)(i)
		}
		a.sock.broken = syscall.ENETUNREACH
		for tick := range uint64(20) {
			a.Deliver(tick, &frame)
		}
		s := a.stats(t)
		if s.PacketsOut != 0 || len(s.Notes) != 1 || s.Notes[0] != "Packets cannot be sent to 127.0.0.2:5000: network is unreachable." {
			t.Errorf("%d packets out, notes %q", s.PacketsOut, s.Notes)
		}
		a.sock.broken = nil
		a.Deliver(20, &frame)
		if s := a.stats(t); s.PacketsOut != 1 || len(s.Notes) != 0 {
			t.Errorf("%d packets out, notes %q", s.PacketsOut, s.Notes)
		}
	})
}

// Frames that the core does not have are sent as silence, ticks that never
// were are a gap in time.
func TestNoFrameAndMissedTicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		var got []rtp.Header
		n.media = func(from, _ netip.AddrPort, b []byte) []time.Duration {
			if from.Port() == 4000 {
				h, _, _ := rtp.Parse(b)
				got = append(got, h)
			}
			return []time.Duration{0}
		}
		a, _ := open(t, n, "127.0.0.1:4000", "pcmu", []byte(pcmuOffer))
		n.socket("127.0.0.2:5000")
		for _, tick := range []uint64{100, 101, 102, 105, 106} {
			a.Deliver(tick, nil)
		}
		var at []uint32
		for _, h := range got {
			at = append(at, (h.Timestamp-got[0].Timestamp)/160)
		}
		if len(at) != 5 || at[2] != 2 || at[3] != 5 || at[4] != 6 {
			t.Errorf("packets at %v", at)
		}

		f := newFar(n, "127.0.0.2:5002", a.sock.addr)
		var frame audio.Frame
		for tick := uint64(200); tick < 400; tick++ {
			f.speak(0, 20, 500)
			time.Sleep(20 * ms)
			if tick%40 < 37 {
				a.Gather(tick, &frame)
			}
		}
		if s := a.stats(t); s.Late > 0 || s.Concealed > 0 || s.Lost > 0 {
			t.Errorf("missed ticks are blamed on the network: %+v", s)
		}
	})
}

func TestOpenRefuses(t *testing.T) {
	n := newNetwork()
	for _, c := range []struct {
		name    string
		p       leg.Params
		sockets int
		err     error
	}{
		{"no socket", leg.Params{Codecs: []string{"pcmu"}}, 0, leg.ErrState},
		{"no codecs", leg.Params{}, 2, leg.ErrNoCodec},
		{"an unknown codec", leg.Params{Codecs: []string{"g729"}}, 2, leg.ErrNoCodec},
		{"no codec in common", leg.Params{Codecs: []string{"opus"}, Remote: []byte(pcmuOffer)}, 2, leg.ErrNoCodec},
		{"no SDP", leg.Params{Codecs: []string{"opus"}, Remote: []byte("hello")}, 2, leg.ErrBadSDP},
	} {
		var socks []bus.Socket
		for i := range c.sockets {
			socks = append(socks, n.socket("127.0.0.1:"+[]string{"4000", "4001"}[i]))
		}
		c.p.Address = netip.MustParseAddr("127.0.0.1")
		if _, _, err := New().Open(context.Background(), c.p, socks, func(leg.Event) {}); !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", c.name, err, c.err)
		}
		for _, s := range socks {
			if !s.(*socket).closed {
				t.Errorf("%s: a socket is left open", c.name)
			}
		}
	}
}

func TestCloseEndsEverything(t *testing.T) {
	n := newNetwork()
	a, _ := open(t, n, "127.0.0.1:4000", "pcmu", []byte(pcmuOffer))
	for range 2 {
		if err := a.Close(t.Context()); err != nil {
			t.Errorf("closing: %v", err)
		}
	}
	if !a.sock.closed {
		t.Error("the socket is left open")
	}
	told := len(a.news)
	if _, err := a.Offer(t.Context(), leg.SendRecv); !errors.Is(err, leg.ErrGone) {
		t.Errorf("an offer after the close: %v", err)
	}
	if err := a.Digit(t.Context(), '1', 100*ms); !errors.Is(err, leg.ErrGone) {
		t.Errorf("a digit after the close: %v", err)
	}
	if len(a.news) != told {
		t.Error("news after the close")
	}
}

// Control and audio run side by side (the race detector looks on).
func TestControlBesideAudio(t *testing.T) {
	n := newNetwork()
	a, offer := open(t, n, "127.0.0.1:4000", "pcmu opus", nil)
	b, answer := open(t, n, "127.0.0.2:5000", "opus pcmu", offer)
	a.deaf.Store(true)
	b.deaf.Store(true)
	if err := a.Accept(t.Context(), answer); err != nil {
		t.Fatal(err)
	}
	a.says, b.says = tone(440), tone(440)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 50 {
			dir := leg.Direction(i % 4)
			offer, _ := a.Offer(t.Context(), dir)
			answer, err := b.Answer(t.Context(), offer, leg.SendRecv)
			if err != nil {
				t.Error(err)
				return
			}
			if i%5 == 0 {
				a.Rollback(t.Context())
			} else if err := a.Accept(t.Context(), answer); err != nil {
				t.Error(err)
				return
			}
			a.Digit(t.Context(), '1', 40*ms)
			a.Stats(t.Context())
			b.Stats(t.Context())
		}
	}()
	for i := 0; ; i++ {
		a.deliver()
		b.deliver()
		a.gather()
		b.gather()
		select {
		case <-done:
			return
		default:
		}
	}
}
