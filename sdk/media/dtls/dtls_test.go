package dtls

import (
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// wire carries datagrams between two associations, after 10 ms, unless rule
// loses them. It counts what was sent.
type wire struct {
	mu   sync.Mutex
	rule func(n int, b []byte) bool // false: lost
	sent [2]int
	ends [2]*Association
	wait sync.WaitGroup
}

func (w *wire) send(from int) func([]byte) {
	return func(b []byte) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.sent[from]++
		if w.rule != nil && !w.rule(w.sent[from], b) {
			return
		}
		d := append([]byte(nil), b...)
		w.wait.Go(func() {
			time.Sleep(10 * time.Millisecond)
			w.mu.Lock()
			to := w.ends[1-from]
			w.mu.Unlock()
			if to != nil {
				to.Feed(d)
			}
		})
	}
}

func identity(t testing.TB) *Identity {
	t.Helper()
	i, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// meet starts both ends; print is what the client is told of the server, ""
// the truth.
func meet(t *testing.T, w *wire, print string) (client, server *Association, outcome chan error) {
	t.Helper()
	a, b := identity(t), identity(t)
	if print == "" {
		print = b.Fingerprint()
	}
	outcome = make(chan error, 2)
	done := func(err error) { outcome <- err }
	w.mu.Lock()
	defer w.mu.Unlock()
	server = b.Start(Config{Fingerprints: []string{"md5 00", a.Fingerprint()}, Send: w.send(1), Done: done})
	client = a.Start(Config{Active: true, Fingerprints: []string{print}, Send: w.send(0), Done: done})
	w.ends = [2]*Association{client, server}
	return client, server, outcome
}

func TestHandshake(t *testing.T) {
	for _, c := range []struct {
		name string
		rule func(r *rand.Rand) func(int, []byte) bool
	}{
		{"clean", func(*rand.Rand) func(int, []byte) bool { return nil }},
		{"the first two of each flight are lost", func(*rand.Rand) func(int, []byte) bool {
			return func(n int, _ []byte) bool { return n > 2 }
		}},
		{"30 % loss", func(r *rand.Rand) func(int, []byte) bool {
			return func(int, []byte) bool { return r.IntN(10) >= 3 }
		}},
	} {
		for seed := range uint64(5) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{rule: c.rule(rand.New(rand.NewPCG(seed, 1)))}
				client, server, outcome := meet(t, w, "")
				for range 2 {
					if err := <-outcome; err != nil {
						t.Fatalf("%s, seed %d: %v", c.name, seed, err)
					}
				}
				a, b := client.Keys(), server.Keys()
				if !a.Send.Equal(b.Receive) || !a.Receive.Equal(b.Send) || a.Send.Equal(a.Receive) || a.Send.Suite.String() != "AEAD_AES_128_GCM" {
					t.Errorf("%s: keys %v and %v", c.name, a, b)
				}
				// What lingers ends by itself.
				time.Sleep(linger + time.Second)
				<-client.over
				<-server.over
				client.Close()
				server.Close()
				w.wait.Wait()
			})
		}
	}
}

// RFC 5763, 5: who the far side is, its description says.
func TestRFC5763_WrongFingerprint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{}
		client, server, outcome := meet(t, w, identity(t).Fingerprint())
		defer w.wait.Wait()
		defer client.Close()
		defer server.Close()
		failed := 0
		for range 2 {
			if err := <-outcome; err != nil {
				failed++
			}
		}
		if failed != 2 || client.Keys() != nil || server.Keys() != nil {
			t.Errorf("%d failed; keys %v, %v", failed, client.Keys(), server.Keys())
		}
		if err := client.Err(); err == nil || !strings.Contains(err.Error(), ErrFingerprint.Error()) && !errors.Is(err, ErrFingerprint) {
			t.Errorf("the client says %v", err)
		}
	})
}

// A far side that never speaks, and one that speaks nonsense.
func TestHandshakeIsBounded(t *testing.T) {
	for _, nonsense := range []string{"", "\x16\xfe\xff garbage that looks like a handshake record", "\x14", "\x3f\x00"} {
		synctest.Test(t, func(t *testing.T) {
			outcome := make(chan error, 1)
			i := identity(t)
			a := i.Start(Config{Active: nonsense == "", Fingerprints: []string{i.Fingerprint()}, Send: func([]byte) {}, Done: func(err error) { outcome <- err }})
			for range 40 {
				if nonsense != "" {
					a.Feed([]byte(nonsense))
				}
				time.Sleep(100 * time.Millisecond)
			}
			begin := time.Now()
			err := <-outcome
			if err == nil || a.Keys() != nil || a.Err() == nil || time.Since(begin) > patience {
				t.Errorf("%q: %v after %v", nonsense, err, time.Since(begin))
			}
			if nonsense == "" && !strings.Contains(err.Error(), "no DTLS packet") {
				t.Errorf("the reason: %v", err)
			}
			a.Close()
		})
	}
}

func TestCloseInMidHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := identity(t)
		a := i.Start(Config{Active: true, Send: func([]byte) {}, Done: func(err error) { t.Errorf("told of %v after Close", err) }})
		time.Sleep(time.Second)
		a.Close()
		a.Close()
		a.Feed([]byte{22, 1})
	})
}

func TestRFC8122_Fingerprints(t *testing.T) {
	der := []byte("not a certificate, but that does not matter")
	for announced, fits := range map[string]bool{
		"sha-1 5E:E2:57:13:F3:F9:5D:2B:7E:BB:C6:5B:7A:0B:A9:E4:3A:3B:A5:8F": false,
		"md5 " + colons(der[:16]): false,
		"":                        false,
		"sha-256":                 false,
	} {
		if err := check(der, []string{announced}); (err == nil) != fits {
			t.Errorf("%q: %v", announced, err)
		}
	}
	i := identity(t)
	f := i.Fingerprint()
	if err := check(i.certificate.Certificate[0], []string{"sha-1 00", strings.ToUpper(f[:7]) + strings.ToLower(f[7:])}); err != nil {
		t.Error(err)
	}
}

func TestRFC7983_FirstByte(t *testing.T) {
	for b, want := range map[byte]bool{0: false, 19: false, 20: true, 22: true, 63: true, 64: false, 128: false, 191: false} {
		if Is([]byte{b}) != want {
			t.Errorf("first byte %d: %v", b, !want)
		}
	}
	if Is(nil) {
		t.Error("nothing is DTLS")
	}
}

func BenchmarkHandshake(b *testing.B) {
	w := &wire{}
	x, y := identity(b), identity(b)
	b.ReportAllocs()
	for b.Loop() {
		outcome := make(chan error, 2)
		done := func(err error) { outcome <- err }
		w.mu.Lock()
		server := y.Start(Config{Fingerprints: []string{x.Fingerprint()}, Send: w.send(1), Done: done})
		client := x.Start(Config{Active: true, Fingerprints: []string{y.Fingerprint()}, Send: w.send(0), Done: done})
		w.ends = [2]*Association{client, server}
		w.mu.Unlock()
		for range 2 {
			if err := <-outcome; err != nil {
				b.Fatal(err)
			}
		}
		client.Close()
		server.Close()
	}
}
