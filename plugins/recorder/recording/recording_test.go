package recording

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/tool"
)

// desk is a recorder at work on a directory, and the core that it asks.
type desk struct {
	*Recorder
	t    *testing.T
	dir  string
	stop func()

	mu    sync.Mutex
	said  []archive.Recording
	gone  []string
	words []string
	tick  uint64
}

func (d *desk) Recordings() string { return d.dir }
func (d *desk) Recording(_ context.Context, r archive.Recording) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.said = append(d.said, r)
	return nil
}
func (d *desk) RecordingGone(_ context.Context, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gone = append(d.gone, id)
	return nil
}

func (d *desk) Utterance(context.Context, archive.Utterance) error {
	d.t.Error("a recorder writes nothing down")
	return nil
}

func newDesk(t *testing.T, dir string, config map[string]any, free func() (uint64, error)) *desk {
	t.Helper()
	d := &desk{Recorder: New(), t: t, dir: dir, tick: 1000}
	d.Free = free
	if free == nil {
		d.Free = func() (uint64, error) { return 1 << 40, nil }
	}
	if err := d.Configure(config); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx, d)
	}()
	d.stop = func() { cancel(); <-done }
	return d
}

// taped is a call that is recorded.
type taped struct {
	d       *desk
	session tool.Session
	feeds   map[string]*tool.Feed
	levels  map[string]float32
	err     error
	done    sync.WaitGroup
}

func (d *desk) attach(call string, resumed bool) *taped {
	d.t.Helper()
	c := tool.Call{
		Attachment: call + "/record/0", Tool: "record", ID: call, From: "101", To: "102", Route: "r",
		Tick: d.tick, At: time.Now(), Started: time.Now(), Resumed: resumed,
	}
	s, err := d.Attach(d.t.Context(), c, func(e tool.Event) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.words = append(d.words, e.Text)
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return &taped{d: d, session: s, feeds: map[string]*tool.Feed{}, levels: map[string]float32{}}
}

// joins has a party come, that says a level from now on; 0 is silence.
func (c *taped) joins(leg string, level float32) {
	src, feed, err := tool.NewSource(c.d.Rate(), tool.Call{}, tool.Speaker{Leg: leg, Kind: "extension", Number: strings.TrimPrefix(leg, "leg"), Since: time.Now().Add(time.Duration(len(c.feeds)))}, c.d.tick+1)
	if err != nil {
		c.d.t.Fatal(err)
	}
	c.feeds[leg], c.levels[leg] = feed, level
	c.done.Go(func() {
		if err := c.session.Listen(context.Background(), src); err != nil {
			c.err = err
		}
	})
}

func (c *taped) leaves(leg string) {
	c.feeds[leg].End()
	delete(c.feeds, leg)
}

// ticks lets n ticks go by.
func (c *taped) ticks(n int) {
	for range n {
		c.d.tick++
		for leg, feed := range c.feeds {
			var f *audio.Frame
			if l := c.levels[leg]; l != 0 {
				f = new(audio.Frame)
				for i := range f {
					f[i] = l
				}
			}
			feed.Put(c.d.tick, f)
		}
		time.Sleep(audio.Tick)
		synctest.Wait()
	}
}

func (c *taped) ends() {
	for leg := range c.feeds {
		c.leaves(leg)
	}
	c.done.Wait()
	if err := c.session.Close(context.Background()); err != nil {
		c.d.t.Error(err)
	}
	synctest.Wait()
	time.Sleep(time.Second)
	synctest.Wait()
}

// sheet reads what stands beside a recording.
func (d *desk) sheet(id string) (s Sheet) {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.dir, id+".json"))
	if err != nil {
		d.t.Fatal(err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		d.t.Fatal(err)
	}
	return s
}

// levels are those of each channel of a WAV in the middle of each tick.
func (d *desk) channels(s Sheet) [][]float32 {
	d.t.Helper()
	b, err := os.ReadFile(filepath.Join(d.dir, s.File))
	if err != nil {
		d.t.Fatal(err)
	}
	wide := int(binary.LittleEndian.Uint16(b[22:]))
	if wide != len(s.Channels) || len(b)-44 != int(binary.LittleEndian.Uint32(b[40:])) {
		d.t.Fatalf("%d channels, %d octets; the sheet says %d, the header %d", wide, len(b)-44, len(s.Channels), binary.LittleEndian.Uint32(b[40:]))
	}
	out := make([][]float32, wide)
	n := s.Rate / 50
	for at := n / 2; 44+(at+1)*wide*2 <= len(b); at += n {
		for c := range wide {
			v := int16(binary.LittleEndian.Uint16(b[44+(at*wide+c)*2:]))
			out[c] = append(out[c], float32(math.Round(float64(v)/327.68))/100)
		}
	}
	return out
}

