package api_test

import (
	"errors"
	"strings"
	"testing"
)

func TestPrompts(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	for _, c := range []struct{ method, path, want string }{
		{"GET", "", `[{"id":"1f","text":"Good morning","engine":"tts-command","version":"1","bytes":12345,`},
		{"GET", "/voices", `[{"engine":"tts-command","name":"rms","language":"en","default":true},{"engine":"tts-command","name":"slt","default":false}]`},
		{"POST", "/warm", `"ready":3`},
		{"DELETE", "", `"cleared":2`},
	} {
		res, body := ask(t, s, c.method, "/api/v1/prompts"+c.path, "")
		if res.StatusCode != 200 || !strings.Contains(body, c.want) || strings.Contains(body, "problem") {
			t.Errorf("%s %s: %d %s", c.method, c.path, res.StatusCode, body)
		}
		if res, _ := ask(t, s, c.method, "/api/v1/prompts"+c.path, "", "Authorization: "); res.StatusCode != 401 {
			t.Errorf("%s %s without a token: %d", c.method, c.path, res.StatusCode)
		}
	}
	o.refusal = errors.New("the disk is full")
	for _, c := range []struct {
		method, path, want string
		status             int
	}{
		{"GET", "", "the kept prompts cannot be listed: the disk is full", 500},
		{"GET", "/voices", "the disk is full", 502},
		{"POST", "/warm", `"problem":"the disk is full"`, 200},
		{"DELETE", "", "not all of it could be forgotten: the disk is full", 500},
	} {
		if res, body := ask(t, s, c.method, "/api/v1/prompts"+c.path, ""); res.StatusCode != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s %s: %d %s", c.method, c.path, res.StatusCode, body)
		}
	}
	_, body := ask(t, s, "GET", "/metrics", "")
	for _, want := range []string{"plugboard_prompts_total 7", `plugboard_prompt_sounds_total{from="disk"} 3`, `plugboard_prompt_sounds_total{from="engine"} 2`, "plugboard_prompt_gap_seconds_total 0.04"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in the metrics", want)
		}
	}
}
