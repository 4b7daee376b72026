package web_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/web"
)

// What the page links to under /assets/ is there, and it needs nothing from
// the internet.
func TestPageIsWhole(t *testing.T) {
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		web.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	page := get("/")
	if page.Code != 200 || !strings.HasPrefix(page.Header().Get("Content-Type"), "text/html") {
		t.Fatal(page.Code, page.Header())
	}
	for _, link := range regexp.MustCompile(`(?:href|src)="([^"]+)"`).FindAllStringSubmatch(page.Body.String(), -1) {
		switch path := link[1]; {
		case strings.HasPrefix(path, "/assets/"):
			if w := get(path); w.Code != 200 {
				t.Errorf("%s: %d", path, w.Code)
			}
		case !strings.HasPrefix(path, "/"):
			t.Errorf("%s leaves the switch", path)
		}
	}
}
