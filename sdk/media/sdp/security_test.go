package sdp

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/srtp"
)

const (
	key30  = "PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR" // of RFC 4568, 6.1's example: 16 + 14 bytes
	prints = "sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3E:4B:65:2E:7D:46:3F:54:42:CD:54:F1"
)

func secureSession(e Encryption) *Session {
	s := session("pcmu")
	s.config.Encryption, s.config.Mux = e, true
	s.config.Fingerprint = "sha-256 00:11"
	return s
}

func TestRFC4568_9_1_CryptoLines(t *testing.T) {
	long := base64.StdEncoding.EncodeToString(make([]byte, 46))
	gcm := base64.StdEncoding.EncodeToString(make([]byte, 28))
	for line, want := range map[string]string{
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30:                                             "1 AES_CM_128_HMAC_SHA1_80 ",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "|2^20|1:4":                               "1 AES_CM_128_HMAC_SHA1_80 00000001",
		"7 aes_cm_128_hmac_sha1_32 INLINE:" + key30 + "|1:1":                                    "7 AES_CM_128_HMAC_SHA1_32 01",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "|1048576":                                "1 AES_CM_128_HMAC_SHA1_80 ",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + " WSH=64 KDR=0 -LATER=1":                  "1 AES_CM_128_HMAC_SHA1_80 ",
		"2 AES_256_CM_HMAC_SHA1_80 inline:" + long:                                              "2 AES_256_CM_HMAC_SHA1_80 ",
		"2 AES_256_CM_HMAC_SHA1_80 inline:" + strings.TrimRight(long, "="):                      "2 AES_256_CM_HMAC_SHA1_80 ",
		"3 AEAD_AES_128_GCM inline:" + gcm:                                                      "3 AEAD_AES_128_GCM ",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + " UNENCRYPTED_SRTP":                       "",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + " UNAUTHENTICATED_SRTP":                   "",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + " KDR=1":                                  "",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + " SOMETHING":                              "",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "|2^20|1:4;inline:" + key30 + "|2^20|2:4": "",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "|2^20|256:1":                             "",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "|2^20|1:0":                               "",
		"1 AES_CM_128_HMAC_SHA1_80 inline:" + key30[:36]:                                        "",
		"1 AES_CM_128_HMAC_SHA1_80 inline:&&&&":                                                 "",
		"1 AES_CM_128_HMAC_SHA1_80 uri:" + key30:                                                "",
		"1 F8_128_HMAC_SHA1_80 inline:" + key30:                                                 "",
		"x AES_CM_128_HMAC_SHA1_80 inline:" + key30:                                             "",
		"1 AES_CM_128_HMAC_SHA1_80":                                                             "",
		"":                                                                                      "",
	} {
		c, ok := readCrypto(line)
		got := ""
		if ok {
			got = fmt.Sprintf("%d %s %x", c.tag, c.key.Suite.String(), c.key.MKI)
		}
		if got != want {
			t.Errorf("%s\nis read as %q, want %q", line, got, want)
		}
		if ok && len(c.key.MKI) == 0 {
			if back, ok := readCrypto(strings.TrimSuffix(strings.TrimPrefix(c.line(), "a=crypto:"), "\r\n")); !ok || !back.key.Equal(c.key) || back.tag != c.tag {
				t.Errorf("written as %s and not read again", c.line())
			}
		}
	}
}

// hide takes the keys out of a description.
func hide(s string) string {
	return regexp.MustCompile(`inline:\S+`).ReplaceAllString(s, "inline:KEY")
}

