package api_test

import (
	"errors"
	"strings"
	"testing"
)

// A test goes out, or the answer says why not; mail is counted.
func TestMail(t *testing.T) {
	o := newOffice()
	_, s := serve(t, o)
	const path = "/api/v1/mail/test"
	if res, body := ask(t, s, "POST", path, `{"to": "anna@example.net"}`); res.StatusCode != 200 || !strings.Contains(body, `"answer":"queued for anna@example.net"`) {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, _ := ask(t, s, "POST", path, `{"to": "anna@example.net"}`, "Authorization: "); res.StatusCode != 401 {
		t.Errorf("without a token %d", res.StatusCode)
	}
	if res, body := ask(t, s, "POST", path, `{}`); res.StatusCode != 422 {
		t.Errorf("without an address %d %s", res.StatusCode, body)
	}
	o.refusal = errors.New("no such user")
	if res, body := ask(t, s, "POST", path, `{"to": "anna@example.net"}`); res.StatusCode != 502 || !strings.Contains(body, "the test is not sent: no such user") {
		t.Errorf("refused: %d %s", res.StatusCode, body)
	}
	_, body := ask(t, s, "GET", "/metrics", "")
	for _, want := range []string{`plugboard_mails_total{result="sent"} 4`, `plugboard_mails_total{result="given_up"} 1`, `plugboard_mails_total{result="refused"} 2`, "plugboard_mails_waiting 3"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
}
