package sdp

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	strict "github.com/pion/sdp/v3"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
)

// session returns one at 192.0.2.1:20000 with the given codecs.
func session(names string) *Session {
	var c []codec.Codec
	for n := range strings.FieldsSeq(names) {
		x, ok := codec.Standard().Lookup(n)
		if !ok {
			panic(n)
		}
		c = append(c, x)
	}
	return New(Config{Address: netip.MustParseAddr("192.0.2.1"), Port: 20000, Codecs: c})
}

// lines is what a description says, without session id and address.
func lines(b []byte) string {
	s := strings.ReplaceAll(string(b), "\r\n", "\n")
	return regexp.MustCompile(`(?s)^v=0\no=- \d+ \d+ IN IP[46] \S+\ns=-\nc=IN IP[46] \S+\nt=0 0\n`).ReplaceAllString(s, "")
}

func version(t *testing.T, b []byte) (id, version string) {
	t.Helper()
	m := regexp.MustCompile(`o=- (\d+) (\d+) `).FindSubmatch(b)
	if m == nil {
		t.Fatalf("no o= in %s", b)
	}
	return string(m[1]), string(m[2])
}

// show is an agreement in one line.
func show(a Agreed) string {
	var b strings.Builder
	if a.Send.Codec != nil {
		fmt.Fprintf(&b, "send %s/%d", a.Send.Codec.Format().Name, a.Send.Type)
		if a.Send.Fmtp != "" {
			fmt.Fprintf(&b, " (%s)", a.Send.Fmtp)
		}
	}
	b.WriteString(" receive")
	for _, p := range a.Receive {
		fmt.Fprintf(&b, " %s/%d", p.Codec.Format().Name, p.Type)
	}
	fmt.Fprintf(&b, " events %d@%d", a.SendEvent.Type, a.SendEvent.Clock)
	for _, e := range a.ReceiveEvents {
		fmt.Fprintf(&b, " %d@%d", e.Type, e.Clock)
	}
	fmt.Fprintf(&b, " %s to %v ptime %d", a.Direction, a.Remote, a.Ptime)
	return strings.TrimSpace(b.String())
}

const head = "v=0\r\no=alice 1 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n"

