package api_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/api"
)

// Another process of a plugin, and its log, are for this machine alone, and only
// for plugins that there are.
func TestDevelopment(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	const path = "/api/v1/plugins/leg-rtp/upgrade"
	if res, body := ask(t, s, "POST", path, ""); res.StatusCode != 200 || !strings.Contains(body, `"pid":4712`) {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, _ := ask(t, s, "POST", path, "", "Authorization: "); res.StatusCode != 401 {
		t.Errorf("without a token %d", res.StatusCode)
	}
	for _, header := range []string{"X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1"} {
		for method, path := range map[string]string{"POST": path, "GET": "/api/v1/plugins/leg-rtp/log"} {
			if res, body := ask(t, s, method, path, "", header); res.StatusCode != 403 || !strings.Contains(body, "only this machine itself") {
				t.Errorf("%s through a proxy: %d %s", path, res.StatusCode, body)
			}
		}
	}
	for method, path := range map[string]string{"POST": "/api/v1/plugins/nobody/upgrade", "GET": "/api/v1/plugins/nobody/log"} {
		if res, body := ask(t, s, method, path, ""); res.StatusCode != 404 || !strings.Contains(body, "no plugin nobody") {
			t.Errorf("%s: %d %s", path, res.StatusCode, body)
		}
	}
	o.refusal = errors.New("exec format error")
	if res, body := ask(t, s, "POST", path, ""); res.StatusCode != 422 || !strings.Contains(body, "the old one goes on: exec format error") {
		t.Errorf("refused: %d %s", res.StatusCode, body)
	}
	o.refusal = &api.ConfigError{Text: "another reload has not ended in time", Busy: true}
	if res, body := ask(t, s, "POST", path, ""); res.StatusCode != 409 || !strings.Contains(body, "another reload") {
		t.Errorf("busy: %d %s", res.StatusCode, body)
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/api/v1/plugins/leg-rtp/log", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	line := make([]byte, len("it says something\n"))
	if _, err := io.ReadFull(res.Body, line); err != nil || string(line) != "it says something\n" {
		t.Errorf("followed: %q, %v", line, err)
	}
}