// runs writes levels as "0.25×10 0×5".
func runs(levels []float32) string {
	var words []string
	for i := 0; i < len(levels); {
		j := i
		for j < len(levels) && levels[j] == levels[i] {
			j++
		}
		words = append(words, fmt.Sprintf("%g×%d", levels[i], j-i))
		i = j
	}
	return strings.Join(words, " ")
}

func (d *desk) want(id string, channels ...string) Sheet {
	d.t.Helper()
	s := d.sheet(id)
	for i, c := range d.channels(s) {
		got := s.Channels[i].Speaker + ": " + runs(c)
		if i >= len(channels) || got != channels[i] {
			d.t.Errorf("channel %d\n got %s\nwant %v", i, got, channels)
		}
	}
	return s
}

// Each party has a channel of its own, in its place, whoever joins, is quiet,
// leaves or was not heard in between.
func TestEachPartyInItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil, nil)
		defer d.stop()
		c := d.attach("c1", false)
		c.joins("leg101", 0.25)
		c.ticks(100)
		c.joins("leg102", 0.5)
		c.ticks(50)
		c.levels["leg101"] = 0 // on hold
		c.ticks(60)
		c.levels["leg101"] = 0.25
		c.ticks(10)
		c.feeds["leg102"].Miss(7)
		d.tick += 7
		c.ticks(23)
		c.leaves("leg102")
		c.joins("leg103", -0.25)
		c.ticks(30)
		c.ends()
		s := d.want("c1",
			"101: 0.25×150 0×60 0.25×10 0×7 0.25×53",
			"102: 0×100 0.5×120 0×7 0.5×23 0×30",
			"103: 0×250 -0.25×30",
			"mixed: 0.25×100 0.75×50 0.5×60 0.75×10 0×7 0.75×23 0×30")
		if s.Seconds != 5.6 || s.Rate != 16000 || s.Missed != 7 || !strings.Contains(s.Incomplete, "7 frames") || s.From != "101" || s.Call != "c1" {
			t.Errorf("sheet %+v", s)
		}
		if s.Channels[1].Until.Sub(s.Began) != 5*time.Second || s.Channels[2].Until != s.Ended || s.Channels[3].Until != s.Ended {
			t.Errorf("until %v, %v, %v", s.Channels[1].Until, s.Channels[2].Until, s.Channels[3].Until)
		}
		if s.Channels[1].Since.Sub(s.Began) != 2*time.Second || s.Ended.Sub(s.Began) != 5600*time.Millisecond {
			t.Errorf("times %v, %v, %v", s.Began, s.Channels[1].Since, s.Ended)
		}
		if len(d.said) != 2 || d.said[0].ID != "c1" || !d.said[0].Ended.IsZero() || d.said[1].File != "c1.wav" || d.said[1].Lasts != 5600*time.Millisecond ||
			!slices.Equal(d.said[1].Channels, []string{"101", "102", "103", "mixed"}) || d.said[1].Bytes != 44+280*320*2*4 {
			t.Errorf("told %+v", d.said)
		}
		if !slices.Equal(d.words, []string{"recording"}) {
			t.Errorf("told %q", d.words)
		}
		files, err := os.ReadDir(d.dir)
		if err != nil || len(files) != 2 {
			t.Errorf("left %v, %v", files, err)
		}
		for _, f := range files {
			if i, _ := f.Info(); i.Mode() != 0o600 {
				t.Errorf("%s has the mode %v", f.Name(), i.Mode())
			}
		}
	})
}

// What is paused is silent, from the moment on at which it was asked for; also if
// the process ends while it is.
func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), map[string]any{"mixed": false}, nil)
		c := d.attach("c1", false)
		c.joins("leg101", 0.25)
		c.ticks(40)
		wish := func(verb string) {
			t.Helper()
			if err := c.session.(tool.Controlled).Control(t.Context(), verb); err != nil {
				t.Error(err)
			}
		}
		wish(tool.Pause)
		wish(tool.Pause)
		c.ticks(33)
		wish(tool.Resume)
		wish(tool.Resume)
		c.ticks(20)
		wish(tool.Pause)
		c.ticks(10)
		if err := c.session.(tool.Controlled).Control(t.Context(), "sing"); err == nil {
			t.Error("a recorder sings")
		}
		d.dies(c)

		d = newDesk(t, d.dir, map[string]any{"mixed": false}, nil)
		defer d.stop()
		d.tick = 1000 + 40 + 33 + 20 + 10 + 25
		c = d.attach("c1", true)
		c.joins("leg101", 0.25)
		c.ticks(30)
		wish(tool.Resume)
		c.ticks(5)
		c.ends()
		s := d.want("c1", "101: 0.25×40 0×33 0.25×20 0×65 0.25×5")
		if len(s.Pauses) != 2 || s.Pauses[0] != (Span{0.8, 1.46}) || s.Pauses[1] != (Span{1.86, 3.16}) {
			t.Errorf("pauses %+v", s.Pauses)
		}
		if !slices.Equal(d.words, []string{"paused", "recording"}) {
			t.Errorf("told %q", d.words)
		}
	})
}

