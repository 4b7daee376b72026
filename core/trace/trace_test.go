package trace_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/golden"
	"github.com/plugboard/plugboard/core/trace"
	"github.com/plugboard/plugboard/sdk/event"
)

// msg builds a SIP message: "INVITE sip:102@x" or "200 OK", then headers and
// an optional body after an empty line.
func msg(lines ...string) []byte {
	if c := lines[0][0]; c >= '1' && c <= '6' {
		lines[0] = "SIP/2.0 " + lines[0]
	} else {
		lines[0] += " SIP/2.0"
	}
	text := strings.Join(lines, "\r\n")
	if !strings.Contains(text, "\r\n\r\n") {
		text += "\r\n\r\n"
	}
	return []byte(text)
}

const sdp = "\r\nv=0\r\nm=audio 20000 RTP/AVP 0\r\n"

// aCall records a call from 101 to 102 with a wrong turn, a retransmission,
// hold and a BYE. It takes place in virtual time.
func aCall(b *trace.Book) {
	const id = "c1"
	a, c := "192.0.2.1:5060", "192.0.2.2:5060"
	in := func(remote string, lines ...string) { b.Record(id, false, trace.Way{Remote: remote}, msg(lines...)) }
	out := func(remote string, lines ...string) { b.Record(id, true, trace.Way{Remote: remote}, msg(lines...)) }
	caller := []string{"From: \"Anna\" <sip:101@pbx>;tag=a", "To: <sip:102@pbx>", "Call-ID: A1"}
	callee := []string{"f: <sip:101@pbx>;tag=p", "t: <sip:102@192.0.2.2>", "i: B1"}
	with := func(first string, hs []string, more ...string) []string {
		return append(append([]string{first}, hs...), more...)
	}
	sdpType := "Content-Type: application/sdp"

	in(a, with("INVITE sip:102@pbx", caller, "CSeq: 1 INVITE", sdpType, sdp)...)
	time.Sleep(2 * time.Millisecond)
	out(a, with("100 Trying", caller, "CSeq: 1 INVITE")...)
	b.Note(id, "", "route desk of internal: extension.staff[\"ben\"]")
	b.Note(id, "101", "media opened in leg-rtp: pcmu")
	out(c, with("INVITE sip:102@192.0.2.2", callee, "CSeq: 7 INVITE", sdpType, sdp)...)
	time.Sleep(500 * time.Millisecond)
	out(c, with("INVITE sip:102@192.0.2.2", callee, "CSeq: 7 INVITE", sdpType, sdp)...)
	time.Sleep(10 * time.Millisecond)
	in(c, with("180 Ringing", callee, "CSeq: 7 INVITE")...)
	out(a, with("180 Ringing", caller, "CSeq: 1 INVITE")...)
	time.Sleep(3 * time.Second)
	in(c, with("200 OK", callee, "CSeq: 7 INVITE", "c: application/sdp", sdp)...)
	out(c, with("ACK sip:102@192.0.2.2", callee, "CSeq: 7 ACK")...)
	out(a, with("200 OK", caller, "CSeq: 1 INVITE", sdpType, sdp)...)
	in(a, with("ACK sip:102@pbx", caller, "CSeq: 1 ACK")...)
	time.Sleep(time.Minute)
	in(a, "INVITE sip:102@pbx", "From: <sip:101@pbx>;tag=a", "To: <sip:102@pbx>;tag=p", "Call-ID: A1", "CSeq: 2 INVITE", sdpType,
		sdp+"a=sendonly\r\n")
	out(a, with("488 Not Acceptable Here", caller, "CSeq: 2 INVITE")...)
	in(a, with("BYE sip:102@pbx", caller, "CSeq: 3 BYE")...)
	out(a, with("200 OK", caller, "CSeq: 3 BYE")...)
	out(c, with("BYE sip:102@192.0.2.2", callee, "CSeq: 8 BYE", `Reason: Q.850;cause=16;text="Normal"`)...)
	b.Note(id, "", "ended: normal")
	b.End(id)
	time.Sleep(20 * time.Millisecond)
	in(c, with("200 OK", callee, "CSeq: 8 BYE")...)
}

