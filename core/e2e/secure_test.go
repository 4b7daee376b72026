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
)

// A phone with SRTP, in each of baresip's ways, and one without, which hear each
// other. What the other end has is no concern of either. (baresip takes a call
// only with the very transport that it would offer: RTP/AVP for srtp, RTP/SAVP
// for srtp-mand, RTP/SAVPF for srtp-mandf. We offer the first, or the second
// where encryption is required.)
func TestSecurePhoneAndPlainPhone(t *testing.T) {
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
				p := startPBX(t, fmt.Sprintf("127.0.%d.1", 100+2*i+k), office)
				a, saidA := p.phoneWith(1, baresipOptions{transport: "udp", codec: "pcmu", encryption: encryption, auto: !secureCalls, mux: i%2 == 1})
				b, saidB := p.phoneWith(2, baresipOptions{transport: "tcp", codec: "pcma", auto: secureCalls})
				if secureCalls {
					a.dial("102")
				} else {
					b.dial("101")
				}
				a.wait("CALL_ESTABLISHED")
				b.wait("CALL_ESTABLISHED")
				p.calls(1)
				time.Sleep(6 * time.Second)
				p.figures(t, encryption)
				a.hangup()
				b.wait("CALL_CLOSED")
				p.calls(0)
				p.sameSound("102", saidA, b.heard())
				p.sameSound("101", saidB, a.heard())
				p.noKeys()
			})
		}
	}
}

// Where SRTP is required, phones that have it talk, others are refused.
func TestEncryptionRequired(t *testing.T) {
	p := startPBXWith(t, "127.0.110.1", `encryption = "required"`, office)
	a, saidA := p.phoneWith(1, baresipOptions{transport: "udp", codec: "pcmu", encryption: "srtp-mandf"})
	b, saidB := p.phoneWith(2, baresipOptions{transport: "udp", codec: "pcmu", encryption: "srtp-mand", auto: true})
	c, _ := p.phoneWith(3, baresipOptions{transport: "udp", codec: "pcmu", auto: true})
	a.dial("102")
	a.wait("CALL_ESTABLISHED")
	time.Sleep(7 * time.Second)
	a.hangup()
	b.wait("CALL_CLOSED")
	p.calls(0)
	p.sameSound("102", saidA, b.heard())
	p.sameSound("101", saidB, a.heard())

	c.dial("*43")
	if e := c.wait("CALL_CLOSED"); !strings.Contains(e.Param, "488") {
		t.Errorf("a plain phone's call ends with %q", e.Param)
	}
	a.dial("103")
	if e := a.wait("CALL_CLOSED"); strings.Contains(e.Param, "200") {
		t.Errorf("a call to a plain phone ends with %q", e.Param)
	}
	p.noKeys()
}

// figures waits until the call's legs show how they are protected, and what RTCP
// says.
func (p *pbx) figures(t *testing.T, encryption string) {
	t.Helper()
	want := "SDES "
	if strings.HasPrefix(encryption, "dtls") {
		want = "DTLS-SRTP "
	}
	eventually(t, "both phones report, and the call is secure on one side", func() error {
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
		p.get("/calls", &calls)
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
func (p *pbx) noKeys() {
	p.t.Helper()
	log, err := os.ReadFile(filepath.Join(p.dir, "log"))
	if err != nil {
		p.t.Fatal(err)
	}
	if bytes.Contains(log, []byte("inline:")) || bytes.Contains(log, []byte("a=crypto")) {
		p.t.Errorf("keys are in the log:\n%s", log)
	}
}
