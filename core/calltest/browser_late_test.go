package calltest

import (
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
)

// A page that is opened while the desk phone rings joins it, answers, and is heard.
func TestBrowserComesLate(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, desk := w.Phone("101"), w.Phone("102")
		c := a.Dial("102")
		ring := desk.Incoming()
		ring.Ring()
		c.Expect("180")
		time.Sleep(5 * time.Second)
		b := w.Browser("102")
		r := b.Incoming()
		if r.From.Number != "101" || !r.Sound {
			t.Errorf("it rings with %+v", r)
		}
		other := b.Tab()
		if rings := other.Page.Phone.Ringing; len(rings) != 1 || rings[0].Leg != r.Leg || rings[0].Sound {
			t.Errorf("another page finds %+v", rings)
		}
		other.Page.Ringing(r.Leg)
		s := b.Answer(r.Call)
		c.Expect("200")
		ring.Expect("CANCEL")
		b.Stopped("answered")
		other.Stopped("answered_elsewhere")
		c.Hears(b.Phone)
		s.Hears(a)
		c.Hangup()
	})
}

// A page that wakes while the desk phone rings joins it: the caller has not waited for it.
func TestBrowserThaws(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, desk, b := w.Phone("101"), w.Phone("102"), w.Browser("102")
		c := a.Dial("102")
		ring := desk.Incoming()
		ring.Ring()
		c.Expect("180")
		r := b.Rung()
		b.Stopped("no_answer")
		time.Sleep(5 * time.Second)
		b.Page.Ringing(r.Leg)
		b.Stopped("cancelled") // that ring is over, and the next begins
		again := b.Incoming()
		if again.Call != r.Call || again.Leg == r.Leg || !again.Sound {
			t.Errorf("it rings with %+v", again)
		}
		s := b.Answer(r.Call)
		b.Stopped("answered")
		c.Expect("200")
		ring.Expect("CANCEL")
		s.Hears(a)
		c.Hangup()
	})
}

// Who comes after the answer, or after the end, finds nothing; nor does who has declined.
func TestBrowserComesTooLate(t *testing.T) {
	for _, ends := range []string{"answer", "cancel", "decline"} {
		t.Run(ends, func(t *testing.T) {
			Run(t, signedIn, func(w *World) {
				a, desk, b := w.Phone("101"), w.Phone("102"), w.Browser("102")
				c := a.Dial("102")
				ring, r := desk.Incoming(), b.Rung()
				ring.Ring()
				c.Expect("180")
				switch ends {
				case "answer":
					b.Stopped("no_answer")
					ring.Answer()
					c.Expect("200")
				case "cancel":
					b.Stopped("no_answer")
					c.Cancel()
					ring.Expect("CANCEL")
				case "decline":
					b.Page.Ringing(r.Leg)
					if err := w.PBX.Browsers.Decline("102", r.Call); err != nil {
						t.Fatal(err)
					}
					b.Stopped("declined")
				}
				if ends != "decline" {
					b.Page.Ringing(r.Leg) // it thaws
					b.Stopped("cancelled")
				}
				late := b.Tab()
				if rings := late.Page.Phone.Ringing; len(rings) != 0 {
					t.Errorf("it finds %+v", rings)
				}
				late.Silent(3 * time.Second)
				b.Silent(0)
				if ends != "cancel" {
					if ends == "decline" {
						ring.Answer()
						c.Expect("200")
					}
					c.Hangup()
				}
			})
		})
	}
}

// A page that comes late joins what rings its person in a group, in a queue, and when
// they are called back; it leaves when the others do.
func TestBrowserComesLateInTheHouse(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, desk, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		comes := func(number string) *Browser {
			time.Sleep(3 * time.Second)
			b := w.Browser("102")
			if r := b.Incoming(); r.From.Number != number {
				t.Errorf("it rings with %+v", r)
			}
			return b
		}
		goes := func(b *Browser) {
			b.Page.Close()
			time.Sleep(4 * time.Second)
		}

		group := c.Dial("700")
		first, second := a.Incoming(), desk.Incoming()
		first.Ring()
		second.Ring()
		group.Expect("180")
		b := comes("103")
		second.Answer()
		first.Expect("CANCEL")
		b.Stopped("answered_elsewhere")
		group.Expect("200")
		group.Hangup()
		second.Expect("BYE")
		goes(b)

		queue := c.Dial("600")
		queue.Expect("200")
		second = desk.Incoming()
		second.Ring()
		b = comes("103")
		s := b.Answer(w.Calls()[0].ID)
		b.Stopped("answered")
		second.Expect("CANCEL")
		s.Hears(c)
		queue.Hangup()
		time.Sleep(time.Second)
		s.Gone()
		goes(b)

		if _, err := w.PBX.Calls.Originate(call.Origination{From: "102", To: "101"}, operator); err != nil {
			t.Fatal(err)
		}
		second = desk.Incoming()
		second.Ring()
		b = comes("101")
		s = b.Answer(w.Calls()[0].ID)
		b.Stopped("answered")
		second.Expect("CANCEL")
		first = a.Incoming()
		first.Answer()
		s.Hears(a)
		first.Hangup()
	})
}

