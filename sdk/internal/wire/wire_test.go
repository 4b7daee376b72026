package wire

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/leg"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
	"github.com/plugboard/plugboard/sdk/tool"
	"github.com/plugboard/plugboard/sdk/tts"
)

// fill gives every field of the value that p points to a value of its own
// that is not zero, so that a field which does not cross, or crosses with
// another, is found. It fails on a field of a type that it does not know.
func fill(t *testing.T, p any) {
	t.Helper()
	n := 0
	var set func(v reflect.Value, path string)
	set = func(v reflect.Value, path string) {
		n++
		switch at := v.Addr().Interface().(type) {
		case *netip.Addr:
			*at = netip.AddrFrom4([4]byte{192, 0, 2, byte(n)})
			return
		case *netip.AddrPort:
			*at = netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, 100, byte(n)}), uint16(4000+n))
			return
		case *time.Time:
			*at = time.Unix(int64(n), int64(n))
			return
		case *leg.Direction:
			*at = leg.RecvOnly
			return
		case *app.WishKind:
			*at = app.WishSet
			return
		case *host.MailboxWishKind:
			*at = host.MailboxMark
			return
		case *leg.EventKind:
			*at = leg.Source
			return
		case *tool.EventKind:
			*at = tool.Lost
			return
		case *leg.SignalKind:
			*at = leg.SignalText
			return
		}
		switch v.Kind() {
		case reflect.String:
			v.SetString(fmt.Sprint("text ", n))
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Int, reflect.Int32, reflect.Int64:
			v.SetInt(int64(n))
		case reflect.Uint8, reflect.Uint32, reflect.Uint64:
			v.SetUint(uint64(n))
		case reflect.Float64:
			v.SetFloat(float64(n) + 0.5)
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			for i := range v.Len() {
				set(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
			}
		case reflect.Map: // of texts
			v.Set(reflect.ValueOf(map[string]string{fmt.Sprint("name ", n): fmt.Sprint("value ", n)}))
		case reflect.Struct:
			for i := range v.NumField() {
				set(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		default:
			t.Fatalf("%s is a %s: teach fill about it", path, v.Type())
		}
	}
	v := reflect.ValueOf(p).Elem()
	set(v, v.Type().Name())
}

// cross sends a message as the wire does.
func cross[M proto.Message](t *testing.T, m M) M {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	back := m.ProtoReflect().New().Interface().(M)
	if err := proto.Unmarshal(b, back); err != nil {
		t.Fatal(err)
	}
	return back
}

var byValue = cmpopts.EquateComparable(netip.Addr{}, netip.AddrPort{})

func TestEveryFieldCrosses(t *testing.T) {
	t.Run("leg.Params", func(t *testing.T) {
		var want struct {
			P  leg.Params
			At Attachment
		}
		fill(t, &want)
		p, at, err := FromOpen(cross(t, ToOpen(want.P, want.At)))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want.P, p, byValue) + cmp.Diff(want.At, at); d != "" {
			t.Error(d)
		}
	})
	t.Run("leg.Event", func(t *testing.T) {
		var want leg.Event
		fill(t, &want)
		id, e, known := FromEvent(cross(t, ToEvent("a leg", want)))
		if d := cmp.Diff(want, e, byValue); d != "" || id != "a leg" || !known {
			t.Error(d, id, known)
		}
	})
	t.Run("leg.Dial", func(t *testing.T) {
		var want leg.Dial
		fill(t, &want)
		d, line := FromDial(cross(t, ToDial(want, 7)))
		if diff := cmp.Diff(want, d); diff != "" || line != 7 {
			t.Error(diff, line)
		}
	})
	t.Run("leg.Arrival", func(t *testing.T) {
		want := leg.Arrival{From: "1", FromName: "2", To: "3", Headers: map[string]string{"x-a": "4"}}
		number, a := FromArrival(cross(t, ToArrival(5, &want)))
		if a.From != "1" || a.FromName != "2" || a.To != "3" || a.Headers["x-a"] != "4" || number != 5 {
			t.Errorf("%d, %+v", number, a)
		}
	})
	t.Run("leg.Signal", func(t *testing.T) {
		var want leg.Signal
		fill(t, &want)
		s, known := FromSignal(cross(t, ToSignal("a leg", want)))
		if d := cmp.Diff(want, s); d != "" || !known {
			t.Error(d, known)
		}
	})
	t.Run("leg.Stats", func(t *testing.T) {
		var want leg.Stats
		fill(t, &want)
		if d := cmp.Diff(want, FromStats(cross(t, ToStats(want))), byValue); d != "" {
			t.Error(d)
		}
	})
	t.Run("tool.Call", func(t *testing.T) {
		var want tool.Call
		fill(t, &want)
		if d := cmp.Diff(want, FromAttach(cross(t, ToAttach(want)))); d != "" {
			t.Error(d)
		}
	})
	t.Run("tool.Speaker", func(t *testing.T) {
		var want struct {
			S  tool.Speaker
			At Place
		}
		fill(t, &want)
		s, at := FromSource(cross(t, ToSource(want.S, want.At)))
		if d := cmp.Diff(want.S, s) + cmp.Diff(want.At, at); d != "" {
			t.Error(d)
		}
	})
	t.Run("archive.Recording", func(t *testing.T) {
		var want archive.Recording
		fill(t, &want)
		if d := cmp.Diff(want, FromRecording(cross(t, ToRecording(want)))); d != "" {
			t.Error(d)
		}
	})
	t.Run("archive.Utterance", func(t *testing.T) {
		var want archive.Utterance
		fill(t, &want)
		if d := cmp.Diff(want, FromUtterance(cross(t, ToUtterance(want)))); d != "" {
			t.Error(d)
		}
	})
	t.Run("bus.Heard", func(t *testing.T) {
		var want bus.Heard
		fill(t, &want)
		if d := cmp.Diff(want, FromHeard(cross(t, ToHeard(want)))); d != "" {
			t.Error(d)
		}
	})
	t.Run("bus.Said", func(t *testing.T) {
		var want bus.Said
		fill(t, &want)
		want.Latency *= time.Duration(time.Microsecond)
		if d := cmp.Diff(want, FromSaid(cross(t, ToSaid(want)))); d != "" {
			t.Error(d)
		}
	})
	t.Run("tool.Event", func(t *testing.T) {
		var want tool.Event
		fill(t, &want)
		id, e, known := FromToolEvent(cross(t, ToToolEvent("an attachment", want)))
		if d := cmp.Diff(want, e); d != "" || id != "an attachment" || !known {
			t.Error(d, id, known)
		}
	})
	t.Run("a closed leg", func(t *testing.T) {
		var want leg.Stats
		fill(t, &want)
		got, err := FromClosed(cross(t, ToClosed(want, errors.New("badly"))))
		if d := cmp.Diff(want, got, byValue); d != "" || err == nil || err.Error() != "badly" {
			t.Error(d, err)
		}
		if _, err := FromClosed(cross(t, ToClosed(want, nil))); err != nil {
			t.Error(err)
		}
	})
	t.Run("tts.Request", func(t *testing.T) {
		var want tts.Request
		fill(t, &want)
		if d := cmp.Diff(want, FromSpeak(cross(t, ToSpeak(want)))); d != "" {
			t.Error(d)
		}
	})
	t.Run("tts.Voice", func(t *testing.T) {
		var want []tts.Voice
		fill(t, &want)
		if d := cmp.Diff(want, FromVoices(cross(t, ToVoices(want)))); d != "" {
			t.Error(d)
		}
	})
	t.Run("app.Facts", func(t *testing.T) {
		var want struct {
			F    app.Facts
			Line uint32
		}
		fill(t, &want)
		f, line := FromAppStart(cross(t, ToAppStart(want.F, want.Line)))
		if d := cmp.Diff(want.F, f); d != "" || line != want.Line {
			t.Error(d, line)
		}
	})
	t.Run("app.Wish", func(t *testing.T) {
		var want app.Wish
		fill(t, &want)
		got, known := FromWish(cross(t, ToWish(want)))
		if d := cmp.Diff(want, got); d != "" || !known {
			t.Error(d, known)
		}
	})
	t.Run("app.Answer", func(t *testing.T) {
		var want app.Answer
		fill(t, &want)
		if d := cmp.Diff(want, FromAnswer(cross(t, ToAnswer(want)))); d != "" {
			t.Error(d)
		}
	})
	t.Run("host.Prompt", func(t *testing.T) {
		var want struct {
			Call, Leg string
			P         host.Prompt
		}
		fill(t, &want)
		call, leg, p := FromPrompt(cross(t, ToPrompt(want.Call, want.Leg, want.P)))
		if d := cmp.Diff(want.P, p); d != "" || call != want.Call || leg != want.Leg {
			t.Error(d, call, leg)
		}
	})
	t.Run("host.MailboxWish", func(t *testing.T) {
		var want host.MailboxWish
		fill(t, &want)
		leg, w, known := FromMailboxWish(cross(t, ToMailboxWish("a leg", want)))
		if d := cmp.Diff(want, w); d != "" || leg != "a leg" || !known {
			t.Error(d, leg, known)
		}
	})
	t.Run("host.MailboxAnswer", func(t *testing.T) {
		var want host.MailboxAnswer
		fill(t, &want)
		if d := cmp.Diff(want, FromMailboxAnswer(cross(t, ToMailboxAnswer(want)))); d != "" {
			t.Error(d)
		}
	})
	t.Run("Info", func(t *testing.T) {
		var want Info
		fill(t, &want)
		if d := cmp.Diff(want, FromHello(cross(t, ToHello(want)))); d != "" {
			t.Error(d)
		}
	})
}

