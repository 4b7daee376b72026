package transcribing

import (
	"context"
	"errors"
	"fmt"
	"os"
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

// desk is a transcriber at work with engines of a test, and the core that it tells.
type desk struct {
	*Transcriber
	t    *testing.T
	stop func()
	tick uint64
	at   time.Time // the tick before the first

	mu       sync.Mutex
	partials []archive.Utterance
	finals   []archive.Utterance
	words    []string // what the tool says that it does

	slow    float64 // how long an engine takes for a second of sound, in seconds
	crashes int     // how often an engine will end in the middle of an utterance
	hangs   int     // how often it will not answer
	missing error   // why it does not start
	opened  int
	open    int
}

func (d *desk) Recordings() string                                 { return "" }
func (d *desk) Recording(context.Context, archive.Recording) error { return nil }
func (d *desk) RecordingGone(context.Context, string) error        { return nil }
func (d *desk) Utterance(_ context.Context, u archive.Utterance) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if u.Final {
		d.finals = append(d.finals, u)
	} else {
		d.partials = append(d.partials, u)
	}
	return nil
}

// written is a copy of what was written down so far.
func (d *desk) written() []archive.Utterance {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.finals)
}

// ear is an engine that understands levels: "25 25 25" is a second and a half at
// a quarter of full scale.
type ear struct {
	d     *desk
	heard []int16
}

func (d *desk) start(context.Context) (Engine, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.missing != nil {
		return nil, d.missing
	}
	d.opened++
	d.open++
	return &ear{d: d}, nil
}

func (e *ear) Close() {
	e.d.mu.Lock()
	defer e.d.mu.Unlock()
	e.d.open--
}

func (e *ear) Hear(ctx context.Context, pcm []int16) (string, error) {
	e.heard = append(e.heard, pcm...)
	e.d.mu.Lock()
	work := time.Duration(e.d.slow * float64(len(pcm)) / Rate * float64(time.Second))
	crash, hang := false, false
	if len(e.heard) > Rate/2 {
		if crash = e.d.crashes > 0; crash {
			e.d.crashes--
		} else if hang = e.d.hangs > 0; hang {
			e.d.hangs--
		}
	}
	e.d.mu.Unlock()
	if crash {
		return "", errors.New("signal: killed")
	}
	if hang {
		<-ctx.Done()
		return "", ctx.Err()
	}
	time.Sleep(work)
	return e.text(), nil
}

func (e *ear) End(context.Context) (string, error) {
	text := e.text()
	e.heard = nil
	return text, nil
}

func (e *ear) text() string {
	var words []string
	for half := range slices.Chunk(e.heard, Rate/2) {
		loudest := slices.Max(half)
		if n := (int(loudest)*100/32768 + 12) / 25 * 25; n > 0 { // beyond what a step swings over
			words = append(words, fmt.Sprint(n))
		}
	}
	return strings.Join(words, " ")
}

func newDesk(t *testing.T, config map[string]any) *desk {
	t.Helper()
	d := &desk{Transcriber: New(), t: t, tick: 1000, at: time.Now()}
	d.Open = d.start
	if err := d.Configure(config); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx, d)
	}()
	d.stop = func() {
		cancel()
		<-done
		if d.open != 0 {
			t.Errorf("%d engines are left", d.open)
		}
	}
	synctest.Wait()
	return d
}

// heard is a call that is transcribed.
type heard struct {
	d       *desk
	session tool.Session
	feeds   map[string]*tool.Feed
	levels  map[string]float32
	done    sync.WaitGroup
}