// Whose page is closed is rung by push: the browser says that it shows the call, and the
// page that is opened answers it.
func TestBrowserIsWoken(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, worker := w.Phone("101"), w.Worker("102")
		c := a.Dial("102")
		time.Sleep(3 * time.Second) // so long a push may take
		r := worker.Incoming()
		if r.From.Name != "Anna" || r.To != "102" {
			t.Errorf("pushed is %+v", r)
		}
		c.Expect("180")
		time.Sleep(10 * time.Second)
		b := w.Browser("102")
		rings := b.Page.Phone.Ringing
		if len(rings) != 1 || rings[0].Call != r.Call || !rings[0].Sound {
			t.Fatalf("the page finds %+v", rings)
		}
		b.Page.Ringing(rings[0].Leg)
		s := b.Answer(r.Call)
		b.Stopped("answered")
		worker.Stopped("answered")
		c.Expect("200")
		c.Hears(b.Phone)
		s.Hears(a)
		c.Hangup()
		time.Sleep(time.Second)
		b.Page.Close()
		time.Sleep(5 * time.Second)

		// Nobody answers, the caller gives up, or the notification declines.
		c = a.Dial("102")
		worker.Incoming()
		c.Expect("180")
		c.Expect("480")
		worker.Stopped("no_answer")
		c = a.Dial("102")
		worker.Incoming()
		c.Expect("180")
		c.Cancel()
		worker.Stopped("cancelled")
		c = a.Dial("102")
		r = worker.Incoming()
		c.Expect("180")
		if err := w.PBX.Browsers.Decline("102", r.Call); err != nil {
			t.Fatal(err)
		}
		c.Expect("486")
		worker.Stopped("declined")
		refusedAs(t, worker.Shows(r.Call), call.NotFound)
	})
}

// A browser that does not say that it shows what was pushed keeps nobody waiting for long,
// and nobody at all if there is a desk phone. What shall be answered by itself is not pushed.
func TestBrowserIsNotWoken(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, worker := w.Phone("101"), w.Worker("102")
		is(t, "agents", agents(w), "102 unavailable")
		began := time.Now()
		c := a.Dial("102")
		r := worker.Pushed()
		c.Expect("480")
		if took := time.Since(began); took < 5*time.Second || took > 6*time.Second {
			t.Errorf("the caller waited for %v", took)
		}
		worker.Stopped("no_answer")
		refusedAs(t, worker.Shows(r.Call), call.NotFound)
		a.Dial("*80102").Expect("480")
		worker.Silent(time.Second)

		desk := w.Phone("102")
		c = a.Dial("102")
		ring := desk.Incoming()
		ring.Ring()
		c.Expect("180")
		r = worker.Pushed()
		worker.Stopped("no_answer")
		// It comes late, is pushed anew, and rings with the desk phone.
		if err := worker.Shows(r.Call); err != nil {
			t.Error(err)
		}
		if again := worker.Incoming(); again.Call != r.Call || again.Leg == r.Leg {
			t.Errorf("pushed is %+v", again)
		}
		ring.Answer()
		c.Expect("200")
		worker.Stopped("answered_elsewhere")
		refusedAs(t, worker.Shows(r.Call), call.Busy)
		c.Hangup()
	})
}

// A page that is frozen is no worse than none: the push rings, and the page joins when it
// wakes. Who closes the page that rings is told by push as well.
func TestBrowserIsWokenFromSleep(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b, worker := w.Phone("101"), w.Browser("102"), w.Worker("102")
		c := a.Dial("102")
		r := b.Rung() // somebody looked at it last
		worker.Silent(1400 * time.Millisecond)
		worker.Incoming()
		c.Expect("180")
		time.Sleep(5 * time.Second)
		b.Page.Ringing(r.Leg)
		s := b.Answer(r.Call)
		if again := b.Rung(); !again.Sound {
			t.Errorf("it rings with %+v", again)
		}
		b.Stopped("answered")
		worker.Stopped("answered")
		c.Expect("200")
		s.Hears(a)
		c.Hangup()
		time.Sleep(time.Second)

		c = a.Dial("102")
		b.Incoming()
		c.Expect("180")
		b.Page.Close()
		worker.Incoming()
		time.Sleep(10 * time.Second)
		b.Open()
		b.Page.State(true, true, true)
		if rings := b.Page.Phone.Ringing; len(rings) != 1 {
			t.Errorf("the page finds %+v", rings)
		}
		c.Cancel()
		b.Stopped("cancelled")
		worker.Stopped("cancelled")
	})
}
