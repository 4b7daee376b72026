package answering

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/plugins/voicemail/spoken"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/app/apptest"
	"github.com/plugboard/plugboard/sdk/host"
)

// day is when the calls of these tests are: virtual time begins then.
var day = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// three is a mailbox with two new messages, one of them urgent, and a saved one.
func three() *apptest.Mailbox {
	return &apptest.Mailbox{
		Box: host.Mailbox{Name: "anna", Owner: "Anna", Number: "101", Room: 10},
		PIN: "4711",
		Messages: []host.Message{
			{ID: "m1", From: "+4930123", Began: day.Add(-20 * time.Hour), Lasts: 20 * sec},
			{ID: "m2", From: "102", FromName: "Ben", Began: day.Add(-2 * time.Hour), Lasts: 10 * sec, Urgent: true},
			{ID: "m3", Began: day.AddDate(0, 0, -9), Lasts: 5 * sec, Heard: true},
		},
	}
}

func header(m spoken.Message) string { return en.Header(m, day) }

var (
	counted = en.Counted(spoken.Counts{New: 2, Urgent: 1, Heard: 1})
	bens    = spoken.Message{Place: 1, Of: 2, Name: "Ben", Number: "102", At: day.Add(-2 * time.Hour), Lasts: 10 * sec, Urgent: true}
	others  = spoken.Message{Place: 2, Of: 2, Number: "+4930123", At: day.Add(-20 * time.Hour), Lasts: 20 * sec}
)

// listens plays a caller who listens to a mailbox from the phone of Anna.
func listens(t *testing.T, b *apptest.Mailbox, play func(c *apptest.Caller)) {
	t.Helper()
	f := app.Facts{At: "voicemail.anna.access", From: "101", FromExtension: "anna", Config: []byte(`{"timezone":"UTC"}`)}
	apptest.RunMailbox(t, app.Func(Run), f, b, play)
}

// enters is one who knows the PIN.
func enters(t *testing.T, b *apptest.Mailbox, play func(c *apptest.Caller)) {
	t.Helper()
	listens(t, b, func(c *apptest.Caller) {
		c.Hears(en.AskPIN)
		c.Press("4711#")
		play(c)
	})
}

// ends checks that a call ends by itself, and well.
func ends(t *testing.T, c *apptest.Caller) {
	t.Helper()
	if err := c.Ended(); err != nil {
		t.Error(err)
	}
}

// are checks which messages there are: "m1" is new, "m1+" is saved.
func are(t *testing.T, b *apptest.Mailbox, want ...string) {
	t.Helper()
	var got []string
	for _, m := range b.List() {
		id := m.ID
		if m.Heard {
			id += "+"
		}
		got = append(got, id)
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("there are %v, want %v", got, want)
	}
}

func TestMessagesAreHeard(t *testing.T) {
	b := three()
	enters(t, b, func(c *apptest.Caller) {
		c.Hears(counted)
		c.Press("1")
		c.Hears(header(bens)) // what is urgent comes first
		c.Hears(`kept("m2")`)
		c.Hears(en.Message)
		are(t, b, "m1", "m2+", "m3+")
		c.Press("9")
		c.Hears(header(others))
		c.Hears(`kept("m1")`)
		time.Sleep(5 * sec)
		c.Press("9") // not to its end: it stays new
		c.Hears(en.NoMore)
		c.Hears(en.Main)
		c.Press("2")
		c.Hears(header(spoken.Message{Place: 1, Of: 2, At: day.AddDate(0, 0, -9)}))
		c.Press("9")
		c.Hears(header(spoken.Message{Place: 2, Of: 2, Number: "102", Name: "Ben", At: bens.At, Urgent: true}))
		c.Press("*")
		c.Hears(en.Main)
		c.Press("*")
		c.Hears(en.Bye)
		ends(t, c)
	})
	are(t, b, "m1", "m2+", "m3+")
}

