//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// A phone with SRTP, in each of baresip's ways, and one without, which hear each
// other. What the other end has is no concern of either. (baresip takes a call
// only with the very transport that it would offer: RTP/AVP for srtp, RTP/SAVP
// for srtp-mand, RTP/SAVPF for srtp-mandf. We offer the first, or the second
// where encryption is required.)
func TestSecurePhoneAndPlainPhone(t *testing.T) {
	t.Parallel()
	for i, encryption := range []string{"srtp", "srtp-mand", "srtp-mandf", "dtls_srtp"} {
		for k, secureCalls := range []bool{true, false} {
			if encryption != "srtp" && !secureCalls {
				continue
			}
			name := fmt.Sprintf("%s is called", encryption)
			if secureCalls {
				name = fmt.Sprintf("%s calls", encryption)
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				p := pbx.Start(t, fmt.Sprintf("127.0.%d.1", 100+2*i+k), pbx.Office)
				a, saidA := p.PhoneWith(1, pbx.BaresipOptions{Transport: "udp", Codec: "pcmu", Encryption: encryption, Auto: !secureCalls, Mux: i%2 == 1})
				b, saidB := p.PhoneWith(2, pbx.BaresipOptions{Transport: "tcp", Codec: "pcma", Auto: secureCalls})
				if secureCalls {
					a.Dial("102")
				} else {
					b.Dial("101")
				}
				a.Wait("CALL_ESTABLISHED")
				b.Wait("CALL_ESTABLISHED")
				p.Calls(1)
				time.Sleep(6 * time.Second)
				figures(p, t, encryption)
				a.Hangup()
				b.Wait("CALL_CLOSED")
				p.Calls(0)
				p.SameSound("102", saidA, b.Heard())
				p.SameSound("101", saidB, a.Heard())
				noKeys(p)
			})
		}
	}
}

// Where SRTP is required, phones that have it talk, others are refused.
func TestEncryptionRequired(t *testing.T) {
	t.Parallel()
	p := pbx.StartWith(t, "127.0.110.1", `encryption = "required"`, pbx.Office)
	a, saidA := p.PhoneWith(1, pbx.BaresipOptions{Transport: "udp", Codec: "pcmu", Encryption: "srtp-mandf"})
	b, saidB := p.PhoneWith(2, pbx.BaresipOptions{Transport: "udp", Codec: "pcmu", Encryption: "srtp-mand", Auto: true})
	c, _ := p.PhoneWith(3, pbx.BaresipOptions{Transport: "udp", Codec: "pcmu", Auto: true})
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	time.Sleep(7 * time.Second)
	a.Hangup()
	b.Wait("CALL_CLOSED")
	p.Calls(0)
	p.SameSound("102", saidA, b.Heard())
	p.SameSound("101", saidB, a.Heard())

	c.Dial("*43")
	if e := c.Wait("CALL_CLOSED"); !strings.Contains(e.Param, "488") {
		t.Errorf("a plain phone's call ends with %q", e.Param)
	}
	a.Dial("103")
	if e := a.Wait("CALL_CLOSED"); strings.Contains(e.Param, "200") {
		t.Errorf("a call to a plain phone ends with %q", e.Param)
	}
	noKeys(p)
}

// figures waits until the call's legs show how they are protected, and what RTCP
// says.
func figures(p *pbx.PBX, t *testing.T, encryption string) {
	t.Helper()
	want := "SDES "
	if strings.HasPrefix(encryption, "dtls") {
		want = "DTLS-SRTP "
	}
	pbx.Eventually(t, "both phones report, and the call is secure on one side", func() error {
		var calls []struct {
			Legs []struct {
				Name  string
				Stats struct {
					Secure string
					RTT    float64 `json:"rtt_ms"`
					Notes  []string
				}
			}
		}
		p.Get("/calls", &calls)
		secure := 0
		for _, l := range calls[0].Legs {
			if strings.HasPrefix(l.Stats.Secure, want) {
				secure++
			}
			if l.Stats.RTT <= 0 || l.Stats.RTT > 1000 || len(l.Stats.Notes) != 0 {
				return fmt.Errorf("legs are %+v", calls[0].Legs)
			}
		}
		if len(calls[0].Legs) != 2 || secure != 1 {
			return fmt.Errorf("legs are %+v", calls[0].Legs)
		}
		return nil
	})
}

// noKeys fails the test if a key is in our log.
func noKeys(p *pbx.PBX) {
	p.T.Helper()
	log, err := os.ReadFile(filepath.Join(p.Dir, "log"))
	if err != nil {
		p.T.Fatal(err)
	}
	if bytes.Contains(log, []byte("inline:")) || bytes.Contains(log, []byte("a=crypto")) {
		p.T.Errorf("keys are in the log:\n%s", log)
	}
}