func TestAnswer(t *testing.T) {
	for _, c := range []struct {
		name, codecs, offer string
		dir                 leg.Direction
		answer, agreed      string // answer: its lines from the first m= on, if it matters
	}{
		{
			name: "RFC 4317, 2.1: audio and video", codecs: "pcmu pcma",
			offer: `v=0
o=alice 2890844526 2890844526 IN IP4 host.atlanta.example.com
s=
c=IN IP4 host.atlanta.example.com
t=0 0
m=audio 49170 RTP/AVP 0 8 97
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:97 iLBC/8000
m=video 51372 RTP/AVP 31 32
a=rtpmap:31 H261/90000
a=rtpmap:32 MPV/90000
`,
			answer: `m=audio 20000 RTP/AVP 0 8
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=ptime:20
a=sendrecv
m=video 0 RTP/AVP 31 32
`,
			agreed: "send pcmu/0 receive pcmu/0 pcma/8 events 0@0 sendrecv to invalid AddrPort ptime 20",
		},
		{
			name: "RFC 4317, 2.4: two audio lines, the second is telephone-event alone", codecs: "pcmu",
			offer: `v=0
o=alice 2890844526 2890844526 IN IP4 host.atlanta.example.com
s=
c=IN IP4 198.51.100.1
t=0 0
m=audio 49170 RTP/AVP 0 8 97
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:97 iLBC/8000
m=audio 49172 RTP/AVP 98
a=rtpmap:98 telephone-event/8000
a=sendonly
`,
			answer: `m=audio 20000 RTP/AVP 0
a=rtpmap:0 PCMU/8000
a=ptime:20
a=sendrecv
m=audio 0 RTP/AVP 98
`,
			agreed: "send pcmu/0 receive pcmu/0 events 0@0 sendrecv to 198.51.100.1:49170 ptime 20",
		},
		{
			name: "RFC 4317, 2.5: the first audio line has nothing for us, mids are kept", codecs: "pcma",
			offer: head + `m=audio 6000 RTP/AVP 97
a=mid:1
a=rtpmap:97 iLBC/8000
m=audio 6002 RTP/AVP 8
a=mid:2
`,
			answer: `m=audio 0 RTP/AVP 97
a=mid:1
m=audio 20000 RTP/AVP 8
a=mid:2
a=rtpmap:8 PCMA/8000
a=ptime:20
a=sendrecv
`,
			agreed: "send pcma/8 receive pcma/8 events 0@0 sendrecv to 198.51.100.7:6002 ptime 20",
		},
		{
			name: "RFC 4317, 3.1: put on hold", codecs: "pcmu",
			offer:  head + "m=audio 49170 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendonly\n",
			answer: "m=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=ptime:20\na=recvonly\n",
			agreed: "send pcmu/0 receive pcmu/0 events 0@0 recvonly to 198.51.100.7:49170 ptime 20",
		},
		{
			name: "static types without rtpmap, names in any case, unknown payloads and attributes", codecs: "opus pcmu pcma",
			offer:  head + "a=group:BUNDLE 0\na=ice-ufrag:x\nm=audio 4000 RTP/AVP 111 99 8 0 200 x 9 101\na=RTPMAP:111 OPUS/48000/2\na=fmtp:111 minptime=10;useinbandfec=1\na=rtpmap:101 Telephone-Event/8000\na=fmtp:101 0-15\na=rtcp-mux\na=candidate:1 1 UDP 1 10.0.0.1 4000 typ host\n",
			answer: "m=audio 20000 RTP/AVP 111 0 8 101\na=rtpmap:111 opus/48000/2\na=fmtp:111 useinbandfec=1;stereo=0;sprop-stereo=0\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\na=ptime:20\na=sendrecv\n",
			agreed: "send opus/111 (minptime=10;useinbandfec=1) receive opus/111 pcmu/0 pcma/8 events 101@8000 101@8000 sendrecv to 198.51.100.7:4000 ptime 20",
		},
		{
			name: "events at the clock of the codec", codecs: "opus pcmu",
			offer:  head + "m=audio 4000 RTP/AVP 0 96 97 98\na=rtpmap:96 opus/48000/2\na=rtpmap:97 telephone-event/8000\na=rtpmap:98 telephone-event/48000\n",
			agreed: "send opus/96 receive opus/96 pcmu/0 events 98@48000 97@8000 98@48000 sendrecv to 198.51.100.7:4000 ptime 20",
		},
		{
			name: "an image line and unknown transports around", codecs: "pcmu",
			offer: head + "m=image 5000 udptl t38\na=T38FaxVersion:0\nm=audio 5002 RTP/SAVP 0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\nm=audio 5004 RTP/AVP 0\nm=x-whatever 5006 QUIC/H3 *\n",
			answer: `m=image 0 udptl t38
m=audio 0 RTP/SAVP 0
m=audio 20000 RTP/AVP 0
a=rtpmap:0 PCMU/8000
a=ptime:20
a=sendrecv
m=x-whatever 0 QUIC/H3 *
`,
			agreed: "send pcmu/0 receive pcmu/0 events 0@0 sendrecv to 198.51.100.7:5004 ptime 20",
		},
		{
			name: "the old way to hold, RFC 3264, 8.4", codecs: "pcmu",
			offer:  "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nc=IN IP4 0.0.0.0\nt=0 0\nm=audio 4000 RTP/AVP 0\n",
			agreed: "send pcmu/0 receive pcmu/0 events 0@0 recvonly to invalid AddrPort ptime 20",
		},
		{
			name: "both hold", codecs: "pcmu", dir: leg.SendOnly,
			offer:  head + "m=audio 4000 RTP/AVP 0\na=sendonly\n",
			agreed: "send pcmu/0 receive pcmu/0 events 0@0 inactive to 198.51.100.7:4000 ptime 20",
		},
		{
			name: "they only receive", codecs: "pcmu",
			offer:  head + "m=audio 4000 RTP/AVP 0\na=recvonly\n",
			agreed: "send pcmu/0 receive pcmu/0 events 0@0 sendonly to 198.51.100.7:4000 ptime 20",
		},
		{
			name: "direction of the session, overruled by the line", codecs: "pcmu",
			offer:  head + "a=inactive\nm=audio 4000 RTP/AVP 0\na=sendrecv\n",
			agreed: "send pcmu/0 receive pcmu/0 events 0@0 sendrecv to 198.51.100.7:4000 ptime 20",
		},
		{
			name: "direction of the session", codecs: "pcmu",
			offer:  head + "a=inactive\nm=audio 4000 RTP/AVP 0\n",
			agreed: "send pcmu/0 receive pcmu/0 events 0@0 inactive to 198.51.100.7:4000 ptime 20",
		},
		{
			name: "IPv6 at the line, ptime", codecs: "pcmu",
			offer:  head + "m=audio 4000/2 RTP/AVP 0\nc=IN IP6 2001:db8::1\na=ptime:30\na=maxptime:150\n",
			agreed: "send pcmu/0 receive pcmu/0 events 0@0 sendrecv to [2001:db8::1]:4000 ptime 30",
		},
		{
			name: "maxptime below ptime", codecs: "pcmu",
			offer:  head + "m=audio 4000 RTP/AVP 0\na=ptime:40\na=maxptime:20\n",
			agreed: "send pcmu/0 receive pcmu/0 events 0@0 sendrecv to 198.51.100.7:4000 ptime 20",
		},
		{
			name: "nonsense in attributes is passed over", codecs: "pcmu",
			offer:  head + "m=audio 4000 RTP/AVP 0 96\na=rtpmap:96\na=rtpmap:x y/z\na=rtpmap:96 opus\na=ptime:never\na=maxptime:-3\na=fmtp\na=\nb=\nz=?\n",
			agreed: "send pcmu/0 receive pcmu/0 events 0@0 sendrecv to 198.51.100.7:4000 ptime 20",
		},
		{
			name: "lines out of order, bare line feeds, no v=, o=, s= or t=", codecs: "pcma",
			offer:  "a=sendrecv\nc=IN IP4 198.51.100.7\n\nm=audio 4000 RTP/AVP 8",
			agreed: "send pcma/8 receive pcma/8 events 0@0 sendrecv to 198.51.100.7:4000 ptime 20",
		},
		{
			name: "stereo G.711 is another codec", codecs: "pcmu pcma",
			offer:  head + "m=audio 4000 RTP/AVP 96 8\na=rtpmap:96 PCMU/8000/2\n",
			agreed: "send pcma/8 receive pcma/8 events 0@0 sendrecv to 198.51.100.7:4000 ptime 20",
		},
		{
			name: "PCMU under a dynamic number", codecs: "pcmu",
			offer:  head + "m=audio 4000 RTP/AVP 100\na=rtpmap:100 PCMU/8000\n",
			agreed: "send pcmu/100 receive pcmu/100 events 0@0 sendrecv to 198.51.100.7:4000 ptime 20",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := session(c.codecs)
			answer, a, err := s.Answer([]byte(c.offer), c.dir)
			if err != nil {
				t.Fatal(err)
			}
			if got := lines(answer); c.answer != "" && got != c.answer {
				t.Errorf("answered\n%s\nwant\n%s", got, c.answer)
			}
			if got := show(a); got != c.agreed {
				t.Errorf("agreed\n%s\nwant\n%s", got, c.agreed)
			}
		})
	}
}

