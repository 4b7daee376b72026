package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"

	"github.com/plugboard/plugboard/sdk/tts"
)

// speaker is an engine made of a function.
type speaker func(ctx context.Context, r tts.Request, out tts.Out) error

func (s speaker) Speak(ctx context.Context, r tts.Request, out tts.Out) error { return s(ctx, r, out) }

// choir is one that knows its voices.
type choir struct {
	speaker
	voices []tts.Voice
	err    error
}

func (c choir) Voices(context.Context) ([]tts.Voice, error) { return c.voices, c.err }

// over plays a test with an engine at the far end of a connection in memory.
func over(t *testing.T, e tts.Engine, play func(t *testing.T, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := bufconn.Listen(64 << 10)
		g := grpc.NewServer(grpc.StaticStreamWindowSize(64<<10), grpc.WaitForHandlers(true))
		NewServer(e, hclog.NewNullLogger()).Register(g)
		served := make(chan error, 1)
		go func() { served <- g.Serve(l) }()
		conn, err := grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithStaticStreamWindowSize(64<<10),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
		if err != nil {
			t.Fatal(err)
		}
		play(t, NewClient(conn))
		conn.Close()
		g.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
}

func TestATextIsSpoken(t *testing.T) {
	var asked tts.Request
	e := speaker(func(_ context.Context, r tts.Request, out tts.Out) error {
		asked = r
		buf := make([]float32, 40000) // more than one message holds
		for i := range 2 {
			for j := range buf {
				buf[j] = float32(i+1) / 4
			}
			if err := out(16000, buf); err != nil {
				return err
			}
			clear(buf) // it is ours again
		}
		return nil
	})
	over(t, e, func(t *testing.T, c *Client) {
		want := tts.Request{Call: "c1", Text: "Good morning", Voice: "slt", Language: "en", Rate: 48000}
		var heard []float32
		err := c.Speak(t.Context(), want, func(rate int, pcm []float32) error {
			if rate != 16000 {
				t.Errorf("rate %d", rate)
			}
			heard = append(heard, pcm...)
			return nil
		})
		if err != nil || asked != want {
			t.Fatalf("asked for %+v: %v", asked, err)
		}
		if said := slices.Concat(slices.Repeat([]float32{0.25}, 40000), slices.Repeat([]float32{0.5}, 40000)); !slices.Equal(heard, said) {
			t.Errorf("%d samples were heard, and not those that were said", len(heard))
		}
	})
}

// An engine that goes on and on is stopped by its listener: by an error of out,
// and by the end of the context, while out waits for room and while it does not.
func TestNobodyListensAnyMore(t *testing.T) {
	var stopped chan error
	e := speaker(func(ctx context.Context, _ tts.Request, out tts.Out) (err error) {
		defer func() { stopped <- err }()
		for {
			if err := out(8000, make([]float32, 8000)); err != nil {
				return fmt.Errorf("stopped: %w", err)
			}
		}
	})
	hungUp := errors.New("hung up")
	t.Run("its out fails", func(t *testing.T) {
		over(t, e, func(t *testing.T, c *Client) {
			stopped = make(chan error, 1)
			n := 0
			err := c.Speak(t.Context(), tts.Request{Text: "a"}, func(int, []float32) error {
				if n++; n == 3 {
					return hungUp
				}
				return nil
			})
			if err != hungUp {
				t.Errorf("the listener got %v", err)
			}
			if err := <-stopped; !errors.Is(err, context.Canceled) {
				t.Errorf("the engine was stopped by %v", err)
			}
		})
	})
	t.Run("its context ends while it does not take anything", func(t *testing.T) {
		over(t, e, func(t *testing.T, c *Client) {
			stopped = make(chan error, 1)
			ctx, cancel := context.WithCancel(t.Context())
			err := c.Speak(ctx, tts.Request{Text: "a"}, func(int, []float32) error {
				time.Sleep(time.Minute) // the engine fills what there is of room, and waits
				cancel()
				return ctx.Err()
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("the listener got %v", err)
			}
			if err := <-stopped; !errors.Is(err, context.Canceled) {
				t.Errorf("the engine was stopped by %v", err)
			}
		})
	})
}

func TestWhatGoesWrongInAnEngine(t *testing.T) {
	text := tts.Request{Text: "a"}
	for name, c := range map[string]struct {
		engine speaker
		want   string
		is     error
	}{
		"no such voice": {func(context.Context, tts.Request, tts.Out) error {
			return fmt.Errorf("%w: zoe; there are slt and rms", tts.ErrVoice)
		}, "there is no such voice: zoe; there are slt and rms", tts.ErrVoice},
		"a panic": {func(context.Context, tts.Request, tts.Out) error { panic("at the disco") }, "the plugin panicked in Speak: at the disco", nil},
		"no rate": {func(_ context.Context, _ tts.Request, out tts.Out) error { return out(0, nil) }, "sound of 0 Hz", nil},
		"two rates": {func(_ context.Context, _ tts.Request, out tts.Out) error {
			return errors.Join(out(8000, []float32{0}), out(16000, []float32{0}))
		}, "must not change", nil},
		"it has no time": {func(ctx context.Context, _ tts.Request, _ tts.Out) error {
			<-ctx.Done()
			return ctx.Err()
		}, "", context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			over(t, c.engine, func(t *testing.T, client *Client) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				err := client.Speak(ctx, text, func(int, []float32) error { return nil })
				if err == nil || !strings.Contains(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
	t.Run("no text", func(t *testing.T) {
		over(t, speaker(func(context.Context, tts.Request, tts.Out) error { return nil }), func(t *testing.T, client *Client) {
			if err := client.Speak(t.Context(), tts.Request{Text: " \n"}, nil); err == nil {
				t.Error("an engine was asked to speak nothing")
			}
		})
	})
}

// A goroutine that an engine has left behind is told that it is late, and the
// core hears nothing of it.
func TestOutAfterSpeak(t *testing.T) {
	var late chan error
	e := speaker(func(_ context.Context, _ tts.Request, out tts.Out) error {
		go func() {
			time.Sleep(time.Second)
			late <- out(8000, make([]float32, 100))
		}()
		return nil
	})
	over(t, e, func(t *testing.T, c *Client) {
		late = make(chan error, 1)
		if err := c.Speak(t.Context(), tts.Request{Text: "a"}, func(int, []float32) error { t.Error("heard"); return nil }); err != nil {
			t.Error(err)
		}
		if err := <-late; err == nil {
			t.Error("it was not told")
		}
	})
}

// A plugin that ends waits for its engine, which is told to stop.
func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewServer(speaker(nil), hclog.NewNullLogger())
		ctx, done, ok := s.begin(t.Context())
		if !ok {
			t.Fatal("closed from the beginning")
		}
		ended := 0
		go func() {
			<-ctx.Done()
			time.Sleep(time.Second)
			ended++
			done()
		}()
		s.Close(t.Context())
		if ended != 1 || !errors.Is(context.Cause(ctx), errEnds) {
			t.Errorf("it did not wait: %v", context.Cause(ctx))
		}
		if _, _, ok := s.begin(t.Context()); ok {
			t.Error("a text is begun after Close")
		}
		s = NewServer(speaker(nil), hclog.NewNullLogger())
		_, done, _ = s.begin(t.Context())
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		s.Close(short) // an engine that does not stop is not waited for
		done()
	})
}

func TestVoices(t *testing.T) {
	want := []tts.Voice{{Name: "slt", Language: "en", Default: true}, {Name: "awb"}}
	over(t, choir{voices: want}, func(t *testing.T, c *Client) {
		if got, err := c.Voices(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Error(got, err)
		}
	})
	over(t, choir{err: errors.New("flite is not installed")}, func(t *testing.T, c *Client) {
		if _, err := c.Voices(t.Context()); err == nil || err.Error() != "flite is not installed" {
			t.Error(err)
		}
	})
	over(t, speaker(nil), func(t *testing.T, c *Client) {
		if got, err := c.Voices(t.Context()); err != nil || got != nil {
			t.Error(got, err)
		}
	})
}
