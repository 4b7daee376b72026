package store

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/sdk/event"
)

// open opens the store of a directory, with the log in the buffer.
func open(t testing.TB, dir string, log *bytes.Buffer, live func() []call.Info) *Store {
	t.Helper()
	if log == nil {
		log = &bytes.Buffer{}
	}
	s, err := Open(Options{Dir: dir, Log: hclog.New(&hclog.LoggerOptions{Output: log, Level: hclog.Info})})
	if err != nil {
		t.Fatal(err)
	}
	if live == nil {
		live = func() []call.Info { return nil }
	}
	s.Start(live)
	t.Cleanup(s.Close)
	return s
}

// fill gives every field of a value something of its own.
func fill(v reflect.Value, n *int) {
	*n++
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.UnixMicro(1_800_000_000_000_000 + int64(*n)).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("%s %d", strings.Repeat("é", *n%3), *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n % 200))
	case reflect.Float64:
		v.SetFloat(float64(*n) / 8)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("what is a " + v.Type().String())
	}
}

func ended(c event.CDR) event.Event { return event.Event{Type: event.CallEnded, Data: c} }

// cdr is the record of a call that began at a second of a day.
func cdr(id string, second int) event.CDR {
	at := time.Date(2026, 3, 1, 12, 0, second, 0, time.UTC)
	return event.CDR{
		ID: id, From: "101", To: "102", Revision: "4f1c", Dialplan: "internal", Route: "desk", Path: []string{"extension.b"},
		Cause: "normal", EndedBy: "caller", Started: at, Ended: at.Add(5 * time.Second),
		Legs: []event.CDRLeg{
			{ID: id + "a", Kind: "extension", Name: "a", Number: "101", Cause: "normal", Codec: "pcmu", Added: at, Ended: at.Add(5 * time.Second)},
			{ID: id + "b", Kind: "extension", Name: "b", Number: "102", Cause: "normal", Codec: "pcmu", Added: at, Ended: at.Add(5 * time.Second)},
		},
	}
}

func ids(list []event.CDR) string {
	var out []string
	for _, c := range list {
		out = append(out, c.ID)
	}
	return strings.Join(out, " ")
}

func all(t *testing.T, s *Store) []event.CDR {
	t.Helper()
	// A query does not wait for long; a test does.
	written := make(chan struct{})
	select {
	case s.flush <- written:
		<-written
	case <-s.ended:
	}
	list, err := s.Calls(t.Context(), Query{Limit: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// What the hub says of a call is what the store says of it, each field, also
// after a restart.
func TestARecordComesBackWhole(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil, nil)
	var want event.CDR
	fill(reflect.ValueOf(&want).Elem(), new(int))
	s.Observe(ended(want))
	got, err := s.Call(t.Context(), want.ID)
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v, %s", err, d)
	}
	s.Close()
	s = open(t, dir, nil, nil)
	if d := cmp.Diff([]event.CDR{want}, all(t, s)); d != "" {
		t.Error(d)
	}
	if _, err := s.Call(t.Context(), "another"); err != ErrUnknownCall {
		t.Errorf("an unknown call: %v", err)
	}
}

func TestABindingComesBackWhole(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil, nil)
	b := registrar.Binding{}
	n := 0
	for i := range reflect.TypeFor[registrar.Binding]().NumField() {
		if f := reflect.ValueOf(&b).Elem().Field(i); f.Type() != reflect.TypeFor[registrar.Flow]() {
			fill(f, &n)
		}
	}
	b.Flow = registrar.Flow{Transport: "udp", Local: addr("[::]:5060"), Remote: addr("192.0.2.7:50000")}
	b.Expires = time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
	away, late := b, b
	late.Expires = time.Now().Add(-time.Second)
	s.KeepBindings([]registrar.Change{{Binding: away, Device: "away"}, {Binding: late, Device: "late"}})
	s.sync(t.Context())
	s.KeepBindings([]registrar.Change{{Binding: b, Device: "here"}, {Binding: away, Device: "away", Gone: true}})
	s.Close()
	s = open(t, dir, nil, nil)
	got, err := s.Bindings(t.Context())
	if d := cmp.Diff([]registrar.Binding{b}, got, cmp.Comparer(func(a, b registrar.Flow) bool { return a == b })); err != nil || d != "" {
		t.Errorf("%v, %s", err, d)
	}
	var rows int
	if err := s.read.QueryRow("SELECT count(*) FROM bindings").Scan(&rows); err != nil || rows != 1 {
		t.Errorf("%d rows (%v): one that has expired is dropped at the start", rows, err)
	}
}