func TestSecureOffer(t *testing.T) {
	for e, want := range map[Encryption]string{
		Off: `m=audio 20000 RTP/AVP 0 101
`,
		Optional: `m=audio 20000 RTP/AVP 0 101
a=crypto:1 AEAD_AES_128_GCM inline:KEY
a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:KEY
`,
		Required: `m=audio 20000 RTP/SAVP 0 101
a=crypto:1 AEAD_AES_256_GCM inline:KEY
a=crypto:2 AEAD_AES_128_GCM inline:KEY
a=crypto:3 AES_256_CM_HMAC_SHA1_80 inline:KEY
a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:KEY
a=crypto:5 AES_CM_128_HMAC_SHA1_32 inline:KEY
`,
	} {
		s := secureSession(e)
		offer, a := s.Offer(leg.SendRecv)
		got := regexp.MustCompile(`(?m)^a=(rtpmap|fmtp|ptime|sendrecv|rtcp-mux).*\n`).ReplaceAllString(hide(lines(offer)), "")
		if got != want {
			t.Errorf("%d:\n%s\nwant\n%s", e, got, want)
		}
		if (a.Security.Protection == Undecided) != (e != Off) {
			t.Errorf("%d: %+v", e, a.Security)
		}
		keys := map[string]bool{}
		for _, k := range regexp.MustCompile(`inline:\S+`).FindAllString(string(offer), -1) {
			if keys[k] {
				t.Errorf("%d: a key is offered twice", e)
			}
			keys[k] = true
		}
	}
}

