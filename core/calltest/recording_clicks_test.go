package calltest

import (
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/plugins/recorder/recording"
)

// clicks are the moments at which a phone began to click: three packets of its
// tone at each full second, and silence between them.
type clicks struct {
	mu   sync.Mutex
	sent []time.Time
}

// click is how long one lasts, and clickEvery how long it is from one to the next.
const (
	click      = 60 * time.Millisecond
	clickEvery = time.Second
)

// clicking is how a phone speaks that clicks. The network loses what lose says of
// a time since the last full second.
func (k *clicks) clicking(lose func(time.Duration) bool) Manner {
	return Manner{
		Loudness: func(uint32) float64 {
			now := time.Now()
			if now.Sub(now.Truncate(clickEvery)) >= click {
				return 0
			}
			k.mu.Lock()
			defer k.mu.Unlock()
			if n := len(k.sent); n == 0 || now.Sub(k.sent[n-1]) >= clickEvery/2 {
				k.sent = append(k.sent, now)
			}
			return 0.25
		},
		Lose: func(uint16) bool {
			now := time.Now()
			return lose != nil && lose(now.Sub(now.Truncate(clickEvery)))
		},
	}
}

// late is how much later than it was sent each click is on a channel, between two
// moments: times of the file are those of the world.
func (k *clicks) late(x tape, channel int, from, to time.Time) (all []time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, sent := range k.sent {
		if sent.Before(from) || !sent.Before(to) {
			continue
		}
		begin := int(sent.Sub(x.Began).Seconds() * float64(x.Rate))
		window := x.pcm[channel][max(0, begin):min(len(x.pcm[channel]), begin+x.Rate/2)]
		if at := slices.IndexFunc(window, func(v float64) bool { return math.Abs(v) > 0.05 }); at >= 0 {
			all = append(all, time.Duration(float64(at)/float64(x.Rate)*float64(time.Second)))
		}
	}
	return all
}

// channel is the number of the channel that a phone is on.
func (x tape) channel(t *testing.T, p *Phone) int {
	t.Helper()
	n := slices.IndexFunc(x.Channels, func(c recording.Channel) bool { return c.Speaker == p.Number })
	if n < 0 {
		t.Fatalf("%s is on none of the channels %+v", p.Number, x.Channels)
	}
	return n
}

// The channels of a recording are in step with each other: what was said at one
// moment is at one place of the file, within a frame. Neither a hold takes time out
// of a channel, nor lost packets, nor does it matter when a party came.
func TestTheChannelsOfARecordingAreInStep(t *testing.T) {
	Run(t, recordedOffice, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		kept := map[*Phone]*clicks{a: {}, b: {}, c: {}}
		first := a.Dial("102")
		ring := b.Incoming()
		ring.Answer()
		first.Expect("200")
		first.Behave(kept[a].clicking(nil))
		ring.Behave(kept[b].clicking(nil))
		type part struct {
			what     string
			from, to time.Time
			who      []*Phone // who is heard
		}
		var parts []part
		// goes lets the call go on for four clicks, from the middle between two, once
		// what was begun has had a second to take hold.
		goes := func(what string, who ...*Phone) {
			now := time.Now()
			time.Sleep(now.Truncate(clickEvery).Add(2*clickEvery + clickEvery/2).Sub(now))
			from := time.Now()
			time.Sleep(4 * clickEvery)
			parts = append(parts, part{what, from, time.Now(), who})
		}
		goes("two talk", a, b)
		first.Hold()
		goes("101 holds", b)
		first.Resume()
		goes("101 is back", a, b)
		// Every fourth packet is lost, and ten together, but for those of a click.
		ring.Behave(kept[b].clicking(func(at time.Duration) bool {
			return at > 200*time.Millisecond && (at < 400*time.Millisecond || at/(20*time.Millisecond)%4 == 0)
		}))
		goes("packets of 102 are lost", a, b)
		if _, err := w.PBX.Calls.Add(callOf(t, w, "102"), call.Addition{To: "103", For: "101"}, operator); err != nil {
			t.Fatal(err)
		}
		third := c.Incoming()
		third.Answer()
		third.Behave(kept[c].clicking(nil))
		goes("103 came in", a, b, c)
		ring.Hold()
		goes("102 holds", a, c)
		ring.Resume()
		goes("102 is back", a, b, c)
		first.Hangup()
		third.Hangup()
		ring.Expect("BYE")
		time.Sleep(time.Second)

		tapes := w.tapes()
		if len(tapes) != 1 {
			t.Fatalf("%d recordings", len(tapes))
		}
		for _, x := range tapes {
			if len(x.Channels) != 4 || x.Incomplete != "" {
				t.Fatalf("sheet %+v", x.Sheet)
			}
			var all []time.Duration
			for _, p := range parts {
				for _, who := range p.who {
					late := kept[who].late(x, x.channel(t, who), p.from, p.to)
					if len(late) != 4 {
						t.Errorf("%s: of 4 clicks of %s the recording has %d", p.what, who.Number, len(late))
					}
					all = append(all, late...)
				}
			}
			// A frame; and a click is seen a little after its beginning.
			if off := slices.Max(all) - slices.Min(all); off > 21*time.Millisecond {
				t.Errorf("what was said at once lies up to %v apart", off)
			}
		}
	})
}
