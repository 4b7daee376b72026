package answering

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/plugboard/plugboard/plugins/voicemail/spoken"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/app/apptest"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/host"
)

// en is what is said.
var en = spoken.For("en")

const sec = time.Second

var usual = en.Greet("Anna", "101")

// speaks says something: a tone.
func speaks(c *apptest.Caller, d time.Duration) {
	n := 0
	c.Says(func(f *audio.Frame) {
		for i := range f {
			f[i] = float32(0.3 * math.Sin(2*math.Pi*300*float64(n)/audio.Rate))
			n++
		}
	})
	time.Sleep(d)
	c.Says(nil)
}

// leaves plays a caller of Anna's mailbox.
func leaves(t *testing.T, b *apptest.Mailbox, play func(c *apptest.Caller)) {
	t.Helper()
	if b.Box.Owner == "" {
		b.Box.Owner, b.Box.Number = "Anna", "101"
	}
	if b.Box.Room == 0 {
		b.Box.Room = 10
	}
	f := app.Facts{At: "voicemail.anna", From: "+4930123456", FromTrunk: "out", Config: []byte(`{"timezone":"Europe/Berlin"}`)}
	apptest.RunMailbox(t, app.Func(Run), f, b, play)
}

// left checks what is in a mailbox: for each message how long it is, and whether
// it is urgent.
func left(t *testing.T, b *apptest.Mailbox, want ...time.Duration) {
	t.Helper()
	list := b.List()
	ok := len(list) == len(want)
	for i := range list {
		ok = ok && (list[i].Lasts-want[i]).Abs() <= 400*time.Millisecond
	}
	if !ok {
		t.Errorf("there are %+v, want %v", list, want)
	}
}

func TestAMessageIsLeft(t *testing.T) {
	for _, tt := range []struct {
		name string
		play func(c *apptest.Caller)
		want []time.Duration
	}{
		{"by hanging up", func(c *apptest.Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(sec) // the tone
			speaks(c, 3*sec)
		}, []time.Duration{3 * sec}},
		{"by hanging up after a while, of which one second is kept", func(c *apptest.Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(sec)
			speaks(c, 3*sec)
			time.Sleep(5 * sec)
		}, []time.Duration{4 * sec}},
		{"by saying nothing more", func(c *apptest.Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(sec)
			speaks(c, 3*sec)
			c.Hears(en.Review)
			c.Press("1")
			c.Hears(en.Left)
			_ = c.Ended()
		}, []time.Duration{4 * sec}},
		{"a key ends the greeting at once, and is none of the message", func(c *apptest.Caller) {
			c.Hears(usual)
			c.Press("1")
			c.Hears(`tone("1000/200")`)
			time.Sleep(sec)
			speaks(c, 2*sec)
			c.Press("#")
			c.Hears(en.Review)
		}, []time.Duration{2 * sec}},
		{"it is heard, and reviewed twice", func(c *apptest.Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(sec)
			speaks(c, 3*sec)
			c.Press("#")
			c.Hears(en.Review)
			c.Press("2")
			c.Hears(`kept("draft-1")`)
			c.Hears(en.Review)
			c.Press("#")
			c.Hears(en.Left)
			_ = c.Ended()
		}, []time.Duration{3 * sec}},
		{"it is spoken anew", func(c *apptest.Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(sec)
			speaks(c, 3*sec)
			c.Press("#")
			c.Hears(en.Review)
			c.Press("3")
			c.Hears(en.Again)
			c.Hears(`tone("1000/200")`)
			time.Sleep(sec)
			speaks(c, 5*sec)
		}, []time.Duration{5 * sec}},
		{"it is to be spoken anew, and is not", func(c *apptest.Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(sec)
			speaks(c, 3*sec)
			c.Press("#3")
			c.Hears(en.Again)
			c.Hears(`tone("1000/200")`)
			time.Sleep(2 * sec)
		}, []time.Duration{3 * sec}},
		{"nobody chooses", func(c *apptest.Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(sec)
			speaks(c, 3*sec)
			c.Press("#")
			c.Hears(en.Review)
			c.Hears(en.Review)
			c.Hears(en.Left)
			_ = c.Ended()
		}, []time.Duration{3 * sec}},
		{"nothing is said", func(c *apptest.Caller) {
			for range 2 {
				c.Hears(`tone("1000/200")`)
				c.Hears(en.NotHeard)
			}
			c.Hears(`tone("1000/200")`)
			c.Hears(en.Bye)
			_ = c.Ended()
		}, nil},
		{"a click, and they are gone", func(c *apptest.Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(3 * sec)
			speaks(c, 40*time.Millisecond)
			time.Sleep(sec)
		}, nil},
		{"too short", func(c *apptest.Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(sec)
			speaks(c, 700*time.Millisecond)
		}, nil},
		{"gone during the greeting", func(c *apptest.Caller) { c.Hears(usual) }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var b apptest.Mailbox
			leaves(t, &b, tt.play)
			left(t, &b, tt.want...)
		})
	}
}