func TestLadder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := trace.NewBook(trace.Limits{})
		aCall(b)
		var timed, plain, whole, live bytes.Buffer
		if ok, err := b.Ladder("c1", &timed); !ok || err != nil {
			t.Fatal(ok, err)
		}
		golden.Check(t, "testdata/call.txt", timed.String())
		entries, _ := b.Entries("c1")
		for _, draw := range []struct {
			w *bytes.Buffer
			o trace.Options
		}{
			{&plain, trace.Options{Parties: []string{"102", "plugboard"}}},
			{&whole, trace.Options{Messages: true}},
		} {
			if err := trace.Render(draw.w, entries, draw.o); err != nil {
				t.Fatal(err)
			}
		}
		golden.Check(t, "testdata/call-no-times.txt", plain.String())
		golden.Check(t, "testdata/call-messages.txt", whole.String())
		l := trace.NewLadder(&live, trace.Options{Times: true})
		for _, e := range entries {
			if err := l.Add(e); err != nil {
				t.Fatal(err)
			}
		}
		golden.Check(t, "testdata/call-live.txt", live.String())
	})
}

// Two devices of one extension are two parties, told apart.
func TestForkNamesEachDevice(t *testing.T) {
	b := trace.NewBook(trace.Limits{})
	for i, device := range []string{"192.0.2.7:5060", "192.0.2.8:5060"} {
		b.Record("c", true, trace.Way{Remote: device}, msg("INVITE sip:102@x", "To: <sip:102@x>", fmt.Sprintf("Call-ID: d%d", i)))
	}
	b.Record("c", false, trace.Way{Remote: "192.0.2.8:5060"}, msg("180 Ringing", "To: <sip:102@x>", "Call-ID: d1", "CSeq: 1 INVITE"))
	b.Record("c", false, trace.Way{Remote: "192.0.2.9:5060"}, []byte("garbage"))
	entries, _ := b.Entries("c")
	var got []string
	for _, e := range entries {
		got = append(got, e.From+">"+e.To)
	}
	want := []string{"plugboard>102", "plugboard>102 (2)", "102 (2)>plugboard", "192.0.2.9:5060>plugboard"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestSecretsAreNotKept(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"RFC 8760 digest", `Authorization: Digest username="101", realm="x", nonce="n", uri="sip:x", response="5ecret", algorithm=SHA-256`,
			`Authorization: Digest username="101", realm="x", nonce="n", uri="sip:x", response=***, algorithm=SHA-256`},
		{"no quotes, spaces, case", `PROXY-authorization :  digest RESPONSE = 5ecret,nonce="n"`, `PROXY-authorization :  digest RESPONSE = ***,nonce="n"`},
		{"a comma within quotes", `Authorization: Digest response="5e,cret", nc=1`, `Authorization: Digest response=***, nc=1`},
		{"twice", `Authorization: Digest response="5ecret", response="5ecret"`, `Authorization: Digest response=***, response=***`},
		{"username that looks like it", `Authorization: Digest username="response=no", xresponse=ok, response=5ecret`, `Authorization: Digest username="response=no", xresponse=ok, response=***`},
		{"unterminated", `Authorization: Digest response="5ecret`, `Authorization: Digest response=***`},
		{"basic", `Authorization: Basic NWVjcmV0`, `Authorization: Basic ***`},
		{"bearer", `Proxy-Authorization: Bearer 5ecret.5ecret`, `Proxy-Authorization: Bearer ***`},
		{"RFC 3261 22.4 mutual", `Authentication-Info: qop=auth, rspauth="5ecret"`, `Authentication-Info: qop=auth, rspauth=***`},
		{"RFC 3261 7.3.1 folded", "Authorization: Digest username=\"101\",\r\n response=\"5ecret\",\r\n\tnc=1", "Authorization: Digest username=\"101\",\r\n response=***,\r\n\tnc=1"},
		{"not a credential", `Subject: response="public"`, `Subject: response="public"`},
		{"RFC 4568 crypto", "\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:5ecret|2^20|1:4", "\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:***|2^20|1:4"},
		{"RFC 4568 two keys", "\r\na=CRYPTO:1 X inline:5ecret;inline:5ecret FEC_ORDER=1", "\r\na=CRYPTO:1 X inline:***;inline:*** FEC_ORDER=1"},
		{"RFC 4567 key-mgmt", "\r\na=key-mgmt:mikey 5ecret", "\r\na=key-mgmt:***"},
		{"RFC 8839 ice", "\r\na=ice-ufrag:u\r\na=ice-pwd:5ecret", "\r\na=ice-ufrag:u\r\na=ice-pwd:***"},
		{"dtmf-relay", "Content-Type: application/dtmf-relay\r\n\r\nSignal=5\r\nDuration=160", "Content-Type: application/dtmf-relay\r\n\r\nSignal=***\r\nDuration=160"},
		{"dtmf", "c: application/dtmf\r\n\r\n5", "c: application/dtmf\r\n\r\n***"},
		{"RFC 4566 key", "\r\nk=clear:5ecret", "\r\nk=***"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := trace.NewBook(trace.Limits{})
			head := "INVITE sip:x SIP/2.0\r\nVia: v\r\n"
			raw := []byte(head + c.line + "\r\n")
			before := bytes.Clone(raw)
			b.Record("c", false, trace.Way{Remote: "192.0.2.1:5060"}, raw)
			entries, _ := b.Entries("c")
			if got, want := string(entries[0].Message), head+c.want+"\r\n"; got != want && got != strings.TrimSuffix(want, "\r\n") {
				t.Errorf("kept\n%q\nwant\n%q", got, want)
			}
			if !bytes.Equal(raw, before) {
				t.Error("Record changed the message it was lent")
			}
		})
	}
}

