package prompt

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/sound"
	"github.com/plugboard/plugboard/sdk/tts"
)

// voice is an engine in memory: each word of a text is 100 ms of a level of its
// own, which takes some time to make.
type voice struct {
	version string
	form    string
	slow    time.Duration // for each word
	asked   []tts.Request
	stopped []error // by which the calls of Speak ended
}

func (v *voice) Engine(named string) (Engine, error) {
	if named == "zoe" {
		return Engine{}, errors.New("plugin zoe is not of kind tts")
	}
	return Engine{Plugin: "voice", Version: v.version, Form: v.form}, nil
}

const rate = 8000

func level(word string) float32 {
	return float32(len(word)) / 100
}

func (v *voice) Speak(ctx context.Context, _ string, r tts.Request, out tts.Out) (err error) {
	v.asked = append(v.asked, r)
	defer func() { v.stopped = append(v.stopped, err) }()
	for _, word := range strings.Fields(r.Text) {
		select {
		case <-time.After(v.slow):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if word == "crash" {
			return tts.ErrGone
		}
		if word == "hang" {
			<-ctx.Done()
			return context.Cause(ctx)
		}
		if err := out(rate, slices.Repeat([]float32{level(word)}, rate/10)); err != nil {
			return err
		}
	}
	return nil
}

func say(text string) *config.Prompt { return &config.Prompt{Text: text} }

// bed is prompts in a directory, in virtual time.
func bed(t *testing.T, v *voice, play func(t *testing.T, p *Prompts)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		p := at(dir, v)
		defer p.Close()
		play(t, p)
	})
}

func at(dir string, v *voice) *Prompts {
	return New(Options{Dir: dir, Speech: v, Log: hclog.NewNullLogger()})
}

// listen is the tick: it reads until the stream is done, or for so long, and
// returns the frames' middle samples, NaN where there was none.
func listen(s *Stream, most time.Duration) (heard []float32) {
	for range most / audio.Tick {
		var f audio.Frame
		if s.Read(0, &f) {
			heard = append(heard, f[audio.Samples/2])
		} else {
			heard = append(heard, float32(math.NaN()))
		}
		select {
		case <-s.Done():
			return heard
		default:
		}
		time.Sleep(audio.Tick)
	}
	return heard
}

// words are the words of which frames are: "-" for silence, each run once.
func words(t *testing.T, heard []float32, text string) string {
	t.Helper()
	var out []string
	for _, h := range heard {
		is := "?"
		if math.IsNaN(float64(h)) {
			is = "-"
		}
		for _, w := range strings.Fields(text) {
			if math.Abs(float64(h-level(w))) < 0.002 {
				is = w
			}
		}
		if len(out) == 0 || out[len(out)-1] != is {
			out = append(out, is)
		}
	}
	return strings.Join(slices.DeleteFunc(out, func(w string) bool { return w == "?" }), " ")
}

// A text is heard while it is still spoken, and the second time from memory; in
// another life from the disk.
func TestSay(t *testing.T) {
	v := &voice{version: "1", slow: 50 * time.Millisecond}
	text := "one three twelve"
	bed(t, v, func(t *testing.T, p *Prompts) {
		s := p.Open(say(text), Play{Call: "c", Language: "en", Times: 1})
		began := time.Now()
		got := words(t, listen(s, time.Second), text)
		if got != "- one three twelve -" || s.Err() != nil || s.Missed() != 0 {
			t.Errorf("heard %s, missed %v: %v", got, s.Missed(), s.Err())
		}
		if took := time.Since(began); took > 500*time.Millisecond { // it is 300 ms long, and took 150
			t.Errorf("it took %v", took)
		}
		s.Stop()
		if want := (tts.Request{Call: "c", Text: text, Language: "en", Rate: audio.Rate}); len(v.asked) != 1 || v.asked[0] != want {
			t.Errorf("the engine was asked for %+v", v.asked)
		}
		again := p.Open(say(text), Play{Language: "en", Times: 1})
		if got := words(t, listen(again, time.Second), text); got != "one three twelve -" || len(v.asked) != 1 {
			t.Errorf("from memory: %s, spoken %d times", got, len(v.asked))
		}
		again.Stop()

		other := at(p.opt.Dir, v)
		defer other.Close()
		s = other.Open(say(text), Play{Language: "en", Times: 1})
		synctest.Wait()
		if got := words(t, listen(s, time.Second), text); got != "one three twelve -" || len(v.asked) != 1 {
			t.Errorf("from disk: %s, spoken %d times", got, len(v.asked))
		}
		s.Stop()
		if c := other.Stats(); c.FromDisk != 1 || c.Spoken != 0 || c.Plays != 1 || c.Firsts != 1 || c.Memory == 0 {
			t.Errorf("%+v", c)
		}
		list, err := other.List()
		if err != nil || len(list) != 1 || list[0].Text != text || list[0].Engine != "voice" || list[0].Bytes < 3*rate/10*2 {
			t.Errorf("%+v %v", list, err)
		}
		if n, err := other.Clear(); n != 1 || err != nil {
			t.Error(n, err)
		}
		if left, _ := os.ReadDir(p.opt.Dir); len(left) != 0 {
			t.Errorf("left: %v", left)
		}
		s = other.Open(say(text), Play{Times: 1})
		listen(s, time.Second)
		s.Stop()
		if len(v.asked) != 2 {
			t.Errorf("spoken %d times after it was cleared", len(v.asked))
		}
	})
}

