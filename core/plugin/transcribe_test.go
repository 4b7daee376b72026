package plugin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/tool"
)

// scribe is a meter that also writes down recordings: how long they are.
type scribe struct{ meter }

func (*scribe) Transcribe(ctx context.Context, sound io.Reader) (string, error) {
	head := make([]byte, 2)
	if _, err := io.ReadFull(sound, head); err != nil {
		return "", err
	}
	switch head[0] {
	case 'p':
		panic("a bug")
	case 'n':
		return "", errors.New("no model")
	case 'h':
		<-ctx.Done()
		return "", ctx.Err()
	}
	n, err := io.Copy(io.Discard, sound)
	return fmt.Sprintf("%d octets", n+2), err
}

func TestTranscribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Options{
			Log:    hclog.NewNullLogger(),
			Launch: Memory{"scribe": {Name: "scribe", Version: "1.0.0", Tool: new(scribe)}, "meter": {Name: "meter", Version: "1.0.0", Tool: new(meter)}},
			Ports:  PortRange{20000, 20019}, Listen: new(sockets).listen,
		})
		if err := h.Start(t.Context(), []Spec{{Name: "scribe"}, {Name: "meter"}}); err != nil {
			t.Fatal(err)
		}
		defer h.Close(t.Context())
		long := bytes.Repeat([]byte{1, 0}, 5*60*tool.TranscribeRate)
		for _, c := range []struct{ plugin, sound, text, fails string }{
			{"scribe", string(long), fmt.Sprintf("%d octets", len(long)), ""},
			{"scribe", "x.y", "2 octets", ""}, // half a sample is none
			{"scribe", "n.", "", "no model"},
			{"scribe", "n." + string(long), "", "no model"}, // it does not read to the end
			{"scribe", "p.", "", "the plugin panicked: a bug"},
			{"scribe", "ok", "2 octets", ""}, // and lives on
			{"meter", "ok", "", tool.ErrNoTranscriber.Error()},
			{"nobody", "ok", "", "no plugin"},
		} {
			text, err := h.Transcribe(t.Context(), c.plugin, strings.NewReader(c.sound))
			if text != c.text || (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%s of %.3q…: %q, %v", c.plugin, c.sound, text, err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if text, err := h.Transcribe(ctx, "scribe", strings.NewReader("h.")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%q, %v", text, err)
		}
	})
}