func FuzzSecretsAreNotKept(f *testing.F) {
	f.Add([]byte("Digest username=\"x\", response=\""), []byte("\", nc=1"))
	f.Fuzz(func(t *testing.T, before, after []byte) {
		if bytes.ContainsAny(before, "\r\n\"") || bytes.Contains(bytes.ToLower(before), []byte("5ecret")) || bytes.Contains(bytes.ToLower(after), []byte("5ecret")) {
			return
		}
		raw := append([]byte("INVITE sip:x SIP/2.0\r\nAuthorization: Digest "), before...)
		raw = append(raw, ", response=\"5ecret\""...)
		raw = append(raw, after...)
		b := trace.NewBook(trace.Limits{})
		b.Record("c", false, trace.Way{Remote: "a"}, raw)
		entries, _ := b.Entries("c")
		if bytes.Contains(entries[0].Message, []byte("5ecret")) {
			t.Errorf("the response was kept: %q", entries[0].Message)
		}
	})
}

// What a far side writes does not reach the reader's terminal as a command.
func FuzzRender(f *testing.F) {
	f.Add([]byte("SIP/2.0 200 \x1b[2J\u202eOK\r\nCSeq: 1 INVITE\r\n\r\n"), "10\x071", 3, true)
	f.Add([]byte("INVITE sip:x SIP/2.0\r\nReason: SIP;text=\"\x9b1m\"\r\n\r\nm=audio 0"), "plugboard", -1, false)
	f.Fuzz(func(t *testing.T, message []byte, party string, gap int, live bool) {
		entries := []trace.Entry{{From: party, To: trace.Self, Message: message}, {From: trace.Self, To: "102", Message: message},
			{From: "102", To: party, Message: message}, {From: party, Note: string(message)}}
		o := trace.Options{Gap: min(gap, 200), Messages: true, Times: true}
		var out bytes.Buffer
		if live {
			l := trace.NewLadder(&out, o)
			for _, e := range entries {
				if err := l.Add(e); err != nil {
					t.Fatal(err)
				}
			}
		} else if err := trace.Render(&out, entries, o); err != nil {
			t.Fatal(err)
		}
		for _, r := range out.String() {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Fatalf("%q in %q", r, out.String())
			}
		}
	})
}

