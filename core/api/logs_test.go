package api_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/api"
)

func TestLogIsKept(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	log := hclog.NewInterceptLogger(&hclog.LoggerOptions{Output: t.Output(), Name: "plugboard", Level: hclog.Trace})
	log.RegisterSink(o.logs)
	log.Named("sip").With("call", "C1").Warn("nobody answers", "secret", "hunter2", "error", errors.New("timeout of hunter2"))
	log.Debug("too small to be kept")
	log.Error("long", "text", strings.Repeat("ä", 5000))

	lines := func(query string) (list []api.LogLine) {
		t.Helper()
		res, body := ask(t, s, "GET", "/api/v1/logs"+query, "")
		if err := json.Unmarshal([]byte(body), &list); err != nil || res.StatusCode != 200 {
			t.Fatalf("%d %v %s", res.StatusCode, err, body)
		}
		return list
	}
	all := lines("")
	if len(all) != 2 || all[0].Part != "plugboard.sip" || all[0].Level != "warn" || all[0].Text != "nobody answers" || all[1].Seq != all[0].Seq+1 {
		t.Fatalf("%+v", all)
	}
	want := []api.LogField{{Name: "call", Value: "C1"}, {Name: "secret", Value: "(hidden)"}, {Name: "error", Value: "timeout of (sensitive)"}}
	for i, f := range want {
		if all[0].Fields[i] != f {
			t.Errorf("%+v, want %+v", all[0].Fields[i], f)
		}
	}
	if n := len(all[1].Fields[0].Value); n > 4200 {
		t.Errorf("a field of %d bytes", n)
	}
	if got := lines("?level=error"); len(got) != 1 || got[0].Text != "long" {
		t.Errorf("%+v", got)
	}
	if got := lines("?contains=NOBODY"); len(got) != 1 {
		t.Errorf("%+v", got)
	}
	if got := lines("?after=1"); len(got) != 1 || got[0].Seq != 2 {
		t.Errorf("%+v", got)
	}
	if got := lines("?limit=1"); len(got) != 1 || got[0].Seq != 2 {
		t.Errorf("%+v", got)
	}
	for range 5000 {
		log.Info("again")
	}
	if got := lines("?limit=2000"); len(got) > 2000 || len(got) < 1500 || got[len(got)-1].Seq != 5002 {
		t.Errorf("%d lines, the last %d", len(got), got[len(got)-1].Seq)
	}
	if res, _ := ask(t, s, "GET", "/api/v1/logs", "", "Authorization: "); res.StatusCode != 401 {
		t.Errorf("without a token: %d", res.StatusCode)
	}
}

// The admin's page follows the log over its event stream, as long as it wants to.
func TestLogIsFollowed(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	o := newOffice()
	_, s := serve(t, o)
	log := hclog.NewInterceptLogger(&hclog.LoggerOptions{Output: t.Output(), Level: hclog.Trace})
	log.RegisterSink(o.logs)
	c, _, err := listen(t, ctx, s, "")
	if err != nil {
		t.Fatal(err)
	}
	if m := next(t, ctx, c); m.Type != api.EventSnapshot {
		t.Fatalf("%+v", m)
	}
	for _, m := range []string{"nonsense", `{"type": "something.new"}`, `{"type": "log.follow", "level": "warn"}`} {
		if err := c.Write(ctx, websocket.MessageText, []byte(m)); err != nil {
			t.Fatal(err)
		}
	}
	// It follows from when its wish has come: until then nothing is for it.
	for {
		log.Info("not this")
		log.Warn("this", "n", 1)
		if o.logs.Followers() > 0 {
			break
		}
	}
	log.Warn("that")
	for {
		m := next(t, ctx, c)
		var line api.LogLine
		if err := json.Unmarshal(m.Data, &line); err != nil || m.Type != "log" || m.Seq != 0 || line.Level != "warn" {
			t.Fatalf("%v %+v", err, m)
		}
		if line.Text == "that" {
			break
		}
	}
	if err := c.Write(ctx, websocket.MessageText, []byte(`{"type": "log.leave"}`)); err != nil {
		t.Fatal(err)
	}
	for o.logs.Followers() > 0 {
		log.Warn("not yet gone")
	}
}

// Who says which line they have last gets those after it, and then those that come:
// none is lost while the wish is on its way.
func TestLogIsFollowedFromALineOn(t *testing.T) {
	ctx, cancel := background()
	defer cancel()
	o := newOffice()
	_, s := serve(t, o)
	for _, text := range []string{"one", "two", "three"} {
		o.logs.Accept("plugboard", hclog.Info, text)
	}
	c, _, err := listen(t, ctx, s, "")
	if err != nil {
		t.Fatal(err)
	}
	if m := next(t, ctx, c); m.Type != api.EventSnapshot {
		t.Fatalf("%+v", m)
	}
	if err := c.Write(ctx, websocket.MessageText, []byte(`{"type": "log.follow", "level": "info", "after": 1}`)); err != nil {
		t.Fatal(err)
	}
	o.logs.Accept("plugboard", hclog.Info, "four")
	for want := uint64(2); want <= 4; want++ {
		var line api.LogLine
		if m := next(t, ctx, c); json.Unmarshal(m.Data, &line) != nil || m.Type != "log" || line.Seq != want {
			t.Fatalf("%+v, want line %d", m, want)
		}
	}
}