func TestOverridesLast(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil, nil)
	yes, no := true, false
	for name, open := range map[string]*bool{"office": &no, "party": &yes, "lunch": &yes} {
		if err := s.SetOverride(name, open); err != nil {
			t.Fatal(err)
		}
	}
	s.sync(t.Context())
	if err := s.SetOverride("lunch", nil); err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{"office": false, "party": true}
	if d := cmp.Diff(want, s.Overrides()); d != "" {
		t.Errorf("at once: %s", d)
	}
	s.Close()
	if d := cmp.Diff(want, open(t, dir, nil, nil).Overrides()); d != "" {
		t.Errorf("after a restart: %s", d)
	}
}

// The rows of a live call are there from its start on, and are never older
// than half a minute.
func TestACrashLosesNoCallAndLittleOfItsDuration(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		answered := begun.Add(4 * time.Second)
		stats := &call.LegStats{PacketsIn: 500, MOSIn: 4.2}
		talk := func() []call.Info {
			return []call.Info{{ID: "C1", From: "101", To: "102", Route: "desk", State: "up", Started: begun, Answered: &answered, Legs: []call.LegInfo{
				{ID: "L1", Kind: call.KindExtension, Name: "a", Number: "101", State: "up", Codec: "opus", Stats: stats},
				{ID: "L2", Kind: call.KindExtension, Name: "b", Number: "102", State: "up", Codec: "pcmu"}}}}
		}
		s := open(t, dir, nil, talk)
		c := event.Call{ID: "C1", From: "101", To: "102", Revision: "4f1c", Dialplan: "internal", Route: "desk", Started: begun}
		s.Observe(event.Event{Time: begun, Type: event.CallStarted, Data: c})
		s.Observe(event.Event{Time: begun, Type: event.LegAdded, Data: event.Leg{Call: "C1", ID: "L1", Kind: "extension", Name: "a", Number: "101"}})
		s.Observe(event.Event{Time: begun, Type: event.LegAdded, Data: event.Leg{Call: "C1", ID: "L2", Kind: "extension", Name: "b", Number: "102"}})
		s.Observe(event.Event{Time: begun.Add(time.Second), Type: event.CallRinging, Data: c})
		s.Observe(event.Event{Time: begun, Type: event.LegRemoved, Data: event.Leg{Call: "C1", ID: "L3", Kind: "trunk", Name: "east", Cause: "busy"}})
		time.Sleep(30 * time.Minute)
		if list := all(t, s); len(list) != 0 {
			t.Errorf("a live call is no record yet: %+v", list)
		}
		snapshot(t, dir, copied)
		crash := time.Now()

		var log bytes.Buffer
		s2 := open(t, copied, &log, nil)
		list := all(t, s2)
		if len(list) != 1 || list[0].ID != "C1" || list[0].Revision != "4f1c" || list[0].Dialplan != "internal" || list[0].Cause != "failed" ||
			list[0].EndedBy != "switch" || list[0].Text != crashed {
			t.Fatalf("after a crash: %+v", list)
		}
		got := list[0]
		if lost := crash.Sub(got.Ended); lost < 0 || lost > 30*time.Second {
			t.Errorf("the crash was %v after the record's end", lost)
		}
		if got.RingSeconds != 3 || got.TalkSeconds != got.Ended.Sub(answered).Seconds() {
			t.Errorf("it rang %v s and talked %v s", got.RingSeconds, got.TalkSeconds)
		}
		if len(got.Legs) != 3 || got.Legs[0].Codec != "opus" || got.Legs[0].Stats == nil || got.Legs[0].Stats.MOSIn != 4.2 ||
			got.Legs[1].Cause != "failed" || !got.Legs[1].Ended.Equal(got.Ended) || got.Legs[2].Cause != "busy" || !got.Legs[2].Ended.Equal(begun) {
			t.Errorf("legs: %+v", got.Legs)
		}
		if !strings.Contains(log.String(), "calls=1") {
			t.Errorf("the log does not tell: %s", log.String())
		}
	})
}

// snapshot copies the files as they are at this moment, as a crash leaves them.
func snapshot(t *testing.T, from, to string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(filepath.Join(from, File+suffix))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, File+suffix), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A picture of a live call that comes late does not open its record again.
func TestARecordIsNeverOpenedAgain(t *testing.T) {
	s := open(t, t.TempDir(), nil, nil)
	want := cdr("C1", 1)
	s.Observe(ended(want))
	s.sync(t.Context())
	s.Observe(event.Event{Type: event.CallStarted, Data: event.Call{ID: "C1", Started: want.Started}})
	got, err := s.Call(t.Context(), "C1")
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v, %s", err, d)
	}
}