// dies is the end of a recorder's process in the middle of a call: what was not
// written yet is lost.
func (d *desk) dies(c *taped) {
	d.t.Helper()
	s := c.session.(*session)
	before := d.snapshot()
	for leg := range c.feeds { // the goroutines end, and what they write after that does not count
		c.leaves(leg)
	}
	c.done.Wait()
	d.restore(before)
	if err := s.journal.close(); err != nil {
		d.t.Fatal(err)
	}
	s.dir.Close()
	d.stop()
}

func (d *desk) snapshot() map[string][]byte {
	files := map[string][]byte{}
	err := filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return files
}

func (d *desk) restore(files map[string][]byte) {
	for path, b := range files {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			d.t.Fatal(err)
		}
	}
}

// The process is killed: the next one goes on, and what was said meanwhile is
// silence in its place.
func TestAnotherProcessGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil, nil)
		c := d.attach("c1", false)
		c.joins("leg101", 0.25)
		c.joins("leg102", 0.5)
		c.ticks(200)
		d.dies(c)
		d = newDesk(t, d.dir, nil, nil)
		defer d.stop()
		d.tick = 1000 + 200 + 10
		c = d.attach("c1", true)
		c.joins("leg101", 0.25)
		c.joins("leg102", 0.5)
		time.Sleep(2 * orphaned) // nobody else may finish it
		c.ticks(100)
		c.ends()
		s := d.sheet("c1")
		levels := map[string]float32{"101": 0.25, "102": 0.5, "mixed": 0.75}
		for i := range 3 {
			level := levels[s.Channels[i].Speaker]
			got := d.channels(s)[i]
			if len(got) != 310 || slices.Contains(got[:145], 0) || slices.ContainsFunc(got[200:210], func(v float32) bool { return v != 0 }) || slices.Contains(got[210:], 0) || got[309] != level {
				t.Errorf("%s: %s", s.Channels[i].Speaker, runs(got))
			}
		}
		if !strings.Contains(s.Incomplete, "started again") {
			t.Errorf("incomplete: %q", s.Incomplete)
		}
	})
}

// A recording that nobody goes on with is finished, wherever its files were cut
// off: what is there is in its place, and the file is valid.
func TestWhatACrashLeavesIsFinished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil, nil)
		c := d.attach("c1", false)
		c.joins("leg101", 0.25)
		c.joins("leg102", 0.5)
		c.ticks(150)
		d.dies(c)
		all := d.snapshot()
		tried := 0
		for path, b := range all {
			for cut := 0; cut <= len(b); cut += 1 + cut/5 + len(b)/90 {
				tried++
				dir := t.TempDir()
				d := &desk{t: t, dir: dir}
				if err := os.Mkdir(filepath.Join(dir, "c1.part"), 0o700); err != nil {
					t.Fatal(err)
				}
				for p, content := range all {
					if p == path {
						content = content[:cut]
					}
					d.restore(map[string][]byte{filepath.Join(dir, "c1.part", filepath.Base(p)): content})
				}
				d2 := newDesk(t, dir, nil, nil)
				time.Sleep(orphaned + time.Second)
				synctest.Wait()
				d2.stop()
				if _, err := os.Stat(filepath.Join(dir, "c1.json")); err != nil {
					if filepath.Base(path) == journalName { // of a journal without its first line nothing is known
						continue
					}
					t.Fatalf("%s cut at %d of %d: not finished", filepath.Base(path), cut, len(b))
				}
				s := d2.sheet("c1")
				for i, ch := range d2.channels(s) {
					for _, v := range ch {
						if want := []float32{0.25, 0.5, 0.75}; s.Channels[i].Speaker != "mixed" && v != 0 && !slices.Contains(want, v) {
							t.Fatalf("%s cut at %d: %s has %s", filepath.Base(path), cut, s.Channels[i].Speaker, runs(ch))
						}
					}
				}
				if !strings.Contains(s.Incomplete, "ended before the call") {
					t.Errorf("incomplete: %q", s.Incomplete)
				}
			}
		}
		if tried < 50 {
			t.Errorf("only %d places were tried", tried)
		}
	})
}