func TestZeroValuesCross(t *testing.T) {
	p, at, err := FromOpen(cross(t, ToOpen(leg.Params{}, Attachment{})))
	if d := cmp.Diff(leg.Params{}, p, byValue, cmpopts.EquateEmpty()); d != "" || err != nil || at != (Attachment{}) {
		t.Error(d, at, err)
	}
	if s := FromStats(cross(t, ToStats(leg.Stats{}))); !reflect.DeepEqual(s, leg.Stats{}) {
		t.Errorf("%+v", s)
	}
	if s := FromStats(nil); !reflect.DeepEqual(s, leg.Stats{}) {
		t.Errorf("no message: %+v", s)
	}
}

func TestEnumerationsCross(t *testing.T) {
	for d := leg.SendRecv; d <= leg.Inactive; d++ {
		if got := FromDirection(ToDirection(d)); got != d {
			t.Errorf("%v came as %v", d, got)
		}
		if got, want := ToDirection(d).String(), "DIRECTION_"+map[leg.Direction]string{
			leg.SendRecv: "SENDRECV", leg.SendOnly: "SENDONLY", leg.RecvOnly: "RECVONLY", leg.Inactive: "INACTIVE",
		}[d]; got != want {
			t.Errorf("%v is %s on the wire, want %s", d, got, want)
		}
	}
	for kind, name := range map[leg.EventKind]string{
		leg.Changed: "KIND_CHANGED", leg.Digit: "KIND_DIGIT", leg.Source: "KIND_SOURCE", leg.Lost: "KIND_LOST",
		leg.Speaking: "KIND_SPEAKING", leg.Checkpoint: "KIND_CHECKPOINT", leg.Pressed: "KIND_PRESSED",
		leg.Ringing: "KIND_RINGING", leg.Early: "KIND_EARLY", leg.Answered: "KIND_ANSWERED", leg.Ended: "KIND_ENDED",
	} {
		m := ToEvent("", leg.Event{Kind: kind})
		if m.GetKind().String() != name {
			t.Errorf("kind %d is %s on the wire, want %s", kind, m.GetKind(), name)
		}
	}
	for kind, name := range map[leg.SignalKind]string{
		leg.SignalRing: "KIND_RING", leg.SignalProgress: "KIND_PROGRESS", leg.SignalAnswer: "KIND_ANSWER", leg.SignalHold: "KIND_HOLD",
		leg.SignalResume: "KIND_RESUME", leg.SignalText: "KIND_TEXT", leg.SignalHangup: "KIND_HANGUP",
	} {
		m := ToSignal("", leg.Signal{Kind: kind})
		if m.GetKind().String() != name {
			t.Errorf("signal %d is %s on the wire, want %s", kind, m.GetKind(), name)
		}
	}
	for _, k := range []pb.SignalRequest_Kind{-1, 0, 8} {
		if _, known := FromSignal(&pb.SignalRequest{Kind: k}); known {
			t.Errorf("signal %d is known", k)
		}
	}
}