func TestSecureAnswer(t *testing.T) {
	crypto := "a=crypto:9 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "\n"
	dtls := "a=fingerprint:" + prints + "\na=setup:actpass\n"
	for _, c := range []struct {
		name, offer string
		e           Encryption
		proto       string // of the answer; "": refused
		protection  Protection
		has         string // a line of the answer
	}{
		{"RFC 8643: keys in a plain line", "m=audio 4000 RTP/AVP 0\n" + crypto, Optional, "RTP/AVP", SDES, "a=crypto:9 AES_CM_128_HMAC_SHA1_80 inline:KEY"},
		{"RFC 8643: keys in a plain line, required", "m=audio 4000 RTP/AVP 0\n" + crypto, Required, "RTP/AVP", SDES, "a=crypto:9 "},
		{"keys that nobody wants", "m=audio 4000 RTP/AVP 0\n" + crypto, Off, "RTP/AVP", Plain, ""},
		{"plain", "m=audio 4000 RTP/AVP 0\n", Optional, "RTP/AVP", Plain, ""},
		{"plain, required", "m=audio 4000 RTP/AVP 0\n", Required, "", Plain, ""},
		{"SAVP", "m=audio 4000 RTP/SAVP 0\n" + crypto, Optional, "RTP/SAVP", SDES, "a=crypto:9 "},
		{"SAVPF", "m=audio 4000 RTP/SAVPF 0\n" + crypto, Required, "RTP/SAVPF", SDES, "a=crypto:9 "},
		{"SAVP, off", "m=audio 4000 RTP/SAVP 0\n" + crypto, Off, "", Plain, ""},
		{"SAVP without a key", "m=audio 4000 RTP/SAVP 0\n", Optional, "", Plain, ""},
		{"SAVP with a suite that is unknown", "m=audio 4000 RTP/SAVP 0\na=crypto:1 F8_128_HMAC_SHA1_80 inline:" + key30 + "\n", Optional, "", Plain, ""},
		{"the second key is the first that is known", "m=audio 4000 RTP/SAVP 0\na=crypto:1 F8_128_HMAC_SHA1_80 inline:" + key30 + "\n" + crypto, Optional, "RTP/SAVP", SDES, "a=crypto:9 "},
		{"a secure line after a plain one", "m=audio 4000 RTP/AVP 0\nm=audio 4002 RTP/SAVP 0\n" + crypto, Optional, "RTP/SAVP", SDES, "m=audio 0 RTP/AVP 0"},
		{"the same, off", "m=audio 4000 RTP/SAVP 0\n" + crypto + "m=audio 4002 RTP/AVP 0\n", Off, "RTP/AVP", Plain, "m=audio 0 RTP/SAVP 0"},
		{"RFC 5763: DTLS", "m=audio 4000 UDP/TLS/RTP/SAVP 0\n" + dtls, Optional, "UDP/TLS/RTP/SAVP", DTLS, "a=setup:active"},
		{"DTLS, feedback", "m=audio 4000 UDP/TLS/RTP/SAVPF 0\n" + dtls, Required, "UDP/TLS/RTP/SAVPF", DTLS, "a=fingerprint:sha-256 00:11"},
		{"DTLS, they begin", "m=audio 4000 UDP/TLS/RTP/SAVP 0\n" + strings.Replace(dtls, "actpass", "active", 1), Optional, "UDP/TLS/RTP/SAVP", DTLS, "a=setup:passive"},
		{"DTLS, of the session", "a=fingerprint:" + prints + "\na=setup:passive\nm=audio 4000 UDP/TLS/RTP/SAVP 0\n", Optional, "UDP/TLS/RTP/SAVP", DTLS, "a=setup:active"},
		{"DTLS, off", "m=audio 4000 UDP/TLS/RTP/SAVP 0\n" + dtls, Off, "", Plain, ""},
		{"DTLS without a fingerprint", "m=audio 4000 UDP/TLS/RTP/SAVP 0\na=setup:actpass\n", Optional, "", Plain, ""},
		{"DTLS on hold", "m=audio 4000 UDP/TLS/RTP/SAVP 0\na=fingerprint:" + prints + "\na=setup:holdconn\n", Optional, "", Plain, ""},
		{"DTLS in a plain line", "m=audio 4000 RTP/AVP 0\n" + dtls, Optional, "RTP/AVP", DTLS, "a=setup:active"},
		{"DTLS over TCP", "m=audio 4000 TCP/TLS/RTP/SAVP 0\n" + dtls, Optional, "", Plain, ""},
	} {
		s := secureSession(c.e)
		answer, a, err := s.Answer([]byte(head+c.offer), leg.SendRecv)
		if c.proto == "" {
			if !errors.Is(err, leg.ErrNoCodec) {
				t.Errorf("%s: %v\n%s", c.name, err, answer)
			}
			continue
		}
		text := hide(lines(answer))
		if err != nil || !strings.Contains(text, "m=audio 20000 "+c.proto+" 0\n") || !strings.Contains(text, c.has) {
			t.Errorf("%s: %v\n%s", c.name, err, text)
		}
		if a.Security.Protection != c.protection || strings.Contains(text, "a=crypto") != (c.protection == SDES) {
			t.Errorf("%s: %v\n%s", c.name, a.Security.Protection, text)
		}
		if c.protection == SDES && (a.Security.Send.Equal(a.Security.Receive) || a.Security.Send.Suite != srtp.AES128SHA80) {
			t.Errorf("%s: the keys are alike", c.name)
		}
	}
}