func (d *desk) attach(call string) *heard {
	d.t.Helper()
	c := tool.Call{Attachment: call + "/transcript/0", Tool: "transcript", ID: call, Tick: 1000, At: d.at}
	s, err := d.Attach(d.t.Context(), c, func(e tool.Event) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.words = append(d.words, e.Text)
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return &heard{d: d, session: s, feeds: map[string]*tool.Feed{}, levels: map[string]float32{}}
}

func (c *heard) joins(number string) {
	src, feed, err := tool.NewSource(Rate, tool.Call{}, tool.Speaker{Leg: "leg" + number, Number: number, Name: "n" + number}, c.d.tick+1)
	if err != nil {
		c.d.t.Fatal(err)
	}
	c.feeds[number] = feed
	c.done.Go(func() {
		if err := c.session.Listen(context.Background(), src); err != nil {
			c.d.t.Error(err)
		}
	})
}

// says has parties speak, each at its level, for some ticks; the others are quiet.
func (c *heard) says(ticks int, levels map[string]float32) {
	for range ticks {
		c.d.tick++
		for number, feed := range c.feeds {
			var f *audio.Frame
			if l := levels[number]; l != 0 {
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

func (c *heard) hangup() {
	for _, f := range c.feeds {
		f.End()
	}
	c.done.Wait()
	if err := c.session.Close(context.Background()); err != nil {
		c.d.t.Error(err)
	}
	synctest.Wait()
}

// said writes an utterance as "101 from 0.2 to 1.5: 25 25".
func (d *desk) said(u archive.Utterance) string {
	what := u.Text
	if u.Missing != "" {
		what = "missing, " + u.Missing
	}
	return fmt.Sprintf("%s %s from %.1f to %.1f: %s", u.Call, u.Number, u.Began.Sub(d.at).Seconds(), u.Ended.Sub(d.at).Seconds(), what)
}

func (d *desk) want(lines ...string) {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	var got []string
	for _, u := range d.finals {
		got = append(got, d.said(u))
	}
	if !slices.Equal(got, lines) {
		d.t.Errorf("written down:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(lines, "\n"))
	}
}

// Two parties speak at once and in turn: each has its own texts, with its times,
// first as they come and then as they stay.
func TestEachSpeakerApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, nil)
		defer d.stop()
		c := d.attach("c1")
		c.joins("101")
		c.joins("102")
		c.says(50, nil)
		c.says(100, map[string]float32{"101": 0.25})
		c.says(50, map[string]float32{"101": 0.25, "102": 0.5})
		c.says(20, map[string]float32{"102": 0.5}) // 101 is quiet for long enough
		c.says(80, map[string]float32{"102": 0.5})
		c.says(60, nil)
		c.says(25, map[string]float32{"101": 0.75})
		c.says(60, nil)
		d.want(
			"c1 101 from 0.7 to 4.7: 25 25 25 25 25 25 25",
			"c1 102 from 2.7 to 6.7: 50 50 50 50 50 50 50",
			"c1 101 from 6.9 to 8.4: 75 75")
		c.hangup()
		seen := ""
		for _, u := range d.partials {
			if u.Number == "102" {
				if u.Final || !u.Ended.IsZero() || u.Began.Sub(d.at).Round(100*time.Millisecond) != 2700*time.Millisecond || u.Lag > time.Second {
					t.Errorf("partial %+v", u)
				}
				if !strings.HasPrefix(u.Text, seen) || u.Text == seen {
					t.Errorf("%q after %q", u.Text, seen)
				}
				seen = u.Text
			}
		}
		if seen == "" {
			t.Error("nothing was told while somebody spoke")
		}
		if u := d.finals[0]; u.Leg != "leg101" || u.Name != "n101" || u.Lag > time.Second {
			t.Errorf("final %+v", u)
		}
		if !slices.Equal(d.words, []string{"transcribing"}) {
			t.Errorf("told %q", d.words)
		}
	})
}

// A slow engine: texts come late, and people are told; what would come later than
// max_lag is left out as a whole, and said to be missing. The others come whole.
func TestASlowEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, map[string]any{"engines": 1.0, "max_lag": "6s"})
		defer d.stop()
		d.slow = 2.5
		c := d.attach("c1")
		c.joins("101")
		c.joins("102")
		for range 4 {
			c.says(100, map[string]float32{"101": 0.25, "102": 0.5})
			c.says(50, nil)
		}
		d.mu.Lock()
		d.slow = 0.1
		d.mu.Unlock()
		c.says(1000, nil)
		c.hangup()
		missing, whole := 0, 0
		for _, u := range d.finals {
			switch {
			case u.Missing == "" && strings.Count(u.Text, map[string]string{"101": "25", "102": "50"}[u.Number]) >= 4 && u.Lag < 10*time.Second:
				whole++
			case strings.Contains(u.Missing, "max_lag") && u.Text == "":
				missing++
			default:
				t.Errorf("%s, %v late", d.said(u), u.Lag)
			}
		}
		if missing+whole != 8 || missing == 0 || whole == 0 {
			t.Errorf("%d are missing, %d whole", missing, whole)
		}
		if !slices.Equal(d.words, []string{"transcribing", "lagging", "transcribing"}) {
			t.Errorf("told %q", d.words)
		}
	})
}

