package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/host"
	hostremote "github.com/plugboard/plugboard/sdk/host/remote"
	"github.com/plugboard/plugboard/sdk/internal/wire"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// bench is an app behind the real protocol and a bus in memory, with a core that
// steps it: what the app says is written down, and it hears a count of ticks.
type bench struct {
	t       *testing.T
	session *Session
	ready   chan struct{} // closed once there is one
	prompts prompts
	mailboxes

	mu     sync.Mutex
	said   []float32 // the first sample of each tick's frame, 0 for silence
	held   bool      // the app is in no room
	quiet  bool      // the caller says nothing
	wishes []app.Wish
	over   chan error // of the session
	answer func(app.Wish) (app.Answer, bool)
}

// prompts are frames whose samples are all 0.5: as many as the text is long.
type prompts struct {
	mu     sync.Mutex
	open   int
	broken bool
}

func (p *prompts) Prompt(ctx context.Context, _ string, q host.Prompt) (host.Sound, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken {
		return nil, errors.New("no voice")
	}
	p.open++
	return &sound{p: p, left: len(q.Text + q.Tone)}, nil
}

// mailboxes write down what is asked of them.
type mailboxes struct {
	mu   sync.Mutex
	told []host.MailboxWish
}

func (m *mailboxes) Mailbox(_ context.Context, leg string, w host.MailboxWish) (host.MailboxAnswer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w.Sound = slices.Clone(w.Sound)
	m.told = append(m.told, w)
	switch {
	case leg != "l":
		return host.MailboxAnswer{}, host.ErrNoMailbox
	case w.Kind == host.MailboxUnlock && w.PIN != "1234":
		return host.MailboxAnswer{}, fmt.Errorf("%w: three tries are left", host.ErrPIN)
	case w.Kind == host.MailboxBegin:
		return host.MailboxAnswer{ID: "d"}, nil
	case w.Kind == host.MailboxFinish:
		return host.MailboxAnswer{Messages: []host.Message{{ID: w.ID, Urgent: w.Urgent}}}, nil
	case w.Kind == host.MailboxDelete:
		panic("oh")
	}
	return host.MailboxAnswer{Mailbox: host.Mailbox{Name: "office", Greeting: host.Prompt{Text: "Hello"}}}, nil
}

func (m *mailboxes) Kept(_ context.Context, leg string, p host.Prompt) (host.Sound, error) {
	if leg != "l" || p.Kept != "d" || p.From != time.Second {
		return nil, host.ErrNoMessage
	}
	return &sound{p: &prompts{}, left: 10}, nil
}

type sound struct {
	p    *prompts
	left int
	shut bool
}

func (s *sound) Next(_ context.Context, frames []audio.Frame) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n := min(len(frames), s.left)
	s.left -= n
	for i := range n {
		for j := range frames[i] {
			frames[i][j] = 0.5
		}
	}
	return n, nil
}

func (s *sound) Close() {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	if !s.shut {
		s.shut = true
		s.p.open--
	}
}

// run runs an app in virtual time. play is the core's side; the app is told that
// the call is over when it returns, and must have let go of everything then.
func run(t *testing.T, f app.Func, play func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &bench{t: t, over: make(chan error, 1), ready: make(chan struct{})}
		h, g := bus.NewMemory(8)
		s := NewServer(f, g, hclog.NewNullLogger())
		server := grpc.NewServer(grpc.WaitForHandlers(true))
		s.Register(server)
		l := bufconn.Listen(1 << 16)
		var all sync.WaitGroup
		all.Go(func() { _ = server.Serve(l) })
		ctx, cancel := context.WithCancel(t.Context())
		all.Go(func() { _ = g.Run(ctx, s) })
		conn, err := grpc.NewClient("passthrough:///x", grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() { _ = hostremote.Serve(ctx, conn, &b.prompts, &b.mailboxes) })
		line, err := h.Open()
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() { b.step(ctx, h, line) })
		facts := app.Facts{ID: "c", Leg: "l", At: "app(plugin.x)", Config: []byte(`{"a":1}`)}
		b.session, err = NewClient(conn).Run(t.Context(), facts, line.ID(), b.wished, func(err error) { b.over <- err })
		if err != nil {
			t.Fatal(err)
		}
		close(b.ready)
		play(b)
		b.session.End("normal")
		b.session.Wait()
		time.Sleep(time.Second)
		b.prompts.mu.Lock()
		open := b.prompts.open
		b.prompts.mu.Unlock()
		if open != 0 {
			t.Errorf("%d prompts are still open", open)
		}
		if n := len(*s.audio.Load()); n != 0 {
			t.Errorf("the tick still drives %d calls", n)
		}
		s.Close(ctx)
		cancel()
		conn.Close()
		server.Stop()
		h.Close()
		all.Wait()
	})
}