func TestBookIsBounded(t *testing.T) {
	t.Run("finished calls", func(t *testing.T) {
		b := trace.NewBook(trace.Limits{Finished: 3})
		b.Note("live", "", "stays")
		for i := range 10 {
			id := fmt.Sprint(i)
			b.Note(id, "", "x")
			b.End(id)
		}
		for i := range 10 {
			if _, ok := b.Entries(fmt.Sprint(i)); ok != (i >= 7) {
				t.Errorf("call %d kept: %v", i, ok)
			}
		}
		if _, ok := b.Entries("live"); !ok {
			t.Error("the live call was forgotten")
		}
	})
	t.Run("bytes: finished first, then the longest untouched", func(t *testing.T) {
		b := trace.NewBook(trace.Limits{Bytes: 10_000})
		text := strings.Repeat("x", 3000)
		b.Note("old", "", text)
		b.Note("busy", "", text)
		b.Note("done", "", text)
		b.End("done")
		b.Note("old", "", "touched")
		b.Note("new", "", text)
		known := func(id string) bool { _, ok := b.Entries(id); return ok }
		if known("done") || !known("old") || !known("busy") {
			t.Error("the finished call should have gone first")
		}
		b.Note("newer", "", text)
		if known("busy") || !known("old") {
			t.Error("the longest untouched live call should have gone")
		}
	})
	t.Run("one call keeps its beginning and its end", func(t *testing.T) {
		b := trace.NewBook(trace.Limits{Call: 4000})
		for i := range 100 {
			b.Note("c", "", fmt.Sprintf("%04d", i))
		}
		entries, _ := b.Entries("c")
		if entries[0].Note != "0000" || entries[len(entries)-1].Note != "0099" {
			t.Errorf("from %q to %q", entries[0].Note, entries[len(entries)-1].Note)
		}
		left := 100 - (len(entries) - 1)
		if want := fmt.Sprintf("%d entries of a long call left out", left); left < 50 || entries[len(entries)/2].Note != want {
			t.Errorf("want a note %q in the middle, got %q", want, entries[len(entries)/2].Note)
		}
	})
	t.Run("one message", func(t *testing.T) {
		b := trace.NewBook(trace.Limits{Message: 100})
		b.Record("c", true, trace.Way{Remote: "a"}, bytes.Repeat([]byte("x"), 1000))
		entries, _ := b.Entries("c")
		if len(entries[0].Message) != 100 || entries[0].Cut != 900 {
			t.Errorf("kept %d, cut %d", len(entries[0].Message), entries[0].Cut)
		}
	})
}

func TestFollow(t *testing.T) {
	b := trace.NewBook(trace.Limits{})
	if _, ok := b.Follow("c"); ok {
		t.Fatal("followed an unknown call")
	}
	b.Note("c", "", "before")
	r, _ := b.Follow("c")
	b.Note("c", "", "after")
	if len(r.Past) != 1 || r.Past[0].Note != "before" {
		t.Errorf("past: %v", r.Past)
	}
	if e := <-r.News; e.Note != "after" || e.Seq != 2 {
		t.Errorf("news: %v", e)
	}
	select {
	case <-r.Ended:
		t.Error("ended before the end")
	default:
	}
	b.End("c")
	<-r.Ended
	b.Note("c", "", "late")
	if e := <-r.News; e.Note != "late" {
		t.Errorf("news after the end: %v", e)
	}
	for range 1000 { // nobody reads: the writer does not wait
		b.Note("c", "", "flood")
	}
	if n := r.Missed(); n != 1000-256 {
		t.Errorf("missed %d", n)
	}
	r.Close()
	r.Close()
}