func TestToolEventKindsCross(t *testing.T) {
	for kind, name := range map[tool.EventKind]string{
		tool.Changed: "KIND_CHANGED", tool.Note: "KIND_NOTE", tool.Lost: "KIND_LOST", tool.Ended: "KIND_ENDED",
	} {
		m := ToToolEvent("", tool.Event{Kind: kind})
		if m.GetKind().String() != name {
			t.Errorf("kind %d is %s on the wire, want %s", kind, m.GetKind(), name)
		}
	}
	for _, k := range []pb.ToolEvent_Kind{-1, 0, 5} {
		if _, _, known := FromToolEvent(&pb.ToolEvent{Kind: k}); known {
			t.Errorf("kind %d is known", k)
		}
	}
}

func TestWhatAPluginMayNotSay(t *testing.T) {
	if _, _, err := FromOpen(&pb.OpenRequest{Leg: "a", Address: "nowhere"}); err == nil {
		t.Error("an address that is none was taken")
	}
	for _, d := range []pb.Direction{-1, 4, math.MaxInt32} {
		if got := FromDirection(d); got != leg.Inactive {
			t.Errorf("direction %d is %v, want inactive", d, got)
		}
	}
	for _, k := range []pb.Event_Kind{-1, 0, 12} {
		if _, _, known := FromEvent(&pb.Event{Kind: k}); known {
			t.Errorf("kind %d is known", k)
		}
	}
	_, e, _ := FromEvent(&pb.Event{Remote: "somewhere:http"})
	if e.Remote.IsValid() {
		t.Errorf("an address that is none was taken as %v", e.Remote)
	}
	// A string that is not UTF-8 must not end the stream of the others.
	_, e, _ = FromEvent(cross(t, ToEvent("a", leg.Event{Reason: "caf\xe9"})))
	if e.Reason != "caf\uFFFD" {
		t.Errorf("reason %q", e.Reason)
	}
	was := []string{"well", "caf\xe9"}
	if s := FromStats(cross(t, ToStats(leg.Stats{Notes: was}))); s.Notes[0] != "well" || s.Notes[1] != "caf\uFFFD" || was[1] != "caf\xe9" {
		t.Errorf("notes %q, were %q", s.Notes, was)
	}
}