func TestAMessageIsDeleted(t *testing.T) {
	for _, tt := range []struct {
		name string
		play func(c *apptest.Caller)
		want []string
	}{
		{"and they hang up", func(c *apptest.Caller) { c.Press("3"); time.Sleep(sec) }, []string{"m1", "m3+"}},
		{"and they end", func(c *apptest.Caller) {
			c.Press("3")
			c.Hears(en.Removed)
			c.Hears(header(others))
			c.Press("**")
			c.Hears(en.Bye)
			ends(t, c)
		}, []string{"m1", "m3+"}},
		{"and restored", func(c *apptest.Caller) {
			c.Press("3")
			c.Hears(header(others))
			c.Press("7")
			deleted := bens
			deleted.Deleted = true
			c.Hears(header(deleted))
			c.Hears(`kept("m2")`)
			c.Hears(en.Deleted)
			c.Press("3")
			c.Hears(en.Restored)
			c.Hears(en.Message)
		}, []string{"m1", "m2+", "m3+"}},
		{"and saved after all", func(c *apptest.Caller) {
			c.Press("3")
			c.Hears(header(others))
			c.Press("7")
			time.Sleep(sec)
			c.Press("2")
			c.Hears(en.Kept)
		}, []string{"m1", "m2+", "m3+"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := three()
			enters(t, b, func(c *apptest.Caller) {
				c.Hears(counted)
				c.Press("1")
				c.Hears(`kept("m2")`)
				tt.play(c)
			})
			are(t, b, tt.want...)
		})
	}
}

func TestInAMessage(t *testing.T) {
	b := three()
	enters(t, b, func(c *apptest.Caller) {
		c.Hears(counted)
		c.Press("1")
		c.Hears(header(bens))
		c.Press("9")
		c.Hears(header(others))
		// The place is known by what was heard, so nearly.
		hears := func(from, off time.Duration) {
			t.Helper()
			said := c.Said()
			at, ok := strings.CutPrefix(said[len(said)-1], `kept("m1", `)
			got, err := time.ParseDuration(strings.TrimSuffix(at, ")"))
			if !ok || err != nil || (got-from).Abs() > off {
				t.Errorf("heard %q, want it from %v", said, from)
			}
		}
		c.Hears(`kept("m1")`)
		time.Sleep(8 * sec)
		c.Press("6")
		time.Sleep(sec)
		hears(13*sec, 200*time.Millisecond)
		c.Press("4")
		time.Sleep(sec)
		hears(9200*time.Millisecond, 400*time.Millisecond)
		c.Press("5")
		time.Sleep(20 * sec) // paused
		c.Press("5")
		time.Sleep(sec)
		hears(10400*time.Millisecond, 600*time.Millisecond)
		c.Press("0")
		c.Hears(en.Envelope(others, day))
		time.Sleep(2 * sec)
		hears(11600*time.Millisecond, 800*time.Millisecond)
		c.Press("1")
		c.Hears(`kept("m1")`)
		c.Press("44") // there is nothing before the beginning
		c.Hears(`kept("m1")`)
		c.Hears(`kept("m1")`)
		are(t, b, "m1", "m2", "m3+")
		c.Press("66666")
		c.Hears(en.Message)
		are(t, b, "m1+", "m2", "m3+")
		c.Press("#")
		c.Hears(en.Keys)
		c.Hears(en.Message)
	})
}

func TestCallBack(t *testing.T) {
	for _, tt := range []struct {
		name    string
		f       app.Facts
		keys    string
		dialled app.Dialled
		says    string
		whom    string
	}{
		{name: "they talk", f: app.Facts{FromExtension: "anna"}, keys: "1", dialled: app.Dialled{Cause: "normal", Talked: 5 * sec}, says: en.Message, whom: "102"},
		{name: "nobody answers", f: app.Facts{FromExtension: "anna"}, keys: "1", dialled: app.Dialled{Cause: "no_answer"}, says: en.NotReached, whom: "102"},
		{name: "from elsewhere", f: app.Facts{FromTrunk: "out"}, keys: "1", says: en.NotFromHere},
		{name: "nobody knows whom", f: app.Facts{FromExtension: "anna"}, keys: "2", says: en.NoNumber},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.f.At, tt.f.Config = "voicemail.anna.access", []byte(`{"timezone":"UTC"}`)
			whom := ""
			apptest.RunMailbox(t, app.Func(Run), tt.f, three(), func(c *apptest.Caller) {
				c.Answers(func(to string) app.Dialled { whom = to; return tt.dialled })
				c.Press("4711#" + tt.keys)
				c.Press("8")
				c.Hears(tt.says)
			})
			if whom != tt.whom {
				t.Errorf("%q was called", whom)
			}
		})
	}
}