// step is the mixer.
func (b *bench) step(ctx context.Context, h *bus.Host, line *bus.Line) {
	tick := time.NewTicker(audio.Tick)
	defer tick.Stop()
	for n := uint64(1); ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var f audio.Frame
		b.mu.Lock()
		if !line.Read(n, &f) {
			f[0] = 0
		}
		b.said = append(b.said, f[0])
		if !b.held {
			f = audio.Frame{}
			for i := range f {
				if !b.quiet {
					f[i] = float32(n) / 1000
				}
			}
			line.Write(n, &f)
		}
		b.mu.Unlock()
		h.Ring(n, time.Now())
	}
}

// answers says how wishes are answered; false: not yet.
func (b *bench) answers(f func(app.Wish) (app.Answer, bool)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = f
}

// wished answers as the test says, else with yes.
func (b *bench) wished(w app.Wish) {
	<-b.ready
	b.mu.Lock()
	b.wishes = append(b.wishes, w)
	f := b.answer
	b.mu.Unlock()
	a, ok := app.Answer{}, w.Kind != app.WishStop
	if f != nil {
		a, ok = f(w)
	}
	if ok {
		b.session.Answer(a)
	}
}

// spoke counts the ticks with sound so far, and those since the last of them.
func (b *bench) spoke() (sound, since int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, v := range b.said {
		since++
		if v != 0 {
			sound++
			since = 0
		}
	}
	return sound, since
}

func (b *bench) kinds() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var names []string
	for _, w := range b.wishes {
		names = append(names, w.Kind.String())
	}
	return strings.Join(names, " ")
}

const tick = audio.Tick

