package cli_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/plugboard/plugboard/core/cli"
)

// The legs that come with Plugboard keep the rules as programs.
func TestBundledLegsKeepTheRules(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", dir, "../../plugins/leg-rtp", "../../plugins/leg-webrtc", "../../plugins/leg-websocket").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer ws.CloseNow()
		err = ws.Write(context.Background(), websocket.MessageText, []byte(`{"type":"answer"}`))
		for err == nil {
			_, _, err = ws.Read(context.Background())
		}
	}))
	defer bot.Close()
	for name, skips := range map[string]string{"leg-rtp": "leg/signals", "leg-webrtc": "leg/signals", "leg-websocket": "leg/talk"} {
		code, stdout, stderr := run(t, "plugin", "test", filepath.Join(dir, name), "--address", "ws"+strings.TrimPrefix(bot.URL, "http"))
		if code != cli.Done || strings.Contains(stdout, "FAIL") || !strings.Contains(stdout, "ok    leg/together") || !strings.Contains(stdout, "skip  "+skips) {
			t.Errorf("%s: %d %q\n%s", name, code, stderr, stdout)
		}
	}
}
