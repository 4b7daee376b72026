package call

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/dialplan"
)

// music is a sound for hold that is a constant, such as "0.125".
func music(level string) *dialplan.Prompt { return &dialplan.Prompt{Tone: level} }

// hear checks what the parties hear, after what has happened has come through.
func (b *bed) hear(when string, want map[*phone]float32) {
	b.t.Helper()
	b.after(0)
	b.rooms.step(3)
	for p, w := range want {
		if got := p.hears(); !near(got, w) {
			b.t.Errorf("%s: %s hears %v, want %v", when, p.label, got, w)
		}
	}
}

// talking is a call from anna to ben that is up.
func (b *bed) talking() (anna, other *phone) {
	b.to["102"] = to(ben)
	b.devices["ben"] = []script{{answers(sec)}}
	anna = b.calls("anna", "102")
	b.after(2 * sec)
	other = b.legs[len(b.legs)-1]
	anna.says(0.25)
	other.says(0.5)
	return anna, other
}

func TestWhoIsHeldHearsMusic(t *testing.T) {
	within(t, func(b *bed) {
		b.music = music("0.125")
		anna, other := b.talking()
		b.hear("before", map[*phone]float32{anna: 0.5, other: 0.25})
		other.holds(true)
		b.hear("ben holds", map[*phone]float32{anna: 0.125, other: 0})
		anna.holds(true)
		b.hear("both hold", map[*phone]float32{anna: 0, other: 0})
		other.holds(false)
		b.hear("anna alone holds", map[*phone]float32{anna: 0, other: 0.125})
		anna.holds(false)
		b.hear("back", map[*phone]float32{anna: 0.5, other: 0.25})
		other.holds(true)
		b.after(0)
		anna.hangsUp() // in the middle of it
		b.after(sec)
	})
}

func TestWhoseMusicItIs(t *testing.T) {
	for _, tt := range []struct {
		name              string
		site, own, trunks *dialplan.Prompt
		extension, trunk  float32 // what each hears when the other holds
	}{
		{"nobody says anything, and nothing is bundled", nil, nil, nil, 0, 0},
		{"the site's", music("0.125"), nil, nil, 0.125, 0.125},
		{"the trunk's is for who calls over it", music("0.125"), nil, music("0.0625"), 0.125, 0.0625},
		{"who holds goes before", music("0.125"), music("0.03125"), music("0.0625"), 0.125, 0.03125},
		{"none is silence", music("0.125"), music(""), music("0.0625"), 0.125, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			within(t, func(b *bed) {
				b.music = tt.site
				b.to["1"] = to(&dialplan.Trunk{Name: "out", Media: dialplan.Media{Music: tt.trunks}})
				b.extension = &dialplan.Extension{Name: "anna", Media: dialplan.Media{Music: tt.own}}
				b.devices["out"] = []script{{answers(sec)}}
				anna := b.calls("anna", "1")
				b.after(2 * sec)
				out := b.legs[1]
				anna.holds(true)
				b.hear("anna holds", map[*phone]float32{out: tt.trunk, anna: 0})
				anna.holds(false)
				b.after(0)
				out.holds(true)
				b.hear("the trunk's far side holds", map[*phone]float32{anna: tt.extension, out: 0})
			})
		})
	}
}

func TestATrunksOwnMusicGoesBefore(t *testing.T) {
	within(t, func(b *bed) {
		b.music = music("0.125")
		b.to["1"] = to(&dialplan.Trunk{Name: "out"})
		b.devices["out"] = []script{{answers(sec)}}
		anna := b.calls("anna", "1")
		b.after(2 * sec)
		out := b.legs[1]
		anna.says(0.25)
		out.holds(true) // with a=sendonly, and says something
		out.says(0.5)
		b.hear("it plays its own", map[*phone]float32{anna: 0.5, out: 0})
		out.says(0)
		b.hear("a pause in it", map[*phone]float32{anna: 0})
		b.rooms.step(holdOwn)
		b.hear("it is silent", map[*phone]float32{anna: 0.125})
		out.holds(false)
		b.hear("back", map[*phone]float32{anna: 0, out: 0.25})
	})
}

func TestHoldAndMuteByTheOperator(t *testing.T) {
	within(t, func(b *bed) {
		b.music = music("0.125")
		anna, other := b.talking()
		do := func(what string, err error, refused bool) {
			t.Helper()
			if (err != nil) != refused {
				t.Errorf("%s: %v", what, err)
			}
		}
		do("hold", b.sw.Hold(anna.call, "ben", operator), false)
		b.hear("ben holds", map[*phone]float32{anna: 0.125, other: 0})
		if i, _ := b.sw.Call(anna.call); !i.Legs[1].Held || i.Legs[0].Held {
			t.Errorf("shown as %+v", i.Legs)
		}
		do("hold twice", b.sw.Hold(anna.call, "ben", operator), true)
		do("resume", b.sw.Resume(anna.call, other.id, operator), false)
		do("resume twice", b.sw.Resume(anna.call, other.id, operator), true)
		b.hear("back", map[*phone]float32{anna: 0.5, other: 0.25})

		do("hold", b.sw.Hold(anna.call, "ben", operator), false)
		other.holds(true)
		b.after(0)
		do("resume for a phone", b.sw.Resume(anna.call, "ben", operator), true)
		other.holds(false) // its own key does both
		b.hear("back by its key", map[*phone]float32{anna: 0.5, other: 0.25})

		do("mute", b.sw.Mute(anna.call, "anna", true, operator), false)
		b.hear("anna is muted", map[*phone]float32{anna: 0.5, other: 0})
		if i, _ := b.sw.Call(anna.call); !i.Legs[0].Muted {
			t.Errorf("shown as %+v", i.Legs)
		}
		do("mute twice", b.sw.Mute(anna.call, "anna", true, operator), true)
		do("unmute", b.sw.Mute(anna.call, "anna", false, operator), false)
		b.hear("unmuted", map[*phone]float32{anna: 0.5, other: 0.25})
		do("nobody", b.sw.Mute(anna.call, "cem", true, operator), true)
		do("no call", b.sw.Mute("x", "cem", true, operator), true)
		want := []string{
			"hold ben, by operator admin", "resume ben, by operator admin", "hold ben, by operator admin",
			"hold ben, by ben", "resume ben, by ben", "mute anna, by operator admin", "unmute anna, by operator admin",
		}
		if d := cmp.Diff(want, b.acts()); d != "" {
			t.Errorf("acts (- want, + got):\n%s", d)
		}
	})
}

func TestHoldInAConferenceSilencesOneselfOnly(t *testing.T) {
	within(t, func(b *bed) {
		b.music = music("0.125")
		b.to["800"] = to(&dialplan.Conference{Name: "daily"})
		anna, cem, dora := b.calls("anna", "800"), b.calls("cem", "800"), b.calls("dora", "800")
		b.after(sec)
		anna.says(0.25)
		cem.says(0.125)
		dora.says(0.0625)
		b.hear("before", map[*phone]float32{anna: 0.1875, cem: 0.3125, dora: 0.375})
		anna.holds(true)
		b.hear("anna holds", map[*phone]float32{anna: 0, cem: 0.0625, dora: 0.125})
		cem.holds(true)
		b.hear("cem, too", map[*phone]float32{anna: 0, cem: 0, dora: 0})
		anna.holds(false)
		cem.holds(false)
		b.hear("back", map[*phone]float32{anna: 0.1875, cem: 0.3125, dora: 0.375})
	})
}