func TestEventsBecomeNotes(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	b := trace.NewBook(trace.Limits{})
	leg := event.Leg{Call: "c", ID: "l1", Number: "101", Name: "anna"}
	tell := func(kind string, data any) { b.Observe(event.Event{Time: at, Type: kind, Data: data}) }
	tell(event.CallStarted, event.Call{ID: "c", From: "101", To: "102"})
	tell(event.LegAdded, leg)
	leg.Codec, leg.Remote = "pcmu", "192.0.2.1:4000"
	tell(event.LegChanged, leg)
	tell(event.LegChanged, leg) // nothing new
	leg.Held = true
	tell(event.LegChanged, leg)
	tell(event.CallAct, event.Act{Call: "c", Act: event.ActHold, Number: "101", By: event.Actor{Kind: event.ByExtension, Number: "101"}}) // that is seen already
	leg.Held = false
	tell(event.LegChanged, leg)
	tell(event.CallAct, event.Act{Call: "c", Act: event.ActMute, Number: "101", By: event.Actor{Kind: event.ByOperator, Name: "admin", Address: "192.0.2.9"}})
	tell(event.CallAct, event.Act{Call: "c", Act: event.ActHangup, Text: "busy", By: event.Actor{Kind: event.ByPlugin, Name: "ivr"}})
	tell(event.DTMF, event.Digit{Call: "c", Leg: "l1", Digit: "7", DurationMs: 120})
	leg.Cause = "plugin_lost"
	tell(event.LegRemoved, leg)
	r, _ := b.Follow("c")
	tell(event.CallEnded, event.CDR{ID: "c", Cause: "plugin_lost", Text: "leg-rtp ended", Dialplan: "internal", Route: "desk", Answered: &at, TalkSeconds: 61})
	<-r.Ended
	tell(event.LegChanged, event.Leg{Call: "unknown", Codec: "pcmu"})
	if _, ok := b.Entries("unknown"); ok {
		t.Error("a late event brought a forgotten call back")
	}
	entries, _ := b.Entries("c")
	var out strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&out, "%s|%s\n", e.From, e.Note)
	}
	want := `|a call from 101 to 102
101|media: pcmu, at 192.0.2.1:4000
101|holds
101|is back
101|mute, by operator admin at 192.0.2.9
|hangup (busy), by plugin ivr
101|pressed a key, 120 ms
101|ended: plugin_lost
|ended: plugin_lost (leg-rtp ended), route desk of internal, talked 61.0 s
`
	if d := cmp.Diff(want, out.String()); d != "" {
		t.Error(d)
	}
}

func TestEmergenciesAndSchedulesBecomeNotes(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	b := trace.NewBook(trace.Limits{})
	tell := func(kind string, data any) { b.Observe(event.Event{Time: at, Type: kind, Data: data}) }
	open, closed := true, false
	tell(event.CallEmergency, event.Emergency{Call: "c", From: "101", To: "112", Notify: []string{"102", "103"}})
	tell(event.CallEnded, event.CDR{ID: "c", Cause: "normal", Route: "emergency"})
	for _, override := range []*bool{&open, &closed, nil} {
		tell(event.ScheduleChanged, event.Schedule{Name: "office", Override: override, By: "101", Call: "d"})
	}
	tell(event.ScheduleChanged, event.Schedule{Name: "office"})
	for call, want := range map[string][]string{
		"c": {"! an emergency call, told to 102, 103", "ended: normal, route emergency"},
		"d": {"schedule office: open by hand", "schedule office: closed by hand", "schedule office: follows its hours again"},
	} {
		entries, _ := b.Entries(call)
		var got []string
		for _, e := range entries {
			got = append(got, e.Note)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	if _, ok := b.Entries(""); ok {
		t.Error("what no call has done became a call's story")
	}
}

func BenchmarkRecord(b *testing.B) {
	raw := msg("INVITE sip:102@pbx", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabcdef", "From: \"Anna\" <sip:101@pbx>;tag=a", "To: <sip:102@pbx>",
		"Call-ID: A1", "CSeq: 1 INVITE", "Contact: <sip:101@192.0.2.1:5060>", "Max-Forwards: 70",
		`Authorization: Digest username="101", realm="x", nonce="n", uri="sip:x", response="0123456789abcdef", algorithm=SHA-256`,
		"Content-Type: application/sdp", "\r\nv=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n")
	book := trace.NewBook(trace.Limits{})
	b.ReportAllocs()
	for b.Loop() {
		book.Record("c", false, trace.Way{Remote: "192.0.2.1:5060"}, raw)
	}
}