// What decides how it sounds decides which file it is.
func TestEachHasItsOwnFile(t *testing.T) {
	v := &voice{version: "1"}
	bed(t, v, func(t *testing.T, p *Prompts) {
		hear := func(what *config.Prompt, how Play) {
			s := p.Open(what, how)
			listen(s, time.Second)
			s.Stop()
		}
		hear(say("a"), Play{Times: 1})
		hear(say("a"), Play{Times: 2, Call: "c"}) // the same
		hear(say("b"), Play{Times: 1})
		hear(&config.Prompt{Text: "a", Voice: "slt"}, Play{Times: 1})
		hear(say("a"), Play{Times: 1, Language: "de"})
		v.version = "2"
		hear(say("a"), Play{Times: 1})
		v.form = "another configuration"
		hear(say("a"), Play{Times: 1})
		if list, err := p.List(); err != nil || len(list) != 6 || len(v.asked) != 6 {
			t.Errorf("%d files, spoken %d times: %v", len(list), len(v.asked), err)
		}
	})
}

// Between one time and the next there is the pause, which is not counted as heard.
func TestAPauseBeforeItBeginsAnew(t *testing.T) {
	bed(t, &voice{}, func(t *testing.T, p *Prompts) {
		s := p.Open(say("one three"), Play{Pause: time.Second})
		synctest.Wait()
		heard := listen(s, 2600*time.Millisecond) // 0.2 s, 1 s, 0.2 s, 1 s, 0.2 s
		for i, v := range heard {
			if in := time.Duration(i) * audio.Tick % (1200 * time.Millisecond); (v == 0) != (in >= 200*time.Millisecond) {
				t.Fatalf("%v is heard at %v", v, time.Duration(i)*audio.Tick)
			}
		}
		if s.Heard() != 600*time.Millisecond || s.Err() != nil {
			t.Errorf("heard %v: %v", s.Heard(), s.Err())
		}
		s.Stop()
	})
}

// Several who ask at once share one synthesis; it goes on while one of them
// listens, and ends with the last.
func TestManyListenToOneSynthesis(t *testing.T) {
	v := &voice{slow: 100 * time.Millisecond}
	text := "one three twelve " + strings.Repeat("seventeen ", 50)
	bed(t, v, func(t *testing.T, p *Prompts) {
		a, b := p.Open(say(text), Play{Times: 1}), p.Open(say(text), Play{Times: 1})
		time.Sleep(350 * time.Millisecond)
		a.Stop()
		a.Stop() // twice is fine
		if got := words(t, listen(b, 400*time.Millisecond), text); got != "one three twelve seventeen" && got != "one three twelve" {
			t.Errorf("the other heard %s", got)
		}
		if len(v.asked) != 1 || len(v.stopped) != 0 {
			t.Errorf("spoken %d times, stopped %v", len(v.asked), v.stopped)
		}
		b.Stop()
		synctest.Wait()
		if len(v.stopped) != 1 || !errors.Is(v.stopped[0], errNobody) {
			t.Errorf("stopped by %v", v.stopped)
		}
		if list, _ := p.List(); len(list) != 0 {
			t.Errorf("half a text is kept: %+v", list)
		}
		// Who comes now has it from the beginning.
		v.slow = 0
		c := p.Open(say(text), Play{Times: 1})
		synctest.Wait()
		if got := words(t, listen(c, 400*time.Millisecond), text); got != "one three twelve seventeen" {
			t.Errorf("who came later heard %s", got)
		}
		c.Stop()
		if p.Stats().Failed != 0 {
			t.Error("that counts as a failure")
		}
	})
}

// An engine that is too slow makes gaps, which are counted, and nothing waits.
func TestASlowEngineMakesGaps(t *testing.T) {
	v := &voice{slow: 200 * time.Millisecond}
	bed(t, v, func(t *testing.T, p *Prompts) {
		s := p.Open(say("one three twelve"), Play{Times: 1})
		got := words(t, listen(s, 2*time.Second), "one three twelve")
		if got != "- one - one three - three twelve -" || s.Err() != nil {
			t.Errorf("heard %s: %v", got, s.Err())
		}
		// 100 ms short, twice, and the last word's end came with the flush
		if m := s.Missed(); m < 180*time.Millisecond || m > 260*time.Millisecond || s.Heard() < 280*time.Millisecond {
			t.Errorf("missed %v, heard %v", m, s.Heard())
		}
		s.Stop()
		if p.Stats().Missed == 0 {
			t.Error("not counted")
		}
	})
}

