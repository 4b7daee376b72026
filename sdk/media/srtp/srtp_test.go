package srtp

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/sdk/media/rtp"
)

var every = []Suite{AES128SHA80, AES128SHA32, AES256SHA80, AES256SHA32, AES128GCM, AES256GCM}

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func packet(ssrc uint32, seq uint16, payload string) []byte {
	h := rtp.Header{PayloadType: 0, Sequence: seq, Timestamp: uint32(seq) * 160, SSRC: ssrc}
	return append(h.Append(make([]byte, 0, 1500)), payload...)
}

func pair(t testing.TB, s Suite) (*Sender, *Receiver) {
	t.Helper()
	k := NewKey(s)
	tx, err := NewSender(k)
	if err != nil {
		t.Fatal(err)
	}
	rx, err := NewReceiver(k)
	if err != nil {
		t.Fatal(err)
	}
	return tx, rx
}

func seal(t testing.TB, s *Sender, b []byte) []byte {
	t.Helper()
	out, err := s.Seal(b)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(out)
}

func TestRoundTrip(t *testing.T) {
	for _, s := range every {
		tx, rx := pair(t, s)
		buffer := make([]byte, 1500)
		for i := 0; i < 70_000; i += 25 { // once around the sequence numbers
			plain := packet(7, uint16(100+i), fmt.Sprint("packet ", i))
			sealed := seal(t, tx, packet(7, uint16(100+i), fmt.Sprint("packet ", i)))
			if bytes.Contains(sealed, []byte("packet")) || len(sealed) > len(plain)+Overhead {
				t.Fatalf("%v: sent %q", s, sealed)
			}
			got, err := rx.Open(buffer, sealed)
			if err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("%v: packet %d: %q, %v", s, i, got, err)
			}
		}
		report := unhex("80c80006 00000007 0102030405060708 00000000 00000001 00000002")
		for range 3 {
			sealed, err := tx.SealControl(append(make([]byte, 0, 200), report...))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := rx.OpenControl(buffer, sealed); err != nil || !bytes.Equal(got, report) {
				t.Fatalf("%v: RTCP: %x, %v", s, got, err)
			}
			if _, err := rx.OpenControl(buffer, sealed); !errors.Is(err, ErrAuth) {
				t.Errorf("%v: RTCP replayed: %v", s, err)
			}
		}
	}
}

// RFC 3711, 3.3.1: the rollover counter follows the sequence number around, with
// loss and reordering at the seam.
func TestRFC3711_3_3_1_Rollover(t *testing.T) {
	for _, s := range every {
		tx, rx := pair(t, s)
		r := rand.New(rand.NewPCG(1, uint64(s)))
		var batch [][]byte
		lost, got := 0, 0
		buffer := make([]byte, 1500)
		for i := range 3 * 65536 / 7 {
			b := seal(t, tx, packet(9, uint16(30_000+7*i), "sound"))
			if r.IntN(10) == 0 {
				lost++
				continue
			}
			batch = append(batch, b)
			if len(batch) == 8 {
				r.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
				for _, b := range batch {
					if _, err := rx.Open(buffer, b); err != nil {
						t.Fatalf("%v: near packet %d: %v", s, i, err)
					}
					got++
				}
				batch = batch[:0]
			}
		}
		ssrc, index, _ := tx.Index()
		if _, roc, ok := rx.Rollover(); !ok || ssrc != 9 || index>>16 != 3 || roc != 3 {
			t.Errorf("%v: sender at %x, receiver's counter %d", s, index, roc)
		}
		if got+lost+len(batch) != 3*65536/7 {
			t.Errorf("%v: %d got, %d lost", s, got, lost)
		}
	}
}