func TestALongMessage(t *testing.T) {
	b := apptest.Mailbox{Box: host.Mailbox{MaxLength: 5 * sec}}
	leaves(t, &b, func(c *apptest.Caller) {
		c.Hears(`tone("1000/200")`)
		time.Sleep(sec)
		speaks(c, 10*sec)
		c.Hears(en.TooLong)
		c.Hears(en.Review)
	})
	left(t, &b, 5*sec)
}

func TestAnUrgentMessage(t *testing.T) {
	for keys, urgent := range map[string]bool{"": false, "4": true, "44": false, "43": true} {
		var b apptest.Mailbox
		leaves(t, &b, func(c *apptest.Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(sec)
			speaks(c, 3*sec)
			c.Press("#")
			c.Hears(en.Review)
			c.Press(keys)
			if keys == "4" {
				c.Hears(en.Urgent)
			}
			time.Sleep(sec)
		})
		if left(t, &b, 3*sec); len(b.Messages) != 1 || b.Messages[0].Urgent != urgent {
			t.Errorf("after %q: %+v", keys, b.Messages)
		}
	}
}

func TestGreetings(t *testing.T) {
	tone := host.Prompt{Tone: "440/500"}
	for _, tt := range []struct {
		name string
		b    *apptest.Mailbox
		says string
	}{
		{"recorded", &apptest.Mailbox{Box: host.Mailbox{Greeting: tone}, Sounds: map[string][]byte{host.Greeting: make([]byte, 64000)}}, `kept("greeting")`},
		{"configured", &apptest.Mailbox{Box: host.Mailbox{Greeting: tone}}, `tone("440/500")`},
		{"by name", &apptest.Mailbox{Box: host.Mailbox{Owner: "Anna", Number: "101"}}, usual},
		{"by number", &apptest.Mailbox{Box: host.Mailbox{Number: "102"}}, en.Greet("", "102")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.b.Box.Room = 1
			apptest.RunMailbox(t, app.Func(Run), app.Facts{At: "voicemail.anna"}, tt.b, func(c *apptest.Caller) { c.Hears(tt.says) })
		})
	}
	t.Run("in German", func(t *testing.T) {
		b := apptest.Mailbox{Box: host.Mailbox{Room: 1}}
		apptest.RunMailbox(t, app.Func(Run), app.Facts{At: "voicemail.anna", Language: "de-DE"}, &b, func(c *apptest.Caller) {
			c.Hears(spoken.For("de").Greet("", ""))
		})
	})
}

func TestAFullMailbox(t *testing.T) {
	b := apptest.Mailbox{Box: host.Mailbox{Room: -1}}
	leaves(t, &b, func(c *apptest.Caller) {
		c.Hears(en.Full)
		if err := c.Ended(); err != nil {
			t.Error(err)
		}
	})
}

func TestNothingCanBeRecorded(t *testing.T) {
	var b apptest.Mailbox
	leaves(t, &b, func(c *apptest.Caller) {
		c.Hears(`tone("1000/200")`)
		b.Break(errors.New("the disk is full"))
		time.Sleep(sec)
		speaks(c, 3*sec)
		c.Hears(en.Failed)
		if err := c.Ended(); err != nil {
			t.Error(err)
		}
	})
}

// The owner comes in by the greeting, if there is a PIN to be asked for.
func TestTheOwnerCallsFromOutside(t *testing.T) {
	t.Run("a PIN", func(t *testing.T) {
		leaves(t, &apptest.Mailbox{PIN: "4711"}, func(c *apptest.Caller) {
			c.Hears(usual)
			c.Press("*")
			c.Went("voicemail.anna.access")
		})
	})
	t.Run("none", func(t *testing.T) {
		leaves(t, &apptest.Mailbox{}, func(c *apptest.Caller) {
			c.Hears(usual)
			c.Press("*")
			c.Hears(`tone("1000/200")`)
		})
	})
}