func TestSoundCrosses(t *testing.T) {
	nan := float32(math.NaN())
	said := []float32{0, 0.5, -0.5, 1. / (1 << 15), 1, -1, 3, -3, nan, float32(math.Inf(-1))}
	want := []float32{0, 0.5, -0.5, 1. / (1 << 15), 32767. / (1 << 15), -1, 32767. / (1 << 15), -1, 0, -1}
	rate, heard, err := FromSound(cross(t, ToSound(22050, said)), nil)
	if d := cmp.Diff(want, heard); d != "" || rate != 22050 || err != nil {
		t.Error(rate, err, d)
	}
	for _, m := range []*pb.SpeakReply{nil, {Rate: 0, Pcm: []byte{0, 0}}, {Rate: math.MaxUint32}, {Rate: tts.MinRate - 1}, {Rate: 8000, Pcm: []byte{1, 2, 3}}} {
		if _, _, err := FromSound(m, nil); err == nil {
			t.Errorf("taken as sound: %v", m)
		}
	}
}

func TestFramesCross(t *testing.T) {
	var in, out [3]audio.Frame
	for i := range in {
		for j := range in[i] {
			in[i][j] = float32(i*1000+j-960) / (1 << 15)
		}
	}
	n, err := FromFrames(ToFrames(in[:]), out[:])
	if n != 3 || err != nil || in != out {
		t.Errorf("%d frames came, %v", n, err)
	}
	in[0][0], in[0][1] = 7, -7
	if n, err := FromFrames(ToFrames(in[:1]), out[:]); n != 1 || err != nil || out[0][0] != 1-1./(1<<15) || out[0][1] != -1 {
		t.Errorf("too loud came as %v and %v, %v", out[0][0], out[0][1], err)
	}
	for _, length := range []int{1, 1919, 4 * 1920} {
		if _, err := FromFrames(make([]byte, length), out[:]); err == nil {
			t.Errorf("%d octets were taken for sound", length)
		}
	}
}

