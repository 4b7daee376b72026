package sdp

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"reflect"
	"testing"
	"unsafe"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
)

// fill gives every field below v, also those that are not exported, a value
// that is not zero: a field that the state forgets is found.
func fill(t *testing.T, v reflect.Value, c codec.Codec, n *uint64) {
	t.Helper()
	*n++
	v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	switch at := v.Addr().Interface().(type) {
	case *netip.AddrPort:
		*at = netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 1}), uint16(*n))
		return
	case *netip.Addr:
		*at = netip.AddrFrom4([4]byte{192, 0, 2, byte(*n)})
		return
	case *codec.Codec:
		*at = c
		return
	case *leg.Direction:
		*at = leg.RecvOnly
		return
	case *Agent: // a session with one does not outlive its process
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8:
		v.SetUint(*n % 128)
	case reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(*n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(t, v.Index(i), c, n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(t, key, c, n)
		fill(t, value, c, n)
		v.SetMapIndex(key, value)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), c, n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), c, n)
		}
	default:
		t.Fatalf("teach fill about a %v", v.Type())
	}
}

func TestEveryFieldIsInTheState(t *testing.T) {
	opus, _ := codec.Standard().Lookup("opus")
	var n uint64
	var s Session
	var a Agreed
	fill(t, reflect.ValueOf(&s).Elem(), opus, &n)
	fill(t, reflect.ValueOf(&a).Elem(), opus, &n)
	s.config.Codecs = []codec.Codec{opus}

	b, err := json.Marshal(s.State(a))
	if err != nil {
		t.Fatal(err)
	}
	var st State
	if err := json.Unmarshal(b, &st); err != nil {
		t.Fatal(err)
	}
	c := s.config
	c.Fingerprint = "another process's"
	back, agreed, err := Resume(c, st)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*back, s) {
		t.Errorf("the session came as\n%+v, was\n%+v", *back, s)
	}
	if !reflect.DeepEqual(agreed, a) {
		t.Errorf("the agreement came as\n%+v, was\n%+v", agreed, a)
	}
}

func TestAStateThatCannotBe(t *testing.T) {
	opus, _ := codec.Standard().Lookup("opus")
	c := Config{Codecs: []codec.Codec{opus}}
	for name, a := range map[string]agreedState{
		"a codec that the leg may not use": {Send: payloadState{Codec: "pcmu"}},
		"a payload type beyond 127":        {Receive: []payloadState{{Type: 200, Codec: "opus"}}},
		"a payload without a codec":        {Receive: []payloadState{{Type: 96}}},
		"an event beyond 127":              {ReceiveEvents: []Event{{Type: 128, Clock: 8000}}},
	} {
		if _, _, err := Resume(c, State{Agreed: a}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, _, err := Resume(c, State{}); err != nil {
		t.Errorf("a session that has agreed on nothing: %v", err)
	}
}
