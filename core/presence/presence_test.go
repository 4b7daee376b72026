package presence

import (
	"sync"
	"testing"
)

func look(t *testing.T, b *Board, number string, want ...Phase) *Snapshot {
	t.Helper()
	s := b.Now(Entity{Kind: Extension, Name: number})
	if len(s.Dialogs) != len(want) {
		t.Fatalf("%s has %d dialogs, want %d: %+v", number, len(s.Dialogs), len(want), s.Dialogs)
	}
	for i, d := range s.Dialogs {
		if d.Phase != want[i] {
			t.Errorf("%s: dialog %d is %s, want %s", number, i, d.Phase, want[i])
		}
	}
	return s
}

// Only who watches what changed is woken, and only if something did.
func TestOnlyWatchersOfTheChangedAreWoken(t *testing.T) {
	var b Board
	woken := map[string]int{}
	watch := func(number string) *Watch {
		return b.Watch(Entity{Kind: Extension, Name: number}, func() { woken[number]++ })
	}
	one, two := watch("101"), watch("102")
	ring := Dialog{ID: "a", Phase: Early}
	b.Dialog("101", ring)
	b.Dialog("101", ring)
	b.Reachable("101", false)
	b.Dialog("101", Dialog{ID: "z", Phase: Terminated})
	if woken["101"] != 1 || woken["102"] != 0 {
		t.Errorf("woken: %v", woken)
	}
	if got := one.Now(); got != b.Now(Entity{Kind: Extension, Name: "101"}) || len(got.Changed) != 1 || got.Before == got.Number {
		t.Errorf("%+v", got)
	}
	one.Stop()
	b.DoNotDisturb("101", true)
	b.Messages("office", "*97", Counts{New: 1})
	if woken["101"] != 1 {
		t.Errorf("woken after the end of the watch: %v", woken)
	}
	two.Stop()
}

// What rings and can be picked up comes first; snapshots that were handed out do
// not change.
func TestDialogsInOrder(t *testing.T) {
	var b Board
	for _, d := range []Dialog{{ID: "a", Phase: Confirmed}, {ID: "b", Phase: Trying, Initiator: true}, {ID: "c", Phase: Early}} {
		b.Dialog("101", d)
	}
	before := look(t, &b, "101", Early, Confirmed, Trying)
	if !before.Talking() || !before.Ringing() {
		t.Errorf("%+v", before)
	}
	b.Dialog("101", Dialog{ID: "c", Phase: Confirmed})
	b.Dialog("101", Dialog{ID: "a", Phase: Terminated})
	look(t, &b, "101", Confirmed, Trying)
	if before.Dialogs[0].Phase != Early || before.Dialogs[1].ID != "a" {
		t.Errorf("a snapshot has changed: %+v", before.Dialogs)
	}
}

// Nothing is kept of what is as it was at first and that nobody watches.
func TestNothingIsLeft(t *testing.T) {
	var b Board
	slot := Entity{Kind: Slot, Name: "71"}
	w := b.Watch(slot, func() {})
	b.Lamp(slot, true, Party{Number: "101"})
	b.Lamp(slot, true, Party{Number: "102"})
	if s := b.Now(slot); len(s.Dialogs) != 1 || s.Dialogs[0].Remote.Number != "102" || !s.Reachable {
		t.Errorf("%+v", s)
	}
	b.Lamp(slot, false, Party{})
	if c := b.Now(slot).Changed; len(c) != 1 || c[0].Phase != Terminated {
		t.Errorf("%+v", c)
	}
	w.Stop()
	b.Dialog("101", Dialog{ID: "a", Phase: Early})
	b.Dialog("101", Dialog{ID: "a", Phase: Terminated})
	b.Reachable("102", true)
	b.Reachable("102", false)
	b.Lamp(slot, false, Party{})
	if len(b.things) != 0 {
		t.Errorf("%d entities are left", len(b.things))
	}
}

// Many tell and watch at once; what is made of a snapshot is made once.
func TestAtOnce(t *testing.T) {
	var b Board
	var wg sync.WaitGroup
	e := Entity{Kind: Extension, Name: "101"}
	made := 0
	for i := range 8 {
		wg.Go(func() {
			for range 200 {
				w := b.Watch(e, func() {})
				b.Dialog("101", Dialog{ID: string(rune('a' + i)), Phase: Early})
				b.Dialog("101", Dialog{ID: string(rune('a' + i)), Phase: Terminated})
				w.Now().Once("x", func() any { return 1 })
				w.Stop()
			}
		})
	}
	wg.Wait()
	s := look(t, &b, "101")
	for range 3 {
		s.Once("y", func() any { made++; return made })
	}
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}