// What goes wrong is told at the end, what was said until then is heard, and
// nothing of it is kept.
func TestWhatGoesWrong(t *testing.T) {
	for _, tt := range []struct {
		name  string
		what  *config.Prompt
		heard string
		want  string
	}{
		{"the engine ends", say("one three crash twelve"), "one three -", string(tts.ErrGone)},
		{"the engine hangs", say("one hang"), "one -", "plugin voice says nothing for 5s"},
		{"the engine ends at once", say("crash"), "-", string(tts.ErrGone)},
		{"no words", &config.Prompt{Text: " "}, "-", "said nothing"},
		{"no engine", &config.Prompt{Text: "a", Engine: "zoe"}, "-", "zoe is not of kind tts"},
		{"no file", &config.Prompt{File: "/nowhere/a.wav"}, "-", "no such file"},
		{"nothing", &config.Prompt{}, "-", "no sound"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			bed(t, &voice{}, func(t *testing.T, p *Prompts) {
				s := p.Open(tt.what, Play{Times: 0})
				synctest.Wait()
				if got := words(t, listen(s, 20*time.Second), "one three twelve"); got != tt.heard {
					t.Errorf("heard %q", got)
				}
				if nothing := tt.heard == "-"; nothing != (s.Failed() != nil) {
					t.Errorf("nothing will be heard: %v", s.Failed())
				}
				select {
				case <-s.Ready():
				default:
					t.Error("not told that it is ready")
				}
				if s.Err() == nil || !strings.Contains(s.Err().Error(), tt.want) {
					t.Errorf("got %v", s.Err())
				}
				s.Stop()
				if files, _ := os.ReadDir(p.opt.Dir); len(files) != 0 {
					t.Errorf("left: %v", files)
				}
				if n, err := p.Warm(t.Context(), []*config.Prompt{tt.what, say("fine")}, "en"); n != 1 || err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("%d are ready: %v", n, err)
				}
			})
		})
	}
}

// A file that was cut or changed is not played: its text is spoken anew.
func TestADamagedFileIsSpokenAnew(t *testing.T) {
	v := &voice{}
	bed(t, v, func(t *testing.T, p *Prompts) {
		if n, err := p.Warm(t.Context(), []*config.Prompt{say("one")}, "en"); n != 1 || err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(p.opt.Dir, utterance{Text: "one", Language: "en", Engine: "voice"}.hash()+".wav")
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if info, _ := os.Stat(path); info.Mode() != fs.FileMode(0o600) {
			t.Errorf("others may read it: %v", info.Mode())
		}
		for i, b := range [][]byte{nil, whole[:20], whole[:100], append(bytes.Clone(whole), 0), append([]byte("RIFX"), whole[4:]...)} {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			other := at(p.opt.Dir, v)
			if n, err := other.Warm(t.Context(), []*config.Prompt{say("one")}, "en"); n != 1 || err != nil || len(v.asked) != i+2 {
				t.Errorf("%d: spoken %d times: %v", i, len(v.asked), err)
			}
			other.Close()
			if now, _ := os.ReadFile(path); !bytes.Equal(now, whole) {
				t.Errorf("%d: %d octets now", i, len(now))
			}
		}
		// What a core that died was writing goes at the next start.
		if err := os.WriteFile(filepath.Join(p.opt.Dir, unready+"1"), whole, 0o600); err != nil {
			t.Fatal(err)
		}
		at(p.opt.Dir, v).Close()
		if files, _ := os.ReadDir(p.opt.Dir); len(files) != 2 {
			t.Errorf("left: %v", files)
		}
	})
}

// A directory that cannot be written to costs the cache and nothing else.
func TestWithoutADisk(t *testing.T) {
	v := &voice{}
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		p := at(filepath.Join(file, "prompts"), v)
		defer p.Close()
		s := p.Open(say("one"), Play{Times: 1})
		synctest.Wait()
		if got := words(t, listen(s, time.Second), "one"); got != "one -" {
			t.Errorf("heard %s", got)
		}
		s.Stop()
		if list, err := p.List(); len(list) != 0 || err != nil {
			t.Error(list, err)
		}
		if n, err := p.Clear(); n != 0 || err != nil {
			t.Error(n, err)
		}
	})
}

