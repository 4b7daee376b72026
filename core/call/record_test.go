package call

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/golden"
	"github.com/plugboard/plugboard/sdk/event"
)

// TestEventsOfACall keeps the JSON that the API shows of one call: a group in
// which one device is busy and one answers, a key, and the record.
func TestEventsOfACall(t *testing.T) {
	within(t, func(b *bed) {
		office := &dialplan.Group{Name: "office", Members: []dialplan.Destination{ben, cem}}
		b.to["700"] = to(office)
		b.devices["ben"] = []script{{ends(500*ms, Busy)}}
		b.devices["cem"] = []script{{rings(sec), answers(3 * sec)}}
		p := b.phone("anna", KindExtension, nil)
		p.incoming = true
		inbox := b.sw.Incoming(Incoming{ID: "01CALL", Leg: p, MaxForwards: 70, Facts: facts("101", "700")})
		p.set(func() { p.inbox = inbox })
		b.after(2 * sec)
		var out bytes.Buffer
		show := func(v any) {
			enc := json.NewEncoder(&out)
			enc.SetIndent("", "  ")
			if err := enc.Encode(v); err != nil {
				t.Error(err)
			}
		}
		show(b.sw.Calls())
		b.after(2 * sec)
		p.presses('5')
		show(b.sw.Calls())
		b.after(6 * sec)
		p.hangsUp()
		b.after(sec)
		show(b.sw.Calls())
		golden.Check(t, "testdata/calls.json", out.String())

		out.Reset()
		for _, e := range b.events {
			show(e)
		}
		golden.Check(t, "testdata/events.json", out.String())
	})
}

// TestNothingOfALegIsLostOnItsWayIntoAnEvent fills every field.
func TestNothingOfALegIsLostOnItsWayIntoAnEvent(t *testing.T) {
	var i LegInfo
	fill(reflect.ValueOf(&i).Elem())
	p := &party{last: i, verdicts: i.Verdicts}
	got, _ := json.Marshal((&Call{facts: dialplan.Facts{ID: "01CALL"}}).legEvent(p))
	var have, want map[string]any
	json.Unmarshal(got, &have)
	info, _ := json.Marshal(i)
	json.Unmarshal(info, &want)
	delete(want, "since") // the event has a time of its own
	want["call"] = "01CALL"
	if d := cmp.Diff(want, have); d != "" {
		t.Error(d)
	}
}

// fill gives every field of a struct a value that is not its zero.
func fill(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); f.Interface().(type) {
		case *time.Time:
			f.Set(reflect.ValueOf(new(time.Unix(1, 0))))
		case *LegStats:
			f.Set(reflect.New(f.Type().Elem()))
			fill(f.Elem())
		case []string:
			f.Set(reflect.ValueOf([]string{v.Type().Field(i).Name}))
		case []event.Verdict:
			f.Set(reflect.ValueOf([]event.Verdict{{Code: "silent"}}))
		case uint8:
			f.SetUint(uint64(i + 1))
		case string, Kind:
			f.SetString(v.Type().Field(i).Name)
		case bool:
			f.SetBool(true)
		case uint64:
			f.SetUint(uint64(i + 1))
		case float64:
			f.SetFloat(float64(i) + 0.5)
		default:
			panic("unknown field " + v.Type().Field(i).Name)
		}
	}
}

func TestPathAndLegsInTheRecord(t *testing.T) {
	within(t, func(b *bed) {
		last := &dialplan.Reject{Cause: "busy"}
		b.to["700"] = to(&dialplan.Group{Name: "office", Members: []dialplan.Destination{ben},
			Follow: dialplan.Follow{Unavailable: &dialplan.Trunk{Name: "mobile", Follow: dialplan.Follow{Ring: 5 * sec, NoAnswer: last}}}})
		b.devices["mobile"] = []script{{rings(2 * sec)}}
		b.calls("anna", "700")
		b.after(10 * sec)
		r := b.cdrs()[0]
		if d := cmp.Diff([]string{"group.office", "trunk.mobile", `reject("busy")`}, r.Path); d != "" {
			t.Error(d)
		}
		if r.RingSeconds != 3 || r.Cause != "busy" || len(r.Legs) != 2 {
			t.Errorf("%+v", r)
		}
		mobile := r.Legs[1]
		if mobile.Name != "mobile" || mobile.Cause != "no_answer" || mobile.Answered != nil || mobile.Ended.Sub(mobile.Added) != 5*sec+10*ms {
			t.Errorf("%+v", mobile)
		}
	})
}

func TestNewID(t *testing.T) {
	var ids []string
	for range 1000 {
		ids = append(ids, NewID())
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(ids))); len(unique) != len(ids) {
		t.Error("the same id twice")
	}
	for _, id := range ids {
		if len(id) != 26 || strings.Trim(id, crockford) != "" || id[0] > '7' {
			t.Fatalf("%q is no ULID", id)
		}
	}
	// The first ten characters are the time.
	var at int64
	for _, c := range ids[0][:10] {
		at = at<<5 | int64(strings.IndexRune(crockford, c))
	}
	if d := time.Since(time.UnixMilli(at)); d < 0 || d > time.Minute {
		t.Errorf("the id %s was made %v ago", ids[0], d)
	}
	time.Sleep(2 * time.Millisecond)
	if next := NewID(); next <= ids[len(ids)-1] {
		t.Errorf("%s sorts before %s", next, ids[len(ids)-1])
	}
}