func TestSayIsHeardAndThenReturns(t *testing.T) {
	run(t, func(ctx context.Context, c *app.Call) error { return c.Say(ctx, strings.Repeat("x", 50)) }, func(b *bench) {
		began := time.Now()
		err := <-b.over
		b.over <- err
		if sound, _ := b.spoke(); sound < 49 || sound > 50 { // the tick of the 50th frame may be under way
			t.Errorf("%d ticks of sound, want 50", sound)
		}
		if took := time.Since(began); took < 50*tick || took > 54*tick {
			t.Errorf("a second of speech took %v", took)
		}
		time.Sleep(time.Second)
		if sound, _ := b.spoke(); sound != 50 {
			t.Errorf("%d ticks of sound in the end, want 50", sound)
		}
		if got := b.kinds(); got != "answer" {
			t.Errorf("wished: %s", got)
		}
		if err := <-b.over; err != nil {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestEarlyIsNoAnswer(t *testing.T) {
	run(t, func(ctx context.Context, c *app.Call) error {
		if err := c.Early(ctx); err != nil {
			return err
		}
		if err := c.Tone(ctx, "425/100"); err != nil {
			return err
		}
		if err := c.Answer(ctx); err != nil {
			return err
		}
		return c.Tone(ctx, "425/100")
	}, func(b *bench) {
		if err := <-b.over; err != nil || b.kinds() != "early answer" {
			t.Errorf("%v, wished: %s", err, b.kinds())
		}
	})
}

func TestPlayWaitsAt400ms(t *testing.T) {
	run(t, func(ctx context.Context, c *app.Call) error {
		for _, rate := range []int{8000, 16000, 24000, 48000} {
			s, err := c.Stream(ctx, rate)
			if err != nil {
				return err
			}
			began := time.Now()
			pcm := make([]int16, rate) // a second
			for i := range pcm {
				pcm[i] = 8000
			}
			if err := s.Play(ctx, pcm); err != nil {
				return err
			}
			if took := time.Since(began); took < 570*time.Millisecond || took > 680*time.Millisecond {
				t.Errorf("%d Hz: a second was queued after %v, want 600 ms", rate, took)
			}
			time.Sleep(100 * time.Millisecond)
			f := s.Flush()
			if f.Heard < 660*time.Millisecond || f.Heard > 800*time.Millisecond || f.Heard+f.Dropped != time.Second {
				t.Errorf("%d Hz: flushed %+v", rate, f)
			}
			began = time.Now()
			if err := s.Wait(ctx); err != nil || time.Since(began) != 0 {
				t.Errorf("%d Hz: after a flush there was something to wait for: %v", rate, err)
			}
			s.Close()
		}
		if _, err := c.Stream(ctx, 11025); err == nil {
			t.Error("11025 Hz were taken")
		}
		return nil
	}, func(b *bench) {
		if err := <-b.over; err != nil {
			t.Error(err)
		}
	})
}

func TestAHeldAppKeepsWhatItSays(t *testing.T) {
	run(t, func(ctx context.Context, c *app.Call) error { return c.Say(ctx, strings.Repeat("x", 50)) }, func(b *bench) {
		time.Sleep(500 * time.Millisecond)
		b.mu.Lock()
		b.held = true
		b.mu.Unlock()
		time.Sleep(10 * time.Second)
		if sound, since := b.spoke(); sound > 30 || since < 490 {
			t.Errorf("on hold it said %d ticks, the last %d ticks ago", sound, since)
		}
		b.mu.Lock()
		b.held = false
		b.mu.Unlock()
		if err := <-b.over; err != nil {
			t.Error(err)
		}
		time.Sleep(tick)
		if sound, _ := b.spoke(); sound != 50 {
			t.Errorf("%d ticks of sound, want 50", sound)
		}
	})
}

func TestDigits(t *testing.T) {
	for _, c := range []struct {
		name   string
		d      app.Digits
		keys   string        // each at its time
		after  time.Duration // the first key
		gap    time.Duration
		want   string
		few    bool
		at     time.Duration // returned, from its call
		speech int           // ticks that were said, at most; 0: none
	}{
		{name: "one key", keys: "5", after: time.Second, want: "5", at: time.Second},
		{name: "none in six seconds", at: 6 * time.Second},
		{name: "first", d: app.Digits{First: 2 * time.Second}, at: 2 * time.Second},
		{name: "next", d: app.Digits{Max: 4}, keys: "12", after: time.Second, gap: 2 * time.Second, want: "12", at: 6 * time.Second},
		{name: "next is given", d: app.Digits{Max: 4, Next: time.Second}, keys: "12", after: time.Second, gap: 2 * time.Second, want: "1", at: 2 * time.Second},
		{name: "max", d: app.Digits{Max: 3}, keys: "12345", after: time.Second, gap: 100 * time.Millisecond, want: "123", at: 1200 * time.Millisecond},
		{name: "end", d: app.Digits{Max: 8, End: "#*"}, keys: "12#", after: time.Second, gap: 100 * time.Millisecond, want: "12", at: 1200 * time.Millisecond},
		{name: "min", d: app.Digits{Min: 4, Max: 8, End: "#"}, keys: "12#", after: time.Second, gap: 100 * time.Millisecond, want: "12", few: true, at: 1200 * time.Millisecond},
		{name: "as many as min", d: app.Digits{Min: 4}, keys: "12345", after: time.Second, gap: 100 * time.Millisecond, want: "1234", at: 1300 * time.Millisecond},
		{name: "more", d: app.Digits{More: func(s string) bool { return s != "42" }}, keys: "425", after: time.Second, gap: 100 * time.Millisecond, want: "42", at: 1100 * time.Millisecond},
		{name: "barge-in", d: app.Digits{Prompts: []host.Prompt{{Text: strings.Repeat("x", 200)}}}, keys: "7", after: time.Second, want: "7", at: time.Second, speech: 50},
		{name: "the whole prompt", d: app.Digits{Whole: true, Prompts: []host.Prompt{{Text: strings.Repeat("x", 100)}}}, keys: "7", after: time.Second, want: "7", at: 2 * time.Second, speech: 100},
		{name: "the wait begins after the prompt", d: app.Digits{Prompts: []host.Prompt{{Text: strings.Repeat("x", 50)}, {Tone: strings.Repeat("x", 50)}}}, at: 8 * time.Second, speech: 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, func(ctx context.Context, call *app.Call) error {
				if err := call.Answer(ctx); err != nil {
					return err
				}
				began := time.Now()
				got, err := call.Digits(ctx, c.d)
				if got != c.want || errors.Is(err, app.ErrFew) != c.few || err != nil && !c.few {
					t.Errorf("got %q, %v", got, err)
				}
				if off := time.Since(began) - c.at; off < 0 || off > 3*tick {
					t.Errorf("returned after %v, want %v", time.Since(began), c.at)
				}
				return nil
			}, func(b *bench) {
				time.Sleep(c.after)
				for i := range len(c.keys) {
					b.session.Digit(c.keys[i])
					time.Sleep(c.gap)
				}
				<-b.over
				time.Sleep(time.Second)
				if sound, _ := b.spoke(); sound > c.speech || sound < c.speech-4 {
					t.Errorf("%d ticks were said, want %d", sound, c.speech)
				}
			})
		})
	}
}

func TestKeysBeforeTheyAreAskedFor(t *testing.T) {
	run(t, func(ctx context.Context, c *app.Call) error {
		if err := c.Wait(ctx, time.Second); err != nil {
			return err
		}
		prompt := []host.Prompt{{Text: strings.Repeat("x", 100)}}
		for _, want := range []string{"12", "3"} {
			if got, err := c.Digits(ctx, app.Digits{Max: 2, End: "#", Prompts: prompt}); got != want || err != nil {
				t.Errorf("%q, %v, want %q", got, err, want)
			}
		}
		if err := c.Wait(ctx, time.Second); err != nil {
			return err
		}
		c.Forget()
		if got, err := c.Digits(ctx, app.Digits{}); got != "" || err != nil {
			t.Errorf("%q, %v after they were forgotten", got, err)
		}
		return nil
	}, func(b *bench) {
		for _, d := range "123#" {
			b.session.Digit(byte(d))
		}
		time.Sleep(1500 * time.Millisecond)
		for range 1000 { // who asks for none keeps few of them
			b.session.Digit('9')
			time.Sleep(time.Millisecond / 10)
		}
		if err := <-b.over; err != nil {
			t.Error(err)
		}
		if sound, _ := b.spoke(); sound != 0 {
			t.Errorf("%d ticks were said to a caller who had pressed before", sound)
		}
	})
}

func TestRecord(t *testing.T) {
	var pcm []int16
	keep := func(p []int16) error { pcm = append(pcm, p...); return nil }
	run(t, func(ctx context.Context, c *app.Call) error {
		for _, r := range []struct {
			r    app.Recording
			want time.Duration
			key  byte
		}{
			{app.Recording{Rate: 8000, Max: time.Second, Beep: true}, time.Second, 0},
			{app.Recording{Rate: 48000, End: "*#"}, 3 * time.Second, '#'},
			{app.Recording{Silence: time.Second, Max: time.Minute}, time.Second, 0},
			{app.Recording{Silence: 3 * time.Second, Rest: time.Second}, time.Second, 0},
		} {
			pcm = nil
			got, err := c.Record(ctx, r.r, keep)
			if off := got.Length - r.want; off < -2*tick || off > 60*tick || err != nil || got.Key != r.key {
				t.Errorf("%+v: %+v, %v, want %v, ended by %q", r.r, got, err, r.want, r.key)
			}
			if got.Length != time.Duration(len(pcm))*time.Second/time.Duration(cmp.Or(r.r.Rate, 16000)) {
				t.Errorf("%+v: %+v of %d samples", r.r, got, len(pcm))
			}
			if quiet := r.r.Silence != 0; quiet != (got.Quiet >= time.Second) || quiet == (got.Voice > got.Length/2) {
				t.Errorf("%+v: %+v", r.r, got)
			}
		}
		return nil
	}, func(b *bench) {
		time.Sleep(3 * time.Second)
		b.session.Digit('1')
		time.Sleep(time.Second + 300*time.Millisecond)
		b.session.Digit('#')
		b.mu.Lock()
		b.quiet = true
		b.mu.Unlock()
		if err := <-b.over; err != nil {
			t.Error(err)
		}
		if len(pcm) == 0 {
			t.Error("nothing was recorded")
		}
	})
}

// Whatever an app is doing when the call ends, it is told so at once.
func TestHangUp(t *testing.T) {
	for name, f := range map[string]func(context.Context, *app.Call) error{
		"say":    func(ctx context.Context, c *app.Call) error { return c.Say(ctx, strings.Repeat("x", 1000)) },
		"digits": func(ctx context.Context, c *app.Call) error { _, err := c.Digits(ctx, app.Digits{}); return err },
		"wait":   func(ctx context.Context, c *app.Call) error { return c.Wait(ctx, time.Minute) },
		"dial": func(ctx context.Context, c *app.Call) error {
			_, err := c.Dial(ctx, "group.office", 0)
			return err
		},
		"record": func(ctx context.Context, c *app.Call) error {
			_, err := c.Record(ctx, app.Recording{}, func([]int16) error { return nil })
			return err
		},
		"heard": func(ctx context.Context, c *app.Call) error {
			s, err := c.Stream(ctx, 8000)
			for err == nil {
				_, err = s.Heard(ctx, make([]int16, 160))
			}
			return err
		},
		"play": func(ctx context.Context, c *app.Call) error {
			s, err := c.Stream(ctx, 8000)
			for err == nil {
				err = s.Play(ctx, make([]int16, 80000))
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			var told error
			var at time.Time
			run(t, func(ctx context.Context, c *app.Call) error {
				err := f(context.Background(), c)
				told = err
				if since := time.Since(at); since > tick {
					t.Errorf("it was told after %v", since)
				}
				if ctx.Err() == nil {
					select {
					case <-ctx.Done():
					case <-time.After(time.Second):
						t.Error("the context goes on")
					}
				}
				if again := c.Say(ctx, "x"); !errors.Is(again, app.ErrOver) {
					t.Errorf("afterwards it says: %v", again)
				}
				return err
			}, func(b *bench) {
				b.answers(func(w app.Wish) (app.Answer, bool) { return app.Answer{}, w.Kind != app.WishDial })
				time.Sleep(2 * time.Second)
				at = time.Now()
				b.session.End("normal")
				if err := <-b.over; err != nil {
					t.Errorf("that is a failure of the app: %v", err)
				}
				if !errors.Is(told, app.ErrOver) {
					t.Errorf("it was told %v", told)
				}
			})
		})
	}
}

func TestWishesAndTheirAnswers(t *testing.T) {
	run(t, func(ctx context.Context, c *app.Call) error {
		var config struct{ A int }
		if err := c.Decode(&config); err != nil || config.A != 1 {
			t.Errorf("%+v, %v", config, err)
		}
		d, err := c.Dial(ctx, "group.office", 5*time.Second)
		if d != (app.Dialled{Cause: "busy"}) || err != nil {
			t.Errorf("dialled: %+v, %v", d, err)
		}
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if _, err := c.Dial(short, "extension.slow", 0); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a dial that was given up: %v", err)
		}
		if err := c.Set(ctx, "Y", "1"); !errors.Is(err, app.ErrRefused) || !strings.Contains(err.Error(), "begins with X-") {
			t.Errorf("set: %v", err)
		}
		step, err := c.Next(ctx, map[string]string{"key": "1"})
		if string(step) != `{"b":2}` || err != nil {
			t.Errorf("next: %s, %v", step, err)
		}
		if err := c.Hangup(ctx, "busy"); err != nil {
			t.Errorf("hangup: %v", err)
		}
		return c.To(ctx, "group.office")
	}, func(b *bench) {
		b.answers(func(w app.Wish) (app.Answer, bool) {
			switch {
			case w.Kind == app.WishDial && w.To == "group.office" && w.Ring == 5*time.Second:
				return app.Answer{Cause: "busy"}, true
			case w.Kind == app.WishDial:
				return app.Answer{}, false
			case w.Kind == app.WishStop:
				return app.Answer{Cause: "cancelled"}, true
			case w.Kind == app.WishSet && w.Name == "Y" && w.Value == "1":
				return app.Answer{Refused: "a header begins with X-"}, true
			case w.Kind == app.WishNext && w.Found["key"] == "1":
				return app.Answer{Step: []byte(`{"b":2}`)}, true
			case w.Kind == app.WishHangup && w.Cause == "busy", w.Kind == app.WishTo && w.To == "group.office":
				return app.Answer{}, true
			}
			t.Errorf("unexpected: %+v", w)
			return app.Answer{}, true
		})
		if err := <-b.over; err != nil || b.kinds() != "dial dial stop set next hangup to" {
			t.Errorf("%v, wished: %s", err, b.kinds())
		}
	})
}

// What was recorded is whole when the caller hangs up, and nobody is asked what
// the app may.
func TestAMailbox(t *testing.T) {
	run(t, func(ctx context.Context, c *app.Call) error {
		box := c.Mailbox()
		if b, err := box.Look(ctx); b.Name != "office" || b.Greeting.Text != "Hello" || err != nil {
			t.Errorf("it stands as %+v, %v", b, err)
		}
		if _, err := box.Unlock(ctx, "1"); !errors.Is(err, host.ErrPIN) || err.Error() != "not a PIN of this mailbox: three tries are left" {
			t.Errorf("a wrong PIN: %v", err)
		}
		if err := box.Delete(ctx, "x"); err == nil || err.Error() != "internal error: oh" {
			t.Errorf("a core that panics: %v", err)
		}
		if err := c.Play(ctx, host.Prompt{Kept: "x"}); !errors.Is(err, host.ErrNoMessage) {
			t.Errorf("what is not kept: %v", err)
		}
		if err := c.Play(ctx, host.Prompt{Kept: "d", From: time.Second}); err != nil {
			t.Errorf("what is kept: %v", err)
		}
		d, err := box.Message(ctx)
		if err != nil {
			return err
		}
		took, err := c.Record(ctx, app.Recording{Max: time.Hour, Silence: time.Hour}, d.Write)
		if !errors.Is(err, app.ErrOver) || took.Length < 2*time.Second {
			t.Errorf("recorded %+v, %v", took, err)
		}
		m, err := d.Finish(true)
		if m.ID != "d" || !m.Urgent || err != nil {
			t.Errorf("left as %+v, %v", m, err)
		}
		return nil
	}, func(b *bench) {
		time.Sleep(3 * time.Second)
		b.session.End("normal")
		if err := <-b.over; err != nil {
			t.Error(err)
		}
		octets, last := 0, host.MailboxWish{}
		for _, w := range b.told {
			if last = w; w.Kind == host.MailboxWrite {
				octets += len(w.Sound)
			}
		}
		if last.Kind != host.MailboxFinish || last.ID != "d" || octets < 2*host.MailboxRate*2 {
			t.Errorf("%d octets came, then %+v", octets, last)
		}
	})
}

func TestASlowListenerMissesItsOwn(t *testing.T) {
	run(t, func(ctx context.Context, c *app.Call) error {
		s, err := c.Stream(ctx, 48000)
		if err != nil {
			return err
		}
		defer s.Close()
		pcm := make([]int16, 960)
		if _, err := s.Heard(ctx, pcm); err != nil {
			return err
		}
		first := pcm[0]
		time.Sleep(2 * time.Second)
		if _, err := s.Heard(ctx, pcm); err != nil {
			return err
		}
		gap := int(float64(pcm[0]-first)/32.768 + 0.5)
		if m := s.Missed(); m < 74 || m > 76 || gap != m+1 {
			t.Errorf("missed %d, and the next is %d ticks later", m, gap)
		}
		if n, err := s.Heard(ctx, pcm[:10]); err == nil {
			t.Errorf("%d samples fit in 10", n)
		}
		return nil
	}, func(b *bench) {
		if err := <-b.over; err != nil {
			t.Error(err)
		}
	})
}

func TestAnAppThatFails(t *testing.T) {
	for name, f := range map[string]app.Func{
		"panics": func(context.Context, *app.Call) error { panic("oh") },
		"fails":  func(context.Context, *app.Call) error { return errors.New("oh") },
		"no prompt": func(ctx context.Context, c *app.Call) error {
			return c.Say(ctx, "x")
		},
	} {
		t.Run(name, func(t *testing.T) {
			run(t, func(ctx context.Context, c *app.Call) error {
				time.Sleep(time.Second)
				return f(ctx, c)
			}, func(b *bench) {
				b.prompts.mu.Lock()
				b.prompts.broken = true
				b.prompts.mu.Unlock()
				err := <-b.over
				if err == nil || !strings.Contains(err.Error(), map[string]string{"panics": "panicked: oh", "fails": "oh", "no prompt": `say("x"): no voice`}[name]) {
					t.Errorf("over with %v", err)
				}
			})
		})
	}
}

// rude is a plugin that was made without the SDK.
type rude struct {
	pb.UnimplementedAppServer
	says []*pb.RunReply
}

func (r *rude) Run(stream grpc.BidiStreamingServer[pb.RunRequest, pb.RunReply]) error {
	for _, m := range r.says {
		if err := stream.Send(m); err != nil {
			return err
		}
	}
	<-stream.Context().Done()
	return nil
}

func TestAPluginThatBreaksTheProtocol(t *testing.T) {
	ready := &pb.RunReply{What: &pb.RunReply_Ready{Ready: &pb.AppReady{}}}
	wish := func(w app.Wish) *pb.RunReply { return &pb.RunReply{What: &pb.RunReply_Wish{Wish: wire.ToWish(w)}} }
	for _, c := range []struct {
		name, want string
		says       []*pb.RunReply
		open       bool
	}{
		{"says nothing", "deadline exceeded", nil, false},
		{"is not ready", "does not begin with ready", []*pb.RunReply{wish(app.Wish{Kind: app.WishTo})}, false},
		{"sends 5 MB", "larger than max", []*pb.RunReply{ready, wish(app.Wish{Kind: app.WishSet, Value: strings.Repeat("x", 5<<20)})}, true},
		{"wishes what nobody knows", "what this core does not know", []*pb.RunReply{ready, wish(app.Wish{Kind: 99})}, true},
		{"says ready again", "what this core does not know", []*pb.RunReply{ready, ready}, true},
		{"does not wait", "before its last wish was answered", []*pb.RunReply{ready, wish(app.Wish{Kind: app.WishSet}), wish(app.Wish{Kind: app.WishSet})}, true},
		{"stops again and again", "before its last wish was answered", []*pb.RunReply{ready, wish(app.Wish{Kind: app.WishStop}), wish(app.Wish{Kind: app.WishStop})}, true},
		{"does not read", "does not read what it is told", []*pb.RunReply{ready}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := grpc.NewServer(grpc.WaitForHandlers(true))
				pb.RegisterAppServer(server, &rude{says: c.says})
				l := bufconn.Listen(1 << 16)
				var all sync.WaitGroup
				all.Go(func() { _ = server.Serve(l) })
				conn, err := grpc.NewClient("passthrough:///x", grpc.WithTransportCredentials(insecure.NewCredentials()),
					grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
				over := make(chan error, 1)
				s, err := NewClient(conn).Run(ctx, app.Facts{}, 1, func(app.Wish) {}, func(err error) { over <- err })
				cancel()
				if (err == nil) != c.open {
					t.Fatalf("opened: %v", err)
				}
				if c.open {
					for i := 0; c.name == "does not read" && i < 1<<17 && len(over) == 0; i++ { // more than any window
						s.Digit('1')
					}
					err = <-over
					s.Wait()
				}
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("ended with %v", err)
				}
				conn.Close()
				server.Stop()
				all.Wait()
			})
		})
	}
}

// A thousand wishes are done, in their time.
func TestAFloodOfWishesIsSlowed(t *testing.T) {
	run(t, func(ctx context.Context, c *app.Call) error {
		for range 1000 {
			if err := c.Set(ctx, "X-A", "b"); err != nil {
				return err
			}
		}
		return nil
	}, func(b *bench) {
		began := time.Now()
		if err := <-b.over; err != nil || len(b.wishes) != 1000 {
			t.Errorf("%v after %d wishes", err, len(b.wishes))
		}
		if took := time.Since(began); took < 4*time.Second || took > 6*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}