// Tones and files play as often as they are to, without a gap between.
func TestTonesAndFiles(t *testing.T) {
	dir := t.TempDir()
	wav := filepath.Join(dir, "a.wav")
	data := bytes.Repeat([]byte{0, 0x10}, 4800)
	if err := os.WriteFile(wav, append(sound.AppendWAVHead(nil, 48000, 1, uint32(len(data))), data...), 0o600); err != nil {
		t.Fatal(err)
	}
	bed(t, &voice{}, func(t *testing.T, p *Prompts) {
		for _, tt := range []struct {
			what  *config.Prompt
			times int
			heard time.Duration
		}{
			{&config.Prompt{Tone: "0/110"}, 1, 120 * time.Millisecond},
			{&config.Prompt{Tone: "425/100"}, 3, 300 * time.Millisecond},
			{&config.Prompt{File: wav}, 2, 200 * time.Millisecond},
			{&config.Prompt{Tone: "425/100,0/100"}, 0, 10 * time.Second},
		} {
			s := p.Open(tt.what, Play{Times: tt.times})
			synctest.Wait()
			heard := listen(s, 10*time.Second)
			if s.Heard() != tt.heard || s.Missed() != 0 {
				t.Errorf("%s, %d times: heard for %v, missed %v, %d frames", tt.what, tt.times, s.Heard(), s.Missed(), len(heard))
			}
			s.Stop()
		}
		if err := Check(&config.Prompt{File: wav}); err != nil {
			t.Error(err)
		}
		if Check(&config.Prompt{File: dir}) == nil || Check(&config.Prompt{File: wav + "x"}) == nil {
			t.Error("a file that cannot be played passes")
		}
	})
}

// Sounds that nobody listens to are forgotten when they are too many; those that
// somebody does are not.
func TestMemoryIsBounded(t *testing.T) {
	bed(t, &voice{}, func(t *testing.T, p *Prompts) {
		p.idle = 10 * chunkSamples * 2
		kept := p.Open(&config.Prompt{Tone: "1/1000"}, Play{})
		for i := range 20 {
			s := p.Open(&config.Prompt{Tone: strings.Repeat("0/1,", i) + "0/1000"}, Play{})
			<-s.track.over
			s.Stop()
			time.Sleep(time.Second)
		}
		if m := p.Stats().Memory; m > p.idle+2*chunkSamples*2 || m < p.idle {
			t.Errorf("%d octets are kept", m)
		}
		if heard := listen(kept, time.Second); len(heard) != 50 || kept.Missed() != 0 {
			t.Error("what is listened to was forgotten")
		}
		kept.Stop()
		full := newTrack()
		full.avail.Store(int64(maxChunks*chunkSamples) - 10)
		if err := full.add(make([]float32, 11)); !errors.Is(err, errTooLong) {
			t.Errorf("more than ten minutes: %v", err)
		}
	})
}

// Who reads at a pace of its own gets all of it, and as much at once as is there.
func TestNext(t *testing.T) {
	v := &voice{slow: 90 * time.Millisecond}
	bed(t, v, func(t *testing.T, p *Prompts) {
		text := "one three twelve"
		s := p.Open(say(text), Play{Times: 1})
		defer s.Close()
		frames := make([]audio.Frame, 4)
		var heard []float32
		for {
			n, err := s.Next(t.Context(), frames)
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range frames[:n] {
				heard = append(heard, f[audio.Samples/2])
			}
		}
		if got := words(t, heard, text); got != text || len(heard) != 15 {
			t.Errorf("%d frames: %s", len(heard), got)
		}
		hang := p.Open(say("one hang"), Play{Times: 1})
		defer hang.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var err error
		for n := 4; err == nil && n > 0; {
			n, err = hang.Next(ctx, frames)
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who does not wait longer got %v", err)
		}
		if _, err := hang.Next(t.Context(), frames); err == nil || !strings.Contains(err.Error(), "says nothing") {
			t.Errorf("who waits got %v", err)
		}
	})
}

// Close ends what is spoken, and prompts that are opened after it are done at
// once.
func TestClose(t *testing.T) {
	v := &voice{slow: time.Second}
	bed(t, v, func(t *testing.T, p *Prompts) {
		s := p.Open(say("one three"), Play{})
		time.Sleep(1500 * time.Millisecond)
		p.Close()
		if listen(s, time.Second); s.Err() == nil {
			t.Error("it goes on")
		}
		s.Stop()
		s = p.Open(say("one"), Play{})
		if listen(s, time.Second); s.Err() == nil {
			t.Error("it begins")
		}
		s.Stop()
	})
}

// The tick's road does not allocate.
func TestReadDoesNotAllocate(t *testing.T) {
	p := at("", &voice{})
	defer p.Close()
	s := p.Open(&config.Prompt{Tone: "425/1000"}, Play{})
	<-s.track.over
	var f audio.Frame
	if n := testing.AllocsPerRun(200, func() { s.Read(0, &f) }); n != 0 {
		t.Errorf("%v allocations for a frame", n)
	}
	s.Stop()
}