// What an answer may say to our offer.
func TestSecureAccept(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		e            Encryption
		fails        bool
		protection   Protection
	}{
		{"taken up", "m=audio 4000 RTP/AVP 0\na=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "\n", Optional, false, SDES},
		{"passed over", "m=audio 4000 RTP/AVP 0\n", Optional, false, Plain},
		{"another tag", "m=audio 4000 RTP/AVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "\n", Optional, false, Plain},
		{"keys that were not offered", "m=audio 4000 RTP/AVP 0\na=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "\n", Off, false, Plain},
		{"required, taken up", "m=audio 4000 RTP/SAVP 0\na=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "\n", Required, false, SDES},
		{"required, passed over", "m=audio 4000 RTP/SAVP 0\n", Required, true, Plain},
		{"required, downgraded", "m=audio 4000 RTP/AVP 0\n", Required, true, Plain},
		{"secure, without a key", "m=audio 4000 RTP/SAVP 0\n", Optional, true, Plain},
		{"something else", "m=audio 4000 TCP/RTP/AVP 0\n", Optional, true, Plain},
	} {
		s := secureSession(c.e)
		s.Offer(leg.SendRecv)
		a, err := s.Accept([]byte(head + c.answer))
		if (err != nil) != c.fails || err != nil && !errors.Is(err, leg.ErrNoCodec) || a.Security.Protection != c.protection {
			t.Errorf("%s: %v, %v", c.name, a.Security, err)
		}
	}
}

func TestRFC5761_Mux(t *testing.T) {
	for _, c := range []struct {
		offer, control string
		mux            bool
	}{
		{"m=audio 4000 RTP/AVP 0\na=rtcp-mux\n", "198.51.100.7:4001", true},
		{"m=audio 4000 RTP/AVP 0\n", "198.51.100.7:4001", false},
		{"m=audio 4000 RTP/AVP 0\na=rtcp:5555 IN IP4 203.0.113.1\n", "198.51.100.7:5555", false}, // RFC 3605; no other host
		{"m=audio 4000 RTP/AVP 0\na=rtcp:x\n", "198.51.100.7:4001", false},
		{"m=audio 65535 RTP/AVP 0\n", "invalid AddrPort", false},
	} {
		s := secureSession(Off)
		answer, a, err := s.Answer([]byte(head+c.offer), leg.SendRecv)
		if err != nil || a.Mux != c.mux || a.RemoteControl.String() != c.control || strings.Contains(string(answer), "a=rtcp-mux") != c.mux {
			t.Errorf("%s: %v %v %v\n%s", c.offer, err, a.Mux, a.RemoteControl, answer)
		}
	}
	s := secureSession(Off)
	answer, a, err := s.Answer([]byte(head+"m=audio 4000 RTP/AVP 0\na=rtcp-xr:rcvr-rtt=all voip-metrics\n"), leg.SendRecv)
	if err != nil || !a.XR || !strings.Contains(string(answer), "a=rtcp-xr:voip-metrics\r\n") {
		t.Errorf("RFC 3611, 5: %v %v\n%s", err, a.XR, answer)
	}
}

// FuzzSecureAnswer: whatever is offered, required means keys, and both sides
// read the same of them.
func FuzzSecureAnswer(f *testing.F) {
	f.Add(head + "m=audio 4000 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + key30 + "|2^20|1:4 WSH=64\n")
	f.Add(head + "m=audio 4000 UDP/TLS/RTP/SAVP 0\na=fingerprint:" + prints + "\na=setup:actpass\na=rtcp:9\na=rtcp-mux\n")
	f.Add(head + "m=audio 4000 RTP/AVP 0\na=crypto:\nm=audio 4002 RTP/SAVPF 0\na=crypto:1 AEAD_AES_128_GCM inline:AAAA\n")
	f.Fuzz(func(t *testing.T, offer string) {
		s := secureSession(Required)
		answer, a, err := s.Answer([]byte(offer), leg.SendRecv)
		if err != nil {
			if !errors.Is(err, leg.ErrBadSDP) && !errors.Is(err, leg.ErrNoCodec) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		d, err := read(answer)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range d.medias {
			if m.port == 0 {
				continue
			}
			switch a.Security.Protection {
			case SDES:
				if len(m.cryptos) != 1 || !m.cryptos[0].key.Equal(a.Security.Send) || a.Security.Send.Suite != a.Security.Receive.Suite {
					t.Fatalf("agreed %v\n%s", a.Security, answer)
				}
			case DTLS:
				if len(m.fingerprints) != 1 || len(m.cryptos) != 0 || m.setup == "" {
					t.Fatalf("agreed %v\n%s", a.Security, answer)
				}
			default:
				t.Fatalf("required, and agreed %v\n%s", a.Security, answer)
			}
		}
		if again, _, err := s.Answer([]byte(offer), leg.SendRecv); err != nil || string(again) != string(answer) {
			t.Fatalf("the same offer again: %v\n%s\n%s", err, answer, again)
		}
	})
}
