package calltest

import (
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

// operator is who acts by the API.
var operator = event.Actor{Kind: event.ByOperator, Name: "admin"}

// callOf is the id of the live call of a caller.
func (w *World) callOf(number string) string {
	w.t.Helper()
	for _, c := range w.Calls() {
		if c.From == number {
			return c.ID
		}
	}
	w.t.Fatalf("%s has no call", number)
	return ""
}

// asks brings a and b into a call, and b, who holds it, and c into another.
func asks(w *World, a, b, c *Phone) (call, ring, asks, asked *Call) {
	w.t.Helper()
	call, ring = talk(w, a, b)
	ring.Hold()
	asks = b.Dial(c.Number)
	asked = c.Incoming()
	asked.Ring()
	asks.Expect("180")
	asked.Answer()
	asks.Expect("200")
	asks.Hears(c)
	asked.Hears(b)
	return call, ring, asks, asked
}

func TestTransferByAPIBetweenCalls(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call1, ring, consult, asked := asks(w, a, b, c)
		if err := w.PBX.Calls.Transfer(w.callOf("101"), call.Transfer{Into: w.callOf("102")}, operator); err != nil {
			t.Fatal(err)
		}
		ring.Expect("BYE")
		consult.Expect("BYE")
		call1.Hears(c)
		asked.Hears(a)
		time.Sleep(time.Second)
		asked.Hangup()
		call1.Expect("BYE")
		w.Golden("transfer by api between calls")
	})
}