func TestReplayForgeryAndWrongKey(t *testing.T) {
	for _, s := range every {
		tx, rx := pair(t, s)
		buffer := make([]byte, 1500)
		var sent [][]byte
		for i := range 300 {
			b := seal(t, tx, packet(1, uint16(i), "hello"))
			sent = append(sent, b)
			if _, err := rx.Open(buffer, b); err != nil {
				t.Fatal(err)
			}
		}
		for i, b := range sent {
			if _, err := rx.Open(buffer, b); !errors.Is(err, ErrAuth) {
				t.Fatalf("%v: packet %d is taken twice: %v", s, i, err)
			}
		}
		fresh := seal(t, tx, packet(1, 300, "hello"))
		for i := range fresh {
			bad := bytes.Clone(fresh)
			bad[i] ^= 0x10
			if _, err := rx.Open(buffer, bad); err == nil {
				t.Errorf("%v: byte %d changed: taken", s, i)
			}
		}
		for n := range fresh {
			if _, err := rx.Open(buffer, fresh[:n]); err == nil {
				t.Errorf("%v: cut to %d bytes: taken", s, n)
			}
		}
		if _, other := pair(t, s); true {
			if _, err := other.Open(buffer, fresh); !errors.Is(err, ErrAuth) {
				t.Errorf("%v: another key: %v", s, err)
			}
		}
		// None of all that harmed the stream.
		if _, err := rx.Open(buffer, fresh); err != nil {
			t.Errorf("%v: after the attacks: %v", s, err)
		}
	}
}

func TestSourcesAreBounded(t *testing.T) {
	tx, rx := pair(t, AES128GCM)
	buffer := make([]byte, 1500)
	var first error
	taken := 0
	for i := range uint32(200) {
		if _, err := rx.Open(buffer, seal(t, tx, packet(1000+i, 1, "x"))); err == nil {
			taken++
		} else if first == nil {
			first = err
		}
	}
	if taken != maxSources || !errors.Is(first, ErrSources) {
		t.Errorf("%d SSRCs taken, then %v", taken, first)
	}
	if _, err := rx.Open(buffer, seal(t, tx, packet(1000, 2, "x"))); err != nil {
		t.Errorf("an SSRC that is known: %v", err)
	}
}

// A stream that goes on elsewhere: the sender from an index ahead, never using
// one twice; the receiver wherever the counter is.
func TestResume(t *testing.T) {
	for _, s := range every {
		tx, rx := pair(t, s)
		buffer := make([]byte, 1500)
		for i := range 10 {
			for seq := range 8 {
				if _, err := rx.Open(buffer, seal(t, tx, packet(5, uint16(i*8192+seq*1024), "x"))); err != nil {
					t.Fatal(err)
				}
			}
		}
		ssrc, index, control := tx.Index()
		_, roc, _ := rx.Rollover()
		if ssrc != 5 || index>>16 != 1 || roc != 1 {
			t.Fatalf("%v: at %x of %d, receiver %d", s, index, ssrc, roc)
		}
		again, err := NewSender(tx.Key())
		if err != nil {
			t.Fatal(err)
		}
		next := index + 30_000 // over the seam or not, as it comes
		again.Resume(ssrc, next, control+100)
		anew, err := NewReceiver(rx.Key())
		if err != nil {
			t.Fatal(err)
		}
		anew.Expect(ssrc, roc)
		for i := range uint64(5) {
			b := seal(t, again, packet(5, uint16(next+i), "y"))
			if _, err := rx.Open(buffer, b); err != nil {
				t.Fatalf("%v: the old receiver, packet %d: %v", s, i, err)
			}
			if _, err := anew.Open(buffer, b); err != nil {
				t.Fatalf("%v: the new receiver, packet %d: %v", s, i, err)
			}
		}
	}
}

// A far side that changed its key may count on (RFC 3711, 3.3.1) or anew.
func TestNewKeyOldCounter(t *testing.T) {
	for _, roc := range []uint32{0, 1, 2, 3} {
		tx, rx := pair(t, AES128SHA80)
		tx.Resume(5, uint64(roc)<<16, 0)
		rx.Expect(5, 2)
		buffer := make([]byte, 1500)
		for i := range uint16(3) {
			if _, err := rx.Open(buffer, seal(t, tx, packet(5, 100+i, "x"))); err != nil {
				t.Errorf("counter %d: %v", roc, err)
			}
		}
	}
}