func TestAnswerRefuses(t *testing.T) {
	for _, c := range []struct {
		name, codecs, offer string
		err                 error
		says                string
	}{
		{"nothing in common", "opus", head + "m=audio 4000 RTP/AVP 0 18\n", leg.ErrNoCodec, "PCMU/8000 G729/8000"},
		{"only encrypted", "pcmu", head + "m=audio 4000 RTP/SAVP 0\n", leg.ErrNoCodec, "RTP/SAVP"},
		{"only events", "pcmu", head + "m=audio 4000 RTP/AVP 101\na=rtpmap:101 telephone-event/8000\n", leg.ErrNoCodec, "telephone-event/8000"},
		{"no audio", "pcmu", head + "m=video 4000 RTP/AVP 31\n", leg.ErrNoCodec, "m=video"},
		{"audio with port 0", "pcmu", head + "m=audio 0 RTP/AVP 0\n", leg.ErrNoCodec, "m=audio 0"},
		{"no m= at all", "pcmu", head, leg.ErrNoCodec, "pcmu"},
		{"no address", "pcmu", "v=0\nm=audio 4000 RTP/AVP 0\n", leg.ErrBadSDP, "c="},
		{"multicast", "pcmu", "v=0\nc=IN IP4 224.2.1.1/127\nm=audio 4000 RTP/AVP 0\n", leg.ErrBadSDP, "224.2.1.1"},
		{"broadcast", "pcmu", "v=0\nc=IN IP4 255.255.255.255\nm=audio 4000 RTP/AVP 0\n", leg.ErrBadSDP, "255.255.255.255"},
		{"no SDP", "pcmu", "hello\n", leg.ErrBadSDP, "hello"},
		{"empty", "pcmu", "", leg.ErrBadSDP, "neither"},
		{"version 1", "pcmu", "v=1\n", leg.ErrBadSDP, "version"},
		{"port out of range", "pcmu", head + "m=audio 70000 RTP/AVP 0\n", leg.ErrBadSDP, "70000"},
		{"no transport", "pcmu", head + "m=audio 4000\n", leg.ErrBadSDP, "m=audio"},
		{"c= without an address", "pcmu", "v=0\nc=IN IP4\nm=audio 4000 RTP/AVP 0\n", leg.ErrBadSDP, "c="},
		{"too many lines", "pcmu", head + strings.Repeat("m=audio 4000 RTP/AVP 0\n", 100), leg.ErrBadSDP, "64"},
		{"too long", "pcmu", head + strings.Repeat("a=x\n", 30000), leg.ErrBadSDP, "65536"},
	} {
		_, _, err := session(c.codecs).Answer([]byte(c.offer), leg.SendRecv)
		if !errors.Is(err, c.err) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want %v with %q", c.name, err, c.err, c.says)
		}
	}
}