// An engine so slow that it never keeps up with one who speaks without a pause
// lets that go, and takes what comes after it.
func TestAnEngineThatDoesNotKeepUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, map[string]any{"engines": 1.0, "max_lag": "5s"})
		defer d.stop()
		d.slow = 4
		c := d.attach("c1")
		c.joins("101")
		c.says(600, map[string]float32{"101": 0.25})
		d.slow = 0.1
		c.says(100, nil)
		c.says(50, map[string]float32{"101": 0.75})
		c.says(100, nil)
		d.want("c1 101 from 0.0 to 12.7: missing, the engine was too slow for max_lag", "c1 101 from 13.7 to 15.7: 75 75 75")
		c.hangup()
	})
}

// An engine that ends, or hangs, is started again, and the utterance is written
// down by the next; one at which two end is left out.
func TestEnginesThatEnd(t *testing.T) {
	for _, c := range []struct {
		crashes, hangs, opened int
		says                   string
	}{
		{1, 0, 2, "c1 101 from 0.7 to 3.7: 25 25 25 25 25"},
		{0, 1, 2, "c1 101 from 0.7 to 3.7: 25 25 25 25 25"},
		{2, 0, 3, "c1 101 from 0.7 to 3.7: missing, the engine ended twice at it"},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDesk(t, map[string]any{"engines": 1.0, "max_lag": "1m"})
			defer d.stop()
			d.crashes, d.hangs = c.crashes, c.hangs
			x := d.attach("c1")
			x.joins("101")
			x.says(50, nil)
			x.says(100, map[string]float32{"101": 0.25})
			x.says(1500, nil)
			x.hangup()
			d.want(c.says)
			if d.opened != c.opened {
				t.Errorf("%d engines were started", d.opened)
			}
			x = d.attach("c2") // and it goes on
			x.joins("102")
			x.says(50, map[string]float32{"102": 0.5})
			x.says(50, nil)
			x.hangup()
			if n := len(d.finals); n != 2 || d.finals[1].Text == "" {
				t.Errorf("after it: %+v", d.finals)
			}
		})
	}
}

// What was still spoken when the call ends is written down after it.
func TestTheTailOfACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, map[string]any{"engines": 1.0})
		defer d.stop()
		d.slow = 1.5
		c := d.attach("c1")
		c.joins("101")
		c.joins("102")
		c.says(100, map[string]float32{"101": 0.25, "102": 0.5})
		c.hangup()
		if early := d.written(); len(early) != 0 {
			t.Errorf("too early: %+v", early)
		}
		time.Sleep(10 * time.Second)
		d.mu.Lock()
		slices.SortFunc(d.finals, func(a, b archive.Utterance) int { return strings.Compare(a.Number, b.Number) })
		d.mu.Unlock()
		d.want("c1 101 from 0.0 to 2.0: 25 25 25 25", "c1 102 from 0.0 to 2.0: 50 50 50 50")
	})
}

// Who is put on hold or is lost for a while has two utterances, each in its time.
func TestAGapEndsAnUtterance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, map[string]any{"partial": false})
		defer d.stop()
		c := d.attach("c1")
		c.joins("101")
		c.says(100, map[string]float32{"101": 0.25})
		c.feeds["101"].Miss(50)
		d.tick += 50
		time.Sleep(time.Second)
		c.says(50, map[string]float32{"101": 0.25})
		c.hangup()
		d.want("c1 101 from 0.0 to 2.0: 25 25 25 25", "c1 101 from 3.0 to 4.0: 25 25")
		if len(d.partials) != 0 {
			t.Errorf("partial texts, which nobody wants: %+v", d.partials)
		}
	})
}

// A switch that was busy for a moment does not cut what is said in two.
func TestAShortGapIsBridged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, nil)
		defer d.stop()
		c := d.attach("c1")
		c.joins("101")
		c.says(100, map[string]float32{"101": 0.25})
		c.feeds["101"].Miss(20)
		d.tick += 20
		time.Sleep(400 * time.Millisecond)
		c.says(50, map[string]float32{"101": 0.25})
		c.hangup()
		d.want("c1 101 from 0.0 to 3.4: 25 25 25 25 25 25 25")
	})
}

// Who speaks without a pause has an utterance each half a minute, and no sample
// is lost in between.
func TestALongSpeech(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, nil)
		defer d.stop()
		c := d.attach("c1")
		c.joins("101")
		c.says(3500, map[string]float32{"101": 0.25})
		c.hangup()
		var last time.Time
		for i, u := range d.finals {
			if i > 0 && !u.Began.Equal(last) {
				t.Errorf("one ends at %v, the next begins at %v", last, u.Began)
			}
			last = u.Ended
		}
		if len(d.finals) != 3 || last.Sub(d.at) != 70*time.Second {
			t.Errorf("%d, until %v", len(d.finals), last.Sub(d.at))
		}
	})
}

