package mailbox

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

// house is mailboxes on a disk of their own, which can be restarted.
type house struct {
	*Boxes
	t     *testing.T
	dir   string
	store *store.Store
	boxes []Box
	free  uint64
	told  []event.Mailbox
	left  []event.Message
	close func()
}

func newHouse(t *testing.T) *house {
	h := &house{t: t, dir: t.TempDir(), free: 1 << 40, boxes: []Box{
		{Name: "office", Number: "*97", PIN: "4711", MaxLength: 3 * time.Minute, Keep: 24 * time.Hour, Phones: []string{"anna", "ben"}},
		{Name: "anna", PIN: "", Owner: "Anna", OwnerNumber: "101", MaxLength: time.Minute, Keep: 48 * time.Hour, Phones: []string{"anna"}},
	}}
	h.start()
	t.Cleanup(func() { h.close() })
	return h
}

func (h *house) start() {
	h.t.Helper()
	s, err := store.Open(store.Options{Dir: h.dir, Log: hclog.NewNullLogger()})
	if err != nil {
		h.t.Fatal(err)
	}
	h.store = s
	h.Boxes, err = New(Options{
		Dir: filepath.Join(h.dir, "voicemail"), Store: s, Boxes: func() []Box { return h.boxes }, Log: hclog.NewNullLogger(),
		Changed: func(m event.Mailbox) { h.told = append(h.told, m) }, Left: func(m event.Message) { h.left = append(h.left, m) },
		Free: func(string) (uint64, error) { return h.free, nil },
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.close = func() { h.Boxes.Close(); s.Close() }
}

// die is the end of the process: nobody gives anything back.
func (h *house) die() {
	for _, d := range h.Boxes.drafts {
		d.file.Close()
	}
	h.Boxes.root.Close()
	h.store.Close()
	h.start()
}

// lends a call to a box.
func (h *house) lend(leg, box string, access bool, extension string) *Loan {
	h.t.Helper()
	l := &Loan{Plugin: "voicemail", Leg: leg, Call: "c-" + leg, Box: box, Access: access, From: "+493055501", FromName: "Cem", FromExtension: extension}
	if err := h.Lend(l); err != nil {
		h.t.Fatal(err)
	}
	return l
}

func (h *house) ask(leg string, w host.MailboxWish) (host.MailboxAnswer, error) {
	return h.For("voicemail").Mailbox(h.t.Context(), leg, w)
}

func (h *house) must(leg string, w host.MailboxWish) host.MailboxAnswer {
	h.t.Helper()
	a, err := h.ask(leg, w)
	if err != nil {
		h.t.Fatalf("%+v: %v", w, err)
	}
	return a
}

// record begins a draft and speaks for so many tenths of a second.
func (h *house) record(leg string, tenths int, greeting bool) string {
	h.t.Helper()
	id := h.must(leg, host.MailboxWish{Kind: host.MailboxBegin, Greeting: greeting}).ID
	for i := range tenths {
		h.must(leg, host.MailboxWish{Kind: host.MailboxWrite, ID: id, Sound: voice(i)})
	}
	return id
}

// voice is a tenth of a second that is like no other.
func voice(n int) []byte { return []byte(strings.Repeat(string([]byte{byte(n), 1}), second/20)) }

// messages are the ids of a mailbox, the latest first.
func (h *house) messages(box string) (list []event.Message) {
	h.t.Helper()
	list, err := h.Messages(h.t.Context(), box, "", 0)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func (h *house) files(box string) (names []string) {
	h.t.Helper()
	entries, err := os.ReadDir(filepath.Join(h.dir, "voicemail", box))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		h.t.Fatal(err)
	}
	for _, e := range entries {
		if i, err := e.Info(); err != nil || i.Mode().Perm() != 0o600 {
			h.t.Errorf("%s has mode %v, %v", e.Name(), i.Mode(), err)
		}
		names = append(names, e.Name())
	}
	return names
}

// whole checks that a message is a WAV file of its length.
func (h *house) whole(m event.Message) []byte {
	h.t.Helper()
	f, err := h.Open(m)
	if err != nil {
		h.t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := sound.Read(strings.NewReader(string(b)), time.Hour)
	if err != nil {
		h.t.Fatalf("the file of %s: %v", m.ID, err)
	}
	if got := s.Duration().Seconds(); got < m.Seconds-0.001 || got > m.Seconds+0.001 || m.Bytes != int64(len(b)) {
		h.t.Errorf("the file lasts %v s and has %d octets, the message %+v", got, len(b), m)
	}
	return b
}

func TestAMessageIsLeft(t *testing.T) {
	h := newHouse(t)
	l := h.lend("l1", "office", false, "")
	a := h.must("l1", host.MailboxWish{Kind: host.MailboxLook}).Mailbox
	want := host.Mailbox{Name: "office", HasPIN: true, MaxLength: 3 * time.Minute, Room: MaxMessages}
	if a != want {
		t.Errorf("it stands as %+v", a)
	}
	id := h.record("l1", 25, false)
	if i, err := os.Stat(filepath.Join(h.dir, "voicemail", "office")); err != nil || i.Mode().Perm() != 0o700 {
		t.Errorf("the directory: %v, %v", i.Mode(), err)
	}
	if got := h.files("office"); !slices.Equal(got, []string{id + ".wav.part"}) {
		t.Errorf("while it is recorded there are %v", got)
	}
	if len(h.messages("office")) != 0 {
		t.Error("a draft is in the list")
	}
	said, err := h.For("voicemail").Kept(t.Context(), "l1", host.Prompt{Kept: id, From: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	var frames [100]audio.Frame
	if n, err := said.Next(t.Context(), frames[:]); n != 25 || !errors.Is(err, io.EOF) {
		t.Errorf("of the last half second %d frames are heard, %v", n, err)
	}
	said.Close()
	m := h.must("l1", host.MailboxWish{Kind: host.MailboxFinish, ID: id, Urgent: true}).Messages[0]
	if m.ID != id || m.From != "+493055501" || m.FromName != "Cem" || m.Lasts != 2500*time.Millisecond || !m.Urgent {
		t.Errorf("left as %+v", m)
	}
	list := h.messages("office")
	if len(list) != 1 || list[0].Call != "c-l1" || list[0].Seconds != 2.5 || list[0].Incomplete != "" {
		t.Fatalf("the list: %+v", list)
	}
	h.whole(list[0])
	if len(h.left) != 1 || h.left[0].ID != id || len(h.told) != 1 || h.told[0].New != 1 || h.told[0].NewUrgent != 1 || h.told[0].Number != "*97" || h.told[0].Left == nil {
		t.Errorf("told: %+v, left: %+v", h.told, h.left)
	}
	if _, err := h.ask("l1", host.MailboxWish{Kind: host.MailboxDiscard, ID: id}); !errors.Is(err, host.ErrNoMessage) {
		t.Errorf("who left it takes it back: %v", err)
	}
	if _, err := h.For("voicemail").Kept(t.Context(), "l1", host.Prompt{Kept: id}); !errors.Is(err, host.ErrShut) {
		t.Errorf("who left it hears it: %v", err)
	}
	l.Return()
	l.Return()
	if _, err := h.ask("l1", host.MailboxWish{Kind: host.MailboxLook}); !errors.Is(err, host.ErrNoMailbox) {
		t.Errorf("after the call: %v", err)
	}
}

// A draft that nobody finished is a message when its call is over, unless there is
// nothing in it.
func TestTheAppIsLost(t *testing.T) {
	h := newHouse(t)
	l := h.lend("l1", "office", false, "")
	id := h.record("l1", 12, false)
	h.record("l1", 9, false)
	l.Return()
	list := h.messages("office")
	if len(list) != 1 || list[0].ID != id || list[0].Seconds != 1.2 {
		t.Errorf("left: %+v", list)
	}
	if got := h.files("office"); len(got) != 1 {
		t.Errorf("files: %v", got)
	}
	if len(h.left) != 1 {
		t.Errorf("told of %+v", h.left)
	}
}

// Least authority: what each call may, before the PIN and after it.
func TestWhoMayWhat(t *testing.T) {
	h := newHouse(t)
	h.lend("l0", "office", false, "")
	msg := h.record("l0", 20, false)
	h.must("l0", host.MailboxWish{Kind: host.MailboxFinish, ID: msg})
	h.lend("l9", "anna", false, "")
	other := h.record("l9", 20, false)
	h.must("l9", host.MailboxWish{Kind: host.MailboxFinish, ID: other})

	h.lend("leaves", "office", false, "anna")
	h.lend("shut", "office", true, "anna")
	h.lend("open", "office", true, "")
	h.must("open", host.MailboxWish{Kind: host.MailboxUnlock, PIN: "4711"})
	owners := []host.MailboxWish{
		{Kind: host.MailboxSetPIN, PIN: "1234"}, {Kind: host.MailboxMessages}, {Kind: host.MailboxMark, ID: msg, Heard: true},
		{Kind: host.MailboxDelete, ID: msg}, {Kind: host.MailboxDelete, ID: host.Greeting}, {Kind: host.MailboxBegin, Greeting: true},
	}
	for _, leg := range []string{"leaves", "shut"} {
		for _, w := range owners {
			if _, err := h.ask(leg, w); !errors.Is(err, host.ErrShut) {
				t.Errorf("%s: %+v: %v", leg, w, err)
			}
		}
		if m := h.must(leg, host.MailboxWish{Kind: host.MailboxLook}).Mailbox; m.New != 0 || m.Open {
			t.Errorf("%s is told %+v", leg, m)
		}
		if _, err := h.For("voicemail").Kept(t.Context(), leg, host.Prompt{Kept: msg}); !errors.Is(err, host.ErrShut) {
			t.Errorf("%s hears a message: %v", leg, err)
		}
	}
	if _, err := h.ask("leaves", host.MailboxWish{Kind: host.MailboxUnlock, PIN: "4711"}); !errors.Is(err, host.ErrShut) {
		t.Errorf("one who leaves a message tells the PIN: %v", err)
	}
	if _, err := h.ask("shut", host.MailboxWish{Kind: host.MailboxBegin}); !errors.Is(err, host.ErrShut) {
		t.Errorf("one who came to listen leaves a message: %v", err)
	}
	for _, leg := range []string{"none", ""} {
		if _, err := h.ask(leg, host.MailboxWish{Kind: host.MailboxLook}); !errors.Is(err, host.ErrNoMailbox) {
			t.Errorf("no call: %v", err)
		}
	}
	if _, err := h.For("spy").Mailbox(t.Context(), "open", host.MailboxWish{Kind: host.MailboxMessages}); !errors.Is(err, host.ErrNoMailbox) {
		t.Errorf("another plugin: %v", err)
	}
	for _, id := range []string{other, "../anna/" + other, "", "greeting", "x"} {
		if _, err := h.ask("open", host.MailboxWish{Kind: host.MailboxMark, ID: id, Heard: true}); !errors.Is(err, host.ErrNoMessage) {
			t.Errorf("%q is marked: %v", id, err)
		}
		if _, err := h.For("voicemail").Kept(t.Context(), "open", host.Prompt{Kept: id}); !errors.Is(err, host.ErrNoMessage) {
			t.Errorf("%q is heard: %v", id, err)
		}
	}
	h.must("open", host.MailboxWish{Kind: host.MailboxMark, ID: msg, Heard: true})
	if list := h.must("open", host.MailboxWish{Kind: host.MailboxMessages}).Messages; len(list) != 1 || !list[0].Heard {
		t.Errorf("the owner has %+v", list)
	}
	h.must("open", host.MailboxWish{Kind: host.MailboxDelete, ID: msg})
	if got := h.files("office"); len(got) != 0 {
		t.Errorf("a message that was deleted leaves %v", got)
	}
	last := h.told[len(h.told)-1]
	if last.New+last.Heard != 0 || last.Name != "office" {
		t.Errorf("told %+v", last)
	}
	// One without a PIN opens to its own phones.
	h.lend("own", "anna", true, "anna")
	h.lend("other", "anna", true, "ben")
	h.lend("outside", "anna", true, "")
	h.must("own", host.MailboxWish{Kind: host.MailboxUnlock})
	for _, leg := range []string{"other", "outside"} {
		if _, err := h.ask(leg, host.MailboxWish{Kind: host.MailboxUnlock}); !errors.Is(err, host.ErrShut) {
			t.Errorf("%s opens a mailbox without a PIN: %v", leg, err)
		}
	}
}

func TestTheGreeting(t *testing.T) {
	h := newHouse(t)
	h.boxes[0].Greeting = host.Prompt{Text: "Hello"}
	l := h.lend("open", "office", true, "")
	h.must("open", host.MailboxWish{Kind: host.MailboxUnlock, PIN: "4711"})
	look := func() host.Mailbox { return h.must("open", host.MailboxWish{Kind: host.MailboxLook}).Mailbox }
	if m := look(); m.Recorded || m.Greeting.Text != "Hello" {
		t.Errorf("at first: %+v", m)
	}
	for _, tenths := range []int{5, 7} {
		id := h.record("open", tenths, true)
		h.must("open", host.MailboxWish{Kind: host.MailboxFinish, ID: id})
		if got := h.files("office"); !slices.Equal(got, []string{"greeting.wav"}) || !look().Recorded {
			t.Errorf("after one was recorded: %v, %+v", got, look())
		}
	}
	h.record("open", 30, true)
	l.Return() // and did not like it
	h.lend("leaves", "office", false, "")
	s, err := h.For("voicemail").Kept(t.Context(), "leaves", host.Prompt{Kept: host.Greeting})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var frames [100]audio.Frame
	if n, _ := s.Next(t.Context(), frames[:]); n != 35 {
		t.Errorf("who calls hears %d frames", n)
	}
	h.lend("open", "office", true, "")
	h.must("open", host.MailboxWish{Kind: host.MailboxUnlock, PIN: "4711"})
	h.must("open", host.MailboxWish{Kind: host.MailboxDelete, ID: host.Greeting})
	if _, err := h.ask("open", host.MailboxWish{Kind: host.MailboxDelete, ID: host.Greeting}); !errors.Is(err, host.ErrNoMessage) || look().Recorded {
		t.Errorf("after it was deleted: %v, %+v", err, look())
	}
	if len(h.told) != 0 {
		t.Errorf("a greeting lights the lamp: %+v", h.told)
	}
}

func TestWrongPINs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		defer h.close()
		h.close = func() {}
		try := func(pin string) error {
			h.lend("l", "office", true, "") // each in a call of its own
			_, err := h.ask("l", host.MailboxWish{Kind: host.MailboxUnlock, PIN: pin})
			return err
		}
		for range 2 {
			for i := range Tries - 1 {
				if err := try(""); !errors.Is(err, host.ErrPIN) {
					t.Fatalf("wrong PIN %d: %v", i+1, err)
				}
			}
			if err := try("4711"); err != nil {
				t.Fatalf("the right one after them: %v", err)
			}
		}
		for range Tries - 1 {
			_ = try("0000")
		}
		h.die() // it is not forgotten
		if err := try("0000"); !errors.Is(err, host.ErrLocked) {
			t.Errorf("the last wrong one: %v", err)
		}
		h.die()
		if err := try("4711"); !errors.Is(err, host.ErrLocked) {
			t.Errorf("the right one while it is locked: %v", err)
		}
		if m := h.must("l", host.MailboxWish{Kind: host.MailboxLook}).Mailbox; m.Locked != LockTime {
			t.Errorf("it is locked for %v", m.Locked)
		}
		time.Sleep(LockTime)
		if err := try("4711"); err != nil {
			t.Errorf("later: %v", err)
		}
		time.Sleep(time.Second)
		h.store.Close()
	})
}

func TestAPINThatWasSetByPhone(t *testing.T) {
	h := newHouse(t)
	try := func(box, pin string) error {
		h.lend("l", box, true, "")
		_, err := h.ask("l", host.MailboxWish{Kind: host.MailboxUnlock, PIN: pin})
		return err
	}
	is := func(box, pin string, old ...string) {
		t.Helper()
		for _, o := range old {
			if err := try(box, o); err == nil {
				t.Errorf("%s opens to %s", box, o)
			}
		}
		if err := try(box, pin); err != nil {
			t.Errorf("%s does not open to %s: %v", box, pin, err)
		}
	}
	if err := try("office", "4711"); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "123", "12345678901", "12a4", "12 4", "１２３４"} {
		if _, err := h.ask("l", host.MailboxWish{Kind: host.MailboxSetPIN, PIN: bad}); !errors.Is(err, host.ErrPIN) {
			t.Errorf("%q is a PIN: %v", bad, err)
		}
	}
	h.must("l", host.MailboxWish{Kind: host.MailboxSetPIN, PIN: "0815"})
	is("office", "0815", "4711")
	h.die()
	is("office", "0815", "4711")
	s, err := h.store.MailboxState(t.Context(), "office")
	if err != nil || strings.Contains(s.PIN+s.InsteadOf, "0815") || !strings.HasPrefix(s.PIN, "$argon2id$") {
		t.Errorf("kept as %+v, %v", s, err)
	}
	// Who wrote another into the configuration has given out that one.
	h.boxes[0].PIN = "5555"
	is("office", "5555", "0815", "4711")
	h.boxes[0].PIN = "4711"
	is("office", "4711", "0815", "5555")

	h.lend("l", "anna", true, "anna")
	h.must("l", host.MailboxWish{Kind: host.MailboxUnlock})
	h.must("l", host.MailboxWish{Kind: host.MailboxSetPIN, PIN: "1234"})
	if m := h.must("l", host.MailboxWish{Kind: host.MailboxLook}).Mailbox; !m.HasPIN {
		t.Error("one that got a PIN has none")
	}
	is("anna", "1234", "")
}

func TestAMailboxIsFull(t *testing.T) {
	h := newHouse(t)
	h.lend("l", "office", false, "")
	h.free = MinFree - 1
	if _, err := h.ask("l", host.MailboxWish{Kind: host.MailboxBegin}); !errors.Is(err, host.ErrFull) || !strings.Contains(err.Error(), "the disk has 63 MB free") {
		t.Errorf("a full disk: %v", err)
	}
	h.free = MinFree
	for range MaxMessages - 1 {
		m := store.Message{Message: event.Message{ID: newID(), Mailbox: "office"}}
		if err := h.store.PutMessage(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	h.record("l", 1, false)
	if _, err := h.ask("l", host.MailboxWish{Kind: host.MailboxBegin}); !errors.Is(err, host.ErrFull) {
		t.Errorf("one more: %v", err)
	}
	if m := h.must("l", host.MailboxWish{Kind: host.MailboxLook}).Mailbox; m.Room != 1 {
		t.Errorf("room for %d", m.Room)
	}
}

// What an app may not write.
func TestBoundsOfADraft(t *testing.T) {
	h := newHouse(t)
	h.boxes[0].MaxLength = 2 * time.Second
	h.lend("l", "office", false, "")
	id := h.must("l", host.MailboxWish{Kind: host.MailboxBegin}).ID
	for _, n := range []int{1, second + 2, 4 << 20} {
		if _, err := h.ask("l", host.MailboxWish{Kind: host.MailboxWrite, ID: id, Sound: make([]byte, n)}); err == nil {
			t.Errorf("%d octets were taken", n)
		}
	}
	for range 3 {
		h.must("l", host.MailboxWish{Kind: host.MailboxWrite, ID: id, Sound: make([]byte, second)})
	}
	if _, err := h.ask("l", host.MailboxWish{Kind: host.MailboxWrite, ID: id, Sound: make([]byte, 2)}); err == nil {
		t.Error("it gets longer and longer")
	}
	for range most - 1 {
		h.record("l", 0, false)
	}
	if _, err := h.ask("l", host.MailboxWish{Kind: host.MailboxBegin}); err == nil {
		t.Error("a call begins drafts without end")
	}
	if _, err := h.ask("l", host.MailboxWish{Kind: 99}); !errors.Is(err, host.ErrShut) {
		t.Errorf("a wish that is none: %v", err)
	}
}

// Whenever the process dies, what was written is a message, up to the last sample;
// less than a second of it is none.
func TestACrashAtAnyByte(t *testing.T) {
	h := newHouse(t)
	h.lend("l", "office", false, "")
	id := h.record("l", 20, false)
	file := filepath.Join(h.dir, "voicemail", "office", id+".wav.part")
	all, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	row, err := h.store.Messages(t.Context(), store.MessageQuery{ID: id, Drafts: true})
	if err != nil || len(row) != 1 {
		t.Fatal(row, err)
	}
	cuts := []int{len(all), len(all) - 1}
	for n := range 60 {
		cuts = append(cuts, n)
	}
	for n := 61; n < len(all); n += 997 {
		cuts = append(cuts, n)
	}
	h.die()
	for _, n := range append(cuts, sound.WAVHead+shortest-1, sound.WAVHead+shortest) {
		_ = os.Remove(strings.TrimSuffix(file, part))
		if err := errors.Join(os.WriteFile(file, all[:n], 0o600), h.store.PutMessage(t.Context(), row[0])); err != nil {
			t.Fatal(err)
		}
		h.left = nil
		h.Repair(t.Context())
		list := h.messages("office")
		if n < sound.WAVHead+shortest {
			if len(list) != 0 || len(h.files("office")) != 0 || len(h.left) != 0 {
				t.Fatalf("after %d octets: %+v, %v", n, list, h.files("office"))
			}
			continue
		}
		if len(list) != 1 || list[0].From != "+493055501" || list[0].Incomplete == "" || len(h.left) != 1 {
			t.Fatalf("after %d octets: %+v, told of %+v", n, list, h.left)
		}
		got := h.whole(list[0])
		if want := all[sound.WAVHead : n&^1]; string(got[sound.WAVHead:]) != string(want) {
			t.Fatalf("after %d octets it has %d of sound, want %d", n, len(got)-sound.WAVHead, len(want))
		}
		h.Repair(t.Context())
		if len(h.left) != 1 || len(h.messages("office")) != 1 {
			t.Fatal("it is repaired again")
		}
	}
}

// A crash between what finish does, and what somebody did to the files.
func TestFilesAndListAgree(t *testing.T) {
	h := newHouse(t)
	h.lend("l", "office", false, "")
	a := h.record("l", 20, false)
	h.must("l", host.MailboxWish{Kind: host.MailboxFinish, ID: a, Urgent: true})
	gone := h.record("l", 20, false)
	h.must("l", host.MailboxWish{Kind: host.MailboxFinish, ID: gone})
	dir := filepath.Join(h.dir, "voicemail", "office")
	renamed := h.record("l", 30, false)
	h.record("l", 30, false) // goes on
	h.Repair(t.Context())
	if got := len(h.files("office")); got != 4 || len(h.messages("office")) != 2 {
		t.Errorf("what is recorded was touched: %v", h.files("office"))
	}
	h.die()
	b, err := os.ReadFile(filepath.Join(dir, a+suffix))
	if err == nil {
		err = errors.Join(os.Rename(filepath.Join(dir, renamed+suffix+part), filepath.Join(dir, renamed+suffix)),
			os.Remove(filepath.Join(dir, gone+suffix)),
			os.WriteFile(filepath.Join(dir, "stray.wav"), b, 0o600),
			os.WriteFile(filepath.Join(dir, "greeting-x.wav.part"), b, 0o600),
			os.WriteFile(filepath.Join(dir, "notes.txt"), b, 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
	h.Repair(t.Context())
	ids := map[string]event.Message{}
	for _, m := range h.messages("office") {
		ids[m.ID] = m
	}
	if len(ids) != 4 || ids[renamed].Incomplete != "" || ids[renamed].Seconds != 3 || ids["stray"].Seconds != 2 || ids["stray"].Incomplete == "" || !ids[a].Urgent {
		t.Errorf("the list: %+v", ids)
	}
	if got := h.files("office"); len(got) != 5 || !slices.Contains(got, "notes.txt") || slices.Contains(got, "greeting-x.wav.part") {
		t.Errorf("files: %v", got)
	}
}

func TestKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.close = func() {}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); h.Run(ctx) }()
		for _, box := range []string{"office", "anna"} {
			l := h.lend(box, box, false, "")
			id := h.record(box, 20, false)
			h.must(box, host.MailboxWish{Kind: host.MailboxFinish, ID: id})
			l.Return()
		}
		for _, c := range []struct {
			after        time.Duration
			office, anna int
		}{{23 * time.Hour, 1, 1}, {90 * time.Minute, 0, 1}, {22 * time.Hour, 0, 1}, {2 * time.Hour, 0, 0}} {
			time.Sleep(c.after)
			synctest.Wait()
			if o, a := len(h.messages("office")), len(h.messages("anna")); o != c.office || a != c.anna {
				t.Errorf("%v later there are %d and %d", c.after, o, a)
			}
		}
		if got := append(h.files("office"), h.files("anna")...); len(got) != 0 {
			t.Errorf("files: %v", got)
		}
		if last := h.told[len(h.told)-1]; last.Name != "anna" || last.New != 0 {
			t.Errorf("told %+v", last)
		}
		cancel()
		<-done
		h.Boxes.Close()
		h.store.Close()
	})
}

func TestTheListForPeople(t *testing.T) {
	h := newHouse(t)
	for i, box := range []string{"anna", "office", "office"} {
		h.lend("l", box, false, "")
		id := h.record("l", 20, false)
		h.must("l", host.MailboxWish{Kind: host.MailboxFinish, ID: id, Urgent: i == 2})
	}
	list, err := h.List(t.Context())
	want := []event.Mailbox{{Name: "office", Number: "*97", New: 2, NewUrgent: 1}, {Name: "anna", New: 1}}
	if !slices.Equal(list, want) || err != nil {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := h.Messages(t.Context(), "nobody", "", 0); !errors.Is(err, ErrUnknown) {
		t.Errorf("a mailbox that is none: %v", err)
	}
	m := h.messages("office")[0]
	if err := h.SetTranscript(t.Context(), "office", m.ID, "call me"); err != nil {
		t.Error(err)
	}
	told := len(h.told)
	for range 2 {
		if err := h.Mark(t.Context(), "office", m.ID, true); err != nil {
			t.Error(err)
		}
	}
	if got, err := h.Message(t.Context(), "office", m.ID); err != nil || !got.Heard || got.Transcript != "call me" || len(h.told) != told+1 {
		t.Errorf("%+v, %v, told %d times", got, err, len(h.told)-told)
	}
	if err := h.Delete(t.Context(), "anna", m.ID); !errors.Is(err, store.ErrUnknownMessage) {
		t.Errorf("deleted from another mailbox: %v", err)
	}
	if err := h.Delete(t.Context(), "office", m.ID); err != nil {
		t.Error(err)
	}
	if _, err := h.Open(m); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its file: %v", err)
	}
}
