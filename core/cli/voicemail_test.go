package cli_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVoicemail(t *testing.T) {
	const message = `{"id": "M1", "mailbox": "office", "from": "102", "name": "Ben\u001b[31m", "began": "2026-03-10T10:00:00Z", "seconds": 75.4, "urgent": true, "transcript": "Call me."}`
	answers := map[string]string{
		"/api/v1/voicemail":           `[{"name": "office", "number": "*97", "new": 2, "new_urgent": 1, "heard": 3}, {"name": "home"}]`,
		"/api/v1/voicemail/office":    `[` + message + `, {"id": "M2", "from": "103", "began": "2026-03-09T10:00:00Z", "seconds": 3, "heard": true, "incomplete": "the disk was full"}]`,
		"/api/v1/voicemail/home":      `[]`,
		"/api/v1/voicemail/office/M1": message,
	}
	var done []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			body, _ := io.ReadAll(r.Body)
			done = append(done, fmt.Sprint(r.Method, " ", r.URL.Path, " ", strings.TrimSpace(string(body))))
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, answers[r.URL.Path])
	}))
	defer srv.Close()
	path := daemon(t, &office{}) // for the token alone
	for _, tt := range []struct {
		command string
		code    int
		says    []string
	}{
		{"voicemail", 0, []string{"MAILBOX", "office   *97     2    1       3", "home     -"}},
		{"voicemail home", 0, []string{"No messages."}},
		{"voicemail office", 0, []string{"102", "Ben?[31m", "1:15", "urgent", "Call me.", "103", "heard", "the disk was full"}},
		{"voicemail office M1", 0, []string{"urgent", "Call me."}},
		{"voicemail office M1 --heard", 0, []string{"Message M1 is heard."}},
		{"voicemail office M1 --new", 0, []string{"Message M1 is new again."}},
		{"voicemail office M1 --delete", 0, []string{"Message M1 is deleted."}},
		{"voicemail office --delete", 1, []string{"which message?"}},
		{"voicemail office M1 --heard --delete", 1, []string{"can't be used together"}},
	} {
		code, out, errs := run(t, append(strings.Fields(tt.command), "--url", srv.URL, "-c", path)...)
		if code != tt.code {
			t.Errorf("%s: %d %s", tt.command, code, errs)
		}
		for _, says := range tt.says {
			if !strings.Contains(out+errs, says) {
				t.Errorf("%s says\n%s%s\nwithout %q", tt.command, out, errs, says)
			}
		}
	}
	want := []string{
		`PATCH /api/v1/voicemail/office/M1 {"heard":true}`, `PATCH /api/v1/voicemail/office/M1 {"heard":false}`, "DELETE /api/v1/voicemail/office/M1 ",
	}
	if d := cmp.Diff(want, done); d != "" {
		t.Error(d)
	}
}