func TestPIN(t *testing.T) {
	t.Run("the third time", func(t *testing.T) {
		listens(t, three(), func(c *apptest.Caller) {
			c.Hears(en.AskPIN)
			c.Press("1234#")
			c.Hears(en.WrongPIN)
			c.Press("47#")
			c.Hears(en.WrongPIN)
			c.Press("99*4711#")
			c.Hears(counted)
		})
	})
	t.Run("never", func(t *testing.T) {
		b := three()
		listens(t, b, func(c *apptest.Caller) {
			c.Press("1#2#3#")
			c.Hears(en.Bye)
			ends(t, c)
		})
		if b.Wrong != 3 {
			t.Errorf("%d wrong PINs were told", b.Wrong)
		}
	})
	t.Run("nothing is entered", func(t *testing.T) {
		b := three()
		listens(t, b, func(c *apptest.Caller) {
			for range 3 {
				c.Hears(en.AskPIN)
			}
			c.Hears(en.Bye)
			ends(t, c)
		})
		if b.Wrong != 0 {
			t.Errorf("%d wrong PINs were told", b.Wrong)
		}
	})
	t.Run("locked in the middle", func(t *testing.T) {
		b := three()
		b.Wrong = 3
		listens(t, b, func(c *apptest.Caller) {
			c.Press("1#2#")
			c.Hears(en.Locked(15 * time.Minute))
			ends(t, c)
		})
	})
	t.Run("locked", func(t *testing.T) {
		b := three()
		b.Wrong = 5
		listens(t, b, func(c *apptest.Caller) {
			c.Hears(en.Locked(15 * time.Minute))
			ends(t, c)
		})
	})
	t.Run("none", func(t *testing.T) {
		b := three()
		b.PIN = ""
		listens(t, b, func(c *apptest.Caller) { c.Hears(counted) })
	})
}

func TestPINIsChanged(t *testing.T) {
	for _, tt := range []struct{ keys, says, pin string }{
		{"8642#8642#", en.PINSet, "8642"},
		{"8642#8643#", en.Differ, "4711"},
		{"864#864#", en.BadPIN, "4711"},
		{"#", en.Main, "4711"},
	} {
		b := three()
		enters(t, b, func(c *apptest.Caller) {
			c.Press("4")
			c.Hears(en.NewPIN)
			c.Press(tt.keys)
			c.Hears(tt.says)
		})
		if b.PIN != tt.pin {
			t.Errorf("%s: the PIN is %s", tt.keys, b.PIN)
		}
	}
}

func TestGreetingIsRecorded(t *testing.T) {
	b := three()
	enters(t, b, func(c *apptest.Caller) {
		c.Press("3")
		c.Hears(en.Greeting)
		c.Press("1")
		c.Hears(en.NoneRecorded)
		c.Hears(usual)
		c.Hears(en.Greeting)
		c.Press("2")
		c.Hears(en.Record)
		c.Hears(`tone("1000/200")`)
		time.Sleep(sec)
		c.Press("#") // nothing was said
		c.Hears(en.NotHeard)
		c.Hears(`tone("1000/200")`)
		time.Sleep(sec)
		speaks(c, 3*sec)
		c.Press("#")
		c.Hears(en.Check)
		c.Press("2")
		c.Hears(`kept("draft-2")`)
		c.Hears(en.Check)
		c.Press("3")
		c.Hears(en.Record)
		c.Hears(`tone("1000/200")`)
		time.Sleep(sec)
		speaks(c, 2*sec)
		c.Press("#")
		c.Hears(en.Check)
		c.Press("1")
		c.Hears(en.IsKept)
		c.Press("1")
		c.Hears(`kept("greeting")`)
		c.Hears(en.Greeting)
		c.Press("2")
		c.Hears(`tone("1000/200")`)
		time.Sleep(sec)
		speaks(c, 4*sec)
		c.Press("#*") // all stays as it was
		c.Hears(en.Greeting)
		c.Press("*")
		c.Hears(en.Main)
	})
	if s := time.Duration(len(b.Sounds[host.Greeting])/2) * sec / host.MailboxRate; (s - 2*sec).Abs() > 400*time.Millisecond {
		t.Errorf("the greeting lasts %v", s)
	}
	enters(t, b, func(c *apptest.Caller) {
		c.Press("33")
		c.Hears(en.IsUsual)
		c.Press("1")
		c.Hears(usual)
	})
	if !t.Failed() && b.State().Recorded {
		t.Error("there is a greeting still")
	}
}

func TestNothingToHear(t *testing.T) {
	b := three()
	b.Messages = nil
	enters(t, b, func(c *apptest.Caller) {
		c.Hears(en.Counted(spoken.Counts{}))
		c.Press("1")
		c.Hears(en.NoNew)
		c.Press("2")
		c.Hears(en.NoSaved)
		for range 3 {
			c.Hears(en.Main)
		}
		c.Hears(en.Bye)
		ends(t, c)
	})
}