// Without an engine a call is refused with what to do, and is taken once there is
// one; what was said in calls before is said to be missing.
func TestNoEngine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, map[string]any{"engines": 1.0, "max_lag": "2s"})
		defer d.stop()
		c := d.attach("c1")
		c.joins("101")
		d.missing = errors.New("pocketsphinx is missing; install it")
		d.crashes = 1
		c.says(50, map[string]float32{"101": 0.25})
		c.says(200, nil)
		d.want("c1 101 from 0.0 to 1.7: missing, pocketsphinx is missing; install it")
		if _, err := d.Attach(t.Context(), tool.Call{ID: "c2"}, func(tool.Event) {}); err == nil || !strings.Contains(err.Error(), "install it") {
			t.Errorf("a call without an engine: %v", err)
		}
		d.mu.Lock()
		d.missing = nil
		d.mu.Unlock()
		c.says(2000, nil)
		c.says(50, map[string]float32{"101": 0.75})
		c.says(50, nil)
		c.hangup()
		if n := len(d.finals); n != 2 || !strings.HasPrefix(d.finals[1].Text, "75") {
			t.Errorf("once it is installed: %+v", d.finals)
		}
	})
}

func TestConfig(t *testing.T) {
	for _, c := range []struct {
		config map[string]any
		says   string
	}{
		{nil, ""},
		{map[string]any{"engines": 4.0, "max_lag": "1m", "partial": false}, ""},
		{map[string]any{"engines": 0.0}, "engines is 0; it is a whole number from 1 to 64"},
		{map[string]any{"engines": 1.5}, "engines is 1.5; it is a whole number from 1 to 64"},
		{map[string]any{"max_lag": "soon"}, `max_lag is "soon"; it is from "1s" to "10m"`},
		{map[string]any{"max_lag": "1h"}, `max_lag is "1h"; it is from "1s" to "10m"`},
		{map[string]any{"acoustic_model": "/de"}, "acoustic_model needs language_model and dictionary of its language beside it"},
		{map[string]any{"acoustic_model": "/de", "language_model": "/de.lm", "dictionary": "/de.dict"}, ""},
		{map[string]any{"engine": "julius"}, `engine is "julius"; it is "pocketsphinx" or "sherpa-onnx"`},
		{map[string]any{"encoder": "/e.onnx"}, `encoder is for engine = "sherpa-onnx"`},
		{map[string]any{"engine": "sherpa-onnx", "dictionary": "/de.dict"}, `dictionary is for engine = "pocketsphinx"`},
		{map[string]any{"engine": "sherpa-onnx", "encoder": "/e.onnx", "decoder": "/d.onnx"}, `engine = "sherpa-onnx" with kind = "streaming" needs joiner, a file ….onnx`},
		{map[string]any{"engine": "sherpa-onnx", "encoder": "/e.onnx", "decoder": "/d.onnx", "joiner": "/j.onnx", "threads": 2.0}, ""},
		{map[string]any{"engine": "sherpa-onnx", "encoder": "/e.onnx", "decoder": "/d.onnx", "joiner": "/j.onnx", "threads": 0.5}, "threads is 0.5; it is a whole number from 1 to 64"},
		{map[string]any{"engine": "sherpa-onnx", "kind": "whisper", "encoder": "/e.onnx", "decoder": "/d.onnx", "language": "de"}, ""},
		{map[string]any{"engine": "sherpa-onnx", "kind": "whisper", "encoder": "/e.onnx", "decoder": "/d.onnx", "joiner": "/j.onnx"}, `joiner is not for kind = "whisper"`},
		{map[string]any{"engine": "sherpa-onnx", "kind": "transducer", "language": "de"}, `language is for kind = "whisper"`},
		{map[string]any{"engine": "sherpa-onnx", "kind": "ctc"}, `kind is "ctc"; it is "streaming", "transducer" or "whisper"`},
	} {
		err := New().Configure(c.config)
		if got := fmt.Sprint(err); got != c.says && (err != nil || c.says != "") {
			t.Errorf("%v: %s", c.config, got)
		}
	}
}

// The documentation has each attribute of config {}, and no other.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../../docs/plugins.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## The transcriber\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var documented, declared []string
	for line := range strings.Lines(section) {
		if name, ok := strings.CutPrefix(line, "| `"); ok {
			name, _, _ = strings.Cut(name, "`")
			documented = append(documented, name)
		}
	}
	for _, a := range Attributes() {
		declared = append(declared, a.Name)
	}
	if !slices.Equal(documented, declared) {
		t.Errorf("documented are %q, declared %q", documented, declared)
	}
}