func TestOfferAndAnswerBetweenOurselves(t *testing.T) {
	a, b := session("opus pcmu pcma"), session("pcmu opus")
	offer, early := a.Offer(leg.SendRecv)
	want := `m=audio 20000 RTP/AVP 107 0 8 101 102
a=rtpmap:107 opus/48000/2
a=fmtp:107 useinbandfec=1;stereo=0;sprop-stereo=0
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=rtpmap:102 telephone-event/48000
a=fmtp:102 0-16
a=ptime:20
a=sendrecv
`
	if got := lines(offer); got != want {
		t.Errorf("offered\n%s\nwant\n%s", got, want)
	}
	if got := show(early); got != "receive opus/107 pcmu/0 pcma/8 events 0@0 101@8000 102@48000 sendrecv to invalid AddrPort ptime 20" {
		t.Errorf("before the answer: %s", got)
	}
	answer, there, err := b.Answer(offer, leg.SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	here, err := a.Accept(answer)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := show(there), "send pcmu/0 receive pcmu/0 opus/107 events 101@8000 101@8000 102@48000 sendrecv to 192.0.2.1:20000 ptime 20"; got != want {
		t.Errorf("the answerer: %s\nwant %s", got, want)
	}
	if got, want := show(here), "send pcmu/0 receive opus/107 pcmu/0 events 101@8000 101@8000 102@48000 sendrecv to 192.0.2.1:20000 ptime 20"; got != want {
		t.Errorf("the offerer: %s\nwant %s", got, want)
	}
}

// RFC 3264, 5.1 and 6.1: each side receives under the numbers of its own
// description.
func TestAcceptWithOtherNumbers(t *testing.T) {
	s := session("opus pcmu")
	s.Offer(leg.SendRecv)
	a, err := s.Accept([]byte(head + "m=audio 4000 RTP/AVP 120 121\na=rtpmap:120 opus/48000/2\na=rtpmap:121 telephone-event/48000\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := show(a), "send opus/120 receive opus/107 events 121@48000 101@8000 102@48000 sendrecv to 198.51.100.7:4000 ptime 20"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestAcceptRefuses(t *testing.T) {
	for _, c := range []struct {
		answer string
		err    error
	}{
		{head + "m=audio 0 RTP/AVP 0\n", leg.ErrNoCodec},
		{head + "m=audio 4000 RTP/AVP 18\n", leg.ErrNoCodec},
		{head + "m=audio 4000 RTP/SAVP 0\n", leg.ErrNoCodec},
		{head, leg.ErrBadSDP},
		{"rubbish", leg.ErrBadSDP},
	} {
		s := session("pcmu")
		s.Offer(leg.SendRecv)
		if _, err := s.Accept([]byte(c.answer)); !errors.Is(err, c.err) {
			t.Errorf("%q: %v, want %v", c.answer, err, c.err)
		}
	}
	if _, err := session("pcmu").Accept([]byte(head)); !errors.Is(err, leg.ErrState) {
		t.Errorf("an answer to nothing: %v", err)
	}
}

// Two answers to one offer: 183 and 200, or two branches of a fork.
func TestAcceptTwice(t *testing.T) {
	s := session("pcmu pcma")
	s.Offer(leg.SendRecv)
	if _, err := s.Accept([]byte(head + "m=audio 4000 RTP/AVP 0\n")); err != nil {
		t.Fatal(err)
	}
	a, err := s.Accept([]byte(head + "m=audio 4002 RTP/AVP 8\n"))
	if err != nil || a.Send.Type != 8 || a.Remote.Port() != 4002 {
		t.Errorf("%s, %v", show(a), err)
	}
}

// RFC 3264, 8: the version counts changes; numbers and the order and count of
// lines stay.
func TestReofferKeepsLinesAndNumbers(t *testing.T) {
	s := session("opus pcmu")
	answer, _, err := s.Answer([]byte(head+"m=video 3000 RTP/AVP 31\nm=audio 4000 RTP/AVP 100 0 110\na=rtpmap:100 opus/48000/2\na=rtpmap:110 telephone-event/48000\n"), leg.SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	id, v1 := version(t, answer)
	hold, _ := s.Offer(leg.SendOnly)
	want := `m=video 0 RTP/AVP 31
m=audio 20000 RTP/AVP 100 0 101 110
a=rtpmap:100 opus/48000/2
a=fmtp:100 useinbandfec=1;stereo=0;sprop-stereo=0
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=rtpmap:110 telephone-event/48000
a=fmtp:110 0-16
a=ptime:20
a=sendonly
`
	if got := lines(hold); got != want {
		t.Errorf("re-offered\n%s\nwant\n%s", got, want)
	}
	id2, v2 := version(t, hold)
	same, _ := s.Offer(leg.SendOnly)
	_, v3 := version(t, same)
	s.Rollback()
	resume, _ := s.Offer(leg.SendRecv)
	_, v4 := version(t, resume)
	if id2 != id || v2 == v1 || v3 != v2 || v4 == v3 {
		t.Errorf("session %s, %s; versions %s, %s, %s, %s", id, id2, v1, v2, v3, v4)
	}
}

// A session refresh, the same offer again, gets the same answer (RFC 4028).
func TestSameOfferSameAnswer(t *testing.T) {
	s := session("pcmu")
	offer := []byte(head + "m=audio 4000 RTP/AVP 0\n")
	a, _, _ := s.Answer(offer, leg.SendRecv)
	b, _, _ := s.Answer(offer, leg.SendRecv)
	if string(a) != string(b) {
		t.Errorf("answered\n%s\nthen\n%s", a, b)
	}
}

// A number that meant something else before is not used again.
func TestNumbersAreNotReused(t *testing.T) {
	s := session("opus pcmu")
	if _, _, err := s.Answer([]byte(head+"m=audio 4000 RTP/AVP 0 107\na=rtpmap:107 telephone-event/8000\n"), leg.SendRecv); err != nil {
		t.Fatal(err)
	}
	offer, _ := s.Offer(leg.SendRecv)
	if strings.Contains(string(offer), "rtpmap:107 opus") || !strings.Contains(string(offer), "rtpmap:107 telephone-event/8000") {
		t.Errorf("re-offered\n%s", offer)
	}
}

func TestIPv6(t *testing.T) {
	c, _ := codec.Standard().Lookup("pcmu")
	s := New(Config{Address: netip.MustParseAddr("2001:db8::9"), Port: 6000, Codecs: []codec.Codec{c}})
	offer, _ := s.Offer(leg.SendRecv)
	if n := strings.Count(string(offer), "IN IP6 2001:db8::9\r\n"); n != 2 {
		t.Errorf("offered\n%s", offer)
	}
}

// What is answered can be read by a strict parser, says the same when read by
// us, and has as many lines as the offer.
func FuzzAnswer(f *testing.F) {
	f.Add(head + "m=audio 4000 RTP/AVP 0 8 101\na=rtpmap:101 telephone-event/8000\n")
	f.Add(head + "m=image 1 udptl t38\nm=audio 4000 RTP/AVP 96 97\na=rtpmap:96 opus/48000/2\na=mid:x\na=rtpmap:97 telephone-event/48000\na=ptime:40\na=recvonly\n")
	f.Add("v=0\nc=IN IP6 ::\nm=audio 1 RTP/AVPF 0 0 0\na=inactive\n")
	f.Fuzz(func(t *testing.T, offer string) {
		s := session("opus pcmu pcma")
		answer, a, err := s.Answer([]byte(offer), leg.SendRecv)
		if err != nil {
			if !errors.Is(err, leg.ErrBadSDP) && !errors.Is(err, leg.ErrNoCodec) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		d, err := read([]byte(offer))
		if err != nil {
			t.Fatal(err)
		}
		back, err := read(answer)
		if err != nil {
			t.Fatalf("we cannot read our own answer: %v\n%s", err, answer)
		}
		if len(back.medias) != len(d.medias) {
			t.Fatalf("%d lines answered with %d", len(d.medias), len(back.medias))
		}
		known := true
		for i, m := range back.medias {
			known = known && (m.kind == "audio" || m.kind == "video" || m.kind == "application") && strings.HasPrefix(m.proto, "RTP/AVP")
			if m.kind != d.medias[i].kind || m.port != 0 && !d.medias[i].audio() {
				t.Fatalf("line %d: %+v answered with %+v", i, d.medias[i], m)
			}
			if m.port == 0 {
				continue
			}
			payloads, events := s.match(&m)
			if len(payloads) != len(a.Receive) || len(events) != len(a.ReceiveEvents) || m.direction != a.Direction {
				t.Fatalf("agreed %s\n%s", show(a), answer)
			}
			for k := range payloads {
				if payloads[k].Type != a.Receive[k].Type || payloads[k].Codec != a.Receive[k].Codec {
					t.Fatalf("agreed %s\n%s", show(a), answer)
				}
			}
		}
		if known {
			if err := new(strict.SessionDescription).Unmarshal(answer); err != nil {
				t.Fatalf("a strict parser refuses our answer: %v\n%s", err, answer)
			}
		}
		// The far side's re-offer of the same gets the same.
		again, _, err := s.Answer([]byte(offer), leg.SendRecv)
		if err != nil || string(again) != string(answer) {
			t.Fatalf("the same offer again: %v\n%s\n%s", err, answer, again)
		}
		reoffer, _ := s.Offer(leg.SendRecv)
		if r, err := read(reoffer); err != nil || len(r.medias) != len(d.medias) {
			t.Fatalf("re-offered %v\n%s", err, reoffer)
		}
	})
}