func TestWishesThatAreNotKnown(t *testing.T) {
	for kind := app.WishAnswer; kind <= app.WishStop; kind++ {
		m := ToWish(app.Wish{Kind: kind})
		if got, want := m.GetKind().String(), "KIND_"+strings.ToUpper(kind.String()); got != want {
			t.Errorf("%v is %s on the wire", kind, got)
		}
	}
	for _, k := range []pb.AppWish_Kind{-1, 0, 9} {
		if _, known := FromWish(&pb.AppWish{Kind: k}); known {
			t.Errorf("wish %d is known", k)
		}
	}
}

func TestMailboxWishesThatAreNotKnown(t *testing.T) {
	names := []string{"LOOK", "UNLOCK", "SET_PIN", "BEGIN", "WRITE", "FINISH", "DISCARD", "MESSAGES", "MARK", "DELETE"}
	for i, name := range names {
		m := ToMailboxWish("", host.MailboxWish{Kind: host.MailboxLook + host.MailboxWishKind(i)})
		if got := m.GetKind().String(); got != "KIND_"+name {
			t.Errorf("%s is %s on the wire", name, got)
		}
	}
	for _, k := range []pb.HostMailbox_Kind{-1, 0, 11} {
		if _, _, known := FromMailboxWish(&pb.HostMailbox{Kind: k}); known {
			t.Errorf("wish %d is known", k)
		}
	}
}

func TestRefusalsCross(t *testing.T) {
	for _, e := range []error{host.ErrPIN, fmt.Errorf("%w: it has 4 digits", host.ErrPIN)} {
		got := FromRefusal(cross(t, ToRefusal(e, &pb.HostAnswer{})))
		if !errors.Is(got, host.ErrPIN) || got.Error() != e.Error() {
			t.Errorf("%q came as %#v", e, got)
		}
	}
	if got := FromRefusal(cross(t, ToRefusal(errors.New("caf\xe9"), &pb.HostAnswer{}))); got.Error() != "caf\uFFFD" {
		t.Errorf("a text came as %#v", got)
	}
	if got := FromRefusal(&pb.HostAnswer{}); got != nil {
		t.Errorf("nothing came as %v", got)
	}
}

func TestErrorsCross(t *testing.T) {
	for _, e := range []leg.Error{leg.ErrNoCodec, leg.ErrBadSDP, leg.ErrGone, leg.ErrState, "a new one"} {
		if got := FromError(ToError(e)); got != error(e) {
			t.Errorf("%q came as %#v", e, got)
		}
		got := FromError(ToError(fmt.Errorf("line 4: %w, sorry", e)))
		if want := "line 4: " + string(e) + ", sorry"; !errors.Is(got, e) || got.Error() != want {
			t.Errorf("%q with words came as %q", e, got)
		}
	}
	if got := FromTTSError(ToError(fmt.Errorf("espeak-ng: %w: xx", tts.ErrVoice))); !errors.Is(got, tts.ErrVoice) || got.Error() != "espeak-ng: there is no such voice: xx" {
		t.Errorf("a voice that is not there came as %q", got)
	}
	if got := FromTTSError(status.Error(codes.Unavailable, "connection refused")); !errors.Is(got, tts.ErrGone) {
		t.Errorf("a broken connection is %v, want tts.ErrGone", got)
	}
	if got := FromError(ToError(errors.New("caf\xe9"))); got.Error() != "caf\uFFFD" {
		t.Errorf("a text that is not UTF-8 came as %q", got)
	}
	for _, e := range []error{context.DeadlineExceeded, context.Canceled} {
		if got := FromError(ToError(fmt.Errorf("waiting: %w", e))); !errors.Is(got, e) {
			t.Errorf("%v came as %v", e, got)
		}
	}
	if got := FromError(ToError(errors.New("disk full"))); got.Error() != "disk full" {
		t.Errorf("came as %q", got)
	}
	if got := FromError(status.Error(codes.Unavailable, "connection refused")); !errors.Is(got, leg.ErrGone) {
		t.Errorf("a broken connection is %v, want leg.ErrGone", got)
	}
	if ToError(nil) != nil || FromError(nil) != nil {
		t.Error("no error became one")
	}
}