// Formats hold the same, and a call that nobody answers leaves nothing.
func TestFormats(t *testing.T) {
	for _, format := range []string{"wav", "flac", "opus"} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t, t.TempDir(), map[string]any{"format": format, "rate": 8000.}, nil)
			defer d.stop()
			nobody := d.attach("c0", false)
			nobody.ends()
			c := d.attach("c1", false)
			c.joins("leg101", 0.25)
			c.ticks(100)
			c.ends()
			s := d.sheet("c1")
			b, err := os.ReadFile(filepath.Join(d.dir, "c1."+format))
			if err != nil || s.Format != format || s.Rate != 8000 || s.Seconds != 2 || !strings.HasPrefix(string(b), map[string]string{"wav": "RIFF", "flac": "fLaC", "opus": "OggS"}[format]) {
				t.Errorf("%s: %+v, %v, %.8q", format, s, err, b)
			}
			if files, _ := os.ReadDir(d.dir); len(files) != 2 {
				t.Errorf("left %v", files)
			}
		})
	}
}

// A disk that is nearly full stops recordings, and says so; when there is room
// again the next ones are made.
func TestADiskThatIsNearlyFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		room := uint64(501 << 20)
		set := func(n uint64) { mu.Lock(); room = n; mu.Unlock() }
		d := newDesk(t, t.TempDir(), nil, func() (uint64, error) { mu.Lock(); defer mu.Unlock(); return room, nil })
		defer d.stop()
		c := d.attach("c1", false)
		c.joins("leg101", 0.25)
		c.ticks(50)
		set(499 << 20)
		time.Sleep(diskEvery)
		synctest.Wait()
		const why = "the disk has 499 MB free, and a recording needs 500 (min_free_mb)"
		if !slices.Equal(d.words, []string{"recording", why}) {
			t.Errorf("told %q", d.words)
		}
		if _, err := d.Attach(t.Context(), tool.Call{ID: "c2"}, nil); err == nil || err.Error() != why {
			t.Errorf("attached: %v", err)
		}
		c.ends()
		if s := d.want("c1", "101: 0.25×50", "mixed: 0.25×50"); s.Incomplete != why {
			t.Errorf("incomplete: %q", s.Incomplete)
		}
		set(501 << 20)
		time.Sleep(diskEvery)
		synctest.Wait()
		if _, err := d.Attach(t.Context(), tool.Call{ID: "c3"}, nil); err != nil {
			t.Error(err)
		}
	})
}

func TestKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), map[string]any{"keep": "2d"}, nil)
		defer d.stop()
		for _, id := range []string{"c1", "c2"} {
			c := d.attach(id, false)
			c.joins("leg101", 0.25)
			c.ticks(10)
			c.ends()
			time.Sleep(30 * time.Hour)
		}
		synctest.Wait()
		files, _ := os.ReadDir(d.dir)
		if len(files) != 2 || files[0].Name() != "c2.json" || !slices.Equal(d.gone, []string{"c1"}) {
			t.Errorf("left %v, gone %q", files, d.gone)
		}
	})
}

// No name leads out of the directory, and none is taken twice.
func TestNames(t *testing.T) {
	for id, want := range map[string]string{
		"5f0c-a_1.x": "5f0c-a_1.x", "../../etc/passwd": "_.._etc_passwd", "a/b": "a_b", ".hidden": "hidden", "": "call", "...": "call",
		"a\x00b\nü": "a_b__", strings.Repeat("x", 300): strings.Repeat("x", 100),
	} {
		if got := clean(id); got != want {
			t.Errorf("%q is called %q, want %q", id, got, want)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, t.TempDir(), nil, nil)
		defer d.stop()
		for range 3 {
			c := d.attach("../x", false)
			c.joins("leg101", 0.25)
			c.ticks(2)
			c.ends()
		}
		names, _ := fs.Glob(os.DirFS(d.dir), "*.wav")
		if want := []string{"_x-2.wav", "_x-3.wav", "_x.wav"}; !slices.Equal(names, want) {
			t.Errorf("recorded as %q", names)
		}
	})
}

func TestConfigure(t *testing.T) {
	for _, bad := range []map[string]any{
		{"format": "mp3"}, {"rate": 44100.}, {"keep": "soon"}, {"keep": "-1d"}, {"min_free_mb": -1.},
	} {
		if err := New().Configure(bad); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
	c, err := parse(map[string]any{"format": "flac", "rate": 48000., "mixed": false, "keep": "90d", "min_free_mb": 10.})
	if want := (Config{"flac", 48000, false, 90 * 24 * time.Hour, 10 << 20}); err != nil || c != want {
		t.Errorf("%+v, %v", c, err)
	}
}