func TestMKI(t *testing.T) {
	k := NewKey(AES128SHA80)
	k.MKI = []byte{0, 0, 0, 1}
	tx, err := NewSender(k)
	if err != nil {
		t.Fatal(err)
	}
	rx, err := NewReceiver(k)
	if err != nil {
		t.Fatal(err)
	}
	sealed := seal(t, tx, packet(1, 1, "hello"))
	if got := len(sealed); got != 12+5+4+10 {
		t.Errorf("%d bytes", got)
	}
	if got, err := rx.Open(make([]byte, 100), sealed); err != nil || string(got[12:]) != "hello" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	k := NewKey(AES128SHA80)
	for _, s := range []string{fmt.Sprint(k), fmt.Sprintf("%v %+v %#v %x %s %q", k, k, k, k, k, k), fmt.Sprintf("%v", []Key{k}), fmt.Sprintf("%+v", struct{ K Key }{k})} {
		if !strings.Contains(s, "***") || strings.Contains(s, hex.EncodeToString(k.Master[:4])) || strings.Contains(s, fmt.Sprint(k.Master[0], k.Master[1])) {
			t.Errorf("a key prints as %s", s)
		}
	}
}

func TestNamed(t *testing.T) {
	for _, s := range every {
		if got, ok := Named(strings.ToLower(s.String())); !ok || got != s {
			t.Errorf("%v is found as %v", s, got)
		}
	}
	if _, ok := Named("F8_128_HMAC_SHA1_80"); ok {
		t.Error("F8 is no suite of ours")
	}
}

func TestNothingIsAllocated(t *testing.T) {
	for _, s := range every {
		tx, rx := pair(t, s)
		out, in := make([]byte, 1500), make([]byte, 1500)
		plain := packet(1, 0, strings.Repeat("x", 160))
		seq := uint16(0)
		one := func() {
			seq++
			n := copy(out, plain)
			binary.BigEndian.PutUint16(out[2:], seq)
			sealed, err := tx.Seal(out[:n])
			if err != nil {
				t.Fatal(err)
			}
			if _, err := rx.Open(in, sealed); err != nil {
				t.Fatal(err)
			}
		}
		for range 10 {
			one()
		}
		// Under the race detector pion's pool for the counter mode forgets.
		if n := testing.AllocsPerRun(500, one); n > 1 || n > 0 && (s == AES128GCM || s == AES256GCM) {
			t.Errorf("%v: %.1f allocations for a packet sent and received", s, n)
		}
	}
}

// FuzzOpen feeds a receiver with garbage: nothing but what was sealed opens.
func FuzzOpen(f *testing.F) {
	f.Add(byte(AES128SHA80), []byte("\x80\x00\x00\x01 garbage that is long enough for a tag"))
	f.Add(byte(AES256GCM), []byte("\x90\xc8\x00\x06\x00\x00\x00\x07\xbe\xde\x00\x01 an extension, or RTCP"))
	f.Fuzz(func(t *testing.T, which byte, b []byte) {
		_, rx := pair(t, every[int(which)%len(every)])
		buffer := make([]byte, 4096)
		if out, err := rx.Open(buffer, b); err == nil {
			t.Fatalf("%x opened to %x", b, out)
		}
		if out, err := rx.OpenControl(buffer, b); err == nil {
			t.Fatalf("%x opened to %x", b, out)
		}
	})
}

func BenchmarkPacket(b *testing.B) {
	for _, s := range every {
		for _, open := range []bool{false, true} {
			what := "seal"
			if open {
				what = "open"
			}
			b.Run(fmt.Sprint(s, "/", what), func(b *testing.B) {
				tx, rx := pair(b, s)
				out, in := make([]byte, 1500), make([]byte, 1500)
				plain := packet(1, 0, strings.Repeat("x", 160))
				seq := uint16(0)
				b.ReportAllocs()
				for b.Loop() {
					seq++
					n := copy(out, plain)
					binary.BigEndian.PutUint16(out[2:], seq)
					if open {
						b.StopTimer()
					}
					sealed, err := tx.Seal(out[:n])
					if open {
						b.StartTimer()
						_, err = rx.Open(in, sealed)
					}
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