func TestAFullDisk(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := open(t, dir, &log, nil)
		limit(t, s, 1) // no page more than there are
		for n := range 500 {
			s.Observe(ended(cdr(fmt.Sprintf("C%03d", n), n)))
		}
		time.Sleep(5 * time.Minute)
		why := s.Trouble()
		for _, want := range []string{"call records are not written since ", "(500 wait in memory)", "the disk is full: free some space", filepath.Join(dir, File)} {
			if !strings.Contains(why, want) {
				t.Errorf("trouble %q does not say %q", why, want)
			}
		}
		if n := strings.Count(log.String(), "cannot be written"); n != 1 {
			t.Errorf("it was logged %d times in 5 minutes:\n%s", n, log.String())
		}
		limit(t, s, 1<<30)
		time.Sleep(retryMax)
		if n := len(all(t, s)); n != 500 || s.Trouble() != "" || s.Waiting() != 0 {
			t.Errorf("with room again: %d records, %d wait, trouble %q", n, s.Waiting(), s.Trouble())
		}
		if !strings.Contains(log.String(), "are written again") {
			t.Errorf("the log does not tell of the end:\n%s", log.String())
		}
	})
}

// limit bounds the size of the database, as a full disk does.
func limit(t *testing.T, s *Store, pages int) {
	t.Helper()
	if _, err := s.db.Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
		t.Fatal(err)
	}
}

// What memory has no room for is in the log, each record once.
func TestTooManyWaitingGoToTheLog(t *testing.T) {
	var log bytes.Buffer
	s := open(t, t.TempDir(), &log, nil)
	limit(t, s, 1)
	for n := range maxWaiting + 3 {
		c := cdr(fmt.Sprintf("C%06d", n), 1)
		c.Legs = nil
		s.Observe(ended(c))
	}
	s.sync(t.Context())
	if s.Waiting() != maxWaiting {
		t.Errorf("%d wait", s.Waiting())
	}
	if n := strings.Count(log.String(), `record="{`); n != 3 {
		t.Errorf("%d records in the log", n)
	}
	s.Close()
	if n := strings.Count(log.String(), `record="{`); n != maxWaiting+3 {
		t.Errorf("%d records in the log after Close on a full disk", n)
	}
}

func TestTheFileIsTakenAway(t *testing.T) {
	dir := t.TempDir()
	var log bytes.Buffer
	s := open(t, dir, &log, nil)
	if err := os.Rename(filepath.Join(dir, File), filepath.Join(dir, "away")); err != nil {
		t.Fatal(err)
	}
	s.Observe(ended(cdr("C1", 1)))
	s.sync(t.Context())
	if why := s.Trouble(); !strings.Contains(why, "was moved, deleted or replaced") || !strings.Contains(why, "put it back") {
		t.Errorf("trouble %q", why)
	}
	if err := os.Rename(filepath.Join(dir, "away"), filepath.Join(dir, File)); err != nil {
		t.Fatal(err)
	}
	if got := ids(all(t, s)); got != "C1" || s.Trouble() != "" {
		t.Errorf("put back: %q, trouble %q", got, s.Trouble())
	}
}

// While somebody holds the database locked, calls go on.
func TestALockedDatabase(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil, nil)
	other, err := sql.Open("sqlite", filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	if _, err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	for n := range 100 {
		s.Observe(ended(cdr(fmt.Sprintf("C%d", n), n)))
	}
	if _, err := other.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	if n := len(all(t, s)); n != 100 {
		t.Errorf("%d records", n)
	}
}

// A row that the database refuses by itself keeps nothing else back.
func TestAPoisonedRecord(t *testing.T) {
	var log bytes.Buffer
	s := open(t, t.TempDir(), &log, nil)
	if _, err := s.db.Exec(`CREATE TRIGGER poison BEFORE INSERT ON calls WHEN NEW.id = 'C2' BEGIN SELECT RAISE(ABORT, 'poison'); END`); err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		s.Observe(ended(cdr(fmt.Sprintf("C%d", n), n)))
	}
	if got := ids(all(t, s)); got != "C3 C1 C0" || s.Trouble() != "" {
		t.Errorf("%q, trouble %q", got, s.Trouble())
	}
	if !strings.Contains(log.String(), `\"id\":\"C2\"`) {
		t.Errorf("the log:\n%s", log.String())
	}
}
